/* Months of a series too rare for limits round its mean: D5 by a CUSUM. */
#include <math.h>

#include "look_parts.h"
#include "statistics/cusum.h"

enum { WATCHED_MONTHS = 12, MEAN_MONTHS = 24, MEAN_MONTHS_MIN = 12, GRID = 10 };

/* The rise looked for: twice as many. */
static const double doubled = 2;

/* Limits in tenths of an incident, for means of 0.1, 0.2 ... 5 a month: the lowest that let no more than one false alarm
 * come in 1,000 months. Source: cusum_limit_find, by which tests/test_look_rare.c works each of them out anew. */
const int look_rare_limits[LOOK_RARE_LIMITS] = {
    96, 52, 68, 58, 67, 60, 70, 62, 68, 74, 68, 73, 68, 70, 70, 72, 70, 72, 75, 73, 70, 72, 75, 70, 74,
    72, 74, 80, 74, 75, 75, 76, 74, 74, 80, 76, 77, 75, 76, 74, 74, 76, 76, 77, 75, 78, 74, 74, 76, 76,
};

static period month_of_number(month_number m)
{
    return (period){month_first(m), month_last(m)};
}

/* Known months before one, up to `most`. */
static int known_before(const series_look *self, month_number last, int most)
{
    int before = 0;
    while (before < most && look_knows(self->view, (period){month_first(last - before - 1), month_last(last - 1)}))
        before++;
    return before;
}

/* What was usual, rounded up to the grid with one incident more than there were: a mean that is guessed too low alarms too
 * often. Returns its number on the grid from 1 on. */
static int grid_mean(double total, int months)
{
    return (int)ceil((total + 1) / months * GRID - 1e-9);
}

measurement look_at_rare_month(series_look *self, month_number last)
{
    period month = month_of_number(last);
    month_number first = last - WATCHED_MONTHS + 1; /* watched */
    int usual = known_before(self, last, WATCHED_MONTHS - 1 + MEAN_MONTHS) - (WATCHED_MONTHS - 1);
    if (usual < MEAN_MONTHS_MIN)
        return (measurement){.now = month, .before = month};
    period before = {month_first(first - usual), month_last(first - 1)};
    double total = day_series_count(self->view->counts, before);
    int grid = grid_mean(total, usual);
    if (grid > LOOK_RARE_LIMITS)
        return (measurement){.now = month, .before = month};
    double mean = (double)grid / GRID, phi = look_spread(self, month.to).phi;
    cusum_design design = {.ratio = doubled, .limit = phi * look_rare_limits[grid - 1] / GRID * log(doubled)};
    cusum sum = {0};
    month_number since = first;
    for (month_number m = first; m <= last; m++) {
        if (!(sum.sum > 0))
            since = m;
        /* Above its limit it goes on: it stands there as long as the rise does. */
        sum = cusum_add((cusum){.sum = sum.sum}, day_series_count(self->view->counts, month_of_number(m)), mean, &design);
    }
    period run = {month_first(since), month.to};
    measurement made = look_of_chart(run, day_series_count(self->view->counts, run), total / usual * (last - since + 1),
                                     sum.alarm, sum.alarm ? 1 : 0);
    made.before = before;
    made.complete = look_knows(self->view, month);
    return made;
}
