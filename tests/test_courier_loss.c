/* Promise: whichever message is lost, the first, the second, the third ... and the connection with it, and whenever the
 * aggregator starts anew, everything arrives without a gap, and the courier ends. */
#include "collector/courier.h"

#include <stdio.h>
#include <stdlib.h>

#include "courier_fixtures.h"
#include "testing.h"

enum { STREAMS = 3, LIMIT_MS = 60000, STEP_MS = 250 };

static const uint64_t counts[STREAMS] = {4, 1, 3};

/* An aggregator that keeps to PROTOCOL.md, in a few lines. */
struct far_end {
    uint64_t session;       /* that was greeted; 0: none */
    uint64_t sequence;
    int streams[STREAMS + 1]; /* which is open under a number; -1: none */
    uint64_t held[STREAMS]; /* this survives everything */
    bool caught_up;
    uint64_t messages;      /* that went either way so far */
    uint64_t lost;          /* the one that is lost; 0: none */
    uint64_t restart;       /* behind which it starts anew; 0: never */
};

static void forget_sessions(struct far_end *f)
{
    f->session = f->sequence = 0;
    for (int i = 0; i <= STREAMS; i++)
        f->streams[i] = -1;
}

/* Does this message arrive? With one that is lost the connection goes, and a new one is a stranger's. */
static bool arrives(struct far_end *f)
{
    f->messages++;
    if (f->messages == f->lost || f->messages == f->restart)
        forget_sessions(f);
    return f->messages != f->lost;
}

static void answer(post *p, struct far_end *f, message what, uint64_t session)
{
    uint64_t kept = p->session;
    p->session = session;
    if (arrives(f))
        post_say(p, what);
    p->session = kept;
}

static int stream_named(text named)
{
    static const char *const names[STREAMS] = {"a", "b", "c"};
    for (int i = 0; i < STREAMS; i++)
        if (text_is(named, names[i]))
            return i;
    fail_msg("no stream is named %.*s", TEXT_ARGS(named));
    return 0;
}

static void hear_hello(post *p, struct far_end *f, const message *in)
{
    int which = stream_named(in->hello.stream);
    if (f->session != in->session)
        forget_sessions(f);
    f->session = in->session;
    f->streams[in->stream_number] = which;
    answer(p, f, (message){.kind = MESSAGE_WELCOME, .stream_number = in->stream_number,
                           .welcome = {.position = {.offset = f->held[which], .held = f->held[which] > 0, .digest = text_of("d")},
                                       .credit = 2, .heartbeat_s = 5}}, in->session);
}

static void hear_flow(post *p, struct far_end *f, const message *in)
{
    int which = in->session == f->session ? f->streams[in->stream_number] : -1;
    if (which < 0 || in->sequence != f->sequence + 1) {
        refusal why = which < 0 ? REFUSAL_NOT_GREETED : REFUSAL_OUT_OF_SEQUENCE;
        forget_sessions(f);
        answer(p, f, (message){.kind = MESSAGE_REFUSE, .refuse = {.refusal = why}}, in->session);
        return;
    }
    f->sequence = in->sequence;
    if (in->kind == MESSAGE_RECORDS) {
        assert_in_range(in->records.position.offset, 1, f->held[which] + 1); /* no gap, ever */
        f->held[which] = in->records.position.offset > f->held[which] ? in->records.position.offset : f->held[which];
    }
    f->caught_up = f->caught_up || in->kind == MESSAGE_CAUGHT_UP;
    answer(p, f, (message){.kind = MESSAGE_ACK, .ack = {.through = in->sequence}}, in->session);
}

static void hear_all(post *p, struct far_end *f)
{
    while (p->sent_count > 0) {
        message in = next_sent(p, p->sent[0].kind);
        if (!arrives(f))
            continue;
        if (in.kind == MESSAGE_HELLO)
            hear_hello(p, f, &in);
        else if (message_is_flow(in.kind))
            hear_flow(p, f, &in);
        else if (in.session != f->session)
            answer(p, f, (message){.kind = MESSAGE_REFUSE, .refuse = {.refusal = REFUSAL_NOT_GREETED}}, in.session);
    }
}

/* Runs to the end. Returns how many messages went either way. */
static uint64_t run_with(struct far_end f)
{
    void *state;
    (void)post_make(&state);
    post *p = state;
    (void)post_add(p, "a", counts[0]);
    (void)post_add(p, "b", counts[1]);
    (void)post_add(p, "c", counts[2]);
    forget_sessions(&f);
    int64_t until = p->now_ms + LIMIT_MS;
    while (post_work(p) == COURIER_WORKING && p->now_ms < until) {
        hear_all(p, &f);
        p->now_ms += STEP_MS;
        courier_tick(p->courier, p->now_ms);
    }
    if (p->now_ms >= until)
        fail_msg("with message %llu lost or the start behind %llu it never ends", (unsigned long long)f.lost,
                 (unsigned long long)f.restart);
    for (int i = 0; i < STREAMS; i++)
        assert_int_equal(f.held[i], counts[i]);
    assert_true(f.caught_up);
    (void)post_remove(&state);
    return f.messages;
}

static void whichever_message_is_lost_everything_arrives(void **state)
{
    (void)state;
    uint64_t n = 1;
    while (run_with((struct far_end){.lost = n}) >= n)
        n++;
    assert_true(n > 2 * (STREAMS + 4 + 1 + 3)); /* each message of the way without a loss had its turn */
}

static void whenever_the_aggregator_starts_anew_everything_arrives(void **state)
{
    (void)state;
    uint64_t n = 1;
    while (run_with((struct far_end){.restart = n}) >= n)
        n++;
    assert_true(n > 2 * (STREAMS + 4 + 1 + 3));
}

/* Two misfortunes, at every distance. */
static void a_loss_while_it_recovers_from_another_does_no_harm(void **state)
{
    (void)state;
    for (uint64_t first = 1; first < 20; first++)
        for (uint64_t second = 1; second < 40; second++)
            (void)run_with((struct far_end){.restart = first, .lost = second});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whichever_message_is_lost_everything_arrives),
        cmocka_unit_test(whenever_the_aggregator_starts_anew_everything_arrives),
        cmocka_unit_test(a_loss_while_it_recovers_from_another_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
