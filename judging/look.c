#include "look.h"

#include <math.h>
#include <stdlib.h>

#include "look_parts.h"
#include "statistics/change.h"

enum { DISPERSION_YEARS_MAX = 5, MONTHS_A_YEAR = 12 };
enum { SEVERAL_YEARS = -1 };
enum { YEAR_DAYS_MIN = 365 };

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
    period now = window_walk_years(&self->at, on).now, before = financial_year(self->baseline);
    if (self->baseline == 0 || now.from <= before.to)
        return (measurement){.now = now, .before = before};
    return compare_years(self, now, before);
}

/* The year of the estimate that a rolling year's rates use; 0: there is none. */
static int estimate_year(const series_look *self, int wide, period now)
{
    const int members[] = {self->view->area, wide};
    double all;
    int year;
    return populations_nearest(self->view->people, members, 2, now, &year, &all) ? year : 0;
}

/* The estimate nearest to a window changes with the window's date in one direction only, so dates between two that use
 * the same one use it too. */
static void find_residents(series_look *self, int wide)
{
    struct gap_residents *found = &self->residents;
    if (found->held && found->month == self->at.number && found->wide == wide)
        return;
    int first = estimate_year(self, wide, window_walk_years(&self->at, self->at.month.from).now);
    int last = estimate_year(self, wide, window_walk_years(&self->at, self->at.month.to).now);
    *found = (struct gap_residents){.held = true, .month = self->at.number, .wide = wide,
                                    .year = first == last ? first : SEVERAL_YEARS};
    if (found->year > 0) {
        (void)populations_of(self->view->people, &self->view->area, 1, found->year, &found->here);
        (void)populations_of(self->view->people, &wide, 1, found->year, &found->all);
    }
}

static bool residents_of(series_look *self, int wide, period now, double *here, double *all)
{
    find_residents(self, wide);
    *here = self->residents.here;
    *all = self->residents.all;
    int year = self->residents.year;
    if (year != SEVERAL_YEARS)
        return year > 0;
    year = estimate_year(self, wide, now);
    return year > 0 && populations_of(self->view->people, &self->view->area, 1, year, here) &&
           populations_of(self->view->people, &wide, 1, year, all);
}

static const wider_series *wider_of(const series_look *self, const watch_rule *rule)
{
    static const wider_series none = {0};
    return self->view->wider != NULL ? &self->view->wider[rule->index] : &none;
}

static measurement look_at_gap(series_look *self, const watch_rule *rule, day_number on)
{
    const wider_series *wider = wider_of(self, rule);
    period year = window_walk_years(&self->at, on).now;
    measurement m = {.now = year, .before = year};
    double people, all;
    if (wider->counts == NULL || !look_knows(self->view, m.now) || !period_set_contains(wider->known, m.now) ||
        day_series_hidden(wider->counts, m.now) > 0 || !residents_of(self, wider->area, m.now, &people, &all) ||
        !(all > people))
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
    window_walk_to(&self->at, on);
    switch (detector) {
    case DETECTOR_WEEKLY_SPIKE: return weekday_of(on) == 6;
    case DETECTOR_CONTROL_CHART: return on == self->at.month.to;
    case DETECTOR_ROLLING_YEAR:
    case DETECTOR_BASELINE_YEAR:
    case DETECTOR_COMPARATOR_GAP:
    case DETECTORS:
        break;
    }
    if (on == self->at.month.to)
        return true;
    /* Months change their mind once a month at most. */
    month_number m = self->at.number;
    if (self->month_only_of != m) {
        self->month_only_of = m;
        self->month_only = day_series_month_only(self->view->counts, (period){month_first(m - 24), month_last(m)});
    }
    return !self->month_only;
}

day_number series_look_says_from(const series_look *self, const watch_rule *rule)
{
    const period_set *known = self->view->known;
    day_number first = known->count > 0 ? known->each[0].from : DAY_NONE;
    if (first == DAY_NONE)
        return INT32_MAX;
    switch (rule->detector) {
    case DETECTOR_ROLLING_YEAR: return first + 2 * YEAR_DAYS_MIN - 1;
    case DETECTOR_BASELINE_YEAR:
        if (self->baseline == 0 || !look_knows(self->view, financial_year(self->baseline)))
            return INT32_MAX;
        return financial_year(self->baseline).to + YEAR_DAYS_MIN;
    case DETECTOR_COMPARATOR_GAP: return wider_of(self, rule)->counts != NULL ? first + YEAR_DAYS_MIN - 1 : INT32_MAX;
    case DETECTOR_WEEKLY_SPIKE:
    case DETECTOR_CONTROL_CHART:
    case DETECTORS:
        break;
    }
    return first;
}

measurement series_look_at(series_look *self, const watch_rule *rule, day_number on)
{
    window years;
    window_walk_to(&self->at, on);
    switch (rule->detector) {
    case DETECTOR_ROLLING_YEAR:
        years = window_walk_years(&self->at, on);
        return compare_years(self, years.now, years.before);
    case DETECTOR_BASELINE_YEAR: return look_at_baseline(self, on);
    case DETECTOR_COMPARATOR_GAP: return look_at_gap(self, rule, on);
    case DETECTOR_WEEKLY_SPIKE: return look_at_week(self, on);
    case DETECTOR_CONTROL_CHART: return look_at_month(self, on);
    case DETECTORS: break;
    }
    return (measurement){0};
}

/* Dispersion may change where a month ends. */
static bool asks_the_same(const series_look *self, const measurement *earlier, const measurement *now)
{
    return isnan(now->phi) && !isnan(earlier->phi) && earlier->possible && earlier->now.to >= self->at.month.from &&
           now->now.to < self->at.month.to && earlier->current == now->current && earlier->compared == now->compared &&
           earlier->exposure == now->exposure && earlier->compared_exposure == now->compared_exposure;
}

void series_look_go_on(series_look *self, const watch_rule *rule, day_number on, measurement *seen)
{
    measurement now = series_look_at(self, rule, on);
    if (asks_the_same(self, seen, &now)) {
        now.p = seen->p;
        now.phi = seen->phi;
        now.may_alert = seen->may_alert;
        now.percent_shown = seen->percent_shown;
    }
    *seen = now;
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
