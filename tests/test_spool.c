/* Promise: what the spool has taken is there after a crash, in order and unchanged, with stamps that only go up; octets that
 * are still needed are never dropped, and what is not needed takes no room; a disk that takes no more costs nothing. */
#include "collector/spool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/spool_folder.h"
#include "fixtures.h"
#include "spool_fixtures.h"
#include "testing.h"

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
            line += line_ends(f->payload);
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

/* --- who may ------------------------------------------------------------------------------------- */

static void a_second_opener_is_refused_with_words(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    folder_make_in_memory(folder);
    spool *log = open_well(folder);
    assert_null(open_here(folder));
    assert_true(text_has(text_of(spool_told), "another collector fills this spool"));
    assert_true(text_has(text_of(spool_told), "--name"));
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
    assert_true(text_has(text_of(spool_told), strerror(ENOTDIR)));
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
    log = spool_open(folder, SIZE_MAX_HERE, spool_tell, noon - 9999); /* long before */
    assert_int_equal(append_at(log, "12", noon - 9999, memory), noon + 5002);
    assert_int_equal(spool_end(log, text_of(""), noon - 9999), STATUS_OK);
    spool_drop(log, spool_last(log), true, noon - 9999);
    assert_int_equal(spool_first(log), spool_last(log)); /* no frame is left that would tell the last stamp */
    spool_close(&log);
    log = spool_open(folder, SIZE_MAX_HERE, spool_tell, noon - 9999);
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
