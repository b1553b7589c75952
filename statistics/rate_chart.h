/* rate_chart.h - charts of counts (c) and of counts per exposure (u), plain and with Laney's correction.
 *
 * The plain limits hold for Poisson counts only; with large counts almost everything lies outside. Laney's
 * take the dispersion from neighbours. Proved by tests/test_statistics_rate_chart.c (against qcc and qicharts2).
 */
#ifndef TOCSIN_RATE_CHART_H
#define TOCSIN_RATE_CHART_H

#include <stdbool.h>
#include <stddef.h>

typedef struct rate_chart {
    double centre;  /* sum of counts / sum of sizes */
    double sigma_z; /* Laney's: how much wider than Poisson; 1 is Poisson; NAN for a single point */
} rate_chart;

typedef struct rate_chart_point {
    double value;                    /* count / size */
    double lower, upper;             /* centre -/+ 3 sqrt(centre / size), lower at least 0 */
    bool beyond;                     /* outside these */
    double laney_lower, laney_upper; /* the same times sigma_z */
} rate_chart_point;

/* Marks every point.
 *   counts    events, >= 0; `count` of them, at least 1, oldest first
 *   sizes     exposure of each, > 0; NULL: 1 each, a c chart
 *   out       room for `count`
 * Source      Montgomery, Introduction to Statistical Quality Control; Laney, Quality Engineering 14, 2002: average moving
 *             range of z / 1.128, ranges of 3.267 times the average and more left out once (Nelson 1982), as qicharts2
 */
rate_chart rate_chart_mark(const double *counts, const double *sizes, size_t count, rate_chart_point *out);

#endif
