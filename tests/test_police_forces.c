/* Promise: every force that data.police.uk publishes has its police force area, under each of its names; and the types of
 * crime of a month are those that its files bear. */
#include "collector/police_forces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "proto/csv_reader.h"
#include "testing.h"

static void assert_area(const char *name, const char *expected)
{
    assert_text(police_force_area(text_of(name)), expected);
}

static void a_force_is_found_by_its_name_whatever_the_case(void **state)
{
    (void)state;
    assert_area("Staffordshire Police", "E23000015");
    assert_area("STAFFORDSHIRE police", "E23000015");
    assert_area("Dyfed-Powys Police", "W15000004");
    assert_area("City of London Police", "E23000034");
}

static void a_force_that_has_changed_its_name_is_the_same(void **state)
{
    (void)state;
    assert_area("Hampshire Constabulary", "E23000030");
    assert_area("Hampshire and Isle of Wight Constabulary", "E23000030");
    assert_area("Devon & Cornwall Police", "E23000035");
    assert_area("Devon and Cornwall Police", "E23000035");
}

static void a_force_without_an_area_of_its_own_has_none(void **state)
{
    (void)state;
    assert_area("British Transport Police", "");
    assert_area("Police Service of Northern Ireland", "");
    assert_area("Staffordshire", "");
    assert_area("", "");
}

/* The bundled reference data are made from ONS's own lists: every force area in them must be reached, by the name that
 * they give it or one of its aliases. */
static void every_force_area_of_the_reference_data_is_reached_by_its_name(void **state)
{
    (void)state;
    const char *folder = getenv("TOCSIN_REFERENCE");
    arena *memory = arena_create();
    text octets = file_read(folder != NULL ? folder : "reference", "areas.csv", memory);
    csv_reader *reader = csv_reader_create(65536);
    csv_row row;
    int forces = 0;
    csv_reader_feed(reader, octets.at, octets.size);
    csv_reader_finish(reader);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_OK);
    int code = csv_column(&row, "code"), level = csv_column(&row, "level"), aliases = csv_column(&row, "aliases");
    while (csv_reader_next(reader, &row) == STATUS_OK) {
        if (!text_is(row.fields[level], "force"))
            continue;
        text rest = row.fields[aliases], one;
        bool reached = false;
        while (!reached && text_split(&rest, ';', &one))
            reached = text_equal(police_force_area(text_trim(one)), row.fields[code]);
        if (!reached)
            fail_msg("%.*s is not reached by: %.*s", TEXT_ARGS(row.fields[code]), TEXT_ARGS(row.fields[aliases]));
        forces++;
    }
    assert_int_equal(forces, 43);
    csv_reader_destroy(&reader);
    arena_destroy(&memory);
}

static void assert_types(int year, int month, size_t expected, const char *has, const char *lacks)
{
    size_t count;
    bool found = false, wrong = false;
    const text *types = police_crime_types(year * 12 + month - 1, &count);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++) {
        found = found || text_is(types[i], has);
        wrong = wrong || text_is(types[i], lacks);
        if (i > 0)
            assert_true(text_compare(types[i - 1], types[i]) < 0); /* each once */
    }
    assert_true(found);
    assert_false(wrong);
}

static void types_of_crime_grew_from_six_to_eleven_to_fourteen(void **state)
{
    (void)state;
    assert_types(2010, 12, 6, "Violent crime", "Drugs");
    assert_types(2011, 8, 6, "Violent crime", "Drugs");
    assert_types(2011, 9, 11, "Drugs", "Bicycle theft");
    assert_types(2013, 4, 11, "Public disorder and weapons", "Public order");
    assert_types(2013, 5, 14, "Public order", "Public disorder and weapons");
    assert_types(2025, 12, 14, "Violence and sexual offences", "Violent crime");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_force_is_found_by_its_name_whatever_the_case),
        cmocka_unit_test(a_force_that_has_changed_its_name_is_the_same),
        cmocka_unit_test(a_force_without_an_area_of_its_own_has_none),
        cmocka_unit_test(every_force_area_of_the_reference_data_is_reached_by_its_name),
        cmocka_unit_test(types_of_crime_grew_from_six_to_eleven_to_fourteen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
