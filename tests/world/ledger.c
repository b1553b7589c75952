#include "ledger.h"

#include <stdlib.h>
#include <string.h>

/* A message of a session that has a sequence. */
struct said_message {
    message_kind kind;
    told_stream *stream; /* NULL: it bears no items */
    size_t from, to;
};

/* A peer, as the aggregator knows it. */
struct listener {
    peer peer;
    uint64_t session; /* that it greeted last */
    int64_t heard_ms;
    bool refused;     /* since then */
};

struct talk {
    uint64_t session, instance;
    size_t collector;
    told_stream *streams[TOLD_STREAMS_MAX + 1]; /* by the collector's number */
    struct listener *holders[TOLD_STREAMS_MAX + 1]; /* to which peer each was opened; NULL: it is not open */
    struct said_message *said;
    size_t said_count, said_capacity;
    uint64_t arrived; /* at the aggregator, without a gap */
    uint64_t acknowledged, told; /* by the aggregator; and heard of by the collector */
    bool caught_up;
};

struct ledger {
    told *told;
    network *network;
    trace *trace;
    uint32_t credit;
    int64_t silent_ms;
    struct talk *talks; /* in the order in which they began */
    size_t count, capacity;
    struct listener **listeners;
    size_t listener_count, listener_capacity;
    struct said_message given; /* and not seen on the wire yet */
    bool loading_over;
    arena *memory;
};

ledger *ledger_create(told *all, network *net, trace *said, uint32_t credit, int64_t silent_ms)
{
    ledger *self = memory_new(1, sizeof *self);
    *self = (struct ledger){.told = all, .network = net, .trace = said, .credit = credit, .silent_ms = silent_ms};
    self->memory = arena_create();
    return self;
}

void ledger_destroy(ledger **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i < (*self)->count; i++)
        free((*self)->talks[i].said);
    free((*self)->talks);
    for (size_t i = 0; i < (*self)->listener_count; i++)
        free((*self)->listeners[i]);
    free((*self)->listeners);
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

void ledger_given(ledger *self, size_t collector, told_stream *of, size_t from, size_t to)
{
    (void)collector;
    self->given = (struct said_message){.stream = of, .from = from, .to = to};
}

void ledger_settled(ledger *self, const told_stream *of, size_t to)
{
    for (size_t i = 0; i < to; i++)
        if (!of->items[i].acknowledged) {
            trace_fault(self->trace, "%s was told that its first %zu items are stored: of item %zu nobody said so", of->name,
                        to, i);
            return;
        }
}

static struct talk *talk_of(ledger *self, uint64_t session)
{
    for (size_t i = self->count; i > 0; i--)
        if (self->talks[i - 1].session == session)
            return &self->talks[i - 1];
    return NULL;
}

/* Messages between ourselves always decode. */
static bool read_message(ledger *self, text octets, message *out)
{
    const char *why = "";
    arena_reset(self->memory);
    if (wire_decode(octets.at, octets.size, self->memory, out, &why) == STATUS_OK)
        return true;
    trace_fault(self->trace, "a message that can't be read was sent: %s", why);
    return false;
}

/* --- collectors -------------------------------------------------------------------------------- */

static void note_hello(ledger *self, size_t collector, const message *in)
{
    struct talk *t = talk_of(self, in->session);
    const told_collector *of = &self->told->collectors[collector];
    if (t == NULL) {
        self->talks = memory_room(self->talks, self->count, &self->capacity, sizeof *self->talks);
        t = &self->talks[self->count++];
        *t = (struct talk){.session = in->session, .instance = in->hello.instance, .collector = collector};
    }
    for (size_t i = of->first_stream; i < of->first_stream + of->stream_count; i++)
        if (text_is(in->hello.stream, self->told->streams[i].name) && in->stream_number <= TOLD_STREAMS_MAX)
            t->streams[in->stream_number] = &self->told->streams[i];
}

static void note_flow(ledger *self, size_t collector, const message *in)
{
    struct talk *t = talk_of(self, in->session);
    if (t == NULL || t->collector != collector) {
        trace_fault(self->trace, "collector %zu says %s in a session that it has not begun", collector, message_name(in->kind));
        return;
    }
    if (in->sequence == t->said_count) /* the socket was full: it is handed over again */
        return;
    if (in->sequence != t->said_count + 1)
        trace_fault(self->trace, "collector %zu: sequence %llu comes behind %zu", collector,
                    (unsigned long long)in->sequence, t->said_count);
    t->said = memory_room(t->said, t->said_count, &t->said_capacity, sizeof *t->said);
    t->said[t->said_count] = self->given;
    t->said[t->said_count++].kind = in->kind;
    self->given = (struct said_message){0};
    if (t->said_count - t->told > self->credit)
        trace_fault(self->trace, "collector %zu has %zu messages unacknowledged: its credit is %u", collector,
                    t->said_count - (size_t)t->told, self->credit);
}

void ledger_collector_sends(ledger *self, size_t collector, text octets)
{
    message in;
    if (!read_message(self, octets, &in))
        return;
    trace_say(self->trace, "collector %zu says %s stream %u sequence %llu", collector, message_name(in.kind),
              in.stream_number, (unsigned long long)in.sequence);
    if (in.kind == MESSAGE_HELLO)
        note_hello(self, collector, &in);
    else if (message_is_flow(in.kind))
        note_flow(self, collector, &in);
}

void ledger_collector_hears(ledger *self, text octets)
{
    message in;
    if (!read_message(self, octets, &in))
        return;
    struct talk *t = talk_of(self, in.session);
    trace_say(self->trace, "collector hears %s %llu", message_name(in.kind),
              in.kind == MESSAGE_ACK ? (unsigned long long)in.ack.through : 0);
    if (t != NULL && in.kind == MESSAGE_ACK && in.ack.through > t->told)
        t->told = in.ack.through;
}

size_t ledger_sessions(const ledger *self)
{
    return self->count;
}

bool ledger_caught_up(const ledger *self, size_t collector)
{
    for (size_t i = self->count; i > 0; i--)
        if (self->talks[i - 1].collector == collector)
            return self->talks[i - 1].caught_up;
    return false;
}

/* --- the aggregator ---------------------------------------------------------------------------- */

static struct listener *listener_of(ledger *self, const peer *who)
{
    for (size_t i = 0; i < self->listener_count; i++)
        if (memcmp(self->listeners[i]->peer.id, who->id, who->size) == 0)
            return self->listeners[i];
    self->listeners = memory_room(self->listeners, self->listener_count, &self->listener_capacity, sizeof *self->listeners);
    struct listener *made = memory_new(1, sizeof *made);
    made->peer = *who;
    return self->listeners[self->listener_count++] = made;
}

/* What was open to a peer is not any more. NULL: to all. */
static void close_streams(ledger *self, const struct listener *of)
{
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; k <= TOLD_STREAMS_MAX; k++)
            if (of == NULL || self->talks[i].holders[k] == of)
                self->talks[i].holders[k] = NULL;
}

/* With a new session, or one after a refusal, a peer begins anew. */
static void note_greeting(ledger *self, struct listener *l, const message *in)
{
    if (l->session != in->session || l->refused)
        close_streams(self, l);
    l->session = in->session;
    l->refused = false;
}

void ledger_aggregator_hears(ledger *self, const peer *from, text octets)
{
    message in;
    if (!read_message(self, octets, &in))
        return;
    struct talk *t = talk_of(self, in.session);
    struct listener *l = listener_of(self, from);
    if (self->trace->now_ms - l->heard_ms >= self->silent_ms) /* it may have been forgotten meanwhile */
        close_streams(self, l);
    l->heard_ms = self->trace->now_ms;
    if (in.kind == MESSAGE_HELLO)
        note_greeting(self, l, &in);
    self->loading_over = self->loading_over || in.kind == MESSAGE_CAUGHT_UP;
    if (in.kind == MESSAGE_BYE && in.session == l->session)
        close_streams(self, l);
    if (t != NULL && message_is_flow(in.kind) && in.sequence == t->arrived + 1)
        t->arrived++;
}

void ledger_stranger_spoke(ledger *self)
{
    self->loading_over = true;
}

bool ledger_is_loading(const ledger *self)
{
    return !self->loading_over;
}

void ledger_aggregator_died(ledger *self)
{
    close_streams(self, NULL);
}

static void keep_items(told_stream *of, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        of->items[i].acknowledged = true;
    /* Within an issue the position stays where it was. */
    if (to > from && !of->items[to - 1].in_issue && of->items[to - 1].kind != ITEM_COVERAGE && to > of->held)
        of->held = to;
}

static void note_ack(ledger *self, struct talk *t, const ack *a)
{
    if (a->through > t->arrived)
        trace_fault(self->trace, "%llu is acknowledged and only %llu have come", (unsigned long long)a->through,
                    (unsigned long long)t->arrived);
    if (a->through <= t->acknowledged)
        trace_fault(self->trace, "%llu is acknowledged behind %llu", (unsigned long long)a->through,
                    (unsigned long long)t->acknowledged);
    for (; t->acknowledged < a->through && t->acknowledged < t->said_count; t->acknowledged++) {
        const struct said_message *m = &t->said[t->acknowledged];
        if (m->stream != NULL)
            keep_items(m->stream, m->from, m->to);
        t->caught_up = t->caught_up || m->kind == MESSAGE_CAUGHT_UP;
    }
}

static bool same_name(const ledger *self, const struct talk *a, const struct talk *b)
{
    return strcmp(self->told->collectors[a->collector].name, self->told->collectors[b->collector].name) == 0;
}

/* Another process's session that has a stream of this name, and is alive as far as anybody can tell. */
static bool is_held_by_another(const ledger *self, const struct talk *t, uint32_t stream_number)
{
    int64_t now_ms = self->trace->now_ms;
    for (size_t i = 0; i < self->count; i++) {
        const struct talk *o = &self->talks[i];
        const struct listener *l = o->holders[stream_number];
        if (o->instance != t->instance && same_name(self, o, t) && l != NULL && l->heard_ms + self->silent_ms > now_ms &&
            network_is_reachable(self->network, &l->peer, now_ms))
            return true;
    }
    return false;
}

/* Whoever had it before has it no more. */
static void give_stream(ledger *self, struct talk *t, uint32_t stream_number, struct listener *to)
{
    for (size_t i = 0; i < self->count; i++)
        if (same_name(self, &self->talks[i], t))
            self->talks[i].holders[stream_number] = NULL;
    t->holders[stream_number] = to;
}

/* Nobody else writes to this stream's position. */
static bool is_alone(const ledger *self, size_t collector)
{
    for (size_t i = 0; i < self->told->collector_count; i++)
        if (i != collector && strcmp(self->told->collectors[i].name, self->told->collectors[collector].name) == 0)
            return false;
    return true;
}

/* A position that is held says that everything before it is stored: it is the collector's own word. */
static void note_welcome(ledger *self, struct talk *t, struct listener *to, const message *in)
{
    uint32_t number = in->stream_number;
    told_stream *of = number <= TOLD_STREAMS_MAX ? t->streams[number] : NULL;
    const position *held = &in->welcome.position;
    if (of == NULL)
        return;
    if (is_held_by_another(self, t, number))
        trace_fault(self->trace, "collector %zu may send '%s', which another sends", t->collector, of->name);
    give_stream(self, t, number, to);
    size_t items = told_items_before(of, held);
    if (is_alone(self, t->collector) && items < of->held)
        trace_fault(self->trace, "'%s' was taken up to %zu, and is welcomed at %zu", of->name, of->held, items);
    keep_items(of, 0, items);
}

static void describe(ledger *self, const message *in)
{
    switch ((int)in->kind) {
    case MESSAGE_WELCOME:
        trace_say(self->trace, "aggregator says WELCOME stream %u, held %llu", in->stream_number,
                  (unsigned long long)in->welcome.position.offset);
        break;
    case MESSAGE_ACK: trace_say(self->trace, "aggregator says ACK %llu", (unsigned long long)in->ack.through); break;
    case MESSAGE_REFUSE:
        trace_say(self->trace, "aggregator says REFUSE %d: %.*s", (int)in->refuse.refusal, TEXT_ARGS(in->refuse.words));
        break;
    default: trace_say(self->trace, "aggregator says %s", message_name(in->kind)); break;
    }
}

void ledger_aggregator_sends(ledger *self, const peer *to, text octets)
{
    message in;
    if (!read_message(self, octets, &in))
        return;
    describe(self, &in);
    struct talk *t = talk_of(self, in.session);
    if (t == NULL)
        return;
    if (in.kind == MESSAGE_ACK)
        note_ack(self, t, &in.ack);
    else if (in.kind == MESSAGE_WELCOME)
        note_welcome(self, t, listener_of(self, to), &in);
    else if (in.kind == MESSAGE_REFUSE)
        listener_of(self, to)->refused = true;
}
