#include "report.h"

#include <math.h>
#include <stdlib.h>

#include "report_parts.h"

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

/* --- its rows ------------------------------------------------------------------------------------ */

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

/* What a report is filled from: of the date that was asked for, and of the month's end before it for series that know
 * only months. */
struct readings {
    struct reading asked, monthly;
    bool monthly_open;
};

static status reading_for(struct readings *self, int category_index, const struct reading **out)
{
    status st = STATUS_OK;
    bool blurred = reading_is_blurred(&self->asked, category_index);
    if (blurred && !self->monthly_open)
        st = reading_open(&self->monthly);
    self->monthly_open = self->monthly_open || blurred;
    *out = blurred ? &self->monthly : &self->asked;
    return st;
}

static status fill_rows(report *self, struct readings *from)
{
    const offence_tree *tree = from->asked.tree;
    int *order = memory_new((size_t)offence_tree_count(tree), sizeof *order);
    status st = STATUS_OK;
    self->row_count = order_rows(tree, order);
    self->rows = memory_new(self->row_count, sizeof *self->rows);
    for (size_t i = 0; i < self->row_count && st == STATUS_OK; i++) {
        const struct reading *use;
        report_row *row = &self->rows[i];
        st = reading_for(from, order[i], &use);
        if (st == STATUS_OK)
            st = reading_fill_row(use, order[i], row);
        row->depth = row->marker ? 0 : depth_of(tree, order[i]);
        row->root = !row->marker && root_of(tree, order[i]) != order[0];
    }
    free(order);
    return st;
}

static void note_rows(report *self, const struct readings *from)
{
    char date[PERIOD_TEXT];
    if (from->monthly.as_of != from->asked.as_of && all_speak_as_of(self, from->monthly.as_of)) {
        self->as_of = from->monthly.as_of;
        self->window = from->monthly.window;
        report_note(self, arena_print(self->memory, "these records know only their month: as of %s, the end of the last "
                                      "complete month", date_words(self->as_of, date)));
    }
    for (size_t i = 0; i < self->row_count; i++)
        report_note_row(self, self->rows[i].as_of == from->asked.as_of ? &from->asked : &from->monthly, &self->rows[i]);
}

/* --- making it ----------------------------------------------------------------------------------- */

static status find_as_of(const figures *from, const subject *of, const report_request *what, day_number *out)
{
    *out = what->as_of;
    if (*out != DAY_NONE)
        return STATUS_OK;
    status st = subject_as_of(from, of, out);
    return st == STATUS_OK && *out == DAY_NONE ? STATUS_NOT_FOUND : st;
}

static report *new_report(const figures *from, const subject *of, const report_request *what, day_number as_of)
{
    const reference *data = figures_reference(from);
    report *made = memory_new(1, sizeof *made);
    made->memory = arena_create();
    if (of->group != NULL)
        subject_of_group(of->group, &made->subject);
    else
        subject_of_area(from, of->area, &made->subject);
    made->level = of->group != NULL ? of->group->kind : geography_area(data->areas, of->area)->level;
    made->baseline = what->baseline != 0 ? what->baseline : priorities_baseline(data->priorities);
    made->as_of = as_of;
    return made;
}

static status fill(const report_maker *maker, const period_set *known, report *self)
{
    struct readings from = {.asked = {.from = maker->from, .what = &maker->what, .subject = &self->subject,
                                      .live = maker->live, .tree = figures_reference(maker->from)->categories,
                                      .known = known, .baseline = self->baseline, .as_of = self->as_of}};
    from.monthly = from.asked;
    from.monthly.as_of = last_complete_month(self->as_of);
    status st = reading_open(&from.asked);
    self->window = from.asked.window;
    if (st == STATUS_OK)
        st = fill_rows(self, &from);
    if (st == STATUS_OK)
        note_rows(self, &from);
    reading_close(&from.asked);
    reading_close(&from.monthly);
    return st;
}

status report_make(report_maker *self, const subject *of, report **out)
{
    day_number as_of;
    period_set *known = NULL;
    status st = find_as_of(self->from, of, &self->what, &as_of);
    if (st != STATUS_OK)
        return st;
    report *made = new_report(self->from, of, &self->what, as_of);
    st = known_read(self->from, of, &known);
    if (st == STATUS_OK)
        st = fill(self, known, made);
    if (st == STATUS_OK)
        report_adjust_p(made);
    if (st == STATUS_OK)
        st = report_add_notes(self->from, &self->what, made);
    known_free(self->from, &known);
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

/* A bridging node stands only where what it joins is not told apart. */
bool row_is_shown(const report *self, size_t index)
{
    const report_row *row = &self->rows[index];
    if (row_says_nothing(row))
        return false;
    if (!row->bridging)
        return true;
    for (size_t i = index + 1; i < self->row_count && self->rows[i].depth >= row->depth && !self->rows[i].marker; i++)
        if (self->rows[i].depth == row->depth)
            return row_says_nothing(&self->rows[i]);
    return true;
}

bool report_is_empty(const report *self)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (!row_says_nothing(&self->rows[i]))
            return false;
    return true;
}
