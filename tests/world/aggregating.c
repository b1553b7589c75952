#include "aggregating.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { SOON_MS = 3, TICK_MS = 1000, HEARD_MAX = 64, START_S = 1743422400 };

struct aggregating {
    aggregating_settings settings;
    uint64_t lives;               /* folders used so far */
    char folder[GROUND_PATH];     /* of the store */
    engine *engine;
    receive *receive;
    moment now;
    int64_t skew_s;
    int64_t ticked_ms, first_unsaid_ms;
    int64_t paused_ms, restart_ms;
    bool dead;                    /* it was killed within this call: nothing leaves it any more */
    char left[GROUND_PATH];       /* what the dead process leaves */
    uint32_t kill_at;             /* when so many messages were sent; 0: not */
    message_kind kill_at_kind;    /* counted are those of this kind; MESSAGE_NONE: of any */
    bool kill_in_commit;
    bool fill_disk;               /* in the next commit */
    bool disk_full;
    struct rlimit limit;          /* of a file's size, as it was before the disk was full */
};

static text octets_of(const void *octets, size_t size)
{
    return (text){octets, size};
}

static void next_folder(aggregating *self, char out[GROUND_PATH])
{
    ground_folder(self->settings.ground, ++self->lives, out);
}

/* What is on the disk at this moment is what the next life begins with. */
static void die(aggregating *self, uint64_t log_octets)
{
    if (self->dead)
        return;
    self->dead = true;
    next_folder(self, self->left);
    ground_copy(self->folder, self->left, log_octets);
    trace_say(self->settings.trace, "the aggregator is killed");
}

static void empty_disk(aggregating *self)
{
    if (!self->disk_full)
        return;
    self->disk_full = false;
    (void)setrlimit(RLIMIT_FSIZE, &self->limit);
}

static bool is_of_kind(text octets, message_kind kind)
{
    message out;
    const char *why;
    arena *memory = arena_create();
    bool same = kind == MESSAGE_NONE ||
                (wire_decode(octets.at, octets.size, memory, &out, &why) == STATUS_OK && out.kind == kind);
    arena_destroy(&memory);
    return same;
}

static status send_down(void *context, const peer *to, const void *octets, size_t size)
{
    aggregating *self = context;
    empty_disk(self); /* it speaks: the commit is over */
    if (self->dead)
        return STATUS_OK;
    if (!network_is_strange(to))
        ledger_aggregator_sends(self->settings.ledger, to, octets_of(octets, size));
    status st = network_send_down(self->settings.network, to, octets_of(octets, size), self->now.monotonic_ms);
    if (self->kill_at > 0 && is_of_kind(octets_of(octets, size), self->kill_at_kind) && --self->kill_at == 0)
        die(self, UINT64_MAX);
    return st;
}

/* --- lives ------------------------------------------------------------------------------------- */

static void be_born(aggregating *self)
{
    char why[NOTE_SIZE_MAX];
    if (engine_open(self->folder, NULL, self->now.wall_s, &self->engine, why) != STATUS_OK) {
        trace_fault(self->settings.trace, "the store can't be opened again: %s", why);
        self->restart_ms = INT64_MAX;
        return;
    }
    self->receive = receive_create(self->engine, self->settings.receive, send_down, self);
    self->first_unsaid_ms = -1;
    self->ticked_ms = self->now.monotonic_ms;
    self->dead = false;
    self->kill_at = 0;
    self->kill_in_commit = false;
}

static void bury(aggregating *self)
{
    receive_destroy(&self->receive);
    engine_close(&self->engine);
}

aggregating *aggregating_create(aggregating_settings settings, int64_t now_ms)
{
    aggregating *self = memory_new(1, sizeof *self);
    self->settings = settings;
    self->now = (moment){.monotonic_ms = now_ms, .wall_s = START_S};
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that can't grow is an error of write, as on a full disk */
    next_folder(self, self->folder);
    ground_copy(settings.ground->fresh, self->folder, UINT64_MAX);
    be_born(self);
    return self;
}

void aggregating_destroy(aggregating **self)
{
    if (*self == NULL)
        return;
    bury(*self);
    ground_remove_folder((*self)->folder);
    free(*self);
    *self = NULL;
}

/* The old process and its folder go; the next one begins with what it left, a little later. */
static void end_life(aggregating *self, bool killed)
{
    empty_disk(self);
    bury(self);
    if (killed) {
        ground_remove_folder(self->folder);
        (void)strcpy(self->folder, self->left);
    }
    ledger_aggregator_died(self->settings.ledger);
    network_break_all(self->settings.network, self->now.monotonic_ms);
    self->restart_ms = self->now.monotonic_ms + chance_below(self->settings.by, 8) * 700;
}

static void come_back(aggregating *self)
{
    be_born(self);
    if (self->engine == NULL)
        return;
    trace_say(self->settings.trace, "the aggregator is back");
    self->settings.reopened(self->settings.context, engine_store(self->engine));
}

static void set_now(aggregating *self, int64_t now_ms)
{
    self->now = (moment){.monotonic_ms = now_ms, .wall_s = START_S + now_ms / 1000 + self->skew_s};
}

void aggregating_kill(aggregating *self, int64_t now_ms)
{
    if (self->engine == NULL)
        return;
    set_now(self, now_ms);
    die(self, UINT64_MAX);
    end_life(self, true);
}

void aggregating_kill_at(aggregating *self, message_kind kind, uint32_t n)
{
    self->kill_at_kind = kind;
    self->kill_at = n;
}

void aggregating_kill_in_commit(aggregating *self)
{
    self->kill_in_commit = true;
}

void aggregating_fill_disk(aggregating *self)
{
    self->fill_disk = true;
}

void aggregating_pause(aggregating *self, int64_t until_ms)
{
    self->paused_ms = until_ms;
}

void aggregating_set_clock(aggregating *self, int64_t skew_s)
{
    self->skew_s = skew_s;
}

void aggregating_idle(aggregating *self)
{
    if (self->engine != NULL && receive_wish(self->receive) == COMMIT_NOTHING)
        store_checkpoint(engine_store(self->engine), 0);
}

void aggregating_heal(aggregating *self)
{
    self->fill_disk = false;
    self->kill_at = 0;
    self->kill_in_commit = false;
    self->paused_ms = 0;
    self->skew_s = 0;
}

store *aggregating_store(aggregating *self)
{
    return self->engine != NULL ? engine_store(self->engine) : NULL;
}

/* --- the loop ---------------------------------------------------------------------------------- */

static void hear(aggregating *self)
{
    for (int i = 0; i < HEARD_MAX && !self->dead; i++) {
        peer from;
        text in;
        if (!network_take_up(self->settings.network, self->now.monotonic_ms, &from, &in))
            return;
        if (network_is_strange(&from))
            ledger_stranger_spoke(self->settings.ledger);
        else
            ledger_aggregator_hears(self->settings.ledger, &from, in);
        receive_message(self->receive, &from, in, self->now);
        free((void *)(uintptr_t)in.at);
        if (engine_pending(self->engine) >= self->settings.receive.commit_records + RECORDS_MAX)
            trace_fault(self->settings.trace, "%zu records wait for one commit", engine_pending(self->engine));
        if (receive_wish(self->receive) == COMMIT_NOW)
            return;
    }
}

/* From now on the log can only grow a little, or not at all. */
static void limit_disk(aggregating *self)
{
    if (!self->fill_disk || getrlimit(RLIMIT_FSIZE, &self->limit) != 0)
        return;
    struct rlimit small = self->limit;
    self->fill_disk = false;
    self->disk_full = true;
    small.rlim_cur = ground_log_size(self->folder) + chance_below(self->settings.by, 64 * 1024);
    (void)setrlimit(RLIMIT_FSIZE, &small);
}

static void commit(aggregating *self)
{
    uint64_t before = ground_log_size(self->folder);
    bool killed = self->kill_in_commit && !self->dead;
    self->first_unsaid_ms = -1;
    self->dead = self->dead || killed; /* nobody hears of this commit */
    limit_disk(self);
    status st = receive_commit(self->receive, self->now);
    empty_disk(self);
    trace_say(self->settings.trace, "commit: %s", status_text(st));
    if (!killed)
        return;
    uint64_t after = ground_log_size(self->folder);
    self->dead = false;
    die(self, after > before ? before + chance_below(self->settings.by, (uint32_t)(after - before) + 1) : UINT64_MAX);
}

static void commit_if_due(aggregating *self)
{
    commit_wish wish = receive_wish(self->receive);
    if (wish == COMMIT_NOTHING) {
        self->first_unsaid_ms = -1;
        return;
    }
    if (self->first_unsaid_ms < 0)
        self->first_unsaid_ms = self->now.monotonic_ms;
    if (wish == COMMIT_NOW || self->now.monotonic_ms - self->first_unsaid_ms >= SOON_MS)
        commit(self);
}

void aggregating_round(aggregating *self, int64_t now_ms)
{
    set_now(self, now_ms);
    if (now_ms < self->paused_ms || (self->engine == NULL && now_ms < self->restart_ms))
        return;
    if (self->engine == NULL)
        come_back(self);
    if (self->engine == NULL)
        return;
    hear(self);
    if (!self->dead)
        commit_if_due(self);
    if (!self->dead && now_ms - self->ticked_ms >= TICK_MS) {
        self->ticked_ms = now_ms;
        receive_tick(self->receive, self->now);
    }
    if (self->dead)
        end_life(self, true);
}

void aggregating_stop(aggregating *self, int64_t now_ms)
{
    if (self->engine == NULL)
        return;
    set_now(self, now_ms);
    trace_say(self->settings.trace, "the aggregator is stopped");
    commit(self);
    if (!self->dead)
        receive_farewell(self->receive, self->now);
    end_life(self, self->dead);
}
