/* engine_parts.h - the engine's inside, for the files that make it up: engine, engine_open, engine_finder, versions,
 * admit, snapshot, declare, recount, restore. Nobody else includes it. */
#ifndef TOCSIN_ENGINE_PARTS_H
#define TOCSIN_ENGINE_PARTS_H

#include "chain.h"
#include "counts.h"
#include "engine.h"
#include "figures/classify.h"
#include "gathering.h"
#include "judge.h"
#include "judging/rules.h"
#include "open_rejects.h"

struct engine {
    char *folder;
    store *store;
    codebook *book;
    reference *data;
    coverage *coverage;
    classifier *classifier;
    finder *finder;
    counts *counts;
    gathering gathering;
    uint64_t stored;        /* number of the newest version that is committed */
    uint64_t checkpointed;  /* number of the newest that the finder's checkpoint knows */
    open_rejects *rejects;
    rules *rules;           /* by the categories and areas of `data` */
    judge *judge;
    uint32_t loader;        /* who hands in what comes now: a number, or LIVE */
    bool log_stuck;         /* the last checkpoint failed, and it was told */
    version *chain;         /* room for the versions of one incident and one more */
    arena *scratch;         /* for the length of one call */
};

/* The number of the newest version, uncommitted ones included. */
uint64_t engine_newest(const engine *self);

/* A version by number, whether committed or not, gathered marks applied. Texts live in `memory` or as long as
 * what is gathered. */
status engine_version(engine *self, uint64_t id, arena *memory, version *out);

/* Adds a version's part to its month, or takes it out.
 *   change   1 or -1 */
status engine_count(engine *self, const version *v, int32_t change);

/* Adds to a category's day in an area and in every area that it lies in.
 *   key   its month and origin */
status engine_count_upwards(engine *self, int area_index, month_key key, uint32_t category_id,
                            int day_of_month, int32_t change, bool outranked);

/* All versions of an incident, newest first, with their content digests.
 *   hash   of origin and reference (finder_hash)
 *   out    room for CHAIN_MAX
 *   count  0: the incident is not known
 * Errors  STATUS_TOO_LARGE when there are more */
status engine_chain(engine *self, uint64_t hash, uint32_t origin, text named, version *out, size_t *count);

/* Makes one of the versions stand and the others not, and counts accordingly. */
status engine_restand(engine *self, version *chain, size_t count, size_t standing);

/* Puts a version behind the chain of its incident, makes the right one stand, and counts accordingly.
 *   chain   the incident's versions so far, newest first; room for one more
 *   made    numbered, chained and marked here */
status engine_append(engine *self, uint64_t hash, version *chain, size_t count, version *made);

/* Notes what has changed of a version that may be stored already. */
void engine_mark(engine *self, const version *changed);

/* A digest of what a version says, in codes as they came. */
uint64_t engine_content(const engine *self, const version *v);

/* What must be read again after a failure can't be read either: the process ends, as nothing it remembers is certain. */
void engine_must_read(engine *self, status st);

/* Rebuilds what follows from the reference data. */
void engine_rebuild(engine *self);

/* As engine_commit, with reference data to adopt: the counts are then all there are. */
status engine_commit_with(engine *self, int64_t now_s, const adoption *adopted);

/* The finder from its checkpoint, or from all versions. */
status engine_load_finder(engine *self);
void engine_save_finder(engine *self);

/* Takes back what the finder learned of what is gathered. */
void engine_turn_finder_back(engine *self);

/* The first start on a restored backup: gives imported reference rows their files back. */
status engine_settle_in(engine *self, int64_t now_s, char why[NOTE_SIZE_MAX]);

/* Splits the counts of the declared days anew between counted and outranked. */
status engine_resplit(engine *self, int area_index, period days);

#endif
