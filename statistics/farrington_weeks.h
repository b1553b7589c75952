/* farrington_weeks.h - which past weeks a week is compared with, and the season level of each.
 *
 * Proved by tests/test_statistics_farrington.c.
 */
#ifndef TOCSIN_FARRINGTON_WEEKS_H
#define TOCSIN_FARRINGTON_WEEKS_H

#include <stdint.h>

#include "farrington.h"
#include "season_fit.h"

/* The index of the reference week `years` before the week at `at`: the same calendar day (29 February goes to 1 March),
 * moved to the nearest Monday. Negative when it lies before the series.
 *   first_monday   day of the series' first week, in days since 1970-01-01
 */
int farrington_reference(int32_t first_monday, int at, int years);

/* Collects the baseline of the week at `at`.
 * Returns     false when the series doesn't reach back far enough, or the baseline is empty
 * Source      Noufaily et al., Statistics in Medicine 32, 2013: windows of half_window weeks about each reference week
 *             are one level, what lies between them is cut into season_levels - 1 blocks
 */
bool farrington_baseline(const double *counts, int32_t first_monday, int at, const farrington_options *options,
                         season_weeks *out);

#endif
