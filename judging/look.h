/* look.h - what a detector sees of one series on one date: a measurement, no level yet.
 *
 * Pure: counts, coverage and populations go in; nothing is read, no clock. A look keeps what is dear to work
 * out (dispersion, weeks, the calendar, p) from one date to the next. Proved by tests/test_fold.c, test_look_dates.c
 * and test_look_rare.c.
 */
#ifndef TOCSIN_LOOK_H
#define TOCSIN_LOOK_H

#include "area_days.h"
#include "figures/period_set.h"
#include "figures/populations.h"
#include "rules.h"
#include "statistics/dispersion.h"

/* The larger area of a comparator-gap rule. */
typedef struct wider_series {
    const day_series *counts; /* NULL: there is none */
    const period_set *known;
    int area;                 /* index */
} wider_series;

typedef struct series_view {
    const day_series *counts;
    const period_set *known;  /* days on which the series is wholly known */
    int area;                 /* index */
    const populations *people;
    const wider_series *wider; /* [rule]: the larger areas of comparator-gap rules; NULL: there are none */
} series_view;

typedef struct series_look series_look;

/* The view and what it points to must outlive it.
 *   baseline   financial year by the year it begins in; 0: none */
series_look *series_look_create(const series_view *view, int baseline);
void series_look_destroy(series_look **self);

typedef struct measurement {
    bool possible;             /* false: nothing can be said on this date, and nothing below holds */
    bool complete;             /* both sides are wholly known: falls and clearances may be judged. Else the
                                  count is "at least" */
    bool signals;              /* a chart or a week out of the ordinary; true for plain comparisons */
    bool provisional;          /* EARS in place of Farrington: less than four years of history */
    trend_direction direction;
    period now, before;        /* what is compared with what; of a gap `before` is the same as `now` */
    double current;            /* count */
    double compared;           /* count, or expected mean */
    double exposure, compared_exposure; /* years, or residents */
    double percent;            /* NAN when the compared count is 0 */
    double difference;         /* current - compared at the same exposure */
    double p;                  /* NAN until series_look_ask_p was asked, or where none exists */
    double phi;                /* NAN with it */
    bool may_alert;            /* the numbers carry an alert; with p */
    bool percent_shown;        /* and a percentage */
} measurement;

/* Is the date one on which a detector looks? Days, or ends of months where records know only their month; Sundays
 * for weeks; ends of months for charts. */
bool series_look_is_due(series_look *self, detector_kind detector, day_number on);

/* On no date before this one can the rule's detector say anything. */
day_number series_look_says_from(const series_look *self, const watch_rule *rule);

/* What the rule's detector measures on a date, p left out where it costs. */
measurement series_look_at(series_look *self, const watch_rule *rule, day_number on);

/* The same; p stays where it was asked on an earlier date and nothing that it depends on has changed.
 *   seen   by the same rule on an earlier date, or zeroed; then: on this one */
void series_look_go_on(series_look *self, const watch_rule *rule, day_number on, measurement *seen);

/* Works p, phi and may_alert out. Source: change.h for D1, D2 and D3. */
void series_look_ask_p(series_look *self, measurement *of);

/* The level that a measurement reaches by the rule's thresholds, whatever stood before; p is asked where needed.
 *   direction   LEVEL_NORMAL has TREND_NONE */
alert_level series_look_level(series_look *self, const watch_rule *rule, measurement *of, trend_direction *direction);

#endif
