#include "picture.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "judging/stored_areas.h"
#include "picture_parts.h"
#include "proto/log.h"

struct looked_up {
    const alert_event *of;
    picture_series *out;
    bool found;
};

static double count_of(const day_series *counts, const period_set *known, period year)
{
    if (!period_set_contains(known, year) || day_series_hidden(counts, year) > 0)
        return NAN;
    if (!day_ends_month(year.to) && day_series_month_only(counts, year))
        return NAN;
    return day_series_count(counts, year);
}

static void read_series(const area_input *in, int category_index, day_number as_of, picture_series *out)
{
    day_series counts;
    area_days_series(in->days, category_index, &counts);
    for (int i = 0; i <= PICTURE_MONTHS; i++) {
        day_number to = i < PICTURE_MONTHS ? month_last(month_of(as_of) - PICTURE_MONTHS + i) : as_of;
        out->each[i] = (struct picture_point){to, count_of(&counts, &in->known[category_index], rolling_year(to))};
    }
    day_series_free(&counts);
}

static status read_counts(void *context, const figures *from)
{
    struct looked_up *l = context;
    area_input in;
    int where = geography_find(figures_reference(from)->areas, l->of->area);
    int what = offence_tree_find(figures_reference(from)->categories, l->of->category);
    if (where == AREA_NONE || what == CATEGORY_NONE)
        return STATUS_OK;
    stored_areas *areas = stored_areas_create(from);
    l->found = stored_area(areas, where, &in);
    if (l->found)
        read_series(&in, what, l->of->as_of, l->out);
    status st = stored_areas_status(areas);
    stored_areas_destroy(&areas);
    return st;
}

static bool is_png(text made)
{
    return made.size > 8 && memcmp(made.at, "\x89PNG\r\n\x1a\n", 8) == 0;
}

static text give_up(picture *self, const char *why)
{
    if (!self->told)
        log_line(LOG_WARN, "no-picture", "program=%s why=\"%s\": mail goes without", self->program, why);
    self->told = true;
    return (text){0};
}

text picture_draw(void *picture_of, const alert_event *of, arena *memory)
{
    picture *self = picture_of;
    picture_series years;
    struct looked_up l = {of, &years, false};
    const char *why = "what it gave is no PNG";
    if (of->as_of == DAY_NONE || of->category.size == 0)
        return (text){0};
    status st = event_list_figures(self->list, read_counts, &l);
    if (st != STATUS_OK)
        return give_up(self, status_text(st));
    text script = l.found ? picture_script(&years, of, memory) : (text){0};
    if (script.size == 0)
        return (text){0};
    text made = picture_child(self->program, script, self->limit_ms, memory, &why);
    return is_png(made) ? made : give_up(self, why);
}
