/* Promise: one writer, and readers that see only what was committed; a group is stored whole or not at
 * all, whatever goes wrong, and for good once the commit has returned; what is no store of ours is refused
 * in words and left as it was. What a group can hold: test_store_parts. */
#include "storage/store.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_fixtures.h"
#include "testing.h"

static const char store_file[] = "tocsin.db";

/* Opening must fail: with this status, with words that name the folder, and with nothing to be closed. */
static void assert_not_opened(status st, status expected, const store *made, const char *why, const char *folder)
{
    if (st != expected)
        fail_msg("%s, not %s: %s", status_text(st), status_text(expected), why);
    assert_null(made);
    assert_non_null(strstr(why, folder));
}

static void assert_writer_refused(const char *folder, status expected)
{
    char why[NOTE_SIZE_MAX];
    store *made = NULL;
    assert_not_opened(store_open(folder, &made, why), expected, made, why, folder);
}

static void assert_reader_refused(const char *folder, status expected)
{
    char why[NOTE_SIZE_MAX];
    store *made = NULL;
    assert_not_opened(store_open_reader(folder, &made, why), expected, made, why, folder);
}

static void put_version(store *to, uint64_t id)
{
    version one = bare_version(id, "a");
    assert_committed(to, &(store_group){.versions = &one, .version_count = 1});
}

static uint64_t last_version(store *from)
{
    uint64_t last = 77;
    assert_int_equal(store_last_version(from, &last), STATUS_OK);
    return last;
}

/* --- opening ----------------------------------------------------------------------------------- */

static void opening_makes_the_folder_and_an_empty_store(void **state)
{
    place *self = *state;
    char deeper[FOLDER_SIZE + 8];
    (void)snprintf(deeper, sizeof deeper, "%s/data", self->folder);
    self->writer = opened(deeper);
    assert_int_equal(last_version(self->writer), 0);
    assert_string_equal(store_in_words(self->writer, self->memory), "");
    assert_true(file_exists(deeper, store_file));
}

static void a_folder_that_cannot_be_made_is_refused_in_words(void **state)
{
    place *self = *state;
    char missing[FOLDER_SIZE + 16], file[FOLDER_SIZE + 8];
    (void)snprintf(missing, sizeof missing, "%s/no/data", self->folder);
    (void)snprintf(file, sizeof file, "%s/file", self->folder);
    file_write(self->folder, "file", text_of("x"));
    assert_writer_refused(missing, STATUS_IO);
    assert_writer_refused(file, STATUS_IO);
}

static void a_second_writer_is_turned_away_until_the_first_has_closed(void **state)
{
    place *self = *state;
    assert_writer_refused(self->folder, STATUS_BUSY);
    put_version(self->writer, 1); /* the first is none the worse for it */
    store_close(&self->writer);
    assert_null(self->writer);
    store_close(&self->writer);
    self->writer = opened(self->folder);
    assert_int_equal(last_version(self->writer), 1);
}

static void a_reader_finds_nothing_where_no_store_is_and_makes_none(void **state)
{
    place *self = *state;
    char missing[FOLDER_SIZE + 8];
    (void)snprintf(missing, sizeof missing, "%s/none", self->folder);
    assert_reader_refused(self->folder, STATUS_NOT_FOUND);
    assert_false(file_exists(self->folder, store_file));
    assert_reader_refused(missing, STATUS_NOT_FOUND);
    assert_false(file_exists(self->folder, "none"));
}

static void a_store_is_read_while_nobody_writes_to_it(void **state)
{
    place *self = *state;
    put_version(self->writer, 1);
    store_close(&self->writer);
    self->reader = opened_reader(self->folder);
    assert_int_equal(last_version(self->reader), 1);
}

/* --- what is not ours -------------------------------------------------------------------------- */

static void shell(const char *folder, const char *sql)
{
    char command[512];
    (void)snprintf(command, sizeof command, "sqlite3 '%s/%s' \"%s\" > /dev/null", folder, store_file, sql);
    assert_int_equal(system(command), 0);
}

/* Refused to both, and not an octet of it changed. */
static void assert_refused_and_left_alone(place *self, status expected)
{
    text before = file_read(self->folder, store_file, self->memory);
    assert_writer_refused(self->folder, expected);
    assert_reader_refused(self->folder, expected);
    assert_texts(file_read(self->folder, store_file, self->memory), before);
}

static void a_store_of_a_newer_schema_is_refused_and_left_alone(void **state)
{
    place *self = *state;
    put_version(self->writer, 1);
    store_close(&self->writer);
    shell(self->folder, "PRAGMA user_version = 99");
    assert_refused_and_left_alone(self, STATUS_REFUSED);
}

static void a_database_of_another_program_is_refused_and_left_alone(void **state)
{
    place *self = *state;
    shell(self->folder, "CREATE TABLE code (kind, id); INSERT INTO code VALUES (1, 2)");
    assert_refused_and_left_alone(self, STATUS_REFUSED);
}

static void a_file_that_is_no_database_is_refused_and_left_alone(void **state)
{
    place *self = *state;
    file_write(self->folder, store_file, text_of("Dear aggregator,\nthis is a letter and not a database at all; it is "
                                                 "longer than the head of one, which has a hundred octets.\n"));
    assert_refused_and_left_alone(self, STATUS_REFUSED);
}

static void an_empty_file_is_no_store_to_a_reader_and_a_new_one_to_a_writer(void **state)
{
    place *self = *state;
    file_write(self->folder, store_file, (text){0});
    assert_reader_refused(self->folder, STATUS_REFUSED);
    self->writer = opened(self->folder);
    put_version(self->writer, 1);
}

/* --- who sees what ----------------------------------------------------------------------------- */

static void readers_see_what_was_committed_and_nothing_else(void **state)
{
    place *self = *state;
    self->reader = opened_reader(self->folder);
    assert_int_equal(last_version(self->reader), 0);
    put_version(self->writer, 1);
    assert_int_equal(last_version(self->reader), 1);
    version twice[] = {bare_version(2, "b"), bare_version(2, "b")};
    assert_int_equal(store_commit(self->writer, &(store_group){.versions = twice, .version_count = 2}), STATUS_CORRUPT);
    assert_int_equal(last_version(self->reader), 1);
}

static void a_reader_that_has_begun_sees_nothing_that_is_committed_meanwhile(void **state)
{
    place *self = *state;
    put_version(self->writer, 1);
    self->reader = opened_reader(self->folder);
    assert_int_equal(store_begin_reading(self->reader), STATUS_OK);
    put_version(self->writer, 2); /* before the first reading, too */
    assert_int_equal(last_version(self->reader), 1);
    put_version(self->writer, 3);
    store_checkpoint(self->writer, 0);
    assert_int_equal(last_version(self->reader), 1);
    store_end_reading(self->reader);
    assert_int_equal(last_version(self->reader), 3);
    store_end_reading(self->reader); /* nothing begun: nothing to end */
    assert_int_equal(store_begin_reading(self->reader), STATUS_OK);
    assert_int_equal(last_version(self->reader), 3);
}

static bool count_and_commit(void *context, const version *v)
{
    place *self = context;
    if (v->id < 5)
        put_version(self->writer, last_version(self->writer) + 1);
    return true;
}

static void one_reading_is_not_disturbed_by_commits_under_way(void **state)
{
    place *self = *state;
    put_version(self->writer, 1);
    put_version(self->writer, 2);
    self->reader = opened_reader(self->folder);
    assert_int_equal(store_versions(self->reader, 1, 100, count_and_commit, self), STATUS_OK);
    assert_int_equal(last_version(self->reader), 4); /* two were there; each brought one */
}

/* --- whole or not at all ----------------------------------------------------------------------- */

/* A full group with one part spoilt: whatever is in it more than once can't be put twice. */
static store_group spoilt_group(arena *memory, int which)
{
    static const period twice[] = {{10, 20}, {10, 30}};
    static const tree_pair pairs[] = {{1, 1}, {1, 1}};
    store_group group = full_group(memory);
    if (which == 0) {
        stored_code *codes = arena_take(memory, 2 * sizeof *codes);
        codes[0] = codes[1] = group.codes[0];
        group.codes = codes, group.code_count = 2;
    } else if (which == 1) {
        version *versions = arena_take(memory, 2 * sizeof *versions);
        versions[0] = versions[1] = group.versions[0];
        group.versions = versions;
    } else if (which == 2) {
        static const covered_set set = {1, 1, twice, 2};
        group.covered = &set, group.covered_count = 1;
    } else {
        adoption *both = arena_take(memory, sizeof *both);
        *both = *group.adoption;
        *(which == 3 ? &both->areas : &both->categories) = pairs;
        *(which == 3 ? &both->area_count : &both->category_count) = 2;
        group.adoption = both;
    }
    return group;
}

static void a_group_with_one_bad_part_stores_nothing_of_the_rest(void **state)
{
    place *self = *state;
    for (int which = 0; which < 5; which++) {
        store_group group = spoilt_group(self->memory, which);
        assert_int_equal(store_commit(self->writer, &group), STATUS_CORRUPT);
        assert_true(strlen(store_trouble(self->writer)) > 0);
        assert_string_equal(store_in_words(self->writer, self->memory), "");
    }
    store_group good = full_group(self->memory);
    assert_committed(self->writer, &good);
    assert_string_equal(store_in_words(self->writer, self->memory), full_group_in_words);
}

static void a_bad_group_takes_nothing_from_what_was_stored(void **state)
{
    place *self = *state;
    store_group good = full_group(self->memory);
    assert_committed(self->writer, &good);
    store_group bad = {.replace_months = true, .versions = good.versions, .version_count = 1, .covered = good.covered,
                       .covered_count = 1, .resolved = (uint64_t[]){1}, .resolved_count = 1};
    assert_int_equal(store_commit(self->writer, &bad), STATUS_CORRUPT);
    assert_string_equal(store_in_words(self->writer, self->memory), full_group_in_words);
}

/* --- for good ---------------------------------------------------------------------------------- */

/* Commits a full group and then dies without a word. */
static void commit_and_die(void *context)
{
    const char *folder = context;
    store_group group = full_group(arena_create());
    assert_committed(opened(folder), &group);
    (void)raise(SIGKILL);
}

static void what_was_committed_is_there_after_the_process_was_killed(void **state)
{
    place *self = *state;
    assert_int_equal(end_of_child(commit_and_die, self->folder), -SIGKILL);
    self->reader = opened_reader(self->folder);
    assert_string_equal(store_in_words(self->reader, self->memory), full_group_in_words);
    self->writer = opened(self->folder);
    assert_string_equal(store_in_words(self->writer, self->memory), full_group_in_words);
    put_version(self->writer, 3);
    assert_int_equal(last_version(self->reader), 3);
}

/* Commits version after version, tells each number once its commit has returned, and never ends. */
static _Noreturn void commit_for_ever(const char *folder, int told)
{
    store *to = opened(folder);
    for (uint64_t id = 1;; id++) {
        put_version(to, id);
        if (id % 7 == 0)
            store_checkpoint(to, 0);
        if (write(told, &id, sizeof id) != sizeof id)
            _exit(1);
    }
}

/* Kills the writer when it has told this many, wherever it is by then. Returns the last that it told. */
static uint64_t killed_after(const char *folder, uint64_t enough)
{
    int ends[2];
    uint64_t id, last = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        commit_for_ever(folder, ends[1]);
    (void)close(ends[1]);
    while (last < enough && read(ends[0], &id, sizeof id) == sizeof id)
        last = id;
    (void)kill(child, SIGKILL);
    while (read(ends[0], &id, sizeof id) == sizeof id)
        last = id;
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return last;
}

static void no_commit_that_was_told_is_lost_wherever_the_writer_is_killed(void **state)
{
    place *self = *state;
    for (uint64_t enough = 1; enough <= 16; enough += 3) {
        char folder[FOLDER_SIZE + 8];
        (void)snprintf(folder, sizeof folder, "%s/%d", self->folder, (int)enough);
        uint64_t told = killed_after(folder, enough);
        assert_true(told >= enough);
        store *back = opened(folder);
        uint64_t last = last_version(back);
        store_close(&back);
        assert_in_range(last, told, told + 1);
    }
}

static void a_checkpoint_moves_everything_into_the_main_file(void **state)
{
    place *self = *state;
    char copy[FOLDER_SIZE + 8];
    store_group group = full_group(self->memory);
    assert_committed(self->writer, &group);
    store_checkpoint(self->writer, 1 << 30); /* the log is smaller: nothing is done */
    assert_false(text_has(file_read(self->folder, store_file, self->memory), "staffordshire"));
    store_checkpoint(self->writer, 0);
    (void)snprintf(copy, sizeof copy, "%s/copy", self->folder);
    store_close(&(store *){opened(copy)}); /* makes the folder */
    file_write(copy, store_file, file_read(self->folder, store_file, self->memory));
    self->reader = opened_reader(copy);
    assert_string_equal(store_in_words(self->reader, self->memory), full_group_in_words);
}

/* --- a disk that is full ----------------------------------------------------------------------- */

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

typedef struct full_disk {
    const char *folder;
    rlim_t room;
} full_disk;

/* Exit status 0: committed at once. 1: refused with nothing stored, and stored whole when there was room. */
static void commit_on_a_full_disk(void *context)
{
    const full_disk *disk = context;
    arena *memory = arena_create();
    store_group group = full_group(memory);
    (void)signal(SIGXFSZ, SIG_IGN);
    store *to = opened(disk->folder);
    limit_files(disk->room);
    status st = store_commit(to, &group);
    limit_files(RLIM_INFINITY);
    if (st == STATUS_OK)
        _exit(0);
    if ((st != STATUS_FULL && st != STATUS_IO) || strcmp(store_in_words(to, memory), "") != 0)
        _exit(2);
    if (store_commit(to, &group) != STATUS_OK || strcmp(store_in_words(to, memory), full_group_in_words) != 0)
        _exit(3);
    _exit(1);
}

static void a_disk_that_is_full_at_any_point_of_a_commit_costs_nothing_but_that_commit(void **state)
{
    place *self = *state;
    int ended = 1, refused = 0;
    for (rlim_t room = 0; ended == 1; room += 6000) {
        char folder[FOLDER_SIZE + 16];
        (void)snprintf(folder, sizeof folder, "%s/%d", self->folder, (int)room);
        store_close(&(store *){opened(folder)});
        ended = end_of_child(commit_on_a_full_disk, &(full_disk){folder, room});
        assert_in_range(ended, 0, 1);
        refused += ended;
        store *back = opened(folder);
        assert_string_equal(store_in_words(back, self->memory), full_group_in_words);
        store_close(&back);
    }
    assert_in_range(refused, 10, 1000);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)
#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, place_make_store, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(opening_makes_the_folder_and_an_empty_store),
        IN_A_FOLDER(a_folder_that_cannot_be_made_is_refused_in_words),
        IN_A_STORE(a_second_writer_is_turned_away_until_the_first_has_closed),
        IN_A_FOLDER(a_reader_finds_nothing_where_no_store_is_and_makes_none),
        IN_A_STORE(a_store_is_read_while_nobody_writes_to_it),
        IN_A_STORE(a_store_of_a_newer_schema_is_refused_and_left_alone),
        IN_A_FOLDER(a_database_of_another_program_is_refused_and_left_alone),
        IN_A_FOLDER(a_file_that_is_no_database_is_refused_and_left_alone),
        IN_A_FOLDER(an_empty_file_is_no_store_to_a_reader_and_a_new_one_to_a_writer),
        IN_A_STORE(readers_see_what_was_committed_and_nothing_else),
        IN_A_STORE(a_reader_that_has_begun_sees_nothing_that_is_committed_meanwhile),
        IN_A_STORE(one_reading_is_not_disturbed_by_commits_under_way),
        IN_A_STORE(a_group_with_one_bad_part_stores_nothing_of_the_rest),
        IN_A_STORE(a_bad_group_takes_nothing_from_what_was_stored),
        IN_A_FOLDER(what_was_committed_is_there_after_the_process_was_killed),
        IN_A_FOLDER(no_commit_that_was_told_is_lost_wherever_the_writer_is_killed),
        IN_A_STORE(a_checkpoint_moves_everything_into_the_main_file),
        IN_A_FOLDER(a_disk_that_is_full_at_any_point_of_a_commit_costs_nothing_but_that_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
