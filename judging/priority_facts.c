#include "priority_facts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A gathering under way. */
struct gathering_facts {
    const figures *from;
    const offence_tree *tree;
    const report *report;
    arena *memory;
    priority_facts *out;
    int *groups; /* categories */
    size_t group_count;
};

static const change nothing_compared = {.percent = NAN, .low = NAN, .high = NAN, .p = NAN};

/* --- one category -------------------------------------------------------------------------------- */

/* The baseline where it is wholly known, else the year before. */
static void find_comparison(const struct gathering_facts *self, category_facts *facts)
{
    char words[PERIOD_TEXT];
    const report_row *row = facts->row;
    facts->change = nothing_compared;
    facts->before = NAN;
    facts->against = (text){"", 0};
    facts->baseline = !isnan(row->baseline_change.p);
    if (facts->baseline) {
        facts->change = row->baseline_change;
        facts->before = row->baseline;
        facts->against = arena_print(self->memory, "%s", financial_year_text(self->report->baseline, words));
    } else if (!isnan(row->change.p)) {
        facts->change = row->change;
        facts->before = row->previous;
        facts->against = text_of("the 12 months before");
    }
}

static int root_of(const offence_tree *tree, int category_index)
{
    while (offence_tree_category(tree, category_index)->parent != CATEGORY_NONE)
        category_index = offence_tree_category(tree, category_index)->parent;
    return category_index;
}

static bool is_known_with(const report_row *row, const report_row *other)
{
    return row->coverage == COVERAGE_COMPLETE && row->as_of == other->as_of;
}

/* "all crime" of "All crime (police recorded ...)". */
static text short_title(const struct gathering_facts *self, text title)
{
    const char *open = memchr(title.at, '(', title.size);
    text words = arena_text(self->memory, text_trim((text){title.at, open != NULL ? (size_t)(open - title.at) : title.size}));
    char *first = arena_take(self->memory, words.size);
    memcpy(first, words.at, words.size);
    if (words.size > 1 && first[0] >= 'A' && first[0] <= 'Z' && first[1] >= 'a' && first[1] <= 'z')
        first[0] = (char)(first[0] - 'A' + 'a');
    return (text){first, words.size};
}

static void find_share(const struct gathering_facts *self, int category_index, category_facts *facts)
{
    int root = root_of(self->tree, category_index);
    const report_row *whole = self->out->each[root].row;
    facts->share = (share_limits){NAN, NAN, NAN};
    facts->share_of = (text){"", 0};
    if (root == category_index || isnan(facts->row->share_pct) || !is_known_with(whole, facts->row))
        return;
    facts->share = share_wilson(facts->row->count, whole->count, 0.95);
    facts->share_of = short_title(self, whole->title);
}

/* --- rank ---------------------------------------------------------------------------------------- */

static void add_groups(struct gathering_facts *self, int above)
{
    for (int child = offence_tree_category(self->tree, above)->first_child; child != CATEGORY_NONE;
         child = offence_tree_category(self->tree, child)->next_sibling) {
        if (offence_tree_category(self->tree, child)->bridging)
            add_groups(self, child);
        else
            self->groups[self->group_count++] = child;
    }
}

static int first_root(const offence_tree *tree)
{
    for (int i = 0; i < offence_tree_count(tree); i++)
        if (offence_tree_category(tree, i)->parent == CATEGORY_NONE && !category_is_marker(offence_tree_category(tree, i)))
            return i;
    return CATEGORY_NONE;
}

static volume_kind kind_of_rank(const struct gathering_facts *self, int category_index)
{
    for (size_t i = 0; i < self->group_count; i++)
        if (self->groups[i] == category_index)
            return VOLUME_RANKS;
    bool overlay = category_is_marker(offence_tree_category(self->tree, category_index)) &&
                   offence_tree_category(self->tree, category_index)->parent != CATEGORY_NONE &&
                   root_of(self->tree, category_index) == first_root(self->tree);
    return overlay && self->group_count > 0 ? VOLUME_WOULD_RANK : VOLUME_UNRANKED;
}

static void find_rank(const struct gathering_facts *self, int category_index, category_facts *facts)
{
    double *counts = memory_new(self->group_count, sizeof *counts);
    facts->ranked = kind_of_rank(self, category_index);
    facts->groups = self->group_count;
    bool known = facts->row->coverage == COVERAGE_COMPLETE;
    for (size_t i = 0; i < self->group_count; i++) {
        const report_row *row = self->out->each[self->groups[i]].row;
        known = known && is_known_with(row, facts->row);
        counts[i] = row->count;
    }
    if (facts->ranked != VOLUME_UNRANKED && !known)
        facts->ranked = VOLUME_UNKNOWN;
    facts->rank = known && facts->ranked != VOLUME_UNRANKED ? share_rank(facts->row->count, counts, self->group_count) : 0;
    free(counts);
}

/* --- changes of recording ------------------------------------------------------------------------ */

static void add_words(struct gathering_facts *self, text **list, size_t *count, text words)
{
    text *longer = arena_take(self->memory, (*count + 1) * sizeof *longer);
    if (*count > 0)
        memcpy(longer, *list, *count * sizeof *longer);
    longer[*count] = words;
    *list = longer;
    (*count)++;
}

/* The day on which what it is compared with begins. */
static day_number compared_from(const struct gathering_facts *self, const category_facts *facts)
{
    return facts->baseline ? financial_year(self->report->baseline).from : facts->row->window.before.from;
}

/* Does a change of recording of one category, on a day, fall into the comparison of another? */
static bool touches(const struct gathering_facts *self, const category_facts *facts, int what, day_number on)
{
    bool between = facts->against.size > 0 && on > compared_from(self, facts) &&
                   on <= facts->row->window.now.to;
    return between && offence_tree_contains(self->tree, what, facts->row->category);
}

static void take_recording_change(struct gathering_facts *self, const sheet *changes, size_t row, int what, day_number on)
{
    char date[PERIOD_TEXT];
    text words = arena_print(self->memory, "recording changed on %s: %.*s", date_words(on, date),
                             TEXT_ARGS(sheet_cell(changes, row, 3)));
    bool of_all = what == first_root(self->tree);
    bool any = false;
    for (size_t c = 0; c < self->out->count; c++) {
        category_facts *facts = &self->out->each[c];
        if (!touches(self, facts, what, on))
            continue;
        any = true;
        if (!of_all || (int)c == what)
            add_words(self, &facts->recording, &facts->recording_count, words);
    }
    if (of_all && any)
        add_words(self, &self->out->recording, &self->out->recording_count, words);
}

static void find_recording_changes(struct gathering_facts *self)
{
    const reference *data = figures_reference(self->from);
    const sheet *changes = &data->sheets->each[SHEET_RECORDING_CHANGES];
    for (size_t row = 0; row < changes->row_count; row++) {
        day_number on;
        int what = offence_tree_find(self->tree, sheet_cell(changes, row, 2));
        if (date_read(sheet_cell(changes, row, 0), &on) && what != CATEGORY_NONE &&
            subject_meets(data, &self->report->subject, sheet_cell(changes, row, 1)))
            take_recording_change(self, changes, row, what, on);
    }
}

/* --- all of them --------------------------------------------------------------------------------- */

/* Rows that know only months may end earlier than the others: their years are read as of their own date. */
static status find_years(const struct gathering_facts *self)
{
    const report *r = self->report;
    bool *filled = memory_new(r->row_count, sizeof *filled);
    status st = STATUS_OK;
    for (size_t i = 0; i < r->row_count && st == STATUS_OK; i++) {
        double(*years)[YEARS_COUNTED] = NULL;
        if (filled[i])
            continue;
        st = yearly_counts_read(self->from, &r->subject, r->rows[i].as_of, &years);
        for (size_t k = i; k < r->row_count && st == STATUS_OK; k++)
            if (r->rows[k].as_of == r->rows[i].as_of) {
                memcpy(self->out->each[r->rows[k].category].years, years[r->rows[k].category], sizeof years[0]);
                filled[k] = true;
            }
        free(years);
    }
    free(filled);
    return st;
}

status priority_facts_read(const figures *from, const report *of, arena *memory, priority_facts *out)
{
    const offence_tree *tree = figures_reference(from)->categories;
    size_t count = (size_t)offence_tree_count(tree);
    *out = (priority_facts){.each = arena_take(memory, count * sizeof *out->each), .count = count};
    struct gathering_facts self = {.from = from, .tree = tree, .report = of, .memory = memory, .out = out,
                                   .groups = memory_new(count, sizeof *self.groups)};
    for (size_t i = 0; i < count; i++)
        out->each[i] = (category_facts){.row = NULL};
    assert(of->row_count == count); /* a report has every category */
    for (size_t i = 0; i < of->row_count; i++)
        out->each[of->rows[i].category].row = &of->rows[i];
    if (first_root(tree) != CATEGORY_NONE)
        add_groups(&self, first_root(tree));
    for (int c = 0; c < (int)count; c++) {
        category_facts *facts = &out->each[c];
        facts->police_generated = offence_tree_category(tree, c)->police_generated;
        find_comparison(&self, facts);
        find_share(&self, c, facts);
        find_rank(&self, c, facts);
    }
    find_recording_changes(&self);
    free(self.groups);
    return find_years(&self);
}
