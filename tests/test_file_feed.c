/* Promise: a file gives its records in messages that fit, with the position behind them; from any of these positions the
 * rest is the same as if reading had never stopped; a file that changed is read again from its beginning; and what the
 * run covers is declared once, at its end, only if everything could be read. */
#include "collector/file_feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector_fixtures.h"
#include "testing.h"

enum { ISSUED_NS = 1000 };

/* A folder with one file in it, and the feed of it. */
typedef struct world {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 8];
    origin_tally origins;
    coverage_declaration covers[2];
    file_feed_settings settings;
    feed *feed;
    arena *memory;
} world;

static int make_world(void **state)
{
    static world self;
    self = (world){.memory = arena_create()};
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/a.csv", self.folder);
    self.settings = (file_feed_settings){.path = self.path, .origin = text_of("local"), .issued_ns = ISSUED_NS,
                                         .origins = &self.origins, .tell = tell_test};
    (void)told();
    *state = &self;
    return 0;
}

static void drop_feed(world *self)
{
    if (self->feed != NULL)
        self->feed->class->destroy(self->feed);
    self->feed = NULL;
}

static int forget_world(void **state)
{
    world *self = *state;
    drop_feed(self);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

/* The feed of the file as it is; NULL when it can't be used. */
static feed *open_feed(world *self)
{
    drop_feed(self);
    self->settings.file = source_file_open(self->path);
    self->settings.rows = csv_rows_create(self->settings.origin);
    assert_non_null(self->settings.file);
    self->feed = file_feed_create(self->settings);
    return self->feed;
}

/* The feed of a file with this content. */
static feed *feed_of(world *self, text content)
{
    file_write(self->folder, "a.csv", content);
    assert_non_null(open_feed(self));
    return self->feed;
}

static void append(const world *self, const char *more)
{
    FILE *out = fopen(self->path, "ab");
    assert_non_null(out);
    assert_true(fputs(more, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static const position nothing_held = {0};

#define HEADER "reference,recorded_at,offence,area\n"

/* --- records and positions ----------------------------------------------------------------------- */

static void a_file_is_its_records_with_the_position_behind_them(void **state)
{
    world *self = *state;
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
    world *self = *state;
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
    world *self = *state;
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
    world *self = *state;
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
    world *self = *state;
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
    world *self = *state;
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

static text many_rows(world *self, size_t count)
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
    world *self = *state;
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
    world *self = *state;
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

/* --- following ----------------------------------------------------------------------------------- */

static void a_followed_file_gives_whole_rows_as_they_come(void **state)
{
    world *self = *state;
    message m;
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\nA/2,2025"));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    m = next_message(from, self->memory);
    assert_int_equal(m.records.incident_count, 1);
    assert_int_equal(m.records.position.offset, sizeof HEADER - 1 + 21);
    assert_false(m.records.more);
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_AGAIN);
    append(self, "-03-31,46,E2");
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_AGAIN);
    append(self, "\n");
    m = next_message(from, self->memory);
    assert_text(m.records.incidents[0].reference, "A/2");
    assert_text(m.records.incidents[0].area, "E2");
    file_feed_finish(from);
    append(self, "A/3,2025-03-31,46,E3");
    assert_text(next_message(from, self->memory).records.incidents[0].reference, "A/3");
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_END);
}

static void a_followed_file_that_is_empty_at_first_waits_for_its_header(void **state)
{
    world *self = *state;
    message m;
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(""));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_AGAIN);
    append(self, HEADER "A/1,2025-03-31,46,E1\n");
    assert_text(next_message(from, self->memory).records.incidents[0].reference, "A/1");
}

/* Somebody writes it anew at the very moment when we look. */
static void a_followed_file_that_was_empty_for_a_moment_goes_on_where_it_stood(void **state)
{
    world *self = *state;
    text content = text_of("area,reference,recorded_at,offence\nE1,A/1,2025-03-31,46\nE2,A/2,2025-03-31,46\n");
    position held = position_at(content, 35 + 21, self->memory);
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(""));
    append(self, content.at);
    assert_string_equal(records_in_words(from, &held, self->memory), "3: local/A/2 2025-03-31 46 E2 issued=1003\n");
}

static void a_followed_file_that_is_replaced_or_cut_is_read_from_its_beginning(void **state)
{
    world *self = *state;
    char other[FOLDER_SIZE + 8];
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    (void)next_message(from, self->memory);
    file_feed_check(from);
    assert_string_equal(told(), "");
    (void)snprintf(other, sizeof other, "%s/b.csv", self->folder);
    file_write(self->folder, "b.csv", text_of("area,reference,recorded_at,offence\nE2,A/2,2025-03-31,46\n"));
    assert_int_equal(rename(other, self->path), 0);
    file_feed_check(from);
    assert_string_equal(told(), "a.csv: was replaced: reading it from its beginning\n");
    message m = next_message(from, self->memory);
    assert_text(m.records.incidents[0].reference, "A/2");
    assert_int_equal(m.records.incidents[0].line, 2);
    file_write(self->folder, "a.csv", text_of(HEADER "A,2025-03-31,46,E\n")); /* in place, and shorter */
    file_feed_check(from);
    assert_string_equal(told(), "a.csv: was replaced: reading it from its beginning\n");
    assert_text(next_message(from, self->memory).records.incidents[0].reference, "A");
}

/* --- coverage ------------------------------------------------------------------------------------ */

static void cover(world *self)
{
    self->covers[0] = (coverage_declaration){.area = text_of("E07000197"), .days = {day_of(2025, 3, 1), day_of(2025, 3, 31)}};
    self->covers[1] = (coverage_declaration){.area = text_of("E07000198"), .days = {day_of(2025, 3, 1), day_of(2025, 3, 31)},
                                             .retired = true};
    self->settings.covers = self->covers;
    self->settings.cover_count = 2;
    self->settings.declares = true;
}

static const char two_origins[] = "reference,recorded_at,offence,area,origin\nA/1,2025-03-31,46,E1,one\nA/2,2025-03-31,46,E1,two\n"
                                  "A/3,2025-03-31,46,E1,two\nA/4,2025-03-31,46,E1,two\n";

static void what_is_covered_is_claimed_first_and_declared_behind_the_records(void **state)
{
    world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    assert_int_equal(from->claim_count, 2);
    assert_text(from->claims[1].area, "E07000198");
    assert_text(from->claims[1].origin, "local");
    static const char expected[] = "coverage local E07000197 2025-03-01..2025-03-31 without markers\n"
                                   "coverage local E07000198 2025-03-01..2025-03-31 without markers retired\nat the end\n";
    assert_non_null(strstr(feed_in_words(from, &nothing_held, self->memory), expected));
    /* Started again behind the last record they are declared again: nobody knows whether they arrived. */
    position end = position_at(text_of(HEADER "A/1,2025-03-31,46,E1\n"), from->size, self->memory);
    assert_string_equal(feed_in_words(from, &end, self->memory), expected);
}

static void it_is_declared_in_the_name_of_the_commonest_origin(void **state)
{
    world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of(two_origins));
    assert_text(from->claims[0].origin, "one"); /* all that is known before reading */
    assert_non_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage two E07000197 "));
}

static void only_the_last_feed_of_a_run_declares_it(void **state)
{
    world *self = *state;
    cover(self);
    self->settings.declares = false;
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    assert_int_equal(from->claim_count, 2);
    assert_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage"));
}

static void where_anything_could_not_be_read_nothing_is_declared(void **state)
{
    world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    self->origins.spoiled = true; /* by another file of the run */
    assert_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage"));
}

static void a_file_with_markers_says_so_in_its_declaration(void **state)
{
    world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of("reference,recorded_at,offence,area,markers\nA/1,2025-03-31,46,E1,\n"));
    assert_non_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage local E07000197 2025-03-01..2025-03-31\n"));
}

static void the_commonest_origin_is_the_first_of_the_commonest(void **state)
{
    (void)state;
    origin_tally none = {0};
    assert_text(origin_tally_first(&none, text_of("otherwise")), "otherwise");
    origin_tally some = {.names = {"a", "b", "c"}, .counts = {1, 5, 5}, .count = 3};
    assert_text(origin_tally_first(&some, text_of("otherwise")), "b");
}

/* --- files that can't be used -------------------------------------------------------------------- */

static void a_file_that_can_not_be_used_says_why_and_spoils_the_run(void **state)
{
    world *self = *state;
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
    world *self = *state;
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
    world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of(HEADER));
    assert_non_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage local E07000197 "));
}

static void a_column_that_is_not_used_is_told_once_for_each_reading(void **state)
{
    world *self = *state;
    feed *from = feed_of(self, text_of("reference,recorded_at,offence,area,beat\nA/1,2025-03-31,46,E1,x\n"));
    (void)feed_in_words(from, &nothing_held, self->memory);
    assert_string_equal(told(), "a.csv: the column 'beat' is not used\n");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

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
        IN_WORLD(a_followed_file_gives_whole_rows_as_they_come),
        IN_WORLD(a_followed_file_that_is_empty_at_first_waits_for_its_header),
        IN_WORLD(a_followed_file_that_was_empty_for_a_moment_goes_on_where_it_stood),
        IN_WORLD(a_followed_file_that_is_replaced_or_cut_is_read_from_its_beginning),
        IN_WORLD(what_is_covered_is_claimed_first_and_declared_behind_the_records),
        IN_WORLD(it_is_declared_in_the_name_of_the_commonest_origin),
        IN_WORLD(only_the_last_feed_of_a_run_declares_it),
        IN_WORLD(where_anything_could_not_be_read_nothing_is_declared),
        IN_WORLD(a_file_with_markers_says_so_in_its_declaration),
        cmocka_unit_test(the_commonest_origin_is_the_first_of_the_commonest),
        IN_WORLD(a_file_that_can_not_be_used_says_why_and_spoils_the_run),
        IN_WORLD(a_file_that_is_cut_while_it_is_read_ends_there_and_spoils_the_run),
        IN_WORLD(a_header_alone_is_a_file_without_records),
        IN_WORLD(a_column_that_is_not_used_is_told_once_for_each_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
