/* cusum_limit.h - how high a CUSUM's limit must be for false alarms to be as rare as wanted.
 *
 * The expected number of months until an alarm (average run length) is exact: a Markov chain over the sums that
 * a count CUSUM with an allowance in tenths can take. Proved by tests/test_statistics_cusum.c (against spc::pois.cusum.arl).
 */
#ifndef TOCSIN_CUSUM_LIMIT_H
#define TOCSIN_CUSUM_LIMIT_H

#include <stdbool.h>

enum { CUSUM_STATES = 640 }; /* sums 0, 0.1, ... below 64 */

/* Room to work in; about 3 MB, so not for the stack. Needs no preparation. */
typedef struct cusum_room {
    double factors[CUSUM_STATES][CUSUM_STATES];
    double start[CUSUM_STATES];
    double rest[CUSUM_STATES];
} cusum_room;

typedef struct cusum_plan {
    double allowance;      /* k: taken off each count; a multiple of 0.1 */
    double interval;       /* h: the count CUSUM alarms above it; a multiple of 0.1 */
    double limit;          /* of the likelihood-ratio CUSUM (cusum.h): h ln ratio */
    double arl_in_control; /* expected months until a false alarm, from a sum of 0 */
} cusum_plan;

/* Expected number of counts until S = max(0, S + x - allowance) goes above `interval`, from S = 0.
 *   mean        of the Poisson counts, > 0
 *   allowance   multiple of 0.1, >= 0.1
 *   interval    multiple of 0.1, below CUSUM_STATES / 10
 * Returns       that number; may be huge
 * Source        Brook and Evans, Biometrika 59, 1972; White and Keats, Journal of Quality Technology 28, 1996
 */
double cusum_arl(double mean, double allowance, double interval, cusum_room *room);

/* The smallest limit that keeps false alarms rare.
 *   mean         in control, > 0
 *   ratio        of the rise looked for, > 1
 *   arl_wanted   months between false alarms, at least
 * Returns        false when no interval below CUSUM_STATES / 10 suffices; `out` is then untouched
 * The allowance is Lucas's mean (ratio - 1) / ln ratio rounded to a tenth, and at least 0.1: for a mean below .05 or so
 * the limit is therefore lower than the exact allowance would need.
 * Source         Lucas, Technometrics 27, 1985
 */
bool cusum_limit_find(double mean, double ratio, double arl_wanted, cusum_room *room, cusum_plan *out);

#endif
