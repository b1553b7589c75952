/* share.h - detector D6: a category's share of the whole, with Wilson's interval, and its rank among equals.
 *
 * Proved by tests/test_statistics_share.c (against PHEindicatormethods).
 */
#ifndef TOCSIN_SHARE_H
#define TOCSIN_SHARE_H

#include <stddef.h>

typedef struct share_limits {
    double share;     /* 0 to 1 */
    double low, high;
} share_limits;

/* A share and its interval.
 *   part         events of the category, 0 to whole
 *   whole        of all; 0: everything is NAN
 *   confidence   0.95 or 0.998 (two-sided)
 * Source         Wilson, JASA 22, 1927
 */
share_limits share_wilson(double part, double whole, double confidence);

/* Where a count stands, or would stand, among the counts of categories that exclude each other.
 *   counts       of the mutually exclusive categories; `count` itself may be one of them or an overlay's
 *   categories   how many
 * Returns        1 for the largest; equal counts share the better rank
 */
size_t share_rank(double count, const double *counts, size_t categories);

#endif
