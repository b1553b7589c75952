#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_parts.h"
#include "statistics/byar.h"
#include "statistics/change.h"
#include "statistics/dispersion.h"

enum { NOW, BEFORE, BASELINE, WINDOWS_USED };
enum { DISPERSION_YEARS_MAX = 5 };

const char *coverage_word_text(coverage_word word)
{
    static const char *const words[] = {"complete", "at least", "unknown"};
    return words[word];
}

struct report_maker {
    const figures *from;
    report_request what;
    rate_tables *live;
};

report_maker *report_maker_create(const figures *from, report_request what)
{
    report_maker *self = memory_new(1, sizeof *self);
    self->from = from;
    self->what = what;
    self->live = rate_tables_create(from, what.population_year);
    return self;
}

void report_maker_destroy(report_maker **self)
{
    if (*self == NULL)
        return;
    rate_tables_destroy(&(*self)->live);
    free(*self);
    *self = NULL;
}

/* One reading of the counts, for one as-of date: rows are filled from it. */
struct reading {
    const figures *from;
    const report_request *what;
    const subject *subject;
    rate_tables *live;
    const offence_tree *tree;
    report *out;
    period_set *known;
    day_number as_of;
    window window;
    period periods[WINDOWS_USED];
    size_t period_count;
    month_number last_month; /* of the monthly table */
    count_table counts;
    double population;
    int population_year;
};

/* --- reading ------------------------------------------------------------------------------------- */

static status read_counts(struct reading *self)
{
    self->window = window_of(self->what->window, self->as_of);
    self->periods[NOW] = self->window.now;
    self->periods[BEFORE] = self->window.before;
    self->period_count = 2;
    if (self->out->baseline != 0) {
        self->periods[BASELINE] = financial_year(self->out->baseline);
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
    self->population = NAN;
    self->population_year = 0;
    if (self->what->population_year != 0) {
        if (populations_of(people, self->subject->members, self->subject->member_count, self->what->population_year,
                           &self->population))
            self->population_year = self->what->population_year;
        else
            self->population = NAN;
    } else if (!populations_nearest(people, self->subject->members, self->subject->member_count, self->window.now,
                                    &self->population_year, &self->population))
        self->population = NAN;
}

static status open_reading(struct reading *self)
{
    status st = read_counts(self);
    if (st == STATUS_OK)
        find_population(self);
    return st;
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

static int root_of(const offence_tree *tree, int category_index)
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

static status fill_row(const struct reading *self, int category_index, report_row *row)
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

static bool is_blurred(const struct reading *self, int category_index)
{
    return count_table_blurred(&self->counts, NOW, category_index) ||
           count_table_blurred(&self->counts, BEFORE, category_index);
}

/* --- notes --------------------------------------------------------------------------------------- */

static text join(arena *memory, text before, const char *words)
{
    return before.size == 0 ? arena_print(memory, "%s", words) : arena_print(memory, "%.*s; %s", TEXT_ARGS(before), words);
}

static void say(report *self, report_row *row, const char *words)
{
    row->note = join(self->memory, row->note, words);
    static const char *const shown[] = {REPORT_SMALL_NOTE, REPORT_BEFORE_NOTE, REPORT_BASELINE_NOTE,
                                        REPORT_AT_LEAST_NOTE, REPORT_UNCOVERED_NOTE, REPORT_UNTOLD_NOTE};
    bool caveat = true;
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        caveat = caveat && strcmp(words, shown[i]) != 0;
    if (caveat)
        row->caveat = join(self->memory, row->caveat, words);
}

/* Why the window's count is not all that can be known. */
static void note_coverage(const struct reading *self, report_row *row)
{
    char words[128];
    const period_set *known = &self->known[row->category];
    double hidden = count_table_hidden(&self->counts, self->tree, NOW, row->category);
    bool told = row->coverage == COVERAGE_AT_LEAST || period_set_contains(known, row->window.now);
    if (hidden > 0 && told) {
        (void)snprintf(words, sizeof words, hidden > 1 ? "%.0f records are known only as something wider"
                                                       : "%.0f record is known only as something wider", hidden);
        say(self->out, row, words);
    } else if (row->coverage == COVERAGE_AT_LEAST)
        say(self->out, row, REPORT_AT_LEAST_NOTE);
    else
        say(self->out, row, known->count == 0 ? REPORT_UNTOLD_NOTE : REPORT_UNCOVERED_NOTE);
}

static void note_row(const struct reading *self, report_row *row)
{
    report *out = self->out;
    char words[128], date[PERIOD_TEXT];
    row->note = row->caveat = (text){"", 0};
    if (row->coverage != COVERAGE_COMPLETE)
        note_coverage(self, row);
    else if (row->previous_coverage != COVERAGE_COMPLETE)
        say(out, row, REPORT_BEFORE_NOTE);
    if (row->baseline_coverage == COVERAGE_AT_LEAST)
        say(out, row, REPORT_BASELINE_NOTE);
    if (row->change.small && row->previous_coverage == COVERAGE_COMPLETE)
        say(out, row, REPORT_SMALL_NOTE);
    if (row->as_of != out->as_of) {
        (void)snprintf(words, sizeof words, "known by month: as of %s", date_words(row->as_of, date));
        say(out, row, words);
    }
    if (offence_tree_category(self->tree, row->category)->police_generated)
        say(out, row, "rises and falls with police activity");
}

/* --- the report ---------------------------------------------------------------------------------- */

/* Bridging nodes take no step of indentation: the assessment does not know them. */
static int depth_of(const offence_tree *tree, int category_index)
{
    int depth = 0;
    for (int up = offence_tree_category(tree, category_index)->parent; up != CATEGORY_NONE;
         up = offence_tree_category(tree, up)->parent)
        depth += !offence_tree_category(tree, up)->bridging;
    return depth;
}

static void add_tree(const offence_tree *tree, int category_index, int *order, size_t *count)
{
    order[(*count)++] = category_index;
    for (int child = offence_tree_category(tree, category_index)->first_child; child != CATEGORY_NONE;
         child = offence_tree_category(tree, child)->next_sibling)
        add_tree(tree, child, order, count);
}

/* The tree from its first root on, then the marker categories, then the other roots. */
static size_t order_rows(const offence_tree *tree, int *order)
{
    size_t count = 0;
    int first = CATEGORY_NONE, categories = offence_tree_count(tree);
    for (int i = 0; i < categories && first == CATEGORY_NONE; i++)
        if (offence_tree_category(tree, i)->parent == CATEGORY_NONE && !category_is_marker(offence_tree_category(tree, i)))
            first = i;
    if (first != CATEGORY_NONE)
        add_tree(tree, first, order, &count);
    for (int i = 0; i < categories; i++)
        if (category_is_marker(offence_tree_category(tree, i)))
            order[count++] = i;
    for (int i = 0; i < categories; i++)
        if (i != first && offence_tree_category(tree, i)->parent == CATEGORY_NONE &&
            !category_is_marker(offence_tree_category(tree, i)))
            add_tree(tree, i, order, &count);
    return count;
}

/* Does every row that says anything speak as of another date than was asked? Then the whole report does. */
static bool all_speak_as_of(const report *self, day_number as_of)
{
    bool any = false;
    for (size_t i = 0; i < self->row_count; i++) {
        if (self->rows[i].coverage == COVERAGE_NOTHING)
            continue;
        if (self->rows[i].as_of != as_of)
            return false;
        any = true;
    }
    return any;
}

static void note_rows(struct reading *asked, struct reading *monthly)
{
    report *out = asked->out;
    if (monthly->as_of != asked->as_of && all_speak_as_of(out, monthly->as_of)) {
        char date[PERIOD_TEXT];
        out->as_of = monthly->as_of;
        out->window = monthly->window;
        report_note(out, arena_print(out->memory, "these records know only their month: as of %s, the end of the last "
                                     "complete month", date_words(out->as_of, date)));
    }
    for (size_t i = 0; i < out->row_count; i++)
        note_row(out->rows[i].as_of == asked->as_of ? asked : monthly, &out->rows[i]);
}

/* Rows of series that know only months, and whose months the date cuts, are read as of the month before. */
static status fill_rows(struct reading *asked, struct reading *monthly)
{
    report *out = asked->out;
    int *order = memory_new((size_t)offence_tree_count(asked->tree), sizeof *order);
    out->row_count = order_rows(asked->tree, order);
    out->rows = memory_new(out->row_count, sizeof *out->rows);
    int first_root = out->row_count > 0 ? order[0] : CATEGORY_NONE;
    status st = STATUS_OK;
    bool read = false;
    for (size_t i = 0; i < out->row_count && st == STATUS_OK; i++) {
        const struct reading *use = asked;
        report_row *row = &out->rows[i];
        if (is_blurred(asked, order[i])) {
            if (!read)
                st = open_reading(monthly);
            read = true;
            use = monthly;
        }
        if (st == STATUS_OK)
            st = fill_row(use, order[i], row);
        if (st != STATUS_OK)
            break;
        row->depth = row->marker ? 0 : depth_of(asked->tree, order[i]);
        row->root = !row->marker && root_of(asked->tree, order[i]) != first_root;
    }
    if (st == STATUS_OK)
        note_rows(asked, monthly);
    free(order);
    return st;
}

static status find_as_of(const figures *from, const subject *of, const report_request *what, day_number *out)
{
    *out = what->as_of;
    if (*out != DAY_NONE)
        return STATUS_OK;
    status st = subject_as_of(from, of, out);
    return st == STATUS_OK && *out == DAY_NONE ? STATUS_NOT_FOUND : st;
}

static report *new_report(const figures *from, const subject *of, const report_request *what)
{
    report *made = memory_new(1, sizeof *made);
    made->memory = arena_create();
    made->subject = *of;
    if (of->area != AREA_NONE) {
        made->subject.room = of->area;
        made->subject.members = &made->subject.room;
    }
    made->level = of->group != NULL ? of->group->kind
                                    : geography_area(figures_reference(from)->areas, of->area)->level;
    made->baseline = what->baseline != 0 ? what->baseline : priorities_baseline(figures_reference(from)->priorities);
    return made;
}

static void close_reading(struct reading *self)
{
    count_table_free(&self->counts);
}

status report_make(report_maker *self, const subject *of, report **out)
{
    const figures *from = self->from;
    const report_request *what = &self->what;
    day_number as_of;
    status st = find_as_of(from, of, what, &as_of);
    if (st != STATUS_OK)
        return st;
    report *made = new_report(from, of, what);
    struct reading asked = {.from = from, .what = what, .subject = &made->subject, .live = self->live, .out = made,
                            .as_of = as_of, .tree = figures_reference(from)->categories};
    st = known_read(from, &made->subject, &asked.known);
    struct reading monthly = asked;
    monthly.as_of = last_complete_month(as_of);
    if (st == STATUS_OK)
        st = open_reading(&asked);
    if (st == STATUS_OK) {
        made->as_of = as_of;
        made->window = asked.window;
        st = fill_rows(&asked, &monthly);
    }
    if (st == STATUS_OK)
        st = report_add_notes(from, what, made);
    close_reading(&asked);
    close_reading(&monthly);
    known_free(from, &asked.known);
    if (st != STATUS_OK)
        report_destroy(&made);
    else
        *out = made;
    return st;
}

void report_destroy(report **self)
{
    if (*self == NULL)
        return;
    free((*self)->rows);
    free((*self)->notes);
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

bool row_says_nothing(const report_row *row)
{
    return row->coverage == COVERAGE_NOTHING && isnan(row->previous) && isnan(row->baseline);
}

bool report_is_empty(const report *self)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (!row_says_nothing(&self->rows[i]))
            return false;
    return true;
}
