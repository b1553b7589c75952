/* gathering.h - what the next commit takes, as it grows; and how to undo it if it fails.
 *
 * Step 5 of the record's path. Filled by admit, snapshot and declare; handed to the store by the engine.
 * Texts in it live in its arena until it is emptied. Proved by tests/test_engine.c.
 */
#ifndef TOCSIN_GATHERING_H
#define TOCSIN_GATHERING_H

#include "proto/map.h"
#include "storage/finder.h"
#include "storage/store.h"

/* A change to the finder, so that it can be turned back. */
typedef struct finder_change {
    uint64_t hash;
    uint64_t old;
    uint64_t made;
} finder_change;

typedef struct gathering {
    version *versions;
    size_t version_count, version_capacity;
    version_mark *marks;
    size_t mark_count, mark_capacity;
    uint32_t *mark_places; /* a table that finds marks by version: index + 1; 0: free */
    size_t mark_place_count;
    reject *rejects;
    size_t reject_count, reject_capacity;
    uint64_t *resolved;
    size_t resolved_count, resolved_capacity;
    map *resolved_places; /* finds resolved rejects by digest */
    stream_state *streams;
    size_t stream_count, stream_capacity;
    issue *issues;
    size_t issue_count, issue_capacity;
    declared_coverage *coverage;
    size_t coverage_count, coverage_capacity;
    promise *promises;
    size_t promise_count, promise_capacity;
    finder_change *changes;
    size_t change_count, change_capacity;
    int *touched; /* areas whose knowledge changed, with all below and above them */
    size_t touched_count, touched_capacity;
    size_t records; /* records handed in, whatever became of them */
    arena *memory;
} gathering;

void gathering_open(gathering *self);
void gathering_close(gathering *self);

/* Nothing is in it any more; its texts are gone. */
void gathering_empty(gathering *self);

bool gathering_is_empty(const gathering *self);

void gathering_add_version(gathering *self, const version *made);

/* A change to a stored version; a second one of the same version replaces the first. */
void gathering_mark(gathering *self, version_mark mark);

/* The mark of a stored version, or NULL. */
const version_mark *gathering_find_mark(const gathering *self, uint64_t id);

/* Of one reject the last word counts: what was resolved and comes again is open again. */
void gathering_add_reject(gathering *self, const reject *made);
void gathering_resolve(gathering *self, uint64_t digest);

/* The state of a stream; a later one replaces an earlier one. */
void gathering_put_stream(gathering *self, const stream_state *state);
const stream_state *gathering_find_stream(const gathering *self, stream_key key);

void gathering_put_issue(gathering *self, const issue *one);
void gathering_add_coverage(gathering *self, const declared_coverage *one);
void gathering_add_promise(gathering *self, const promise *one);
void gathering_add_change(gathering *self, finder_change change);
void gathering_touch(gathering *self, int area_index);

#endif
