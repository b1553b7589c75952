#include "map.h"

#include <stdlib.h>

#include "digest.h"
#include "memory.h"

/* Open addressing, linear probing; half full at most. */
struct slot {
    text key;
    uint64_t hash;
    uint32_t value;
    bool used;
};

struct map {
    struct slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

map *map_create(void)
{
    map *self = memory_new(1, sizeof *self);
    self->capacity = 16;
    self->slots = memory_new(self->capacity, sizeof *self->slots);
    return self;
}

void map_destroy(map **self)
{
    if (*self == NULL)
        return;
    free((*self)->slots);
    free(*self);
    *self = NULL;
}

/* The key's slot, or the free one where it would stand. */
static struct slot *slot_of(const map *self, text key, uint64_t hash)
{
    size_t at = hash & (self->capacity - 1);
    while (self->slots[at].used && (self->slots[at].hash != hash || !text_equal(self->slots[at].key, key)))
        at = (at + 1) & (self->capacity - 1);
    return &self->slots[at];
}

bool map_find(const map *self, text key, uint32_t *out)
{
    const struct slot *slot = slot_of(self, key, digest_text(key));
    if (!slot->used)
        return false;
    *out = slot->value;
    return true;
}

static void grow(map *self)
{
    struct slot *old = self->slots;
    size_t capacity = self->capacity;
    self->capacity = capacity * 2;
    self->slots = memory_new(self->capacity, sizeof *self->slots);
    for (size_t i = 0; i < capacity; i++)
        if (old[i].used)
            *slot_of(self, old[i].key, old[i].hash) = old[i];
    free(old);
}

void map_put(map *self, text key, uint32_t value)
{
    uint64_t hash = digest_text(key);
    if (2 * (self->count + 1) > self->capacity)
        grow(self);
    struct slot *slot = slot_of(self, key, hash);
    if (!slot->used)
        self->count++;
    *slot = (struct slot){.key = key, .hash = hash, .value = value, .used = true};
}

bool map_remove(map *self, text key)
{
    struct slot *slot = slot_of(self, key, digest_text(key));
    if (!slot->used)
        return false;
    slot->used = false;
    self->count--;
    /* Those behind it, up to the next gap, may now stand nearer to their place. */
    size_t mask = self->capacity - 1;
    for (size_t at = ((size_t)(slot - self->slots) + 1) & mask; self->slots[at].used; at = (at + 1) & mask) {
        struct slot moved = self->slots[at];
        self->slots[at].used = false;
        *slot_of(self, moved.key, moved.hash) = moved;
    }
    return true;
}

size_t map_count(const map *self)
{
    return self->count;
}
