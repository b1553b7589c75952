#include "report_levels.h"

#include <stdlib.h>

#include "judging/stored_areas.h"

struct report_levels {
    const figures *from;
    rules *by;
    stored_areas *areas;
};

report_levels *report_levels_create(const figures *from)
{
    report_levels *self = memory_new(1, sizeof *self);
    faults *ignored = faults_create(); /* the aggregator has told them */
    const reference *data = figures_reference(from);
    self->from = from;
    self->by = rules_create(data->sheets->priorities, "priorities.yaml", data, ignored);
    self->areas = stored_areas_create(from);
    faults_destroy(&ignored);
    return self;
}

void report_levels_destroy(report_levels **self)
{
    if (*self == NULL)
        return;
    rules_destroy(&(*self)->by);
    stored_areas_destroy(&(*self)->areas);
    free(*self);
    *self = NULL;
}

static void put(report_row *row, alert_level level_of, trend_direction direction)
{
    row->level = text_of(alert_level_text(level_of));
    row->direction = text_of(trend_text(direction));
}

/* --- now ------------------------------------------------------------------------------------------ */

struct filling {
    const report_levels *self;
    report *made;
};

static void take_level(void *context, const stored_level *found)
{
    const struct filling *f = context;
    int index = offence_tree_of_id(figures_reference(f->self->from)->categories, found->category);
    for (size_t i = 0; i < f->made->row_count; i++)
        if (f->made->rows[i].category == index && f->made->rows[i].level.size > 0)
            put(&f->made->rows[i], (alert_level)found->level, (trend_direction)found->direction);
}

/* --- on another date ------------------------------------------------------------------------------- */

static status fold_rows(report_levels *self, report *made)
{
    const reference *data = figures_reference(self->from);
    area_fold *fold = area_fold_create(self->by, data, made->subject.area, stored_area, self->areas);
    for (size_t i = 0; i < made->row_count && fold != NULL; i++) {
        report_row *row = &made->rows[i];
        series_state state;
        if (!area_fold_watches(fold, row->category))
            continue;
        area_fold_run(fold, row->category, row->as_of, &state, NULL, NULL);
        put(row, state.level, state.direction);
    }
    area_fold_destroy(&fold);
    stored_areas_forget_others(self->areas, made->subject.area);
    return stored_areas_status(self->areas);
}

status report_levels_fill(report_levels *self, report *made, bool now)
{
    struct filling f = {self, made};
    if (made->subject.area == AREA_NONE || made->window.kind != WINDOW_ROLLING_YEAR || figures_origin(self->from) != 0)
        return STATUS_OK;
    if (!now)
        return fold_rows(self, made);
    for (size_t i = 0; i < made->row_count; i++)
        if (rules_watch(self->by, made->subject.area, made->rows[i].category))
            put(&made->rows[i], LEVEL_NORMAL, TREND_NONE);
    return store_levels(figures_store(self->from), geography_area(figures_reference(self->from)->areas, made->subject.area)->id,
                        take_level, &f);
}
