/* tocsin: everything that an analyst asks and an officer runs. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "figures/nearest.h"

static const struct entry {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *does;
} entries[] = {
    {"report", report_main, "print a strategic assessment's tables for an area or a group"},
    {"priorities", priorities_main, "retain each strategic priority or consider pivoting, and on what evidence"},
    {"export", export_main, "counts by area, category and day, month or year, for a spreadsheet or R"},
    {"series", series_main, "one category of one area through time: counts, rolling year, level"},
    {"alerts", alerts_main, "the open alerts, the most serious first"},
    {"alert", alert_main, "the story of one alert, and the incidents behind it"},
    {"ack", ack_main, "say that you have seen an alert and deal with it"},
    {"comment", comment_main, "add a sentence to the story of an alert"},
    {"reopen", reopen_main, "take an acknowledgement back"},
    {"silence", silence_main, "keep an alert, or an area and category, from paging until a date"},
    {"unsilence", unsilence_main, "end a silence before its time"},
    {"silences", silences_main, "what is silenced, until when and why"},
    {"backtest", backtest_main, "what alerts would these rules have raised?"},
    {"subscribe", subscribe_main, "every alert and what becomes of it, as it happens"},
    {"status", status_main, "is it running, and how do its sources stand?"},
    {"deliveries", deliveries_main, "who was sent mail and webhooks, and what can't be sent"},
    {"rejects", rejects_main, "what could not be counted, and why"},
    {"check", check_main, "find every fault of a reference folder"},
    {"import", import_main, "load an ONS lookup or a population estimate into the reference data"},
    {"verify", verify_main, "count everything anew from the kept records and compare"},
    {"backup", backup_main, "the store as one file, while it is in use"},
    {"stats", stats_main, "run one of the detectors' functions on a table of your own"},
    {"demo", demo_main, "Stafford's three years, invented, from record to report"},
};

enum { ENTRIES = sizeof entries / sizeof entries[0] };

static void print_usage(FILE *out)
{
    (void)fputs("usage: tocsin COMMAND [options]\n\n", out);
    for (size_t i = 0; i < ENTRIES; i++)
        (void)fprintf(out, "  %-10s %s\n", entries[i].name, entries[i].does);
    (void)fputs("\nEvery command has --help, with an example. The data folder is --data DIR, else $TOCSIN_DATA, else\n"
                "./tocsin-data, else /var/lib/tocsin.\n\nexample: tocsin report --area Stafford --as-of 2025-03-31\n", out);
}

static const struct entry *find(const char *name)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (strcmp(name, entries[i].name) == 0)
            return &entries[i];
    return NULL;
}

/* getopt names the program by argv[0]: the command's own name, with ours before it. */
static int run(const struct entry *chosen, int argc, char **argv)
{
    char name[32];
    (void)snprintf(name, sizeof name, "tocsin %s", chosen->name);
    argv[0] = name;
    return chosen->run(argc, argv);
}

static int no_command(const char *name)
{
    char words[NEAREST_WORDS];
    nearest like = nearest_to(text_of(name));
    for (size_t i = 0; i < ENTRIES; i++)
        nearest_offer(&like, text_of(entries[i].name), text_of(entries[i].name));
    (void)fprintf(stderr, "tocsin: there is no command '%s'%s\n", name, nearest_words(&like, words));
    print_usage(stderr);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    const struct entry *chosen = find(argv[1]);
    if (chosen != NULL)
        return run(chosen, argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("tocsin " TOCSIN_VERSION);
        return 0;
    }
    return no_command(argv[1]);
}
