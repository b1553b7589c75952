#include "counts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_MAX_OCTETS = 512 * 1024 * 1024 };

struct month {
    month_key key;
    tally counted;
    tally outranked;
    bool changed;
};

/* Months in an array; a table of open addressing finds them. */
struct counts {
    store *from;
    struct month **months;
    size_t count, capacity;
    uint32_t *places; /* index + 1 into months; 0: free */
    size_t place_count;
    struct month **changed;
    size_t changed_count, changed_capacity;
    month_counts *out;
    size_t out_capacity;
    bool from_zero; /* a recount: what is stored doesn't matter */
};

counts *counts_create(store *from)
{
    counts *self = memory_new(1, sizeof *self);
    self->from = from;
    self->place_count = 256;
    self->places = memory_new(self->place_count, sizeof *self->places);
    return self;
}

static void free_month(struct month *m)
{
    tally_free(&m->counted);
    tally_free(&m->outranked);
    free(m);
}

static void drop_all(counts *self)
{
    for (size_t i = 0; i < self->count; i++)
        free_month(self->months[i]);
    self->count = 0;
    self->changed_count = 0;
    memset(self->places, 0, self->place_count * sizeof *self->places);
}

void counts_destroy(counts **self)
{
    if (*self == NULL)
        return;
    drop_all(*self);
    free((*self)->months);
    free((*self)->places);
    free((*self)->changed);
    free((*self)->out);
    free(*self);
    *self = NULL;
}

static bool same_key(month_key a, month_key b)
{
    return a.area == b.area && a.origin == b.origin && a.month == b.month;
}

/* Multiplied twice: once leaves the lowest bits of the place to the month alone, and all areas of a month in a row. */
static size_t place_of(const counts *self, month_key key)
{
    uint64_t mixed = ((uint64_t)key.area << 40 ^ (uint64_t)key.origin << 20 ^ (uint64_t)(uint32_t)key.month) *
                     0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 32) * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(mixed >> 32) & (self->place_count - 1);
    while (self->places[at] != 0 && !same_key(self->months[self->places[at] - 1]->key, key))
        at = (at + 1) & (self->place_count - 1);
    return at;
}

static void index_all(counts *self)
{
    memset(self->places, 0, self->place_count * sizeof *self->places);
    for (size_t i = 0; i < self->count; i++)
        self->places[place_of(self, self->months[i]->key)] = (uint32_t)i + 1;
}

static struct month *add_month(counts *self, struct month *made)
{
    if (2 * (self->count + 1) > self->place_count) {
        self->place_count *= 2;
        self->places = memory_grow(self->places, self->place_count, sizeof *self->places);
        index_all(self);
    }
    self->months = memory_room(self->months, self->count, &self->capacity, sizeof *self->months);
    self->months[self->count] = made;
    self->places[place_of(self, made->key)] = (uint32_t)self->count + 1;
    self->count++;
    return made;
}

static status month_for(counts *self, month_key key, struct month **out)
{
    uint32_t index = self->places[place_of(self, key)];
    if (index != 0) {
        *out = self->months[index - 1];
        return STATUS_OK;
    }
    struct month *made = memory_new(1, sizeof *made);
    made->key = key;
    status st = self->from_zero ? STATUS_OK : store_month(self->from, key, &made->counted, &made->outranked);
    if (st != STATUS_OK) {
        free_month(made);
        return st;
    }
    *out = add_month(self, made);
    return STATUS_OK;
}

static void note_change(counts *self, struct month *m)
{
    if (m->changed)
        return;
    m->changed = true;
    self->changed = memory_room(self->changed, self->changed_count, &self->changed_capacity, sizeof *self->changed);
    self->changed[self->changed_count++] = m;
}

status counts_add(counts *self, month_key key, uint32_t category, int day_of_month, int32_t change, bool outranked)
{
    struct month *m;
    status st = month_for(self, key, &m);
    if (st != STATUS_OK)
        return st;
    if (!tally_add(outranked ? &m->outranked : &m->counted, category, day_of_month, change))
        return STATUS_CORRUPT;
    note_change(self, m);
    return STATUS_OK;
}

status counts_month(counts *self, month_key key, const tally **counted, const tally **outranked)
{
    struct month *m;
    status st = month_for(self, key, &m);
    if (st != STATUS_OK)
        return st;
    *counted = &m->counted;
    *outranked = &m->outranked;
    return STATUS_OK;
}

/* As the store has them: it then goes through its pages once. */
static int compare_months(const void *a, const void *b)
{
    const month_key *x = &(*(struct month *const *)a)->key, *y = &(*(struct month *const *)b)->key;
    if (x->area != y->area)
        return x->area < y->area ? -1 : 1;
    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    return (x->origin > y->origin) - (x->origin < y->origin);
}

const month_counts *counts_changed(counts *self, size_t *count)
{
    if (self->changed_count > 1)
        qsort(self->changed, self->changed_count, sizeof *self->changed, compare_months);
    if (self->changed_count > self->out_capacity) {
        self->out_capacity = self->changed_count;
        self->out = memory_grow(self->out, self->out_capacity, sizeof *self->out);
    }
    for (size_t i = 0; i < self->changed_count; i++) {
        struct month *m = self->changed[i];
        tally_tidy(&m->counted);
        tally_tidy(&m->outranked);
        self->out[i] = (month_counts){.key = m->key, .counted = &m->counted, .outranked = &m->outranked};
    }
    *count = self->changed_count;
    return self->out;
}

size_t counts_held(const counts *self)
{
    size_t octets = self->place_count * sizeof *self->places;
    for (size_t i = 0; i < self->count; i++)
        octets += sizeof(struct month) +
                  (self->months[i]->counted.capacity + self->months[i]->outranked.capacity) * sizeof(tally_row);
    return octets;
}

void counts_settle(counts *self)
{
    for (size_t i = 0; i < self->changed_count; i++)
        self->changed[i]->changed = false;
    self->changed_count = 0;
    self->from_zero = false;
    /* Adding up is cheap but not free: once in a while is enough. */
    if (self->count > 50000 && counts_held(self) > HELD_MAX_OCTETS)
        drop_all(self);
}

void counts_forget(counts *self)
{
    size_t kept = 0;
    if (self->from_zero)
        drop_all(self);
    for (size_t i = 0; i < self->count; i++) {
        if (self->months[i]->changed)
            free_month(self->months[i]);
        else
            self->months[kept++] = self->months[i];
    }
    self->count = kept;
    self->changed_count = 0;
    self->from_zero = false;
    index_all(self);
}

void counts_restart(counts *self)
{
    drop_all(self);
    self->from_zero = true;
}
