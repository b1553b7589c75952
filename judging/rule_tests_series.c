/* Invented series: "51x24 62x12" to incidents by day. */
#include "rule_tests_parts.h"

enum { COUNT_MAX = 1000000, TIMES_MAX = SERIES_DAYS_MAX };

typedef enum count_unit { UNIT_DAYS, UNIT_WEEKS, UNIT_MONTHS, UNIT_YEARS, UNITS } count_unit;

static const char *const units[UNITS] = {"days", "weeks", "months", "years"};

/* One series while it is read. */
struct growing {
    tests_reading *reading;
    test_series *to;
    day_number next; /* the day that the next count begins with; DAY_NONE: not known yet */
    bool full;       /* it is too long, which was told */
};

/* --- days ------------------------------------------------------------------------------------------ */

static void add_day(struct growing *self, uint32_t count)
{
    test_series *to = self->to;
    if (to->count == 0)
        to->days.from = self->next;
    to->each = memory_room(to->each, to->count, &to->capacity, sizeof *to->each);
    to->each[to->count++] = count;
    to->days.to = self->next++;
}

static day_number last_of_unit(day_number first, count_unit unit)
{
    switch (unit) {
    case UNIT_DAYS: return first;
    case UNIT_WEEKS: return first + 6;
    case UNIT_MONTHS: return month_last(month_of(first));
    case UNIT_YEARS:
    case UNITS: break;
    }
    return month_last(month_of(first) + 11);
}

/* Evenly: of k incidents in n days the j-th lies in the middle of the j-th of k equal parts. */
static void spread(struct growing *self, int64_t count, count_unit unit)
{
    day_number first = self->next, last = last_of_unit(first, unit);
    int64_t days = last - first + 1, before = 0;
    for (int64_t i = 1; i <= days; i++) {
        int64_t sum = count < 0 ? 0 : (2 * count * i + days) / (2 * days);
        add_day(self, count < 0 ? COUNT_UNKNOWN : (uint32_t)(sum - before));
        before = sum;
    }
}

/* Is there room for another? A series can end with the calendar, too. */
static bool has_room(struct growing *self, yamlnode at, count_unit unit)
{
    if (self->to->count + 366 <= SERIES_DAYS_MAX && self->next < DAY_MAX && last_of_unit(self->next, unit) < DAY_MAX)
        return true;
    if (!self->full)
        tests_fault(self->reading, at, "the series is too long: it may have up to 39 years, and end before 2099-12-31");
    self->full = true;
    return false;
}

/* --- the notation ---------------------------------------------------------------------------------- */

struct counts {
    int64_t first, step; /* first: negative where nothing is known */
    uint64_t times;
};

static bool read_step(text word, int64_t *first, int64_t *step)
{
    uint64_t begins, more = 0;
    size_t at = 1;
    while (at < word.size && word.at[at] != '+' && word.at[at] != '-')
        at++;
    if (at < word.size && !text_to_u64((text){word.at + at + 1, word.size - at - 1}, &more))
        return false;
    if (!text_to_u64((text){word.at, at < word.size ? at : word.size}, &begins) || begins > COUNT_MAX || more > COUNT_MAX)
        return false;
    *first = (int64_t)begins;
    *step = at < word.size && word.at[at] == '-' ? -(int64_t)more : (int64_t)more;
    return true;
}

/* 60, 60x24, 60+2x24, 60-2x24, _, _x6 */
static bool read_counts(text word, struct counts *out)
{
    text rest = word, head;
    *out = (struct counts){-1, 0, 1};
    (void)text_split(&rest, 'x', &head);
    bool repeated = head.size < word.size;
    if (repeated && (!text_to_u64(rest, &out->times) || out->times == 0 || out->times > TIMES_MAX))
        return false;
    if (text_is(head, "_"))
        return true;
    if (head.size == 0 || !read_step(head, &out->first, &out->step) || (out->step != 0 && !repeated))
        return false;
    int64_t last = out->first + out->step * (int64_t)(out->times - 1);
    return last >= 0 && last <= COUNT_MAX;
}

static void add_word(struct growing *self, yamlnode at, text word, count_unit unit)
{
    struct counts read;
    if (!read_counts(word, &read)) {
        tests_fault(self->reading, at,
                    "'%.*s' is no count up to %d: write 60, 60x24 (24 times 60), 60+2x24 or 60-2x24 (24 counts, each 2 more or fewer) or _ (not known)",
                    TEXT_ARGS(word), COUNT_MAX);
        return;
    }
    for (uint64_t i = 0; i < read.times && has_room(self, at, unit); i++)
        spread(self, read.first < 0 ? -1 : read.first + read.step * (int64_t)i, unit);
}

static void add_words(struct growing *self, yamlnode at, text words, count_unit unit)
{
    while ((words = text_trim(words)).size > 0) {
        size_t end = 0;
        while (end < words.size && words.at[end] != ' ' && words.at[end] != ',' && words.at[end] != '\t' && words.at[end] != '\n')
            end++;
        if (end > 0)
            add_word(self, at, (text){words.at, end}, unit);
        end += end < words.size && words.at[end] == ',';
        words = (text){words.at + end, words.size - end};
    }
}

/* Weeks are those of the detectors, Monday to Sunday; months and years are whole ones. */
static bool begins_well(struct growing *self, yamlnode at, count_unit unit)
{
    char date[DATE_TEXT], monday[DATE_TEXT];
    (void)date_text(self->next, date);
    if (unit == UNIT_WEEKS && weekday_of(self->next) != 0) {
        tests_fault(self->reading, at, "weeks begin on Mondays and %s is none: begin on %s, or count days up to there", date,
                    date_text(self->next + 7 - weekday_of(self->next), monday));
        return false;
    }
    if ((unit == UNIT_MONTHS || unit == UNIT_YEARS) && civil_of(self->next).day != 1) {
        tests_fault(self->reading, at, "%s begin on the first of a month and not on %s: count days up to there", units[unit], date);
        return false;
    }
    return true;
}

static void add_counts(struct growing *self, yamlnode node, count_unit unit)
{
    size_t before = self->to->count, faults_before = faults_count(self->reading->found, FAULT_ERROR);
    if (self->next == DAY_NONE) {
        tests_fault(self->reading, node, "nothing says when these counts begin: give the test 'from: 2022-04', or the series");
        return;
    }
    if (!begins_well(self, node, unit))
        return;
    for (size_t i = 0; i < tests_list_count(node); i++)
        add_words(self, tests_list_at(node, i), yamlnode_text(tests_list_at(node, i)), unit);
    if (self->to->count == before && faults_count(self->reading->found, FAULT_ERROR) == faults_before)
        tests_fault(self->reading, node, "there are no counts: write them as 51x24 62x12");
}

/* --- series ---------------------------------------------------------------------------------------- */

/* Where a part begins; days between it and the part before are not known. */
static void begin_at(struct growing *self, yamlnode node)
{
    period days;
    char date[DATE_TEXT];
    if (!tests_read_days(yamlnode_text(node), &days))
        tests_fault(self->reading, node, "from is '%.*s' and should be a month or a date that exists: 2022-04 or 2022-04-01",
                    TEXT_ARGS(yamlnode_text(node)));
    else if (self->to->count > 0 && days.from < self->next)
        tests_fault(self->reading, node, "the counts before these go to %s already", date_text(self->next - 1, date));
    else {
        while (self->to->count > 0 && self->next < days.from && has_room(self, node, UNIT_DAYS))
            add_day(self, COUNT_UNKNOWN);
        self->next = days.from;
    }
}

static void read_part(struct growing *self, yamlnode node)
{
    static const char *const names[] = {"from", "days", "weeks", "months", "years"};
    int found = 0;
    if (yamlnode_kind_of(node) != YAMLNODE_MAP) {
        tests_fault(self->reading, node, "a series should be counts by month (51x24 62x12), or maps such as {days: 2x700 3x30}");
        return;
    }
    size_t before = faults_count(self->reading->found, FAULT_ERROR);
    tests_check_keys(self->reading, node, "a series", names, sizeof names / sizeof names[0]);
    if (yamlnode_is(yamlnode_get(node, "from")))
        begin_at(self, yamlnode_get(node, "from"));
    for (int unit = 0; unit < UNITS; unit++) {
        yamlnode counts = yamlnode_get(node, units[unit]);
        if (yamlnode_is(counts) && found++ == 0 && !self->full)
            add_counts(self, counts, (count_unit)unit);
    }
    /* A mistyped unit was told. */
    if (found > 1 || (found == 0 && faults_count(self->reading->found, FAULT_ERROR) == before))
        tests_fault(self->reading, node, "a part of a series counts by one of days, weeks, months and years: for several, list the parts");
}

static bool is_plain(yamlnode node)
{
    return yamlnode_kind_of(node) == YAMLNODE_TEXT ||
           (yamlnode_kind_of(node) == YAMLNODE_LIST && yamlnode_count(node) > 0 &&
            yamlnode_kind_of(yamlnode_at(node, 0)) == YAMLNODE_TEXT);
}

static void read_series(tests_reading *self, yamlnode node, test_series *to)
{
    struct growing growing = {.reading = self, .to = to, .next = self->test->from};
    if (is_plain(node))
        add_counts(&growing, node, UNIT_MONTHS);
    else
        for (size_t i = 0; i < tests_list_count(node); i++)
            read_part(&growing, tests_list_at(node, i));
}

void tests_read_series(tests_reading *self, yamlnode keyed, series_list *out)
{
    if (yamlnode_kind_of(keyed) != YAMLNODE_MAP || yamlnode_count(keyed) == 0 || yamlnode_count(keyed) > SERIES_MAX) {
        tests_fault(self, keyed, "there should be counts under each category, such as shoplifting: 51x24 62x12, up to %d of them",
                    SERIES_MAX);
        return;
    }
    for (size_t i = 0; i < yamlnode_count(keyed); i++) {
        out->each = memory_room(out->each, out->count, &out->capacity, sizeof *out->each);
        test_series *made = &out->each[out->count++];
        *made = (test_series){.category = tests_category(self, yamlnode_key(keyed, i)), .days = {0, -1}};
        read_series(self, yamlnode_at(keyed, i), made);
    }
}
