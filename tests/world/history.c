#include "history.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "aggregating.h"
#include "analyst/recount.h"
#include "collecting.h"
#include "misfortune.h"
#include "plain_model.h"
#include "straight.h"
#include "tests/engine_fixtures.h"
#include "world.h"

enum {
    STEPS_MAX = 600,
    SETTLE_MS = 15 * 60 * 1000, /* within so long all must be well, once nothing goes wrong any more */
    QUIET_STEP_MS = 100,
    REST_MS = 60 * 1000,        /* and so long nothing need happen then */
};

/* --- promises ---------------------------------------------------------------------------------- */

/* Whatever was acknowledged before a death is there afterwards, and loading has alarmed nobody. */
static void check_reopened(void *context, store *opened)
{
    world *self = context;
    arena *memory = arena_create();
    uint64_t events = 0;
    const char *lack = plain_model_lacks(self->told, opened, memory);
    if (store_last_event(opened, &events) != STATUS_OK || (events > 0 && ledger_is_loading(self->ledger)))
        trace_fault(&self->trace, "%llu events were announced before anybody had caught up", (unsigned long long)events);
    if (lack != NULL)
        trace_fault(&self->trace, "%s", lack);
    arena_destroy(&memory);
}

__attribute__((format(printf, 2, 3))) static void differs(void *context, const char *format, ...)
{
    char words[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    trace_fault(context, "the store contradicts itself: %s", words);
}

/* The analyst's recount finds nothing either. */
static void check_recount(world *self, store *from)
{
    uint64_t ignored[4];
    recount *again = recount_create(from, (recount_witness){.context = &self->trace, .differs = differs});
    if (recount_versions(again, &ignored[0], &ignored[1]) != STATUS_OK || recount_compare(again, &ignored[2]) != STATUS_OK ||
        recount_coverage(again, &ignored[3]) != STATUS_OK)
        trace_fault(&self->trace, "the store can't be recounted");
    recount_destroy(&again);
}

static void check_counts(world *self, store *from, arena *memory)
{
    text expected = text_of(plain_model_counts(self->told, memory)), actual = text_of(counts_in_words(from, memory)), a, b;
    while (trace_is_fine(&self->trace) && (expected.size > 0 || actual.size > 0)) {
        a = b = (text){"nothing", 7};
        (void)text_split(&expected, '\n', &a);
        (void)text_split(&actual, '\n', &b);
        if (!text_equal(a, b))
            trace_fault(&self->trace, "the store says \"%.*s\" where a plain count says \"%.*s\"", TEXT_ARGS(b), TEXT_ARGS(a));
    }
}

static bool count_reject(void *context, const reject *found, bool open)
{
    (void)found, (void)open;
    ++*(size_t *)context;
    return true;
}

static void check_rejects(world *self, store *from)
{
    size_t found = 0, expected = plain_model_rejects(self->told);
    if (store_rejects(from, true, count_reject, &found) != STATUS_OK || found != expected)
        trace_fault(&self->trace, "there are %zu rejects and should be %zu", found, expected);
}

static void check_straight(world *self, store *from, arena *memory)
{
    char folder[GROUND_PATH];
    ground_folder(self->ground, 0, folder);
    const char *words = straight_differs(self->told, from, self->ground, folder, memory);
    if (words != NULL)
        trace_fault(&self->trace, "%s", words);
}

static void check_end(world *self)
{
    arena *memory = arena_create();
    store *from = aggregating_store(self->aggregator);
    for (size_t s = 0; s < self->told->stream_count; s++)
        for (size_t i = 0; i < self->told->streams[s].count; i++)
            if (!self->told->streams[s].items[i].acknowledged)
                trace_fault(&self->trace, "item %zu of stream number %zu was never acknowledged", i, s);
    check_reopened(self, from);
    const char *misplaced = plain_model_misplaced(self->told, from, memory);
    if (misplaced != NULL)
        trace_fault(&self->trace, "%s", misplaced);
    check_counts(self, from, memory);
    check_rejects(self, from);
    check_recount(self, from);
    if (trace_is_fine(&self->trace))
        check_straight(self, from, memory);
    arena_destroy(&memory);
}

/* --- a history --------------------------------------------------------------------------------- */

static void open_world(world *self, const ground *on, uint64_t seed, bool shown)
{
    receive_settings bounds = receive_defaults();
    *self = (world){.ground = on, .trace = {.shown = shown}, .by = {seed}};
    self->told = told_create(seed, on->root);
    bounds.credit = 1 + chance_below(&self->by, chance_below(&self->by, 2) == 0 ? 8 : 64);
    bounds.sessions_max = 8 + chance_below(&self->by, 8);
    bounds.commit_records = 1 + chance_below(&self->by, 64);
    self->network = network_create(&self->by, &self->trace);
    self->ledger = ledger_create(self->told, self->network, &self->trace, bounds.credit,
                                 (int64_t)bounds.heartbeat_s * 6 * 1000);
    self->aggregator = aggregating_create((aggregating_settings){
        .ground = on, .network = self->network, .ledger = self->ledger, .trace = &self->trace, .by = &self->by,
        .receive = bounds, .reopened = check_reopened, .context = self}, 0);
    for (size_t i = 0; i < self->told->collector_count; i++)
        self->collectors[i] = collecting_create(self->told, i, self->network, self->ledger, &self->trace, &self->by);
}

static void close_world(world *self)
{
    for (size_t i = 0; i < self->told->collector_count; i++)
        collecting_destroy(&self->collectors[i]);
    aggregating_destroy(&self->aggregator);
    ledger_destroy(&self->ledger);
    network_destroy(&self->network);
    told_destroy(&self->told);
}

/* Everybody does what he can do now, in an order by chance. */
static void one_step(world *self)
{
    size_t count = self->told->collector_count, first = chance_below(&self->by, (uint32_t)count + 1);
    for (size_t i = 0; i <= count && trace_is_fine(&self->trace); i++) {
        size_t which = (first + i) % (count + 1);
        if (which == count)
            aggregating_round(self->aggregator, self->trace.now_ms);
        else
            collecting_round(self->collectors[which], self->trace.now_ms);
    }
}

static void live(world *self)
{
    misfortune bad = misfortune_draw(&self->by);
    network_set_weather(self->network, bad.weather);
    uint32_t steps = 50 + chance_below(&self->by, STEPS_MAX);
    for (uint32_t i = 0; i < steps && trace_is_fine(&self->trace); i++) {
        self->trace.now_ms += chance_below(&self->by, 100) == 0 ? chance_below(&self->by, 9000) : chance_below(&self->by, 30);
        misfortune_strike(&bad, self);
        one_step(self);
    }
}

static bool all_settled(world *self)
{
    bool settled = aggregating_store(self->aggregator) != NULL;
    for (size_t i = 0; i < self->told->collector_count; i++)
        settled = settled && collecting_is_settled(self->collectors[i]);
    return settled;
}

/* Of two that use one name by mistake the second can go on when the first has been stopped. */
static void stop_first_twin(world *self)
{
    for (size_t i = 0; i < self->told->collector_count; i++)
        for (size_t k = 0; k < self->told->collector_count; k++)
            if (i != k && strcmp(self->told->collectors[i].name, self->told->collectors[k].name) == 0 &&
                collecting_is_settled(self->collectors[i]) && !collecting_has_ended(self->collectors[i]) &&
                !collecting_is_settled(self->collectors[k]))
                collecting_stop(self->collectors[i], self->trace.now_ms);
}

/* Nothing goes wrong any more, and every stream is there whole. */
static void heal(world *self)
{
    trace_say(&self->trace, "all is well from now on");
    network_heal(self->network);
    aggregating_heal(self->aggregator);
    for (size_t i = 0; i < self->told->stream_count; i++)
        told_finish(&self->told->streams[i]);
    for (size_t i = 0; i < self->told->collector_count; i++)
        collecting_heal(self->collectors[i]);
}

static void settle(world *self)
{
    int64_t until = self->trace.now_ms + SETTLE_MS;
    heal(self);
    do {
        int64_t next = network_next_ms(self->network), now = self->trace.now_ms;
        self->trace.now_ms = next > now && next < now + QUIET_STEP_MS ? next : next <= now ? now + 1 : now + QUIET_STEP_MS;
        one_step(self);
        stop_first_twin(self);
    } while (trace_is_fine(&self->trace) && !(all_settled(self) && network_next_ms(self->network) == INT64_MAX) &&
             self->trace.now_ms < until);
    for (size_t i = 0; i < self->told->collector_count; i++)
        if (!collecting_is_settled(self->collectors[i]))
            trace_fault(&self->trace, "collector %zu is still %s long after all was well", i,
                        collecting_in_words(self->collectors[i]));
}

static void pass_time(world *self, int64_t duration_ms)
{
    for (int64_t until = self->trace.now_ms + duration_ms; self->trace.now_ms < until; self->trace.now_ms += QUIET_STEP_MS)
        one_step(self);
}

/* With nothing to do everybody stays connected: heartbeats suffice. But who has lost his connection without knowing it
 * learns it by the first of them. */
static void rest(world *self)
{
    pass_time(self, REST_MS);
    size_t sessions = ledger_sessions(self->ledger);
    pass_time(self, REST_MS);
    if (ledger_sessions(self->ledger) != sessions)
        trace_fault(&self->trace, "somebody had to connect anew though all was well");
    if (!all_settled(self))
        trace_fault(&self->trace, "rest made somebody restless");
}

history_result history_run(const ground *on, uint64_t seed, bool shown)
{
    world self;
    history_result made;
    open_world(&self, on, seed, shown);
    live(&self);
    if (trace_is_fine(&self.trace))
        settle(&self);
    if (trace_is_fine(&self.trace))
        rest(&self);
    if (trace_is_fine(&self.trace))
        check_end(&self);
    made = (history_result){.fine = trace_is_fine(&self.trace), .digest = self.trace.digest, .lines = self.trace.lines};
    if (!made.fine)
        (void)snprintf(made.fault, sizeof made.fault, "after %.3f s: %s", (double)self.trace.now_ms / 1000, self.trace.fault);
    close_world(&self);
    return made;
}
