/* Promise: every area has its place in one tree, what a record says of its place leads to the counted
 * area that it lies in, and a file that contradicts itself is told so by line. */
#include "figures/geography.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_fixtures.h"
#include "testing.h"

/* code,name,level,parent,valid_from,valid_to,successor,aliases; the lines of a file from 2 on */
static const char england[] =
    "E92,England,country,,,,,\n"                                              /* 2 */
    "E12,West Midlands,region,E92,,,,\n"                                      /* 3 */
    "E23,Staffordshire,force,E12,,,,Staffordshire Police; Staffs \n"          /* 4 */
    "D1,Stafford,district,E23,,,,\n"                                          /* 5 */
    "D2,East Staffordshire,district,E23,,,,\n"                                /* 6 */
    "D3,Kingston upon Hull,district,E23,2009-04-01,,,Hull\n"                  /* 7 */
    "F1,Corby,district,E23,,2021-03-31,N1,\n"                                 /* 8 */
    "F2,Taunton Deane,district,E23,,2019-03-31,F3,\n"                         /* 9 */
    "F3,Somerset West,district,E23,2019-04-01,2023-03-31,N2,\n"               /* 10 */
    "N1,North Northamptonshire,district,E23,2021-04-01,,,\n"                  /* 11 */
    "N2,Somerset,district,E23,2023-04-01,,,\n"                                /* 12 */
    "L1,Stafford 001A,LSOA,W1,,,,\n"                                          /* 13 */
    "W1,Forebridge,ward,D1,,,,\n"                                             /* 14 */
    "L2,Corby 004B,lsoa,F1,,,,\n";                                            /* 15 */

typedef struct world {
    sheets *from;
    faults *found;
    geography *areas;
} world;

static world world_of(const char *lines, const char *imported)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_AREAS, lines);
    sheet_fill_imported(made.from, SHEET_AREAS, imported);
    made.areas = geography_create(made.from, made.found);
    return made;
}

static void forget(world *self)
{
    geography_destroy(&self->areas);
    assert_null(self->areas);
    geography_destroy(&self->areas);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

/* The world of most tests, made once. */
static world england_world;

static int make_england(void **state)
{
    (void)state;
    england_world = world_of(england, "");
    return 0;
}

static int forget_england(void **state)
{
    (void)state;
    forget(&england_world);
    return 0;
}

static const char *code_at(const geography *areas, int index)
{
    static char code[CODE_SIZE_MAX + 1];
    text_copy(index == AREA_NONE ? text_of("none") : geography_area(areas, index)->code, code, sizeof code);
    return code;
}

static int at(const char *code)
{
    return geography_find(england_world.areas, text_of(code));
}

/* --- the tree ---------------------------------------------------------------------------------- */

static void every_area_is_found_by_its_code(void **state)
{
    (void)state;
    const geography *areas = england_world.areas;
    assert_faults(england_world.found, 0, 0);
    assert_int_equal(geography_count(areas), 14);
    for (int i = 0; i < geography_count(areas); i++)
        assert_int_equal(geography_find(areas, geography_area(areas, i)->code), i);
    assert_int_equal(at("d1"), AREA_NONE);
    assert_int_equal(at(""), AREA_NONE);
    const area *hull = geography_area(areas, at("D3"));
    assert_text(hull->name, "Kingston upon Hull");
    assert_text(hull->level, "district");
    assert_int_equal(hull->valid_from, day_of(2009, 4, 1));
    assert_int_equal(hull->valid_to, DAY_NONE);
    assert_int_equal(geography_area(areas, at("F1"))->valid_to, day_of(2021, 3, 31));
}

static void what_is_finer_than_a_district_is_not_counted(void **state)
{
    (void)state;
    static const struct { const char *code; bool counted; } cases[] = {
        {"E92", true}, {"E12", true}, {"E23", true}, {"D1", true}, {"F1", true}, {"L1", false}, {"W1", false}, {"L2", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(geography_area(england_world.areas, at(cases[i].code))->counted, cases[i].counted);
}

static void above_a_former_area_stands_its_successor(void **state)
{
    (void)state;
    static const struct { const char *code, *up; } cases[] = {
        {"D1", "E23"}, {"E23", "E12"}, {"F1", "N1"}, {"F2", "F3"}, {"F3", "N2"}, {"L2", "F1"}, {"L1", "W1"}, {"E92", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(code_at(england_world.areas, geography_up(england_world.areas, at(cases[i].code))), cases[i].up);
}

static void an_area_contains_itself_and_what_is_below_it(void **state)
{
    (void)state;
    const geography *areas = england_world.areas;
    assert_true(geography_contains(areas, at("D1"), at("D1")));
    assert_true(geography_contains(areas, at("E92"), at("L1")));
    assert_true(geography_contains(areas, at("N2"), at("F2")));
    assert_true(geography_contains(areas, at("E23"), at("F2")));
    assert_false(geography_contains(areas, at("L1"), at("D1")));
    assert_false(geography_contains(areas, at("D1"), at("D2")));
    assert_false(geography_contains(areas, at("F2"), at("N2")));
}

static void children_are_the_counted_areas_directly_below_former_ones_included(void **state)
{
    (void)state;
    char children[64] = "";
    const geography *areas = england_world.areas;
    for (int child = geography_area(areas, at("E23"))->first_child; child != AREA_NONE;
         child = geography_area(areas, child)->next_sibling)
        (void)strcat(strcat(children, code_at(areas, child)), " ");
    assert_string_equal(children, "D1 D2 D3 N1 N2 ");
    assert_string_equal(code_at(areas, geography_area(areas, at("N2"))->first_child), "F3");
    assert_string_equal(code_at(areas, geography_area(areas, at("F3"))->first_child), "F2");
    assert_int_equal(geography_area(areas, at("D1"))->first_child, AREA_NONE);
}

static void the_base_is_made_of_current_areas_without_current_parts(void **state)
{
    (void)state;
    static const struct { const char *code; bool base; } cases[] = {
        {"D1", true}, {"N1", true}, {"N2", true}, {"F1", false}, {"F3", false}, {"E23", false}, {"E92", false}, {"L1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(geography_is_base(england_world.areas, at(cases[i].code)), cases[i].base);
}

static void numbers_are_those_of_the_book_and_lead_back(void **state)
{
    (void)state;
    world w = world_of(england, "");
    codebook *book = codebook_create();
    assert_int_equal(codebook_number(book, CODE_AREA, text_of("gone")), 1);
    assert_int_equal(geography_of_id(w.areas, 1), AREA_NONE);
    geography_number(w.areas, book);
    for (int i = 0; i < geography_count(w.areas); i++) {
        const area *a = geography_area(w.areas, i);
        assert_int_equal(a->id, a->counted ? codebook_find(book, CODE_AREA, a->code) : 0);
        if (a->counted)
            assert_int_equal(geography_of_id(w.areas, a->id), i);
    }
    assert_int_equal(geography_of_id(w.areas, 0), AREA_NONE);
    assert_int_equal(geography_of_id(w.areas, 1), AREA_NONE); /* of the book, not of this geography */
    assert_int_equal(geography_of_id(w.areas, codebook_last(book, CODE_AREA) + 1), AREA_NONE);
    assert_int_equal(geography_of_id(w.areas, UINT32_MAX), AREA_NONE);
    geography_number(w.areas, book); /* again: the same */
    assert_int_equal(codebook_last(book, CODE_AREA), 12);
    codebook_destroy(&book);
    forget(&w);
}

static void the_pairs_of_the_tree_are_what_contains_what(void **state)
{
    (void)state;
    world w = world_of(england, "");
    codebook *book = codebook_create();
    size_t count, expected = 0;
    geography_number(w.areas, book);
    tree_pair *pairs = geography_tree(w.areas, &count);
    for (int outer = 0; outer < geography_count(w.areas); outer++)
        for (int inner = 0; inner < geography_count(w.areas); inner++)
            expected += geography_area(w.areas, outer)->counted && geography_area(w.areas, inner)->counted &&
                        geography_contains(w.areas, outer, inner);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++)
        assert_true(geography_contains(w.areas, geography_of_id(w.areas, pairs[i].ancestor),
                                       geography_of_id(w.areas, pairs[i].node)));
    free(pairs);
    codebook_destroy(&book);
    forget(&w);
}

static void assert_levels(const char *lines, const char *expected)
{
    world w = world_of(lines, "");
    text levels[8];
    char words[128] = "";
    size_t count = geography_levels(w.areas, levels, 8);
    for (size_t i = 0; i < count; i++)
        (void)snprintf(words + strlen(words), sizeof words - strlen(words), "%.*s ", TEXT_ARGS(levels[i]));
    assert_string_equal(words, expected);
    forget(&w);
}

static void levels_that_are_counted_are_told_once_from_the_widest(void **state)
{
    (void)state;
    assert_levels(england, "country region force district ");
    assert_levels("D1,a,district,E23\nE23,b,force,E12\nE12,c,region,E92\nE92,d,country\n", "country region force district ");
}

/* In Wales forces lie directly in the country: wherever they stand, a region is the wider level. */
static void a_level_is_as_deep_as_its_deepest_area(void **state)
{
    (void)state;
    assert_levels("W92,Wales,country\nW15,Gwent,force,W92\nE92,England,country\nE12,c,region,E92\nE23,b,force,E12\n",
                  "country region force ");
}

static void levels_stop_where_the_room_does(void **state)
{
    (void)state;
    text levels[2];
    assert_int_equal(geography_levels(england_world.areas, levels, 2), 2);
}

/* --- names ------------------------------------------------------------------------------------- */

static void assert_named(const geography *areas, const char *name, const char *level, const char *code, bool several)
{
    bool told = !several;
    int found = geography_by_name(areas, text_of(name), text_of(level), &told);
    assert_string_equal(code_at(areas, found), code);
    assert_int_equal(told, several);
}

static void an_area_is_found_by_name_or_alias_whatever_the_case(void **state)
{
    (void)state;
    const geography *areas = england_world.areas;
    assert_named(areas, "Stafford", "", "D1", false);
    assert_named(areas, " STAFFORD ", "", "D1", false);
    assert_named(areas, "staffordshire police", "", "E23", false);
    assert_named(areas, "Staffs", "force", "E23", false);
    assert_named(areas, "Staffs", "district", "none", false);
    assert_named(areas, "Stafford", "DISTRICT", "D1", false);
    assert_named(areas, "Corby", "", "F1", false);
    assert_named(areas, "Forebridge", "", "none", false); /* a ward: too fine to be called */
    assert_named(areas, "", "", "none", false);
    assert_named(areas, "Atlantis", "", "none", false);
}

static void a_name_of_any_length_is_survived(void **state)
{
    (void)state;
    bool several;
    arena *memory = arena_create();
    for (size_t size = 90; size < 300; size++)
        assert_int_equal(geography_by_name(england_world.areas, text_filled(memory, 'x', size), (text){0}, &several), AREA_NONE);
    arena_destroy(&memory);
}

static void a_current_area_goes_before_a_former_one_of_the_same_name(void **state)
{
    (void)state;
    static const char *const orders[] = {
        "A,Dorset,district,,,2019-03-31,N\nB,Dorset,district\nN,New,district\n",
        "N,New,district\nB,Dorset,district\nA,Dorset,district,,,2019-03-31,N\n",
        "A,Dorset,district,,,2019-03-31,N\nB,Dorset,district\nC,Dorset,district,,,2009-03-31,N\nN,New,district\n",
    };
    for (size_t i = 0; i < 3; i++) {
        world w = world_of(orders[i], "");
        assert_named(w.areas, "dorset", "district", "B", false);
        forget(&w);
    }
}

static void of_several_current_areas_the_first_is_given_and_it_is_told(void **state)
{
    (void)state;
    world w = world_of("A,Newport,district\nB,Newport,district\nC,Newport,force\nF,Newport,district,,,2019-03-31,A\n"
                       "G,Old,district,,,2019-03-31,A\nH,Old,district,,,2019-03-31,B\n", "");
    assert_named(w.areas, "Newport", "district", "A", true);
    assert_named(w.areas, "Newport", "", "A", true);
    assert_named(w.areas, "Newport", "force", "C", false);
    assert_named(w.areas, "Old", "", "G", false); /* none of them is current */
    forget(&w);
}

static void an_alias_that_stands_twice_is_still_one_area(void **state)
{
    (void)state;
    world w = world_of("A,Hull,district,,,,,Hull City; hull city ;HULL;;Hull City\n", "");
    assert_named(w.areas, "hull city", "", "A", false);
    assert_named(w.areas, "hull", "", "A", false);
    forget(&w);
}

/* --- where a record belongs -------------------------------------------------------------------- */

static void assert_placed(const char *code, const char *name, const char *within, const char *in)
{
    int index = geography_place(england_world.areas, text_of(code), text_of(name), text_of(within));
    assert_string_equal(code_at(england_world.areas, index), in);
}

static void a_code_places_a_record_in_the_counted_area_above(void **state)
{
    (void)state;
    assert_placed("D1", "", "", "D1");
    assert_placed("L1", "", "", "D1");
    assert_placed("W1", "", "", "D1");
    assert_placed("E23", "", "", "E23"); /* known no finer than its force */
    assert_placed("L2", "", "", "F1");   /* the code that it came with */
    assert_placed("F2", "", "", "F2");
    assert_placed("L1", "Corby 001A", "E92", "D1"); /* the code goes first */
}

static void the_name_of_an_lsoa_places_a_record_in_its_district(void **state)
{
    (void)state;
    assert_placed("", "Stafford 004B", "", "D1");
    assert_placed("E01029686", "stafford 004b", "", "D1");
    assert_placed("", "East Staffordshire 012C", "", "D2");
    assert_placed("", "Hull 001A", "", "D3");
    assert_placed("", "Corby 004B", "", "F1");
    assert_placed("", "Stafford", "", "D1");
    assert_placed("", "Kingston upon Hull", "", "D3");
    assert_placed("", "Staffordshire 001A", "", "none"); /* a force is no district */
    assert_placed("", "004B", "", "none");
    assert_placed("", " ", "", "none");
    assert_placed("", "Atlantis 001A", "", "none");
}

static void a_wider_area_places_a_record_of_which_nothing_finer_is_said(void **state)
{
    (void)state;
    assert_placed("", "", "E23", "E23");
    assert_placed("", "", "L1", "D1");
    assert_placed("", "Stafford 004B", "E23", "D1");
    assert_placed("", "", "nowhere", "none");
    assert_placed("", "", "", "none");
    assert_placed("nowhere", "", "", "none");
}

/* --- files that contradict themselves ---------------------------------------------------------- */

static void assert_bad(const char *lines, size_t errors, const char *fault)
{
    world w = world_of(lines, "");
    assert_faults(w.found, errors, 0);
    assert_fault(w.found, fault);
    /* It can still be looked at. */
    for (int i = 0; i < geography_count(w.areas); i++) {
        (void)geography_is_base(w.areas, i);
        assert_true(geography_contains(w.areas, i, i));
    }
    forget(&w);
}

static void faults_are_told_with_the_line_they_stand_on(void **state)
{
    (void)state;
    static const struct { const char *lines; size_t errors; const char *fault; } cases[] = {
        {"", 1, "areas.csv: error: has no areas"},
        {"A,a,country\n,b,district,A\n", 1, "areas.csv:3: error: the code '' is empty"},
        {"A,a,country\nA,b,district\n", 1, "areas.csv:3: error: the code 'A' stands here a second time"},
        {"A,a,country\nB,b,,A\n", 1, "areas.csv:3: error: the level of 'B' is empty"},
        {"A,a,country\nB,b,district,X\n", 1, "areas.csv:3: error: the parent 'X' is not in this file"},
        {"A,a,country\nB,b,district,A,,2020-01-01,X\n", 1, "areas.csv:3: error: the successor 'X' is not in this file"},
        {"A,a,country\nB,b,district,A,01/04/2021\n", 1, "areas.csv:3: error: the date '01/04/2021'"},
        {"A,a,country\nB,b,district,A,,2021-02-29,A\n", 1, "areas.csv:3: error: the date '2021-02-29'"},
        {"A,a,country\nB,b,lsoa\n", 1, "areas.csv:3: error: the area 'B' needs a parent"},
        {"A,a,country\nL,b,ward,A\nD,c,district,L\n", 1, "areas.csv:4: error: "}, /* counted, under what is not */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_bad(cases[i].lines, cases[i].errors, cases[i].fault);
}

static void loops_are_told_and_cut(void **state)
{
    (void)state;
    assert_bad("A,a,country,A\n", 1, "areas.csv:2: error: the area 'A' lies above itself");
    assert_bad("A,a,country,B\nB,b,region,C\nC,c,force,A\n", 1, "areas.csv:2: error: the area 'A' lies above itself");
    assert_bad("A,a,district,,,2020-01-01,B\nB,b,district,,,2020-01-01,A\n", 1, "areas.csv:2: error: the area 'A' lies above");
    assert_bad("D,d,district,A\nA,a,country,B\nB,b,region,A\n", 1, "areas.csv:3: error: the area 'A' lies above itself");
}

static void a_chain_that_is_too_long_is_told_where_it_gets_too_long(void **state)
{
    (void)state;
    char lines[40 * 32] = "";
    for (int i = 0; i < 40; i++)
        (void)snprintf(lines + strlen(lines), sizeof lines - strlen(lines), i > 0 ? "A%d,a,level%d,A%d\n" : "A%d,a,level%d\n", i,
                       i, i - 1);
    world w = world_of(lines, "");
    assert_faults(w.found, 1, 0);
    assert_fault(w.found, "areas.csv:34: error: the area 'A32' lies too deep");
    assert_true(geography_contains(w.areas, 0, 31));
    assert_true(geography_contains(w.areas, 32, 39));
    forget(&w);
}

static void a_code_that_is_too_long_is_a_fault(void **state)
{
    (void)state;
    char line[CODE_SIZE_MAX + 16];
    memset(line, 'x', sizeof line);
    (void)snprintf(line + CODE_SIZE_MAX, 16, ",a,country\n");
    world w = world_of(line, "");
    assert_faults(w.found, 0, 0);
    forget(&w);
    (void)snprintf(line + CODE_SIZE_MAX, 16, "x,a,country\n");
    w = world_of(line, "");
    assert_fault(w.found, "areas.csv:2: error: the code 'xxx");
    assert_int_equal(geography_count(w.areas), 0);
    forget(&w);
}

/* --- imported areas ---------------------------------------------------------------------------- */

static void imported_areas_are_added_below_those_of_the_folder(void **state)
{
    (void)state;
    world w = world_of(england, "L9,Stafford 009Z,lsoa,D1\n");
    assert_faults(w.found, 0, 0);
    assert_string_equal(code_at(w.areas, geography_place(w.areas, text_of("L9"), (text){0}, (text){0})), "D1");
    forget(&w);
}

static void an_imported_area_never_changes_one_of_the_folder(void **state)
{
    (void)state;
    world w = world_of(england, "D1,Imported,district,E92,,,D2\nE92,Imported,country,D1\n");
    assert_faults(w.found, 0, 0);
    int stafford = geography_find(w.areas, text_of("D1"));
    assert_text(geography_area(w.areas, stafford)->name, "Stafford");
    assert_string_equal(code_at(w.areas, geography_up(w.areas, stafford)), "E23");
    assert_string_equal(code_at(w.areas, geography_up(w.areas, geography_find(w.areas, text_of("E92")))), "none");
    assert_int_equal(geography_count(w.areas), 14);
    forget(&w);
}

static void faults_of_imported_areas_name_the_imported_file(void **state)
{
    (void)state;
    world w = world_of(england, "L9,a,lsoa,D1\nL8,b,lsoa,X\n");
    assert_fault(w.found, "imported/areas.csv:3: error: the parent 'X' is not in this file");
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_area_is_found_by_its_code),
        cmocka_unit_test(what_is_finer_than_a_district_is_not_counted),
        cmocka_unit_test(above_a_former_area_stands_its_successor),
        cmocka_unit_test(an_area_contains_itself_and_what_is_below_it),
        cmocka_unit_test(children_are_the_counted_areas_directly_below_former_ones_included),
        cmocka_unit_test(the_base_is_made_of_current_areas_without_current_parts),
        cmocka_unit_test(numbers_are_those_of_the_book_and_lead_back),
        cmocka_unit_test(the_pairs_of_the_tree_are_what_contains_what),
        cmocka_unit_test(levels_that_are_counted_are_told_once_from_the_widest),
        cmocka_unit_test(a_level_is_as_deep_as_its_deepest_area),
        cmocka_unit_test(levels_stop_where_the_room_does),
        cmocka_unit_test(an_area_is_found_by_name_or_alias_whatever_the_case),
        cmocka_unit_test(a_name_of_any_length_is_survived),
        cmocka_unit_test(a_current_area_goes_before_a_former_one_of_the_same_name),
        cmocka_unit_test(of_several_current_areas_the_first_is_given_and_it_is_told),
        cmocka_unit_test(an_alias_that_stands_twice_is_still_one_area),
        cmocka_unit_test(a_code_places_a_record_in_the_counted_area_above),
        cmocka_unit_test(the_name_of_an_lsoa_places_a_record_in_its_district),
        cmocka_unit_test(a_wider_area_places_a_record_of_which_nothing_finer_is_said),
        cmocka_unit_test(faults_are_told_with_the_line_they_stand_on),
        cmocka_unit_test(loops_are_told_and_cut),
        cmocka_unit_test(a_chain_that_is_too_long_is_told_where_it_gets_too_long),
        cmocka_unit_test(a_code_that_is_too_long_is_a_fault),
        cmocka_unit_test(imported_areas_are_added_below_those_of_the_folder),
        cmocka_unit_test(an_imported_area_never_changes_one_of_the_folder),
        cmocka_unit_test(faults_of_imported_areas_name_the_imported_file),
    };
    return cmocka_run_group_tests(tests, make_england, forget_england);
}
