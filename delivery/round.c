#include "round.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"

enum {
    LOOK_EVENTS_MAX = 20000,  /* looked at in one step */
    SAVE_EVERY = 1000,        /* events that nobody wants go by without a save */
    SAVE_AGAIN_S = 60,
};

/* --- the cursor's file -------------------------------------------------------------------------------- */

static void save(round_world *world, round_trip *self)
{
    status st = cursor_save(world->folder, text_of(self->name), &self->cursor);
    if (st != STATUS_OK && !self->dirty)
        log_line(LOG_ERROR, "delivery-not-noted", "subscription=%s %s: after a restart something may be sent twice", self->name,
                 status_text(st));
    self->dirty = st != STATUS_OK;
    if (st == STATUS_OK)
        self->saved_through = self->cursor.through;
}

static void describe(round_trip *self, arena *memory)
{
    char clock[32] = "";
    const subscription *of = self->of;
    if (of->when != DELIVERY_AT_ONCE)
        (void)snprintf(clock, sizeof clock, " at %02d:%02d", of->due.minute / 60, of->due.minute % 60);
    text where = subscription_where(of, memory);
    (void)snprintf(self->cursor.where, sizeof self->cursor.where, "%.*s, %s%s%s%s", TEXT_ARGS(where), delivery_when_text(of->when),
                   of->when == DELIVERY_WEEKLY ? " on " : "", of->when == DELIVERY_WEEKLY ? weekday_text(of->due.weekday) : "", clock);
}

static void begin_cursor(round_world *world, round_trip *self, int64_t now_s)
{
    uint64_t newest = 0;
    (void)event_list_newest(world->list, &newest);
    cursor_begin(&self->cursor, &world->lineage, newest, now_s);
    log_line(LOG_INFO, "subscription-begins", "name=%s behind=%" PRIu64, self->name, newest);
}

static void load_cursor(round_world *world, round_trip *self, int64_t now_s)
{
    char why[NOTE_SIZE_MAX];
    status st = cursor_load(world->folder, text_of(self->name), &self->cursor, why);
    if (st == STATUS_CORRUPT) {
        cursor_put_aside(world->folder, text_of(self->name));
        log_line(LOG_ERROR, "cursor-damaged", "subscription=%s %s: it begins anew; see tocsin alerts --all for what it may have missed",
                 self->name, why);
    }
    if (st != STATUS_OK)
        begin_cursor(world, self, now_s);
    else if (cursor_follow(&self->cursor, &world->lineage))
        log_line(LOG_WARN, "list-replaced", "subscription=%s goes on behind event %" PRIu64 ": the store is a restored backup",
                 self->name, self->cursor.through);
}

round_trip *round_trip_begin(round_world *world, const subscription *of, int64_t now_s)
{
    round_trip *self = memory_new(1, sizeof *self);
    text_copy(of->name, self->name, sizeof self->name);
    load_cursor(world, self, now_s);
    self->cursor.active = true;
    self->cursor.now.next_s = now_s;
    round_trip_change(self, of);
    describe(self, world->memory);
    save(world, self);
    return self;
}

void round_trip_change(round_trip *self, const subscription *of)
{
    self->of = of;
    self->looked = UINT64_MAX;
    self->look_s = 0;
    self->lenient = false;
}

void round_trip_end(round_world *world, round_trip **of, bool active)
{
    round_trip *self = *of;
    if (self->flying)
        post_forget(world->post, self);
    self->cursor.active = active;
    save(world, self);
    cursor_free(&self->cursor);
    free(self);
    *of = NULL;
}

/* --- what waits ------------------------------------------------------------------------------------------- */

struct gathering {
    const subscription *of;
    waiting_event *each;
    size_t count;
};

static bool gather_one(void *context, const alert_event *one)
{
    struct gathering *g = context;
    if (schedule_wants(g->of, one))
        g->each[g->count++] = (waiting_event){one->number, one->batch, schedule_breaks_quiet(g->of, one)};
    return g->count <= BATCH_EVENTS_MAX;
}

static bool note_open(void *context, const told_alert *one)
{
    (void)one;
    *(bool *)context = true;
    return false;
}

static status gather(round_world *world, const round_trip *self, uint64_t newest, int64_t now_s, waiting_events *out)
{
    struct gathering g = {.of = self->of, .each = arena_take(world->memory, (BATCH_EVENTS_MAX + 2) * sizeof *g.each)};
    *out = (waiting_events){.through = self->cursor.through};
    status st = event_list_read(world->list, self->cursor.through, LOOK_EVENTS_MAX, &self->of->filter, gather_one, &g, &out->through);
    out->at = g.each;
    out->count = g.count;
    out->more = out->through < newest;
    if (st == STATUS_OK && !self->cursor.told && self->of->when != DELIVERY_AT_ONCE && g.count == 0)
        st = event_list_alerts(world->list, false, &self->of->filter, london_date(now_s), note_open, &out->anything_open);
    return st;
}

/* Returns false when nothing is to be sent. */
static bool plan(round_world *world, round_trip *self, uint64_t newest, int64_t now_s)
{
    delivery_message next;
    waiting_events waiting;
    bool pass;
    int64_t look_s;
    if (!schedule_is_time(self->of, &self->cursor, now_s, &look_s)) {
        self->look_s = look_s;
        return false;
    }
    if (self->looked == newest && now_s < self->look_s)
        return false;
    if (gather(world, self, newest, now_s, &waiting) != STATUS_OK) {
        self->look_s = now_s + SAVE_AGAIN_S;
        return false;
    }
    schedule_next(self->of, &self->cursor, &waiting, now_s, &next, &self->look_s, &pass);
    if (next.kind != DELIVERY_NOTHING) {
        cursor_take(&self->cursor, &next, now_s);
        save(world, self);
        return true;
    }
    self->looked = newest;
    if (pass && waiting.more)
        self->look_s = now_s;
    if (pass) {
        bool due = next.due_s > self->cursor.digest_s;
        cursor_pass(&self->cursor, waiting.through, next.due_s);
        if (due || self->cursor.through - self->saved_through >= SAVE_EVERY)
            save(world, self);
    }
    return false;
}

/* --- on its way ------------------------------------------------------------------------------------------- */

static void launch(round_world *world, round_trip *self, int64_t now_s)
{
    status st = round_trip_post(world, self, now_s);
    if (st == STATUS_END) {
        cursor_drop(&self->cursor);
        save(world, self);
    } else if (st != STATUS_OK)
        self->cursor.now.next_s = now_s + SAVE_AGAIN_S; /* the store can't be read now */
}

int64_t round_trip_step(round_world *world, round_trip *self, uint64_t newest, int64_t now_s)
{
    arena_reset(world->memory);
    if (self->dirty)
        save(world, self);
    if (self->flying)
        return INT64_MAX;
    if (self->test_wanted) {
        round_trip_test(world, self, now_s);
        return INT64_MAX;
    }
    delivery_message *next = &self->cursor.now;
    if (next->kind == DELIVERY_NOTHING && !cursor_take_dead(&self->cursor, now_s) && !plan(world, self, newest, now_s))
        return self->look_s;
    /* A clock that was set back makes nobody wait longer than a retry may. */
    if (now_s < next->next_s && next->next_s - now_s <= 2 * RETRY_MAX_S)
        return next->next_s;
    launch(world, self, now_s);
    return self->flying ? INT64_MAX : now_s;
}

/* --- and at its end ------------------------------------------------------------------------------------- */

static double draw(round_world *world)
{
    world->chance = world->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(world->chance >> 11) / 9007199254740992.0;
}

static void tell_end_of_test(round_world *world, round_trip *self, const post_result *came_to, int64_t now_s)
{
    bool arrived = came_to->verdict == POST_ARRIVED;
    self->flying_test = false;
    self->cursor.tested_s = now_s > self->cursor.tested_s ? now_s : self->cursor.tested_s + 1;
    (void)snprintf(self->cursor.tested_why, sizeof self->cursor.tested_why, "%s", arrived ? "" : came_to->why);
    log_line(arrived ? LOG_INFO : LOG_WARN, "delivery-tested", "subscription=%s %s", self->name, arrived ? "arrived" : came_to->why);
    save(world, self);
}

static void take_arrival(round_trip *self, const post_result *came_to, int64_t now_s)
{
    log_line(LOG_INFO, "delivered", "subscription=%s events=%" PRIu64 "..%" PRIu64 " attempts=%u%s%s", self->name,
             self->cursor.now.after + 1, self->cursor.now.upto, self->cursor.now.attempts + 1,
             came_to->why[0] != '\0' ? " but not everywhere: " : "", came_to->why);
    (void)snprintf(self->cursor.refused, sizeof self->cursor.refused, "%s", came_to->why);
    cursor_sent(&self->cursor, now_s);
}

static void take_failure(round_world *world, round_trip *self, const post_result *came_to, int64_t now_s)
{
    size_t dead = self->cursor.dead_count + self->cursor.dead_lost;
    if (self->cursor.now.attempts == 0)
        log_line(LOG_WARN, "delivery-failing", "subscription=%s %s", self->name, came_to->why);
    if (came_to->verdict == POST_REFUSED)
        cursor_refused(&self->cursor, came_to->why, now_s);
    else
        cursor_failed(&self->cursor, came_to->why, now_s, draw(world));
    if (self->cursor.dead_count + self->cursor.dead_lost > dead)
        log_line(LOG_ERROR, "delivery-given-up", "subscription=%s %s: see tocsin deliveries --retry %s", self->name, came_to->why, self->name);
}

void round_trip_landed(round_world *world, round_trip *self, const post_result *came_to, int64_t now_s)
{
    self->flying = false;
    self->looked = UINT64_MAX;
    if (self->flying_test) {
        tell_end_of_test(world, self, came_to, now_s);
        return;
    }
    if (came_to->verdict == POST_REFUSED && came_to->of_an_address && !self->lenient) {
        self->lenient = true; /* the others get it: tried again at once */
        return;
    }
    self->lenient = false;
    if (came_to->verdict == POST_ARRIVED)
        take_arrival(self, came_to, now_s);
    else
        take_failure(world, self, came_to, now_s);
    save(world, self);
}
