/* Promise: wherever reading begins, a row out of the spool is the same and bears the same stamp; the octets behind the last
 * whole row of an input that was cut are never taken for a row; and whatever of a spool is damaged, no row comes out of it
 * that never went in, and what is missing is said. */
#include "collector/spool_reader.h"

#include <stdio.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { SIZE_MAX_HERE = 16000, ROWS_MAX = 400 };

static const int64_t noon = INT64_C(1743422400000000000);
static const char head[] = "reference,recorded_at,offence,area,outcome\n";
static const char first_name[] = "00000000000000000000.spool";

static char told[8192];

static void tell(const char *path, const char *words)
{
    size_t used = strlen(told);
    (void)snprintf(told + used, sizeof told - used, "%s: %s\n", path, words);
}

/* --- a spool to read ------------------------------------------------------------------------------- */

typedef struct world {
    char folder[FOLDER_SIZE];
    arena *memory;
    spool *log;
    int64_t now_ns; /* each frame a second later */
} world;

static void reopen(world *self, uint64_t size_max)
{
    told[0] = '\0';
    spool_close(&self->log);
    self->log = spool_open(self->folder, size_max, tell, noon);
    assert_non_null(self->log);
}

static world make_world(void)
{
    world made = {.memory = arena_create(), .now_ns = noon};
    folder_make_in_memory(made.folder);
    reopen(&made, SIZE_MAX_HERE);
    return made;
}

static void forget(world *self)
{
    spool_close(&self->log);
    arena_destroy(&self->memory);
    folder_remove(self->folder);
}

static void begin(world *self, bool json, int64_t issued_ns)
{
    spooled_run run = {.json = json, .origin = text_of("niche"), .issued_ns = issued_ns,
                       .head = json ? (text){"", 0} : text_of(head)};
    assert_int_equal(spool_begin(self->log, spooled_run_write(&run, self->memory), run.head.size, json ? 1 : 2, self->now_ns),
                     STATUS_OK);
}

static int64_t append(world *self, text octets)
{
    self->now_ns += 1000000000;
    assert_int_equal(spool_append(self->log, octets, self->now_ns), STATUS_OK);
    return self->now_ns;
}

static void end(world *self)
{
    assert_int_equal(spool_end(self->log, text_of("niche"), self->now_ns), STATUS_OK);
}

/* In pieces by chance. */
static void append_in_pieces(world *self, text octets, chance *by, uint32_t piece_max)
{
    while (octets.size > 0) {
        size_t size = 1 + chance_below(by, piece_max);
        size = size < octets.size ? size : octets.size;
        (void)append(self, (text){octets.at, size});
        octets = (text){octets.at + size, octets.size - size};
    }
}

/* --- reading it ------------------------------------------------------------------------------------ */

typedef struct found_row {
    bool faulty;
    text reference, row, reason, outcome, origin;
    int64_t issued_ns;
    uint64_t line, end;
    size_t input; /* inputs left before it */
} found_row;

typedef struct found_rows {
    found_row each[ROWS_MAX];
    size_t count, inputs, whole;
    uint64_t last_end; /* of the last input that ended */
} found_rows;

static found_row keep(const source_row *row, size_t input, arena *memory)
{
    if (row->kind == ROW_FAULTY)
        return (found_row){.faulty = true, .row = arena_text(memory, row->faulty.row), .line = row->faulty.line,
                           .reason = arena_text(memory, row->faulty.reason), .end = row->end, .input = input,
                           .origin = arena_text(memory, row->faulty.origin)};
    return (found_row){.reference = arena_text(memory, row->record.reference), .issued_ns = row->record.issued_ns,
                       .outcome = arena_text(memory, row->record.outcome), .line = row->line, .end = row->end,
                       .origin = arena_text(memory, row->record.origin), .input = input};
}

/* All rows from an offset on. */
static found_rows *read_from(world *self, uint64_t offset)
{
    found_rows *all = arena_take(self->memory, sizeof *all);
    *all = (found_rows){0};
    spool_reader *reader = spool_reader_create(self->log, text_of("nobody"), tell);
    source_row row;
    status st;
    spool_reader_seek(reader, offset);
    while ((st = spool_reader_next(reader, &row)) != STATUS_AGAIN) {
        assert_true(st == STATUS_OK || st == STATUS_END);
        if (st == STATUS_OK) {
            assert_true(all->count < ROWS_MAX);
            all->each[all->count++] = keep(&row, all->inputs, self->memory);
            continue;
        }
        input_facts facts = spool_reader_facts(reader);
        all->inputs++;
        all->whole += facts.whole;
        all->last_end = facts.end;
        spool_reader_leave(reader);
    }
    spool_reader_destroy(&reader);
    assert_null(reader);
    return all;
}

static void assert_same_row(const found_row *a, const found_row *b)
{
    assert_int_equal(a->faulty, b->faulty);
    assert_texts(a->reference, b->reference);
    assert_texts(a->outcome, b->outcome);
    assert_texts(a->row, b->row);
    assert_texts(a->reason, b->reason);
    assert_int_equal(a->issued_ns, b->issued_ns);
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->end, b->end);
}

/* --- stamps -------------------------------------------------------------------------------------- */

static void a_rows_stamp_is_that_of_the_frame_it_ends_in_and_its_place_there(void **state)
{
    (void)state;
    world w = make_world();
    begin(&w, false, 0);
    int64_t first = append(&w, text_of("a,2025-03-01,46,E1,\nb,2025-03-01,4"));   /* a ends at 20 */
    int64_t second = append(&w, text_of("6,E1,\n"));                                  /* b ends at 6 */
    int64_t third = append(&w, text_of("c,2025-03-01,46,E1,\nd,2025-03-01,46,E1,\n")); /* 20 and 40 */
    (void)append(&w, text_of("e,2025-03-"));
    (void)append(&w, text_of("01,46,E1"));
    int64_t last = append(&w, text_of(","));                                          /* e ends with the input, at 1 */
    end(&w);
    found_rows *all = read_from(&w, 0);
    const struct { const char *reference; int64_t issued_ns; uint64_t line; } expected[] = {
        {"a", first + 20, 2}, {"b", second + 6, 3}, {"c", third + 20, 4}, {"d", third + 40, 5}, {"e", last + 1, 6}};
    assert_int_equal(all->count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_text(all->each[i].reference, expected[i].reference);
        assert_int_equal(all->each[i].issued_ns, expected[i].issued_ns);
        assert_int_equal(all->each[i].line, expected[i].line);
        assert_text(all->each[i].origin, "niche");
    }
    assert_int_equal(all->inputs, 1);
    assert_int_equal(all->whole, 1);
    forget(&w);
}

static void an_issue_that_was_stated_goes_before_the_spools_stamps(void **state)
{
    (void)state;
    world w = make_world();
    begin(&w, false, 5000);
    (void)append(&w, text_of("a,2025-03-01,46,E1,\nb,2025-03-01,46,E1,\n"));
    found_rows *all = read_from(&w, 0);
    assert_int_equal(all->each[0].issued_ns, 5002);
    assert_int_equal(all->each[1].issued_ns, 5003);
    forget(&w);
}

/* --- from anywhere ------------------------------------------------------------------------------- */

/* Rows with line ends in quotes, blank lines, faulty ones, in three inputs over several segments. */
static void fill(world *w, uint32_t piece_max)
{
    chance by = {piece_max};
    for (int input = 0; input < 3; input++) {
        bool json = input == 1;
        text all = {"", 0};
        for (int i = 0; i < 40; i++) {
            const char *more = i % 5 == 0 ? "two\nlines" : i % 7 == 0 ? "a \"\"word\"\"" : "none";
            text row = json ? arena_print(w->memory, "{\"reference\":\"%d/%d\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\","
                                          "\"area\":\"E1\",\"outcome\":\"%s\"}\n%s", input, i, i % 3 == 0 ? "x" : "none",
                                          i % 11 == 0 ? "\n  \n" : "")
                            : arena_print(w->memory, "%d/%d,%s,46,E1,\"%s\"\n%s", input, i, i % 9 == 8 ? "never" : "2025-03-01",
                                          more, i % 11 == 0 ? "\n" : "");
            all = arena_print(w->memory, "%.*s%.*s", TEXT_ARGS(all), TEXT_ARGS(row));
        }
        if (input == 2)
            all.size--; /* the last one has no line end */
        begin(w, json, 0);
        append_in_pieces(w, all, &by, piece_max);
        end(w);
    }
}

static void whichever_row_reading_begins_behind_the_others_are_the_same(void **state)
{
    (void)state;
    static const uint32_t pieces[] = {1, 7, 60, 500, 100000};
    for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
        world w = make_world();
        if (pieces[p] < 7) /* one octet to a frame takes its room */
            reopen(&w, 8000000);
        fill(&w, pieces[p]);
        found_rows *all = read_from(&w, 0);
        assert_int_equal(all->count, 120);
        assert_int_equal(all->inputs, 3);
        assert_int_equal(all->whole, 3);
        for (size_t i = 0; i < all->count; i++) {
            char expected[48];
            (void)snprintf(expected, sizeof expected, "%zu/%zu", i / 40, i % 40);
            assert_int_equal(all->each[i].faulty, i / 40 != 1 && i % 40 % 9 == 8);
            if (!all->each[i].faulty)
                assert_text(all->each[i].reference, expected);
            if (i > 0)
                assert_true(all->each[i].end > all->each[i - 1].end);
        }
        for (size_t from = 0; from < all->count; from++) {
            found_rows *rest = read_from(&w, all->each[from].end);
            assert_int_equal(rest->count, all->count - from - 1);
            assert_int_equal(rest->inputs, 3 - all->each[from].input);
            assert_int_equal(rest->whole, rest->inputs);
            for (size_t i = 0; i < rest->count; i++)
                assert_same_row(&rest->each[i], &all->each[from + 1 + i]);
            if (pieces[p] == 1 && from % 8 != 0)
                from += 5;
        }
        assert_int_equal(read_from(&w, all->last_end)->inputs, 0);
        forget(&w);
    }
}

/* As each offset is stored, and nothing before it is kept. */
static void rows_are_the_same_when_what_lies_before_them_is_gone(void **state)
{
    (void)state;
    world w = make_world();
    fill(&w, 60);
    found_rows *all = read_from(&w, 0);
    uint64_t first = 0;
    size_t drops = 0;
    for (size_t from = 0; from < all->count; from++) {
        spool_drop(w.log, all->each[from].end, false, noon);
        if (spool_first(w.log) == first)
            continue;
        first = spool_first(w.log);
        drops++;
        found_rows *rest = read_from(&w, all->each[from].end);
        assert_int_equal(rest->count, all->count - from - 1);
        for (size_t i = 0; i < rest->count; i++)
            assert_same_row(&rest->each[i], &all->each[from + 1 + i]);
    }
    assert_true(drops > 5);
    forget(&w);
}

/* --- inputs that were cut ------------------------------------------------------------------------ */

static void assert_cut(world *w, size_t whole, text tail)
{
    text rest = text_trim(tail);
    found_rows *found = read_from(w, 0);
    assert_int_equal(found->inputs, 1);
    assert_int_equal(found->whole, 0);
    assert_int_equal(found->count, whole + (rest.size > 0));
    for (size_t i = 0; i < whole; i++)
        assert_false(found->each[i].faulty);
    if (rest.size > 0) {
        const found_row *last = &found->each[whole];
        assert_true(last->faulty);
        assert_true(text_has(last->reason, "the collector stopped while this row came in"));
        assert_texts(last->row, tail);
        assert_int_equal(last->end, spool_last(w->log));
    }
    assert_int_equal(found->last_end, spool_last(w->log));
}

/* At every octet; rows end where a line does, but for one with a line end in quotes. */
static void cut_at_every_octet(bool json, const char *octets, const size_t *row_ends, size_t rows)
{
    text all = text_of(octets);
    for (size_t size = 0; size <= all.size; size++) {
        world w = make_world();
        size_t whole = 0;
        begin(&w, json, 0);
        for (size_t at = 0; at < size; at += 9)
            (void)append(&w, (text){octets + at, size - at < 9 ? size - at : 9});
        assert_int_equal(spool_cut(w.log, noon), STATUS_OK);
        while (whole < rows && row_ends[whole] <= size)
            whole++;
        size_t behind = whole > 0 ? row_ends[whole - 1] : 0;
        assert_cut(&w, whole, (text){octets + behind, size - behind});
        forget(&w);
    }
}

static void the_end_of_a_cut_csv_input_is_never_a_row(void **state)
{
    (void)state;
    static const size_t ends[] = {20, 48};
    cut_at_every_octet(false, "a,2025-03-01,46,E1,\nb,2025-03-01,46,E1,\"on\ntwo\"\nc,2025-03-01,46,E1,x", ends, 2);
}

static void the_end_of_cut_json_lines_is_never_a_row(void **state)
{
    (void)state;
    static const char octets[] = "{\"reference\":\"a\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\"}\n\n"
                                 "{\"reference\":\"b\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\"}";
    size_t line = (size_t)(strchr(octets, '\n') - octets) + 1;
    cut_at_every_octet(true, octets, &line, 1);
}

static void a_cut_row_beyond_all_bounds_is_kept_in_part(void **state)
{
    (void)state;
    world w = make_world();
    reopen(&w, 64000000);
    text piece = text_filled(w.memory, 'x', 50000);
    begin(&w, true, 0);
    for (int i = 0; i < 5; i++)
        (void)append(&w, piece);
    assert_int_equal(spool_cut(w.log, noon), STATUS_OK);
    spool_reader *reader = spool_reader_create(w.log, text_of("nobody"), tell);
    source_row row;
    spool_reader_seek(reader, 0);
    assert_int_equal(spool_reader_next(reader, &row), STATUS_OK);
    assert_int_equal(row.kind, ROW_FAULTY);
    assert_int_equal(row.faulty.size, 250000);
    assert_int_equal(row.faulty.row.size, RECORD_SIZE_MAX);
    assert_int_equal(row.faulty.line, 1);
    assert_int_equal(spool_reader_next(reader, &row), STATUS_END);
    spool_reader_destroy(&reader);
    forget(&w);
}

/* A quote that never closes: what the reader gives up line by line ends in frames long before the last one. */
static void rows_that_are_found_late_keep_their_own_stamps(void **state)
{
    (void)state;
    world w = make_world();
    begin(&w, false, 0);
    int64_t first = append(&w, text_of("\"a,2025-03-01,46,E1,\n"));
    int64_t second = append(&w, text_of("b,2025-03-01,46,E1,\n"));
    int64_t third = append(&w, text_of("c,2025-03-01,46,E1,\n"));
    end(&w);
    found_rows *all = read_from(&w, 0);
    (void)first;
    assert_int_equal(all->count, 3);
    assert_true(all->each[0].faulty);
    assert_text(all->each[1].reference, "b");
    assert_int_equal(all->each[1].issued_ns, second + 20);
    assert_text(all->each[2].reference, "c");
    assert_int_equal(all->each[2].issued_ns, third + 20);
    found_rows *rest = read_from(&w, all->each[1].end);
    assert_int_equal(rest->count, 1);
    assert_same_row(&rest->each[0], &all->each[2]);
    forget(&w);
}

/* --- damage -------------------------------------------------------------------------------------- */

static bool is_among(const found_row *row, const found_rows *of)
{
    for (size_t i = 0; i < of->count; i++)
        if (!of->each[i].faulty && row->line == of->each[i].line && row->issued_ns == of->each[i].issued_ns &&
            row->end == of->each[i].end && text_equal(row->reference, of->each[i].reference) &&
            text_equal(row->outcome, of->each[i].outcome))
            return true;
    return false;
}

/* Two inputs in one segment, of some small frames. */
static void fill_a_little(world *w, bool json)
{
    for (int input = 0; input < 2; input++) {
        begin(w, json, 0);
        for (int i = 0; i < 4; i++) {
            text row = json ? arena_print(w->memory, "{\"reference\":\"%d/%d\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\","
                                          "\"area\":\"E1\"}\n", input, i)
                            : arena_print(w->memory, "%d/%d,2025-03-01,46,E1,x\n", input, i);
            size_t half = i % 2 == 0 ? row.size / 2 : row.size;
            (void)append(w, (text){row.at, half});
            if (half < row.size)
                (void)append(w, (text){row.at + half, row.size - half});
        }
        end(w);
    }
}

static void spoil_every_octet(bool json)
{
    world w = make_world();
    reopen(&w, 800000); /* all in one segment */
    fill_a_little(&w, json);
    found_rows *all = read_from(&w, 0);
    assert_int_equal(all->count, 8);
    uint64_t last = spool_last(w.log), last_frame = last - FRAME_HEADER_SIZE - 5;
    spool_close(&w.log);
    text file = file_read(w.folder, first_name, w.memory);
    for (uint64_t at = 0; at < last_frame; at += 3) {
        arena *kept = w.memory;
        w.memory = arena_create();
        text copy = arena_text(w.memory, file);
        ((char *)(uintptr_t)copy.at)[SEGMENT_HEADER_SIZE + at] ^= 1;
        file_write(w.folder, first_name, copy);
        reopen(&w, 800000);
        found_rows *found = read_from(&w, 0);
        assert_true(text_has(text_of(told), "are damaged"));
        size_t good = 0, bad = 0;
        for (size_t i = 0; i < found->count; i++) {
            assert_true(found->each[i].faulty || is_among(&found->each[i], all));
            good += !found->each[i].faulty;
            bad += found->each[i].faulty;
        }
        assert_true(bad > 0);
        assert_true(good >= 2); /* of the other input, or what doesn't touch the damage */
        assert_true(found->whole <= 1);
        spool_close(&w.log);
        arena_destroy(&w.memory);
        w.memory = kept;
    }
    forget(&w);
}

static void damage_never_makes_a_csv_row_that_was_not_there(void **state)
{
    (void)state;
    spoil_every_octet(false);
}

static void damage_never_makes_a_json_row_that_was_not_there(void **state)
{
    (void)state;
    spoil_every_octet(true);
}

/* The end of one and the beginning of the next lie in it: what follows is not read as the first one's rows. */
static void damage_over_two_inputs_keeps_them_apart(void **state)
{
    (void)state;
    world w = make_world();
    begin(&w, true, 0);
    for (int i = 0; i < 3; i++)
        (void)append(&w, text_of("{\"reference\":\"a\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\"}\n"));
    uint64_t ended = spool_last(w.log);
    end(&w);
    begin(&w, true, 0);
    uint64_t began = spool_last(w.log);
    (void)append(&w, text_of("{\"reference\":\"b\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\"}\n"));
    end(&w);
    spool_close(&w.log);
    text file = file_read(w.folder, first_name, w.memory);
    memset((char *)(uintptr_t)file.at + SEGMENT_HEADER_SIZE + ended, 'x', began - ended);
    file_write(w.folder, first_name, file);
    reopen(&w, SIZE_MAX_HERE);
    found_rows *found = read_from(&w, 0);
    assert_int_equal(found->whole, 0);
    assert_int_equal(found->count, 5);
    for (size_t i = 0; i < 3; i++)
        assert_text(found->each[i].reference, "a");
    assert_true(text_has(found->each[3].reason, "damage of the spool"));
    assert_true(found->each[4].faulty);
    assert_true(text_has(found->each[4].reason, "what was said of this input"));
    assert_true(text_has(found->each[4].row, "\"b\""));
    assert_text(found->each[4].origin, "nobody");
    forget(&w);
}

/* Takes the segment away in which an offset lies. Returns where the next one begins. */
static uint64_t lose_segment_of(world *w, uint64_t offset)
{
    char path[160];
    uint64_t start = spool_segment_of(w->log, offset), next = start;
    while (spool_segment_of(w->log, next) == start)
        next++;
    spool_close(&w->log);
    (void)snprintf(path, sizeof path, "%s/%020llu.spool", w->folder, (unsigned long long)start);
    assert_int_equal(remove(path), 0);
    reopen(w, SIZE_MAX_HERE);
    return next;
}

static void an_input_goes_on_behind_a_segment_that_is_gone(void **state)
{
    (void)state;
    for (int json = 0; json < 2; json++) {
        world w = make_world();
        text octets = {"", 0};
        for (int i = 0; i < 150; i++)
            octets = arena_print(w.memory, json ? "%.*s{\"reference\":\"%d\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\","
                                                  "\"area\":\"E1\"}\n" : "%.*s%d,2025-03-01,46,E1,x\n", TEXT_ARGS(octets), i);
        begin(&w, json == 1, 0);
        append_in_pieces(&w, octets, &(chance){5}, 60);
        end(&w);
        found_rows *all = read_from(&w, 0);
        assert_int_equal(all->count, 150);
        uint64_t next = lose_segment_of(&w, 3000);
        found_rows *found = read_from(&w, 0);
        assert_int_equal(found->inputs, 1);
        assert_int_equal(found->whole, 0);
        size_t before = 0, behind = 0, bad = 0;
        for (size_t i = 0; i < found->count; i++) {
            assert_true(found->each[i].faulty || is_among(&found->each[i], all));
            bad += found->each[i].faulty;
            before += !found->each[i].faulty && found->each[i].end < 3000;
            behind += !found->each[i].faulty && found->each[i].end > next;
        }
        assert_true(bad == 1 || bad == 2); /* what stood before it, and behind */
        assert_true(before > 5 && behind > 20);
        forget(&w);
    }
}

/* The end of one input and the beginning of the next lie in it. */
static void the_next_input_goes_on_behind_a_segment_that_is_gone(void **state)
{
    (void)state;
    world w = make_world();
    fill(&w, 60);
    found_rows *all = read_from(&w, 0);
    uint64_t boundary = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->each[i].input == 0)
            boundary = all->each[i].end + FRAME_HEADER_SIZE; /* in the end's frame */
    uint64_t next = lose_segment_of(&w, boundary);
    found_rows *found = read_from(&w, 0);
    assert_int_equal(found->inputs, 3);
    assert_int_equal(found->whole, 1);
    size_t behind = 0, expected = 0;
    for (size_t i = 0; i < all->count; i++)
        expected += !all->each[i].faulty && all->each[i].end > next;
    for (size_t i = 0; i < found->count; i++) {
        assert_true(found->each[i].faulty || is_among(&found->each[i], all));
        behind += !found->each[i].faulty && found->each[i].end > next;
        if (!found->each[i].faulty)
            assert_int_equal(found->each[i].reference.at[0] - '0', found->each[i].input);
    }
    assert_true(behind == expected || behind + 1 == expected); /* but for the one that may have begun before */
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rows_stamp_is_that_of_the_frame_it_ends_in_and_its_place_there),
        cmocka_unit_test(an_issue_that_was_stated_goes_before_the_spools_stamps),
        cmocka_unit_test(whichever_row_reading_begins_behind_the_others_are_the_same),
        cmocka_unit_test(rows_are_the_same_when_what_lies_before_them_is_gone),
        cmocka_unit_test(the_end_of_a_cut_csv_input_is_never_a_row),
        cmocka_unit_test(the_end_of_cut_json_lines_is_never_a_row),
        cmocka_unit_test(a_cut_row_beyond_all_bounds_is_kept_in_part),
        cmocka_unit_test(rows_that_are_found_late_keep_their_own_stamps),
        cmocka_unit_test(damage_never_makes_a_csv_row_that_was_not_there),
        cmocka_unit_test(damage_never_makes_a_json_row_that_was_not_there),
        cmocka_unit_test(damage_over_two_inputs_keeps_them_apart),
        cmocka_unit_test(an_input_goes_on_behind_a_segment_that_is_gone),
        cmocka_unit_test(the_next_input_goes_on_behind_a_segment_that_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
