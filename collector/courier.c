#include "courier_parts.h"

#include <stdlib.h>

#include "proto/digest.h"
#include "proto/fault_point.h"

enum {
    GREETING_MS = 10000,     /* a Hello unanswered for so long was lost */
    SILENT_HEARTBEATS = 6,
    BACKOFF_MIN_MS = 200,
    BACKOFF_MAX_MS = 5000,
    GREET_AHEAD = 2,         /* streams that may be open or opening at once while more are queued */
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

courier_state courier_fail(courier *self, text words)
{
    text_copy(words, self->why, sizeof self->why);
    self->state = COURIER_FAILED;
    return self->state;
}

/* --- sessions ------------------------------------------------------------------------------------ */

void courier_end_session(courier *self, int64_t now_ms, int64_t wait_ms)
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

void courier_note_settled(courier *self)
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
        courier_note_settled(self);
    }
    if (!self->settings.follow && count_in_state(self, RUN_SETTLED) == self->run_count && self->in_flight.count == 0)
        self->state = COURIER_DONE;
    return self->state;
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
        courier_end_session(self, now_ms, 0);
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
