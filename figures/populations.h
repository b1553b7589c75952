/* populations.h - resident population estimates, and which of them a rate uses.
 *
 * Proved by tests/test_populations.c.
 */
#ifndef TOCSIN_POPULATIONS_H
#define TOCSIN_POPULATIONS_H

#include "geography.h"

typedef struct populations populations;

/*   from    the populations sheet: an area and year may stand once; an imported row replaces the folder's */
populations *populations_create(const sheets *from, const geography *areas, faults *found);
void populations_destroy(populations **self);

/* Residents of a set of areas on 30 June of a year: one year for all of them.
 *   members   indexes of areas
 * Returns     false when it isn't known for every one of them. An area without an estimate of its own is
 *             the sum of those below it, former areas included; beside current ones only as long as they lasted. */
bool populations_of(const populations *self, const int *members, size_t count, int year, double *out);

/* The year whose 30 June lies nearest to the middle of a window, among those known for all members; ties
 * go to the earlier; at most 24 months away.
 * Returns     false: there is none */
bool populations_nearest(const populations *self, const int *members, size_t count, period window, int *year,
                         double *out);

#endif
