/* An event in JSON: what every channel hands on. */
#include "alert_event.h"

static void put_list(jsondoc *to, const char *key, text_list list)
{
    jsondoc *out = jsondoc_put_array(to, key);
    for (size_t i = 0; i < list.count; i++)
        jsondoc_add_text(out, list.at[i]);
}

static void put_text_or_null(jsondoc *to, const char *key, text value)
{
    if (value.size > 0)
        jsondoc_put_text(to, key, value);
    else
        jsondoc_put_null(to, key);
}

static void put_figures(jsondoc *to, text figures)
{
    char why[128];
    jsondoc *read = NULL;
    if (jsondoc_read(figures, &read, why, sizeof why) != STATUS_OK)
        jsondoc_put_null(to, "figures");
    else
        jsondoc_put(to, "figures", &read);
}

static void put_number_or_null(jsondoc *to, const char *key, uint64_t number)
{
    if (number > 0)
        jsondoc_put_integer(to, key, (int64_t)number);
    else
        jsondoc_put_null(to, key);
}

jsondoc *alert_event_json(const alert_event *self)
{
    char moment[MOMENT_TEXT];
    jsondoc *out = jsondoc_object();
    jsondoc_put_integer(out, "number", (int64_t)self->number);
    jsondoc_put_text(out, "at", text_of(moment_text(self->at_s, moment)));
    jsondoc_put_text(out, "kind", text_of(event_kind_text(self->kind)));
    put_number_or_null(out, "alert", self->alert);
    jsondoc_put_integer(out, "batch", (int64_t)self->batch);
    put_text_or_null(out, "subject", self->subject);
    put_text_or_null(out, "area", self->area);
    put_text_or_null(out, "area_name", self->area_name);
    put_list(out, "areas", self->areas);
    put_text_or_null(out, "category", self->category);
    put_text_or_null(out, "title", self->title);
    put_list(out, "categories", self->categories);
    jsondoc_put_date(out, "as_of", self->as_of);
    jsondoc_put_text(out, "level_before", text_of(alert_level_text(self->level_before)));
    jsondoc_put_text(out, "level", text_of(alert_level_text(self->level)));
    put_text_or_null(out, "direction_before", text_of(trend_text(self->direction_before)));
    put_text_or_null(out, "direction", text_of(trend_text(self->direction)));
    put_text_or_null(out, "rule", self->rule);
    jsondoc_put_bool(out, "corrected", self->corrected);
    put_text_or_null(out, "lowest", self->lowest);
    put_text_or_null(out, "lowest_title", self->lowest_title);
    jsondoc_put_text(out, "words", self->words);
    put_list(out, "caveats", self->caveats);
    put_figures(out, self->figures);
    put_text_or_null(out, "who", self->who);
    put_text_or_null(out, "note", self->note);
    jsondoc_put_bool(out, "silenced", self->silenced);
    jsondoc_put_bool(out, "pages", alert_event_pages(self));
    return out;
}
