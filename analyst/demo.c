/* tocsin demo: the whole path once, on Stafford's invented records. */
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "proto/beside.h"

static const char usage[] =
    "usage: tocsin demo [--once] [--data DIR]\n"
    "\n"
    "Starts an aggregator, sends it three years of invented records that add up to what the Stafford strategic\n"
    "assessment publishes, and prints the report as of 31 March 2025. Then it stays, so that you can go on.\n"
    "\n"
    "  --once       end after the report\n"
    "  --data DIR   keep the records there (default: a folder that is removed at the end)\n"
    "\n"
    "example: tocsin demo\n";

enum { OPT_ONCE = OPTION_OWN, PATH_SIZE = 4096, READY_MS = 20000, LINE_SIZE = 2048 };

static const struct option long_options[] = {
    PLAIN_OPTIONS,
    {"once", no_argument, NULL, OPT_ONCE},
    {NULL, 0, NULL, 0},
};

struct demo {
    command base;
    bool once;
    bool temporary;
    char folder[PATH_SIZE];
    char endpoint[256];
    pid_t aggregator;
    int log;     /* what the aggregator says; -1: nothing yet */
    int signals; /* that end it, or tell that the aggregator has; they wait until they are asked for, so that nothing is left behind */
    sigset_t before;
};

static void hold_signals(struct demo *self)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &set, &self->before);
    self->signals = signalfd(-1, &set, SFD_CLOEXEC);
}

/* --- starting the aggregator ----------------------------------------------------------------------- */

static int make_folder(struct demo *self)
{
    const char *temporary = getenv("TMPDIR");
    if (self->base.data != NULL) {
        (void)snprintf(self->folder, sizeof self->folder, "%s", self->base.data);
        return -1;
    }
    self->temporary = true;
    (void)snprintf(self->folder, sizeof self->folder, "%s/tocsin-demo-XXXXXX", temporary != NULL ? temporary : "/tmp");
    return mkdtemp(self->folder) != NULL ? -1 : command_fault(&self->base, "can't make a folder: %s", strerror(errno));
}

static int start_aggregator(struct demo *self)
{
    char program[PATH_SIZE];
    int ends[2];
    if (!program_beside("tocsin-aggregator", program, sizeof program))
        return command_fault(&self->base, "tocsin-aggregator does not lie beside this program");
    if (pipe(ends) != 0)
        return command_fault(&self->base, "%s", strerror(errno));
    self->aggregator = fork();
    if (self->aggregator == 0) {
        (void)sigprocmask(SIG_SETMASK, &self->before, NULL);
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        execl(program, program, "--data", self->folder, "--listen", "tcp://127.0.0.1:*", (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    self->log = ends[0];
    return self->aggregator > 0 ? -1 : command_fault(&self->base, "%s", strerror(errno));
}

/* Takes the endpoint out of the line that says `ready`. */
static bool find_endpoint(struct demo *self, const char *said)
{
    const char *ready = strstr(said, " ready "), *at = ready != NULL ? strstr(ready, "endpoint=") : NULL;
    if (at == NULL || strchr(at, '\n') == NULL)
        return false;
    at += strlen("endpoint=");
    size_t size = strcspn(at, " \n");
    text_copy((text){at, size}, self->endpoint, sizeof self->endpoint);
    return true;
}

static int await_ready(struct demo *self)
{
    char said[LINE_SIZE * 4];
    size_t used = 0;
    while (used + 1 < sizeof said) {
        struct pollfd waited = {.fd = self->log, .events = POLLIN};
        if (poll(&waited, 1, READY_MS) <= 0)
            break;
        ssize_t got = read(self->log, said + used, sizeof said - 1 - used);
        if (got <= 0)
            break;
        used += (size_t)got;
        said[used] = '\0';
        if (find_endpoint(self, said))
            return -1;
    }
    said[used] = '\0';
    return command_fault(&self->base, "the aggregator did not start:\n%s", said);
}

/* --- sending and reporting ------------------------------------------------------------------------- */

static int run_collector(struct demo *self)
{
    char program[PATH_SIZE], scenario[PATH_SIZE + 32], bundled[PATH_SIZE];
    int ended = 0;
    if (!program_beside("tocsin-collector", program, sizeof program) || !reference_bundled(bundled, sizeof bundled))
        return command_fault(&self->base, "tocsin-collector or the bundled reference folder is missing");
    (void)snprintf(scenario, sizeof scenario, "%s/stafford.yaml", bundled);
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        (void)sigprocmask(SIG_SETMASK, &self->before, NULL);
        execl(program, program, "simulate", scenario, "--to", self->endpoint, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &ended, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(ended) && WEXITSTATUS(ended) == 0
               ? -1 : command_fault(&self->base, "the collector failed");
}

static int print_report(const struct demo *self)
{
    char folder[PATH_SIZE];
    (void)snprintf(folder, sizeof folder, "%s", self->folder);
    char name[] = "report", where[] = "--area", code[] = "E07000197", as_of[] = "--as-of", date[] = "2025-03-31";
    char data[] = "--data";
    char *argv[] = {name, where, code, as_of, date, data, folder, NULL};
    optind = 0; /* getopt begins again */
    puts("");
    return report_main(7, argv);
}

static void say_how_to_go_on(const struct demo *self)
{
    printf("\nThe aggregator goes on at %s. In another terminal, for instance:\n\n"
           "  tocsin report --area Stafford --window year-to-date --as-of 2024-12-31 --data %s\n"
           "  tocsin export --each district --by month --data %s\n"
           "  tocsin verify --data %s\n"
           "  sqlite3 %s/tocsin.db 'SELECT * FROM rolling_year WHERE category = \"shoplifting\"'\n"
           "  tocsin-collector police-uk FOLDER --to %s\n"
           "\nCtrl-C ends it%s.\n", self->endpoint, self->folder, self->folder, self->folder, self->folder,
           self->endpoint, self->temporary ? " and removes the folder" : "");
    (void)fflush(stdout);
}

/* Passes on what the aggregator says: one that nobody reads would have to wait. */
static void show_log(struct demo *self)
{
    char said[LINE_SIZE];
    ssize_t got = read(self->log, said, sizeof said);
    if (got > 0) {
        (void)fwrite(said, 1, (size_t)got, stderr);
        return;
    }
    (void)close(self->log);
    self->log = -1;
}

static bool aggregator_ended(struct demo *self)
{
    if (waitpid(self->aggregator, NULL, WNOHANG) != self->aggregator)
        return false;
    self->aggregator = 0;
    return true;
}

static int await_interrupt(struct demo *self)
{
    for (;;) {
        struct signalfd_siginfo taken;
        struct pollfd waited[2] = {{.fd = self->signals, .events = POLLIN}, {.fd = self->log, .events = POLLIN}};
        if (poll(waited, 2, -1) < 0)
            continue;
        if (waited[1].revents != 0)
            show_log(self);
        if (waited[0].revents == 0 || read(self->signals, &taken, sizeof taken) != (ssize_t)sizeof taken)
            continue;
        if (taken.ssi_signo != SIGCHLD)
            return COMMAND_FINE;
        if (aggregator_ended(self))
            return command_fault(&self->base, "the aggregator has ended");
    }
}

/* --- ending -------------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static void stop(struct demo *self)
{
    if (self->aggregator > 0) {
        (void)kill(self->aggregator, SIGTERM);
        while (waitpid(self->aggregator, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (self->log >= 0)
        (void)close(self->log);
    if (self->signals >= 0)
        (void)close(self->signals);
    if (self->temporary && self->folder[0] != '\0')
        (void)nftw(self->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int run(struct demo *self)
{
    hold_signals(self);
    int done = make_folder(self);
    if (done < 0)
        done = start_aggregator(self);
    if (done < 0)
        done = await_ready(self);
    if (done < 0)
        done = run_collector(self);
    if (done < 0)
        done = print_report(self);
    if (done == COMMAND_FINE && !self->once) {
        say_how_to_go_on(self);
        done = await_interrupt(self);
    }
    stop(self);
    return done;
}

int demo_main(int argc, char **argv)
{
    struct demo self = {.base = {.name = "demo", .usage = usage}, .log = -1, .signals = -1};
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (c == OPT_ONCE)
            self.once = true;
        else
            done = command_option(&self.base, c);
    }
    if (done < 0 && optind < argc)
        done = command_wrong(&self.base, "what is '%s'?", argv[optind]);
    return done >= 0 ? done : run(&self);
}
