/* fault_work.h - a little of every kind of work, in steps that are committed one by one; and what an undisturbed run of
 * them leaves, for tests that disturb a step and see whether it comes to the same.
 */
#ifndef TOCSIN_FAULT_WORK_H
#define TOCSIN_FAULT_WORK_H

#include "engine_fixtures.h"

/* New records and a declaration; corrections; an issue by an origin of lesser rank; housekeeping; an issue that withdraws;
 * other reference data; the rejects once more; housekeeping. Opening is disturbed with the first two only: then the
 * folder is empty, and then it is not. */
enum { WORK_STEPS = 8, WORK_OPENINGS = 2 };

typedef struct work {
    char left[WORK_STEPS + 1][FOLDER_SIZE]; /* the store's files before a step; behind the last: at the end */
    const char *words[WORK_STEPS + 1];      /* all that the store held then */
    arena *memory;
} work;

/* An undisturbed run, noted; fails the test if anything fails. */
void work_note(work *self);
void work_forget(work *self);

/* A world as it lay before a step, with no engine open. */
engine_world work_world(const work *self, size_t step);

/* Opens its engine. Words of a failure must be there.
 * Errors   as engine_open */
status work_open(engine_world *w, size_t step);

/* Does a step; when it fails everything of it is forgotten. */
status work_do(engine_world *w, size_t step);

/* All that a store holds: what must not depend on arrival, and the rest. */
const char *work_words(store *from, arena *memory);

/* The files of a store whose process has died, in a folder that has none. */
void work_copy(const char *from, const char *to);

/* The n to be tried after this one: the first ones each, and then, where one request is like the other, only some; but with
 * TOCSIN_FAULTS=all in the environment every one. */
uint64_t work_next(uint64_t n, uint64_t stride);

/* SQLite finds nothing wrong with it. */
void assert_integrity(const char *folder);

#endif
