/* tocsin check: every fault of a reference folder and of its rules, at once; or tests of rules. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_parts.h"
#include "commands.h"
#include "delivery/subscriptions.h"
#include "judging/rules.h"

static const char usage[] =
    "usage: tocsin check [--reference DIR] [--data DIR] [--subscriptions FILE]\n"
    "       tocsin check [--reference DIR] [--data DIR] --tests FILE... [--format table|json]\n"
    "\n"
    "Reads the reference folder and the rules in its priorities.yaml as the aggregator does, and tells every\n"
    "fault with its file and line. The aggregator refuses to start on errors; warnings are things that work,\n"
    "though perhaps not as meant: a rule that can never fire, say.\n"
    "\n"
    "With --tests it puts rules to the test instead: small invented series, and what should be raised of them\n"
    "and when. docs/rules.md describes such files; rules-tests.yaml in the bundled folder is one.\n"
    "\n"
    "  --reference DIR   default: the bundled one\n"
    "  --data DIR        also the rows that tocsin import has added there\n"
    "  --subscriptions FILE\n"
    "                    also who is told of alerts (docs/alerts.md)\n"
    "  --tests FILE...   test the rules of the folder, or those that FILE names\n"
    "  --format table|json\n"
    "                    of what the tests gave\n"
    "\n"
    "example: tocsin check --reference my-reference\n"
    "         tocsin check --reference my-reference --tests my-reference/rules-tests.yaml\n";

enum { OPT_REFERENCE = OPTION_OWN, OPT_TESTS, OPT_SUBSCRIPTIONS };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"reference", required_argument, NULL, OPT_REFERENCE},
    {"tests", required_argument, NULL, OPT_TESTS},
    {"subscriptions", required_argument, NULL, OPT_SUBSCRIPTIONS},
    {NULL, 0, NULL, 0},
};

/* What is asked for. */
struct asked {
    command base;
    const char *folder;
    const char *subscriptions; /* NULL: none are asked for */
    char bundled[4096];
    char **files;      /* of tests; NULL: none */
    size_t file_count;
    bool formatted;
};

static void print_summary(const reference *data, const rules *by)
{
    printf("%d areas, %d categories, %zu offence rows, %zu groups, %zu sources, %zu rules\n", geography_count(data->areas),
           offence_tree_count(data->categories), offence_tree_offence_count(data->categories),
           groups_count(data->groups), sources_count(data->sources), by->count);
}

/* How many there are. */
static size_t check_subscriptions(const char *file, const reference *data, faults *found)
{
    subscriptions *read = subscriptions_read(file, data, SECRETS_CHECKED, found);
    size_t count = read != NULL ? read->count : 0;
    subscriptions_destroy(&read);
    return count;
}

static int check(const command *self, const char *folder, const char *who)
{
    char imported[4096], digest_hex_text[DIGEST_HEX_SIZE];
    faults *found = faults_create();
    (void)snprintf(imported, sizeof imported, "%s/imported", self->data);
    reference *data = reference_read(folder, self->data[0] != '\0' ? imported : NULL, found, digest_hex_text);
    rules *by = rules_create(data->sheets->priorities, "priorities.yaml", data, found);
    size_t told = who != NULL ? check_subscriptions(who, data, found) : 0;
    faults_print(found, stderr, 10000);
    size_t errors = faults_count(found, FAULT_ERROR), warnings = faults_count(found, FAULT_WARNING);
    if (errors == 0)
        print_summary(data, by);
    if (errors == 0 && who != NULL)
        printf("%s: %zu subscription%s\n", who, told, told == 1 ? "" : "s");
    printf("%s%s%s: %zu errors, %zu warnings\n", folder, who != NULL ? " and " : "", who != NULL ? who : "", errors, warnings);
    rules_destroy(&by);
    reference_destroy(&data);
    faults_destroy(&found);
    return errors == 0 ? COMMAND_FINE : COMMAND_FAULT;
}

/* --- options --------------------------------------------------------------------------------------- */

static void add_file(struct asked *self, char *name)
{
    self->files = memory_grow(self->files, self->file_count + 1, sizeof *self->files);
    self->files[self->file_count++] = name;
}

static int take_option(struct asked *self, int option)
{
    switch (option) {
    case OPT_REFERENCE: self->folder = optarg; return -1;
    case OPT_SUBSCRIPTIONS: self->subscriptions = optarg; return -1;
    case OPT_TESTS: add_file(self, optarg); return -1;
    default: self->formatted = self->formatted || option == OPTION_FORMAT; return command_option(&self->base, option);
    }
}

static int take_options(struct asked *self, int argc, char **argv)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(self, c);
    /* The shell makes several of tests/x*.yaml. */
    for (; done < 0 && optind < argc && self->file_count > 0; optind++)
        add_file(self, argv[optind]);
    if (done < 0 && optind < argc)
        done = command_wrong(&self->base, "what is '%s'?", argv[optind]);
    if (done < 0 && self->subscriptions != NULL && self->file_count > 0)
        done = command_wrong(&self->base, "--subscriptions and --tests are two things: ask for one");
    if (done < 0 && self->formatted && (self->file_count == 0 || self->base.format == FORMAT_CSV))
        done = command_wrong(&self->base, "--format goes with --tests, and is table or json");
    return done;
}

static int find_folder(struct asked *self)
{
    if (self->folder == NULL && reference_bundled(self->bundled, sizeof self->bundled))
        self->folder = self->bundled;
    if (self->folder == NULL)
        return command_wrong(&self->base, "say --reference DIR");
    DIR *there = opendir(self->folder);
    if (there == NULL)
        return command_fault(&self->base, "%s: %s", self->folder, strerror(errno));
    (void)closedir(there);
    return -1;
}

int check_main(int argc, char **argv)
{
    struct asked self = {.base = {.name = "check", .usage = usage, .data = ""}};
    int done = take_options(&self, argc, argv);
    if (done < 0)
        done = find_folder(&self);
    if (done < 0)
        done = self.file_count > 0 ? check_tests(&self.base, self.folder, self.files, self.file_count)
                                   : check(&self.base, self.folder, self.subscriptions);
    free(self.files);
    return done;
}
