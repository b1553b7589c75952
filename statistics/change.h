/* change.h - detectors D1 and D2: how far a window's count lies from an earlier one's, and how sure that is.
 *
 * It measures and gives no verdict: levels, thresholds and hysteresis are the judge's. The same kernel serves D3, with
 * populations as exposures. Proved by tests/test_statistics_change.c.
 */
#ifndef TOCSIN_CHANGE_H
#define TOCSIN_CHANGE_H

#include <stdbool.h>

#include "dispersion.h"

/* How p was found. */
typedef enum change_method {
    CHANGE_EXACT,  /* phi = 1: mid-P of the binomial; Clopper-Pearson interval */
    CHANGE_T,      /* phi > 1: t of the log ratio, variance times phi */
    CHANGE_LARGER, /* phi > 1 and a count below 10: the larger p and the outer limits of both */
} change_method;

typedef struct change_estimate {
    double ratio;         /* of the rates; NAN for 0/0, INFINITY for x/0 */
    double percent;       /* 100 (ratio - 1); NAN when the earlier count is 0 */
    double low95, high95; /* of percent; NAN with it */
    double p;             /* two-sided, by `method` */
    double p_exact;       /* mid-P; equal to p when phi = 1 */
    double p_t;           /* NAN when phi = 1 */
    double phi;
    change_method method;
    bool small;           /* the larger count is below 50 */
    bool percent_shown;   /* the larger count is at least 50, and there is a percentage */
    bool may_alert;       /* the numbers are large enough for a level: see change_of */
} change_estimate;

/* Measures a change.
 *   current, before      counts, whole, >= 0
 *   exposure_current,
 *   exposure_before      > 0; for whole years 1 and 1; against a baseline of b years 1 and b
 *   spread               of the series (phi above 1 has df > 0); {.phi = 1} where no table is known
 * Returns     every field. The small-number rules work on counts at the current exposure, that is with
 *             B = before x exposure_current / exposure_before: max(C, B) < 50 shows no percentage; C + B < 10 never
 *             alerts; in between only p < .01 together with |C - B| >= 5 may.
 *             A count of 0 has no logarithm: with phi > 1 half an event is added to both for the t.
 * Source      Przyborowski & Wilenski, Biometrika 31, 1940 (the binomial); Anscombe, Biometrika 43, 1956 (the half)
 */
change_estimate change_of(double current, double before, double exposure_current, double exposure_before,
                          dispersion spread);

/* What a level asks of a change: the same as in the estimate, without its interval, which is most of the work. */
typedef struct change_chance {
    double p, phi;
    bool percent_shown, may_alert;
} change_chance;

change_chance change_chance_of(double current, double before, double exposure_current, double exposure_before,
                               dispersion spread);

#endif
