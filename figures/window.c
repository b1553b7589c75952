#include "window.h"

#include <stdio.h>
#include <string.h>

static const char *const names[WINDOW_KINDS] = {"rolling-year", "financial-year", "year-to-date", "calendar-month"};

const char *window_kind_text(window_kind kind)
{
    return names[kind];
}

bool window_kind_read(text from, window_kind *out)
{
    for (int i = 0; i < WINDOW_KINDS; i++)
        if (text_is(from, names[i])) {
            *out = (window_kind)i;
            return true;
        }
    return false;
}

bool window_kind_is_year(window_kind kind)
{
    return kind == WINDOW_ROLLING_YEAR || kind == WINDOW_FINANCIAL_YEAR;
}

day_number last_complete_month(day_number on)
{
    return day_ends_month(on) ? on : month_first(month_of(on)) - 1;
}

static period year_before(period p)
{
    return (period){day_add_years(p.from, -1), day_add_years(p.to, -1)};
}

window window_of(window_kind kind, day_number as_of)
{
    window made = {.kind = kind};
    int year = financial_year_of(as_of);
    switch (kind) {
    case WINDOW_ROLLING_YEAR:
        made.now = rolling_year(as_of);
        made.before = rolling_year(day_add_years(as_of, -1));
        break;
    case WINDOW_FINANCIAL_YEAR:
        made.now = financial_year(financial_year(year).to == as_of ? year : year - 1);
        made.before = financial_year(financial_year_of(made.now.to) - 1);
        break;
    case WINDOW_YEAR_TO_DATE:
        made.now = (period){financial_year(year).from, as_of};
        made.before = (period){financial_year(year - 1).from, day_add_years(as_of, -1)};
        break;
    case WINDOW_CALENDAR_MONTH:
    case WINDOW_KINDS:
        made.now.to = last_complete_month(as_of);
        made.now.from = month_first(month_of(made.now.to));
        made.before = year_before(made.now);
        break;
    }
    return made;
}

const char *window_title(const window *self, char *out, size_t size)
{
    char to[PERIOD_TEXT], year[PERIOD_TEXT];
    switch (self->kind) {
    case WINDOW_ROLLING_YEAR:
        (void)snprintf(out, size, "rolling year to %s", date_words(self->now.to, to));
        break;
    case WINDOW_FINANCIAL_YEAR:
        (void)snprintf(out, size, "financial year %s", financial_year_text(financial_year_of(self->now.to), year));
        break;
    case WINDOW_YEAR_TO_DATE:
        (void)snprintf(out, size, "year to date, %s to %s", financial_year_text(financial_year_of(self->now.to), year),
                       date_words(self->now.to, to));
        break;
    case WINDOW_CALENDAR_MONTH:
    case WINDOW_KINDS:
        (void)snprintf(out, size, "%s", date_words(self->now.to, to) + strlen("31 "));
        break;
    }
    return out;
}

/* --- a walk --------------------------------------------------------------------------------------- */

static period days_of_month(month_number m)
{
    return (period){month_first(m), month_last(m)};
}

void window_walk_to(window_walk *self, day_number on)
{
    if (on >= self->month.from && on <= self->month.to)
        return;
    self->number = month_of(on);
    self->month = days_of_month(self->number);
    self->year_before = days_of_month(self->number - 12);
    self->two_before = days_of_month(self->number - 24);
}

/* As day_add_years, from one month to the same one of another year. */
static day_number same_day(period from, period to, day_number on)
{
    day_number there = to.from + (on - from.from);
    return on == from.to || there > to.to ? to.to : there;
}

window window_walk_years(const window_walk *self, day_number on)
{
    day_number before = same_day(self->month, self->year_before, on);
    day_number two_before = same_day(self->year_before, self->two_before, before);
    return (window){.kind = WINDOW_ROLLING_YEAR, .now = {before + 1, on}, .before = {two_before + 1, before}};
}
