#include "receive.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fault_point.h"
#include "proto/log.h"
#include "session.h"

enum { SILENT_HEARTBEATS = 6, RETRY_S = 5, TICK_LATE_MS = 2000, REFUSALS_TOLD_MAX = 20 };

struct receive {
    engine *engine;
    receive_settings settings;
    receive_send *send;
    void *context;
    sessions *sessions;
    receive_counters counters;
    bool more;      /* the last flow message announced another one */
    size_t unsaid;  /* flow messages since the last commit */
    bool waiting;   /* a collector has used half its credit: it must not be kept waiting */
    int64_t ticked_ms; /* when the last tick was; 0: never */
    unsigned told;  /* refusals since then: a peer that means harm must not fill the log */
    arena *in;      /* the message being heard */
    arena *out_memory;
    buffer out;
    char words[NOTE_SIZE_MAX]; /* of the refusal being made */
};

receive_settings receive_defaults(void)
{
    return (receive_settings){.credit = 64, .heartbeat_s = 5, .sessions_max = 1024, .commit_records = 32768};
}

receive *receive_create(engine *engine_used, receive_settings settings, receive_send *send, void *context)
{
    receive *self = memory_new(1, sizeof *self);
    self->engine = engine_used;
    self->settings = settings;
    self->send = send;
    self->context = context;
    self->sessions = sessions_create(settings.sessions_max);
    self->in = arena_create();
    self->out_memory = arena_create();
    return self;
}

void receive_destroy(receive **self)
{
    if (*self == NULL)
        return;
    sessions_destroy(&(*self)->sessions);
    arena_destroy(&(*self)->in);
    arena_destroy(&(*self)->out_memory);
    buffer_free(&(*self)->out);
    free(*self);
    *self = NULL;
}

receive_counters receive_count(const receive *self)
{
    return self->counters;
}

/* --- saying ------------------------------------------------------------------------------------- */

static status say(receive *self, const peer *to, message *what)
{
    what->version = WIRE_VERSION;
    wire_encode(what, self->out_memory, &self->out);
    arena_reset(self->out_memory);
    if (log_wants(LOG_TRACE))
        log_line(LOG_TRACE, "sent", "kind=%s size=%zu", message_name(what->kind), self->out.size);
    return self->send(self->context, to, self->out.data, self->out.size);
}

static bool is_any_loading(receive *self)
{
    for (size_t i = 0; i < sessions_count(self->sessions); i++) {
        const session *each = sessions_at(self->sessions, i);
        if (each->state == SESSION_READY && !each->caught_up && !each->succeeded && each->received > 0)
            return true;
    }
    return false;
}

static void remove_session(receive *self, session *gone)
{
    uint32_t loader = gone->loader;
    sessions_remove(self->sessions, gone);
    engine_loader_gone(self->engine, loader, is_any_loading(self));
}

/* To a session; one that can't be reached is gone. Returns false then. */
static bool say_to(receive *self, session *to, message *what, moment now)
{
    what->session = to->number;
    to->spoke_ms = now.monotonic_ms;
    if (say(self, &to->peer, what) == STATUS_OK)
        return true;
    log_line(LOG_INFO, "session-lost", "a collector can't be reached any more");
    remove_session(self, to);
    return false;
}

static void refuse_peer(receive *self, const peer *to, const message *what, refusal why, uint32_t retry_after_s)
{
    message answer = {
        .kind = MESSAGE_REFUSE, .session = what->session, .stream_number = what->stream_number,
        .sequence = what->sequence,
        .refuse = {.refusal = why, .words = text_of(self->words), .retry_after_s = retry_after_s},
    };
    self->counters.refused++;
    if (self->told++ < REFUSALS_TOLD_MAX)
        log_line(LOG_WARN, "refused", "kind=%s sequence=%llu: %s", message_name(what->kind),
                 (unsigned long long)what->sequence, self->words);
    (void)say(self, to, &answer);
}

__attribute__((format(printf, 3, 4)))
static refusal refused(receive *self, refusal why, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(self->words, sizeof self->words, format, args);
    va_end(args);
    return why;
}

/* --- one handler for each kind: REFUSAL_NONE when all is well -------------------------------- */

static refusal store_failed(receive *self)
{
    return refused(self, REFUSAL_STORE_FAILED, "the store could not be read: %s; come again in a while",
                   engine_trouble(self->engine));
}

/* Is the peer still there? A connection that was closed is known to the socket. */
static bool is_reachable(receive *self, session *of, moment now)
{
    message beat = {.kind = MESSAGE_HEARTBEAT};
    return say_to(self, of, &beat, now);
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
            return refused(self, REFUSAL_STREAM_HELD,
                           "another collector named '%.*s' is sending '%.*s': two must not send one stream; stop one of "
                           "them, or give this one another name (--name)", TEXT_ARGS(key.source), TEXT_ARGS(key.stream));
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
            return refused(self, REFUSAL_ORIGINS_OVERLAP, "%s", words);
        if (answer == COVERAGE_UNKNOWN)
            return refused(self, REFUSAL_BAD_DECLARATION, "%s", words);
    }
    return REFUSAL_NONE;
}

/* Tells what is held. Returns false when the peer is gone. */
static bool welcome_to(receive *self, session *to, open_stream *opened, moment now)
{
    message answer = {.kind = MESSAGE_WELCOME, .stream_number = opened->number,
                      .welcome = {.position = opened->state.position, .credit = self->settings.credit,
                                  .heartbeat_s = self->settings.heartbeat_s, .epoch = opened->state.epoch}};
    opened->unwelcomed = false;
    return say_to(self, to, &answer, now);
}

static refusal on_hello(receive *self, session *from, const message *in, moment now)
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
        return store_failed(self);
    open_stream *opened = session_open_stream(from, in->stream_number, &state);
    if (opened == NULL)
        return refused(self, REFUSAL_OVER_CREDIT, "more than %d streams in one session", STREAMS_MAX);
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
        (void)welcome_to(self, from, opened, now);
    return REFUSAL_NONE;
}

/* Counts of the stream's whole life, stored with its position. */
static void count_in_stream(open_stream *stream, const admission *said)
{
    uint64_t *const counts[] = {
        [ADMISSION_ACCEPTED] = &stream->state.accepted,
        [ADMISSION_REPEATED] = &stream->state.repeated,
        [ADMISSION_REPLACED] = &stream->state.replaced,
        [ADMISSION_REJECTED] = &stream->state.rejected,
    };
    ++*counts[said->kind];
}

static void move_stream(receive *self, open_stream *stream, const position *to, moment now)
{
    if (to->held)
        open_stream_move(stream, to);
    stream->state.position.held = true;
    stream->state.updated_s = now.wall_s;
    engine_put_stream(self->engine, &stream->state);
}

static sender sender_of(const open_stream *stream)
{
    return (sender){.stream = stream->state.key, .in_snapshot = stream->in_issue && !stream->ignored,
                    .ignored = stream->ignored};
}

static refusal admit_incidents(receive *self, session *from, open_stream *stream, const message *in, moment now)
{
    sender who = sender_of(stream);
    for (size_t i = 0; i < in->records.incident_count; i++) {
        const incident *record = &in->records.incidents[i];
        admission said;
        if (engine_admit(self->engine, record, &who, now.wall_s, &said) != STATUS_OK)
            return store_failed(self);
        if (stream->snapshot != NULL)
            engine_snapshot_saw(stream->snapshot, record->reference);
        session_owe(from, in->sequence, (uint32_t)i, false, &said);
        count_in_stream(stream, &said);
    }
    return REFUSAL_NONE;
}

static void admit_faulty(receive *self, session *from, open_stream *stream, const message *in, moment now)
{
    sender who = sender_of(stream);
    for (size_t i = 0; i < in->records.faulty_count; i++) {
        const faulty *row = &in->records.faulty[i];
        admission said;
        engine_admit_faulty(self->engine, row, &who, now.wall_s, &said);
        if (stream->snapshot != NULL)
            engine_snapshot_saw(stream->snapshot, row->reference);
        session_owe(from, in->sequence, (uint32_t)i, true, &said);
        count_in_stream(stream, &said);
    }
}

/* What an issue brings after a later one has overtaken it on another stream would stand for ever: nobody withdraws it. */
static refusal give_up_if_overtaken(receive *self, session *from, open_stream *stream)
{
    char words[NOTE_SIZE_MAX];
    if (stream->snapshot == NULL)
        return REFUSAL_NONE;
    if (engine_snapshot_overtaken(self->engine, &stream->snapshot, &stream->ignored, words) != STATUS_OK)
        return store_failed(self);
    if (stream->ignored)
        session_note(from, words);
    return REFUSAL_NONE;
}

static refusal on_records(receive *self, session *from, const message *in, moment now)
{
    open_stream *stream = session_stream(from, in->stream_number);
    refusal why = give_up_if_overtaken(self, from, stream);
    if (why == REFUSAL_NONE)
        why = admit_incidents(self, from, stream, in, now);
    if (why != REFUSAL_NONE)
        return why;
    admit_faulty(self, from, stream, in, now);
    self->counters.records += in->records.incident_count + in->records.faulty_count;
    self->more = in->records.more;
    move_stream(self, stream, &in->records.position, now);
    return REFUSAL_NONE;
}

static refusal on_coverage(receive *self, session *from, const message *in, moment now)
{
    char words[NOTE_SIZE_MAX];
    coverage_answer answer;
    (void)from;
    if (engine_declare(self->engine, &in->coverage, now.wall_s, &answer, words) != STATUS_OK)
        return store_failed(self);
    if (answer == COVERAGE_OVERLAPS)
        return refused(self, REFUSAL_ORIGINS_OVERLAP, "%s", words);
    if (answer == COVERAGE_UNKNOWN)
        return refused(self, REFUSAL_BAD_DECLARATION, "%s", words);
    return REFUSAL_NONE;
}

static refusal on_snapshot_begin(receive *self, session *from, const message *in, moment now)
{
    char words[NOTE_SIZE_MAX];
    snapshot_answer answer;
    open_stream *stream = session_stream(from, in->stream_number);
    engine_snapshot_abandon(&stream->snapshot);
    if (engine_snapshot_begin(self->engine, &in->snapshot_begin, now.wall_s, &stream->snapshot, &answer, words) !=
        STATUS_OK)
        return store_failed(self);
    stream->in_issue = true;
    stream->ignored = answer == SNAPSHOT_OLDER;
    if (stream->ignored)
        session_note(from, words);
    return REFUSAL_NONE;
}

static void note_withdrawn(session *to, uint64_t withdrawn)
{
    char words[128];
    if (withdrawn == UINT64_MAX)
        session_note(to, "nothing was withdrawn: some rows could not be read, so what this issue lacks can't be told");
    else if (withdrawn > 0) {
        (void)snprintf(words, sizeof words, "withdrawn: %llu incidents of an earlier issue, which this one lacks",
                       (unsigned long long)withdrawn);
        session_note(to, words);
    }
}

static refusal on_snapshot_end(receive *self, session *from, const message *in, moment now)
{
    open_stream *stream = session_stream(from, in->stream_number);
    uint64_t withdrawn = 0;
    if (!stream->in_issue)
        return refused(self, REFUSAL_MALFORMED, "a snapshot ends that never began");
    refusal why = give_up_if_overtaken(self, from, stream);
    if (why != REFUSAL_NONE)
        return why;
    if (stream->snapshot != NULL &&
        engine_snapshot_end(self->engine, &stream->snapshot, now.wall_s, &withdrawn) != STATUS_OK)
        return store_failed(self);
    note_withdrawn(from, withdrawn);
    stream->in_issue = stream->ignored = false;
    move_stream(self, stream, &in->snapshot_end, now);
    return REFUSAL_NONE;
}

static refusal on_caught_up(receive *self, session *from, const message *in, moment now)
{
    open_stream *stream = session_stream(from, in->stream_number);
    from->caught_up = true;
    engine_loaded(self->engine, from->loader, is_any_loading(self));
    move_stream(self, stream, &(position){0}, now);
    return REFUSAL_NONE;
}

static refusal on_heartbeat(receive *self, session *from, const message *in, moment now)
{
    (void)self, (void)from, (void)in, (void)now;
    return REFUSAL_NONE;
}

static refusal on_bye(receive *self, session *from, const message *in, moment now)
{
    (void)in, (void)now;
    remove_session(self, from);
    return REFUSAL_NONE;
}

/* --- the rules ----------------------------------------------------------------------------------- */

#define IN(state) (1u << (state))

static const struct rule {
    unsigned when; /* states that welcome it */
    refusal (*handle)(receive *self, session *from, const message *in, moment now);
} rules[MESSAGE_KINDS] = {
    [MESSAGE_HELLO] = {IN(SESSION_NEW) | IN(SESSION_READY) | IN(SESSION_REFUSED), on_hello},
    [MESSAGE_RECORDS] = {IN(SESSION_READY), on_records},
    [MESSAGE_COVERAGE] = {IN(SESSION_READY), on_coverage},
    [MESSAGE_SNAPSHOT_BEGIN] = {IN(SESSION_READY), on_snapshot_begin},
    [MESSAGE_SNAPSHOT_END] = {IN(SESSION_READY), on_snapshot_end},
    [MESSAGE_CAUGHT_UP] = {IN(SESSION_READY), on_caught_up},
    [MESSAGE_HEARTBEAT] = {IN(SESSION_READY), on_heartbeat},
    [MESSAGE_BYE] = {IN(SESSION_NEW) | IN(SESSION_READY) | IN(SESSION_REFUSED), on_bye},
};

/* What every flow message must satisfy before its handler sees it. */
static refusal check_flow(receive *self, session *from, const message *in)
{
    if (!message_is_flow(in->kind))
        return REFUSAL_NONE;
    if (in->sequence != from->received + 1)
        return refused(self, REFUSAL_OUT_OF_SEQUENCE, "sequence %llu came where %llu was due: say Hello again",
                       (unsigned long long)in->sequence, (unsigned long long)from->received + 1);
    if (from->received - from->acknowledged >= self->settings.credit)
        return refused(self, REFUSAL_OVER_CREDIT, "more than %u messages are unacknowledged", self->settings.credit);
    if (session_stream(from, in->stream_number) == NULL)
        return refused(self, REFUSAL_NOT_GREETED, "stream %u was not opened: say Hello first", in->stream_number);
    return REFUSAL_NONE;
}

static refusal check_rule(receive *self, session *from, const message *in)
{
    if (in->version != WIRE_VERSION)
        return refused(self, REFUSAL_UNKNOWN_VERSION, "version %u of the protocol is not spoken here; %d is", in->version,
                       WIRE_VERSION);
    if (rules[in->kind].handle == NULL)
        return refused(self, REFUSAL_UNKNOWN_KIND, "this kind of message is not known here");
    session_state state = from != NULL ? from->state : SESSION_NEW;
    if ((rules[in->kind].when & IN(state)) == 0)
        return refused(self, REFUSAL_NOT_GREETED, "%s came before Hello: say Hello first", message_name(in->kind));
    return from != NULL ? check_flow(self, from, in) : REFUSAL_NONE;
}

/* A session is made for the first Hello only: strangers leave no trace. */
static session *session_for(receive *self, const peer *from, const message *in, moment now)
{
    session *known = sessions_find(self->sessions, from);
    if (known == NULL && in->version == WIRE_VERSION && in->kind == MESSAGE_HELLO)
        known = sessions_add(self->sessions, from);
    if (known != NULL)
        known->heard_ms = now.monotonic_ms;
    return known;
}

static bool is_stale(const session *from, const message *in)
{
    return from != NULL && in->kind != MESSAGE_HELLO && from->state != SESSION_NEW &&
           (in->session != from->number || (from->state == SESSION_REFUSED && in->kind != MESSAGE_BYE));
}

/* After a failure to read the store nothing gathered can be trusted: everybody begins again. */
static void begin_again(receive *self, moment now)
{
    engine_forget(self->engine);
    for (size_t i = sessions_count(self->sessions); i > 0; i--) {
        session *each = sessions_at(self->sessions, i - 1);
        message none = {.kind = MESSAGE_HEARTBEAT, .session = each->number};
        if (each->state != SESSION_READY)
            continue;
        each->state = SESSION_REFUSED;
        each->spoke_ms = now.monotonic_ms;
        refuse_peer(self, &each->peer, &none, REFUSAL_STORE_FAILED, RETRY_S);
    }
    self->unsaid = 0;
    self->more = self->waiting = false;
}

static void hear(receive *self, const peer *from, const message *in, moment now)
{
    session *known = session_for(self, from, in, now);
    if (is_stale(known, in))
        return;
    if (known == NULL && in->kind == MESSAGE_HELLO && in->version == WIRE_VERSION) {
        (void)refused(self, REFUSAL_OVER_CREDIT, "more than %zu collectors are connected", self->settings.sessions_max);
        refuse_peer(self, from, in, REFUSAL_OVER_CREDIT, RETRY_S);
        return;
    }
    refusal why = check_rule(self, known, in);
    if (why == REFUSAL_NONE && known != NULL) {
        engine_set_loader(self->engine, known->caught_up ? 0 : known->loader);
        why = rules[in->kind].handle(self, known, in, now);
    }
    if (why == REFUSAL_STORE_FAILED) {
        begin_again(self, now);
        return;
    }
    if (why == REFUSAL_NONE) {
        if (message_is_flow(in->kind)) {
            known->received = in->sequence;
            self->unsaid++;
            self->waiting = self->waiting || known->received - known->acknowledged >= self->settings.credit / 2;
            self->more = self->more && in->kind == MESSAGE_RECORDS;
            fault_point("message-taken");
        }
        return;
    }
    if (known != NULL)
        known->state = SESSION_REFUSED;
    refuse_peer(self, from, in, why, why == REFUSAL_STREAM_HELD ? RETRY_S : 0);
}

void receive_message(receive *self, const peer *from, text octets, moment now)
{
    message in;
    const char *why;
    status st = wire_decode(octets.at, octets.size, self->in, &in, &why);
    self->counters.messages++;
    if (st == STATUS_OK) {
        if (log_wants(LOG_TRACE))
            log_line(LOG_TRACE, "heard", "kind=%s size=%zu sequence=%llu", message_name(in.kind), octets.size,
                     (unsigned long long)in.sequence);
        hear(self, from, &in, now);
    } else {
        message none = {.kind = MESSAGE_NONE};
        session *known = sessions_find(self->sessions, from);
        if (known != NULL) {
            none.session = known->number;
            known->state = SESSION_REFUSED;
        }
        self->counters.malformed++;
        (void)refused(self, REFUSAL_MALFORMED, "%s", why);
        refuse_peer(self, from, &none, REFUSAL_MALFORMED, 0);
    }
    arena_reset(self->in);
}

/* --- committing and acknowledging ----------------------------------------------------------------- */

commit_wish receive_wish(const receive *self)
{
    if (self->unsaid == 0 && !engine_has_changes(self->engine))
        return COMMIT_NOTHING;
    bool enough = self->waiting || engine_pending(self->engine) >= self->settings.commit_records;
    return self->more && !enough ? COMMIT_SOON : COMMIT_NOW;
}

/* Hellos that waited for their position to be stored. Returns false when the peer is gone. */
static bool welcome_all(receive *self, session *to, moment now)
{
    for (size_t i = 0; i < to->stream_count; i++)
        if (to->streams[i].unwelcomed && !welcome_to(self, to, &to->streams[i], now))
            return false;
    return true;
}

static void acknowledge(receive *self, moment now)
{
    fault_point("ack-begin");
    for (size_t i = sessions_count(self->sessions); i > 0; i--) {
        session *each = sessions_at(self->sessions, i - 1);
        if (each->state != SESSION_READY || !welcome_all(self, each, now) || !session_is_owed(each))
            continue;
        message answer = {.kind = MESSAGE_ACK, .ack = session_take_ack(each)};
        self->counters.acknowledged++;
        if (say_to(self, each, &answer, now))
            arena_reset(each->ack_memory);
        fault_point("ack-sent");
    }
    fault_point("ack-end");
}

status receive_commit(receive *self, moment now)
{
    status st = engine_commit(self->engine, now.wall_s);
    if (st != STATUS_OK) {
        log_line(LOG_ERROR, "commit-failed", "%s (%s): collectors are told to send again", status_text(st),
                 engine_trouble(self->engine));
        (void)refused(self, REFUSAL_STORE_FAILED, "the store can't take more now: %s; come again in a while",
                      engine_trouble(self->engine));
        begin_again(self, now);
        return st;
    }
    self->counters.commits++;
    self->unsaid = 0;
    self->more = self->waiting = false;
    acknowledge(self, now);
    return STATUS_OK;
}

/* --- time ---------------------------------------------------------------------------------------- */

/* Time in which nobody listened, because a commit or a recount took long, is no silence of theirs. */
static void excuse_silence(receive *self, moment now)
{
    int64_t away_ms = self->ticked_ms > 0 ? now.monotonic_ms - self->ticked_ms : 0;
    self->ticked_ms = now.monotonic_ms;
    for (size_t i = 0; away_ms > TICK_LATE_MS && i < sessions_count(self->sessions); i++) {
        session *each = sessions_at(self->sessions, i);
        each->heard_ms += away_ms;
        if (each->heard_ms > now.monotonic_ms)
            each->heard_ms = now.monotonic_ms;
    }
}

void receive_tick(receive *self, moment now)
{
    excuse_silence(self, now);
    if (self->told > REFUSALS_TOLD_MAX)
        log_line(LOG_WARN, "refused", "and %u more since the last second", self->told - REFUSALS_TOLD_MAX);
    self->told = 0;
    int64_t beat_ms = (int64_t)self->settings.heartbeat_s * 1000;
    for (size_t i = sessions_count(self->sessions); i > 0; i--) {
        session *each = sessions_at(self->sessions, i - 1);
        if (now.monotonic_ms - each->heard_ms > beat_ms * SILENT_HEARTBEATS) {
            log_line(LOG_INFO, "session-silent", "a collector was silent for %lld s: forgotten",
                     (long long)(now.monotonic_ms - each->heard_ms) / 1000);
            remove_session(self, each);
            continue;
        }
        message beat = {.kind = MESSAGE_HEARTBEAT};
        if (each->state == SESSION_READY && now.monotonic_ms - each->spoke_ms >= beat_ms)
            (void)say_to(self, each, &beat, now);
    }
}

void receive_farewell(receive *self, moment now)
{
    while (sessions_count(self->sessions) > 0) {
        session *each = sessions_at(self->sessions, 0);
        message bye = {.kind = MESSAGE_BYE, .bye = text_of("the aggregator is stopping")};
        if (say_to(self, each, &bye, now))
            remove_session(self, each);
    }
}
