#include "letter_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "letter_words.h"
#include "proto/count_text.h"

static double number_in(const jsondoc *all, const char *key)
{
    const jsondoc *found = all != NULL ? jsondoc_get(all, key) : NULL;
    return found != NULL && jsondoc_kind_of(found) == JSONDOC_NUMBER ? jsondoc_number(found) : (double)NAN;
}

static text text_in(const jsondoc *all, const char *key)
{
    const jsondoc *found = jsondoc_get(all, key);
    return found != NULL ? jsondoc_text(found) : (text){0};
}

static jsondoc *figures_in(const alert_event *of)
{
    char why[128];
    jsondoc *read = NULL;
    if (jsondoc_read(of->figures, &read, why, sizeof why) != STATUS_OK)
        return NULL;
    if (jsondoc_kind_of(read) != JSONDOC_OBJECT)
        jsondoc_destroy(&read);
    return read;
}

/* --- thresholds ------------------------------------------------------------------------------------ */

static const jsondoc *threshold_at(const jsondoc *all, size_t index, alert_level of_level)
{
    const jsondoc *list = jsondoc_get(all, "thresholds");
    const jsondoc *one = list != NULL && index < jsondoc_size(list) ? jsondoc_at(list, index) : NULL;
    return one != NULL && text_is(text_in(one, "level"), alert_level_text(of_level)) ? one : NULL;
}

static size_t thresholds_in(const jsondoc *all)
{
    const jsondoc *list = jsondoc_get(all, "thresholds");
    return list != NULL ? jsondoc_size(list) : 0;
}

static double largest_percent(const jsondoc *all, alert_level of_level)
{
    double largest = NAN;
    for (size_t i = 0; i < thresholds_in(all); i++) {
        const jsondoc *one = threshold_at(all, i, of_level);
        if (one != NULL)
            largest = fmax(largest, number_in(one, "percent")); /* of a number and NAN it is the number */
    }
    return largest;
}

static void say_threshold(FILE *out, const jsondoc *one)
{
    double percent = number_in(one, "percent"), p = number_in(one, "p"), difference = number_in(one, "difference");
    if (!isnan(percent))
        fprintf(out, " from %g %%", percent);
    if (!isnan(p))
        fprintf(out, " with p below %g", p);
    if (!isnan(difference))
        fprintf(out, " and a difference of %g", difference);
}

text letter_rule_words(const alert_event *of, arena *memory)
{
    if (of->rule.size == 0)
        return (text){0};
    words_writer w;
    words_open(&w);
    text name = letter_clean(of->rule, memory);
    fprintf(w.out, "%.*s", TEXT_ARGS(name));
    alert_level of_level = of->level > LEVEL_NORMAL ? of->level : of->level_before;
    jsondoc *all = figures_in(of);
    bool first = true;
    for (size_t i = 0; all != NULL && i < thresholds_in(all); i++) {
        const jsondoc *one = threshold_at(all, i, of_level);
        if (one == NULL)
            continue;
        if (first)
            fprintf(w.out, "; %s", alert_level_text(of_level));
        else
            fputs(" or", w.out);
        say_threshold(w.out, one);
        first = false;
    }
    jsondoc_destroy(&all);
    return words_close(&w, memory);
}

/* --- figures --------------------------------------------------------------------------------------- */

static bool read_period(const jsondoc *all, const char *from_key, const char *to_key, period *out)
{
    return date_read(text_in(all, from_key), &out->from) && date_read(text_in(all, to_key), &out->to);
}

/* Too few carry no percentage. Rates always do. */
static bool carries_percent(const letter_figures *self, const jsondoc *all)
{
    const jsondoc *shown = jsondoc_get(all, "percent_shown");
    bool enough = self->detector == DETECTOR_COMPARATOR_GAP || shown == NULL || jsondoc_number(shown) != 0;
    return !isnan(self->percent) && enough;
}

static letter_figures read_figures(const jsondoc *all, alert_level of_level)
{
    letter_figures out = {.count = number_in(all, "count"), .compared = number_in(all, "compared"),
                          .exposure = number_in(all, "exposure"), .compared_exposure = number_in(all, "compared_exposure"),
                          .percent = number_in(all, "percent"), .level_percent = largest_percent(all, of_level)};
    const jsondoc *complete = jsondoc_get(all, "complete");
    out.complete = complete == NULL || jsondoc_number(complete) > 0;
    out.known = detector_read(text_in(all, "detector"), &out.detector) && !isnan(out.count) && !isnan(out.compared) &&
                read_period(all, "from", "to", &out.now) && read_period(all, "compared_from", "compared_to", &out.before);
    out.percent_shown = carries_percent(&out, all);
    return out;
}

letter_figures letter_figures_of(const alert_event *of)
{
    jsondoc *all = figures_in(of);
    letter_figures out = {0};
    if (all != NULL)
        out = read_figures(all, of->level > LEVEL_NORMAL ? of->level : of->level_before);
    jsondoc_destroy(&all);
    return out;
}

static text words_of_years(const letter_figures *self, arena *memory)
{
    const char *at_least = self->complete ? "" : "at least ";
    text now = count_text(self->count, memory), before = count_text(self->compared, memory);
    if (self->count == self->compared)
        return arena_print(memory, "unchanged at %s%.*s", at_least, TEXT_ARGS(now));
    const char *way = self->count > self->compared ? "up" : "down";
    if (self->compared == 0)
        return arena_print(memory, "%s to %s%.*s from none", way, at_least, TEXT_ARGS(now));
    if (!self->percent_shown)
        return arena_print(memory, "%s to %s%.*s from %.*s", way, at_least, TEXT_ARGS(now), TEXT_ARGS(before));
    return arena_print(memory, "%s %s%.1f %% (%s%.*s from %.*s)", way, at_least, fabs(self->percent), at_least,
                       TEXT_ARGS(now), TEXT_ARGS(before));
}

text letter_change_words(const letter_figures *self, arena *memory)
{
    const char *at_least = self->complete ? "" : "at least ";
    if (!self->known)
        return (text){0};
    switch (self->detector) {
    case DETECTOR_WEEKLY_SPIKE:
        return arena_print(memory, "%s%.*s in the week, %.1f expected", at_least, TEXT_ARGS(count_text(self->count, memory)), self->compared);
    case DETECTOR_CONTROL_CHART:
        return arena_print(memory, "%s%.*s in the month, %.1f on average", at_least, TEXT_ARGS(count_text(self->count, memory)), self->compared);
    case DETECTOR_COMPARATOR_GAP:
        return arena_print(memory, "%.1f per 1,000 residents, %.1f in the rest", 1000 * self->count / self->exposure,
                           1000 * self->compared / self->compared_exposure);
    case DETECTOR_ROLLING_YEAR:
    case DETECTOR_BASELINE_YEAR:
    case DETECTORS:
        break;
    }
    return words_of_years(self, memory);
}

text letter_comparator_words(const letter_figures *self, arena *memory)
{
    char name[PERIOD_TEXT], from[PERIOD_TEXT], to[PERIOD_TEXT];
    if (!self->known)
        return (text){0};
    (void)date_words(self->before.from, from);
    (void)date_words(self->before.to, to);
    switch (self->detector) {
    case DETECTOR_BASELINE_YEAR:
        return arena_print(memory, "the baseline year %s (%s to %s): %.*s",
                           financial_year_text(financial_year_of(self->before.from), name), from, to,
                           TEXT_ARGS(count_text(self->compared, memory)));
    case DETECTOR_WEEKLY_SPIKE:
        return arena_print(memory, "what season and trend lead to expect of this week: %.1f", self->compared);
    case DETECTOR_CONTROL_CHART:
        return arena_print(memory, "the average of its months before: %.1f", self->compared);
    case DETECTOR_COMPARATOR_GAP:
        return arena_print(memory, "the rest of the larger area in the same 12 months: %.1f per 1,000 residents",
                           1000 * self->compared / self->compared_exposure);
    case DETECTOR_ROLLING_YEAR:
    case DETECTORS:
        break;
    }
    return arena_print(memory, "the 12 months before (%s to %s): %.*s", from, to, TEXT_ARGS(count_text(self->compared, memory)));
}
