/* season_fit.h - a quasi-Poisson regression of weekly counts on season levels and, if wanted, a straight trend.
 *
 * Log link; one mean for each level and one slope for all. With that design the weighted least squares of each
 * step need no matrix: a level's part is its weighted mean, the slope is the pooled regression within
 * levels. Proved by tests/test_statistics_farrington.c (against R's glm through surveillance).
 */
#ifndef TOCSIN_SEASON_FIT_H
#define TOCSIN_SEASON_FIT_H

#include <stdbool.h>
#include <stddef.h>

enum { SEASON_WEEKS_MAX = 640, SEASON_LEVELS_MAX = 32 };

/* `count` weeks, at most SEASON_WEEKS_MAX. */
typedef struct season_weeks {
    size_t count;
    double counts[SEASON_WEEKS_MAX];
    double times[SEASON_WEEKS_MAX];   /* weeks since the first */
    int levels[SEASON_WEEKS_MAX];     /* 0 to SEASON_LEVELS_MAX - 1; a level may be empty */
    double weights[SEASON_WEEKS_MAX]; /* prior weights, 1 at first */
} season_weeks;

typedef struct season_fit {
    bool converged;    /* else nothing below holds */
    double phi_raw;    /* Pearson's X2 / df */
    int df;
    double slope;      /* of the log mean per week; 0 without a trend */
    double slope_p;    /* two-sided, t with df; NAN without a trend */
    double means[SEASON_WEEKS_MAX]; /* fitted */
    double leverages[SEASON_WEEKS_MAX]; /* diagonal of the hat matrix */
    /* What a prediction needs: of each level the sum of working weights, mean time and mean log count; */
    double mass[SEASON_LEVELS_MAX], time[SEASON_LEVELS_MAX], height[SEASON_LEVELS_MAX];
    double spread; /* and the weighted squares of times about their level's mean; 0 without a trend */
} season_fit;

/* Fits by iteratively reweighted least squares from means of count + 0.1 until the deviance changes by
 * less than 1e-12 of itself.
 * Returns     in `out`; converged is false after 200 steps, or when there are no degrees of freedom
 * Source      McCullagh and Nelder, Generalized Linear Models, 1989, 2.5 and 9.2
 */
void season_fit_make(const season_weeks *weeks, bool trend, season_fit *out);

/* The mean at a time in a level that isn't empty.
 *   log_variance   of its logarithm, for phi 1; may be NULL */
double season_fit_predict(const season_fit *self, double time, int level, double *log_variance);

#endif
