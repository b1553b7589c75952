/* Promise: what comes through a pipe is on disk before it is sent or named in a receipt; where the disk or the limit takes no
 * more the writer waits, and nothing is lost; what is refused is refused before any of it is taken; and each writer of a pipe
 * that is followed is heard to its end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/spool_folder.h"
#include "spool_feed_fixtures.h"
#include "testing.h"

/* --- what is not taken --------------------------------------------------------------------------- */

static void assert_refused(const char *octets, const char *words)
{
    world w;
    make_world(&w);
    w.settings.run.json = false;
    run left = start(&w);
    give(&left, HEAD "a,2025-03-01,46,E07000197\n");
    crash(&left);
    run r = start(&w);
    if (octets[0] != '\0')
        give(&r, octets);
    end_input(&r);
    assert_true(was_told(words));
    assert_int_equal(spool_feed_descriptor(r.feed), -1);
    assert_int_equal(spool_feed_unwritten(r.feed), 0);
    sent *all = connect_first(&r);
    assert_string_equal(summary(all), "a"); /* what an earlier run left */
    assert_int_equal(all->end, STATUS_IO);
    store(&r, all);
    spool_feed_work(r.feed, noon);
    crash(&r);
    assert_int_equal(spool_folder_left(w.folder), 0);
    forget(&w);
}

static void an_input_that_does_not_name_its_columns_is_refused_before_it_is_taken(void **state)
{
    (void)state;
    assert_refused("a,2025-03-01,46,E07000197\nb,2025-03-01,46,E07000197\n", "the column 'reference' is missing");
    assert_refused("", "the file is empty");
    assert_refused("reference,recorded_at", "the column 'offence' is missing");
    assert_refused("\xff\xfer\0e\0", "UTF-16");
}

static void a_writer_finds_a_refused_pipe_closed(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.json = false;
    (void)signal(SIGPIPE, SIG_IGN);
    run r = start(&w);
    give(&r, "no header\n");
    assert_int_equal(write(r.pen, "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    crash(&r);
    forget(&w);
}

static void an_empty_input_leaves_nothing(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    end_input(&r);
    sent *all = connect_first(&r);
    assert_int_equal(all->end, STATUS_END);
    assert_int_equal(all->count, 0);
    crash(&r);
    assert_int_equal(spool_folder_left(w.folder), 0);
    forget(&w);
}

static void a_second_feed_on_one_spool_is_refused(void **state)
{
    (void)state;
    world w;
    int ends[2];
    make_world(&w);
    run r = start(&w);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    w.settings.descriptor = ends[0];
    assert_null(spool_feed_create(w.settings, noon));
    assert_true(was_told("another collector fills this spool"));
    assert_int_equal(fcntl(ends[0], F_GETFD), -1); /* it was handed over */
    assert_int_equal(close(ends[1]), 0);
    crash(&r);
    forget(&w);
}

/* --- when nothing more can be taken ---------------------------------------------------------------- */

/* Writes as much as goes in without waiting. Returns octets. */
static size_t push(run *self, const char *octets, size_t size)
{
    (void)fcntl(self->pen, F_SETFL, O_NONBLOCK);
    size_t done = 0;
    for (ssize_t wrote = 1; wrote > 0 && done < size;) {
        wrote = write(self->pen, octets + done, size - done < 4096 ? size - done : 4096);
        done += wrote > 0 ? (size_t)wrote : 0;
        work(self);
    }
    return done;
}

static uint64_t size_of_folder(const world *w)
{
    arena *memory = arena_create();
    spool_folder open = {.path = (char *)(uintptr_t)w->folder};
    uint64_t size = 0;
    size_t count;
    uint64_t *starts = spool_folder_list(&open, &count);
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        assert_int_equal(stat(spool_folder_path(&open, starts[i], memory).at, &st), 0);
        size += (uint64_t)st.st_size;
    }
    free(starts);
    arena_destroy(&memory);
    return size;
}

static void at_its_limit_the_writer_waits_and_nothing_is_lost(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    text octets = {"", 0};
    char *all = malloc(4 << 20);
    size_t used = 0, rows = 0;
    for (; used < 3 << 20; rows++)
        used += (size_t)sprintf(all + used, "{\"reference\":\"%zu\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\","
                                "\"outcome\":\"%0120d\"}\n", rows, 7);
    (void)octets;
    run r = start(&w);
    size_t done = push(&r, all, used), refused_rows = 0, next_row = 0, times = 0;
    assert_true(done < used);
    assert_true(was_told("--spool-limit"));
    assert_int_equal(spool_feed_descriptor(r.feed), -1);
    assert_true(size_of_folder(&w) <= LARGE);
    assert_true(size_of_folder(&w) > LARGE / 2);
    spool_told[0] = '\0';
    arena *memory = arena_create();
    message next;
    assert_int_equal(r.feed->class->resume(r.feed, &(position){0}), STATUS_OK);
    while (next_row < rows) {
        status st = r.feed->class->next(r.feed, memory, &next);
        if (st == STATUS_AGAIN) {
            assert_true(size_of_folder(&w) <= LARGE);
            done += push(&r, all + done, used - done);
            work(&r);
            assert_true(++times < 1000);
            continue;
        }
        assert_int_equal(st, STATUS_OK);
        for (size_t i = 0; i < next.records.incident_count; i++) {
            char expected[32];
            (void)snprintf(expected, sizeof expected, "%zu", next_row++);
            assert_text(next.records.incidents[i].reference, expected);
        }
        refused_rows += next.records.faulty_count;
        r.feed->class->stored(r.feed, next.records.position.offset);
        arena_reset(memory);
    }
    assert_int_equal(refused_rows, 0);
    assert_int_equal(done, used);
    assert_string_equal(spool_told, ""); /* it was told once */
    arena_destroy(&memory);
    free(all);
    crash(&r);
    forget(&w);
}

static void what_a_disk_does_not_take_waits_and_is_written_later(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    (void)signal(SIGXFSZ, SIG_IGN);
    run r = start(&w);
    give(&r, JSON("a") "\n");
    uint64_t size = size_of_folder(&w);
    limit_files(size + 20);
    give(&r, JSON("b") "\n");
    assert_true(was_told("can't be written"));
    assert_true(was_told(strerror(EFBIG)));
    assert_int_equal(spool_feed_descriptor(r.feed), -1); /* the writer waits */
    assert_int_equal(spool_feed_unwritten(r.feed), sizeof JSON("b"));
    spool_told[0] = '\0';
    work(&r);
    assert_string_equal(spool_told, ""); /* told once */
    assert_int_equal(write(r.pen, JSON("c") "\n", sizeof JSON("c")), sizeof JSON("c"));
    work(&r);
    assert_int_equal(spool_feed_unwritten(r.feed), sizeof JSON("b"));
    sent *all = connect_first(&r);
    assert_string_equal(summary(all), "a"); /* nothing is sent that would not be there after a crash */
    limit_files(RLIM_INFINITY);
    work(&r);
    assert_int_equal(spool_feed_unwritten(r.feed), 0);
    assert_string_equal(summary(take_all(&r)), "b c");
    crash(&r);
    forget(&w);
}

/* What fits is written, up to a row's end; once that is stored, its place is used for the rest. */
static void a_full_disk_takes_whole_rows_as_long_as_they_fit(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    (void)signal(SIGXFSZ, SIG_IGN);
    run r = start(&w);
    char rows[6000] = "";
    for (int i = 0; i < 60; i++)
        (void)sprintf(rows + strlen(rows), "{\"reference\":\"%d\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\"}\n", i);
    give(&r, "\n"); /* the input has begun */
    limit_files(size_of_folder(&w) + 3000);
    give(&r, rows);
    size_t left = spool_feed_unwritten(r.feed), taken = 0, times = 0;
    assert_true(left > 0 && left < strlen(rows));
    sent *all = connect_first(&r);
    while (taken += all->count, store(&r, all), left > 0) {
        assert_int_equal(all->end, STATUS_AGAIN);
        work(&r);
        left = spool_feed_unwritten(r.feed);
        all = take_all(&r);
        assert_true(++times < 20);
    }
    limit_files(RLIM_INFINITY);
    assert_int_equal(taken, 60);
    assert_true(times > 0);
    crash(&r);
    forget(&w);
}

/* --- receipts ------------------------------------------------------------------------------------- */

static void assert_receipt(run *r, uint64_t lines, uint64_t octets)
{
    uint64_t kept_lines, kept_octets;
    assert_true(spool_feed_receipt(r->feed, &kept_lines, &kept_octets));
    assert_int_equal(kept_lines, lines);
    assert_int_equal(kept_octets, octets);
    assert_false(spool_feed_receipt(r->feed, &kept_lines, &kept_octets)); /* nothing new */
}

static void a_receipt_names_whole_lines_that_are_on_disk(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.json = false;
    run r = start(&w);
    uint64_t ignored;
    give(&r, "reference,recorded_at,");
    assert_false(spool_feed_receipt(r.feed, &ignored, &ignored)); /* not a header yet, so not taken */
    give(&r, "offence,area\n");
    assert_receipt(&r, 1, sizeof HEAD - 1);
    give(&r, ROW("a") ROW("b") "c,2025");
    assert_receipt(&r, 3, sizeof HEAD - 1 + 2 * (sizeof ROW("a") - 1));
    give(&r, "-03-01");
    assert_receipt(&r, 3, sizeof HEAD - 1 + 2 * (sizeof ROW("a") - 1));
    give(&r, ",46,E07000197");
    end_input(&r);
    assert_receipt(&r, 4, sizeof HEAD - 1 + 3 * (sizeof ROW("a") - 1) - 1);
    crash(&r);
    forget(&w);
}

/* --- named pipes ----------------------------------------------------------------------------------- */

static int open_pen(const char *path)
{
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void write_and_close(int fd, const char *octets)
{
    assert_int_equal(write(fd, octets, strlen(octets)), strlen(octets));
    assert_int_equal(close(fd), 0);
}

/* Each with its own header, and in its own order of columns; the last one before the pipe is read at all. */
static void every_writer_of_a_followed_pipe_is_an_input_of_its_own(void **state)
{
    (void)state;
    world w;
    char path[FOLDER_SIZE + 16];
    make_world(&w);
    (void)snprintf(path, sizeof path, "%s/pipe", w.folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    w.settings.path = path;
    w.settings.reopens = true;
    w.settings.run = (spooled_run){.json = false, .origin = text_of("niche"), .covers = &w.cover, .cover_count = 1};
    w.settings.descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    run r = {.feed = spool_feed_create(w.settings, noon), .pen = -1, .now_ns = noon, .memory = w.memory};
    work(&r);
    assert_string_equal(summary(connect_first(&r)), "");
    write_and_close(open_pen(path), HEAD "a,2025-03-01,46,E07000197\n");
    work(&r);
    assert_string_equal(summary(take_all(&r)), "a =E07000197");
    assert_int_equal(close(open_pen(path)), 0); /* one that has nothing to say */
    work(&r);
    int pen = open_pen(path);
    assert_int_equal(write(pen, "area,reference,offence,", 23), 23);
    work(&r);
    write_and_close(pen, "recorded_at\nE07000197,b,46,2025-03-01\nE07000197,c,46,2025-03-01");
    work(&r);
    work(&r);
    sent *all = take_all(&r);
    assert_string_equal(summary(all), "b c =E07000197");
    assert_int_equal(all->end, STATUS_AGAIN); /* for the next writer */
    assert_true(spool_feed_descriptor(r.feed) >= 0);
    write_and_close(open_pen(path), "no header\n");
    work(&r);
    assert_true(was_told("is missing"));
    assert_int_equal(take_all(&r)->end, STATUS_IO);
    assert_int_equal(open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC), -1); /* nobody reads it any more */
    assert_int_equal(errno, ENXIO);
    crash(&r);
    forget(&w);
}

/* As when it comes and goes while the pipe is opened again: then the system doesn't say that there was one. */
static void a_writer_that_came_and_went_before_the_pipe_was_open_is_heard_to_its_end(void **state)
{
    (void)state;
    world w;
    char path[FOLDER_SIZE + 16];
    make_world(&w);
    (void)snprintf(path, sizeof path, "%s/pipe", w.folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    w.settings.path = path;
    w.settings.reopens = true;
    w.settings.run.covers = &w.cover;
    w.settings.run.cover_count = 1;
    int keeper = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    write_and_close(open_pen(path), JSON("a") "\n");
    w.settings.descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    run r = {.feed = spool_feed_create(w.settings, noon), .pen = -1, .now_ns = noon, .memory = w.memory};
    work(&r);
    work(&r);
    assert_string_equal(summary(connect_first(&r)), "a =E07000197");
    assert_int_equal(close(keeper), 0);
    crash(&r);
    forget(&w);
}

static void a_pipe_that_is_not_followed_ends_with_its_writers(void **state)
{
    (void)state;
    world w;
    char path[FOLDER_SIZE + 16];
    make_world(&w);
    (void)snprintf(path, sizeof path, "%s/pipe", w.folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    w.settings.path = path;
    w.settings.descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    run r = {.feed = spool_feed_create(w.settings, noon), .pen = -1, .now_ns = noon, .memory = w.memory};
    work(&r);
    assert_int_equal(connect_first(&r)->end, STATUS_AGAIN); /* nobody has come yet */
    int one = open_pen(path), two = open_pen(path);
    write_and_close(one, JSON("a") "\n");
    work(&r);
    assert_int_equal(take_all(&r)->end, STATUS_AGAIN);
    write_and_close(two, JSON("b") "\n");
    work(&r);
    sent *all = take_all(&r);
    assert_string_equal(summary(all), "b");
    assert_int_equal(all->end, STATUS_END);
    crash(&r);
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_that_does_not_name_its_columns_is_refused_before_it_is_taken),
        cmocka_unit_test(a_writer_finds_a_refused_pipe_closed),
        cmocka_unit_test(an_empty_input_leaves_nothing),
        cmocka_unit_test(a_second_feed_on_one_spool_is_refused),
        cmocka_unit_test(at_its_limit_the_writer_waits_and_nothing_is_lost),
        cmocka_unit_test(what_a_disk_does_not_take_waits_and_is_written_later),
        cmocka_unit_test(a_full_disk_takes_whole_rows_as_long_as_they_fit),
        cmocka_unit_test(a_receipt_names_whole_lines_that_are_on_disk),
        cmocka_unit_test(every_writer_of_a_followed_pipe_is_an_input_of_its_own),
        cmocka_unit_test(a_writer_that_came_and_went_before_the_pipe_was_open_is_heard_to_its_end),
        cmocka_unit_test(a_pipe_that_is_not_followed_ends_with_its_writers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
