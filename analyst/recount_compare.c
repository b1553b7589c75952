/* The stored months held against the recount. */
#include <stdlib.h>
#include <string.h>

#include "recount_parts.h"

/* One area's stored months against its cells; both are in order of month and origin. */
struct comparing {
    recount *self;
    int area;
    struct cells expected;
    size_t at;          /* of the expected cells, the first not yet compared */
    struct cell *row;   /* the stored month at hand */
    size_t row_count, row_capacity;
    uint64_t months;
};

/* Reads {"12":{"3":1}} by itself. */
static bool read_number(const char **at, const char *end, uint32_t *out)
{
    const char *from = *at;
    uint64_t value = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && value < UINT32_MAX; ++*at)
        value = value * 10 + (uint64_t)(**at - '0');
    *out = (uint32_t)value;
    return *at > from;
}

static bool skip(const char **at, const char *end, const char *what)
{
    size_t size = strlen(what);
    if ((size_t)(end - *at) < size || memcmp(*at, what, size) != 0)
        return false;
    *at += size;
    return true;
}

static void add_to_row(struct comparing *c, uint64_t key, uint32_t count_of)
{
    c->row = memory_room(c->row, c->row_count, &c->row_capacity, sizeof *c->row);
    c->row[c->row_count++] = (struct cell){key, count_of};
}

static bool take_days(struct comparing *c, const month_row *row, text json, bool outranked)
{
    const char *at = json.at, *end = json.at + json.size;
    uint32_t category_id, day_of_month, count_of;
    if (json.size == 0 || text_is(json, "{}"))
        return true;
    if (!skip(&at, end, "{"))
        return false;
    do {
        if (!skip(&at, end, "\"") || !read_number(&at, end, &category_id) || !skip(&at, end, "\":{"))
            return false;
        do {
            if (!skip(&at, end, "\"") || !read_number(&at, end, &day_of_month) || !skip(&at, end, "\":") ||
                !read_number(&at, end, &count_of) || day_of_month > 31)
                return false;
            add_to_row(c, cell_key(row->key.month, row->key.origin, outranked, category_id, (int)day_of_month), count_of);
        } while (skip(&at, end, ","));
        if (!skip(&at, end, "}"))
            return false;
    } while (skip(&at, end, ","));
    return skip(&at, end, "}") && at == end;
}

/* What a month's days add up to, taken from what its totals say. */
struct balance {
    const recount *self;
    int64_t *of; /* by number of the category */
    bool unknown; /* a number stands for no category */
};

static void take_total(void *context, uint32_t category_id, uint32_t total)
{
    struct balance *b = context;
    if (category_id < b->self->code_counts[CODE_CATEGORY])
        b->of[category_id] += total;
    else
        b->unknown = true;
}

/* Every category's total of the month against its days. Returns false when the totals can't be read. */
static bool compare_totals(const struct comparing *c, const month_row *row, size_t days)
{
    const recount *self = c->self;
    struct balance b = {.self = self, .of = memory_new(self->code_counts[CODE_CATEGORY] + 1, sizeof *b.of)};
    bool read = tally_visit_totals(row->totals, take_total, &b) == STATUS_OK && !b.unknown;
    for (size_t i = 0; i < days; i++) {
        uint32_t category_id = cell_category(c->row[i].key);
        if (category_id < self->code_counts[CODE_CATEGORY])
            b.of[category_id] -= c->row[i].count;
    }
    for (size_t id = 1; id < self->code_counts[CODE_CATEGORY] && read; id++)
        if (b.of[id] != 0)
            self->witness.differs(self->witness.context, "%.*s %.*s %04d-%02d: the month's total is %lld from what its days add up to",
                                  TEXT_ARGS(self->areas[c->area].code), TEXT_ARGS(self->codes[CODE_CATEGORY][id].code),
                                  row->key.month / 12, row->key.month % 12 + 1, (long long)b.of[id]);
    free(b.of);
    return read;
}

/* What was expected up to a month and origin, and is not stored. */
static void report_missing(struct comparing *c, uint64_t before)
{
    const recount_witness *w = &c->self->witness;
    uint64_t missing = 0;
    for (; c->at < c->expected.count && c->expected.each[c->at].key < before; c->at++)
        missing += c->expected.each[c->at].count;
    if (missing > 0)
        w->differs(w->context, "%.*s: counts of %llu incidents are missing", TEXT_ARGS(c->self->areas[c->area].code),
                   (unsigned long long)missing);
}

static void differ(const struct comparing *c, uint64_t key, uint64_t stored, uint64_t expected)
{
    const recount_witness *w = &c->self->witness;
    month_number m = cell_month(key);
    uint32_t category_id = cell_category(key), origin = cell_origin(key);
    int category_index = category_id <= c->self->code_counts[CODE_CATEGORY] ? c->self->category_of_id[category_id] : NOWHERE;
    text code = category_index != NOWHERE ? c->self->categories[category_index].code : text_of("(unknown category)");
    text from = origin < c->self->code_counts[CODE_ORIGIN] ? c->self->codes[CODE_ORIGIN][origin].code : text_of("(unknown)");
    w->differs(w->context, "%.*s %.*s %04d-%02d day %u from %.*s%s: stored %llu, recounted %llu",
               TEXT_ARGS(c->self->areas[c->area].code), TEXT_ARGS(code), m / 12, m % 12 + 1, (unsigned)cell_day(key),
               TEXT_ARGS(from), cell_outranked(key) ? " (outranked)" : "",
               (unsigned long long)stored, (unsigned long long)expected);
}

/* The month at hand with the run of expected cells of the same month and origin. */
static void compare_row(struct comparing *c, uint64_t first, uint64_t behind)
{
    size_t i = 0;
    report_missing(c, first);
    while (i < c->row_count || (c->at < c->expected.count && c->expected.each[c->at].key < behind)) {
        uint64_t stored = i < c->row_count ? c->row[i].key : UINT64_MAX;
        uint64_t expected = c->at < c->expected.count && c->expected.each[c->at].key < behind
                                ? c->expected.each[c->at].key : UINT64_MAX;
        uint64_t key = stored < expected ? stored : expected;
        uint32_t stored_count = stored == key ? c->row[i++].count : 0;
        uint32_t expected_count = expected == key ? c->expected.each[c->at++].count : 0;
        if (stored_count != expected_count)
            differ(c, key, stored_count, expected_count);
    }
}

static bool take_month(void *context, const month_row *row)
{
    struct comparing *c = context;
    const recount_witness *w = &c->self->witness;
    text where = c->self->areas[c->area].code;
    int year = row->key.month / 12, month = row->key.month % 12 + 1;
    c->months++;
    c->row_count = 0;
    if (!take_days(c, row, row->days, false) || !take_days(c, row, row->outranked, true)) {
        w->differs(w->context, "%.*s %04d-%02d: the counts can't be read", TEXT_ARGS(where), year, month);
        return true;
    }
    size_t days = c->row_count;
    while (days > 0 && cell_outranked(c->row[days - 1].key))
        days--; /* what is outranked stands behind, and in no total */
    if (!compare_totals(c, row, days))
        w->differs(w->context, "%.*s %04d-%02d: the totals can't be read", TEXT_ARGS(where), year, month);
    cells_sort(c->row, c->row_count);
    compare_row(c, cell_key(row->key.month, row->key.origin, false, 0, 0),
                cell_key(row->key.month, row->key.origin + 1, false, 0, 0));
    return true;
}

static status compare_area(recount *self, int area_index, struct cells expected, uint64_t *months)
{
    struct comparing c = {.self = self, .area = area_index, .expected = expected};
    status st = store_months(self->from, self->areas[area_index].id, 1970 * 12, 2099 * 12 + 11, true, take_month, &c);
    report_missing(&c, UINT64_MAX);
    *months += c.months;
    free(c.row);
    return st;
}

static status compare_one(void *context, recount *self, int area_index, struct cells all)
{
    return compare_area(self, area_index, all, context);
}

status recount_compare(recount *self, uint64_t *months)
{
    *months = 0;
    return recount_visit_areas(self, compare_one, months);
}
