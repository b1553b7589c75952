#include "words.h"

#include <math.h>
#include <stdio.h>

text words_of_p(double p, arena *memory)
{
    if (isnan(p))
        return text_of("p unknown");
    if (p < 0.001)
        return text_of("p < .001");
    /* Without the nought before the point, and never rounded up to 1. */
    char room[16];
    (void)snprintf(room, sizeof room, p < 0.1 ? "%.3f" : "%.2f", p > 0.99 ? 0.99 : p);
    return arena_print(memory, "p %s %s", p > 0.99 ? ">" : "=", room + 1);
}

static text words_of_number(double count, arena *memory)
{
    return count > 0 ? count_text(count, memory) : text_of("none");
}

/* "747", "at least 747": what is not wholly known may be more. */
static text words_of_current(const measurement *seen, arena *memory)
{
    if (seen->complete)
        return words_of_number(seen->current, memory);
    return seen->current > 0 ? arena_print(memory, "at least %.*s", TEXT_ARGS(count_text(seen->current, memory)))
                             : text_of("none so far");
}

/* ": +21.3 %"; nothing where there is nothing to take a percentage of. */
static text words_of_change(const measurement *seen, arena *memory)
{
    if (!(seen->compared > 0))
        return (text){"", 0};
    if (!seen->percent_shown)
        return text_of(": too few for a percentage");
    return fabs(seen->percent) < 0.05 ? text_of(": no change") : arena_print(memory, ": %+.1f %%", seen->percent);
}

static text words_of_years(const watch_rule *rule, const measurement *seen, int baseline, arena *memory)
{
    char to[PERIOD_TEXT], before[PERIOD_TEXT];
    const char *against = rule->detector == DETECTOR_BASELINE_YEAR ? financial_year_text(baseline, before)
                                                                   : "the 12 months before";
    return arena_print(memory, "%.*s in the 12 months to %s, %.*s in %s%.*s (%.*s)",
                       TEXT_ARGS(words_of_current(seen, memory)), date_words(seen->now.to, to),
                       TEXT_ARGS(words_of_number(seen->compared, memory)), against,
                       TEXT_ARGS(words_of_change(seen, memory)), TEXT_ARGS(words_of_p(seen->p, memory)));
}

/* A place above or below another has not changed: no sign. */
static text words_of_side(double percent, arena *memory)
{
    return fabs(percent) < 0.05 ? text_of("the same")
                                : arena_print(memory, "%.1f %% %s", fabs(percent), percent > 0 ? "above" : "below");
}

static text words_of_rate(double count, double people, arena *memory)
{
    double rate = 1000 * count / people;
    return count > 0 ? arena_print(memory, rate < 1 ? "%.2f" : "%.1f", rate) : text_of("none");
}

static text words_of_gap(const measurement *seen, arena *memory)
{
    char to[PERIOD_TEXT];
    text side = (text){"", 0};
    if (seen->compared > 0 && !seen->percent_shown)
        side = text_of(": too few for a percentage");
    else if (seen->compared > 0)
        side = arena_print(memory, ": %.*s", TEXT_ARGS(words_of_side(seen->percent, memory)));
    return arena_print(memory, "%.*s per 1,000 residents in the 12 months to %s, %.*s in the rest of the larger area%.*s (%.*s)",
                       TEXT_ARGS(words_of_rate(seen->current, seen->exposure, memory)), date_words(seen->now.to, to),
                       TEXT_ARGS(words_of_rate(seen->compared, seen->compared_exposure, memory)), TEXT_ARGS(side),
                       TEXT_ARGS(words_of_p(seen->p, memory)));
}

static text words_of_expected(double count, arena *memory)
{
    return count < 0.05 ? text_of("hardly any") : arena_print(memory, "%.1f", count);
}

/* With little history the detector says yes or no; the p of its limit is not that of the week. */
static text words_of_week(const measurement *seen, arena *memory)
{
    char to[PERIOD_TEXT];
    text current = words_of_current(seen, memory), expected = words_of_expected(seen->compared, memory);
    if (seen->provisional)
        return arena_print(memory, "%.*s in the week to %s, %.*s on average in seven earlier weeks: %sout of the ordinary",
                           TEXT_ARGS(current), date_words(seen->now.to, to), TEXT_ARGS(expected),
                           seen->signals ? "" : "nothing ");
    return arena_print(memory, "%.*s in the week to %s, %.*s expected (%.*s)", TEXT_ARGS(current),
                       date_words(seen->now.to, to), TEXT_ARGS(expected), TEXT_ARGS(words_of_p(seen->p, memory)));
}

static text words_of_month(const measurement *seen, arena *memory)
{
    char to[PERIOD_TEXT];
    int months = month_of(seen->now.to) - month_of(seen->now.from) + 1;
    if (months > 1)
        return arena_print(memory, "%.*s in the %d months to %s, %.*s expected from the months before: %sout of the ordinary "
                                   "on its control chart",
                           TEXT_ARGS(words_of_current(seen, memory)), months, date_words(seen->now.to, to),
                           TEXT_ARGS(words_of_expected(seen->compared, memory)), seen->signals ? "" : "nothing ");
    return arena_print(memory, "%.*s in the month to %s, %.*s on average in the months before: %sout of the ordinary on its "
                               "control chart",
                       TEXT_ARGS(words_of_current(seen, memory)), date_words(seen->now.to, to),
                       TEXT_ARGS(words_of_expected(seen->compared, memory)), seen->signals ? "" : "nothing ");
}

text words_of_figures(const watch_rule *rule, const measurement *seen, int baseline, arena *memory)
{
    switch (rule->detector) {
    case DETECTOR_COMPARATOR_GAP: return words_of_gap(seen, memory);
    case DETECTOR_WEEKLY_SPIKE: return words_of_week(seen, memory);
    case DETECTOR_CONTROL_CHART: return words_of_month(seen, memory);
    case DETECTOR_ROLLING_YEAR:
    case DETECTOR_BASELINE_YEAR:
    case DETECTORS:
        break;
    }
    return words_of_years(rule, seen, baseline, memory);
}

/* --- caveats -------------------------------------------------------------------------------------- */

struct listing {
    text *out;
    size_t count;
};

static void add(struct listing *to, text words)
{
    if (to->count < CAVEATS_MAX)
        to->out[to->count++] = words;
}

static bool compares_years(const watch_rule *rule)
{
    return rule->detector == DETECTOR_ROLLING_YEAR || rule->detector == DETECTOR_BASELINE_YEAR;
}

static void add_chance(struct listing *to, const watch_rule *rule, const measurement *seen, arena *memory)
{
    if (compares_years(rule) && seen->p > 0.05)
        add(to, arena_print(memory, "not statistically significant: %.*s to %.*s is within what chance gives (%.*s)",
                            TEXT_ARGS(count_text(seen->compared, memory)),
                            TEXT_ARGS(count_text(seen->current, memory)), TEXT_ARGS(words_of_p(seen->p, memory))));
    if (fmax(seen->current, seen->compared) < 50 && rule->detector != DETECTOR_WEEKLY_SPIKE)
        add(to, text_of(compares_years(rule) ? "small numbers: neither year reaches 50" : "small numbers"));
    if (seen->phi > 1.5 && compares_years(rule))
        add(to, arena_print(memory, "this series varies %.1f times as much as chance alone would make it; p allows for that",
                            seen->phi));
    if (seen->provisional)
        add(to, text_of("provisional: less than four years of weeks to compare with"));
}

static void add_coverage(struct listing *to, const measurement *seen, arena *memory)
{
    char date[PERIOD_TEXT];
    if (!seen->complete)
        add(to, arena_print(memory, "the source is not complete to %s: there may be more", date_words(seen->now.to, date)));
}

static void add_recording_changes(struct listing *to, const reference *data, int area_index, int category_index,
                                  const measurement *seen, arena *memory)
{
    const sheet *changes = &data->sheets->each[SHEET_RECORDING_CHANGES];
    for (size_t row = 0; row < changes->row_count; row++) {
        day_number on;
        char date[PERIOD_TEXT];
        text where = sheet_cell(changes, row, 1);
        int at = where.size > 0 ? geography_find(data->areas, where) : AREA_NONE;
        int what = offence_tree_find(data->categories, sheet_cell(changes, row, 2));
        if (!date_read(sheet_cell(changes, row, 0), &on) || on <= seen->before.from || on > seen->now.to ||
            (where.size > 0 && (at == AREA_NONE || !geography_contains(data->areas, at, area_index))) ||
            what == CATEGORY_NONE || !offence_tree_contains(data->categories, what, category_index))
            continue;
        add(to, arena_print(memory, "recording changed on %s: %.*s", date_words(on, date),
                            TEXT_ARGS(sheet_cell(changes, row, 3))));
    }
}

static void add_explanation(struct listing *to, const reference *data, const watch_rule *rule, int category_index,
                            const level_change *change, const explanation *why, arena *memory)
{
    const char *move = !compares_years(rule) ? "it" : change->direction == TREND_RISING ? "the rise" : "the fall";
    if (why->lowest != category_index)
        add(to, arena_print(memory, "most of %s is %.*s", move,
                            TEXT_ARGS(offence_tree_category(data->categories, why->lowest)->title)));
    for (size_t i = 0; i < why->against_count; i++) {
        text title = offence_tree_category(data->categories, why->against[i])->title;
        double percent = why->against_seen[i].percent;
        if (rule->detector == DETECTOR_COMPARATOR_GAP)
            add(to, arena_print(memory, "%.*s lies the other way: %.*s", TEXT_ARGS(title),
                                TEXT_ARGS(words_of_side(percent, memory))));
        else
            add(to, arena_print(memory, "%.*s went the other way: %+.1f %%", TEXT_ARGS(title), percent));
    }
}

size_t words_of_caveats(const reference *data, int area_index, int category_index, const watch_rule *rule,
                        const level_change *change, const explanation *why, text out[CAVEATS_MAX], arena *memory)
{
    struct listing to = {out, 0};
    add_chance(&to, rule, &change->seen, memory);
    add_coverage(&to, &change->seen, memory);
    if (offence_tree_category(data->categories, category_index)->police_generated)
        add(&to, text_of("rises and falls with police activity"));
    if (compares_years(rule))
        add_recording_changes(&to, data, area_index, category_index, &change->seen, memory);
    add_explanation(&to, data, rule, category_index, change, why, memory);
    return to.count;
}
