/* Promise: the bundled reference data are understood without a fault and say what their sources say; and
 * what the store keeps of them is understood just the same. */
#include "figures/reference.h"

#include <stdlib.h>
#include <string.h>

#include "figures/reference_files.h"
#include "figures/scheme.h"
#include "reference_fixtures.h"
#include "store_fixtures.h"
#include "testing.h"

static reference *bundled;
static codebook *book;
static char folder[4096];

static int read_bundled(void **state)
{
    (void)state;
    char digest[DIGEST_HEX_SIZE];
    faults *found = faults_create();
    assert_true(reference_bundled(folder, sizeof folder));
    bundled = reference_read(folder, NULL, found, digest);
    assert_faults(found, 0, 0);
    faults_destroy(&found);
    book = codebook_create();
    reference_number(bundled, book);
    return 0;
}

static int forget_bundled(void **state)
{
    (void)state;
    codebook_destroy(&book);
    reference_destroy(&bundled);
    assert_null(bundled);
    reference_destroy(&bundled);
    return 0;
}

static int area_at(const char *code)
{
    int index = geography_find(bundled->areas, text_of(code));
    assert_true(index != AREA_NONE);
    return index;
}

static int category_at(const char *code)
{
    int index = offence_tree_find(bundled->categories, text_of(code));
    assert_true(index != CATEGORY_NONE);
    return index;
}

/* --- areas ------------------------------------------------------------------------------------- */

static void stafford_lies_in_its_force_region_country_and_nation(void **state)
{
    (void)state;
    static const char *const above[] = {"E23000015", "E12000005", "E92000001", "K04000001"};
    int index = area_at("E07000197");
    assert_text(geography_area(bundled->areas, index)->name, "Stafford");
    assert_true(geography_is_base(bundled->areas, index));
    for (size_t i = 0; i < 4; i++) {
        index = geography_up(bundled->areas, index);
        assert_text(geography_area(bundled->areas, index)->code, above[i]);
    }
    assert_int_equal(geography_up(bundled->areas, index), AREA_NONE);
}

static void every_counted_area_lies_in_england_and_wales(void **state)
{
    (void)state;
    int districts = 0, forces = 0;
    for (int i = 0; i < geography_count(bundled->areas); i++) {
        const area *a = geography_area(bundled->areas, i);
        assert_true(geography_contains(bundled->areas, area_at("K04000001"), i));
        districts += text_is(a->level, "district") && a->successor == AREA_NONE;
        forces += text_is(a->level, "force");
    }
    assert_int_equal(districts, 318);
    assert_int_equal(forces, 43);
}

static void the_levels_are_those_of_the_geography(void **state)
{
    (void)state;
    static const char *const expected[] = {"national", "country", "region", "force", "district"};
    text levels[8];
    assert_int_equal(geography_levels(bundled->areas, levels, 8), 5);
    for (size_t i = 0; i < 5; i++)
        assert_text(levels[i], expected[i]);
}

static void names_of_lsoas_lead_to_their_districts_of_today(void **state)
{
    (void)state;
    static const struct { const char *name, *district, *today; } cases[] = {
        {"Stafford 004B", "E07000197", "E07000197"},
        {"Corby 004B", "E07000150", "E06000061"},             /* North Northamptonshire */
        {"North Northamptonshire 004B", "E06000061", "E06000061"},
        {"Taunton Deane 001A", "E07000190", "E06000066"},     /* by way of Somerset West and Taunton */
        {"Kingston upon Hull 001A", "E06000010", "E06000010"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int index = geography_place(bundled->areas, (text){0}, text_of(cases[i].name), (text){0});
        assert_int_equal(index, area_at(cases[i].district));
        assert_true(geography_contains(bundled->areas, area_at(cases[i].today), index));
    }
}

static void no_two_current_areas_of_a_level_bear_one_name(void **state)
{
    (void)state;
    for (int i = 0; i < geography_count(bundled->areas); i++) {
        const area *a = geography_area(bundled->areas, i);
        bool several = false;
        if (a->counted)
            assert_int_not_equal(geography_by_name(bundled->areas, a->name, a->level, &several), AREA_NONE);
        assert_false(several);
    }
}

/* --- priorities -------------------------------------------------------------------------------- */

static void the_priorities_are_those_of_stafford(void **state)
{
    (void)state;
    static const char *const codes[] = {"anti-social-behaviour", "community-cohesion", "domestic-abuse", "county-lines",
                                        "modern-slavery", "fraud", "vulnerable-persons"};
    assert_text(priorities_partnership(bundled->priorities), "E07000197");
    assert_int_equal(priorities_count(bundled->priorities), 7);
    for (size_t i = 0; i < 7; i++)
        assert_text(priorities_at(bundled->priorities, i)->code, codes[i]);
}

static void the_rules_of_judgement_that_are_written_out_are_the_defaults(void **state)
{
    (void)state;
    faults *found = faults_create();
    priorities *none = priorities_create((text){"", 0}, bundled->areas, bundled->groups, bundled->categories, found);
    assert_memory_equal(priorities_rules(bundled->priorities), priorities_rules(none), sizeof(advice_rules));
    priorities_destroy(&none);
    faults_destroy(&found);
}

/* --- populations ------------------------------------------------------------------------------- */

static double people_of(const char *code, int year)
{
    int index = area_at(code);
    double people = -1;
    assert_true(populations_of(bundled->populations, &index, 1, year, &people));
    return people;
}

static void populations_are_those_of_the_estimates(void **state)
{
    (void)state;
    assert_true(people_of("E07000197", 2022) == 138670);
    assert_true(people_of("E23000015", 2022) == 1146249); /* nine districts */
    assert_true(people_of("E23000015", 2019) == 1135935);
    assert_true(people_of("K04000001", 2022) == 60238038);
    assert_true(people_of("K04000001", 2019) == 59439840); /* summed from the districts of that day */
}

static void every_current_district_has_an_estimate_for_every_year_since_the_census(void **state)
{
    (void)state;
    for (int i = 0; i < geography_count(bundled->areas); i++)
        if (geography_is_base(bundled->areas, i))
            for (int year = 2022; year <= 2024; year++) {
                double people;
                assert_true(populations_of(bundled->populations, &i, 1, year, &people));
            }
}

static void the_assessments_years_use_the_estimates_of_their_middles(void **state)
{
    (void)state;
    static const struct { int begins, year; } cases[] = {{2022, 2022}, {2023, 2023}, {2024, 2024}, {2025, 2024}};
    int stafford = area_at("E07000197"), year;
    double people;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(populations_nearest(bundled->populations, &stafford, 1, financial_year(cases[i].begins), &year, &people));
        assert_int_equal(year, cases[i].year);
    }
}

/* --- categories and offences ------------------------------------------------------------------- */

static void every_offence_belongs_to_a_node(void **state)
{
    (void)state;
    assert_true(offence_tree_offence_count(bundled->categories) > 200);
    for (size_t i = 0; i < offence_tree_offence_count(bundled->categories); i++) {
        const offence *o = offence_tree_offence(bundled->categories, i);
        assert_in_range(o->category, 0, offence_tree_count(bundled->categories) - 1);
        assert_false(category_is_marker(offence_tree_category(bundled->categories, o->category)));
        assert_true(o->description.size > 0);
    }
}

static void every_leaf_has_an_offence_and_every_category_a_title(void **state)
{
    (void)state;
    for (int i = 0; i < offence_tree_count(bundled->categories); i++) {
        const category *c = offence_tree_category(bundled->categories, i);
        bool bears = category_is_marker(c) || c->first_child != CATEGORY_NONE;
        for (size_t k = 0; k < offence_tree_offence_count(bundled->categories) && !bears; k++)
            bears = offence_tree_offence(bundled->categories, k)->category == i;
        if (!bears)
            fail_msg("%.*s has no offence", TEXT_ARGS(c->code));
        assert_false(text_equal(c->title, c->code));
    }
}

static void assert_offence(const char *code, const char *date, const char *category_code)
{
    day_number on = DAY_NONE;
    assert_true(date_read(text_of(date), &on));
    int node = offence_tree_place(bundled->categories, text_of(code), on);
    if (node != category_at(category_code))
        fail_msg("%s is not in %s", code, category_code);
}

static void offences_lie_where_the_classification_has_them(void **state)
{
    (void)state;
    assert_offence("Violence and sexual offences", "2024-05-17", "violence-and-sexual-offences");
    assert_offence("Other theft", "2013-04-30", "all-crime");
    assert_offence("Other theft", "2013-05-01", "other-theft");
    assert_offence("1", "2024-05-17", "homicide");
    assert_offence("4.10", "2024-05-17", "homicide");
    assert_offence("105A", "2024-05-17", "other-violence-without-injury");
    assert_offence("106", "2024-05-17", "modern-slavery");
    assert_offence("92E", "2024-05-17", "drug-possession");
    assert_offence("28E", "2024-05-17", "residential-burglary");
    assert_offence("LOCAL-FRAUD", "2024-05-17", "local-fraud");
    assert_offence("ASB-NUISANCE", "2024-05-17", "asb-nuisance");
    assert_true(offence_tree_contains(bundled->categories, category_at("all-crime"), category_at("modern-slavery")));
    assert_false(offence_tree_contains(bundled->categories, category_at("all-crime"), category_at("local-fraud")));
    assert_false(offence_tree_contains(bundled->categories, category_at("all-crime"), category_at("asb-personal")));
}

static void markers_count_under_all_crime(void **state)
{
    (void)state;
    int held[MARKER_CATEGORIES_MAX];
    assert_int_equal(offence_tree_markers(bundled->categories, category_at("robbery"), text_of("hate-crime;domestic-abuse"), held), 2);
    assert_int_equal(offence_tree_markers(bundled->categories, category_at("asb-nuisance"), text_of("hate-crime"), held), 0);
}

/* The fourteen crime types of data.police.uk. */
static text types[] = {
    {"Anti-social behaviour", 21}, {"Bicycle theft", 13}, {"Burglary", 8}, {"Criminal damage and arson", 25}, {"Drugs", 5},
    {"Other crime", 11}, {"Other theft", 11}, {"Possession of weapons", 21}, {"Public order", 12}, {"Robbery", 7},
    {"Shoplifting", 11}, {"Theft from the person", 21}, {"Vehicle crime", 13}, {"Violence and sexual offences", 28},
};

static void open_data_resolve_all_crime_and_their_own_types_but_nothing_finer(void **state)
{
    (void)state;
    static const char *const resolved[] = {"all-crime", "theft", "burglary", "shoplifting", "drug-offences",
                                           "anti-social-behaviour", "violence-and-sexual-offences", "miscellaneous"};
    static const char *const hidden[] = {"violence", "sexual-offences", "rape", "residential-burglary", "drug-possession",
                                         "arson", "asb-personal", "local-fraud", "domestic-abuse", "hate-crime"};
    arena *memory = arena_create();
    coverage_declaration what = {.offences = types, .offence_count = 14, .without_markers = true};
    scheme *s = scheme_create(scheme_code(&what, memory), bundled->categories);
    for (size_t i = 0; i < sizeof resolved / sizeof resolved[0]; i++)
        assert_true(scheme_resolves(s, category_at(resolved[i]), day_of(2024, 5, 17)));
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        assert_false(scheme_resolves(s, category_at(hidden[i]), day_of(2024, 5, 17)));
    assert_false(scheme_reaches(s, category_at("local-fraud"), day_of(2024, 5, 17)));
    scheme_destroy(&s);
    arena_destroy(&memory);
}

/* --- groups and comparators -------------------------------------------------------------------- */

static void staffords_partnership_is_stafford(void **state)
{
    (void)state;
    const group *csp = groups_find(bundled->groups, text_of("E22000268"));
    assert_int_equal(groups_count(bundled->groups), 314);
    assert_text(csp->name, "Stafford");
    assert_int_equal(csp->count, 1);
    assert_int_equal(csp->members[0], area_at("E07000197"));
}

static void stafford_is_compared_as_in_its_assessment(void **state)
{
    (void)state;
    static const char *const expected[] = {"E23000015", "most-similar-forces", "E12000005", "E92000001", "K04000001"};
    text named[8];
    assert_int_equal(comparators_of(bundled->comparators, text_of("E07000197"), named, 8), 5);
    for (size_t i = 0; i < 5; i++)
        assert_text(named[i], expected[i]);
    const published_rate *rate = comparators_published(bundled->comparators, text_of("E23000015"), category_at("violence"), 2024);
    assert_true(rate->rate == 31.5);
}

/* --- kept by the store ------------------------------------------------------------------------- */

static void adopt(store *to, const sheets *from, const char *digest)
{
    size_t count, area_count, category_count;
    const stored_code *codes = codebook_new(book, &count);
    tree_pair *areas = geography_tree(bundled->areas, &area_count);
    tree_pair *categories = offence_tree_pairs(bundled->categories, &category_count);
    adoption made = {.sheets = from, .digest = text_of(digest), .areas = areas, .area_count = area_count,
                     .categories = categories, .category_count = category_count};
    assert_committed(to, &(store_group){.codes = codes, .code_count = count, .adoption = &made});
    free(areas);
    free(categories);
}

static void what_the_store_keeps_is_understood_just_the_same(void **state)
{
    (void)state;
    place *in = NULL;
    (void)place_make_store((void **)&in);
    adopt(in->writer, bundled->sheets, "0123");
    codebook *loaded_book = codebook_create();
    reference *loaded = NULL;
    assert_int_equal(codebook_load(loaded_book, in->writer), STATUS_OK);
    assert_int_equal(reference_load(in->writer, loaded_book, &loaded), STATUS_OK);
    assert_int_equal(geography_count(loaded->areas), geography_count(bundled->areas));
    for (int i = 0; i < geography_count(loaded->areas); i++) {
        const area *a = geography_area(loaded->areas, i), *b = geography_area(bundled->areas, i);
        assert_texts(a->code, b->code);
        assert_int_equal(a->id, b->id);
        assert_int_equal(geography_up(loaded->areas, i), geography_up(bundled->areas, i));
    }
    assert_int_equal(offence_tree_offence_count(loaded->categories), offence_tree_offence_count(bundled->categories));
    for (int i = 0; i < offence_tree_count(loaded->categories); i++)
        assert_int_equal(offence_tree_category(loaded->categories, i)->id, offence_tree_category(bundled->categories, i)->id);
    assert_int_equal(groups_count(loaded->groups), 314);
    reference_destroy(&loaded);
    codebook_destroy(&loaded_book);
    (void)place_remove((void **)&in);
}

static void a_store_without_reference_data_says_so(void **state)
{
    (void)state;
    place *in = NULL;
    (void)place_make_store((void **)&in);
    codebook *empty = codebook_create();
    reference *loaded = NULL;
    assert_int_equal(reference_load(in->writer, empty, &loaded), STATUS_NOT_FOUND);
    assert_null(loaded);
    codebook_destroy(&empty);
    (void)place_remove((void **)&in);
}

static void stored_reference_data_with_a_fault_are_corrupt(void **state)
{
    (void)state;
    place *in = NULL;
    (void)place_make_store((void **)&in);
    sheets *bad = sheets_create();
    sheet_fill(bad, SHEET_AREAS, "A,a,country,A\n");
    adopt(in->writer, bad, "bad");
    codebook *empty = codebook_create();
    reference *loaded = NULL;
    assert_int_equal(reference_load(in->writer, empty, &loaded), STATUS_CORRUPT);
    assert_null(loaded);
    sheets_destroy(&bad);
    codebook_destroy(&empty);
    (void)place_remove((void **)&in);
}

/* --- where the folder is ----------------------------------------------------------------------- */

static void the_folder_that_the_environment_names_is_taken_only_if_it_is_one(void **state)
{
    (void)state;
    char found[4096], small[8];
    char *told = memory_copy(getenv("TOCSIN_REFERENCE"));
    assert_true(reference_bundled(found, sizeof found));
    assert_string_equal(found, told);
    assert_false(reference_bundled(small, sizeof small)); /* the path doesn't fit */
    assert_int_equal(setenv("TOCSIN_REFERENCE", "/nonexistent", 1), 0);
    assert_false(reference_bundled(found, sizeof found));
    assert_int_equal(setenv("TOCSIN_REFERENCE", told, 1), 0);
    free(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stafford_lies_in_its_force_region_country_and_nation),
        cmocka_unit_test(every_counted_area_lies_in_england_and_wales),
        cmocka_unit_test(the_levels_are_those_of_the_geography),
        cmocka_unit_test(names_of_lsoas_lead_to_their_districts_of_today),
        cmocka_unit_test(no_two_current_areas_of_a_level_bear_one_name),
        cmocka_unit_test(the_priorities_are_those_of_stafford),
        cmocka_unit_test(the_rules_of_judgement_that_are_written_out_are_the_defaults),
        cmocka_unit_test(populations_are_those_of_the_estimates),
        cmocka_unit_test(every_current_district_has_an_estimate_for_every_year_since_the_census),
        cmocka_unit_test(the_assessments_years_use_the_estimates_of_their_middles),
        cmocka_unit_test(every_offence_belongs_to_a_node),
        cmocka_unit_test(every_leaf_has_an_offence_and_every_category_a_title),
        cmocka_unit_test(offences_lie_where_the_classification_has_them),
        cmocka_unit_test(markers_count_under_all_crime),
        cmocka_unit_test(open_data_resolve_all_crime_and_their_own_types_but_nothing_finer),
        cmocka_unit_test(staffords_partnership_is_stafford),
        cmocka_unit_test(stafford_is_compared_as_in_its_assessment),
        cmocka_unit_test(what_the_store_keeps_is_understood_just_the_same),
        cmocka_unit_test(a_store_without_reference_data_says_so),
        cmocka_unit_test(stored_reference_data_with_a_fault_are_corrupt),
        cmocka_unit_test(the_folder_that_the_environment_names_is_taken_only_if_it_is_one),
    };
    return cmocka_run_group_tests(tests, read_bundled, forget_bundled);
}
