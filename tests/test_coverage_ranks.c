/* Promise: where two origins cover the same thing, ranks decide which of them counts - there and then, and
 * nowhere else - and without ranks the second is refused with words that name both. */
#include "figures/coverage.h"

#include <string.h>

#include "coverage_fixtures.h"
#include "store_fixtures.h"
#include "testing.h"

static const char year[] = "2024-01-01..2024-12-31";
static const char ranked[] = "live,Live feed,1\npolice-uk,Open data,2\nworse,Worse,3\nequal,As good as live,1\nnone,No rank,\n";

static covered_world w;

static int make_world(void **state)
{
    (void)state;
    w = covered_world_make(ranked);
    return 0;
}

static int forget_world(void **state)
{
    (void)state;
    covered_world_forget(&w);
    return 0;
}

static const char *declared(coverage_answer expected, const char *origin, const char *area_code, const char *days,
                            const char *categories, const char *offences)
{
    return declare(&w, expected, declaration_of(&w, origin, area_code, days, categories, offences));
}

/* --- refusal ----------------------------------------------------------------------------------- */

static void two_origins_without_ranks_are_refused_with_words_that_name_both(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", year, "", "");
    const char *words = declared(COVERAGE_OVERLAPS, "other", "F1", "2024-12-31..2025-12-31", "", "");
    assert_non_null(strstr(words, "'none'"));
    assert_non_null(strstr(words, "'other'"));
    assert_non_null(strstr(words, "F1"));
    assert_non_null(strstr(words, "First force"));
    assert_non_null(strstr(words, "sources.csv"));
    assert_known(&w, "D1", "theft", year);
}

static void checking_refuses_as_declaring_does(void **state)
{
    (void)state;
    char words[NOTE_SIZE_MAX] = "";
    (void)declared(COVERAGE_TAKEN, "none", "F1", year, "", "");
    coverage_declaration what = declaration_of(&w, "other", "D1", year, "theft", "");
    assert_int_equal(coverage_check(w.coverage, &what, words), COVERAGE_OVERLAPS);
    assert_non_null(strstr(words, "'none'"));
    assert_non_null(strstr(words, "'other'"));
}

static void one_rank_is_not_enough_and_nor_are_two_that_are_equal(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "live", "F1", year, "", "");
    (void)declared(COVERAGE_OVERLAPS, "none", "F1", year, "", "");
    (void)declared(COVERAGE_OVERLAPS, "equal", "F1", year, "", "");
    (void)declared(COVERAGE_OVERLAPS, "unheard of", "F1", year, "", "");
}

static void an_area_below_or_above_is_the_same_thing(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", year, "", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "D1", year, "", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "FD", year, "", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "EW", year, "", "");
    (void)declared(COVERAGE_TAKEN, "other", "F2", year, "", "");
}

static void days_that_do_not_meet_do_not_clash(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", "2024-01-01..2024-01-31", "", "");
    (void)declared(COVERAGE_TAKEN, "none", "F1", "2024-03-01..2024-03-31", "", "");
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2024-02-01..2024-02-29", "", "");
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2024-04-01..2024-04-30", "", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "F1", "2024-02-01..2024-03-01", "", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "F1", "2023-01-01..2025-12-31", "", "");
}

static void categories_that_do_not_meet_do_not_clash(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", year, "theft", "");
    (void)declared(COVERAGE_TAKEN, "other", "F1", year, "violence;asb", "");
    (void)declared(COVERAGE_OVERLAPS, "third", "F1", year, "home", "");
    (void)declared(COVERAGE_OVERLAPS, "third", "F1", year, "sexual;burglary", "");
    (void)declared(COVERAGE_OVERLAPS, "third", "F1", year, "", "");
}

static void what_a_source_cannot_tell_at_all_does_not_clash(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", year, "", POLICE_UK);
    (void)declared(COVERAGE_TAKEN, "fraud", "F1", year, "local-fraud", "");
    (void)declared(COVERAGE_TAKEN, "fraud", "F1", year, "", "LOCAL");
    (void)declared(COVERAGE_OVERLAPS, "fine", "F1", year, "violence", ""); /* hidden in it, but there */
}

static void an_origin_never_clashes_with_itself(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", year, "", POLICE_UK);
    (void)declared(COVERAGE_TAKEN, "none", "D1", year, "", "");
    (void)declared(COVERAGE_TAKEN, "none", "D1", year, "theft", "");
}

static void codes_clash_by_what_they_mean_on_the_days_that_are_shared(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", "2010-01-01..2020-12-31", "", "Other theft");
    /* It was all crime until April 2013; since then it doesn't reach burglary. */
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2019-01-01..2019-12-31", "burglary", "");
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2013-05-01..2018-12-31", "burglary", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "F1", "2013-04-30..2013-04-30", "burglary", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "F1", "2009-01-01..2025-12-31", "burglary", "");
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2021-01-01..2025-12-31", "burglary", "");
}

static void it_does_not_matter_which_of_two_codes_was_declared_first(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2019-01-01..2019-12-31", "burglary", "");
    (void)declared(COVERAGE_TAKEN, "none", "F1", "2010-01-01..2020-12-31", "", "Other theft");
    (void)declared(COVERAGE_OVERLAPS, "other", "F1", "2012-01-01..2012-12-31", "burglary", "");
}

static void a_meaning_of_a_while_clashes_though_neither_end_does(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "none", "F1", "2014-01-01..2016-12-31", "", "Narrowed");
    (void)declared(COVERAGE_OVERLAPS, "other", "F1", "2014-06-01..2016-06-30", "asb", "");
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2014-06-01..2014-12-31", "asb", "");
    (void)declared(COVERAGE_TAKEN, "other", "F1", "2016-01-01..2016-06-30", "asb", "");
    (void)declared(COVERAGE_OVERLAPS, "other", "F1", "2015-12-31..2015-12-31", "asb", "");
}

/* --- ranks ------------------------------------------------------------------------------------- */

static bool outranked(const char *origin, const char *area_code, const char *in, const char *date)
{
    return coverage_outranked(w.coverage, origin_at(&w, origin), area_at(&w, area_code), category_at(&w, in), day_from(date));
}

static void assert_outranked_where_both_cover(void)
{
    assert_true(outranked("police-uk", "D1", "theft", "2024-07-01"));
    assert_true(outranked("police-uk", "D1", "home", "2024-12-31"));
    assert_false(outranked("police-uk", "D1", "theft", "2024-06-30")); /* not yet live */
    assert_false(outranked("police-uk", "D1", "theft", "2025-01-01")); /* itself not covering any more */
    assert_false(outranked("police-uk", "D2", "theft", "2024-07-01"));
    assert_false(outranked("police-uk", "D1", "violence", "2024-07-01"));
    assert_false(outranked("police-uk", "D1", "all-crime", "2024-07-01"));
    assert_false(outranked("police-uk", "F1", "theft", "2024-07-01")); /* live covers only a part of it */
    assert_false(outranked("live", "D1", "theft", "2024-07-01"));
    assert_true(coverage_may_be_outranked(w.coverage, origin_at(&w, "police-uk")));
    assert_false(coverage_may_be_outranked(w.coverage, origin_at(&w, "live")));
}

static void the_lesser_is_outranked_only_where_and_when_both_cover(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "police-uk", "F1", year, "", POLICE_UK);
    assert_false(coverage_may_be_outranked(w.coverage, origin_at(&w, "police-uk")));
    (void)declared(COVERAGE_TAKEN, "live", "D1", "2024-07-01..2025-12-31", "theft", "");
    assert_outranked_where_both_cover();
}

static void the_order_of_declaring_does_not_matter(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "live", "D1", "2024-07-01..2025-12-31", "theft", "");
    (void)declared(COVERAGE_TAKEN, "police-uk", "F1", year, "", POLICE_UK);
    assert_outranked_where_both_cover();
}

static void of_three_only_the_best_counts(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "worse", "F1", "2022-01-01..2024-12-31", "", "");
    (void)declared(COVERAGE_TAKEN, "police-uk", "F1", "2023-01-01..2024-12-31", "", "");
    (void)declared(COVERAGE_TAKEN, "live", "F1", year, "", "");
    assert_false(outranked("worse", "F1", "theft", "2022-05-17"));
    assert_true(outranked("worse", "F1", "theft", "2023-05-17"));
    assert_true(outranked("worse", "F1", "theft", "2024-05-17"));
    assert_false(outranked("police-uk", "F1", "theft", "2023-05-17"));
    assert_true(outranked("police-uk", "F1", "theft", "2024-05-17"));
    assert_false(outranked("live", "F1", "theft", "2024-05-17"));
}

static void what_the_better_cannot_tell_is_left_to_the_lesser(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "live", "F1", year, "", POLICE_UK);
    (void)declared(COVERAGE_TAKEN, "worse", "F1", year, "", "");
    assert_true(outranked("worse", "D1", "theft", "2024-05-17"));
    assert_true(outranked("worse", "D1", "violence", "2024-05-17")); /* counted within the wider code */
    assert_false(outranked("worse", "D1", "local-fraud", "2024-05-17"));
}

static void areas_apart_do_not_outrank_each_other(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "live", "F2", year, "", "");
    (void)declared(COVERAGE_TAKEN, "police-uk", "F1", year, "", POLICE_UK);
    assert_false(coverage_may_be_outranked(w.coverage, origin_at(&w, "police-uk")));
    assert_false(outranked("police-uk", "D1", "theft", "2024-05-17"));
}

static void an_origin_that_is_not_known_is_not_outranked(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "live", "F1", year, "", "");
    assert_false(coverage_may_be_outranked(w.coverage, 0));
    assert_false(coverage_may_be_outranked(w.coverage, UINT32_MAX));
    assert_false(coverage_outranked(w.coverage, UINT32_MAX, area_at(&w, "D1"), category_at(&w, "theft"), day_from("2024-05-17")));
}

static void both_together_make_known_what_either_knows(void **state)
{
    (void)state;
    (void)declared(COVERAGE_TAKEN, "police-uk", "F1", year, "", POLICE_UK);
    (void)declared(COVERAGE_TAKEN, "live", "F1", "2024-07-01..2025-06-30", "", "");
    assert_known(&w, "F1", "theft", "2024-01-01..2025-06-30");
    assert_known(&w, "F1", "violence", "2024-07-01..2025-06-30");
}

/* --- loaded ------------------------------------------------------------------------------------ */

typedef struct told_keys {
    declared_coverage each[8];
    size_t count;
    period days;
} told_keys;

static void take_key(void *context, coverage_key key)
{
    told_keys *into = context;
    into->each[into->count++] = (declared_coverage){.key = key, .days = into->days};
}

static void keep(told_keys *into, coverage_declaration what)
{
    into->days = what.days;
    coverage_keys(w.coverage, &what, take_key, into);
}

static void ranks_hold_for_what_is_loaded_from_a_store(void **state)
{
    (void)state;
    place *in = NULL;
    told_keys told = {0};
    size_t count;
    (void)place_make_store((void **)&in);
    (void)declared(COVERAGE_TAKEN, "police-uk", "F1", year, "", POLICE_UK);
    (void)declared(COVERAGE_TAKEN, "live", "D1", "2024-07-01..2025-12-31", "theft", "");
    keep(&told, declaration_of(&w, "police-uk", "F1", year, "", POLICE_UK));
    keep(&told, declaration_of(&w, "live", "D1", "2024-07-01..2025-12-31", "theft", ""));
    const stored_code *codes = codebook_new(w.book, &count);
    assert_committed(in->writer, &(store_group){.codes = codes, .code_count = count, .coverage = told.each,
                                                .coverage_count = told.count});
    coverage_destroy(&w.coverage);
    w.coverage = coverage_create(w.data, w.book);
    assert_int_equal(coverage_load(w.coverage, in->writer), STATUS_OK);
    assert_outranked_where_both_cover();
    (void)declared(COVERAGE_OVERLAPS, "none", "D1", year, "", "");
    (void)place_remove((void **)&in);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(two_origins_without_ranks_are_refused_with_words_that_name_both),
        IN_A_WORLD(checking_refuses_as_declaring_does),
        IN_A_WORLD(one_rank_is_not_enough_and_nor_are_two_that_are_equal),
        IN_A_WORLD(an_area_below_or_above_is_the_same_thing),
        IN_A_WORLD(days_that_do_not_meet_do_not_clash),
        IN_A_WORLD(categories_that_do_not_meet_do_not_clash),
        IN_A_WORLD(what_a_source_cannot_tell_at_all_does_not_clash),
        IN_A_WORLD(an_origin_never_clashes_with_itself),
        IN_A_WORLD(codes_clash_by_what_they_mean_on_the_days_that_are_shared),
        IN_A_WORLD(it_does_not_matter_which_of_two_codes_was_declared_first),
        IN_A_WORLD(a_meaning_of_a_while_clashes_though_neither_end_does),
        IN_A_WORLD(the_lesser_is_outranked_only_where_and_when_both_cover),
        IN_A_WORLD(the_order_of_declaring_does_not_matter),
        IN_A_WORLD(of_three_only_the_best_counts),
        IN_A_WORLD(what_the_better_cannot_tell_is_left_to_the_lesser),
        IN_A_WORLD(areas_apart_do_not_outrank_each_other),
        IN_A_WORLD(an_origin_that_is_not_known_is_not_outranked),
        IN_A_WORLD(both_together_make_known_what_either_knows),
        IN_A_WORLD(ranks_hold_for_what_is_loaded_from_a_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
