/* tocsin priorities: for each strategic priority, retain it or consider pivoting from it, and on what evidence. */
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "priorities_print.h"

static const char usage[] =
    "usage: tocsin priorities [--area CODE|NAME] [options]\n"
    "\n"
    "For each strategic priority of priorities.yaml: retain it, or consider pivoting from it, or unknown where the\n"
    "evidence isn't wholly covered; with the evidence line by line and what must be kept in mind. Then what rose that\n"
    "no priority covers. It is advice with its reasons, by the rules of judgement in priorities.yaml; it names no cause.\n"
    "\n"
    "  --area CODE|NAME   an area or a group (default: the partnership that priorities.yaml names)\n"
    "  --as-of DATE       default: as far as the area's coverage reaches\n"
    "  --format table|json\n"
    "  --data DIR         the aggregator's folder\n"
    "\n"
    "example: tocsin priorities --area E07000197 --as-of 2025-03-31\n";

enum { OPT_AREA = OPTION_OWN, OPT_AS_OF };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"area", required_argument, NULL, OPT_AREA},
    {"as-of", required_argument, NULL, OPT_AS_OF},
    {NULL, 0, NULL, 0},
};

struct asked {
    command base;
    const char *area;
    report_request request;
};

static int take_option(struct asked *self, int option)
{
    switch (option) {
    case OPT_AREA: self->area = optarg; return -1;
    case OPT_AS_OF: return command_date(&self->base, "--as-of", optarg, &self->request.as_of) ? -1 : COMMAND_USAGE;
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
        return command_wrong(&self->base, "what is '%s'?", argv[optind]);
    if (self->base.format == FORMAT_CSV)
        return command_wrong(&self->base, "--format wants table or json: lines of evidence are of several kinds");
    return -1;
}

/* The area that was named, else the partnership's own. */
static int find_subject(const struct asked *self, const figures *from, subject *out)
{
    char words[NOTE_SIZE_MAX];
    text named = self->area != NULL ? text_of(self->area) : priorities_partnership(figures_reference(from)->priorities);
    if (named.size == 0)
        return command_wrong(&self->base, "say --area CODE, or name the partnership in priorities.yaml (partnership: CODE)");
    return subject_find(from, named, out, words) ? -1 : command_wrong(&self->base, "%s", words);
}

static int tell_uncovered(const struct asked *self, const subject *of)
{
    return command_fault(&self->base, "nothing of %.*s is declared as covered, so there is no date as of which to judge: give "
                                      "--as-of, or let a collector declare coverage (--covers)", TEXT_ARGS(of->name));
}

static int print_review(const struct asked *self, const figures *from, const report *on)
{
    priority_review review;
    arena *memory = arena_create();
    status st = priority_review_make(from, on, memory, &review);
    if (st == STATUS_OK && self->base.format == FORMAT_JSON)
        priorities_print_json(&review, stdout);
    else if (st == STATUS_OK)
        priorities_print_table(&review, priorities_rules(figures_reference(from)->priorities), stdout);
    arena_destroy(&memory);
    return st == STATUS_OK ? -1 : command_fault(&self->base, "can't read the store: %s", store_trouble(figures_store(from)));
}

static int review_area(const struct asked *self, const figures *from)
{
    subject of;
    report *made;
    int done = find_subject(self, from, &of);
    if (done >= 0)
        return done;
    report_maker *maker = report_maker_create(from, self->request);
    status st = report_make(maker, &of, &made);
    report_maker_destroy(&maker);
    if (st == STATUS_NOT_FOUND)
        return tell_uncovered(self, &of);
    if (st != STATUS_OK)
        return command_fault(&self->base, "can't read the store: %s", store_trouble(figures_store(from)));
    done = print_review(self, from, made);
    report_destroy(&made);
    return done;
}

int priorities_main(int argc, char **argv)
{
    struct asked asked = {
        .base = {.name = "priorities", .usage = usage, .data = command_default_data()},
        .request = {.window = WINDOW_ROLLING_YEAR, .as_of = DAY_NONE},
    };
    store *opened;
    figures *read;
    int done = take_options(&asked, argc, argv);
    if (done < 0)
        done = command_open(&asked.base, &opened, &read);
    if (done >= 0)
        return done;
    done = review_area(&asked, read);
    command_close(&opened, &read);
    return done < 0 ? COMMAND_FINE : done;
}
