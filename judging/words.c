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

static text words_of_percent(double percent, arena *memory)
{
    return isnan(percent) ? text_of("from none") : arena_print(memory, "%+.1f %%", percent);
}

static const char *whole(double count, char room[32])
{
    (void)snprintf(room, 32, "%.0f", count);
    return room;
}

static text words_of_years(const watch_rule *rule, const measurement *seen, int baseline, arena *memory)
{
    char to[PERIOD_TEXT], before[PERIOD_TEXT], now_count[32], before_count[32];
    const char *against = rule->detector == DETECTOR_BASELINE_YEAR ? financial_year_text(baseline, before)
                                                                   : "the 12 months before";
    text change = seen->percent_shown ? words_of_percent(seen->percent, memory) : text_of("too few for a percentage");
    return arena_print(memory, "%s%s in the 12 months to %s, %s in %s: %.*s (%.*s)", seen->complete ? "" : "at least ",
                       whole(seen->current, now_count), date_words(seen->now.to, to), whole(seen->compared, before_count),
                       against, TEXT_ARGS(change), TEXT_ARGS(words_of_p(seen->p, memory)));
}

static text words_of_gap(const measurement *seen, arena *memory)
{
    char to[PERIOD_TEXT];
    return arena_print(memory, "%.1f per 1,000 in the 12 months to %s, %.1f in the rest of the larger area: %.*s (%.*s)",
                       1000 * seen->current / seen->exposure, date_words(seen->now.to, to),
                       1000 * seen->compared / seen->compared_exposure, TEXT_ARGS(words_of_percent(seen->percent, memory)),
                       TEXT_ARGS(words_of_p(seen->p, memory)));
}

text words_of_figures(const watch_rule *rule, const measurement *seen, int baseline, arena *memory)
{
    char to[PERIOD_TEXT], count[32];
    switch (rule->detector) {
    case DETECTOR_COMPARATOR_GAP: return words_of_gap(seen, memory);
    case DETECTOR_WEEKLY_SPIKE:
        return arena_print(memory, "%s%s in the week to %s, %.1f expected (%.*s)", seen->complete ? "" : "at least ",
                           whole(seen->current, count), date_words(seen->now.to, to), seen->compared,
                           TEXT_ARGS(words_of_p(seen->p, memory)));
    case DETECTOR_CONTROL_CHART:
        return arena_print(memory, "%s in the month to %s, %.1f on average before: out of the ordinary on its control chart",
                           whole(seen->current, count), date_words(seen->now.to, to), seen->compared);
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
        add(to, arena_print(memory, "not statistically significant: %.0f to %.0f is within what chance gives (%.*s)",
                            seen->compared, seen->current, TEXT_ARGS(words_of_p(seen->p, memory))));
    if (fmax(seen->current, seen->compared) < 50 && rule->detector != DETECTOR_WEEKLY_SPIKE)
        add(to, text_of("small numbers"));
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

static void add_explanation(struct listing *to, const reference *data, int category_index, const explanation *why, arena *memory)
{
    if (why->lowest != category_index)
        add(to, arena_print(memory, "most of it is %.*s", TEXT_ARGS(offence_tree_category(data->categories, why->lowest)->title)));
    for (size_t i = 0; i < why->against_count; i++)
        add(to, arena_print(memory, "%.*s went the other way: %+.1f %%",
                            TEXT_ARGS(offence_tree_category(data->categories, why->against[i])->title),
                            why->against_seen[i].percent));
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
    add_explanation(&to, data, category_index, why, memory);
    return to.count;
}
