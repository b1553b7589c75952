/* Promise: whatever the disk or the memory refuses, and whenever, a batch of work is stored whole or not at all, what
 * was acknowledged stays, and the work done again comes to the same end as if nothing had been refused. */
#include "aggregator/engine.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fault_work.h"
#include "faulty_vfs.h"
#include "testing.h"

static work undisturbed;

/* One step, disturbed once. */
typedef struct trial {
    fault_kind kind;
    size_t step;
    uint64_t n;  /* of the request that fails */
    bool failed; /* so many requests were there, that the n-th could fail */
    engine_world world;
} trial;

/* The process dies after the failure, and another opens what it left. The batch may be there: the failure was perhaps
 * only that nobody could be sure of it. */
static void die_and_open_again(trial *t)
{
    engine_world *w = &t->world;
    char left[FOLDER_SIZE];
    folder_make(left);
    work_copy(w->data, left);
    engine_close(&w->engine);
    folder_remove(w->data);
    memcpy(w->data, left, sizeof left);
    assert_integrity(left);
    assert_int_equal(work_open(w, t->step), STATUS_OK);
    const char *words = work_words(engine_store(w->engine), w->memory);
    if (strcmp(words, undisturbed.words[t->step + 1]) != 0)
        assert_same_words(words, undisturbed.words[t->step]);
}

/* Others must see what was acknowledged, and nothing else. */
static void look_as_others(trial *t)
{
    engine_world *w = &t->world;
    store *reader = opened_reader(w->data);
    assert_same_words(work_words(reader, w->memory), undisturbed.words[t->step]);
    store_close(&reader);
    assert_integrity(w->data);
}

static void look_after_failure(trial *t)
{
    assert_string_not_equal(engine_trouble(t->world.engine), "");
    if (t->n % 2 == 0)
        die_and_open_again(t);
    else
        look_as_others(t);
}

/* Only one call may fail: the next finds everything as it should be. */
static void run_step(trial *t)
{
    engine_world *w = &t->world;
    if (t->step < WORK_OPENINGS)
        faulty_arm(t->kind, t->n, 1);
    if (work_open(w, t->step) != STATUS_OK)
        assert_int_equal(work_open(w, t->step), STATUS_OK);
    if (t->step >= WORK_OPENINGS)
        faulty_arm(t->kind, t->n, 1);
    if (work_do(w, t->step) != STATUS_OK) {
        look_after_failure(t);
        assert_int_equal(work_do(w, t->step), STATUS_OK);
    }
    t->failed = faulty_disarm() > 0;
    assert_same_words(work_words(engine_store(w->engine), w->memory), undisturbed.words[t->step + 1]);
}

/* What is remembered must be as right as what is stored. */
static void run_to_the_end(trial *t)
{
    engine_world *w = &t->world;
    for (size_t i = t->step + 1; i < WORK_STEPS; i++)
        assert_int_equal(work_do(w, i), STATUS_OK);
    assert_same_words(work_words(engine_store(w->engine), w->memory), undisturbed.words[WORK_STEPS]);
}

static bool disturb(fault_kind kind, size_t step, uint64_t n)
{
    trial t = {.kind = kind, .step = step, .n = n, .world = work_world(&undisturbed, step)};
    run_step(&t);
    if (n % 8 < 2)
        run_to_the_end(&t);
    engine_world_forget(&t.world);
    return t.failed;
}

/* For n = 1, 2, 3 ... until a step asks less often than that. Kinds that count the same requests take turns. */
static void fail_at_some(const fault_kind *kinds, size_t kind_count, uint64_t stride)
{
    uint64_t failed = 0;
    for (size_t step = 0; step < WORK_STEPS; step++)
        for (uint64_t n = 1; disturb(kinds[(n + step) % kind_count], step, n); n = work_next(n, stride))
            failed++;
    assert_true(failed > 0);
}

static void fail_at_each(fault_kind kind)
{
    fail_at_some(&kind, 1, 1);
}

static void whichever_write_fails_is_torn_or_finds_the_disk_full_only_its_batch_comes_again(void **state)
{
    (void)state;
    fail_at_some((const fault_kind[]){FAULT_WRITE, FAULT_TORN, FAULT_FULL}, 3, 1);
}

static void whichever_sync_or_truncation_fails_only_its_batch_comes_again(void **state)
{
    (void)state;
    fail_at_each(FAULT_SYNC);
    fail_at_each(FAULT_TRUNCATE);
}

static void whichever_reading_fails_only_its_batch_comes_again(void **state)
{
    (void)state;
    fail_at_some((const fault_kind[]){FAULT_READ}, 1, 3);
}

static void whichever_lock_cannot_be_had_only_its_batch_comes_again(void **state)
{
    (void)state;
    fail_at_some((const fault_kind[]){FAULT_LOCK}, 1, 3);
}

static void whichever_file_cannot_be_opened_deleted_or_shared_only_its_batch_comes_again(void **state)
{
    (void)state;
    fail_at_each(FAULT_OPEN);
    fail_at_each(FAULT_DELETE);
    fail_at_each(FAULT_SHARE);
}

/* SQLite asks thousands of times. */
static void whenever_memory_runs_out_in_the_store_only_its_batch_comes_again(void **state)
{
    (void)state;
    fail_at_some((const fault_kind[]){FAULT_ALLOCATION}, 1, 149);
}

/* A declaration can't be stored, and what was declared before can't be read again. */
static void declare_where_nothing_can_be_read(void *context)
{
    engine_world *w = context;
    if (work_open(w, WORK_STEPS - 1) != STATUS_OK)
        _exit(1);
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D1", "2024-06-01..2024-06-30", "", ""));
    faulty_arm(FAULT_LOCK, 1, UINT64_MAX);
    (void)engine_commit(w->engine, w->now_s);
    _exit(2);
}

/* The same of reference data. */
static void reload_where_nothing_can_be_read(void *context)
{
    engine_world *w = context;
    char why[NOTE_SIZE_MAX] = "";
    if (work_open(w, WORK_STEPS - 1) != STATUS_OK)
        _exit(1);
    faulty_arm(FAULT_LOCK, 1, UINT64_MAX);
    (void)engine_reload(w->engine, w->reference, w->now_s, faults_create(), why);
    _exit(2);
}

static void an_engine_that_can_no_longer_tell_what_is_covered_ends_and_the_next_begins_from_what_is(void **state)
{
    void (*const ways[])(void *) = {declare_where_nothing_can_be_read, reload_where_nothing_can_be_read};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        engine_world w = work_world(&undisturbed, WORK_STEPS - 1);
        assert_int_equal(end_of_child(ways[i], &w), -SIGABRT);
        assert_int_equal(work_open(&w, WORK_STEPS - 1), STATUS_OK);
        assert_same_words(work_words(engine_store(w.engine), w.memory), undisturbed.words[WORK_STEPS - 1]);
        engine_world_forget(&w);
    }
}

static int note_undisturbed(void **state)
{
    (void)state;
    faulty_install();
    work_note(&undisturbed);
    return 0;
}

static int forget_undisturbed(void **state)
{
    (void)state;
    work_forget(&undisturbed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whichever_write_fails_is_torn_or_finds_the_disk_full_only_its_batch_comes_again),
        cmocka_unit_test(whichever_sync_or_truncation_fails_only_its_batch_comes_again),
        cmocka_unit_test(whichever_reading_fails_only_its_batch_comes_again),
        cmocka_unit_test(whichever_lock_cannot_be_had_only_its_batch_comes_again),
        cmocka_unit_test(whichever_file_cannot_be_opened_deleted_or_shared_only_its_batch_comes_again),
        cmocka_unit_test(whenever_memory_runs_out_in_the_store_only_its_batch_comes_again),
        cmocka_unit_test(an_engine_that_can_no_longer_tell_what_is_covered_ends_and_the_next_begins_from_what_is),
    };
    return cmocka_run_group_tests(tests, note_undisturbed, forget_undisturbed);
}
