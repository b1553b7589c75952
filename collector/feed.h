/* feed.h - one stream of records, whatever its source: a file, a pipe, a scenario.
 *
 * Step 0 of the record's path: read and check. A feed gives messages in order (snapshots, records,
 * coverage); it can go back to any position that it gave before. The courier sends them. Proved by the tests of its kinds.
 */
#ifndef TOCSIN_FEED_H
#define TOCSIN_FEED_H

#include "proto/memory.h"
#include "proto/wire.h"

typedef struct feed feed;

typedef struct feed_class {
    /* Its turn has come: the stream's name and claims must stand after this. May be NULL.
     * Errors   STATUS_IO  it can't be used (it says so itself); the others go on */
    status (*prepare)(feed *self);

    /* Go to a position that is held; where it doesn't fit what the source has now, to the beginning.
     * Called before the first `next` and again after every reconnection.
     * Errors   STATUS_IO  the source can't be read (it says so itself, on standard error) */
    status (*resume)(feed *self, const position *held);

    /* The next message: its kind and body; session, stream and sequence are the courier's. What it points to
     * lives in the arena.
     * Returns  STATUS_OK; STATUS_AGAIN  nothing now (a feed that is followed); STATUS_END; STATUS_IO */
    status (*next)(feed *self, arena *memory, message *out);

    /* Everything up to this offset, of a position that it gave, is stored. May be NULL. */
    void (*stored)(feed *self, uint64_t offset);

    /* Everything given so far is acknowledged. May be NULL. */
    void (*settled)(feed *self);

    void (*destroy)(feed *self);
} feed_class;

/* What all feeds have; each kind puts its own behind. */
struct feed {
    const feed_class *class;
    char stream[STREAM_SIZE_MAX + 1]; /* its name, which with the collector's is the key of its position */
    const char *shown;                /* as messages to the user name it: a path */
    coverage_declaration *claims;     /* what it means to declare */
    size_t claim_count;
    int descriptor;                   /* readable when there may be more; -1: none */
    uint64_t size;                    /* octets or records in all, for the progress shown; 0: unknown */
    uint64_t done;                    /* of them */
};

/* The most that a batch takes. */
enum { BATCH_RECORDS = 512, BATCH_OCTETS = 160 * 1024 };

/* Records gathered for one message. */
typedef struct batch {
    incident *incidents;
    faulty *faulty;
    size_t incident_count, faulty_count, octets;
    arena *memory;
} batch;

/* An empty one, in the arena. */
batch batch_open(arena *memory);
bool batch_is_full(const batch *self);
bool batch_is_empty(const batch *self);

/* Copies a record with its texts. */
void batch_add(batch *self, const incident *record);
void batch_add_faulty(batch *self, const faulty *row);

/* As a Records message from one origin.
 *   after   the position behind the last record; `held` false: it is not moved */
void batch_close(const batch *self, text origin, position after, bool more, message *out);

#endif
