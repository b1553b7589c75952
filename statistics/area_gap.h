/* area_gap.h - detector D3: an area against the larger one that it is part of.
 *
 * Shown against the parent with the area in it, as rates are published; tested against the rest of it, because two
 * numbers that share events are not independent. For the test with dispersion call change_of (change.h) with
 * the counts and populations of the area and of the rest. Proved by tests/test_statistics_comparison.c.
 */
#ifndef TOCSIN_AREA_GAP_H
#define TOCSIN_AREA_GAP_H

#include <stdbool.h>

#include "funnel.h"
#include "rate_ratio.h"

typedef struct area_gap {
    double rate_area;      /* per 1,000 */
    double rate_parent;    /* per 1,000, the area included */
    double ratio_parent;   /* of these; NAN when the parent has no events */
    bool has_rest;         /* false: the area is the whole parent; then what follows about the rest is NAN */
    double rate_rest;      /* per 1,000, the area left out */
    rate_ratio rest;       /* area against the rest, exact */
    double expected;       /* events at the parent's rate */
    double p_fixed;        /* the parent's rate taken as known, ordered by likelihood; NAN when it is 0 */
    double ratio_lo95, ratio_hi95; /* of observed / expected, exact; NAN when the parent's rate is 0 */
    funnel_place place;    /* observed / expected against 1; meaningless when the parent's rate is 0 */
} area_gap;

/* Compares an area with its parent.
 *   area_count     whole, >= 0, part of parent_count
 *   area_population   > 0, part of parent_population
 * Source      exact tests as in rate_ratio.h; standardised ratio: Breslow and Day 1987, 2.3
 */
area_gap area_gap_of(double area_count, double area_population, double parent_count, double parent_population);

#endif
