/* Promise: a file of tests says what it means or every fault of it is told, with its line and what to do; what comes
 * otherwise than expected is told as such, whatever it is, with the figures of that day; what comes as expected passes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judging/rule_tests.h"
#include "rules_fixtures.h"
#include "testing.h"

/* Dates can be worked out by hand: two looks, and no p. */
static const char rules_file[] =
    "rules:\n"
    "  - name: yearly\n"
    "    detector: rolling-year\n"
    "    areas: [district]\n"
    "    categories: [all]\n"
    "    at_once: never\n"
    "    levels: {watch: {percent: 10, difference: 20}, priority: {percent: 50, difference: 20}}\n"
    "  - name: above\n"
    "    detector: comparator-gap\n"
    "    areas: [district]\n"
    "    categories: [asb]\n"
    "    directions: [rising]\n"
    "    levels: {elevated: {percent: 50, difference: 20}}\n";

struct testing {
    rules_world *w;
    codebook *book;
    rule_tests *tests;
};

static const rules *give_rules(void *context, text file, char why[NOTE_SIZE_MAX])
{
    struct testing *t = context;
    why[0] = '\0';
    if (file.size == 0 || text_is(file, "mine.yaml"))
        return t->w->rules;
    (void)snprintf(why, NOTE_SIZE_MAX, "there is no file '%.*s'", TEXT_ARGS(file));
    return NULL;
}

static int make(void **state)
{
    static struct testing t;
    void *world;
    (void)rules_world_make(&world);
    t = (struct testing){.w = world, .book = codebook_create()};
    reference_number(t.w->data, t.book);
    (void)rules_read(t.w, rules_file);
    assert_faults(t.w->found, 0, 0);
    *state = &t;
    return 0;
}

static int unmake(void **state)
{
    struct testing *t = *state;
    rule_tests_destroy(&t->tests);
    rule_tests_destroy(&t->tests);
    codebook_destroy(&t->book);
    void *world = t->w;
    return rules_world_remove(&world);
}

static void read(struct testing *t, const char *yaml)
{
    rule_tests_destroy(&t->tests);
    faults_destroy(&t->w->found);
    t->w->found = faults_create();
    t->tests = rule_tests_create(text_of(yaml), "tests.yaml", t->w->data, give_rules, t, t->w->found);
}

/* A file with one test: its keys from line 4 on, a line each. */
static void read_one(struct testing *t, const char *keys)
{
    text made = text_of("tests:\n  - name: one\n    area: D1\n"), rest = text_of(keys), line;
    while (text_split(&rest, '\n', &line))
        made = arena_print(t->w->memory, "%.*s    %.*s\n", TEXT_ARGS(made), TEXT_ARGS(line));
    read(t, made.at);
}

/* What came otherwise: "4: expected / came / figures" a line each; "" where nothing did. */
static const char *run(struct testing *t)
{
    text said = {"", 0};
    assert_faults(t->w->found, 0, 0);
    for (size_t i = 0; i < t->tests->count; i++) {
        test_outcome came;
        rule_test_run(&t->tests->each[i], t->w->data, t->w->memory, &came);
        for (size_t k = 0; k < came.count; k++)
            said = arena_print(t->w->memory, "%.*s%u: %.*s / %.*s / %.*s\n", TEXT_ARGS(said), came.each[k].line,
                               TEXT_ARGS(came.each[k].expected), TEXT_ARGS(came.each[k].came), TEXT_ARGS(came.each[k].figures));
        test_outcome_free(&came);
    }
    return said.size > 0 ? said.at : "";
}

static const char *run_one(struct testing *t, const char *keys)
{
    read_one(t, keys);
    return run(t);
}

/* One a day in 2022 and 2023 and two a day in 2024: on the j-th day of 2024 365 + j, against 365 the year before. A tenth
 * more on the 37th day; the second look in a row is on the 38th, 7 February. */
#define RISE "series: {shoplifting: {from: 2022-01-01, days: 1x730 2x91}}\n"
#define RAISED_FIGURES "403 in the 12 months to 7 February 2024, 365 in the 12 months before: +10.4 % (p = .17)"

static void assert_said(const char *said, const char *expected)
{
    assert_string_equal(said, expected);
}

/* --- what passes ---------------------------------------------------------------------------------- */

static void what_comes_as_expected_passes(void **state)
{
    struct testing *t = *state;
    assert_said(run_one(t, RISE "alerts:\n"
                                "  - {on: 2024-02-07, kind: raised, category: shoplifting, level: watch, direction: rising, rule: yearly}\n"
                                "expect:\n"
                                "  - {on: 2024-02-06, level: normal}\n"
                                "  - {on: 2024-02-07, level: watch, direction: rising, rule: yearly}\n"
                                "  - {by: 2024-02-07, level: watch}\n"), "");
}

static void what_is_left_out_is_not_compared(void **state)
{
    struct testing *t = *state;
    assert_said(run_one(t, RISE "alerts: [{on: 2024-02, level: watch}]"), "");
    assert_said(run_one(t, RISE "expect: [{on: 2024-03-31, level: watch}]"), "");
}

static void a_steady_series_is_quiet_in_any_unit(void **state)
{
    static const char *const steady[] = {"{days: 2x1500}", "{months: 60x50}", "60x50", "{years: 700x4}", "[60, 60x49]",
                                         "{from: 2022-01-03, weeks: 15x200}", "[{months: 60x20}, {days: 2x500}]"};
    for (size_t i = 0; i < sizeof steady / sizeof steady[0]; i++)
        assert_said(run_one(*state, arena_print(((struct testing *)*state)->w->memory,
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
    struct testing *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_said(run_one(t, arena_print(t->w->memory, RISE "alerts:\n  - {%s}", cases[i][0]).at),
                    arena_print(t->w->memory, "6: %s / shoplifting raised to watch, rising, by yearly, on 2024-02-07 / %s\n",
                                cases[i][1], RAISED_FIGURES).at);
}

static void an_alert_that_nobody_expects_is_told(void **state)
{
    assert_said(run_one(*state, RISE "quiet: yes"),
                "5: no alert at all / shoplifting raised to watch, rising, by yearly, on 2024-02-07 / " RAISED_FIGURES "\n");
    assert_said(run_one(*state, "from: 2022-01\nseries:\n  shoplifting: {days: 1x730 2x100}\n  home: 30x27\n"
                                "alerts:\n  - {on: 2024-02, category: home, level: watch}\n"),
                "8: no other alerts than those listed / shoplifting raised to watch, rising, by yearly, on 2024-02-07 / "
                RAISED_FIGURES "\n"
                "9: home changed to watch, in 2024-02 / no alert: home stood at normal, from the beginning / "
                "360 in the 12 months to 29 February 2024, 360 in the 12 months before: no change (p > .99)\n");
}

static void an_alert_that_does_not_come_is_told(void **state)
{
    assert_said(run_one(*state, "from: 2022-01\nseries: {shoplifting: 30x36}\nalerts:\n  - {on: 2024-03-31, kind: raised, level: watch}"),
                "7: shoplifting raised to watch, on 2024-03-31 / no alert: shoplifting stood at normal, from the beginning / "
                "360 in the 12 months to 31 March 2024, 360 in the 12 months before: no change (p > .99)\n");
}

static void a_second_alert_is_not_met_by_the_first(void **state)
{
    static const char begins[] = "7: shoplifting changed to watch, in 2024-02 / no alert: shoplifting stood at watch, rising, by yearly, "
                                 "since 2024-02-07 / 426 in the 12 months to 29 February 2024, 365 in the 12 months before: +16.7 %";
    const char *said = run_one(*state, RISE "alerts:\n  - {on: 2024-02, level: watch}\n  - {on: 2024-02, level: watch}");
    assert_int_equal(strncmp(said, begins, sizeof begins - 1), 0);
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
    struct testing *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_said(run_one(t, arena_print(t->w->memory, RISE "expect:\n  - {%s}", cases[i][0]).at),
                    arena_print(t->w->memory, "6: %s / shoplifting stood at watch, rising, by yearly, since 2024-02-07 / %s\n",
                                cases[i][1], RAISED_FIGURES).at);
    assert_said(run_one(t, RISE "expect:\n  - {by: 2024-02-06, level: watch}"),
                "6: shoplifting at watch or higher, by 2024-02-06 / shoplifting stood at normal, from the beginning / "
                "402 in the 12 months to 6 February 2024, 365 in the 12 months before: +10.1 % (p = .18)\n");
}

static void where_nothing_can_be_said_it_says_so(void **state)
{
    assert_said(run_one(*state, RISE "expect:\n  - {on: 2023-06-30, level: watch}"),
                "6: shoplifting at watch, on 2023-06-30 / shoplifting stood at normal, from the beginning / "
                "nothing can be said: what is compared isn't all known\n");
    assert_said(run_one(*state, "from: 2022-01\nseries: {hate: 30x24}\nrules: mine.yaml\nexpect: [{on: 2023-06-30, category: domestic, level: watch}]"),
                "7: domestic at watch, on 2023-06-30 / domestic stood at normal, from the beginning / "
                "nothing can be said: what is compared isn't all known\n");
    read(*state, "tests: [{name: one, area: force, from: 2022-01, series: {theft: 30x36}, expect: [{on: 2024-06-30, level: watch}]}]");
    assert_said(run(*state), "1: theft at watch, on 2024-06-30 / theft stood at normal, from the beginning / no rule watches it\n");
}

/* --- series ---------------------------------------------------------------------------------------- */

/* Days of the first series: "2022-02-05 1"; those without incidents are left out, and what isn't known is "?". */
static const char *days_of(struct testing *t, const char *series)
{
    char date[DATE_TEXT];
    text said = {"", 0};
    read_one(t, arena_print(t->w->memory, "from: 2022-02\nseries: {theft: %s}\nquiet: yes", series).at);
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
    assert_said(run_one(*state, "from: 2022-01\nseries: {theft: 30x24 _x6 30x6}\nquiet: yes"), "");
    assert_said(run_one(*state, "from: 2022-01\nseries: {theft: 30x24}\ncovered: 2022-01..2023-12\nquiet: yes"), "");
    assert_said(run_one(*state, "from: 2022-01\nseries: {theft: 30x24 0x6}\ncovered: [2022-01..2023-06, 2023-07-01..2023-12-31]\nquiet: yes"), "");
    assert_said(run_one(*state, "from: 2022-01\nseries: {theft: 30x24 0x6}\nexpect: [{by: 2024-06-30, level: watch, direction: falling}]"), "");
    assert_said(run_one(*state, "from: 2022-01\nseries: {theft: 30x24}\ncovered: 2022-01..2024-06\nexpect: [{by: 2024-06-30, level: watch, direction: falling}]"), "");
}

/* A month of the year before is missing: nothing can be compared with it. */
static void what_lies_above_or_below_what_is_not_known_is_not_known(void **state)
{
    static const struct { const char *code; bool said; } cases[] = {{"home", false}, {"burglary", false}, {"all-crime", false},
                                                                    {"shoplifting", true}, {"asb", true}, {"hate", true}};
    struct testing *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *said = run_one(t, arena_print(t->w->memory, "from: 2022-01\nseries: {home: 30x6 _ 30x17 90x2, asb: 30x26}\n"
                                   "expect:\n  - {on: 2023-12-31, category: %s, level: priority}", cases[i].code).at);
        assert_int_equal(strstr(said, "nothing can be said") == NULL, cases[i].said);
    }
}

static void a_rise_is_seen_though_not_all_is_known(void **state)
{
    assert_said(run_one(*state, RISE "covered: 2022-01..2024-01\nalerts: [{on: 2024-02-07, kind: raised, level: watch}]"), "");
}

/* Told as a wider node, what lies below can't be told; beside finer ones it is what is left. */
static void a_node_hides_what_lies_below_unless_that_is_told_too(void **state)
{
    assert_said(run_one(*state, "from: 2022-01\nseries: {theft: 30x24 60x12}\nexpect:\n"
                                "  - {on: 2024-12-31, category: theft, level: priority}\n"
                                "  - {on: 2024-12-31, category: shoplifting, level: watch}"),
                "8: shoplifting at watch, on 2024-12-31 / shoplifting stood at normal, from the beginning / "
                "nothing can be said: what is compared isn't all known\n");
    assert_said(run_one(*state, "from: 2022-01\nseries: {theft: 30x36, shoplifting: 30x24 60x12}\nexpect:\n"
                                "  - {on: 2024-12-31, category: theft, level: priority}\n"
                                "  - {on: 2024-12-31, category: shoplifting, level: priority}"),
                /* 72 more than 720 on 13 March: 30 and 30 and 12; half as much again on the last day, looked at once only. */
                "7: theft at priority, on 2024-12-31 / theft stood at watch, rising, by yearly, since 2024-03-14 / "
                "1,080 in the 12 months to 31 December 2024, 720 in the 12 months before: +50.0 % (p < .001)\n");
}

static void records_that_know_only_their_month_are_looked_at_at_its_end(void **state)
{
    assert_said(run_one(*state, RISE "records: monthly\nalerts: [{on: 2024-03-31, kind: raised, level: watch}]"), "");
    assert_said(run_one(*state, RISE "records: daily\nalerts: [{on: 2024-02-07, kind: raised, level: watch}]"), "");
}

/* 60 a month of 1,000 residents against 90 of 3,000: twice the rate. */
static void a_district_is_compared_with_the_rest_of_what_it_lies_in(void **state)
{
    struct testing *t = *state;
    const populations *before = t->w->data->populations;
    assert_said(run_one(t, "from: 2023-01\npopulation: 1000\nrest_population: 3000\nseries: {asb: 60x12}\nrest: {asb: 90x12}\nquiet: yes"),
                "9: no alert at all / asb raised to elevated, rising, by above, on 2023-12-31 / "
                "720.0 per 1,000 residents in the 12 months to 31 December 2023, 360.0 in the rest of the larger area: 100.0 % above (p < .001)\n");
    assert_said(run_one(t, "from: 2023-01\npopulation: 1000\nrest_population: 3000\nseries: {asb: 60x12}\nrest: {asb: 180x12}\nquiet: yes"), "");
    /* No rest, nothing to compare with; and no estimates for the force in the fixture's own data. */
    assert_said(run_one(t, "from: 2023-01\nseries: {asb: 60x12}\nquiet: yes"), "");
    assert_said(run_one(t, "from: 2023-01\nseries: {asb: 60x12}\nrest: {asb: 90x12}\nquiet: yes"), "");
    assert_ptr_equal(t->w->data->populations, before);
}

static void what_lies_above_is_not_judged_unless_it_is_named(void **state)
{
    assert_said(run_one(*state, RISE "alerts:\n  - {on: 2024-02, category: shoplifting, level: watch}\n"
                                "expect:\n  - {on: 2024-02-07, category: shoplifting, level: watch}"), "");
    assert_said(run_one(*state, RISE "alerts:\n  - {on: 2024-02, category: shoplifting, level: watch}\n"
                                "expect:\n  - {on: 2024-02-07, category: all-crime, level: watch}"),
                "5: no other alerts than those listed / all-crime raised to watch, rising, by yearly, on 2024-02-07 / "
                RAISED_FIGURES "\n");
}

static void a_level_of_areas_stands_for_one_that_the_rules_watch(void **state)
{
    struct testing *t = *state;
    read(t, "tests:\n  - {name: one, area: district, from: 2022-01, series: {theft: 30x36}, quiet: yes}\n"
            "  - {name: two, area: Lichfield, from: 2022-01, series: {theft: 30x36}, quiet: yes}\n");
    assert_said(run(t), "");
    assert_text(geography_area(t->w->data->areas, t->tests->each[0].area)->code, "D1");
    assert_text(geography_area(t->w->data->areas, t->tests->each[1].area)->code, "D2");
}

/* --- faults ---------------------------------------------------------------------------------------- */

struct fault_case {
    const char *keys;  /* from line 4 on */
    const char *fault; /* behind "tests.yaml:" */
};

#define SERIES "from: 2022-01\nseries: {theft: 30x36, home: 1x36}\n"
#define ONE "from: 2022-01\nseries: {theft: 30x36}\n"

static const struct fault_case fault_cases[] = {
    {SERIES "quite: yes\nquiet: yes", "6: error: a test has no key 'quite'; perhaps 'quiet'"},
    {SERIES, "2: error: the test expects nothing: give it 'expect', 'alerts' or 'quiet: yes'"},
    {"quiet: yes", "2: error: the test has no 'series': write counts under each category"},
    {SERIES "quiet: perhaps", "6: error: quiet is 'perhaps': write yes, or leave it out"},
    {ONE "quiet: yes\nalerts: [{on: 2024-01, level: watch}]", "6: error: a test that lists alerts is not quiet"},
    {ONE "alerts: []", "6: error: 'alerts' is empty: write quiet: yes where nothing should be raised"},
    {ONE "expect: {on: 2024-01-01, level: watch}", "6: error: 'expect' should be a list"},
    {ONE "expect: [watch]", "6: error: what stands should be a map"},
    {ONE "alerts: [watch]", "6: error: an alert should be a map"},
    {SERIES "quiet: yes\nrules: other.yaml", "7: error: there is no file 'other.yaml'"},
    {SERIES "quiet: yes\nrules: []", "7: error: 'rules' should name a file of rules"},
    {SERIES "quiet: yes\nrecords: weekly", "7: error: records is 'weekly': write daily, or monthly"},
    {SERIES "quiet: yes\ncovered: 2022-01", "7: error: '2022-01' should be first and last day, up to 40 years"},
    {SERIES "quiet: yes\ncovered: 2023-01..2022-01", "7: error: '2023-01..2022-01' should be first and last day"},
    {SERIES "quiet: yes\ncovered: []", "7: error: 'covered' names no days"},
    {SERIES "quiet: yes\npopulation: 1000", "2: error: 'population' and 'rest_population' go together"},
    {SERIES "quiet: yes\npopulation: '1,000'\nrest_population: 5\nrest: {theft: 1x36}", "7: error: '1,000' is no number of residents"},
    {SERIES "quiet: yes\npopulation: 1\nrest_population: 5", "2: error: 'rest_population' needs 'rest'"},
    {"from: 2022-13\nseries: {theft: {from: 2022-01, months: 1x36}}\nquiet: yes", "4: error: from is '2022-13' and should be a month or a date"},
    {"series: {theft: 30x36}\nquiet: yes", "4: error: nothing says when these counts begin"},
    {"from: 2022-01\nseries: {shop-lifting: 30x36}\nquiet: yes", "5: error: there is no category 'shop-lifting'; perhaps 'shoplifting'"},
    {"from: 2022-01\nseries: [theft]\nquiet: yes", "5: error: there should be counts under each category"},
    {"from: 2022-01\nseries: {theft: 30y36}\nquiet: yes", "5: error: '30y36' is no count up to 1000000: write 60, 60x24"},
    {"from: 2022-01\nseries: {theft: 30x}\nquiet: yes", "5: error: '30x' is no count"},
    {"from: 2022-01\nseries: {theft: 30x0}\nquiet: yes", "5: error: '30x0' is no count"},
    {"from: 2022-01\nseries: {theft: -3}\nquiet: yes", "5: error: '-3' is no count"},
    {"from: 2022-01\nseries: {theft: 30+2}\nquiet: yes", "5: error: '30+2' is no count"},
    {"from: 2022-01\nseries: {theft: 3-1x5}\nquiet: yes", "5: error: '3-1x5' is no count"},
    {"from: 2022-01\nseries: {theft: 1000001}\nquiet: yes", "5: error: '1000001' is no count"},
    {"from: 2022-01\nseries: {theft: 1x600}\nquiet: yes", "5: error: the series is too long: it may have up to 39 years"},
    {"from: 2099-01\nseries: {theft: 1x12}\nquiet: yes", "5: error: the series is too long"},
    {"from: 2022-01\nseries: {theft: ''}\nquiet: yes", "5: error: there are no counts: write them as 51x24 62x12"},
    {"from: 2022-01\nseries: {theft: {mouths: 3}}\nquiet: yes", "5: error: a series has no key 'mouths'; perhaps 'months'"},
    {"from: 2022-01\nseries: {theft: {from: 2022-02}}\nquiet: yes", "5: error: a part of a series counts by one of"},
    {"from: 2022-01\nseries: {theft: {months: 3, days: 4}}\nquiet: yes", "5: error: a part of a series counts by one of"},
    {"from: 2022-01\nseries: {theft: [{days: 3}, 4]}\nquiet: yes", "5: error: a series should be counts by month"},
    {"from: 2022-01-02\nseries: {theft: 3}\nquiet: yes", "5: error: months begin on the first of a month and not on 2022-01-02"},
    {"from: 2022-01\nseries: {theft: {weeks: 3}}\nquiet: yes", "5: error: weeks begin on Mondays and 2022-01-01 is none: begin on 2022-01-03"},
    {"from: 2022-01\nseries: {theft: [{days: 3x9}, {from: 2022-01-09, days: 1}]}\nquiet: yes", "5: error: the counts before these go to 2022-01-09 already"},
    {ONE "expect: [{on: 2024-01, level: watch}]", "6: error: '2024-01' should be a date that exists: 2025-03-31"},
    {ONE "alerts: [{on: soon, level: watch}]", "6: error: 'soon' should be a date that exists: 2025-03-31, or a month"},
    {ONE "expect: [{on: 2025-01-01, level: watch}]", "6: error: 2025-01-01 lies outside the test's series, 2022-01-01 to 2024-12-31"},
    {ONE "expect: [{on: 2024-01-01, by: 2024-01-02, level: watch}]", "6: error: say 'on' or 'by' which date, one of the two"},
    {ONE "expect: [{level: watch}]", "6: error: say 'on' or 'by' which date, one of the two"},
    {ONE "alerts: [{level: watch}]", "6: error: say 'on' which date, or in which month"},
    {ONE "alerts: [{by: 2024-01-01, on: 2024-01-01, level: watch}]", "6: error: an alert has no key 'by'"},
    {ONE "expect: [{kind: raised, on: 2024-01-01, level: watch}]", "6: error: what stands has no key 'kind'"},
    {ONE "expect: [{on: 2024-01-01}]", "6: error: say the 'level': normal, watch, elevated or priority"},
    {ONE "expect: [{on: 2024-01-01, level: high}]", "6: error: 'high' is no level"},
    {ONE "expect: [{on: 2024-01-01, level: watch, direction: up}]", "6: error: 'up' is no direction: write rising or falling"},
    {ONE "expect: [{on: 2024-01-01, level: watch, rule: year}]", "6: error: there is no rule 'year'; perhaps 'yearly'"},
    {ONE "expect: [{on: 2024-01-01, level: watch, category: teft}]", "6: error: there is no category 'teft'; perhaps 'theft'"},
    {SERIES "expect: [{on: 2024-01-01, level: watch}]", "6: error: the test has several series: say which 'category'"},
    {ONE "expect: [{by: 2024-01-01, level: normal}]", "6: error: every series is normal at first: say 'on' which day"},
    {ONE "expect: [{on: 2024-01-01, level: normal, rule: yearly}]", "6: error: normal has neither direction nor rule"},
    {ONE "alerts: [{on: 2024-01-01, kind: risen, level: watch}]", "6: error: 'risen' is no kind of alert"},
    {ONE "alerts: [{on: 2024-01-01, kind: raised, level: normal}]", "6: error: 'raised' and 'normal' don't go together"},
};

static void each_fault_is_told_with_its_line_and_alone(void **state)
{
    struct testing *t = *state;
    for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++) {
        read_one(t, fault_cases[i].keys);
        assert_faults(t->w->found, 1, 0);
        assert_fault(t->w->found, arena_print(t->w->memory, "tests.yaml:%s", fault_cases[i].fault).at);
    }
}

static void areas_that_are_none_are_told(void **state)
{
    static const char *const cases[][2] = {
        {"Staford", "tests.yaml:1: error: 'Staford' is neither the code nor the name of an area or group; perhaps Stafford"}, {"G1", "tests.yaml:1: error: G1 is a group: a test is of one area"},
        {"L1", "tests.yaml:1: error: "}, {"''", "tests.yaml:1: error: 'area' should be a level (district), a code or a name"},
        {"West", "tests.yaml:1: error: "}, {"[]", "tests.yaml:1: error: 'area' should be a level"},
    };
    struct testing *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read(t, arena_print(t->w->memory, "tests: [{name: one, area: %s, from: 2022-01, series: {theft: 30x36}, quiet: yes}]", cases[i][0]).at);
        assert_faults(t->w->found, 1, 0);
        assert_fault(t->w->found, cases[i][1]);
    }
}

static void all_faults_are_told_at_once(void **state)
{
    struct testing *t = *state;
    read(t, "rules: mine.yaml\ncolour: red\ntests:\n  - one\n  - name: two\n    area: Nowhere\n    series: {thefts: 3y}\n"
            "  - {name: two, area: D1, from: 2022-01, series: {theft: 1}, quiet: no}\n");
    assert_faults(t->w->found, 8, 0);
    assert_fault(t->w->found, "tests.yaml:2: error: the file has no key 'colour'");
    assert_fault(t->w->found, "tests.yaml:4: error: a test should be a map: begin it with '- name: ...'");
    assert_fault(t->w->found, "tests.yaml:5: error: the test expects nothing");
    assert_fault(t->w->found, "tests.yaml:6: error: 'Nowhere' is neither the code nor the name");
    assert_fault(t->w->found, "tests.yaml:7: error: there is no category 'thefts'; perhaps 'theft'");
    assert_fault(t->w->found, "tests.yaml:7: error: nothing says when these counts begin");
    assert_fault(t->w->found, "tests.yaml:8: error: quiet is 'no'");
    assert_fault(t->w->found, "tests.yaml:8: error: a test with the name 'two' stands in line 5 already");
}

static void a_file_without_tests_is_a_fault(void **state)
{
    static const char *const none[] = {"tests: []", "tests:", "rules: mine.yaml", "[]", "words", "tests: {name: one}"};
    struct testing *t = *state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        read(t, none[i]);
        assert_faults(t->w->found, 1, 0);
        assert_fault(t->w->found, "tests.yaml:1: error: there are no tests: list them under 'tests:'");
    }
    read(t, "");
    assert_faults(t->w->found, 1, 0);
    assert_fault(t->w->found, "tests.yaml: error: ");
    read(t, "tests: [");
    assert_faults(t->w->found, 1, 0);
    assert_fault(t->w->found, "tests.yaml: error: line ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_comes_as_expected_passes),
        TEST(what_is_left_out_is_not_compared),
        TEST(a_steady_series_is_quiet_in_any_unit),
        TEST(an_alert_that_comes_otherwise_is_told),
        TEST(an_alert_that_nobody_expects_is_told),
        TEST(an_alert_that_does_not_come_is_told),
        TEST(a_second_alert_is_not_met_by_the_first),
        TEST(a_level_that_stands_otherwise_is_told),
        TEST(where_nothing_can_be_said_it_says_so),
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
        TEST(each_fault_is_told_with_its_line_and_alone),
        TEST(areas_that_are_none_are_told),
        TEST(all_faults_are_told_at_once),
        TEST(a_file_without_tests_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
