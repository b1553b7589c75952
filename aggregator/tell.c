/* Events that the counts don't make: what people did, how Tocsin itself fares. */
#include "engine_parts.h"

static void number(stored_event *e, uint64_t id, int64_t now_s)
{
    e->id = id;
    e->at_s = now_s;
    if (e->alert == EVENT_OPENS)
        e->alert = id;
    if (e->batch == 0)
        e->batch = id;
}


status engine_tell(engine *self, stored_event *events, size_t count, stored_silence *quiet, size_t quiet_count, int64_t now_s)
{
    uint64_t first = judge_next_event(self->judge);
    for (size_t i = 0; i < count; i++) {
        if (events[i].batch == EVENT_OPENS)
            events[i].batch = first;
        number(&events[i], first + i, now_s);
    }
    for (size_t i = 0; i < quiet_count; i++) {
        if (quiet[i].id == EVENT_OPENS)
            quiet[i].id = first;
        if (quiet[i].ended == EVENT_OPENS)
            quiet[i].ended = first;
    }
    status st = store_commit(self->store, &(store_group){.events = events, .event_count = count, .silences = quiet,
                                                         .silence_count = quiet_count, .now_s = now_s});
    if (st == STATUS_OK)
        judge_count_events(self->judge, count);
    return st;
}

uint64_t engine_last_event(const engine *self)
{
    return judge_next_event(self->judge) - 1;
}
