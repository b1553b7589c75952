/* rate_ratio.h - two counts compared exactly: the ratio of their rates, its interval, and every kind of p.
 *
 * Given their sum, the current count is binomial; so nothing is approximated, whatever the size.
 * Proved by tests/test_statistics_rate_ratio.c (against rateratio.test, exactci and R).
 */
#ifndef TOCSIN_RATE_RATIO_H
#define TOCSIN_RATE_RATIO_H

typedef struct rate_ratio {
    double ratio;      /* (current / its exposure) / (before / its exposure); NAN for 0/0, INFINITY for x/0 */
    double lo95, hi95; /* Clopper-Pearson; 0 when current is 0, INFINITY when before is 0 */
    double p_central;  /* twice the smaller tail, at most 1 */
    double p_midp;     /* the same with half of P(X = current) in each tail: what D1, D2 and D3 use */
    double p_greater;  /* P(X >= current) */
    double p_less;     /* P(X <= current) */
    double p_minlike;  /* all that is no likelier than what was seen, as R prints it */
} rate_ratio;

/* Compares two Poisson counts.
 *   current, before     whole, >= 0
 *   exposure_current,
 *   exposure_before     population x time, > 0, in the same unit
 * Returns     all fields; p is 1 when both counts are 0
 * Source      Clopper and Pearson, Biometrika 26, 1934; Przyborowski and Wilenski, Biometrika 31, 1940;
 *             mid-P: Lancaster, JASA 56, 1961
 */
rate_ratio rate_ratio_exact(double current, double before, double exposure_current, double exposure_before);

/* Its p_midp alone, for a tenth of the work. */
double rate_ratio_midp(double current, double before, double exposure_current, double exposure_before);

#endif
