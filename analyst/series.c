/* tocsin series: one category of one area through time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "judging/stored_areas.h"
#include "layout.h"
#include "rows.h"

static const char usage[] =
    "usage: tocsin series --area CODE|NAME --category CODE|TITLE [options]\n"
    "\n"
    "A category of an area through time: what was counted in each month, week or day, the rolling year to its end, and\n"
    "where the series stood then by the rules in force. Counts of days that no source has declared are \"at least\".\n"
    "\n"
    "  --by month|week|day    (default month); a week runs from Monday to Sunday\n"
    "  --from DATE, --to DATE the periods that these days lie in (default: all that is known)\n"
    "  --format table|csv|json\n"
    "  --data DIR             the aggregator's folder\n"
    "\n"
    "example: tocsin series --area Stafford --category shoplifting --from 2024-04-01\n";

enum { OPT_AREA = OPTION_OWN, OPT_CATEGORY, OPT_BY, OPT_FROM, OPT_TO };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"area", required_argument, NULL, OPT_AREA},
    {"category", required_argument, NULL, OPT_CATEGORY},
    {"by", required_argument, NULL, OPT_BY},
    {"from", required_argument, NULL, OPT_FROM},
    {"to", required_argument, NULL, OPT_TO},
    {NULL, 0, NULL, 0},
};

typedef enum step { STEP_MONTH, STEP_WEEK, STEP_DAY, STEPS } step;
static const char *const step_names[STEPS] = {"month", "week", "day"};

enum { FIELD_AREA, FIELD_AREA_NAME, FIELD_CATEGORY, FIELD_TITLE, FIELD_FROM, FIELD_TO, FIELD_COUNT, FIELD_COVERAGE,
       FIELD_YEAR, FIELD_YEAR_COVERAGE, FIELD_LEVEL, FIELD_DIRECTION, FIELDS };

static const char *const field_names[FIELDS] = {"area", "area_name", "category", "title", "from", "to", "count", "coverage",
                                                "rolling_year", "rolling_year_coverage", "level", "direction"};
static const row_form form = {field_names, FIELDS, UINT64_C(1) << FIELD_COUNT | UINT64_C(1) << FIELD_YEAR};

/* Where the series stood from a date on. */
struct standing {
    day_number on;
    alert_level level;
    trend_direction direction;
};

struct showing {
    command base;
    const char *area, *category;
    step by;
    period days;
    const reference *data;
    subject of;
    int index;               /* of the category */
    day_series counts;
    const period_set *known;
    bool watched;
    series_state state;
    struct standing *steps;
    size_t step_count, step_capacity;
    layout_table *table;
    jsondoc *rows;
    arena *memory;
};

/* --- options ------------------------------------------------------------------------------------------- */

static int take_step(struct showing *self)
{
    for (int i = 0; i < STEPS; i++)
        if (strcmp(optarg, step_names[i]) == 0) {
            self->by = (step)i;
            return -1;
        }
    return command_wrong(&self->base, "--by wants month, week or day, not '%s'", optarg);
}

static int take_option(struct showing *self, int option)
{
    switch (option) {
    case OPT_AREA: self->area = optarg; return -1;
    case OPT_CATEGORY: self->category = optarg; return -1;
    case OPT_BY: return take_step(self);
    case OPT_FROM: return command_date(&self->base, "--from", optarg, &self->days.from) ? -1 : COMMAND_USAGE;
    case OPT_TO: return command_date(&self->base, "--to", optarg, &self->days.to) ? -1 : COMMAND_USAGE;
    default: return command_option(&self->base, option);
    }
}

static int take_options(struct showing *self, int argc, char **argv)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(self, c);
    if (done >= 0)
        return done;
    if (optind < argc)
        return command_wrong(&self->base, "what is '%s'?", argv[optind]);
    if (self->area == NULL || self->category == NULL)
        return command_wrong(&self->base, "say --area CODE|NAME and --category CODE|TITLE");
    if (self->days.from != DAY_NONE && self->days.to != DAY_NONE && self->days.to < self->days.from)
        return command_wrong(&self->base, "--to lies before --from");
    return -1;
}

static int find_series(struct showing *self)
{
    char words[NOTE_SIZE_MAX];
    if (!subject_called(self->data, text_of(self->area), &self->of, words))
        return command_wrong(&self->base, "%s", words);
    if (self->of.area == AREA_NONE)
        return command_wrong(&self->base, "%.*s is a group: a series is of one area, and tocsin report sums a group",
                             TEXT_ARGS(self->of.name));
    self->index = category_called(self->data->categories, text_of(self->category), words);
    return self->index != CATEGORY_NONE ? -1 : command_wrong(&self->base, "%s", words);
}

/* --- reading ------------------------------------------------------------------------------------------- */

static void take_change(void *context, const level_change *change)
{
    struct showing *self = context;
    self->steps = memory_room(self->steps, self->step_count, &self->step_capacity, sizeof *self->steps);
    self->steps[self->step_count++] = (struct standing){change->on, change->after, change->direction};
}

static void fold_levels(struct showing *self, stored_areas *areas)
{
    faults *told_before = faults_create();
    rules *by = rules_create(self->data->sheets->priorities, "priorities.yaml", self->data, told_before);
    area_fold *fold = area_fold_create(by, self->data, self->of.area, stored_area, areas);
    self->watched = fold != NULL && area_fold_watches(fold, self->index);
    if (self->watched)
        area_fold_run(fold, self->index, DAY_NONE, &self->state, take_change, self);
    area_fold_destroy(&fold);
    rules_destroy(&by);
    faults_destroy(&told_before);
}

static int no_days(const struct showing *self)
{
    return command_fault(&self->base, "nothing is known of %.*s in %.*s in these days",
                         TEXT_ARGS(offence_tree_category(self->data->categories, self->index)->title), TEXT_ARGS(self->of.name));
}

/* From the first day of which anything is known to the last. */
static int find_days(struct showing *self)
{
    day_number last = self->counts.last_record;
    if (self->known->count > 0 && self->known->each[self->known->count - 1].to > last)
        last = self->known->each[self->known->count - 1].to;
    if (last == DAY_NONE)
        return no_days(self);
    day_number first = self->counts.extent.from;
    if (self->known->count > 0 && self->known->each[0].from < first)
        first = self->known->each[0].from;
    self->days.from = self->days.from == DAY_NONE || self->days.from < first ? first : self->days.from;
    self->days.to = self->days.to == DAY_NONE || self->days.to > last ? last : self->days.to;
    if (self->days.to < self->days.from)
        return no_days(self);
    if (self->by != STEP_MONTH && day_series_month_only(&self->counts, self->days))
        return command_fault(&self->base, "its records know only their month: --by month");
    return -1;
}

/* --- one period ---------------------------------------------------------------------------------------- */

static period period_around(const struct showing *self, day_number on)
{
    switch (self->by) {
    case STEP_WEEK: return (period){on - weekday_of(on), on - weekday_of(on) + 6};
    case STEP_MONTH: return (period){month_first(month_of(on)), month_last(month_of(on))};
    case STEP_DAY:
    case STEPS: break;
    }
    return (period){on, on};
}

static void put_count(const struct showing *self, period days, text *count, text *how_whole)
{
    double counted = day_series_count(&self->counts, days);
    bool whole = period_set_contains(self->known, days) && day_series_hidden(&self->counts, days) <= 0;
    *how_whole = text_of(whole ? "complete" : counted > 0 ? "at least" : "unknown");
    *count = whole || counted > 0 ? arena_print(self->memory, "%.0f", counted) : text_of("");
}

/* Nothing is said of dates that nothing could be said of. */
static void put_level(const struct showing *self, day_number on, text *level_said, text *direction)
{
    struct standing at = {0};
    *level_said = *direction = text_of("");
    if (!self->watched || self->state.first_said == DAY_NONE || on < self->state.first_said)
        return;
    for (size_t i = 0; i < self->step_count && self->steps[i].on <= on; i++)
        at = self->steps[i];
    *level_said = text_of(alert_level_text(at.level));
    *direction = text_of(trend_text(at.direction));
}

static text date_of(const struct showing *self, day_number on)
{
    char date[DATE_TEXT];
    return arena_print(self->memory, "%s", date_text(on, date));
}

/* A period that isn't over yet is shown to the last day of which anything is known. */
static void tell(const struct showing *self, period days, text *out)
{
    day_number end = days.to < self->days.to ? days.to : self->days.to;
    out[FIELD_AREA] = self->of.code;
    out[FIELD_AREA_NAME] = self->of.name;
    out[FIELD_CATEGORY] = offence_tree_category(self->data->categories, self->index)->code;
    out[FIELD_TITLE] = offence_tree_category(self->data->categories, self->index)->title;
    out[FIELD_FROM] = date_of(self, days.from);
    out[FIELD_TO] = date_of(self, days.to);
    put_count(self, days, &out[FIELD_COUNT], &out[FIELD_COVERAGE]);
    put_count(self, rolling_year(end), &out[FIELD_YEAR], &out[FIELD_YEAR_COVERAGE]);
    put_level(self, end, &out[FIELD_LEVEL], &out[FIELD_DIRECTION]);
}

/* --- printing ------------------------------------------------------------------------------------------ */

static text shown_count(const struct showing *self, text count, text how_whole)
{
    if (count.size == 0)
        return text_of("unknown");
    return text_is(how_whole, "complete") ? count : arena_print(self->memory, "%.*s+", TEXT_ARGS(count));
}

static void add_row(const struct showing *self, const text *f)
{
    layout_table_add(self->table, (text[]){
        f[FIELD_FROM], f[FIELD_TO], shown_count(self, f[FIELD_COUNT], f[FIELD_COVERAGE]),
        shown_count(self, f[FIELD_YEAR], f[FIELD_YEAR_COVERAGE]),
        arena_print(self->memory, "%.*s%s%.*s", TEXT_ARGS(f[FIELD_LEVEL]), f[FIELD_DIRECTION].size > 0 ? ", " : "",
                    TEXT_ARGS(f[FIELD_DIRECTION]))});
}

static void show(const struct showing *self)
{
    text fields[FIELDS];
    if (self->base.format == FORMAT_CSV)
        row_csv_head(&form);
    for (period now = period_around(self, self->days.from); now.from <= self->days.to; now = period_around(self, now.to + 1)) {
        tell(self, now, fields);
        if (self->base.format == FORMAT_JSON)
            row_json(&form, fields, jsondoc_add_object(self->rows));
        else if (self->base.format == FORMAT_CSV)
            row_csv(&form, fields);
        else
            add_row(self, fields);
    }
    if (self->base.format == FORMAT_JSON)
        jsondoc_write(self->rows, stdout, true);
    if (self->base.format != FORMAT_TABLE)
        return;
    printf("%.*s in %.*s (%.*s, %.*s)\n\n", TEXT_ARGS(fields[FIELD_TITLE]), TEXT_ARGS(fields[FIELD_AREA_NAME]),
           TEXT_ARGS(fields[FIELD_CATEGORY]), TEXT_ARGS(fields[FIELD_AREA]));
    layout_table_write(self->table, stdout, layout_width(), 0);
}

static int run(struct showing *self, const figures *read)
{
    area_input input;
    stored_areas *areas = stored_areas_create(read);
    int done = find_series(self);
    if (done < 0 && !stored_area(areas, self->of.area, &input))
        done = no_days(self);
    if (done < 0) {
        area_days_series(input.days, self->index, &self->counts);
        self->known = &input.known[self->index];
        fold_levels(self, areas);
        done = find_days(self);
    }
    if (stored_areas_status(areas) != STATUS_OK)
        done = command_fault(&self->base, "can't read the store: %s", store_trouble(figures_store(read)));
    if (done < 0) {
        show(self);
        done = COMMAND_FINE;
    }
    day_series_free(&self->counts);
    stored_areas_destroy(&areas);
    return done;
}

int series_main(int argc, char **argv)
{
    static const char *const headings[] = {"from", "to", "count", "rolling year", "level"};
    struct showing self = {.base = {.name = "series", .usage = usage, .data = command_default_data()}, .days = {DAY_NONE, DAY_NONE}};
    store *opened;
    figures *read;
    int done = take_options(&self, argc, argv);
    if (done < 0)
        done = command_open(&self.base, &opened, &read);
    if (done >= 0)
        return done;
    self.data = figures_reference(read);
    self.memory = arena_create();
    self.rows = jsondoc_array();
    self.table = layout_table_create(headings, sizeof headings / sizeof headings[0]);
    done = run(&self, read);
    free(self.steps);
    layout_table_destroy(&self.table);
    jsondoc_destroy(&self.rows);
    arena_destroy(&self.memory);
    command_close(&opened, &read);
    return done;
}
