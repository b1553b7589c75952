#include "alert_row.h"

#include <stdlib.h>

#include "alerting/short_figure.h"

static const char *const field_names[ALERT_FIELDS] = {
    "id", "state", "level", "highest", "direction", "since", "as_of", "opened", "changed", "cleared", "area", "area_name", "category",
    "title", "subject", "figure", "rule", "acknowledged_by", "acknowledged_at", "acknowledged_note", "silenced_until", "silence",
    "words",
};
const row_form alert_row_form = {field_names, ALERT_FIELDS, UINT64_C(1) << ALERT_ID | UINT64_C(1) << ALERT_SILENCE};

/* --- since when ---------------------------------------------------------------------------------------- */

struct since {
    uint64_t alert;
    day_number on;
};

struct standing_since {
    struct since *each;
    size_t count, capacity;
};

static void take_level(void *context, const stored_level *found)
{
    standing_since *self = context;
    if (found->alert == 0)
        return;
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count++] = (struct since){found->alert, found->since};
}

static int by_alert(const void *a, const void *b)
{
    const struct since *left = a, *right = b;
    return (left->alert > right->alert) - (left->alert < right->alert);
}

status standing_since_read(store *from, standing_since **out)
{
    standing_since *self = memory_new(1, sizeof *self);
    status st = store_levels(from, 0, take_level, self);
    if (self->count > 0)
        qsort(self->each, self->count, sizeof *self->each, by_alert);
    *out = self;
    return st;
}

void standing_since_free(standing_since **self)
{
    if (*self == NULL)
        return;
    free((*self)->each);
    free(*self);
    *self = NULL;
}

/* An alert of Tocsin's own stands since it was opened. */
static day_number since_of(const standing_since *self, const told_alert *of)
{
    struct since asked = {of->id, DAY_NONE};
    const struct since *found = self->count > 0 ? bsearch(&asked, self->each, self->count, sizeof asked, by_alert) : NULL;
    return found != NULL ? found->on : london_date(of->decided.at_s);
}

/* --- the row ------------------------------------------------------------------------------------------- */

static const char *state_of(const told_alert *of)
{
    if (of->closed_s != 0)
        return "cleared";
    if (of->silence != NULL)
        return "silenced";
    return of->acknowledged ? "acknowledged" : "new";
}

text alert_state_words(const told_alert *of, day_number today, arena *memory)
{
    char date[PERIOD_TEXT];
    if (of->closed_s != 0)
        return arena_print(memory, "cleared on %s", date_words_short(london_date(of->closed_s), date));
    text seen = of->acknowledged ? arena_print(memory, "acknowledged by %.*s", TEXT_ARGS(of->acknowledged_by)) : text_of("new");
    if (of->silence == NULL)
        return seen;
    return arena_print(memory, "%.*s%ssilenced until %s", of->acknowledged ? (int)seen.size : 0, seen.at,
                       of->acknowledged ? "; " : "", date_words_short(silence_last_day(of->silence, today), date));
}

text alert_name(const alert_event *decided, arena *memory)
{
    if (decided->category.size == 0)
        return arena_text(memory, decided->subject);
    return arena_print(memory, "%.*s in %.*s", TEXT_ARGS(decided->title), TEXT_ARGS(decided->area_name));
}

static text date_of(day_number on, arena *memory)
{
    char date[DATE_TEXT];
    return arena_print(memory, "%s", date_text(on, date));
}

static text moment_of(int64_t at_s, arena *memory)
{
    char moment[MOMENT_TEXT];
    return at_s != 0 ? arena_print(memory, "%s", moment_text(at_s, moment)) : text_of("");
}

void alert_row_make(const told_alert *of, const standing_since *since, day_number today, arena *memory, text out[ALERT_FIELDS])
{
    const alert_event *e = &of->decided;
    const text made[ALERT_FIELDS] = {
        [ALERT_ID] = arena_print(memory, "%llu", (unsigned long long)of->id),
        [ALERT_STATE] = text_of(state_of(of)),
        [ALERT_LEVEL] = text_of(alert_level_text(of->level)),
        [ALERT_HIGHEST] = text_of(alert_level_text(of->highest)),
        [ALERT_DIRECTION] = text_of(trend_text(of->direction)),
        [ALERT_SINCE] = date_of(of->closed_s != 0 ? e->as_of : since_of(since, of), memory),
        [ALERT_AS_OF] = date_of(e->as_of, memory),
        [ALERT_OPENED] = moment_of(of->opened_s, memory),
        [ALERT_CHANGED] = moment_of(of->changed_s, memory),
        [ALERT_CLEARED] = moment_of(of->closed_s, memory),
        [ALERT_AREA] = e->area,
        [ALERT_AREA_NAME] = e->area_name,
        [ALERT_CATEGORY] = e->category,
        [ALERT_TITLE] = e->title,
        [ALERT_SUBJECT] = e->subject,
        [ALERT_FIGURE] = short_figure(e, memory),
        [ALERT_RULE] = e->rule,
        [ALERT_ACKNOWLEDGED_BY] = of->acknowledged_by,
        [ALERT_ACKNOWLEDGED_AT] = moment_of(of->acknowledged_s, memory),
        [ALERT_ACKNOWLEDGED_NOTE] = of->acknowledged_note,
        [ALERT_SILENCED_UNTIL] = date_of(of->silence != NULL ? silence_last_day(of->silence, today) : DAY_NONE, memory),
        [ALERT_SILENCE] = of->silence != NULL ? arena_print(memory, "%llu", (unsigned long long)of->silence->id) : text_of(""),
        [ALERT_WORDS] = e->words,
    };
    for (int i = 0; i < ALERT_FIELDS; i++)
        out[i] = arena_text(memory, made[i]);
}

jsondoc *alert_row_json(const told_alert *of, const text row[ALERT_FIELDS])
{
    char why[128];
    jsondoc *out = jsondoc_object(), *compared = NULL;
    row_json(&alert_row_form, row, out);
    jsondoc *caveats = jsondoc_put_array(out, "caveats");
    for (size_t i = 0; i < of->decided.caveats.count; i++)
        jsondoc_add_text(caveats, of->decided.caveats.at[i]);
    if (jsondoc_read(of->decided.figures, &compared, why, sizeof why) == STATUS_OK)
        jsondoc_put(out, "figures", &compared);
    else
        jsondoc_put_null(out, "figures");
    return out;
}
