/* Promise: an area is compared with what comparators.csv names for it, in that order, and a published rate
 * is found for its comparator, category and year and for nothing else. */
#include "figures/comparators.h"

#include <string.h>

#include "reference_fixtures.h"
#include "testing.h"

typedef struct world {
    sheets *from;
    faults *found;
    geography *areas;
    offence_tree *categories;
    groups *groups;
    comparators *comparators;
} world;

static world world_of(const char *pairs, const char *rates)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_AREAS, "F,Force,force\nD1,One,district,F\nD2,Two,district,F\n");
    sheet_fill(made.from, SHEET_CATEGORIES, "all,All\ntheft,Theft,all\n");
    sheet_fill(made.from, SHEET_OFFENCES, "1,One,theft\n");
    sheet_fill(made.from, SHEET_GROUPS, "G,Group,csp,D1\n");
    sheet_fill(made.from, SHEET_COMPARATORS, pairs);
    sheet_fill(made.from, SHEET_COMPARATOR_RATES, rates);
    made.areas = geography_create(made.from, made.found);
    made.categories = offence_tree_create(made.from, made.found);
    made.groups = groups_create(made.from, made.areas, made.found);
    made.comparators = comparators_create(made.from, made.areas, made.groups, made.categories, made.found);
    return made;
}

static void forget(world *self)
{
    comparators_destroy(&self->comparators);
    assert_null(self->comparators);
    comparators_destroy(&self->comparators);
    groups_destroy(&self->groups);
    offence_tree_destroy(&self->categories);
    geography_destroy(&self->areas);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

static void an_area_or_group_is_compared_with_what_is_named_for_it_in_order(void **state)
{
    (void)state;
    text named[4];
    world w = world_of("D1,F\nG,D2\nD1,most-similar-forces\nD1,D2\n", "");
    assert_faults(w.found, 0, 0);
    assert_int_equal(comparators_of(w.comparators, text_of("D1"), named, 4), 3);
    assert_text(named[0], "F");
    assert_text(named[1], "most-similar-forces");
    assert_text(named[2], "D2");
    assert_int_equal(comparators_of(w.comparators, text_of("G"), named, 4), 1);
    assert_text(named[0], "D2");
    assert_int_equal(comparators_of(w.comparators, text_of("D2"), named, 4), 0);
    assert_int_equal(comparators_of(w.comparators, text_of("D1"), named, 2), 2);
    assert_int_equal(comparators_of(w.comparators, text_of("D1"), named, 0), 0);
    forget(&w);
}

static void a_published_rate_is_found_by_comparator_category_and_year(void **state)
{
    (void)state;
    world w = world_of("", "F,theft,2024-25,31.5,1000000,per 1 000 residents,Assessment\nF,theft,2023/24,30\nF,all,2024-25,0\n"
                           "most-similar-forces,theft,2024-25,28.25\n");
    assert_faults(w.found, 0, 0);
    int theft = offence_tree_find(w.categories, text_of("theft")), all = offence_tree_find(w.categories, text_of("all"));
    const published_rate *found = comparators_published(w.comparators, text_of("F"), theft, 2024);
    assert_true(found->rate == 31.5);
    assert_text(found->population, "1000000");
    assert_text(found->definition, "per 1 000 residents");
    assert_text(found->source, "Assessment");
    assert_text(found->period, "2024-25");
    assert_true(comparators_published(w.comparators, text_of("F"), theft, 2023)->rate == 30);
    assert_true(comparators_published(w.comparators, text_of("F"), all, 2024)->rate == 0);
    assert_true(comparators_published(w.comparators, text_of("most-similar-forces"), theft, 2024)->rate == 28.25);
    assert_null(comparators_published(w.comparators, text_of("F"), theft, 2022));
    assert_null(comparators_published(w.comparators, text_of("f"), theft, 2024));
    assert_null(comparators_published(w.comparators, text_of("D1"), theft, 2024));
    assert_null(comparators_published(w.comparators, text_of("F"), CATEGORY_NONE, 2024));
    forget(&w);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *pairs, *rates, *fault; } cases[] = {
        {"D1,F\nX,F\n", "", "comparators.csv:3: error: 'X' is neither in areas.csv nor in groups.csv"},
        {"", "F,x,2024-25,1\n", "comparator_rates.csv:2: error: the category 'x'"},
        {"", "F,theft,2024,1\n", "comparator_rates.csv:2: error: the period '2024'"},
        {"", "F,theft,2024-26,1\n", "comparator_rates.csv:2: error: the period '2024-26'"},
        {"", "F,theft,2024-25,\n", "comparator_rates.csv:2: error: the rate ''"},
        {"", "F,theft,2024-25,-1\n", "comparator_rates.csv:2: error: the rate '-1'"},
        {"", "F,theft,2024-25,n/a\n", "comparator_rates.csv:2: error: the rate 'n/a'"},
        {"", "F,theft,2024-25,inf\n", "comparator_rates.csv:2: error: the rate 'inf'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w = world_of(cases[i].pairs, cases[i].rates);
        assert_faults(w.found, 1, 0);
        assert_fault(w.found, cases[i].fault);
        forget(&w);
    }
}

static void there_need_be_no_comparators(void **state)
{
    (void)state;
    text named[4];
    world w = world_of("", "");
    assert_faults(w.found, 0, 0);
    assert_int_equal(comparators_of(w.comparators, text_of("D1"), named, 4), 0);
    assert_null(comparators_published(w.comparators, text_of("F"), 0, 2024));
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_area_or_group_is_compared_with_what_is_named_for_it_in_order),
        cmocka_unit_test(a_published_rate_is_found_by_comparator_category_and_year),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(there_need_be_no_comparators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
