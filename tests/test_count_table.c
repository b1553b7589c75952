/* Promise: a count over any window is the number of the records that lie in it, in the area and beneath the category;
 * so is every month's; and what may hide in a wider category, and what a window can't cut, are told. Against a recount of
 * the records one by one. */
#include "figures/count_table.h"

#include <stdlib.h>
#include <string.h>

#include "report_fixtures.h"
#include "testing.h"

enum { RECORDS = 400, MONTHS = 30 };

/* Where a record counts: every category and area above it, by hand. */
static const struct kind { const char *offence, *node, *categories; bool crime, violent; } kinds[] = {
    {"8N", "violence", "violence violence-and-sexual all-crime", true, true},
    {"20", "sexual", "sexual violence-and-sexual all-crime", true, false},
    {"30C", "home", "home burglary theft all-crime", true, false},
    {"Burglary", "burglary", "burglary theft all-crime", true, false},
    {"49", "other-theft", "other-theft theft all-crime", true, false},
    {"Violence and sexual offences", "violence-and-sexual", "violence-and-sexual all-crime", true, false},
    {"ASB", "asb", "asb", false, false},
    {"LOCAL", "local-fraud", "local-fraud", false, false},
};
static const struct spot { const char *code, *areas; } spots[] = {
    {"D1", "D1 F1 EW"}, {"L1", "D1 F1 EW"}, {"D2", "D2 F1 EW"}, {"FD", "FD D2 F1 EW"}, {"D3", "D3 F2 EW"}, {"F1", "F1 EW"},
};
static const char *const marker_sets[] = {"", "", "hate", "domestic", "hate;domestic"};
static const char *const all_categories[] = {"all-crime", "violence-and-sexual", "violence", "sexual", "theft", "burglary",
                                             "home", "other-burglary", "other-theft", "asb", "local-fraud", "hate",
                                             "domestic"};
static const char *const subjects[] = {"D1", "D2", "FD", "F1", "F2", "EW", "BOTH"};

struct told {
    day_number on; /* of a record that knows only its month: the last */
    bool month_only, police;
    const struct kind *kind;
    const struct spot *spot;
    const char *markers;
};

static bool names(const char *list, const char *word)
{
    text rest = text_of(list), one;
    while (text_split(&rest, strchr(list, ';') != NULL ? ';' : ' ', &one))
        if (text_is(one, word))
            return true;
    return false;
}

static bool counts_in(const struct told *t, const char *category_code)
{
    if (strcmp(category_code, "hate") == 0)
        return t->kind->crime && names(t->markers, "hate");
    if (strcmp(category_code, "domestic") == 0)
        return t->kind->violent && names(t->markers, "domestic");
    return names(t->kind->categories, category_code);
}

/* In how many of the subject's areas does the record count? */
static double times_in(const struct told *t, const char *subject_code)
{
    if (strcmp(subject_code, "BOTH") == 0)
        return names(t->spot->areas, "D1") + names(t->spot->areas, "D2");
    return names(t->spot->areas, subject_code);
}

static double recount(const struct told *all, const char *subject_code, const char *category_code, period days, int police)
{
    double count = 0;
    for (size_t i = 0; i < RECORDS; i++)
        if (all[i].on >= days.from && all[i].on <= days.to && counts_in(&all[i], category_code) &&
            (police < 0 || all[i].police == police))
            count += times_in(&all[i], subject_code);
    return count;
}

static void tell_by_chance(report_world *w, struct told *all)
{
    chance by = {7};
    for (size_t i = 0; i < RECORDS; i++) {
        struct told *t = &all[i];
        char date[DATE_TEXT];
        *t = (struct told){.on = day_at("2022-10-01") + (day_number)chance_below(&by, 900), .kind = &kinds[chance_below(&by, 8)],
                           .spot = &spots[chance_below(&by, 6)], .markers = marker_sets[chance_below(&by, 5)]};
        t->police = chance_below(&by, 4) == 0;
        t->month_only = chance_below(&by, 6) == 0;
        (void)date_text(t->on, date);
        if (t->month_only) {
            date[7] = '\0';
            t->on = month_last(month_of(t->on));
        }
        incident made = crime("", date, t->kind->offence, t->spot->code);
        made.origin = text_of(t->police ? "police" : "live");
        made.markers = text_of(t->markers);
        happened_as(w, 1, made);
    }
}

static const char *const windows[] = {
    "2024-04-01..2025-03-31", "2023-04-01..2024-03-31", "2022-10-01..2022-10-31", "2024-02-11..2024-02-19",
    "2023-07-16..2024-07-15", "2024-12-31..2025-01-01", "2024-02-29..2024-02-29", "2021-01-01..2021-12-31",
};

static count_request request_of(period *room)
{
    for (size_t i = 0; i < WINDOWS_MAX; i++)
        room[i] = days_of(windows[i]);
    return (count_request){.windows = room, .window_count = WINDOWS_MAX, .last = month_of(day_at("2025-02-28")),
                           .months = MONTHS};
}

static void assert_like_recount(report_world *w, const struct told *all, const char *subject_code, int police)
{
    period room[WINDOWS_MAX];
    count_request what = request_of(room);
    count_table table;
    (void)figures_now(w);
    if (police >= 0)
        assert_int_equal(figures_narrow(w->figures, text_of(police == 1 ? "police" : "live")), STATUS_OK);
    assert_int_equal(count_table_read(w->figures, subject_at(w, subject_code), &what, &table), STATUS_OK);
    for (size_t c = 0; c < sizeof all_categories / sizeof all_categories[0]; c++) {
        int index = category_in(w, all_categories[c]);
        for (size_t i = 0; i < WINDOWS_MAX; i++)
            if (count_table_sum(&table, i, index) != recount(all, subject_code, all_categories[c], room[i], police))
                fail_msg("%s in %s, %s: %.0f", all_categories[c], subject_code, windows[i], count_table_sum(&table, i, index));
        for (int m = 0; m < MONTHS; m++) {
            month_number month = what.last - MONTHS + 1 + m;
            assert_true(table.monthly[index * MONTHS + m] ==
                        recount(all, subject_code, all_categories[c], (period){month_first(month), month_last(month)}, police));
        }
    }
    count_table_free(&table);
    assert_null(table.sums);
}

static void every_count_is_that_of_the_records_one_by_one(void **state)
{
    report_world *w = *state;
    struct told *all = memory_new(RECORDS, sizeof *all);
    tell_by_chance(w, all);
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        for (int police = -1; police <= 1; police++)
            assert_like_recount(w, all, subjects[i], police);
    free(all);
}

/* --- one table at a time ----------------------------------------------------------------------- */

static count_table table_of(report_world *w, const char *subject_code, const char *days)
{
    period window_days = days_of(days);
    count_request what = {.windows = &window_days, .window_count = 1};
    count_table made;
    (void)figures_now(w);
    assert_int_equal(count_table_read(w->figures, subject_at(w, subject_code), &what, &made), STATUS_OK);
    return made;
}

static void assert_hidden(report_world *w, const count_table *table, const char *category_code, double expected)
{
    double hidden = count_table_hidden(table, figures_reference(w->figures)->categories, 0, category_in(w, category_code));
    if (hidden != expected)
        fail_msg("%.0f are hidden from %s, not %.0f", hidden, category_code, expected);
}

static void records_of_a_wider_category_may_hide_those_of_what_lies_below_it(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-01-01..2024-12-31");
    happened(w, 3, "2024-05-17", "Burglary", "D1");
    happened(w, 5, "2024-05-17", "30C", "D1");
    happened(w, 7, "2024-05-17", "49", "D1");
    count_table table = table_of(w, "D1", "2024-05-01..2024-05-31");
    assert_hidden(w, &table, "home", 3);
    assert_hidden(w, &table, "other-burglary", 3);
    assert_hidden(w, &table, "burglary", 0);
    assert_hidden(w, &table, "other-theft", 0); /* a leaf's own records hide nothing */
    assert_hidden(w, &table, "theft", 0);
    assert_hidden(w, &table, "asb", 0);
    count_table_free(&table);
}

static void what_is_marked_may_hide_in_what_lies_above_the_node_that_it_marks(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-01-01..2024-12-31");
    incident marked = crime("", "2024-05-17", "Violence and sexual offences", "D1");
    marked.markers = text_of("domestic;hate");
    happened_as(w, 2, marked);
    count_table table = table_of(w, "D1", "2024-05-01..2024-05-31");
    assert_true(count_table_sum(&table, 0, category_in(w, "domestic")) == 0); /* violence, or a sexual offence? */
    assert_hidden(w, &table, "domestic", 2);
    assert_true(count_table_sum(&table, 0, category_in(w, "hate")) == 2);
    assert_hidden(w, &table, "hate", 0);
    count_table_free(&table);
}

static void records_that_nobody_covers_hide_nothing(void **state)
{
    report_world *w = *state;
    covered(w, "D2", "2024-01-01..2024-12-31");
    covered_by(w, "police", "D1", "2024-01-01..2024-12-31", "", "");
    happened(w, 3, "2024-05-17", "Burglary", "D1"); /* live has said nothing of D1 */
    count_table table = table_of(w, "D1", "2024-05-01..2024-05-31");
    assert_hidden(w, &table, "home", 0);
    count_table_free(&table);
}

static void what_is_covered_as_a_whole_or_in_parts_hides_in_the_parts_and_in_the_whole(void **state)
{
    report_world *w = *state;
    covered(w, "F1", "2024-01-01..2024-12-31");
    covered(w, "D3", "2024-01-01..2024-12-31");
    happened(w, 3, "2024-05-17", "Burglary", "D1");
    happened(w, 4, "2024-05-17", "Burglary", "D3");
    static const struct { const char *area; double hidden; } cases[] = {
        {"D1", 3}, {"D2", 0}, {"D3", 4}, {"F1", 3}, {"F2", 4}, {"EW", 7}, {"BOTH", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        count_table table = table_of(w, cases[i].area, "2024-05-01..2024-05-31");
        assert_hidden(w, &table, "home", cases[i].hidden);
        count_table_free(&table);
    }
}

static void a_window_that_cuts_a_month_of_which_only_the_month_is_known_says_so(void **state)
{
    report_world *w = *state;
    happened(w, 1, "2024-05", "30C", "D1");
    happened(w, 1, "2024-05-02", "8N", "D1");
    static const struct { const char *days; bool blurred; double count; } cases[] = {
        {"2024-05-01..2024-05-31", false, 1}, {"2024-04-01..2024-04-30", false, 0}, {"2024-05-01..2024-05-30", true, 0},
        {"2024-05-31..2024-06-30", true, 1},  {"2024-05-02..2024-05-31", true, 1},  {"2023-06-01..2024-05-15", true, 0},
        {"2024-06-01..2024-06-30", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        count_table table = table_of(w, "D1", cases[i].days);
        static const char *const above[] = {"home", "burglary", "theft", "all-crime"};
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(count_table_blurred(&table, 0, category_in(w, above[k])), cases[i].blurred);
        assert_false(count_table_blurred(&table, 0, category_in(w, "violence")));
        assert_true(count_table_sum(&table, 0, category_in(w, "home")) == cases[i].count);
        count_table_free(&table);
    }
}

static void an_area_of_which_nothing_is_stored_has_counts_of_zero(void **state)
{
    report_world *w = *state;
    count_table table = table_of(w, "D3", "2024-04-01..2025-03-31");
    for (int i = 0; i < (int)table.categories; i++) {
        assert_true(count_table_sum(&table, 0, i) == 0);
        assert_false(count_table_blurred(&table, 0, i));
    }
    count_table_free(&table);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(every_count_is_that_of_the_records_one_by_one),
        IN_A_WORLD(records_of_a_wider_category_may_hide_those_of_what_lies_below_it),
        IN_A_WORLD(what_is_marked_may_hide_in_what_lies_above_the_node_that_it_marks),
        IN_A_WORLD(records_that_nobody_covers_hide_nothing),
        IN_A_WORLD(what_is_covered_as_a_whole_or_in_parts_hides_in_the_parts_and_in_the_whole),
        IN_A_WORLD(a_window_that_cuts_a_month_of_which_only_the_month_is_known_says_so),
        IN_A_WORLD(an_area_of_which_nothing_is_stored_has_counts_of_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
