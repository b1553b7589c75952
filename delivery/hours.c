#include "hours.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, WEEK_DAYS = 7 };

static const char *const weekdays[WEEK_DAYS] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

int64_t london_instant(day_number day, int minute)
{
    int64_t shown_s = (int64_t)day * DAY_S + (int64_t)minute * MINUTE_S;
    /* If clocks are ahead at the earlier of both instants, it is the one; else the later, which in the hour that the
     * spring leaves out shows an hour more. */
    return london_offset_s(shown_s - HOUR_S) == HOUR_S ? shown_s - HOUR_S : shown_s;
}

static bool two_digits(const char *at, int max, int *out)
{
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
        return false;
    *out = (at[0] - '0') * 10 + at[1] - '0';
    return *out <= max;
}

bool clock_read(text from, int *minute)
{
    int hours, minutes;
    if (from.size != 5 || from.at[2] != ':' || !two_digits(from.at, 23, &hours) || !two_digits(from.at + 3, 59, &minutes))
        return false;
    *minute = hours * 60 + minutes;
    return true;
}

bool weekday_read(text from, int *out)
{
    for (int i = 0; i < WEEK_DAYS; i++)
        if (text_equal_caseless(from, text_of(weekdays[i]))) {
            *out = i;
            return true;
        }
    return false;
}

const char *weekday_text(int weekday)
{
    return weekdays[weekday];
}

/* --- spans --------------------------------------------------------------------------------------- */

static bool begins_on(const hour_span *self, day_number day)
{
    return (self->days & (1u << weekday_of(day))) != 0;
}

bool hour_span_holds(const hour_span *self, int64_t now_s)
{
    day_number today = london_date(now_s);
    int minute = (int)((now_s + london_offset_s(now_s)) % DAY_S / MINUTE_S);
    if (self->from < self->to)
        return minute >= self->from && minute < self->to && begins_on(self, today);
    return (minute >= self->from && begins_on(self, today)) || (minute < self->to && begins_on(self, today - 1));
}

int64_t hour_span_ends(const hour_span *self, int64_t now_s)
{
    int64_t last_s = now_s + (int64_t)WEEK_DAYS * DAY_S, at_s = now_s - now_s % MINUTE_S;
    while (at_s < last_s && hour_span_holds(self, at_s))
        at_s += MINUTE_S;
    return at_s;
}

/* --- times that return ---------------------------------------------------------------------------- */

static bool is_day_of(const due_time *self, day_number day)
{
    return self->weekday < 0 || weekday_of(day) == self->weekday;
}

int64_t due_last(const due_time *self, int64_t now_s)
{
    day_number day = london_date(now_s);
    while (!is_day_of(self, day) || london_instant(day, self->minute) > now_s)
        day--;
    return london_instant(day, self->minute);
}

int64_t due_next(const due_time *self, int64_t now_s)
{
    day_number day = london_date(now_s);
    while (!is_day_of(self, day) || london_instant(day, self->minute) <= now_s)
        day++;
    return london_instant(day, self->minute);
}
