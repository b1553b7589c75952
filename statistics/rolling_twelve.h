/* rolling_twelve.h - the last twelve months beside the twelve before them, month by month.
 *
 * Consecutive rolling years share eleven months: the second look is weak evidence.
 * Proved by tests/test_statistics_rolling_twelve.c.
 */
#ifndef TOCSIN_ROLLING_TWELVE_H
#define TOCSIN_ROLLING_TWELVE_H

#include <stddef.h>

/* NAN where the series is too short, and where a percentage has nothing to stand on. */
typedef struct rolling_twelve {
    double current;  /* sum of the month and the 11 before it */
    double before;   /* sum of the 12 months before those */
    double rate;     /* current per 1,000 of the month's population */
    double percent;  /* 100 (current - before) / before */
    double wheeler;  /* 2 (sqrt current - sqrt before); standard deviation sqrt 2 */
    double standard; /* wheeler / sqrt 2 */
} rolling_twelve;

/* The figures as of the month at index `at`.
 *   counts       of consecutive months, oldest first, at least at + 1
 *   population   of the month, > 0
 */
rolling_twelve rolling_twelve_at(const double *counts, size_t at, double population);

#endif
