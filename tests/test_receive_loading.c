/* Promise: while collectors load, nobody is alarmed; once a collector has caught up, what it has loaded is judged, through
 * whatever connections it came, unless another that still loads has a part in it. */
#include "aggregator/receive.h"

#include <stdio.h>

#include "receive_fixtures.h"
#include "testing.h"

static const char rules_file[] =
    "rules:\n"
    "  - name: yearly\n"
    "    detector: rolling-year\n"
    "    areas: [district]\n"
    "    categories: [all]\n"
    "    levels:\n"
    "      watch: {percent: 10}\n";

static int make(void **state)
{
    (void)desk_make(state);
    desk *d = *state;
    file_write(d->world.reference, "priorities.yaml", text_of(rules_file));
    world_reload(&d->world);
    d->settings.credit = 64;
    desk_settle(d, d->settings);
    return 0;
}

static void note_waiting(void *context, uint32_t area_id)
{
    (void)area_id;
    ++*(size_t *)context;
}

/* Areas whose levels wait for the end of a load. */
static size_t waiting(desk *d)
{
    size_t count = 0;
    desk_commit(d);
    d->said_count = 0;
    assert_int_equal(store_unjudged(engine_store(d->world.engine), note_waiting, &count), STATUS_OK);
    return count;
}

static void load(desk *d, int who, uint64_t session, uint64_t sequence, const char *area_code)
{
    incident one = crime("", "2024-05-17", "30C", area_code);
    one.reference = arena_print(d->memory, "%d %llu %llu", who, (unsigned long long)session, (unsigned long long)sequence);
    desk_hear(d, who, some_records(session, 1, sequence, &one, 1));
}

static void catch_up(desk *d, int who, uint64_t session, uint64_t sequence)
{
    desk_hear(d, who, a_message(MESSAGE_CAUGHT_UP, session, 1, sequence));
}

static void greet_another(desk *d, int who, uint64_t session, uint64_t instance)
{
    message other = a_hello(session, 1, "b.csv", instance);
    other.hello.source = text_of("another desk");
    desk_hear(d, who, other);
}

static void what_is_loaded_waits_until_the_collector_has_caught_up(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    load(d, 1, 7, 1, "D1");
    assert_int_not_equal(waiting(d), 0);
    catch_up(d, 1, 7, 2);
    assert_int_equal(waiting(d), 0);
    load(d, 1, 7, 3, "D1"); /* news */
    assert_int_equal(waiting(d), 0);
}

/* Of the broken connection nobody knows yet that it is dead. */
static void what_came_through_a_connection_that_broke_is_ended_by_the_next(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    load(d, 1, 7, 1, "D1");
    load(d, 1, 7, 2, "D2");
    assert_int_not_equal(waiting(d), 0);
    (void)greeted(d, 2, 8, 1, "a.csv", 1);
    load(d, 2, 8, 1, "D2");
    catch_up(d, 2, 8, 2);
    assert_int_equal(waiting(d), 0);
}

/* What the first one sent of its stream is settled, so that the next connection doesn't even open it. */
static void it_makes_no_difference_which_streams_the_next_connection_opens(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    load(d, 1, 7, 1, "D1");
    assert_int_not_equal(waiting(d), 0);
    (void)greeted(d, 2, 8, 1, "b.csv", 1);
    load(d, 2, 8, 1, "D2");
    catch_up(d, 2, 8, 2);
    assert_int_equal(waiting(d), 0);
}

static void what_a_dead_collector_loaded_is_ended_by_the_process_that_goes_on_with_its_stream(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    load(d, 1, 7, 1, "D1");
    assert_int_not_equal(waiting(d), 0);
    desk_wait(d, 30000);
    (void)greeted(d, 2, 8, 1, "a.csv", 2);
    catch_up(d, 2, 8, 1);
    assert_int_equal(waiting(d), 0);
}

static void what_others_still_load_waits_for_their_end_too(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    greet_another(d, 2, 8, 2);
    load(d, 1, 7, 1, "D1");
    load(d, 2, 8, 1, "D1");
    load(d, 1, 7, 2, "D3");
    catch_up(d, 1, 7, 3);
    assert_int_not_equal(waiting(d), 0);
    catch_up(d, 2, 8, 2);
    assert_int_equal(waiting(d), 0);
}

static void what_a_collector_has_ended_does_not_wait_for_another_that_died(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    greet_another(d, 2, 8, 2);
    load(d, 1, 7, 1, "D1");
    load(d, 2, 8, 1, "D1");
    catch_up(d, 1, 7, 2);
    assert_int_not_equal(waiting(d), 0);
    desk_wait(d, 30001);
    receive_tick(d->receive, d->now);
    assert_int_not_equal(receive_wish(d->receive), COMMIT_NOTHING);
    assert_int_equal(waiting(d), 0);
}

static void what_only_a_dead_collector_has_loaded_waits_for_the_end_of_another_load(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    load(d, 1, 7, 1, "D1");
    desk_hear(d, 1, a_message(MESSAGE_BYE, 7, 0, 0));
    assert_int_not_equal(waiting(d), 0);
    greet_another(d, 2, 8, 2);
    load(d, 2, 8, 1, "D3");
    catch_up(d, 2, 8, 2);
    assert_int_equal(waiting(d), 0);
}

#define LOADING(test) cmocka_unit_test_setup_teardown(test, make, desk_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOADING(what_is_loaded_waits_until_the_collector_has_caught_up),
        LOADING(what_came_through_a_connection_that_broke_is_ended_by_the_next),
        LOADING(it_makes_no_difference_which_streams_the_next_connection_opens),
        LOADING(what_a_dead_collector_loaded_is_ended_by_the_process_that_goes_on_with_its_stream),
        LOADING(what_others_still_load_waits_for_their_end_too),
        LOADING(what_a_collector_has_ended_does_not_wait_for_another_that_died),
        LOADING(what_only_a_dead_collector_has_loaded_waits_for_the_end_of_another_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
