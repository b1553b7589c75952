#include "season_fit.h"

#include <assert.h>
#include <float.h>
#include <math.h>

#include "distributions.h"

enum { STEPS_MAX = 200 };

static const double tolerance = 1e-12; /* relative change of the deviance */
static const double loose_tolerance = 1e-8; /* enough after STEPS_MAX: rounding may keep huge counts from the other */

/* What one step works on: the linear predictor of each week. */
typedef struct working {
    double predictor[SEASON_WEEKS_MAX];
    double response[SEASON_WEEKS_MAX];
    double weight[SEASON_WEEKS_MAX];
} working;

static double deviance_of(const season_weeks *weeks, const double *means)
{
    double deviance = 0;
    for (size_t i = 0; i < weeks->count; i++) {
        double y = weeks->counts[i], off = y - means[i];
        double part = y > 0 ? y * log1p(off / means[i]) - off : means[i];
        deviance += 2 * weeks->weights[i] * part;
    }
    return deviance;
}

/* Each level's weighted means of time and response. */
static void average_levels(const season_weeks *weeks, const working *step, season_fit *self)
{
    for (int l = 0; l < SEASON_LEVELS_MAX; l++)
        self->mass[l] = self->time[l] = self->height[l] = 0;
    for (size_t i = 0; i < weeks->count; i++) {
        int l = weeks->levels[i];
        self->mass[l] += step->weight[i];
        self->time[l] += step->weight[i] * weeks->times[i];
        self->height[l] += step->weight[i] * step->response[i];
    }
    for (int l = 0; l < SEASON_LEVELS_MAX; l++) {
        double mass = self->mass[l] > 0 ? self->mass[l] : 1;
        self->time[l] /= mass;
        self->height[l] /= mass;
    }
}

/* The slope within levels. */
static void regress(const season_weeks *weeks, const working *step, season_fit *self)
{
    double product = 0;
    self->spread = 0;
    for (size_t i = 0; i < weeks->count; i++) {
        int l = weeks->levels[i];
        double time = weeks->times[i] - self->time[l];
        self->spread += step->weight[i] * time * time;
        product += step->weight[i] * time * (step->response[i] - self->height[l]);
    }
    self->slope = self->spread > 0 ? product / self->spread : 0;
}

static void take_step(const season_weeks *weeks, bool trend, working *step, season_fit *self)
{
    for (size_t i = 0; i < weeks->count; i++) {
        step->weight[i] = weeks->weights[i] * self->means[i];
        step->response[i] = step->predictor[i] + (weeks->counts[i] - self->means[i]) / self->means[i];
    }
    average_levels(weeks, step, self);
    self->slope = self->spread = 0;
    if (trend)
        regress(weeks, step, self);
    for (size_t i = 0; i < weeks->count; i++) {
        int l = weeks->levels[i];
        step->predictor[i] = self->height[l] + self->slope * (weeks->times[i] - self->time[l]);
        self->means[i] = fmax(exp(step->predictor[i]), DBL_EPSILON);
    }
}

static bool iterate(const season_weeks *weeks, bool trend, working *step, season_fit *self)
{
    for (size_t i = 0; i < weeks->count; i++) {
        self->means[i] = weeks->counts[i] + 0.1;
        step->predictor[i] = log(self->means[i]);
    }
    double change = INFINITY, before = deviance_of(weeks, self->means);
    for (int i = 0; i < STEPS_MAX && !(change < tolerance); i++) {
        take_step(weeks, trend, step, self);
        double deviance = deviance_of(weeks, self->means);
        change = fabs(deviance - before) / (fabs(deviance) + 0.1);
        before = deviance;
    }
    return change < loose_tolerance;
}

static int parameters_of(const season_fit *self)
{
    int parameters = self->spread > 0;
    for (int l = 0; l < SEASON_LEVELS_MAX; l++)
        parameters += self->mass[l] > 0;
    return parameters;
}

/* The squared distance of a point from the fit's middle, as the variance of its log mean at phi 1. */
static double log_variance_at(const season_fit *self, double time, int level)
{
    double away = time - self->time[level];
    return 1 / self->mass[level] + (self->spread > 0 ? away * away / self->spread : 0);
}

static void describe(const season_weeks *weeks, const working *step, season_fit *self)
{
    double pearson = 0;
    for (size_t i = 0; i < weeks->count; i++) {
        double off = weeks->counts[i] - self->means[i];
        pearson += weeks->weights[i] * off * off / self->means[i];
        self->leverages[i] = step->weight[i] * log_variance_at(self, weeks->times[i], weeks->levels[i]);
    }
    self->phi_raw = pearson / self->df;
    self->slope_p = NAN;
    if (self->spread > 0)
        self->slope_p = student_two_sided(self->slope / sqrt(self->phi_raw / self->spread), self->df);
}

void season_fit_make(const season_weeks *weeks, bool trend, season_fit *out)
{
    working step;
    assert(weeks->count > 0 && weeks->count <= SEASON_WEEKS_MAX);
    out->converged = iterate(weeks, trend, &step, out);
    out->df = (int)weeks->count - parameters_of(out);
    if (out->df < 1)
        out->converged = false;
    if (out->converged)
        describe(weeks, &step, out);
}

double season_fit_predict(const season_fit *self, double time, int level, double *log_variance)
{
    assert(self->converged && self->mass[level] > 0);
    if (log_variance != NULL)
        *log_variance = log_variance_at(self, time, level);
    return exp(self->height[level] + self->slope * (time - self->time[level]));
}
