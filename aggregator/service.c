#include "service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "proto/control.h"
#include "proto/fault_point.h"
#include "proto/log.h"

enum {
    SOON_MS = 3,         /* how long a commit waits for more that was announced */
    TICK_MS = 1000,
    DRAIN_MAX = 4096,    /* messages heard before looking at anything else */
    FAILED_WAIT_MS = 1000,
};

struct service {
    engine *engine;
    const service_settings *settings;
    link_hub *hub;
    link_socket *collectors;
    control *control;
    int signals;
    receive *receive;
    arena *memory;
    int64_t ticked_ms;
    int64_t first_unsaid_ms; /* when the oldest message that waits for a commit came; -1: none waits */
    bool stopping;
    bool reload;
};

moment moment_now(void)
{
    struct timespec monotonic, wall;
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    clock_gettime(CLOCK_REALTIME, &wall);
    return (moment){.monotonic_ms = (int64_t)monotonic.tv_sec * 1000 + monotonic.tv_nsec / 1000000,
                    .wall_s = wall.tv_sec};
}

static status send_to_peer(void *context, const peer *to, const void *octets, size_t size)
{
    struct service *self = context;
    return link_send(self->collectors, to, octets, size);
}

/* --- starting ----------------------------------------------------------------------------------- */

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Where collectors and commands find us, for scripts that let the system choose the port. */
static void write_endpoint(const struct service *self, const char *bound)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/endpoint", self->settings->folder);
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return;
    (void)fprintf(out, "%s\n", bound);
    (void)fclose(out);
}

static status start(struct service *self, char why[NOTE_SIZE_MAX])
{
    char bound[ENDPOINT_SIZE_MAX];
    const char *fault;
    self->signals = open_signals();
    self->hub = link_hub_create();
    self->memory = arena_create();
    self->collectors = link_listen(self->hub, self->settings->listen, bound, &fault);
    if (self->collectors == NULL) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't listen on %s: %s", self->settings->listen, fault);
        return STATUS_IO;
    }
    self->control = control_listen(self->settings->folder, &fault);
    if (self->control == NULL) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't make the control socket in %s: %s", self->settings->folder, fault);
        return STATUS_IO;
    }
    receive_settings settings = receive_defaults();
    settings.heartbeat_s = fault_heartbeat_s(settings.heartbeat_s);
    self->receive = receive_create(self->engine, settings, send_to_peer, self);
    write_endpoint(self, bound);
    log_line(LOG_INFO, "ready", "endpoint=%s data=%s", bound, self->settings->folder);
    return STATUS_OK;
}

static void stop(struct service *self)
{
    if (self->receive != NULL)
        receive_farewell(self->receive, moment_now());
    receive_destroy(&self->receive);
    control_close(&self->control);
    link_close(&self->collectors);
    link_hub_destroy(&self->hub);
    arena_destroy(&self->memory);
    if (self->signals >= 0)
        (void)close(self->signals);
}

/* --- the loop ------------------------------------------------------------------------------------ */

static void hear_all(struct service *self)
{
    for (int i = 0; i < DRAIN_MAX; i++) {
        peer from;
        frame in;
        status st = link_receive(self->collectors, &from, &in);
        if (st == STATUS_AGAIN)
            return;
        if (st != STATUS_OK)
            continue;
        receive_message(self->receive, &from, frame_octets(&in), moment_now());
        frame_release(&in);
        if (receive_wish(self->receive) == COMMIT_NOW)
            return;
    }
}

static void commit_if_due(struct service *self)
{
    commit_wish wish = receive_wish(self->receive);
    moment now = moment_now();
    if (wish == COMMIT_NOTHING) {
        self->first_unsaid_ms = -1;
        return;
    }
    if (self->first_unsaid_ms < 0)
        self->first_unsaid_ms = now.monotonic_ms;
    if (wish == COMMIT_SOON && now.monotonic_ms - self->first_unsaid_ms < SOON_MS)
        return;
    self->first_unsaid_ms = -1;
    if (receive_commit(self->receive, now) != STATUS_OK)
        self->ticked_ms = now.monotonic_ms + FAILED_WAIT_MS;
    engine_relieve(self->engine);
}

static void take_signals(struct service *self)
{
    struct signalfd_siginfo info;
    while (read(self->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP)
            self->reload = true;
        else
            self->stopping = true;
    }
}

static void answer_command(void *context, control *from, int client, text line)
{
    struct service *self = context;
    moment now = moment_now();
    /* What collectors have sent is settled first: a command sees, and may change, everything. */
    (void)receive_commit(self->receive, now);
    control_answer(from, client,
                   command_run(self->engine, self->settings->reference_folder, line, now.wall_s, self->memory));
    arena_reset(self->memory);
}

static void reload_if_asked(struct service *self)
{
    static const char line[] = "{\"command\":\"reload\",\"who\":\"SIGHUP\"}";
    moment now = moment_now();
    if (!self->reload)
        return;
    self->reload = false;
    (void)receive_commit(self->receive, now);
    text answer = command_run(self->engine, self->settings->reference_folder, text_of(line), now.wall_s, self->memory);
    log_line(LOG_INFO, "reload", "answer=%.*s", TEXT_ARGS(answer));
    arena_reset(self->memory);
}

static void tick_if_due(struct service *self)
{
    moment now = moment_now();
    if (now.monotonic_ms - self->ticked_ms < TICK_MS)
        return;
    self->ticked_ms = now.monotonic_ms;
    receive_tick(self->receive, now);
}

static long patience_ms(const struct service *self)
{
    switch (receive_wish(self->receive)) {
    case COMMIT_NOW: return 0;
    case COMMIT_SOON: return 1;
    case COMMIT_NOTHING: break;
    }
    return TICK_MS;
}

static void one_round(struct service *self)
{
    int descriptors[CONTROL_CLIENTS_MAX + 2];
    bool link_ready, ready[CONTROL_CLIENTS_MAX + 2];
    size_t count = control_descriptors(self->control, moment_now().monotonic_ms, descriptors);
    descriptors[count++] = self->signals;
    status st = link_wait(&self->collectors, &link_ready, 1, descriptors, ready, count, patience_ms(self));
    if (link_ready)
        hear_all(self);
    commit_if_due(self);
    if (st == STATUS_OK) {
        take_signals(self);
        control_serve(self->control, moment_now().monotonic_ms, answer_command, self);
    } else if (receive_wish(self->receive) == COMMIT_NOTHING)
        engine_idle(self->engine);
    reload_if_asked(self);
    tick_if_due(self);
}

status service_run(engine *used, const service_settings *settings, char why[NOTE_SIZE_MAX])
{
    struct service self = {.engine = used, .settings = settings, .signals = -1, .first_unsaid_ms = -1};
    status st = start(&self, why);
    while (st == STATUS_OK && !self.stopping)
        one_round(&self);
    if (st == STATUS_OK) {
        (void)receive_commit(self.receive, moment_now());
        log_line(LOG_INFO, "stopping", "asked to");
    }
    stop(&self);
    return st;
}
