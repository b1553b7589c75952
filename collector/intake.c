#include "intake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_feed.h"
#include "found_files.h"
#include "police_uk.h"
#include "simulate.h"
#include "watch.h"

enum { COPY_SIZE = 64 * 1024 };

struct intake {
    options *chosen;
    courier *courier;
    watch *watch;
    origin_tally origins;
    found_files known;     /* files that have become feeds */
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

static bool is_known(const intake *self, const char *path)
{
    for (size_t i = 0; i < self->known.count; i++)
        if (strcmp(self->known.each[i], path) == 0)
            return true;
    return false;
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

/* Feeds for files that are not known yet.
 *   last   of the command line's paths: its last file declares what all of them cover */
static void feeds_for(intake *self, const found_files *files, bool last)
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

static void look_into(intake *self, const char *path, bool first, bool last)
{
    found_files files = {0};
    if (!found_files_add(&files, path, wanted_by(self->chosen))) {
        intake_tell(path, strerror(errno));
        spoil(self);
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
        look_into(self, path, true, i + 1 == self->chosen->path_count);
        if (self->chosen->follow && !watch_add(self->watch, path))
            intake_tell(path, strerror(errno));
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

void intake_look(intake *self)
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

/* --- the whole ------------------------------------------------------------------------------------- */

intake *intake_create(options *chosen, courier *to)
{
    intake *self = memory_new(1, sizeof *self);
    self->chosen = chosen;
    self->courier = to;
    self->watch = watch_create();
    self->copy = -1;
    return self;
}

void intake_destroy(intake **of)
{
    intake *self = *of;
    if (self == NULL)
        return;
    watch_destroy(&self->watch);
    found_files_free(&self->known);
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
