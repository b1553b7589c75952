/* Promise: what comes of a rule otherwise than its test expects is told as such, whatever it is, with the figures of that
 * day; what comes as expected passes. Series are what their short form says, known where it says so.
 */
#include <string.h>

#include "rule_tests_fixtures.h"
#include "testing.h"

/* One a day in 2022 and 2023 and two a day in 2024: on the j-th day of 2024 365 + j, against 365 the year before. A tenth
 * more on the 37th day; the second look in a row is on the 38th, 7 February. */
#define RISE "series: {shoplifting: {from: 2022-01-01, days: 1x730 2x91}}\n"
#define RAISED_FIGURES "403 in the 12 months to 7 February 2024, 365 in the 12 months before: +10.4 % (p = .17)"

static void assert_said(const char *said, const char *expected)
{
    assert_string_equal(said, expected);
}

/* Where p is that of a series that varies, and not asked here. */
static void assert_begins(const char *said, const char *begins)
{
    if (strncmp(said, begins, strlen(begins)) != 0)
        assert_string_equal(said, begins);
}

/* --- what passes ---------------------------------------------------------------------------------- */

static void what_comes_as_expected_passes(void **state)
{
    tests_world *t = *state;
    assert_said(tests_run_one(t, RISE "alerts:\n"
                                "  - {on: 2024-02-07, kind: raised, category: shoplifting, level: watch, direction: rising, rule: yearly}\n"
                                "expect:\n"
                                "  - {on: 2024-02-06, level: normal}\n"
                                "  - {on: 2024-02-07, level: watch, direction: rising, rule: yearly}\n"
                                "  - {by: 2024-02-07, level: watch}\n"), "");
}

static void what_is_left_out_is_not_compared(void **state)
{
    tests_world *t = *state;
    assert_said(tests_run_one(t, RISE "alerts: [{on: 2024-02, level: watch}]"), "");
    assert_said(tests_run_one(t, RISE "expect: [{on: 2024-03-31, level: watch}]"), "");
}

static void a_steady_series_is_quiet_in_any_unit(void **state)
{
    static const char *const steady[] = {"{days: 2x1500}", "{months: 60x50}", "60x50", "{years: 700x4}", "[60, 60x49]",
                                         "{from: 2022-01-03, weeks: 15x200}", "[{months: 60x20}, {days: 2x500}]"};
    for (size_t i = 0; i < sizeof steady / sizeof steady[0]; i++)
        assert_said(tests_run_one(*state, arena_print(((tests_world *)*state)->w->memory,
                                                "from: 2022-01\nseries: {shoplifting: %s}\nquiet: yes", steady[i]).at), "");
}

/* --- what differs --------------------------------------------------------------------------------- */

static void an_alert_that_comes_otherwise_is_told(void **state)
{
    static const char *const cases[][2] = {
        {"on: 2024-02-08, kind: raised, level: watch", "shoplifting raised to watch, on 2024-02-08"},
        {"on: 2024-01, kind: raised, level: watch", "shoplifting raised to watch, in 2024-01"},
        {"on: 2024-02-07, kind: escalated, level: watch", "shoplifting escalated to watch, on 2024-02-07"},
        {"on: 2024-02-07, level: elevated", "shoplifting changed to elevated, on 2024-02-07"},
        {"on: 2024-02-07, level: watch, direction: falling", "shoplifting changed to watch, falling, on 2024-02-07"},
        {"on: 2024-02-07, level: watch, rule: above", "shoplifting changed to watch, by above, on 2024-02-07"},
        {"on: 2024-02-07, kind: cleared", "shoplifting cleared, on 2024-02-07"},
    };
    tests_world *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_said(tests_run_one(t, arena_print(t->w->memory, RISE "alerts:\n  - {%s}", cases[i][0]).at),
                    arena_print(t->w->memory, "6: %s / shoplifting raised to watch, rising, by yearly, on 2024-02-07 / %s\n",
                                cases[i][1], RAISED_FIGURES).at);
}

static void an_alert_that_nobody_expects_is_told(void **state)
{
    assert_said(tests_run_one(*state, RISE "quiet: yes"),
                "5: no alert at all / shoplifting raised to watch, rising, by yearly, on 2024-02-07 / " RAISED_FIGURES "\n");
    assert_said(tests_run_one(*state, "from: 2022-01\nseries:\n  shoplifting: {days: 1x730 2x100}\n  home: 30x27\n"
                                "alerts:\n  - {on: 2024-02, category: home, level: watch}\n"),
                "8: no other alerts than those listed / shoplifting raised to watch, rising, by yearly, on 2024-02-07 / "
                RAISED_FIGURES "\n"
                "9: home changed to watch, in 2024-02 / no alert: home stood at normal, from the beginning / "
                "360 in the 12 months to 29 February 2024, 360 in the 12 months before: no change (p > .99)\n");
}

static void an_alert_that_does_not_come_is_told(void **state)
{
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {shoplifting: 30x36}\nalerts:\n  - {on: 2024-03-31, kind: raised, level: watch}"),
                "7: shoplifting raised to watch, on 2024-03-31 / no alert: shoplifting stood at normal, from the beginning / "
                "360 in the 12 months to 31 March 2024, 360 in the 12 months before: no change (p > .99)\n");
}

/* After 29 February the year holds 366 + j: half as much again on the 182nd day, looked at twice on the 183rd. */
static void an_alert_is_told_beside_the_nearest_that_came(void **state)
{
    assert_begins(tests_run_one(*state, "series: {shoplifting: {from: 2022-01-01, days: 1x730 2x200}}\nalerts:\n  - {on: 2024-07-10, level: elevated}"),
                "5: no other alerts than those listed / shoplifting raised to watch, rising, by yearly, on 2024-02-07 / " RAISED_FIGURES "\n"
                "6: shoplifting changed to elevated, on 2024-07-10 / shoplifting escalated to priority, rising, by yearly, on 2024-07-01 / "
                 "549 in the 12 months to 1 July 2024, 365 in the 12 months before: +50.4 %");
}

static void a_second_alert_is_not_met_by_the_first(void **state)
{
    assert_begins(tests_run_one(*state, RISE "alerts:\n  - {on: 2024-02, level: watch}\n  - {on: 2024-02, level: watch}"),
                  "7: shoplifting changed to watch, in 2024-02 / no alert: shoplifting stood at watch, rising, by yearly, since 2024-02-07 / "
                  "426 in the 12 months to 29 February 2024, 365 in the 12 months before: +16.7 %");
}

static void a_level_that_stands_otherwise_is_told(void **state)
{
    static const char *const cases[][2] = {
        {"on: 2024-02-07, level: normal", "shoplifting at normal, on 2024-02-07"},
        {"on: 2024-02-07, level: priority", "shoplifting at priority, on 2024-02-07"},
        {"on: 2024-02-07, level: watch, direction: falling", "shoplifting at watch, falling, on 2024-02-07"},
        {"by: 2024-02-07, level: elevated", "shoplifting at elevated or higher, by 2024-02-07"},
        {"by: 2024-02-07, level: priority, rule: yearly", "shoplifting at priority, by yearly, by 2024-02-07"},
        {"by: 2024-02-07, level: watch, direction: falling", "shoplifting at watch or higher, falling, by 2024-02-07"},
    };
    tests_world *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_said(tests_run_one(t, arena_print(t->w->memory, RISE "expect:\n  - {%s}", cases[i][0]).at),
                    arena_print(t->w->memory, "6: %s / shoplifting stood at watch, rising, by yearly, since 2024-02-07 / %s\n",
                                cases[i][1], RAISED_FIGURES).at);
    assert_said(tests_run_one(t, RISE "expect:\n  - {by: 2024-02-06, level: watch}"),
                "6: shoplifting at watch or higher, by 2024-02-06 / shoplifting stood at normal, from the beginning / "
                "402 in the 12 months to 6 February 2024, 365 in the 12 months before: +10.1 % (p = .18)\n");
}

static void where_nothing_can_be_said_it_says_so(void **state)
{
    assert_said(tests_run_one(*state, RISE "expect:\n  - {on: 2023-06-30, level: watch}"),
                "6: shoplifting at watch, on 2023-06-30 / shoplifting stood at normal, from the beginning / "
                "nothing can be said: what is compared isn't all known\n");
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {hate: 30x24}\nrules: mine.yaml\nexpect: [{on: 2023-06-30, category: domestic, level: watch}]"),
                "7: domestic at watch, on 2023-06-30 / domestic stood at normal, from the beginning / "
                "nothing can be said: what is compared isn't all known\n");
    tests_read(*state, "tests: [{name: one, area: force, from: 2022-01, series: {theft: 30x36}, expect: [{on: 2024-06-30, level: watch}]}]");
    assert_said(tests_run(*state), "1: theft at watch, on 2024-06-30 / theft stood at normal, from the beginning / no rule watches it\n");
}

static bool is_anything_said(tests_world *t, const char *keys)
{
    test_outcome came;
    tests_read_one_test(t, keys);
    assert_faults(t->w->found, 0, 0);
    rule_test_run(&t->tests->each[0], t->w->data, t->w->memory, &came);
    bool said = came.said;
    test_outcome_free(&came);
    return said;
}

/* 500 on one day, looked at on the next one too: no level between. */
static void a_level_is_reached_by_a_higher_one_too(void **state)
{
    assert_said(tests_run_one(*state, "series: {theft: {from: 2022-01-01, days: 1x730 500 1x50}}\nalerts:\n"
                                "  - {on: 2024-01-02, kind: raised, level: priority}\nexpect:\n"
                                "  - {by: 2024-01-02, level: watch}\n  - {by: 2024-01-02, level: priority}"), "");
}

/* The first day that a whole year can be compared with the one before is the last of two years. */
static void that_all_is_quiet_since_nothing_can_be_said_is_noticed(void **state)
{
    assert_true(is_anything_said(*state, "from: 2022-01\nseries: {theft: 30x24}\nquiet: yes"));
    assert_false(is_anything_said(*state, "from: 2022-01\nseries: {theft: [{months: 30x23}, {days: 1x30}]}\nquiet: yes"));
}

/* --- series ---------------------------------------------------------------------------------------- */

/* Days of the first series: "2022-02-05 1"; those without incidents are left out, and what isn't known is "?". */
static const char *days_of(tests_world *t, const char *series)
{
    char date[DATE_TEXT];
    text said = {"", 0};
    tests_read_one_test(t, arena_print(t->w->memory, "from: 2022-02\nseries: {theft: %s}\nquiet: yes", series).at);
    assert_faults(t->w->found, 0, 0);
    const test_series *s = &t->tests->each[0].own.each[0];
    for (size_t i = 0; i < s->count; i++)
        if (s->each[i] == COUNT_UNKNOWN)
            said = arena_print(t->w->memory, "%.*s%s ?\n", TEXT_ARGS(said), date_text(s->days.from + (day_number)i, date));
        else if (s->each[i] > 0)
            said = arena_print(t->w->memory, "%.*s%s %u\n", TEXT_ARGS(said), date_text(s->days.from + (day_number)i, date), s->each[i]);
    return arena_print(t->w->memory, "%.*sto %s", TEXT_ARGS(said), date_text(s->days.to, date)).at;
}

/* The j-th of k incidents lies in the middle of the j-th k-th of the days: of 28 days and 2 incidents in the middles of 1
 * to 14 and of 15 to 28, at 7 and 21. */
static void counts_are_spread_evenly_over_their_days(void **state)
{
    assert_said(days_of(*state, "1"), "2022-02-14 1\nto 2022-02-28");
    assert_said(days_of(*state, "2"), "2022-02-07 1\n2022-02-21 1\nto 2022-02-28");
    assert_said(days_of(*state, "{days: 3 0 2}"), "2022-02-01 3\n2022-02-03 2\nto 2022-02-03");
    assert_said(days_of(*state, "{from: 2022-02-07, weeks: 7 8}"),
                "2022-02-07 1\n2022-02-08 1\n2022-02-09 1\n2022-02-10 1\n2022-02-11 1\n2022-02-12 1\n2022-02-13 1\n"
                "2022-02-14 1\n2022-02-15 1\n2022-02-16 1\n2022-02-17 2\n2022-02-18 1\n2022-02-19 1\n2022-02-20 1\nto 2022-02-20");
    assert_said(days_of(*state, "{years: 1}"), "2022-08-02 1\nto 2023-01-31");
}

static void counts_are_repeated_stepped_and_left_open(void **state)
{
    assert_said(days_of(*state, "{days: 1x2 4+2x3 _x2 2-1x3}"),
                "2022-02-01 1\n2022-02-02 1\n2022-02-03 4\n2022-02-04 6\n2022-02-05 8\n2022-02-06 ?\n2022-02-07 ?\n"
                "2022-02-08 2\n2022-02-09 1\nto 2022-02-10");
    assert_said(days_of(*state, "{days: [1, 1x2, '2, 3']}"),
                "2022-02-01 1\n2022-02-02 1\n2022-02-03 1\n2022-02-04 2\n2022-02-05 3\nto 2022-02-05");
}

static void parts_follow_each_other_and_what_lies_between_is_not_known(void **state)
{
    assert_said(days_of(*state, "[{months: 1}, {days: 2 0}, {from: 2022-03-04, days: 3}]"),
                "2022-02-14 1\n2022-03-01 2\n2022-03-03 ?\n2022-03-04 3\nto 2022-03-04");
}

/* --- coverage, detail, residents ------------------------------------------------------------------- */

/* From 2024 on nothing: a fall of all that there was, if it were known. */
static void what_is_not_covered_is_no_fall(void **state)
{
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {theft: 30x24 _x6 30x6}\nquiet: yes"), "");
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {theft: 30x24}\ncovered: 2022-01..2023-12\nquiet: yes"), "");
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {theft: 30x24 0x6}\ncovered: [2022-01..2023-06, 2023-07-01..2023-12-31]\nquiet: yes"), "");
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {theft: 30x24 0x6}\nexpect: [{by: 2024-06-30, level: watch, direction: falling}]"), "");
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {theft: 30x24}\ncovered: 2022-01..2024-06\nexpect: [{by: 2024-06-30, level: watch, direction: falling}]"), "");
}

/* A month of the year before is missing: nothing can be compared with it. */
static void what_lies_above_or_below_what_is_not_known_is_not_known(void **state)
{
    static const struct { const char *code; bool said; } cases[] = {{"home", false}, {"burglary", false}, {"all-crime", false},
                                                                    {"shoplifting", true}, {"asb", true}, {"hate", true}};
    tests_world *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *said = tests_run_one(t, arena_print(t->w->memory, "from: 2022-01\nseries: {home: 30x6 _ 30x17 90x2, asb: 30x26}\n"
                                   "expect:\n  - {on: 2023-12-31, category: %s, level: priority}", cases[i].code).at);
        assert_int_equal(strstr(said, "nothing can be said") == NULL, cases[i].said);
    }
    /* What a marker marks is counted without it. */
    assert_said(tests_run_one(t, "from: 2022-01\nseries: {all-crime: 30x24, hate: 5x6 _ 5x17}\nexpect:\n  - {on: 2023-12-31, category: all-crime, level: watch}"),
                "7: all-crime at watch, on 2023-12-31 / all-crime stood at normal, from the beginning / "
                "360 in the 12 months to 31 December 2023, 360 in the 12 months before: no change (p > .99)\n");
    assert_said(tests_run_one(t, "from: 2022-01\nseries: {theft: 30x6 _ 30x17, home: 5x24}\nexpect:\n  - {on: 2023-12-31, category: home, level: watch}"),
                "7: home at watch, on 2023-12-31 / home stood at normal, from the beginning / "
                "nothing can be said: what is compared isn't all known\n");
}

static void a_rise_is_seen_though_not_all_is_known(void **state)
{
    assert_said(tests_run_one(*state, RISE "covered: 2022-01..2024-01\nalerts: [{on: 2024-02-07, kind: raised, level: watch}]"), "");
}

/* Told as a wider node, what lies below can't be told; beside finer ones it is what is left. */
static void a_node_hides_what_lies_below_unless_that_is_told_too(void **state)
{
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {theft: 30x24 60x12}\nexpect:\n"
                                "  - {on: 2024-12-31, category: theft, level: priority}\n"
                                "  - {on: 2024-12-31, category: shoplifting, level: watch}"),
                "8: shoplifting at watch, on 2024-12-31 / shoplifting stood at normal, from the beginning / "
                "nothing can be said: what is compared isn't all known\n");
    assert_said(tests_run_one(*state, "from: 2022-01\nseries: {theft: 30x36, shoplifting: 30x24 60x12}\nexpect:\n"
                                "  - {on: 2024-12-31, category: theft, level: priority}\n"
                                "  - {on: 2024-12-31, category: shoplifting, level: priority}"),
                /* 72 more than 720 on 13 March: 30 and 30 and 12; half as much again on the last day, looked at once only. */
                "7: theft at priority, on 2024-12-31 / theft stood at watch, rising, by yearly, since 2024-03-14 / "
                "1,080 in the 12 months to 31 December 2024, 720 in the 12 months before: +50.0 % (p < .001)\n");
}

static void records_that_know_only_their_month_are_looked_at_at_its_end(void **state)
{
    assert_said(tests_run_one(*state, RISE "records: monthly\nalerts: [{on: 2024-03-31, kind: raised, level: watch}]"), "");
    assert_said(tests_run_one(*state, RISE "records: daily\nalerts: [{on: 2024-02-07, kind: raised, level: watch}]"), "");
}

/* 60 a month of 1,000 residents against 90 of 3,000: twice the rate. */
static void a_district_is_compared_with_the_rest_of_what_it_lies_in(void **state)
{
    tests_world *t = *state;
    const populations *before = t->w->data->populations;
    assert_said(tests_run_one(t, "from: 2023-01\npopulation: 1000\nrest_population: 3000\nseries: {asb: 60x12}\nrest: {asb: 90x12}\nquiet: yes"),
                "9: no alert at all / asb raised to elevated, rising, by above, on 2023-12-31 / "
                "720.0 per 1,000 residents in the 12 months to 31 December 2023, 360.0 in the rest of the larger area: 100.0 % above (p < .001)\n");
    assert_said(tests_run_one(t, "from: 2023-01\npopulation: 1000\nrest_population: 3000\nseries: {asb: 60x12}\nrest: {asb: 180x12}\nquiet: yes"), "");
    /* No rest, nothing to compare with; and no estimates for the force in the fixture's own data. */
    assert_said(tests_run_one(t, "from: 2023-01\nseries: {asb: 60x12}\nquiet: yes"), "");
    assert_said(tests_run_one(t, "from: 2023-01\nseries: {asb: 60x12}\nrest: {asb: 90x12}\nquiet: yes"), "");
    assert_ptr_equal(t->w->data->populations, before);
}

static void what_lies_above_is_not_judged_unless_it_is_named(void **state)
{
    assert_said(tests_run_one(*state, RISE "alerts:\n  - {on: 2024-02, category: shoplifting, level: watch}\n"
                                "expect:\n  - {on: 2024-02-07, category: shoplifting, level: watch}"), "");
    assert_said(tests_run_one(*state, RISE "alerts:\n  - {on: 2024-02, category: shoplifting, level: watch}\n"
                                "expect:\n  - {on: 2024-02-07, category: all-crime, level: watch}"),
                "5: no other alerts than those listed / all-crime raised to watch, rising, by yearly, on 2024-02-07 / "
                RAISED_FIGURES "\n");
}

static void a_level_of_areas_stands_for_one_that_the_rules_watch(void **state)
{
    tests_world *t = *state;
    tests_read(t, "tests:\n  - {name: one, area: district, from: 2022-01, series: {theft: 30x36}, quiet: yes}\n"
            "  - {name: two, area: Lichfield, from: 2022-01, series: {theft: 30x36}, quiet: yes}\n");
    assert_said(tests_run(t), "");
    assert_text(geography_area(t->w->data->areas, t->tests->each[0].area)->code, "D1");
    assert_text(geography_area(t->w->data->areas, t->tests->each[1].area)->code, "D2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tests_world_make, tests_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_comes_as_expected_passes),
        TEST(what_is_left_out_is_not_compared),
        TEST(a_steady_series_is_quiet_in_any_unit),
        TEST(an_alert_that_comes_otherwise_is_told),
        TEST(an_alert_that_nobody_expects_is_told),
        TEST(an_alert_that_does_not_come_is_told),
        TEST(an_alert_is_told_beside_the_nearest_that_came),
        TEST(a_second_alert_is_not_met_by_the_first),
        TEST(a_level_that_stands_otherwise_is_told),
        TEST(where_nothing_can_be_said_it_says_so),
        TEST(that_all_is_quiet_since_nothing_can_be_said_is_noticed),
        TEST(a_level_is_reached_by_a_higher_one_too),
        TEST(counts_are_spread_evenly_over_their_days),
        TEST(counts_are_repeated_stepped_and_left_open),
        TEST(parts_follow_each_other_and_what_lies_between_is_not_known),
        TEST(what_is_not_covered_is_no_fall),
        TEST(what_lies_above_or_below_what_is_not_known_is_not_known),
        TEST(a_rise_is_seen_though_not_all_is_known),
        TEST(a_node_hides_what_lies_below_unless_that_is_told_too),
        TEST(records_that_know_only_their_month_are_looked_at_at_its_end),
        TEST(a_district_is_compared_with_the_rest_of_what_it_lies_in),
        TEST(what_lies_above_is_not_judged_unless_it_is_named),
        TEST(a_level_of_areas_stands_for_one_that_the_rules_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
