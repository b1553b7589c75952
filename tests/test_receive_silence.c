/* Promise: a collector that is silent for six heartbeats is forgotten, and its stream can be had by another; but time in which
 * the aggregator itself did not listen, as in a commit or a recount that took long, is nobody's silence. */
#include "aggregator/receive.h"

#include <string.h>

#include "hall.h"
#include "testing.h"

enum { HEARTBEAT_MS = 5000, TICK_MS = 1000 };

/* A tick a second, and whoever is alive says so each fifth. */
static void let_pass(hall *self, int64_t ms, const char *alive)
{
    for (int64_t end = self->now_ms + ms; self->now_ms < end;) {
        self->now_ms += TICK_MS;
        for (const char *who = alive; self->now_ms % HEARTBEAT_MS == 0 && *who != '\0'; who++)
            hall_say(self, *who, (message){.kind = MESSAGE_HEARTBEAT});
        hall_clear(self);
        receive_tick(self->receive, hall_now(self));
    }
}

/* Is it still known? Records of somebody unknown are refused. */
static bool is_known(hall *self, char who)
{
    hall_clear(self);
    hall_say(self, who, (message){.kind = MESSAGE_HEARTBEAT});
    return self->heard_count == 0;
}

static void who_is_silent_for_six_heartbeats_is_forgotten_and_not_before(void **state)
{
    hall *self = *state;
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
    let_pass(self, 6 * HEARTBEAT_MS - TICK_MS, "");
    assert_int_equal(hall_greet(self, 'b'), MESSAGE_REFUSE);
    let_pass(self, 2 * TICK_MS, "");
    assert_false(is_known(self, 'a'));
    assert_int_equal(hall_greet(self, 'b'), MESSAGE_WELCOME);
}

static void who_says_no_more_than_that_it_is_there_keeps_its_stream_for_ever(void **state)
{
    hall *self = *state;
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
    let_pass(self, 100 * HEARTBEAT_MS, "a");
    assert_true(is_known(self, 'a'));
    assert_int_equal(hall_greet(self, 'b'), MESSAGE_REFUSE);
    assert_int_equal(self->heard[self->heard_count - 1].refuse.refusal, REFUSAL_STREAM_HELD);
}

static void who_could_not_be_heard_because_nobody_listened_is_not_forgotten(void **state)
{
    hall *self = *state;
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
    let_pass(self, HEARTBEAT_MS, "a");
    self->now_ms += 100 * HEARTBEAT_MS; /* a recount, and then the tick that is due comes before what waits */
    receive_tick(self->receive, hall_now(self));
    assert_true(is_known(self, 'a'));
    assert_int_equal(hall_greet(self, 'b'), MESSAGE_REFUSE);
    let_pass(self, 5 * HEARTBEAT_MS, "");
    assert_true(is_known(self, 'a'));
    let_pass(self, 7 * HEARTBEAT_MS, "");
    assert_false(is_known(self, 'a'));
}

static void who_listens_hears_a_heartbeat_in_time(void **state)
{
    hall *self = *state;
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
    let_pass(self, HEARTBEAT_MS - TICK_MS, "");
    assert_int_equal(self->heard_count, 0);
    let_pass(self, TICK_MS, "");
    assert_int_equal(self->heard_count, 1);
    assert_int_equal(self->heard[0].kind, MESSAGE_HEARTBEAT);
}

#define IN_A_HALL(test) cmocka_unit_test_setup_teardown(test, hall_make, hall_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_HALL(who_is_silent_for_six_heartbeats_is_forgotten_and_not_before),
        IN_A_HALL(who_says_no_more_than_that_it_is_there_keeps_its_stream_for_ever),
        IN_A_HALL(who_could_not_be_heard_because_nobody_listened_is_not_forgotten),
        IN_A_HALL(who_listens_hears_a_heartbeat_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
