/* What a test expected and what came, in plain English. */
#include "rule_tests_parts.h"

static text code_of(const reference *data, int category_index)
{
    return offence_tree_category(data->categories, category_index)->code;
}

/* ", rising, by year-on-year"; empty where neither is said. */
static text words_of_cause(const rule_test *test, trend_direction direction, int rule_index, arena *memory)
{
    const char *way = trend_text(direction);
    text name = rule_index >= 0 ? test->by->each[rule_index].name : (text){"", 0};
    return arena_print(memory, "%s%s%s%.*s", way[0] != '\0' ? ", " : "", way, name.size > 0 ? ", by " : "", TEXT_ARGS(name));
}

static text words_of_kind(text kind, alert_level level, arena *memory)
{
    if (level == LEVEL_NORMAL)
        return text_of("cleared");
    return arena_print(memory, "%.*s to %s", TEXT_ARGS(kind.size > 0 ? kind : text_of("changed")), alert_level_text(level));
}

static text words_of_days(period on, arena *memory)
{
    char date[DATE_TEXT];
    text first = arena_text(memory, text_of(date_text(on.from, date)));
    /* Of a month without its day. */
    return on.from == on.to ? arena_print(memory, "on %.*s", TEXT_ARGS(first))
                            : arena_print(memory, "in %.*s", (int)first.size - 3, first.at);
}

text words_of_expectation(const rule_test *test, const reference *data, const expectation *of, arena *memory)
{
    text code = code_of(data, of->category), when = words_of_days(of->on, memory);
    text cause = words_of_cause(test, of->direction, of->rule, memory);
    if (of->change)
        return arena_print(memory, "%.*s %.*s%.*s, %.*s", TEXT_ARGS(code), TEXT_ARGS(words_of_kind(of->kind, of->level, memory)),
                           TEXT_ARGS(cause), TEXT_ARGS(when));
    if (of->by)
        return arena_print(memory, "%.*s at %s%s%.*s, by %.*s", TEXT_ARGS(code), alert_level_text(of->level),
                           of->level < LEVEL_PRIORITY ? " or higher" : "", TEXT_ARGS(cause), (int)when.size - 3, when.at + 3);
    return arena_print(memory, "%.*s at %s%.*s, %.*s", TEXT_ARGS(code), alert_level_text(of->level), TEXT_ARGS(cause), TEXT_ARGS(when));
}

text words_of_change(const rule_test *test, const reference *data, int category_index, const level_change *change,
                     arena *memory)
{
    text kind = words_of_kind(text_of(event_kind_text(level_change_kind(change))), change->after, memory);
    return arena_print(memory, "%.*s %.*s%.*s, %.*s", TEXT_ARGS(code_of(data, category_index)), TEXT_ARGS(kind),
                       TEXT_ARGS(words_of_cause(test, change->direction, change->rule, memory)),
                       TEXT_ARGS(words_of_days((period){change->on, change->on}, memory)));
}

text words_of_standing(const rule_test *test, const reference *data, int category_index, const series_state *state,
                       arena *memory)
{
    char date[DATE_TEXT];
    return arena_print(memory, "%.*s stood at %s%.*s%s%s", TEXT_ARGS(code_of(data, category_index)), alert_level_text(state->level),
                       TEXT_ARGS(words_of_cause(test, state->direction, state->rule, memory)),
                       state->since != DAY_NONE ? ", since " : ", from the beginning",
                       date_text(state->since, date));
}
