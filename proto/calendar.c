#include "calendar.h"

#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400 };

static const char *const month_names[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01, for years from 0 on: eras of 400 years that begin in March, so that the leap
 * day is a year's last. Source: Hinnant, "chrono-compatible low-level date algorithms", 2013. */
static day_number days_from_civil(int year, int month, int day_of_month)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* By multiplications where others divide: this is asked for every record and every date of every fold.
 * Source: Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms", 2022. */
civil civil_of(day_number d)
{
    enum { DAYS_BEFORE_1970 = 719468, DAYS_OF_400_YEARS = 146097 }; /* from 1 March of the year 0 */
    uint32_t quarters = 4 * (uint32_t)(d + DAYS_BEFORE_1970) + 3;
    uint32_t century = quarters / DAYS_OF_400_YEARS;
    uint64_t product = UINT64_C(2939745) * (quarters % DAYS_OF_400_YEARS | 3);
    uint32_t day_of_year = (uint32_t)product / 2939745 / 4; /* from 1 March: the leap day is the last */
    uint32_t scaled = 2141 * day_of_year + 197913;
    bool next_year = day_of_year >= 306;
    return (civil){.year = (int)(100 * century + (uint32_t)(product >> 32) + next_year),
                   .month = (int)(scaled >> 16) - (next_year ? 12 : 0),
                   .day = (int)((scaled & 0xffff) / 2141) + 1};
}

day_number day_of(int year, int month, int day_of_month)
{
    if (year < 1970 || year > 2099 || month < 1 || month > 12)
        return DAY_NONE;
    if (day_of_month < 1 || day_of_month > days_in_month(year, month))
        return DAY_NONE;
    day_number d = days_from_civil(year, month, day_of_month);
    return d >= DAY_MIN ? d : DAY_NONE;
}

month_number month_of(day_number d)
{
    civil c = civil_of(d);
    return c.year * 12 + c.month - 1;
}

day_number month_first(month_number m)
{
    return days_from_civil(m / 12, m % 12 + 1, 1);
}

day_number month_last(month_number m)
{
    return days_from_civil(m / 12, m % 12 + 1, days_in_month(m / 12, m % 12 + 1));
}

bool day_ends_month(day_number d)
{
    civil c = civil_of(d);
    return c.day == days_in_month(c.year, c.month);
}

day_number day_add_years(day_number d, int years)
{
    civil c = civil_of(d);
    int last = days_in_month(c.year + years, c.month);
    bool at_end = c.day == days_in_month(c.year, c.month);
    return days_from_civil(c.year + years, c.month, at_end || c.day > last ? last : c.day);
}

int weekday_of(day_number d)
{
    return ((d + 3) % 7 + 7) % 7;
}

period rolling_year(day_number to)
{
    return (period){day_add_years(to, -1) + 1, to};
}

int financial_year_of(day_number d)
{
    civil c = civil_of(d);
    return c.month >= 4 ? c.year : c.year - 1;
}

period financial_year(int begins)
{
    return (period){days_from_civil(begins, 4, 1), days_from_civil(begins + 1, 3, 31)};
}

int32_t period_overlap(period a, period b)
{
    day_number from = a.from > b.from ? a.from : b.from;
    day_number to = a.to < b.to ? a.to : b.to;
    return to >= from ? to - from + 1 : 0;
}

/* `count` digits at `at`, or -1. */
static int digits(const char *at, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

bool date_read(text from, day_number *out)
{
    if (from.size != 10 || from.at[4] != '-' || from.at[7] != '-')
        return false;
    day_number d = day_of(digits(from.at, 4), digits(from.at + 5, 2), digits(from.at + 8, 2));
    if (d == DAY_NONE)
        return false;
    *out = d;
    return true;
}

bool month_read(text from, month_number *out)
{
    if (from.size != 7 || from.at[4] != '-')
        return false;
    int year = digits(from.at, 4), m = digits(from.at + 5, 2);
    if (day_of(year, m, 28) == DAY_NONE)
        return false;
    *out = year * 12 + m - 1;
    return true;
}

bool financial_year_read(text from, int *begins)
{
    if (from.size != 7 || (from.at[4] != '-' && from.at[4] != '/'))
        return false;
    int year = digits(from.at, 4), next = digits(from.at + 5, 2);
    if (day_of(year, 4, 1) == DAY_NONE || next != (year + 1) % 100)
        return false;
    *begins = year;
    return true;
}

/* "T12:30", "T12:30:05", "T12:30:05.123" and behind it "Z", "+01:00", "+0100", "+01" or nothing. */
static bool time_read(text from, int *local_s, int *offset_s)
{
    if (from.size < 6 || (from.at[0] != 'T' && from.at[0] != 't' && from.at[0] != ' ') || from.at[3] != ':')
        return false;
    int hour = digits(from.at + 1, 2), minute = digits(from.at + 4, 2), second = 0;
    size_t i = 6;
    if (from.size >= 9 && from.at[6] == ':') {
        second = digits(from.at + 7, 2);
        i = 9;
        if (i < from.size && (from.at[i] == '.' || from.at[i] == ','))
            for (i++; i < from.size && from.at[i] >= '0' && from.at[i] <= '9';)
                i++;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    *local_s = hour * 3600 + minute * 60 + (second < 60 ? second : 59);
    *offset_s = 0;
    text zone = {from.at + i, from.size - i};
    if (zone.size == 0 || text_equal_caseless(zone, text_of("Z")))
        return true;
    if ((zone.at[0] != '+' && zone.at[0] != '-') || (zone.size != 3 && zone.size != 5 && zone.size != 6))
        return false;
    if (zone.size == 6 && zone.at[3] != ':')
        return false;
    int zone_hour = digits(zone.at + 1, 2);
    int zone_minute = zone.size == 3 ? 0 : digits(zone.at + zone.size - 2, 2);
    if (zone_hour < 0 || zone_hour > 14 || zone_minute < 0 || zone_minute > 59)
        return false;
    *offset_s = (zone.at[0] == '-' ? -1 : 1) * (zone_hour * 3600 + zone_minute * 60);
    return true;
}

bool recorded_at_read(text from, day_number *recorded, bool *month_only, bool *has_time)
{
    month_number m;
    day_number d;
    if (month_read(from, &m)) {
        *recorded = month_last(m);
        *month_only = true;
        *has_time = false;
        return true;
    }
    if (from.size < 10 || !date_read((text){from.at, 10}, &d))
        return false;
    if (from.size > 10) {
        int local_s, offset_s;
        if (!time_read((text){from.at + 10, from.size - 10}, &local_s, &offset_s))
            return false;
        d = london_date((int64_t)d * DAY_S + local_s - offset_s);
        if (d < DAY_MIN || d > DAY_MAX)
            return false;
    }
    *recorded = d;
    *month_only = false;
    *has_time = from.size > 10;
    return true;
}

static day_number last_sunday(int year, int month)
{
    day_number last = days_from_civil(year, month, days_in_month(year, month));
    return last - (weekday_of(last) + 1) % 7;
}

/* The first Sunday of a month from one of its days on. */
static day_number sunday_from(int year, int month, int day_of_month)
{
    day_number from = days_from_civil(year, month, day_of_month);
    return from + 6 - weekday_of(from);
}

/* The days on which summer time begins and ends. */
static day_number summer_begin(int year)
{
    return year >= 1981 ? last_sunday(year, 3) : sunday_from(year, 3, 16);
}

static day_number summer_end(int year)
{
    if (year >= 1996)
        return last_sunday(year, 10);
    return sunday_from(year, 10, year >= 1990 ? 22 : 23);
}

int london_offset_s(int64_t utc_s)
{
    day_number d = (day_number)((utc_s >= 0 ? utc_s : utc_s - DAY_S + 1) / DAY_S);
    int year = civil_of(d).year;
    /* British Standard Time, GMT + 1 all year, ended on 31 October 1971 at 02:00 UTC. */
    if (year < 1972)
        return utc_s < (int64_t)days_from_civil(1971, 10, 31) * DAY_S + 2 * 3600 ? 3600 : 0;
    int64_t hour = year >= 1981 ? 3600 : 2 * 3600;
    int64_t begin = (int64_t)summer_begin(year) * DAY_S + hour;
    int64_t end = (int64_t)summer_end(year) * DAY_S + hour;
    return utc_s >= begin && utc_s < end ? 3600 : 0;
}

day_number london_date(int64_t utc_s)
{
    int64_t local_s = utc_s + london_offset_s(utc_s);
    return (day_number)((local_s >= 0 ? local_s : local_s - DAY_S + 1) / DAY_S);
}

const char *date_text(day_number d, char out[DATE_TEXT])
{
    out[0] = '\0';
    if (d == DAY_NONE)
        return out;
    civil c = civil_of(d);
    /* The modulo tells the compiler what the calendar promises: no year has five digits. */
    (void)snprintf(out, DATE_TEXT, "%04u-%02u-%02u", (unsigned)c.year % 10000, (unsigned)c.month % 100,
                   (unsigned)c.day % 100);
    return out;
}

const char *date_words(day_number d, char out[PERIOD_TEXT])
{
    civil c = civil_of(d);
    (void)snprintf(out, PERIOD_TEXT, "%u %s %u", (unsigned)c.day % 100, month_names[c.month - 1],
                   (unsigned)c.year % 10000);
    return out;
}

const char *date_words_short(day_number d, char out[PERIOD_TEXT])
{
    civil c = civil_of(d);
    (void)snprintf(out, PERIOD_TEXT, "%u %.3s %u", (unsigned)c.day % 100, month_names[c.month - 1],
                   (unsigned)c.year % 10000);
    return out;
}

static int64_t seconds_of_day(int64_t s)
{
    return (s % 86400 + 86400) % 86400;
}

const char *moment_text(int64_t utc_s, char out[MOMENT_TEXT])
{
    int64_t left = seconds_of_day(utc_s);
    civil c = civil_of((day_number)((utc_s - left) / 86400));
    (void)snprintf(out, MOMENT_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000, (unsigned)c.month % 100,
                   (unsigned)c.day % 100, (unsigned)(left / 3600) % 100, (unsigned)(left / 60 % 60) % 100, (unsigned)(left % 60) % 100);
    return out;
}

const char *moment_words(int64_t utc_s, char out[MOMENT_TEXT])
{
    int64_t local = utc_s + london_offset_s(utc_s), left = seconds_of_day(local);
    civil c = civil_of((day_number)((local - left) / 86400));
    (void)snprintf(out, MOMENT_TEXT, "%u %.3s %u %02u:%02u", (unsigned)c.day % 100, month_names[c.month - 1],
                   (unsigned)c.year % 10000, (unsigned)(left / 3600) % 100, (unsigned)(left / 60 % 60) % 100);
    return out;
}

const char *financial_year_text(int begins, char out[PERIOD_TEXT])
{
    (void)snprintf(out, PERIOD_TEXT, "%04u-%02u", (unsigned)begins % 10000, (unsigned)(begins + 1) % 100);
    return out;
}
