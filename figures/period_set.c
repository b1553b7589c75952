#include "period_set.h"

#include <stdlib.h>
#include <string.h>

#include "proto/memory.h"

void period_set_free(period_set *self)
{
    free(self->each);
    *self = (period_set){0};
}

/* The first period that ends on the day before `from` or later: the first that a period from there on can
 * touch. */
static size_t first_touching(const period_set *self, day_number from)
{
    size_t low = 0, high = self->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->each[middle].to < from - 1)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool period_set_add(period_set *self, period days)
{
    if (days.to < days.from || period_set_contains(self, days))
        return false;
    size_t first = first_touching(self, days.from), behind = first;
    for (; behind < self->count && self->each[behind].from <= days.to + 1; behind++) {
        days.from = self->each[behind].from < days.from ? self->each[behind].from : days.from;
        days.to = self->each[behind].to > days.to ? self->each[behind].to : days.to;
    }
    if (behind == first) {
        self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
        memmove(self->each + first + 1, self->each + first, (self->count - first) * sizeof *self->each);
        self->count++;
    } else {
        memmove(self->each + first + 1, self->each + behind, (self->count - behind) * sizeof *self->each);
        self->count -= behind - first - 1;
    }
    self->each[first] = days;
    return true;
}

void period_set_add_all(period_set *self, const period_set *other)
{
    for (size_t i = 0; i < other->count; i++)
        (void)period_set_add(self, other->each[i]);
}

void period_set_intersect(period_set *self, const period_set *other)
{
    period_set both = {0};
    for (size_t i = 0, k = 0; i < self->count && k < other->count;) {
        period a = self->each[i], b = other->each[k];
        period shared = {a.from > b.from ? a.from : b.from, a.to < b.to ? a.to : b.to};
        (void)period_set_add(&both, shared);
        if (a.to < b.to)
            i++;
        else
            k++;
    }
    period_set_free(self);
    *self = both;
}

bool period_set_has(const period_set *self, day_number d)
{
    return period_set_contains(self, (period){d, d});
}

bool period_set_contains(const period_set *self, period days)
{
    size_t at = first_touching(self, days.from);
    /* The one found may end on the day before. */
    while (at < self->count && self->each[at].to < days.from)
        at++;
    return at < self->count && self->each[at].from <= days.from && self->each[at].to >= days.to;
}

bool period_set_equal(const period_set *a, const period_set *b)
{
    return a->count == b->count && (a->count == 0 || memcmp(a->each, b->each, a->count * sizeof *a->each) == 0);
}
