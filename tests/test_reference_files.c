/* Promise: the reference folder comes in cell by cell as its files have it, however they were saved, and
 * what is wrong with a file is told with its name and line while the rest is still read. */
#include "figures/reference_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "reference_fixtures.h"
#include "testing.h"

/* A folder, a second one for imports, and what came of reading both. */
typedef struct reading {
    char folder[FOLDER_SIZE];
    char imported[FOLDER_SIZE];
    sheets *got;
    faults *found;
    char digest[DIGEST_HEX_SIZE];
} reading;

static const char areas[] = "code,name,level,parent\nE1,Stafford,district,\n";

static int make_folders(void **state)
{
    static reading self;
    self = (reading){0};
    folder_make(self.folder);
    folder_make(self.imported);
    file_write(self.folder, "areas.csv", text_of(areas));
    file_write(self.folder, "populations.csv", text_of("area,year,population\nE1,2022,138670\n"));
    file_write(self.folder, "categories.csv", text_of("category,title,parent,marker\nall-crime,All crime,,\n"));
    file_write(self.folder, "offences.csv", text_of("offence,description,category\n1,Murder,all-crime\n"));
    *state = &self;
    return 0;
}

static void forget(reading *self)
{
    sheets_destroy(&self->got);
    faults_destroy(&self->found);
}

static int remove_folders(void **state)
{
    reading *self = *state;
    forget(self);
    folder_remove(self->folder);
    folder_remove(self->imported);
    return 0;
}

static const sheet *read_from(reading *self, const char *imported)
{
    forget(self);
    self->found = faults_create();
    self->got = reference_files_read(self->folder, imported, self->found, self->digest);
    return &self->got->each[SHEET_AREAS];
}

/* With this as areas.csv. */
static const sheet *read_areas(reading *self, text content)
{
    file_write(self->folder, "areas.csv", content);
    return read_from(self, NULL);
}

static void assert_cells(const sheet *from, size_t row, const char *code, const char *name, const char *level)
{
    assert_true(row < from->row_count);
    assert_text(sheet_cell(from, row, 0), code);
    assert_text(sheet_cell(from, row, 1), name);
    assert_text(sheet_cell(from, row, 2), level);
}

static void the_required_files_are_enough(void **state)
{
    reading *self = *state;
    const sheet *from = read_from(self, NULL);
    assert_faults(self->found, 0, 0);
    assert_int_equal(from->row_count, 1);
    assert_cells(from, 0, "E1", "Stafford", "district");
    assert_int_equal(from->lines[0], 2);
    assert_text(sheet_cell(from, 0, 7), ""); /* a column that the file hasn't got */
    assert_text(sheet_cell(from, 0, 99), "");
    assert_text(sheet_cell(&self->got->each[SHEET_POPULATIONS], 0, 2), "138670");
    assert_int_equal(self->got->each[SHEET_GROUPS].row_count, 0);
}

static void every_file_that_is_there_is_read(void **state)
{
    reading *self = *state;
    file_write(self->folder, "groups.csv", text_of("group,name,kind,member\nG,Group,csp,E1\n"));
    file_write(self->folder, "sources.csv", text_of("origin,title,rank\no,Origin,1\n"));
    file_write(self->folder, "comparators.csv", text_of("area,comparator\nE1,E2\n"));
    file_write(self->folder, "comparator_rates.csv", text_of("comparator,category,period,rate\nE2,all-crime,2024-25,1\n"));
    file_write(self->folder, "recording_changes.csv", text_of("date,area,category,text\n2023-05-01,,all-crime,New\n"));
    file_write(self->folder, "indicators.csv", text_of("priority,measure,area,period,value\np,m,E1,latest,24\n"));
    (void)read_from(self, NULL);
    assert_faults(self->found, 0, 0);
    for (int name = 0; name < SHEETS; name++)
        assert_int_equal(self->got->each[name].row_count, 1);
}

static void a_missing_file_is_an_error_only_where_it_is_required(void **state)
{
    reading *self = *state;
    char path[FOLDER_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/offences.csv", self->folder);
    assert_int_equal(remove(path), 0);
    (void)read_from(self, NULL);
    assert_faults(self->found, 1, 0);
    assert_fault(self->found, "offences.csv: error: ");
    assert_int_equal(self->got->each[SHEET_AREAS].row_count, 1);
}

static void a_missing_folder_is_told_of_every_required_file(void **state)
{
    reading *self = *state;
    folder_remove(self->folder);
    (void)read_from(self, NULL);
    assert_faults(self->found, 4, 0);
    assert_fault(self->found, "areas.csv: error: ");
    assert_int_equal(mkdir(self->folder, 0700), 0);
}

static void a_folder_in_place_of_a_file_is_an_error(void **state)
{
    reading *self = *state;
    char path[FOLDER_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/groups.csv", self->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)read_from(self, NULL);
    assert_true(faults_count(self->found, FAULT_ERROR) > 0);
    assert_fault(self->found, "groups.csv: error: ");
}

static void a_file_without_a_header_is_an_error(void **state)
{
    reading *self = *state;
    const text empty[] = {{0}, OCTETS("\n\n"), OCTETS("\xef\xbb\xbf")};
    for (size_t i = 0; i < 3; i++) {
        (void)read_areas(self, empty[i]);
        assert_faults(self->found, 1, 0);
        assert_fault(self->found, "areas.csv: error: ");
    }
}

static void a_file_of_a_header_alone_has_no_rows(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("code,name,level,parent"));
    assert_faults(self->found, 0, 0);
    assert_int_equal(from->row_count, 0);
}

static void columns_come_in_any_order_and_any_case(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("Parent,LEVEL, name ,\"Code\",aliases\nE2,district,Stafford,E1,a;b\n"));
    assert_faults(self->found, 0, 0);
    assert_cells(from, 0, "E1", "Stafford", "district");
    assert_text(sheet_cell(from, 0, 3), "E2");
    assert_text(sheet_cell(from, 0, 4), "");
    assert_text(sheet_cell(from, 0, 7), "a;b");
}

static void a_required_column_that_is_missing_is_an_error_and_the_rest_is_read(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("code,name,parent\nE1,Stafford,\n"));
    assert_faults(self->found, 1, 0);
    assert_fault(self->found, "areas.csv:1: error: the column 'level' is missing");
    assert_cells(from, 0, "E1", "Stafford", "");
}

static void a_column_that_is_not_known_is_a_warning(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("code,colour,name,level,parent\nE1,red,Stafford,district,\n"));
    assert_faults(self->found, 0, 1);
    assert_fault(self->found, "areas.csv:1: warning: the column 'colour' is not used");
    assert_cells(from, 0, "E1", "Stafford", "district");
}

static void a_short_row_is_an_error_only_where_a_required_cell_is_missing(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("code,name,level,parent,valid_from\nE1,Stafford,district,\nE2,Stoke\n"));
    assert_faults(self->found, 2, 0);
    assert_fault(self->found, "areas.csv:3: error: the row has 2 columns, and 'level' stands in column 3");
    assert_int_equal(from->row_count, 2);
    assert_cells(from, 1, "E2", "Stoke", "");
}

static void a_cell_that_is_not_utf8_is_an_error_and_stays_empty(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, OCTETS("code,name,level,parent\nW1,Ynys M\xf4n,district,\nW2,a\0b,district,\n"
                                                "W3,Ynys M\xc3\xb4n,district,\n"));
    assert_faults(self->found, 2, 0);
    assert_fault(self->found, "areas.csv:2: error: 'name' is not UTF-8");
    assert_fault(self->found, "areas.csv:3: error: 'name' is not UTF-8");
    assert_cells(from, 0, "W1", "", "district");
    assert_cells(from, 2, "W3", "Ynys M\xc3\xb4n", "district");
}

static void a_byte_order_mark_and_crlf_change_nothing(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("\xef\xbb\xbf" "code,name,level,parent\r\nE1,\"Stafford\",district,\r\n\r\n"
                                                 "E2, Stoke ,district,"));
    assert_faults(self->found, 0, 0);
    assert_int_equal(from->row_count, 2);
    assert_cells(from, 0, "E1", "Stafford", "district");
    assert_cells(from, 1, "E2", "Stoke", "district");
    assert_int_equal(from->lines[1], 4);
}

static void rows_of_nothing_but_commas_are_passed_over(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("code,name,level,parent\n,,,\nE1,Stafford,district,\n , ,\"\",\n,,,,,,,\n"));
    assert_faults(self->found, 0, 0);
    assert_int_equal(from->row_count, 1);
    assert_int_equal(from->lines[0], 3);
}

static void lines_are_counted_through_quoted_line_ends(void **state)
{
    reading *self = *state;
    const sheet *from = read_areas(self, text_of("code,name,level,parent\nE1,\"Staf\nford\",district,\nE2,Stoke,district,\n"));
    assert_cells(from, 0, "E1", "Staf\nford", "district");
    assert_int_equal(from->lines[0], 2);
    assert_int_equal(from->lines[1], 4);
}

static void a_row_that_is_too_large_is_an_error_and_costs_one_line(void **state)
{
    reading *self = *state;
    arena *memory = arena_create();
    text large = text_filled(memory, 'x', 70000);
    const sheet *from = read_areas(self, arena_print(memory, "code,name,level,parent\nE1,%s,district,\nE2,Stoke,district,\n",
                                                     large.at));
    assert_faults(self->found, 1, 0);
    assert_fault(self->found, "areas.csv:2: error: ");
    assert_int_equal(from->row_count, 1);
    assert_cells(from, 0, "E2", "Stoke", "district");
    assert_int_equal(from->lines[0], 3);
    arena_destroy(&memory);
}

static void many_rows_are_all_read(void **state)
{
    reading *self = *state;
    char *octets = NULL, code[16];
    size_t size = 0;
    FILE *out = open_memstream(&octets, &size);
    (void)fputs("code,name,level,parent\n", out);
    for (int i = 0; i < 20000; i++)
        (void)fprintf(out, "E%d,Name of %d,lsoa,E1\n", i, i);
    (void)fclose(out);
    const sheet *from = read_areas(self, (text){octets, size});
    free(octets);
    assert_faults(self->found, 0, 0);
    assert_int_equal(from->row_count, 20000);
    for (int i = 0; i < 20000; i += 999) {
        (void)snprintf(code, sizeof code, "E%d", i);
        assert_text(sheet_cell(from, (size_t)i, 0), code);
        assert_int_equal(from->lines[i], i + 2);
    }
}

/* --- imported rows ----------------------------------------------------------------------------- */

static void imported_rows_come_behind_and_are_marked(void **state)
{
    reading *self = *state;
    file_write(self->imported, "areas.csv", text_of("parent,code,name,level\nE1,E01,Stafford 001A,lsoa\n"));
    const sheet *from = read_from(self, self->imported);
    assert_faults(self->found, 0, 0);
    assert_int_equal(from->row_count, 2);
    assert_int_equal(from->lines[0], 2);
    assert_int_equal(from->lines[1], 2 | SHEET_IMPORTED);
    assert_cells(from, 1, "E01", "Stafford 001A", "lsoa");
}

static void faults_of_imported_files_name_them(void **state)
{
    reading *self = *state;
    file_write(self->imported, "areas.csv", text_of("code,name,level\nE01\n"));
    (void)read_from(self, self->imported);
    assert_fault(self->found, "imported/areas.csv:1: error: the column 'parent' is missing");
    assert_fault(self->found, "imported/areas.csv:2: error: the row has 1 columns");
}

static void nothing_need_be_imported(void **state)
{
    reading *self = *state;
    char missing[FOLDER_SIZE + 8];
    (void)snprintf(missing, sizeof missing, "%s/none", self->imported);
    (void)read_from(self, self->imported);
    assert_faults(self->found, 0, 0);
    (void)read_from(self, missing);
    assert_faults(self->found, 0, 0);
}

/* --- the digest -------------------------------------------------------------------------------- */

/* Reads again; is the digest the same as before? */
static bool same_digest(reading *self, const char *imported)
{
    char before[DIGEST_HEX_SIZE];
    memcpy(before, self->digest, DIGEST_HEX_SIZE);
    (void)read_from(self, imported);
    return memcmp(before, self->digest, DIGEST_HEX_SIZE) == 0;
}

static void the_same_data_give_the_same_digest(void **state)
{
    reading *self = *state;
    char missing[FOLDER_SIZE + 8];
    (void)snprintf(missing, sizeof missing, "%s/none", self->imported);
    (void)read_from(self, NULL);
    for (size_t i = 0; i < DIGEST_HEX_SIZE; i++)
        assert_non_null(strchr("0123456789abcdef", self->digest[i]));
    assert_true(same_digest(self, NULL));
    assert_true(same_digest(self, self->imported)); /* nothing in it */
    assert_true(same_digest(self, missing));
}

static void other_data_give_another_digest(void **state)
{
    reading *self = *state;
    const char indicators[] = "priority,measure,area,period,value\np,m,E1,latest,24\n";
    (void)read_from(self, NULL);
    file_write(self->folder, "areas.csv", text_of("code,name,level,parent\nE1,Stafforb,district,\n"));
    assert_false(same_digest(self, NULL));
    file_write(self->folder, "indicators.csv", text_of(indicators));
    assert_false(same_digest(self, NULL));
    char path[FOLDER_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/indicators.csv", self->folder);
    assert_int_equal(remove(path), 0);
    file_write(self->imported, "indicators.csv", text_of(indicators)); /* the same, but imported */
    assert_false(same_digest(self, self->imported));
}

static void a_file_under_another_name_gives_another_digest(void **state)
{
    reading *self = *state;
    file_write(self->folder, "groups.csv", text_of(areas));
    (void)read_from(self, NULL);
    char from[FOLDER_SIZE + 16], to[FOLDER_SIZE + 16];
    (void)snprintf(from, sizeof from, "%s/groups.csv", self->folder);
    (void)snprintf(to, sizeof to, "%s/sources.csv", self->folder);
    assert_int_equal(rename(from, to), 0);
    assert_false(same_digest(self, NULL));
}

#define IN_FOLDERS(test) cmocka_unit_test_setup_teardown(test, make_folders, remove_folders)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDERS(the_required_files_are_enough),
        IN_FOLDERS(every_file_that_is_there_is_read),
        IN_FOLDERS(a_missing_file_is_an_error_only_where_it_is_required),
        IN_FOLDERS(a_missing_folder_is_told_of_every_required_file),
        IN_FOLDERS(a_folder_in_place_of_a_file_is_an_error),
        IN_FOLDERS(a_file_without_a_header_is_an_error),
        IN_FOLDERS(a_file_of_a_header_alone_has_no_rows),
        IN_FOLDERS(columns_come_in_any_order_and_any_case),
        IN_FOLDERS(a_required_column_that_is_missing_is_an_error_and_the_rest_is_read),
        IN_FOLDERS(a_column_that_is_not_known_is_a_warning),
        IN_FOLDERS(a_short_row_is_an_error_only_where_a_required_cell_is_missing),
        IN_FOLDERS(a_cell_that_is_not_utf8_is_an_error_and_stays_empty),
        IN_FOLDERS(a_byte_order_mark_and_crlf_change_nothing),
        IN_FOLDERS(rows_of_nothing_but_commas_are_passed_over),
        IN_FOLDERS(lines_are_counted_through_quoted_line_ends),
        IN_FOLDERS(a_row_that_is_too_large_is_an_error_and_costs_one_line),
        IN_FOLDERS(many_rows_are_all_read),
        IN_FOLDERS(imported_rows_come_behind_and_are_marked),
        IN_FOLDERS(faults_of_imported_files_name_them),
        IN_FOLDERS(nothing_need_be_imported),
        IN_FOLDERS(the_same_data_give_the_same_digest),
        IN_FOLDERS(other_data_give_another_digest),
        IN_FOLDERS(a_file_under_another_name_gives_another_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
