/* All counts lie in memory, as dense arrays: nothing is read back. */
#include "bare.h"

#include <stdlib.h>
#include <string.h>

#include "proto/calendar.h"
#include "proto/memory.h"

enum { DAYS = 32 };

struct bare_counts {
    const int (*up)[BARE_UP_MAX];
    bool by_day;
    size_t days;          /* of a block */
    bare_block *blocks;   /* open addressing; free where counts is NULL */
    size_t capacity, count;
    bare_block **changed;
    size_t changed_count, changed_capacity;
    unsigned char octets[DAYS * BARE_CATEGORIES * 4];
};

bare_counts *bare_counts_create(const int (*up)[BARE_UP_MAX], bool by_day)
{
    bare_counts *self = memory_new(1, sizeof *self);
    self->up = up;
    self->by_day = by_day;
    self->days = by_day ? 1 : DAYS;
    self->capacity = (size_t)1 << (by_day ? 22 : 18); /* enough for 400 areas and ten years */
    self->blocks = memory_new(self->capacity, sizeof *self->blocks);
    return self;
}

void bare_counts_destroy(bare_counts **self)
{
    for (size_t i = 0; i < (*self)->capacity; i++)
        free((*self)->blocks[i].counts);
    free((*self)->blocks);
    free((*self)->changed);
    free(*self);
    *self = NULL;
}

static bare_block *block_of(bare_counts *self, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (self->capacity - 1);
    while (self->blocks[at].counts != NULL && self->blocks[at].key != key)
        at = (at + 1) & (self->capacity - 1);
    bare_block *block = &self->blocks[at];
    if (block->counts == NULL) {
        if (++self->count * 2 > self->capacity)
            abort();
        block->key = key;
        block->counts = memory_new(self->days * BARE_CATEGORIES, sizeof *block->counts);
    }
    return block;
}

static void add_to(bare_counts *self, uint64_t key, size_t day, const bare_row *row, int change)
{
    bare_block *block = block_of(self, key);
    uint16_t *counts = &block->counts[day * BARE_CATEGORIES];
    counts[row->offence] = (uint16_t)(counts[row->offence] + change);
    if (row->marked)
        counts[BARE_CATEGORIES - 1] = (uint16_t)(counts[BARE_CATEGORIES - 1] + change);
    if (block->changed)
        return;
    block->changed = true;
    self->changed = memory_room(self->changed, self->changed_count, &self->changed_capacity, sizeof(bare_block *));
    self->changed[self->changed_count++] = block;
}

void bare_counts_add(bare_counts *self, const bare_row *row, int change)
{
    civil date = civil_of(row->day);
    uint32_t unit = self->by_day ? (uint32_t)row->day : (uint32_t)(date.year * 12 + date.month - 1);
    size_t day = self->by_day ? 0 : (size_t)date.day;
    for (const int *area = self->up[row->area]; *area >= 0; area++)
        add_to(self, (uint64_t)unit << 32 | (uint64_t)*area, day, row, change);
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = (*(bare_block *const *)a)->key, y = (*(bare_block *const *)b)->key;
    return x < y ? -1 : x > y;
}

static int encoded(bare_counts *self, const bare_block *block)
{
    unsigned char *out = self->octets;
    for (size_t at = 0; at < self->days * BARE_CATEGORIES; at++) {
        uint64_t four;
        memcpy(&four, &block->counts[at & ~(size_t)3], sizeof four);
        if (four == 0) { /* nearly all are */
            at |= 3;
            continue;
        }
        uint16_t n = block->counts[at];
        if (n == 0)
            continue;
        *out++ = (unsigned char)(at % BARE_CATEGORIES);
        *out++ = (unsigned char)(at / BARE_CATEGORIES);
        for (; n > 127; n >>= 7)
            *out++ = (unsigned char)(n | 128);
        *out++ = (unsigned char)n;
    }
    return (int)(out - self->octets);
}

void bare_counts_changed(bare_counts *self, void (*visit)(void *context, uint64_t key, const void *octets, int size),
                         void *context)
{
    qsort(self->changed, self->changed_count, sizeof(bare_block *), by_key);
    for (size_t i = 0; i < self->changed_count; i++) {
        int size = encoded(self, self->changed[i]);
        visit(context, self->changed[i]->key, self->octets, size);
        self->changed[i]->changed = false;
    }
    self->changed_count = 0;
}
