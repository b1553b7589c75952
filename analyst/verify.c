/* tocsin verify: every stored count against a recount of the kept records. */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "recount.h"

static const char usage[] =
    "usage: tocsin verify [--data DIR]\n"
    "\n"
    "Counts everything anew from the kept versions of all incidents, by code that shares nothing with the code\n"
    "that counted them, and says where a stored figure differs: which version stands, every area's, category's and\n"
    "day's count, every month's total, and which days are wholly known. The store may be in use meanwhile.\n"
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

static int verify(struct verifying *self, store *opened)
{
    uint64_t versions = 0, incidents = 0, months = 0, areas = 0;
    recount *r = recount_create(opened, (recount_witness){.context = self, .differs = differs, .progress = show_progress});
    status st = recount_versions(r, &versions, &incidents);
    if (st == STATUS_OK)
        st = recount_compare(r, &months);
    if (st == STATUS_OK)
        st = recount_trees(r);
    if (st == STATUS_OK)
        st = recount_coverage(r, &areas);
    recount_destroy(&r);
    if (self->terminal)
        (void)fputs("\r\033[K", stderr);
    if (st == STATUS_NOT_FOUND)
        return command_fault(&self->base, "%s has no reference data yet: there is nothing to verify", self->base.data);
    if (st != STATUS_OK)
        return command_fault(&self->base, "can't read the store: %s (%s)", status_text(st), store_trouble(opened));
    if (self->differences > DIFFERENCES_SHOWN)
        printf("... and %llu more\n", (unsigned long long)(self->differences - DIFFERENCES_SHOWN));
    printf("%llu versions of %llu incidents, %llu months of counts, %llu areas: %s\n", (unsigned long long)versions,
           (unsigned long long)incidents, (unsigned long long)months, (unsigned long long)areas,
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
