/* Promise: ONS's lookups and estimates are told apart, and read in the columns that they mean, whichever of their spellings a
 * file uses; the year is the one that is said, else the header's, else the name's; and any other file is none. */
#include "analyst/import_form.h"

#include <string.h>

#include "testing.h"

/* The form of a file with these columns, commas between them. */
static import_form form_of(const char *columns, const char *path, int year)
{
    static text fields[16];
    text rest = text_of(columns);
    csv_row header = {.fields = fields};
    while (header.count < 16 && text_split(&rest, ',', &fields[header.count]))
        header.count++;
    return import_form_of(&header, path, year);
}

static void assert_columns(const import_form *form, const char *kind, const char *year, int code, int name)
{
    const area_columns *found = import_form_columns(form, kind);
    assert_non_null(found);
    assert_string_equal(found->year, year);
    assert_int_equal(found->code, code);
    assert_int_equal(found->name, name);
}

static void a_lookup_is_known_by_its_codes_in_either_spelling(void **state)
{
    (void)state;
    import_form form = form_of("LSOA21CD,LSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM,ObjectId", "a.csv", 0);
    assert_int_equal(form.kind, IMPORT_LOOKUP);
    assert_columns(&form, "lsoa", "21", 0, 1);
    assert_columns(&form, "ward", "24", 2, 3);
    assert_columns(&form, "district", "24", 4, 5);
    form = form_of("ltla22_name,ltla22_code,lsoa11_code", "a.csv", 0);
    assert_int_equal(form.kind, IMPORT_LOOKUP);
    assert_columns(&form, "district", "22", 1, 0);
    assert_columns(&form, "lsoa", "11", 2, -1);
    form = form_of("ward23_code,ltla23_code", "a.csv", 0);
    assert_int_equal(form.kind, IMPORT_LOOKUP);
    assert_null(import_form_columns(&form, "lsoa"));
}

static void codes_of_two_vintages_stand_side_by_side(void **state)
{
    (void)state;
    import_form form = form_of("LSOA11CD,LSOA21CD,LSOA21NM,LAD22CD", "a.csv", 0);
    assert_int_equal(form.kind, IMPORT_LOOKUP);
    assert_int_equal(form.area_count, 3);
    assert_columns(&form, "lsoa", "11", 0, -1);
    assert_string_equal(form.areas[1].year, "21");
    assert_int_equal(form.areas[1].code, 1);
    assert_int_equal(form.areas[1].name, 2);
}

static void an_estimate_is_known_by_its_columns(void **state)
{
    (void)state;
    static const struct { const char *columns; int code, count; } cases[] = {
        {"Code,Name,Geography,All ages,0,1", 0, 3},
        {"Name,Code,Estimated Population mid-2022", 1, 2},
        {"ltla23_code,ltla23_name,total_population", 0, 2},
        {"Code,Name,Estimated Population mid-2023,Estimated Population mid-2022", 0, 2}, /* the first of them */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        import_form form = form_of(cases[i].columns, "a.csv", 2022);
        assert_int_equal(form.kind, IMPORT_ESTIMATE);
        assert_int_equal(form.people_code, cases[i].code);
        assert_int_equal(form.people_count, cases[i].count);
    }
}

static void the_year_is_the_user_s_or_the_header_s_or_the_name_s(void **state)
{
    (void)state;
    static const struct { const char *columns, *path; int told, year; } cases[] = {
        {"Code,All ages", "mye24tablesew.csv", 0, 2024},
        {"Code,All ages", "/data/2019/population19_ltla19_totals.csv", 0, 2019},
        {"Code,All ages", "mid-2023.csv", 0, 2023},
        {"Code,All ages", "MID_21.csv", 0, 2021},
        {"Code,All ages", "estimates-2020-final.csv", 0, 2020},
        {"Code,All ages", "mye24tablesew.csv", 2022, 2022},
        {"Code,Estimated Population mid-2022", "mye24.csv", 0, 2022},
        {"Code,Estimated Population mid-2022", "mye24.csv", 2021, 2021},
        {"Code,All ages", "estimates.csv", 0, 0},
        {"Code,All ages", "/2019/estimates.csv", 0, 0}, /* the folder says nothing */
        {"Code,All ages", "mye.csv", 0, 0},
        {"Code,All ages", "table123456.csv", 0, 0},
        {"Code,All ages", "table1066.csv", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(form_of(cases[i].columns, cases[i].path, cases[i].told).year, cases[i].year);
}

static void any_other_file_is_none(void **state)
{
    (void)state;
    static const char *const others[] = {
        "a,b,c", "", "Code,Name", "Name,All ages", "LSOA21CD,LSOA21NM", "LAD24CD,LAD24NM", "LSOACD,LADCD", "LSOA21,LAD24",
        "LSOA21CDX,LAD24CD", "LSOA21NM,LAD24NM", "Code,Estimated Population",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(form_of(others[i], "mye24.csv", 0).kind, IMPORT_UNKNOWN);
}

static void more_columns_than_there_is_room_for_are_passed_over(void **state)
{
    (void)state;
    import_form form = form_of("LAD11CD,LAD12CD,LAD13CD,LAD14CD,LAD15CD,LAD16CD,LSOA21CD", "a.csv", 0);
    assert_int_equal(form.area_count, AREA_COLUMNS_MAX);
    assert_int_equal(form.kind, IMPORT_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lookup_is_known_by_its_codes_in_either_spelling),
        cmocka_unit_test(codes_of_two_vintages_stand_side_by_side),
        cmocka_unit_test(an_estimate_is_known_by_its_columns),
        cmocka_unit_test(the_year_is_the_user_s_or_the_header_s_or_the_name_s),
        cmocka_unit_test(any_other_file_is_none),
        cmocka_unit_test(more_columns_than_there_is_room_for_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
