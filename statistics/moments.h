/* moments.h - mean and standard deviation, in two passes so that large numbers lose nothing.
 *
 * Proved by tests/test_statistics_ears.c and tests/test_statistics_xmr.c.
 */
#ifndef TOCSIN_MOMENTS_H
#define TOCSIN_MOMENTS_H

#include <stddef.h>

/* The mean of `count` numbers; exactly their value when they are equal. NAN when there is none.
 * Source   the second pass takes out the rounding of the first, as in R's mean() */
double mean_of(const double *values, size_t count);

/* Standard deviation with count - 1 in the denominator; NAN for fewer than two. */
double deviation_of(const double *values, size_t count);

#endif
