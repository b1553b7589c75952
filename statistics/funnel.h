/* funnel.h - is a rate outside the limits that chance gives it around a benchmark? For D3 and comparisons of areas.
 *
 * Proved by tests/test_statistics_comparison.c (against PHEindicatormethods).
 */
#ifndef TOCSIN_FUNNEL_H
#define TOCSIN_FUNNEL_H

/* In words as OHID's tools print them. */
typedef enum funnel_place {
    FUNNEL_WITHIN,     /* "Not significant" */
    FUNNEL_HIGH_95,    /* "High (0.025)": the benchmark lies below the 95 % limits */
    FUNNEL_HIGH_998,   /* "High (0.001)" */
    FUNNEL_LOW_95,     /* "Low (0.025)" */
    FUNNEL_LOW_998,    /* "Low (0.001)" */
} funnel_place;

/* Where a count of events stands against a benchmark rate.
 *   count        events, whole, >= 0; none can never be high
 *   population   > 0; or the expected count, with a benchmark of 1
 *   benchmark    rate per 1 of the population, usually all areas pooled, the area included
 * Returns        by OHID's limits (byar.h) at 95 % and 99.8 %
 * Source         PHE Technical Guide 2018; assign_funnel_significance of PHEindicatormethods 2.1.0
 */
funnel_place funnel_place_of(double count, double population, double benchmark);

const char *funnel_place_text(funnel_place place);

#endif
