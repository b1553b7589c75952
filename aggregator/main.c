/* tocsin-aggregator: the daemon that counts. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "proto/log.h"
#include "service.h"

static const char usage[] =
    "usage: tocsin-aggregator --data DIR [--reference DIR] [--listen ENDPOINT]\n"
    "\n"
    "Takes incident records from collectors, keeps them and their counts in DIR, and logs `ready` once it\n"
    "accepts records. Runs until SIGTERM or Ctrl-C; SIGHUP reads the reference data again.\n"
    "\n"
    "  --data DIR           where everything is kept; made if it is missing\n"
    "  --reference DIR      areas, categories, offences, populations ... (default: the bundled ones)\n"
    "  --listen ENDPOINT    where collectors connect (default tcp://127.0.0.1:7010)\n"
    "  --command JSON       run one command without listening, print its answer, and end\n"
    "  --trace              log every message\n"
    "  --help, --version\n"
    "\n"
    "example: tocsin-aggregator --data /var/lib/tocsin\n";

struct options {
    const char *data;
    const char *reference;
    const char *listen;
    const char *command;
};

enum { FINE = 0, FAULT = 1, USAGE = 2 };

static const struct option long_options[] = {
    {"data", required_argument, NULL, 'd'},    {"reference", required_argument, NULL, 'r'},
    {"listen", required_argument, NULL, 'l'},  {"command", required_argument, NULL, 'c'},
    {"config", required_argument, NULL, 'f'},  {"trace", no_argument, NULL, 't'},
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

static int run_command(engine *used, const struct options *options)
{
    arena *memory = arena_create();
    text answer = command_run(used, options->reference, text_of(options->command), moment_now().wall_s, memory);
    bool good = memmem(answer.at, answer.size, "\"ok\": true", 10) != NULL;
    printf("%.*s\n", TEXT_ARGS(answer));
    arena_destroy(&memory);
    return good ? FINE : FAULT;
}

static int run(const struct options *options)
{
    char why[NOTE_SIZE_MAX];
    engine *made;
    service_settings settings = {.folder = options->data, .reference_folder = options->reference,
                                 .listen = options->listen};
    status st = engine_open(options->data, options->reference, moment_now().wall_s, &made, why);
    if (st != STATUS_OK) {
        fprintf(stderr, "tocsin-aggregator: %s\n", why);
        return FAULT;
    }
    int result = FINE;
    if (options->command != NULL)
        result = run_command(made, options);
    else if (service_run(made, &settings, why) != STATUS_OK) {
        fprintf(stderr, "tocsin-aggregator: %s\n", why);
        result = FAULT;
    }
    engine_close(&made);
    return result;
}

int main(int argc, char **argv)
{
    char bundled[4096];
    struct options options = {.listen = "tcp://127.0.0.1:7010"};
    int done = take_options(argc, argv, &options);
    if (done >= 0)
        return done;
    if (options.reference == NULL && reference_bundled(bundled, sizeof bundled))
        options.reference = bundled;
    return run(&options);
}
