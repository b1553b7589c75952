/* What the judge looks at: an area's counts as they will be once the commit under way is made. */
#include <stdlib.h>

#include "judge_parts.h"

/* --- counts --------------------------------------------------------------------------------------- */

static bool covers(const void *context, uint32_t origin, int area_index)
{
    return coverage_covers_any(context, origin, area_index);
}

static status load_area(judge_inputs *self, int area_index, judged_area *into)
{
    const reference *data = self->of->data;
    area_days *days = area_days_create(data->categories);
    status st = area_days_read(days, self->of->store, data->areas, area_index, covers, self->of->coverage);
    if (st != STATUS_OK) {
        area_days_destroy(&days);
        return st;
    }
    size_t categories = (size_t)self->self->categories;
    into->days = days;
    into->kept = memory_new(categories, sizeof *into->kept);
    into->changed = memory_new(categories, sizeof *into->changed);
    self->self->held_count++;
    return STATUS_OK;
}

/* A month of this commit: taken away, and added anew from all of its origins. */
static status refresh_month(judge_inputs *self, int area_index, month_number month, judged_area *into)
{
    month_key key = {.area = geography_area(self->of->data->areas, area_index)->id, .month = month};
    month_before *before = area_days_remember(into->days, month);
    status st = STATUS_OK;
    area_days_clear_month(into->days, month, NULL);
    for (key.origin = 1; key.origin <= codebook_last(self->of->book, CODE_ORIGIN) && st == STATUS_OK; key.origin++) {
        const tally *counted, *outranked;
        st = counts_month(self->of->counts, key, &counted, &outranked);
        if (st == STATUS_OK)
            area_days_add_month(into->days, month, counted,
                                coverage_covers_any(self->of->coverage, key.origin, area_index), NULL);
    }
    area_days_compare(into->days, &before, into->changed);
    return st;
}

static int by_area_and_month(const void *a, const void *b)
{
    const month_key *left = a, *right = b;
    if (left->area != right->area)
        return left->area < right->area ? -1 : 1;
    return (left->month > right->month) - (left->month < right->month);
}

static status refresh_area(judge_inputs *self, int area_index, judged_area *into)
{
    uint32_t id = geography_area(self->of->data->areas, area_index)->id;
    size_t low = 0, high = self->changed_count;
    status st = STATUS_OK;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->changed[middle].area < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < self->changed_count && self->changed[low].area == id && st == STATUS_OK; low++)
        if (low == 0 || by_area_and_month(&self->changed[low], &self->changed[low - 1]) != 0)
            st = refresh_month(self, area_index, self->changed[low].month, into);
    return st;
}

judged_area *judge_area(judge_inputs *self, int area_index)
{
    judged_area *held = &self->self->held[area_index];
    if (self->st == STATUS_OK && held->days == NULL)
        self->st = load_area(self, area_index, held);
    if (self->st == STATUS_OK && held->used <= self->self->clock) {
        held->used = self->self->clock + 1;
        self->st = refresh_area(self, area_index, held);
    }
    return self->st == STATUS_OK ? held : NULL;
}

static void drop(judge *self, judged_area *held)
{
    area_days_destroy(&held->days);
    free(held->kept);
    free(held->changed);
    *held = (judged_area){0};
    self->held_count--;
}

void judge_drop_area(judge *self, int area_index)
{
    if (self->held[area_index].days != NULL)
        drop(self, &self->held[area_index]);
}

void judge_drop_areas(judge *self, bool all)
{
    while (self->held_count > (all ? 0 : AREAS_HELD_MAX)) {
        judged_area *oldest = NULL;
        for (int i = 0; i < self->areas; i++)
            if (self->held[i].days != NULL && (oldest == NULL || self->held[i].used < oldest->used))
                oldest = &self->held[i];
        drop(self, oldest);
    }
}

/* --- all together ---------------------------------------------------------------------------------- */

void judge_inputs_open(judge_inputs *self, judge *of, engine *with)
{
    size_t count;
    const month_counts *changed = counts_changed(with->counts, &count);
    *self = (judge_inputs){.self = of, .of = with, .st = STATUS_OK, .changed_count = count};
    self->changed = memory_new(count, sizeof *self->changed);
    for (size_t i = 0; i < count; i++)
        self->changed[i] = changed[i].key;
    if (count > 0)
        qsort(self->changed, count, sizeof *self->changed, by_area_and_month);
}

void judge_inputs_close(judge_inputs *self)
{
    for (size_t i = 0; i < self->known_count; i++)
        free(self->known[i].known);
    free(self->known);
    free(self->changed);
}

static const period_set *known_of(judge_inputs *self, int area_index)
{
    for (size_t i = 0; i < self->known_count; i++)
        if (self->known[i].area == area_index)
            return self->known[i].known;
    self->known = memory_room(self->known, self->known_count, &self->known_capacity, sizeof *self->known);
    struct known_area *made = &self->known[self->known_count++];
    made->area = area_index;
    made->known = memory_new((size_t)self->self->categories, sizeof *made->known);
    for (int c = 0; c < self->self->categories; c++)
        made->known[c] = *coverage_known(self->of->coverage, area_index, c);
    return made->known;
}

bool judge_input(void *context, int area_index, area_input *out)
{
    judge_inputs *self = context;
    const judged_area *held = judge_area(self, area_index);
    if (held == NULL)
        return false;
    *out = (area_input){.days = held->days, .known = known_of(self, area_index)};
    return true;
}
