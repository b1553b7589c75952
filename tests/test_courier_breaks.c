/* Promise: whatever message is lost, whoever falls silent, and for whatever a message is refused, a courier goes on
 * from what is held, in its own time, or stops and says why. */
#include "collector/courier.h"

#include <stdio.h>
#include <string.h>

#include "courier_fixtures.h"
#include "testing.h"

enum { HEARTBEAT_MS = 5000, SILENT_MS = 6 * HEARTBEAT_MS };

/* Greeted, welcomed, with two messages sent and not acknowledged. */
static void begin(post *p)
{
    (void)post_add(p, "a", 2);
    (void)post_work(p);
    post_welcome(p, "a", 0, 2);
    (void)post_work(p);
    (void)next_sent(p, MESSAGE_RECORDS);
    (void)next_sent(p, MESSAGE_RECORDS);
    assert_int_equal(p->reconnects, 0);
}

/* Within a millisecond of so much waiting there is another session, and not before. */
static void assert_begins_anew_after(post *p, int64_t ms)
{
    uint64_t before = p->session;
    assert_int_equal(p->reconnects, 1);
    assert_false(courier_is_connected(p->courier));
    p->now_ms += ms - 1;
    assert_int_equal(post_work(p), COURIER_WORKING);
    assert_nothing_sent(p);
    p->now_ms++;
    (void)post_work(p);
    message greeting = next_sent(p, MESSAGE_HELLO);
    assert_int_not_equal(greeting.session, before);
    assert_int_equal(greeting.hello.instance, 11); /* the same process */
    assert_nothing_sent(p);
}

/* --- refusals ---------------------------------------------------------------------------------- */

static const struct refused {
    refusal why;
    uint32_t retry_after_s;
    int64_t begins_anew_ms; /* 0: it gives up */
    bool told;
} refused[] = {
    {REFUSAL_NONE, 0, 0, false},
    {REFUSAL_UNKNOWN_VERSION, 0, 0, false},
    {REFUSAL_UNKNOWN_KIND, 0, 0, false},
    {REFUSAL_MALFORMED, 0, 0, false},
    {REFUSAL_NOT_GREETED, 0, 200, false},
    {REFUSAL_OUT_OF_SEQUENCE, 0, 200, false},
    {REFUSAL_OVER_CREDIT, 7, 7000, true},
    {REFUSAL_OVER_CREDIT, 0, 200, true},
    {REFUSAL_STREAM_HELD, 5, 5000, true},
    {REFUSAL_ORIGINS_OVERLAP, 0, 0, false},
    {REFUSAL_STORE_FAILED, 5, 5000, true},
    {REFUSAL_BAD_DECLARATION, 0, 0, false},
};

static void what_can_be_waited_out_is_and_what_cannot_is_shown(void **state)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        (void)post_remove(state);
        (void)post_make(state);
        post *p = *state;
        begin(p);
        post_refuse(p, refused[i].why, "words for a person", refused[i].retry_after_s);
        assert_int_equal(p->word_count, refused[i].told);
        if (refused[i].begins_anew_ms > 0) {
            assert_begins_anew_after(p, refused[i].begins_anew_ms);
            continue;
        }
        assert_int_equal(post_work(p), COURIER_FAILED);
        assert_string_equal(courier_why(p->courier), "words for a person");
        assert_nothing_sent(p);
        post_wait(p, 100000);
        assert_nothing_sent(p);
    }
}

static void a_refusal_of_another_session_is_not_heard_and_one_of_none_is(void **state)
{
    post *p = *state;
    begin(p);
    post_say(p, (message){.kind = MESSAGE_REFUSE, .session = p->session + 1, .refuse = {.refusal = REFUSAL_MALFORMED}});
    assert_int_equal(post_work(p), COURIER_WORKING);
    buffer out = {0};
    message none = {.kind = MESSAGE_REFUSE, .version = WIRE_VERSION,
                    .refuse = {.refusal = REFUSAL_MALFORMED, .words = text_of("can't be read")}};
    wire_encode(&none, p->memory, &out);
    courier_message(p->courier, (text){(const char *)out.data, out.size}, p->now_ms);
    buffer_free(&out);
    assert_int_equal(post_work(p), COURIER_FAILED);
    assert_string_equal(courier_why(p->courier), "can't be read");
}

static void noise_and_kinds_that_it_does_not_know_are_ignored(void **state)
{
    post *p = *state;
    begin(p);
    courier_message(p->courier, text_of("\xff\xff noise"), p->now_ms);
    post_say(p, (message){.kind = MESSAGE_HELLO, .stream_number = 1,
                          .hello = {.source = text_of("x"), .stream = text_of("x")}});
    post_say(p, (message){.kind = MESSAGE_CAUGHT_UP, .stream_number = 1, .sequence = 1});
    post_say(p, (message){.kind = MESSAGE_WELCOME, .stream_number = 9, .welcome = {.credit = 99}});
    post_say(p, (message){.kind = MESSAGE_WELCOME, .stream_number = 1, .welcome = {.credit = 99}}); /* a second time */
    assert_int_equal(post_work(p), COURIER_WORKING);
    assert_nothing_sent(p);
    post_ack(p, 2);
    (void)post_work(p);
    (void)next_sent(p, MESSAGE_CAUGHT_UP);
    post_ack(p, 3);
    assert_int_equal(post_work(p), COURIER_DONE);
}

/* --- going on ---------------------------------------------------------------------------------- */

static void after_a_break_everything_unacknowledged_is_sent_again_from_what_is_held(void **state)
{
    post *p = *state;
    counting_feed *fed = post_add(p, "a", 5);
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    (void)post_work(p);
    post_ack(p, 2);
    p->sent_count = 0;
    post_refuse(p, REFUSAL_NOT_GREETED, "", 0);
    p->now_ms += 200;
    (void)post_work(p);
    post_welcome(p, "a", 3, 0); /* one more than was acknowledged: that Ack was lost */
    (void)post_work(p);
    message first = next_sent(p, MESSAGE_RECORDS);
    assert_int_equal(first.sequence, 1);
    assert_int_equal(first.records.position.offset, 4);
    (void)next_sent(p, MESSAGE_RECORDS);
    (void)next_sent(p, MESSAGE_CAUGHT_UP); /* in every session */
    post_ack(p, 3);
    assert_int_equal(post_work(p), COURIER_DONE);
    assert_int_equal(fed->resumed, 2);
}

static void a_stream_that_is_settled_is_not_opened_again(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 1);
    (void)post_add(p, "b", 1);
    (void)post_work(p);
    post_welcome(p, "a", 0, 1);
    post_welcome(p, "b", 0, 1);
    (void)post_work(p);
    post_ack(p, 1);
    p->sent_count = 0;
    (void)post_work(p);
    post_refuse(p, REFUSAL_NOT_GREETED, "", 0);
    p->sent_count = 0;
    p->now_ms += 200;
    (void)post_work(p);
    assert_texts(next_sent(p, MESSAGE_HELLO).hello.stream, text_of("b"));
    assert_nothing_sent(p);
}

/* The stream was sent whole in a session that broke; in the next one others are acknowledged under higher numbers. */
static void a_feed_is_not_told_that_it_is_stored_by_what_another_session_acknowledged(void **state)
{
    post *p = *state;
    counting_feed *first = post_add(p, "a", 1), *second = post_add(p, "b", 5);
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    (void)post_work(p);
    post_refuse(p, REFUSAL_NOT_GREETED, "", 0);
    p->sent_count = 0;
    p->now_ms += 200;
    (void)post_work(p);
    uint64_t session = next_sent(p, MESSAGE_HELLO).session;
    post_welcome(p, "b", 0, 0); /* the other Welcome is on its way */
    assert_int_equal(p->session, session);
    (void)post_work(p);
    post_ack(p, 5);
    (void)post_work(p);
    assert_int_equal(second->settled, 1);
    assert_int_equal(first->settled, 0);
}

/* --- backing off ------------------------------------------------------------------------------- */

static void the_time_between_attempts_doubles_up_to_a_bound_and_a_welcome_sets_it_back(void **state)
{
    static const int64_t waits_ms[] = {200, 400, 800, 1600, 3200, 5000, 5000, 5000};
    post *p = *state;
    begin(p);
    for (int twice = 0; twice < 2; twice++) {
        for (size_t i = 0; i < sizeof waits_ms / sizeof *waits_ms; i++) {
            p->reconnects = 0;
            post_refuse(p, REFUSAL_NOT_GREETED, "", 0);
            assert_int_equal(p->reconnects, 1);
            p->now_ms += waits_ms[i] - 1;
            (void)post_work(p);
            assert_nothing_sent(p);
            p->now_ms++;
            (void)post_work(p);
            p->session = next_sent(p, MESSAGE_HELLO).session;
        }
        post_say(p, (message){.kind = MESSAGE_WELCOME, .stream_number = 1, .welcome = {.credit = 1, .heartbeat_s = 5}});
    }
}

static void a_hello_that_is_not_answered_is_said_again_in_another_session(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 1);
    (void)post_work(p);
    uint64_t session = next_sent(p, MESSAGE_HELLO).session;
    post_wait(p, 10000);
    assert_nothing_sent(p);
    assert_int_equal(p->reconnects, 0);
    post_wait(p, 2000);
    assert_int_equal(p->reconnects, 1);
    assert_int_not_equal(next_sent(p, MESSAGE_HELLO).session, session);
    assert_int_equal(p->word_count, 0); /* nobody was there before, so nothing has changed */
}

/* --- silence ----------------------------------------------------------------------------------- */

static void an_aggregator_that_is_silent_for_six_heartbeats_is_dialled_anew(void **state)
{
    post *p = *state;
    begin(p);
    post_wait(p, SILENT_MS);
    assert_int_equal(p->reconnects, 0);
    p->sent_count = 0;
    p->now_ms++;
    courier_tick(p->courier, p->now_ms);
    assert_int_equal(p->word_count, 1);
    assert_string_equal(p->words[0], "the aggregator is silent: connecting again");
    assert_begins_anew_after(p, 200);
}

static void a_heartbeat_from_the_aggregator_is_life_enough(void **state)
{
    post *p = *state;
    begin(p);
    for (int i = 0; i < 20; i++) {
        post_wait(p, SILENT_MS - 1000);
        post_say(p, (message){.kind = MESSAGE_HEARTBEAT});
    }
    assert_int_equal(p->reconnects, 0);
}

static void a_heartbeat_is_said_when_nothing_else_was(void **state)
{
    post *p = *state;
    begin(p);
    post_wait(p, HEARTBEAT_MS - 1);
    assert_nothing_sent(p);
    post_wait(p, 1000);
    assert_int_equal(next_sent(p, MESSAGE_HEARTBEAT).session, p->session);
    post_wait(p, HEARTBEAT_MS - 2000);
    post_ack(p, 1);
    (void)post_work(p);
    (void)next_sent(p, MESSAGE_CAUGHT_UP); /* this is life enough */
    post_wait(p, HEARTBEAT_MS - 1);
    assert_nothing_sent(p);
    post_wait(p, 1000);
    (void)next_sent(p, MESSAGE_HEARTBEAT);
}

static void before_any_welcome_no_heartbeat_is_said(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 1);
    (void)post_work(p);
    (void)next_sent(p, MESSAGE_HELLO);
    post_wait(p, 9000);
    assert_nothing_sent(p);
}

static void when_the_aggregator_says_bye_the_courier_comes_again(void **state)
{
    post *p = *state;
    begin(p);
    post_say(p, (message){.kind = MESSAGE_BYE, .bye = text_of("the aggregator is stopping")});
    assert_string_equal(p->words[0], "the aggregator is stopping");
    assert_begins_anew_after(p, 200);
}

/* --- a socket that is full --------------------------------------------------------------------- */

static void a_message_that_the_socket_does_not_take_is_kept_and_goes_first(void **state)
{
    post *p = *state;
    (void)post_add(p, "a", 3);
    p->full = true;
    (void)post_work(p);
    post_wait(p, 2000);
    p->full = false;
    (void)post_work(p);
    post_welcome(p, "a", 0, 0);
    p->full = true;
    for (int i = 0; i < 5; i++)
        (void)post_work(p);
    post_wait(p, 2 * HEARTBEAT_MS); /* a heartbeat would push it aside */
    p->full = false;
    (void)post_work(p);
    for (uint64_t n = 1; n <= 3; n++)
        assert_int_equal(next_sent(p, MESSAGE_RECORDS).records.position.offset, n);
    assert_int_equal(next_sent(p, MESSAGE_CAUGHT_UP).sequence, 4);
    assert_nothing_sent(p);
}

static void what_a_full_socket_kept_does_not_outlive_its_session(void **state)
{
    post *p = *state;
    begin(p);
    post_ack(p, 2);
    p->full = true;
    (void)post_work(p); /* CaughtUp is kept */
    post_refuse(p, REFUSAL_NOT_GREETED, "", 0);
    p->full = false;
    assert_begins_anew_after(p, 200);
}

#define AT_THE_POST(test) cmocka_unit_test_setup_teardown(test, post_make, post_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_THE_POST(what_can_be_waited_out_is_and_what_cannot_is_shown),
        AT_THE_POST(a_refusal_of_another_session_is_not_heard_and_one_of_none_is),
        AT_THE_POST(noise_and_kinds_that_it_does_not_know_are_ignored),
        AT_THE_POST(after_a_break_everything_unacknowledged_is_sent_again_from_what_is_held),
        AT_THE_POST(a_stream_that_is_settled_is_not_opened_again),
        AT_THE_POST(a_feed_is_not_told_that_it_is_stored_by_what_another_session_acknowledged),
        AT_THE_POST(the_time_between_attempts_doubles_up_to_a_bound_and_a_welcome_sets_it_back),
        AT_THE_POST(a_hello_that_is_not_answered_is_said_again_in_another_session),
        AT_THE_POST(an_aggregator_that_is_silent_for_six_heartbeats_is_dialled_anew),
        AT_THE_POST(a_heartbeat_from_the_aggregator_is_life_enough),
        AT_THE_POST(a_heartbeat_is_said_when_nothing_else_was),
        AT_THE_POST(before_any_welcome_no_heartbeat_is_said),
        AT_THE_POST(when_the_aggregator_says_bye_the_courier_comes_again),
        AT_THE_POST(a_message_that_the_socket_does_not_take_is_kept_and_goes_first),
        AT_THE_POST(what_a_full_socket_kept_does_not_outlive_its_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
