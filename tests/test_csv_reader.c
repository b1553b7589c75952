/* Promise: the same octets give the same rows however they are cut up on their way; a row that can't be
 * read costs one line and no memory; and reading can go on behind any row as if it had never stopped. */
#include "proto/csv_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "proto/digest.h"
#include "testing.h"

enum { ROW_MAX = 64, WHOLE = 1 << 20 };

/* --- rows in words: "line@end [field][field]", so that what was read can be compared ------------- */

static void put_field(FILE *out, text field)
{
    (void)fputc('[', out);
    for (size_t i = 0; i < field.size; i++)
        if (field.at[i] == '\n' || field.at[i] == '\r' || field.at[i] == '\0')
            (void)fputs(field.at[i] == '\n' ? "\\n" : field.at[i] == '\r' ? "\\r" : "\\0", out);
        else
            (void)fputc(field.at[i], out);
    (void)fputc(']', out);
}

static void put_row(FILE *out, status st, const csv_row *row)
{
    (void)fprintf(out, "%d@%d ", (int)row->line, (int)row->end);
    for (size_t i = 0; i < row->count; i++)
        put_field(out, row->fields[i]);
    if (st == STATUS_TOO_LARGE) {
        (void)fprintf(out, "given up, %d octets: ", (int)row->size);
        put_field(out, row->raw);
        assert_int_equal(row->count, 0);
        if (row->size > row->raw.size)
            (void)fprintf(out, " %016llx", (unsigned long long)row->digest);
    }
    (void)fputc('\n', out);
}

static status put_rows(FILE *out, csv_reader *reader)
{
    csv_row row;
    status st;
    while ((st = csv_reader_next(reader, &row)) == STATUS_OK || st == STATUS_TOO_LARGE)
        put_row(out, st, &row);
    return st;
}

/* Feeds the octets in pieces, asking for rows after each. The caller frees. */
static char *rows_of(csv_reader *reader, text octets, size_t piece)
{
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    for (size_t at = 0; at < octets.size; at += piece) {
        csv_reader_feed(reader, octets.at + at, octets.size - at < piece ? octets.size - at : piece);
        assert_int_equal(put_rows(out, reader), STATUS_AGAIN);
    }
    csv_reader_finish(reader);
    assert_int_equal(put_rows(out, reader), STATUS_END);
    assert_int_equal(put_rows(out, reader), STATUS_END);
    (void)fclose(out);
    return words;
}

/* In every size of piece: 1, 2, 3 ... octets, and all at once. */
static void assert_rows(text octets, const char *expected)
{
    csv_reader *reader = csv_reader_create(ROW_MAX);
    for (size_t piece = 1; piece <= octets.size + 1; piece++) {
        csv_reader_restart(reader, 0, 1);
        char *words = rows_of(reader, octets, piece);
        if (strcmp(words, expected) != 0)
            fail_msg("in pieces of %d:\n%sand not\n%s", (int)piece, words, expected);
        free(words);
    }
    csv_reader_destroy(&reader);
}

/* --- what rows are ----------------------------------------------------------------------------- */

static void rows_are_lines_and_fields_are_between_commas(void **state)
{
    (void)state;
    assert_rows(OCTETS("a,b\n1,2\n,\nlast,\n"), "1@4 [a][b]\n2@8 [1][2]\n3@10 [][]\n4@16 [last][]\n");
}

static void crlf_reads_as_lf_does(void **state)
{
    (void)state;
    assert_rows(OCTETS("a,b\r\n1,\"2\"\r\n\r\n3,4\r\n"), "1@5 [a][b]\n2@12 [1][2]\n4@19 [3][4]\n");
    assert_rows(OCTETS("a,b\r\n1,2\n"), "1@5 [a][b]\n2@9 [1][2]\n");
    assert_rows(OCTETS("a\rb,c\n"), "1@6 [a\\rb][c]\n");
}

static void a_byte_order_mark_is_passed_over_at_the_beginning_only(void **state)
{
    (void)state;
    assert_rows(OCTETS("\xef\xbb\xbf" "a,b\n1,2\n"), "1@7 [a][b]\n2@11 [1][2]\n");
    assert_rows(OCTETS("\xef\xbb\xbf\"a\",b\n"), "1@9 [a][b]\n");
    assert_rows(OCTETS("a\n\xef\xbb\xbf" "b\n"), "1@2 [a]\n2@7 [\xef\xbb\xbf" "b]\n");
    assert_rows(OCTETS("\xef\xbb\xbf"), "");
    assert_rows(OCTETS("\xef\xbb"), "1@2 [\xef\xbb]\n");
}

static void quotes_hold_commas_line_ends_and_doubled_quotes(void **state)
{
    (void)state;
    assert_rows(OCTETS("x,\"a,b\",y\n"), "1@10 [x][a,b][y]\n");
    assert_rows(OCTETS("\"say \"\"no\"\"\",\"\"\n"), "1@16 [say \"no\"][]\n");
    assert_rows(OCTETS("x,\"a\nb\n\nc\",y\nz\n"), "1@13 [x][a\\nb\\n\\nc][y]\n5@15 [z]\n");
    assert_rows(OCTETS("\"a\r\nb\",c\r\nd\r\n"), "1@10 [a\\nb][c]\n3@13 [d]\n");
    assert_rows(OCTETS("\"\"\n"), "1@3 []\n");
}

static void white_space_is_trimmed_but_not_inside_quotes(void **state)
{
    (void)state;
    assert_rows(OCTETS(" a , \" b \" ,\tc d\t\n"), "1@18 [a][ b ][c d]\n");
}

static void blank_lines_are_passed_over_and_counted(void **state)
{
    (void)state;
    assert_rows(OCTETS("\n\na\n   \n\t\nb\n\n"), "3@4 [a]\n6@12 [b]\n");
    assert_rows(OCTETS(""), "");
    assert_rows(OCTETS("\n"), "");
    assert_rows(OCTETS("\r\n\r\n"), "");
}

static void a_last_line_without_an_end_is_whole(void **state)
{
    (void)state;
    assert_rows(OCTETS("a\nb,c"), "1@2 [a]\n2@5 [b][c]\n");
    assert_rows(OCTETS("a\nb,\"c\""), "1@2 [a]\n2@7 [b][c]\n");
    assert_rows(OCTETS("a\nb,c\r"), "1@2 [a]\n2@6 [b][c]\n");
    assert_rows(OCTETS("a\nb,"), "1@2 [a]\n2@4 [b][]\n");
}

static void nul_octets_are_octets_of_a_field(void **state)
{
    (void)state;
    assert_rows(OCTETS("a\0b,\0\n\"\0\",c\n"), "1@6 [a\\0b][\\0]\n2@12 [\\0][c]\n");
}

static void stray_quotes_do_not_hide_what_follows(void **state)
{
    (void)state;
    assert_rows(OCTETS("5\" pipe,b\nc\n"), "1@10 [5\" pipe][b]\n2@12 [c]\n");
    assert_rows(OCTETS("\"a\"b,c\nd\n"), "1@7 given up, 6 octets: [\"a\"b,c]\n2@9 [d]\n");
}

/* --- what costs a line ------------------------------------------------------------------------- */

static void a_quote_that_never_closes_costs_one_line(void **state)
{
    (void)state;
    assert_rows(OCTETS("h\na,\"b\nc,d\n\ne,f"),
                "1@2 [h]\n2@7 given up, 4 octets: [a,\"b]\n3@11 [c][d]\n5@15 [e][f]\n");
    assert_rows(OCTETS("h\r\na,\"b\r\nc,d\r\n"), "1@3 [h]\n2@9 given up, 4 octets: [a,\"b]\n3@14 [c][d]\n");
    assert_rows(OCTETS("\"a"), "1@2 given up, 2 octets: [\"a]\n");
    assert_rows(OCTETS("\"a\n"), "1@3 given up, 2 octets: [\"a]\n");
}

static void every_line_with_an_open_quote_is_given_up_by_itself(void **state)
{
    (void)state;
    assert_rows(OCTETS("\"a\nb\n\n\"c\nd\n"),
                "1@3 given up, 2 octets: [\"a]\n2@5 [b]\n4@9 given up, 2 octets: [\"c]\n5@11 [d]\n");
}

static void an_open_quote_reaches_no_further_than_the_bound_of_a_row(void **state)
{
    (void)state;
    text tail = OCTETS("aaaaaaaaaaaaaaaa,1\nbbbbbbbbbbbbbbbb,2\ncccccccccccccccc,3\ndddddddddddddddd,4\n");
    char octets[128];
    int size = snprintf(octets, sizeof octets, "\"x,0\n%s", tail.at);
    assert_rows((text){octets, (size_t)size},
                "1@5 given up, 4 octets: [\"x,0]\n2@24 [aaaaaaaaaaaaaaaa][1]\n3@43 [bbbbbbbbbbbbbbbb][2]\n"
                "4@62 [cccccccccccccccc][3]\n5@81 [dddddddddddddddd][4]\n");
}

static unsigned long long digest_of(const char *octets, size_t size)
{
    digest_state *sum = digest_create();
    digest_feed(sum, octets, size);
    unsigned long long digest = digest_64(sum);
    digest_destroy(&sum);
    return digest;
}

static void a_row_is_read_up_to_its_bound_and_given_up_beyond(void **state)
{
    (void)state;
    char octets[2 * ROW_MAX], expected[6 * ROW_MAX], xs[2 * ROW_MAX];
    memset(xs, 'x', sizeof xs);
    int size = snprintf(octets, sizeof octets, "%.*s\nb\n", ROW_MAX, xs);
    (void)snprintf(expected, sizeof expected, "1@%d [%.*s]\n2@%d [b]\n", ROW_MAX + 1, ROW_MAX, xs, size);
    assert_rows((text){octets, (size_t)size}, expected);
    size = snprintf(octets, sizeof octets, "%.*s\r\nb\n", ROW_MAX, xs);
    (void)snprintf(expected, sizeof expected, "1@%d [%.*s]\n2@%d [b]\n", ROW_MAX + 2, ROW_MAX, xs, size);
    assert_rows((text){octets, (size_t)size}, expected);
    size = snprintf(octets, sizeof octets, "%.*s\nb\n", ROW_MAX + 1, xs);
    (void)snprintf(expected, sizeof expected, "1@%d given up, %d octets: [%.*s] %016llx\n2@%d [b]\n", ROW_MAX + 2,
                   ROW_MAX + 1, ROW_MAX, xs, digest_of(xs, ROW_MAX + 1), size);
    assert_rows((text){octets, (size_t)size}, expected);
    size = snprintf(octets, sizeof octets, "%.*s\r\nb\n", ROW_MAX + 9, xs);
    (void)snprintf(expected, sizeof expected, "1@%d given up, %d octets: [%.*s] %016llx\n2@%d [b]\n", ROW_MAX + 11,
                   ROW_MAX + 9, ROW_MAX, xs, digest_of(xs, ROW_MAX + 9), size);
    assert_rows((text){octets, (size_t)size}, expected);
    size = snprintf(octets, sizeof octets, "a\n%.*s", ROW_MAX + 9, xs);
    (void)snprintf(expected, sizeof expected, "1@2 [a]\n2@%d given up, %d octets: [%.*s] %016llx\n", size, ROW_MAX + 9,
                   ROW_MAX, xs, digest_of(xs, ROW_MAX + 9));
    assert_rows((text){octets, (size_t)size}, expected);
}

static void feed_many(csv_reader *reader, const char *chunk, size_t size, size_t times, size_t *most)
{
    csv_row row;
    for (size_t i = 0; i < times; i++) {
        csv_reader_feed(reader, chunk, size);
        assert_int_equal(csv_reader_next(reader, &row), STATUS_AGAIN);
        *most = heap_in_use() > *most ? heap_in_use() : *most;
    }
}

static void a_field_of_ten_megabytes_costs_one_row_and_little_memory(void **state)
{
    (void)state;
    static char chunk[65536];
    memset(chunk, 'x', sizeof chunk);
    csv_row row;
    size_t before = heap_in_use(), most = before, size = 160 * sizeof chunk;
    csv_reader *reader = csv_reader_create(65536);
    csv_reader_feed(reader, "a\nb,\"", 5);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_OK);
    feed_many(reader, chunk, sizeof chunk, 160, &most);
    csv_reader_feed(reader, "\",c\nd\n", 6);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_TOO_LARGE);
    assert_int_equal(row.line, 2);
    assert_int_equal(row.size, 3 + size + 3);
    assert_int_equal(row.end, 2 + row.size + 1);
    assert_int_equal(row.raw.size, 65536);
    assert_memory_equal(row.raw.at, "b,\"xxxx", 7);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_OK);
    assert_int_equal(row.line, 3);
    assert_int_equal(row.end, 2 + 3 + size + 4 + 2);
    assert_text(row.fields[0], "d");
    assert_in_range(most - before, 0, 1024 * 1024);
    csv_reader_destroy(&reader);
}

static csv_reader *reader_of_columns(size_t count)
{
    csv_reader *reader = csv_reader_create(4096);
    for (size_t i = 1; i < count; i++)
        csv_reader_feed(reader, "x,", 2);
    csv_reader_feed(reader, "x\nb\n", 4);
    return reader;
}

static void a_row_has_as_many_columns_as_the_bound_and_not_one_more(void **state)
{
    (void)state;
    csv_row row;
    csv_reader *reader = reader_of_columns(CSV_COLUMNS_MAX);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_OK);
    assert_int_equal(row.count, CSV_COLUMNS_MAX);
    assert_text(row.fields[CSV_COLUMNS_MAX - 1], "x");
    csv_reader_destroy(&reader);
    reader = reader_of_columns(CSV_COLUMNS_MAX + 1);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_TOO_LARGE);
    assert_int_equal(row.count, 0);
    assert_int_equal(row.line, 1);
    assert_int_equal(row.size, 2 * CSV_COLUMNS_MAX + 1);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_OK);
    assert_int_equal(row.line, 2);
    assert_text(row.fields[0], "b");
    csv_reader_destroy(&reader);
}

/* --- going on in the middle -------------------------------------------------------------------- */

static const char mixed[] = "\xef\xbb\xbfh,i\r\n1,\"a\nb\"\n\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
                            "\"\"\"2\"\"\",c\r\n3,\"open\n4,d\n5,e";

/* The words of all rows behind a given one. */
static const char *behind(const char *words, int rows)
{
    while (rows-- > 0)
        words = strchr(words, '\n') + 1;
    return words;
}

static uint64_t lines_before(text octets, uint64_t end)
{
    uint64_t lines = 0;
    for (uint64_t i = 0; i < end; i++)
        lines += octets.at[i] == '\n';
    return lines;
}

static void reading_goes_on_behind_any_row_as_if_it_had_not_stopped(void **state)
{
    (void)state;
    text octets = OCTETS(mixed);
    csv_reader *reader = csv_reader_create(ROW_MAX);
    char *all = rows_of(reader, octets, WHOLE);
    int rows = 0;
    for (const char *at = all; *at != '\0'; at = behind(at, 1)) {
        rows++;
        uint64_t end = strtoull(strchr(at, '@') + 1, NULL, 10);
        csv_reader_restart(reader, end, lines_before(octets, end) + 1);
        char *rest = rows_of(reader, (text){octets.at + end, octets.size - end}, 3);
        assert_string_equal(rest, behind(at, 1));
        free(rest);
    }
    assert_int_equal(rows, 7);
    free(all);
    csv_reader_destroy(&reader);
}

static void a_restart_in_the_middle_of_a_row_forgets_it(void **state)
{
    (void)state;
    csv_row row;
    csv_reader *reader = csv_reader_create(ROW_MAX);
    csv_reader_feed(reader, "a,\"b\nc", 6);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_AGAIN);
    csv_reader_restart(reader, 0, 1);
    char *words = rows_of(reader, OCTETS("d,e\n"), WHOLE);
    assert_string_equal(words, "1@4 [d][e]\n");
    free(words);
    csv_reader_destroy(&reader);
}

static void a_restart_in_the_middle_of_a_row_that_is_given_up_forgets_it(void **state)
{
    (void)state;
    csv_row row;
    char octets[2 * ROW_MAX];
    memset(octets, 'x', sizeof octets);
    csv_reader *reader = csv_reader_create(ROW_MAX);
    csv_reader_feed(reader, octets, sizeof octets);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_AGAIN);
    csv_reader_restart(reader, 0, 1);
    char *words = rows_of(reader, OCTETS("d,e\nf\n"), 1);
    assert_string_equal(words, "1@4 [d][e]\n2@6 [f]\n");
    free(words);
    csv_reader_destroy(&reader);
}

/* Nothing that is fed may make it crash, lose count or differ by how it is cut. */
static void random_octets_give_the_same_rows_however_they_are_cut(void **state)
{
    (void)state;
    static const char alphabet[] = "a,\"\n\r \t\0x\"\n,";
    chance by = {5};
    csv_reader *reader = csv_reader_create(ROW_MAX);
    for (int round = 0; round < 3000; round++) {
        char octets[200];
        size_t size = chance_below(&by, sizeof octets);
        for (size_t i = 0; i < size; i++)
            octets[i] = alphabet[chance_below(&by, sizeof alphabet - 1)];
        csv_reader_restart(reader, 0, 1);
        char *whole = rows_of(reader, (text){octets, size}, WHOLE);
        csv_reader_restart(reader, 0, 1);
        char *pieces = rows_of(reader, (text){octets, size}, 1 + chance_below(&by, 9));
        assert_string_equal(pieces, whole);
        free(whole);
        free(pieces);
    }
    csv_reader_destroy(&reader);
}

/* --- columns and writing ----------------------------------------------------------------------- */

static void a_column_is_found_by_its_name_whatever_the_case(void **state)
{
    (void)state;
    csv_row header;
    csv_reader *reader = csv_reader_create(ROW_MAX);
    csv_reader_feed(reader, "Reference,\"recorded_AT\", area ,area\n", 36);
    assert_int_equal(csv_reader_next(reader, &header), STATUS_OK);
    assert_int_equal(csv_column(&header, "reference"), 0);
    assert_int_equal(csv_column(&header, "recorded_at"), 1);
    assert_int_equal(csv_column(&header, "AREA"), 2);
    assert_int_equal(csv_column(&header, "are"), -1);
    assert_int_equal(csv_column(&header, ""), -1);
    csv_reader_destroy(&reader);
}

/* Writes fields as one row and reads them back. */
static void assert_written(const text *fields, size_t count)
{
    char *octets = NULL;
    size_t size = 0;
    csv_row row;
    FILE *out = open_memstream(&octets, &size);
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i > 0 ? "," : "", out);
        csv_write_field(out, fields[i]);
    }
    (void)fputs("\n", out);
    (void)fclose(out);
    csv_reader *reader = csv_reader_create(4096);
    csv_reader_feed(reader, octets, size);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_OK);
    assert_int_equal(row.end, size);
    assert_int_equal(row.count, count);
    for (size_t i = 0; i < count; i++)
        if (!text_equal(row.fields[i], fields[i]))
            fail_msg("\"%.*s\" reads back as \"%.*s\"", TEXT_ARGS(fields[i]), TEXT_ARGS(row.fields[i]));
    csv_reader_destroy(&reader);
    free(octets);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    const text fields[] = {
        OCTETS("plain"), OCTETS(""), OCTETS("a,b"), OCTETS("say \"no\""), OCTETS("\""), OCTETS("two\nlines"),
        OCTETS(" before"), OCTETS("after "), OCTETS("\tbefore"), OCTETS("after\t"), OCTETS("a\rb"), OCTETS("a\r"),
        OCTETS("a\0b"), OCTETS("\xef\xbb\xbf"), OCTETS("Ynys M\xc3\xb4n"), {NULL, 0}, OCTETS(" "), OCTETS("last\n"),
    };
    assert_written(fields, sizeof fields / sizeof fields[0]);
}

static void whatever_is_written_reads_back(void **state)
{
    (void)state;
    static const char alphabet[] = "ab,\"\n \t\0'";
    chance by = {6};
    for (int round = 0; round < 5000; round++) {
        char octets[4][12];
        text fields[4];
        for (size_t i = 0; i < 4; i++) {
            fields[i] = (text){octets[i], chance_below(&by, 12)};
            for (size_t k = 0; k < fields[i].size; k++)
                octets[i][k] = alphabet[chance_below(&by, sizeof alphabet - 1)];
        }
        assert_written(fields, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_lines_and_fields_are_between_commas),
        cmocka_unit_test(crlf_reads_as_lf_does),
        cmocka_unit_test(a_byte_order_mark_is_passed_over_at_the_beginning_only),
        cmocka_unit_test(quotes_hold_commas_line_ends_and_doubled_quotes),
        cmocka_unit_test(white_space_is_trimmed_but_not_inside_quotes),
        cmocka_unit_test(blank_lines_are_passed_over_and_counted),
        cmocka_unit_test(a_last_line_without_an_end_is_whole),
        cmocka_unit_test(nul_octets_are_octets_of_a_field),
        cmocka_unit_test(stray_quotes_do_not_hide_what_follows),
        cmocka_unit_test(a_quote_that_never_closes_costs_one_line),
        cmocka_unit_test(every_line_with_an_open_quote_is_given_up_by_itself),
        cmocka_unit_test(an_open_quote_reaches_no_further_than_the_bound_of_a_row),
        cmocka_unit_test(a_row_is_read_up_to_its_bound_and_given_up_beyond),
        cmocka_unit_test(a_field_of_ten_megabytes_costs_one_row_and_little_memory),
        cmocka_unit_test(a_row_has_as_many_columns_as_the_bound_and_not_one_more),
        cmocka_unit_test(reading_goes_on_behind_any_row_as_if_it_had_not_stopped),
        cmocka_unit_test(a_restart_in_the_middle_of_a_row_forgets_it),
        cmocka_unit_test(a_restart_in_the_middle_of_a_row_that_is_given_up_forgets_it),
        cmocka_unit_test(random_octets_give_the_same_rows_however_they_are_cut),
        cmocka_unit_test(a_column_is_found_by_its_name_whatever_the_case),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(whatever_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
