/* Promise: every kind of message is taken or refused as PROTOCOL.md says, in every state of a session and in every
 * version; what a session sends is taken in sequence, within its credit, once, and acknowledged when it is stored. */
#include "aggregator/receive.h"

#include <stdio.h>
#include <string.h>

#include "receive_fixtures.h"
#include "testing.h"

/* --- every message in every state -------------------------------------------------------------- */

enum { NOBODY, READY, REFUSED, STATES };

static const char *const state_names[STATES] = {"of a stranger", "in a session", "after a refusal"};

/* Brings the peer into the state, under session 7 with stream 1. */
static void bring_to(desk *d, int who, int state)
{
    if (state == NOBODY)
        return;
    (void)greeted(d, who, 7, 1, "a.csv", 1);
    if (state == REFUSED) {
        desk_hear(d, who, a_message(MESSAGE_CAUGHT_UP, 7, 1, 9));
        (void)refused_to(d, who, REFUSAL_OUT_OF_SEQUENCE, "");
    }
}

/* What a message is answered with: nothing, a kind, or a refusal. */
struct answer {
    message_kind kind;
    refusal why;
    const char *words;
};

#define SILENCE {MESSAGE_NONE, REFUSAL_NONE, ""}
#define WELCOMED {MESSAGE_WELCOME, REFUSAL_NONE, ""}
#define TAKEN {MESSAGE_ACK, REFUSAL_NONE, ""}
#define UNGREETED(name) {MESSAGE_REFUSE, REFUSAL_NOT_GREETED, name " came before Hello: say Hello first"}
#define UNKNOWN {MESSAGE_REFUSE, REFUSAL_UNKNOWN_KIND, "this kind of message is not known here"}

static const struct expectation {
    message_kind kind;
    struct answer in[STATES];
} expectations[] = {
    {MESSAGE_NONE, {UNKNOWN, UNKNOWN, SILENCE}},
    {MESSAGE_HELLO, {WELCOMED, WELCOMED, WELCOMED}},
    {MESSAGE_WELCOME, {UNKNOWN, UNKNOWN, SILENCE}},
    {MESSAGE_RECORDS, {UNGREETED("RECORDS"), TAKEN, SILENCE}},
    {MESSAGE_ACK, {UNKNOWN, UNKNOWN, SILENCE}},
    {MESSAGE_COVERAGE, {UNGREETED("COVERAGE"), TAKEN, SILENCE}},
    {MESSAGE_SNAPSHOT_BEGIN, {UNGREETED("SNAPSHOT_BEGIN"), TAKEN, SILENCE}},
    {MESSAGE_SNAPSHOT_END,
     {UNGREETED("SNAPSHOT_END"), {MESSAGE_REFUSE, REFUSAL_MALFORMED, "a snapshot ends that never began"}, SILENCE}},
    {MESSAGE_CAUGHT_UP, {UNGREETED("CAUGHT_UP"), TAKEN, SILENCE}},
    {MESSAGE_HEARTBEAT, {UNGREETED("HEARTBEAT"), SILENCE, SILENCE}},
    {MESSAGE_BYE, {SILENCE, SILENCE, SILENCE}},
    {MESSAGE_REFUSE, {UNKNOWN, UNKNOWN, SILENCE}},
};

static void expect(desk *d, int who, const struct answer *expected)
{
    if (expected->kind == MESSAGE_ACK)
        (void)acknowledged_to(d, who, 1);
    else if (expected->kind == MESSAGE_REFUSE)
        (void)refused_to(d, who, expected->why, expected->words);
    else if (expected->kind != MESSAGE_NONE)
        (void)said_to(d, who, expected->kind);
    assert_silent(d, who);
}

/* An envelope whose kind nobody knows: version and session, and no body. */
static text empty_envelope(void)
{
    return OCTETS("\x08\x01\x10\x07");
}

static void every_kind_of_message_is_answered_as_the_contract_says_in_every_state(void **state)
{
    desk *d = *state;
    assert_int_equal(sizeof expectations / sizeof *expectations, MESSAGE_KINDS);
    for (size_t i = 0; i < MESSAGE_KINDS; i++)
        for (int in = 0; in < STATES; in++) {
            const struct expectation *e = &expectations[i];
            print_message("%s %s\n", message_name(e->kind), state_names[in]);
            desk_settle(d, d->settings);
            bring_to(d, 1, in);
            if (e->kind == MESSAGE_NONE)
                desk_hear_octets(d, 1, empty_envelope());
            else
                desk_hear(d, 1, a_message(e->kind, 7, 1, 1));
            expect(d, 1, &e->in[in]);
        }
}

/* Whatever a refused session sends is dropped in silence, and a new Hello makes all well again. */
static void after_any_refusal_nothing_is_heard_until_a_new_hello(void **state)
{
    desk *d = *state;
    for (size_t i = 0; i < MESSAGE_KINDS; i++) {
        if (expectations[i].in[READY].kind != MESSAGE_REFUSE || expectations[i].kind == MESSAGE_NONE)
            continue;
        desk_settle(d, d->settings);
        bring_to(d, 1, READY);
        desk_hear(d, 1, a_message(expectations[i].kind, 7, 1, 1));
        expect(d, 1, &expectations[i].in[READY]);
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
        desk_hear(d, 1, a_message(MESSAGE_CAUGHT_UP, 7, 1, 1));
        desk_commit(d);
        assert_silent(d, 1);
        (void)greeted(d, 1, 8, 1, "a.csv", 1);
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 8, 1, 1));
        (void)acknowledged_to(d, 1, 1);
    }
}

static void after_bye_a_peer_is_a_stranger(void **state)
{
    desk *d = *state;
    for (int in = READY; in <= REFUSED; in++) {
        bring_to(d, 1, in);
        desk_hear(d, 1, a_message(MESSAGE_BYE, 7, 0, 0));
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
        (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "RECORDS came before Hello");
    }
}

static void another_version_is_refused_with_words_in_every_state(void **state)
{
    static const uint32_t versions[] = {2, 3, UINT32_MAX};
    static const message_kind kinds[] = {MESSAGE_HELLO, MESSAGE_RECORDS, MESSAGE_HEARTBEAT};
    desk *d = *state;
    for (size_t v = 0; v < 3; v++)
        for (size_t k = 0; k < 3; k++)
            for (int in = 0; in < STATES; in++) {
                char words[64];
                message strange = a_message(kinds[k], 7, 1, 1);
                strange.version = versions[v];
                (void)snprintf(words, sizeof words, "version %u of the protocol is not spoken here; 1 is", versions[v]);
                desk_settle(d, d->settings);
                bring_to(d, 1, in);
                desk_hear(d, 1, strange);
                if (in != REFUSED)
                    (void)refused_to(d, 1, REFUSAL_UNKNOWN_VERSION, words);
                desk_hear(d, 1, a_message(MESSAGE_CAUGHT_UP, 7, 1, 1));
                if (in == NOBODY)
                    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "");
                assert_silent(d, 1);
            }
}

static void what_cannot_be_read_is_refused_and_ends_the_session(void **state)
{
    desk *d = *state;
    for (int in = 0; in < STATES; in++) {
        desk_settle(d, d->settings);
        bring_to(d, 1, in);
        desk_hear_octets(d, 1, text_of("\xff\xff noise"));
        message refused = refused_to(d, 1, REFUSAL_MALFORMED, "");
        assert_int_equal(refused.session, in == NOBODY ? 0 : 7);
        assert_true(refused.refuse.words.size > 0);
        desk_hear(d, 1, a_message(MESSAGE_CAUGHT_UP, 7, 1, 1));
        if (in == NOBODY)
            (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "");
        assert_silent(d, 1);
        (void)greeted(d, 1, 8, 1, "a.csv", 1);
    }
}

/* --- size and count ---------------------------------------------------------------------------- */

static void a_message_over_a_bound_is_refused_and_nothing_of_it_is_taken(void **state)
{
    desk *d = *state;
    text origin = text_filled(d->memory, 'x', CODE_SIZE_MAX + 1);
    incident one = crime("a", "2024-05-17", "30C", "D1");
    message over = some_records(7, 1, 1, &one, 1);
    over.records.origin = one.origin = origin;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, over);
    (void)refused_to(d, 1, REFUSAL_MALFORMED, "");
    desk_commit(d);
    assert_counts(&d->world, "D1", "");
    assert_int_equal(receive_count(d->receive).malformed, 1);
}

static void a_message_larger_than_the_bound_is_refused(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear_octets(d, 1, text_filled(d->memory, '\x0a', MESSAGE_SIZE_MAX + 1));
    (void)refused_to(d, 1, REFUSAL_MALFORMED, "");
}

static void as_many_records_as_a_message_may_hold_are_taken(void **state)
{
    desk *d = *state;
    incident *each = arena_take(d->memory, RECORDS_MAX * sizeof *each);
    for (size_t i = 0; i < RECORDS_MAX; i++) {
        each[i] = crime("", "2024-05-17", "30C", "D1");
        each[i].reference = arena_print(d->memory, "%zu", i);
    }
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, some_records(7, 1, 1, each, RECORDS_MAX));
    assert_int_equal(acknowledged_to(d, 1, 1).accepted, RECORDS_MAX);
    assert_counts(&d->world, "D1", "home 2024-05-17 4096");
    assert_int_equal(receive_count(d->receive).records, RECORDS_MAX);
}

static void a_session_may_open_as_many_streams_as_the_contract_says(void **state)
{
    desk *d = *state;
    for (uint32_t n = 1; n <= STREAMS_MAX; n++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%u", n);
        (void)greeted(d, 1, 7, n, name, 1);
    }
    (void)greeted(d, 1, 7, 1, "another under the first number", 1);
    desk_hear(d, 1, a_message(MESSAGE_CAUGHT_UP, 7, STREAMS_MAX, 1));
    (void)acknowledged_to(d, 1, 1);
}

/* --- the sequence ------------------------------------------------------------------------------ */

static void a_sequence_that_is_not_the_next_one_is_refused_and_what_came_before_it_is_kept(void **state)
{
    static const uint64_t wrong[] = {1, 2, 4, 5, UINT64_MAX};
    desk *d = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char words[64];
        desk_settle(d, d->settings);
        (void)greeted(d, 1, 7, 1, "a.csv", 1);
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, wrong[i]));
        (void)snprintf(words, sizeof words, "sequence %llu came where 3 was due", (unsigned long long)wrong[i]);
        message refused = refused_to(d, 1, REFUSAL_OUT_OF_SEQUENCE, words);
        assert_int_equal(refused.sequence, wrong[i]);
        assert_int_equal(refused.stream_number, 1);
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 3));
        desk_commit(d);
        assert_silent(d, 1); /* not even of what it had right: the Welcome tells that */
        assert_int_equal(greeted(d, 1, 8, 1, "a.csv", 1).position.offset, 2);
    }
}

static void the_sequence_runs_over_all_streams_of_the_session(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    (void)greeted(d, 1, 7, 2, "b.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 2, 1));
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 2));
    (void)acknowledged_to(d, 1, 2);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 2, 2));
    (void)refused_to(d, 1, REFUSAL_OUT_OF_SEQUENCE, "sequence 2 came where 3 was due");
}

static void a_stream_that_was_not_opened_is_refused(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 2, 1));
    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "stream 2 was not opened: say Hello first");
}

static void what_bears_another_session_is_dropped_in_silence(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 6, 1, 1));
    desk_hear(d, 1, a_message(MESSAGE_BYE, 6, 0, 0));
    desk_commit(d);
    assert_silent(d, 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
    (void)acknowledged_to(d, 1, 1);
}

static void a_hello_with_another_session_begins_anew_on_the_same_connection(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
    (void)acknowledged_to(d, 1, 1);
    (void)greeted(d, 1, 8, 2, "b.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 8, 1, 1));
    (void)refused_to(d, 1, REFUSAL_NOT_GREETED, "stream 1 was not opened");
    (void)greeted(d, 1, 9, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 9, 1, 1));
    (void)acknowledged_to(d, 1, 1);
}

/* --- the credit -------------------------------------------------------------------------------- */

static void as_many_messages_as_the_credit_are_taken_and_one_more_is_refused(void **state)
{
    desk *d = *state;
    assert_int_equal(greeted(d, 1, 7, 1, "a.csv", 1).credit, 4);
    for (uint64_t n = 1; n <= 4; n++)
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, n));
    assert_silent(d, 1);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 5));
    (void)refused_to(d, 1, REFUSAL_OVER_CREDIT, "more than 4 messages are unacknowledged");
}

static void an_acknowledgement_gives_the_credit_back(void **state)
{
    desk *d = *state;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    for (uint64_t n = 1; n <= 40; n++) {
        desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, n));
        if (n % 4 == 0)
            (void)acknowledged_to(d, 1, n);
    }
    assert_int_equal(receive_count(d->receive).acknowledged, 10);
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, desk_make, desk_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(every_kind_of_message_is_answered_as_the_contract_says_in_every_state),
        AT_A_DESK(after_any_refusal_nothing_is_heard_until_a_new_hello),
        AT_A_DESK(after_bye_a_peer_is_a_stranger),
        AT_A_DESK(another_version_is_refused_with_words_in_every_state),
        AT_A_DESK(what_cannot_be_read_is_refused_and_ends_the_session),
        AT_A_DESK(a_message_over_a_bound_is_refused_and_nothing_of_it_is_taken),
        AT_A_DESK(a_message_larger_than_the_bound_is_refused),
        AT_A_DESK(as_many_records_as_a_message_may_hold_are_taken),
        AT_A_DESK(a_session_may_open_as_many_streams_as_the_contract_says),
        AT_A_DESK(a_sequence_that_is_not_the_next_one_is_refused_and_what_came_before_it_is_kept),
        AT_A_DESK(the_sequence_runs_over_all_streams_of_the_session),
        AT_A_DESK(a_stream_that_was_not_opened_is_refused),
        AT_A_DESK(what_bears_another_session_is_dropped_in_silence),
        AT_A_DESK(a_hello_with_another_session_begins_anew_on_the_same_connection),
        AT_A_DESK(as_many_messages_as_the_credit_are_taken_and_one_more_is_refused),
        AT_A_DESK(an_acknowledgement_gives_the_credit_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
