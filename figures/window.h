/* window.h - the periods that a figure compares. Proved by tests/test_window.c. */
#ifndef TOCSIN_WINDOW_H
#define TOCSIN_WINDOW_H

#include "proto/calendar.h"

typedef enum window_kind {
    WINDOW_ROLLING_YEAR,   /* the 12 months that end with the as-of date, and the 12 before */
    WINDOW_FINANCIAL_YEAR, /* the last one that is over on the as-of date, and the one before */
    WINDOW_YEAR_TO_DATE,   /* from 1 April to the as-of date, and the same days a year before */
    WINDOW_CALENDAR_MONTH, /* the last one that is over, and the same month a year before */
    WINDOW_KINDS
} window_kind;

typedef struct window {
    window_kind kind;
    period now;
    period before;
} window;

window window_of(window_kind kind, day_number as_of);

/* A year, or shorter: only years have rates and are compared with a baseline. */
bool window_kind_is_year(window_kind kind);

/* "rolling-year", "financial-year", "year-to-date", "calendar-month". */
const char *window_kind_text(window_kind kind);
bool window_kind_read(text from, window_kind *out);

/* "rolling year to 31 March 2025", "financial year 2024-25" ... */
const char *window_title(const window *self, char *out, size_t size);

/* The last day of the last month that is over on a day. */
day_number last_complete_month(day_number on);

/* Rolling years of dates that follow each other: the calendar is asked once a month, not for every date. Zeroed it
 * stands nowhere. */
typedef struct window_walk {
    month_number number;
    period month, year_before, two_before; /* the month that it stands in, and the same month of years before */
} window_walk;

void window_walk_to(window_walk *self, day_number on);

/* As window_of(WINDOW_ROLLING_YEAR) of a date in the month that it stands in. */
window window_walk_years(const window_walk *self, day_number on);

#endif
