/* classify.h - from the codes of a version to where it counts.
 *
 * Step 3 of the record's path; and how a reader finds the incidents behind a figure. Answers are remembered by code
 * number, so that a record costs a few array reads. Proved by tests/test_classify.c.
 */
#ifndef TOCSIN_CLASSIFY_H
#define TOCSIN_CLASSIFY_H

#include "codebook.h"
#include "reference.h"

typedef struct classifier classifier;

classifier *classifier_create(const reference *data, const codebook *book);
void classifier_destroy(classifier **self);

/* Where a version counts. */
typedef struct standing_place {
    int area;             /* index, counted */
    uint32_t area_id;
    int node;             /* index of the category */
    int markers[MARKER_CATEGORIES_MAX]; /* indexes of the marker categories */
    size_t marker_count;
} standing_place;

/* The counted area of a place's number; AREA_NONE when it is unknown. */
int classify_area(classifier *self, uint32_t place);

/* The node of an offence's number on a day; CATEGORY_NONE when it is unknown. */
int classify_offence(classifier *self, uint32_t offence, day_number recorded);

/* All of it. Returns false when the version counts nowhere: cancelled, or its codes are unknown. */
bool classify_version(classifier *self, const version *v, standing_place *out);

#endif
