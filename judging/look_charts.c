/* Weeks and months against what is usual: D4 and D5. */
#include <math.h>
#include <stdlib.h>

#include "figures/window.h"
#include "look_parts.h"
#include "statistics/ears.h"
#include "statistics/farrington.h"
#include "statistics/xmr.h"

enum {
    EARS_WEEKS = 7, EARS_LAG = 2,
    CHART_MONTHS = 24, CHART_MONTHS_MIN = 12, CHART_MEAN_MIN = 5,
};

static const double ears_deviation_min = 0.5;
static const double ears_p = 0.001; /* one-sided, of its limit */

measurement look_of_chart(period now, double current, double expected, bool signals, int side)
{
    measurement m = {.possible = true, .now = now, .before = now, .current = current, .compared = expected,
                     .exposure = 1, .compared_exposure = 1, .signals = signals, .may_alert = true, .phi = 1, .p = NAN};
    m.difference = current - expected;
    m.percent = expected > 0 ? 100 * (current - expected) / expected : NAN;
    m.direction = side > 0 ? TREND_RISING : side < 0 ? TREND_FALLING : TREND_NONE;
    m.percent_shown = expected > 0;
    return m;
}

/* --- weeks ---------------------------------------------------------------------------------------- */

/* The run of known days that a day lies in. */
static bool run_of(const period_set *known, day_number on, period *out)
{
    for (size_t i = 0; i < known->count; i++)
        if (known->each[i].from <= on && known->each[i].to >= on) {
            *out = known->each[i];
            return true;
        }
    return false;
}

/* Weeks of a run, and the one behind it, of which only part may be known. */
static void count_weeks(series_look *self, period run)
{
    if (self->weeks_run.from == run.from && self->weeks_run.to == run.to)
        return;
    free(self->weeks);
    self->weeks_run = run;
    self->first_monday = run.from + (7 - weekday_of(run.from)) % 7;
    self->week_count = run.to >= self->first_monday ? (size_t)(run.to - self->first_monday) / 7 + 2 : 0;
    self->weeks = memory_new(self->week_count + 1, sizeof *self->weeks);
    for (size_t i = 0; i < self->week_count; i++) {
        day_number monday = self->first_monday + 7 * (day_number)i;
        self->weeks[i] = day_series_count(self->view->counts, (period){monday, monday + 6});
    }
}

static measurement look_by_ears(const series_look *self, size_t at, period week)
{
    ears said = ears_at(self->weeks, at, EARS_WEEKS, ears_deviation_min);
    double sum = 0;
    for (size_t i = at - EARS_LAG - EARS_WEEKS; i < at - EARS_LAG; i++)
        sum += self->weeks[i];
    measurement m = look_of_chart(week, self->weeks[at], sum / EARS_WEEKS, said.c2_alarm, 1);
    m.provisional = true;
    m.p = ears_p;
    return m;
}

measurement look_at_week(series_look *self, day_number on)
{
    period week = {on - 6, on}, run;
    farrington_options options;
    measurement m = {.now = week, .before = week};
    /* The weeks before must be known; the week itself need not be, to be too much already. */
    if (!run_of(self->view->known, week.from - 1, &run) ||
        day_series_month_only(self->view->counts, (period){run.from, on}) ||
        day_series_hidden(self->view->counts, (period){run.from, on}) > 0)
        return m;
    count_weeks(self, run);
    if (week.from < self->first_monday)
        return m;
    size_t at = (size_t)(week.from - self->first_monday) / 7;
    if (at >= self->week_count || at < EARS_LAG + EARS_WEEKS)
        return m;
    (void)farrington_options_named("A", &options);
    farrington said = farrington_judge(self->weeks, self->first_monday, at, &options);
    if (said.fitted) {
        m = look_of_chart(week, self->weeks[at], said.mean, said.alarm, 1);
        m.p = said.p;
        m.phi = said.phi;
    } else
        m = look_by_ears(self, at, week);
    m.complete = look_knows(self->view, week);
    return m;
}

/* --- months ---------------------------------------------------------------------------------------- */

/* Which way the last point is out of the ordinary; 0: it isn't. */
static int side_of(const xmr_point *last)
{
    if (last->outside)
        return last->side;
    return last->run != 0 ? last->run : last->trend;
}

measurement look_at_month(series_look *self, day_number on)
{
    double values[CHART_MONTHS + 1];
    xmr_point points[CHART_MONTHS + 1];
    month_number last = month_of(on);
    period month = {month_first(last), on};
    measurement rare = look_at_rare_month(self, last);
    if (rare.possible)
        return rare;
    int before = 0;
    while (before < CHART_MONTHS && look_knows(self->view, (period){month_first(last - before - 1), month_last(last - 1)}))
        before++;
    if (before < CHART_MONTHS_MIN)
        return (measurement){.now = month, .before = month};
    for (int i = 0; i <= before; i++) {
        month_number m = last - before + i;
        values[i] = day_series_count(self->view->counts, (period){month_first(m), month_last(m)});
    }
    xmr_limits limits = xmr_limits_of(values, (size_t)before, true);
    if (limits.mean < CHART_MEAN_MIN)
        return (measurement){.now = month, .before = month};
    xmr_mark(values, (size_t)before + 1, &limits, points);
    int side = side_of(&points[before]);
    measurement made = look_of_chart(month, values[before], limits.mean, side != 0, side);
    made.before = (period){month_first(last - before), month_last(last - 1)};
    made.complete = look_knows(self->view, month);
    return made;
}
