/* Folds a test's series as the judge does, and compares what came with what was expected. */
#include <stdlib.h>

#include "rule_tests_parts.h"
#include "words.h"

struct came {
    int category;
    level_change change;
    bool taken;          /* some expectation is met by it, or told as differing from it */
};

struct running {
    const rule_test *test;
    const reference *data;
    arena *memory;
    test_outcome *out;
    test_world world;
    area_fold *fold;     /* NULL: no rule watches the area */
    bool *judged;        /* [category] */
    int category;        /* that is being folded */
    struct came *each;
    size_t count, capacity;
};

/* --- differences ----------------------------------------------------------------------------------- */

static text figures_on(const struct running *self, int category_index, day_number on, int rule_index)
{
    level_change probe = {.on = on, .rule = rule_index};
    if (self->fold == NULL || !area_fold_watches(self->fold, category_index))
        return text_of("no rule watches it");
    if (!area_fold_measure(self->fold, category_index, &probe))
        return text_of("nothing can be said: what is compared isn't all known");
    return words_of_figures(&self->test->by->each[probe.rule], &probe.seen, self->test->by->baseline, self->memory);
}

static text figures_of(const struct running *self, const level_change *change)
{
    return words_of_figures(&self->test->by->each[change->rule], &change->seen, self->test->by->baseline, self->memory);
}

/* In order of lines; of one line as they come. */
static void differ(struct running *self, uint32_t line, text expected, text came, text figures)
{
    test_outcome *to = self->out;
    to->each = memory_room(to->each, to->count, &to->capacity, sizeof *to->each);
    size_t at = to->count++;
    for (; at > 0 && to->each[at - 1].line > line; at--)
        to->each[at] = to->each[at - 1];
    to->each[at] = (test_difference){line, expected, came, figures};
}

/* --- where series stand ---------------------------------------------------------------------------- */

static void state_on(const struct running *self, int category_index, day_number on, series_state *out)
{
    series_state_clear(out);
    if (self->fold != NULL)
        area_fold_run(self->fold, category_index, on, out, NULL, NULL);
}

static bool fits(const expectation *e, trend_direction direction, int rule_index)
{
    return (e->direction == TREND_NONE || e->direction == direction) && (e->rule < 0 || e->rule == rule_index);
}

static bool was_reached(const struct running *self, const expectation *e)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct came *c = &self->each[i];
        if (c->category == e->category && c->change.on <= e->on.to && c->change.after >= e->level &&
            fits(e, c->change.direction, c->change.rule))
            return true;
    }
    return false;
}

static void compare_standing(struct running *self, const expectation *e)
{
    series_state state;
    state_on(self, e->category, e->on.to, &state);
    if (e->by ? was_reached(self, e) : state.level == e->level && fits(e, state.direction, state.rule))
        return;
    differ(self, e->line, words_of_expectation(self->test, self->data, e, self->memory),
           words_of_standing(self->test, self->data, e->category, &state, self->memory),
           figures_on(self, e->category, e->on.to, e->rule >= 0 ? e->rule : state.rule));
}

/* --- changes --------------------------------------------------------------------------------------- */

static bool is_met_by(const expectation *e, const struct came *c)
{
    return !c->taken && c->category == e->category && c->change.on >= e->on.from && c->change.on <= e->on.to &&
           c->change.after == e->level && fits(e, c->change.direction, c->change.rule) &&
           (e->kind.size == 0 || text_is(e->kind, event_kind_text(level_change_kind(&c->change))));
}

static bool find_met(struct running *self, const expectation *e)
{
    for (size_t i = 0; i < self->count; i++)
        if (is_met_by(e, &self->each[i]))
            return self->each[i].taken = true;
    return false;
}

/* The change of the same series, not spoken for, that lies nearest in time; NULL: none is left. */
static struct came *nearest_left(struct running *self, const expectation *e)
{
    struct came *found = NULL;
    for (size_t i = 0; i < self->count; i++) {
        struct came *c = &self->each[i];
        if (!c->taken && c->category == e->category &&
            (found == NULL || abs(c->change.on - e->on.from) < abs(found->change.on - e->on.from)))
            found = c;
    }
    return found;
}

static void tell_missing(struct running *self, const expectation *e)
{
    series_state state;
    text expected = words_of_expectation(self->test, self->data, e, self->memory);
    struct came *instead = nearest_left(self, e);
    if (instead != NULL) {
        instead->taken = true;
        differ(self, e->line, expected, words_of_change(self->test, self->data, e->category, &instead->change, self->memory),
               figures_of(self, &instead->change));
        return;
    }
    state_on(self, e->category, e->on.to, &state);
    text stood = words_of_standing(self->test, self->data, e->category, &state, self->memory);
    differ(self, e->line, expected, arena_print(self->memory, "no alert: %.*s", TEXT_ARGS(stood)),
           figures_on(self, e->category, e->on.to, e->rule >= 0 ? e->rule : state.rule));
}

static void compare_changes(struct running *self)
{
    const rule_test *test = self->test;
    bool *met = memory_new(test->count + 1, sizeof *met);
    size_t listed = 0;
    for (size_t i = 0; i < test->count; i++) {
        listed += test->each[i].change;
        met[i] = !test->each[i].change || find_met(self, &test->each[i]);
    }
    for (size_t i = 0; i < test->count; i++)
        if (!met[i])
            tell_missing(self, &test->each[i]);
    free(met);
    for (size_t i = 0; i < self->count && test->changes_line != 0; i++)
        if (!self->each[i].taken)
            differ(self, test->changes_line, text_of(listed > 0 ? "no other alerts than those listed" : "no alert at all"),
                   words_of_change(test, self->data, self->each[i].category, &self->each[i].change, self->memory),
                   figures_of(self, &self->each[i].change));
}

/* --- the whole ------------------------------------------------------------------------------------- */

static void note(void *context, const level_change *change)
{
    struct running *self = context;
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count++] = (struct came){.category = self->category, .change = *change};
}

static int by_date(const void *left, const void *right)
{
    const struct came *a = left, *b = right;
    if (a->change.on != b->change.on)
        return a->change.on < b->change.on ? -1 : 1;
    return (a->category > b->category) - (a->category < b->category);
}

/* The series that the test is about: described, or named in what is expected. What lies above them moves as they do. */
static void choose(struct running *self)
{
    self->judged = memory_new((size_t)offence_tree_count(self->data->categories), sizeof *self->judged);
    for (size_t i = 0; i < self->test->own.count; i++)
        self->judged[self->test->own.each[i].category] = true;
    for (size_t i = 0; i < self->test->count; i++)
        self->judged[self->test->each[i].category] = true;
}

static void fold_chosen(struct running *self)
{
    for (int c = 0; self->fold != NULL && c < offence_tree_count(self->data->categories); c++) {
        series_state state;
        if (!self->judged[c] || !area_fold_watches(self->fold, c))
            continue;
        self->category = c;
        area_fold_run(self->fold, c, DAY_NONE, &state, note, self);
        self->out->said = self->out->said || state.first_said != DAY_NONE;
    }
    if (self->count > 0)
        qsort(self->each, self->count, sizeof *self->each, by_date);
}

void rule_test_run(const rule_test *test, const reference *data, arena *memory, test_outcome *out)
{
    struct running self = {.test = test, .data = data, .memory = memory, .out = out};
    *out = (test_outcome){0};
    test_world_make(test, data, &self.world);
    self.fold = area_fold_create(test->by, &self.world.data, test->area, test_world_area, &self.world);
    choose(&self);
    fold_chosen(&self);
    for (size_t i = 0; i < test->count; i++)
        if (!test->each[i].change)
            compare_standing(&self, &test->each[i]);
    compare_changes(&self);
    area_fold_destroy(&self.fold);
    test_world_free(&self.world);
    free(self.judged);
    free(self.each);
}

void test_outcome_free(test_outcome *self)
{
    free(self->each);
    *self = (test_outcome){0};
}
