/* Promise: dates are those of the calendar and of UK local time, and windows begin and end as the
 * counting rules say, month ends and leap days included. */
#include "proto/calendar.h"

#include <stdlib.h>
#include <time.h>

#include "testing.h"

static day_number day_from(const char *date)
{
    day_number d = DAY_NONE;
    assert_true(date_read(text_of(date), &d));
    return d;
}

static void every_day_reads_back_as_it_was_written(void **state)
{
    (void)state;
    for (day_number d = DAY_MIN; d <= DAY_MAX; d++) {
        char written[DATE_TEXT];
        assert_int_equal(day_from(date_text(d, written)), d);
    }
}

static void dates_agree_with_the_c_library(void **state)
{
    (void)state;
    for (day_number d = DAY_MIN; d <= 24000; d++) {
        time_t at = (time_t)d * 86400;
        struct tm utc;
        gmtime_r(&at, &utc);
        civil c = civil_of(d);
        assert_int_equal(c.year, utc.tm_year + 1900);
        assert_int_equal(c.month, utc.tm_mon + 1);
        assert_int_equal(c.day, utc.tm_mday);
        assert_int_equal(weekday_of(d), (utc.tm_wday + 6) % 7);
    }
}

static void dates_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "2025-02-29", "2025-02-30", "2025-02-31", "2025-13-01", "2025-00-10", "2025-04-31", "2025-1-01", "25-01-01",
        "2025-01-00", "2025-01-32", "1969-12-31", "2100-01-01", "20250101", "2025/01/01", "", "2025-01-01x", "2100-02-29",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        day_number untouched = 7;
        assert_false(date_read(text_of(wrong[i]), &untouched));
        assert_int_equal(untouched, 7);
    }
}

static void a_window_that_ends_a_month_begins_after_the_same_month_end_a_year_earlier(void **state)
{
    (void)state;
    static const struct { const char *to, *from; } cases[] = {
        {"2025-03-31", "2024-04-01"}, {"2025-02-28", "2024-03-01"}, {"2024-02-29", "2023-03-01"},
        {"2025-04-30", "2024-05-01"}, {"2025-03-15", "2024-03-16"}, {"2024-02-28", "2023-03-01"},
        {"2025-03-01", "2024-03-02"}, {"2024-03-01", "2023-03-02"}, {"2025-12-31", "2025-01-01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        period year = rolling_year(day_from(cases[i].to));
        assert_int_equal(year.from, day_from(cases[i].from));
        assert_int_equal(year.to, day_from(cases[i].to));
    }
}

static void two_rolling_years_in_a_row_leave_no_day_out(void **state)
{
    (void)state;
    for (day_number d = day_from("2015-01-01"); d <= day_from("2026-12-31"); d++) {
        period year = rolling_year(d), before = rolling_year(day_add_years(d, -1));
        assert_int_equal(before.to + 1, year.from);
        assert_int_equal(day_ends_month(before.to), day_ends_month(d) || before.to == day_from("2015-02-28") ||
                         day_ends_month(before.to));
        assert_in_range(year.to - year.from + 1, 365, 366);
    }
}

static void financial_years_run_from_april_to_march(void **state)
{
    (void)state;
    char written[PERIOD_TEXT];
    int begins = 0;
    assert_int_equal(financial_year_of(day_from("2025-03-31")), 2024);
    assert_int_equal(financial_year_of(day_from("2025-04-01")), 2025);
    assert_int_equal(financial_year(2024).from, day_from("2024-04-01"));
    assert_int_equal(financial_year(2024).to, day_from("2025-03-31"));
    assert_string_equal(financial_year_text(2024, written), "2024-25");
    assert_string_equal(financial_year_text(1999, written), "1999-00");
    assert_true(financial_year_read(text_of("1999-00"), &begins));
    assert_int_equal(begins, 1999);
    assert_false(financial_year_read(text_of("2024-26"), &begins));
    assert_false(financial_year_read(text_of("2024"), &begins));
}

/* The system's zone database is the independent witness. */
static void london_dates_agree_with_the_zone_database(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZ", "Europe/London", 1), 0);
    tzset();
    for (int64_t at = 86400 * 366; at < (int64_t)86400 * 366 * 68; at += 1800) {
        time_t t = (time_t)at;
        struct tm local;
        localtime_r(&t, &local);
        if (london_offset_s(at) != local.tm_gmtoff)
            fail_msg("at %lld the offset is %d, not %ld", (long long)at, london_offset_s(at), local.tm_gmtoff);
        assert_int_equal(civil_of(london_date(at)).day, local.tm_mday);
    }
}

static void a_recorded_stamp_becomes_the_uk_local_date(void **state)
{
    (void)state;
    static const struct { const char *stamp, *date; bool month_only, has_time; } cases[] = {
        {"2025-06-30", "2025-06-30", false, false},
        {"2025-06", "2025-06-30", true, false},
        {"2024-02", "2024-02-29", true, false},
        {"2025-06-30T22:59:59Z", "2025-06-30", false, true},
        {"2025-06-30T23:00:00Z", "2025-07-01", false, true},
        {"2025-06-30T23:00:00", "2025-07-01", false, true},
        {"2025-12-31T23:59:59Z", "2025-12-31", false, true},
        {"2025-07-01T00:30:00+01:00", "2025-07-01", false, true},
        {"2025-07-01T00:30+0100", "2025-07-01", false, true},
        {"2025-07-01T03:30:00+05", "2025-06-30", false, true},
        {"2025-06-30 23:15:00.250Z", "2025-07-01", false, true},
        {"2025-01-01T00:00:00-01:00", "2025-01-01", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        day_number recorded;
        bool month_only, has_time;
        assert_true(recorded_at_read(text_of(cases[i].stamp), &recorded, &month_only, &has_time));
        assert_int_equal(recorded, day_from(cases[i].date));
        assert_int_equal(month_only, cases[i].month_only);
        assert_int_equal(has_time, cases[i].has_time);
    }
}

static void stamps_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "2025-06-31", "2025-13", "2025-00", "2025-06-30T", "2025-06-30T25:00Z", "2025-06-30T12:60Z", "2025-06-30T12",
        "2025-06-30T12:00+1", "2025-06-30T12:00:00+25:00", "30/06/2025", "June 2025", "2025-06-30T12:00:00ZZ", "", "2025",
        "2025-06-30X12:00Z", "1970-01-01T00:30:00+01:00",
    };
    day_number recorded;
    bool month_only, has_time;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (recorded_at_read(text_of(wrong[i]), &recorded, &month_only, &has_time))
            fail_msg("\"%s\" was taken", wrong[i]);
}

static void periods_overlap_by_the_days_they_share(void **state)
{
    (void)state;
    assert_int_equal(period_overlap((period){1, 10}, (period){5, 20}), 6);
    assert_int_equal(period_overlap((period){1, 10}, (period){10, 20}), 1);
    assert_int_equal(period_overlap((period){1, 10}, (period){11, 20}), 0);
}

static void an_instant_is_written_in_utc_for_machines_and_in_uk_time_for_people(void **state)
{
    (void)state;
    char said[MOMENT_TEXT];
    assert_string_equal(moment_text(1743422400, said), "2025-03-31T12:00:00Z");
    assert_string_equal(moment_words(1743422400, said), "31 Mar 2025 13:00");
    assert_string_equal(moment_text(1735689599, said), "2024-12-31T23:59:59Z");
    assert_string_equal(moment_words(1735689599, said), "31 Dec 2024 23:59");
    assert_string_equal(moment_words(1719788400, said), "1 Jul 2024 00:00"); /* 30 June, 23:00 UTC */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_reads_back_as_it_was_written),
        cmocka_unit_test(dates_agree_with_the_c_library),
        cmocka_unit_test(dates_that_do_not_exist_are_refused),
        cmocka_unit_test(a_window_that_ends_a_month_begins_after_the_same_month_end_a_year_earlier),
        cmocka_unit_test(two_rolling_years_in_a_row_leave_no_day_out),
        cmocka_unit_test(financial_years_run_from_april_to_march),
        cmocka_unit_test(london_dates_agree_with_the_zone_database),
        cmocka_unit_test(a_recorded_stamp_becomes_the_uk_local_date),
        cmocka_unit_test(stamps_that_are_none_are_refused),
        cmocka_unit_test(periods_overlap_by_the_days_they_share),
        cmocka_unit_test(an_instant_is_written_in_utc_for_machines_and_in_uk_time_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
