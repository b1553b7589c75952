#include "misfortune.h"

#include "stranger.h"

static size_t some_collector(world *to)
{
    return chance_below(&to->by, (uint32_t)to->told->collector_count);
}

static int64_t later(world *to, uint32_t within_ms)
{
    return to->trace.now_ms + chance_below(&to->by, within_ms);
}

/* --- each kind --------------------------------------------------------------------------------- */

static void grow_stream(world *to)
{
    told_grow(&to->told->streams[chance_below(&to->by, (uint32_t)to->told->stream_count)], &to->by);
}

static void break_connection(world *to)
{
    network_break(to->network, some_collector(to), to->trace.now_ms);
}

static void stall_connection(world *to)
{
    network_stall(to->network, some_collector(to), later(to, chance_below(&to->by, 4) == 0 ? 60000 : 4000));
}

static void kill_collector(world *to)
{
    collecting_kill(to->collectors[some_collector(to)], to->trace.now_ms);
}

static void pause_collector(world *to)
{
    collecting_pause(to->collectors[some_collector(to)], later(to, 70000));
}

/* A restart as quick as a supervisor makes it: the new one greets while the old one's messages are still on their way. */
static void restart_collector(world *to)
{
    size_t which = some_collector(to);
    collecting_kill(to->collectors[which], to->trace.now_ms);
    collecting_hurry(to->collectors[which]);
}

static void kill_aggregator(world *to)
{
    aggregating_kill(to->aggregator, to->trace.now_ms);
}

static void kill_aggregator_as_it_speaks(world *to)
{
    static const message_kind kinds_said[] = {MESSAGE_NONE, MESSAGE_ACK, MESSAGE_WELCOME};
    aggregating_kill_at(to->aggregator, kinds_said[chance_below(&to->by, 3)], 1 + chance_below(&to->by, 3));
}

static void kill_aggregator_in_commit(world *to)
{
    aggregating_kill_in_commit(to->aggregator);
}

static void stop_aggregator(world *to)
{
    aggregating_stop(to->aggregator, to->trace.now_ms);
}

static void fill_disk(world *to)
{
    aggregating_fill_disk(to->aggregator);
}

static void pause_aggregator(world *to)
{
    aggregating_pause(to->aggregator, later(to, chance_below(&to->by, 4) == 0 ? 60000 : 3000));
}

/* Never so far that a record of 2024 would lie in the future, or one of 2040 in the past. */
static void set_clock(world *to)
{
    static const int64_t skews_s[] = {0, 3600, -3600, 86400, -3 * 86400, 20 * 86400, -40 * 86400};
    aggregating_set_clock(to->aggregator, skews_s[chance_below(&to->by, sizeof skews_s / sizeof *skews_s)]);
}

static void tidy_store(world *to)
{
    aggregating_idle(to->aggregator);
}

static void let_stranger_speak(world *to)
{
    for (uint32_t i = chance_below(&to->by, 4); i > 0; i--)
        stranger_speak(to->network, &to->by, to->trace.now_ms);
}

static const struct kind {
    void (*strike)(world *to);
    uint32_t often; /* of 10000 steps, at most */
} kinds[MISFORTUNES] = {
    {grow_stream, 800}, {break_connection, 200}, {stall_connection, 150}, {kill_collector, 150},
    {restart_collector, 200}, {pause_collector, 100},
    {kill_aggregator, 80}, {kill_aggregator_as_it_speaks, 200}, {kill_aggregator_in_commit, 100}, {stop_aggregator, 60},
    {fill_disk, 150}, {pause_aggregator, 100}, {set_clock, 200}, {tidy_store, 300},
    {let_stranger_speak, 400},
};

/* --- all of them ------------------------------------------------------------------------------- */

misfortune misfortune_draw(chance *by)
{
    static const uint32_t latencies_ms[] = {0, 5, 30, 400, 3000};
    misfortune made = {.weather = {.latency_ms = latencies_ms[chance_below(by, 5)],
                                   .twice = chance_below(by, 3) == 0 ? chance_below(by, 40) : 0,
                                   .full = chance_below(by, 3) == 0 ? chance_below(by, 200) : 0}};
    for (size_t i = 0; i < MISFORTUNES; i++)
        made.often[i] = chance_below(by, 2) == 0 ? chance_below(by, kinds[i].often + 1) : 0;
    return made;
}

void misfortune_strike(const misfortune *self, world *to)
{
    for (size_t i = 0; i < MISFORTUNES; i++)
        if (chance_below(&to->by, 10000) < self->often[i])
            kinds[i].strike(to);
}
