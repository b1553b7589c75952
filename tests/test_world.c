/* Promise: whatever the network, the processes, the disk and the clock do, everything that was acknowledged stays, every
 * record is counted once, and once nothing goes wrong any more everything that was said is stored and counted right.
 * A few hundred histories of a simulated world; scripts/simulate-world runs thousands. */
#include "tests/world/history.h"

#include "proto/log.h"
#include "testing.h"

enum { HISTORIES = 250 };

static int make_ground(void **state)
{
    static ground on;
    log_threshold((log_level)(LOG_ERROR + 1)); /* what goes wrong is meant to */
    on = ground_make();
    *state = &on;
    return 0;
}

static int remove_ground(void **state)
{
    ground_remove(*state);
    return 0;
}

static void every_history_keeps_what_was_promised(void **state)
{
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        history_result said = history_run(*state, seed, false);
        if (!said.fine)
            fail_msg("seed %llu, %s\n    build/dev/bin/simulated_world --seed %llu --trace", (unsigned long long)seed, said.fault,
                     (unsigned long long)seed);
    }
}

static void the_same_seed_is_the_same_history(void **state)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        history_result first = history_run(*state, seed, false), second = history_run(*state, seed, false);
        assert_true(first.lines > 0);
        assert_int_equal(first.lines, second.lines);
        assert_int_equal(first.digest, second.digest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_history_keeps_what_was_promised),
        cmocka_unit_test(the_same_seed_is_the_same_history),
    };
    return cmocka_run_group_tests(tests, make_ground, remove_ground);
}
