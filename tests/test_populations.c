/* Promise: a rate's population is one year's for all of its areas, the year nearest to the window's middle,
 * and unknown where any part is unknown. */
#include "figures/populations.h"

#include <stdlib.h>
#include <string.h>

#include "reference_fixtures.h"
#include "testing.h"

static const char areas[] =
    "R,Region,region,,,,\n"
    "F,Force,force,R,,,\n"
    "D1,One,district,F,,,\n"
    "D2,Two,district,F,2023-04-01,,\n"
    "O1,Old one,district,F,,2023-03-31,D2\n"
    "O2,Old two,district,F,,2023-03-31,D2\n"
    "OF,Old force,force,R,,2010-03-31,F\n"
    "D3,Three,district,R,,,\n"
    "L,Fine,lsoa,D1,,,\n";

typedef struct world {
    sheets *from;
    faults *found;
    geography *areas;
    populations *people;
} world;

static world world_of(const char *lines, const char *imported)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_AREAS, areas);
    sheet_fill(made.from, SHEET_POPULATIONS, lines);
    sheet_fill_imported(made.from, SHEET_POPULATIONS, imported);
    made.areas = geography_create(made.from, made.found);
    made.people = populations_create(made.from, made.areas, made.found);
    return made;
}

static void forget(world *self)
{
    populations_destroy(&self->people);
    assert_null(self->people);
    populations_destroy(&self->people);
    geography_destroy(&self->areas);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

/* Indexes of areas whose codes stand with spaces between them. */
static size_t members_of(const world *w, const char *codes, int *out)
{
    text rest = text_of(codes), code;
    size_t count = 0;
    while (text_split(&rest, ' ', &code)) {
        out[count] = geography_find(w->areas, code);
        assert_true(out[count++] != AREA_NONE);
    }
    return count;
}

static void assert_people(const world *w, const char *codes, int year, double expected)
{
    int members[8];
    double people = -7;
    bool known = populations_of(w->people, members, members_of(w, codes, members), year, &people);
    assert_int_equal(known, expected >= 0);
    assert_true(people == (expected >= 0 ? expected : -7));
}

enum { UNKNOWN = -1 };

static void an_estimate_is_that_of_the_area_and_the_year(void **state)
{
    (void)state;
    world w = world_of("D1,2022,138670,ONS\nD1,2024,140000\nD3,2022,1.5\n", "");
    assert_faults(w.found, 0, 0);
    assert_people(&w, "D1", 2022, 138670);
    assert_people(&w, "D1", 2024, 140000);
    assert_people(&w, "D1", 2023, UNKNOWN);
    assert_people(&w, "D1", 2021, UNKNOWN);
    assert_people(&w, "D1", 2025, UNKNOWN);
    assert_people(&w, "D3", 2022, 1.5);
    assert_people(&w, "D3", 2024, UNKNOWN);
    forget(&w);
}

static void a_set_of_areas_is_the_sum_of_them_in_one_year(void **state)
{
    (void)state;
    world w = world_of("D1,2022,100\nD3,2022,20\nD1,2023,101\n", "");
    assert_people(&w, "D1 D3", 2022, 120);
    assert_people(&w, "D1 D3", 2023, UNKNOWN);
    assert_people(&w, "", 2022, UNKNOWN);
    forget(&w);
}

static void an_area_without_an_estimate_is_the_sum_of_its_parts_former_ones_included(void **state)
{
    (void)state;
    world w = world_of("O1,2019,10\nO2,2019,20\nD1,2019,100\nD3,2019,1000\n", "");
    assert_people(&w, "D2", 2019, 30);
    assert_people(&w, "F", 2019, 130);
    assert_people(&w, "R", 2019, 1130);
    forget(&w);
}

static void an_estimate_of_its_own_goes_before_the_sum_of_the_parts(void **state)
{
    (void)state;
    world w = world_of("O1,2019,10\nO2,2019,20\nD2,2019,31\nD1,2019,100\nD3,2019,1\nF,2019,500\n", "");
    assert_people(&w, "D2", 2019, 31);
    assert_people(&w, "F", 2019, 500);
    assert_people(&w, "R", 2019, 501);
    forget(&w);
}

/* Beside current parts; an area that has only former ones is their sum as long as they are known. */
static void a_part_that_had_ended_by_then_is_no_part(void **state)
{
    (void)state;
    world w = world_of("D1,2024,100\nD2,2024,40\nD3,2024,1\nD1,2009,90\nD2,2009,30\nD1,2023,90\nO1,2023,10\n", "");
    assert_people(&w, "F", 2024, 140);
    assert_people(&w, "R", 2024, 141);
    assert_people(&w, "F", 2009, UNKNOWN); /* it had not ended */
    assert_people(&w, "D2", 2023, UNKNOWN);
    forget(&w);
    w = world_of("D1,2024,100\nD3,2024,1\n", "");
    assert_people(&w, "F", 2024, UNKNOWN);
    forget(&w);
}

static void a_sum_is_unknown_if_any_part_is(void **state)
{
    (void)state;
    world w = world_of("O1,2019,10\nD1,2019,100\nD3,2019,1\n", "");
    assert_people(&w, "D2", 2019, UNKNOWN);
    assert_people(&w, "F", 2019, UNKNOWN);
    assert_people(&w, "R", 2019, UNKNOWN);
    assert_people(&w, "D1 O2", 2019, UNKNOWN);
    assert_people(&w, "L", 2019, UNKNOWN);
    forget(&w);
}

/* --- the nearest year -------------------------------------------------------------------------- */

static day_number day(const char *date)
{
    day_number d = DAY_NONE;
    assert_true(date_read(text_of(date), &d));
    return d;
}

/* The year that a window uses; 0: none. */
static int year_for(const world *w, const char *codes, const char *from, const char *to)
{
    int members[8], year = 0;
    double people = 0;
    bool known = populations_nearest(w->people, members, members_of(w, codes, members), (period){day(from), day(to)}, &year,
                                     &people);
    assert_int_equal(known, year != 0);
    if (known) {
        double of_year;
        assert_true(populations_of(w->people, members, members_of(w, codes, members), year, &of_year));
        assert_true(people == of_year);
    }
    return year;
}

static void the_year_whose_june_lies_nearest_to_the_middle_is_used(void **state)
{
    (void)state;
    world w = world_of("D1,2022,1\nD1,2023,2\nD1,2024,3\n", "");
    assert_int_equal(year_for(&w, "D1", "2024-04-01", "2025-03-31"), 2024);
    assert_int_equal(year_for(&w, "D1", "2022-04-01", "2023-03-31"), 2022);
    assert_int_equal(year_for(&w, "D1", "2023-01-01", "2023-12-31"), 2023);
    assert_int_equal(year_for(&w, "D1", "2023-06-30", "2023-06-30"), 2023);
    assert_int_equal(year_for(&w, "D1", "2022-12-29", "2022-12-29"), 2022);
    assert_int_equal(year_for(&w, "D1", "2022-12-30", "2022-12-30"), 2023);
    forget(&w);
}

/* 30 June 2022 and 30 June 2023 are 365 days apart: midnight after 29 December lies in the middle. */
static void of_two_years_that_are_equally_near_the_earlier_is_used(void **state)
{
    (void)state;
    world w = world_of("D1,2022,1\nD1,2023,2\nD1,2024,3\n", "");
    assert_int_equal(year_for(&w, "D1", "2022-12-29", "2022-12-30"), 2022);
    assert_int_equal(year_for(&w, "D1", "2022-12-29", "2022-12-31"), 2023);
    assert_int_equal(year_for(&w, "D1", "2022-12-28", "2022-12-31"), 2022);
    /* From 2023 to 2024 there are 366 days, so one day lies in the middle. */
    assert_int_equal(year_for(&w, "D1", "2023-12-30", "2023-12-30"), 2023);
    assert_int_equal(year_for(&w, "D1", "2023-12-31", "2023-12-31"), 2024);
    forget(&w);
}

static void only_years_that_are_known_for_every_member_are_used(void **state)
{
    (void)state;
    world w = world_of("D1,2022,1\nD1,2023,2\nD1,2024,3\nD3,2022,1\nD3,2024,1\n", "");
    assert_int_equal(year_for(&w, "D1 D3", "2023-06-30", "2023-06-30"), 2022); /* 365 days, and 366 */
    assert_int_equal(year_for(&w, "D1 D3", "2023-07-01", "2023-07-01"), 2024);
    assert_int_equal(year_for(&w, "D1 O1", "2023-01-01", "2023-12-31"), 0);
    forget(&w);
}

static void an_estimate_more_than_24_months_away_is_not_used(void **state)
{
    (void)state;
    world w = world_of("D1,2022,1\n", "");
    assert_int_equal(year_for(&w, "D1", "2024-06-30", "2024-06-30"), 2022);
    assert_int_equal(year_for(&w, "D1", "2024-07-01", "2024-07-01"), 0);
    assert_int_equal(year_for(&w, "D1", "2020-06-30", "2020-06-30"), 2022);
    assert_int_equal(year_for(&w, "D1", "2020-06-29", "2020-06-29"), 0);
    assert_int_equal(year_for(&w, "D1", "2099-12-31", "2099-12-31"), 0);
    assert_int_equal(year_for(&w, "D1", "1970-01-02", "1970-01-02"), 0);
    forget(&w);
}

static void the_bounds_of_the_calendar_have_their_nearest_years_too(void **state)
{
    (void)state;
    world w = world_of("D1,1970,1\nD1,2099,1\n", "");
    assert_int_equal(year_for(&w, "D1", "1970-01-02", "1970-01-02"), 1970);
    assert_int_equal(year_for(&w, "D1", "2099-01-01", "2099-12-31"), 2099);
    forget(&w);
}

static void without_any_estimate_nobody_is_known(void **state)
{
    (void)state;
    world w = world_of("", "");
    assert_people(&w, "D1", 2022, UNKNOWN);
    assert_int_equal(year_for(&w, "D1", "2022-01-01", "2022-12-31"), 0);
    forget(&w);
}

/* --- files ------------------------------------------------------------------------------------- */

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *lines; size_t errors, warnings; const char *fault; } cases[] = {
        {"X,2022,1\n", 0, 1, "populations.csv:2: warning: the area 'X' is not in areas.csv"},
        {"D1,22,1\n", 1, 0, "populations.csv:2: error: the year '22'"},
        {"D1,2100,1\n", 1, 0, "populations.csv:2: error: the year '2100'"},
        {"D1,mid-2022,1\n", 1, 0, "populations.csv:2: error: the year 'mid-2022'"},
        {"D1,2022,\n", 1, 0, "populations.csv:2: error: the population ''"},
        {"D1,2022,0\n", 1, 0, "populations.csv:2: error: the population '0'"},
        {"D1,2022,-5\n", 1, 0, "populations.csv:2: error: the population '-5'"},
        {"D1,2022,nan\n", 1, 0, "populations.csv:2: error: the population 'nan'"},
        {"D1,2022,138 670\n", 1, 0, "populations.csv:2: error: the population '138 670'"},
        {"D1,2022,0x10\n", 1, 0, "populations.csv:2: error: the population '0x10'"},
        {"D1,2022,1e11\n", 1, 0, "populations.csv:2: error: the population '1e11'"},
        {"D1,2022,5\nD1,2022,5\n", 1, 0, "populations.csv:3: error: 'D1' has a second estimate for 2022"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w = world_of(cases[i].lines, "");
        assert_faults(w.found, cases[i].errors, cases[i].warnings);
        assert_fault(w.found, cases[i].fault);
        forget(&w);
    }
}

static void an_imported_estimate_replaces_that_of_the_folder(void **state)
{
    (void)state;
    world w = world_of("D1,2022,5\nD3,2022,6\n", "D1,2022,50\nD1,2021,40\n");
    assert_faults(w.found, 0, 0);
    assert_people(&w, "D1", 2022, 50);
    assert_people(&w, "D1", 2021, 40);
    assert_people(&w, "D3", 2022, 6);
    forget(&w);
    w = world_of("", "D1,2022,5\nD1,2022,x\n");
    assert_fault(w.found, "imported/populations.csv:3: error: the population 'x'");
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_estimate_is_that_of_the_area_and_the_year),
        cmocka_unit_test(a_set_of_areas_is_the_sum_of_them_in_one_year),
        cmocka_unit_test(an_area_without_an_estimate_is_the_sum_of_its_parts_former_ones_included),
        cmocka_unit_test(an_estimate_of_its_own_goes_before_the_sum_of_the_parts),
        cmocka_unit_test(a_part_that_had_ended_by_then_is_no_part),
        cmocka_unit_test(a_sum_is_unknown_if_any_part_is),
        cmocka_unit_test(the_year_whose_june_lies_nearest_to_the_middle_is_used),
        cmocka_unit_test(of_two_years_that_are_equally_near_the_earlier_is_used),
        cmocka_unit_test(only_years_that_are_known_for_every_member_are_used),
        cmocka_unit_test(an_estimate_more_than_24_months_away_is_not_used),
        cmocka_unit_test(the_bounds_of_the_calendar_have_their_nearest_years_too),
        cmocka_unit_test(without_any_estimate_nobody_is_known),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(an_imported_estimate_replaces_that_of_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
