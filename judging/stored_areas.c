#include "stored_areas.h"

#include <stdlib.h>

struct one_area {
    area_days *days;
    period_set *known; /* [category] */
};

struct stored_areas {
    const figures *from;
    struct one_area *each; /* [area] */
    status st;
};

stored_areas *stored_areas_create(const figures *from)
{
    stored_areas *self = memory_new(1, sizeof *self);
    self->from = from;
    self->st = STATUS_OK;
    self->each = memory_new((size_t)geography_count(figures_reference(from)->areas), sizeof *self->each);
    return self;
}

static void forget(const stored_areas *self, struct one_area *one)
{
    area_days_destroy(&one->days);
    known_free(self->from, &one->known);
}

void stored_areas_destroy(stored_areas **of)
{
    stored_areas *self = *of;
    if (self == NULL)
        return;
    for (int i = 0; i < geography_count(figures_reference(self->from)->areas); i++)
        forget(self, &self->each[i]);
    free(self->each);
    free(self);
    *of = NULL;
}

void stored_areas_forget_others(stored_areas *self, int area_index)
{
    const geography *areas = figures_reference(self->from)->areas;
    for (int i = 0; i < geography_count(areas); i++)
        if (self->each[i].days != NULL && !geography_contains(areas, i, area_index))
            forget(self, &self->each[i]);
}

status stored_areas_status(const stored_areas *self)
{
    return self->st;
}

/* --- reading --------------------------------------------------------------------------------------- */

static bool covers(const void *context, uint32_t origin, int area_index)
{
    return figures_origin_covers(context, origin, area_index);
}

static status read_area(stored_areas *self, int area_index, struct one_area *one)
{
    const reference *data = figures_reference(self->from);
    subject of;
    subject_of_area(self->from, area_index, &of);
    one->days = area_days_create(data->categories);
    status st = area_days_read(one->days, figures_store(self->from), data->areas, area_index, covers, self->from);
    return st == STATUS_OK ? known_read(self->from, &of, &one->known) : st;
}

bool stored_area(void *context, int area_index, area_input *out)
{
    stored_areas *self = context;
    struct one_area *one = &self->each[area_index];
    if (self->st == STATUS_OK && one->days == NULL)
        self->st = read_area(self, area_index, one);
    if (self->st != STATUS_OK)
        return false;
    *out = (area_input){.days = one->days, .known = one->known};
    return true;
}
