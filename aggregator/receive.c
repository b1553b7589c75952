#include "receive.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fault_point.h"
#include "proto/log.h"
#include "receive_parts.h"

enum { RETRY_S = 5, TICK_LATE_MS = 2000, REFUSALS_TOLD_MAX = 20 };

/* A commit under load takes half of a collector's credit: the other half is on its way meanwhile. Amendments of old
 * records touch months and versions all over the store, and a larger group touches each of them once: of a million
 * records groups of 16,000 write 890 MB to the log, of 32,000 620, of 65,000 440. */
receive_settings receive_defaults(void)
{
    return (receive_settings){.credit = 256, .heartbeat_s = 5, .sessions_max = 1024, .commit_records = 65536};
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

bool receive_is_any_loading(receive *self)
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
    engine_loader_gone(self->engine, loader, receive_is_any_loading(self));
}

bool receive_say_to(receive *self, session *to, message *what, moment now)
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

refusal receive_refused(receive *self, refusal why, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(self->words, sizeof self->words, format, args);
    va_end(args);
    return why;
}

refusal receive_store_failed(receive *self)
{
    return receive_refused(self, REFUSAL_STORE_FAILED, "the store could not be read: %s; come again in a while",
                           engine_trouble(self->engine));
}

/* --- the rules ----------------------------------------------------------------------------------- */

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

#define IN(state) (1u << (state))

static const struct rule {
    unsigned when; /* states that welcome it */
    refusal (*handle)(receive *self, session *from, const message *in, moment now);
} rules[MESSAGE_KINDS] = {
    [MESSAGE_HELLO] = {IN(SESSION_NEW) | IN(SESSION_READY) | IN(SESSION_REFUSED), receive_on_hello},
    [MESSAGE_RECORDS] = {IN(SESSION_READY), receive_on_records},
    [MESSAGE_COVERAGE] = {IN(SESSION_READY), receive_on_coverage},
    [MESSAGE_SNAPSHOT_BEGIN] = {IN(SESSION_READY), receive_on_snapshot_begin},
    [MESSAGE_SNAPSHOT_END] = {IN(SESSION_READY), receive_on_snapshot_end},
    [MESSAGE_CAUGHT_UP] = {IN(SESSION_READY), receive_on_caught_up},
    [MESSAGE_HEARTBEAT] = {IN(SESSION_READY), on_heartbeat},
    [MESSAGE_BYE] = {IN(SESSION_NEW) | IN(SESSION_READY) | IN(SESSION_REFUSED), on_bye},
};

/* What every flow message must satisfy before its handler sees it. */
static refusal check_flow(receive *self, session *from, const message *in)
{
    if (!message_is_flow(in->kind))
        return REFUSAL_NONE;
    if (in->sequence != from->received + 1)
        return receive_refused(self, REFUSAL_OUT_OF_SEQUENCE, "sequence %llu came where %llu was due: say Hello again",
                               (unsigned long long)in->sequence, (unsigned long long)from->received + 1);
    if (from->received - from->acknowledged >= self->settings.credit)
        return receive_refused(self, REFUSAL_OVER_CREDIT, "more than %u messages are unacknowledged",
                               self->settings.credit);
    if (session_stream(from, in->stream_number) == NULL)
        return receive_refused(self, REFUSAL_NOT_GREETED, "stream %u was not opened: say Hello first", in->stream_number);
    return REFUSAL_NONE;
}

static refusal check_rule(receive *self, session *from, const message *in)
{
    if (in->version != WIRE_VERSION)
        return receive_refused(self, REFUSAL_UNKNOWN_VERSION, "version %u of the protocol is not spoken here; %d is",
                               in->version, WIRE_VERSION);
    if (rules[in->kind].handle == NULL)
        return receive_refused(self, REFUSAL_UNKNOWN_KIND, "this kind of message is not known here");
    session_state state = from != NULL ? from->state : SESSION_NEW;
    if ((rules[in->kind].when & IN(state)) == 0)
        return receive_refused(self, REFUSAL_NOT_GREETED, "%s came before Hello: say Hello first", message_name(in->kind));
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
        (void)receive_refused(self, REFUSAL_OVER_CREDIT, "more than %zu collectors are connected",
                              self->settings.sessions_max);
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
        (void)receive_refused(self, REFUSAL_MALFORMED, "%s", why);
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
        if (to->streams[i].unwelcomed && !receive_welcome_to(self, to, &to->streams[i], now))
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
        if (receive_say_to(self, each, &answer, now))
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
        (void)receive_refused(self, REFUSAL_STORE_FAILED, "the store can't take more now: %s; come again in a while",
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
            (void)receive_say_to(self, each, &beat, now);
    }
}

void receive_farewell(receive *self, moment now)
{
    while (sessions_count(self->sessions) > 0) {
        session *each = sessions_at(self->sessions, 0);
        message bye = {.kind = MESSAGE_BYE, .bye = text_of("the aggregator is stopping")};
        if (receive_say_to(self, each, &bye, now))
            remove_session(self, each);
    }
}
