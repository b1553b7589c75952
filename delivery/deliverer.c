#include "deliverer.h"

#include <assert.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "proto/fault_point.h"
#include "proto/log.h"
#include "round.h"

enum {
    PATIENCE_S = 60,          /* the wall clock may be set, or have slept */
    FAREWELL_MS = 2000,
    WISHES_MAX = 32,
    PATH_SIZE = 4096,
};

/* What the counting thread wants. */
struct wish {
    char name[SUBSCRIPTION_NAME_MAX + 1];
    bool test; /* else: dead letters again */
};

struct deliverer {
    pthread_t thread;
    int wake;                 /* eventfd */
    pthread_mutex_t lock;     /* of what both threads touch: */
    bool stop, reload;
    struct wish wishes[WISHES_MAX];
    size_t wish_count;
    subscriptions *now;       /* replaced under the lock, by its own thread only */
    /* Its own thread's. */
    char data[PATH_SIZE], file[PATH_SIZE], folder[PATH_SIZE];
    store *reader;            /* of the reference data */
    round_world world;
    round_trip *first;
    status trouble;           /* that was told last */
};

static int64_t now_s(void)
{
    return fault_clock_s((int64_t)time(NULL));
}

/* --- reading the file --------------------------------------------------------------------------------------- */

static void log_faults(faults *found)
{
    const char *line = faults_line(found, 0);
    for (size_t i = 1; *line != '\0'; line = faults_line(found, i++))
        log_line(LOG_WARN, "subscription-fault", "%s", line);
}

/* NULL: it has faults, or the reference data can't be read; both were told. */
static subscriptions *read_file(deliverer *self)
{
    figures *read = NULL;
    subscriptions *made = NULL;
    faults *found = faults_create();
    status st = store_begin_reading(self->reader);
    if (st == STATUS_OK) {
        st = figures_open(self->reader, &read);
        if (st == STATUS_OK)
            made = subscriptions_read(self->file, figures_reference(read), SECRETS_NEEDED, found);
        figures_close(&read);
        store_end_reading(self->reader);
    }
    if (st != STATUS_OK)
        log_line(LOG_WARN, "subscriptions-unread", "the reference data can't be read: %s", status_text(st));
    log_faults(found);
    if (faults_count(found, FAULT_ERROR) > 0)
        subscriptions_destroy(&made);
    faults_destroy(&found);
    return made;
}

/* --- who is told --------------------------------------------------------------------------------------------- */

static round_trip *trip_named(const deliverer *self, text name)
{
    for (round_trip *trip = self->first; trip != NULL; trip = trip->next)
        if (text_is(name, trip->name))
            return trip;
    return NULL;
}

static void end_absent(deliverer *self, const subscriptions *next)
{
    for (round_trip **at = &self->first; *at != NULL;) {
        round_trip *trip = *at;
        if (subscriptions_find(next, text_of(trip->name)) != NULL) {
            at = &trip->next;
            continue;
        }
        *at = trip->next;
        log_line(LOG_INFO, "subscription-ends", "name=%s: its place is kept for when it comes back", trip->name);
        round_trip_end(&self->world, &trip, false);
    }
}

static void begin_new(deliverer *self, const subscriptions *next)
{
    for (size_t i = 0; i < next->count; i++) {
        round_trip *trip = trip_named(self, next->each[i].name);
        if (trip != NULL) {
            round_trip_change(trip, &next->each[i]);
            continue;
        }
        trip = round_trip_begin(&self->world, &next->each[i], now_s());
        trip->next = self->first;
        self->first = trip;
    }
}

static void put_in_force(deliverer *self, subscriptions *next)
{
    subscriptions *old = self->now;
    end_absent(self, next);
    begin_new(self, next);
    self->world.now = next;
    (void)pthread_mutex_lock(&self->lock);
    self->now = next;
    (void)pthread_mutex_unlock(&self->lock);
    subscriptions_destroy(&old);
    log_line(LOG_INFO, "subscriptions", "file=%s count=%zu", self->file, next->count);
}

/* Cursors of subscriptions that went away while nothing ran. */
static void retire_absent(deliverer *self)
{
    char why[NOTE_SIZE_MAX];
    DIR *folder = opendir(self->folder);
    for (const struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        size_t size = strlen(entry->d_name);
        text name = {entry->d_name, size > 5 ? size - 5 : 0};
        delivery_cursor found;
        if (strcmp(entry->d_name + name.size, ".json") != 0 || !subscription_name_is_good(name) || trip_named(self, name) != NULL ||
            cursor_load(self->folder, name, &found, why) != STATUS_OK)
            continue;
        bool was = found.active;
        found.active = false;
        if (was)
            (void)cursor_save(self->folder, name, &found);
        cursor_free(&found);
    }
    if (folder != NULL)
        (void)closedir(folder);
}

/* --- one round ------------------------------------------------------------------------------------------------ */

static void take_wish(deliverer *self, const struct wish *asked)
{
    round_trip *trip = trip_named(self, text_of(asked->name));
    if (trip == NULL)
        return;
    if (asked->test)
        trip->test_wanted = true;
    else {
        (void)cursor_retry(&trip->cursor);
        trip->cursor.now.next_s = 0;
        trip->dirty = true;
    }
}

/* Returns false when it is to end. */
static bool take_wishes(deliverer *self)
{
    struct wish wishes[WISHES_MAX];
    (void)pthread_mutex_lock(&self->lock);
    bool stop = self->stop, reload = self->reload;
    size_t count = self->wish_count;
    memcpy(wishes, self->wishes, sizeof wishes);
    self->reload = false;
    self->wish_count = 0;
    (void)pthread_mutex_unlock(&self->lock);
    if (reload && !stop) {
        subscriptions *next = read_file(self);
        if (next != NULL)
            put_in_force(self, next);
        else
            log_line(LOG_WARN, "subscriptions-kept", "the file has faults: the old one stays in force");
    }
    for (size_t i = 0; i < count; i++)
        take_wish(self, &wishes[i]);
    return !stop;
}

static void take_results(deliverer *self)
{
    post_result came_to;
    while (post_result_of(self->world.post, &came_to))
        round_trip_landed(&self->world, came_to.tag, &came_to, now_s());
}

static int64_t step_all(deliverer *self)
{
    uint64_t newest;
    int64_t now = now_s(), next_s = now + PATIENCE_S;
    status st = event_list_newest(self->world.list, &newest);
    if (st != self->trouble && st != STATUS_OK)
        log_line(LOG_WARN, "events-unread", "%s: tried again", status_text(st));
    self->trouble = st;
    if (st != STATUS_OK)
        return now + 1;
    for (round_trip *trip = self->first; trip != NULL; trip = trip->next) {
        int64_t look_s = round_trip_step(&self->world, trip, newest, now);
        next_s = look_s < next_s ? look_s : next_s;
    }
    return next_s;
}

static void drain(int descriptor)
{
    uint64_t count;
    if (read(descriptor, &count, sizeof count) < 0)
        return;
}

/* What is on its way may still arrive: the next run then has nothing to send twice. */
static void say_farewell(deliverer *self)
{
    struct timespec begun, now;
    (void)clock_gettime(CLOCK_MONOTONIC, &begun);
    int64_t left_ms = FAREWELL_MS;
    while (post_count(self->world.post) > 0 && left_ms > 0) {
        post_wait(self->world.post, -1, left_ms);
        take_results(self);
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        left_ms = FAREWELL_MS - ((int64_t)(now.tv_sec - begun.tv_sec) * 1000 + (now.tv_nsec - begun.tv_nsec) / 1000000);
    }
}

static void *run(void *context)
{
    deliverer *self = context;
    sigset_t pipes;
    /* A peer that is gone is an error of that connection, not a signal to all of us. */
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipes, NULL);
    while (take_wishes(self)) {
        int64_t next_s = step_all(self), wait_s = next_s - now_s();
        post_wait(self->world.post, self->wake, wait_s > 0 ? wait_s * 1000 : 0);
        drain(self->wake);
        take_results(self);
    }
    say_farewell(self);
    return NULL;
}

/* --- beginning and end -------------------------------------------------------------------------------------------- */

static status open_all(deliverer *self, char why[NOTE_SIZE_MAX])
{
    status st = cursor_folder(self->data, self->folder, sizeof self->folder);
    if (st != STATUS_OK) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't make %.900s: %s", self->folder, status_text(st));
        return st;
    }
    st = store_open_reader(self->data, &self->reader, why);
    if (st == STATUS_OK)
        st = event_list_open(self->data, &self->world.list, why);
    if (st != STATUS_OK)
        return st;
    st = event_list_lineage(self->world.list, &self->world.lineage);
    if (st != STATUS_OK)
        (void)snprintf(why, NOTE_SIZE_MAX, "can't read which list of events this is: %s", status_text(st));
    return st;
}

static void make_world(deliverer *self)
{
    struct timespec seed;
    (void)clock_gettime(CLOCK_REALTIME, &seed);
    self->world.folder = self->folder;
    self->world.post = post_create();
    self->world.memory = arena_create();
    self->world.chance = (uint64_t)seed.tv_nsec ^ (uint64_t)seed.tv_sec << 20;
}

static void destroy(deliverer **of)
{
    deliverer *self = *of;
    while (self->first != NULL) {
        round_trip *trip = self->first;
        self->first = trip->next;
        round_trip_end(&self->world, &trip, true);
    }
    post_destroy(&self->world.post);
    event_list_close(&self->world.list);
    store_close(&self->reader);
    subscriptions_destroy(&self->now);
    arena_destroy(&self->world.memory);
    (void)close(self->wake);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
    *of = NULL;
}

status deliverer_start(const char *data, const char *file, deliverer **out, char why[NOTE_SIZE_MAX])
{
    deliverer *self = memory_new(1, sizeof *self);
    (void)snprintf(self->data, sizeof self->data, "%s", data);
    (void)snprintf(self->file, sizeof self->file, "%s", file);
    (void)pthread_mutex_init(&self->lock, NULL);
    self->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    make_world(self);
    status st = open_all(self, why);
    subscriptions *first = NULL;
    if (st == STATUS_OK) {
        self->world.drawing = (picture){.list = self->world.list, .program = "gnuplot", .limit_ms = PICTURE_LIMIT_MS};
        first = read_file(self);
        st = first != NULL ? STATUS_OK : STATUS_REFUSED;
        if (first == NULL)
            (void)snprintf(why, NOTE_SIZE_MAX, "the subscriptions in %.400s can't be used: try tocsin check --subscriptions %.400s", file, file);
    }
    if (st == STATUS_OK) {
        put_in_force(self, first);
        retire_absent(self);
        int made = pthread_create(&self->thread, NULL, run, self);
        assert(made == 0);
        *out = self;
    } else
        destroy(&self);
    return st;
}

void deliverer_stop(deliverer **self)
{
    if (*self == NULL)
        return;
    (void)pthread_mutex_lock(&(*self)->lock);
    (*self)->stop = true;
    (void)pthread_mutex_unlock(&(*self)->lock);
    deliverer_wake(*self);
    (void)pthread_join((*self)->thread, NULL);
    destroy(self);
}

/* --- from the counting thread ---------------------------------------------------------------------------------------- */

void deliverer_wake(deliverer *self)
{
    static const uint64_t one = 1;
    if (self != NULL && write(self->wake, &one, sizeof one) < 0)
        return; /* it is full: it wakes up anyway */
}

void deliverer_reload(deliverer *self)
{
    if (self == NULL)
        return;
    (void)pthread_mutex_lock(&self->lock);
    self->reload = true;
    (void)pthread_mutex_unlock(&self->lock);
    deliverer_wake(self);
}

static bool add_wish(deliverer *self, text name, bool test, char why[NOTE_SIZE_MAX])
{
    (void)pthread_mutex_lock(&self->lock);
    bool known = subscriptions_find(self->now, name) != NULL, room = self->wish_count < WISHES_MAX;
    if (known && room) {
        struct wish *made = &self->wishes[self->wish_count++];
        made->test = test;
        text_copy(name, made->name, sizeof made->name);
    }
    (void)pthread_mutex_unlock(&self->lock);
    (void)snprintf(why, NOTE_SIZE_MAX, known ? "%.900s is busy with what was asked before" : "%.900s has no such subscription", self->file);
    return known && room;
}

bool deliverer_asked(deliverer *self, text line, arena *memory, text *answer)
{
    char why[NOTE_SIZE_MAX] = "mail and webhooks are sent by a running aggregator that was started with --subscriptions: this is none";
    jsondoc *in = NULL;
    if (jsondoc_read(line, &in, why, sizeof why) != STATUS_OK)
        return false;
    text command = jsondoc_text(jsondoc_get(in, "command"));
    bool test = text_is(command, "deliver-test"), ours = test || text_is(command, "deliver-retry");
    if (ours) {
        jsondoc *out = jsondoc_object();
        bool good = self != NULL && add_wish(self, jsondoc_text(jsondoc_get(in, "name")), test, why);
        jsondoc_put_bool(out, "ok", good);
        if (!good)
            jsondoc_put_text(out, "why", text_of(why));
        *answer = jsondoc_print(out, memory);
        log_line(LOG_INFO, "command", "name=%.*s who=%.*s result=%s", TEXT_ARGS(command),
                 TEXT_ARGS(jsondoc_text(jsondoc_get(in, "who"))), good ? "ok" : why);
        jsondoc_destroy(&out);
        deliverer_wake(self);
    }
    jsondoc_destroy(&in);
    return ours;
}
