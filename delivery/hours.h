/* hours.h - times of day as people set them: UK local time, summer time included. Pure: the clock is an argument.
 *
 * Proved by tests/test_hours.c.
 */
#ifndef TOCSIN_HOURS_H
#define TOCSIN_HOURS_H

#include "proto/calendar.h"

enum { EVERY_DAY = 0x7f, MINUTES_OF_DAY = 24 * 60 };

/* The instant at which clocks show a time on a UK day. A time that the spring leaves out is shown an hour later; of one
 * that comes twice in autumn it is the first.
 *   minute   of the day, 0 to 1439 */
int64_t london_instant(day_number day, int minute);

/* "08:00", "24:00" not; false when it is none. */
bool clock_read(text from, int *minute);

/* "monday" to "sunday", whatever the case: 0 to 6. */
bool weekday_read(text from, int *out);
const char *weekday_text(int weekday);

/* Hours on some days of the week, possibly past midnight. */
typedef struct hour_span {
    int from, to;     /* minutes of the day; the same: until that time of the next day */
    uint8_t days;     /* on which it begins, bit 0 is Monday; 0: never */
} hour_span;

bool hour_span_holds(const hour_span *self, int64_t now_s);

/* When a span that holds now ends; spans that follow on one another are one. At most a week ahead. */
int64_t hour_span_ends(const hour_span *self, int64_t now_s);

/* A time that returns every day, or once a week. */
typedef struct due_time {
    int minute;   /* of the UK day */
    int weekday;  /* 0 to 6; -1: every day */
} due_time;

/* The last time that it was due, up to now; and the next, behind now. */
int64_t due_last(const due_time *self, int64_t now_s);
int64_t due_next(const due_time *self, int64_t now_s);

#endif
