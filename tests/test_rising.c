/* Promise: what rose, without a priority that covers it, is put forward as the lowest node that did; and nothing else. */
#include "judging/rising.h"

#include <math.h>

#include "reference_fixtures.h"
#include "testing.h"

typedef struct world {
    sheets *from;
    faults *found;
    geography *areas;
    groups *groups;
    offence_tree *tree;
    report_row rows[16];
    category_facts facts[16];
    bool covered[16];
    rising_category risen[16];
} world;

static const advice_rules rules_now = {.new_percent = 10, .new_p = 0.01, .significance = 0.05};

/* All is flat, known and uncovered. */
static int make_world(void **state)
{
    static world w;
    w = (world){.from = sheets_create(), .found = faults_create()};
    sheet_fill(w.from, SHEET_AREAS, "D1,One,district\n");
    sheet_fill(w.from, SHEET_CATEGORIES,
               "all,All\nboth,Both,all,,,yes\nviolence,Violence,both\nsexual,Sexual,both\ntheft,Theft,all\nshops,Shops,theft\n"
               "bikes,Bikes,theft\norder,Order,all\nhate,Hate,all,hate\nasb,ASB\n");
    sheet_fill(w.from, SHEET_OFFENCES, "1,One,violence\n2,Two,sexual\n3,Three,shops\n4,Four,bikes\n5,Five,order\n6,Six,asb\n");
    w.areas = geography_create(w.from, w.found);
    w.groups = groups_create(w.from, w.areas, w.found);
    w.tree = offence_tree_create(w.from, w.found);
    assert_faults(w.found, 0, 0);
    for (int c = 0; c < offence_tree_count(w.tree); c++) {
        w.rows[c] = (report_row){.category = c, .code = offence_tree_category(w.tree, c)->code, .count = 1000,
                                 .coverage = COVERAGE_COMPLETE};
        w.facts[c] = (category_facts){.row = &w.rows[c], .before = 1000, .against = text_of("2022-23"),
                                      .change = {.p = 1, .telling = true}};
    }
    *state = &w;
    return 0;
}

static int forget_world(void **state)
{
    world *w = *state;
    offence_tree_destroy(&w->tree);
    groups_destroy(&w->groups);
    geography_destroy(&w->areas);
    faults_destroy(&w->found);
    sheets_destroy(&w->from);
    return 0;
}

static int at(const world *w, const char *code)
{
    int index = offence_tree_find(w->tree, text_of(code));
    assert_true(index != CATEGORY_NONE);
    return index;
}

static void moved(world *w, const char *code, double count, double p)
{
    w->rows[at(w, code)].count = count;
    w->facts[at(w, code)].change.p = p;
}

/* What is put forward, as "order shops". */
static void assert_risen(world *w, const char *expected)
{
    char words[256] = "";
    size_t used = 0, count = rising_find(w->tree, w->facts, w->covered, &rules_now, w->risen);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%.*s", i > 0 ? " " : "",
                                 TEXT_ARGS(w->risen[i].facts->row->code));
    assert_string_equal(words, expected);
}

static void what_rises_enough_is_put_forward_the_largest_rise_first(void **state)
{
    world *w = *state;
    assert_risen(w, "");
    moved(w, "shops", 1210, 0.002);
    moved(w, "order", 1245, 0.0007);
    assert_risen(w, "order shops");
}

static void ten_percent_and_p_below_a_hundredth_are_both_needed(void **state)
{
    world *w = *state;
    moved(w, "shops", 1100, 0.0099);
    assert_risen(w, "shops");
    moved(w, "shops", 1099, 0.0001);
    assert_risen(w, "");
    moved(w, "shops", 1300, 0.01);
    assert_risen(w, "");
    moved(w, "shops", 700, 0.0001);
    assert_risen(w, "");
}

static void numbers_that_tell_nothing_and_changes_that_are_unknown_are_left_out(void **state)
{
    world *w = *state;
    moved(w, "shops", 1300, 0.0001);
    w->facts[at(w, "shops")].change.telling = false;
    moved(w, "order", 1300, (double)NAN);
    assert_risen(w, "");
}

static void only_the_lowest_node_that_rose_is_named(void **state)
{
    world *w = *state;
    moved(w, "all", 1150, 0.0001);
    moved(w, "theft", 1200, 0.0001);
    assert_risen(w, "theft");
    moved(w, "bikes", 1400, 0.0001);
    assert_risen(w, "bikes");
    moved(w, "asb", 1200, 0.0001);
    assert_risen(w, "bikes asb");
}

static void what_a_priority_covers_is_not_new_and_neither_is_what_it_explains(void **state)
{
    world *w = *state;
    moved(w, "theft", 1200, 0.0001);
    moved(w, "bikes", 1400, 0.0001);
    w->covered[at(w, "bikes")] = true;
    assert_risen(w, "");
    moved(w, "hate", 1400, 0.0001);
    assert_risen(w, "hate");
    w->covered[at(w, "hate")] = true;
    assert_risen(w, "");
}

static void a_bridging_node_speaks_only_where_what_it_joins_is_not_told_apart(void **state)
{
    world *w = *state;
    moved(w, "both", 1200, 0.0001);
    assert_risen(w, "");
    w->rows[at(w, "violence")].coverage = w->rows[at(w, "sexual")].coverage = COVERAGE_NOTHING;
    assert_risen(w, "both");
}

/* q by hand: ten tests, p of .002 and .004 and ones: .02 and .02. */
static void a_rise_bears_its_q_among_all_that_were_tested(void **state)
{
    world *w = *state;
    moved(w, "order", 1200, 0.002);
    moved(w, "shops", 1300, 0.004);
    assert_risen(w, "shops order");
    assert_int_equal(w->risen[0].tested, 10);
    assert_true(fabs(w->risen[0].q - 0.02) < 1e-15);
    assert_true(fabs(w->risen[1].q - 0.02) < 1e-15);
    w->facts[at(w, "asb")].change.p = (double)NAN;
    assert_risen(w, "shops order");
    assert_int_equal(w->risen[0].tested, 9);
    assert_true(fabs(w->risen[0].q - 0.018) < 1e-15);
}

static void what_falls_within_a_rise_is_told(void **state)
{
    world *w = *state;
    const category_facts *falling[16];
    moved(w, "shops", 900, 0.04);
    moved(w, "bikes", 901, 0.0001);
    assert_int_equal(rising_against(w->tree, w->facts, at(w, "theft"), &rules_now, falling), 1);
    assert_text(falling[0]->row->code, "shops");
    moved(w, "shops", 900, 0.05);
    assert_int_equal(rising_against(w->tree, w->facts, at(w, "theft"), &rules_now, falling), 0);
    assert_int_equal(rising_against(w->tree, w->facts, at(w, "order"), &rules_now, falling), 0);
}

static void a_priority_covers_its_evidence_and_all_below_it(void **state)
{
    world *w = *state;
    static const char *const covered[] = {"theft", "shops", "bikes", "hate"};
    priorities *read = priorities_create(
        text_of("priorities:\n- {priority: a, title: A, evidence: [{category: theft}]}\n"
                "- {priority: b, title: B, evidence: [{category: hate, proxy: yes}]}\n"), w->areas, w->groups, w->tree, w->found);
    assert_faults(w->found, 0, 0);
    rising_covered(read, w->tree, w->covered);
    size_t count = 0;
    for (int c = 0; c < offence_tree_count(w->tree); c++)
        count += w->covered[c];
    assert_int_equal(count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(w->covered[at(w, covered[i])]);
    priorities_destroy(&read);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(what_rises_enough_is_put_forward_the_largest_rise_first),
        IN_A_WORLD(ten_percent_and_p_below_a_hundredth_are_both_needed),
        IN_A_WORLD(numbers_that_tell_nothing_and_changes_that_are_unknown_are_left_out),
        IN_A_WORLD(only_the_lowest_node_that_rose_is_named),
        IN_A_WORLD(what_a_priority_covers_is_not_new_and_neither_is_what_it_explains),
        IN_A_WORLD(a_bridging_node_speaks_only_where_what_it_joins_is_not_told_apart),
        IN_A_WORLD(a_rise_bears_its_q_among_all_that_were_tested),
        IN_A_WORLD(what_falls_within_a_rise_is_told),
        IN_A_WORLD(a_priority_covers_its_evidence_and_all_below_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
