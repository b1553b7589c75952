#include "courier.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "in_flight.h"
#include "proto/digest.h"
#include "proto/fault_point.h"

enum {
    GREETING_MS = 10000,     /* a Hello unanswered for so long was lost */
    SILENT_HEARTBEATS = 6,
    BACKOFF_MIN_MS = 200,
    BACKOFF_MAX_MS = 5000,
    GREET_AHEAD = 2,         /* streams that may be open or opening at once while more are queued */
};

typedef enum run_state {
    RUN_QUEUED,  /* not opened in this session */
    RUN_GREETED, /* Hello is on its way */
    RUN_OPEN,    /* may be sent */
    RUN_WAITING, /* the feed has nothing now */
    RUN_ENDED,   /* everything of it is sent */
    RUN_SETTLED, /* and acknowledged */
} run_state;

/* A feed on its way. Numbers of streams that are settled are used again. */
struct run {
    feed *feed;
    run_state state;
    uint32_t number;        /* of its stream in this session */
    uint64_t last_sequence; /* of its last message in this session */
    bool unsettled;         /* something was sent since `settled` was told */
};

struct courier {
    courier_settings settings;
    courier_world world;
    struct run *runs;
    size_t run_count, run_capacity;
    uint64_t session;      /* 0: none was begun */
    bool connected;        /* a Welcome came in this session */
    uint64_t sequence;     /* of the last flow message */
    in_flight in_flight;
    uint32_t credit;
    int64_t heartbeat_ms;
    int64_t heard_ms, spoke_ms, greeted_ms;
    int64_t not_before_ms; /* of the next session */
    int64_t backoff_ms;
    bool caught_up;        /* said in this session */
    bool has_pending;      /* `out` holds a message that the socket would not take */
    courier_state state;
    char why[NOTE_SIZE_MAX];
    courier_counts counts;
    arena *memory;
    buffer out;
};

courier *courier_create(courier_settings settings, courier_world world)
{
    courier *self = memory_new(1, sizeof *self);
    self->settings = settings;
    self->world = world;
    self->memory = arena_create();
    self->heartbeat_ms = 5000;
    return self;
}

void courier_destroy(courier **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i < (*self)->run_count; i++)
        (*self)->runs[i].feed->class->destroy((*self)->runs[i].feed);
    in_flight_forget(&(*self)->in_flight);
    free((*self)->runs);
    arena_destroy(&(*self)->memory);
    buffer_free(&(*self)->out);
    free(*self);
    *self = NULL;
}

void courier_add(courier *self, feed *made)
{
    self->runs = memory_room(self->runs, self->run_count, &self->run_capacity, sizeof *self->runs);
    self->runs[self->run_count] = (struct run){.feed = made, .number = (uint32_t)(self->run_count % STREAMS_MAX) + 1};
    self->run_count++;
}

bool courier_again(courier *self, const feed *of)
{
    for (size_t i = 0; i < self->run_count; i++)
        if (self->runs[i].feed == of && self->runs[i].state == RUN_SETTLED) {
            self->runs[i].state = RUN_QUEUED;
            return true;
        }
    return false;
}

const char *courier_why(const courier *self)
{
    return self->why;
}

courier_counts courier_count(const courier *self)
{
    return self->counts;
}

bool courier_is_connected(const courier *self)
{
    return self->connected;
}

feed *courier_feed(const courier *self, size_t index)
{
    return index < self->run_count ? self->runs[index].feed : NULL;
}

bool courier_is_waiting(const courier *self)
{
    for (size_t i = 0; i < self->run_count; i++)
        if (self->runs[i].state != RUN_WAITING && self->runs[i].state != RUN_SETTLED)
            return false;
    return self->in_flight.count == 0;
}

static courier_state fail(courier *self, text words)
{
    text_copy(words, self->why, sizeof self->why);
    self->state = COURIER_FAILED;
    return self->state;
}

/* --- sessions ------------------------------------------------------------------------------------ */

/* Everything that is not acknowledged begins again from what the aggregator holds. */
static void end_session(courier *self, int64_t now_ms, int64_t wait_ms)
{
    in_flight_forget(&self->in_flight);
    for (size_t i = 0; i < self->run_count; i++) {
        struct run *run = &self->runs[i];
        run->last_sequence = 0; /* the next session counts anew: what this one sent must not seem acknowledged by it */
        run->unsettled = false;
        if (run->state != RUN_SETTLED)
            run->state = RUN_QUEUED;
    }
    self->session = 0;
    self->connected = self->has_pending = self->caught_up = false;
    self->sequence = 0;
    self->backoff_ms = self->backoff_ms > 0 ? self->backoff_ms * 2 : BACKOFF_MIN_MS;
    if (self->backoff_ms > BACKOFF_MAX_MS)
        self->backoff_ms = BACKOFF_MAX_MS;
    self->not_before_ms = now_ms + (wait_ms > 0 ? wait_ms : self->backoff_ms);
    self->world.reconnect(self->world.context);
}

static void begin_session(courier *self, int64_t now_ms)
{
    uint64_t drawn[2] = {self->settings.seed, (uint64_t)now_ms};
    self->settings.seed = digest_text((text){(const char *)drawn, sizeof drawn}) | 1;
    self->session = self->settings.seed;
    self->heard_ms = self->spoke_ms = now_ms;
}

/* --- sending ------------------------------------------------------------------------------------- */

/* The encoded message goes, or waits in `out`. */
static bool push(courier *self, int64_t now_ms)
{
    status st = self->world.send(self->world.context, self->out.data, self->out.size);
    self->has_pending = st != STATUS_OK;
    if (st == STATUS_OK)
        self->spoke_ms = now_ms;
    return st == STATUS_OK;
}

static bool send_message(courier *self, message *what, int64_t now_ms)
{
    what->version = WIRE_VERSION;
    what->session = self->session;
    wire_encode(what, self->memory, &self->out);
    return push(self, now_ms);
}

static void greet(courier *self, size_t index, int64_t now_ms)
{
    struct run *run = &self->runs[index];
    if (run->feed->class->prepare != NULL && run->feed->class->prepare(run->feed) != STATUS_OK) {
        run->state = RUN_SETTLED;
        self->counts.unusable++;
        return;
    }
    message greeting = {
        .kind = MESSAGE_HELLO, .stream_number = run->number,
        .hello = {.source = text_of(self->settings.source), .stream = text_of(run->feed->stream),
                  .instance = self->settings.instance, .claims = run->feed->claims,
                  .claim_count = run->feed->claim_count, .software = text_of("tocsin-collector " TOCSIN_VERSION)},
    };
    run->state = RUN_GREETED;
    self->greeted_ms = now_ms;
    (void)send_message(self, &greeting, now_ms);
    arena_reset(self->memory);
}

static void send_flow(courier *self, size_t index, message *what, int64_t now_ms)
{
    struct run *run = &self->runs[index];
    what->sequence = ++self->sequence;
    what->stream_number = run->number;
    run->last_sequence = self->sequence;
    run->unsettled = true;
    in_flight_put(&self->in_flight, what, index);
    (void)send_message(self, what, now_ms);
}

static size_t count_in_state(const courier *self, run_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < self->run_count; i++)
        count += self->runs[i].state == state;
    return count;
}

static bool find_in_state(const courier *self, run_state state, size_t *index)
{
    for (size_t i = 0; i < self->run_count; i++)
        if (self->runs[i].state == state) {
            *index = i;
            return true;
        }
    return false;
}

/* The stream that had this number before must be done with it. */
static bool number_is_free(const courier *self, size_t index)
{
    return index < STREAMS_MAX || self->runs[index - STREAMS_MAX].state == RUN_SETTLED;
}

static void greet_next(courier *self, int64_t now_ms)
{
    size_t index;
    while (!self->has_pending && find_in_state(self, RUN_QUEUED, &index) && number_is_free(self, index) &&
           count_in_state(self, RUN_GREETED) + count_in_state(self, RUN_OPEN) < GREET_AHEAD)
        greet(self, index, now_ms);
}

static void note_settled(courier *self)
{
    const sent *oldest = in_flight_oldest(&self->in_flight);
    uint64_t through = oldest != NULL ? oldest->sequence - 1 : self->sequence;
    for (size_t i = 0; i < self->run_count; i++) {
        struct run *run = &self->runs[i];
        if (run->last_sequence > through)
            continue;
        bool ended = run->state == RUN_ENDED;
        if (ended)
            run->state = RUN_SETTLED;
        if ((run->unsettled || ended) && run->feed->class->settled != NULL)
            run->feed->class->settled(run->feed);
        run->unsettled = false;
    }
}

/* Asks a feed for its next message and sends it. */
static void send_from(courier *self, size_t index, int64_t now_ms)
{
    struct run *run = &self->runs[index];
    message next = {0};
    status st = run->feed->class->next(run->feed, self->memory, &next);
    if (st == STATUS_OK) {
        fault_point("message-read");
        send_flow(self, index, &next, now_ms);
        fault_point("message-sent");
    } else if (st == STATUS_AGAIN)
        run->state = RUN_WAITING;
    else if (st == STATUS_END)
        run->state = RUN_ENDED;
    else {
        run->state = RUN_ENDED; /* it said why; the others go on */
        self->counts.unusable++;
    }
    arena_reset(self->memory);
}

/* Once everything that was there at the start is sent: what comes from now on is news. */
static void say_caught_up(courier *self, int64_t now_ms)
{
    size_t last = self->run_count;
    if (self->caught_up || count_in_state(self, RUN_QUEUED) + count_in_state(self, RUN_GREETED) +
                                   count_in_state(self, RUN_OPEN) > 0)
        return;
    for (size_t i = 0; i < self->run_count; i++)
        if (self->runs[i].state == RUN_WAITING || self->runs[i].state == RUN_ENDED)
            last = i;
    self->caught_up = true;
    if (last == self->run_count)
        return;
    message caught_up = {.kind = MESSAGE_CAUGHT_UP};
    send_flow(self, last, &caught_up, now_ms);
    arena_reset(self->memory);
}

static bool may_send(const courier *self)
{
    return self->state == COURIER_WORKING && !self->has_pending && self->in_flight.count < self->credit;
}

static void pump(courier *self, int64_t now_ms)
{
    size_t index;
    while (may_send(self) && find_in_state(self, RUN_OPEN, &index)) {
        send_from(self, index, now_ms);
        greet_next(self, now_ms);
    }
    if (may_send(self))
        say_caught_up(self, now_ms);
}

/* Feeds that had nothing may have something now. */
static void ask_again(courier *self)
{
    for (size_t i = 0; i < self->run_count; i++)
        if (self->runs[i].state == RUN_WAITING)
            self->runs[i].state = RUN_OPEN;
}

courier_state courier_work(courier *self, int64_t now_ms)
{
    if (self->state != COURIER_WORKING)
        return self->state;
    if (self->session == 0) {
        if (now_ms < self->not_before_ms)
            return self->state;
        begin_session(self, now_ms);
    }
    if (self->has_pending && !push(self, now_ms))
        return self->state;
    greet_next(self, now_ms);
    if (self->connected) {
        ask_again(self);
        pump(self, now_ms);
        note_settled(self);
    }
    if (!self->settings.follow && count_in_state(self, RUN_SETTLED) == self->run_count && self->in_flight.count == 0)
        self->state = COURIER_DONE;
    return self->state;
}

/* --- hearing ------------------------------------------------------------------------------------- */

static struct run *run_of(courier *self, uint32_t stream_number)
{
    for (size_t i = self->run_count; i > 0; i--)
        if (self->runs[i - 1].number == stream_number && self->runs[i - 1].state != RUN_QUEUED)
            return &self->runs[i - 1];
    return NULL;
}

static void on_welcome(courier *self, const message *in)
{
    struct run *run = run_of(self, in->stream_number);
    if (run == NULL || run->state != RUN_GREETED)
        return;
    self->connected = true;
    self->backoff_ms = 0;
    self->credit = in->welcome.credit < IN_FLIGHT_MAX ? in->welcome.credit : IN_FLIGHT_MAX;
    if (in->welcome.heartbeat_s > 0)
        self->heartbeat_ms = (int64_t)in->welcome.heartbeat_s * 1000;
    run->state = RUN_OPEN;
    if (run->feed->class->resume(run->feed, &in->welcome.position) != STATUS_OK) {
        run->state = RUN_ENDED;
        self->counts.unusable++;
    }
    fault_point("welcome-taken");
}

static void tell_rejection(courier *self, const rejection *r)
{
    const sent *of = in_flight_find(&self->in_flight, r->sequence);
    if (of != NULL)
        self->world.rejected(self->world.context, self->runs[of->run].feed, sent_line(of, r->of_faulty, r->index), r->words);
}

/* Returns the feed whose message the oldest was; it is stored now. */
static feed *take_oldest(courier *self, const sent *oldest)
{
    feed *from = self->runs[oldest->run].feed;
    self->counts.sent += oldest->line_count + oldest->faulty_count;
    if (oldest->moves && from->class->stored != NULL)
        from->class->stored(from, oldest->offset);
    in_flight_take(&self->in_flight);
    return from;
}

static void on_ack(courier *self, const message *in)
{
    const ack *a = &in->ack;
    fault_point("ack-heard");
    for (size_t i = 0; i < a->rejection_count; i++)
        tell_rejection(self, &a->rejections[i]);
    const feed *of = NULL;
    for (const sent *oldest; (oldest = in_flight_oldest(&self->in_flight)) != NULL && oldest->sequence <= a->through;)
        of = take_oldest(self, oldest);
    for (size_t i = 0; i < a->note_count; i++)
        self->world.tell(self->world.context, of, a->notes[i]);
    self->counts.accepted += a->accepted;
    self->counts.repeated += a->repeated;
    self->counts.replaced += a->replaced;
    self->counts.rejected += a->rejected;
    note_settled(self);
    fault_point("ack-taken");
}

static void on_refuse(courier *self, const message *in, int64_t now_ms)
{
    const struct run *run = run_of(self, in->stream_number);
    const feed *of = run != NULL ? run->feed : NULL;
    switch (in->refuse.refusal) {
    case REFUSAL_NOT_GREETED:
    case REFUSAL_OUT_OF_SEQUENCE:
        end_session(self, now_ms, 0);
        return;
    case REFUSAL_OVER_CREDIT:
    case REFUSAL_STREAM_HELD:
    case REFUSAL_STORE_FAILED:
        self->world.tell(self->world.context, of, in->refuse.words);
        end_session(self, now_ms, (int64_t)in->refuse.retry_after_s * 1000);
        return;
    case REFUSAL_NONE:
    case REFUSAL_UNKNOWN_VERSION:
    case REFUSAL_UNKNOWN_KIND:
    case REFUSAL_MALFORMED:
    case REFUSAL_ORIGINS_OVERLAP:
    case REFUSAL_BAD_DECLARATION:
    case REFUSALS:
        break;
    }
    (void)fail(self, in->refuse.words);
}

static void hear(courier *self, const message *in, int64_t now_ms)
{
    switch (in->kind) {
    case MESSAGE_WELCOME: on_welcome(self, in); return;
    case MESSAGE_ACK: on_ack(self, in); return;
    case MESSAGE_REFUSE: on_refuse(self, in, now_ms); return;
    case MESSAGE_BYE:
        self->world.tell(self->world.context, NULL, in->bye);
        end_session(self, now_ms, 0);
        return;
    case MESSAGE_HEARTBEAT:
    case MESSAGE_NONE:
    case MESSAGE_HELLO:
    case MESSAGE_RECORDS:
    case MESSAGE_COVERAGE:
    case MESSAGE_SNAPSHOT_BEGIN:
    case MESSAGE_SNAPSHOT_END:
    case MESSAGE_CAUGHT_UP:
    case MESSAGE_KINDS:
        return;
    }
}

void courier_message(courier *self, text octets, int64_t now_ms)
{
    message in;
    const char *why;
    arena *memory = arena_create();
    if (wire_decode(octets.at, octets.size, memory, &in, &why) == STATUS_OK &&
        (in.session == self->session || (in.kind == MESSAGE_REFUSE && in.session == 0)) && self->session != 0) {
        self->heard_ms = now_ms;
        hear(self, &in, now_ms);
    }
    arena_destroy(&memory);
}

/* --- time ---------------------------------------------------------------------------------------- */

void courier_tick(courier *self, int64_t now_ms)
{
    if (self->session == 0 || self->state != COURIER_WORKING)
        return;
    bool unanswered = count_in_state(self, RUN_GREETED) > 0 && now_ms - self->greeted_ms > GREETING_MS;
    if (unanswered || now_ms - self->heard_ms > self->heartbeat_ms * SILENT_HEARTBEATS) {
        if (self->connected)
            self->world.tell(self->world.context, NULL, text_of("the aggregator is silent: connecting again"));
        end_session(self, now_ms, 0);
        return;
    }
    if (self->connected && !self->has_pending && now_ms - self->spoke_ms >= self->heartbeat_ms) {
        message beat = {.kind = MESSAGE_HEARTBEAT};
        (void)send_message(self, &beat, now_ms);
        arena_reset(self->memory);
    }
}

bool courier_is_owed(const courier *self)
{
    return in_flight_oldest(&self->in_flight) != NULL;
}

void courier_farewell(courier *self)
{
    if (self->session == 0)
        return;
    message bye = {.kind = MESSAGE_BYE, .version = WIRE_VERSION, .session = self->session};
    wire_encode(&bye, self->memory, &self->out);
    (void)self->world.send(self->world.context, self->out.data, self->out.size);
    arena_reset(self->memory);
}
