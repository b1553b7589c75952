/* farrington.h - detector D4: is this week's count out of the ordinary for its season and trend?
 *
 * Farrington's method in its flexible form, as UKHSA runs it for infections: a quasi-Poisson regression on the past
 * years, in which past outbreaks count less, and a negative binomial limit. Needs `years` (4) whole years before the
 * week; until then ears.h answers. Proved by tests/test_statistics_farrington.c (against surveillance 1.20.3).
 * Trap: farringtonFlexible with reweighting and the delta limit uses a wrong dispersion; not followed here.
 */
#ifndef TOCSIN_FARRINGTON_H
#define TOCSIN_FARRINGTON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FARRINGTON_YEARS_MAX = 10 };

typedef enum farrington_limit {
    FARRINGTON_NEGATIVE_BINOMIAL, /* quantile of NB(mean, mean / (phi - 1)), estimates plugged in */
    FARRINGTON_DELTA,             /* normal on the 2/3 power scale, with the error of the estimate */
} farrington_limit;

typedef struct farrington_options {
    int years;            /* of baseline, 1 to FARRINGTON_YEARS_MAX */
    int half_window;      /* weeks on either side of a reference week */
    int season_levels;    /* 10; 1: the windows alone */
    int weeks_left_out;   /* just before the week judged, so that an outbreak doesn't hide itself */
    bool reweight;        /* past weeks that stood out count less */
    double reweight_from; /* Anscombe residual beyond which they do */
    bool trend;           /* try a trend; kept with at least 3 years, p below trend_p and a mean no higher than
                             the highest count of the baseline */
    double trend_p;
    farrington_limit limit;
    double alpha;         /* one-sided */
    double recent_min;    /* fewer events in the last 4 weeks: no limit, no alarm */
} farrington_options;

/* Configurations of the golden vectors: "A" (the default: 4 years, 10 levels, negative binomial, alpha .005), "A05"
 * (alpha .05), "C" (delta, no reweighting), "E" (windows alone, as in Farrington 1996).
 * Returns     false for another name; `out` is then untouched */
bool farrington_options_named(const char *name, farrington_options *out);

/* NAN where unknown. */
typedef struct farrington {
    bool fitted;        /* false: too little history, or no fit was found; nothing below holds */
    double mean;        /* expected this week */
    double phi;         /* dispersion, at least 1 */
    bool trend_used;
    double trend;       /* of the log mean per week; NAN without one */
    double upper;       /* NAN when the last 4 weeks had fewer than recent_min events */
    double p;           /* chance of the count or more, given the limit's law */
    bool alarm;         /* count > upper */
    size_t weeks;       /* of baseline */
} farrington;

/* Judges the week at index `at`.
 *   counts         of consecutive weeks, oldest first, at least at + 1; later ones are not looked at
 *   first_monday   the day on which the first week begins, a Monday, in days since 1970-01-01
 * Source       Farrington et al., JRSS A 159, 1996; Noufaily et al., Statistics in Medicine 32, 2013; Salmon,
 *              Schumacher and Hoehle, Journal of Statistical Software 70(10), 2016
 */
farrington farrington_judge(const double *counts, int32_t first_monday, size_t at, const farrington_options *options);

#endif
