#include "intake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file_feed.h"
#include "found_files.h"
#include "police_uk.h"
#include "proto/map.h"
#include "simulate.h"
#include "watch.h"

enum {
    COPY_SIZE = 64 * 1024,
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

struct intake {
    options *chosen;
    courier *courier;
    watch *watch;
    origin_tally origins;
    taken *each;           /* files that have become feeds, or could not */
    size_t count, capacity;
    map *by_path;          /* their indices */
    bool restless;         /* a file is to be looked at again soon */
    bool woken;            /* something has changed since it was looked last */
    int64_t looked_ms;
    feed *input;           /* the feed of standard input, or NULL */
    int copy;              /* where standard input is copied to, so that it can be read again; -1 */
    bool unusable;         /* a path could not be read */
};

void intake_tell(const char *path, const char *words)
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

static row_source *rows_for(const intake *self)
{
    text origin = text_of(self->chosen->origin);
    return self->chosen->kind == SOURCE_NDJSON ? json_rows_create(origin) : csv_rows_create(origin);
}

/* A stream is named after its file's whole path: another file of that name is noticed by its content. */
static void name_stream(feed *made, const intake *self, const char *path)
{
    char *whole = realpath(path, NULL);
    const char *shown = whole != NULL ? whole : path;
    size_t size = strlen(shown), room = STREAM_SIZE_MAX - strlen(self->chosen->origin) - 1;
    (void)snprintf(made->stream, sizeof made->stream, "%s %s", self->chosen->origin,
                   size > room ? shown + size - room : shown);
    free(whole);
}

static feed *make_file_feed(intake *self, source_file *file, const char *path, bool follow, bool declares)
{
    feed *made = file_feed_create((file_feed_settings){
        .path = path, .file = file, .rows = rows_for(self), .origin = text_of(self->chosen->origin),
        .issued_ns = self->chosen->issued_ns, .from_start = self->chosen->from_start, .follow = follow,
        .covers = self->chosen->covers, .cover_count = self->chosen->cover_count, .declares = declares,
        .origins = &self->origins, .tell = intake_tell});
    if (made != NULL)
        name_stream(made, self, path);
    return made;
}

/* Standard input can't be read again: it is copied to a file without a name, and read from there. */
static feed *make_input_feed(intake *self)
{
    FILE *copy = tmpfile();
    int mine = copy != NULL ? dup(fileno(copy)) : -1;
    if (mine < 0) {
        intake_tell("standard input", strerror(errno));
        return NULL;
    }
    self->copy = dup(mine);
    (void)fclose(copy);
    return make_file_feed(self, source_file_of(mine), "standard input", true, true);
}

/*   declares   what the run covers is declared when this feed has ended */
static feed *make_feed(intake *self, const char *path, bool declares)
{
    const options *chosen = self->chosen;
    if (chosen->kind == SOURCE_POLICE_UK)
        return police_uk_create((police_uk_settings){.path = path, .issued_ns = chosen->issued_ns,
                                                     .from_start = chosen->from_start, .tell = intake_tell});
    if (chosen->kind == SOURCE_SIMULATE)
        return simulate_create(path, intake_tell);
    source_file *file = source_file_open(path);
    if (file == NULL) {
        intake_tell(path, errno == ESPIPE ? "is no file that can be read again: give it as standard input (-)"
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

static void spoil(intake *self)
{
    self->unusable = true;
    self->origins.spoiled = true;
}

static void add_feeds(intake *self, feed **made, size_t count)
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
static bool is_at_rest(intake *self, const char *path, const struct stat *now)
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
static void watch_beside(intake *self, const char *path)
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
static feed *take(intake *self, taken *file, bool declares)
{
    file->feed = make_feed(self, file->path, declares);
    if (file->feed == NULL)
        spoil(self);
    return file->feed;
}

static feed *take_new(intake *self, const char *path, const struct stat *seen, bool declares)
{
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    taken *file = &self->each[self->count];
    *file = (taken){.path = memory_copy(path), .seen = *seen};
    map_put(self->by_path, text_of(file->path), (uint32_t)self->count++);
    if (self->chosen->follow)
        watch_beside(self, path);
    return take(self, file, declares);
}

/* A file that was taken before: rows that are added its feed finds by itself. Returns a feed to add, or NULL. */
static feed *take_again(intake *self, taken *file, const struct stat *now)
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
static void feeds_for(intake *self, const found_files *files, bool last)
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

static const char *wanted_names(const options *chosen)
{
    if (chosen->kind == SOURCE_POLICE_UK)
        return "holds no data.police.uk street-level files (their names end in -street.csv)";
    return chosen->kind == SOURCE_NDJSON ? "holds no JSON files (.json, .jsonl, .ndjson)" : "holds no CSV files (.csv)";
}

/*   first   what is amiss is told; later it is looked for in silence */
static void look_into(intake *self, const char *path, bool first, bool last)
{
    found_files files = {0};
    if (!found_files_add(&files, path, wanted_by(self->chosen))) {
        if (first) {
            intake_tell(path, strerror(errno));
            spoil(self);
        }
    } else if (files.count == 0 && first) {
        intake_tell(path, wanted_names(self->chosen));
        if (!self->chosen->follow)
            spoil(self);
    }
    feeds_for(self, &files, last);
    found_files_free(&files);
}

void intake_begin(intake *self)
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
        /* Watched first: what comes while it is looked into is not missed. */
        if (self->chosen->follow)
            (void)watch_add(self->watch, path);
        look_into(self, path, true, i + 1 == self->chosen->path_count);
    }
}

/* --- while it goes on ------------------------------------------------------------------------------ */

void intake_take_input(intake *self)
{
    char octets[COPY_SIZE];
    ssize_t got = read(STDIN_FILENO, octets, sizeof octets);
    if (got > 0 && write(self->copy, octets, (size_t)got) == got)
        return;
    if (got < 0 && errno == EINTR)
        return;
    if (got != 0) {
        intake_tell("standard input", strerror(errno));
        spoil(self);
    }
    (void)close(self->copy);
    self->copy = -1;
    file_feed_finish(self->input);
}

static bool is_due(const intake *self, int64_t now_ms)
{
    int64_t since_ms = now_ms - self->looked_ms;
    return since_ms >= LOOK_MS || ((self->woken || self->restless) && since_ms >= LOOK_SOON_MS);
}

void intake_look(intake *self, bool woken, int64_t now_ms)
{
    if (woken)
        watch_drain(self->watch);
    self->woken = self->woken || woken;
    if (!self->chosen->follow || !is_due(self, now_ms))
        return;
    self->woken = self->restless = false;
    self->looked_ms = now_ms;
    for (size_t i = 0; i < self->chosen->path_count; i++)
        if (strcmp(self->chosen->paths[i], "-") != 0)
            look_into(self, self->chosen->paths[i], false, false);
}

/* --- the whole ------------------------------------------------------------------------------------- */

intake *intake_create(options *chosen, courier *to)
{
    intake *self = memory_new(1, sizeof *self);
    self->chosen = chosen;
    self->courier = to;
    self->watch = watch_create();
    self->by_path = map_create();
    self->copy = -1;
    return self;
}

void intake_destroy(intake **of)
{
    intake *self = *of;
    if (self == NULL)
        return;
    watch_destroy(&self->watch);
    for (size_t i = 0; i < self->count; i++)
        free(self->each[i].path);
    free(self->each);
    map_destroy(&self->by_path);
    if (self->copy >= 0)
        (void)close(self->copy);
    free(self);
    *of = NULL;
}

int intake_watch(const intake *self)
{
    return watch_descriptor(self->watch);
}

int intake_input(const intake *self)
{
    return self->copy >= 0 ? STDIN_FILENO : -1;
}

bool intake_is_unusable(const intake *self)
{
    return self->unusable;
}
