/* judge.h - where every watched series stands, and what is announced when that changes.
 *
 * Step 5 of the record's path: runs inside the commit, on the counts that the commit will store, so that levels and
 * events go in with them or not at all. A level is a fold over dates (judging/fold.h) and depends on the records
 * alone. While a collector loads a backlog, the areas it touches wait; at its end where they stand is announced once.
 * Proved by tests/test_judge.c and tests/integration/test_judge.py.
 */
#ifndef TOCSIN_JUDGE_H
#define TOCSIN_JUDGE_H

#include "engine.h"

typedef struct judge judge;

judge *judge_create(void);
void judge_destroy(judge **self);

/* Takes where series stood, and which areas wait, from the store. Again after the reference data changed, and when
 * a commit failed: what was touched since the last one is forgotten.
 *   of   the engine whose judge it is; its reference data and rules must be there */
status judge_load(judge *self, engine *of);

/* A number for whoever loads a backlog; LIVE for what comes as it happens. */
enum { LIVE = 0 };

/* Something of an area changed.
 *   since    the earliest day that did */
void judge_touch(judge *self, int area_index, day_number since, uint32_t loader);

/* What is known of an area, of all below and above it, changed. */
void judge_touch_coverage(judge *self, const engine *of, int area_index, day_number since, uint32_t loader);

/* Every area is to be judged anew at the next commit, as at the end of a load: rules or reference data changed. */
void judge_touch_all(judge *self, const engine *of);

/* A loader has sent its backlog, or is gone.
 *   others   are any others still loading? */
void judge_loaded(judge *self, uint32_t loader, bool others);

/* A loader is gone before its end: what it left waits for the end of another load. What another has ended does not,
 * once nobody loads any more.
 *   others   are any others still loading? */
void judge_loader_gone(judge *self, uint32_t loader, bool others);

/* Is there anything to judge, though nothing else is to be committed? */
bool judge_has_work(const judge *self);

/* The number that the next event has, if none is being judged; and: so many were stored by somebody else. */
uint64_t judge_next_event(const judge *self);
void judge_count_events(judge *self, size_t count);

/* Judges what is due and adds levels, events and areas that wait to the group. What it adds lives until settled or
 * loaded again.
 * Errors   the store's, when counts could not be read */
status judge_run(judge *self, engine *of, int64_t now_s, store_group *out);

/* The group was stored. */
void judge_settle(judge *self);

#endif
