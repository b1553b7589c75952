/* yearly_counts.h - the last years in a row, as whole years that end with a date: what a sum over five years is of.
 *
 * Proved by tests/test_yearly_counts.c.
 */
#ifndef TOCSIN_YEARLY_COUNTS_H
#define TOCSIN_YEARLY_COUNTS_H

#include "figures.h"

enum { YEARS_COUNTED = 5 };

/* Counts of every category in the rolling years that end with a date and with the same date of the years before.
 *   as_of    the last day of the last year
 *   out      [category][year], oldest first; NAN where not every day of a year is wholly known. The caller frees
 * Errors     the store's */
status yearly_counts_read(const figures *from, const subject *of, day_number as_of, double (**out)[YEARS_COUNTED]);

#endif
