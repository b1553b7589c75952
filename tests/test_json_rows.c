/* Promise: canonical records as JSON lines give what the same values in a CSV file give, line by line, the same however
 * their octets are cut up and wherever reading begins; a line that is none costs only itself. */
#include "collector/row_source.h"

#include <stdlib.h>
#include <string.h>

#include "collector_fixtures.h"
#include "proto/digest.h"
#include "testing.h"

enum { WHOLE = 1 << 20, ROW_MAX = 64 * 1024 };

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
    row_source *rows = json_rows_create(text_of("local"));
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

#define GOOD "{\"reference\":\"A/1\",\"recorded_at\":\"2025-03-31\",\"offence\":\"46\",\"area\":\"E1\"}"

/* A good object with these members behind its own. */
static text with_members(const char *members)
{
    return arena_print(memory, "{\"reference\":\"A/1\",\"recorded_at\":\"2025-03-31\",\"offence\":\"46\",\"area\":\"E1\",%s}\n",
                       members);
}

static void assert_record(text octets, const char *expected)
{
    assert_string_equal(strchr(words_of(octets, WHOLE), ' ') + 1, expected);
}

static void assert_fault(text octets, const char *words)
{
    const char *made = words_of(octets, WHOLE);
    if (strstr(made, words) == NULL || strstr(made, "FAULT") == NULL)
        fail_msg("not \"%s\": %s", words, made);
}

/* --- what lines are ------------------------------------------------------------------------------ */

static void each_line_is_a_record(void **state)
{
    (void)state;
    assert_rows(OCTETS(GOOD "\n{\"origin\":\"niche\",\"status\":\"cancelled\",\"reference\":\"A/2\"}\n"),
                "1@74 0: local/A/1 2025-03-31 46 E1\n2@132 0: niche/A/2 cancelled - - -\n");
}

static void a_last_line_without_an_end_is_whole_and_blank_ones_are_counted(void **state)
{
    (void)state;
    assert_rows(OCTETS("\n \r\n" GOOD "\n\n" GOOD), "3@78 0: local/A/1 2025-03-31 46 E1\n5@152 0: local/A/1 2025-03-31 46 E1\n");
    assert_rows(OCTETS(""), "");
    assert_rows(OCTETS("\n\n"), "");
}

static void crlf_and_a_byte_order_mark_change_nothing(void **state)
{
    (void)state;
    assert_rows(OCTETS("\xef\xbb\xbf" GOOD "\r\n" GOOD "\r\n"),
                "1@78 0: local/A/1 2025-03-31 46 E1\n2@153 0: local/A/1 2025-03-31 46 E1\n");
    assert_rows(OCTETS("\xef\xbb\xbf"), "");
    assert_fault(OCTETS(GOOD "\n\xef\xbb\xbf" GOOD "\n"), "2: FAULT"); /* it is a mark only at the beginning */
}

static void members_that_nobody_knows_and_empty_ones_are_passed_over(void **state)
{
    (void)state;
    assert_record(with_members("\"beat\":{\"x\":[1]},\"outcome\":null,\"markers\":\"\""), "0: local/A/1 2025-03-31 46 E1\n");
}

static void numbers_stand_for_what_they_say(void **state)
{
    (void)state;
    assert_record(with_members("\"revision\":3,\"latitude\":52.8057,\"longitude\":-2"),
                  "0: local/A/1 r3 2025-03-31 46 E1 latitude=52805700 longitude=-2000000\n");
    assert_record(OCTETS("{\"reference\":1234567890123,\"recorded_at\":\"2025-03-31\",\"offence\":46,\"area\":\"E1\"}\n"),
                  "0: local/1234567890123 2025-03-31 46 E1\n");
    assert_record(with_members("\"latitude\":-0.0000014,\"longitude\":179.9999994"),
                  "0: local/A/1 2025-03-31 46 E1 latitude=-1 longitude=179999999\n");
}

/* 4.10 and 4.1 are two offences and one number. */
static void a_code_with_a_fraction_must_be_a_text(void **state)
{
    (void)state;
    assert_record(OCTETS("{\"reference\":\"A\",\"recorded_at\":\"2025-03-31\",\"offence\":\"4.10\",\"area\":\"E1\"}\n"),
                  "0: local/A 2025-03-31 4.10 E1\n");
    assert_fault(OCTETS("{\"reference\":\"A\",\"recorded_at\":\"2025-03-31\",\"offence\":4.10,\"area\":\"E1\"}\n"),
                 "local/A offence '' is a number with a fraction: write it in quotes");
    assert_fault(OCTETS("{\"reference\":1e3,\"recorded_at\":\"2025-03-31\",\"offence\":\"46\",\"area\":\"E1\"}\n"),
                 "reference '' is a number with a fraction");
}

static void markers_may_be_a_list(void **state)
{
    (void)state;
    assert_record(with_members("\"markers\":[\"domestic-abuse\",\"hate-crime\",\"knife\"]"),
                  "0: local/A/1 2025-03-31 46 E1 markers=domestic-abuse;hate-crime;knife\n");
    assert_record(with_members("\"markers\":[\"hate-crime\"]"), "0: local/A/1 2025-03-31 46 E1 markers=hate-crime\n");
    assert_record(with_members("\"markers\":[]"), "0: local/A/1 2025-03-31 46 E1\n");
    assert_fault(with_members("\"markers\":[\"hate-crime\",7]"), "local/A/1 markers '' is neither a text nor a number");
}

/* --- lines at fault ------------------------------------------------------------------------------ */

static void a_value_of_a_kind_that_makes_no_sense_is_refused_by_column(void **state)
{
    (void)state;
    assert_fault(with_members("\"outcome\":true"), "local/A/1 outcome '' is neither a text nor a number");
    assert_fault(with_members("\"occurred_at\":{}"), "local/A/1 occurred_at '' is neither a text nor a number");
    assert_fault(with_members("\"outcome\":[\"a\"]"), "local/A/1 outcome '' is neither a text nor a number");
    assert_fault(with_members("\"status\":\"gone\""), "local/A/1 status 'gone' is neither recorded nor cancelled");
    assert_fault(with_members("\"revision\":-1"), "local/A/1 revision '-1' is no whole number");
}

static void a_line_that_is_no_object_is_kept_with_what_is_wrong(void **state)
{
    (void)state;
    assert_rows(OCTETS("{\"a\":\n" GOOD "\n"),
                "1@6 1: FAULT local/ the line '{\"a\":' is no JSON object on one line: unexpected token near end of file (at "
                "octet 5) |{\"a\":|\n2@80 0: local/A/1 2025-03-31 46 E1\n");
    assert_fault(OCTETS("[1]\n"), "the line '[1]' is no JSON object on one line: another kind of value |[1]|");
    assert_fault(OCTETS("reference,recorded_at\n"), "is no JSON object on one line");
    assert_fault(OCTETS("{} {}\n"), "is no JSON object on one line");
    assert_fault(OCTETS("{\"reference\":\"\\u0000\"}\n"), "is no JSON object on one line");
    assert_fault(OCTETS("{\"reference\":\"a\",\"reference\":\"b\"}\n"), "duplicate");
    assert_fault(OCTETS("{\"reference\":\"caf\xe9\"}\n"), "is no JSON object on one line");
}

static source_row first_row(row_source *rows, text octets)
{
    source_row row;
    rows->class->begin(rows, 0, 1);
    rows->class->give(rows, octets.at, octets.size);
    rows->class->finish(rows);
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    return row;
}

static void a_nul_puts_a_line_at_fault_and_is_kept(void **state)
{
    (void)state;
    row_source *rows = json_rows_create(text_of("local"));
    source_row row = first_row(rows, OCTETS("{\"a\":\0}\n"));
    assert_int_equal(row.kind, ROW_FAULTY);
    assert_texts(row.faulty.row, OCTETS("{\"a\":\0}"));
    assert_int_equal(row.faulty.size, 7);
    assert_int_equal(row.faulty.digest, digest_text(OCTETS("{\"a\":\0}")));
    rows->class->destroy(rows);
}

/* --- lines over their bound ---------------------------------------------------------------------- */

/* A good object that fills a line of so many octets. */
static text line_of(size_t size)
{
    static const char begin[] = "{\"reference\":\"A/1\",\"recorded_at\":\"2025-03-31\",\"offence\":\"46\",\"area\":\"E1\",\"x\":\"";
    return arena_print(memory, "%s%s\"}\n", begin, text_filled(memory, 'x', size - (sizeof begin - 1) - 2).at);
}

static void a_line_is_read_up_to_its_bound_and_given_up_beyond(void **state)
{
    (void)state;
    assert_record(line_of(ROW_MAX), "0: local/A/1 2025-03-31 46 E1\n");
    text two = arena_print(memory, "%s%s\n", line_of(ROW_MAX + 1).at, GOOD);
    static const size_t pieces[] = {1000, 4096, ROW_MAX, WHOLE};
    for (size_t i = 0; i < 4; i++) {
        const char *words = words_of(two, pieces[i]);
        assert_non_null(strstr(words, "1@65538 1: FAULT local/ the line '{\"reference\":"));
        assert_non_null(strstr(words, "over 64 KiB |65536 of 65537 octets"));
        assert_non_null(strstr(words, "\n2@65612 0: local/A/1 2025-03-31 46 E1\n"));
    }
}

static uint64_t digest_of(text whole)
{
    digest_state *sum = digest_create();
    digest_feed(sum, whole.at, whole.size);
    uint64_t digest = digest_64(sum);
    digest_destroy(&sum);
    return digest;
}

static void a_line_over_its_bound_has_the_digest_of_all_of_it_however_it_is_cut(void **state)
{
    (void)state;
    text filler = text_filled(memory, 'x', 3 * ROW_MAX);
    for (char last = '1'; last <= '3'; last++) {
        char expected[64];
        text whole = arena_print(memory, "%s%c", filler.at, last);
        (void)snprintf(expected, sizeof expected, "|65536 of 196609 octets, digest %016llx|\n",
                       (unsigned long long)digest_of(whole));
        text file = arena_print(memory, "%s\n%s\n", whole.at, GOOD);
        static const size_t pieces[] = {999, ROW_MAX, ROW_MAX + 1, 150000, 196609, WHOLE};
        for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
            const char *words = words_of(file, pieces[i]);
            if (strstr(words, expected) == NULL)
                fail_msg("in pieces of %zu not %s: %s", pieces[i], expected, words);
            assert_non_null(strstr(words, "\n2@196684 0: local/A/1"));
        }
    }
}

static void a_line_of_ten_megabytes_costs_little_memory(void **state)
{
    (void)state;
    text piece = text_filled(memory, 'x', 65536);
    source_row row;
    row_source *rows = json_rows_create(text_of("local"));
    rows->class->begin(rows, 0, 1);
    size_t before = heap_in_use(), most = before;
    for (int i = 0; i < 160; i++) {
        rows->class->give(rows, piece.at, piece.size);
        assert_int_equal(rows->class->next(rows, &row), STATUS_AGAIN);
        most = heap_in_use() > most ? heap_in_use() : most;
    }
    rows->class->give(rows, "\n" GOOD "\n", sizeof GOOD + 1);
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    assert_int_equal(row.faulty.size, 160 * 65536);
    assert_int_equal(row.end, 160 * 65536 + 1);
    assert_int_equal(rows->class->next(rows, &row), STATUS_OK);
    assert_text(row.record.reference, "A/1");
    assert_int_equal(row.line, 2);
    assert_in_range(most - before, 0, 1024 * 1024);
    rows->class->destroy(rows);
}

/* --- going on in the middle ---------------------------------------------------------------------- */

static void reading_goes_on_behind_any_line_as_if_it_had_not_stopped(void **state)
{
    (void)state;
    text octets = OCTETS("\xef\xbb\xbf" GOOD "\r\n\n{\"reference\":\n[]\n" GOOD "\n" GOOD);
    row_source *rows = json_rows_create(text_of("local"));
    text rest = text_of(rows_in_words(rows, octets, WHOLE, 0, 1, memory)), line, end;
    int count = 0;
    uint64_t from = 0, at = 0;
    while (text_split(&rest, '\n', &line)) {
        assert_true(text_split(&line, '@', &end) && text_split(&line, ' ', &end) && text_to_u64(end, &at));
        uint64_t lines = 1;
        for (from = 0; from < at; from++)
            lines += octets.at[from] == '\n';
        assert_string_equal(rows_in_words(rows, (text){octets.at + at, octets.size - at}, 3, at, lines, memory),
                            rest.size > 0 ? rest.at : "");
        count++;
    }
    assert_int_equal(count, 5);
    rows->class->destroy(rows);
}

static void a_new_beginning_in_the_middle_of_a_long_line_forgets_it(void **state)
{
    (void)state;
    source_row row;
    row_source *rows = json_rows_create(text_of("local"));
    rows->class->begin(rows, 0, 1);
    rows->class->give(rows, text_filled(memory, 'x', 3 * ROW_MAX).at, 3 * ROW_MAX);
    assert_int_equal(rows->class->next(rows, &row), STATUS_AGAIN);
    assert_string_equal(rows_in_words(rows, OCTETS(GOOD "\n"), 9, 0, 1, memory), "1@74 0: local/A/1 2025-03-31 46 E1\n");
    rows->class->destroy(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_a_record),
        cmocka_unit_test(a_last_line_without_an_end_is_whole_and_blank_ones_are_counted),
        cmocka_unit_test(crlf_and_a_byte_order_mark_change_nothing),
        cmocka_unit_test(members_that_nobody_knows_and_empty_ones_are_passed_over),
        cmocka_unit_test(numbers_stand_for_what_they_say),
        cmocka_unit_test(a_code_with_a_fraction_must_be_a_text),
        cmocka_unit_test(markers_may_be_a_list),
        cmocka_unit_test(a_value_of_a_kind_that_makes_no_sense_is_refused_by_column),
        cmocka_unit_test(a_line_that_is_no_object_is_kept_with_what_is_wrong),
        cmocka_unit_test(a_nul_puts_a_line_at_fault_and_is_kept),
        cmocka_unit_test(a_line_is_read_up_to_its_bound_and_given_up_beyond),
        cmocka_unit_test(a_line_over_its_bound_has_the_digest_of_all_of_it_however_it_is_cut),
        cmocka_unit_test(a_line_of_ten_megabytes_costs_little_memory),
        cmocka_unit_test(reading_goes_on_behind_any_line_as_if_it_had_not_stopped),
        cmocka_unit_test(a_new_beginning_in_the_middle_of_a_long_line_forgets_it),
    };
    return cmocka_run_group_tests(tests, make_memory, forget_memory);
}
