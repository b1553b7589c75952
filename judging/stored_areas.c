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

struct loading {
    stored_areas *self;
    int area;
    area_days *to;
    status st;
};

static bool take_month(void *context, const month_row *row)
{
    struct loading *l = context;
    tally counted = {0};
    l->st = tally_add_days_json(&counted, row->days);
    if (l->st == STATUS_OK)
        area_days_add_month(l->to, row->key.month, &counted,
                            figures_origin_covers(l->self->from, row->key.origin, l->area), NULL);
    tally_free(&counted);
    return l->st == STATUS_OK;
}

static status read_area(stored_areas *self, int area_index, struct one_area *one)
{
    const reference *data = figures_reference(self->from);
    struct loading l = {.self = self, .area = area_index, .to = area_days_create(data->categories), .st = STATUS_OK};
    subject of;
    subject_of_area(self->from, area_index, &of);
    one->days = l.to;
    status st = store_months(figures_store(self->from), geography_area(data->areas, area_index)->id, 1970 * 12,
                             2099 * 12 + 11, true, take_month, &l);
    if (st == STATUS_OK)
        st = l.st;
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
