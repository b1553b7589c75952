/* sources.h - what is known of the recording systems: titles, ranks, promises.
 *
 * Where two origins cover the same thing, the one of better rank (1 is best) counts and the other is kept,
 * not counted. Proved by tests/test_sources.c and tests/test_coverage_ranks.c.
 */
#ifndef TOCSIN_SOURCES_H
#define TOCSIN_SOURCES_H

#include "faults.h"
#include "storage/sheet.h"

enum { RANK_NONE = 0, PROMISE_NONE = 0 };

typedef struct source {
    text origin;
    text title;
    int rank;                     /* from 1, the best; RANK_NONE: not ranked */
    uint32_t promised_interval_s; /* PROMISE_NONE: none */
} source;

typedef struct sources sources;

sources *sources_create(const sheets *from, faults *found);
void sources_destroy(sources **self);

/* NULL when the file doesn't name the origin. */
const source *sources_find(const sources *self, text origin);

/* RANK_NONE when the origin is not named or has no rank. */
int sources_rank(const sources *self, text origin);

/* How often an origin has promised to send more: what it declared, or else what the file says. PROMISE_NONE: it has not.
 *   declared_s   0: it declared nothing of the kind */
uint32_t sources_interval_s(const sources *self, text origin, uint32_t declared_s);

size_t sources_count(const sources *self);
const source *sources_at(const sources *self, size_t index);

#endif
