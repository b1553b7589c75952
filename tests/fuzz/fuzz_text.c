/* Must hold for all octets: whatever is read from a text, as a number, a date, a year, a coordinate, is within its bounds, and
 * written again reads as the same; and what is refused touches nothing. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "proto/calendar.h"
#include "proto/record.h"

enum { MARK = 0x5a5a };

static void numbers(text t)
{
    uint64_t u = MARK;
    double d = MARK;
    char again[64];
    if (!text_to_u64(t, &u))
        MUST(u == MARK);
    if (text_to_double(t, &d)) {
        (void)snprintf(again, sizeof again, "%.17g", d);
        double same = 0;
        MUST(text_to_double(text_of(again), &same) && same == d);
    } else
        MUST(d == MARK);
}

static void dates(text t)
{
    char again[DATE_TEXT];
    day_number d = MARK, same;
    month_number m = MARK;
    int begins = MARK;
    if (date_read(t, &d)) {
        MUST(d >= DAY_MIN && d <= DAY_MAX);
        MUST(text_equal(text_of(date_text(d, again)), t)); /* there is one way to write it */
        civil c = civil_of(d);
        MUST(day_of(c.year, c.month, c.day) == d);
        MUST(weekday_of(d) >= 0 && weekday_of(d) < 7);
        period year = rolling_year(d);
        MUST(year.to == d && year.to - year.from >= 364 && year.to - year.from <= 365);
    } else
        MUST(d == MARK);
    if (month_read(t, &m)) {
        MUST(month_of(month_first(m)) == m && month_of(month_last(m)) == m);
        MUST(day_ends_month(month_last(m)));
        MUST(date_read(text_of(date_text(month_last(m), again)), &same) && same == month_last(m));
    } else
        MUST(m == MARK);
    if (financial_year_read(t, &begins)) {
        char words[PERIOD_TEXT];
        int back;
        MUST(financial_year_read(text_of(financial_year_text(begins, words)), &back) && back == begins);
        MUST(financial_year_of(financial_year(begins).from) == begins);
    } else
        MUST(begins == MARK);
}

static void stamps(text t)
{
    day_number d = MARK;
    bool month_only = false, has_time = false;
    if (!recorded_at_read(t, &d, &month_only, &has_time)) {
        MUST(d == MARK && !month_only && !has_time);
        return;
    }
    MUST(d >= DAY_MIN && d <= DAY_MAX);
    MUST(!(month_only && has_time));
    MUST(!month_only || day_ends_month(d));
    day_number plain;
    if (date_read(t, &plain))
        MUST(plain == d && !month_only && !has_time);
    else if (has_time && date_read((text){t.at, 10}, &plain))
        MUST(d >= plain - 1 && d <= plain + 1); /* wherever the clock stood, in London it was hardly another day */
}

static void words(text t)
{
    int32_t e6 = MARK;
    record_status st = RECORD_WITHDRAWN;
    if (coordinate_read(t, 90, &e6))
        MUST(e6 >= -90000000 && e6 <= 90000000);
    else
        MUST(e6 == MARK);
    MUST(record_status_read(t, &st) ? st != RECORD_WITHDRAWN : st == RECORD_WITHDRAWN);
    text trimmed = text_trim(t);
    MUST(trimmed.size <= t.size && text_equal(text_trim(trimmed), trimmed));
    MUST(text_equal_caseless(t, t) && text_compare(t, t) == 0);
}

/* Cut at its first fault, a text has none; and it has one just there. */
static void utf8(text t)
{
    size_t at = text_utf8_fault(t);
    MUST(at <= t.size);
    MUST(text_utf8_fault((text){t.at, at}) == at);
    for (size_t i = 0; i < at; i++)
        MUST(t.at[i] != '\0');
}

static void parts(text t)
{
    text rest = t, part;
    size_t size = 0, count = 0;
    while (text_split(&rest, ';', &part)) {
        MUST(memchr(part.at, ';', part.size) == NULL);
        size += part.size;
        count++;
    }
    size_t separators = 0;
    for (size_t i = 0; i < t.size; i++)
        separators += t.at[i] == ';';
    MUST(size + separators == t.size && count <= separators + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    text t = {(const char *)octets, size};
    numbers(t);
    dates(t);
    stamps(t);
    words(t);
    utf8(t);
    parts(t);
    return 0;
}
