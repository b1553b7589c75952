/* Promise: whatever a rules file can't mean is told, all of it at once, each with its line and what to do; a rule with a
 * fault is not in force, the others are. */
#include <string.h>

#include "rules_fixtures.h"
#include "testing.h"

/* One error and nothing else. */
static void assert_error(rules_world *w, rule_parts parts, const char *fault)
{
    const rules *read = rules_with(w, parts);
    assert_faults(w->found, 1, 0);
    assert_fault(w->found, fault);
    assert_int_equal(read->count, 0);
}

static void assert_errors(rules_world *w, const char *const (*cases)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_error(w, (rule_parts){.more = cases[i][0]}, cases[i][1]);
}

#define COUNT(cases) (sizeof(cases) / sizeof(cases)[0])

/* --- the file ---------------------------------------------------------------------------------- */

static void a_file_that_holds_no_rules_in_a_list_is_a_fault(void **state)
{
    rules_world *w = *state;
    static const char *const cases[][2] = {
        {"rules: [\n", "priorities.yaml: error: line 2"},
        {"- rules\n", "priorities.yaml:1: error: should hold keys such as 'rules:'"},
        {"rules: none\n", "priorities.yaml:1: error: 'rules' should be a list"},
        {"baseline: 2022-23\nrules:\n  name: one\n", "priorities.yaml:3: error: 'rules' should be a list"},
        {"rules:\n- one\n", "priorities.yaml:2: error: a rule should be a map"},
        {"rulse:\n", "priorities.yaml:1: error: the file has no key 'rulse'; perhaps 'rules'"},
        {"baseline: 2022\n", "priorities.yaml:1: error: the baseline '2022' is no financial year"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(rules_read(w, cases[i][0])->count, 0);
        assert_faults(w->found, 1, 0);
        assert_fault(w->found, cases[i][1]);
    }
}

static void what_was_told_with_the_reference_data_is_not_told_again(void **state)
{
    rules_world *w = *state;
    static const char *const cases[] = {"rules: [\n", "- rules\n", "rulse:\n", "baseline: 2022\n"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        w->data->sheets->priorities = text_of(cases[i]);
        (void)rules_read(w, cases[i]);
        assert_faults(w->found, 0, 0);
    }
    w->data->sheets->priorities = text_of("rules: none\n"); /* nobody else looks at that */
    (void)rules_read(w, w->data->sheets->priorities.at);
    assert_faults(w->found, 1, 0);
}

static void the_file_is_named_as_its_reader_has_it(void **state)
{
    rules_world *w = *state;
    faults *found = faults_create();
    rules *read = rules_create(text_of("rules: none\n"), "try/new rules.yaml", w->data, found);
    assert_fault(found, "try/new rules.yaml:1: error: ");
    rules_destroy(&read);
    faults_destroy(&found);
}

static void more_rules_than_there_is_room_for_are_a_fault(void **state)
{
    rules_world *w = *state;
    text yaml = text_of("rules:\n");
    for (int i = 0; i <= RULES_MAX; i++) {
        if (i == RULES_MAX) {
            (void)rules_read(w, yaml.at);
            assert_faults(w->found, 0, 0);
            assert_int_equal(w->rules->count, RULES_MAX);
        }
        yaml = arena_print(w->memory, "%.*s- {name: r%d, detector: rolling-year, areas: [D1], categories: [theft], "
                           "levels: {watch: {percent: %d}}, minimum: %d}\n", TEXT_ARGS(yaml), i, 50 - i, i);
    }
    (void)rules_read(w, yaml.at);
    assert_faults(w->found, 1, 0);
    assert_fault(w->found, arena_print(w->memory, "priorities.yaml:%d: error: there are %d rules, and %d are the most",
                                       RULES_MAX + 2, RULES_MAX + 1, RULES_MAX).at);
    assert_int_equal(w->rules->count, RULES_MAX);
}

static void two_rules_of_one_name_are_a_fault_even_if_the_first_is_faulty(void **state)
{
    rules_world *w = *state;
    (void)rules_read(w, "rules:\n- {name: a, detector: rolling-year, areas: [D1], categories: [theft], levels: {}}\n"
                        "- {name: a, detector: rolling-year, areas: [D2], categories: [theft], levels: {watch: {percent: 10}}}\n");
    assert_faults(w->found, 2, 0);
    assert_fault(w->found, "priorities.yaml:3: error: a rule with the name 'a' stands in line 2 already");
}

/* --- keys -------------------------------------------------------------------------------------- */

static void a_rule_that_lacks_a_key_says_which(void **state)
{
    rules_world *w = *state;
    assert_error(w, (rule_parts){.name = ""}, "priorities.yaml:4: error: the rule has no 'name'");
    assert_error(w, (rule_parts){.detector = ""}, "priorities.yaml:3: error: the rule has no 'detector': write rolling-year");
    assert_error(w, (rule_parts){.areas = ""}, "priorities.yaml:3: error: the rule has no 'areas'");
    assert_error(w, (rule_parts){.categories = ""}, "priorities.yaml:3: error: the rule has no 'categories'");
    assert_error(w, (rule_parts){.levels = ""}, "priorities.yaml:3: error: the rule has no 'levels'");
}

static void an_unknown_key_suggests_the_one_that_was_meant(void **state)
{
    rules_world *w = *state;
    static const char *const cases[][2] = {
        {"minimun: 10", "priorities.yaml:8: error: a rule has no key 'minimun'; perhaps 'minimum'"},
        {"colour: red", "priorities.yaml:8: error: a rule has no key 'colour'"},
        {"clear: {per_cent: 5}", "priorities.yaml:8: error: 'clear' has no key 'per_cent'; perhaps 'percent'"},
        {"at_once: {percent: 5}", "priorities.yaml:8: error: 'at_once' has no key 'percent'"},
    };
    assert_errors(w, cases, COUNT(cases));
    assert_error(w, (rule_parts){.levels = "{watch: {percent: 10, diference: 5}}"},
                 "priorities.yaml:7: error: a threshold has no key 'diference'; perhaps 'difference'");
    assert_error(w, (rule_parts){.levels = "{watch: {percent: 10}, prority: {percent: 20}}"},
                 "priorities.yaml:7: error: 'levels' has no key 'prority'; perhaps 'priority'");
    assert_error(w, (rule_parts){.levels = "{normal: {percent: 10}, watch: {percent: 20}}"},
                 "priorities.yaml:7: error: 'levels' has no key 'normal'");
}

static void a_name_is_one_line_of_text(void **state)
{
    rules_world *w = *state;
    assert_error(w, (rule_parts){.name = "\"\""}, "priorities.yaml:3: error: the name should be");
    assert_error(w, (rule_parts){.name = "[a]"}, "priorities.yaml:3: error: the name should be");
    assert_error(w, (rule_parts){.name = "\"a\\nb\""}, "priorities.yaml:3: error: the name should be");
    assert_error(w, (rule_parts){.name = text_filled(w->memory, 'n', 65).at}, "priorities.yaml:3: error: the name should be");
    (void)good_rule(w, (rule_parts){.name = text_filled(w->memory, 'n', 64).at});
}

static void an_unknown_detector_is_told_with_those_that_there_are(void **state)
{
    rules_world *w = *state;
    assert_error(w, (rule_parts){.detector = "rolling-yaer"}, "priorities.yaml:4: error: there is no detector 'rolling-yaer': "
                 "write rolling-year, baseline-year, comparator-gap, weekly-spike or control-chart; perhaps 'rolling-year'");
    assert_error(w, (rule_parts){.detector = "[rolling-year]"}, "priorities.yaml:4: error: there is no detector ''");
}

static void numbers_out_of_range_are_told(void **state)
{
    rules_world *w = *state;
    static const char *const cases[][2] = {
        {"minimum: -1", "priorities.yaml:8: error: minimum is -1 and should be 0 or more"},
        {"minimum: ten", "priorities.yaml:8: error: minimum is 'ten', which is no number"},
        {"minimum:", "priorities.yaml:8: error: minimum is '', which is no number"},
        {"minimum: 1e12", "priorities.yaml:8: error: minimum is 1e+12 and should be 0 or more, at most"},
        {"clear: {percent: -1}", "priorities.yaml:8: error: percent is -1 and should be 0 or more"},
        {"clear: {p: 0}", "priorities.yaml:8: error: p is 0 and should be above 0, at most 1"},
        {"clear: {p: 5}", "priorities.yaml:8: error: p is 5 and should be above 0, at most 1"},
        {"clear: 5", "priorities.yaml:8: error: 'clear' should be a map"},
        {"clear: {}", "priorities.yaml:8: error: 'clear' should be a map"},
        {"at_once: {p: 1.5}", "priorities.yaml:8: error: p is 1.5"},
        {"at_once: 0.001", "priorities.yaml:8: error: 'at_once' should be {p: 0.001}, or never"},
        {"at_once: {}", "priorities.yaml:8: error: 'at_once' should be"},
        {"looks: 0", "priorities.yaml:8: error: looks is '0' and should be a whole number from 1 to 366"},
        {"looks: 367", "priorities.yaml:8: error: looks is '367'"},
        {"looks: 1.5", "priorities.yaml:8: error: looks is '1.5'"},
        {"hold: 28", "priorities.yaml:8: error: hold is '28' and should be days or weeks, 28d or 4w"},
        {"hold: d", "priorities.yaml:8: error: hold is 'd'"},
        {"hold: -1d", "priorities.yaml:8: error: hold is '-1d'"},
        {"hold: 1m", "priorities.yaml:8: error: hold is '1m'"},
        {"hold: 3661d", "priorities.yaml:8: error: hold is '3661d'"},
        {"hold: 523w", "priorities.yaml:8: error: hold is '523w'"},
        {"hold: 9999999999999999999w", "priorities.yaml:8: error: hold is '9999999999999999999w'"},
        {"directions: [up]", "priorities.yaml:8: error: 'up' is no direction: write rising or falling"},
        {"directions: [rising, rising]", "priorities.yaml:8: error: 'rising' stands in 'directions' a second time"},
        {"directions: []", "priorities.yaml:8: error: 'directions' should be a list such as [rising, falling]"},
        {"directions: {rising: yes}", "priorities.yaml:8: error: 'directions' should be a list"},
    };
    assert_errors(w, cases, COUNT(cases));
}

/* --- thresholds -------------------------------------------------------------------------------- */

static void thresholds_that_make_no_sense_are_told(void **state)
{
    rules_world *w = *state;
    static const char *const cases[][2] = {
        {"{watch: {percent: -10}}", "priorities.yaml:7: error: percent is -10 and should be 0 or more"},
        {"{watch: {percent: 10%}}", "priorities.yaml:7: error: percent is '10%', which is no number"},
        {"{watch: {percent: 10, p: 0}}", "priorities.yaml:7: error: p is 0"},
        {"{watch: {p: 1.01}}", "priorities.yaml:7: error: p is 1.01"},
        {"{watch: {difference: -5}}", "priorities.yaml:7: error: difference is -5"},
        {"{watch: 10}", "priorities.yaml:7: error: 'watch' should be a map such as {percent: 10, p: 0.01}"},
        {"{watch: [10]}", "priorities.yaml:7: error: 'watch' should be a map such as"},
        {"{watch: }", "priorities.yaml:7: error: 'watch' should be a map such as"},
        {"{watch: []}", "priorities.yaml:7: error: 'watch' has no threshold in its list"},
        {"{}", "priorities.yaml:7: error: 'levels' should be a map"},
        {"[watch]", "priorities.yaml:7: error: 'levels' should be a map"},
        {"{watch: {}}", "priorities.yaml:7: error: 'watch' asks for nothing: give a percent, p or difference"},
        {"{watch: {percent: 0, p: 1, difference: 0}}", "priorities.yaml:7: error: 'watch' asks for nothing"},
        {"{priority: {percent: 20}, watch: {percent: 5}}", "priorities.yaml:3: error: 'watch' is taken from 5 percent on and "
         "left below 7.5, the default: give 'clear' a percent of less than 5"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_error(w, (rule_parts){.levels = cases[i][0]}, cases[i][1]);
    assert_error(w, (rule_parts){.more = "clear: {percent: 12}"},
                 "priorities.yaml:8: error: 'watch' is taken from 10 percent on and left below 12: give");
    (void)good_rule(w, (rule_parts){.more = "clear: {percent: 10}"});
}

static void more_thresholds_than_there_is_room_for_are_a_fault(void **state)
{
    rules_world *w = *state;
    text list = {"", 0};
    for (int i = 0; i <= THRESHOLDS_MAX; i++)
        list = arena_print(w->memory, "%.*s{difference: %d, percent: %d},", TEXT_ARGS(list), 10 + i, 100 - i);
    assert_error(w, (rule_parts){.levels = arena_print(w->memory, "{watch: [%s]}", list.at).at},
                 "priorities.yaml:7: error: 8 thresholds are the most");
}

static void a_control_chart_is_asked_for_no_p(void **state)
{
    rules_world *w = *state;
    assert_error(w, (rule_parts){.detector = "control-chart", .levels = "{watch: {p: 0.01}}"},
                 "priorities.yaml:7: error: 'watch' asks for a p, and a control chart has none");
}

/* --- series ------------------------------------------------------------------------------------ */

static void lists_of_areas_and_categories_are_lists_of_different_words(void **state)
{
    rules_world *w = *state;
    static const char *const cases[][2] = {
        {"{D1: yes}", "should be a list"}, {"", "should be a list"}, {"[]", "should be a list"},
        {"[[D1]]", "is no text"}, {"[all, all]", "'all' stands in"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *said = cases[i][0][0] == '\0' ? "# nothing" : cases[i][0];
        (void)rules_with(w, (rule_parts){.areas = said});
        assert_faults(w->found, 1, 0);
        assert_non_null(strstr(faults_line(w->found, 0), cases[i][1]));
        (void)rules_with(w, (rule_parts){.categories = said});
        assert_faults(w->found, 1, 0);
        assert_non_null(strstr(faults_line(w->found, 0), cases[i][1]));
    }
}

static void a_list_beyond_its_bound_is_a_fault(void **state)
{
    rules_world *w = *state;
    text list = {"", 0};
    for (int i = 0; i < 257; i++)
        list = arena_print(w->memory, "%.*sx%d,", TEXT_ARGS(list), i);
    assert_error(w, (rule_parts){.areas = arena_print(w->memory, "[%s]", list.at).at},
                 "priorities.yaml:5: error: 'areas' has 257 entries, and 256 are the most");
}

static void an_area_that_can_t_be_meant_is_a_fault(void **state)
{
    rules_world *w = *state;
    assert_error(w, (rule_parts){.areas = "[West]"}, "priorities.yaml:5: error: 'West' is the name of several areas: give a code, W");
    assert_error(w, (rule_parts){.areas = "[L1]"}, "priorities.yaml:5: error: L1 (Stafford 001A) is a lsoa: counts are kept");
    assert_error(w, (rule_parts){.areas = "[lsoa]"}, "priorities.yaml:5: error: 'lsoa' is too fine: counts are kept");
}

static void a_comparator_is_a_larger_area(void **state)
{
    rules_world *w = *state;
    static const struct { const char *areas, *more, *fault; } cases[] = {
        {"[D1]", "comparator: G1", "priorities.yaml:8: error: G1 is a group"},
        {"[D1]", "comparator: F9", "priorities.yaml:8: error: 'F9' is neither the code nor the name"},
        {"[D1]", "comparator: West", "priorities.yaml:8: error: 'West' is the name of several areas"},
        {"[D1, D3]", "comparator: F1", "priorities.yaml:8: error: the comparator First force (F1) doesn't contain Corby (D3): "},
        {"[D1]", "comparator: D1", "priorities.yaml:8: error: the comparator Stafford (D1) doesn't contain Stafford (D1): "},
        {"[all]", "comparator: F1", "priorities.yaml:8: error: the comparator First force (F1) doesn't contain England and Wales (EW) and others"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_error(w, (rule_parts){.detector = "comparator-gap", .areas = cases[i].areas, .more = cases[i].more}, cases[i].fault);
    assert_error(w, (rule_parts){.more = "comparator: F1"}, "priorities.yaml:8: error: only comparator-gap has a comparator");
}

static void a_baseline_detector_needs_a_baseline(void **state)
{
    rules_world *w = *state;
    assert_error(w, (rule_parts){.detector = "baseline-year"}, "priorities.yaml:4: error: baseline-year compares with a baseline, "
                 "and the file names none");
    (void)rules_with(w, (rule_parts){.detector = "baseline-year", .root = "baseline: 22-23\n"});
    assert_faults(w->found, 1, 0); /* not that there is none */
    assert_fault(w->found, "priorities.yaml:8: error: the baseline '22-23'");
}

/* --- together ---------------------------------------------------------------------------------- */

static void all_faults_are_told_at_once_and_good_rules_stay(void **state)
{
    rules_world *w = *state;
    const rules *read = rules_read(w,
        "rules:\n"
        "- name: bad\n"
        "  detector: baseline-year\n"
        "  areas: [D1, D1, West]\n"
        "  categories: {}\n"
        "  levels: {watch: {percent: 10, p: 2}, elevated: {percnt: 20}}\n"
        "  looks: many\n"
        "  holds: 4w\n"
        "- {name: good, detector: rolling-year, areas: [D2], categories: [theft], levels: {watch: {percent: 10}}}\n"
        "- {name: worse, detector: spike, areas: [D2], levels: {watch: {percent: 10}}}\n");
    static const char *const faults_told[] = {
        "priorities.yaml:3: error: baseline-year", "priorities.yaml:4: error: 'D1' stands in", "priorities.yaml:4: error: 'West'",
        "priorities.yaml:5: error: 'categories'", "priorities.yaml:6: error: p is 2", "priorities.yaml:6: error: a threshold has no key",
        "priorities.yaml:7: error: looks", "priorities.yaml:8: error: a rule has no key 'holds'",
        "priorities.yaml:10: error: there is no detector", "priorities.yaml:10: error: the rule has no 'categories'",
    };
    assert_faults(w->found, COUNT(faults_told), 0);
    for (size_t i = 0; i < COUNT(faults_told); i++)
        assert_fault(w->found, faults_told[i]);
    assert_int_equal(read->count, 1);
    assert_text(read->each[0].name, "good");
    assert_int_equal(read->each[0].index, 0);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, rules_world_make, rules_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_file_that_holds_no_rules_in_a_list_is_a_fault),
        IN_WORLD(what_was_told_with_the_reference_data_is_not_told_again),
        IN_WORLD(the_file_is_named_as_its_reader_has_it),
        IN_WORLD(more_rules_than_there_is_room_for_are_a_fault),
        IN_WORLD(two_rules_of_one_name_are_a_fault_even_if_the_first_is_faulty),
        IN_WORLD(a_rule_that_lacks_a_key_says_which),
        IN_WORLD(an_unknown_key_suggests_the_one_that_was_meant),
        IN_WORLD(a_name_is_one_line_of_text),
        IN_WORLD(an_unknown_detector_is_told_with_those_that_there_are),
        IN_WORLD(numbers_out_of_range_are_told),
        IN_WORLD(thresholds_that_make_no_sense_are_told),
        IN_WORLD(more_thresholds_than_there_is_room_for_are_a_fault),
        IN_WORLD(a_control_chart_is_asked_for_no_p),
        IN_WORLD(lists_of_areas_and_categories_are_lists_of_different_words),
        IN_WORLD(a_list_beyond_its_bound_is_a_fault),
        IN_WORLD(an_area_that_can_t_be_meant_is_a_fault),
        IN_WORLD(a_comparator_is_a_larger_area),
        IN_WORLD(a_baseline_detector_needs_a_baseline),
        IN_WORLD(all_faults_are_told_at_once_and_good_rules_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
