#include "silences.h"

#include <stdlib.h>

struct silences {
    stored_silence *each;
    size_t count, capacity;
    arena *memory;
};

static void take_silence(void *context, const stored_silence *found)
{
    silences *self = context;
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    stored_silence *kept = &self->each[self->count++];
    *kept = *found;
    kept->recurs = arena_text(self->memory, found->recurs);
    kept->who = arena_text(self->memory, found->who);
    kept->why = arena_text(self->memory, found->why);
}

status silences_read(store *from, silences **out)
{
    silences *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    status st = store_silences(from, true, take_silence, self);
    if (st != STATUS_OK)
        silences_free(&self);
    *out = self;
    return st;
}

void silences_free(silences **self)
{
    if (*self == NULL)
        return;
    free((*self)->each);
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

size_t silences_count(const silences *self)
{
    return self->count;
}

const stored_silence *silences_at(const silences *self, size_t index)
{
    return &self->each[index];
}

bool silence_covers_day(const stored_silence *self, day_number on)
{
    if (on < self->days.from)
        return false;
    if (text_is(self->recurs, "weekly"))
        return (on - self->days.from) % 7 <= self->days.to - self->days.from;
    if (!text_is(self->recurs, "yearly"))
        return on <= self->days.to;
    int years = civil_of(on).year - civil_of(self->days.from).year;
    /* One that runs over New Year began the year before. */
    for (int y = years > 0 ? years - 1 : 0; y <= years; y++)
        if (on >= day_add_years(self->days.from, y) && on <= day_add_years(self->days.to, y))
            return true;
    return false;
}

day_number silence_last_day(const stored_silence *self, day_number on)
{
    day_number last = self->days.to;
    if (text_is(self->recurs, "weekly"))
        return on - (on - self->days.from) % 7 + (self->days.to - self->days.from);
    for (int y = 1; last < on && text_is(self->recurs, "yearly"); y++)
        last = day_add_years(self->days.to, y);
    return last;
}

bool silence_speaks_of(const stored_silence *self, const reference *data, uint64_t alert, uint32_t area_id, uint32_t category_id)
{
    if (self->alert != 0)
        return self->alert == alert;
    if (area_id == 0 && category_id == 0)
        return false; /* Tocsin's own troubles are silenced one by one */
    int outer = geography_of_id(data->areas, self->area), inner = geography_of_id(data->areas, area_id);
    if (self->area != 0 && (outer == AREA_NONE || inner == AREA_NONE || !geography_contains(data->areas, outer, inner)))
        return false;
    int above = offence_tree_of_id(data->categories, self->category), below = offence_tree_of_id(data->categories, category_id);
    return self->category == 0 ||
           (above != CATEGORY_NONE && below != CATEGORY_NONE && offence_tree_contains(data->categories, above, below));
}

const stored_silence *silences_holding(const silences *self, const reference *data, uint64_t alert, uint32_t area_id,
                                       uint32_t category_id, day_number on, uint64_t until_event)
{
    for (size_t i = 0; i < self->count; i++) {
        const stored_silence *one = &self->each[i];
        bool in_force = until_event == 0 ? one->ended == 0
                                         : one->id < until_event && (one->ended == 0 || one->ended > until_event);
        if (in_force && silence_covers_day(one, on) && silence_speaks_of(one, data, alert, area_id, category_id))
            return one;
    }
    return NULL;
}
