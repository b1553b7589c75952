/* Promise: each window holds the days that the counting rules give it, on every as-of date, month ends and leap days
 * included; and what it is compared with are the same days a year before. */
#include "figures/window.h"

#include <stdio.h>
#include <string.h>

#include "testing.h"

static day_number day_from(const char *date)
{
    day_number d = DAY_NONE;
    assert_true(date_read(text_of(date), &d));
    return d;
}

/* "2024-04-01..2025-03-31 2023-04-01..2024-03-31" */
static const char *in_words(window_kind kind, const char *as_of)
{
    static char words[128];
    char a[DATE_TEXT], b[DATE_TEXT], c[DATE_TEXT], d[DATE_TEXT];
    window w = window_of(kind, day_from(as_of));
    assert_int_equal(w.kind, kind);
    (void)snprintf(words, sizeof words, "%s..%s %s..%s", date_text(w.now.from, a), date_text(w.now.to, b),
                   date_text(w.before.from, c), date_text(w.before.to, d));
    return words;
}

static void a_rolling_year_is_the_twelve_months_that_end_with_the_date_and_the_twelve_before(void **state)
{
    (void)state;
    static const struct { const char *as_of, *words; } cases[] = {
        {"2025-03-31", "2024-04-01..2025-03-31 2023-04-01..2024-03-31"},
        {"2025-03-30", "2024-03-31..2025-03-30 2023-03-31..2024-03-30"},
        {"2025-02-28", "2024-03-01..2025-02-28 2023-03-01..2024-02-29"}, /* a month's end stays a month's end */
        {"2024-02-29", "2023-03-01..2024-02-29 2022-03-01..2023-02-28"},
        {"2024-02-28", "2023-03-01..2024-02-28 2022-03-01..2023-02-28"}, /* the last but one of its month */
        {"2024-04-30", "2023-05-01..2024-04-30 2022-05-01..2023-04-30"},
        {"2025-01-01", "2024-01-02..2025-01-01 2023-01-02..2024-01-01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(in_words(WINDOW_ROLLING_YEAR, cases[i].as_of), cases[i].words);
}

static void a_financial_year_is_the_last_that_is_over(void **state)
{
    (void)state;
    static const struct { const char *as_of, *words; } cases[] = {
        {"2025-03-31", "2024-04-01..2025-03-31 2023-04-01..2024-03-31"},
        {"2025-03-30", "2023-04-01..2024-03-31 2022-04-01..2023-03-31"},
        {"2025-04-01", "2024-04-01..2025-03-31 2023-04-01..2024-03-31"},
        {"2025-12-31", "2024-04-01..2025-03-31 2023-04-01..2024-03-31"},
        {"2026-01-01", "2024-04-01..2025-03-31 2023-04-01..2024-03-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(in_words(WINDOW_FINANCIAL_YEAR, cases[i].as_of), cases[i].words);
}

static void a_year_to_date_is_compared_with_the_same_days_of_the_year_before(void **state)
{
    (void)state;
    static const struct { const char *as_of, *words; } cases[] = {
        {"2024-12-31", "2024-04-01..2024-12-31 2023-04-01..2023-12-31"},
        {"2024-04-01", "2024-04-01..2024-04-01 2023-04-01..2023-04-01"},
        {"2025-03-31", "2024-04-01..2025-03-31 2023-04-01..2024-03-31"},
        {"2024-02-29", "2023-04-01..2024-02-29 2022-04-01..2023-02-28"},
        {"2025-02-28", "2024-04-01..2025-02-28 2023-04-01..2024-02-29"},
        {"2025-01-15", "2024-04-01..2025-01-15 2023-04-01..2024-01-15"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(in_words(WINDOW_YEAR_TO_DATE, cases[i].as_of), cases[i].words);
}

static void a_calendar_month_is_the_last_that_is_over(void **state)
{
    (void)state;
    static const struct { const char *as_of, *words; } cases[] = {
        {"2025-03-31", "2025-03-01..2025-03-31 2024-03-01..2024-03-31"},
        {"2025-03-30", "2025-02-01..2025-02-28 2024-02-01..2024-02-29"},
        {"2024-02-29", "2024-02-01..2024-02-29 2023-02-01..2023-02-28"},
        {"2024-02-28", "2024-01-01..2024-01-31 2023-01-01..2023-01-31"},
        {"2025-01-01", "2024-12-01..2024-12-31 2023-12-01..2023-12-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(in_words(WINDOW_CALENDAR_MONTH, cases[i].as_of), cases[i].words);
}

/* The same day a year earlier, found by walking back a day at a time. */
static day_number walk_back_a_year(day_number from)
{
    civil c = civil_of(from);
    bool ends_month = civil_of(from + 1).day == 1;
    for (day_number d = from - 360;; d--) {
        civil at = civil_of(d);
        bool at_end = civil_of(d + 1).day == 1;
        if (at.month == c.month && (ends_month ? at_end : at.day == c.day))
            return d;
    }
}

static void on_every_date_rolling_years_follow_on_one_another_and_end_a_year_apart(void **state)
{
    (void)state;
    for (day_number d = 3 * 366; d <= DAY_MAX; d++) {
        window w = window_of(WINDOW_ROLLING_YEAR, d);
        assert_int_equal(w.now.to, d);
        assert_int_equal(w.now.from - 1, walk_back_a_year(d));
        assert_int_equal(w.before.to, w.now.from - 1);
        assert_int_equal(w.before.from - 1, walk_back_a_year(w.before.to));
    }
}

static void no_window_reaches_beyond_its_as_of_date(void **state)
{
    (void)state;
    for (day_number d = 3 * 366; d <= DAY_MAX; d++)
        for (int kind = 0; kind < WINDOW_KINDS; kind++) {
            window w = window_of((window_kind)kind, d);
            assert_true(w.now.to <= d && w.now.from <= w.now.to);
            assert_true(w.before.to < w.now.from && w.before.from <= w.before.to);
        }
}

static void the_last_complete_month_is_over_on_the_day(void **state)
{
    (void)state;
    assert_int_equal(last_complete_month(day_from("2025-03-31")), day_from("2025-03-31"));
    assert_int_equal(last_complete_month(day_from("2025-03-30")), day_from("2025-02-28"));
    assert_int_equal(last_complete_month(day_from("2024-03-01")), day_from("2024-02-29"));
    assert_int_equal(last_complete_month(day_from("2025-01-31")), day_from("2025-01-31"));
    assert_int_equal(last_complete_month(day_from("2025-01-01")), day_from("2024-12-31"));
}

static void a_title_says_which_days_are_meant(void **state)
{
    (void)state;
    static const char *const titles[WINDOW_KINDS] = {"rolling year to 9 March 2025", "financial year 2023-24",
                                                     "year to date, 2024-25 to 9 March 2025", "February 2025"};
    char title[96];
    for (int kind = 0; kind < WINDOW_KINDS; kind++) {
        window w = window_of((window_kind)kind, day_from("2025-03-09"));
        assert_string_equal(window_title(&w, title, sizeof title), titles[kind]);
    }
}

static void rolling_and_financial_years_are_years(void **state)
{
    (void)state;
    static const bool year[WINDOW_KINDS] = {true, true, false, false};
    for (int kind = 0; kind < WINDOW_KINDS; kind++)
        assert_int_equal(window_kind_is_year((window_kind)kind), year[kind]);
}

static void a_walk_over_dates_gives_every_date_its_rolling_years(void **state)
{
    (void)state;
    window_walk at = {0};
    for (day_number on = DAY_MIN; on <= DAY_MAX; on++) {
        window_walk_to(&at, on);
        window walked = window_walk_years(&at, on), made = window_of(WINDOW_ROLLING_YEAR, on);
        assert_memory_equal(&walked, &made, sizeof made);
        assert_int_equal(at.number, month_of(on));
        assert_int_equal(at.month.to == on, day_ends_month(on));
    }
    window_walk_to(&at, DAY_MIN); /* backwards too */
    assert_int_equal(at.number, month_of(DAY_MIN));
}

static void a_kind_reads_back_as_it_is_written(void **state)
{
    (void)state;
    static const char *const words[WINDOW_KINDS] = {"rolling-year", "financial-year", "year-to-date", "calendar-month"};
    for (int kind = 0; kind < WINDOW_KINDS; kind++) {
        window_kind read = WINDOW_KINDS;
        assert_string_equal(window_kind_text((window_kind)kind), words[kind]);
        assert_true(window_kind_read(text_of(words[kind]), &read));
        assert_int_equal(read, kind);
    }
}

static void words_that_are_no_kind_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "rolling", "rolling-years", "Rolling-year", "year to date", "month"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        window_kind untouched = WINDOW_KINDS;
        assert_false(window_kind_read(text_of(wrong[i]), &untouched));
        assert_int_equal(untouched, WINDOW_KINDS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rolling_year_is_the_twelve_months_that_end_with_the_date_and_the_twelve_before),
        cmocka_unit_test(a_financial_year_is_the_last_that_is_over),
        cmocka_unit_test(a_year_to_date_is_compared_with_the_same_days_of_the_year_before),
        cmocka_unit_test(a_calendar_month_is_the_last_that_is_over),
        cmocka_unit_test(on_every_date_rolling_years_follow_on_one_another_and_end_a_year_apart),
        cmocka_unit_test(no_window_reaches_beyond_its_as_of_date),
        cmocka_unit_test(the_last_complete_month_is_over_on_the_day),
        cmocka_unit_test(a_title_says_which_days_are_meant),
        cmocka_unit_test(rolling_and_financial_years_are_years),
        cmocka_unit_test(a_walk_over_dates_gives_every_date_its_rolling_years),
        cmocka_unit_test(a_kind_reads_back_as_it_is_written),
        cmocka_unit_test(words_that_are_no_kind_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
