/* finder.h - from (origin, reference) to the newest version of the incident, without touching the store.
 *
 * A table in memory of 8 octets a place: 32 bits of the reference's hash and the version's number. A hit is
 * only a candidate: the caller confirms it on the whole reference. Derived from the store; a checkpoint on
 * disk beside it spares reading all versions when starting. Proved by tests/test_finder.c.
 */
#ifndef TOCSIN_FINDER_H
#define TOCSIN_FINDER_H

#include <stdint.h>

#include "proto/status.h"
#include "proto/text.h"

typedef struct finder finder;

finder *finder_create(void);
void finder_destroy(finder **self);

/* The hash under which an incident stands. */
uint64_t finder_hash(text origin, text reference);

/* This hash will be looked for soon: its place is fetched meanwhile. A place in a large table costs a wait for memory, and
 * those of many records cost one wait together. */
void finder_expect(const finder *self, uint64_t hash);

/* The versions that may be the one looked for, one a call.
 *   cursor   0 at first
 * Returns    a version's number, or 0 when there are no more */
uint64_t finder_next(const finder *self, uint64_t hash, uint64_t *cursor);

/* Puts a version in place of an older one of the same incident.
 *   old   0: the incident is new */
void finder_put(finder *self, uint64_t hash, uint64_t old, uint64_t made);

/* Takes a version out. */
void finder_remove(finder *self, uint64_t hash, uint64_t id);

uint64_t finder_count(const finder *self);

/* Octets held. */
size_t finder_held(const finder *self);

/* What a checkpoint stands for: the versions up to `last`, whose own digest tells one store from another. */
typedef struct finder_mark {
    uint64_t last;
    uint64_t digest;
} finder_mark;

/* Writes a checkpoint, whole or not at all: a new file in place of the old. */
status finder_save(const finder *self, const char *path, finder_mark mark);

/* Reads one. A missing, torn or foreign file is STATUS_NOT_FOUND or STATUS_CORRUPT; the caller then reads
 * all versions instead. */
status finder_load(const char *path, finder **out, finder_mark *mark);

#endif
