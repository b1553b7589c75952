#include "finder.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/digest.h"
#include "proto/fault_point.h"
#include "proto/memory.h"

enum { CAPACITY_MIN = 1024, PATH_SIZE = 4096 };

/* Linear probing, at most three quarters full. The upper bits of the fingerprint choose the place, so that a
 * table can grow without the references. */
struct place {
    uint32_t id; /* 0: free */
    uint32_t fingerprint;
};

struct finder {
    struct place *places;
    uint64_t capacity; /* a power of two */
    int shift;         /* 32 - log2(capacity), or 0 where the fingerprint has fewer bits */
    uint64_t count;
};

static void set_capacity(finder *self, uint64_t capacity)
{
    self->capacity = capacity;
    self->shift = 32;
    while (self->shift > 0 && (1ull << (32 - self->shift)) < capacity)
        self->shift--;
}

finder *finder_create(void)
{
    finder *self = memory_new(1, sizeof *self);
    set_capacity(self, CAPACITY_MIN);
    self->places = memory_new(self->capacity, sizeof *self->places);
    return self;
}

void finder_destroy(finder **self)
{
    if (*self == NULL)
        return;
    free((*self)->places);
    free(*self);
    *self = NULL;
}

uint64_t finder_hash(text origin, text reference)
{
    return digest_seeded(reference, digest_text(origin));
}

static uint32_t fingerprint_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

static uint64_t home_of(const finder *self, uint32_t fingerprint)
{
    return fingerprint >> self->shift;
}

static uint64_t after(const finder *self, uint64_t at)
{
    return (at + 1) & (self->capacity - 1);
}

void finder_expect(const finder *self, uint64_t hash)
{
    __builtin_prefetch(&self->places[home_of(self, fingerprint_of(hash))]);
}

uint64_t finder_next(const finder *self, uint64_t hash, uint64_t *cursor)
{
    uint32_t fingerprint = fingerprint_of(hash);
    uint64_t home = home_of(self, fingerprint);
    /* The cursor is how many places were looked at. */
    for (uint64_t at = (home + *cursor) & (self->capacity - 1); self->places[at].id != 0; at = after(self, at)) {
        ++*cursor;
        if (self->places[at].fingerprint == fingerprint)
            return self->places[at].id;
    }
    return 0;
}

static void add(finder *self, struct place made)
{
    uint64_t at = home_of(self, made.fingerprint);
    while (self->places[at].id != 0)
        at = after(self, at);
    self->places[at] = made;
}

/* As add, but only behind a place and without going round the table's end. Returns false where nothing is free there. */
static bool add_behind(finder *self, struct place made, uint64_t behind)
{
    uint64_t at = home_of(self, made.fingerprint);
    while (at > behind && self->places[at].id != 0)
        at = after(self, at);
    if (at <= behind)
        return false;
    self->places[at] = made;
    return true;
}

/* Doubles the table where it lies: the old and the new one together would be half as much again as a country may take.
 * From the top down all that stands moves to about twice its place, where nothing stands any more that has yet to move.
 * The few for which this doesn't hold (at the table's ends, in crowds) wait until all others have moved. */
static void grow(finder *self)
{
    struct place *waiting = NULL;
    size_t count = 0, room = 0;
    uint64_t capacity = self->capacity;
    set_capacity(self, capacity * 2);
    self->places = memory_grow(self->places, self->capacity, sizeof *self->places);
    memset(self->places + capacity, 0, capacity * sizeof *self->places);
    for (uint64_t at = capacity; at-- > 0;) {
        struct place moved = self->places[at];
        self->places[at].id = 0;
        if (moved.id == 0 || add_behind(self, moved, at))
            continue;
        waiting = memory_room(waiting, count, &room, sizeof *waiting);
        waiting[count++] = moved;
    }
    while (count > 0)
        add(self, waiting[--count]);
    free(waiting);
}

/* The place of a version, or of a free one behind its chain. */
static struct place *place_of(const finder *self, uint32_t fingerprint, uint64_t id)
{
    uint64_t at = home_of(self, fingerprint);
    while (self->places[at].id != 0 && (self->places[at].id != id || self->places[at].fingerprint != fingerprint))
        at = after(self, at);
    return &self->places[at];
}

void finder_put(finder *self, uint64_t hash, uint64_t old, uint64_t made)
{
    uint32_t fingerprint = fingerprint_of(hash);
    assert(made > 0 && made <= UINT32_MAX);
    if (old != 0) {
        struct place *place = place_of(self, fingerprint, old);
        assert(place->id == old);
        place->id = (uint32_t)made;
        return;
    }
    if (4 * (self->count + 1) > 3 * self->capacity)
        grow(self);
    add(self, (struct place){(uint32_t)made, fingerprint});
    self->count++;
}

void finder_remove(finder *self, uint64_t hash, uint64_t id)
{
    struct place *place = place_of(self, fingerprint_of(hash), id);
    assert(place->id == id);
    place->id = 0;
    self->count--;
    /* Those behind it, up to the next gap, may now stand nearer to their home. */
    uint64_t at = after(self, (uint64_t)(place - self->places));
    for (; self->places[at].id != 0; at = after(self, at)) {
        struct place moved = self->places[at];
        self->places[at].id = 0;
        add(self, moved);
    }
}

uint64_t finder_count(const finder *self)
{
    return self->count;
}

size_t finder_held(const finder *self)
{
    return self->capacity * sizeof *self->places;
}

/* --- the checkpoint ---------------------------------------------------------------------------- */

/* Native octet order: a checkpoint is made anew wherever it doesn't fit. */
struct header {
    char magic[8];
    uint64_t capacity;
    uint64_t count;
    uint64_t last;
    uint64_t last_digest;
    uint64_t places_digest;
    uint64_t header_digest; /* of all before it */
};

static const char magic[8] = "TOCFIND1";

static uint64_t digest_of_header(const struct header *h)
{
    return digest_text((text){(const char *)h, offsetof(struct header, header_digest)});
}

static text octets_of(const finder *self)
{
    return (text){(const char *)self->places, self->capacity * sizeof *self->places};
}

static bool write_all(int file, text octets)
{
    while (octets.size > 0) {
        ssize_t written = write(file, octets.at, octets.size);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            octets.at += written;
            octets.size -= (size_t)written;
        }
    }
    return true;
}

static bool read_all(int file, void *to, size_t size)
{
    char *at = to;
    while (size > 0) {
        ssize_t got = read(file, at, size);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
    return true;
}

status finder_save(const finder *self, const char *path, finder_mark mark)
{
    char beside[PATH_SIZE];
    struct header h = {.capacity = self->capacity, .count = self->count, .last = mark.last,
                       .last_digest = mark.digest, .places_digest = digest_text(octets_of(self))};
    memcpy(h.magic, magic, sizeof magic);
    h.header_digest = digest_of_header(&h);
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return STATUS_TOO_LARGE;
    fault_point("index-begin");
    int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0)
        return STATUS_IO;
    bool good = write_all(file, (text){(const char *)&h, sizeof h}) && write_all(file, octets_of(self)) &&
                fdatasync(file) == 0;
    good = close(file) == 0 && good;
    fault_point("index-written");
    if (good && rename(beside, path) == 0) {
        fault_point("index-renamed");
        return STATUS_OK;
    }
    (void)unlink(beside);
    return STATUS_IO;
}

static bool is_ours(const struct header *h, off_t size)
{
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->header_digest == digest_of_header(h) &&
           h->capacity >= CAPACITY_MIN && (h->capacity & (h->capacity - 1)) == 0 && h->count <= h->capacity &&
           size == (off_t)(sizeof *h + h->capacity * sizeof(struct place));
}

static status load_places(int file, const struct header *h, finder **out)
{
    finder *self = memory_new(1, sizeof *self);
    set_capacity(self, h->capacity);
    self->count = h->count;
    self->places = memory_grow(NULL, self->capacity, sizeof *self->places);
    if (!read_all(file, self->places, self->capacity * sizeof *self->places) ||
        digest_text(octets_of(self)) != h->places_digest) {
        finder_destroy(&self);
        return STATUS_CORRUPT;
    }
    *out = self;
    return STATUS_OK;
}

status finder_load(const char *path, finder **out, finder_mark *mark)
{
    struct header h;
    struct stat st;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return STATUS_NOT_FOUND;
    status said = STATUS_CORRUPT;
    if (fstat(file, &st) == 0 && read_all(file, &h, sizeof h) && is_ours(&h, st.st_size))
        said = load_places(file, &h, out);
    (void)close(file);
    if (said == STATUS_OK)
        *mark = (finder_mark){h.last, h.last_digest};
    return said;
}
