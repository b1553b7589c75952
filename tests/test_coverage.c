/* Promise: only what was declared is known; a whole is known when all its parts are; and a source that is
 * coarser than the tree makes known just what it can tell. Two origins for one thing: test_coverage_ranks. */
#include "figures/coverage.h"

#include <stdio.h>
#include <string.h>

#include "coverage_fixtures.h"
#include "store_fixtures.h"
#include "testing.h"

static const char year[] = "2024-01-01..2024-12-31";

static covered_world w;

static int make_world(void **state)
{
    (void)state;
    w = covered_world_make("");
    return 0;
}

static int forget_world(void **state)
{
    (void)state;
    covered_world_forget(&w);
    return 0;
}

static void taken(const char *area_code, const char *days, const char *categories, const char *offences)
{
    (void)declare(&w, COVERAGE_TAKEN, declaration_of(&w, "live", area_code, days, categories, offences));
}

/* --- declaring --------------------------------------------------------------------------------- */

static void nothing_is_known_before_it_is_declared(void **state)
{
    (void)state;
    for (int a = 0; a < geography_count(w.data->areas); a++)
        for (int category_index = 0; category_index < offence_tree_count(w.data->categories); category_index++)
            assert_int_equal(coverage_known(w.coverage, a, category_index)->count, 0);
    assert_false(coverage_may_be_outranked(w.coverage, 1));
}

static void what_is_declared_of_an_area_is_known_of_it(void **state)
{
    (void)state;
    taken("D1", year, "", "");
    assert_known(&w, "D1", "all-crime", year);
    assert_known(&w, "D1", "home", year);
    assert_known(&w, "D1", "hate", year);
    assert_known(&w, "D1", "local-fraud", year);
    assert_known(&w, "D2", "all-crime", "");
}

static void declaring_again_is_known_and_anything_more_is_taken(void **state)
{
    (void)state;
    coverage_declaration what = declaration_of(&w, "live", "D1", "2024-01-01..2024-03-31", "", "");
    (void)declare(&w, COVERAGE_TAKEN, what);
    (void)declare(&w, COVERAGE_KNOWN, what);
    what.days.from += 5;
    (void)declare(&w, COVERAGE_KNOWN, what);
    what.days.to += 5;
    (void)declare(&w, COVERAGE_TAKEN, what);
    assert_known(&w, "D1", "theft", "2024-01-01..2024-04-05");
    taken("D1", "2024-05-01..2024-05-31", "", "");
    assert_known(&w, "D1", "theft", "2024-01-01..2024-04-05 2024-05-01..2024-05-31");
    taken("D1", "2024-04-06..2024-04-30", "", "");
    assert_known(&w, "D1", "theft", "2024-01-01..2024-05-31");
}

static void checking_tells_what_declaring_would_do_and_declares_nothing(void **state)
{
    (void)state;
    char words[NOTE_SIZE_MAX];
    coverage_declaration what = declaration_of(&w, "live", "D1", year, "theft;asb", "");
    assert_int_equal(coverage_check(w.coverage, &what, words), COVERAGE_TAKEN);
    assert_int_equal(coverage_check(w.coverage, &what, words), COVERAGE_TAKEN);
    assert_known(&w, "D1", "theft", "");
    (void)declare(&w, COVERAGE_TAKEN, what);
    assert_int_equal(coverage_check(w.coverage, &what, words), COVERAGE_KNOWN);
    what.days.to++;
    assert_int_equal(coverage_check(w.coverage, &what, words), COVERAGE_TAKEN);
    assert_known(&w, "D1", "theft", year);
}

static void assert_unknown(const char *area_code, const char *categories, const char *named)
{
    char words[NOTE_SIZE_MAX] = "";
    coverage_declaration what = declaration_of(&w, "live", area_code, year, categories, "");
    assert_int_equal(coverage_check(w.coverage, &what, words), COVERAGE_UNKNOWN);
    assert_non_null(strstr(words, named));
    assert_non_null(strstr(declare(&w, COVERAGE_UNKNOWN, what), named));
    assert_known(&w, "D1", "theft", "");
}

static void areas_and_categories_that_are_not_in_the_reference_data_are_refused_by_name(void **state)
{
    (void)state;
    assert_unknown("E99", "", "'E99'");
    assert_unknown("", "", "''");
    assert_unknown("L1", "", "'L1'"); /* too fine to be counted */
    assert_unknown("D1", "fraud", "'fraud'");
    assert_unknown("D1", "theft;fraud", "'fraud'"); /* and nothing of theft is taken */
}

/* --- areas ------------------------------------------------------------------------------------- */

static void what_is_declared_of_a_force_is_known_of_its_districts_former_ones_included(void **state)
{
    (void)state;
    taken("F1", year, "", "");
    assert_known(&w, "D1", "theft", year);
    assert_known(&w, "D2", "theft", year);
    assert_known(&w, "FD", "theft", year);
    assert_known(&w, "F1", "theft", year);
    assert_known(&w, "D3", "theft", "");
    assert_known(&w, "F2", "theft", "");
    assert_known(&w, "EW", "theft", "");
}

static void a_whole_is_known_only_when_all_its_parts_are(void **state)
{
    (void)state;
    taken("D1", "2024-01-01..2024-06-30", "", "");
    assert_known(&w, "F1", "theft", "");
    taken("D2", "2024-03-01..2024-12-31", "", "");
    assert_known(&w, "F1", "theft", "2024-03-01..2024-06-30");
    assert_known(&w, "EW", "theft", "");
    taken("F2", "2024-04-01..2024-12-31", "", "");
    assert_known(&w, "EW", "theft", "2024-04-01..2024-06-30");
    taken("D1", "2024-07-01..2024-12-31", "", "");
    assert_known(&w, "F1", "theft", "2024-03-01..2024-12-31");
    assert_known(&w, "EW", "theft", "2024-04-01..2024-12-31");
}

static void former_areas_are_not_needed_for_the_whole(void **state)
{
    (void)state;
    taken("D1", year, "", "");
    taken("D2", year, "", "");
    assert_known(&w, "F1", "theft", year);
}

static void parts_may_be_known_from_different_origins(void **state)
{
    (void)state;
    (void)declare(&w, COVERAGE_TAKEN, declaration_of(&w, "one", "D1", year, "", ""));
    (void)declare(&w, COVERAGE_TAKEN, declaration_of(&w, "two", "D2", year, "", ""));
    assert_known(&w, "F1", "all-crime", year);
}

static void an_origin_covers_some_of_what_it_declared_and_of_what_lies_below_and_above(void **state)
{
    (void)state;
    taken("F1", year, "theft", "");
    uint32_t live = origin_at(&w, "live");
    static const struct { const char *area; bool any; } cases[] = {
        {"F1", true}, {"D1", true}, {"FD", true}, {"EW", true}, {"F2", false}, {"D3", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(coverage_covers_any(w.coverage, live, area_at(&w, cases[i].area)), cases[i].any);
    assert_false(coverage_covers_any(w.coverage, live + 1, area_at(&w, "D1")));
}

/* --- categories -------------------------------------------------------------------------------- */

static void what_is_declared_of_categories_is_known_of_them_and_what_is_below(void **state)
{
    (void)state;
    taken("D1", year, "theft;asb", "");
    assert_known(&w, "D1", "theft", year);
    assert_known(&w, "D1", "home", year);
    assert_known(&w, "D1", "asb", year);
    assert_known(&w, "D1", "violence", "");
    assert_known(&w, "D1", "all-crime", "");
    assert_known(&w, "D1", "hate", "");
}

static void a_node_is_known_when_all_its_children_are_each_from_another_source(void **state)
{
    (void)state;
    (void)declare(&w, COVERAGE_TAKEN, declaration_of(&w, "one", "D1", year, "theft", ""));
    assert_known(&w, "D1", "all-crime", "");
    (void)declare(&w, COVERAGE_TAKEN, declaration_of(&w, "two", "D1", "2024-02-01..2025-12-31", "violence", ""));
    (void)declare(&w, COVERAGE_TAKEN, declaration_of(&w, "three", "D1", year, "sexual", ""));
    assert_known(&w, "D1", "violence-and-sexual", "2024-02-01..2024-12-31");
    assert_known(&w, "D1", "all-crime", "2024-02-01..2024-12-31");
    assert_known(&w, "D1", "domestic", "2024-02-01..2025-12-31");
    assert_known(&w, "D1", "hate", ""); /* nobody spoke of hate in all crime */
}

static void open_data_make_known_what_their_types_add_up_to(void **state)
{
    (void)state;
    static const char *const known[] = {"all-crime", "violence-and-sexual", "theft", "burglary", "other-theft", "asb"};
    static const char *const unknown[] = {"violence", "sexual", "home", "other-burglary", "local-fraud", "hate", "domestic"};
    taken("F1", year, "", POLICE_UK);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_known(&w, "D1", known[i], year);
        assert_known(&w, "F1", known[i], year);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_known(&w, "D1", unknown[i], "");
        assert_known(&w, "F1", unknown[i], "");
    }
}

static void a_finer_source_makes_known_what_a_coarser_one_hides(void **state)
{
    (void)state;
    taken("F1", year, "", POLICE_UK);
    taken("D1", year, "violence", "");
    assert_known(&w, "D1", "violence", year);
    assert_known(&w, "D1", "domestic", year);
    assert_known(&w, "D1", "sexual", "");
    assert_known(&w, "F1", "violence", "");
}

static void a_code_that_changes_its_meaning_makes_known_what_it_meant_on_each_day(void **state)
{
    (void)state;
    taken("D1", "2012-01-01..2014-12-31", "", POLICE_UK);
    assert_known(&w, "D1", "all-crime", "2012-01-01..2014-12-31");
    assert_known(&w, "D1", "theft", "2013-05-01..2014-12-31");
    assert_known(&w, "D1", "burglary", "2013-05-01..2014-12-31");
    assert_known(&w, "D1", "asb", "2012-01-01..2014-12-31");
    taken("D1", "2013-04-30..2013-05-01", "", POLICE_UK ";Narrowed");
    assert_known(&w, "D1", "theft", "2013-05-01..2014-12-31");
}

static void a_meaning_of_a_while_is_heeded_only_then(void **state)
{
    (void)state;
    taken("D1", "2014-01-01..2016-12-31", "", "Narrowed");
    assert_known(&w, "D1", "all-crime", "2014-01-01..2014-12-31 2016-01-01..2016-12-31");
    assert_known(&w, "D1", "asb", "2015-01-01..2015-12-31");
    assert_known(&w, "D1", "theft", "");
}

/* --- against a plain model --------------------------------------------------------------------- */

enum { MODEL_DAYS = 50, MODEL_AREAS = 16, MODEL_CATEGORIES = 16 };

/* [area][category][day]: declared of just this area or one above, and this category or one above. */
typedef struct model {
    bool declared[MODEL_AREAS][MODEL_CATEGORIES][MODEL_DAYS];
} model;

static bool model_node(const model *m, int area_index, int category_index, int d)
{
    if (m->declared[area_index][category_index][d])
        return true;
    int child = offence_tree_category(w.data->categories, category_index)->first_child;
    bool all = child != CATEGORY_NONE;
    for (; child != CATEGORY_NONE; child = offence_tree_category(w.data->categories, child)->next_sibling)
        all = all && model_node(m, area_index, child, d);
    return all;
}

static bool model_knows(const model *m, int area_index, int category_index, int d)
{
    const area *a = geography_area(w.data->areas, area_index);
    if (geography_is_base(w.data->areas, area_index) || a->successor != AREA_NONE)
        return model_node(m, area_index, category_index, d);
    for (int child = a->first_child; child != AREA_NONE; child = geography_area(w.data->areas, child)->next_sibling)
        if (geography_area(w.data->areas, child)->successor == AREA_NONE && !model_knows(m, child, category_index, d))
            return false;
    return true;
}

static void note_declared(model *m, int area_index, int category_index, int from, int to)
{
    for (int a = 0; a < geography_count(w.data->areas); a++)
        for (int c = 0; c < offence_tree_count(w.data->categories); c++)
            if (geography_contains(w.data->areas, area_index, a) &&
                (category_index == CATEGORY_NONE || offence_tree_contains(w.data->categories, category_index, c)))
                for (int d = from; d <= to; d++)
                    m->declared[a][c][d] = true;
}

static void declare_by_chance(chance *by, model *m, day_number first)
{
    int area_index = (int)chance_below(by, (uint32_t)geography_count(w.data->areas));
    int category_index = (int)chance_below(by, (uint32_t)offence_tree_count(w.data->categories) + 6);
    int from = (int)chance_below(by, MODEL_DAYS), to = from + (int)chance_below(by, 30), touched;
    char words[NOTE_SIZE_MAX];
    bool counted = geography_area(w.data->areas, area_index)->counted;
    to = to < MODEL_DAYS ? to : MODEL_DAYS - 1;
    if (category_index >= offence_tree_count(w.data->categories))
        category_index = CATEGORY_NONE;
    text named = category_index == CATEGORY_NONE ? (text){0} : offence_tree_category(w.data->categories, category_index)->code;
    coverage_declaration what = {
        .origin = text_of("live"), .area = geography_area(w.data->areas, area_index)->code, .categories = &named,
        .category_count = category_index != CATEGORY_NONE, .days = {first + from, first + to},
    };
    coverage_answer answer = coverage_declare(w.coverage, &what, &touched, words);
    assert_int_equal(answer == COVERAGE_UNKNOWN, !counted);
    if (counted)
        note_declared(m, area_index, category_index, from, to);
}

static void assert_like_model(const model *m, day_number first)
{
    for (int a = 0; a < geography_count(w.data->areas); a++)
        for (int c = 0; c < offence_tree_count(w.data->categories) && geography_area(w.data->areas, a)->counted; c++)
            for (int d = 0; d < MODEL_DAYS; d++)
                if (period_set_has(coverage_known(w.coverage, a, c), first + d) != model_knows(m, a, c, d))
                    fail_msg("area %d, category %d, day %d is taken for the contrary", a, c, d);
}

static void random_declarations_make_known_what_a_plain_model_knows(void **state)
{
    (void)state;
    chance by = {12};
    day_number first = day_from("2024-01-01");
    assert_true(geography_count(w.data->areas) <= MODEL_AREAS && offence_tree_count(w.data->categories) <= MODEL_CATEGORIES);
    for (int round = 0; round < 12; round++) {
        static model m;
        m = (model){0};
        coverage_destroy(&w.coverage);
        w.coverage = coverage_create(w.data, w.book);
        for (int i = 0; i < 25; i++) {
            declare_by_chance(&by, &m, first);
            if (i % 5 == 4)
                assert_like_model(&m, first);
        }
    }
}

/* --- kept and loaded --------------------------------------------------------------------------- */

typedef struct told_keys {
    declared_coverage each[64];
    size_t count;
    period days;
} told_keys;

static void take_key(void *context, coverage_key key)
{
    told_keys *into = context;
    into->each[into->count++] = (declared_coverage){.key = key, .days = into->days, .declared_s = 1};
}

/* Declares, and notes what there is to store. */
static void declare_and_keep(told_keys *into, const char *area_code, const char *days, const char *categories, const char *offences)
{
    coverage_declaration what = declaration_of(&w, "live", area_code, days, categories, offences);
    taken(area_code, days, categories, offences);
    into->days = what.days;
    coverage_keys(w.coverage, &what, take_key, into);
}

static void a_declaration_has_a_key_for_each_of_its_categories(void **state)
{
    (void)state;
    told_keys told = {0};
    declare_and_keep(&told, "D1", "2024-01-01..2024-01-31", "", "");
    declare_and_keep(&told, "D1", year, "theft;violence", POLICE_UK);
    assert_int_equal(told.count, 3);
    assert_int_equal(told.each[0].key.origin, origin_at(&w, "live"));
    assert_int_equal(told.each[0].key.area, codebook_find(w.book, CODE_AREA, text_of("D1")));
    assert_int_equal(told.each[0].key.category, 0);
    assert_int_equal(told.each[0].key.scheme, 0);
    assert_int_equal(told.each[1].key.category, codebook_find(w.book, CODE_CATEGORY, text_of("theft")));
    assert_int_equal(told.each[2].key.category, codebook_find(w.book, CODE_CATEGORY, text_of("violence")));
    assert_true(told.each[1].key.scheme != 0);
    assert_int_equal(told.each[1].key.scheme, told.each[2].key.scheme);
}

static void store_everything(place *in, const told_keys *told)
{
    size_t code_count;
    const stored_code *codes = codebook_new(w.book, &code_count);
    assert_committed(in->writer, &(store_group){.codes = codes, .code_count = code_count, .coverage = told->each,
                                                .coverage_count = told->count});
}

static coverage *load_again(const reference *data, codebook **book, store *from)
{
    *book = codebook_create();
    assert_int_equal(codebook_load(*book, from), STATUS_OK);
    coverage *made = coverage_create(data, *book);
    assert_int_equal(coverage_load(made, from), STATUS_OK);
    return made;
}

static void what_is_loaded_from_a_store_is_known_as_if_it_had_been_declared(void **state)
{
    place *in = NULL;
    char words[NOTE_SIZE_MAX];
    (void)state;
    (void)place_make_store((void **)&in);
    told_keys told = {0};
    declare_and_keep(&told, "F1", "2012-01-01..2014-12-31", "", POLICE_UK);
    declare_and_keep(&told, "D1", "2013-01-01..2015-12-31", "violence;asb", "");
    declare_and_keep(&told, "D3", year, "", "");
    store_everything(in, &told);
    codebook *book;
    coverage *back = load_again(w.data, &book, in->writer);
    for (int a = 0; a < geography_count(w.data->areas); a++)
        for (int c = 0; c < offence_tree_count(w.data->categories) && geography_area(w.data->areas, a)->counted; c++)
            assert_true(period_set_equal(coverage_known(back, a, c), coverage_known(w.coverage, a, c)));
    coverage_declaration again = declaration_of(&w, "live", "F1", "2012-01-01..2014-12-31", "", POLICE_UK);
    assert_int_equal(coverage_check(back, &again, words), COVERAGE_KNOWN);
    coverage_destroy(&back);
    codebook_destroy(&book);
    (void)place_remove((void **)&in);
}

static void what_was_declared_of_areas_that_are_no_longer_known_says_nothing(void **state)
{
    place *in = NULL;
    (void)state;
    (void)place_make_store((void **)&in);
    static const period days = {19723, 20088};
    size_t count;
    taken("D1", year, "", "");
    (void)codebook_number(w.book, CODE_AREA, text_of("gone"));
    const stored_code *codes = codebook_new(w.book, &count);
    declared_coverage strange[] = {{{1, codebook_find(w.book, CODE_AREA, text_of("gone")), 0, 0}, days, 1},
                              {{1, codebook_find(w.book, CODE_AREA, text_of("D1")), 999, 0}, days, 1},
                              {{1, codebook_find(w.book, CODE_AREA, text_of("D2")), 0, 0}, days, 1}};
    assert_committed(in->writer, &(store_group){.codes = codes, .code_count = count, .coverage = strange, .coverage_count = 3});
    codebook *book;
    coverage *back = load_again(w.data, &book, in->writer);
    assert_int_equal(coverage_known(back, area_at(&w, "D1"), category_at(&w, "theft"))->count, 0);
    assert_int_equal(coverage_known(back, area_at(&w, "D2"), category_at(&w, "theft"))->count, 1);
    coverage_destroy(&back);
    codebook_destroy(&book);
    (void)place_remove((void **)&in);
}

static void working_it_out_anew_changes_nothing(void **state)
{
    (void)state;
    taken("F1", year, "", POLICE_UK);
    taken("D3", "2024-02-01..2024-12-31", "theft", "");
    for (int a = 0; a < geography_count(w.data->areas); a++)
        coverage_refresh(w.coverage, a);
    assert_known(&w, "F1", "theft", year);
    assert_known(&w, "F1", "violence", "");
    assert_known(&w, "EW", "theft", "2024-02-01..2024-12-31");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(nothing_is_known_before_it_is_declared),
        IN_A_WORLD(what_is_declared_of_an_area_is_known_of_it),
        IN_A_WORLD(declaring_again_is_known_and_anything_more_is_taken),
        IN_A_WORLD(checking_tells_what_declaring_would_do_and_declares_nothing),
        IN_A_WORLD(areas_and_categories_that_are_not_in_the_reference_data_are_refused_by_name),
        IN_A_WORLD(what_is_declared_of_a_force_is_known_of_its_districts_former_ones_included),
        IN_A_WORLD(a_whole_is_known_only_when_all_its_parts_are),
        IN_A_WORLD(former_areas_are_not_needed_for_the_whole),
        IN_A_WORLD(parts_may_be_known_from_different_origins),
        IN_A_WORLD(an_origin_covers_some_of_what_it_declared_and_of_what_lies_below_and_above),
        IN_A_WORLD(what_is_declared_of_categories_is_known_of_them_and_what_is_below),
        IN_A_WORLD(a_node_is_known_when_all_its_children_are_each_from_another_source),
        IN_A_WORLD(open_data_make_known_what_their_types_add_up_to),
        IN_A_WORLD(a_finer_source_makes_known_what_a_coarser_one_hides),
        IN_A_WORLD(a_code_that_changes_its_meaning_makes_known_what_it_meant_on_each_day),
        IN_A_WORLD(a_meaning_of_a_while_is_heeded_only_then),
        IN_A_WORLD(random_declarations_make_known_what_a_plain_model_knows),
        IN_A_WORLD(a_declaration_has_a_key_for_each_of_its_categories),
        IN_A_WORLD(what_is_loaded_from_a_store_is_known_as_if_it_had_been_declared),
        IN_A_WORLD(what_was_declared_of_areas_that_are_no_longer_known_says_nothing),
        IN_A_WORLD(working_it_out_anew_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
