/* Promise: a stream has one sender at a time: who has it keeps it as long as he lives, his own return is known by
 * his instance, and another takes it over when he is gone; and whatever a peer does, no other peer's stream is harmed. */
#include "aggregator/receive.h"

#include <stdio.h>

#include "receive_fixtures.h"
#include "testing.h"

enum { HEARTBEAT_MS = 5000, SILENT_MS = 6 * HEARTBEAT_MS };

/* The first peer has the stream, with one message taken and acknowledged. */
static void let_first_send(desk *d)
{
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
    (void)acknowledged_to(d, 1, 1);
}

/* --- two collectors with one name -------------------------------------------------------------- */

static void a_second_collector_of_the_same_name_is_refused_as_long_as_the_first_is_alive(void **state)
{
    desk *d = *state;
    let_first_send(d);
    for (int i = 0; i < 4; i++) {
        desk_wait(d, SILENT_MS - 1);
        desk_hear(d, 2, a_hello(8, 1, "a.csv", 2));
        message refused = refused_to(d, 2, REFUSAL_STREAM_HELD, "another collector named 'desk' is sending 'a.csv'");
        assert_int_equal(refused.refuse.retry_after_s, 5);
        (void)said_to(d, 1, MESSAGE_HEARTBEAT); /* is he there? */
        desk_hear(d, 1, a_message(MESSAGE_HEARTBEAT, 7, 0, 0));
        desk_hear(d, 2, a_message(MESSAGE_BYE, 8, 0, 0));
    }
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
    (void)acknowledged_to(d, 1, 2);
}

static void a_second_collector_goes_on_where_the_first_stopped_once_that_was_silent_too_long(void **state)
{
    desk *d = *state;
    let_first_send(d);
    desk_wait(d, SILENT_MS);
    welcome second = greeted(d, 2, 8, 1, "a.csv", 2);
    assert_int_equal(second.position.offset, 1);
    assert_int_equal(second.epoch, 2);
    (void)said_to(d, 1, MESSAGE_HEARTBEAT);
    desk_hear(d, 2, a_message(MESSAGE_RECORDS, 8, 1, 1));
    /* The first wakes up: it has the stream no more, and is refused as long as the second lives. */
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "stream 1 was not opened");
    desk_hear(d, 1, a_hello(9, 1, "a.csv", 1));
    (void)refused_to(d, 1, REFUSAL_STREAM_HELD, "");
    (void)said_to(d, 2, MESSAGE_HEARTBEAT);
    (void)acknowledged_to(d, 2, 1);
}

static void a_collector_whose_connection_is_gone_is_not_waited_for(void **state)
{
    desk *d = *state;
    let_first_send(d);
    d->gone = 1;
    assert_int_equal(greeted(d, 2, 8, 1, "a.csv", 2).epoch, 2);
    assert_silent(d, 1);
}

static void a_collector_that_said_bye_is_not_waited_for(void **state)
{
    desk *d = *state;
    let_first_send(d);
    desk_hear(d, 1, a_message(MESSAGE_BYE, 7, 0, 0));
    (void)greeted(d, 2, 8, 1, "a.csv", 2);
    assert_silent(d, 1);
}

static void a_collector_that_comes_back_is_known_by_its_instance_and_its_old_connection_is_not_heard(void **state)
{
    desk *d = *state;
    let_first_send(d);
    welcome again = greeted(d, 2, 8, 1, "a.csv", 1);
    assert_int_equal(again.position.offset, 1);
    assert_int_equal(again.epoch, 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "stream 1 was not opened");
    desk_hear(d, 2, a_message(MESSAGE_RECORDS, 8, 1, 1));
    (void)acknowledged_to(d, 2, 1);
}

static void only_the_stream_that_comes_back_leaves_the_old_connection(void **state)
{
    desk *d = *state;
    let_first_send(d);
    (void)greeted(d, 1, 7, 2, "b.csv", 1);
    (void)greeted(d, 2, 8, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 2, 2));
    (void)acknowledged_to(d, 1, 2);
}

static void a_stream_that_was_opened_twice_in_one_session_is_taken_over_whole(void **state)
{
    desk *d = *state;
    let_first_send(d);
    (void)greeted(d, 1, 7, 2, "a.csv", 1);
    (void)greeted(d, 2, 8, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 2, 2));
    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "stream 2 was not opened");
    desk_hear(d, 2, a_message(MESSAGE_RECORDS, 8, 1, 1));
    (void)acknowledged_to(d, 2, 1);
}

static void another_name_is_another_stream(void **state)
{
    desk *d = *state;
    let_first_send(d);
    message other = a_hello(8, 1, "a.csv", 2);
    other.hello.source = text_of("another desk");
    desk_hear(d, 2, other);
    assert_false(said_to(d, 2, MESSAGE_WELCOME).welcome.position.held);
    assert_silent(d, 1);
}

static void an_epoch_outlives_the_aggregator(void **state)
{
    desk *d = *state;
    let_first_send(d);
    desk_settle(d, d->settings);
    assert_int_equal(greeted(d, 1, 8, 1, "a.csv", 1).epoch, 1);
    desk_settle(d, d->settings);
    assert_int_equal(greeted(d, 1, 9, 1, "a.csv", 2).epoch, 2);
}

/* --- nobody harms another ---------------------------------------------------------------------- */

/* Everything wrong that a peer can do, one after another. */
static void misbehave(desk *d, int who)
{
    incident bad = crime("", "2024-05-17", "unheard of", "nowhere");
    message strange = a_message(MESSAGE_RECORDS, 1000, 1, 1);
    desk_hear_octets(d, who, text_of("noise"));
    desk_hear(d, who, a_message(MESSAGE_RECORDS, 7, 1, 2)); /* in the other's words */
    desk_hear(d, who, a_message(MESSAGE_BYE, 7, 0, 0));
    strange.version = 9;
    desk_hear(d, who, strange);
    for (uint64_t session = 100; session < 106; session++) {
        desk_hear(d, who, a_hello(session, 1, "other.csv", 2));
        switch (session) {
        case 100: desk_hear(d, who, a_message(MESSAGE_RECORDS, session, 1, 5)); break;
        case 101: desk_hear(d, who, a_message(MESSAGE_SNAPSHOT_END, session, 1, 1)); break;
        case 102: desk_hear(d, who, a_message(MESSAGE_RECORDS, session, 3, 1)); break;
        case 103: desk_hear(d, who, some_records(session, 1, 1, &bad, 1)); break;
        case 104: desk_hear(d, who, a_hello(session, 2, "a.csv", 2)); break;
        default:
            for (uint64_t n = 1; n < 9; n++)
                desk_hear(d, who, a_message(MESSAGE_RECORDS, session, 1, n));
        }
    }
}

static void whatever_one_peer_does_the_others_go_on(void **state)
{
    desk *d = *state;
    incident good = crime("a", "2024-05-17", "30C", "D1");
    let_first_send(d);
    desk_hear(d, 1, some_records(7, 1, 2, &good, 1));
    misbehave(d, 2);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 3));
    desk_commit(d);
    (void)said_to(d, 1, MESSAGE_HEARTBEAT); /* asked whether he is there, when the other wanted his stream */
    ack all = said_to(d, 1, MESSAGE_ACK).ack;
    assert_int_equal(all.through, 3);
    assert_int_equal(all.accepted, 1);
    assert_int_equal(all.rejected, 0);
    assert_silent(d, 1);
    assert_counts(&d->world, "D1", "home 2024-05-17 1");
}

static void what_happens_to_one_peers_records_is_told_to_it_alone(void **state)
{
    desk *d = *state;
    incident good = crime("a", "2024-05-17", "30C", "D1"), bad = crime("b", "2024-05-17", "unheard of", "D1");
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    (void)greeted(d, 2, 8, 1, "b.csv", 2);
    desk_hear(d, 1, some_records(7, 1, 1, &good, 1));
    desk_hear(d, 2, some_records(8, 1, 1, &bad, 1));
    desk_hear(d, 2, some_records(8, 1, 2, &good, 1));
    desk_commit(d);
    ack first = said_to(d, 1, MESSAGE_ACK).ack, second = said_to(d, 2, MESSAGE_ACK).ack;
    assert_int_equal(first.through, 1);
    assert_int_equal(first.accepted + first.repeated + first.replaced + first.rejected, 1);
    assert_int_equal(first.accepted, 1);
    assert_int_equal(first.rejection_count, 0);
    assert_int_equal(second.through, 2);
    assert_int_equal(second.rejected, 1);
    assert_int_equal(second.repeated, 1);
    assert_int_equal(second.rejection_count, 1);
    assert_int_equal(second.rejections[0].sequence, 1);
    assert_int_equal(second.rejections[0].reason, REJECT_UNKNOWN_OFFENCE);
}

/* --- how many ---------------------------------------------------------------------------------- */

static void more_collectors_than_there_is_room_for_are_told_to_come_again(void **state)
{
    desk *d = *state;
    for (int who = 1; who <= 3; who++)
        (void)greeted(d, who, 7, 1, who == 1 ? "a" : who == 2 ? "b" : "c", (uint64_t)who);
    desk_hear(d, 4, a_hello(7, 1, "d", 4));
    message refused = refused_to(d, 4, REFUSAL_OVER_CREDIT, "more than 3 collectors are connected");
    assert_int_equal(refused.refuse.retry_after_s, 5);
    desk_hear(d, 2, a_message(MESSAGE_BYE, 7, 0, 0));
    (void)greeted(d, 4, 8, 1, "d", 4);
}

static void strangers_take_no_room(void **state)
{
    desk *d = *state;
    for (int who = 1; who <= 30; who++) {
        desk_hear(d, who, a_message(MESSAGE_RECORDS, 7, 1, 1));
        desk_hear_octets(d, who, text_of("noise"));
    }
    (void)greeted(d, 40, 7, 1, "a", 1);
}

/* --- heartbeats -------------------------------------------------------------------------------- */

static void a_heartbeat_is_said_when_nothing_else_was(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_wait(d, HEARTBEAT_MS - 1);
    receive_tick(d->receive, d->now);
    assert_silent(d, 1);
    desk_wait(d, 1);
    receive_tick(d->receive, d->now);
    assert_int_equal(said_to(d, 1, MESSAGE_HEARTBEAT).session, 7);
    desk_wait(d, HEARTBEAT_MS - 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
    (void)acknowledged_to(d, 1, 1); /* this is life enough */
    desk_wait(d, 1);
    receive_tick(d->receive, d->now);
    assert_silent(d, 1);
}

static void a_refused_peer_gets_no_heartbeat(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 9));
    (void)refused_to(d, 1, REFUSAL_OUT_OF_SEQUENCE, "");
    desk_wait(d, HEARTBEAT_MS);
    receive_tick(d->receive, d->now);
    assert_silent(d, 1);
}

static void a_peer_that_was_silent_for_six_heartbeats_is_forgotten_and_what_it_sent_is_kept(void **state)
{
    desk *d = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1");
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, some_records(7, 1, 1, &one, 1));
    desk_wait(d, SILENT_MS);
    receive_tick(d->receive, d->now);
    (void)said_to(d, 1, MESSAGE_HEARTBEAT); /* not yet */
    desk_wait(d, 1);
    receive_tick(d->receive, d->now);
    desk_commit(d);
    assert_silent(d, 1);
    assert_counts(&d->world, "D1", "home 2024-05-17 1");
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "RECORDS came before Hello");
    assert_int_equal(greeted(d, 1, 8, 1, "a.csv", 1).position.offset, 1);
}

static void a_wall_clock_that_jumps_makes_nobody_dead(void **state)
{
    desk *d = *state;
    let_first_send(d);
    d->now.wall_s += 86400;
    receive_tick(d->receive, d->now);
    d->now.wall_s -= 10 * 86400;
    receive_tick(d->receive, d->now);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
    (void)acknowledged_to(d, 1, 2);
}

static void a_peer_that_cannot_be_told_is_forgotten(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
    d->gone = 1;
    desk_commit(d);
    d->gone = 0;
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "RECORDS came before Hello");
}

static void at_the_end_everybody_is_told(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    (void)greeted(d, 2, 8, 1, "b.csv", 2);
    (void)greeted(d, 3, 9, 1, "c.csv", 3);
    d->gone = 2;
    receive_farewell(d->receive, d->now);
    assert_texts(said_to(d, 1, MESSAGE_BYE).bye, text_of("the aggregator is stopping"));
    assert_int_equal(said_to(d, 3, MESSAGE_BYE).session, 9);
    assert_silent(d, 2);
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, desk_make, desk_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_second_collector_of_the_same_name_is_refused_as_long_as_the_first_is_alive),
        AT_A_DESK(a_second_collector_goes_on_where_the_first_stopped_once_that_was_silent_too_long),
        AT_A_DESK(a_collector_whose_connection_is_gone_is_not_waited_for),
        AT_A_DESK(a_collector_that_said_bye_is_not_waited_for),
        AT_A_DESK(a_collector_that_comes_back_is_known_by_its_instance_and_its_old_connection_is_not_heard),
        AT_A_DESK(only_the_stream_that_comes_back_leaves_the_old_connection),
        AT_A_DESK(a_stream_that_was_opened_twice_in_one_session_is_taken_over_whole),
        AT_A_DESK(another_name_is_another_stream),
        AT_A_DESK(an_epoch_outlives_the_aggregator),
        AT_A_DESK(whatever_one_peer_does_the_others_go_on),
        AT_A_DESK(what_happens_to_one_peers_records_is_told_to_it_alone),
        AT_A_DESK(more_collectors_than_there_is_room_for_are_told_to_come_again),
        AT_A_DESK(strangers_take_no_room),
        AT_A_DESK(a_heartbeat_is_said_when_nothing_else_was),
        AT_A_DESK(a_refused_peer_gets_no_heartbeat),
        AT_A_DESK(a_peer_that_was_silent_for_six_heartbeats_is_forgotten_and_what_it_sent_is_kept),
        AT_A_DESK(a_wall_clock_that_jumps_makes_nobody_dead),
        AT_A_DESK(a_peer_that_cannot_be_told_is_forgotten),
        AT_A_DESK(at_the_end_everybody_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
