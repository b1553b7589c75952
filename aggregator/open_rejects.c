#include "open_rejects.h"

#include <stdlib.h>
#include <string.h>

#include "storage/finder.h"

struct entry {
    uint64_t identity;
    uint64_t digest;
    uint64_t revision;
    bool used;
};

/* Open addressing, linear probing, half full at most; an identity may stand several times. */
struct open_rejects {
    struct entry *entries;
    size_t capacity; /* a power of two */
    size_t count;
};

open_rejects *open_rejects_create(void)
{
    open_rejects *self = memory_new(1, sizeof *self);
    self->capacity = 64;
    self->entries = memory_new(self->capacity, sizeof *self->entries);
    return self;
}

void open_rejects_destroy(open_rejects **self)
{
    if (*self == NULL)
        return;
    free((*self)->entries);
    free(*self);
    *self = NULL;
}

static size_t home_of(const open_rejects *self, uint64_t identity)
{
    return (size_t)(identity >> 20) & (self->capacity - 1);
}

static void put(open_rejects *self, struct entry made)
{
    size_t at = home_of(self, made.identity);
    while (self->entries[at].used)
        at = (at + 1) & (self->capacity - 1);
    self->entries[at] = made;
}

static void grow(open_rejects *self)
{
    struct entry *old = self->entries;
    size_t capacity = self->capacity;
    self->capacity *= 2;
    self->entries = memory_new(self->capacity, sizeof *self->entries);
    for (size_t i = 0; i < capacity; i++)
        if (old[i].used)
            put(self, old[i]);
    free(old);
}

void open_rejects_add(open_rejects *self, uint64_t identity, uint64_t digest, uint64_t revision)
{
    for (size_t at = home_of(self, identity); self->entries[at].used; at = (at + 1) & (self->capacity - 1))
        if (self->entries[at].identity == identity && self->entries[at].digest == digest)
            return;
    if (2 * (self->count + 1) > self->capacity)
        grow(self);
    put(self, (struct entry){identity, digest, revision, true});
    self->count++;
}

static void take_out(open_rejects *self, size_t at)
{
    self->entries[at].used = false;
    self->count--;
    for (at = (at + 1) & (self->capacity - 1); self->entries[at].used; at = (at + 1) & (self->capacity - 1)) {
        struct entry moved = self->entries[at];
        self->entries[at].used = false;
        put(self, moved);
    }
}

bool open_rejects_take(open_rejects *self, uint64_t identity, uint64_t revision, uint64_t *digest)
{
    if (self->count == 0)
        return false;
    for (size_t at = home_of(self, identity); self->entries[at].used; at = (at + 1) & (self->capacity - 1)) {
        if (self->entries[at].identity != identity || self->entries[at].revision > revision)
            continue;
        *digest = self->entries[at].digest;
        take_out(self, at);
        return true;
    }
    return false;
}

static bool take_stored(void *context, const reject *found, bool open)
{
    if (open && found->reference.size > 0)
        open_rejects_add(context, finder_hash(found->origin, found->reference), found->digest, found->revision);
    return true;
}

status open_rejects_load(open_rejects *self, store *from)
{
    memset(self->entries, 0, self->capacity * sizeof *self->entries);
    self->count = 0;
    return store_rejects(from, false, take_stored, self);
}

size_t open_rejects_count(const open_rejects *self)
{
    return self->count;
}
