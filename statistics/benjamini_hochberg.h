/* benjamini_hochberg.h - q beside p: when many series are judged together, some p are small by chance alone.
 *
 * Of the series called at q <= .05, on average at most one in twenty is called for nothing.
 * Proved by tests/test_statistics_benjamini_hochberg.c (against R's p.adjust).
 */
#ifndef TOCSIN_BENJAMINI_HOCHBERG_H
#define TOCSIN_BENJAMINI_HOCHBERG_H

#include <stddef.h>

/* Adjusts the p of `count` tests that are judged together.
 *   p         0 to 1; NAN: no test was possible, it doesn't count among the tests and its q is NAN
 *   order     room for `count` indices; left with the order of p, NAN last
 *   q         room for `count` numbers: min over j >= i of p_(j) m / j, at most 1, in the order of p; may not be p
 * Source      Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995
 */
void benjamini_hochberg(const double *p, size_t count, size_t *order, double *q);

#endif
