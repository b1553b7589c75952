/* tocsin alerts: what is open, the most serious first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert_row.h"
#include "command.h"
#include "commands.h"
#include "layout.h"

static const char usage[] =
    "usage: tocsin alerts [options]\n"
    "\n"
    "Lists the open alerts, the most serious first: what each is of, since when it stands so, on what figure, and whether\n"
    "somebody has acknowledged or silenced it. tocsin alert ID tells its story.\n"
    "\n"
    "  --all                  cleared ones too\n"
    "  --since DATE|N         whatever has changed since that day, or behind event number N; cleared ones too\n"
    "  --area CODE|NAME       an area or group, with all that lies in it\n"
    "  --category CODE|TITLE  with all beneath\n"
    "  --level LEVEL          at least watch, elevated or priority; of a cleared one the highest that it had\n"
    "  --about WHAT           series, tocsin (its own state), or all (default)\n"
    "  --limit N              no more than so many\n"
    "  --format table|csv|json\n"
    "  --data DIR             the aggregator's folder\n"
    "\n"
    "example: tocsin alerts --area Staffordshire --level elevated\n";

enum { OPT_ALL = OPTION_OWN, OPT_SINCE, OPT_AREA, OPT_CATEGORY, OPT_LEVEL, OPT_ABOUT, OPT_LIMIT };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"all", no_argument, NULL, OPT_ALL},
    {"since", required_argument, NULL, OPT_SINCE},
    {"area", required_argument, NULL, OPT_AREA},
    {"category", required_argument, NULL, OPT_CATEGORY},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"about", required_argument, NULL, OPT_ABOUT},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {NULL, 0, NULL, 0},
};

/* What is wanted of an alert that is listed, beside its text. */
struct row {
    uint64_t id;
    bool open;
    alert_level level;
    trend_direction direction;
    int64_t changed_s;
    text fields[ALERT_FIELDS];
    text state, name;
    jsondoc *json;
};

struct listing {
    command base;
    bool all;
    day_number since_day;     /* DAY_NONE: of no day */
    uint64_t since_event;     /* with `by_event` */
    bool by_event;
    const char *area, *category;
    event_filter filter;
    text area_code, category_code;
    uint64_t limit;           /* 0: none */
    day_number today;
    standing_since *since;
    uint64_t *changed;        /* alerts that anything happened to behind an event */
    size_t changed_count, changed_capacity;
    struct row *rows;
    size_t count, capacity;
    arena *memory;
};

/* --- options ------------------------------------------------------------------------------------------- */

static int take_since(struct listing *self)
{
    self->by_event = text_to_u64(text_of(optarg), &self->since_event);
    if (self->by_event || date_read(text_of(optarg), &self->since_day))
        return -1;
    return command_wrong(&self->base, "--since wants a date, as 2025-03-31, or the number of an event, not '%s'", optarg);
}

static int take_option(struct listing *self, int option)
{
    switch (option) {
    case OPT_ALL: self->all = true; return -1;
    case OPT_SINCE: return take_since(self);
    case OPT_AREA: self->area = optarg; return -1;
    case OPT_CATEGORY: self->category = optarg; return -1;
    case OPT_LEVEL:
        return alert_level_read(text_of(optarg), &self->filter.level) && self->filter.level != LEVEL_NORMAL
                   ? -1 : command_wrong(&self->base, "--level wants watch, elevated or priority, not '%s'", optarg);
    case OPT_ABOUT:
        return event_about_read(text_of(optarg), &self->filter.about)
                   ? -1 : command_wrong(&self->base, "--about wants series, tocsin or all, not '%s'", optarg);
    case OPT_LIMIT:
        return text_to_u64(text_of(optarg), &self->limit) && self->limit > 0
                   ? -1 : command_wrong(&self->base, "--limit wants a number of 1 or more, not '%s'", optarg);
    default: return command_option(&self->base, option);
    }
}

static int take_options(struct listing *self, int argc, char **argv)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(self, c);
    if (done < 0 && optind < argc)
        return command_wrong(&self->base, "what is '%s'? The story of one alert: tocsin alert %s", argv[optind], argv[optind]);
    return done;
}

static int find_filters(struct listing *self, const figures *from)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    const reference *data = figures_reference(from);
    if (self->area != NULL) {
        if (!subject_called(data, text_of(self->area), &of, words))
            return command_wrong(&self->base, "%s", words);
        self->area_code = of.code;
        self->filter.areas = (text_list){&self->area_code, 1};
    }
    if (self->category != NULL) {
        int index = category_called(data->categories, text_of(self->category), words);
        if (index == CATEGORY_NONE)
            return command_wrong(&self->base, "%s", words);
        self->category_code = offence_tree_category(data->categories, index)->code;
        self->filter.categories = (text_list){&self->category_code, 1};
    }
    return -1;
}

/* --- reading ------------------------------------------------------------------------------------------- */

static bool take_changed(void *context, const alert_event *one)
{
    struct listing *self = context;
    self->changed = memory_room(self->changed, self->changed_count, &self->changed_capacity, sizeof *self->changed);
    self->changed[self->changed_count++] = one->alert;
    return true;
}

static bool has_changed(const struct listing *self, const told_alert *one)
{
    if (self->since_day != DAY_NONE)
        return london_date(one->changed_s) >= self->since_day;
    bool found = !self->by_event;
    for (size_t i = 0; i < self->changed_count && !found; i++)
        found = self->changed[i] == one->id;
    return found;
}

/* The filter lets an alert through that has ever been so high; an open one is listed by where it stands. */
static bool is_wanted(const struct listing *self, const told_alert *one)
{
    return (one->closed_s != 0 || one->level >= self->filter.level) && has_changed(self, one);
}

static bool take_alert(void *context, const told_alert *one)
{
    struct listing *self = context;
    if (!is_wanted(self, one))
        return true;
    self->rows = memory_room(self->rows, self->count, &self->capacity, sizeof *self->rows);
    struct row *made = &self->rows[self->count++];
    *made = (struct row){.id = one->id, .open = one->closed_s == 0, .level = one->level, .direction = one->direction,
                         .changed_s = one->changed_s};
    alert_row_make(one, self->since, self->today, self->memory, made->fields);
    made->state = alert_state_words(one, self->today, self->memory);
    made->name = one->decided.subject.size > 0 ? made->fields[ALERT_SUBJECT] : made->fields[ALERT_TITLE];
    made->json = self->base.format == FORMAT_JSON ? alert_row_json(one, made->fields) : NULL;
    return true;
}

/* Open before cleared; the highest level, rises before falls; what changed last. */
static int by_weight(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    if (left->open != right->open)
        return left->open ? -1 : 1;
    if (left->level != right->level)
        return left->level > right->level ? -1 : 1;
    if (left->direction != right->direction)
        return left->direction < right->direction ? -1 : 1;
    if (left->changed_s != right->changed_s)
        return left->changed_s > right->changed_s ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

static status read_alerts(struct listing *self, const figures *from)
{
    event_list *list;
    bool all = self->all || self->by_event || self->since_day != DAY_NONE;
    status st = event_list_on(from, &list);
    uint64_t through = self->since_event;
    if (st == STATUS_OK && self->by_event)
        st = event_list_read(list, self->since_event, SIZE_MAX, NULL, take_changed, self, &through);
    if (st == STATUS_OK)
        st = standing_since_read(figures_store(from), &self->since);
    if (st == STATUS_OK)
        st = event_list_alerts(list, all, &self->filter, self->today, take_alert, self);
    event_list_close(&list);
    if (self->count > 0)
        qsort(self->rows, self->count, sizeof *self->rows, by_weight);
    return st;
}

/* --- printing ------------------------------------------------------------------------------------------ */

static void print_nothing(const struct listing *self)
{
    bool narrowed = self->area != NULL || self->category != NULL || self->filter.level > LEVEL_NORMAL ||
                    self->filter.about != ABOUT_ALL;
    if (self->by_event || self->since_day != DAY_NONE)
        puts("No alert has changed since. The open ones: tocsin alerts");
    else if (self->all)
        puts(narrowed ? "No such alert was ever raised." : "No alert was ever raised.");
    else
        puts(narrowed ? "No such alert is open. Cleared ones: --all" : "No alert is open. Cleared ones: tocsin alerts --all");
}

static void print_end(const struct listing *self, size_t shown)
{
    size_t open = 0;
    for (size_t i = 0; i < self->count; i++)
        open += self->rows[i].open;
    text cleared = open < self->count ? arena_print(self->memory, ", %zu cleared", self->count - open) : text_of("");
    text first = shown < self->count ? arena_print(self->memory, "; the first %zu are shown", shown) : text_of("");
    unsigned long long id = self->rows[0].id;
    putchar('\n');
    layout_paragraph(stdout, layout_width(), 0, "",
                     arena_print(self->memory, "%zu open%.*s%.*s. The story of one: tocsin alert %llu; to acknowledge it: tocsin ack %llu",
                                 open, TEXT_ARGS(cleared), TEXT_ARGS(first), id, id));
}

static void print_table(const struct listing *self, size_t shown)
{
    static const char *const headings[] = {"id", "level", "since", "area", "category", "figure", "state"};
    if (shown == 0) {
        print_nothing(self);
        return;
    }
    layout_table *table = layout_table_create(headings, 7);
    for (size_t i = 0; i < shown; i++) {
        const struct row *r = &self->rows[i];
        text stands = arena_print(self->memory, "%.*s%s%.*s", TEXT_ARGS(r->fields[ALERT_LEVEL]),
                                  r->fields[ALERT_DIRECTION].size > 0 ? ", " : "", TEXT_ARGS(r->fields[ALERT_DIRECTION]));
        layout_table_add(table, (text[]){r->fields[ALERT_ID], stands, r->fields[ALERT_SINCE], r->fields[ALERT_AREA_NAME], r->name,
                                         r->fields[ALERT_FIGURE], r->state});
    }
    layout_table_write(table, stdout, layout_width(), 0);
    layout_table_destroy(&table);
    print_end(self, shown);
}

static void print_csv(const struct listing *self, size_t shown)
{
    row_csv_head(&alert_row_form);
    for (size_t i = 0; i < shown; i++)
        row_csv(&alert_row_form, self->rows[i].fields);
}

static void print_json(const struct listing *self, size_t shown)
{
    jsondoc *list = jsondoc_array();
    for (size_t i = 0; i < shown; i++)
        jsondoc_add(list, &self->rows[i].json);
    jsondoc_write(list, stdout, true);
    jsondoc_destroy(&list);
}

static void print(const struct listing *self)
{
    size_t shown = self->limit > 0 && self->limit < self->count ? (size_t)self->limit : self->count;
    switch (self->base.format) {
    case FORMAT_CSV: print_csv(self, shown); break;
    case FORMAT_JSON: print_json(self, shown); break;
    case FORMAT_TABLE:
    case FORMATS: print_table(self, shown); break;
    }
}

int alerts_main(int argc, char **argv)
{
    struct listing self = {.base = {.name = "alerts", .usage = usage, .data = command_default_data()}, .since_day = DAY_NONE,
                           .today = london_date((int64_t)time(NULL))};
    store *opened;
    figures *read;
    int done = take_options(&self, argc, argv);
    if (done < 0)
        done = command_open(&self.base, &opened, &read);
    if (done >= 0)
        return done;
    self.memory = arena_create();
    done = find_filters(&self, read);
    if (done < 0 && read_alerts(&self, read) != STATUS_OK)
        done = command_fault(&self.base, "can't read the store: %s", store_trouble(opened));
    if (done < 0) {
        print(&self);
        done = COMMAND_FINE;
    }
    for (size_t i = 0; i < self.count; i++)
        jsondoc_destroy(&self.rows[i].json);
    free(self.rows);
    free(self.changed);
    standing_since_free(&self.since);
    arena_destroy(&self.memory);
    command_close(&opened, &read);
    return done;
}
