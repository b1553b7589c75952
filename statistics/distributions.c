#include "distributions.h"

#include <math.h>
#include <stdbool.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

double normal_at_most(double z)
{
    return pnorm(z, 0, 1, 1, 0);
}

double normal_two_sided(double z)
{
    return 2 * pnorm(-fabs(z), 0, 1, 1, 0);
}

double normal_quantile(double p)
{
    return qnorm(p, 0, 1, 1, 0);
}

double student_at_most(double t, double df)
{
    return pt(t, df, 1, 0);
}

double student_two_sided(double t, double df)
{
    return 2 * pt(-fabs(t), df, 1, 0);
}

double student_quantile(double p, double df)
{
    return qt(p, df, 1, 0);
}

double chi_square_quantile(double p, double df)
{
    return qchisq(p, df, 1, 0);
}

double beta_quantile(double p, double a, double b)
{
    return qbeta(p, a, b, 1, 0);
}

double binomial_exactly(double count, double trials, double share)
{
    return dbinom(count, trials, share, 0);
}

double binomial_at_most(double count, double trials, double share)
{
    return pbinom(count, trials, share, 1, 0);
}

double binomial_at_least(double count, double trials, double share)
{
    return pbinom(count - 1, trials, share, 0, 0);
}

double poisson_exactly(double count, double mean)
{
    return dpois(count, mean, 0);
}

double poisson_at_most(double count, double mean)
{
    return ppois(count, mean, 1, 0);
}

double poisson_at_least(double count, double mean)
{
    return ppois(count - 1, mean, 0, 0);
}

double poisson_quantile(double p, double mean)
{
    return qpois(p, mean, 1, 0);
}

/* So near to Poisson that the size no longer fits into a double's precision. */
static bool is_poisson(double mean, double dispersion)
{
    return dispersion - 1 < 1e-9 || mean <= 0;
}

double negative_binomial_at_most(double count, double mean, double dispersion)
{
    if (is_poisson(mean, dispersion))
        return poisson_at_most(count, mean);
    return pnbinom_mu(count, mean / (dispersion - 1), mean, 1, 0);
}

double negative_binomial_at_least(double count, double mean, double dispersion)
{
    if (is_poisson(mean, dispersion))
        return poisson_at_least(count, mean);
    return pnbinom_mu(count - 1, mean / (dispersion - 1), mean, 0, 0);
}

double negative_binomial_quantile(double p, double mean, double dispersion)
{
    if (is_poisson(mean, dispersion))
        return poisson_quantile(p, mean);
    return qnbinom(p, mean / (dispersion - 1), 1 / dispersion, 1, 0);
}
