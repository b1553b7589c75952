#include "fold.h"

#include <math.h>
#include <string.h>

event_kind level_change_kind(const level_change *self)
{
    if (self->after == LEVEL_NORMAL)
        return EVENT_CLEARED;
    if (self->before == LEVEL_NORMAL)
        return EVENT_RAISED;
    if (self->after > self->before)
        return EVENT_ESCALATED;
    return self->after < self->before ? EVENT_LOWERED : EVENT_TURNED;
}

void series_state_clear(series_state *self)
{
    memset(self, 0, sizeof *self);
    self->rule = -1;
    self->since = self->last_look = self->first_said = DAY_NONE;
    for (int i = 0; i < RULES_MAX; i++)
        self->each[i].since = self->each[i].first_said = DAY_NONE;
}

/* --- one rule ------------------------------------------------------------------------------------- */

static void take(rule_state *self, alert_level to, trend_direction direction, day_number on)
{
    self->level = to;
    self->direction = to == LEVEL_NORMAL ? TREND_NONE : direction;
    self->since = on;
    self->wanted = LEVEL_NORMAL;
    self->wanted_direction = TREND_NONE;
    self->looks = self->leaving = 0;
}

/* Does a look want more than stands, or the other direction? */
static bool wants_more(const rule_state *self, alert_level wanted, trend_direction direction)
{
    return wanted > LEVEL_NORMAL && (wanted > self->level || direction != self->direction);
}

/* Counts looks in a row that want at least so much; true: it is taken now. */
static bool is_due(rule_state *self, const watch_rule *rule, const measurement *seen, alert_level wanted,
                   trend_direction direction)
{
    bool goes_on = self->looks > 0 && self->wanted_direction == direction;
    self->wanted = goes_on && self->wanted < wanted ? self->wanted : wanted;
    self->wanted_direction = direction;
    self->looks = goes_on ? self->looks + 1 : 1;
    if (seen->p < rule->at_once_p)
        self->wanted = wanted;
    return seen->p < rule->at_once_p || self->looks >= rule->looks;
}

/* Is the level still carried, its margin allowed for? */
static bool is_carried(const rule_state *self, const watch_rule *rule, series_look *look, measurement *seen,
                       alert_level wanted, trend_direction direction)
{
    if (wanted >= self->level && direction == self->direction)
        return true;
    if (!seen->signals || seen->direction != self->direction || fabs(seen->percent) < rule->clear_percent)
        return false;
    if (self->level == LEVEL_WATCH || rule->clear_p >= 1)
        return true;
    series_look_ask_p(look, seen);
    return !(seen->p > rule->clear_p);
}

static void leave_if_due(rule_state *self, const watch_rule *rule, alert_level wanted, trend_direction direction, day_number on)
{
    self->leaving++;
    if (self->leaving < rule->looks || on - self->since < rule->hold_days)
        return;
    /* Down to what is still carried. */
    alert_level to = direction == self->direction && wanted < self->level ? wanted : LEVEL_NORMAL;
    take(self, to, self->direction, on);
}

static void step(rule_state *self, const watch_rule *rule, series_look *look, measurement *seen, day_number on)
{
    trend_direction direction;
    alert_level wanted = series_look_level(look, rule, seen, &direction);
    if (wants_more(self, wanted, direction)) {
        if (is_due(self, rule, seen, wanted, direction)) {
            take(self, self->wanted, direction, on);
            return;
        }
    } else {
        self->looks = 0;
        self->wanted = LEVEL_NORMAL;
        self->wanted_direction = TREND_NONE;
    }
    if (self->level == LEVEL_NORMAL || !seen->complete)
        return;
    if (is_carried(self, rule, look, seen, wanted, direction))
        self->leaving = 0;
    else
        leave_if_due(self, rule, wanted, direction, on);
}

/* --- all rules ------------------------------------------------------------------------------------ */

/* The highest; of equals a rising one, then the first. */
static int highest(const rules *by, const bool *applies, const series_state *state)
{
    int found = -1;
    for (int i = 0; i < (int)by->count; i++) {
        const rule_state *one = &state->each[i];
        if (!applies[i] || one->level == LEVEL_NORMAL)
            continue;
        const rule_state *best = found >= 0 ? &state->each[found] : NULL;
        if (best == NULL || one->level > best->level ||
            (one->level == best->level && one->direction == TREND_RISING && best->direction != TREND_RISING))
            found = i;
    }
    return found;
}

static void settle(const rules *by, const bool *applies, series_look *look, series_state *state, day_number on,
                   measurement *seen, void (*visit)(void *context, const level_change *change), void *context)
{
    int found = highest(by, applies, state), before_rule = state->rule;
    alert_level level_now = found >= 0 ? state->each[found].level : LEVEL_NORMAL;
    trend_direction direction = found >= 0 ? state->each[found].direction : TREND_NONE;
    state->rule = found;
    if (level_now == state->level && direction == state->direction)
        return;
    level_change change = {.on = on, .before = state->level, .after = level_now, .direction_before = state->direction,
                           .direction = direction, .rule = level_now >= state->level ? found : before_rule};
    state->level = level_now;
    state->direction = direction;
    state->since = on;
    if (visit == NULL)
        return;
    if (!seen[change.rule].possible || seen[change.rule].now.to != on)
        seen[change.rule] = series_look_at(look, &by->each[change.rule], on);
    series_look_ask_p(look, &seen[change.rule]);
    change.seen = seen[change.rule];
    visit(context, &change);
}

/* One date, by every rule that looks on it.
 *   says_from   [rule]: dates before can say nothing
 *   seen        [rule]: on the last date looked from; then on this one, where the rule looks on it
 * Returns       can any say something? */
static bool look_from(const rules *by, const bool *applies, const day_number *says_from, series_look *look, day_number on,
                      series_state *state, measurement *seen)
{
    bool said = false;
    for (size_t i = 0; i < by->count; i++) {
        if (!applies[i] || !series_look_is_due(look, by->each[i].detector, on))
            continue;
        state->last_look = on;
        if (on < says_from[i])
            continue;
        series_look_go_on(look, &by->each[i], on, &seen[i]);
        if (!seen[i].possible)
            continue;
        said = true;
        step(&state->each[i], &by->each[i], look, &seen[i], on);
        if (state->each[i].first_said == DAY_NONE)
            state->each[i].first_said = on;
    }
    return said;
}

/* Passes over dates that can say nothing: of them only the last that is looked from leaves a trace. */
static void pass_over(const rules *by, const bool *applies, series_look *look, period dates, series_state *state)
{
    for (day_number on = dates.to; on >= dates.from; on--)
        for (size_t i = 0; i < by->count; i++)
            if (applies[i] && series_look_is_due(look, by->each[i].detector, on)) {
                state->last_look = on;
                return;
            }
}

void fold_series(const rules *by, const bool *applies, series_look *look, period dates, series_state *state,
                 void (*visit)(void *context, const level_change *change), void *context)
{
    measurement seen[RULES_MAX];
    day_number says_from[RULES_MAX], from = dates.to + 1;
    memset(seen, 0, by->count * sizeof *seen);
    for (size_t i = 0; i < by->count; i++) {
        says_from[i] = applies[i] ? series_look_says_from(look, &by->each[i]) : INT32_MAX;
        from = says_from[i] < from ? says_from[i] : from;
    }
    if (from > dates.from)
        pass_over(by, applies, look, (period){dates.from, from - 1}, state);
    for (day_number on = from > dates.from ? from : dates.from; on <= dates.to; on++) {
        if (!look_from(by, applies, says_from, look, on, state, seen))
            continue;
        if (state->first_said == DAY_NONE)
            state->first_said = on;
        settle(by, applies, look, state, on, seen, visit, context);
    }
}

period fold_dates(const series_view *view)
{
    period dates = {INT32_MAX, INT32_MIN};
    if (view->known->count > 0)
        dates = (period){view->known->each[0].from, view->known->each[view->known->count - 1].to};
    if (view->counts->last_record != DAY_NONE) {
        dates.from = view->counts->extent.from < dates.from ? view->counts->extent.from : dates.from;
        dates.to = view->counts->last_record > dates.to ? view->counts->last_record : dates.to;
    }
    return dates.to < dates.from ? (period){0, -1} : dates;
}
