/* Promise: a faultless rule means what it says: which series it watches, from where on a level stands, how it is left;
 * and what it leaves out is as docs/rules.md has it. */
#include "judging/rules.h"

#include <string.h>

#include "rules_fixtures.h"
#include "testing.h"

static void no_text_and_no_rules_are_no_fault(void **state)
{
    rules_world *w = *state;
    static const char *const none[] = {"", "baseline: 2022-23\n", "rules: []\n", "rules:\n", "priorities: []\nrules: # none yet\n"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(rules_read(w, none[i])->count, 0);
        assert_faults(w->found, 0, 0);
    }
}

static void the_baseline_is_the_one_beside_the_rules(void **state)
{
    rules_world *w = *state;
    assert_int_equal(rules_read(w, "")->baseline, 0);
    assert_int_equal(rules_read(w, "baseline: 2022-23\n")->baseline, 2022);
    (void)good_rule(w, (rule_parts){.detector = "baseline-year", .root = "baseline: 2019-20\n"});
    assert_int_equal(w->rules->baseline, 2019);
}

static void what_a_rule_leaves_out_has_its_default(void **state)
{
    rules_world *w = *state;
    const watch_rule *rule = good_rule(w, (rule_parts){0});
    assert_text(rule->name, "one");
    assert_int_equal(rule->index, 0);
    assert_int_equal(rule->line, 3);
    assert_int_equal(rule->detector, DETECTOR_ROLLING_YEAR);
    assert_true(rule->rising && rule->falling);
    assert_true(rule->minimum == 10);
    assert_true(rule->clear_percent == 7.5 && rule->clear_p == 0.05);
    assert_int_equal(rule->looks, 2);
    assert_true(rule->at_once_p == 0.001);
    assert_int_equal(rule->hold_days, 28);
    assert_text(rule->comparator, "parent");
}

static void every_key_is_taken(void **state)
{
    rules_world *w = *state;
    const watch_rule *rule = good_rule(w, (rule_parts){
        .name = "gap of theft", .detector = "comparator-gap", .more =
        "directions: [rising]\nminimum: 12.5\nclear: {percent: 3, p: 1}\nlooks: 3\nat_once: {p: 0.01}\nhold: 4w\ncomparator: F1",
        .areas = "[D1]"});
    assert_text(rule->name, "gap of theft");
    assert_int_equal(rule->detector, DETECTOR_COMPARATOR_GAP);
    assert_true(rule->rising && !rule->falling);
    assert_true(rule->minimum == 12.5);
    assert_true(rule->clear_percent == 3 && rule->clear_p == 1);
    assert_int_equal(rule->looks, 3);
    assert_true(rule->at_once_p == 0.01);
    assert_int_equal(rule->hold_days, 28);
    assert_text(rule->comparator, "F1");
}

static void every_detector_has_its_word(void **state)
{
    rules_world *w = *state;
    static const char *const words[DETECTORS] = {"rolling-year", "baseline-year", "comparator-gap", "weekly-spike",
                                                 "control-chart"};
    for (int i = 0; i < DETECTORS; i++) {
        assert_string_equal(detector_text((detector_kind)i), words[i]);
        assert_int_equal(good_rule(w, (rule_parts){.detector = words[i], .root = "baseline: 2022-23\n"})->detector, i);
    }
}

static void one_direction_may_stand_without_brackets(void **state)
{
    rules_world *w = *state;
    assert_false(good_rule(w, (rule_parts){.more = "directions: falling"})->rising);
    assert_true(good_rule(w, (rule_parts){.more = "directions: falling"})->falling);
    assert_true(good_rule(w, (rule_parts){.more = "directions: [falling, rising]"})->rising);
}

static void a_part_of_clear_leaves_the_other_part_its_default(void **state)
{
    rules_world *w = *state;
    const watch_rule *rule = good_rule(w, (rule_parts){.more = "clear: {percent: 5}"});
    assert_true(rule->clear_percent == 5 && rule->clear_p == 0.05);
    rule = good_rule(w, (rule_parts){.more = "clear: {p: 0.1}"});
    assert_true(rule->clear_percent == 7.5 && rule->clear_p == 0.1);
}

static void never_at_once_is_a_p_of_nothing(void **state)
{
    rules_world *w = *state;
    assert_true(good_rule(w, (rule_parts){.more = "at_once: never"})->at_once_p == 0);
}

static void a_hold_is_in_days_or_weeks(void **state)
{
    rules_world *w = *state;
    static const struct { const char *line; int days; } cases[] = {
        {"hold: 0d", 0}, {"hold: 1d", 1}, {"hold: 10d", 10}, {"hold: 1w", 7}, {"hold: 13w", 91}, {"hold: 3660d", 3660}, {"hold: 522w", 3654}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(good_rule(w, (rule_parts){.more = cases[i].line})->hold_days, cases[i].days);
}

/* --- thresholds -------------------------------------------------------------------------------- */

static void assert_threshold(const watch_rule *rule, size_t at, alert_level level, double percent, double p, double difference)
{
    assert_true(at < rule->threshold_count);
    const threshold *t = &rule->thresholds[at];
    assert_int_equal(t->level, level);
    assert_true(t->percent == percent);
    assert_true(t->p == p);
    assert_true(t->difference == difference);
}

static void thresholds_stand_from_the_highest_down_and_within_a_level_as_written(void **state)
{
    rules_world *w = *state;
    const watch_rule *rule = good_rule(w, (rule_parts){
        .levels = "{watch: {percent: 10}, elevated: [{percent: 10, p: 0.01}, {percent: 5, p: 0.001, difference: 200}],\n"
                  "      priority: {p: 0.001, percent: 20}}"});
    assert_int_equal(rule->threshold_count, 4);
    assert_threshold(rule, 0, LEVEL_PRIORITY, 20, 0.001, 0);
    assert_threshold(rule, 1, LEVEL_ELEVATED, 10, 0.01, 0);
    assert_threshold(rule, 2, LEVEL_ELEVATED, 5, 0.001, 200);
    assert_threshold(rule, 3, LEVEL_WATCH, 10, 1, 0);
    assert_int_equal(rule->thresholds[0].line, 8);
    assert_int_equal(rule->thresholds[2].line, 7);
}

static void a_chart_and_a_spike_need_no_condition(void **state)
{
    rules_world *w = *state;
    assert_threshold(good_rule(w, (rule_parts){.detector = "control-chart", .levels = "{watch: {}}"}), 0, LEVEL_WATCH, 0, 1, 0);
    assert_threshold(good_rule(w, (rule_parts){.detector = "weekly-spike", .levels = "{elevated: {}}"}), 0, LEVEL_ELEVATED, 0, 1, 0);
}

static void as_many_thresholds_as_there_is_room_for_are_taken(void **state)
{
    rules_world *w = *state;
    text list = {"", 0};
    for (int i = 0; i < THRESHOLDS_MAX; i++)
        list = arena_print(w->memory, "%.*s{difference: %d, percent: %d},", TEXT_ARGS(list), 10 + i, 100 - i);
    assert_int_equal(good_rule(w, (rule_parts){.levels = arena_print(w->memory, "{watch: [%s]}", list.at).at})->threshold_count,
                     THRESHOLDS_MAX);
}

/* --- which series ------------------------------------------------------------------------------ */

static void areas_are_levels_codes_names_or_groups(void **state)
{
    rules_world *w = *state;
    static const struct { const char *areas, *watched; } cases[] = {
        {"[district]", "D1 D2 D3: theft"}, /* the former one counts in D2 */
        {"District", "D1 D2 D3: theft"},
        {"[force, D3]", "F1 F2 D3: theft"},
        {"[all]", "EW W F1 F2 D1 D2 D3: theft"},
        {"[D2]", "D2: theft"},
        {"[stafford]", "D1: theft"},
        {"[G1]", "D1 D2: theft"},
        {"[Both, F2]", "F2 D1 D2: theft"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(watched_by(w, good_rule(w, (rule_parts){.areas = cases[i].areas})), cases[i].watched);
}

static void a_category_is_a_node_alone_and_with_a_plus_all_beneath_too(void **state)
{
    rules_world *w = *state;
    static const struct { const char *categories, *watched; } cases[] = {
        {"[theft]", "D1: theft"},
        {"theft+", "D1: theft burglary home other-burglary shoplifting"},
        {"[burglary+, asb]", "D1: burglary home other-burglary asb"},
        {"[violence+]", "D1: violence domestic"},
        {"[hate]", "D1: hate"},
        {"[violence-and-sexual]", "D1: violence-and-sexual"}, /* who names it gets it */
        {"[violence-and-sexual+]", "D1: violence-and-sexual violence sexual domestic"},
        {"[all-crime+]", "D1: all-crime violence sexual theft burglary home other-burglary shoplifting hate domestic"},
        {"[all]", "D1: all-crime violence sexual theft burglary home other-burglary shoplifting asb hate domestic"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(watched_by(w, good_rule(w, (rule_parts){.areas = "[D1]", .categories = cases[i].categories})),
                            cases[i].watched);
}

static void what_is_excepted_is_not_watched(void **state)
{
    rules_world *w = *state;
    static const struct { const char *more, *watched; } cases[] = {
        {"except: [burglary]", "D1: theft home other-burglary shoplifting"},
        {"except: burglary+", "D1: theft shoplifting"},
        {"except: [theft, shoplifting, asb]", "D1: burglary home other-burglary"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(watched_by(w, good_rule(w, (rule_parts){.areas = "[D1]", .categories = "[theft+]", .more = cases[i].more})),
                            cases[i].watched);
}

static void a_gap_is_measured_where_there_is_a_larger_area(void **state)
{
    rules_world *w = *state;
    const watch_rule *rule = good_rule(w, (rule_parts){.detector = "comparator-gap", .areas = "[all]"});
    assert_string_equal(watched_by(w, rule), "W F1 F2 D1 D2 D3: theft");
    rule = good_rule(w, (rule_parts){.detector = "comparator-gap", .areas = "[force, D1]", .more = "comparator: England and Wales"});
    assert_text(rule->comparator, "EW");
}

static int area_of(const rules_world *w, const char *code)
{
    return geography_find(w->data->areas, text_of(code));
}

static void what_an_area_is_compared_with_is_the_one_above_it_or_the_one_named(void **state)
{
    rules_world *w = *state;
    const watch_rule *rule = good_rule(w, (rule_parts){.detector = "comparator-gap", .areas = "[all]"});
    assert_int_equal(rule_wider_area(rule, w->data->areas, area_of(w, "D3")), area_of(w, "F2"));
    assert_int_equal(rule_wider_area(rule, w->data->areas, area_of(w, "W")), area_of(w, "EW"));
    assert_int_equal(rule_wider_area(rule, w->data->areas, area_of(w, "EW")), AREA_NONE);
    rule = good_rule(w, (rule_parts){.detector = "comparator-gap", .areas = "[D1]", .more = "comparator: W"});
    assert_int_equal(rule_wider_area(rule, w->data->areas, area_of(w, "D1")), area_of(w, "W"));
}

static void a_series_is_watched_when_one_rule_watches_both_its_area_and_its_category(void **state)
{
    rules_world *w = *state;
    const rules *read = rules_read(w,
        "rules:\n"
        "  - {name: a, detector: rolling-year, areas: [D1], categories: [theft], levels: {watch: {percent: 10}}}\n"
        "  - {name: b, detector: rolling-year, areas: [F2], categories: [asb], levels: {watch: {percent: 10}}}\n");
    int theft = offence_tree_find(w->data->categories, text_of("theft")), asb = offence_tree_find(w->data->categories, text_of("asb"));
    assert_int_equal(read->count, 2);
    assert_true(rules_watch(read, area_of(w, "D1"), theft) && rules_watch(read, area_of(w, "F2"), asb));
    assert_false(rules_watch(read, area_of(w, "D1"), asb) || rules_watch(read, area_of(w, "F2"), theft));
    assert_true(rule_watches(&read->each[1], area_of(w, "F2"), asb));
    assert_false(rule_watches(&read->each[0], area_of(w, "F2"), asb));
    assert_true(rules_watch_area(read, area_of(w, "D1")) && rules_watch_area(read, area_of(w, "F2")));
    assert_false(rules_watch_area(read, area_of(w, "D2")));
}

static void several_rules_are_numbered_in_their_order(void **state)
{
    rules_world *w = *state;
    const rules *read = rules_read(w,
        "rules:\n"
        "- {name: b, detector: rolling-year, areas: [D1], categories: [theft], levels: {watch: {percent: 10}}}\n"
        "- {name: a, detector: rolling-year, areas: [D2], categories: [theft], levels: {watch: {percent: 10}}}\n");
    assert_faults(w->found, 0, 0);
    assert_int_equal(read->count, 2);
    assert_text(read->each[0].name, "b");
    assert_int_equal(read->each[1].index, 1);
    assert_int_equal(read->each[1].line, 3);
}

static void what_one_rule_says_is_not_said_of_the_next(void **state)
{
    rules_world *w = *state;
    const rules *read = rules_read(w,
        "rules:\n"
        "- {name: a, detector: comparator-gap, areas: [D1], categories: [theft+], levels: {watch: {percent: 50}}, comparator: F1,\n"
        "   except: [burglary], directions: [rising], minimum: 3, clear: {percent: 1}, looks: 9, at_once: never, hold: 1w}\n"
        "- {name: b, detector: rolling-year, areas: [D2], categories: [burglary], levels: {watch: {percent: 10}}}\n");
    assert_faults(w->found, 0, 0);
    assert_int_equal(read->count, 2);
    assert_string_equal(watched_by(w, &read->each[1]), "D2: burglary");
    assert_true(read->each[1].falling && read->each[1].minimum == 10 && read->each[1].clear_percent == 7.5);
    assert_true(read->each[1].looks == 2 && read->each[1].at_once_p == 0.001 && read->each[1].hold_days == 28);
}

/* --- the bundled ones -------------------------------------------------------------------------- */

static void the_bundled_rules_have_no_fault_and_watch_every_detector_s_series(void **state)
{
    (void)state;
    char folder[4096], digest[DIGEST_HEX_SIZE];
    bool used[DETECTORS] = {0};
    faults *found = faults_create();
    assert_true(reference_bundled(folder, sizeof folder));
    reference *bundled = reference_read(folder, NULL, found, digest);
    rules *read = rules_create(bundled->sheets->priorities, "priorities.yaml", bundled, found);
    assert_faults(found, 0, 0);
    for (size_t i = 0; i < read->count; i++)
        used[read->each[i].detector] = true;
    for (int i = 0; i < DETECTORS; i++)
        assert_true(used[i]);
    rules_destroy(&read);
    reference_destroy(&bundled);
    faults_destroy(&found);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, rules_world_make, rules_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(no_text_and_no_rules_are_no_fault),
        IN_WORLD(the_baseline_is_the_one_beside_the_rules),
        IN_WORLD(what_a_rule_leaves_out_has_its_default),
        IN_WORLD(every_key_is_taken),
        IN_WORLD(every_detector_has_its_word),
        IN_WORLD(one_direction_may_stand_without_brackets),
        IN_WORLD(a_part_of_clear_leaves_the_other_part_its_default),
        IN_WORLD(never_at_once_is_a_p_of_nothing),
        IN_WORLD(a_hold_is_in_days_or_weeks),
        IN_WORLD(thresholds_stand_from_the_highest_down_and_within_a_level_as_written),
        IN_WORLD(a_chart_and_a_spike_need_no_condition),
        IN_WORLD(as_many_thresholds_as_there_is_room_for_are_taken),
        IN_WORLD(areas_are_levels_codes_names_or_groups),
        IN_WORLD(a_category_is_a_node_alone_and_with_a_plus_all_beneath_too),
        IN_WORLD(what_is_excepted_is_not_watched),
        IN_WORLD(a_gap_is_measured_where_there_is_a_larger_area),
        IN_WORLD(what_an_area_is_compared_with_is_the_one_above_it_or_the_one_named),
        IN_WORLD(a_series_is_watched_when_one_rule_watches_both_its_area_and_its_category),
        IN_WORLD(several_rules_are_numbered_in_their_order),
        IN_WORLD(what_one_rule_says_is_not_said_of_the_next),
        cmocka_unit_test(the_bundled_rules_have_no_fault_and_watch_every_detector_s_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
