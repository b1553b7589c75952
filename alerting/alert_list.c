/* Alerts: what the events of each add up to. */
#include <stdlib.h>
#include <string.h>

#include "event_list_parts.h"

struct of_alert {
    event_list *self;
    void (*visit)(void *context, const alert_event *one);
    void *context;
};

static void take_own_event(void *context, const stored_event *found)
{
    struct of_alert *r = context;
    alert_event told;
    arena_reset(r->self->each);
    event_list_tell(r->self, found, &told);
    r->visit(r->context, &told);
}

status event_list_of_alert(event_list *self, uint64_t alert, void (*visit)(void *context, const alert_event *one), void *context)
{
    struct of_alert r = {self, visit, context};
    status st = event_list_begin(self);
    if (st != STATUS_OK)
        return st;
    st = event_list_read_silences(self);
    if (st == STATUS_OK)
        st = store_alert_events(event_list_store(self), alert, take_own_event, &r);
    event_list_end(self);
    return st;
}

/* --- where alerts stand ------------------------------------------------------------------------------ */

/* They are collected first: a store reads one list at a time. */
struct collected {
    stored_alert *each;
    size_t count, capacity;
    arena *memory;
};

static void collect(void *context, const stored_alert *found)
{
    struct collected *all = context;
    all->each = memory_room(all->each, all->count, &all->capacity, sizeof *all->each);
    all->each[all->count] = *found;
    all->each[all->count++].subject = arena_text(all->memory, found->subject);
}

static status tell_alert(event_list *self, const stored_alert *from, day_number today, told_alert *out)
{
    stored_event decided, said;
    store *read = event_list_store(self);
    arena_reset(self->each);
    status st = store_event(read, from->decided, self->each, &decided);
    if (st != STATUS_OK)
        return st;
    *out = (told_alert){
        .id = from->id, .level = (alert_level)from->level, .highest = (alert_level)from->highest,
        .direction = (trend_direction)from->direction, .opened_s = from->opened_s, .changed_s = from->changed_s,
        .closed_s = from->closed_s, .acknowledged = from->acknowledged != 0,
        .silence = silences_holding(self->silent, figures_reference(self->read), from->id, from->area, from->category, today, 0),
    };
    event_list_tell(self, &decided, &out->decided);
    if (!out->acknowledged)
        return STATUS_OK;
    st = store_event(read, from->acknowledged, self->each, &said);
    out->acknowledged_by = said.who;
    out->acknowledged_note = said.note;
    out->acknowledged_s = said.at_s;
    return st;
}

/* As of its deciding event, which bears its highest of before and after: who was told of it finds it. */
static bool passes(const event_filter *filter, const told_alert *one)
{
    alert_event as = one->decided;
    if (one->highest > as.level_before)
        as.level_before = one->highest;
    return filter == NULL || event_filter_passes(filter, &as);
}

status event_list_alerts(event_list *self, bool all, const event_filter *filter, day_number today,
                         bool (*visit)(void *context, const told_alert *one), void *context)
{
    status st = event_list_begin(self);
    if (st != STATUS_OK)
        return st;
    struct collected found = {.memory = self->memory};
    st = event_list_read_silences(self);
    if (st == STATUS_OK)
        st = store_alerts(event_list_store(self), all, collect, &found);
    bool more = true;
    for (size_t i = 0; i < found.count && st == STATUS_OK && more; i++) {
        told_alert told;
        st = tell_alert(self, &found.each[i], today, &told);
        if (st == STATUS_OK && passes(filter, &told))
            more = visit(context, &told);
    }
    event_list_end(self);
    free(found.each);
    return st;
}

status event_list_alert(event_list *self, uint64_t id, day_number today, told_alert *out)
{
    stored_alert found;
    status st = event_list_begin(self);
    if (st != STATUS_OK)
        return st;
    st = event_list_read_silences(self);
    if (st == STATUS_OK)
        st = store_alert(event_list_store(self), id, self->memory, &found);
    if (st == STATUS_OK)
        st = tell_alert(self, &found, today, out);
    event_list_end(self);
    return st;
}
