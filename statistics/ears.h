/* ears.h - detector D4 while there is less than four years of history: C1, C2 and C3 of CDC's Early Aberration Reporting
 * System, week by week.
 *
 * Their baseline is a few weeks, so the answer is provisional. Trap: earsC("C3") of the R package surveillance takes
 * its bound from the present week instead of the baseline, and so ignores the present week; this is the documented C3.
 * Proved by tests/test_statistics_ears.c (against surveillance).
 */
#ifndef TOCSIN_EARS_H
#define TOCSIN_EARS_H

#include <stdbool.h>
#include <stddef.h>

/* NAN and no alarm where the series is too short. */
typedef struct ears {
    double c1_upper; /* baseline: the weeks just before */
    bool c1_alarm;
    double c2_upper; /* baseline: the same, two weeks earlier */
    bool c2_alarm;
    double c2_stat;  /* (count - mean) / deviation of C2's baseline; NAN when deviation_min is 0 */
    double c3_stat;  /* sum of max(0, c2_stat - 1) over this week and the two before; NAN with it */
    bool c3_alarm;   /* c3_stat >= 1.96 */
} ears;

/* Judges the week at index `at`.
 *   counts          of consecutive weeks, oldest first, at least at + 1
 *   baseline        weeks, 7 by custom, at least 2
 *   deviation_min   the least standard deviation, 0.5 by custom; 0: none (then one event after a baseline of
 *                   zeros alarms)
 * Returns           C1 from index baseline on, C2 from baseline + 2, C3 from baseline + 4. An alarm is a count above
 *                   mean + 3.09 deviations (one-sided p .001)
 * Source            Hutwagner et al., Journal of Urban Health 80, 2003; Fricker, Hegler and Dunfee, Statistics in
 *                   Medicine 27, 2008
 */
ears ears_at(const double *counts, size_t at, size_t baseline, double deviation_min);

#endif
