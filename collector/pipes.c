#include "pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "spool_feed.h"
#include "spool_folder.h"
#include "spool_place.h"

struct pipes {
    options *chosen;
    void (*tell)(const char *path, const char *words);
    feed *feeds[PIPES_MAX];   /* not ours */
    text folders[PIPES_MAX];  /* their spools */
    size_t count;
    text folder;              /* of all spools of this collector; empty: there can be none */
    arena *memory;
};

pipes *pipes_create(options *chosen, void (*tell)(const char *path, const char *words))
{
    pipes *self = memory_new(1, sizeof *self);
    self->chosen = chosen;
    self->tell = tell;
    self->memory = arena_create();
    text root = spool_place_root(chosen->spool, self->memory);
    self->folder = root.size > 0 ? spool_place_of(root, text_of(chosen->name), self->memory) : root;
    return self;
}

void pipes_destroy(pipes **self)
{
    if (*self == NULL)
        return;
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

static int64_t now_ns(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_REALTIME, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* --- feeds --------------------------------------------------------------------------------------- */

/* What speaks against another one; NULL: nothing. */
static const char *fault_of(const pipes *self)
{
    if (self->folder.size == 0)
        return "can't be read again, and there is no folder to keep it in: give one (--spool DIR)";
    if (self->count == PIPES_MAX)
        return "is one pipe too many for one run: give it a run of its own";
    if (self->chosen->cover_count > 0 && self->chosen->path_count > 1)
        return "can't be read again: what --covers says of it together with others would not survive a crash; give it a "
               "run of its own";
    return NULL;
}

/*   shown       its path
 *   folder      of its spool
 *   descriptor  taken over; -1: only what earlier runs left is sent */
static feed *make_feed(pipes *self, const char *shown, text folder, int descriptor, bool reopens)
{
    options *chosen = self->chosen;
    const char *fault = fault_of(self);
    if (fault != NULL) {
        self->tell(shown, fault);
        if (descriptor >= 0)
            (void)close(descriptor);
        return NULL;
    }
    feed *made = spool_feed_create((spool_feed_settings){
        .path = shown, .folder = folder.at, .size_max = chosen->spool_limit, .descriptor = descriptor, .reopens = reopens,
        .run = {.json = chosen->kind == SOURCE_NDJSON, .origin = text_of(chosen->origin), .issued_ns = chosen->issued_ns,
                .covers = chosen->covers, .cover_count = chosen->cover_count},
        .from_start = chosen->from_start, .forget_covers = chosen->forget_covers, .tell = self->tell}, now_ns());
    if (made == NULL)
        return NULL;
    self->folders[self->count] = folder;
    self->feeds[self->count++] = made;
    return made;
}

/* Whoever writes to standard input must find it closed when we close it: so nothing else may hold it. */
feed *pipes_standard_input(pipes *self)
{
    int mine = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (mine < 0 || nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) {
        self->tell("standard input", strerror(errno));
        return NULL;
    }
    (void)close(nothing);
    return make_feed(self, "standard input", spool_place_of(self->folder, text_of("standard-input"), self->memory), mine,
                     false);
}

/* The same from wherever the collector is started. */
static text folder_of(pipes *self, const char *path)
{
    char *here = path[0] != '/' ? getcwd(NULL, 0) : NULL;
    text whole = here != NULL ? arena_print(self->memory, "%s/%s", here, path) : text_of(path);
    free(here);
    return spool_place_of(self->folder, whole, self->memory);
}

feed *pipes_add(pipes *self, const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* waits for no writer */
    if (fd >= 0)
        return make_feed(self, path, folder_of(self, path), fd, self->chosen->follow);
    self->tell(path, strerror(errno));
    return NULL;
}

feed *pipes_left(pipes *self, const char *path)
{
    text folder = folder_of(self, path);
    return self->folder.size > 0 && spool_folder_left(folder.at) > 0 ? make_feed(self, path, folder, -1, false) : NULL;
}

static void tell_other(const char *path, unsigned long long octets)
{
    (void)fprintf(stderr, "%s: holds %llu octets of another input, which an earlier run could not send: name that input "
                          "again, and they are sent\n", path, octets);
}

size_t pipes_complete(pipes *self)
{
    if (self->folder.size > 0)
        spool_place_others(self->folder, self->folders, self->count, tell_other);
    return self->count;
}

/* --- while the run goes on ----------------------------------------------------------------------- */

size_t pipes_descriptors(const pipes *self, int out[PIPES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        int fd = spool_feed_descriptor(self->feeds[i]);
        if (fd >= 0)
            out[count++] = fd;
    }
    return count;
}

/* Each receipt says all that the one before it said: one that nobody can take yet is left for the next. */
static void print_receipt(const pipes *self, bool wait)
{
    uint64_t lines, octets;
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (!self->chosen->receipts || self->count == 0 || (!wait && poll(&out, 1, 0) <= 0))
        return;
    if (spool_feed_receipt(self->feeds[0], &lines, &octets)) {
        printf("kept %llu %llu\n", (unsigned long long)lines, (unsigned long long)octets);
        (void)fflush(stdout);
    }
}

void pipes_work(pipes *self)
{
    int64_t now = now_ns();
    for (size_t i = 0; i < self->count; i++)
        spool_feed_work(self->feeds[i], now);
    print_receipt(self, false);
}

static void tell_left(const pipes *self, size_t index)
{
    char words[160];
    uint64_t waiting = spool_feed_waiting(self->feeds[index]);
    size_t unwritten = spool_feed_unwritten(self->feeds[index]);
    if (waiting > 0) {
        (void)snprintf(words, sizeof words, "%llu octets wait in this spool: the next run on %s sends them",
                       (unsigned long long)waiting, self->feeds[index]->shown);
        self->tell(self->folders[index].at, words);
    }
    if (unwritten > 0) {
        (void)snprintf(words, sizeof words, "the last %zu octets that were read are not kept: give them again", unwritten);
        self->tell(self->feeds[index]->shown, words);
    }
}

void pipes_finish(pipes *self, bool all_stored)
{
    print_receipt(self, true);
    for (size_t i = 0; i < self->count && !all_stored; i++)
        tell_left(self, i);
}
