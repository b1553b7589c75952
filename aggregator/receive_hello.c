#include "receive_parts.h"

/* Is the peer still there? A connection that was closed is known to the socket. */
static bool is_reachable(receive *self, session *of, moment now)
{
    message beat = {.kind = MESSAGE_HEARTBEAT};
    return receive_say_to(self, of, &beat, now);
}

/* What the session has loaded so far, a later one of its collector ends. */
static void succeed(receive *self, session *former)
{
    former->succeeded = true;
    engine_loader_gone(self->engine, former->loader, true);
}

static bool speaks_for(const session *of, text source_name, uint64_t instance)
{
    for (size_t i = 0; i < of->stream_count; i++)
        if (of->streams[i].instance == instance && text_equal(of->streams[i].state.key.source, source_name))
            return true;
    return false;
}

/* Sessions that a process left behind when its connection broke: nobody need have noticed yet that they are dead. */
static void succeed_former(receive *self, const session *from, const hello *in)
{
    for (size_t i = 0; i < sessions_count(self->sessions); i++) {
        session *each = sessions_at(self->sessions, i);
        if (each != from && !each->succeeded && speaks_for(each, in->source, in->instance))
            succeed(self, each);
    }
}

/* Another session has the stream, once or under several numbers: is its collector the same one come back, or dead, or
 * alive? */
static refusal take_over(receive *self, session *from, const message *in, moment now)
{
    session *holder;
    open_stream *held;
    stream_key key = {in->hello.source, in->hello.stream};
    int64_t lease_ms = (int64_t)self->settings.heartbeat_s * SILENT_HEARTBEATS * 1000;
    while ((held = sessions_stream(self->sessions, key, from, &holder)) != NULL) {
        int64_t silent_ms = now.monotonic_ms - holder->heard_ms;
        bool same = held->instance == in->hello.instance;
        if (!same && !is_reachable(self, holder, now))
            continue; /* gone with all its streams */
        if (!same && silent_ms < lease_ms)
            return receive_refused(self, REFUSAL_STREAM_HELD,
                                   "another collector named '%.*s' is sending '%.*s': two must not send one stream; "
                                   "stop one of them, or give this one another name (--name)",
                                   TEXT_ARGS(key.source), TEXT_ARGS(key.stream));
        session_close_stream(holder, held);
        succeed(self, holder);
    }
    return REFUSAL_NONE;
}

static refusal check_claims(receive *self, const hello *in, moment now)
{
    for (size_t i = 0; i < in->claim_count; i++) {
        char words[NOTE_SIZE_MAX];
        coverage_answer answer = engine_check_claim(self->engine, &in->claims[i], now.wall_s, words);
        if (answer == COVERAGE_OVERLAPS)
            return receive_refused(self, REFUSAL_ORIGINS_OVERLAP, "%s", words);
        if (answer == COVERAGE_UNKNOWN)
            return receive_refused(self, REFUSAL_BAD_DECLARATION, "%s", words);
    }
    return REFUSAL_NONE;
}

bool receive_welcome_to(receive *self, session *to, open_stream *opened, moment now)
{
    message answer = {.kind = MESSAGE_WELCOME, .stream_number = opened->number,
                      .welcome = {.position = opened->state.position, .credit = self->settings.credit,
                                  .heartbeat_s = self->settings.heartbeat_s, .epoch = opened->state.epoch}};
    opened->unwelcomed = false;
    return receive_say_to(self, to, &answer, now);
}

refusal receive_on_hello(receive *self, session *from, const message *in, moment now)
{
    stream_state state;
    if (from->number != in->session || from->state == SESSION_REFUSED)
        session_restart(from, in->session);
    refusal why = take_over(self, from, in, now);
    if (why == REFUSAL_NONE)
        why = check_claims(self, &in->hello, now);
    if (why != REFUSAL_NONE)
        return why;
    if (engine_stream(self->engine, (stream_key){in->hello.source, in->hello.stream}, self->in, &state) != STATUS_OK)
        return receive_store_failed(self);
    open_stream *opened = session_open_stream(from, in->stream_number, &state);
    if (opened == NULL)
        return receive_refused(self, REFUSAL_OVER_CREDIT, "more than %d streams in one session", STREAMS_MAX);
    succeed_former(self, from, &in->hello);
    opened->instance = in->hello.instance;
    if (opened->state.instance != in->hello.instance) {
        opened->state.instance = in->hello.instance;
        opened->state.epoch++;
    }
    from->state = SESSION_READY;
    /* A position is as good as an acknowledgement: the collector goes on from it, and may forget what lies before. */
    opened->unwelcomed = !engine_stream_is_stored(self->engine, opened->state.key);
    if (!opened->unwelcomed)
        (void)receive_welcome_to(self, from, opened, now);
    return REFUSAL_NONE;
}
