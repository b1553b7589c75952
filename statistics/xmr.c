#include "xmr.h"

#include <math.h>

#include "moments.h"

enum { RUN = 7, THREE = 3 };

static const double limit_factor = 2.66;
static const double screen_factor = 3.267;

/* Mean of the moving ranges below `bound`. */
static double moving_range_below(const double *values, size_t count, double bound)
{
    double sum = 0;
    size_t used = 0;
    for (size_t i = 1; i < count; i++) {
        double range = fabs(values[i] - values[i - 1]);
        if (range >= bound)
            continue;
        sum += range;
        used++;
    }
    return sum / (double)used;
}

xmr_limits xmr_limits_of(const double *values, size_t count, bool screen)
{
    xmr_limits made = {.mean = mean_of(values, count)};
    made.moving_range = moving_range_below(values, count, INFINITY);
    if (screen && made.moving_range > 0)
        made.moving_range = moving_range_below(values, count, screen_factor * made.moving_range);
    double reach = limit_factor * made.moving_range;
    double near = 2 * (limit_factor / 3) * made.moving_range;
    made.lower = made.mean - reach;
    made.upper = made.mean + reach;
    made.near_lower = made.mean - near;
    made.near_upper = made.mean + near;
    return made;
}

static int sign_of(double x)
{
    return (x > 0) - (x < 0);
}

static void place(double value, const xmr_limits *limits, xmr_point *out)
{
    *out = (xmr_point){.side = sign_of(value - limits->mean)};
    out->outside = value > limits->upper || value < limits->lower;
    out->close = !out->outside && (value > limits->near_upper || value < limits->near_lower);
}

/* The side on which the seven points up to `at` all lie, or 0. */
static int run_ending(const xmr_point *points, size_t at)
{
    if (at + 1 < RUN)
        return 0;
    for (size_t i = at + 1 - RUN; i < at; i++)
        if (points[i].side != points[at].side)
            return 0;
    return points[at].side;
}

/* The direction in which the seven points up to `at` all go, or 0. */
static int trend_ending(const double *values, size_t at)
{
    if (at + 1 < RUN)
        return 0;
    int direction = sign_of(values[at] - values[at - 1]);
    for (size_t i = at + 2 - RUN; i < at; i++)
        if (sign_of(values[i] - values[i - 1]) != direction)
            return 0;
    return direction;
}

static bool in_run(const xmr_point *points, size_t count, size_t at)
{
    for (size_t i = at; i < count && i < at + RUN; i++)
        if (points[i].run != 0)
            return true;
    return false;
}

static bool in_trend(const xmr_point *points, size_t count, size_t at)
{
    for (size_t i = at; i < count && i < at + RUN; i++)
        if (points[i].trend != 0)
            return true;
    return false;
}

/* Do the three points from `first` on lie on one side, two of them near its limit? */
static bool two_of_three(const xmr_point *points, size_t count, size_t first)
{
    int sides = 0, near = 0;
    if (first + THREE > count)
        return false;
    for (size_t i = first; i < first + THREE; i++) {
        sides += points[i].side;
        near += points[i].close;
    }
    return near >= 2 && (sides == THREE || sides == -THREE);
}

static bool in_two_of_three(const xmr_point *points, size_t count, size_t at)
{
    for (size_t back = 0; back < THREE && back <= at; back++)
        if (two_of_three(points, count, at - back))
            return points[at].close;
    return false;
}

/* Of a point in a trend: where the series goes on if the next point is in one too, else where it came from. */
static bool rises(const double *values, const xmr_point *points, size_t count, size_t at)
{
    if (at + 1 < count && in_trend(points, count, at + 1))
        return values[at + 1] > values[at];
    return at > 0 && values[at] > values[at - 1];
}

static xmr_cause cause_of(const double *values, const xmr_point *points, size_t count, size_t at)
{
    bool above = points[at].side > 0;
    if (points[at].outside)
        return above ? XMR_ABOVE : XMR_BELOW;
    if (in_trend(points, count, at))
        return rises(values, points, count, at) ? XMR_TREND_UP : XMR_TREND_DOWN;
    if (in_two_of_three(points, count, at))
        return above ? XMR_TWO_ABOVE : XMR_TWO_BELOW;
    if (in_run(points, count, at))
        return above ? XMR_RUN_ABOVE : XMR_RUN_BELOW;
    return XMR_COMMON;
}

void xmr_mark(const double *values, size_t count, const xmr_limits *limits, xmr_point *out)
{
    for (size_t i = 0; i < count; i++)
        place(values[i], limits, &out[i]);
    for (size_t i = 0; i < count; i++) {
        out[i].run = run_ending(out, i);
        out[i].trend = trend_ending(values, i);
    }
    for (size_t i = 0; i < count; i++)
        out[i].cause = cause_of(values, out, count, i);
}

static const struct words {
    const char *text;
    int direction;
} words[] = {
    [XMR_COMMON] = {"Common Cause", 0},
    [XMR_ABOVE] = {"Above UCL", 1},
    [XMR_BELOW] = {"Below LCL", -1},
    [XMR_TREND_UP] = {"7 Point Trend (Increasing)", 1},
    [XMR_TREND_DOWN] = {"7 Point Trend (Decreasing)", -1},
    [XMR_TWO_ABOVE] = {"2 in 3 Above CL", 1},
    [XMR_TWO_BELOW] = {"2 in 3 Below CL", -1},
    [XMR_RUN_ABOVE] = {"7 Points Above CL", 1},
    [XMR_RUN_BELOW] = {"7 Points Below CL", -1},
};

const char *xmr_cause_text(xmr_cause cause)
{
    return words[cause].text;
}

int xmr_cause_direction(xmr_cause cause)
{
    return words[cause].direction;
}
