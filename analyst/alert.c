/* tocsin alert: the story of one alert, and the incidents behind it. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "alert_story.h"
#include "commands.h"
#include "judging/stored_areas.h"
#include "judging/words.h"

static const char usage[] =
    "usage: tocsin alert ID [options]\n"
    "\n"
    "Tells the story of an alert: what was announced, when, on what figures and thresholds, and who did what about it; the\n"
    "figures as they are known now; what silences it; and the incidents behind it, as they count now.\n"
    "\n"
    "  --incidents N|all      so many of the newest incidents (default 10)\n"
    "  --versions             every version of them: when it was received, and what it changed\n"
    "  --format table|csv|json   csv: the incidents (--incidents all for all of them)\n"
    "  --data DIR             the aggregator's folder\n"
    "\n"
    "example: tocsin alert 12 --incidents all --format csv > incidents.csv\n";

enum { OPT_INCIDENTS = OPTION_OWN, OPT_VERSIONS, INCIDENTS_SHOWN = 10 };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"incidents", required_argument, NULL, OPT_INCIDENTS},
    {"versions", no_argument, NULL, OPT_VERSIONS},
    {NULL, 0, NULL, 0},
};

static int take_incidents(alert_story *self)
{
    uint64_t number = 0;
    bool all = strcmp(optarg, "all") == 0;
    if (!all && !text_to_u64(text_of(optarg), &number))
        return command_wrong(&self->base, "--incidents wants a number, or all, not '%s'", optarg);
    self->incidents = all ? SIZE_MAX : (size_t)number;
    return -1;
}

static int take_options(alert_story *self, int argc, char **argv)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        switch (c) {
        case OPT_INCIDENTS: done = take_incidents(self); break;
        case OPT_VERSIONS: self->versions = true; break;
        default: done = command_option(&self->base, c);
        }
    if (done >= 0)
        return done;
    if (optind >= argc)
        return command_wrong(&self->base, "say which alert, by its number: tocsin alerts lists the open ones");
    if (!text_to_u64(text_of(argv[optind]), &self->id) || self->id == 0 || self->id > INT64_MAX)
        return command_wrong(&self->base, "an alert has a number, as 12, not '%s': tocsin alerts lists the open ones", argv[optind]);
    if (++optind < argc)
        return command_wrong(&self->base, "what is '%s'?", argv[optind]);
    return -1;
}

/* --- reading ------------------------------------------------------------------------------------------- */

static int no_alert(const alert_story *self)
{
    stored_event happened;
    status st = store_event(figures_store(self->from), self->id, self->memory, &happened);
    if (st == STATUS_OK && happened.alert != 0)
        return command_fault(&self->base, "%llu is the number of something that happened to alert %llu: tocsin alert %llu",
                             (unsigned long long)self->id, (unsigned long long)happened.alert, (unsigned long long)happened.alert);
    return command_fault(&self->base, "there is no alert %llu; the open ones: tocsin alerts", (unsigned long long)self->id);
}

static text_list kept_list(const alert_story *self, text_list from)
{
    text *out = arena_take(self->memory, (from.count + 1) * sizeof *out);
    for (size_t i = 0; i < from.count; i++)
        out[i] = arena_text(self->memory, from.at[i]);
    return (text_list){out, from.count};
}

/* What a told alert says lives only until the list is read again. */
static void keep(alert_story *self, const told_alert *told, const standing_since *since)
{
    const reference *data = figures_reference(self->from);
    alert_row_make(told, since, self->today, self->memory, self->row);
    self->json = alert_row_json(told, self->row);
    self->name = alert_name(&told->decided, self->memory);
    self->state = alert_state_words(told, self->today, self->memory);
    self->cleared = told->closed_s != 0;
    self->decided = told->decided;
    self->decided.area = self->row[ALERT_AREA];
    self->decided.category = self->row[ALERT_CATEGORY];
    self->decided.rule = self->row[ALERT_RULE];
    self->decided.words = self->row[ALERT_WORDS];
    self->decided.figures = arena_text(self->memory, told->decided.figures);
    self->decided.caveats = kept_list(self, told->decided.caveats);
    self->area = self->decided.area.size > 0 ? geography_find(data->areas, self->decided.area) : AREA_NONE;
    self->category = self->decided.category.size > 0 ? offence_tree_find(data->categories, self->decided.category) : CATEGORY_NONE;
}

static bool date_at(const jsondoc *of, const char *key, day_number *out)
{
    return date_read(jsondoc_text(jsondoc_get(of, key)), out);
}

/* What was counted when it was decided; of an end without figures the rolling year. */
static void find_window(alert_story *self)
{
    char why[128];
    jsondoc *read = NULL;
    self->window = (period){1, 0};
    if (self->area == AREA_NONE || self->category == CATEGORY_NONE)
        return;
    bool good = jsondoc_read(self->decided.figures, &read, why, sizeof why) == STATUS_OK;
    period found;
    if (good && date_at(read, "from", &found.from) && date_at(read, "to", &found.to))
        self->window = found;
    else if (self->decided.as_of != DAY_NONE)
        self->window = rolling_year(self->decided.as_of);
    jsondoc_destroy(&read);
}

static void fill_now(alert_story *self, const rules *by, size_t rule, const measurement *seen)
{
    self->now = (figures_now){.known = true, .words = words_of_figures(&by->each[rule], seen, by->baseline, self->memory),
                              .count = seen->current, .compared = seen->compared, .percent = seen->percent, .p = seen->p};
}

/* The rule that decided, asked again for the same date. */
static status measure_now(alert_story *self)
{
    const reference *data = figures_reference(self->from);
    faults *told_before = faults_create();
    stored_areas *areas = stored_areas_create(self->from);
    rules *by = rules_create(data->sheets->priorities, "priorities.yaml", data, told_before);
    for (size_t i = 0; i < by->count && self->area != AREA_NONE && self->category != CATEGORY_NONE; i++) {
        level_change asked = {.on = self->decided.as_of, .before = self->decided.level_before, .after = self->decided.level,
                              .direction_before = self->decided.direction_before, .direction = self->decided.direction,
                              .rule = (int)i};
        if (!text_equal(by->each[i].name, self->decided.rule) || asked.on == DAY_NONE)
            continue;
        area_fold *fold = area_fold_create(by, data, self->area, stored_area, areas);
        if (fold != NULL && area_fold_watches(fold, self->category) && area_fold_measure(fold, self->category, &asked))
            fill_now(self, by, i, &asked.seen);
        area_fold_destroy(&fold);
        break;
    }
    status st = stored_areas_status(areas);
    rules_destroy(&by);
    stored_areas_destroy(&areas);
    faults_destroy(&told_before);
    return st;
}

static int read_story(alert_story *self)
{
    told_alert told;
    standing_since *since = NULL;
    store *from = figures_store(self->from);
    status st = event_list_on(self->from, &self->list);
    if (st == STATUS_OK)
        st = standing_since_read(from, &since);
    if (st == STATUS_OK)
        st = event_list_alert(self->list, self->id, self->today, &told);
    if (st == STATUS_OK)
        keep(self, &told, since);
    standing_since_free(&since);
    if (st == STATUS_NOT_FOUND)
        return no_alert(self);
    if (st == STATUS_OK)
        st = silences_read(from, &self->silences);
    if (st == STATUS_OK)
        st = measure_now(self);
    find_window(self);
    if (st == STATUS_OK && self->window.to >= self->window.from)
        st = behind_read(self->from, self->area, self->category, self->window, self->incidents, &self->behind);
    return st == STATUS_OK ? -1 : command_fault(&self->base, "can't read the store: %s", store_trouble(from));
}

/* --- for those who print ------------------------------------------------------------------------------- */

const stored_silence *alert_story_silence(const alert_story *self, size_t *next)
{
    const reference *data = figures_reference(self->from);
    uint32_t where = self->area != AREA_NONE ? geography_area(data->areas, self->area)->id : 0;
    uint32_t what = self->category != CATEGORY_NONE ? offence_tree_category(data->categories, self->category)->id : 0;
    while (*next < silences_count(self->silences)) {
        const stored_silence *one = silences_at(self->silences, (*next)++);
        if (silence_speaks_of(one, data, self->id, where, what))
            return one;
    }
    return NULL;
}

const char *const incident_field_names[INCIDENT_FIELDS] = {"reference", "origin", "recorded", "offence", "place", "place_name",
                                                           "outcome", "markers"};

const char *version_state(const version *v)
{
    static const char *const states[] = {"recorded", "cancelled", "withdrawn"};
    return states[v->status];
}

void incident_row(const alert_story *self, const version *v, text out[INCIDENT_FIELDS])
{
    const codebook *book = figures_codebook(self->from);
    char date[DATE_TEXT];
    stored_code place = codebook_at(book, CODE_PLACE, v->place);
    date_text(v->recorded, date);
    if (v->month_only)
        date[sizeof "2025-03" - 1] = '\0';
    out[INCIDENT_REFERENCE] = v->reference;
    out[INCIDENT_ORIGIN] = codebook_at(book, CODE_ORIGIN, v->origin).code;
    out[INCIDENT_RECORDED] = arena_print(self->memory, "%s", date);
    out[INCIDENT_OFFENCE] = codebook_at(book, CODE_OFFENCE, v->offence).code;
    out[INCIDENT_PLACE] = place.code.size > 0 ? place.code : place.hint;
    out[INCIDENT_PLACE_NAME] = place.name;
    out[INCIDENT_OUTCOME] = codebook_at(book, CODE_OUTCOME, v->outcome).code;
    out[INCIDENT_MARKERS] = codebook_at(book, CODE_MARKERS, v->markers).code;
}

static int tell(alert_story *self)
{
    status st = STATUS_OK;
    if (self->base.format == FORMAT_JSON)
        st = alert_story_json(self);
    else if (self->base.format == FORMAT_CSV)
        alert_story_csv(self);
    else
        st = alert_story_print(self);
    return st == STATUS_OK ? COMMAND_FINE : command_fault(&self->base, "can't read the store: %s",
                                                          store_trouble(figures_store(self->from)));
}

int alert_main(int argc, char **argv)
{
    alert_story self = {.base = {.name = "alert", .usage = usage, .data = command_default_data()},
                        .incidents = INCIDENTS_SHOWN, .today = london_date((int64_t)time(NULL))};
    store *opened;
    figures *read;
    int done = take_options(&self, argc, argv);
    if (done < 0)
        done = command_open(&self.base, &opened, &read);
    if (done >= 0)
        return done;
    self.from = read;
    self.memory = arena_create();
    done = read_story(&self);
    if (done < 0)
        done = tell(&self);
    behind_free(&self.behind);
    silences_free(&self.silences);
    jsondoc_destroy(&self.json);
    event_list_close(&self.list);
    arena_destroy(&self.memory);
    command_close(&opened, &read);
    return done;
}
