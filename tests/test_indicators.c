/* Promise: evidence that isn't incidents is found by the priorities that it bears on, its newest value beside the one
 * before, and what can't be meant so is told with its line. */
#include "figures/indicators.h"

#include <math.h>

#include "reference_fixtures.h"
#include "testing.h"

typedef struct world {
    sheets *from;
    faults *found;
    geography *areas;
    offence_tree *categories;
    groups *groups;
    priorities *priorities;
    indicators *read;
} world;

#define TWO                                                                                                        \
    "priorities:\n- {priority: asb, title: A, indicators: [fear], grounds: [{kind: risk-of-harm, text: t, source: s}]}\n" \
    "- {priority: lines, title: L, indicators: [fear], grounds: [{kind: risk-of-harm, text: t, source: s}]}\n"

static world world_of(const char *yaml, const char *rows)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_AREAS, "F,Force,force\nD1,One,district,F\n");
    sheet_fill(made.from, SHEET_CATEGORIES, "all,All\n");
    sheet_fill(made.from, SHEET_OFFENCES, "1,One,all\n");
    sheet_fill(made.from, SHEET_GROUPS, "G,Group,csp,D1\n");
    sheet_fill(made.from, SHEET_INDICATORS, rows);
    made.areas = geography_create(made.from, made.found);
    made.categories = offence_tree_create(made.from, made.found);
    made.groups = groups_create(made.from, made.areas, made.found);
    made.priorities = priorities_create(text_of(yaml), made.areas, made.groups, made.categories, made.found);
    made.read = indicators_create(made.from, made.areas, made.groups, made.priorities, made.found);
    return made;
}

static void forget(world *self)
{
    indicators_destroy(&self->read);
    assert_null(self->read);
    indicators_destroy(&self->read);
    priorities_destroy(&self->priorities);
    groups_destroy(&self->groups);
    offence_tree_destroy(&self->categories);
    geography_destroy(&self->areas);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

static void a_row_bears_on_the_priority_of_its_name_and_on_those_that_take_it_up(void **state)
{
    (void)state;
    indicator_pair out[4];
    world w = world_of(TWO, "lines,Lines seen,D1,latest,in flux,,Police\nfear,Fear (percent),,2024,24,1000,Survey\n");
    assert_faults(w.found, 0, 0);
    assert_int_equal(indicators_count(w.read), 2);
    assert_int_equal(indicators_of(w.read, priorities_at(w.priorities, 0), out), 1);
    assert_text(out[0].now->measure, "Fear (percent)");
    assert_text(out[0].now->where, "");
    assert_true(out[0].now->number == 24 && out[0].now->asked == 1000);
    assert_text(out[0].now->cited, "Survey");
    assert_int_equal(indicators_of(w.read, priorities_at(w.priorities, 1), out), 2);
    assert_text(out[0].now->value, "in flux");
    assert_true(isnan(out[0].now->number) && isnan(out[0].now->asked));
    assert_null(out[0].before);
    assert_text(out[1].now->value, "24");
    forget(&w);
}

static void the_newest_value_stands_beside_the_one_before_it(void **state)
{
    (void)state;
    static const struct { const char *rows, *now, *before; } cases[] = {
        {"asb,m,D1,previous,21\nasb,m,D1,latest,24\n", "24", "21"},
        {"asb,m,D1,latest,24\nasb,m,D1,previous,21\n", "24", "21"},
        {"asb,m,D1,2022-23,1\nasb,m,D1,2024-25,3\nasb,m,D1,2023-24,2\n", "3", "2"},
        {"asb,m,D1,2024-25,3\nasb,m,D1,latest,4\n", "4", "3"},
        {"asb,m,D1,previous,3\nasb,m,D1,2024-25,4\n", "3", "4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        indicator_pair out[3];
        world w = world_of(TWO, cases[i].rows);
        assert_faults(w.found, 0, 0);
        assert_int_equal(indicators_of(w.read, priorities_at(w.priorities, 0), out), 1);
        assert_text(out[0].now->value, cases[i].now);
        assert_text(out[0].before->value, cases[i].before);
        forget(&w);
    }
}

static void measures_and_places_are_not_mixed(void **state)
{
    (void)state;
    indicator_pair out[4];
    world w = world_of(TWO, "asb,m,D1,latest,1\nasb,m,G,previous,2\nasb,n,D1,previous,3\nfear,m,D1,previous,4\n");
    assert_faults(w.found, 0, 0);
    assert_int_equal(indicators_of(w.read, priorities_at(w.priorities, 0), out), 4);
    for (size_t i = 0; i < 4; i++)
        assert_null(out[i].before);
    forget(&w);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *rows, *fault; } cases[] = {
        {",m,D1,latest,1\n", "indicators.csv:2: error: priority, measure and value"},
        {"asb,,D1,latest,1\n", "indicators.csv:2: error: priority, measure and value"},
        {"asb,m,D1,latest,\n", "indicators.csv:2: error: priority, measure and value"},
        {"asb,m,D1,latest,1\nasb,m,D9,latest,1\n", "indicators.csv:3: error: 'D9' is neither in areas.csv"},
        {"asb,m,Group,latest,1\n", "indicators.csv:2: error: 'Group' is neither"},
        {"asb,m,D1,latest,1,0\n", "indicators.csv:2: error: n '0' is no number of people"},
        {"asb,m,D1,latest,1,many\n", "indicators.csv:2: error: n 'many' is no number of people"},
        {"asb,m,D1,latest,101,5\n", "indicators.csv:2: error: '101' is no percentage of the people asked"},
        {"asb,m,D1,latest,in flux,5\n", "indicators.csv:2: error: 'in flux' is no percentage"},
        {"asb,m,D1,latest,1\nasb,m,D1,latest,2\n", "indicators.csv:3: error: the measure has a value for 'latest' already"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w = world_of(TWO, cases[i].rows);
        assert_faults(w.found, 1, 0);
        assert_fault(w.found, cases[i].fault);
        forget(&w);
    }
}

static void what_no_priority_takes_up_is_worth_a_warning_once_there_are_priorities(void **state)
{
    (void)state;
    world w = world_of(TWO, "asd,m,D1,latest,1\n");
    assert_faults(w.found, 0, 1);
    assert_fault(w.found, "indicators.csv:2: warning: no priority in priorities.yaml takes up 'asd'");
    forget(&w);
    w = world_of("", "asd,m,D1,latest,1\n");
    assert_faults(w.found, 0, 0);
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_bears_on_the_priority_of_its_name_and_on_those_that_take_it_up),
        cmocka_unit_test(the_newest_value_stands_beside_the_one_before_it),
        cmocka_unit_test(measures_and_places_are_not_mixed),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(what_no_priority_takes_up_is_worth_a_warning_once_there_are_priorities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
