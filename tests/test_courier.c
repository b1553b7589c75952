/* Promise: a courier greets every stream, goes on from the position that is held of it, sends in sequence within the
 * credit, believes nothing but acknowledgements, and is done when everything is acknowledged. */
#include "collector/courier.h"

#include <stdio.h>
#include <string.h>

#include "courier_fixtures.h"
#include "testing.h"

/* --- greeting ---------------------------------------------------------------------------------- */

static void nothing_is_sent_of_a_stream_before_its_welcome(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 3);
    assert_int_equal(post_work(p), COURIER_WORKING);
    message greeting = next_sent(p, MESSAGE_HELLO);
    assert_texts(greeting.hello.source, text_of("desk"));
    assert_texts(greeting.hello.stream, text_of("a"));
    assert_int_equal(greeting.hello.instance, 11);
    assert_int_equal(greeting.stream_number, 1);
    assert_int_not_equal(greeting.session, 0);
    (void)post_work(p);
    post_wait(p, 5000);
    assert_nothing_sent(p);
    assert_false(courier_is_connected(p->courier));
}

static void a_stream_goes_on_from_the_position_that_is_held_of_it(void **state)
{
    post *p = *state;
    counting_feed *first = post_add(p, "a", 9), *second = post_add(p, "b", 9);
    (void)post_work(p);
    post_welcome(p, "a", 7, 0);
    post_welcome(p, "b", 0, 0);
    (void)post_work(p);
    assert_int_equal(first->resumed, 1);
    assert_int_equal(second->resumed, 1);
    assert_int_equal(next_sent(p, MESSAGE_RECORDS).records.position.offset, 8);
    assert_int_equal(next_sent(p, MESSAGE_RECORDS).records.position.offset, 9);
    assert_int_equal(next_sent(p, MESSAGE_RECORDS).records.position.offset, 1);
}

static void two_streams_are_open_at_a_time_and_the_next_is_greeted_when_one_is_sent(void **state)
{
    post *p = *state;
    static const char *const names[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++)
        (void)post_add(p, names[i], 1);
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    post_welcome(p, "b", 0, 0);
    assert_nothing_sent(p);
    (void)post_work(p);
    assert_int_equal(next_sent(p, MESSAGE_RECORDS).stream_number, 1);
    assert_texts(next_sent(p, MESSAGE_HELLO).hello.stream, text_of("c"));
    assert_int_equal(next_sent(p, MESSAGE_RECORDS).stream_number, 2);
    assert_texts(next_sent(p, MESSAGE_HELLO).hello.stream, text_of("d"));
    assert_nothing_sent(p);
}

/* --- sequence, credit, acknowledgement --------------------------------------------------------- */

static void the_sequence_runs_over_all_streams(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 2);
    (void)post_add(p, "b", 2);
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    post_welcome(p, "b", 0, 0);
    (void)post_work(p);
    for (uint64_t n = 1; n <= 4; n++) {
        message out = next_sent(p, MESSAGE_RECORDS);
        assert_int_equal(out.sequence, n);
        assert_int_equal(out.stream_number, n < 3 ? 1 : 2);
        assert_int_equal(out.session, p->session);
    }
    assert_int_equal(next_sent(p, MESSAGE_CAUGHT_UP).sequence, 5);
}

static void no_more_is_sent_than_the_credit_and_each_acknowledgement_lets_more_go(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 10);
    (void)post_work(p);
    post_welcome(p, "a", 0, 3);
    for (int i = 0; i < 5; i++)
        (void)post_work(p);
    assert_int_equal(p->sent_count, 3);
    post_ack(p, 2);
    (void)post_work(p);
    assert_int_equal(p->sent_count, 5);
    post_ack(p, 5);
    (void)post_work(p);
    assert_int_equal(p->sent_count, 8);
}

static void without_acknowledgements_no_more_memory_is_taken_however_long_it_waits(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 1000000);
    (void)post_work(p);
    post_welcome(p, "a", 0, 0); /* a credit beyond all bounds */
    (void)post_work(p);
    size_t before = heap_in_use(), sent_before = p->sent_count;
    assert_int_equal(sent_before, 1024);
    for (int i = 0; i < 2000; i++)
        (void)post_work(p);
    assert_int_equal(p->sent_count, sent_before);
    assert_in_range(heap_in_use(), 0, before + 4096);
}

/* Of what was never sent, of another session, again, or of what was acknowledged before. */
static void acknowledgements_that_make_no_sense_do_no_harm(void **state)
{
    post *p = *state;
    counting_feed *fed = post_add(p, "a", 4);
    (void)post_work(p);
    post_ack(p, 1); /* before any Welcome, and in no session */
    post_welcome(p, "a", 0, 2);
    post_say(p, (message){.kind = MESSAGE_ACK, .session = p->session + 1, .ack = {.through = 2}});
    (void)post_work(p);
    post_say(p, (message){.kind = MESSAGE_ACK, .session = p->session + 1, .ack = {.through = 2}});
    (void)post_work(p);
    assert_int_equal(p->sent_count, 2);
    assert_int_equal(fed->settled, 0);
    post_ack(p, 1);
    post_ack(p, 1);
    post_ack(p, 0);
    (void)post_work(p);
    assert_int_equal(p->sent_count, 3);
    post_ack(p, UINT64_MAX);
    (void)post_work(p);
    assert_int_equal(p->sent_count, 5);
    assert_int_equal(courier_count(p->courier).sent, 3);
    post_ack(p, 5);
    assert_int_equal(post_work(p), COURIER_DONE);
}

static void what_became_of_the_records_is_added_up(void **state)
{
    post *p = *state;
    counting_feed *fed = post_add(p, "a", 3);
    fed->records = 4;
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    (void)post_work(p);
    post_say(p, (message){.kind = MESSAGE_ACK, .ack = {.through = 2, .accepted = 5, .repeated = 2, .replaced = 1}});
    assert_int_equal(courier_count(p->courier).sent, 8);
    post_say(p, (message){.kind = MESSAGE_ACK, .ack = {.through = 4, .accepted = 1, .rejected = 3}});
    courier_counts all = courier_count(p->courier);
    assert_int_equal(all.sent, 12);
    assert_int_equal(all.accepted, 6);
    assert_int_equal(all.repeated, 2);
    assert_int_equal(all.replaced, 1);
    assert_int_equal(all.rejected, 3);
}

static void a_rejected_record_is_told_with_its_line(void **state)
{
    post *p = *state;
    rejection named[] = {{.sequence = 2, .index = 1, .words = text_of("x")}, {.sequence = 1, .index = 0, .words = text_of("x")},
                         {.sequence = 1, .index = 99, .words = text_of("x")}, {.sequence = 99, .index = 0, .words = text_of("x")}};
    counting_feed *fed = post_add(p, "a", 2);
    fed->records = 4;
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    (void)post_work(p);
    post_say(p, (message){.kind = MESSAGE_ACK, .ack = {.through = 2, .rejections = named, .rejection_count = 4}});
    assert_int_equal(p->rejected_count, 3); /* of a message that was never sent nothing can be told */
    assert_int_equal(p->rejected[0], 6);
    assert_int_equal(p->rejected[1], 1);
    assert_int_equal(p->rejected[2], 0);
}

/* --- the end ----------------------------------------------------------------------------------- */

static void caught_up_is_said_once_when_everything_is_sent_and_the_courier_is_done_when_that_is_acknowledged(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 1);
    (void)post_add(p, "b", 1);
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    assert_int_equal(post_work(p), COURIER_WORKING);
    (void)next_sent(p, MESSAGE_HELLO);
    (void)next_sent(p, MESSAGE_RECORDS);
    assert_nothing_sent(p);
    post_say(p, (message){.kind = MESSAGE_WELCOME, .stream_number = 2, .welcome = {.credit = 8, .heartbeat_s = 5}});
    (void)post_work(p);
    (void)next_sent(p, MESSAGE_RECORDS);
    (void)next_sent(p, MESSAGE_CAUGHT_UP);
    post_ack(p, 2);
    assert_int_equal(post_work(p), COURIER_WORKING);
    assert_nothing_sent(p);
    post_ack(p, 3);
    assert_int_equal(post_work(p), COURIER_DONE);
    assert_nothing_sent(p);
}

static void who_follows_is_never_done_and_sends_what_comes_later(void **state)
{
    post *p = *state;
    counting_feed *fed = post_add(p, "a", 1);
    fed->follow = true;
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    (void)post_work(p);
    (void)next_sent(p, MESSAGE_RECORDS);
    (void)next_sent(p, MESSAGE_CAUGHT_UP);
    assert_false(courier_is_waiting(p->courier));
    post_ack(p, 2);
    assert_int_equal(post_work(p), COURIER_WORKING);
    assert_true(courier_is_waiting(p->courier));
    assert_nothing_sent(p);
    fed->count = 2;
    (void)post_work(p);
    assert_int_equal(next_sent(p, MESSAGE_RECORDS).sequence, 3);
    assert_nothing_sent(p); /* what comes now is news: nothing has to be caught up again */
}

static void a_feed_is_told_that_its_records_are_stored_only_when_they_are(void **state)
{
    post *p = *state;
    counting_feed *first = post_add(p, "a", 2), *second = post_add(p, "b", 1);
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    post_welcome(p, "b", 0, 0);
    (void)post_work(p);
    post_ack(p, 1);
    (void)post_work(p);
    assert_int_equal(first->settled, 0);
    post_ack(p, 2);
    assert_int_equal(first->settled, 1);
    assert_int_equal(second->settled, 0);
    post_ack(p, 4);
    assert_int_equal(second->settled, 1);
}

static void at_the_end_bye_is_said_if_anybody_listens(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 1);
    courier_farewell(p->courier);
    assert_nothing_sent(p);
    (void)post_work(p);
    uint64_t session = next_sent(p, MESSAGE_HELLO).session;
    courier_farewell(p->courier);
    assert_int_equal(next_sent(p, MESSAGE_BYE).session, session);
}

/* --- feeds that fail, and very many ------------------------------------------------------------ */

static void a_feed_that_fails_is_counted_and_the_others_go_on(void **state)
{
    post *p = *state;
    counting_feed *first = post_add(p, "can't be prepared", 5), *second = post_add(p, "can't be resumed", 5),
                  *third = post_add(p, "ends badly", 1);
    (void)post_add(p, "good", 1);
    first->fails_prepare = second->fails_resume = third->fails_next = STATUS_IO;
    (void)post_work(p);
    post_welcome(p, "can't be resumed", 0, 0);
    post_welcome(p, "ends badly", 0, 0);
    (void)post_work(p);
    post_welcome(p, "good", 0, 0);
    (void)next_sent(p, MESSAGE_RECORDS);
    (void)post_work(p);
    (void)next_sent(p, MESSAGE_RECORDS);
    (void)next_sent(p, MESSAGE_CAUGHT_UP);
    post_ack(p, 3);
    assert_int_equal(post_work(p), COURIER_DONE);
    assert_int_equal(courier_count(p->courier).unusable, 3);
    assert_int_equal(courier_count(p->courier).sent, 2);
}

static void numbers_of_streams_that_are_done_are_used_again(void **state)
{
    post *p = *state;
    enum { FEEDS = 2 * STREAMS_MAX + 10 };
    for (int i = 0; i < FEEDS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", i);
        (void)post_add(p, name, 1);
    }
    uint64_t sequence = 0;
    int greeted = 0;
    for (int round = 0; round < 4 * FEEDS && post_work(p) == COURIER_WORKING; round++)
        while (p->sent_count > 0) {
            message_kind kind = p->sent[0].kind;
            if (kind == MESSAGE_HELLO) {
                char name[16];
                (void)snprintf(name, sizeof name, "%d", greeted++);
                assert_in_range(p->sent[0].stream_number, 1, STREAMS_MAX);
                post_welcome(p, name, 0, 0);
            } else
                sequence = next_sent(p, kind).sequence;
            post_ack(p, sequence);
        }
    assert_int_equal(greeted, FEEDS);
    assert_int_equal(courier_count(p->courier).sent, FEEDS);
    assert_int_equal(post_work(p), COURIER_DONE);
}

#define AT_THE_POST(test) cmocka_unit_test_setup_teardown(test, post_make, post_remove)
#define FOLLOWING(test) cmocka_unit_test_setup_teardown(test, post_make_following, post_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_THE_POST(nothing_is_sent_of_a_stream_before_its_welcome),
        AT_THE_POST(a_stream_goes_on_from_the_position_that_is_held_of_it),
        AT_THE_POST(two_streams_are_open_at_a_time_and_the_next_is_greeted_when_one_is_sent),
        AT_THE_POST(the_sequence_runs_over_all_streams),
        AT_THE_POST(no_more_is_sent_than_the_credit_and_each_acknowledgement_lets_more_go),
        AT_THE_POST(without_acknowledgements_no_more_memory_is_taken_however_long_it_waits),
        AT_THE_POST(acknowledgements_that_make_no_sense_do_no_harm),
        AT_THE_POST(what_became_of_the_records_is_added_up),
        AT_THE_POST(a_rejected_record_is_told_with_its_line),
        AT_THE_POST(caught_up_is_said_once_when_everything_is_sent_and_the_courier_is_done_when_that_is_acknowledged),
        FOLLOWING(who_follows_is_never_done_and_sends_what_comes_later),
        AT_THE_POST(a_feed_is_told_that_its_records_are_stored_only_when_they_are),
        AT_THE_POST(at_the_end_bye_is_said_if_anybody_listens),
        AT_THE_POST(a_feed_that_fails_is_counted_and_the_others_go_on),
        AT_THE_POST(numbers_of_streams_that_are_done_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
