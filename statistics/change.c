#include "change.h"

#include <assert.h>
#include <math.h>

#include "rate_ratio.h"

enum { FEW = 10, SHOWN_FROM = 50, ALERT_FROM = 10, DIFFERENCE_FROM = 5 };

static const double small_number_p = 0.01;

/* For the t: half an event more on both sides where one has none. */
static double half_for(double current, double before)
{
    return current > 0 && before > 0 ? 0 : 0.5;
}

static double percent_of(double ratio)
{
    return 100 * (ratio - 1);
}

/* The limits and p of `t` instead of, or beside, the exact ones. */
static void widen(change_estimate *self, const rate_ratio *exact, const quasi_comparison *t, bool few)
{
    self->p_t = t->p;
    self->method = few ? CHANGE_LARGER : CHANGE_T;
    self->p = few ? fmax(exact->p_midp, t->p) : t->p;
    self->low95 = percent_of(few ? fmin(exact->lo95, t->lo95) : t->lo95);
    self->high95 = percent_of(few ? fmax(exact->hi95, t->hi95) : t->hi95);
}

/* By the counts at the current exposure. */
static bool is_large(double current, double before)
{
    return fmax(current, before) >= SHOWN_FROM;
}

static bool may_alert(double current, double before, double p)
{
    bool clear = p < small_number_p && fabs(current - before) >= DIFFERENCE_FROM;
    return is_large(current, before) || (current + before >= ALERT_FROM && clear);
}

change_estimate change_of(double current, double before, double exposure_current, double exposure_before,
                          dispersion spread)
{
    assert(spread.phi >= 1);
    rate_ratio exact = rate_ratio_exact(current, before, exposure_current, exposure_before);
    change_estimate made = {
        .ratio = exact.ratio,
        .p = exact.p_midp,
        .p_exact = exact.p_midp,
        .p_t = NAN,
        .phi = spread.phi,
        .method = CHANGE_EXACT,
        .percent = percent_of(exact.ratio),
        .low95 = percent_of(exact.lo95),
        .high95 = percent_of(exact.hi95),
    };
    if (spread.phi > 1) {
        double half = half_for(current, before);
        quasi_comparison t = quasi_compare(current + half, before + half, exposure_current, exposure_before, spread);
        widen(&made, &exact, &t, fmin(current, before) < FEW);
    }
    if (!(before > 0))
        made.percent = made.low95 = made.high95 = NAN;
    double same = before * (exposure_current / exposure_before);
    made.small = !is_large(current, same);
    made.percent_shown = is_large(current, same) && same > 0;
    made.may_alert = may_alert(current, same, made.p);
    return made;
}

static double p_of(double current, double before, double exposure_current, double exposure_before, dispersion spread)
{
    if (!(spread.phi > 1))
        return rate_ratio_midp(current, before, exposure_current, exposure_before);
    double half = half_for(current, before);
    double t = quasi_p(current + half, before + half, exposure_current, exposure_before, spread);
    if (fmin(current, before) >= FEW)
        return t;
    return fmax(rate_ratio_midp(current, before, exposure_current, exposure_before), t);
}

change_chance change_chance_of(double current, double before, double exposure_current, double exposure_before,
                               dispersion spread)
{
    assert(spread.phi >= 1);
    double same = before * (exposure_current / exposure_before);
    double p = p_of(current, before, exposure_current, exposure_before, spread);
    return (change_chance){.p = p, .phi = spread.phi, .percent_shown = is_large(current, same) && same > 0,
                           .may_alert = may_alert(current, same, p)};
}
