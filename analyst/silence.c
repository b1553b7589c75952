/* tocsin silence, unsilence, silences: what is not to page for a while. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "alerting/event_list.h"
#include "commands.h"
#include "layout.h"
#include "people.h"
#include "rows.h"

static const char silence_usage[] =
    "usage: tocsin silence ID --until DATE --why TEXT [options]\n"
    "       tocsin silence --area CODE|NAME --category CODE|TITLE --until DATE --why TEXT [options]\n"
    "       tocsin silence --list\n"
    "\n"
    "Stops an alert, or whatever is raised in an area and of a category, from paging until a date. It is announced all the\n"
    "same, marked as silenced; nothing is hidden.\n"
    "\n"
    "  --area CODE|NAME      with all that lies in it\n"
    "  --category CODE|TITLE with all beneath\n"
    "  --from DATE           the first day (default: today)\n"
    "  --until DATE          the last day; less than a year later\n"
    "  --every week|year     and the same days of every week or year\n"
    "  --why TEXT            why\n"
    "  --who NAME            who does it (default: $TOCSIN_WHO, else your login name)\n"
    "  --list                what is silenced: as tocsin silences\n"
    "  --format table|json\n"
    "  --data DIR            the aggregator's folder\n"
    "\n"
    "example: tocsin silence --area Stafford --category shoplifting --until 2025-12-31 --why 'New reporting app'\n";

static const char unsilence_usage[] =
    "usage: tocsin unsilence N --why TEXT [--who NAME] [options]\n"
    "\n"
    "Ends a silence before its time. tocsin silences lists them.\n"
    "\n"
    "  --why TEXT            why\n"
    "  --who NAME            who does it (default: $TOCSIN_WHO, else your login name)\n"
    "  --format table|json\n"
    "  --data DIR            the aggregator's folder\n"
    "\n"
    "example: tocsin unsilence 14 --why 'The app is in use everywhere now'\n";

static const char silences_usage[] =
    "usage: tocsin silences [--all] [--format table|csv|json] [--data DIR]\n"
    "\n"
    "Lists what is silenced now or will be, until when, by whom and why.\n"
    "\n"
    "  --all                 those too that are over\n"
    "\n"
    "example: tocsin silences --all --format csv > silences.csv\n";

enum { OPT_AREA = OPTION_OWN, OPT_CATEGORY, OPT_FROM, OPT_UNTIL, OPT_EVERY, OPT_WHY, OPT_WHO, OPT_LIST, OPT_ALL };

static const struct option silence_options[] = {
    COMMON_OPTIONS,
    {"area", required_argument, NULL, OPT_AREA},
    {"category", required_argument, NULL, OPT_CATEGORY},
    {"from", required_argument, NULL, OPT_FROM},
    {"until", required_argument, NULL, OPT_UNTIL},
    {"every", required_argument, NULL, OPT_EVERY},
    {"why", required_argument, NULL, OPT_WHY},
    {"who", required_argument, NULL, OPT_WHO},
    {"list", no_argument, NULL, OPT_LIST},
    {NULL, 0, NULL, 0},
};

static const struct option unsilence_options[] = {
    COMMON_OPTIONS,
    {"why", required_argument, NULL, OPT_WHY},
    {"who", required_argument, NULL, OPT_WHO},
    {NULL, 0, NULL, 0},
};

static const struct option silences_options[] = {
    COMMON_OPTIONS,
    {"all", no_argument, NULL, OPT_ALL},
    {NULL, 0, NULL, 0},
};

struct quieting {
    command base;
    const char *who;
    bool list, all;
    jsondoc *question;
};

/* --- asking -------------------------------------------------------------------------------------------- */

static int take_date(struct quieting *self, const char *option, const char *key)
{
    day_number on;
    if (!command_date(&self->base, option, optarg, &on))
        return COMMAND_USAGE;
    jsondoc_put_text(self->question, key, text_of(optarg));
    return -1;
}

static int take_every(struct quieting *self)
{
    bool week = strcmp(optarg, "week") == 0;
    if (!week && strcmp(optarg, "year") != 0)
        return command_wrong(&self->base, "--every wants week or year, not '%s'", optarg);
    jsondoc_put_text(self->question, "recurs", text_of(week ? "weekly" : "yearly"));
    return -1;
}

static int take_option(struct quieting *self, int option)
{
    switch (option) {
    case OPT_AREA: return people_put(&self->base, "--area", optarg, self->question, "area");
    case OPT_CATEGORY: return people_put(&self->base, "--category", optarg, self->question, "category");
    case OPT_FROM: return take_date(self, "--from", "from");
    case OPT_UNTIL: return take_date(self, "--until", "until");
    case OPT_EVERY: return take_every(self);
    case OPT_WHY: return people_put(&self->base, "--why", optarg, self->question, "why");
    case OPT_WHO: self->who = optarg; return -1;
    case OPT_LIST: self->list = true; return -1;
    case OPT_ALL: self->all = true; return -1;
    default: return command_option(&self->base, option);
    }
}

/*   what   is named by its number before or behind the options; NULL: nothing is */
static int take_options(struct quieting *self, int argc, char **argv, const struct option *options, const char *what)
{
    int done = -1;
    self->base.data = command_default_data();
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        done = take_option(self, c);
    if (done < 0 && optind < argc && what != NULL)
        done = people_number(&self->base, what, argv[optind++], self->question, what);
    if (done < 0 && optind < argc)
        done = command_wrong(&self->base, "what is '%s'?", argv[optind]);
    return done;
}

static int list_silences(const struct quieting *self);

int silence_main(int argc, char **argv)
{
    struct quieting self = {.base = {.name = "silence", .usage = silence_usage}, .question = jsondoc_object()};
    int done = take_options(&self, argc, argv, silence_options, "alert");
    if (done < 0 && self.list)
        done = list_silences(&self);
    if (done < 0 && jsondoc_get(self.question, "until") == NULL)
        done = command_wrong(&self.base, "say until when: --until DATE, its last day");
    if (done < 0 && jsondoc_get(self.question, "why") == NULL)
        done = command_wrong(&self.base, "say why: --why TEXT");
    if (done < 0)
        done = people_ask(&self.base, "silence", self.who, &self.question);
    jsondoc_destroy(&self.question);
    return done;
}

int unsilence_main(int argc, char **argv)
{
    struct quieting self = {.base = {.name = "unsilence", .usage = unsilence_usage}, .question = jsondoc_object()};
    int done = take_options(&self, argc, argv, unsilence_options, "silence");
    if (done < 0 && jsondoc_get(self.question, "silence") == NULL)
        done = command_wrong(&self.base, "say which silence, by its number: tocsin silences lists them");
    if (done < 0 && jsondoc_get(self.question, "why") == NULL)
        done = command_wrong(&self.base, "say why: --why TEXT");
    if (done < 0)
        done = people_ask(&self.base, "unsilence", self.who, &self.question);
    jsondoc_destroy(&self.question);
    return done;
}

/* --- listing ------------------------------------------------------------------------------------------- */

enum { FIELD_SILENCE, FIELD_STATE, FIELD_ALERT, FIELD_AREA, FIELD_AREA_NAME, FIELD_CATEGORY, FIELD_TITLE, FIELD_FROM,
       FIELD_UNTIL, FIELD_RECURS, FIELD_WHO, FIELD_WHY, FIELDS };

static const char *const field_names[FIELDS] = {"silence", "state", "alert", "area", "area_name", "category", "title",
                                                "from", "until", "recurs", "who", "why"};
static const row_form form = {field_names, FIELDS, UINT64_C(1) << FIELD_SILENCE | UINT64_C(1) << FIELD_ALERT};

/* now, ahead, ended (before its time), over */
static const char *state_of(const stored_silence *one, day_number today)
{
    if (one->ended != 0)
        return "ended";
    if (silence_covers_day(one, today))
        return "now";
    return one->recurs.size > 0 || today < one->days.from ? "ahead" : "over";
}

static text date_of(day_number on, arena *memory)
{
    char date[DATE_TEXT];
    return arena_print(memory, "%s", date_text(on, date));
}

/* Of an alert, its area and category. */
static status tell_scope(event_list *list, const figures *from, const stored_silence *one, day_number today, arena *memory, text *out)
{
    told_alert of;
    if (one->alert != 0) {
        status st = event_list_alert(list, one->alert, today, &of);
        if (st != STATUS_OK)
            return st;
        out[FIELD_ALERT] = arena_print(memory, "%llu", (unsigned long long)one->alert);
        out[FIELD_AREA] = arena_text(memory, of.decided.area);
        out[FIELD_AREA_NAME] = arena_text(memory, of.decided.area_name);
        out[FIELD_CATEGORY] = arena_text(memory, of.decided.category);
        out[FIELD_TITLE] = arena_text(memory, of.decided.subject.size > 0 ? of.decided.subject : of.decided.title);
        return STATUS_OK;
    }
    const reference *data = figures_reference(from);
    int where = geography_of_id(data->areas, one->area), what = offence_tree_of_id(data->categories, one->category);
    out[FIELD_AREA] = codebook_at(figures_codebook(from), CODE_AREA, one->area).code;
    out[FIELD_AREA_NAME] = where != AREA_NONE ? geography_area(data->areas, where)->name : out[FIELD_AREA];
    out[FIELD_CATEGORY] = codebook_at(figures_codebook(from), CODE_CATEGORY, one->category).code;
    out[FIELD_TITLE] = what != CATEGORY_NONE ? offence_tree_category(data->categories, what)->title : out[FIELD_CATEGORY];
    return STATUS_OK;
}

static status tell(event_list *list, const figures *from, const stored_silence *one, day_number today, arena *memory, text *out)
{
    out[FIELD_SILENCE] = arena_print(memory, "%llu", (unsigned long long)one->id);
    out[FIELD_STATE] = text_of(state_of(one, today));
    out[FIELD_FROM] = date_of(one->days.from, memory);
    out[FIELD_UNTIL] = date_of(one->days.to, memory);
    out[FIELD_RECURS] = one->recurs;
    out[FIELD_WHO] = one->who;
    out[FIELD_WHY] = one->why;
    return tell_scope(list, from, one, today, memory, out);
}

static text words_of_scope(const text *f, arena *memory)
{
    text what = f[FIELD_TITLE].size > 0 ? f[FIELD_TITLE] : text_of("Everything");
    return arena_print(memory, "%.*s%s%.*s%s%.*s%s", TEXT_ARGS(what), f[FIELD_AREA].size > 0 ? " in " : "",
                       TEXT_ARGS(f[FIELD_AREA_NAME]), f[FIELD_ALERT].size > 0 ? " (alert " : "", TEXT_ARGS(f[FIELD_ALERT]),
                       f[FIELD_ALERT].size > 0 ? ")" : "");
}

static void add_row(layout_table *to, const text *f, arena *memory)
{
    text days = arena_print(memory, "%.*s to %.*s%s%.*s", TEXT_ARGS(f[FIELD_FROM]), TEXT_ARGS(f[FIELD_UNTIL]),
                            f[FIELD_RECURS].size > 0 ? ", " : "", TEXT_ARGS(f[FIELD_RECURS]));
    layout_table_add(to, (text[]){f[FIELD_SILENCE], f[FIELD_STATE], words_of_scope(f, memory), days, f[FIELD_WHO], f[FIELD_WHY]});
}

struct listing {
    const struct quieting *asked;
    const figures *from;
    event_list *list;
    layout_table *table;
    jsondoc *rows;
    arena *memory;
    size_t shown, over;
};

static status list_one(struct listing *self, const stored_silence *one, day_number today)
{
    text fields[FIELDS] = {{0}};
    bool past = one->ended != 0 || strcmp(state_of(one, today), "over") == 0;
    self->over += past;
    if (past && !self->asked->all)
        return STATUS_OK;
    status st = tell(self->list, self->from, one, today, self->memory, fields);
    if (st != STATUS_OK)
        return st;
    self->shown++;
    if (self->asked->base.format == FORMAT_JSON)
        row_json(&form, fields, jsondoc_add_object(self->rows));
    else if (self->asked->base.format == FORMAT_CSV)
        row_csv(&form, fields);
    else
        add_row(self->table, fields, self->memory);
    return STATUS_OK;
}

static void end_table(const struct listing *self)
{
    if (self->shown > 0)
        layout_table_write(self->table, stdout, layout_width(), 0);
    if (self->shown == 0)
        printf("Nothing is silenced.%s\n", self->over > 0 ? " What is over: tocsin silences --all" : "");
    else
        printf("\n%zu silence%s. To end one: tocsin unsilence N --why TEXT\n", self->shown, self->shown == 1 ? "" : "s");
}

static status list_all(struct listing *self)
{
    silences *all;
    day_number today = london_date((int64_t)time(NULL));
    status st = silences_read(figures_store(self->from), &all);
    for (size_t i = 0; st == STATUS_OK && i < silences_count(all); i++)
        st = list_one(self, silences_at(all, i), today);
    silences_free(&all);
    return st;
}

static int list_silences(const struct quieting *asked)
{
    static const char *const headings[] = {"id", "state", "what", "days", "who", "why"};
    store *opened;
    figures *read;
    int done = command_open(&asked->base, &opened, &read);
    if (done >= 0)
        return done;
    struct listing self = {.asked = asked, .from = read, .table = layout_table_create(headings, 6), .rows = jsondoc_array(),
                           .memory = arena_create()};
    if (asked->base.format == FORMAT_CSV)
        row_csv_head(&form);
    status st = event_list_on(read, &self.list);
    if (st == STATUS_OK)
        st = list_all(&self);
    done = st == STATUS_OK ? COMMAND_FINE : command_fault(&asked->base, "can't read the store: %s", store_trouble(opened));
    if (st == STATUS_OK && asked->base.format == FORMAT_JSON)
        jsondoc_write(self.rows, stdout, true);
    if (st == STATUS_OK && asked->base.format == FORMAT_TABLE)
        end_table(&self);
    event_list_close(&self.list);
    layout_table_destroy(&self.table);
    jsondoc_destroy(&self.rows);
    arena_destroy(&self.memory);
    command_close(&opened, &read);
    return done;
}

int silences_main(int argc, char **argv)
{
    struct quieting self = {.base = {.name = "silences", .usage = silences_usage}, .question = jsondoc_object()};
    int done = take_options(&self, argc, argv, silences_options, NULL);
    if (done < 0)
        done = list_silences(&self);
    jsondoc_destroy(&self.question);
    return done;
}
