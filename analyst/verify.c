/* tocsin verify: every stored count against a recount of the kept records, every level against a fold anew. */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "verify_levels.h"

static const char usage[] =
    "usage: tocsin verify [--data DIR]\n"
    "\n"
    "Counts everything anew from the kept versions of all incidents, by code that shares nothing with the code\n"
    "that counted them, and says where a stored figure differs: which version stands, every area's, category's and\n"
    "day's count, every month's total, and which days are wholly known. From what it has counted it works out where\n"
    "every series that a rule watches stands, and compares level, direction, rule and dates. Areas that wait for the\n"
    "end of a load have no level to compare yet. The store may be in use meanwhile.\n"
    "\n"
    "  --data DIR   the aggregator's folder, or a backup's\n"
    "\n"
    "example: tocsin verify --data /var/lib/tocsin && echo all is well\n";

enum { DIFFERENCES_SHOWN = 50 };

static const struct option long_options[] = {PLAIN_OPTIONS, {NULL, 0, NULL, 0}};

struct verifying {
    command base;
    uint64_t differences;
    bool terminal;
};

__attribute__((format(printf, 2, 3))) static void differs(void *context, const char *format, ...)
{
    struct verifying *self = context;
    va_list args;
    if (self->differences++ >= DIFFERENCES_SHOWN)
        return;
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    putchar('\n');
}

static void show_progress(void *context, uint64_t done, uint64_t of)
{
    const struct verifying *self = context;
    (void)of;
    if (self->terminal)
        (void)fprintf(stderr, "\r%llu versions", (unsigned long long)done);
}

static void show_areas(void *context, uint64_t done, uint64_t of)
{
    const struct verifying *self = context;
    if (self->terminal)
        (void)fprintf(stderr, "\r\033[Klevels of %llu of %llu areas", (unsigned long long)done, (unsigned long long)of);
}

static void say_of_levels(const levels_verified *levels)
{
    if (levels->differing > 0)
        puts("To have every level worked out anew, change priorities.yaml, if only by a comment, and send the aggregator SIGHUP.");
    if (levels->waiting > 0)
        printf("%llu %s for the end of a load: no levels compared there\n", (unsigned long long)levels->waiting,
               levels->waiting == 1 ? "area waits" : "areas wait");
}

static int verify(struct verifying *self, store *opened)
{
    uint64_t versions = 0, incidents = 0, months = 0, areas = 0;
    levels_verified levels = {0};
    recount_witness witness = {.context = self, .differs = differs, .progress = show_progress};
    recount *r = recount_create(opened, witness);
    status st = recount_versions(r, &versions, &incidents);
    if (st == STATUS_OK)
        st = recount_compare(r, &months);
    if (st == STATUS_OK)
        st = recount_trees(r);
    if (st == STATUS_OK)
        st = recount_coverage(r, &areas);
    witness.progress = show_areas;
    if (st == STATUS_OK)
        st = verify_levels(opened, r, witness, &levels);
    recount_destroy(&r);
    if (self->terminal)
        (void)fputs("\r\033[K", stderr);
    if (st == STATUS_NOT_FOUND)
        return command_fault(&self->base, "%s has no reference data yet: there is nothing to verify", self->base.data);
    if (st != STATUS_OK)
        return command_fault(&self->base, "can't read the store: %s (%s)", status_text(st), store_trouble(opened));
    if (self->differences > DIFFERENCES_SHOWN)
        printf("... and %llu more\n", (unsigned long long)(self->differences - DIFFERENCES_SHOWN));
    say_of_levels(&levels);
    printf("%llu versions of %llu incidents, %llu months of counts, %llu areas, %llu watched series: %s\n",
           (unsigned long long)versions, (unsigned long long)incidents, (unsigned long long)months,
           (unsigned long long)areas, (unsigned long long)levels.series,
           self->differences == 0 ? "all as recounted" : "NOT as recounted");
    return self->differences == 0 ? COMMAND_FINE : COMMAND_FAULT;
}

int verify_main(int argc, char **argv)
{
    char why[NOTE_SIZE_MAX];
    store *opened;
    struct verifying self = {.base = {.name = "verify", .usage = usage, .data = command_default_data()},
                             .terminal = isatty(STDERR_FILENO) == 1};
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = command_option(&self.base, c);
    if (done < 0 && optind < argc)
        done = command_wrong(&self.base, "what is '%s'?", argv[optind]);
    if (done >= 0)
        return done;
    if (store_open_reader(self.base.data, &opened, why) != STATUS_OK)
        return command_fault(&self.base, "%s", why);
    done = store_begin_reading(opened) == STATUS_OK ? verify(&self, opened)
                                                    : command_fault(&self.base, "%s", store_trouble(opened));
    store_end_reading(opened);
    store_close(&opened);
    return done;
}
