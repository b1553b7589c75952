#include "rate_ratio.h"

#include <assert.h>
#include <math.h>

#include "distributions.h"
#include "likelihood_p.h"

static const double tail = 0.025;

/* q / (1 - q) for the quantile q of Beta(a, b) with p below it; the smaller of q and 1 - q is asked for as such,
 * so that neither loses digits when the other is near 1. */
static double odds_quantile(double p, double a, double b)
{
    double q = beta_quantile(p, a, b);
    double rest = q < 0.5 ? 1 - q : beta_quantile(1 - p, b, a);
    return q / rest;
}

static void fill_interval(rate_ratio *self, double current, double before, double scale)
{
    self->lo95 = current > 0 ? odds_quantile(tail, current, before + 1) * scale : 0;
    self->hi95 = before > 0 ? odds_quantile(1 - tail, current + 1, before) * scale : INFINITY;
}

static double midp(double current, double trials, double share)
{
    double half = binomial_exactly(current, trials, share) / 2, mean = trials * share;
    double less = INFINITY, greater = INFINITY;
    /* Together they are 1, and the median lies within 1 of the mean: farther out the larger one need not be known. */
    if (current < mean + 2)
        less = binomial_at_most(current - 1, trials, share) + half;
    if (current > mean - 2)
        greater = binomial_at_least(current + 1, trials, share) + half;
    return fmin(1, 2 * fmin(less, greater));
}

static void fill_chances(rate_ratio *self, double current, double trials, double share)
{
    self->p_less = binomial_at_most(current, trials, share);
    self->p_greater = binomial_at_least(current, trials, share);
    self->p_central = fmin(1, 2 * fmin(self->p_less, self->p_greater));
    self->p_midp = midp(current, trials, share);
    self->p_minlike = binomial_likelihood_p(current, trials, share);
}

rate_ratio rate_ratio_exact(double current, double before, double exposure_current, double exposure_before)
{
    assert(current >= 0 && before >= 0 && exposure_current > 0 && exposure_before > 0);
    rate_ratio made = {.ratio = NAN};
    if (current > 0 || before > 0)
        made.ratio = (current / exposure_current) / (before / exposure_before);
    fill_interval(&made, current, before, exposure_before / exposure_current);
    fill_chances(&made, current, current + before, exposure_current / (exposure_current + exposure_before));
    return made;
}

double rate_ratio_midp(double current, double before, double exposure_current, double exposure_before)
{
    assert(current >= 0 && before >= 0 && exposure_current > 0 && exposure_before > 0);
    return midp(current, current + before, exposure_current / (exposure_current + exposure_before));
}
