#include "area_fold.h"

#include <math.h>
#include <stdlib.h>

/* One category of the area, made when first asked for. */
struct watched {
    bool made;
    day_series counts;
    series_view view;
    series_look *look;
    day_series wider[RULES_MAX]; /* of the rule's larger area */
    wider_series wide[RULES_MAX];
};

struct area_fold {
    const rules *by;
    const reference *data;
    int area;
    area_source *ask;
    void *context;
    area_input input;
    struct watched *each;  /* [category] */
    bool *applies;         /* [category][rule] */
};

static bool *applies_to(const area_fold *self, int category_index)
{
    return self->applies + (size_t)category_index * RULES_MAX;
}

area_fold *area_fold_create(const rules *by, const reference *data, int area_index, area_source *ask, void *context)
{
    area_input input;
    if (!rules_watch_area(by, area_index) || !ask(context, area_index, &input))
        return NULL;
    size_t categories = (size_t)offence_tree_count(data->categories);
    area_fold *self = memory_new(1, sizeof *self);
    *self = (area_fold){.by = by, .data = data, .area = area_index, .ask = ask, .context = context, .input = input};
    self->each = memory_new(categories, sizeof *self->each);
    self->applies = memory_new(categories * RULES_MAX, sizeof *self->applies);
    for (size_t c = 0; c < categories; c++)
        for (size_t i = 0; i < by->count; i++)
            applies_to(self, (int)c)[i] = rule_watches(&by->each[i], area_index, (int)c);
    return self;
}

static void forget(struct watched *one)
{
    series_look_destroy(&one->look);
    day_series_free(&one->counts);
    for (int i = 0; i < RULES_MAX; i++)
        day_series_free(&one->wider[i]);
}

void area_fold_destroy(area_fold **of)
{
    area_fold *self = *of;
    if (self == NULL)
        return;
    for (int c = 0; c < offence_tree_count(self->data->categories); c++)
        if (self->each[c].made)
            forget(&self->each[c]);
    free(self->each);
    free(self->applies);
    free(self);
    *of = NULL;
}

static void make_wider(area_fold *self, struct watched *one, int category_index, size_t rule_index)
{
    area_input input;
    int wide = rule_wider_area(&self->by->each[rule_index], self->data->areas, self->area);
    if (wide == AREA_NONE || !self->ask(self->context, wide, &input))
        return;
    area_days_series(input.days, category_index, &one->wider[rule_index]);
    one->wide[rule_index] = (wider_series){.counts = &one->wider[rule_index], .known = &input.known[category_index], .area = wide};
}

static struct watched *series_of(area_fold *self, int category_index)
{
    struct watched *one = &self->each[category_index];
    if (one->made)
        return one;
    one->made = true;
    area_days_series(self->input.days, category_index, &one->counts);
    for (size_t i = 0; i < self->by->count; i++)
        if (self->by->each[i].detector == DETECTOR_COMPARATOR_GAP && applies_to(self, category_index)[i])
            make_wider(self, one, category_index, i);
    one->view = (series_view){.counts = &one->counts, .known = &self->input.known[category_index], .area = self->area,
                              .people = self->data->populations, .wider = one->wide};
    one->look = series_look_create(&one->view, self->by->baseline);
    return one;
}

bool area_fold_watches(const area_fold *self, int category_index)
{
    return rules_watch(self->by, self->area, category_index);
}

period area_fold_dates(area_fold *self, int category_index)
{
    return fold_dates(&series_of(self, category_index)->view);
}

void area_fold_go_on(area_fold *self, int category_index, period dates, series_state *state,
                     void (*visit)(void *context, const level_change *change), void *context)
{
    struct watched *one = series_of(self, category_index);
    fold_series(self->by, applies_to(self, category_index), one->look, dates, state, visit, context);
}

void area_fold_run(area_fold *self, int category_index, day_number until, series_state *state,
                   void (*visit)(void *context, const level_change *change), void *context)
{
    period dates = area_fold_dates(self, category_index);
    if (until != DAY_NONE && until < dates.to)
        dates.to = until;
    series_state_clear(state);
    area_fold_go_on(self, category_index, dates, state, visit, context);
}

static bool measure_by(area_fold *self, int category_index, int rule_index, level_change *change)
{
    series_look *look = series_of(self, category_index)->look;
    measurement seen = series_look_at(look, &self->by->each[rule_index], change->on);
    if (!seen.possible)
        return false;
    series_look_ask_p(look, &seen);
    change->rule = rule_index;
    change->seen = seen;
    return true;
}

bool area_fold_measure(area_fold *self, int category_index, level_change *change)
{
    if (change->rule >= 0)
        return measure_by(self, category_index, change->rule, change);
    for (int i = 0; i < (int)self->by->count; i++)
        if (applies_to(self, category_index)[i] && measure_by(self, category_index, i, change))
            return true;
    return false;
}

/* --- what explains a move -------------------------------------------------------------------------- */

static measurement measure(area_fold *self, int category_index, const level_change *change)
{
    return series_look_at(series_of(self, category_index)->look, &self->by->each[change->rule], change->on);
}

/* The child that makes up more than half of a node's move, or CATEGORY_NONE. */
static int main_child(area_fold *self, int node, const level_change *change, double difference)
{
    const offence_tree *tree = self->data->categories;
    int found = CATEGORY_NONE;
    double most = fabs(difference) / 2;
    for (int c = offence_tree_category(tree, node)->first_child; c != CATEGORY_NONE;
         c = offence_tree_category(tree, c)->next_sibling) {
        measurement seen = measure(self, c, change);
        if (!seen.possible || seen.direction != change->direction || fabs(seen.difference) <= most)
            continue;
        found = c;
        most = fabs(seen.difference);
    }
    return found;
}

static void note_against(area_fold *self, int node, const level_change *change, explanation *out)
{
    const offence_tree *tree = self->data->categories;
    for (int c = offence_tree_category(tree, node)->first_child; c != CATEGORY_NONE && out->against_count < AGAINST_MAX;
         c = offence_tree_category(tree, c)->next_sibling) {
        measurement seen = measure(self, c, change);
        if (!seen.possible || !seen.complete || seen.direction == change->direction || seen.direction == TREND_NONE)
            continue;
        series_look_ask_p(series_of(self, c)->look, &seen);
        if (!seen.percent_shown || fabs(seen.percent) < self->by->each[change->rule].clear_percent)
            continue;
        out->against[out->against_count] = c;
        out->against_seen[out->against_count++] = seen;
    }
}

void area_fold_explain(area_fold *self, int category_index, const level_change *change, explanation *out)
{
    *out = (explanation){.lowest = category_index};
    if (category_is_marker(offence_tree_category(self->data->categories, category_index)) || change->direction == TREND_NONE)
        return;
    note_against(self, category_index, change, out);
    double difference = change->seen.difference;
    for (int child; (child = main_child(self, out->lowest, change, difference)) != CATEGORY_NONE;) {
        out->lowest = child;
        difference = measure(self, child, change).difference;
    }
}
