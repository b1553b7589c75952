/* Promise: whole messages cross between processes both ways, each peer is told from the others, and what
 * is no message of ours is dropped without hiding the next one; what is published reaches those who want it, and who does not
 * read holds up nobody. */
#include "proto/link.h"

#include <string.h>
#include <unistd.h>
#include <zmq.h> /* only for a peer that doesn't keep to our ways */

#include "fixtures.h"
#include "proto/wire.h"
#include "testing.h"

enum { PATIENCE_MS = 10000, PEERS = 5 };

/* A listening link and those that were dialled, which all end with the test. */
typedef struct ends {
    link_hub *hub;
    link_socket *listening;
    char endpoint[ENDPOINT_SIZE_MAX];
    link_socket *dialled[PEERS];
    int count;
} ends;

static link_socket *dial_to(ends *self, const char *endpoint)
{
    const char *why = "";
    link_socket *made = link_dial(self->hub, endpoint, &why);
    if (made == NULL)
        fail_msg("can't dial %s: %s", endpoint, why);
    return self->dialled[self->count++] = made;
}

static link_socket *dial(ends *self)
{
    return dial_to(self, self->endpoint);
}

static int listen_somewhere(void **state)
{
    static ends self;
    const char *why = "";
    self.count = 0;
    self.hub = link_hub_create();
    self.listening = link_listen(self.hub, "tcp://127.0.0.1:*", self.endpoint, &why);
    *state = &self;
    return self.listening != NULL ? 0 : -1;
}

static int hang_up(void **state)
{
    ends *self = *state;
    for (int i = 0; i < self->count; i++)
        link_close(&self->dialled[i]);
    link_close(&self->listening);
    assert_null(self->listening);
    link_hub_destroy(&self->hub);
    return 0;
}

static void assert_sent(link_socket *from, const peer *to, text octets)
{
    assert_int_equal(link_send(from, to, octets.at, octets.size), STATUS_OK);
}

/* The next message or refusal; waits for it. */
static status receive(link_socket *self, peer *from, frame *out)
{
    bool ready;
    status st;
    while ((st = link_receive(self, from, out)) == STATUS_AGAIN)
        assert_int_equal(link_wait(&self, &ready, 1, NULL, NULL, 0, PATIENCE_MS), STATUS_OK);
    return st;
}

static void assert_received(link_socket *self, peer *from, text expected)
{
    frame got;
    assert_int_equal(receive(self, from, &got), STATUS_OK);
    assert_texts(frame_octets(&got), expected);
    frame_release(&got);
}

static void messages_cross_both_ways_whole_and_in_order(void **state)
{
    ends *self = *state;
    peer from;
    link_socket *dialled = dial(self);
    assert_sent(dialled, NULL, OCTETS("hello\0there"));
    assert_sent(dialled, NULL, OCTETS(""));
    assert_sent(dialled, NULL, OCTETS("third"));
    assert_received(self->listening, &from, OCTETS("hello\0there"));
    assert_in_range(from.size, 1, PEER_SIZE_MAX);
    assert_received(self->listening, &from, OCTETS(""));
    assert_received(self->listening, &from, OCTETS("third"));
    assert_sent(self->listening, &from, OCTETS("welcome"));
    assert_sent(self->listening, &from, OCTETS("\0"));
    assert_received(dialled, NULL, OCTETS("welcome"));
    assert_received(dialled, NULL, OCTETS("\0"));
}

static void nothing_is_there_until_something_was_sent(void **state)
{
    ends *self = *state;
    peer from;
    frame got;
    link_socket *dialled = dial(self);
    bool ready[2] = {true, true};
    link_socket *both[] = {self->listening, dialled};
    assert_int_equal(link_receive(self->listening, &from, &got), STATUS_AGAIN);
    assert_int_equal(link_receive(dialled, NULL, &got), STATUS_AGAIN);
    assert_int_equal(link_wait(both, ready, 2, NULL, NULL, 0, 0), STATUS_AGAIN);
    assert_false(ready[0] || ready[1]);
}

static void every_peer_gets_its_own_answers(void **state)
{
    ends *self = *state;
    link_socket *dialled[PEERS];
    peer from;
    frame got;
    for (int i = 0; i < PEERS; i++) {
        dialled[i] = dial(self);
        char name = (char)('a' + i);
        assert_sent(dialled[i], NULL, (text){&name, 1});
    }
    for (int i = 0; i < PEERS; i++) {
        assert_int_equal(receive(self->listening, &from, &got), STATUS_OK);
        char answer[2] = {frame_octets(&got).at[0], '!'};
        frame_release(&got);
        assert_sent(self->listening, &from, (text){answer, 2});
    }
    for (int i = 0; i < PEERS; i++) {
        char expected[2] = {(char)('a' + i), '!'};
        assert_received(dialled[i], NULL, (text){expected, 2});
        assert_int_equal(link_receive(dialled[i], NULL, &got), STATUS_AGAIN);
    }
}

static void a_peer_that_is_not_there_is_not_found(void **state)
{
    ends *self = *state;
    peer stranger = {.id = "stranger", .size = 8};
    assert_int_equal(link_send(self->listening, &stranger, "x", 1), STATUS_NOT_FOUND);
    /* And the link is as good as before. */
    peer from;
    link_socket *dialled = dial(self);
    assert_sent(dialled, NULL, OCTETS("x"));
    assert_received(self->listening, &from, OCTETS("x"));
}

/* A raw socket that speaks to the listening link. */
static void *raw_dealer(void *context, const ends *self, const char *identity, size_t identity_size)
{
    int linger = 0;
    void *raw = zmq_socket(context, ZMQ_DEALER);
    assert_non_null(raw);
    (void)zmq_setsockopt(raw, ZMQ_LINGER, &linger, sizeof linger);
    if (identity_size > 0)
        assert_int_equal(zmq_setsockopt(raw, ZMQ_ROUTING_ID, identity, identity_size), 0);
    assert_int_equal(zmq_connect(raw, self->endpoint), 0);
    return raw;
}

static void send_parts(void *raw, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(zmq_send(raw, "part", 4, i + 1 < count ? ZMQ_SNDMORE : 0), 4);
}

static void a_message_of_several_parts_is_dropped_and_the_next_good_one_still_comes(void **state)
{
    ends *self = *state;
    void *context = zmq_ctx_new(), *raw = raw_dealer(context, self, "", 0);
    peer from;
    frame got;
    send_parts(raw, 2);
    send_parts(raw, 7);
    assert_int_equal(zmq_send(raw, "good", 4, 0), 4);
    assert_int_equal(receive(self->listening, &from, &got), STATUS_MALFORMED);
    assert_int_equal(receive(self->listening, &from, &got), STATUS_MALFORMED);
    assert_received(self->listening, &from, OCTETS("good"));
    (void)zmq_close(raw);
    (void)zmq_ctx_term(context);
}

static void a_peer_with_a_name_that_is_too_long_is_not_heard(void **state)
{
    ends *self = *state;
    char name[PEER_SIZE_MAX + 1];
    memset(name, 'n', sizeof name);
    void *context = zmq_ctx_new(), *loud = raw_dealer(context, self, name, sizeof name),
         *quiet = raw_dealer(context, self, name, PEER_SIZE_MAX);
    peer from;
    frame got;
    assert_int_equal(zmq_send(loud, "bad", 3, 0), 3);
    assert_int_equal(receive(self->listening, &from, &got), STATUS_MALFORMED);
    assert_int_equal(zmq_send(quiet, "good", 4, 0), 4);
    assert_received(self->listening, &from, OCTETS("good"));
    assert_int_equal(from.size, PEER_SIZE_MAX);
    (void)zmq_close(loud);
    (void)zmq_close(quiet);
    (void)zmq_ctx_term(context);
}

static void several_parts_are_dropped_on_the_dialling_side_too(void **state)
{
    ends *self = *state;
    char bound[ENDPOINT_SIZE_MAX], identity[255];
    size_t size = sizeof bound;
    frame got;
    void *context = zmq_ctx_new(), *raw = zmq_socket(context, ZMQ_ROUTER);
    assert_int_equal(zmq_bind(raw, "tcp://127.0.0.1:*"), 0);
    assert_int_equal(zmq_getsockopt(raw, ZMQ_LAST_ENDPOINT, bound, &size), 0);
    link_socket *dialled = dial_to(self, bound);
    assert_sent(dialled, NULL, OCTETS("hello"));
    int identity_size = zmq_recv(raw, identity, sizeof identity, 0);
    assert_true(identity_size > 0);
    for (int parts = 2; parts > 0; parts--) {
        assert_int_equal(zmq_send(raw, identity, (size_t)identity_size, ZMQ_SNDMORE), identity_size);
        send_parts(raw, parts);
    }
    assert_int_equal(receive(dialled, NULL, &got), STATUS_MALFORMED);
    assert_received(dialled, NULL, OCTETS("part"));
    (void)zmq_close(raw);
    (void)zmq_ctx_term(context);
}

/* What is too large breaks the connection; it is made again, and what is sent then comes through. */
static void a_message_over_the_bound_is_not_delivered_and_later_ones_are(void **state)
{
    ends *self = *state;
    arena *memory = arena_create();
    text largest = text_filled(memory, 'x', MESSAGE_SIZE_MAX), over = text_filled(memory, 'y', MESSAGE_SIZE_MAX + 1);
    peer from;
    frame got;
    bool ready;
    link_socket *dialled = dial(self);
    assert_sent(dialled, NULL, largest);
    assert_received(self->listening, &from, largest);
    assert_sent(dialled, NULL, over);
    status st = STATUS_AGAIN;
    for (int tries = 0; tries < 200 && st == STATUS_AGAIN; tries++) {
        assert_sent(dialled, NULL, OCTETS("good"));
        (void)link_wait(&self->listening, &ready, 1, NULL, NULL, 0, 100);
        st = link_receive(self->listening, &from, &got);
    }
    assert_int_equal(st, STATUS_OK);
    assert_texts(frame_octets(&got), OCTETS("good"));
    frame_release(&got);
    arena_destroy(&memory);
}

static void a_full_queue_says_so_and_nothing_waits(void **state)
{
    ends *self = *state;
    link_socket *nobody = dial_to(self, "tcp://127.0.0.1:1");
    status st = STATUS_OK;
    int sent = 0;
    while (st == STATUS_OK && sent < 100000) {
        st = link_send(nobody, NULL, "x", 1);
        sent += st == STATUS_OK;
    }
    assert_int_equal(st, STATUS_AGAIN);
    assert_in_range(sent, 1, 10000);
}

static void waiting_ends_when_a_descriptor_is_readable(void **state)
{
    ends *self = *state;
    int ends_of_pipe[2], other[2];
    bool link_ready = true, readable[2] = {false, false};
    assert_int_equal(pipe(ends_of_pipe), 0);
    assert_int_equal(pipe(other), 0);
    const int both[] = {other[0], ends_of_pipe[0]};
    assert_int_equal(link_wait(&self->listening, &link_ready, 1, both, readable, 2, 0), STATUS_AGAIN);
    assert_false(readable[0] || readable[1]);
    assert_int_equal(write(ends_of_pipe[1], "x", 1), 1);
    assert_int_equal(link_wait(&self->listening, &link_ready, 1, both, readable, 2, PATIENCE_MS), STATUS_OK);
    assert_false(link_ready);
    assert_false(readable[0]);
    assert_true(readable[1]);
    for (int i = 0; i < 2; i++) {
        (void)close(ends_of_pipe[i]);
        (void)close(other[i]);
    }
}

static void waiting_says_which_link_has_a_message(void **state)
{
    ends *self = *state;
    link_socket *one = dial(self), *two = dial(self);
    peer from;
    bool ready[2];
    assert_sent(two, NULL, OCTETS("hello"));
    assert_received(self->listening, &from, OCTETS("hello"));
    assert_sent(self->listening, &from, OCTETS("hi"));
    link_socket *both[] = {one, two};
    assert_int_equal(link_wait(both, ready, 2, NULL, NULL, 0, PATIENCE_MS), STATUS_OK);
    assert_false(ready[0]);
    assert_true(ready[1]);
    assert_received(two, NULL, OCTETS("hi"));
}

/* --- publishing ---------------------------------------------------------------------------------- */

static link_socket *publish(ends *self, char endpoint[ENDPOINT_SIZE_MAX])
{
    const char *why = "";
    link_socket *made = link_publish(self->hub, "tcp://127.0.0.1:*", endpoint, &why);
    if (made == NULL)
        fail_msg("can't publish: %s", why);
    return self->dialled[self->count++] = made;
}

/* Returns once the publisher knows of it. */
static link_socket *subscribe(ends *self, link_socket *publisher, const char *endpoint, const char *topic)
{
    bool ready;
    const char *why = "";
    link_socket *made = link_subscribe(self->hub, endpoint, &topic, 1, &why);
    if (made == NULL)
        fail_msg("can't subscribe at %s: %s", endpoint, why);
    self->dialled[self->count++] = made;
    assert_int_equal(link_wait(&publisher, &ready, 1, NULL, NULL, 0, PATIENCE_MS), STATUS_OK);
    assert_true(link_new_subscriber(publisher));
    assert_false(link_new_subscriber(publisher));
    return made;
}

static void what_is_published_reaches_those_who_subscribed_to_how_its_topic_begins(void **state)
{
    ends *self = *state;
    char endpoint[ENDPOINT_SIZE_MAX];
    frame got;
    link_socket *publisher = publish(self, endpoint), *all = subscribe(self, publisher, endpoint, ""),
                *some = subscribe(self, publisher, endpoint, "event/E0");
    link_announce(publisher, text_of("event/W0"), "first", 5);
    link_announce(publisher, text_of("event/E07"), "sec\0nd", 6);
    assert_received(all, NULL, OCTETS("first"));
    assert_received(all, NULL, OCTETS("sec\0nd"));
    assert_received(some, NULL, OCTETS("sec\0nd"));
    assert_int_equal(link_receive(some, NULL, &got), STATUS_AGAIN);
}

static void publishing_to_nobody_is_no_trouble(void **state)
{
    ends *self = *state;
    char endpoint[ENDPOINT_SIZE_MAX];
    link_socket *publisher = publish(self, endpoint);
    for (int i = 0; i < 5000; i++)
        link_announce(publisher, text_of("t"), "x", 1);
    assert_false(link_new_subscriber(publisher));
    link_announce(publisher, text_of("t"), "x", 1);
    link_socket *late = subscribe(self, publisher, endpoint, "");
    link_announce(publisher, text_of("t"), "late", 4);
    assert_received(late, NULL, OCTETS("late"));
}

static void a_subscriber_that_does_not_read_holds_up_neither_the_publisher_nor_another(void **state)
{
    enum { MESSAGES = 20000, SIZE = 1000 };
    ends *self = *state;
    char endpoint[ENDPOINT_SIZE_MAX], filling[SIZE] = {0};
    frame got;
    link_socket *publisher = publish(self, endpoint), *stuck = subscribe(self, publisher, endpoint, ""),
                *reading = subscribe(self, publisher, endpoint, "");
    for (int i = 0; i < MESSAGES; i++) {
        memcpy(filling, &i, sizeof i);
        link_announce(publisher, text_of("t"), filling, sizeof filling);
        assert_received(reading, NULL, (text){filling, sizeof filling});
    }
    /* It has the first of them, and has lost many. */
    int taken = 0, number = 0;
    while (receive(stuck, NULL, &got) == STATUS_OK) {
        memcpy(&number, frame_octets(&got).at, sizeof number);
        frame_release(&got);
        if (number != taken)
            break;
        taken++;
        if (taken == MESSAGES)
            fail_msg("everything was kept for it");
        bool ready;
        if (link_wait(&stuck, &ready, 1, NULL, NULL, 0, 500) != STATUS_OK)
            break;
    }
    assert_in_range(taken, 100, MESSAGES - 1);
}

static void a_published_message_without_a_topic_or_of_many_parts_is_dropped(void **state)
{
    ends *self = *state;
    char bound[ENDPOINT_SIZE_MAX];
    size_t size = sizeof bound;
    frame got;
    const char *why, *topic = "";
    char said[8];
    void *context = zmq_ctx_new(), *raw = zmq_socket(context, ZMQ_XPUB);
    assert_int_equal(zmq_bind(raw, "tcp://127.0.0.1:*"), 0);
    assert_int_equal(zmq_getsockopt(raw, ZMQ_LAST_ENDPOINT, bound, &size), 0);
    link_socket *reading = self->dialled[self->count++] = link_subscribe(self->hub, bound, &topic, 1, &why);
    assert_non_null(reading);
    assert_int_equal(zmq_recv(raw, said, sizeof said, 0), 1);
    for (int parts = 1; parts <= 3; parts++)
        send_parts(raw, parts);
    send_parts(raw, 2);
    assert_int_equal(receive(reading, NULL, &got), STATUS_MALFORMED);
    assert_received(reading, NULL, OCTETS("part"));
    assert_int_equal(receive(reading, NULL, &got), STATUS_MALFORMED);
    assert_received(reading, NULL, OCTETS("part"));
    (void)zmq_close(raw);
    (void)zmq_ctx_term(context);
}

static void answers_that_nobody_fetches_are_not_kept(void **state)
{
    enum { ANSWERS = 3000 };
    ends *self = *state;
    char endpoint[ENDPOINT_SIZE_MAX];
    const char *why;
    peer from;
    frame got;
    arena *memory = arena_create();
    text answer = text_filled(memory, 'x', MESSAGE_SIZE_MAX);
    link_socket *answering = self->dialled[self->count++] = link_answer(self->hub, "tcp://127.0.0.1:*", endpoint, &why);
    link_socket *asking = dial_to(self, endpoint);
    assert_sent(asking, NULL, OCTETS("?"));
    assert_int_equal(receive(answering, &from, &got), STATUS_OK);
    frame_release(&got);
    status st = STATUS_OK;
    int taken = 0;
    while (st == STATUS_OK && taken++ < ANSWERS)
        st = link_send(answering, &from, answer.at, answer.size);
    assert_int_equal(st, STATUS_AGAIN);
    arena_destroy(&memory);
}

static void assert_not_had(link_socket *made, const char *const *why, const char *endpoint)
{
    bool had = made != NULL;
    link_close(&made);
    if (had)
        fail_msg("\"%s\" was taken", endpoint);
    assert_true(strlen(*why) > 0);
}

static void an_endpoint_that_cannot_be_had_is_refused_in_words(void **state)
{
    ends *self = *state;
    static const char *const wrong[] = {"", "nonsense", "tcp://", "tcp://127.0.0.1", "udp://127.0.0.1:5", "tcp://127.0.0.1:x",
                                        "tcp://127.0.0.1:65536", "tcp://127.0.0.1:70100"};
    char bound[ENDPOINT_SIZE_MAX];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *listening = "", *dialling = "";
        assert_not_had(link_listen(self->hub, wrong[i], bound, &listening), &listening, wrong[i]);
        assert_not_had(link_dial(self->hub, wrong[i], &dialling), &dialling, wrong[i]);
    }
}

static void an_endpoint_that_is_taken_is_refused_in_words(void **state)
{
    ends *self = *state;
    char bound[ENDPOINT_SIZE_MAX];
    const char *why = "";
    assert_not_had(link_listen(self->hub, self->endpoint, bound, &why), &why, self->endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(messages_cross_both_ways_whole_and_in_order, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(nothing_is_there_until_something_was_sent, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(every_peer_gets_its_own_answers, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(a_peer_that_is_not_there_is_not_found, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(a_message_of_several_parts_is_dropped_and_the_next_good_one_still_comes,
                                        listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(a_peer_with_a_name_that_is_too_long_is_not_heard, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(several_parts_are_dropped_on_the_dialling_side_too, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(a_message_over_the_bound_is_not_delivered_and_later_ones_are, listen_somewhere,
                                        hang_up),
        cmocka_unit_test_setup_teardown(a_full_queue_says_so_and_nothing_waits, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(waiting_ends_when_a_descriptor_is_readable, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(waiting_says_which_link_has_a_message, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(what_is_published_reaches_those_who_subscribed_to_how_its_topic_begins,
                                        listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(publishing_to_nobody_is_no_trouble, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(a_subscriber_that_does_not_read_holds_up_neither_the_publisher_nor_another,
                                        listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(a_published_message_without_a_topic_or_of_many_parts_is_dropped, listen_somewhere,
                                        hang_up),
        cmocka_unit_test_setup_teardown(answers_that_nobody_fetches_are_not_kept, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(an_endpoint_that_cannot_be_had_is_refused_in_words, listen_somewhere, hang_up),
        cmocka_unit_test_setup_teardown(an_endpoint_that_is_taken_is_refused_in_words, listen_somewhere, hang_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
