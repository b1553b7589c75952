/* look_parts.h - what the files of the look share. For them only. */
#ifndef TOCSIN_LOOK_PARTS_H
#define TOCSIN_LOOK_PARTS_H

#include "figures/window.h"
#include "look.h"

struct series_look {
    const series_view *view;
    int baseline;
    month_number spread_month; /* for which `spread` was worked out */
    dispersion spread;
    window_walk at;            /* the date looked from last */
    month_number month_only_of;
    bool month_only;
    struct gap_residents {     /* of the estimate that a month's dates use */
        bool held;
        month_number month;
        int wide;              /* area index */
        int year;              /* 0: there is none; SEVERAL_YEARS */
        double here, all;
    } residents;
    period weeks_run;          /* of known days that `weeks` lie in */
    double *weeks;             /* counts, Monday to Sunday */
    size_t week_count;
    day_number first_monday;
};

/* Is the series wholly known in these days, with nothing hidden in wider nodes? */
bool look_knows(const series_view *view, period days);

measurement look_at_week(series_look *self, day_number on);
measurement look_at_month(series_look *self, day_number on);

/* The same where there were at most five a month, too few for limits round a mean: a CUSUM over the last 12 months against the 12 to 24
 * before them. It signals while evidence that there are twice as many stands above its limit; `now` begins where the
 * evidence did. Falls are not looked for. Not possible where there were more. */
measurement look_at_rare_month(series_look *self, month_number last);

enum { LOOK_RARE_LIMITS = 50 };
extern const int look_rare_limits[LOOK_RARE_LIMITS];

/* Dispersion as of a date. */
dispersion look_spread(series_look *self, day_number on);

/* A measurement that is no comparison of two counts: its p is given, not asked for.
 *   side   1 rising, -1 falling, 0 neither */
measurement look_of_chart(period now, double current, double expected, bool signals, int side);

#endif
