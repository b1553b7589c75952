/* calendar.h - dates as the counting rules use them: proleptic Gregorian days, months, UK local dates.
 *
 * A day is the number of days since 1 January 1970; a month is year x 12 + (month - 1). No clock here.
 * Proved by tests/test_calendar.c (against the system's own Europe/London zone).
 */
#ifndef TOCSIN_CALENDAR_H
#define TOCSIN_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum {
    DAY_NONE = INT32_MIN,
    DAY_MIN = 1,     /* 1970-01-02: no recording system at hand reaches back further */
    DAY_MAX = 47481, /* 2099-12-31 */
    DATE_TEXT = 11,   /* octets of "2025-03-31" and its NUL */
    MOMENT_TEXT = 24, /* of "2025-03-31T12:00:00Z", and of "31 Mar 2025 13:00" */
    PERIOD_TEXT = 24, /* octets enough for "31 March 2025" and its kind */
};

typedef int32_t day_number;   /* days since 1970-01-01 */
typedef int32_t month_number; /* year x 12 + month - 1 */

typedef struct civil {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
} civil;

/* Both ends are in it; empty when `to` is before `from`. */
typedef struct period {
    day_number from;
    day_number to;
} period;

civil civil_of(day_number d);

/* The day, or DAY_NONE where the calendar has no such date or it lies outside DAY_MIN to DAY_MAX. */
day_number day_of(int year, int month, int day_of_month);

month_number month_of(day_number d);
day_number month_first(month_number m);
day_number month_last(month_number m);
bool day_ends_month(day_number d);

/* The same day n years on: 29 February goes to 28 February where the year has none; a month's last day
 * stays a month's last day (28 February 2023 goes to 29 February 2024). */
day_number day_add_years(day_number d, int years);

/* 0 is Monday. */
int weekday_of(day_number d);

/* The 12 months that end with a day: begins after `day_add_years(to, -1)`. */
period rolling_year(day_number to);

/* The financial year (1 April to 31 March) in which a day lies, named by the year it begins in. */
int financial_year_of(day_number d);
period financial_year(int begins);

/* How many days both periods share, 0 when they do not meet. */
int32_t period_overlap(period a, period b);

/* "2025-03-31" strictly.
 * Returns false when it is not a date of the calendar between DAY_MIN and DAY_MAX. */
bool date_read(text from, day_number *out);

/* "2025-03" strictly. */
bool month_read(text from, month_number *out);

/* "2024-25" (or 2024/25): a financial year, by the year it begins in. */
bool financial_year_read(text from, int *begins);

/* ISO 8601: a date, a date-time with offset or Z (without either it is UTC), or YYYY-MM.
 *   recorded    the UK local calendar date; for YYYY-MM the month's last day
 *   month_only  the text knew no day
 *   has_time    the text gave a time of day
 * Returns     false when it is none of these or no such date exists; outputs untouched
 * Source      ISO 8601-1:2019; Home Office counting rules: the date that counts is the UK local one
 */
bool recorded_at_read(text from, day_number *recorded, bool *month_only, bool *has_time);

/* The UK local date of an instant.
 *   utc_s     seconds since 1970-01-01T00:00:00Z
 * Source      Summer Time Act 1972 and its orders: since 1996 from the last Sunday of March to the last of
 *             October, at 01:00 UTC; before that other Sundays, as the IANA zone database has them
 */
day_number london_date(int64_t utc_s);

/* Seconds between UTC and UK local time at an instant: 0 or 3600. */
int london_offset_s(int64_t utc_s);

/* "2025-03-31"; "" for DAY_NONE. */
const char *date_text(day_number d, char out[DATE_TEXT]);

/* "31 March 2025" and "31 Mar 2025". */
const char *date_words(day_number d, char out[PERIOD_TEXT]);
const char *date_words_short(day_number d, char out[PERIOD_TEXT]);

/* An instant, for machines: "2025-03-31T12:00:00Z"; and for people, by UK local time: "31 Mar 2025 13:00". */
const char *moment_text(int64_t utc_s, char out[MOMENT_TEXT]);
const char *moment_words(int64_t utc_s, char out[MOMENT_TEXT]);

/* "2024-25". */
const char *financial_year_text(int begins, char out[PERIOD_TEXT]);

#endif
