#include "short_figure.h"

#include "proto/count_text.h"

static bool is_text(const jsondoc *of, const char *key, const char *value)
{
    return text_is(jsondoc_text(jsondoc_get(of, key)), value);
}

static bool is_null(const jsondoc *value)
{
    return value == NULL || jsondoc_kind_of(value) == JSONDOC_NULL;
}

/* Too small counts carry no percentage. */
static text percent_of(const jsondoc *figures, arena *memory)
{
    const jsondoc *percent = jsondoc_get(figures, "percent"), *shown = jsondoc_get(figures, "percent_shown");
    bool gap = is_text(figures, "detector", "comparator-gap");
    if (is_null(percent) || (!gap && shown != NULL && jsondoc_number(shown) == 0))
        return text_of("");
    return arena_print(memory, ": %+.1f %%", jsondoc_number(percent));
}

static double per_thousand(const jsondoc *figures, const char *count, const char *residents)
{
    return 1000 * jsondoc_number(jsondoc_get(figures, count)) / jsondoc_number(jsondoc_get(figures, residents));
}

static text figure_of(const jsondoc *figures, arena *memory)
{
    double count = jsondoc_number(jsondoc_get(figures, "count")), compared = jsondoc_number(jsondoc_get(figures, "compared"));
    const char *least = jsondoc_number(jsondoc_get(figures, "complete")) != 0 ? "" : "at least ";
    if (is_text(figures, "detector", "weekly-spike"))
        return arena_print(memory, "%s%.*s in a week, %.1f expected", least, TEXT_ARGS(count_text(count, memory)), compared);
    if (is_text(figures, "detector", "control-chart"))
        return arena_print(memory, "%s%.*s in a month, %.1f on average", least, TEXT_ARGS(count_text(count, memory)), compared);
    if (is_text(figures, "detector", "comparator-gap"))
        return arena_print(memory, "%s%.1f per 1,000, elsewhere %.1f%.*s", least, per_thousand(figures, "count", "exposure"),
                           per_thousand(figures, "compared", "compared_exposure"), TEXT_ARGS(percent_of(figures, memory)));
    return arena_print(memory, "%s%.*s, %s %.*s%.*s", least, TEXT_ARGS(count_text(count, memory)),
                       is_text(figures, "detector", "baseline-year") ? "baseline" : "before",
                       TEXT_ARGS(count_text(compared, memory)), TEXT_ARGS(percent_of(figures, memory)));
}

/* One threshold: everything that it asks. */
static text threshold_of(const jsondoc *one, arena *memory)
{
    const jsondoc *percent = jsondoc_get(one, "percent"), *p = jsondoc_get(one, "p"), *more = jsondoc_get(one, "difference");
    text out = jsondoc_text(jsondoc_get(one, "level"));
    if (percent != NULL)
        out = arena_print(memory, "%.*s from %g %%", TEXT_ARGS(out), jsondoc_number(percent));
    if (p != NULL)
        out = arena_print(memory, "%.*s %s p below %g", TEXT_ARGS(out), percent != NULL ? "with" : "from", jsondoc_number(p));
    if (more != NULL)
        out = arena_print(memory, "%.*s %s %g more or fewer", TEXT_ARGS(out), percent != NULL || p != NULL ? "and" : "from",
                          jsondoc_number(more));
    return out;
}

static text thresholds_of(const jsondoc *figures, arena *memory)
{
    const jsondoc *list = jsondoc_get(figures, "thresholds");
    text out = text_of("");
    for (size_t i = 0; list != NULL && i < jsondoc_size(list); i++)
        out = arena_print(memory, "%.*s%s%.*s", TEXT_ARGS(out), i > 0 ? "; " : "",
                          TEXT_ARGS(threshold_of(jsondoc_at(list, i), memory)));
    return out;
}

static text read_figures(const alert_event *of, text (*say)(const jsondoc *figures, arena *memory), arena *memory)
{
    char why[128];
    jsondoc *figures = NULL;
    text out = text_of("");
    if (jsondoc_read(of->figures, &figures, why, sizeof why) == STATUS_OK && jsondoc_get(figures, "count") != NULL)
        out = arena_text(memory, say(figures, memory));
    jsondoc_destroy(&figures);
    return out;
}

text short_figure(const alert_event *of, arena *memory)
{
    return of->subject.size > 0 ? arena_text(memory, of->words) : read_figures(of, figure_of, memory);
}

text short_thresholds(const alert_event *of, arena *memory)
{
    return read_figures(of, thresholds_of, memory);
}
