/* priority_review.h - all strategic priorities of a partnership, judged on an area's figures; and what rose that none
 * of them covers.
 *
 * What tocsin priorities prints. Proved by tests/test_priority_review.c and tests/integration/test_priorities.py.
 */
#ifndef TOCSIN_PRIORITY_REVIEW_H
#define TOCSIN_PRIORITY_REVIEW_H

#include "priority_advice.h"
#include "rising.h"

typedef struct new_area {
    rising_category found;
    advice_line line;      /* its words and caveats */
} new_area;

typedef struct priority_review {
    const report *report;
    priority_advice *advice; /* in the file's order */
    size_t count;
    new_area *new_areas;     /* the largest rise first */
    size_t new_area_count;
    const category_facts *facts; /* by category index */
    text *notes;             /* on the whole */
    size_t note_count;
} priority_review;

/* Reviews the priorities on a report of a rolling year, which must outlive it.
 *   memory   the review's
 * Errors     the store's */
status priority_review_make(const figures *from, const report *on, arena *memory, priority_review *out);

#endif
