#include "look.h"

#include <math.h>
#include <stdlib.h>

#include "figures/window.h"
#include "look_parts.h"
#include "statistics/change.h"

enum { DISPERSION_YEARS_MAX = 5, MONTHS_A_YEAR = 12 };

series_look *series_look_create(const series_view *view, int baseline)
{
    series_look *self = memory_new(1, sizeof *self);
    self->view = view;
    self->baseline = baseline;
    self->spread_month = INT32_MIN;
    self->weeks_run = (period){0, -1};
    return self;
}

void series_look_destroy(series_look **self)
{
    if (*self == NULL)
        return;
    free((*self)->weeks);
    free(*self);
    *self = NULL;
}

bool look_knows(const series_view *view, period days)
{
    return period_set_contains(view->known, days) && day_series_hidden(view->counts, days) == 0;
}

/* --- dispersion ----------------------------------------------------------------------------------- */

/* The last whole month before a date of which everything is known. */
static month_number last_known_month(const series_look *self, day_number on)
{
    const period_set *known = self->view->known;
    day_number reach = known->count > 0 ? known->each[known->count - 1].to : on;
    return month_of(last_complete_month(reach < on ? reach : on));
}

static dispersion work_out_spread(const series_look *self, month_number last)
{
    double monthly[DISPERSION_YEARS_MAX * MONTHS_A_YEAR];
    int years = 0;
    while (years < DISPERSION_YEARS_MAX &&
           look_knows(self->view, (period){month_first(last - MONTHS_A_YEAR * (years + 1) + 1), month_last(last)}))
        years++;
    for (int i = 0; i < years * MONTHS_A_YEAR; i++) {
        month_number m = last - years * MONTHS_A_YEAR + 1 + i;
        monthly[i] = day_series_count(self->view->counts, (period){month_first(m), month_last(m)});
    }
    return years >= 2 ? dispersion_of(monthly, years) : (dispersion){.phi_raw = 1, .phi = 1, .df = 0};
}

/* Changes once a month. */
dispersion look_spread(series_look *self, day_number on)
{
    month_number last = last_known_month(self, on);
    if (last != self->spread_month) {
        self->spread = work_out_spread(self, last);
        self->spread_month = last;
    }
    return self->spread;
}

/* --- years compared -------------------------------------------------------------------------------- */

static void compare(measurement *m)
{
    double same = m->compared * (m->exposure / m->compared_exposure);
    m->difference = m->current - same;
    m->percent = same > 0 ? 100 * (m->current - same) / same : NAN; /* so that a fifth more is 20 */
    m->direction = m->difference > 0 ? TREND_RISING : m->difference < 0 ? TREND_FALLING : TREND_NONE;
    m->signals = true;
    m->p = m->phi = NAN;
}

static measurement compare_years(const series_look *self, period now, period before)
{
    measurement m = {.now = now, .before = before, .exposure = 1, .compared_exposure = 1};
    if (!look_knows(self->view, before))
        return m;
    m.possible = true;
    m.complete = look_knows(self->view, now);
    m.current = day_series_count(self->view->counts, now);
    m.compared = day_series_count(self->view->counts, before);
    compare(&m);
    return m;
}

static measurement look_at_baseline(const series_look *self, day_number on)
{
    period now = rolling_year(on), before = financial_year(self->baseline);
    if (self->baseline == 0 || now.from <= before.to)
        return (measurement){.now = now, .before = before};
    return compare_years(self, now, before);
}

static measurement look_at_gap(const series_look *self, const watch_rule *rule, day_number on)
{
    static const wider_series none = {0};
    const wider_series *wider = self->view->wider != NULL ? &self->view->wider[rule->index] : &none;
    measurement m = {.now = rolling_year(on), .before = rolling_year(on)};
    const int members[] = {self->view->area, wider->area};
    double people, all;
    int year;
    if (wider->counts == NULL || !look_knows(self->view, m.now) || !period_set_contains(wider->known, m.now) ||
        day_series_hidden(wider->counts, m.now) > 0 ||
        !populations_nearest(self->view->people, members, 2, m.now, &year, &all) ||
        !populations_of(self->view->people, members, 1, year, &people) ||
        !populations_of(self->view->people, members + 1, 1, year, &all) || !(all > people))
        return m;
    m.possible = m.complete = true;
    m.current = day_series_count(self->view->counts, m.now);
    m.compared = day_series_count(wider->counts, m.now) - m.current; /* two numbers that share events are not independent */
    m.exposure = people;
    m.compared_exposure = all - people;
    compare(&m);
    return m;
}

/* --- looking --------------------------------------------------------------------------------------- */

bool series_look_is_due(series_look *self, detector_kind detector, day_number on)
{
    switch (detector) {
    case DETECTOR_WEEKLY_SPIKE: return weekday_of(on) == 6;
    case DETECTOR_CONTROL_CHART: return day_ends_month(on);
    case DETECTOR_ROLLING_YEAR:
    case DETECTOR_BASELINE_YEAR:
    case DETECTOR_COMPARATOR_GAP:
    case DETECTORS:
        break;
    }
    if (day_ends_month(on))
        return true;
    /* Months change their mind once a month at most. */
    month_number m = month_of(on);
    if (self->month_only_of != m) {
        self->month_only_of = m;
        self->month_only = day_series_month_only(self->view->counts, (period){month_first(m - 24), month_last(m)});
    }
    return !self->month_only;
}

measurement series_look_at(series_look *self, const watch_rule *rule, day_number on)
{
    window years;
    switch (rule->detector) {
    case DETECTOR_ROLLING_YEAR:
        years = window_of(WINDOW_ROLLING_YEAR, on);
        return compare_years(self, years.now, years.before);
    case DETECTOR_BASELINE_YEAR: return look_at_baseline(self, on);
    case DETECTOR_COMPARATOR_GAP: return look_at_gap(self, rule, on);
    case DETECTOR_WEEKLY_SPIKE: return look_at_week(self, on);
    case DETECTOR_CONTROL_CHART: return look_at_month(self, on);
    case DETECTORS: break;
    }
    return (measurement){0};
}

void series_look_ask_p(series_look *self, measurement *of)
{
    if (!isnan(of->phi))
        return;
    change_chance said = change_chance_of(of->current, of->compared, of->exposure, of->compared_exposure,
                                          look_spread(self, of->now.to));
    of->p = said.p;
    of->phi = said.phi;
    of->may_alert = said.may_alert;
    of->percent_shown = said.percent_shown;
}

/* --- levels ---------------------------------------------------------------------------------------- */

static bool is_looked_for(const watch_rule *rule, const measurement *of)
{
    /* What is not wholly known can only be more than it seems. */
    return (of->direction == TREND_RISING && rule->rising) ||
           (of->direction == TREND_FALLING && rule->falling && of->complete);
}

static bool meets(series_look *self, const threshold *t, measurement *of)
{
    /* From nothing to something is more than any percentage. */
    if (t->percent > 0 && !(isnan(of->percent) || fabs(of->percent) >= t->percent))
        return false;
    if (t->difference > 0 && fabs(of->difference) < t->difference)
        return false;
    series_look_ask_p(self, of);
    return of->may_alert && (t->p >= 1 || of->p < t->p);
}

alert_level series_look_level(series_look *self, const watch_rule *rule, measurement *of, trend_direction *direction)
{
    double larger = fmax(of->current, of->compared * (of->exposure / of->compared_exposure));
    *direction = TREND_NONE;
    if (!of->possible || !of->signals || larger < rule->minimum || !is_looked_for(rule, of))
        return LEVEL_NORMAL;
    for (size_t i = 0; i < rule->threshold_count; i++)
        if (meets(self, &rule->thresholds[i], of)) {
            *direction = of->direction;
            return rule->thresholds[i].level;
        }
    return LEVEL_NORMAL;
}
