#include "runner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "courier.h"
#include "inputs.h"
#include "progress.h"
#include "proto/link.h"
#include "simulate.h"

enum { REJECTS_SHOWN = 20, TICK_MS = 500, WAIT_TOLD_MS = 3000, HEARD_MAX = 256, HEAR_OUT_MS = 500 };

struct runner {
    options *chosen;
    link_hub *hub;
    link_socket *link;
    courier *courier;
    progress *progress;
    inputs *inputs;
    int signals;
    bool stopping;
    bool reconnect;
    bool waiting_told;
    int64_t started_ms, ticked_ms, connected_ms;
};

static int64_t now_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* --- what the courier reaches through us ----------------------------------------------------------- */

static status world_send(void *context, const void *octets, size_t size)
{
    struct runner *self = context;
    return self->link == NULL ? STATUS_AGAIN : link_send(self->link, NULL, octets, size);
}

static void world_reconnect(void *context)
{
    ((struct runner *)context)->reconnect = true;
}

static void world_rejected(void *context, const feed *of, uint64_t line, text words)
{
    struct runner *self = context;
    progress_reject(self->progress, of->shown, line, words);
}

static void world_tell(void *context, const feed *of, text words)
{
    struct runner *self = context;
    progress_tell(self->progress, of != NULL ? of->shown : NULL, 0, words);
}

/* --- the loop ------------------------------------------------------------------------------------ */

static bool connect_link(struct runner *self)
{
    const char *why;
    link_close(&self->link);
    self->link = link_dial(self->hub, self->chosen->to, &why);
    if (self->link == NULL)
        (void)fprintf(stderr, "tocsin-collector: can't connect to %s: %s\n", self->chosen->to, why);
    return self->link != NULL;
}

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void hear(struct runner *self)
{
    for (int i = 0; i < HEARD_MAX && !self->reconnect; i++) {
        peer ignored;
        frame in;
        if (link_receive(self->link, &ignored, &in) != STATUS_OK)
            return;
        courier_message(self->courier, frame_octets(&in), now_ms());
        frame_release(&in);
    }
}

/* Somebody who mistyped the endpoint should not wait in silence. */
static bool wait_is_over(struct runner *self, int64_t now)
{
    if (courier_is_connected(self->courier)) {
        self->connected_ms = now;
        self->waiting_told = false;
        return false;
    }
    int64_t waited = now - self->connected_ms;
    if (waited > WAIT_TOLD_MS && !self->waiting_told) {
        char words[ENDPOINT_SIZE_MAX + 64];
        (void)snprintf(words, sizeof words, "no aggregator answers at %s yet; waiting for it", self->chosen->to);
        progress_tell(self->progress, NULL, 0, text_of(words));
        self->waiting_told = true;
    }
    return self->chosen->give_up_s > 0 && waited > self->chosen->give_up_s * 1000;
}

static long patience_ms(const struct runner *self)
{
    return courier_is_connected(self->courier) ? TICK_MS : 100;
}

static void wait_for_something(struct runner *self)
{
    int descriptors[1 + INPUT_DESCRIPTORS_MAX] = {self->signals};
    bool link_ready = false, ready[1 + INPUT_DESCRIPTORS_MAX] = {false};
    size_t count = 1 + inputs_descriptors(self->inputs, descriptors + 1);
    (void)link_wait(&self->link, &link_ready, 1, descriptors, ready, count, patience_ms(self));
    if (ready[0])
        self->stopping = true;
    inputs_work(self->inputs, ready + 1, now_ms());
    if (link_ready)
        hear(self);
}

static courier_state one_round(struct runner *self)
{
    int64_t now = now_ms();
    if (self->reconnect) {
        self->reconnect = false;
        if (!connect_link(self))
            return COURIER_FAILED;
    }
    courier_state state = courier_work(self->courier, now);
    if (state != COURIER_WORKING)
        return state;
    progress_show(self->progress, self->courier, now);
    wait_for_something(self);
    now = now_ms();
    if (now - self->ticked_ms >= TICK_MS) {
        self->ticked_ms = now;
        courier_tick(self->courier, now);
    }
    if (wait_is_over(self, now)) {
        (void)fprintf(stderr, "tocsin-collector: no aggregator at %s for %ld s: giving up\n", self->chosen->to,
                      self->chosen->give_up_s);
        return COURIER_FAILED;
    }
    return COURIER_WORKING;
}

/* Whoever is stopped hears what became of what was sent, if it comes at once. */
static void hear_out(struct runner *self)
{
    int64_t until_ms = now_ms() + HEAR_OUT_MS;
    while (courier_is_owed(self->courier) && !self->reconnect && now_ms() < until_ms) {
        bool ready = false;
        (void)link_wait(&self->link, &ready, 1, NULL, NULL, 0, until_ms - now_ms());
        if (ready)
            hear(self);
    }
}

static uint64_t draw(void)
{
    uint64_t drawn = 0;
    if (getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        drawn = (uint64_t)now_ms() ^ (uint64_t)getpid() << 32;
    return drawn | 1;
}

static int result(const struct runner *self, courier_state state)
{
    courier_counts counts = courier_count(self->courier);
    if (state == COURIER_FAILED && courier_why(self->courier)[0] != '\0')
        (void)fprintf(stderr, "tocsin-collector: refused: %s\n", courier_why(self->courier));
    bool fine = state == COURIER_DONE || (self->stopping && self->chosen->follow);
    return fine && inputs_are_sound(self->inputs) && counts.rejected == 0 && counts.unusable == 0 ? EXIT_FINE : EXIT_FOUND_FAULT;
}

static void open_runner(struct runner *self, options *chosen)
{
    courier_settings settings = {.source = chosen->name, .instance = draw(), .seed = draw(), .follow = chosen->follow};
    *self = (struct runner){.chosen = chosen};
    self->hub = link_hub_create();
    self->progress = progress_create(REJECTS_SHOWN);
    self->signals = open_signals();
    self->courier = courier_create(settings, (courier_world){
        .context = self, .send = world_send, .reconnect = world_reconnect, .rejected = world_rejected,
        .tell = world_tell});
    self->inputs = inputs_create(chosen, self->courier);
}

static void close_runner(struct runner *self)
{
    courier_destroy(&self->courier);
    inputs_destroy(&self->inputs);
    progress_destroy(&self->progress);
    link_close(&self->link);
    link_hub_destroy(&self->hub);
    (void)close(self->signals);
}

static void tell_path(const char *path, const char *words)
{
    (void)fprintf(stderr, "%s: %s\n", path, words);
}

int runner_run(options *chosen)
{
    struct runner self;
    if (chosen->out != NULL)
        return simulate_write(chosen->paths[0], chosen->out, tell_path) ? EXIT_FINE : EXIT_FOUND_FAULT;
    open_runner(&self, chosen);
    self.connected_ms = now_ms();
    courier_state state = COURIER_FAILED;
    if (courier_feed(self.courier, 0) != NULL || chosen->follow) {
        inputs_work(self.inputs, NULL, now_ms()); /* the first rows tell in whose name they speak */
        if (!connect_link(&self)) {
            close_runner(&self);
            return EXIT_WRONG_USE;
        }
        state = COURIER_WORKING;
        while (state == COURIER_WORKING && !self.stopping)
            state = one_round(&self);
        if (self.stopping && state == COURIER_WORKING)
            hear_out(&self);
        courier_farewell(self.courier);
        inputs_finish(self.inputs, state == COURIER_DONE);
        progress_summary(self.progress, self.courier, now_ms());
    }
    int status_to_exit = result(&self, state);
    close_runner(&self);
    return status_to_exit;
}
