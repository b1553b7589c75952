#include "service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "announcer.h"
#include "commands.h"
#include "delivery/deliverer.h"
#include "proto/control.h"
#include "proto/fault_point.h"
#include "proto/log.h"

enum {
    SOON_MS = 3,         /* how long a commit waits for more that was announced */
    TICK_MS = 1000,
    DRAIN_MAX = 4096,    /* messages heard before looking at anything else */
    FAILED_WAIT_MS = 1000,
};

static const char no_endpoint[] = "none";

struct service {
    engine *engine;
    const service_settings *settings;
    link_hub *hub;
    link_socket *collectors;
    control *control;
    int signals;
    receive *receive;
    announcer *announcer; /* NULL: nothing is announced */
    deliverer *deliverer; /* NULL: nothing is sent */
    uint64_t announced;   /* the newest event that these two were told of */
    watchdog *watchdog;
    backups *backups;
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

/* Where collectors, subscribers and commands find us, for scripts that let the system choose the port. */
static void write_endpoint(const struct service *self, const char *name, const char *bound)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", self->settings->folder, name);
    if (strcmp(bound, no_endpoint) == 0) {
        (void)unlink(path);
        return;
    }
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return;
    (void)fprintf(out, "%s\n", bound);
    (void)fclose(out);
}

/* The same with the next port; any free one stays any free one. */
static bool endpoint_behind(const char *endpoint, char out[ENDPOINT_SIZE_MAX])
{
    const char *colon = strrchr(endpoint, ':');
    uint64_t port;
    if (strncmp(endpoint, "tcp://", 6) != 0 || colon == NULL || strlen(endpoint) >= ENDPOINT_SIZE_MAX - 1)
        return false;
    if (strcmp(colon, ":*") == 0)
        text_copy(text_of(endpoint), out, ENDPOINT_SIZE_MAX);
    else if (text_to_u64(text_of(colon + 1), &port) && port > 0 && port < UINT16_MAX)
        (void)snprintf(out, ENDPOINT_SIZE_MAX, "%.*s:%u", (int)(colon - endpoint), endpoint, (unsigned)port + 1);
    else
        return false;
    return true;
}

/* What was asked for, or what stands behind another endpoint. */
static bool endpoint_or_behind(const char *asked, const char *before, char out[ENDPOINT_SIZE_MAX])
{
    if (asked == NULL)
        return endpoint_behind(before, out);
    text_copy(text_of(asked), out, ENDPOINT_SIZE_MAX);
    return true;
}

static bool is_none(const char *endpoint)
{
    return endpoint != NULL && strcmp(endpoint, no_endpoint) == 0;
}

static status start_announcer(struct service *self, char publish_at[ENDPOINT_SIZE_MAX], char replay_at[ENDPOINT_SIZE_MAX],
                              char why[NOTE_SIZE_MAX])
{
    const service_settings *asked = self->settings;
    char publish[ENDPOINT_SIZE_MAX], replay[ENDPOINT_SIZE_MAX];
    text_copy(text_of(no_endpoint), publish_at, ENDPOINT_SIZE_MAX);
    text_copy(text_of(no_endpoint), replay_at, ENDPOINT_SIZE_MAX);
    if (is_none(asked->announce))
        return STATUS_OK;
    if (!endpoint_or_behind(asked->announce, asked->listen, publish) || !endpoint_or_behind(asked->replay, publish, replay)) {
        (void)snprintf(why, NOTE_SIZE_MAX, "no port lies behind %s: say --announce and --replay, or --announce none",
                       asked->announce != NULL ? asked->announce : asked->listen);
        return STATUS_REFUSED;
    }
    const announcer_settings settings = {.folder = asked->folder, .publish = publish, .replay = replay};
    self->announced = engine_last_event(self->engine);
    return announcer_start(self->hub, &settings, publish_at, replay_at, &self->announcer, why);
}

static bool start_watch(struct service *self, char why[NOTE_SIZE_MAX])
{
    const service_settings *by = self->settings;
    if (watchdog_create(self->engine, by->folder, &by->disk, moment_now().wall_s, &self->watchdog) != STATUS_OK) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't read open alerts: %s", engine_trouble(self->engine));
        return false;
    }
    self->backups = backups_create(by->folder, &by->backup);
    backups_start(self->backups);
    return true;
}

static status start(struct service *self, char why[NOTE_SIZE_MAX])
{
    char bound[ENDPOINT_SIZE_MAX], publish_at[ENDPOINT_SIZE_MAX], replay_at[ENDPOINT_SIZE_MAX];
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
    if (start_announcer(self, publish_at, replay_at, why) != STATUS_OK)
        return STATUS_IO;
    /* Behind open_signals: they are ours, and no other thread's. */
    if (self->settings->subscriptions != NULL &&
        deliverer_start(self->settings->folder, self->settings->subscriptions, &self->deliverer, why) != STATUS_OK)
        return STATUS_IO;
    receive_settings settings = receive_defaults();
    settings.heartbeat_s = fault_heartbeat_s(settings.heartbeat_s);
    self->receive = receive_create(self->engine, settings, send_to_peer, self);
    if (!start_watch(self, why))
        return STATUS_IO;
    write_endpoint(self, "endpoint", bound);
    write_endpoint(self, "announce", publish_at);
    write_endpoint(self, "replay", replay_at);
    log_line(LOG_INFO, "ready", "endpoint=%s data=%s announce=%s replay=%s", bound, self->settings->folder, publish_at,
             replay_at);
    return STATUS_OK;
}

static void stop(struct service *self)
{
    if (self->receive != NULL)
        receive_farewell(self->receive, moment_now());
    backups_destroy(&self->backups);
    watchdog_destroy(&self->watchdog);
    receive_destroy(&self->receive);
    control_close(&self->control);
    announcer_stop(&self->announcer);
    deliverer_stop(&self->deliverer);
    link_close(&self->collectors);
    link_hub_destroy(&self->hub);
    arena_destroy(&self->memory);
    if (self->signals >= 0)
        (void)close(self->signals);
}

/* Commits what was gathered, and has the watchdog know. */
static status commit(struct service *self, moment now)
{
    status st = receive_commit(self->receive, now);
    watchdog_heard_commit(self->watchdog, st, now.wall_s);
    return st;
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

/* Whatever it was that made them: records, a command, time. */
static void announce_new_events(struct service *self)
{
    uint64_t newest = engine_last_event(self->engine);
    if (newest == self->announced)
        return;
    self->announced = newest;
    if (self->announcer != NULL)
        announcer_wake(self->announcer);
    deliverer_wake(self->deliverer);
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
    if (commit(self, now) != STATUS_OK)
        self->ticked_ms = now.monotonic_ms + FAILED_WAIT_MS;
    announce_new_events(self);
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
    (void)commit(self, now);
    text answer;
    if (!deliverer_asked(self->deliverer, line, self->memory, &answer))
        answer = command_run(self->engine, self->settings->reference_folder, line, now.wall_s, self->memory);
    control_answer(from, client, answer);
    if (memmem(line.at, line.size, "\"reload\"", 8) != NULL) /* areas and categories may be others now */
        deliverer_reload(self->deliverer);
    deliverer_wake(self->deliverer);
    arena_reset(self->memory);
}

static void reload_if_asked(struct service *self)
{
    static const char line[] = "{\"command\":\"reload\",\"who\":\"SIGHUP\"}";
    moment now = moment_now();
    if (!self->reload)
        return;
    self->reload = false;
    (void)commit(self, now);
    text answer = command_run(self->engine, self->settings->reference_folder, text_of(line), now.wall_s, self->memory);
    log_line(LOG_INFO, "reload", "answer=%.*s", TEXT_ARGS(answer));
    deliverer_reload(self->deliverer);
    arena_reset(self->memory);
}

static void tick_if_due(struct service *self)
{
    moment now = moment_now();
    if (now.monotonic_ms - self->ticked_ms < TICK_MS)
        return;
    self->ticked_ms = now.monotonic_ms;
    receive_tick(self->receive, now);
    backup_state backup = backups_state(self->backups);
    watchdog_look(self->watchdog, &backup, now.wall_s);
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
    announce_new_events(self);
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
