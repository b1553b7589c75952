/* tocsin check: every fault of a reference folder and of its rules, at once. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "judging/rules.h"

static const char usage[] =
    "usage: tocsin check [--reference DIR] [--data DIR]\n"
    "\n"
    "Reads the reference folder and the rules in its priorities.yaml as the aggregator does, and tells every\n"
    "fault with its file and line. The aggregator refuses to start on errors; warnings are things that work,\n"
    "though perhaps not as meant: a rule that can never fire, say.\n"
    "\n"
    "  --reference DIR   default: the bundled one\n"
    "  --data DIR        also the rows that tocsin import has added there\n"
    "\n"
    "example: tocsin check --reference my-reference\n";

enum { OPT_REFERENCE = OPTION_OWN };

static const struct option long_options[] = {
    PLAIN_OPTIONS,
    {"reference", required_argument, NULL, OPT_REFERENCE},
    {NULL, 0, NULL, 0},
};

static void print_summary(const reference *data, const rules *by)
{
    printf("%d areas, %d categories, %zu offence rows, %zu groups, %zu sources, %zu rules\n", geography_count(data->areas),
           offence_tree_count(data->categories), offence_tree_offence_count(data->categories),
           groups_count(data->groups), sources_count(data->sources), by->count);
}

static int check(const command *self, const char *folder)
{
    char imported[4096], digest_hex_text[DIGEST_HEX_SIZE];
    faults *found = faults_create();
    (void)snprintf(imported, sizeof imported, "%s/imported", self->data);
    reference *data = reference_read(folder, self->data[0] != '\0' ? imported : NULL, found, digest_hex_text);
    rules *by = rules_create(data->sheets->priorities, "priorities.yaml", data, found);
    faults_print(found, stderr, 10000);
    size_t errors = faults_count(found, FAULT_ERROR), warnings = faults_count(found, FAULT_WARNING);
    if (errors == 0)
        print_summary(data, by);
    printf("%s: %zu errors, %zu warnings\n", folder, errors, warnings);
    rules_destroy(&by);
    reference_destroy(&data);
    faults_destroy(&found);
    return errors == 0 ? COMMAND_FINE : COMMAND_FAULT;
}

int check_main(int argc, char **argv)
{
    command self = {.name = "check", .usage = usage, .data = ""};
    const char *folder = NULL;
    char bundled[4096];
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (c == OPT_REFERENCE)
            folder = optarg;
        else
            done = command_option(&self, c);
    }
    if (done < 0 && optind < argc)
        done = command_wrong(&self, "what is '%s'?", argv[optind]);
    if (done >= 0)
        return done;
    if (folder == NULL && reference_bundled(bundled, sizeof bundled))
        folder = bundled;
    if (folder == NULL)
        return command_wrong(&self, "say --reference DIR");
    DIR *there = opendir(folder);
    if (there == NULL)
        return command_fault(&self, "%s: %s", folder, strerror(errno));
    (void)closedir(there);
    return check(&self, folder);
}
