#include "inputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "file_feed.h"
#include "found_files.h"
#include "pipes.h"
#include "police_uk.h"
#include "proto/map.h"
#include "simulate.h"
#include "watch.h"

enum {
    LOOK_MS = 2000,      /* at the latest: what changes on another machine, or in a new folder, wakes nobody */
    LOOK_SOON_MS = 250,  /* at the soonest, so that a busy folder isn't searched all the time */
    REST_MS = 1000,      /* a file that is published whole has come to rest when it hasn't changed for so long, */
    CUT_REST_MS = 30000, /* or for so long if its last line has no end */
};

/* A file that was taken. */
typedef struct taken {
    char *path;
    feed *feed;       /* NULL: it could not be used as it was */
    struct stat seen; /* as it was then */
} taken;

struct inputs {
    options *chosen;
    courier *courier;
    watch *watch;
    pipes *pipes;
    origin_tally origins;
    taken *each;           /* files that have become feeds, or could not */
    size_t count, capacity;
    map *by_path;          /* their indices */
    bool restless;         /* a file is to be looked at again soon */
    bool woken;            /* something has changed since it was looked last */
    int64_t looked_ms;
    bool unusable;         /* a path could not be read */
};

static void tell_path(const char *path, const char *words)
{
    (void)fprintf(stderr, "%s: %s\n", path, words);
}

static void spoil(inputs *self)
{
    self->unusable = true;
    self->origins.spoiled = true;
}

static bool has_rows(const inputs *self)
{
    return self->chosen->kind == SOURCE_INCIDENTS || self->chosen->kind == SOURCE_NDJSON;
}

/* --- which files -------------------------------------------------------------------------------- */

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

static const char *wanted_names(const options *chosen)
{
    if (chosen->kind == SOURCE_POLICE_UK)
        return "holds no data.police.uk street-level files (their names end in -street.csv)";
    return chosen->kind == SOURCE_NDJSON ? "holds no JSON files (.json, .jsonl, .ndjson)" : "holds no CSV files (.csv)";
}

/* A pipe is read if it is named itself: one that merely lies in a folder would keep everything waiting for a writer. */
static bool is_pipe(const inputs *self, const char *path)
{
    struct stat st;
    bool named = false;
    for (size_t i = 0; i < self->chosen->path_count; i++)
        named = named || strcmp(self->chosen->paths[i], path) == 0;
    return named && stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* --- files --------------------------------------------------------------------------------------- */

static row_source *rows_for(const inputs *self)
{
    text origin = text_of(self->chosen->origin);
    return self->chosen->kind == SOURCE_NDJSON ? json_rows_create(origin) : csv_rows_create(origin);
}

/* A stream is named after its file's whole path: another file of that name is noticed by its content. */
static void name_stream(feed *made, const inputs *self, const char *path)
{
    char *whole = realpath(path, NULL);
    const char *shown = whole != NULL ? whole : path;
    size_t size = strlen(shown), room = STREAM_SIZE_MAX - strlen(self->chosen->origin) - 1;
    (void)snprintf(made->stream, sizeof made->stream, "%s %s", self->chosen->origin,
                   size > room ? shown + size - room : shown);
    free(whole);
}

static feed *make_file_feed(inputs *self, const char *path, bool declares)
{
    options *chosen = self->chosen;
    source_file *file = source_file_open(path);
    if (file == NULL) {
        tell_path(path, errno == ESPIPE ? "is no file that can be read again: if it is a pipe, name it itself, or give it as "
                                          "standard input (-)"
                                        : strerror(errno));
        return NULL;
    }
    feed *made = file_feed_create((file_feed_settings){
        .path = path, .file = file, .rows = rows_for(self), .origin = text_of(chosen->origin),
        .issued_ns = chosen->issued_ns, .from_start = chosen->from_start, .follow = chosen->follow,
        .covers = chosen->covers, .cover_count = chosen->cover_count, .declares = declares,
        .origins = &self->origins, .tell = tell_path});
    if (made != NULL)
        name_stream(made, self, path);
    return made;
}

/* --- feeds --------------------------------------------------------------------------------------- */

/*   declares   what the run covers is declared when this feed has ended */
static feed *make_feed(inputs *self, const char *path, bool declares)
{
    const options *chosen = self->chosen;
    if (chosen->kind == SOURCE_POLICE_UK)
        return police_uk_create((police_uk_settings){.path = path, .issued_ns = chosen->issued_ns,
                                                     .from_start = chosen->from_start, .tell = tell_path});
    if (chosen->kind == SOURCE_SIMULATE)
        return simulate_create(path, tell_path);
    return is_pipe(self, path) ? pipes_add(self->pipes, path) : make_file_feed(self, path, declares);
}

static int by_month(const void *a, const void *b)
{
    const feed *const *left = a, *const *right = b;
    month_number first = police_uk_month(*left), second = police_uk_month(*right);
    return first != second ? (first > second) - (first < second) : strcmp((*left)->shown, (*right)->shown);
}

static void add_feeds(inputs *self, feed **made, size_t count)
{
    if (self->chosen->kind == SOURCE_POLICE_UK && count > 1)
        qsort(made, count, sizeof *made, by_month);
    for (size_t i = 0; i < count; i++)
        courier_add(self->courier, made[i]);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool ends_with_line(const char *path, const struct stat *now)
{
    char last = '\n';
    source_file *file = source_file_open(path);
    if (file == NULL || now->st_size == 0)
        last = '\0';
    else {
        size_t got;
        source_file_seek(file, (uint64_t)now->st_size - 1);
        (void)source_file_read(file, &last, 1, &got);
    }
    source_file_close(&file);
    return last == '\n';
}

/* A month's file that is still being written would be a wrong month. */
static bool is_at_rest(inputs *self, const char *path, const struct stat *now)
{
    struct timespec wall;
    if (!self->chosen->follow || self->chosen->kind != SOURCE_POLICE_UK)
        return true;
    clock_gettime(CLOCK_REALTIME, &wall);
    int64_t age_ms = ((int64_t)wall.tv_sec - now->st_mtim.tv_sec) * 1000 + (wall.tv_nsec - now->st_mtim.tv_nsec) / 1000000;
    bool rests = llabs(age_ms) >= CUT_REST_MS || (llabs(age_ms) >= REST_MS && ends_with_line(path, now));
    self->restless = self->restless || !rests;
    return rests;
}

/* A file beneath a folder: what comes beside it is of interest too. */
static void watch_beside(inputs *self, const char *path)
{
    char *folder = memory_copy(path), *slash = strrchr(folder, '/');
    (void)watch_add(self->watch, path);
    if (slash != NULL && slash != folder) {
        *slash = '\0';
        (void)watch_add(self->watch, folder);
    }
    free(folder);
}

/* Returns the feed, or NULL: it can't be used, which was told. */
static feed *take(inputs *self, taken *file, bool declares)
{
    file->feed = make_feed(self, file->path, declares);
    if (file->feed == NULL)
        spoil(self);
    return file->feed;
}

static feed *take_new(inputs *self, const char *path, const struct stat *seen, bool declares)
{
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    taken *file = &self->each[self->count];
    *file = (taken){.path = memory_copy(path), .seen = *seen};
    map_put(self->by_path, text_of(file->path), (uint32_t)self->count++);
    if (self->chosen->follow && !is_pipe(self, path))
        watch_beside(self, path);
    return take(self, file, declares);
}

/* A file that was taken before: rows that are added its feed finds by itself. Returns a feed to add, or NULL. */
static feed *take_again(inputs *self, taken *file, const struct stat *now)
{
    if (file->feed != NULL && self->chosen->kind != SOURCE_POLICE_UK) {
        if (file_feed_check(file->feed))
            (void)watch_add(self->watch, file->path);
        return NULL;
    }
    if (is_same(&file->seen, now) || !is_at_rest(self, file->path, now))
        return NULL;
    if (file->feed == NULL) {
        file->seen = *now;
        return take(self, file, false);
    }
    if (courier_again(self->courier, file->feed))
        file->seen = *now;
    else
        self->restless = true;
    return NULL;
}

/* Feeds for files that are new, or have changed in a way that their feeds don't notice.
 *   last   of the command line's paths: its last file declares what all of them cover */
static void feeds_for(inputs *self, const found_files *files, bool last)
{
    feed **made = memory_new(files->count, sizeof *made);
    size_t count = 0;
    for (size_t i = 0; i < files->count; i++) {
        struct stat now = {0};
        uint32_t index;
        bool there = stat(files->each[i], &now) == 0;
        feed *one = NULL;
        if (map_find(self->by_path, text_of(files->each[i]), &index))
            one = there && self->chosen->follow ? take_again(self, &self->each[index], &now) : NULL;
        else if (!there || is_at_rest(self, files->each[i], &now))
            one = take_new(self, files->each[i], &now, last && i + 1 == files->count);
        if (one != NULL)
            made[count++] = one;
    }
    add_feeds(self, made, count);
    free(made);
}

/*   first   what is amiss is told; later it is looked for in silence */
static void look_into(inputs *self, const char *path, bool first, bool last)
{
    found_files files = {0};
    if (!found_files_add(&files, path, wanted_by(self->chosen))) {
        if (first) {
            tell_path(path, strerror(errno));
            spoil(self);
        }
        feed *left = first && has_rows(self) ? pipes_left(self->pipes, path) : NULL;
        if (left != NULL)
            courier_add(self->courier, left);
    } else if (files.count == 0 && first) {
        tell_path(path, wanted_names(self->chosen));
        if (!self->chosen->follow)
            spoil(self);
    }
    feeds_for(self, &files, last);
    found_files_free(&files);
}

static void make_feeds(inputs *self)
{
    for (size_t i = 0; i < self->chosen->path_count; i++) {
        const char *path = self->chosen->paths[i];
        if (strcmp(path, "-") == 0) {
            feed *made = pipes_standard_input(self->pipes);
            if (made == NULL)
                spoil(self);
            else
                courier_add(self->courier, made);
            continue;
        }
        /* Watched first: what comes while it is looked into is not missed. */
        if (self->chosen->follow && !is_pipe(self, path))
            (void)watch_add(self->watch, path);
        look_into(self, path, true, i + 1 == self->chosen->path_count);
    }
}

inputs *inputs_create(options *chosen, courier *to)
{
    inputs *self = memory_new(1, sizeof *self);
    self->chosen = chosen;
    self->courier = to;
    self->watch = watch_create();
    self->by_path = map_create();
    self->pipes = pipes_create(chosen, tell_path);
    make_feeds(self);
    size_t piped = has_rows(self) ? pipes_complete(self->pipes) : 0;
    if (chosen->receipts && piped == 0) {
        tell_path(chosen->paths[0], "is no pipe: it can be read again, so leave out --receipts");
        spoil(self);
    }
    return self;
}

void inputs_destroy(inputs **self)
{
    if (*self == NULL)
        return;
    pipes_destroy(&(*self)->pipes);
    watch_destroy(&(*self)->watch);
    for (size_t i = 0; i < (*self)->count; i++)
        free((*self)->each[i].path);
    free((*self)->each);
    map_destroy(&(*self)->by_path);
    free(*self);
    *self = NULL;
}

/* --- while the run goes on ----------------------------------------------------------------------- */

size_t inputs_descriptors(const inputs *self, int out[INPUT_DESCRIPTORS_MAX])
{
    out[0] = watch_descriptor(self->watch);
    return 1 + pipes_descriptors(self->pipes, out + 1);
}

static bool is_due(const inputs *self, int64_t now_ms)
{
    int64_t since_ms = now_ms - self->looked_ms;
    return since_ms >= LOOK_MS || ((self->woken || self->restless) && since_ms >= LOOK_SOON_MS);
}

static void look_again(inputs *self, bool woken, int64_t now_ms)
{
    if (woken)
        watch_drain(self->watch);
    self->woken = self->woken || woken;
    if (!self->chosen->follow || !is_due(self, now_ms))
        return;
    self->woken = self->restless = false;
    self->looked_ms = now_ms;
    for (size_t i = 0; i < self->chosen->path_count; i++)
        if (strcmp(self->chosen->paths[i], "-") != 0 && !is_pipe(self, self->chosen->paths[i]))
            look_into(self, self->chosen->paths[i], false, false);
}

void inputs_work(inputs *self, const bool *ready, int64_t now_ms)
{
    if (ready != NULL)
        look_again(self, ready[0], now_ms);
    pipes_work(self->pipes);
}

bool inputs_are_sound(const inputs *self)
{
    return !self->unusable;
}

void inputs_finish(inputs *self, bool all_stored)
{
    pipes_finish(self->pipes, all_stored);
}
