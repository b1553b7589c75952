/* Promise: when the power goes at any moment of any batch, what was acknowledged is there afterwards, the batch under way
 * is there whole or not at all, and the work done again comes to the same end. */
#include "aggregator/engine.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_work.h"
#include "faulty_vfs.h"
#include "testing.h"

static work undisturbed;

/* One step, with the power cut at its n-th change to the disk, or else right behind it. */
typedef struct outage {
    engine_world world;
    size_t step;
    uint64_t n, seed;
    volatile struct told {
        bool acknowledged;
        bool ended; /* nothing was left to be done */
    } *told;        /* in memory that outlives the process */
} outage;

static void work_until_the_power_goes(void *context)
{
    outage *o = context;
    engine_world *w = &o->world;
    faulty_power_seed(o->seed);
    faulty_arm(FAULT_POWER, o->step < WORK_OPENINGS ? o->n : UINT64_MAX, 1); /* files are followed from the first */
    if (work_open(w, o->step) != STATUS_OK)
        _exit(1);
    if (o->step >= WORK_OPENINGS)
        faulty_arm(FAULT_POWER, o->n, 1);
    if (work_do(w, o->step) != STATUS_OK)
        _exit(2);
    o->told->acknowledged = true;
    if (o->step == WORK_STEPS - 1)
        engine_close(&w->engine);
    o->told->ended = true;
    faulty_power_cut();
}

static void assert_all_or_nothing(outage *o)
{
    engine_world *w = &o->world;
    const char *words = work_words(engine_store(w->engine), w->memory), *with = undisturbed.words[o->step + 1];
    bool acknowledged = o->told->acknowledged;
    if (acknowledged || strcmp(words, with) != 0)
        assert_same_words(words, acknowledged ? with : undisturbed.words[o->step]);
}

static void come_back(outage *o)
{
    engine_world *w = &o->world;
    assert_int_equal(work_open(w, o->step), STATUS_OK);
    assert_integrity(w->data);
    assert_all_or_nothing(o);
    assert_int_equal(work_do(w, o->step), STATUS_OK);
    assert_same_words(work_words(engine_store(w->engine), w->memory), undisturbed.words[o->step + 1]);
}

/* Returns whether the step came to its end before. */
static bool cut(size_t step, uint64_t n, uint64_t seed, volatile struct told *told)
{
    outage o = {.world = work_world(&undisturbed, step), .step = step, .n = n, .seed = seed, .told = told};
    told->acknowledged = told->ended = false;
    assert_int_equal(end_of_child(work_until_the_power_goes, &o), -SIGKILL);
    come_back(&o);
    engine_world_forget(&o.world);
    return told->ended;
}

static void cut_at_each(size_t step, volatile struct told *told)
{
    uint64_t n = 1, seed = 1000 * step;
    while (!cut(step, n, seed + n, told))
        n = work_next(n, 2);
    assert_true(n > 4);
    for (int times = 0; times < 4; times++)
        assert_true(cut(step, UINT64_MAX, seed++, told));
}

static void a_power_cut_costs_nothing_that_was_acknowledged(void **state)
{
    (void)state;
    struct told *told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(told, MAP_FAILED);
    for (size_t step = 0; step < WORK_STEPS; step++)
        cut_at_each(step, told);
    (void)munmap(told, sizeof *told);
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
        cmocka_unit_test(a_power_cut_costs_nothing_that_was_acknowledged),
    };
    return cmocka_run_group_tests(tests, note_undisturbed, forget_undisturbed);
}
