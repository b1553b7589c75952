/* Promise: what a crash tore or the disk spoiled, at whatever octet, is never taken for anything that was written; it is told, and
 * all else is read as it was. */
#include <stdio.h>
#include <string.h>

#include "collector/spool.h"
#include "fixtures.h"
#include "spool_fixtures.h"
#include "testing.h"

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
        assert_int_equal(text_has(text_of(spool_told), "was not finished"), torn);
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
        assert_true(text_has(text_of(spool_told), "was not finished"));
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
        assert_true(text_has(text_of(spool_told), first_name));
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

static void frames_of_another_spool_are_no_frames(void **state)
{
    (void)state;
    written mine = write_some(), other = write_some();
    memcpy((char *)(uintptr_t)mine.file.at + SEGMENT_HEADER_SIZE, other.file.at + SEGMENT_HEADER_SIZE,
           mine.file.size - SEGMENT_HEADER_SIZE);
    file_write(mine.folder, first_name, mine.file);
    spool *log = open_here(mine.folder);
    assert_non_null(log);
    assert_true(text_has(text_of(spool_told), "was not finished"));
    assert_int_equal(spool_last(log), 0);
    spool_close(&log);
    forget(&mine);
    forget(&other);
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
    assert_true(text_has(text_of(spool_told), "belongs to another spool"));
    segment_name(start, name);
    assert_true(text_has(text_of(spool_told), name));
    forget(&other);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tail_cut_at_any_octet_loses_the_torn_frame_and_no_other),
        cmocka_unit_test(any_octet_spoiled_in_the_last_frame_cuts_it_off),
        cmocka_unit_test(any_octet_spoiled_in_the_middle_is_told_and_nothing_else_is_lost),
        cmocka_unit_test(any_octet_spoiled_in_a_header_is_told_and_the_file_is_left_alone),
        cmocka_unit_test(frames_in_a_wrong_place_are_no_frames),
        cmocka_unit_test(frames_of_another_spool_are_no_frames),
        cmocka_unit_test(a_segment_that_is_gone_is_told_and_the_others_are_read),
        cmocka_unit_test(a_segment_of_another_spool_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
