/* likelihood_p.h - R's two-sided exact p: the chance of everything no likelier than what was seen.
 *
 * Shown beside the central and mid-P values, because R's binom.test and poisson.test print this one.
 * Proved by tests/test_statistics_rate_ratio.c and tests/test_statistics_comparison.c.
 */
#ifndef TOCSIN_LIKELIHOOD_P_H
#define TOCSIN_LIKELIHOOD_P_H

/* Sum of P(X = k) over all k with P(X = k) <= P(X = count) (1 + 1e-7).
 *   count      what was seen, whole, 0 to trials
 *   trials     whole
 *   share      chance of each trial, 0 to 1
 *   mean       of the Poisson law, >= 0
 * Returns      p, 0 to 1
 * Source       stats::binom.test and stats::poisson.test of R 4.2.2 (Clopper and Pearson's law, ordered by likelihood)
 */
double binomial_likelihood_p(double count, double trials, double share);
double poisson_likelihood_p(double count, double mean);

#endif
