/* spool_feed_fixtures.h - runs of a collector on a spool, fed through a pipe of ours, and what the aggregator gets of them. */
#ifndef TOCSIN_SPOOL_FEED_FIXTURES_H
#define TOCSIN_SPOOL_FEED_FIXTURES_H

#include "collector/spool_feed.h"
#include "fixtures.h"
#include "spool_fixtures.h"

enum { SENT_MAX = 400, LARGE = 1 << 20 };

#define HEAD "reference,recorded_at,offence,area\n"
#define JSON(reference) \
    "{\"reference\":\"" reference "\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E07000197\"}"
#define ROW(reference) reference ",2025-03-01,46,E07000197\n"

bool was_told(const char *words);

/* A spool's folder and how runs on it are set up: JSON lines of the origin niche through standard input. */
typedef struct world {
    char folder[FOLDER_SIZE];
    arena *memory;
    coverage_declaration cover;
    spool_feed_settings settings;
} world;

void make_world(world *self);
void forget(world *self);

typedef struct run {
    feed *feed;
    int pen;        /* the writing end */
    int64_t now_ns; /* a second on with every piece */
    arena *memory;
} run;

run start(world *self);

/* Until nothing more can be taken in now. */
void work(run *self);
void give(run *self, const char *octets);
void end_input(run *self);

/* The process is gone: nothing is finished, nothing closed properly but by the system. */
void crash(run *self);

/* What was sent, in order: incidents by reference, faulty rows by what they hold, coverage by area. */
typedef struct sent_item {
    enum { SENT_RECORD, SENT_FAULTY, SENT_COVERAGE } kind;
    text what, origin, reason;
    int64_t issued_ns;
    uint64_t line;
    coverage_declaration cover;
} sent_item;

typedef struct sent {
    sent_item each[SENT_MAX];
    size_t count;
    position position; /* of the last message that had one; its digest in the arena */
    status end;        /* what the feed said last */
} sent;

/* All that the feed has now. Nothing of it is acknowledged. */
sent *take_all(run *from);

/* The same from a position on that the aggregator holds; or nothing. */
sent *connect_at(run *self, position held);
sent *connect_first(run *self);

/* Everything of it is stored. */
void store(run *self, const sent *all);

/* "a !{half =E07000197": records by reference, faulty rows by what they hold, coverage by area. Lives until the next call. */
const char *summary(const sent *all);

#endif
