/* comparators.h - what an area is compared with, and published rates where no live records exist.
 *
 * Proved by tests/test_comparators.c.
 */
#ifndef TOCSIN_COMPARATORS_H
#define TOCSIN_COMPARATORS_H

#include "geography.h"
#include "groups.h"
#include "offence_tree.h"

typedef struct published_rate {
    text comparator; /* an area, a group, or a name of its own */
    int category;
    text period;     /* "2024-25" */
    double rate;     /* per 1,000 residents */
    text population; /* as published; may be empty */
    text definition;
    text source;
} published_rate;

typedef struct comparators comparators;

comparators *comparators_create(const sheets *from, const geography *areas, const groups *groups_known,
                                const offence_tree *categories, faults *found);
void comparators_destroy(comparators **self);

/* The comparators that comparators.csv names for an area or group, in its order.
 * Returns how many; at most `out_max` are written. */
size_t comparators_of(const comparators *self, text area, text *out, size_t out_max);

/* The rate published for a category over the financial year that begins in `begins`; NULL: none. */
const published_rate *comparators_published(const comparators *self, text comparator, int category, int begins);

#endif
