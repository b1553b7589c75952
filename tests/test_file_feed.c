/* Promise: a file gives its records in messages that fit, with the position behind them; from any of these positions the
 * rest is the same as if reading had never stopped; and a file that changed is read again from its beginning.
 * (tests/test_file_feed_follow.c has files that grow, and what a run covers.) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/file_feed.h"
#include "file_feed_fixtures.h"
#include "testing.h"

static const position nothing_held = {0};

/* --- records and positions ----------------------------------------------------------------------- */

static void a_file_is_its_records_with_the_position_behind_them(void **state)
{
    file_world *self = *state;
    text content = text_of(HEADER "A/1,2025-03-31,46,E1\nA/2,2025-03,46,\n");
    feed *from = feed_of(self, content);
    assert_string_equal(feed_in_words(from, &nothing_held, self->memory),
                        "2: local/A/1 2025-03-31 46 E1 issued=1002\n"
                        "3: FAULT local/A/2 area '' is empty: an incident counts where it happened |A/2,2025-03,46,|\n"
                        "records of local, to 72\nat the end\n");
    assert_int_equal(from->size, 72);
    assert_int_equal(from->done, 72);
    assert_string_equal(told(), "");
}

/* Rows as they stand in a file, and what each of them gives; NULL: nothing. */
static const struct { const char *row, *words; } rows[] = {
    {"\xef\xbb\xbfreference,recorded_at,offence,area,outcome\r\n", NULL},
    {"A/1,2025-03-31,46,E1,\r\n", "2: local/A/1 2025-03-31 46 E1 issued=1002\n"},
    {"A/2,2025-03-31,46,E1,\"over\ntwo\"\n", "3: local/A/2 2025-03-31 46 E1 outcome=over\ntwo issued=1003\n"},
    {"\n", NULL},
    {"A/3,2025-02-29,46,E1,\n", "6: FAULT local/A/3 recorded_at '2025-02-29' is no date that exists: write 2025-03-31, "
     "2025-03-31T12:00:00Z (or with an offset), or 2025-03 |A/3,2025-02-29,46,E1,|\n"},
    {"A/4,2025-03-31,46,\"E1,\n", "7: FAULT local/ the row 'A/4,2025-03-31,46,\"E1,' is over 64 KiB, or a quote in it never "
     "closes: it is kept in part, and reading goes on with the next line |A/4,2025-03-31,46,\"E1,|\n"},
    {"A/5,2025-03-31,46,E1,x\n", "8: local/A/5 2025-03-31 46 E1 outcome=x issued=1008\n"},
    {"A/6,2025-03-31,46,E1,last", "9: local/A/6 2025-03-31 46 E1 outcome=last issued=1009\n"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static text all_rows(arena *memory)
{
    text all = {"", 0};
    for (size_t i = 0; i < ROWS; i++)
        all = arena_print(memory, "%.*s%s", TEXT_ARGS(all), rows[i].row);
    return all;
}

/* Records and faults come apart in a message: here in the order of their lines. */
static const char *in_order(const char *words, arena *memory)
{
    text ordered = {"", 0};
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].words != NULL && strstr(words, rows[i].words) != NULL)
            ordered = arena_print(memory, "%.*s%s", TEXT_ARGS(ordered), rows[i].words);
    return ordered.size > 0 ? ordered.at : "";
}

static void from_any_position_the_rest_is_the_same(void **state)
{
    file_world *self = *state;
    text content = all_rows(self->memory);
    size_t offset = 0;
    feed *from = feed_of(self, content);
    for (size_t i = 0; i < ROWS; i++) {
        offset += strlen(rows[i].row);
        text expected = {"", 0};
        for (size_t k = i + 1; k < ROWS; k++)
            expected = arena_print(self->memory, "%.*s%s", TEXT_ARGS(expected), rows[k].words != NULL ? rows[k].words : "");
        position held = position_at(content, offset, self->memory);
        for (int process = 0; process < 2; process++) { /* the same one, and one started anew */
            const char *words = records_in_words(from, &held, self->memory);
            assert_string_equal(in_order(words, self->memory), expected.size > 0 ? expected.at : "");
            assert_int_equal(strlen(words), expected.size);
            from = open_feed(self);
        }
    }
    assert_string_equal(told(), "");
}

static void a_file_changed_before_the_position_is_read_from_its_beginning_and_says_so(void **state)
{
    file_world *self = *state;
    position held = position_at(text_of(HEADER "A/1,2025-03-31,46,E1\n"), sizeof HEADER - 1 + 21, self->memory);
    feed *from = feed_of(self, text_of(HEADER "B/1,2025-03-31,46,E1\nB/2,2025-03-31,46,E1\n"));
    assert_string_equal(records_in_words(from, &held, self->memory),
                        "2: local/B/1 2025-03-31 46 E1 issued=1002\n3: local/B/2 2025-03-31 46 E1 issued=1003\n");
    assert_string_equal(told(), "a.csv: changed since it was read last: reading it again from its beginning\n");
    from = feed_of(self, text_of(HEADER));
    assert_string_equal(records_in_words(from, &held, self->memory), "");
    assert_string_equal(told(), "a.csv: changed since it was read last: reading it again from its beginning\n");
}

static void what_was_read_to_its_end_is_not_read_again_unless_asked_for(void **state)
{
    file_world *self = *state;
    text content = text_of(HEADER "A/1,2025-03-31,46,E1\n");
    position end = position_at(content, content.size, self->memory);
    feed *from = feed_of(self, content);
    assert_string_equal(feed_in_words(from, &end, self->memory), "at the end\n");
    assert_int_equal(from->done, content.size);
    self->settings.from_start = true;
    from = open_feed(self);
    assert_string_equal(records_in_words(from, &end, self->memory), "2: local/A/1 2025-03-31 46 E1 issued=1002\n");
    /* After a broken connection it goes on; only the process's first reading is from the start. */
    assert_string_equal(records_in_words(from, &end, self->memory), "");
    assert_string_equal(told(), "");
}

/* A file that was read while its last line was being written. */
static void a_last_row_that_was_not_whole_when_it_was_read_is_read_again(void **state)
{
    file_world *self = *state;
    text begun = text_of(HEADER "A/1,2025-03-31,46,E1\nA/2,2025-03-31,46,E070");
    position held = position_at(begun, begun.size, self->memory);
    feed *from = feed_of(self, begun);
    assert_string_equal(records_in_words(from, &held, self->memory), "");
    append(self, "00197\nA/3,2025-03-31,46,E1\n");
    from = open_feed(self);
    assert_string_equal(records_in_words(from, &held, self->memory),
                        "2: local/A/1 2025-03-31 46 E1 issued=1002\n3: local/A/2 2025-03-31 46 E07000197 issued=1003\n"
                        "4: local/A/3 2025-03-31 46 E1 issued=1004\n");
    assert_string_equal(told(), "a.csv: its last line has grown since it was read: reading it again from its beginning\n");
    /* One that only lacked its line end was whole. */
    static const char *const ends[] = {"\nA/3,2025-03-31,46,E1\n", "\r\nA/3,2025-03-31,46,E1\n"};
    for (int i = 0; i < 2; i++) {
        (void)feed_of(self, begun);
        append(self, ends[i]);
        from = open_feed(self);
        assert_string_equal(records_in_words(from, &held, self->memory), "4: local/A/3 2025-03-31 46 E1 issued=1004\n");
        assert_string_equal(told(), "");
    }
}

static void the_stamp_is_the_files_and_later_lines_are_later(void **state)
{
    file_world *self = *state;
    uint64_t size;
    int64_t modified;
    self->settings.issued_ns = 0;
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\nA/2,2025-03-31,46,E1\n"));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    assert_int_equal(source_file_facts(self->settings.file, &size, &modified), STATUS_OK);
    message m = next_message(from, self->memory);
    assert_int_equal(m.records.incidents[0].issued_ns, modified + 2);
    assert_int_equal(m.records.incidents[1].issued_ns, modified + 3);
}

/* --- messages ------------------------------------------------------------------------------------ */

static text many_rows(file_world *self, size_t count)
{
    char *octets = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&octets, &size);
    (void)fputs(HEADER, out);
    for (size_t i = 1; i <= count; i++)
        (void)fprintf(out, "R%zu,2025-03-31,46,E1\n", i);
    (void)fclose(out);
    text made = arena_text(self->memory, (text){octets, size});
    free(octets);
    return made;
}

static void many_records_go_in_full_messages_and_each_position_leads_to_the_next(void **state)
{
    file_world *self = *state;
    text content = many_rows(self, 3 * BATCH_RECORDS + 7);
    feed *from = feed_of(self, content);
    const char *whole = records_in_words(from, &nothing_held, self->memory);
    position held[4];
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    for (size_t i = 0; i < 4; i++) {
        message m = next_message(from, self->memory);
        assert_int_equal(m.records.incident_count, i < 3 ? BATCH_RECORDS : 7);
        assert_int_equal(m.records.more, i < 3);
        held[i] = m.records.position;
        assert_true(text_equal(held[i].digest, position_at(content, held[i].offset, self->memory).digest));
    }
    assert_int_equal(from->class->next(from, self->memory, &(message){0}), STATUS_END);
    for (size_t i = 0; i < 4; i++) {
        size_t size = strlen(whole);
        const char *rest = records_in_words(from, &held[i], self->memory);
        assert_string_equal(rest, whole + size - strlen(rest));
        size_t lines = 0;
        for (const char *at = rest; (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        assert_int_equal(lines, i < 3 ? (2 - i) * BATCH_RECORDS + 7 : 0);
    }
}

/* Whatever the rows are, a message of them is within the wire's bound. */
static void messages_of_the_longest_rows_fit_the_wire(void **state)
{
    file_world *self = *state;
    text bad = text_filled(self->memory, 'x', 65536), content = text_of("");
    for (int i = 0; i < 6; i++)
        content = arena_print(self->memory, "%.*s%s\n", TEXT_ARGS(content), bad.at);
    feed *from = feed_of(self, arena_print(self->memory, HEADER "%s", content.at));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    buffer out = {0};
    message m;
    size_t faults = 0;
    while (from->class->next(from, self->memory, &m) == STATUS_OK) {
        m.version = WIRE_VERSION;
        m.stream_number = 1;
        m.sequence = 1;
        assert_in_range(wire_encode(&m, self->memory, &out), 1, MESSAGE_SIZE_MAX);
        faults += m.records.faulty_count;
    }
    assert_int_equal(faults, 6);
    buffer_free(&out);
}

/* --- files that can't be used -------------------------------------------------------------------- */

static void a_file_that_can_not_be_used_says_why_and_spoils_the_run(void **state)
{
    file_world *self = *state;
    file_write(self->folder, "a.csv", text_of("reference,recorded_at,offence\nA/1,2025-03-31,46\n"));
    assert_null(open_feed(self));
    assert_non_null(strstr(told(), "a.csv: the column 'area' is missing"));
    assert_true(self->origins.spoiled);
    file_write(self->folder, "a.csv", text_of(""));
    assert_null(open_feed(self));
    assert_non_null(strstr(told(), "a.csv: the file is empty"));
}

static void a_file_that_is_cut_while_it_is_read_ends_there_and_spoils_the_run(void **state)
{
    file_world *self = *state;
    message m;
    feed *from = feed_of(self, many_rows(self, 2 * BATCH_RECORDS));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    (void)next_message(from, self->memory);
    assert_int_equal(truncate(self->path, 100), 0);
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_IO);
    assert_string_equal(told(), "a.csv: was cut while it was read\n");
    assert_true(self->origins.spoiled);
}

static void a_header_alone_is_a_file_without_records(void **state)
{
    file_world *self = *state;
    assert_string_equal(feed_in_words(feed_of(self, text_of(HEADER)), &nothing_held, self->memory), "at the end\n");
    assert_string_equal(told(), "");
}

static void a_column_that_is_not_used_is_told_once_for_each_reading(void **state)
{
    file_world *self = *state;
    feed *from = feed_of(self, text_of("reference,recorded_at,offence,area,beat\nA/1,2025-03-31,46,E1,x\n"));
    (void)feed_in_words(from, &nothing_held, self->memory);
    assert_string_equal(told(), "a.csv: the column 'beat' is not used\n");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, file_world_make, file_world_forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_file_is_its_records_with_the_position_behind_them),
        IN_WORLD(from_any_position_the_rest_is_the_same),
        IN_WORLD(a_file_changed_before_the_position_is_read_from_its_beginning_and_says_so),
        IN_WORLD(what_was_read_to_its_end_is_not_read_again_unless_asked_for),
        IN_WORLD(a_last_row_that_was_not_whole_when_it_was_read_is_read_again),
        IN_WORLD(the_stamp_is_the_files_and_later_lines_are_later),
        IN_WORLD(many_records_go_in_full_messages_and_each_position_leads_to_the_next),
        IN_WORLD(messages_of_the_longest_rows_fit_the_wire),
        IN_WORLD(a_file_that_can_not_be_used_says_why_and_spoils_the_run),
        IN_WORLD(a_file_that_is_cut_while_it_is_read_ends_there_and_spoils_the_run),
        IN_WORLD(a_header_alone_is_a_file_without_records),
        IN_WORLD(a_column_that_is_not_used_is_told_once_for_each_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
