/* look_parts.h - what the files of the look share. For them only. */
#ifndef TOCSIN_LOOK_PARTS_H
#define TOCSIN_LOOK_PARTS_H

#include "look.h"

struct series_look {
    const series_view *view;
    int baseline;
    month_number spread_month; /* for which `spread` was worked out */
    dispersion spread;
    month_number month_only_of;
    bool month_only;
    period weeks_run;          /* of known days that `weeks` lie in */
    double *weeks;             /* counts, Monday to Sunday */
    size_t week_count;
    day_number first_monday;
};

/* Is the series wholly known in these days, with nothing hidden in wider nodes? */
bool look_knows(const series_view *view, period days);

measurement look_at_week(series_look *self, day_number on);
measurement look_at_month(series_look *self, day_number on);

#endif
