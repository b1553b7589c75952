/* priorities.h - what the partnership compares against and cares about: priorities.yaml, understood.
 *
 * Proved by tests/test_priorities.c.
 */
#ifndef TOCSIN_PRIORITIES_H
#define TOCSIN_PRIORITIES_H

#include "faults.h"
#include "proto/memory.h"

typedef struct priorities priorities;

/* NULL text gives priorities without anything in them. Faults name priorities.yaml and the line. */
priorities *priorities_create(text yaml, faults *found);
void priorities_destroy(priorities **self);

/* The financial year that is compared against, by the year it begins in; 0: none is set. */
int priorities_baseline(const priorities *self);

#endif
