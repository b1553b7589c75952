/* Promise: a rule that works, though not as its writer can have meant it, is warned of: one that can never fire, that
 * others leave nothing to decide, that names what isn't there; and no sensible rule is warned of. */
#include "rules_fixtures.h"
#include "testing.h"

#define COUNT(cases) (sizeof(cases) / sizeof(cases)[0])

/* One warning and nothing else; the rule is in force all the same. */
static void assert_warning(rules_world *w, rule_parts parts, const char *fault)
{
    const rules *read = rules_with(w, parts);
    assert_faults(w->found, 0, 1);
    assert_fault(w->found, fault);
    assert_int_equal(read->count, 1);
}

/* --- unknown things ---------------------------------------------------------------------------- */

static void unknown_categories_and_areas_are_warned_of_and_the_rest_is_watched(void **state)
{
    rules_world *w = *state;
    static const char *const categories[][2] = {
        {"[theft, shoplfting]", "priorities.yaml:6: warning: there is no category 'shoplfting'; perhaps 'shoplifting'"},
        {"[theft, homes+]", "priorities.yaml:6: warning: there is no category 'homes'; perhaps 'home'"},
        {"[theft, Hate crime]", "priorities.yaml:6: warning: there is no category 'Hate crime'; perhaps 'hate'"},
        {"[theft, fraud]", "priorities.yaml:6: warning: there is no category 'fraud'"},
    };
    static const char *const areas[][2] = {
        {"[D1, districts]", "priorities.yaml:5: warning: 'districts' is no level of areas; perhaps 'district'"},
        {"[D1, Corbie]", "priorities.yaml:5: warning: 'Corbie' is neither the code nor the name of an area or group; perhaps Corby (district D3)"},
        {"[D1, Atlantis]", "priorities.yaml:5: warning: 'Atlantis' is neither the code nor the name"},
        {"[D1, FD]", "priorities.yaml:5: warning: Former (FD) is a former area: name Lichfield (D2), which took it over"},
    };
    for (size_t i = 0; i < COUNT(categories); i++) {
        assert_warning(w, (rule_parts){.areas = "[D1]", .categories = categories[i][0]}, categories[i][1]);
        assert_string_equal(watched_by(w, &w->rules->each[0]), "D1: theft");
    }
    for (size_t i = 0; i < COUNT(areas); i++) {
        assert_warning(w, (rule_parts){.areas = areas[i][0]}, areas[i][1]);
        assert_true(w->rules->each[0].areas[geography_find(w->data->areas, text_of("D1"))]);
    }
}

static void an_exception_of_what_is_not_watched_is_warned_of(void **state)
{
    rules_world *w = *state;
    assert_warning(w, (rule_parts){.more = "except: [asb]"}, "priorities.yaml:8: warning: 'except' takes nothing away");
}

/* --- never --------------------------------------------------------------------------------------- */

static void a_rule_that_watches_nothing_can_never_fire(void **state)
{
    rules_world *w = *state;
    assert_warning(w, (rule_parts){.more = "except: [all]"}, "priorities.yaml:6: warning: rule 'one' can never fire: it watches no category");
    assert_warning(w, (rule_parts){.detector = "comparator-gap", .areas = "[EW]"},
                   "priorities.yaml:5: warning: rule 'one' can never fire: none of its areas lies in a larger one");
    (void)rules_with(w, (rule_parts){.areas = "[Atlantis]"});
    assert_faults(w->found, 0, 2);
    assert_fault(w->found, "priorities.yaml:5: warning: rule 'one' can never fire: it watches no area");
}

static void what_can_t_happen_is_warned_of(void **state)
{
    rules_world *w = *state;
    assert_warning(w, (rule_parts){.more = "minimum: 20000000"},
                   "priorities.yaml:8: warning: rule 'one' can never fire: no series ever has so many incidents as its minimum");
    assert_warning(w, (rule_parts){.levels = "{watch: {difference: 20000000}}"}, "priorities.yaml:7: warning: rule 'one' can never fire: no series");
    assert_warning(w, (rule_parts){.levels = "{watch: {percent: 101}}", .more = "directions: falling"},
                   "priorities.yaml:7: warning: rule 'one' can never fire: nothing falls by more than 100 percent");
    assert_warning(w, (rule_parts){.detector = "weekly-spike", .more = "directions: falling"},
                   "priorities.yaml:8: warning: rule 'one' can never fire: a spike only rises");
    (void)good_rule(w, (rule_parts){.levels = "{watch: {percent: 101}}", .more = "directions: [rising, falling]"});
    (void)good_rule(w, (rule_parts){.levels = "{watch: {percent: 100}}", .more = "directions: falling"});
}

static void a_threshold_that_a_higher_or_an_easier_one_implies_is_warned_of(void **state)
{
    rules_world *w = *state;
    static const char *const cases[][2] = {
        {"{elevated: {percent: 10}, watch: {percent: 20}}", "this 'watch' can never be the outcome: whatever meets it meets the 'elevated' of line 7 too"},
        {"{elevated: {percent: 10}, watch: {percent: 10, p: 0.01}}", "this 'watch' can never"},
        {"{priority: {difference: 50}, watch: {difference: 50}}", "this 'watch' can never"},
        {"{priority: {p: 0.01}, elevated: {p: 0.01, percent: 5}}", "this 'elevated' can never"},
        {"{watch: [{percent: 10}, {percent: 20}]}", "this 'watch' can never"},
        {"{watch: [{percent: 20}, {percent: 10}]}", "this 'watch' can never"},
        {"{watch: [{percent: 20}, {percent: 20}]}", "this 'watch' can never"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_warning(w, (rule_parts){.levels = cases[i][0], .more = "clear: {percent: 5, p: 1}"},
                       arena_print(w->memory, "priorities.yaml:7: warning: %s", cases[i][1]).at);
    (void)good_rule(w, (rule_parts){.levels = "{priority: {percent: 20, p: 0.001}, elevated: [{percent: 10, p: 0.01}, "
                                              "{percent: 5, p: 0.001, difference: 200}], watch: {percent: 10}}"});
}

static void looks_that_play_no_part_are_warned_of(void **state)
{
    rules_world *w = *state;
    assert_warning(w, (rule_parts){.levels = "{elevated: {percent: 20, p: 0.01}, watch: {p: 0.05}}", .more = "at_once: {p: 0.06}"},
                   "priorities.yaml:8: warning: at_once has a p of 0.06, above that of every threshold");
    (void)good_rule(w, (rule_parts){.levels = "{elevated: {percent: 20, p: 0.01}, watch: {p: 0.05}}", .more = "at_once: {p: 0.05}"});
    (void)good_rule(w, (rule_parts){.more = "at_once: {p: 1}"}); /* watch asks for no p */
    assert_warning(w, (rule_parts){.detector = "control-chart", .more = "at_once: {p: 0.01}"},
                   "priorities.yaml:8: warning: a control chart has no p: 'at_once' plays no part");
    (void)good_rule(w, (rule_parts){.detector = "control-chart", .more = "at_once: never"});
}

static void a_level_without_a_margin_of_p_is_warned_of(void **state)
{
    rules_world *w = *state;
    assert_warning(w, (rule_parts){.levels = "{elevated: {percent: 10, p: 0.1}}"},
                   "priorities.yaml:3: warning: 'elevated' is taken with p below 0.1 and may be left with p above 0.05, the default");
    (void)good_rule(w, (rule_parts){.levels = "{watch: {percent: 10, p: 0.1}}"}); /* watch is left by the percentage alone */
    (void)good_rule(w, (rule_parts){.levels = "{elevated: {percent: 10, p: 0.05}}"});
}

/* --- shadows ----------------------------------------------------------------------------------- */

/* Two rules, the second with these keys in place of its own. */
static void read_two(rules_world *w, const char *first, const char *second)
{
    (void)rules_read(w, arena_print(w->memory,
        "rules:\n"
        "- {name: a, detector: rolling-year, areas: [district], categories: [theft+], %s}\n"
        "- {name: b, %s}\n", first, second).at);
}

static const char wide[] = "levels: {elevated: {percent: 20}, watch: {percent: 10}}";
static const char narrow_series[] = "detector: rolling-year, areas: [D1], categories: [burglary], ";

static void assert_shadow(rules_world *w, const char *first, const char *second, bool shadowed)
{
    read_two(w, first, arena_print(w->memory, "%s%s", narrow_series, second).at);
    assert_faults(w->found, 0, shadowed);
    if (shadowed)
        assert_fault(w->found, "priorities.yaml:3: warning: rule 'b' never decides anything: 'a' in line 2 watches the same series");
}

static void a_rule_that_another_leaves_nothing_to_decide_is_warned_of(void **state)
{
    rules_world *w = *state;
    static const char *const harder[] = {
        "levels: {elevated: {percent: 20}, watch: {percent: 10}}", "levels: {watch: {percent: 15}}", "levels: {elevated: {percent: 30, p: 0.01}}",
        "levels: {watch: {percent: 10, difference: 5}}", "levels: {watch: {percent: 10}}, minimum: 20",
        "levels: {watch: {percent: 10}}, directions: [rising]", "levels: {watch: {percent: 10}}, hold: 7d",
        "levels: {watch: {percent: 10}}, clear: {percent: 9}", "levels: {watch: {percent: 10}}, at_once: never",
    };
    for (size_t i = 0; i < COUNT(harder); i++)
        assert_shadow(w, wide, harder[i], true);
}

static void a_rule_that_ever_makes_a_difference_is_no_shadow(void **state)
{
    rules_world *w = *state;
    static const char *const different[] = {
        "levels: {watch: {percent: 9}}", "levels: {priority: {percent: 40}}", "levels: {elevated: {percent: 15}}", "levels: {watch: {p: 0.001}}",
        "levels: {watch: {percent: 10}}, minimum: 5", "levels: {watch: {percent: 10}}, hold: 8w", "levels: {watch: {percent: 10}}, clear: {percent: 5}",
        "levels: {watch: {percent: 10}}, clear: {p: 1}", "levels: {watch: {percent: 10}}, at_once: {p: 0.01}", "levels: {watch: {percent: 10}}, looks: 1",
    };
    for (size_t i = 0; i < COUNT(different); i++)
        assert_shadow(w, wide, different[i], false);
    assert_shadow(w, "levels: {watch: {percent: 10}}, directions: [rising]", "levels: {watch: {percent: 10}}", false);
    read_two(w, wide, "detector: control-chart, areas: [D1], categories: [theft], levels: {watch: {percent: 10}}");
    assert_faults(w->found, 0, 0);
    read_two(w, wide, "detector: rolling-year, areas: [D1, F1], categories: [theft], levels: {watch: {percent: 10}}");
    assert_faults(w->found, 0, 0);
    read_two(w, wide, "detector: rolling-year, areas: [D1], categories: [theft, asb], levels: {watch: {percent: 10}}");
    assert_faults(w->found, 0, 0);
}

static void a_rule_that_watches_nothing_is_no_shadow_as_well(void **state)
{
    rules_world *w = *state;
    read_two(w, wide, "detector: rolling-year, areas: [D1], categories: [theft], except: [all], levels: {watch: {percent: 20}}");
    assert_faults(w->found, 0, 1);
    assert_fault(w->found, "priorities.yaml:3: warning: rule 'b' can never fire: it watches no category");
}

static void gaps_to_different_areas_are_no_shadows(void **state)
{
    rules_world *w = *state;
    static const char to_region[] = "comparator: W, detector: comparator-gap, areas: [D1], categories: [theft], levels: {watch: {percent: 50}}";
    (void)rules_read(w, arena_print(w->memory, "rules:\n- {name: a, %s}\n- {name: b, comparator: EW%s}\n", to_region,
                                    to_region + sizeof "comparator: W" - 1).at);
    assert_faults(w->found, 0, 0);
    (void)rules_read(w, arena_print(w->memory, "rules:\n- {name: a, %s}\n- {name: b, %s}\n", to_region, to_region).at);
    assert_faults(w->found, 0, 1);
}

static void of_two_that_shadow_each_other_the_later_is_told_and_the_earlier_where_it_is_narrower(void **state)
{
    rules_world *w = *state;
    (void)rules_read(w, "rules:\n- {name: a, detector: rolling-year, areas: [D1], categories: [theft], levels: {watch: {percent: 20}}}\n"
                        "- {name: b, detector: rolling-year, areas: [D1, D2], categories: [theft], levels: {watch: {percent: 10}}}\n"
                        "- {name: c, detector: rolling-year, areas: [D2, D1], categories: [theft], levels: {watch: {percent: 10}}}\n");
    assert_faults(w->found, 0, 2);
    assert_fault(w->found, "priorities.yaml:2: warning: rule 'a' never decides anything: 'b' in line 3");
    assert_fault(w->found, "priorities.yaml:4: warning: rule 'c' never decides anything: 'b' in line 3");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, rules_world_make, rules_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(unknown_categories_and_areas_are_warned_of_and_the_rest_is_watched),
        IN_WORLD(an_exception_of_what_is_not_watched_is_warned_of),
        IN_WORLD(a_rule_that_watches_nothing_can_never_fire),
        IN_WORLD(what_can_t_happen_is_warned_of),
        IN_WORLD(a_threshold_that_a_higher_or_an_easier_one_implies_is_warned_of),
        IN_WORLD(looks_that_play_no_part_are_warned_of),
        IN_WORLD(a_level_without_a_margin_of_p_is_warned_of),
        IN_WORLD(a_rule_that_another_leaves_nothing_to_decide_is_warned_of),
        IN_WORLD(a_rule_that_ever_makes_a_difference_is_no_shadow),
        IN_WORLD(a_rule_that_watches_nothing_is_no_shadow_as_well),
        IN_WORLD(gaps_to_different_areas_are_no_shadows),
        IN_WORLD(of_two_that_shadow_each_other_the_later_is_told_and_the_earlier_where_it_is_narrower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
