#include "recount_cells.h"

#include <stdlib.h>

/* Bits of a key, the lowest first. */
enum { DAY_BITS = 5, CATEGORY_BITS = 16, SIDE_BITS = 1, ORIGIN_BITS = 16 };
enum {
    CATEGORY_AT = DAY_BITS,
    SIDE_AT = CATEGORY_AT + CATEGORY_BITS,
    ORIGIN_AT = SIDE_AT + SIDE_BITS,
    MONTH_AT = ORIGIN_AT + ORIGIN_BITS,
};
enum { FIRST_MONTH = 1970 * 12 }; /* is 1, so that no key is 0 */

uint64_t cell_key(month_number m, uint32_t origin, bool outranked, uint32_t category_id, int day_of_month)
{
    return (uint64_t)(m - FIRST_MONTH + 1) << MONTH_AT | (uint64_t)origin << ORIGIN_AT | (uint64_t)outranked << SIDE_AT |
           (uint64_t)category_id << CATEGORY_AT | (uint64_t)day_of_month;
}

month_number cell_month(uint64_t key)
{
    return (month_number)(key >> MONTH_AT) - 1 + FIRST_MONTH;
}

uint32_t cell_origin(uint64_t key)
{
    return (uint32_t)(key >> ORIGIN_AT & ((1u << ORIGIN_BITS) - 1));
}

bool cell_outranked(uint64_t key)
{
    return (key >> SIDE_AT & 1) != 0;
}

uint32_t cell_category(uint64_t key)
{
    return (uint32_t)(key >> CATEGORY_AT & ((1u << CATEGORY_BITS) - 1));
}

int cell_day(uint64_t key)
{
    return (int)(key & ((1u << DAY_BITS) - 1));
}

bool cells_share_row(uint64_t a, uint64_t b)
{
    return a >> ORIGIN_AT == b >> ORIGIN_AT;
}

static struct cell *cell_for(struct cell_table *t, uint64_t key)
{
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (t->capacity - 1);
    while (t->each[at].key != 0 && t->each[at].key != key)
        at = (at + 1) & (t->capacity - 1);
    return &t->each[at];
}

static void make_room(struct cell_table *self)
{
    struct cell_table old = *self;
    self->capacity = old.capacity > 0 ? old.capacity * 2 : 256;
    self->each = memory_new(self->capacity, sizeof *self->each);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.each[i].key != 0)
            *cell_for(self, old.each[i].key) = old.each[i];
    free(old.each);
}

void cell_table_add(struct cell_table *self, uint64_t key, uint32_t count)
{
    if (2 * (self->count + 1) > self->capacity)
        make_room(self);
    struct cell *c = cell_for(self, key);
    self->count += c->key == 0;
    c->key = key;
    c->count += count;
}

static int by_key(const void *a, const void *b)
{
    const struct cell *left = a, *right = b;
    return (left->key > right->key) - (left->key < right->key);
}

void cells_sort(struct cell *each, size_t count)
{
    if (count > 0)
        qsort(each, count, sizeof *each, by_key);
}

struct cells cells_of(const struct cell_table *table)
{
    struct cells made = {.each = memory_new(table->count, sizeof *made.each)};
    for (size_t i = 0; i < table->capacity; i++)
        if (table->each[i].key != 0)
            made.each[made.count++] = table->each[i];
    cells_sort(made.each, made.count);
    return made;
}

struct cells cells_together(struct cells a, struct cells b)
{
    struct cells made = {.each = memory_new(a.count + b.count, sizeof *made.each)};
    for (size_t i = 0, k = 0; i < a.count || k < b.count;) {
        bool left = k == b.count || (i < a.count && a.each[i].key <= b.each[k].key);
        struct cell next = left ? a.each[i++] : b.each[k++];
        if (made.count > 0 && made.each[made.count - 1].key == next.key)
            made.each[made.count - 1].count += next.count;
        else
            made.each[made.count++] = next;
    }
    free(a.each);
    free(b.each);
    return made;
}
