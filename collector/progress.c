#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REDRAW_MS = 200 };

struct progress {
    bool terminal;
    bool drawn;
    int rejects_shown;
    uint64_t rejects_hidden;
    int64_t started_ms, redrawn_ms;
};

progress *progress_create(int rejects_shown)
{
    progress *self = memory_new(1, sizeof *self);
    self->terminal = isatty(STDERR_FILENO) == 1;
    self->rejects_shown = rejects_shown;
    return self;
}

void progress_destroy(progress **self)
{
    free(*self);
    *self = NULL;
}

static void wipe(progress *self)
{
    if (self->drawn)
        (void)fputs("\r\033[K", stderr);
    self->drawn = false;
}

void progress_tell(progress *self, const char *path, uint64_t line, text words)
{
    wipe(self);
    if (path != NULL && line > 0)
        (void)fprintf(stderr, "%s:%llu: %.*s\n", path, (unsigned long long)line, TEXT_ARGS(words));
    else if (path != NULL)
        (void)fprintf(stderr, "%s: %.*s\n", path, TEXT_ARGS(words));
    else
        (void)fprintf(stderr, "%.*s\n", TEXT_ARGS(words));
}

void progress_reject(progress *self, const char *path, uint64_t line, text words)
{
    if (self->rejects_shown == 0) {
        self->rejects_hidden++;
        return;
    }
    self->rejects_shown--;
    progress_tell(self, path, line, words);
}

/* Octets of all feeds, done and in all. */
static void add_up(const courier *of, uint64_t *done, uint64_t *size)
{
    const feed *each;
    *done = *size = 0;
    for (size_t i = 0; (each = courier_feed(of, i)) != NULL; i++) {
        *done += each->done < each->size ? each->done : each->size;
        *size += each->size;
    }
}

static void show_time(char *out, size_t size, double seconds)
{
    long whole = lround(seconds);
    if (whole >= 3600)
        (void)snprintf(out, size, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
    else if (whole >= 60)
        (void)snprintf(out, size, "%ld min %02ld s", whole / 60, whole % 60);
    else
        (void)snprintf(out, size, "%ld s", whole);
}

void progress_show(progress *self, const courier *of, int64_t now_ms)
{
    if (self->started_ms == 0)
        self->started_ms = now_ms;
    if (!self->terminal || now_ms - self->redrawn_ms < REDRAW_MS)
        return;
    self->redrawn_ms = now_ms;
    uint64_t done, size;
    char left[32] = "";
    courier_counts counts = courier_count(of);
    double seconds = (double)(now_ms - self->started_ms) / 1000;
    add_up(of, &done, &size);
    wipe(self);
    self->drawn = true;
    if (!courier_is_connected(of)) {
        (void)fprintf(stderr, "waiting for the aggregator ... %.0f s (Ctrl-C stops)", seconds);
        return;
    }
    if (done > 0 && size > done)
        show_time(left, sizeof left, seconds * (double)(size - done) / (double)done);
    (void)fprintf(stderr, "%llu records, %.0f a second%s%s%s", (unsigned long long)counts.sent,
                  seconds > 0 ? (double)counts.sent / seconds : 0.0, size > 0 ? ", " : "", left,
                  left[0] != '\0' ? " left" : "");
}

void progress_summary(progress *self, const courier *of, int64_t now_ms)
{
    courier_counts c = courier_count(of);
    double seconds = self->started_ms > 0 ? (double)(now_ms - self->started_ms) / 1000 : 0; /* it may have ended at once */
    wipe(self);
    if (self->rejects_hidden > 0)
        (void)fprintf(stderr, "... and %llu more rejected; tocsin rejects lists them all\n",
                      (unsigned long long)self->rejects_hidden);
    printf("sent %llu, accepted %llu, repeated %llu, replaced %llu, rejected %llu", (unsigned long long)c.sent,
           (unsigned long long)c.accepted, (unsigned long long)c.repeated, (unsigned long long)c.replaced,
           (unsigned long long)c.rejected);
    printf(" (%.1f s)\n", seconds);
}
