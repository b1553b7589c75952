#include "farrington.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "distributions.h"
#include "farrington_weeks.h"
#include "season_fit.h"

enum { RECENT_WEEKS = 4, TREND_YEARS_MIN = 3 };

/* In the order of farrington_options: years, half window, season levels, weeks left out, reweight (from), trend (p),
 * limit, alpha, least recent events. */
static const struct configuration {
    const char *name;
    farrington_options options;
} configurations[] = {
    {"A", {4, 3, 10, 26, true, 2.58, true, 1, FARRINGTON_NEGATIVE_BINOMIAL, 0.005, 5}},
    {"A05", {4, 3, 10, 26, true, 2.58, true, 1, FARRINGTON_NEGATIVE_BINOMIAL, 0.05, 5}},
    {"C", {4, 3, 10, 26, false, 2.58, true, 0.05, FARRINGTON_DELTA, 0.01, 5}},
    {"E", {3, 3, 1, 3, true, 2.58, false, 1, FARRINGTON_NEGATIVE_BINOMIAL, 0.01, 5}},
};

bool farrington_options_named(const char *name, farrington_options *out)
{
    for (size_t i = 0; i < sizeof configurations / sizeof configurations[0]; i++) {
        if (strcmp(configurations[i].name, name) != 0)
            continue;
        *out = configurations[i].options;
        return true;
    }
    return false;
}

/* Standardised Anscombe residual of a week. */
static double residual_at(const season_weeks *weeks, const season_fit *fit, size_t i)
{
    double free = 1 - fit->leverages[i];
    double mean = fit->means[i];
    if (free < 1e-10) /* a level of one week fits it exactly */
        return 0;
    double raw = 1.5 * (pow(weeks->counts[i], 2.0 / 3) * pow(mean, -1.0 / 6) - sqrt(mean));
    return raw / sqrt(fmax(1, fit->phi_raw) * free);
}

/* Weights that fall with the square of a residual beyond `from`, and add up to the number of weeks. */
static void reweigh(season_weeks *weeks, const season_fit *fit, double from)
{
    double sum = 0;
    for (size_t i = 0; i < weeks->count; i++) {
        double residual = residual_at(weeks, fit, i);
        weeks->weights[i] = residual > from ? 1 / (residual * residual) : 1;
        sum += weeks->weights[i];
    }
    for (size_t i = 0; i < weeks->count; i++)
        weeks->weights[i] *= (double)weeks->count / sum;
}

/* One fit, or two with past outbreaks weighed down in the second. */
static bool fit_passes(season_weeks *weeks, bool trend, const farrington_options *options, season_fit *fit)
{
    for (size_t i = 0; i < weeks->count; i++)
        weeks->weights[i] = 1;
    season_fit_make(weeks, trend, fit);
    if (fit->converged && options->reweight) {
        reweigh(weeks, fit, options->reweight_from);
        season_fit_make(weeks, trend, fit);
    }
    return fit->converged;
}

static double highest(const season_weeks *weeks)
{
    double most = 0;
    for (size_t i = 0; i < weeks->count; i++)
        most = fmax(most, weeks->counts[i]);
    return most;
}

/* Fits with a trend if it is wanted and earns its place, else without. */
static bool fit_best(season_weeks *weeks, double now, const farrington_options *options, season_fit *fit)
{
    int level = options->season_levels - 1;
    bool try = options->trend && options->years >= TREND_YEARS_MIN;
    if (try && fit_passes(weeks, true, options, fit) && fit->slope_p < options->trend_p &&
        season_fit_predict(fit, now, level, NULL) <= highest(weeks))
        return true;
    return fit_passes(weeks, false, options, fit);
}

/* Normal law of the count's 2/3 power about the mean's. */
static void limit_by_delta(farrington *self, double count, double log_variance, double phi_raw, double alpha)
{
    double error = phi_raw * log_variance * self->mean * self->mean; /* squared, of the mean */
    double tau = self->phi + error / self->mean;
    double deviation = sqrt(4.0 / 9 * cbrt(self->mean) * tau);
    double middle = pow(self->mean, 2.0 / 3);
    self->upper = pow(fmax(0, middle + normal_quantile(1 - alpha) * deviation), 1.5);
    self->p = normal_at_most((middle - pow(count, 2.0 / 3)) / deviation);
}

static void limit_by_quantile(farrington *self, double count, double alpha)
{
    self->upper = negative_binomial_quantile(1 - alpha, self->mean, self->phi);
    self->p = negative_binomial_at_least(count, self->mean, self->phi);
}

static double recent_events(const double *counts, size_t at)
{
    double sum = 0;
    for (size_t back = 0; back < RECENT_WEEKS && back <= at; back++)
        sum += counts[at - back];
    return sum;
}

/* What the fit says of this week, and its limit. */
static void fill(farrington *self, const season_fit *fit, double now, double count, const farrington_options *options)
{
    double log_variance;
    self->fitted = true;
    self->mean = season_fit_predict(fit, now, options->season_levels - 1, &log_variance);
    self->phi = fmax(1, fit->phi_raw);
    self->trend_used = fit->spread > 0;
    self->trend = self->trend_used ? fit->slope : NAN;
    if (options->limit == FARRINGTON_DELTA)
        limit_by_delta(self, count, log_variance, fit->phi_raw, options->alpha);
    else
        limit_by_quantile(self, count, options->alpha);
}

farrington farrington_judge(const double *counts, int32_t first_monday, size_t at, const farrington_options *options)
{
    farrington made = {.mean = NAN, .phi = NAN, .trend = NAN, .upper = NAN, .p = NAN};
    season_weeks weeks;
    season_fit fit;
    if (!farrington_baseline(counts, first_monday, (int)at, options, &weeks))
        return made;
    int first = farrington_reference(first_monday, (int)at, options->years) - options->half_window;
    double now = (double)at - first;
    if (!fit_best(&weeks, now, options, &fit))
        return made;
    made.weeks = weeks.count;
    fill(&made, &fit, now, counts[at], options);
    if (recent_events(counts, at) < options->recent_min)
        made.upper = NAN;
    made.alarm = counts[at] > 0 && counts[at] > made.upper; /* false for NAN */
    return made;
}
