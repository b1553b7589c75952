/* Which of two origins counts where both cover the same thing. */
#include <string.h>

#include "coverage_parts.h"

static bool areas_meet(const coverage *self, int a, int b)
{
    return geography_contains(self->reference->areas, a, b) || geography_contains(self->reference->areas, b, a);
}

/* Does the declaration say anything that would count in the category? */
static bool speaks_of(const coverage *self, const struct declared *d, int category_index, day_number on)
{
    return coverage_in_scope(self, d, category_index) &&
           scheme_reaches(d->says, category_index, on);
}

static bool scopes_meet(const coverage *self, const struct declared *a, const struct declared *b, day_number on)
{
    for (int i = 0; i < offence_tree_count(self->reference->categories); i++)
        if (speaks_of(self, a, i, on) && speaks_of(self, b, i, on))
            return true;
    return false;
}

static bool outranks(const coverage *self, text better, text worse)
{
    int a = sources_rank(self->reference->sources, better), b = sources_rank(self->reference->sources, worse);
    return a != RANK_NONE && b != RANK_NONE && a < b;
}

void coverage_note_ranks(coverage *self)
{
    size_t size = (size_t)codebook_last(self->book, CODE_ORIGIN) + 1;
    self->outranked = memory_grow(self->outranked, size, sizeof *self->outranked);
    memset(self->outranked, 0, size * sizeof *self->outranked);
    self->outranked_size = size;
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; k < self->count; k++)
            if (outranks(self, self->each[k].origin_code, self->each[i].origin_code) &&
                areas_meet(self, self->each[k].area, self->each[i].area))
                self->outranked[self->each[i].origin] = true;
}

/* Do they meet on some day of a period? Asked where it begins, and wherever a code changes its meaning. */
static bool meet_within(const coverage *self, const struct declared *a, const struct declared *b, period days)
{
    const struct declared *both[] = {a, b};
    if (scopes_meet(self, a, b, days.from))
        return true;
    for (size_t i = 0; i < 2; i++) {
        const day_number *changes;
        size_t count = scheme_changes(both[i]->says, &changes);
        for (size_t k = 0; k < count; k++)
            if (changes[k] > days.from && changes[k] <= days.to && scopes_meet(self, a, b, changes[k]))
                return true;
    }
    return false;
}

static bool meet(const coverage *self, const struct declared *d, const struct declared *with, period days)
{
    for (size_t i = 0; i < d->days.count; i++) {
        period run = d->days.each[i];
        period shared = {run.from > days.from ? run.from : days.from, run.to < days.to ? run.to : days.to};
        if (shared.from <= shared.to && meet_within(self, d, with, shared))
            return true;
    }
    return false;
}

const struct declared *coverage_clash(const coverage *self, const struct declared *with, period days)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct declared *d = &self->each[i];
        if (d->origin == with->origin || !areas_meet(self, d->area, with->area) ||
            outranks(self, d->origin_code, with->origin_code) || outranks(self, with->origin_code, d->origin_code))
            continue;
        if (meet(self, d, with, days))
            return d;
    }
    return NULL;
}

/* --- which of them counts ------------------------------------------------------------------------ */

static bool covers(const coverage *self, const struct declared *d, int area_index, int category_index, day_number on)
{
    return geography_contains(self->reference->areas, d->area, area_index) && period_set_has(&d->days, on) &&
           speaks_of(self, d, category_index, on);
}

bool coverage_may_be_outranked(const coverage *self, uint32_t origin)
{
    return origin < self->outranked_size && self->outranked[origin];
}

bool coverage_outranked(const coverage *self, uint32_t origin, int area_index, int category_index, day_number on)
{
    bool covered = false;
    if (!coverage_may_be_outranked(self, origin))
        return false;
    text code = codebook_at(self->book, CODE_ORIGIN, origin).code;
    for (size_t i = 0; i < self->count && !covered; i++)
        covered = self->each[i].origin == origin && covers(self, &self->each[i], area_index, category_index, on);
    for (size_t i = 0; i < self->count && covered; i++)
        if (outranks(self, self->each[i].origin_code, code) &&
            covers(self, &self->each[i], area_index, category_index, on))
            return true;
    return false;
}

bool coverage_covers_any(const coverage *self, uint32_t origin, int area_index)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->each[i].origin == origin && areas_meet(self, self->each[i].area, area_index))
            return true;
    return false;
}
