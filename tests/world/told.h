/* told.h - what the sources of a simulated world have to say: drawn once from the seed, in streams that grow.
 *
 * Records with repeats, amendments, cancellations and reinstatements, in any order over several streams of one
 * origin; rows that can't be counted; issues of snapshots; declarations. The reference data are those of
 * engine_fixtures.
 */
#ifndef TOCSIN_WORLD_TOLD_H
#define TOCSIN_WORLD_TOLD_H

#include "collector/feed.h"
#include "tests/fixtures.h"

enum { TOLD_COLLECTORS_MAX = 6, TOLD_STREAMS_MAX = 16, TOLD_ITEMS_MAX = 900, TOLD_ISSUES_MAX = 64 };

typedef enum item_kind {
    ITEM_RECORD,
    ITEM_FAULTY,       /* a row that could not be read */
    ITEM_COVERAGE,
    ITEM_ISSUE_BEGINS,
    ITEM_ISSUE_ENDS,
} item_kind;

/* A way to name a place, and the areas in which a record there counts. */
typedef struct told_spot {
    const char *code, *name, *within;
    const char *areas; /* "D1 F1 EW" */
} told_spot;

/* A way to name an offence, and where it counts. */
typedef struct told_offence {
    const char *code;
    const char *nodes; /* its own category and those above it: "home burglary theft all-crime" */
} told_offence;

/* What a stream gives at one place. */
typedef struct item {
    item_kind kind;
    incident record;
    const told_spot *spot;
    const told_offence *offence;
    bool rejected;           /* bears something that can't be counted */
    faulty row;
    coverage_declaration coverage;
    snapshot_begin begins;
    size_t issue;            /* which of the world's: of what stands in one, and of the two that bound it */
    bool in_issue;           /* its beginning, or between the two: no place to go on from */
    uint64_t digest;         /* of everything in the stream up to here */
    bool acknowledged;       /* the aggregator has said that it is stored */
} item;

typedef struct told_stream {
    char name[32];
    const char *origin;
    coverage_declaration claims[CLAIMS_MAX];
    size_t claim_count;
    item *items;
    size_t count;
    size_t available; /* of the items: the others come later */
    size_t batch_max; /* records in one message */
    char path[FOLDER_SIZE + 32]; /* of the file that it stands in; empty: in none */
    int64_t issued_ns;           /* of that file */
    uint64_t written;            /* octets of it so far: a line may stand there by half */
    size_t held;      /* the position that was acknowledged last */
    bool follow;
} told_stream;

typedef struct told_collector {
    char name[32]; /* two may have the same by mistake */
    size_t first_stream, stream_count;
    bool follow;   /* its streams grow; it waits at their ends */
} told_collector;

typedef struct told {
    told_collector collectors[TOLD_COLLECTORS_MAX];
    size_t collector_count;
    told_stream streams[TOLD_STREAMS_MAX];
    size_t stream_count;
    snapshot_begin issues[TOLD_ISSUES_MAX];
    size_t issue_count;
    size_t item_count; /* of all streams */
    chance by;
    arena *memory;
} told;

/* Everything that will be said in the world of a seed.
 *   folder   for streams that are files */
told *told_create(uint64_t seed, const char *folder);
void told_destroy(told **self);

/* A little more of a stream can be read. */
void told_grow(told_stream *of, chance *by);

/* All of it can be read. */
void told_finish(told_stream *of);

/* How many items lie before a position; 0 when it is none of this stream. */
size_t told_items_before(const told_stream *of, const position *held);

/* Do two records say the same, but for when they were issued? */
bool told_says_same(const incident *a, const incident *b);

/* The stream as the courier's feed.
 *   given   told of every message that is taken from it: the items from `from` up to `to`
 *   settled told when everything before `to` is said to be stored */
typedef struct told_listener {
    void *context;
    void (*given)(void *context, told_stream *of, size_t from, size_t to);
    void (*settled)(void *context, told_stream *of, size_t to);
} told_listener;

feed *told_feed_create(told_stream *of, told_listener listener);

/* The same of a stream that is a file: the collector's own feed of canonical CSV. Its octets come with the items, and a few
 * more by chance. */
feed *told_file_feed_create(told_stream *of, told_listener listener);
bool told_fits_file(const item *one);
void told_file_write(told_stream *of, size_t more);
size_t told_file_items(const told_stream *of, uint64_t offset);

#endif
