/* Promise: a file of tests is understood, or every fault of it is told at once, each with its line and what to do. */
#include "rule_tests_fixtures.h"
#include "testing.h"

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
    tests_world *t = *state;
    for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++) {
        tests_read_one_test(t, fault_cases[i].keys);
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
    tests_world *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tests_read(t, arena_print(t->w->memory, "tests: [{name: one, area: %s, from: 2022-01, series: {theft: 30x36}, quiet: yes}]", cases[i][0]).at);
        assert_faults(t->w->found, 1, 0);
        assert_fault(t->w->found, cases[i][1]);
    }
}

static void all_faults_are_told_at_once(void **state)
{
    tests_world *t = *state;
    tests_read(t, "rules: mine.yaml\ncolour: red\ntests:\n  - one\n  - name: two\n    area: Nowhere\n    series: {thefts: 3y}\n"
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
    tests_world *t = *state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        tests_read(t, none[i]);
        assert_faults(t->w->found, 1, 0);
        assert_fault(t->w->found, "tests.yaml:1: error: there are no tests: list them under 'tests:'");
    }
    tests_read(t, "");
    assert_faults(t->w->found, 1, 0);
    assert_fault(t->w->found, "tests.yaml: error: ");
    tests_read(t, "tests: [");
    assert_faults(t->w->found, 1, 0);
    assert_fault(t->w->found, "tests.yaml: error: line ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tests_world_make, tests_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_fault_is_told_with_its_line_and_alone),
        TEST(areas_that_are_none_are_told),
        TEST(all_faults_are_told_at_once),
        TEST(a_file_without_tests_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
