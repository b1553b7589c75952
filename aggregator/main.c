/* tocsin-aggregator: the daemon that counts. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "config.h"
#include "delivery/deliverer.h"
#include "proto/log.h"
#include "service.h"

static const char usage[] =
    "usage: tocsin-aggregator --data DIR [--reference DIR] [--config FILE] [options]\n"
    "\n"
    "Takes incident records from collectors, keeps them and their counts in DIR, and logs `ready` once it\n"
    "accepts records. Runs until SIGTERM or Ctrl-C; SIGHUP reads the reference data again.\n"
    "\n"
    "  --data DIR           where everything is kept; made if it is missing\n"
    "  --reference DIR      areas, categories, offences, populations ... (default: the bundled ones)\n"
    "  --listen ENDPOINT    where collectors connect (default tcp://127.0.0.1:7010)\n"
    "  --announce ENDPOINT  where events are published (default: the port behind --listen's), or none\n"
    "  --replay ENDPOINT    where subscribers ask for what they missed (default: the port behind --announce's)\n"
    "  --subscriptions FILE who is sent mail and webhooks about alerts (docs/alerts.md)\n"
    "  --config FILE        these and more in a YAML file (docs/operation.md); options win over it\n"
    "  --command JSON       run one command without listening, print its answer, and end\n"
    "  --trace              log every message\n"
    "  --help, --version\n"
    "\n"
    "example: tocsin-aggregator --data /var/lib/tocsin\n";

struct options {
    const char *data;
    const char *reference;
    const char *listen;
    const char *announce;
    const char *replay;
    const char *subscriptions;
    const char *config;
    const char *command;
};

enum { FINE = 0, FAULT = 1, USAGE = 2, PATH_SIZE = 4096, FAULTS_PRINTED_MAX = 100 };

static const struct option long_options[] = {
    {"data", required_argument, NULL, 'd'},    {"reference", required_argument, NULL, 'r'},
    {"listen", required_argument, NULL, 'l'},  {"announce", required_argument, NULL, 'a'},
    {"replay", required_argument, NULL, 'p'},  {"config", required_argument, NULL, 'f'},
    {"command", required_argument, NULL, 'c'}, {"trace", no_argument, NULL, 't'},
    {"subscriptions", required_argument, NULL, 's'},
    {"help", no_argument, NULL, 'h'},          {"version", no_argument, NULL, 'v'},
    {NULL, 0, NULL, 0},
};

/* Returns -1 to go on, or an exit status. */
static int take_options(int argc, char **argv, struct options *out)
{
    for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        switch (c) {
        case 'd': out->data = optarg; break;
        case 'r': out->reference = optarg; break;
        case 'l': out->listen = optarg; break;
        case 'a': out->announce = optarg; break;
        case 'p': out->replay = optarg; break;
        case 's': out->subscriptions = optarg; break;
        case 'f': out->config = optarg; break;
        case 'c': out->command = optarg; break;
        case 't': log_threshold(LOG_TRACE); break;
        case 'h': fputs(usage, stdout); return FINE;
        case 'v': puts("tocsin-aggregator " TOCSIN_VERSION); return FINE;
        default: fputs("try tocsin-aggregator --help\n", stderr); return USAGE;
        }
    if (out->data == NULL || optind < argc) {
        fprintf(stderr, out->data == NULL ? "tocsin-aggregator: --data DIR is missing\n"
                                          : "tocsin-aggregator: unknown argument '%s'\n", argv[optind]);
        fputs(usage, stderr);
        return USAGE;
    }
    return -1;
}

/* Options win over what the file says. Returns false when the file has faults, which are printed. */
static bool take_config(struct options *options, config *room)
{
    faults *found = faults_create();
    bool good = options->config == NULL || config_read(options->config, room, found) == STATUS_OK;
    faults_print(found, stderr, FAULTS_PRINTED_MAX);
    faults_destroy(&found);
    const char **each[] = {&options->listen, &options->announce, &options->replay, &options->subscriptions};
    const char *const said[] = {room->listen, room->announce, room->replay, room->subscriptions};
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++)
        if (*each[i] == NULL && said[i][0] != '\0')
            *each[i] = said[i];
    if (options->listen == NULL)
        options->listen = "tcp://127.0.0.1:7010";
    return good;
}

/* --- the reference folder ------------------------------------------------------------------------ */

static const char folder_setting[] = "reference_folder";

/* For commands that are run while no aggregator is: they go by the folder that it was started with. */
static void remember_reference(engine *used, const char *folder)
{
    char *whole = folder != NULL ? realpath(folder, NULL) : NULL;
    setting told = {text_of(folder_setting), text_of(whole)};
    store_group out = {.settings = &told, .setting_count = 1};
    arena *memory = arena_create();
    text known;
    bool new = store_setting(engine_store(used), folder_setting, memory, &known) != STATUS_OK || !text_is(known, whole);
    if (whole != NULL && new && store_commit(engine_store(used), &out) != STATUS_OK)
        log_line(LOG_WARN, "folder-not-noted", "%s: commands without a running aggregator won't find it", whole);
    arena_destroy(&memory);
    free(whole);
}

/* Returns false when no aggregator has ever run on the data. */
static bool recall_reference(const char *data, char *out, size_t size)
{
    char why[NOTE_SIZE_MAX];
    store *opened;
    text folder;
    arena *memory = arena_create();
    bool known = store_open_reader(data, &opened, why) == STATUS_OK;
    if (known) {
        known = store_setting(opened, folder_setting, memory, &folder) == STATUS_OK;
        if (known)
            text_copy(folder, out, size);
        store_close(&opened);
    }
    arena_destroy(&memory);
    return known;
}

static const char *reference_for(const struct options *options, char room[PATH_SIZE])
{
    if (options->reference != NULL)
        return options->reference;
    if (options->command != NULL && recall_reference(options->data, room, PATH_SIZE))
        return room;
    return reference_bundled(room, PATH_SIZE) ? room : NULL;
}

/* --- running -------------------------------------------------------------------------------------- */

static int run_command(engine *used, const struct options *options)
{
    arena *memory = arena_create();
    text answer, line = text_of(options->command);
    if (!deliverer_asked(NULL, line, memory, &answer))
        answer = command_run(used, options->reference, line, moment_now().wall_s, memory);
    bool good = memmem(answer.at, answer.size, "\"ok\": true", 10) != NULL;
    printf("%.*s\n", TEXT_ARGS(answer));
    arena_destroy(&memory);
    return good ? FINE : FAULT;
}

static int run(const struct options *options, const config *told)
{
    char why[NOTE_SIZE_MAX];
    engine *made;
    service_settings settings = {.folder = options->data, .reference_folder = options->reference,
                                 .listen = options->listen, .announce = options->announce,
                                 .replay = options->replay, .disk = told->disk, .backup = told->backup,
                                 .subscriptions = options->subscriptions};
    status st = engine_open(options->data, options->reference, moment_now().wall_s, &made, why);
    if (st != STATUS_OK) {
        fprintf(stderr, "tocsin-aggregator: %s\n", why);
        return FAULT;
    }
    int result = FINE;
    if (options->command != NULL) {
        result = run_command(made, options);
        engine_close(&made);
        return result;
    }
    remember_reference(made, options->reference);
    if (service_run(made, &settings, why) != STATUS_OK) {
        fprintf(stderr, "tocsin-aggregator: %s\n", why);
        result = FAULT;
    }
    engine_close(&made);
    return result;
}

int main(int argc, char **argv)
{
    char room[PATH_SIZE];
    struct options options = {0};
    config told = config_default();
    int done = take_options(argc, argv, &options);
    if (done >= 0)
        return done;
    if (!take_config(&options, &told))
        return FAULT;
    /* Who runs one command wants its answer, and what is amiss. */
    if (options.command != NULL && !log_wants(LOG_TRACE))
        log_threshold(LOG_WARN);
    options.reference = reference_for(&options, room);
    return run(&options, &told);
}
