/* z_scores.h - the quick normal scores of one count against another, for those who know them from other tools.
 *
 * D1 decides by the exact test and the dispersion; these are shown beside it.
 * Proved by tests/test_statistics_rate_ratio.c (against statsmodels).
 */
#ifndef TOCSIN_Z_SCORES_H
#define TOCSIN_Z_SCORES_H

/* NAN where undefined. */
typedef struct z_scores {
    double percent;  /* 100 (current - before) / before; equal exposures and before > 0 only */
    double wheeler;  /* 2 (sqrt current - sqrt before): its standard deviation is sqrt 2, not 1; equal exposures only */
    double standard; /* wheeler / sqrt 2, about N(0,1) */
    double score;    /* score test of equal rates; both counts 0: undefined */
    double score_p;  /* two-sided */
    double root;     /* 2 (sqrt(c + 3/8) - sqrt((b + 3/8) / d)) / sqrt(1 + 1/d), d = exposure_before / exposure_current */
    double root_p;   /* two-sided */
} z_scores;

/* Scores of two Poisson counts.
 *   current, before                     >= 0
 *   exposure_current, exposure_before   > 0, in the same unit
 * Source      Ng and Tang, Statistics in Medicine 24, 2005 (score); Huffman, Applied Statistics 33, 1984 (root)
 */
z_scores z_scores_of(double current, double before, double exposure_current, double exposure_before);

/* 2 (sqrt current - sqrt before). */
double z_wheeler(double current, double before);

/* 100 (current - before) / before; NAN when before is 0. */
double percent_change(double current, double before);

#endif
