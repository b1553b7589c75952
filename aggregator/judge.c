#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "judge_parts.h"

/* How far behind the last date folds are kept: most corrections are younger than the first, live records than the second. */
static const int kept_behind_days[KEPT_FOLDS] = {62, 3};

/* --- where series stood --------------------------------------------------------------------------- */

judge *judge_create(void)
{
    judge *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    self->names = arena_create();
    return self;
}

static void empty_commit(judge *self)
{
    self->level_count = self->event_count = self->judged_count = self->unjudged_count = 0;
    arena_reset(self->memory);
}

static void empty(judge *self)
{
    judge_drop_areas(self, true);
    for (int i = 0; i < self->areas; i++)
        free(self->levels[i]);
    free(self->levels);
    free(self->turns);
    free(self->held);
    self->levels = NULL;
    self->turns = NULL;
    self->held = NULL;
    self->areas = self->categories = 0;
    self->touched = false;
    arena_reset(self->names);
    empty_commit(self);
}

void judge_destroy(judge **of)
{
    judge *self = *of;
    if (self == NULL)
        return;
    empty(self);
    free(self->out_levels);
    free(self->events);
    free(self->judged);
    free(self->unjudged);
    arena_destroy(&self->memory);
    arena_destroy(&self->names);
    free(self);
    *of = NULL;
}

struct reading {
    judge *self;
    engine *of;
};

static void take_level(void *context, const stored_level *found)
{
    const struct reading *r = context;
    int area_index = geography_of_id(r->of->data->areas, found->area);
    int category_index = offence_tree_of_id(r->of->data->categories, found->category);
    if (area_index == AREA_NONE || category_index == CATEGORY_NONE)
        return;
    stored_level *kept = judge_level(r->self, r->of, area_index, category_index);
    *kept = *found;
    kept->rule = arena_text(r->self->names, found->rule);
}

static void take_unjudged(void *context, uint32_t area_id)
{
    const struct reading *r = context;
    int index = geography_of_id(r->of->data->areas, area_id);
    if (index == AREA_NONE)
        return;
    r->self->turns[index].waits = true;
    r->self->turns[index].loader = SEVERAL;
}

status judge_load(judge *self, engine *of)
{
    struct reading r = {self, of};
    empty(self);
    self->areas = geography_count(of->data->areas);
    self->categories = offence_tree_count(of->data->categories);
    self->turns = memory_new((size_t)self->areas, sizeof *self->turns);
    self->held = memory_new((size_t)self->areas, sizeof *self->held);
    self->levels = memory_new((size_t)self->areas, sizeof *self->levels);
    for (int i = 0; i < self->areas; i++)
        self->turns[i].since = DAY_NONE;
    status st = store_last_event(of->store, &self->last_event);
    if (st == STATUS_OK)
        st = store_levels(of->store, 0, take_level, &r);
    return st == STATUS_OK ? store_unjudged(of->store, take_unjudged, &r) : st;
}

stored_level *judge_level(judge *self, const engine *of, int area_index, int category_index)
{
    if (self->levels[area_index] == NULL) {
        self->levels[area_index] = memory_new((size_t)self->categories, sizeof **self->levels);
        for (int c = 0; c < self->categories; c++)
            self->levels[area_index][c] = (stored_level){
                .area = geography_area(of->data->areas, area_index)->id,
                .category = offence_tree_category(of->data->categories, c)->id, .since = DAY_NONE, .as_of = DAY_NONE};
    }
    return &self->levels[area_index][category_index];
}

/* --- whose turn it is ------------------------------------------------------------------------------ */

void judge_touch(judge *self, int area_index, day_number since, uint32_t loader)
{
    area_turn *turn = &self->turns[area_index];
    self->touched = true;
    if (turn->since == DAY_NONE || since < turn->since)
        turn->since = since;
    if (loader == LIVE)
        return;
    turn->waited = turn->waited || !turn->waits;
    turn->loader = turn->waits && turn->loader != loader ? SEVERAL : loader;
    turn->waits = true;
}

static void touch_below(judge *self, const engine *of, int area_index, day_number since, uint32_t loader)
{
    const geography *areas = of->data->areas;
    judge_touch(self, area_index, since, loader);
    self->turns[area_index].all = true;
    for (int child = geography_area(areas, area_index)->first_child; child != AREA_NONE;
         child = geography_area(areas, child)->next_sibling)
        if (geography_area(areas, child)->counted)
            touch_below(self, of, child, since, loader);
}

void judge_touch_coverage(judge *self, const engine *of, int area_index, day_number since, uint32_t loader)
{
    touch_below(self, of, area_index, since, loader);
    for (int up = geography_up(of->data->areas, area_index); up != AREA_NONE; up = geography_up(of->data->areas, up)) {
        judge_touch(self, up, since, loader);
        self->turns[up].all = true;
    }
}

void judge_touch_all(judge *self, const engine *of)
{
    self->touched = true;
    for (int i = 0; i < self->areas; i++)
        if (geography_area(of->data->areas, i)->counted)
            self->turns[i] = (area_turn){.since = 0, .all = true, .waits = true, .due = true, .loader = SEVERAL};
}

void judge_loaded(judge *self, uint32_t loader, bool others)
{
    for (int i = 0; i < self->areas; i++) {
        area_turn *turn = &self->turns[i];
        if (!turn->waits || (turn->loader != loader && turn->loader != SEVERAL))
            continue;
        turn->ended = true;
        turn->due = turn->due || turn->loader == loader || !others;
        self->touched = self->touched || turn->due;
    }
}

void judge_loader_gone(judge *self, uint32_t loader, bool others)
{
    for (int i = 0; i < self->areas; i++) {
        area_turn *turn = &self->turns[i];
        if (turn->waits && turn->loader == loader)
            turn->loader = SEVERAL;
        if (turn->waits && turn->ended && !others)
            self->touched = turn->due = true;
    }
}

uint64_t judge_next_event(const judge *self)
{
    return self->last_event + 1;
}

void judge_count_events(judge *self, size_t count)
{
    self->last_event += count;
}

bool judge_has_work(const judge *self)
{
    return self->touched;
}

static bool has_turn(const area_turn *turn)
{
    return turn->waits ? turn->due : turn->since != DAY_NONE;
}

/* --- one area -------------------------------------------------------------------------------------- */

/* The latest of the kept folds that nothing has changed since; the others of those that reach beyond are let go.
 * Returns NULL when none can be gone on from */
static const kept_fold *latest_kept(kept_fold kept[KEPT_FOLDS], period dates, day_number since)
{
    const kept_fold *found = NULL;
    for (int i = 0; i < KEPT_FOLDS; i++) {
        kept[i].held = kept[i].held && since > kept[i].to && kept[i].to >= dates.from && kept[i].to < dates.to;
        if (kept[i].held && (found == NULL || kept[i].to > found->to))
            found = &kept[i];
    }
    return found;
}

/* On from what is kept, and keeping what the next time can go on from. */
static void fold_series_on(judged_series *of, judged_area *held, day_number since, series_state *state)
{
    kept_fold *kept = held->kept[of->category];
    period dates = area_fold_dates(of->fold, of->category);
    const kept_fold *begun = latest_kept(kept, dates, since);
    series_state_clear(state);
    if (begun != NULL) {
        *state = begun->state;
        dates.from = begun->to + 1;
    }
    of->start = (level_change){.on = state->since, .after = state->level, .direction = state->direction, .rule = state->rule};
    for (int i = 0; i < KEPT_FOLDS; i++) {
        day_number keep = dates.to - kept_behind_days[i];
        if (keep < dates.from)
            continue;
        area_fold_go_on(of->fold, of->category, (period){dates.from, keep}, state, judge_note_change, of);
        kept[i] = (kept_fold){.held = true, .to = keep, .state = *state};
        dates.from = keep + 1;
    }
    area_fold_go_on(of->fold, of->category, dates, state, judge_note_change, of);
}

static void stop_watching(judge_inputs *inputs, int area_index, int category_index, int64_t now_s)
{
    judge *self = inputs->self;
    if (self->levels[area_index] == NULL)
        return;
    stored_level *kept = judge_level(self, inputs->of, area_index, category_index);
    if (kept->level == LEVEL_NORMAL && kept->announced == LEVEL_NORMAL)
        return;
    judge_end_watch(self, inputs->of, kept, now_s);
}

static void judge_one(judge_inputs *inputs, int area_index, int64_t now_s, uint64_t *batch)
{
    judge *self = inputs->self;
    area_turn *turn = &self->turns[area_index];
    bool anew = turn->all || turn->due;
    /* Most areas of a country are watched by no rule: their counts need not even be read. */
    if (!rules_watch_area(inputs->of->rules, area_index)) {
        judged_area *compared_with = &self->held[area_index];
        if (compared_with->used <= self->clock)
            judge_drop_area(self, area_index);
        else
            memset(compared_with->changed, 0, (size_t)self->categories * sizeof *compared_with->changed);
        for (int c = 0; c < self->categories && anew; c++)
            stop_watching(inputs, area_index, c, now_s);
        return;
    }
    judged_area *held = judge_area(inputs, area_index);
    if (held == NULL)
        return;
    area_fold *fold = area_fold_create(inputs->of->rules, inputs->of->data, area_index, judge_input, inputs);
    for (int c = 0; c < self->categories && inputs->st == STATUS_OK; c++) {
        series_state state;
        if (fold == NULL || !area_fold_watches(fold, c)) {
            stop_watching(inputs, area_index, c, now_s);
            continue;
        }
        if (!anew && !held->changed[c])
            continue;
        judged_series one = {.self = self, .of = inputs->of, .fold = fold, .area = area_index, .category = c,
                             .now_s = now_s, .standing = turn->due, .batch = turn->due ? *batch : 0};
        fold_series_on(&one, held, anew || turn->since == DAY_NONE ? INT32_MIN : turn->since, &state);
        judge_settle_series(&one, &state);
        if (turn->due)
            *batch = one.batch;
        free(one.changes);
    }
    area_fold_destroy(&fold);
    memset(held->changed, 0, (size_t)self->categories * sizeof *held->changed);
}

/* --- areas whose comparator changed ---------------------------------------------------------------- */

static bool compares_with(const engine *of, const watch_rule *rule, int area_index, int wide)
{
    return rule->detector == DETECTOR_COMPARATOR_GAP && rule->areas[area_index] &&
           wide == rule_wider_area(rule, of->data->areas, area_index);
}

/* A larger area has changed: those that are compared with it are looked at again. */
static void touch_compared(judge_inputs *inputs, int wide)
{
    judge *self = inputs->self;
    const rules *by = inputs->of->rules;
    for (size_t r = 0; r < by->count; r++)
        for (int i = 0; i < self->areas && by->each[r].detector == DETECTOR_COMPARATOR_GAP; i++) {
            if (i == wide || !compares_with(inputs->of, &by->each[r], i, wide) || self->turns[i].waits)
                continue;
            judged_area *held = judge_area(inputs, i), *changed = judge_area(inputs, wide);
            if (held == NULL || changed == NULL)
                return;
            for (int c = 0; c < self->categories; c++)
                held->changed[c] = held->changed[c] || changed->changed[c] || self->turns[wide].all;
            judge_touch(self, i, self->turns[wide].since, LIVE);
        }
}

static void find_compared(judge_inputs *inputs)
{
    judge *self = inputs->self;
    bool any = false;
    for (size_t r = 0; r < inputs->of->rules->count; r++)
        any = any || inputs->of->rules->each[r].detector == DETECTOR_COMPARATOR_GAP;
    for (int i = 0; any && i < self->areas && inputs->st == STATUS_OK; i++)
        if (has_turn(&self->turns[i]) && self->turns[i].since != DAY_NONE)
            touch_compared(inputs, i);
}

/* --- the commit ------------------------------------------------------------------------------------ */

static void add_number(uint32_t **list, size_t *count, size_t *capacity, uint32_t number)
{
    *list = memory_room(*list, *count, capacity, sizeof **list);
    (*list)[(*count)++] = number;
}

static void take_turns(judge_inputs *inputs, int64_t now_s)
{
    judge *self = inputs->self;
    uint64_t batch = 0;
    find_compared(inputs);
    for (int i = 0; i < self->areas && inputs->st == STATUS_OK; i++) {
        area_turn *turn = &self->turns[i];
        uint32_t id = geography_area(inputs->of->data->areas, i)->id;
        if (has_turn(turn))
            judge_one(inputs, i, now_s, &batch);
        if (turn->due)
            add_number(&self->judged, &self->judged_count, &self->judged_capacity, id);
        else if (turn->waited)
            add_number(&self->unjudged, &self->unjudged_count, &self->unjudged_capacity, id);
    }
}

status judge_run(judge *self, engine *of, int64_t now_s, store_group *out)
{
    judge_inputs inputs;
    if (!self->touched)
        return STATUS_OK;
    judge_inputs_open(&inputs, self, of);
    take_turns(&inputs, now_s);
    judge_inputs_close(&inputs);
    judge_group_events(self);
    self->clock++;
    out->levels = self->out_levels;
    out->level_count = self->level_count;
    out->events = self->events;
    out->event_count = self->event_count;
    out->judged = self->judged;
    out->judged_count = self->judged_count;
    out->unjudged = self->unjudged;
    out->unjudged_count = self->unjudged_count;
    return inputs.st;
}

void judge_settle(judge *self)
{
    if (!self->touched)
        return;
    for (int i = 0; i < self->areas; i++) {
        area_turn *turn = &self->turns[i];
        bool judged = has_turn(turn);
        /* What waits was not read: its counts in memory are not those in the store. */
        if (!judged && turn->since != DAY_NONE)
            judge_drop_area(self, i);
        bool waits = turn->waits && !turn->due;
        *turn = (area_turn){.since = waits ? turn->since : DAY_NONE, .waits = waits, .ended = waits && turn->ended,
                            .loader = turn->loader};
    }
    self->last_event += self->event_count;
    self->touched = false;
    judge_drop_areas(self, false);
    empty_commit(self);
}
