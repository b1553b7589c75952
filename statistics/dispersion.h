/* dispersion.h - how much more a series varies than chance alone, and a comparison that allows for it.
 *
 * Crime counts come in clusters and series. A test that takes them for independent events cries wolf; dividing by
 * the series' own dispersion is what keeps D1 quiet. Proved by tests/test_statistics_dispersion.c (against R's glm).
 */
#ifndef TOCSIN_DISPERSION_H
#define TOCSIN_DISPERSION_H

typedef struct dispersion {
    double phi_raw; /* Pearson's X2 / df; below 1 for a series steadier than chance */
    double phi;     /* max(1, phi_raw): what the tests use */
    int df;         /* 11 (years - 1); 0: no table was known, phi is 1 by assumption */
} dispersion;

/* Dispersion of years x 12 monthly counts about "year effect x month effect".
 *   counts     years x 12 numbers >= 0, oldest first, blocks of 12 that begin in the same month
 *   years      at least 2, better 5
 * Returns      phi and its df. A year or a month without any event adds nothing to X2 and keeps its df; a table of
 *              zeros has phi_raw 0, phi 1
 * Source       McCullagh and Nelder, Generalized Linear Models, 1989, 4.5; the closed form of
 *              glm(n ~ factor(month) + factor(year), family = quasipoisson)
 */
dispersion dispersion_of(const double *counts, int years);

/* NAN where a count is 0. */
typedef struct quasi_comparison {
    double log_ratio;    /* ln of the rate ratio */
    double se_raw;       /* with phi_raw */
    double t_raw;
    double p_raw;        /* two-sided, t with df */
    double t;            /* with phi */
    double p;            /* two-sided, t with df: what D1 uses when phi > 1 */
    double p_normal;     /* the same from the normal law */
    double lo95, hi95;   /* of the rate ratio, t with df */
} quasi_comparison;

/* Compares two counts of a series whose dispersion is known.
 *   current, before                     >= 0
 *   exposure_current, exposure_before   > 0, in the same unit
 *   spread                              with df > 0
 * Returns      z = ln RR / sqrt(phi (1/current + 1/before)) and what follows from it
 * Source       Wedderburn, Biometrika 61, 1974 (quasi-likelihood)
 */
quasi_comparison quasi_compare(double current, double before, double exposure_current, double exposure_before,
                               dispersion spread);

/* Its p alone. */
double quasi_p(double current, double before, double exposure_current, double exposure_before, dispersion spread);

#endif
