#include "count_table.h"

#include <assert.h>
#include <stdlib.h>

/* An area being read into a table. */
struct adding {
    const figures *from;
    const count_request *what;
    count_table *to;
    int area;
    month_number month; /* of the row at hand */
    bool covering;      /* its origin covers the area */
    bool days;          /* this pass reads days of cut months, not totals */
    status st;
};

static size_t cell(const count_table *self, size_t window_index, int category_index)
{
    return window_index * self->categories + (size_t)category_index;
}

static int category_of(const struct adding *a, uint32_t id)
{
    return offence_tree_of_id(figures_reference(a->from)->categories, id);
}

/* In the category itself and in everything above it; a marker category stands alone. */
static void add_upwards(struct adding *a, size_t window_index, int category_index, double count)
{
    const offence_tree *tree = figures_reference(a->from)->categories;
    bool marker = category_is_marker(offence_tree_category(tree, category_index));
    for (int at = category_index; at != CATEGORY_NONE; at = offence_tree_category(tree, at)->parent) {
        a->to->sums[cell(a->to, window_index, at)] += count;
        if (marker)
            return;
    }
}

static void add_to_window(struct adding *a, size_t window_index, int category_index, double count)
{
    add_upwards(a, window_index, category_index, count);
    if (a->covering)
        a->to->own[cell(a->to, window_index, category_index)] += count;
}

static void add_to_month(struct adding *a, int category_index, double count)
{
    const offence_tree *tree = figures_reference(a->from)->categories;
    int column = a->month - (a->what->last - a->what->months + 1);
    bool marker = category_is_marker(offence_tree_category(tree, category_index));
    if (column < 0 || column >= a->what->months)
        return;
    for (int at = category_index; at != CATEGORY_NONE; at = offence_tree_category(tree, at)->parent) {
        a->to->monthly[(size_t)at * (size_t)a->to->months + (size_t)column] += count;
        if (marker)
            return;
    }
}

static bool holds_month(period window_days, month_number m)
{
    return window_days.from <= month_first(m) && window_days.to >= month_last(m);
}

static bool cuts_month(period window_days, month_number m)
{
    return !holds_month(window_days, m) &&
           period_overlap(window_days, (period){month_first(m), month_last(m)}) > 0;
}

static void take_total(void *context, uint32_t category_id, uint32_t total)
{
    struct adding *a = context;
    int index = category_of(a, category_id);
    if (index == CATEGORY_NONE)
        return;
    add_to_month(a, index, total);
    for (size_t w = 0; w < a->what->window_count; w++)
        if (holds_month(a->what->windows[w], a->month))
            add_to_window(a, w, index, total);
}

static void blur(struct adding *a, size_t window_index, int category_index)
{
    const offence_tree *tree = figures_reference(a->from)->categories;
    for (int at = category_index; at != CATEGORY_NONE; at = offence_tree_category(tree, at)->parent)
        a->to->blurred[cell(a->to, window_index, at)] = true;
}

static void take_days(struct adding *a, const tally_row *row)
{
    int index = category_of(a, row->category);
    if (index == CATEGORY_NONE)
        return;
    for (size_t w = 0; w < a->what->window_count; w++) {
        if (!cuts_month(a->what->windows[w], a->month))
            continue;
        if (row->days[DAY_UNKNOWN] > 0)
            blur(a, w, index);
        for (int d = 0; d < TALLY_DAYS; d++) {
            day_number on = d == DAY_UNKNOWN ? month_last(a->month) : month_first(a->month) + d - 1;
            if (row->days[d] > 0 && on >= a->what->windows[w].from && on <= a->what->windows[w].to)
                add_to_window(a, w, index, row->days[d]);
        }
    }
}

static bool take_row(void *context, const month_row *row)
{
    struct adding *a = context;
    uint32_t only = figures_origin(a->from);
    if (only != 0 && row->key.origin != only)
        return true;
    a->month = row->key.month;
    a->covering = figures_origin_covers(a->from, row->key.origin, a->area);
    if (!a->days) {
        a->st = tally_visit_totals(row->totals, take_total, a);
        return a->st == STATUS_OK;
    }
    tally counted = {0};
    a->st = tally_add_days_json(&counted, row->days);
    for (size_t i = 0; i < counted.count && a->st == STATUS_OK; i++)
        take_days(a, &counted.rows[i]);
    tally_free(&counted);
    return a->st == STATUS_OK;
}

static status read_months(struct adding *a, month_number from, month_number to, bool days)
{
    uint32_t id = geography_area(figures_reference(a->from)->areas, a->area)->id;
    a->days = days;
    status st = store_months(figures_store(a->from), id, from, to, days, take_row, a);
    return st == STATUS_OK ? a->st : st;
}

/* The months that any window cuts, each once. */
static size_t cut_months(const count_request *what, month_number out[2 * WINDOWS_MAX])
{
    size_t count = 0;
    for (size_t w = 0; w < what->window_count; w++) {
        const month_number ends[] = {month_of(what->windows[w].from), month_of(what->windows[w].to)};
        for (int e = 0; e < 2; e++) {
            size_t known = 0;
            while (known < count && out[known] != ends[e])
                known++;
            if (known == count && cuts_month(what->windows[w], ends[e]))
                out[count++] = ends[e];
        }
    }
    return count;
}

static status read_area(struct adding *a)
{
    const count_request *what = a->what;
    month_number cut[2 * WINDOWS_MAX];
    month_number from = what->months > 0 ? what->last - what->months + 1 : INT32_MAX;
    month_number to = what->months > 0 ? what->last : 0;
    for (size_t w = 0; w < what->window_count; w++) {
        month_number first = month_of(what->windows[w].from), last = month_of(what->windows[w].to);
        from = first < from ? first : from;
        to = last > to ? last : to;
    }
    status st = from <= to ? read_months(a, from > 1970 * 12 ? from : 1970 * 12, to, false) : STATUS_OK;
    size_t count = cut_months(what, cut);
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = read_months(a, cut[i], cut[i], true);
    return st;
}

status count_table_read(const figures *from, const subject *of, const count_request *what, count_table *out)
{
    assert(what->window_count <= WINDOWS_MAX);
    size_t categories = (size_t)offence_tree_count(figures_reference(from)->categories);
    size_t cells = categories * (what->window_count > 0 ? what->window_count : 1);
    *out = (count_table){.categories = categories, .windows = what->window_count, .months = what->months};
    out->sums = memory_new(cells, sizeof *out->sums);
    out->own = memory_new(cells, sizeof *out->own);
    out->blurred = memory_new(cells, sizeof *out->blurred);
    out->monthly = memory_new(categories * (size_t)(what->months > 0 ? what->months : 1), sizeof *out->monthly);
    status st = STATUS_OK;
    for (size_t m = 0; m < of->member_count && st == STATUS_OK; m++) {
        struct adding a = {.from = from, .what = what, .to = out, .area = of->members[m], .st = STATUS_OK};
        st = read_area(&a);
    }
    if (st != STATUS_OK)
        count_table_free(out);
    return st;
}

void count_table_free(count_table *self)
{
    free(self->sums);
    free(self->own);
    free(self->blurred);
    free(self->monthly);
    *self = (count_table){0};
}

double count_table_sum(const count_table *self, size_t window_index, int category_index)
{
    return self->sums[cell(self, window_index, category_index)];
}

bool count_table_blurred(const count_table *self, size_t window_index, int category_index)
{
    return self->blurred[cell(self, window_index, category_index)];
}

double count_table_hidden(const count_table *self, const offence_tree *tree, size_t window_index, int category_index)
{
    double hidden = 0;
    for (int up = offence_tree_above(tree, category_index); up != CATEGORY_NONE; up = offence_tree_above(tree, up))
        hidden += self->own[cell(self, window_index, up)];
    return hidden;
}
