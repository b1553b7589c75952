/* Promise: what the spool has taken is there after a crash, in order and unchanged; what a crash tore or the disk spoiled
 * is never taken for anything else, and is told; octets that are still needed are never dropped. */
#include "collector/spool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "collector/spool_folder.h"
#include "fixtures.h"
#include "testing.h"

enum { SIZE_MAX_HERE = 8000, SEGMENT_SIZE = SIZE_MAX_HERE / 8, FRAMES_MAX = 200 };

static const int64_t noon = INT64_C(1743422400000000000);
static const char first_name[] = "00000000000000000000.spool";

static char told[4096]; /* all that was told since it was emptied */

static void tell(const char *path, const char *words)
{
    size_t used = strlen(told);
    (void)snprintf(told + used, sizeof told - used, "%s: %s\n", path, words);
}

static spool *open_here(const char *folder)
{
    told[0] = '\0';
    return spool_open(folder, SIZE_MAX_HERE, tell, noon);
}

static spool *open_well(const char *folder)
{
    spool *made = open_here(folder);
    assert_string_equal(told, "");
    assert_non_null(made);
    return made;
}

/* --- frames by number ------------------------------------------------------------------------------ */

/* All that can be read, with payloads in the arena. Damaged ranges have no kind. */
typedef struct contents {
    spool_frame each[FRAMES_MAX];
    size_t count;
} contents;

static contents read_all(spool *from, arena *memory)
{
    contents all = {0};
    spool_frame f;
    status st;
    for (uint64_t at = spool_first(from); (st = spool_read(from, at, &f)) != STATUS_END; at = f.end) {
        assert_true(st == STATUS_OK || st == STATUS_CORRUPT);
        assert_true(all.count < FRAMES_MAX);
        assert_int_equal(f.offset, at);
        assert_true(f.end > at);
        f.payload = arena_text(memory, f.payload);
        all.each[all.count++] = f;
    }
    return all;
}

static void assert_same_frame(const spool_frame *a, const spool_frame *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->offset, b->offset);
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->stamp_ns, b->stamp_ns);
    assert_int_equal(a->place, b->place);
    assert_int_equal(a->line, b->line);
    assert_texts(a->payload, b->payload);
}

static void assert_same(const contents *a, const contents *b, size_t count)
{
    assert_int_equal(a->count, count);
    for (size_t i = 0; i < count; i++)
        assert_same_frame(&a->each[i], &b->each[i]);
}

/* What the n-th step writes: inputs of five pieces each, now and then of two lines, with a beginning and an end. */
static void write_step(spool *to, size_t n)
{
    char octets[200];
    int64_t now = noon + (int64_t)n * 1000000;
    size_t of_input = n % 7;
    int size = snprintf(octets, sizeof octets, "piece %zu of many%s%.*s\n", n, n % 3 == 0 ? "\n" : " ", (int)(n * 13 % 120),
                        "........................................................................................................................");
    if (of_input == 0)
        assert_int_equal(spool_begin(to, text_of("what was said"), 10, 2, now), STATUS_OK);
    else if (of_input < 6)
        assert_int_equal(spool_append(to, (text){octets, (size_t)size}, now), STATUS_OK);
    else
        assert_int_equal(n % 2 == 0 ? spool_end(to, text_of("niche"), now) : spool_cut(to, now), STATUS_OK);
}

static uint64_t lines_in(text octets)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < octets.size; i++)
        lines += octets.at[i] == '\n';
    return lines;
}

/* --- writing and reading --------------------------------------------------------------------------- */

static void what_was_appended_reads_back_in_order(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    arena *memory = arena_create();
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    for (size_t n = 0; n < 70; n++)
        write_step(log, n);
    contents all = read_all(log, memory);
    uint64_t place = 0, line = 0, inputs = 0, agains = 0;
    size_t pieces = 0;
    for (size_t i = 0; i < all.count; i++) {
        const spool_frame *f = &all.each[i];
        assert_int_equal(f->end - f->offset, FRAME_HEADER_SIZE + f->payload.size);
        if (f->kind == FRAME_BEGIN)
            inputs++, place = 10, line = 2;
        if (f->kind == FRAME_BEGIN || f->kind == FRAME_AGAIN)
            assert_text(f->payload, "what was said");
        if (f->kind == FRAME_AGAIN) {
            agains++;
            assert_int_equal(spool_segment_of(log, f->offset), f->offset);
        }
        assert_int_equal(f->place, place);
        assert_int_equal(f->line, line);
        if (f->kind == FRAME_DATA) {
            char expected[32];
            (void)snprintf(expected, sizeof expected, "piece %zu of many", pieces / 5 * 7 + pieces % 5 + 1);
            assert_true(text_has(f->payload, expected));
            pieces++;
            place += f->payload.size;
            line += lines_in(f->payload);
        }
    }
    assert_int_equal(inputs, 10);
    assert_int_equal(pieces, 50);
    assert_true(agains > 2);
    spool_close(&log);
    assert_null(log);
    arena_destroy(&memory);
    folder_remove(folder);
}

/* Wherever it is closed, and without being closed. */
static void a_spool_opened_again_after_any_frame_goes_on_there(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], other[FOLDER_SIZE];
    arena *memory = arena_create();
    folder_make_in_memory(folder);
    folder_make_in_memory(other);
    spool *steady = open_well(other);
    for (size_t n = 0; n < 40; n++) {
        spool *log = open_well(folder);
        assert_int_equal(spool_is_open(log), n % 7 != 0);
        write_step(log, n);
        write_step(steady, n);
        assert_int_equal(spool_last(log), spool_last(steady));
        if (n == 39) {
            contents expected = read_all(steady, memory), found = read_all(log, memory);
            assert_same(&found, &expected, expected.count);
            assert_memory_not_equal(spool_id(log).at, spool_id(steady).at, SPOOL_ID_SIZE);
        }
        spool_close(&log);
    }
    spool_close(&steady);
    arena_destroy(&memory);
    folder_remove(folder);
    folder_remove(other);
}

static void the_largest_frame_fits(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    arena *memory = arena_create();
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    text large = text_filled(memory, 'x', FRAME_PAYLOAD_MAX);
    write_step(log, 0);
    assert_int_equal(spool_append(log, large, noon), STATUS_OK);
    contents all = read_all(log, memory);
    assert_int_equal(all.count, 2);
    assert_texts(all.each[1].payload, large);
    spool_close(&log);
    log = open_well(folder);
    assert_int_equal(read_all(log, memory).count, 2);
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

/* --- crashes and damage ---------------------------------------------------------------------------- */

/* Five steps in one segment, as they stand in its file. */
typedef struct written {
    char folder[FOLDER_SIZE];
    arena *memory;
    contents all;
    text file;
} written;

static written write_some(void)
{
    written made = {.memory = arena_create()};
    folder_make_in_memory(made.folder);
    spool *log = open_well(made.folder);
    for (size_t n = 0; n < 5; n++)
        write_step(log, n);
    made.all = read_all(log, made.memory);
    assert_int_equal(made.all.count, 5);
    spool_close(&log);
    made.file = file_read(made.folder, first_name, made.memory);
    assert_int_equal(made.file.size, SEGMENT_HEADER_SIZE + made.all.each[4].end);
    return made;
}

static void forget(written *self)
{
    arena_destroy(&self->memory);
    folder_remove(self->folder);
}

/* Whole frames in a file that was cut to a size. */
static size_t whole_frames(const written *self, size_t size)
{
    size_t count = 0;
    while (count < 5 && SEGMENT_HEADER_SIZE + self->all.each[count].end <= size)
        count++;
    return count;
}

static void a_tail_cut_at_any_octet_loses_the_torn_frame_and_no_other(void **state)
{
    (void)state;
    written some = write_some();
    for (size_t size = SEGMENT_HEADER_SIZE; size <= some.file.size; size++) {
        size_t whole = whole_frames(&some, size);
        uint64_t boundary = whole > 0 ? some.all.each[whole - 1].end : 0;
        bool torn = SEGMENT_HEADER_SIZE + boundary != size;
        file_write(some.folder, first_name, (text){some.file.at, size});
        spool *log = open_here(some.folder);
        assert_non_null(log);
        assert_int_equal(text_has(text_of(told), "was not finished"), torn);
        assert_int_equal(spool_last(log), boundary);
        contents found = read_all(log, some.memory);
        assert_same(&found, &some.all, whole);
        write_step(log, whole); /* and on it goes, as if the torn one had never been */
        spool_close(&log);
        log = open_well(some.folder);
        found = read_all(log, some.memory);
        assert_int_equal(found.count, whole + 1);
        for (size_t i = 0; i < whole + 1 && i < 5; i++)
            assert_same_frame(&found.each[i], &some.all.each[i]);
        spool_close(&log);
    }
    forget(&some);
}

static text with_octet_changed(const written *self, size_t at, arena *memory)
{
    text copy = arena_text(memory, self->file);
    ((char *)(uintptr_t)copy.at)[at] ^= 0x40;
    return copy;
}

static void any_octet_spoiled_in_the_last_frame_cuts_it_off(void **state)
{
    (void)state;
    written some = write_some();
    for (size_t at = SEGMENT_HEADER_SIZE + some.all.each[3].end; at < some.file.size; at++) {
        arena *memory = arena_create();
        file_write(some.folder, first_name, with_octet_changed(&some, at, memory));
        spool *log = open_here(some.folder);
        assert_non_null(log);
        assert_true(text_has(text_of(told), "was not finished"));
        contents found = read_all(log, memory);
        assert_same(&found, &some.all, 4);
        spool_close(&log);
        arena_destroy(&memory);
    }
    forget(&some);
}

static void any_octet_spoiled_in_the_middle_is_told_and_nothing_else_is_lost(void **state)
{
    (void)state;
    written some = write_some();
    for (size_t at = SEGMENT_HEADER_SIZE; at < SEGMENT_HEADER_SIZE + some.all.each[3].end; at++) {
        arena *memory = arena_create();
        size_t hit = whole_frames(&some, at);
        file_write(some.folder, first_name, with_octet_changed(&some, at, memory));
        spool *log = open_well(some.folder);
        contents found = read_all(log, memory);
        assert_int_equal(found.count, 5);
        for (size_t i = 0; i < 5; i++)
            if (i != hit)
                assert_same_frame(&found.each[i], &some.all.each[i]);
        assert_int_equal(found.each[hit].kind, 0);
        assert_int_equal(found.each[hit].end, some.all.each[hit].end);
        text where = spool_where(log, found.each[hit].offset, memory);
        char expected[160];
        (void)snprintf(expected, sizeof expected, "%s/%s, octet %llu", some.folder, first_name,
                       (unsigned long long)(SEGMENT_HEADER_SIZE + some.all.each[hit].offset));
        assert_text(where, expected);
        spool_close(&log);
        arena_destroy(&memory);
    }
    forget(&some);
}

static void any_octet_spoiled_in_a_header_is_told_and_the_file_is_left_alone(void **state)
{
    (void)state;
    written some = write_some();
    for (size_t at = 0; at < SEGMENT_HEADER_SIZE; at++) {
        text spoiled = with_octet_changed(&some, at, some.memory);
        file_write(some.folder, first_name, spoiled);
        assert_null(open_here(some.folder));
        assert_true(text_has(text_of(told), first_name));
        assert_texts(file_read(some.folder, first_name, some.memory), spoiled);
    }
    forget(&some);
}

/* As another spool's, or another place's, its checksum doesn't fit. */
static void frames_in_a_wrong_place_are_no_frames(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    arena *memory = arena_create();
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    write_step(log, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(spool_append(log, text_of(i == 0 ? "one" : i == 1 ? "two" : "six"), noon), STATUS_OK);
    contents before = read_all(log, memory);
    spool_close(&log);
    text file = file_read(folder, first_name, memory);
    char *octets = (char *)(uintptr_t)file.at + SEGMENT_HEADER_SIZE, kept[FRAME_HEADER_SIZE + 3];
    memcpy(kept, octets + before.each[1].offset, sizeof kept);
    memcpy(octets + before.each[1].offset, octets + before.each[2].offset, sizeof kept);
    memcpy(octets + before.each[2].offset, kept, sizeof kept);
    file_write(folder, first_name, file);
    log = open_well(folder);
    contents after = read_all(log, memory);
    assert_int_equal(after.count, 3);
    assert_int_equal(after.each[1].kind, 0);
    assert_int_equal(after.each[1].end, before.each[3].offset);
    assert_text(after.each[2].payload, "six");
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

static void segment_name(uint64_t start, char out[32])
{
    (void)snprintf(out, 32, "%020llu.spool", (unsigned long long)start);
}

static void a_segment_that_is_gone_is_told_and_the_others_are_read(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], name[32];
    arena *memory = arena_create();
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    for (size_t n = 0; n < 40; n++)
        write_step(log, n);
    contents before = read_all(log, memory);
    uint64_t second = spool_segment_of(log, SEGMENT_SIZE + 400), third = spool_segment_of(log, 2 * SEGMENT_SIZE + 600);
    assert_true(0 < second && second < third && third < spool_segment_of(log, spool_last(log)));
    spool_close(&log);
    segment_name(second, name);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(remove(path), 0);
    log = open_well(folder);
    contents after = read_all(log, memory);
    size_t damaged = 0;
    for (size_t i = 0, k = 0; i < after.count; i++) {
        while (before.each[k].offset < after.each[i].offset)
            k++;
        if (after.each[i].kind != 0)
            assert_same_frame(&after.each[i], &before.each[k]);
        else {
            assert_int_equal(after.each[i].offset, second);
            assert_int_equal(after.each[i].end, third);
            damaged++;
        }
    }
    assert_int_equal(damaged, 1);
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

static void a_segment_of_another_spool_is_refused(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], name[32];
    written other = write_some();
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    for (size_t n = 0; n < 12; n++)
        write_step(log, n);
    uint64_t start = spool_segment_of(log, spool_last(log));
    assert_true(start > 0);
    spool_close(&log);
    file_write(folder, first_name, other.file);
    assert_null(open_here(folder));
    assert_true(text_has(text_of(told), "belongs to another spool"));
    segment_name(start, name);
    assert_true(text_has(text_of(told), name));
    forget(&other);
    folder_remove(folder);
}

/* --- who may ------------------------------------------------------------------------------------- */

static void a_second_opener_is_refused_with_words(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    assert_null(open_here(folder));
    assert_true(text_has(text_of(told), "another collector fills this spool"));
    assert_true(text_has(text_of(told), "--name"));
    write_step(log, 0);
    spool_close(&log);
    log = open_well(folder);
    spool_close(&log);
    folder_remove(folder);
}

static void a_folder_that_can_not_be_made_is_told(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], below[FOLDER_SIZE + 16];
    folder_make_in_memory(folder);
    file_write(folder, "in-the-way", text_of("a file"));
    (void)snprintf(below, sizeof below, "%s/in-the-way/x", folder);
    assert_null(open_here(below));
    assert_true(text_has(text_of(told), strerror(ENOTDIR)));
    folder_remove(folder);
}

static unsigned mode_of(const char *folder, const char *name)
{
    char path[256];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void nobody_else_may_read_a_spool(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], below[FOLDER_SIZE + 16];
    folder_make_in_memory(folder);
    (void)snprintf(below, sizeof below, "%s/deep/er", folder);
    mode_t before = umask(0);
    spool *log = open_well(below);
    umask(before);
    assert_int_equal(mode_of(folder, "deep"), 0700);
    assert_int_equal(mode_of(below, "."), 0700);
    assert_int_equal(mode_of(below, first_name), 0600);
    assert_int_equal(mode_of(below, "lock"), 0600);
    spool_close(&log);
    folder_remove(folder);
}

/* --- stamps -------------------------------------------------------------------------------------- */

static int64_t append_at(spool *to, const char *octets, int64_t now_ns, arena *memory)
{
    assert_int_equal(spool_append(to, text_of(octets), now_ns), STATUS_OK);
    contents all = read_all(to, memory);
    return all.each[all.count - 1].stamp_ns;
}

static void stamps_go_up_by_more_than_a_frame_though_the_clock_goes_back(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    arena *memory = arena_create();
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    assert_int_equal(spool_begin(log, text_of(""), 0, 1, noon), STATUS_OK);
    assert_int_equal(append_at(log, "12345", noon + 1000, memory), noon + 1000);
    assert_int_equal(append_at(log, "1234567", noon + 1000, memory), noon + 1006);
    assert_int_equal(append_at(log, "1", noon - 500, memory), noon + 1014);
    assert_int_equal(append_at(log, "1", noon + 5000, memory), noon + 5000);
    spool_close(&log);
    log = spool_open(folder, SIZE_MAX_HERE, tell, noon - 9999); /* long before */
    assert_int_equal(append_at(log, "12", noon - 9999, memory), noon + 5002);
    assert_int_equal(spool_end(log, text_of(""), noon - 9999), STATUS_OK);
    spool_drop(log, spool_last(log), true, noon - 9999);
    assert_int_equal(spool_first(log), spool_last(log)); /* no frame is left that would tell the last stamp */
    spool_close(&log);
    log = spool_open(folder, SIZE_MAX_HERE, tell, noon - 9999);
    assert_int_equal(spool_begin(log, text_of(""), 0, 1, noon - 9999), STATUS_OK);
    assert_true(append_at(log, "1", noon - 9999, memory) > noon + 5002 + 2);
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

/* --- how much ------------------------------------------------------------------------------------ */

static void who_asks_for_room_never_makes_it_larger_than_it_may_be(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], octets[500];
    uint64_t size = 0;
    int taken = 0;
    memset(octets, 'x', sizeof octets);
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    assert_int_equal(spool_begin(log, text_of("said"), 0, 1, noon), STATUS_OK);
    for (; spool_has_room(log, sizeof octets); taken++)
        assert_int_equal(spool_append(log, (text){octets, sizeof octets}, noon), STATUS_OK);
    for (uint64_t at = 0; at < spool_last(log); at += 1) { /* every segment, by its own beginning */
        char path[128], name[32];
        struct stat st;
        segment_name(at, name);
        (void)snprintf(path, sizeof path, "%s/%s", folder, name);
        size += spool_segment_of(log, at) == at && stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
    }
    assert_true(size <= SIZE_MAX_HERE);
    assert_true(size > SIZE_MAX_HERE - 2 * sizeof octets);
    assert_true(taken > 10);
    spool_drop(log, SEGMENT_SIZE * 3, false, noon);
    assert_true(spool_has_room(log, sizeof octets));
    spool_close(&log);
    folder_remove(folder);
}

/* Drops as if everything before each offset in turn were stored. */
static void only_segments_that_lie_before_are_dropped(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    arena *memory = arena_create();
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    for (size_t n = 0; n < 70; n++)
        write_step(log, n);
    contents before = read_all(log, memory);
    uint64_t last_segment = spool_segment_of(log, spool_last(log)), drops = 0;
    for (uint64_t through = 0; through <= spool_last(log); through++) {
        uint64_t needed = spool_segment_of(log, through), was = spool_first(log);
        spool_drop(log, through, false, noon);
        assert_int_equal(spool_first(log), needed);
        drops += spool_first(log) > was;
    }
    assert_true(drops > 3);
    assert_int_equal(spool_first(log), last_segment);
    contents after = read_all(log, memory);
    assert_true(after.count > 0 && after.count < before.count);
    for (size_t i = 0; i < after.count; i++)
        assert_same_frame(&after.each[i], &before.each[before.count - after.count + i]);
    spool_close(&log);
    log = open_well(folder);
    assert_int_equal(spool_first(log), last_segment);
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

static void a_finished_spool_takes_little_and_keeps_its_name_and_offset(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], id[SPOOL_ID_SIZE];
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    for (size_t n = 0; n < 34; n++)
        write_step(log, n);
    memcpy(id, spool_id(log).at, sizeof id);
    uint64_t last = spool_last(log);
    spool_drop(log, last, true, noon);
    assert_true(spool_first(log) < last); /* an input is open */
    write_step(log, 34);
    uint64_t ended = spool_last(log);
    spool_drop(log, ended - 1, true, noon);
    assert_true(spool_first(log) < ended); /* its end is not stored yet */
    spool_drop(log, ended, false, noon);
    assert_true(spool_first(log) < ended); /* more may come */
    spool_drop(log, ended, true, noon);
    assert_int_equal(spool_first(log), ended);
    assert_int_equal(spool_last(log), ended);
    spool_drop(log, ended, true, noon);
    spool_close(&log);
    assert_int_equal(spool_folder_left(folder), 0);
    log = open_well(folder);
    assert_memory_equal(spool_id(log).at, id, sizeof id);
    assert_int_equal(spool_first(log), ended);
    write_step(log, 35);
    assert_true(spool_last(log) > ended);
    spool_close(&log);
    folder_remove(folder);
}

static void what_is_left_is_counted_from_outside(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    folder_make_in_memory(folder);
    assert_int_equal(spool_folder_left(folder), 0);
    spool *log = open_well(folder);
    for (size_t n = 0; n < 40; n++)
        write_step(log, n);
    uint64_t all = spool_last(log);
    assert_int_equal(spool_folder_left(folder), 0); /* somebody has it in hand */
    spool_close(&log);
    assert_int_equal(spool_folder_left(folder), all);
    folder_remove(folder);
}

/* --- a disk that takes no more --------------------------------------------------------------------- */

static void limit_files(rlim_t octets)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = octets;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The kernel refuses to let a file grow, at every size in turn: the write is refused whole, and tried again it stands. */
static void a_write_that_fails_leaves_nothing_and_may_be_tried_again(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    arena *memory = arena_create();
    (void)signal(SIGXFSZ, SIG_IGN);
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    write_step(log, 0);
    uint64_t start = SEGMENT_HEADER_SIZE + spool_last(log);
    for (rlim_t room = 0; room < FRAME_HEADER_SIZE + 20; room += 7) {
        contents before = read_all(log, memory);
        limit_files(start + room);
        status st = spool_append(log, text_of("twenty octets of it."), noon);
        limit_files(RLIM_INFINITY);
        assert_int_equal(st, STATUS_FULL);
        assert_string_equal(spool_why(log), strerror(EFBIG));
        contents after = read_all(log, memory);
        assert_same(&after, &before, before.count);
        spool_close(&log);
        log = open_well(folder);
    }
    assert_int_equal(spool_append(log, text_of("twenty octets of it."), noon), STATUS_OK);
    contents all = read_all(log, memory);
    assert_text(all.each[all.count - 1].payload, "twenty octets of it.");
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

/* All of it is stored, and the disk is full: for the old segment there is a new one, in the space that was set aside. */
static void a_full_disk_gets_its_space_back_when_all_is_stored(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], octets[50] = {'x'};
    arena *memory = arena_create();
    (void)signal(SIGXFSZ, SIG_IGN);
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    write_step(log, 0);
    assert_true(file_exists(folder, "new"));
    write_step(log, 1);
    uint64_t stored = spool_last(log);
    spool_drop(log, stored, false, noon);
    assert_int_equal(spool_first(log), 0); /* not for so little */
    limit_files(SEGMENT_HEADER_SIZE + stored + 20);
    assert_int_equal(spool_append(log, (text){octets, sizeof octets}, noon), STATUS_FULL);
    spool_drop(log, stored, false, noon);
    assert_int_equal(spool_first(log), stored);
    assert_int_equal(spool_waiting(log, stored), 0); /* what stands there only says again which input this is */
    assert_true(spool_last(log) > stored);
    assert_int_equal(spool_append(log, (text){octets, sizeof octets}, noon), STATUS_OK);
    limit_files(RLIM_INFINITY);
    assert_int_equal(spool_waiting(log, stored), spool_last(log) - stored);
    contents all = read_all(log, memory);
    assert_int_equal(all.count, 2);
    assert_int_equal(all.each[0].kind, FRAME_AGAIN);
    assert_int_equal(spool_end(log, text_of("niche"), noon), STATUS_OK);
    spool_drop(log, spool_last(log), true, noon);
    assert_false(file_exists(folder, "new")); /* and nothing is set aside when nothing more comes */
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

static void a_segment_that_can_not_be_made_is_tried_again(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], octets[600];
    memset(octets, 'x', sizeof octets);
    arena *memory = arena_create();
    (void)signal(SIGXFSZ, SIG_IGN);
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    write_step(log, 0);
    assert_int_equal(spool_append(log, (text){octets, sizeof octets}, noon), STATUS_OK);
    assert_int_equal(spool_append(log, (text){octets, sizeof octets}, noon), STATUS_OK);
    contents before = read_all(log, memory);
    limit_files(SEGMENT_HEADER_SIZE + 10);
    assert_int_equal(spool_append(log, text_of("more"), noon), STATUS_FULL); /* in the next segment */
    limit_files(RLIM_INFINITY);
    contents after = read_all(log, memory);
    assert_same(&after, &before, before.count);
    assert_int_equal(spool_append(log, text_of("more"), noon), STATUS_OK);
    after = read_all(log, memory);
    assert_int_equal(after.count, before.count + 2);
    assert_int_equal(after.each[before.count].kind, FRAME_AGAIN);
    assert_text(after.each[before.count + 1].payload, "more");
    spool_close(&log);
    arena_destroy(&memory);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_appended_reads_back_in_order),
        cmocka_unit_test(a_spool_opened_again_after_any_frame_goes_on_there),
        cmocka_unit_test(the_largest_frame_fits),
        cmocka_unit_test(a_tail_cut_at_any_octet_loses_the_torn_frame_and_no_other),
        cmocka_unit_test(any_octet_spoiled_in_the_last_frame_cuts_it_off),
        cmocka_unit_test(any_octet_spoiled_in_the_middle_is_told_and_nothing_else_is_lost),
        cmocka_unit_test(any_octet_spoiled_in_a_header_is_told_and_the_file_is_left_alone),
        cmocka_unit_test(frames_in_a_wrong_place_are_no_frames),
        cmocka_unit_test(a_segment_that_is_gone_is_told_and_the_others_are_read),
        cmocka_unit_test(a_segment_of_another_spool_is_refused),
        cmocka_unit_test(a_second_opener_is_refused_with_words),
        cmocka_unit_test(a_folder_that_can_not_be_made_is_told),
        cmocka_unit_test(nobody_else_may_read_a_spool),
        cmocka_unit_test(stamps_go_up_by_more_than_a_frame_though_the_clock_goes_back),
        cmocka_unit_test(who_asks_for_room_never_makes_it_larger_than_it_may_be),
        cmocka_unit_test(only_segments_that_lie_before_are_dropped),
        cmocka_unit_test(a_finished_spool_takes_little_and_keeps_its_name_and_offset),
        cmocka_unit_test(what_is_left_is_counted_from_outside),
        cmocka_unit_test(a_write_that_fails_leaves_nothing_and_may_be_tried_again),
        cmocka_unit_test(a_full_disk_gets_its_space_back_when_all_is_stored),
        cmocka_unit_test(a_segment_that_can_not_be_made_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
