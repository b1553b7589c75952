#include "area_days.h"

#include <stdlib.h>
#include <string.h>

enum { MONTHS_AT_FIRST = 24 };

struct area_days {
    const offence_tree *tree;
    int categories;
    month_number first;
    int months;          /* held, from the first on */
    int room;            /* months that the arrays have room for, from the first on */
    uint32_t **own;      /* [category]: a node's own records, [month - first][day of the month - 1]; NULL: none */
    uint32_t **coarse;   /* [category]: the part of them of covering origins, where the node has nodes below */
    bool *month_only;    /* [month - first] */
    uint8_t *lengths;    /* [month - first]: days of the month, for as many as there is room for */
};

enum { DAYS_A_MONTH = 31, DAYS_OF_ALL_MONTHS = 28 };

area_days *area_days_create(const offence_tree *tree)
{
    area_days *self = memory_new(1, sizeof *self);
    self->tree = tree;
    self->categories = offence_tree_count(tree);
    self->own = memory_new((size_t)self->categories, sizeof *self->own);
    self->coarse = memory_new((size_t)self->categories, sizeof *self->coarse);
    return self;
}

void area_days_destroy(area_days **self)
{
    area_days *d = *self;
    if (d == NULL)
        return;
    for (int c = 0; c < d->categories; c++) {
        free(d->own[c]);
        free(d->coarse[c]);
    }
    free(d->own);
    free(d->coarse);
    free(d->month_only);
    free(d->lengths);
    free(d);
    *self = NULL;
}

/* --- months --------------------------------------------------------------------------------------- */

static size_t cells(int months)
{
    return (size_t)months * DAYS_A_MONTH;
}

static void move_array(uint32_t **array, int before, int room, int months)
{
    if (*array == NULL)
        return;
    uint32_t *made = memory_new(cells(room), sizeof *made);
    memcpy(made + cells(before), *array, cells(months) * sizeof *made);
    free(*array);
    *array = made;
}

static void measure_months(area_days *self)
{
    self->lengths = memory_grow(self->lengths, (size_t)self->room, sizeof *self->lengths);
    for (int m = 0; m < self->room; m++)
        self->lengths[m] = (uint8_t)civil_of(month_last(self->first + m)).day;
}

/* Makes room for a month, before those that are held or behind. */
static void reach(area_days *self, month_number month)
{
    if (self->months == 0)
        self->first = month;
    int before = month < self->first ? self->first - month : 0;
    int last = month < self->first + self->months ? self->first + self->months - 1 : month;
    int needed = last - (self->first - before) + 1;
    bool moves = before > 0 || needed > self->room;
    if (moves) {
        int room = needed > self->room ? needed + MONTHS_AT_FIRST : self->room;
        for (int c = 0; c < self->categories; c++) {
            move_array(&self->own[c], before, room, self->months);
            move_array(&self->coarse[c], before, room, self->months);
        }
        bool *flags = memory_new((size_t)room, sizeof *flags);
        if (self->months > 0)
            memcpy(flags + before, self->month_only, (size_t)self->months * sizeof *flags);
        free(self->month_only);
        self->month_only = flags;
        self->room = room;
    }
    self->first -= before;
    self->months = needed;
    if (moves)
        measure_months(self);
}

static uint32_t *month_at(const area_days *self, uint32_t *array, month_number month)
{
    return array + cells(month - self->first);
}

static bool holds_month(const area_days *self, month_number month)
{
    return self->months > 0 && month >= self->first && month < self->first + self->months;
}

static void note(const area_days *self, int category_index, bool *changed)
{
    bool marker = category_is_marker(offence_tree_category(self->tree, category_index));
    for (int at = category_index; changed != NULL && at != CATEGORY_NONE; at = offence_tree_category(self->tree, at)->parent) {
        changed[at] = true;
        if (marker)
            return;
    }
}

/* What is known as a wider node may be any of those below it. */
static void note_below(const area_days *self, int category_index, bool *changed)
{
    for (int c = 0; changed != NULL && c < self->categories; c++)
        if (offence_tree_contains(self->tree, category_index, c))
            changed[c] = true;
}

/* Which dates are looked at goes for every series of the area. */
static void note_all(const area_days *self, bool *changed)
{
    for (int c = 0; changed != NULL && c < self->categories; c++)
        changed[c] = true;
}

void area_days_clear_month(area_days *self, month_number month, bool *changed)
{
    if (!holds_month(self, month))
        return;
    for (int c = 0; c < self->categories; c++) {
        uint32_t any = 0;
        if (self->own[c] == NULL)
            continue;
        uint32_t *days = month_at(self, self->own[c], month);
        for (int d = 0; d < DAYS_A_MONTH; d++)
            any |= days[d];
        if (any == 0)
            continue;
        note(self, c, changed);
        memset(days, 0, DAYS_A_MONTH * sizeof *days);
        if (self->coarse[c] != NULL) {
            note_below(self, c, changed);
            memset(month_at(self, self->coarse[c], month), 0, DAYS_A_MONTH * sizeof *days);
        }
    }
    if (self->month_only[month - self->first])
        note_all(self, changed);
    self->month_only[month - self->first] = false;
}

static void add_row(area_days *self, uint32_t **array, month_number month, const tally_row *row)
{
    if (*array == NULL)
        *array = memory_new(cells(self->room), sizeof **array);
    uint32_t *days = month_at(self, *array, month);
    int last = civil_of(month_last(month)).day;
    for (int d = 1; d < TALLY_DAYS; d++)
        days[d - 1] += row->days[d];
    days[last - 1] += row->days[DAY_UNKNOWN];
}

void area_days_add_month(area_days *self, month_number month, const tally *counted, bool covering, bool *changed)
{
    for (size_t i = 0; i < counted->count; i++) {
        const tally_row *row = &counted->rows[i];
        int index = offence_tree_of_id(self->tree, row->category);
        if (index == CATEGORY_NONE || row->total == 0)
            continue;
        reach(self, month);
        add_row(self, &self->own[index], month, row);
        note(self, index, changed);
        if (row->days[DAY_UNKNOWN] > 0 && !self->month_only[month - self->first]) {
            self->month_only[month - self->first] = true;
            note_all(self, changed);
        }
        if (covering && offence_tree_category(self->tree, index)->first_child != CATEGORY_NONE) {
            add_row(self, &self->coarse[index], month, row);
            note_below(self, index, changed);
        }
    }
}

/* --- what a month was before ------------------------------------------------------------------------ */

struct month_before {
    month_number month;
    bool month_only;
    uint32_t *own, *coarse; /* [category * DAYS_A_MONTH + day of the month - 1] */
};

/* A category's days of a month; of nothing where there are none. */
static const uint32_t *days_in(const area_days *self, uint32_t *array, month_number month)
{
    static const uint32_t nothing[DAYS_A_MONTH] = {0};
    return array != NULL && holds_month(self, month) ? month_at(self, array, month) : nothing;
}

month_before *area_days_remember(const area_days *self, month_number month)
{
    month_before *made = memory_new(1, sizeof *made);
    made->month = month;
    made->month_only = holds_month(self, month) && self->month_only[month - self->first];
    made->own = memory_new(cells(self->categories), sizeof *made->own);
    made->coarse = memory_new(cells(self->categories), sizeof *made->coarse);
    for (int c = 0; c < self->categories; c++) {
        memcpy(made->own + cells(c), days_in(self, self->own[c], month), DAYS_A_MONTH * sizeof *made->own);
        memcpy(made->coarse + cells(c), days_in(self, self->coarse[c], month), DAYS_A_MONTH * sizeof *made->coarse);
    }
    return made;
}

void area_days_compare(const area_days *self, month_before **with, bool *changed)
{
    month_before *before = *with;
    size_t size = DAYS_A_MONTH * sizeof *before->own;
    for (int c = 0; c < self->categories; c++) {
        if (memcmp(before->own + cells(c), days_in(self, self->own[c], before->month), size) != 0)
            note(self, c, changed);
        if (memcmp(before->coarse + cells(c), days_in(self, self->coarse[c], before->month), size) != 0)
            note_below(self, c, changed);
    }
    if (before->month_only != (holds_month(self, before->month) && self->month_only[before->month - self->first]))
        note_all(self, changed);
    free(before->own);
    free(before->coarse);
    free(before);
    *with = NULL;
}

/* --- what is stored -------------------------------------------------------------------------------- */

struct reading {
    area_days *to;
    int area;
    bool (*covers)(const void *context, uint32_t origin, int area_index);
    const void *context;
    status st;
};

static bool take_month(void *context, const month_row *row)
{
    struct reading *r = context;
    tally counted = {0};
    r->st = tally_add_days_json(&counted, row->days);
    if (r->st == STATUS_OK)
        area_days_add_month(r->to, row->key.month, &counted, r->covers(r->context, row->key.origin, r->area), NULL);
    tally_free(&counted);
    return r->st == STATUS_OK;
}

status area_days_read(area_days *self, store *from, const geography *areas, int area_index,
                      bool (*covers)(const void *context, uint32_t origin, int area_index), const void *context)
{
    struct reading r = {.to = self, .area = area_index, .covers = covers, .context = context, .st = STATUS_OK};
    status st = store_months(from, geography_area(areas, area_index)->id, 1970 * 12, 2099 * 12 + 11, true, take_month, &r);
    return st == STATUS_OK ? r.st : st;
}

/* --- series --------------------------------------------------------------------------------------- */

/* Adds an array's days to those of the calendar, month by month: half of what judging a live record takes. A loop of known
 * length is made into few instructions. */
static void add_days(const area_days *self, const uint32_t *array, uint32_t *to)
{
    for (int m = 0; m < self->months; m++) {
        const uint32_t *days = array + cells(m);
        for (int d = 0; d < DAYS_OF_ALL_MONTHS; d++)
            to[d] += days[d];
        for (int d = DAYS_OF_ALL_MONTHS; d < self->lengths[m]; d++)
            to[d] += days[d];
        to += self->lengths[m];
    }
}

/* From counts of days to sums: [0] is 0, one more than there are days. */
static void sum_up(uint32_t *days, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i <= count; i++) {
        uint32_t day = days[i];
        days[i] = sum;
        sum += day;
    }
}

static uint32_t *add_if_any(const area_days *self, const uint32_t *array, uint32_t *to, size_t count)
{
    if (array == NULL)
        return to;
    if (to == NULL)
        to = memory_new(count + 1, sizeof *to);
    add_days(self, array, to);
    return to;
}

static bool is_under(const area_days *self, int outer, int inner)
{
    if (inner == outer)
        return true;
    return !category_is_marker(offence_tree_category(self->tree, inner)) &&
           !category_is_marker(offence_tree_category(self->tree, outer)) &&
           offence_tree_contains(self->tree, outer, inner);
}

static day_number last_of(const day_series *s, size_t count)
{
    size_t at = count;
    while (s->sums != NULL && at > 0 && s->sums[at - 1] == s->sums[count])
        at--;
    return s->sums == NULL || at == 0 ? DAY_NONE : s->extent.from + (day_number)at - 1;
}

static period extent_of(const area_days *self)
{
    if (self->months == 0)
        return (period){0, -1};
    return (period){month_first(self->first), month_last(self->first + self->months - 1)};
}

void area_days_series(const area_days *self, int category_index, day_series *out)
{
    *out = (day_series){.extent = extent_of(self), .month_only = self->month_only, .first = self->first,
                        .last_record = DAY_NONE};
    if (self->months == 0)
        return;
    size_t count = (size_t)(out->extent.to - out->extent.from + 1);
    for (int c = 0; c < self->categories; c++)
        if (is_under(self, category_index, c))
            out->sums = add_if_any(self, self->own[c], out->sums, count);
    for (int up = offence_tree_above(self->tree, category_index); up != CATEGORY_NONE;
         up = offence_tree_above(self->tree, up))
        out->hidden = add_if_any(self, self->coarse[up], out->hidden, count);
    if (out->sums != NULL)
        sum_up(out->sums, count);
    if (out->hidden != NULL)
        sum_up(out->hidden, count);
    out->last_record = last_of(out, count);
}

void day_series_free(day_series *self)
{
    free(self->sums);
    free(self->hidden);
    *self = (day_series){0};
}

static double count_in(const day_series *self, const uint32_t *sums, period days)
{
    day_number from = days.from > self->extent.from ? days.from : self->extent.from;
    day_number to = days.to < self->extent.to ? days.to : self->extent.to;
    if (sums == NULL || to < from)
        return 0;
    return sums[to - self->extent.from + 1] - sums[from - self->extent.from];
}

double day_series_count(const day_series *self, period days)
{
    return count_in(self, self->sums, days);
}

double day_series_hidden(const day_series *self, period days)
{
    return count_in(self, self->hidden, days);
}

bool day_series_month_only(const day_series *self, period days)
{
    if (self->extent.to < self->extent.from)
        return false;
    month_number from = month_of(days.from), to = month_of(days.to), last = month_of(self->extent.to);
    from = from < self->first ? self->first : from;
    to = to > last ? last : to;
    for (month_number m = from; m <= to; m++)
        if (self->month_only[m - self->first])
            return true;
    return false;
}
