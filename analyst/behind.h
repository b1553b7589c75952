/* behind.h - the incidents behind a figure: those that count in a window for an area and a category, as they are known
 * now, with all versions of the newest.
 *
 * Reads every kept version, twice where any count. Proved by tests/test_behind.c.
 */
#ifndef TOCSIN_BEHIND_H
#define TOCSIN_BEHIND_H

#include "figures/figures.h"

typedef struct behind behind;

/* One incident; its versions in the order in which they came. */
typedef struct behind_incident {
    const version *each;
    size_t count;
    size_t standing; /* which of them counts */
} behind_incident;

/*   most   so many of the newest by recorded date are read whole; 0: only counted */
status behind_read(const figures *from, int area_index, int category_index, period days, size_t most, behind **out);
void behind_free(behind **self);

/* How many count in the window, and how many of them were read. */
size_t behind_count(const behind *self);
size_t behind_shown(const behind *self);

/* The newest first. */
behind_incident behind_at(const behind *self, size_t index);

/* "offence 46 -> 45; area E07000197 -> E07000193": what one version says otherwise than the one before it; of the first
 * NULL stands before it, and nothing is said. */
text behind_changes(const codebook *book, const version *before, const version *now, arena *memory);

#endif
