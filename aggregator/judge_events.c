/* From a series' fold to its level and what is announced of it. */
#include <assert.h>
#include <stdlib.h>

#include "judge_parts.h"
#include "judging/words.h"
#include "proto/alert_event.h"

void judge_note_change(void *context, const level_change *change)
{
    judged_series *self = context;
    self->changes = memory_room(self->changes, self->change_count, &self->change_capacity, sizeof *change);
    self->changes[self->change_count++] = *change;
}

/* --- what an event says --------------------------------------------------------------------------- */

static void put_period(jsondoc *to, const char *from_key, const char *to_key, period days)
{
    char date[DATE_TEXT];
    jsondoc_put_text(to, from_key, text_of(date_text(days.from, date)));
    jsondoc_put_text(to, to_key, text_of(date_text(days.to, date)));
}

static void put_thresholds(jsondoc *to, const watch_rule *rule)
{
    jsondoc *list = jsondoc_put_array(to, "thresholds");
    for (size_t i = 0; i < rule->threshold_count; i++) {
        const threshold *t = &rule->thresholds[i];
        jsondoc *one = jsondoc_add_object(list);
        jsondoc_put_text(one, "level", text_of(alert_level_text(t->level)));
        if (t->percent > 0)
            jsondoc_put_number(one, "percent", t->percent);
        if (t->p < 1)
            jsondoc_put_number(one, "p", t->p);
        if (t->difference > 0)
            jsondoc_put_number(one, "difference", t->difference);
    }
}

static text figures_in_json(const watch_rule *rule, const measurement *seen, arena *memory)
{
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "detector", text_of(detector_text(rule->detector)));
    put_period(all, "from", "to", seen->now);
    put_period(all, "compared_from", "compared_to", seen->before);
    jsondoc_put_number(all, "count", seen->current);
    jsondoc_put_number(all, "compared", seen->compared);
    jsondoc_put_number(all, "exposure", seen->exposure);
    jsondoc_put_number(all, "compared_exposure", seen->compared_exposure);
    jsondoc_put_number(all, "percent", seen->percent);
    jsondoc_put_bool(all, "percent_shown", seen->percent_shown);
    jsondoc_put_number(all, "difference", seen->difference);
    jsondoc_put_number(all, "p", seen->p);
    jsondoc_put_number(all, "dispersion", seen->phi);
    jsondoc_put_bool(all, "complete", seen->complete);
    put_thresholds(all, rule);
    text made = jsondoc_print(all, memory);
    jsondoc_destroy(&all);
    return text_trim(made);
}

/* "Shoplifting in Stafford: priority, rising. 747 in ..." */
static text in_words(const judged_series *self, const level_change *change, const watch_rule *rule, arena *memory)
{
    const category *c = offence_tree_category(self->of->data->categories, self->category);
    const area *where = geography_area(self->of->data->areas, self->area);
    text figures_said = words_of_figures(rule, &change->seen, self->of->rules->baseline, memory);
    const char *direction = trend_text(change->after == LEVEL_NORMAL ? TREND_NONE : change->direction);
    return arena_print(memory, "%.*s in %.*s: %s%s%s. %.*s", TEXT_ARGS(c->title), TEXT_ARGS(where->name),
                       alert_level_text(change->after), direction[0] != '\0' ? ", " : "", direction, TEXT_ARGS(figures_said));
}

static text caveats_in_json(const text *each, size_t count, arena *memory)
{
    jsondoc *list = jsondoc_array();
    for (size_t i = 0; i < count; i++)
        jsondoc_add_text(list, each[i]);
    text made = jsondoc_print(list, memory);
    jsondoc_destroy(&list);
    return text_trim(made);
}

/* The next event of a series; the alert that is open on it, or that it opens, goes on or ends with it. */
static stored_event *next_event(judge *j, stored_level *of, alert_level after, int64_t now_s)
{
    j->events = memory_room(j->events, j->event_count, &j->event_capacity, sizeof *j->events);
    stored_event *made = &j->events[j->event_count];
    *made = (stored_event){.id = j->last_event + ++j->event_count, .at_s = now_s, .area = of->area, .category = of->category};
    assert(of->alert != 0 || after != LEVEL_NORMAL);
    made->alert = of->alert != 0 ? of->alert : made->id;
    made->batch = made->id;
    of->alert = after != LEVEL_NORMAL ? made->alert : 0;
    return made;
}

static void announce(judged_series *self, const level_change *change, event_kind kind, bool corrected)
{
    judge *j = self->self;
    const reference *data = self->of->data;
    const watch_rule *rule = &self->of->rules->each[change->rule];
    explanation why;
    text caveats[CAVEATS_MAX];
    area_fold_explain(self->fold, self->category, change, &why);
    size_t count = words_of_caveats(data, self->area, self->category, rule, change, &why, caveats, j->memory);
    stored_event *made = next_event(j, judge_level(j, self->of, self->area, self->category), change->after, self->now_s);
    *made = (stored_event){
        .id = made->id,
        .at_s = made->at_s,
        .kind = text_of(event_kind_text(kind)),
        .alert = made->alert,
        .area = made->area,
        .category = made->category,
        .as_of = change->on,
        .level_before = (uint8_t)change->before,
        .level = (uint8_t)change->after,
        .direction_before = (uint8_t)change->direction_before,
        .direction = (uint8_t)change->direction,
        .rule = arena_text(j->memory, rule->name),
        .corrected = corrected,
        .lowest = offence_tree_category(data->categories, why.lowest)->id,
        .figures = figures_in_json(rule, &change->seen, j->memory),
        .words = in_words(self, change, rule, j->memory),
        .caveats = caveats_in_json(caveats, count, j->memory),
    };
    made->batch = self->batch != 0 ? self->batch : made->id;
}

void judge_end_watch(judge *self, const engine *of, stored_level *kept, int64_t now_s)
{
    const area *where = geography_area(of->data->areas, geography_of_id(of->data->areas, kept->area));
    const category *c = offence_tree_category(of->data->categories, offence_tree_of_id(of->data->categories, kept->category));
    stored_level before = *kept;
    if (kept->announced != LEVEL_NORMAL) {
        stored_event *made = next_event(self, kept, LEVEL_NORMAL, now_s);
        made->kind = text_of(event_kind_text(EVENT_CLEARED));
        made->as_of = before.as_of;
        made->level_before = before.announced;
        made->direction_before = before.announced_direction;
        made->rule = before.rule;
        made->words = arena_print(self->memory, "%.*s in %.*s: normal. No rule watches it any more.", TEXT_ARGS(c->title),
                                  TEXT_ARGS(where->name));
    }
    *kept = (stored_level){.area = before.area, .category = before.category, .since = DAY_NONE, .as_of = DAY_NONE};
    judge_put_level(self, kept);
}

/* A category and those above it that moved for the same reason belong into one message. */
void judge_group_events(judge *self)
{
    for (size_t i = 1; i < self->event_count; i++) {
        stored_event *one = &self->events[i];
        for (size_t k = i; k-- > 0 && self->events[k].area == one->area && one->batch == one->id;)
            if (self->events[k].lowest == one->lowest && self->events[k].direction == one->direction && one->lowest != 0)
                one->batch = self->events[k].batch;
    }
}

/* --- which of the changes are news ------------------------------------------------------------------ */

/* Where the fold as it is now stood on a date that was judged before. */
static const level_change *standing_on(const judged_series *self, day_number on)
{
    const level_change *found = &self->start;
    for (size_t i = 0; i < self->change_count && self->changes[i].on <= on; i++)
        found = &self->changes[i];
    return found;
}

/* The figures of the date; or, where nothing can be said of that date any more, of the one since which it stands so. */
static bool measure_change(judged_series *self, level_change *change, day_number since)
{
    if (area_fold_measure(self->fold, self->category, change))
        return true;
    change->on = since;
    return since != DAY_NONE && area_fold_measure(self->fold, self->category, change);
}

/* Records of earlier dates have changed where it stood. Returns false when nothing can be said of that. */
static bool announce_correction(judged_series *self, const stored_level *before)
{
    const level_change *now = standing_on(self, before->as_of);
    level_change change = {.on = before->as_of, .before = (alert_level)before->announced,
                           .after = now->after, .direction_before = (trend_direction)before->announced_direction,
                           .direction = now->direction, .rule = now->rule};
    if ((uint8_t)change.after == before->announced && (uint8_t)change.direction == before->announced_direction)
        return true;
    if (!measure_change(self, &change, now->on))
        return false;
    announce(self, &change, level_change_kind(&change), true);
    return true;
}

static bool announce_news(judged_series *self, const stored_level *before)
{
    if (before->as_of == DAY_NONE) {
        /* Never looked at, or normal when the aggregator stopped: how it came there is not told. */
        if (self->change_count == 0 || self->changes[self->change_count - 1].after == LEVEL_NORMAL)
            return true;
        level_change last = self->changes[self->change_count - 1];
        last.before = LEVEL_NORMAL;
        last.direction_before = TREND_NONE;
        announce(self, &last, EVENT_RAISED, false);
        return true;
    }
    if (!announce_correction(self, before))
        return false;
    for (size_t i = 0; i < self->change_count; i++)
        if (self->changes[i].on > before->as_of)
            announce(self, &self->changes[i], level_change_kind(&self->changes[i]), false);
    return true;
}

/* At the end of a load: where it stands, once. */
static bool announce_standing(judged_series *self, const series_state *state, const stored_level *before)
{
    if ((uint8_t)state->level == before->announced && (uint8_t)state->direction == before->announced_direction)
        return true;
    level_change change = {.on = state->last_look, .before = (alert_level)before->announced, .after = state->level,
                           .direction_before = (trend_direction)before->announced_direction, .direction = state->direction,
                           .rule = state->rule};
    if (!measure_change(self, &change, state->since))
        return false;
    if (self->batch == 0)
        self->batch = self->self->last_event + self->self->event_count + 1;
    announce(self, &change, EVENT_STANDING, false);
    return true;
}

/* --- the level ------------------------------------------------------------------------------------ */

void judge_settle_series(judged_series *self, const series_state *state)
{
    judge *j = self->self;
    stored_level *kept = judge_level(j, self->of, self->area, self->category);
    stored_level before = *kept;
    if (state->last_look == DAY_NONE)
        return;
    bool told = self->standing ? announce_standing(self, state, &before) : announce_news(self, &before);
    stored_level made = before;
    made.alert = kept->alert; /* what was announced may have opened or ended one */
    made.level = (uint8_t)state->level;
    made.direction = (uint8_t)state->direction;
    made.announced = told ? made.level : before.announced; /* what can't be told now is told when it can */
    made.announced_direction = told ? made.direction : before.announced_direction;
    made.rule = state->rule >= 0 ? self->of->rules->each[state->rule].name : (text){"", 0};
    made.since = state->since;
    made.as_of = state->last_look;
    *kept = made;
    /* A normal series that was normal has no row to write. */
    if (made.level == LEVEL_NORMAL && before.level == LEVEL_NORMAL && before.announced == LEVEL_NORMAL)
        return;
    judge_put_level(j, &made);
}

void judge_put_level(judge *self, const stored_level *made)
{
    self->out_levels = memory_room(self->out_levels, self->level_count, &self->level_capacity, sizeof *made);
    self->out_levels[self->level_count++] = *made;
}
