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
#include "file_feed.h"
#include "found_files.h"
#include "police_uk.h"
#include "progress.h"
#include "proto/link.h"
#include "simulate.h"
#include "watch.h"

enum { REJECTS_SHOWN = 20, TICK_MS = 500, WAIT_TOLD_MS = 3000, HEARD_MAX = 256, COPY_SIZE = 64 * 1024 };

struct runner {
    options *chosen;
    link_hub *hub;
    link_socket *link;
    courier *courier;
    progress *progress;
    watch *watch;
    origin_tally origins;
    found_files known;     /* files that have become feeds */
    feed *input;           /* the feed of standard input, or NULL */
    int copy;              /* where standard input is copied to, so that it can be read again; -1 */
    int signals;
    bool stopping;
    bool reconnect;
    bool unusable;         /* a path could not be read */
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

/* Feeds are made before there is a runner to ask. */
static void tell_path(const char *path, const char *words)
{
    (void)fprintf(stderr, "%s: %s\n", path, words);
}

/* --- feeds --------------------------------------------------------------------------------------- */

static bool is_csv(const char *name)
{
    size_t size = strlen(name);
    return size > 4 && strcasecmp(name + size - 4, ".csv") == 0;
}

static bool is_json(const char *name)
{
    size_t size = strlen(name);
    return (size > 5 && strcasecmp(name + size - 5, ".json") == 0) ||
           (size > 6 && strcasecmp(name + size - 6, ".jsonl") == 0) ||
           (size > 7 && strcasecmp(name + size - 7, ".ndjson") == 0);
}

static bool (*wanted_by(const options *chosen))(const char *name)
{
    if (chosen->kind == SOURCE_POLICE_UK)
        return police_uk_is_street_name;
    return chosen->kind == SOURCE_NDJSON ? is_json : is_csv;
}

static row_source *rows_for(const struct runner *self)
{
    text origin = text_of(self->chosen->origin);
    return self->chosen->kind == SOURCE_NDJSON ? json_rows_create(origin) : csv_rows_create(origin);
}

/* A stream is named after its file's whole path: another file of that name is noticed by its content. */
static void name_stream(feed *made, const struct runner *self, const char *path)
{
    char *whole = realpath(path, NULL);
    const char *shown = whole != NULL ? whole : path;
    size_t size = strlen(shown), room = STREAM_SIZE_MAX - strlen(self->chosen->origin) - 1;
    (void)snprintf(made->stream, sizeof made->stream, "%s %s", self->chosen->origin,
                   size > room ? shown + size - room : shown);
    free(whole);
}

static feed *make_file_feed(struct runner *self, source_file *file, const char *path, bool follow, bool declares)
{
    feed *made = file_feed_create((file_feed_settings){
        .path = path, .file = file, .rows = rows_for(self), .origin = text_of(self->chosen->origin),
        .issued_ns = self->chosen->issued_ns, .from_start = self->chosen->from_start, .follow = follow,
        .covers = self->chosen->covers, .cover_count = self->chosen->cover_count, .declares = declares,
        .origins = &self->origins, .tell = tell_path});
    if (made != NULL)
        name_stream(made, self, path);
    return made;
}

/* Standard input can't be read again: it is copied to a file without a name, and read from there. */
static feed *make_input_feed(struct runner *self)
{
    FILE *copy = tmpfile();
    int mine = copy != NULL ? dup(fileno(copy)) : -1;
    if (mine < 0) {
        tell_path("standard input", strerror(errno));
        return NULL;
    }
    self->copy = dup(mine);
    (void)fclose(copy);
    return make_file_feed(self, source_file_of(mine), "standard input", true, true);
}

/*   declares   what the run covers is declared when this feed has ended */
static feed *make_feed(struct runner *self, const char *path, bool declares)
{
    const options *chosen = self->chosen;
    if (chosen->kind == SOURCE_POLICE_UK)
        return police_uk_create((police_uk_settings){.path = path, .issued_ns = chosen->issued_ns,
                                                     .from_start = chosen->from_start, .tell = tell_path});
    if (chosen->kind == SOURCE_SIMULATE)
        return simulate_create(path, tell_path);
    source_file *file = source_file_open(path);
    if (file == NULL) {
        tell_path(path, errno == ESPIPE ? "is no file that can be read again: give it as standard input (-)"
                                        : strerror(errno));
        return NULL;
    }
    return make_file_feed(self, file, path, chosen->follow, declares);
}

static int by_month(const void *a, const void *b)
{
    const feed *const *left = a, *const *right = b;
    month_number first = police_uk_month(*left), second = police_uk_month(*right);
    return first != second ? (first > second) - (first < second) : strcmp((*left)->shown, (*right)->shown);
}

static bool is_known(const struct runner *self, const char *path)
{
    for (size_t i = 0; i < self->known.count; i++)
        if (strcmp(self->known.each[i], path) == 0)
            return true;
    return false;
}

static void spoil(struct runner *self)
{
    self->unusable = true;
    self->origins.spoiled = true;
}

static void add_feeds(struct runner *self, feed **made, size_t count)
{
    if (self->chosen->kind == SOURCE_POLICE_UK && count > 1)
        qsort(made, count, sizeof *made, by_month);
    for (size_t i = 0; i < count; i++)
        courier_add(self->courier, made[i]);
}

/* Feeds for files that are not known yet.
 *   last   of the command line's paths: its last file declares what all of them cover */
static void feeds_for(struct runner *self, const found_files *files, bool last)
{
    feed **made = memory_new(files->count, sizeof *made);
    size_t count = 0;
    for (size_t i = 0; i < files->count; i++) {
        if (is_known(self, files->each[i]))
            continue;
        found_files_put(&self->known, files->each[i]);
        feed *one = make_feed(self, self->known.each[self->known.count - 1], last && i + 1 == files->count);
        if (one == NULL)
            spoil(self);
        else
            made[count++] = one;
        if (self->chosen->follow)
            (void)watch_add(self->watch, files->each[i]);
    }
    add_feeds(self, made, count);
    free(made);
}

static const char *wanted_names(const options *chosen)
{
    if (chosen->kind == SOURCE_POLICE_UK)
        return "holds no data.police.uk street-level files (their names end in -street.csv)";
    return chosen->kind == SOURCE_NDJSON ? "holds no JSON files (.json, .jsonl, .ndjson)" : "holds no CSV files (.csv)";
}

static void look_into(struct runner *self, const char *path, bool first, bool last)
{
    found_files files = {0};
    if (!found_files_add(&files, path, wanted_by(self->chosen))) {
        tell_path(path, strerror(errno));
        spoil(self);
    } else if (files.count == 0 && first) {
        tell_path(path, wanted_names(self->chosen));
        if (!self->chosen->follow)
            spoil(self);
    }
    feeds_for(self, &files, last);
    found_files_free(&files);
}

static void make_feeds(struct runner *self)
{
    for (size_t i = 0; i < self->chosen->path_count; i++) {
        const char *path = self->chosen->paths[i];
        if (strcmp(path, "-") == 0) {
            self->input = make_input_feed(self);
            if (self->input == NULL)
                spoil(self);
            else
                courier_add(self->courier, self->input);
            continue;
        }
        look_into(self, path, true, i + 1 == self->chosen->path_count);
        if (self->chosen->follow && !watch_add(self->watch, path))
            tell_path(path, strerror(errno));
    }
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

static void copy_input(struct runner *self)
{
    char octets[COPY_SIZE];
    ssize_t got = read(STDIN_FILENO, octets, sizeof octets);
    if (got > 0 && write(self->copy, octets, (size_t)got) == got)
        return;
    if (got < 0 && errno == EINTR)
        return;
    if (got != 0) {
        tell_path("standard input", strerror(errno));
        spoil(self);
    }
    (void)close(self->copy);
    self->copy = -1;
    file_feed_finish(self->input);
}

static void look_again(struct runner *self)
{
    watch_drain(self->watch);
    feed *each;
    for (size_t i = 0; (each = courier_feed(self->courier, i)) != NULL; i++)
        if (self->chosen->kind == SOURCE_INCIDENTS || self->chosen->kind == SOURCE_NDJSON)
            file_feed_check(each);
    for (size_t i = 0; i < self->chosen->path_count; i++)
        if (strcmp(self->chosen->paths[i], "-") != 0)
            look_into(self, self->chosen->paths[i], false, false);
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
    int descriptors[3];
    bool link_ready = false, ready[3] = {false};
    size_t count = 0, input = 3;
    descriptors[count++] = self->signals;
    descriptors[count++] = watch_descriptor(self->watch);
    if (self->copy >= 0) {
        input = count;
        descriptors[count++] = STDIN_FILENO;
    }
    (void)link_wait(&self->link, &link_ready, 1, descriptors, ready, count, patience_ms(self));
    if (ready[0])
        self->stopping = true;
    if (ready[1])
        look_again(self);
    if (input < 3 && ready[input])
        copy_input(self);
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
    return fine && !self->unusable && counts.rejected == 0 && counts.unusable == 0 ? EXIT_FINE : EXIT_FOUND_FAULT;
}

static void open_runner(struct runner *self, options *chosen)
{
    courier_settings settings = {.source = chosen->name, .instance = draw(), .seed = draw(), .follow = chosen->follow};
    *self = (struct runner){.chosen = chosen, .copy = -1};
    self->hub = link_hub_create();
    self->progress = progress_create(REJECTS_SHOWN);
    self->watch = watch_create();
    self->signals = open_signals();
    self->courier = courier_create(settings, (courier_world){
        .context = self, .send = world_send, .reconnect = world_reconnect, .rejected = world_rejected,
        .tell = world_tell});
}

static void close_runner(struct runner *self)
{
    courier_destroy(&self->courier);
    progress_destroy(&self->progress);
    watch_destroy(&self->watch);
    found_files_free(&self->known);
    link_close(&self->link);
    link_hub_destroy(&self->hub);
    (void)close(self->signals);
    if (self->copy >= 0)
        (void)close(self->copy);
}

int runner_run(options *chosen)
{
    struct runner self;
    if (chosen->out != NULL)
        return simulate_write(chosen->paths[0], chosen->out, tell_path) ? EXIT_FINE : EXIT_FOUND_FAULT;
    open_runner(&self, chosen);
    make_feeds(&self);
    self.connected_ms = now_ms();
    courier_state state = COURIER_FAILED;
    if (courier_feed(self.courier, 0) != NULL || chosen->follow) {
        state = connect_link(&self) ? COURIER_WORKING : COURIER_FAILED;
        while (state == COURIER_WORKING && !self.stopping)
            state = one_round(&self);
        courier_farewell(self.courier);
        progress_summary(self.progress, self.courier, now_ms());
    }
    int status_to_exit = result(&self, state);
    close_runner(&self);
    return status_to_exit;
}
