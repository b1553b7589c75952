/* tocsin export: counts by area, category and period, one a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "figures/nearest.h"
#include "proto/csv_reader.h"
#include "proto/jsondoc.h"

static const char usage[] =
    "usage: tocsin export --each LEVEL --by day|month|year|financial-year [options]\n"
    "       tocsin export --area CODE|NAME --by ... [options]\n"
    "\n"
    "Counts for a spreadsheet or R, as area,category,period,count: a line for every area, category and period\n"
    "that has any records. A category has all that lies under it, so lines of different categories overlap. What can't\n"
    "be given to any area of the level stands under CODE:unallocated of the wider area that knows it, so that parts and\n"
    "whole agree. Records that know only their month count on its last day.\n"
    "\n"
    "  --each LEVEL          every area of a level: district, force, region, country\n"
    "  --area CODE|NAME      one area or group instead\n"
    "  --by PERIOD           day, month, year, financial-year\n"
    "  --from DATE, --to DATE\n"
    "  --category CODE       only this one\n"
    "  --origin NAME         only the records of one recording system\n"
    "  --known-on DATE       as it was known at the end of that day, with today's reference data\n"
    "  --format csv|json     (default csv)\n"
    "  --data DIR            the aggregator's folder\n"
    "\n"
    "example: tocsin export --each district --by month --from 2024-04-01 > counts.csv\n";

enum { OPT_AREA = OPTION_OWN, OPT_EACH, OPT_BY, OPT_FROM, OPT_TO, OPT_CATEGORY, OPT_ORIGIN, OPT_KNOWN_ON };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"area", required_argument, NULL, OPT_AREA},
    {"each", required_argument, NULL, OPT_EACH},
    {"by", required_argument, NULL, OPT_BY},
    {"from", required_argument, NULL, OPT_FROM},
    {"to", required_argument, NULL, OPT_TO},
    {"category", required_argument, NULL, OPT_CATEGORY},
    {"origin", required_argument, NULL, OPT_ORIGIN},
    {"known-on", required_argument, NULL, OPT_KNOWN_ON},
    {NULL, 0, NULL, 0},
};

typedef enum step { STEP_DAY, STEP_MONTH, STEP_YEAR, STEP_FINANCIAL_YEAR, STEPS } step;

struct asked {
    command base;
    const char *area, *each, *category, *origin;
    step by;
    period days;
};

static const char *const step_names[STEPS] = {"day", "month", "year", "financial-year"};

static int take_step(struct asked *self)
{
    for (int i = 0; i < STEPS; i++)
        if (strcmp(optarg, step_names[i]) == 0) {
            self->by = (step)i;
            return -1;
        }
    return command_wrong(&self->base, "--by wants day, month, year or financial-year, not '%s'", optarg);
}

static int take_option(struct asked *self, int option)
{
    switch (option) {
    case OPT_AREA: self->area = optarg; return -1;
    case OPT_EACH: self->each = optarg; return -1;
    case OPT_CATEGORY: self->category = optarg; return -1;
    case OPT_ORIGIN: self->origin = optarg; return -1;
    case OPT_KNOWN_ON: return command_known_on(&self->base, optarg);
    case OPT_BY: return take_step(self);
    case OPT_FROM: return command_date(&self->base, "--from", optarg, &self->days.from) ? -1 : COMMAND_USAGE;
    case OPT_TO: return command_date(&self->base, "--to", optarg, &self->days.to) ? -1 : COMMAND_USAGE;
    default: return command_option(&self->base, option);
    }
}

static int take_options(struct asked *self, int argc, char **argv)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(self, c);
    if (done >= 0)
        return done;
    if (optind < argc)
        return command_wrong(&self->base, "what is '%s'? An area is asked for with --area", argv[optind]);
    if ((self->area == NULL) == (self->each == NULL))
        return command_wrong(&self->base, "say --area CODE, or --each LEVEL");
    if (self->by == STEPS)
        return command_wrong(&self->base, "say --by day, month, year or financial-year");
    if (self->days.from != DAY_NONE && self->days.to != DAY_NONE && self->days.from > self->days.to)
        return command_wrong(&self->base, "--from lies behind --to: there are no days between them");
    if (self->base.format == FORMAT_TABLE)
        self->base.format = FORMAT_CSV;
    return -1;
}

/* --- exporting ------------------------------------------------------------------------------------- */

struct exporting {
    const struct asked *asked;
    const figures *from;
    const offence_tree *tree;
    size_t categories;
    subject of;      /* the one area or group, if one is asked for */
    int only;        /* category index, or CATEGORY_NONE */
    uint32_t origin; /* 0: all */
    double *month;   /* [category][TALLY_DAYS] of the month at hand, trees summed */
    double *sum;     /* [category] of a period longer than a day */
    double sign;     /* -1 while parts are taken from a whole */
    bool first;      /* nothing is printed yet */
    arena *memory;   /* of one line */
    status st;
};

/* What is exported of an area. */
typedef enum part {
    PART_WHOLE,
    PART_REST,    /* what none of its parts knows */
    PART_OUTSIDE, /* all of it, as neither it nor anything in it is of the level */
} part;

static void print_line(struct exporting *e, text area_code, int index, const char *when, double count)
{
    text category_code = offence_tree_category(e->tree, index)->code;
    if (e->asked->base.format == FORMAT_JSON) {
        jsondoc *line = jsondoc_object();
        jsondoc_put_text(line, "area", area_code);
        jsondoc_put_text(line, "category", category_code);
        jsondoc_put_text(line, "period", text_of(when));
        jsondoc_put_integer(line, "count", (int64_t)count);
        arena_reset(e->memory);
        printf("%s\n  %.*s", e->first ? "" : ",", TEXT_ARGS(jsondoc_print(line, e->memory)));
        jsondoc_destroy(&line);
    } else {
        csv_write_field(stdout, area_code);
        putchar(',');
        csv_write_field(stdout, category_code);
        printf(",%s,%.0f\n", when, count);
    }
    e->first = false;
}

static void add_upwards(struct exporting *e, int index, int d, double count)
{
    bool marker = category_is_marker(offence_tree_category(e->tree, index));
    for (int at = index; at != CATEGORY_NONE; at = offence_tree_category(e->tree, at)->parent) {
        e->month[at * TALLY_DAYS + d] += e->sign * count;
        if (marker)
            return;
    }
}

static bool take_row(void *context, const month_row *row)
{
    struct exporting *e = context;
    tally counted = {0};
    if (e->origin != 0 && row->key.origin != e->origin)
        return true;
    e->st = tally_add_days_json(&counted, row->days);
    for (size_t i = 0; i < counted.count && e->st == STATUS_OK; i++) {
        int index = offence_tree_of_id(e->tree, counted.rows[i].category);
        for (int d = 0; d < TALLY_DAYS && index != CATEGORY_NONE; d++) {
            day_number on = d == DAY_UNKNOWN ? month_last(row->key.month) : month_first(row->key.month) + d - 1;
            if (counted.rows[i].days[d] > 0 && on >= e->asked->days.from && on <= e->asked->days.to)
                add_upwards(e, index, d == DAY_UNKNOWN ? civil_of(on).day : d, counted.rows[i].days[d]);
        }
    }
    tally_free(&counted);
    return e->st == STATUS_OK;
}

static status add_month(struct exporting *e, int area_index, month_number m, double sign)
{
    const geography *areas = figures_reference(e->from)->areas;
    e->sign = sign;
    status st = store_months(figures_store(e->from), geography_area(areas, area_index)->id, m, m, true, take_row, e);
    return st == STATUS_OK ? e->st : st;
}

static status read_month(struct exporting *e, const subject *of, part what, month_number m)
{
    const geography *areas = figures_reference(e->from)->areas;
    status st = STATUS_OK;
    memset(e->month, 0, e->categories * TALLY_DAYS * sizeof *e->month);
    for (size_t i = 0; i < of->member_count && st == STATUS_OK; i++)
        st = add_month(e, of->members[i], m, 1);
    int child = what == PART_REST ? geography_area(areas, of->area)->first_child : AREA_NONE;
    for (; child != AREA_NONE && st == STATUS_OK; child = geography_area(areas, child)->next_sibling)
        st = add_month(e, child, m, -1);
    return st;
}

static bool is_wanted(const struct exporting *e, int index)
{
    return e->only == CATEGORY_NONE || e->only == index;
}

static void print_days(struct exporting *e, text area_code, month_number m)
{
    char when[DATE_TEXT];
    for (int c = 0; c < (int)e->categories; c++)
        for (int d = 1; d < TALLY_DAYS && is_wanted(e, c); d++)
            if (e->month[c * TALLY_DAYS + d] > 0)
                print_line(e, area_code, c, date_text(month_first(m) + d - 1, when), e->month[c * TALLY_DAYS + d]);
}

static void add_to_sum(struct exporting *e)
{
    for (size_t c = 0; c < e->categories; c++)
        for (size_t d = 1; d < TALLY_DAYS; d++)
            e->sum[c] += e->month[c * TALLY_DAYS + d];
}

static void print_sum(struct exporting *e, text area_code, month_number m)
{
    char when[PERIOD_TEXT];
    unsigned year = (unsigned)(m / 12) % 10000;
    if (e->asked->by == STEP_MONTH)
        (void)snprintf(when, sizeof when, "%04u-%02u", year, (unsigned)(m % 12) + 1);
    else if (e->asked->by == STEP_YEAR)
        (void)snprintf(when, sizeof when, "%04u", year);
    else
        (void)financial_year_text(financial_year_of(month_first(m)), when);
    for (int c = 0; c < (int)e->categories; c++)
        if (is_wanted(e, c) && e->sum[c] > 0)
            print_line(e, area_code, c, when, e->sum[c]);
    memset(e->sum, 0, e->categories * sizeof *e->sum);
}

/* Is the month the last of its period? */
static bool ends_period(const struct exporting *e, month_number m)
{
    switch (e->asked->by) {
    case STEP_YEAR: return m % 12 == 11;
    case STEP_FINANCIAL_YEAR: return m % 12 == 2;
    case STEP_DAY:
    case STEP_MONTH:
    case STEPS: break;
    }
    return true;
}

static status export_subject(struct exporting *e, const subject *of, part what)
{
    char room[CODE_SIZE_MAX + sizeof ":unallocated"];
    (void)snprintf(room, sizeof room, "%.*s%s", TEXT_ARGS(of->code), what == PART_WHOLE ? "" : ":unallocated");
    month_number last = month_of(e->asked->days.to);
    for (month_number m = month_of(e->asked->days.from); m <= last; m++) {
        status st = read_month(e, of, what, m);
        if (st != STATUS_OK)
            return st;
        if (e->asked->by == STEP_DAY) {
            print_days(e, text_of(room), m);
            continue;
        }
        add_to_sum(e);
        if (ends_period(e, m) || m == last)
            print_sum(e, text_of(room), m);
    }
    return STATUS_OK;
}

static bool is_of_level(const area *a, const char *level)
{
    return a->counted && a->successor == AREA_NONE && text_equal_caseless(a->level, text_of(level));
}

/* Does an area of the level lie in this one, at any depth? */
static bool holds_level(const geography *areas, int index, const char *level)
{
    for (int child = geography_area(areas, index)->first_child; child != AREA_NONE;
         child = geography_area(areas, child)->next_sibling)
        if (is_of_level(geography_area(areas, child), level) || holds_level(areas, child, level))
            return true;
    return false;
}

static bool is_level(const geography *areas, const char *level)
{
    for (int i = 0; i < geography_count(areas); i++)
        if (is_of_level(geography_area(areas, i), level))
            return true;
    return false;
}

/* An area and all that lies in it, so that every record stands somewhere and only once. */
static status export_below(struct exporting *e, int index)
{
    const geography *areas = figures_reference(e->from)->areas;
    const char *level = e->asked->each;
    bool of_level = is_of_level(geography_area(areas, index), level), holds = !of_level && holds_level(areas, index, level);
    subject of;
    subject_of_area(e->from, index, &of);
    status st = export_subject(e, &of, of_level ? PART_WHOLE : holds ? PART_REST : PART_OUTSIDE);
    int child = holds ? geography_area(areas, index)->first_child : AREA_NONE;
    for (; child != AREA_NONE && st == STATUS_OK; child = geography_area(areas, child)->next_sibling)
        st = export_below(e, child);
    return st;
}

static status export_each(struct exporting *e)
{
    const geography *areas = figures_reference(e->from)->areas;
    status st = STATUS_OK;
    for (int i = 0; i < geography_count(areas) && st == STATUS_OK; i++)
        if (geography_area(areas, i)->counted && geography_up(areas, i) == AREA_NONE)
            st = export_below(e, i);
    return st;
}

static int run(struct exporting *e)
{
    bool json = e->asked->base.format == FORMAT_JSON;
    (void)fputs(json ? "[" : "area,category,period,count\n", stdout);
    status st = e->asked->area != NULL ? export_subject(e, &e->of, PART_WHOLE) : export_each(e);
    if (json)
        (void)fputs("\n]\n", stdout);
    return st == STATUS_OK ? COMMAND_FINE : command_fault(&e->asked->base, "can't read the store: %s",
                                                          store_trouble(figures_store(e->from)));
}

static int find_subject(struct exporting *e)
{
    char words[NOTE_SIZE_MAX];
    const command *base = &e->asked->base;
    if (e->asked->area != NULL)
        return subject_find(e->from, text_of(e->asked->area), &e->of, words) ? -1 : command_wrong(base, "%s", words);
    return is_level(figures_reference(e->from)->areas, e->asked->each)
               ? -1 : command_no_level(base, e->from, e->asked->each, false);
}

static int no_category(const struct exporting *e)
{
    char words[NEAREST_WORDS];
    nearest like = nearest_to(text_of(e->asked->category));
    for (size_t i = 0; i < e->categories; i++) {
        const category *c = offence_tree_category(e->tree, (int)i);
        nearest_offer(&like, c->code, c->code);
        nearest_offer(&like, c->title, c->code);
    }
    return command_wrong(&e->asked->base, "'%s' is not in categories.csv%s", e->asked->category, nearest_words(&like, words));
}

static int find_filters(struct exporting *e)
{
    const command *base = &e->asked->base;
    if (e->asked->category != NULL) {
        e->only = offence_tree_find(e->tree, text_of(e->asked->category));
        if (e->only == CATEGORY_NONE)
            return no_category(e);
    }
    if (e->asked->origin != NULL) {
        e->origin = codebook_find(figures_codebook(e->from), CODE_ORIGIN, text_of(e->asked->origin));
        if (e->origin == 0)
            return command_fault(base, "no records came from an origin named '%s'", e->asked->origin);
    }
    return -1;
}

static void find_days(struct asked *self, const figures *from)
{
    period extent;
    if (store_extent(figures_store(from), &extent) != STATUS_OK)
        extent = (period){DAY_MIN, DAY_MIN};
    self->days.from = self->days.from == DAY_NONE || self->days.from < extent.from ? extent.from : self->days.from;
    self->days.to = self->days.to == DAY_NONE || self->days.to > extent.to ? extent.to : self->days.to;
}

int export_main(int argc, char **argv)
{
    struct asked asked = {.base = {.name = "export", .usage = usage, .data = command_default_data()},
                          .by = STEPS, .days = {DAY_NONE, DAY_NONE}};
    store *opened;
    figures *read;
    int done = take_options(&asked, argc, argv);
    if (done < 0)
        done = command_open(&asked.base, &opened, &read);
    if (done >= 0)
        return done;
    find_days(&asked, read);
    struct exporting e = {.asked = &asked, .from = read, .tree = figures_reference(read)->categories,
                          .only = CATEGORY_NONE, .first = true, .memory = arena_create(), .st = STATUS_OK};
    e.categories = (size_t)offence_tree_count(e.tree);
    e.month = memory_new(e.categories * TALLY_DAYS, sizeof *e.month);
    e.sum = memory_new(e.categories, sizeof *e.sum);
    /* Whatever is amiss is told before anything is printed. */
    done = find_subject(&e);
    if (done < 0)
        done = find_filters(&e);
    if (done < 0)
        done = run(&e);
    free(e.month);
    free(e.sum);
    arena_destroy(&e.memory);
    command_close(&opened, &read);
    return done;
}
