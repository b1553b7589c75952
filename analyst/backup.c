/* tocsin backup: the store as one file, while it is in use. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"

static const char usage[] =
    "usage: tocsin backup FILE [--verify] [--data DIR]\n"
    "\n"
    "Writes the store as it stands at this moment into one file, while the aggregator goes on. The file appears under its\n"
    "name only once it is whole and SQLite finds it sound; an older one of that name is replaced then.\n"
    "\n"
    "To restore: mkdir NEW && cp FILE NEW/tocsin.db, then start tocsin-aggregator --data NEW. Every command that reads\n"
    "takes --data FILE as well.\n"
    "\n"
    "  --verify     count everything in the copy anew, as tocsin verify does\n"
    "  --data DIR   the aggregator's folder\n"
    "\n"
    "example: tocsin backup --verify /backup/tocsin-$(date +%F).db\n";

enum { OPT_VERIFY = OPTION_OWN };

static const struct option long_options[] = {
    PLAIN_OPTIONS,
    {"verify", no_argument, NULL, OPT_VERIFY},
    {NULL, 0, NULL, 0},
};

static bool show_progress(void *context, uint64_t done, uint64_t of)
{
    (void)context;
    (void)fprintf(stderr, "\r%llu of %llu pages", (unsigned long long)done, (unsigned long long)of);
    return true;
}

static int back_up(const command *self, const char *file)
{
    char why[NOTE_SIZE_MAX];
    uint64_t versions = 0;
    struct stat facts = {0};
    store *opened;
    bool terminal = isatty(STDERR_FILENO) == 1;
    if (store_open_reader(self->data, &opened, why) != STATUS_OK)
        return command_fault(self, "%s", why);
    status st = store_begin_reading(opened);
    if (st == STATUS_OK)
        st = store_last_version(opened, &versions);
    if (st != STATUS_OK)
        (void)snprintf(why, sizeof why, "can't read the store in %s: %s", self->data, store_trouble(opened));
    else
        st = store_backup(opened, file, terminal ? show_progress : NULL, NULL, why);
    store_end_reading(opened);
    store_close(&opened);
    if (terminal)
        (void)fputs("\r\033[K", stderr);
    if (st != STATUS_OK)
        return command_fault(self, "%s", why);
    (void)stat(file, &facts);
    printf("%s: %llu versions, %.1f MB, found sound\n", file, (unsigned long long)versions, (double)facts.st_size / 1e6);
    return COMMAND_FINE;
}

int backup_main(int argc, char **argv)
{
    command self = {.name = "backup", .usage = usage, .data = command_default_data()};
    bool verify = false;
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        if (c == OPT_VERIFY)
            verify = true;
        else
            done = command_option(&self, c);
    if (done < 0 && optind + 1 != argc)
        done = command_wrong(&self, "say one file to write the backup to");
    if (done >= 0)
        return done;
    char *file = argv[optind];
    done = back_up(&self, file);
    if (done != COMMAND_FINE || !verify)
        return done;
    char name[] = "verify", option[] = "--data";
    char *arguments[] = {name, option, file, NULL};
    optind = 0; /* begin anew */
    return verify_main(3, arguments);
}
