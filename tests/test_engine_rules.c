/* Promise: an aggregator never runs on rules with a fault in them: it doesn't start, and told to read them again it goes on
 * with those that it has; what is in force is what was adopted, and is so after a restart. */
#include "aggregator/engine.h"

#include <string.h>

#include "engine_fixtures.h"
#include "judging/rules.h"
#include "reference_fixtures.h"
#include "testing.h"

static const char good[] =
    "baseline: 2022-23\n"
    "rules:\n"
    "- {name: yearly, detector: rolling-year, areas: [D1], categories: [theft], levels: {watch: {percent: 10}}}\n";

static const char no_looks[] =
    "baseline: 2022-23\n"
    "rules:\n"
    "- {name: yearly, detector: rolling-year, areas: [D1], categories: [theft], levels: {watch: {percent: 10}}, looks: 0}\n";

/* Reads the folder again with these as its rules. */
static status reload_with(engine_world *w, const char *yaml, faults *found)
{
    char why[NOTE_SIZE_MAX] = "";
    file_write(w->reference, "priorities.yaml", text_of(yaml));
    return engine_reload(w->engine, w->reference, w->now_s, found, why);
}

/* The only rule in force; its words. */
static void assert_in_force(engine_world *w, const char *name, const char *area_code, double percent)
{
    const reference *data = engine_reference(w->engine);
    const rules *by = engine_rules(w->engine);
    assert_int_equal(by->count, 1);
    assert_text(by->each[0].name, name);
    assert_true(by->each[0].thresholds[0].percent == percent);
    for (int i = 0; i < geography_count(data->areas); i++)
        assert_int_equal(by->each[0].areas[i], text_is(geography_area(data->areas, i)->code, area_code));
}

static void rules_with_a_fault_keep_an_aggregator_from_starting(void **state)
{
    engine_world *w = *state;
    char why[NOTE_SIZE_MAX] = "";
    engine *made = NULL;
    engine_close(&w->engine);
    file_write(w->reference, "priorities.yaml", text_of(no_looks));
    assert_int_equal(engine_open(w->data, w->reference, w->now_s, &made, why), STATUS_REFUSED);
    assert_null(made);
    assert_non_null(strstr(why, "have 1 faults"));
    file_write(w->reference, "priorities.yaml", text_of(good));
    w->engine = engine_opened(w->data, w->reference, w->now_s);
    assert_in_force(w, "yearly", "D1", 10);
}

static void rules_with_a_fault_are_not_adopted_and_the_old_ones_stay_in_force(void **state)
{
    engine_world *w = *state;
    faults *found = faults_create();
    assert_int_equal(reload_with(w, good, found), STATUS_OK);
    assert_int_equal(reload_with(w, no_looks, found), STATUS_REFUSED);
    assert_faults(found, 1, 0);
    assert_fault(found, "priorities.yaml:3: error: looks is '0'");
    assert_in_force(w, "yearly", "D1", 10);
    faults_destroy(&found);
}

static void a_warning_about_a_rule_keeps_nothing_from_being_adopted(void **state)
{
    engine_world *w = *state;
    faults *found = faults_create();
    assert_int_equal(reload_with(w, "rules:\n- {name: odd, detector: rolling-year, areas: [D2, Atlantis], categories: [theft], "
                                    "levels: {watch: {percent: 15}}}\n", found), STATUS_OK);
    assert_faults(found, 0, 1);
    assert_in_force(w, "odd", "D2", 15);
    faults_destroy(&found);
}

static void the_rules_in_force_are_those_adopted_after_a_restart_too(void **state)
{
    engine_world *w = *state;
    faults *found = faults_create();
    assert_int_equal(engine_rules(w->engine)->count, 0);
    assert_int_equal(reload_with(w, good, found), STATUS_OK);
    engine_close(&w->engine);
    file_write(w->reference, "priorities.yaml", text_of("")); /* nobody has adopted that */
    w->engine = engine_opened(w->data, NULL, w->now_s);
    assert_in_force(w, "yearly", "D1", 10);
    assert_int_equal(engine_rules(w->engine)->baseline, 2022);
    faults_destroy(&found);
}

static void rules_go_by_the_areas_of_the_data_they_came_with(void **state)
{
    engine_world *w = *state;
    faults *found = faults_create();
    assert_int_equal(reload_with(w, good, found), STATUS_OK);
    reference_edit(w->reference, "areas.csv", "\n", "\nNEW,New nation,national,,,,\n"); /* before all others */
    assert_int_equal(engine_reload(w->engine, w->reference, w->now_s, found, (char[NOTE_SIZE_MAX]){""}), STATUS_OK);
    assert_in_force(w, "yearly", "D1", 10);
    faults_destroy(&found);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(rules_with_a_fault_keep_an_aggregator_from_starting),
        IN_WORLD(rules_with_a_fault_are_not_adopted_and_the_old_ones_stay_in_force),
        IN_WORLD(a_warning_about_a_rule_keeps_nothing_from_being_adopted),
        IN_WORLD(the_rules_in_force_are_those_adopted_after_a_restart_too),
        IN_WORLD(rules_go_by_the_areas_of_the_data_they_came_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
