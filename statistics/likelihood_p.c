#include "likelihood_p.h"

#include <math.h>
#include <stdbool.h>

#include "distributions.h"

/* Poisson when trials is infinite. */
typedef struct law {
    double trials;
    double share;
    double mean;
} law;

static double exactly(const law *self, double count)
{
    return isinf(self->trials) ? poisson_exactly(count, self->mean) : binomial_exactly(count, self->trials, self->share);
}

static double at_most(const law *self, double count)
{
    return isinf(self->trials) ? poisson_at_most(count, self->mean) : binomial_at_most(count, self->trials, self->share);
}

static double at_least(const law *self, double count)
{
    return isinf(self->trials) ? poisson_at_least(count, self->mean) : binomial_at_least(count, self->trials, self->share);
}

/* The first whole number from `near` outwards (`step` 1 or -1) to `far` that is no likelier than `bound`; behind `far`
 * when none is. Between the mean and the end of a tail the chance only falls, so halving finds it. */
static double first_unlikely(const law *self, double near, double far, double step, double bound)
{
    double low = 0, high = fabs(far - near) + 1;
    while (low < high) {
        double middle = floor((low + high) / 2);
        if (exactly(self, near + step * middle) <= bound)
            high = middle;
        else
            low = middle + 1;
    }
    return near + step * low;
}

/* A count so far out that nothing beyond it is as likely as `bound`. */
static double far_end(const law *self, double count, double bound)
{
    if (!isinf(self->trials))
        return self->trials;
    double end = ceil(2 * self->mean - count) + 1;
    while (exactly(self, end) > bound)
        end *= 2;
    return end;
}

static double likelihood_p(const law *self, double count)
{
    double bound = exactly(self, count) * (1 + 1e-7);
    if (count < self->mean) {
        double from = first_unlikely(self, ceil(self->mean), far_end(self, count, bound), 1, bound);
        return fmin(1, at_most(self, count) + at_least(self, from));
    }
    if (count > self->mean) {
        double to = first_unlikely(self, floor(self->mean), 0, -1, bound);
        return fmin(1, at_most(self, to) + at_least(self, count));
    }
    return 1;
}

double binomial_likelihood_p(double count, double trials, double share)
{
    law of = {.trials = trials, .share = share, .mean = trials * share};
    return likelihood_p(&of, count);
}

double poisson_likelihood_p(double count, double mean)
{
    law of = {.trials = INFINITY, .mean = mean};
    return likelihood_p(&of, count);
}
