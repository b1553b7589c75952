/* Promise: what explains a move is the lowest node that makes up most of it, level by level down the tree; what went
 * clearly the other way is named beside it; and nothing is explained by what isn't wholly known, too small, or no part.
 * World: all-crime (violence-and-sexual (violence, sexual), theft (burglary (home, other-burglary), other-theft)).
 */
#include "judging/area_fold.h"

#include <math.h>
#include <string.h>

#include "judging_fixtures.h"
#include "testing.h"

enum { KNOWN_MAX = 32, AREAS_MAX = 16 };

static covered_world w;
static area_days *days;
static period_set known[KNOWN_MAX];
static watch_rule rule;
static rules by;
static bool everywhere[AREAS_MAX], everything[KNOWN_MAX];
static area_fold *fold;

static int make(void **state)
{
    (void)state;
    w = covered_world_make("");
    days = area_days_create(w.data->categories);
    memset(everywhere, true, sizeof everywhere);
    memset(everything, true, sizeof everything);
    rule = default_rule(DETECTOR_ROLLING_YEAR);
    rule.areas = everywhere;
    rule.categories = everything;
    by = (rules){.each = &rule, .count = 1};
    for (int c = 0; c < offence_tree_count(w.data->categories); c++)
        known[c] = days_known("2023-01-01..2024-12-31");
    return 0;
}

static int forget(void **state)
{
    (void)state;
    area_fold_destroy(&fold);
    for (int c = 0; c < KNOWN_MAX; c++)
        period_set_free(&known[c]);
    area_days_destroy(&days);
    covered_world_forget(&w);
    return 0;
}

static bool give(void *context, int area_index, area_input *out)
{
    (void)context, (void)area_index;
    *out = (area_input){.days = days, .known = known};
    return true;
}

/* So many of a category in 2023 and in 2024, from the first day of each year on one after the other. */
static void put(const char *code, int of_2023, int of_2024)
{
    const int counts[] = {of_2023, of_2024};
    uint32_t id = offence_tree_category(w.data->categories, category_at(&w, code))->id;
    for (int year = 0; year < 2; year++)
        for (int i = 0; i < counts[year]; i++) {
            tally month = {0};
            assert_true(tally_add(&month, id, 1 + i / 12 % 28, 1));
            area_days_add_month(days, month_of(day_of(2023 + year, 1, 1)) + i % 12, &month, true, NULL);
            tally_free(&month);
        }
}

/* "theft > home; against violence -20.0": the lowest of a category's move to the end of 2024, and what went against it. */
static const char *explained(const char *code)
{
    explanation why;
    int category_index = category_at(&w, code);
    area_fold_destroy(&fold);
    fold = area_fold_create(&by, w.data, area_at(&w, "D1"), give, NULL);
    level_change change = {.on = day_of(2024, 12, 31), .rule = 0};
    assert_true(area_fold_measure(fold, category_index, &change));
    change.direction = change.seen.direction;
    area_fold_explain(fold, category_index, &change, &why);
    const char *said = arena_print(w.memory, "%s > %.*s", code,
                                   TEXT_ARGS(offence_tree_category(w.data->categories, why.lowest)->code)).at;
    for (size_t i = 0; i < why.against_count; i++)
        said = arena_print(w.memory, "%s; against %.*s %+.1f", said,
                           TEXT_ARGS(offence_tree_category(w.data->categories, why.against[i])->code),
                           why.against_seen[i].percent).at;
    return said;
}

/* --- what explains it -------------------------------------------------------------------------------- */

static void the_lowest_node_that_makes_up_most_of_a_rise_explains_it(void **state)
{
    (void)state;
    put("home", 100, 200);
    put("other-burglary", 100, 110);
    put("other-theft", 100, 120);
    assert_string_equal(explained("all-crime"), "all-crime > home"); /* of 130: theft 130, burglary 110, home 100 */
    assert_string_equal(explained("theft"), "theft > home");
    assert_string_equal(explained("home"), "home > home");
}

static void of_a_fall_likewise(void **state)
{
    (void)state;
    put("home", 200, 100);
    put("other-theft", 120, 100);
    assert_string_equal(explained("theft"), "theft > home");
}

/* Half of a move is not most of it. */
static void a_move_of_equal_parts_is_explained_by_neither(void **state)
{
    (void)state;
    put("home", 100, 120);
    put("other-burglary", 100, 120);
    assert_string_equal(explained("all-crime"), "all-crime > burglary");
    put("other-theft", 100, 140);
    assert_string_equal(explained("all-crime"), "all-crime > theft");
    put("other-theft", 0, 1); /* 41 of 81 */
    assert_string_equal(explained("all-crime"), "all-crime > other-theft");
}

/* Violence and sexual offences 40 of 79, of them sexual offences 20; theft 39, all of homes. */
static void the_way_down_goes_by_the_larger_part_though_a_smaller_one_has_a_larger_part_of_its_own(void **state)
{
    (void)state;
    put("violence", 100, 120);
    put("sexual", 100, 120);
    put("home", 100, 139);
    assert_string_equal(explained("all-crime"), "all-crime > violence-and-sexual");
}

static void a_node_s_own_records_are_explained_by_none_below(void **state)
{
    (void)state;
    put("theft", 100, 200);
    put("other-theft", 100, 110);
    assert_string_equal(explained("all-crime"), "all-crime > theft");
}

/* --- what went the other way ------------------------------------------------------------------------- */

static void children_that_clearly_went_the_other_way_are_named(void **state)
{
    (void)state;
    put("home", 100, 300);
    put("other-theft", 200, 150);
    put("violence", 200, 160);
    assert_string_equal(explained("theft"), "theft > home; against other-theft -25.0");
    /* Of all crime it is the child that is named, and only once. */
    assert_string_equal(explained("all-crime"), "all-crime > home; against violence-and-sexual -20.0");
}

static void what_moved_less_than_a_level_is_left_by_did_not_go_the_other_way(void **state)
{
    (void)state;
    put("home", 100, 300);
    put("other-theft", 1000, 926); /* - 7.4 %; a level is left below 7.5 */
    assert_string_equal(explained("theft"), "theft > home");
    put("violence", 1000, 925);
    assert_string_equal(explained("all-crime"), "all-crime > home; against violence-and-sexual -7.5");
}

static void what_is_too_small_for_a_percentage_is_not_named_against(void **state)
{
    (void)state;
    put("home", 100, 300);
    put("other-theft", 49, 9);
    assert_string_equal(explained("theft"), "theft > home");
    put("other-theft", 1, 0);
    assert_string_equal(explained("theft"), "theft > home; against other-theft -82.0");
}

/* --- what explains nothing ---------------------------------------------------------------------------- */

static void what_is_not_wholly_known_explains_nothing(void **state)
{
    (void)state;
    put("home", 100, 200);
    put("other-theft", 200, 150);
    period_set_free(&known[category_at(&w, "home")]);
    known[category_at(&w, "home")] = days_known("2023-07-01..2024-12-31"); /* not what came before */
    assert_string_equal(explained("theft"), "theft > burglary; against other-theft -25.0");
    period_set_free(&known[category_at(&w, "other-theft")]);
    known[category_at(&w, "other-theft")] = days_known("2023-01-01..2024-11-30"); /* there may be more */
    assert_string_equal(explained("theft"), "theft > burglary");
}

static void markers_neither_explain_nor_are_explained(void **state)
{
    (void)state;
    put("home", 100, 200);
    put("hate", 100, 300);
    assert_string_equal(explained("hate"), "hate > hate");
    assert_string_equal(explained("all-crime"), "all-crime > home");
}

static void no_move_has_no_explanation(void **state)
{
    (void)state;
    put("home", 100, 200);
    put("other-theft", 200, 100);
    assert_string_equal(explained("theft"), "theft > theft");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(the_lowest_node_that_makes_up_most_of_a_rise_explains_it),
        IN_A_WORLD(of_a_fall_likewise),
        IN_A_WORLD(a_move_of_equal_parts_is_explained_by_neither),
        IN_A_WORLD(the_way_down_goes_by_the_larger_part_though_a_smaller_one_has_a_larger_part_of_its_own),
        IN_A_WORLD(a_node_s_own_records_are_explained_by_none_below),
        IN_A_WORLD(children_that_clearly_went_the_other_way_are_named),
        IN_A_WORLD(what_moved_less_than_a_level_is_left_by_did_not_go_the_other_way),
        IN_A_WORLD(what_is_too_small_for_a_percentage_is_not_named_against),
        IN_A_WORLD(what_is_not_wholly_known_explains_nothing),
        IN_A_WORLD(markers_neither_explain_nor_are_explained),
        IN_A_WORLD(no_move_has_no_explanation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
