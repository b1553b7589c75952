/* tocsin report: the assessment's tables. */
#include "figures/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "commands.h"
#include "figures/report_print.h"
#include "report_levels.h"

static const char usage[] =
    "usage: tocsin report --area CODE|NAME [options]\n"
    "       tocsin report --each LEVEL [options]\n"
    "\n"
    "For each category: its count in the window, the same a year before, the change with its 95 % interval, the\n"
    "baseline, the rate per 1,000 residents with the estimate's year, the share of its root, and whose rates to\n"
    "compare with. What is not wholly covered says \"at least\" (+) or unknown, never zero.\n"
    "\n"
    "  --area CODE|NAME        an area, or a group such as a partnership of several districts\n"
    "  --each LEVEL            every area of a level: district, force, region, country; or csp\n"
    "  --as-of DATE            default: as far as the area's coverage reaches\n"
    "  --window WINDOW         rolling-year (default), financial-year, year-to-date, calendar-month\n"
    "  --baseline YEAR         financial year to compare with, as 2022-23 (default: as priorities.yaml says)\n"
    "  --population-year YEAR  estimate to use for rates (default: nearest to the window's middle)\n"
    "  --origin NAME           only the records of one recording system\n"
    "  --known-on DATE         as it was known at the end of that day, with today's reference data\n"
    "  --format table|csv|json\n"
    "  --data DIR              the aggregator's folder\n"
    "\n"
    "example: tocsin report --area E07000197 --as-of 2025-03-31\n";

enum { OPT_AREA = OPTION_OWN, OPT_EACH, OPT_AS_OF, OPT_WINDOW, OPT_BASELINE, OPT_POPULATION_YEAR, OPT_ORIGIN, OPT_KNOWN_ON };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"area", required_argument, NULL, OPT_AREA},
    {"each", required_argument, NULL, OPT_EACH},
    {"as-of", required_argument, NULL, OPT_AS_OF},
    {"window", required_argument, NULL, OPT_WINDOW},
    {"baseline", required_argument, NULL, OPT_BASELINE},
    {"population-year", required_argument, NULL, OPT_POPULATION_YEAR},
    {"origin", required_argument, NULL, OPT_ORIGIN},
    {"known-on", required_argument, NULL, OPT_KNOWN_ON},
    {NULL, 0, NULL, 0},
};

struct asked {
    command base;
    const char *area;
    const char *each;
    const char *origin; /* NULL: all */
    report_request request;
};

static int take_year(struct asked *self)
{
    uint64_t year;
    if (!text_to_u64(text_of(optarg), &year) || year < 1970 || year > 2099)
        return command_wrong(&self->base, "--population-year wants a year such as 2022, not '%s'", optarg);
    self->request.population_year = (int)year;
    return -1;
}

static int take_option(struct asked *self, int option)
{
    switch (option) {
    case OPT_AREA: self->area = optarg; return -1;
    case OPT_EACH: self->each = optarg; return -1;
    case OPT_ORIGIN: self->origin = optarg; return -1;
    case OPT_POPULATION_YEAR: return take_year(self);
    case OPT_KNOWN_ON: return command_known_on(&self->base, optarg);
    case OPT_AS_OF:
        return command_date(&self->base, "--as-of", optarg, &self->request.as_of) ? -1 : COMMAND_USAGE;
    case OPT_WINDOW:
        return window_kind_read(text_of(optarg), &self->request.window)
                   ? -1 : command_wrong(&self->base, "--window wants rolling-year, financial-year, year-to-date or "
                                                     "calendar-month, not '%s'", optarg);
    case OPT_BASELINE:
        return financial_year_read(text_of(optarg), &self->request.baseline)
                   ? -1 : command_wrong(&self->base, "--baseline wants a financial year such as 2022-23, not '%s'", optarg);
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
    return -1;
}

/* --- making and printing --------------------------------------------------------------------------- */

enum { NAMED_MAX = 12 };

struct printing {
    const struct asked *asked;
    const figures *from;
    report_maker *maker;
    report_levels *levels;
    jsondoc *rows;         /* of all reports, for JSON */
    size_t printed;
    text named[NAMED_MAX]; /* the first of those left out, as nothing is known of them */
    size_t left_out;
};

static int say_uncovered(const struct printing *self, const subject *of)
{
    period extent;
    char from[DATE_TEXT], to[DATE_TEXT];
    const char *origin = self->asked->origin;
    const command *base = &self->asked->base;
    if (store_extent(figures_store(self->from), &extent) != STATUS_OK)
        return command_fault(base, "there are no records yet: run a collector");
    return command_fault(base, "nothing of %.*s is declared as covered%s%s, so there is no date as of which to report: give "
                               "--as-of (records lie between %s and %s), or let a collector declare coverage (--covers)",
                         TEXT_ARGS(of->name), origin != NULL ? " by " : "", origin != NULL ? origin : "",
                         date_text(extent.from, from), date_text(extent.to, to));
}

static void leave_out(struct printing *self, const subject *of)
{
    if (self->left_out < NAMED_MAX)
        self->named[self->left_out] = of->name;
    self->left_out++;
}

static void print_made(struct printing *self, const report *made)
{
    switch (self->asked->base.format) {
    case FORMAT_CSV:
        if (self->printed == 0)
            report_print_csv_header(stdout);
        report_print_csv(made, stdout);
        break;
    case FORMAT_JSON: report_add_json(made, self->rows); break;
    case FORMAT_TABLE:
    case FORMATS:
        if (self->printed > 0)
            puts("\n");
        report_print_table(made, stdout);
        break;
    }
    self->printed++;
}

/* Levels are stored for what is known now, as far as the coverage reaches. */
static bool is_of_now(const struct asked *self)
{
    return self->request.as_of == DAY_NONE && self->base.known_on == 0;
}

/* Returns -1 to go on. */
static int print_subject(struct printing *self, const subject *of)
{
    report *made = NULL;
    bool one_of_many = self->asked->each != NULL;
    status st = report_make(self->maker, of, &made);
    if (st == STATUS_NOT_FOUND && one_of_many) {
        leave_out(self, of);
        return -1;
    }
    if (st == STATUS_NOT_FOUND)
        return say_uncovered(self, of);
    if (st == STATUS_OK)
        st = report_levels_fill(self->levels, made, is_of_now(self->asked));
    if (st != STATUS_OK) {
        report_destroy(&made);
        return command_fault(&self->asked->base, "can't read the store: %s", store_trouble(figures_store(self->from)));
    }
    if (one_of_many && self->asked->base.format == FORMAT_TABLE && report_is_empty(made))
        leave_out(self, of);
    else
        print_made(self, made);
    report_destroy(&made);
    return -1;
}

static int print_area(struct printing *self)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    if (!subject_find(self->from, text_of(self->asked->area), &of, words))
        return command_wrong(&self->asked->base, "%s", words);
    return print_subject(self, &of);
}

/* --- a whole level --------------------------------------------------------------------------------- */

/* Areas that are current. */
static int print_areas(struct printing *self, bool *any)
{
    const geography *areas = figures_reference(self->from)->areas;
    int done = -1;
    for (int i = 0; i < geography_count(areas) && done < 0; i++) {
        const area *a = geography_area(areas, i);
        subject of;
        if (!a->counted || a->successor != AREA_NONE || !text_equal_caseless(a->level, text_of(self->asked->each)))
            continue;
        *any = true;
        subject_of_area(self->from, i, &of);
        done = print_subject(self, &of);
    }
    return done;
}

static int print_groups(struct printing *self, bool *any)
{
    const groups *all = figures_reference(self->from)->groups;
    int done = -1;
    for (size_t i = 0; i < groups_count(all) && done < 0; i++) {
        const group *g = groups_at(all, i);
        subject of;
        if (!text_equal_caseless(g->kind, text_of(self->asked->each)))
            continue;
        *any = true;
        subject_of_group(g, &of);
        done = print_subject(self, &of);
    }
    return done;
}

/* The reader of a table finds it below; who goes on with the rows hears of it beside them. */
static void say_left_out(const struct printing *self)
{
    FILE *out = self->asked->base.format == FORMAT_TABLE ? stdout : stderr;
    (void)fprintf(out, "%s of ", out == stdout ? "\n\nNothing is known" : "tocsin report: nothing is covered");
    for (size_t i = 0; i < self->left_out && i < NAMED_MAX; i++)
        (void)fprintf(out, "%s%.*s", i > 0 ? "; " : "", TEXT_ARGS(self->named[i])); /* "Kingston upon Hull, City of" */
    if (self->left_out > NAMED_MAX)
        (void)fprintf(out, "; and %zu more", self->left_out - NAMED_MAX);
    (void)fputs(out == stdout ? ".\n" : ": left out\n", out);
}

static int print_each(struct printing *self)
{
    bool any = false;
    int done = print_areas(self, &any);
    if (done < 0)
        done = print_groups(self, &any);
    if (done >= 0)
        return done;
    if (!any)
        return command_no_level(&self->asked->base, self->from, self->asked->each, true);
    if (self->printed == 0)
        return command_fault(&self->asked->base, self->asked->request.as_of == DAY_NONE
                                 ? "nothing is covered of any %s: give --as-of to see what is known all the same"
                                 : "nothing is known of any %s", self->asked->each);
    if (self->left_out > 0)
        say_left_out(self);
    return -1;
}

/* Returns -1 to go on. */
static int narrow(const struct asked *self, figures *read)
{
    if (self->origin == NULL)
        return -1;
    status st = figures_narrow(read, text_of(self->origin));
    if (st == STATUS_NOT_FOUND)
        return command_fault(&self->base, "no records came from an origin named '%s'", self->origin);
    return st == STATUS_OK ? -1 : command_fault(&self->base, "can't read the store: %s", store_trouble(figures_store(read)));
}

static int run(const struct asked *self, const figures *read)
{
    struct printing printing = {.asked = self, .from = read, .maker = report_maker_create(read, self->request),
                                .levels = report_levels_create(read),
                                .rows = jsondoc_array()};
    int done = self->area != NULL ? print_area(&printing) : print_each(&printing);
    if (done < 0 && self->base.format == FORMAT_JSON)
        jsondoc_write(printing.rows, stdout, true);
    jsondoc_destroy(&printing.rows);
    report_levels_destroy(&printing.levels);
    report_maker_destroy(&printing.maker);
    return done < 0 ? COMMAND_FINE : done;
}

int report_main(int argc, char **argv)
{
    struct asked asked = {
        .base = {.name = "report", .usage = usage, .data = command_default_data()},
        .request = {.as_of = DAY_NONE},
    };
    store *opened;
    figures *read;
    int done = take_options(&asked, argc, argv);
    if (done < 0)
        done = command_open(&asked.base, &opened, &read);
    if (done >= 0)
        return done;
    asked.request.known_on = asked.base.known_on;
    done = narrow(&asked, read);
    if (done < 0)
        done = run(&asked, read);
    command_close(&opened, &read);
    return done;
}
