/* What a rule's keys mean together, and rules among one another. */
#include "rules_parts.h"

/* All crime of England and Wales is seven million a year. */
static const double count_ever_seen = 1e7;

static void warn(rule_reading *self, uint32_t line, const char *words)
{
    faults_add(self->found, FAULT_WARNING, self->file, line, "rule '%.*s' can never fire: %s", TEXT_ARGS(self->rule->name),
               words);
}

static bool is_comparison(detector_kind detector)
{
    return detector != DETECTOR_WEEKLY_SPIKE && detector != DETECTOR_CONTROL_CHART;
}

static uint32_t line_of(const rule_reading *self, rule_key key)
{
    return self->lines[key] != 0 ? self->lines[key] : self->rule->line;
}

/* --- which series --------------------------------------------------------------------------------- */

static bool any(const bool *each, int count)
{
    for (int i = 0; i < count; i++)
        if (each[i])
            return true;
    return false;
}

static void check_categories(rule_reading *self)
{
    int count = offence_tree_count(self->data->categories);
    bool taken = false;
    for (int i = 0; i < count; i++) {
        taken = taken || (self->excepted[i] && self->rule->categories[i]);
        self->rule->categories[i] = self->rule->categories[i] && !self->excepted[i];
    }
    if (!self->good[KEY_CATEGORIES] || !self->good[KEY_EXCEPT])
        return;
    if (self->lines[KEY_EXCEPT] != 0 && !taken)
        faults_add(self->found, FAULT_WARNING, self->file, self->lines[KEY_EXCEPT],
                   "'except' takes nothing away: 'categories' has none of these");
    if (!any(self->rule->categories, count))
        warn(self, line_of(self, KEY_CATEGORIES), "it watches no category");
}

static void check_areas(rule_reading *self)
{
    if (self->good[KEY_AREAS] && !any(self->rule->areas, geography_count(self->data->areas)))
        warn(self, line_of(self, KEY_AREAS), "it watches no area");
}

/* --- against what --------------------------------------------------------------------------------- */

/* An area at the top has nothing around it. */
static void check_parents(rule_reading *self)
{
    int count = geography_count(self->data->areas);
    for (int i = 0; i < count; i++)
        self->rule->areas[i] = self->rule->areas[i] && geography_up(self->data->areas, i) != AREA_NONE;
    if (!any(self->rule->areas, count))
        warn(self, line_of(self, KEY_AREAS), "none of its areas lies in a larger one");
}

static void check_outer(rule_reading *self)
{
    const geography *areas = self->data->areas;
    int outer = geography_find(areas, self->rule->comparator), outside = 0, first = AREA_NONE;
    for (int i = geography_count(areas) - 1; i >= 0; i--) {
        if (!self->rule->areas[i] || (i != outer && geography_contains(areas, outer, i)))
            continue;
        outside++;
        first = i;
    }
    if (outside == 0)
        return;
    const area *a = geography_area(areas, first), *of = geography_area(areas, outer);
    faults_add(self->found, FAULT_ERROR, self->file, line_of(self, KEY_COMPARATOR),
               "the comparator %.*s (%.*s) doesn't contain %.*s (%.*s)%s: a gap is measured against the rest of a larger "
               "area; watch areas within it, or write comparator: parent", TEXT_ARGS(of->name), TEXT_ARGS(of->code),
               TEXT_ARGS(a->name), TEXT_ARGS(a->code), outside > 1 ? " and others that the rule watches" : "");
}

static void check_comparator(rule_reading *self)
{
    if (!self->good[KEY_DETECTOR] || !self->good[KEY_COMPARATOR] || !self->good[KEY_AREAS])
        return;
    if (self->rule->detector != DETECTOR_COMPARATOR_GAP) {
        if (self->lines[KEY_COMPARATOR] != 0)
            faults_add(self->found, FAULT_ERROR, self->file, self->lines[KEY_COMPARATOR],
                       "only comparator-gap has a comparator: leave it out, or change the detector");
    } else if (text_is(self->rule->comparator, "parent")) {
        if (any(self->rule->areas, geography_count(self->data->areas)))
            check_parents(self);
    } else
        check_outer(self);
}

static void check_baseline(rule_reading *self)
{
    if (self->good[KEY_DETECTOR] && self->rule->detector == DETECTOR_BASELINE_YEAR && !self->baseline_named)
        faults_add(self->found, FAULT_ERROR, self->file, line_of(self, KEY_DETECTOR),
                   "baseline-year compares with a baseline, and the file names none: write 'baseline: 2022-23' above the "
                   "rules");
}

/* --- thresholds ----------------------------------------------------------------------------------- */

/* Is whatever meets the other threshold certain to meet this one? */
static bool covers(const threshold *self, const threshold *other)
{
    return self->percent <= other->percent && self->p >= other->p && self->difference <= other->difference;
}

static void check_conditions(rule_reading *self, const threshold *t)
{
    const watch_rule *rule = self->rule;
    bool asks = t->percent > 0 || t->p < 1 || t->difference > 0;
    if (!asks && is_comparison(rule->detector))
        faults_add(self->found, FAULT_ERROR, self->file, t->line, "'%s' asks for nothing: give a percent, p or difference "
                   "(only weekly-spike and control-chart know by themselves what is out of the ordinary)",
                   alert_level_text(t->level));
    if (t->p < 1 && rule->detector == DETECTOR_CONTROL_CHART)
        faults_add(self->found, FAULT_ERROR, self->file, t->line,
                   "'%s' asks for a p, and a control chart has none: leave p out", alert_level_text(t->level));
    if (t->percent > 100 && !rule->rising && rule->falling && self->good[KEY_DIRECTIONS])
        warn(self, t->line, "nothing falls by more than 100 percent");
    if (t->difference > count_ever_seen)
        warn(self, t->line, "no series is so large that it could differ by so much");
}

/* The higher levels stand first. */
static void check_implied(rule_reading *self, size_t at)
{
    const watch_rule *rule = self->rule;
    const threshold *t = &rule->thresholds[at];
    for (size_t i = 0; i < rule->threshold_count; i++) {
        const threshold *other = &rule->thresholds[i];
        bool twins = covers(t, other) && i > at;
        if (i == at || other->level < t->level || (other->level == t->level && twins) || !covers(other, t))
            continue;
        faults_add(self->found, FAULT_WARNING, self->file, t->line,
                   "this '%s' can never be the outcome: whatever meets it meets the '%s' of line %u too",
                   alert_level_text(t->level), alert_level_text(other->level), other->line);
        return;
    }
}

/* The largest percentage from which a level is taken, and the largest p up to which; 0 and 1: without one. */
static bool entry_of(const watch_rule *rule, alert_level level, double *percent, double *p)
{
    bool found = false;
    *percent = *p = 0;
    for (size_t i = 0; i < rule->threshold_count; i++) {
        const threshold *t = &rule->thresholds[i];
        if (t->level != level)
            continue;
        found = true;
        *percent = t->percent > *percent ? t->percent : *percent;
        *p = t->p > *p ? t->p : *p;
    }
    return found;
}

/* Of alternatives the widest must leave a margin: a lower percentage beside it asks for more of p or difference. */
static void check_clear(rule_reading *self)
{
    const watch_rule *rule = self->rule;
    double percent, p;
    const char *given = self->lines[KEY_CLEAR] != 0 ? "" : ", the default";
    for (alert_level level = LEVEL_WATCH; level < LEVELS; level++) {
        if (!entry_of(rule, level, &percent, &p))
            continue;
        if (percent > 0 && rule->clear_percent > percent)
            faults_add(self->found, FAULT_ERROR, self->file, line_of(self, KEY_CLEAR),
                       "'%s' is taken from %g percent on and left below %g%s: give 'clear' a percent of less than %g",
                       alert_level_text(level), percent, rule->clear_percent, given, percent);
        if (level > LEVEL_WATCH && is_comparison(rule->detector) && p < 1 && rule->clear_p < p)
            faults_add(self->found, FAULT_WARNING, self->file, line_of(self, KEY_CLEAR),
                       "'%s' is taken with p below %g and may be left with p above %g%s: between the two there is no margin",
                       alert_level_text(level), p, rule->clear_p, given);
    }
}

static void check_at_once(rule_reading *self)
{
    const watch_rule *rule = self->rule;
    double largest = 0;
    if (!self->good[KEY_AT_ONCE] || self->lines[KEY_AT_ONCE] == 0 || rule->at_once_p <= 0)
        return;
    for (size_t i = 0; i < rule->threshold_count; i++)
        largest = rule->thresholds[i].p > largest ? rule->thresholds[i].p : largest;
    if (rule->detector == DETECTOR_CONTROL_CHART)
        faults_add(self->found, FAULT_WARNING, self->file, self->lines[KEY_AT_ONCE],
                   "a control chart has no p: 'at_once' plays no part");
    else if (rule->at_once_p > largest)
        faults_add(self->found, FAULT_WARNING, self->file, self->lines[KEY_AT_ONCE],
                   "at_once has a p of %g, above that of every threshold: every level is taken at the first look, and "
                   "'looks' only says when it is left", rule->at_once_p);
}

static void check_levels(rule_reading *self)
{
    if (!self->good[KEY_LEVELS] || !self->good[KEY_DETECTOR])
        return;
    for (size_t i = 0; i < self->rule->threshold_count; i++) {
        check_conditions(self, &self->rule->thresholds[i]);
        check_implied(self, i);
    }
    if (self->good[KEY_CLEAR])
        check_clear(self);
    check_at_once(self);
}

void rule_check(rule_reading *self)
{
    const watch_rule *rule = self->rule;
    check_categories(self);
    check_areas(self);
    check_comparator(self);
    check_baseline(self);
    check_levels(self);
    if (self->good[KEY_MINIMUM] && rule->minimum > count_ever_seen)
        warn(self, line_of(self, KEY_MINIMUM), "no series ever has so many incidents as its minimum");
    if (self->good[KEY_DETECTOR] && self->good[KEY_DIRECTIONS] && rule->detector == DETECTOR_WEEKLY_SPIKE && !rule->rising)
        warn(self, line_of(self, KEY_DIRECTIONS), "a spike only rises");
}

/* --- rules among one another ---------------------------------------------------------------------- */

static bool within(const bool *inner, const bool *outer, int count)
{
    for (int i = 0; i < count; i++)
        if (inner[i] && !outer[i])
            return false;
    return true;
}

static bool watches_anything(const rule_reading *self, const watch_rule *rule)
{
    return any(rule->categories, offence_tree_count(self->data->categories)) &&
           any(rule->areas, geography_count(self->data->areas));
}

static bool same_series(const rule_reading *self, const watch_rule *outer, const watch_rule *inner)
{
    return watches_anything(self, inner) && outer->detector == inner->detector &&
           text_equal(outer->comparator, inner->comparator) &&
           within(inner->categories, outer->categories, offence_tree_count(self->data->categories)) &&
           within(inner->areas, outer->areas, geography_count(self->data->areas)) &&
           (outer->rising || !inner->rising) && (outer->falling || !inner->falling);
}

/* Is a level taken no later, and left no sooner? Looks count on the way in and on the way out. */
static bool stands_longer(const watch_rule *self, const watch_rule *other)
{
    return self->looks == other->looks && self->at_once_p >= other->at_once_p && self->hold_days >= other->hold_days &&
           self->clear_percent <= other->clear_percent && self->clear_p >= other->clear_p;
}

static bool no_harder(const watch_rule *self, const watch_rule *other)
{
    for (size_t i = 0; i < other->threshold_count; i++) {
        bool covered = false;
        for (size_t k = 0; k < self->threshold_count; k++)
            covered = covered || (self->thresholds[k].level >= other->thresholds[i].level &&
                                  covers(&self->thresholds[k], &other->thresholds[i]));
        if (!covered)
            return false;
    }
    return self->minimum <= other->minimum;
}

static bool shadows(const rule_reading *self, const watch_rule *outer, const watch_rule *inner)
{
    return same_series(self, outer, inner) && no_harder(outer, inner) && stands_longer(outer, inner);
}

void rules_check_shadows(rule_reading *self)
{
    const rules *all = self->to;
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->count; k++) {
            const watch_rule *inner = &all->each[i], *outer = &all->each[k];
            /* Of two that shadow each other the later one is told. */
            if (i == k || !shadows(self, outer, inner) || (k > i && shadows(self, inner, outer)))
                continue;
            faults_add(self->found, FAULT_WARNING, self->file, inner->line,
                       "rule '%.*s' never decides anything: '%.*s' in line %u watches the same series, and asks for no more; to "
                       "be less strict here, leave these series out there", TEXT_ARGS(inner->name), TEXT_ARGS(outer->name),
                       outer->line);
            break;
        }
}
