#include "dispersion.h"

#include <assert.h>
#include <math.h>

#include "distributions.h"

enum { MONTHS = 12 };

static double sum_of(const double *from, int count, int step)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += from[i * step];
    return sum;
}

/* Pearson's statistic of a table against row total x column total / grand total. */
static double pearson_of(const double *counts, int years, double total)
{
    double pearson = 0;
    for (int month = 0; month < MONTHS; month++) {
        double month_total = sum_of(counts + month, years, MONTHS);
        for (int year = 0; year < years; year++) {
            double expected = sum_of(counts + year * MONTHS, MONTHS, 1) * month_total / total;
            double off = counts[year * MONTHS + month] - expected;
            if (expected > 0)
                pearson += off * off / expected;
        }
    }
    return pearson;
}

dispersion dispersion_of(const double *counts, int years)
{
    assert(years >= 2);
    double total = sum_of(counts, years * MONTHS, 1);
    dispersion made = {.df = (MONTHS - 1) * (years - 1)};
    made.phi_raw = total > 0 ? pearson_of(counts, years, total) / made.df : 0;
    made.phi = fmax(1, made.phi_raw);
    return made;
}

double quasi_p(double current, double before, double exposure_current, double exposure_before, dispersion spread)
{
    assert(spread.df > 0);
    if (!(current > 0 && before > 0))
        return NAN;
    double se = sqrt(spread.phi * (1 / current + 1 / before));
    return student_two_sided(log(current / before * (exposure_before / exposure_current)) / se, spread.df);
}

quasi_comparison quasi_compare(double current, double before, double exposure_current, double exposure_before,
                               dispersion spread)
{
    assert(spread.df > 0);
    if (!(current > 0 && before > 0))
        return (quasi_comparison){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    double variance = 1 / current + 1 / before;
    double se = sqrt(spread.phi * variance);
    quasi_comparison made = {.log_ratio = log(current / before * (exposure_before / exposure_current))};
    made.se_raw = sqrt(spread.phi_raw * variance);
    made.t_raw = made.log_ratio / made.se_raw;
    made.p_raw = student_two_sided(made.t_raw, spread.df);
    made.t = made.log_ratio / se;
    made.p = student_two_sided(made.t, spread.df);
    made.p_normal = normal_two_sided(made.t);
    double reach = student_quantile(0.975, spread.df) * se;
    made.lo95 = exp(made.log_ratio - reach);
    made.hi95 = exp(made.log_ratio + reach);
    return made;
}
