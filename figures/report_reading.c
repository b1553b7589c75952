/* One reading of the counts, and the rows that are filled from it: counts, changes, rates and shares. */
#include <math.h>

#include "report_parts.h"
#include "statistics/byar.h"
#include "statistics/change.h"
#include "statistics/dispersion.h"

enum { DISPERSION_YEARS_MAX = 5 };

static status read_counts(struct reading *self)
{
    self->window = window_of(self->what->window, self->as_of);
    self->periods[NOW] = self->window.now;
    self->periods[BEFORE] = self->window.before;
    self->period_count = 2;
    if (self->baseline != 0) {
        self->periods[BASELINE] = financial_year(self->baseline);
        self->period_count = 3;
    }
    self->last_month = month_of(last_complete_month(self->window.now.to));
    count_request request = {.windows = self->periods, .window_count = self->period_count, .last = self->last_month,
                             .months = 12 * DISPERSION_YEARS_MAX};
    return count_table_read(self->from, self->subject, &request, &self->counts);
}

static void find_population(struct reading *self)
{
    const populations *people = figures_reference(self->from)->populations;
    const subject *of = self->subject;
    int year = self->what->population_year;
    double count = NAN;
    bool found = year != 0 ? populations_of(people, of->members, of->member_count, year, &count)
                           : populations_nearest(people, of->members, of->member_count, self->window.now, &year, &count);
    self->population = found ? count : (double)NAN;
    self->population_year = found ? year : 0;
}

status reading_open(struct reading *self)
{
    status st = read_counts(self);
    if (st == STATUS_OK)
        find_population(self);
    return st;
}

void reading_close(struct reading *self)
{
    count_table_free(&self->counts);
}

/* --- one row ------------------------------------------------------------------------------------- */

/* What is known of a category in one of the periods. */
static coverage_word cover_of(const struct reading *self, size_t which, int category_index)
{
    double count = count_table_sum(&self->counts, which, category_index);
    double hidden = count_table_hidden(&self->counts, self->tree, which, category_index);
    if (period_set_contains(&self->known[category_index], self->periods[which]) && hidden == 0)
        return COVERAGE_COMPLETE;
    return count > 0 ? COVERAGE_AT_LEAST : COVERAGE_NOTHING;
}

static double count_of(const struct reading *self, size_t which, int category_index, coverage_word word)
{
    return word == COVERAGE_NOTHING ? NAN : count_table_sum(&self->counts, which, category_index);
}

/* How many whole years of months, up to five and ending with the last complete month, are covered. */
static int years_known(const struct reading *self, int category_index)
{
    int years = 0;
    day_number to = month_last(self->last_month);
    while (years < DISPERSION_YEARS_MAX &&
           period_set_contains(&self->known[category_index],
                               (period){month_first(self->last_month - 12 * (years + 1) + 1), to}))
        years++;
    return years;
}

static dispersion dispersion_for(const struct reading *self, int category_index)
{
    int years = years_known(self, category_index);
    const double *monthly = self->counts.monthly +
                            (size_t)category_index * (size_t)self->counts.months + 12u * (unsigned)(DISPERSION_YEARS_MAX - years);
    return years >= 2 ? dispersion_of(monthly, years) : (dispersion){.phi_raw = 1, .phi = 1, .df = 0};
}

static change compare(double now, double before, dispersion spread)
{
    change made = {.percent = NAN, .low = NAN, .high = NAN, .p = NAN};
    change_estimate said = change_of(now, before, 1, 1, spread);
    made.p = said.p;
    made.small = said.small;
    made.telling = said.may_alert;
    if (said.percent_shown) {
        made.percent = said.percent;
        made.low = said.low95;
        made.high = said.high95;
    }
    return made;
}

static const change no_change = {.percent = NAN, .low = NAN, .high = NAN, .p = NAN};

static void fill_changes(const struct reading *self, report_row *row)
{
    row->change = row->baseline_change = no_change;
    row->baseline = NAN;
    row->baseline_coverage = COVERAGE_NOTHING;
    if (row->coverage != COVERAGE_COMPLETE)
        return;
    dispersion spread = dispersion_for(self, row->category);
    if (row->previous_coverage == COVERAGE_COMPLETE)
        row->change = compare(row->count, row->previous, spread);
    /* Only a whole year is compared with a whole year. */
    if (self->period_count <= BASELINE || !window_kind_is_year(self->what->window))
        return;
    row->baseline_coverage = cover_of(self, BASELINE, row->category);
    row->baseline = count_of(self, BASELINE, row->category, row->baseline_coverage);
    /* Days that both have would make the two no independent counts. */
    if (row->baseline_coverage == COVERAGE_COMPLETE && period_overlap(self->periods[NOW], self->periods[BASELINE]) == 0)
        row->baseline_change = compare(row->count, row->baseline, spread);
}

/* A rate is of a year; shorter windows have none. */
static void fill_rate(const struct reading *self, report_row *row)
{
    row->population = self->population;
    row->population_year = self->population_year;
    row->rate = row->rate_low = row->rate_high = NAN;
    if (row->coverage != COVERAGE_COMPLETE || !window_kind_is_year(self->what->window) || !(self->population > 0))
        return;
    byar_limits limits = byar_rate(row->count, self->population, 1000, 0.95);
    row->rate = limits.rate;
    row->rate_low = limits.low;
    row->rate_high = limits.high;
}

int root_of(const offence_tree *tree, int category_index)
{
    while (offence_tree_category(tree, category_index)->parent != CATEGORY_NONE)
        category_index = offence_tree_category(tree, category_index)->parent;
    return category_index;
}

static void fill_share(const struct reading *self, report_row *row)
{
    int root = root_of(self->tree, row->category);
    row->share_pct = NAN;
    /* A window that cuts a month of which only the month is known holds the root's records of other days. */
    if (root == row->category || row->coverage != COVERAGE_COMPLETE ||
        cover_of(self, NOW, root) != COVERAGE_COMPLETE || count_table_blurred(&self->counts, NOW, root))
        return;
    double whole = count_table_sum(&self->counts, NOW, root);
    if (whole > 0)
        row->share_pct = 100 * row->count / whole;
}

status reading_fill_row(const struct reading *self, int category_index, report_row *row)
{
    const category *c = offence_tree_category(self->tree, category_index);
    row->category = category_index;
    row->code = c->code;
    row->title = c->title;
    row->marker = category_is_marker(c);
    row->bridging = c->bridging;
    row->level = row->direction = (text){"", 0};
    row->as_of = self->as_of;
    row->window = self->window;
    row->coverage = cover_of(self, NOW, category_index);
    row->count = count_of(self, NOW, category_index, row->coverage);
    row->previous_coverage = cover_of(self, BEFORE, category_index);
    row->previous = count_of(self, BEFORE, category_index, row->previous_coverage);
    fill_changes(self, row);
    fill_rate(self, row);
    fill_share(self, row);
    return report_fill_comparators(self->live, self->from, self->subject, row);
}

bool reading_is_blurred(const struct reading *self, int category_index)
{
    return count_table_blurred(&self->counts, NOW, category_index) ||
           count_table_blurred(&self->counts, BEFORE, category_index);
}
