#include "collecting.h"

#include <stdlib.h>

enum { TICK_MS = 500, HEARD_MAX = 16 };

struct collecting {
    told *told;
    size_t number;
    network *network;
    ledger *ledger;
    trace *trace;
    chance *by;
    courier *courier;   /* NULL: no process */
    bool reconnect;
    bool ended;         /* everything was sent, or it was stopped */
    int64_t now_ms, ticked_ms, paused_ms, restart_ms;
};

/* --- what the courier reaches ------------------------------------------------------------------ */

static status world_send(void *context, const void *octets, size_t size)
{
    collecting *self = context;
    ledger_collector_sends(self->ledger, self->number, (text){octets, size});
    return network_send_up(self->network, self->number, (text){octets, size}, self->now_ms);
}

static void world_reconnect(void *context)
{
    collecting *self = context;
    trace_say(self->trace, "collector %zu wants another connection", self->number);
    self->reconnect = true;
}

static void world_rejected(void *context, const feed *of, uint64_t line, text words)
{
    (void)context, (void)of, (void)line, (void)words;
}

static void world_tell(void *context, const feed *of, text words)
{
    const collecting *self = context;
    (void)of;
    trace_say(self->trace, "collector %zu: %.*s", self->number, TEXT_ARGS(words));
}

static void given(void *context, told_stream *of, size_t from, size_t to)
{
    const collecting *self = context;
    ledger_given(self->ledger, self->number, of, from, to);
}

static void settled(void *context, told_stream *of, size_t to)
{
    const collecting *self = context;
    ledger_settled(self->ledger, of, to);
}

/* --- lives ------------------------------------------------------------------------------------- */

static void be_born(collecting *self)
{
    const told_collector *who = &self->told->collectors[self->number];
    courier_settings settings = {.source = who->name, .instance = chance_u64(self->by), .seed = chance_u64(self->by),
                                 .follow = who->follow};
    self->courier = courier_create(settings, (courier_world){.context = self, .send = world_send,
                                                             .reconnect = world_reconnect, .rejected = world_rejected,
                                                             .tell = world_tell});
    for (size_t i = 0; i < who->stream_count; i++)
        courier_add(self->courier, told_feed_create(&self->told->streams[who->first_stream + i],
                                                    (told_listener){.context = self, .given = given, .settled = settled}));
    self->reconnect = false;
    self->ticked_ms = self->now_ms;
    network_dial(self->network, self->number, self->now_ms);
}

collecting *collecting_create(told *all, size_t number, network *net, ledger *kept, trace *said, chance *by)
{
    collecting *self = memory_new(1, sizeof *self);
    *self = (collecting){.told = all, .number = number, .network = net, .ledger = kept, .trace = said, .by = by};
    return self;
}

void collecting_destroy(collecting **self)
{
    if (*self == NULL)
        return;
    courier_destroy(&(*self)->courier);
    free(*self);
    *self = NULL;
}

void collecting_kill(collecting *self, int64_t now_ms)
{
    if (self->courier == NULL)
        return;
    trace_say(self->trace, "collector %zu is killed", self->number);
    courier_destroy(&self->courier);
    network_hang_up(self->network, self->number, now_ms);
    self->restart_ms = now_ms + chance_below(self->by, 10) * 500;
}

void collecting_hurry(collecting *self)
{
    self->restart_ms = 0;
}

/* The last words of a process that ends as it should. */
void collecting_stop(collecting *self, int64_t now_ms)
{
    self->now_ms = now_ms;
    self->ended = true;
    if (self->courier == NULL)
        return;
    trace_say(self->trace, "collector %zu ends", self->number);
    courier_farewell(self->courier);
    courier_destroy(&self->courier);
    network_hang_up(self->network, self->number, now_ms);
}

void collecting_pause(collecting *self, int64_t until_ms)
{
    self->paused_ms = until_ms;
}

void collecting_heal(collecting *self)
{
    self->paused_ms = 0;
}

/* --- the loop ---------------------------------------------------------------------------------- */

static void hear(collecting *self)
{
    text in;
    for (int i = 0; i < HEARD_MAX && !self->reconnect; i++) {
        if (!network_take_down(self->network, self->number, self->now_ms, &in))
            return;
        ledger_collector_hears(self->ledger, in);
        courier_message(self->courier, in, self->now_ms);
        free((void *)(uintptr_t)in.at);
    }
}

void collecting_round(collecting *self, int64_t now_ms)
{
    self->now_ms = now_ms;
    if (self->ended || now_ms < self->paused_ms || (self->courier == NULL && now_ms < self->restart_ms))
        return;
    if (self->courier == NULL)
        be_born(self);
    if (self->reconnect)
        network_dial(self->network, self->number, now_ms);
    self->reconnect = false;
    courier_state state = courier_work(self->courier, now_ms);
    if (state == COURIER_DONE) {
        if (!ledger_caught_up(self->ledger, self->number))
            trace_fault(self->trace, "collector %zu ended without having said CaughtUp", self->number);
        collecting_stop(self, now_ms);
    } else if (state == COURIER_FAILED)
        trace_fault(self->trace, "collector %zu gave up: %s", self->number, courier_why(self->courier));
    if (state != COURIER_WORKING)
        return;
    hear(self);
    if (now_ms - self->ticked_ms < TICK_MS)
        return;
    self->ticked_ms = now_ms;
    courier_tick(self->courier, now_ms);
}

bool collecting_has_ended(const collecting *self)
{
    return self->ended;
}

bool collecting_is_settled(const collecting *self)
{
    if (self->ended)
        return true;
    return self->courier != NULL && courier_is_connected(self->courier) && courier_is_waiting(self->courier) &&
           ledger_caught_up(self->ledger, self->number);
}

const char *collecting_in_words(const collecting *self)
{
    if (self->ended)
        return "ended";
    if (self->courier == NULL)
        return "dead";
    if (!courier_is_connected(self->courier))
        return "not connected";
    if (!courier_is_waiting(self->courier))
        return "sending";
    return ledger_caught_up(self->ledger, self->number) ? "waiting for more" : "waiting, without having said CaughtUp";
}
