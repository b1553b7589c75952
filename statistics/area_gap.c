#include "area_gap.h"

#include <assert.h>
#include <math.h>

#include "byar.h"
#include "likelihood_p.h"

enum { PER = 1000 };

static void fill_rest(area_gap *self, double count, double population, double rest_count, double rest_population)
{
    self->has_rest = rest_population > 0;
    if (!self->has_rest) {
        self->rate_rest = NAN;
        self->rest = (rate_ratio){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
        return;
    }
    self->rate_rest = rest_count / rest_population * PER;
    self->rest = rate_ratio_exact(count, rest_count, population, rest_population);
}

/* The parent's rate as a benchmark that has no error of its own. */
static void fill_fixed(area_gap *self, double count)
{
    self->p_fixed = self->ratio_lo95 = self->ratio_hi95 = NAN;
    self->place = FUNNEL_WITHIN;
    if (!(self->expected > 0))
        return;
    byar_limits observed = byar_rate_exact(count, self->expected, 1, 0.95);
    self->p_fixed = poisson_likelihood_p(count, self->expected);
    self->ratio_lo95 = observed.low;
    self->ratio_hi95 = observed.high;
    self->place = funnel_place_of(count, self->expected, 1);
}

area_gap area_gap_of(double area_count, double area_population, double parent_count, double parent_population)
{
    assert(area_count >= 0 && area_population > 0);
    assert(area_count <= parent_count && area_population <= parent_population);
    area_gap made = {
        .rate_area = area_count / area_population * PER,
        .rate_parent = parent_count / parent_population * PER,
        .expected = parent_count / parent_population * area_population,
    };
    made.ratio_parent = made.rate_area / made.rate_parent;
    fill_rest(&made, area_count, area_population, parent_count - area_count, parent_population - area_population);
    fill_fixed(&made, area_count);
    return made;
}
