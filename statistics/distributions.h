/* distributions.h - the distribution functions that the detectors stand on: the only door to Rmath.
 *
 * These are R's own routines (the standalone library of R's nmath), so R's results are the test.
 * Proved by tests/test_statistics_distributions.c.
 */
#ifndef TOCSIN_DISTRIBUTIONS_H
#define TOCSIN_DISTRIBUTIONS_H

/* Standard normal.
 *   z          standard deviations from the mean
 *   p          probability, 0 to 1
 * Returns      P(Z <= z); P(|Z| >= |z|); the z with P(Z <= z) = p (-Inf at 0, Inf at 1)
 * Source       Wichura, AS 241, 1988; Cody, 1969
 */
double normal_at_most(double z);
double normal_two_sided(double z);
double normal_quantile(double p);

/* Student's t with `df` > 0 degrees of freedom.
 * Returns      P(T <= t); P(|T| >= |t|); the t with P(T <= t) = p
 * Source       Hill, Communications of the ACM 13(10), 1970
 */
double student_at_most(double t, double df);
double student_two_sided(double t, double df);
double student_quantile(double p, double df);

/* The x with P(chi-square of `df` <= x) = p; 0 for df = 0.
 * Source       Best and Roberts, AS 91, 1975 */
double chi_square_quantile(double p, double df);

/* The x with P(Beta(a, b) <= x) = p.
 *   a, b       shapes, > 0
 * Source       Cran, Martin and Thomas, AS 109, 1977; DiDonato and Morris, ACM TOMS 708, 1992 */
double beta_quantile(double p, double a, double b);

/* Binomial: `count` successes of `trials`, each with chance `share`. All whole; count may lie outside 0 to trials.
 * Returns      P(X = count); P(X <= count); P(X >= count), each exact in its own tail
 * Source       Loader, "Fast and accurate computation of binomial probabilities", 2000; TOMS 708
 */
double binomial_exactly(double count, double trials, double share);
double binomial_at_most(double count, double trials, double share);
double binomial_at_least(double count, double trials, double share);

/* Poisson with `mean` >= 0.
 * Returns      P(X = count); P(X <= count); P(X >= count); the smallest x with P(X <= x) >= p
 */
double poisson_exactly(double count, double mean);
double poisson_at_most(double count, double mean);
double poisson_at_least(double count, double mean);
double poisson_quantile(double p, double mean);

/* Negative binomial by its mean (>= 0) and its dispersion (variance / mean); at dispersion 1 or less it is Poisson.
 * Returns      P(X <= count); P(X >= count); the smallest x with P(X <= x) >= p
 * Source       size = mean / (dispersion - 1), as in Noufaily et al., Statistics in Medicine 32, 2013
 */
double negative_binomial_at_most(double count, double mean, double dispersion);
double negative_binomial_at_least(double count, double mean, double dispersion);
double negative_binomial_quantile(double p, double mean, double dispersion);

#endif
