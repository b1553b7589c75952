/* Promise: an engine that is opened again knows every incident that was committed, whatever became of its checkpoint
 * or of the process; a sound checkpoint is used, and one that is torn, foreign or of another time is not believed. */
#include "aggregator/engine.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine_fixtures.h"
#include "storage/finder.h"
#include "testing.h"

static const char checkpoint[] = "references.index";

enum { KNOWN = 40 };

static incident numbered(const char *origin, int n)
{
    static char named[16];
    (void)snprintf(named, sizeof named, "r%d", n);
    incident made = crime(named, "2024-05-17", "30C", "D1");
    made.origin = text_of(origin);
    return made;
}

static void admit_known(engine_world *w, const char *origin)
{
    for (int n = 0; n < KNOWN; n++)
        assert_admitted(w, numbered(origin, n), ADMISSION_ACCEPTED);
    world_commit(w);
}

/* Every incident is known again, none that never came is, and the counts are those of before. */
static void assert_knows_all(engine_world *w, const char *what)
{
    for (int n = 0; n < KNOWN; n++)
        if (admitted(w, numbered("live", n)).kind != ADMISSION_REPEATED)
            fail_msg("%s: incident %d is taken for new", what, n);
    if (admitted(w, numbered("live", KNOWN)).kind != ADMISSION_ACCEPTED)
        fail_msg("%s: one that never came is known", what);
    engine_forget(w->engine);
    assert_counts(w, "D1", "home 2024-05-17 40");
}

static void close_engine(engine_world *w)
{
    engine_close(&w->engine);
}

static void open_engine(engine_world *w)
{
    w->engine = engine_opened(w->data, NULL, w->now_s);
}

static const char *checkpoint_path(engine_world *w)
{
    return arena_print(w->memory, "%s/%s", w->data, checkpoint).at;
}

/* --- the checkpoint is used -------------------------------------------------------------------- */

static void closing_writes_a_checkpoint_and_opening_believes_it(void **state)
{
    engine_world *w = *state;
    finder *kept = NULL, *none = finder_create();
    finder_mark mark;
    admit_known(w, "live");
    close_engine(w);
    assert_int_equal(finder_load(checkpoint_path(w), &kept, &mark), STATUS_OK);
    assert_int_equal(mark.last, KNOWN);
    assert_int_equal(finder_count(kept), KNOWN);
    /* One that claims to be of this store and this time, and is empty: to believe it is to know nothing. */
    assert_int_equal(finder_save(none, checkpoint_path(w), mark), STATUS_OK);
    open_engine(w);
    assert_admitted(w, numbered("live", 1), ADMISSION_ACCEPTED);
    engine_forget(w->engine);
    finder_destroy(&kept);
    finder_destroy(&none);
}

static void a_checkpoint_behind_the_store_is_used_and_the_rest_is_read(void **state)
{
    engine_world *w = *state;
    for (int n = 0; n < 10; n++)
        assert_admitted(w, numbered("live", n), ADMISSION_ACCEPTED);
    world_commit(w);
    world_reopen(w);
    text early = file_read(w->data, checkpoint, w->memory);
    for (int n = 10; n < KNOWN; n++)
        assert_admitted(w, numbered("live", n), ADMISSION_ACCEPTED);
    /* A version of an incident that the checkpoint knows by its older number. */
    assert_admitted(w, crime_again(numbered("live", 3), 1, 1), ADMISSION_REPLACED);
    world_commit(w);
    close_engine(w);
    file_write(w->data, checkpoint, early);
    open_engine(w);
    assert_knows_all(w, "an early checkpoint");
    assert_admitted(w, crime_again(numbered("live", 3), 1, 1), ADMISSION_REPEATED);
}

/* --- and not believed -------------------------------------------------------------------------- */

static void without_a_checkpoint_all_versions_are_read(void **state)
{
    engine_world *w = *state;
    admit_known(w, "live");
    close_engine(w);
    assert_int_equal(unlink(checkpoint_path(w)), 0);
    open_engine(w);
    assert_knows_all(w, "no checkpoint");
    close_engine(w);
    assert_true(file_exists(w->data, checkpoint));
    open_engine(w);
    assert_knows_all(w, "a new checkpoint");
}

static void a_checkpoint_that_was_cut_anywhere_is_not_believed(void **state)
{
    engine_world *w = *state;
    admit_known(w, "live");
    close_engine(w);
    text whole = file_read(w->data, checkpoint, w->memory);
    for (size_t size = 0; size < whole.size; size += size < 64 ? 7 : whole.size / 9) {
        file_write(w->data, checkpoint, (text){whole.at, size});
        open_engine(w);
        assert_knows_all(w, "a checkpoint that was cut");
        close_engine(w);
    }
    file_write(w->data, checkpoint, arena_print(w->memory, "%.*s", (int)whole.size, "one that was written over"));
    open_engine(w);
    assert_knows_all(w, "a checkpoint that is none");
}

static void a_checkpoint_with_one_bit_turned_is_not_believed(void **state)
{
    engine_world *w = *state;
    admit_known(w, "live");
    close_engine(w);
    text whole = file_read(w->data, checkpoint, w->memory);
    char *octets = arena_take(w->memory, whole.size);
    for (size_t at = 0; at < whole.size; at += at < 64 ? 3 : 401) {
        memcpy(octets, whole.at, whole.size);
        octets[at] = (char)(octets[at] ^ 1 << at % 8);
        file_write(w->data, checkpoint, (text){octets, whole.size});
        open_engine(w);
        assert_knows_all(w, "a checkpoint with a bit turned");
        close_engine(w);
    }
    open_engine(w);
}

static void the_checkpoint_of_another_store_is_not_believed(void **state)
{
    engine_world *w = *state, other = engine_world_make();
    admit_known(w, "live");
    close_engine(w);
    admit_known(&other, "elsewhere");
    other.now_s++;
    for (int n = 0; n < KNOWN; n++)
        assert_admitted(&other, crime_again(numbered("live", n), 7, 7), ADMISSION_ACCEPTED);
    world_commit(&other);
    close_engine(&other);
    file_write(w->data, checkpoint, file_read(other.data, checkpoint, w->memory)); /* longer */
    open_engine(w);
    assert_knows_all(w, "another store's checkpoint");
    engine_world_forget(&other);
}

static void the_checkpoint_of_another_store_of_the_same_size_is_not_believed(void **state)
{
    engine_world *w = *state, other = engine_world_make();
    admit_known(w, "live");
    close_engine(w);
    other.now_s += 60;
    for (int n = KNOWN - 1; n >= 0; n--)
        assert_admitted(&other, numbered("live", n), ADMISSION_ACCEPTED);
    world_commit(&other);
    close_engine(&other);
    file_write(w->data, checkpoint, file_read(other.data, checkpoint, w->memory));
    open_engine(w);
    assert_knows_all(w, "another store's checkpoint");
    assert_admitted(w, crime_again(numbered("live", 3), 1, 1), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 40");
    engine_world_forget(&other);
}

static void copy_store(engine_world *from, const char *to, arena *memory)
{
    static const char *const names[] = {"tocsin.db", "tocsin.db-wal"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (file_exists(from->data, names[i]))
            file_write(to, names[i], file_read(from->data, names[i], memory));
}

/* A store brought back from a backup, and a checkpoint of what came after it. */
static void the_checkpoint_of_a_later_time_is_not_believed(void **state)
{
    engine_world *w = *state;
    char backup[FOLDER_SIZE];
    folder_make(backup);
    admit_known(w, "live");
    close_engine(w);
    copy_store(w, backup, w->memory);
    open_engine(w);
    assert_admitted(w, numbered("live", KNOWN), ADMISSION_ACCEPTED);
    assert_admitted(w, crime_again(numbered("live", 3), 1, 1), ADMISSION_REPLACED);
    world_commit(w);
    close_engine(w);
    assert_int_equal(unlink(arena_print(w->memory, "%s/tocsin.db", w->data).at), 0);
    (void)unlink(arena_print(w->memory, "%s/tocsin.db-wal", w->data).at);
    engine_world from = {.memory = w->memory};
    (void)strcpy(from.data, backup);
    copy_store(&from, w->data, w->memory);
    open_engine(w);
    assert_knows_all(w, "a later checkpoint");
    folder_remove(backup);
}

/* --- a process that dies ----------------------------------------------------------------------- */

struct dying {
    const char *data, *reference;
    bool commit;
};

/* Takes records in, commits if so told, and dies without a word. */
static void take_in_and_die(void *context)
{
    const struct dying *how = context;
    engine_world w = {.memory = arena_create(), .now_s = 1743422400, .from = {.stream = {text_of("desk"), text_of("a")}}};
    w.engine = engine_opened(how->data, how->reference, w.now_s);
    for (int n = 0; n < KNOWN; n++)
        assert_admitted(&w, numbered("live", n), ADMISSION_ACCEPTED);
    if (how->commit)
        world_commit(&w);
    (void)raise(SIGKILL);
}

static void what_was_committed_is_known_after_the_process_was_killed(void **state)
{
    engine_world *w = *state;
    close_engine(w);
    assert_int_equal(end_of_child(take_in_and_die, &(struct dying){w->data, w->reference, true}), -SIGKILL);
    open_engine(w);
    assert_knows_all(w, "a killed process");
}

static void what_was_not_committed_is_gone_after_the_process_was_killed_and_can_come_again(void **state)
{
    engine_world *w = *state;
    close_engine(w);
    assert_int_equal(end_of_child(take_in_and_die, &(struct dying){w->data, w->reference, false}), -SIGKILL);
    open_engine(w);
    assert_counts(w, "D1", "");
    admit_known(w, "live");
    assert_knows_all(w, "records that came again");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(closing_writes_a_checkpoint_and_opening_believes_it),
        IN_A_WORLD(a_checkpoint_behind_the_store_is_used_and_the_rest_is_read),
        IN_A_WORLD(without_a_checkpoint_all_versions_are_read),
        IN_A_WORLD(a_checkpoint_that_was_cut_anywhere_is_not_believed),
        IN_A_WORLD(a_checkpoint_with_one_bit_turned_is_not_believed),
        IN_A_WORLD(the_checkpoint_of_another_store_is_not_believed),
        IN_A_WORLD(the_checkpoint_of_another_store_of_the_same_size_is_not_believed),
        IN_A_WORLD(the_checkpoint_of_a_later_time_is_not_believed),
        IN_A_WORLD(what_was_committed_is_known_after_the_process_was_killed),
        IN_A_WORLD(what_was_not_committed_is_gone_after_the_process_was_killed_and_can_come_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
