/* byar.h - the limits of a rate, as the Office for Health Improvement and Disparities (OHID) draws them.
 *
 * Exact limits for counts below 10, Byar's approximation from 10 on. Trap: epitools::pois.byar in R is Rothman's
 * variant with O + 0.5 in both limits, and not this. Proved by tests/test_statistics_byar.c (against PHEindicatormethods).
 */
#ifndef TOCSIN_BYAR_H
#define TOCSIN_BYAR_H

#include <stdbool.h>

typedef struct byar_limits {
    double rate;
    double low, high;
    bool exact;       /* the count was below 10: chi-square limits, not Byar's */
} byar_limits;

/* A rate and its limits by OHID's rule.
 *   count        events, whole, >= 0
 *   population   > 0, in the unit that `multiplier` multiplies
 *   multiplier   1000 for a rate per 1,000
 *   confidence   0.95 or 0.998 (two-sided)
 * Returns        rate x multiplier; low is 0 for no events
 * Source         Breslow and Day, Statistical Methods in Cancer Research II, 1987, p. 69; PHE Technical Guide 2018
 */
byar_limits byar_rate(double count, double population, double multiplier, double confidence);

/* The same with exact limits (Garwood's) whatever the count.
 * Source         Garwood, Biometrika 28, 1936; Ulm, American Journal of Epidemiology 131, 1990 */
byar_limits byar_rate_exact(double count, double population, double multiplier, double confidence);

/* The same with Byar's limits whatever the count; low is NAN for no events. */
byar_limits byar_rate_approximate(double count, double population, double multiplier, double confidence);

#endif
