/* Promise: a canonical CSV file gives a record or a fault for each of its rows, the same however its octets are cut up on
 * their way and wherever reading begins; a file that can't be used says why. */
#include "collector/row_source.h"

#include <stdlib.h>
#include <string.h>

#include "collector_fixtures.h"
#include "proto/digest.h"
#include "testing.h"

enum { WHOLE = 1 << 20 };

static arena *memory;

static int make_memory(void **state)
{
    (void)state;
    memory = arena_create();
    return 0;
}

static int forget_memory(void **state)
{
    (void)state;
    arena_destroy(&memory);
    return 0;
}

static const char *words_of(text octets, size_t piece)
{
    row_source *rows = csv_rows_create(text_of("local"));
    const char *words = rows_in_words(rows, octets, piece, 0, 1, memory);
    rows->class->destroy(rows);
    return words;
}

/* In every size of piece: 1, 2, 3 ... octets, and all at once. */
static void assert_rows(text octets, const char *expected)
{
    for (size_t piece = 1; piece <= octets.size + 1; piece++)
        assert_string_equal(words_of(octets, piece), expected);
}

#define HEADER "reference,recorded_at,offence,area\n"

/* --- what rows are ------------------------------------------------------------------------------- */

static void rows_under_a_header_are_records(void **state)
{
    (void)state;
    assert_rows(OCTETS(HEADER "A/1,2025-03-31,46,E1\nA/2,2025-03,8N,E2\n"),
                "1@35 HEADER\n2@56 0: local/A/1 2025-03-31 46 E1\n3@74 0: local/A/2 2025-03 8N E2\n");
}

static void columns_come_in_any_order_and_case(void **state)
{
    (void)state;
    assert_rows(OCTETS("Area, OFFENCE ,\"Markers\",recorded_at,Reference,origin\nE1,46,hate-crime,2025-03-31,A/1,niche\n"),
                "1@54 HEADER\n2@92 0: niche/A/1 2025-03-31 46 E1 markers=hate-crime\n");
}

static void a_column_that_nobody_knows_is_noted_and_passed_over(void **state)
{
    (void)state;
    source_row row;
    row_source *rows = csv_rows_create(text_of("local"));
    rows->class->begin(rows, 0, 1);
    text octets = OCTETS("reference,beat,recorded_at,offence,area,ward\nA/1,K9,2025-03-31,46,E1,x\n");
    rows->class->give(rows, octets.at, octets.size);
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    assert_string_equal(rows->note, "the column 'beat' is not used");
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    assert_text(row.record.area, "E1");
    rows->class->destroy(rows);
}

static void what_a_file_can_tell_follows_from_its_columns(void **state)
{
    (void)state;
    static const struct { const char *header; bool markers, origin; } each[] = {
        {HEADER, false, false},
        {"reference,recorded_at,offence,area,markers\n", true, false},
        {"reference,recorded_at,offence,area,origin\n", false, true},
    };
    for (size_t i = 0; i < 3; i++) {
        row_source *rows = csv_rows_create(text_of("local"));
        (void)rows_in_words(rows, text_of(each[i].header), WHOLE, 0, 1, memory);
        assert_int_equal(rows->says_markers, each[i].markers);
        assert_int_equal(rows->says_origin, each[i].origin);
        rows->class->destroy(rows);
    }
}

static void however_a_file_was_saved_its_rows_are_the_same(void **state)
{
    (void)state;
    static const char rows[] = "HEADER\n0: local/A,1 2025-03-31 46 E1\n0: local/A/2 2025-03-31 46 E2\n";
    const text files[] = {
        OCTETS(HEADER "\"A,1\",2025-03-31,46,E1\nA/2,2025-03-31,46,E2\n"),
        OCTETS("reference,recorded_at,offence,area\r\n\"A,1\",2025-03-31,46,E1\r\nA/2,2025-03-31,46,E2\r\n"),
        OCTETS("\xef\xbb\xbf" HEADER "\"A,1\",\"2025-03-31\",\"46\",\"E1\"\nA/2,2025-03-31,46,E2"),
        OCTETS("\n\n" HEADER "\n \"A,1\" , 2025-03-31 ,46,E1\n\n\nA/2,2025-03-31,46,E2\n\n"),
        OCTETS("\xef\xbb\xbf\"reference\",recorded_at,offence,area\r\n\"A,1\",2025-03-31,46,E1\nA/2,2025-03-31,46,E2\r\n"),
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *plain = NULL; /* without lines and offsets, which differ */
        size_t size = 0;
        FILE *out = open_memstream(&plain, &size);
        text rest = text_of(words_of(files[i], 3)), line, place;
        while (text_split(&rest, '\n', &line) && text_split(&line, ' ', &place))
            (void)fprintf(out, "%.*s\n", TEXT_ARGS(line));
        (void)fclose(out);
        assert_string_equal(plain, rows);
        free(plain);
    }
}

static void a_row_may_span_lines_and_the_next_one_knows_its_line(void **state)
{
    (void)state;
    assert_rows(OCTETS("reference,recorded_at,offence,area,outcome\nA/1,2025-03-31,46,E1,\"one\ntwo\"\nA/2,x,46,E1,\n"),
                "1@43 HEADER\n2@74 0: local/A/1 2025-03-31 46 E1 outcome=one\ntwo\n"
                "4@87 4: FAULT local/A/2 recorded_at 'x' is no date that exists: write 2025-03-31, 2025-03-31T12:00:00Z "
                "(or with an offset), or 2025-03 |A/2,x,46,E1,|\n");
}

/* --- rows at fault ------------------------------------------------------------------------------- */

static void a_row_at_fault_is_kept_with_its_line_and_costs_only_itself(void **state)
{
    (void)state;
    assert_rows(OCTETS(HEADER "A/1,2025-03-31,,E1\nA/2,2025-03-31,46,E2\n"),
                "1@35 HEADER\n"
                "2@54 2: FAULT local/A/1 offence '' is empty: an incident counts under its offence |A/1,2025-03-31,,E1|\n"
                "3@75 0: local/A/2 2025-03-31 46 E2\n");
}

static void a_row_of_another_width_is_at_fault(void **state)
{
    (void)state;
    assert_rows(OCTETS(HEADER "A/1,2025-03-31,46\nA/2,2025-03-31,46,E1,\n"),
                "1@35 HEADER\n"
                "2@53 2: FAULT local/A/1 the row 'A/1,2025-03-31,46' has 3 columns where the header names 4: is a comma or a "
                "quote amiss? |A/1,2025-03-31,46|\n"
                "3@75 3: FAULT local/A/2 the row 'A/2,2025-03-31,46,E1,' has 5 columns where the header names 4: is a comma or "
                "a quote amiss? |A/2,2025-03-31,46,E1,|\n");
}

static void octets_that_are_no_utf8_put_a_row_at_fault(void **state)
{
    (void)state;
    assert_rows(OCTETS(HEADER "A/1,2025-03-31,caf\xe9,E1\n\xe9/2,2025-03-31,46,E1\n"),
                "1@35 HEADER\n"
                "2@58 2: FAULT local/A/1 offence 'caf' is not UTF-8 text: save the file as UTF-8, without NUL "
                "|A/1,2025-03-31,caf\xe9,E1|\n"
                "3@79 3: FAULT local/ reference '' is not UTF-8 text: save the file as UTF-8, without NUL "
                "|\xe9/2,2025-03-31,46,E1|\n");
    assert_rows(OCTETS("reference,recorded_at,offence,area,origin\nA/1,2025-03-31,46,E1,\xff\n"),
                "1@42 HEADER\n2@65 2: FAULT local/A/1 origin '' is not UTF-8 text: save the file as UTF-8, without NUL "
                "|A/1,2025-03-31,46,E1,\xff|\n");
}

/* The rows of a source one by one. */
static source_row row_after_header(row_source *rows, text octets)
{
    source_row row;
    rows->class->begin(rows, 0, 1);
    rows->class->give(rows, octets.at, octets.size);
    rows->class->finish(rows);
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    assert_int_equal(row.kind, ROW_HEADER);
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    return row;
}

static void a_nul_puts_a_row_at_fault_and_is_kept(void **state)
{
    (void)state;
    row_source *rows = csv_rows_create(text_of("local"));
    source_row row = row_after_header(rows, OCTETS(HEADER "A/1,2025-03-31,4\0" "6,E1\n"));
    assert_int_equal(row.kind, ROW_FAULTY);
    assert_text(row.faulty.column, "offence");
    assert_text(row.faulty.value, "4");
    assert_texts(row.faulty.row, OCTETS("A/1,2025-03-31,4\0" "6,E1"));
    assert_int_equal(row.faulty.size, 21);
    assert_int_equal(row.faulty.digest, digest_text(OCTETS("A/1,2025-03-31,4\0" "6,E1")));
    rows->class->destroy(rows);
}

static void a_long_value_is_shown_cut_between_two_characters(void **state)
{
    (void)state;
    row_source *rows = csv_rows_create(text_of("local"));
    text value = text_filled(memory, 'x', 200);
    memcpy((char *)(uintptr_t)value.at + 79, "\xc3\xb4", 2);
    source_row row = row_after_header(rows, arena_print(memory, HEADER "A/1,2025-03-31,%s,E1\n", value.at));
    assert_int_equal(row.kind, ROW_FAULTY);
    assert_int_equal(row.faulty.value.size, 79);
    assert_int_equal(text_utf8_fault(row.faulty.value), 79);
    rows->class->destroy(rows);
}

static void a_row_over_its_bound_is_kept_in_part_and_reading_goes_on(void **state)
{
    (void)state;
    text good = arena_print(memory, HEADER "A/1,2025-03-31,46,E1,%s\n", text_filled(memory, 'x', 65515).at);
    text over = arena_print(memory, HEADER "A/1,2025-03-31,46,E1,%s\nA/2,2025-03-31,46,E2\n",
                            text_filled(memory, 'x', 65516).at);
    row_source *rows = csv_rows_create(text_of("local"));
    source_row row = row_after_header(rows, good);
    assert_text(row.faulty.column, "the row");
    assert_non_null(strstr(row.faulty.reason.at, "5 columns"));
    assert_int_equal(row.faulty.row.size, 65536);
    row = row_after_header(rows, over);
    assert_text(row.faulty.column, "the row");
    assert_non_null(strstr(row.faulty.reason.at, "over 64 KiB"));
    assert_int_equal(row.faulty.row.size, 65536);
    assert_int_equal(row.faulty.size, 65537);
    assert_text(row.faulty.origin, "local");
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    assert_text(row.record.reference, "A/2");
    assert_int_equal(row.line, 3);
    rows->class->destroy(rows);
}

static void two_long_rows_that_differ_at_their_ends_have_different_digests(void **state)
{
    (void)state;
    row_source *rows = csv_rows_create(text_of("local"));
    text filler = text_filled(memory, 'x', 70000);
    source_row one = row_after_header(rows, arena_print(memory, HEADER "%s1\n", filler.at));
    source_row other = row_after_header(rows, arena_print(memory, HEADER "%s2\n", filler.at));
    assert_int_equal(one.faulty.size, other.faulty.size);
    assert_int_not_equal(one.faulty.digest, other.faulty.digest);
    rows->class->destroy(rows);
}

static void a_quote_that_never_closes_costs_one_row(void **state)
{
    (void)state;
    assert_rows(OCTETS(HEADER "\"A/1,2025-03-31,46,E1\nA/2,2025-03-31,46,E2\n"),
                "1@35 HEADER\n"
                "2@57 2: FAULT local/ the row '\"A/1,2025-03-31,46,E1' is over 64 KiB, or a quote in it never closes: it is "
                "kept in part, and reading goes on with the next line |\"A/1,2025-03-31,46,E1|\n"
                "3@78 0: local/A/2 2025-03-31 46 E2\n");
}

/* --- files that can't be used -------------------------------------------------------------------- */

static void assert_unusable(text octets, const char *why)
{
    for (size_t piece = 1; piece <= 64; piece += 7) {
        const char *words = words_of(octets, piece);
        if (strncmp(words, "REFUSED ", 8) != 0 || strstr(words, why) == NULL)
            fail_msg("in pieces of %zu: %s", piece, words);
    }
}

static void a_file_without_its_columns_is_refused_with_their_names(void **state)
{
    (void)state;
    assert_unusable(OCTETS("reference,recorded_at,offence\n"), "the column 'area' is missing: the first line must name");
    assert_unusable(OCTETS("A/1,2025-03-31,46,E1\n"), "the column 'reference' is missing");
    assert_unusable(OCTETS("reference;recorded_at;offence;area\n"), "the column 'reference' is missing");
    assert_unusable(OCTETS("reference,area,recorded_at,offence,Area\n"), "the column 'area' stands twice");
}

static void a_file_of_another_kind_is_refused_with_what_to_do(void **state)
{
    (void)state;
    assert_unusable(OCTETS("Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
                           "Last outcome category,Context\n"),
                    "tocsin-collector police-uk");
    assert_unusable(OCTETS("\xff\xfer\0e\0f\0\n\0"), "UTF-16: save it as UTF-8");
    assert_unusable(OCTETS("\xfe\xff\0r\0e\0f\0\n"), "UTF-16: save it as UTF-8");
    assert_unusable(OCTETS("PK\x03\x04\0\0\0\0\n"), "the column 'reference' is missing");
}

static void an_empty_file_is_refused(void **state)
{
    (void)state;
    assert_unusable((text){"", 0}, "the file is empty");
    assert_unusable(OCTETS("\n\r\n  \n"), "the file is empty");
    assert_unusable(OCTETS("\xef\xbb\xbf"), "the file is empty");
}

static void a_first_line_over_its_bound_is_refused(void **state)
{
    (void)state;
    assert_unusable(text_filled(memory, 'x', 70000), "the first line is over 64 KiB");
}

static void a_header_alone_gives_no_rows(void **state)
{
    (void)state;
    assert_rows(OCTETS(HEADER), "1@35 HEADER\n");
    assert_rows(OCTETS("reference,recorded_at,offence,area"), "1@34 HEADER\n");
}

/* --- going on in the middle ---------------------------------------------------------------------- */

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
    text octets = OCTETS("\xef\xbb\xbfreference,recorded_at,offence,area,outcome\r\nA/1,2025-03-31,46,E1,\"a\nb\"\r\n\r\n"
                         "A/2,2025-03-31,46\nA/3,2025-03-31,46,E1,\"open\nA/4,2025-03-31,46,E1,\nA/5,2025-03-31,46,E1,last");
    row_source *rows = csv_rows_create(text_of("local"));
    const char *all = rows_in_words(rows, octets, WHOLE, 0, 1, memory);
    int count = 0;
    for (uint64_t end = 1; end <= octets.size; end++) {
        /* A row ends here if the words say so. */
        char mark[32];
        const char *at = all;
        (void)snprintf(mark, sizeof mark, "@%llu ", (unsigned long long)end);
        if ((at = strstr(all, mark)) == NULL)
            continue;
        while ((at = strchr(at, '\n')) != NULL && *++at != '\0' && (*at < '0' || *at > '9'))
            ;
        const char *rest = rows_in_words(rows, (text){octets.at + end, octets.size - end}, 5, end,
                                         lines_before(octets, end) + 1, memory);
        assert_string_equal(rest, at != NULL ? at : "");
        count++;
    }
    assert_int_equal(count, 6);
    rows->class->destroy(rows);
}

static void a_file_that_is_read_again_from_its_beginning_has_its_own_header(void **state)
{
    (void)state;
    row_source *rows = csv_rows_create(text_of("local"));
    (void)rows_in_words(rows, OCTETS("reference,recorded_at,offence,area,markers\nA/1,2025-0"), 4, 0, 1, memory);
    assert_string_equal(rows_in_words(rows, OCTETS("area,reference,recorded_at,offence\nE1,A/1,2025-03-31,46\n"), 4, 0, 1, memory),
                        "1@35 HEADER\n2@56 0: local/A/1 2025-03-31 46 E1\n");
    assert_false(rows->says_markers);
    rows->class->destroy(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_under_a_header_are_records),
        cmocka_unit_test(columns_come_in_any_order_and_case),
        cmocka_unit_test(a_column_that_nobody_knows_is_noted_and_passed_over),
        cmocka_unit_test(what_a_file_can_tell_follows_from_its_columns),
        cmocka_unit_test(however_a_file_was_saved_its_rows_are_the_same),
        cmocka_unit_test(a_row_may_span_lines_and_the_next_one_knows_its_line),
        cmocka_unit_test(a_row_at_fault_is_kept_with_its_line_and_costs_only_itself),
        cmocka_unit_test(a_row_of_another_width_is_at_fault),
        cmocka_unit_test(octets_that_are_no_utf8_put_a_row_at_fault),
        cmocka_unit_test(a_nul_puts_a_row_at_fault_and_is_kept),
        cmocka_unit_test(a_long_value_is_shown_cut_between_two_characters),
        cmocka_unit_test(a_row_over_its_bound_is_kept_in_part_and_reading_goes_on),
        cmocka_unit_test(two_long_rows_that_differ_at_their_ends_have_different_digests),
        cmocka_unit_test(a_quote_that_never_closes_costs_one_row),
        cmocka_unit_test(a_file_without_its_columns_is_refused_with_their_names),
        cmocka_unit_test(a_file_of_another_kind_is_refused_with_what_to_do),
        cmocka_unit_test(an_empty_file_is_refused),
        cmocka_unit_test(a_first_line_over_its_bound_is_refused),
        cmocka_unit_test(a_header_alone_gives_no_rows),
        cmocka_unit_test(reading_goes_on_behind_any_row_as_if_it_had_not_stopped),
        cmocka_unit_test(a_file_that_is_read_again_from_its_beginning_has_its_own_header),
    };
    return cmocka_run_group_tests(tests, make_memory, forget_memory);
}
