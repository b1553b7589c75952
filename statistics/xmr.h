/* xmr.h - detector D5 for means of 5 and more: a chart of individual values and moving ranges, month by month.
 *
 * Limits come from how far neighbours lie apart, so that a shift or trend doesn't widen them. Two kinds of answer: what
 * a point completes on the day it arrives (run, trend), and what it turns out to belong to once the rest is
 * known (cause: every member of a run is marked, as on NHS England's charts).
 * Proved by tests/test_statistics_xmr.c (against NHSRplotthedots).
 */
#ifndef TOCSIN_XMR_H
#define TOCSIN_XMR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct xmr_limits {
    double mean;
    double moving_range;       /* the average one */
    double lower, upper;       /* mean -/+ 2.66 moving ranges; lower may be below 0 */
    double near_lower, near_upper; /* two thirds of the way out */
} xmr_limits;

/* Limits from a baseline.
 *   values     consecutive, oldest first
 *   count      of the baseline; fewer than two: the limits are NAN and nothing is ever outside
 *   screen     leave out moving ranges of 3.267 times their average and more, once
 * Returns      equal values have limits equal to their mean, and are not outside
 * Source       Shewhart; Wheeler and Chambers, Understanding Statistical Process Control, 1992; NHS England,
 *              Making Data Count (NHSRplotthedots 0.2.2)
 */
xmr_limits xmr_limits_of(const double *values, size_t count, bool screen);

/* The first that fits, in this order. */
typedef enum xmr_cause {
    XMR_COMMON,
    XMR_ABOVE, XMR_BELOW,               /* outside the limits */
    XMR_TREND_UP, XMR_TREND_DOWN,       /* one of 7 points that each rise, or fall */
    XMR_TWO_ABOVE, XMR_TWO_BELOW,       /* near a limit, with another of 3 on the same side of the mean */
    XMR_RUN_ABOVE, XMR_RUN_BELOW,       /* one of 7 on the same side of the mean */
} xmr_cause;

typedef struct xmr_point {
    int side;        /* of the mean: 1 above, -1 below, 0 on it */
    bool outside;    /* beyond a limit */
    bool close;      /* beyond a near limit, not outside */
    int run;         /* completes 7 points or more on this side (1, -1), or 0 */
    int trend;       /* completes 7 points or more that rise (1) or fall (-1), or 0 */
    xmr_cause cause; /* in hindsight */
} xmr_point;

/* Marks every point.
 *   values     consecutive, oldest first; `count` of them
 *   limits     from the same values or from an earlier baseline
 *   out        room for `count`
 * Source       as above. A point on the mean breaks a run; a point outside doesn't count as near (version 0.2.2).
 *              A point between two trends takes the direction in which the series goes on
 */
void xmr_mark(const double *values, size_t count, const xmr_limits *limits, xmr_point *out);

/* "Common Cause", "Above UCL", "7 Point Trend (Increasing)" ... */
const char *xmr_cause_text(xmr_cause cause);

/* 1 for the high causes, -1 for the low ones, 0 for the common one. For crime high is a concern. */
int xmr_cause_direction(xmr_cause cause);

#endif
