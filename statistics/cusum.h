/* cusum.h - detector D5 for rare series: evidence for a rise, added up from month to month.
 *
 * Each count adds its log likelihood ratio of "risen by this ratio" against "as before"; the sum never falls below 0.
 * Above its limit it alarms and starts again from 0 (surveillance::algo.cusum doesn't). The limit for a wanted
 * run between false alarms is cusum_limit.h's. Proved by tests/test_statistics_cusum.c (against surveillance::glrpois).
 */
#ifndef TOCSIN_CUSUM_H
#define TOCSIN_CUSUM_H

#include <stdbool.h>

typedef struct cusum_design {
    double ratio; /* of the rise that is looked for, > 1 */
    double limit; /* alarm above it */
    double alpha; /* of the negative binomial: variance = mean + alpha mean^2; 0: Poisson */
} cusum_design;

/* {0} before the first count. */
typedef struct cusum {
    double sum;   /* after an alarm: the value that alarmed */
    bool alarm;   /* sum > limit */
} cusum;

/* The state after one more count.
 *   before    the state until then; after an alarm it counts as 0
 *   count     whole, >= 0
 *   mean      expected as things were, > 0 (may change with season)
 * Source      Lucas, Technometrics 27, 1985; Hoehle and Paul, Computational Statistics and Data Analysis 52, 2008
 */
cusum cusum_add(cusum before, double count, double mean, const cusum_design *design);

#endif
