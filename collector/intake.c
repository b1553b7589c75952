#include "intake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/fault_point.h"

enum {
    READ_SIZE = 128 * 1024,
    LOOKED_MAX = 1024 * 1024, /* octets that are searched for a first record */
    PART_SIZE_MIN = 512,      /* octets of which half is tried when the disk is full */
};

struct intake {
    intake_settings settings;
    row_source *rows;     /* looks for the first row and the first record; NULL when both are known */
    uint64_t looked;
    bool head_known;
    size_t head_size;     /* octets of the first row, if it names the columns */
    bool origin_known;
    char origin[CODE_SIZE_MAX + 1];
    buffer waiting;       /* read, and not on disk */
    bool begun;           /* the input stands in the spool */
    bool ended;           /* read to its end */
    bool broken;          /* or not: it can't be read */
    bool done, failed;
    bool blocked;         /* nothing may be read now */
    bool full_told, trouble_told;
    uint64_t place;       /* octets of the input on disk */
    uint64_t lines, whole; /* lines that are whole there, and their octets */
    bool news;            /* since the last receipt */
};

static void begin_looking(intake *self)
{
    self->rows = spooled_run_rows(&self->settings.run);
    self->rows->class->begin(self->rows, 0, 1);
    self->head_known = !self->rows->class->has_header;
    self->origin_known = false;
    self->head_size = 0;
    self->looked = 0;
    self->begun = self->ended = self->broken = false;
}

static void stop_looking(intake *self)
{
    if (self->rows != NULL)
        self->rows->class->destroy(self->rows);
    self->rows = NULL;
}

static void finish(intake *self)
{
    stop_looking(self);
    (void)close(self->settings.descriptor);
    self->done = true;
}

static void fail(intake *self, const char *words)
{
    self->settings.tell(self->settings.path, words);
    self->failed = true;
}

intake *intake_create(intake_settings settings)
{
    intake *self = memory_new(1, sizeof *self);
    self->settings = settings;
    begin_looking(self);
    return self;
}

void intake_destroy(intake **self)
{
    if (*self == NULL)
        return;
    if (!(*self)->done)
        finish(*self);
    buffer_free(&(*self)->waiting);
    free(*self);
    *self = NULL;
}

/* --- what the first rows tell ---------------------------------------------------------------------- */

static void take_origin(intake *self, text origin)
{
    text_copy(origin, self->origin, sizeof self->origin);
    self->origin_known = true;
}

/* Rows until the first record. An input that can't be used at all is refused before it is taken. */
static void look(intake *self)
{
    source_row row;
    status st = STATUS_OK;
    while (self->rows != NULL && (st = self->rows->class->next(self->rows, &row)) == STATUS_OK) {
        if (row.kind == ROW_HEADER) {
            self->head_known = true;
            self->head_size = (size_t)row.end;
            if (self->rows->note[0] != '\0')
                self->settings.tell(self->settings.path, self->rows->note);
            if (!self->rows->says_origin)
                take_origin(self, self->settings.run.origin);
        } else if (row.kind == ROW_RECORD && !self->origin_known)
            take_origin(self, row.record.origin);
        if (self->head_known && self->origin_known)
            stop_looking(self);
    }
    if (st == STATUS_REFUSED) {
        fail(self, self->rows->why);
        self->waiting.size = 0;
        finish(self);
    }
    if (self->rows != NULL && self->head_known && self->looked > LOOKED_MAX)
        stop_looking(self);
}

static void look_at(intake *self, const void *octets, size_t size)
{
    if (self->rows == NULL)
        return;
    self->rows->class->give(self->rows, octets, size);
    self->looked += size;
    look(self);
}

/* --- onto the disk ------------------------------------------------------------------------------- */

static void count_in(intake *self, const unsigned char *octets, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (octets[i] == '\n') {
            self->lines++;
            self->whole = self->place + i + 1;
        }
    self->place += size;
    self->news = true;
}

static void written(intake *self, size_t size)
{
    count_in(self, self->waiting.data, size);
    self->waiting.size -= size;
    memmove(self->waiting.data, self->waiting.data + size, self->waiting.size);
}

static status begin(intake *self, int64_t now_ns)
{
    arena *memory = arena_create();
    spooled_run run = self->settings.run;
    run.head = (text){(const char *)self->waiting.data, self->head_size};
    status st = spool_begin(self->settings.log, spooled_run_write(&run, memory), self->head_size,
                            1 + line_ends(run.head), now_ns);
    arena_destroy(&memory);
    if (st != STATUS_OK)
        return st;
    self->begun = true;
    self->place = self->lines = self->whole = 0;
    written(self, self->head_size);
    return STATUS_OK;
}

/* About half of it, up to a line's end if one is in there. */
static size_t less_of(const intake *self, size_t size)
{
    const unsigned char *end = memrchr(self->waiting.data, '\n', size / 2);
    return end != NULL ? (size_t)(end + 1 - self->waiting.data) : size / 2;
}

/* Where the whole doesn't fit on the disk any more, a part may; if that ends with a row, all that is on the disk can be
 * stored, and its place used again. */
static status append(intake *self, int64_t now_ns)
{
    const char *octets = (const char *)self->waiting.data;
    size_t size = self->waiting.size < FRAME_PAYLOAD_MAX ? self->waiting.size : FRAME_PAYLOAD_MAX;
    status st = spool_append(self->settings.log, (text){octets, size}, now_ns);
    while (st == STATUS_FULL && size >= PART_SIZE_MIN) {
        size = less_of(self, size);
        st = spool_append(self->settings.log, (text){octets, size}, now_ns);
    }
    if (st == STATUS_OK)
        written(self, size);
    return st;
}

/* The new end is opened before the old one is closed: a writer that comes in between finds a reader. */
static void next_writer(intake *self)
{
    struct stat st;
    int fd = open(self->settings.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool pipe = fd >= 0 && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
    if (!pipe)
        fail(self, fd < 0 ? strerror(errno) : "is no pipe any more");
    finish(self);
    if (!pipe && fd >= 0)
        (void)close(fd);
    if (!pipe)
        return;
    self->settings.descriptor = fd;
    self->done = false;
    begin_looking(self);
}

static status end(intake *self, int64_t now_ns)
{
    text origin = self->origin_known ? text_of(self->origin) : (text){"", 0};
    status st = self->broken ? spool_cut(self->settings.log, now_ns) : spool_end(self->settings.log, origin, now_ns);
    if (st != STATUS_OK)
        return st;
    if (!self->broken && self->place > self->whole) {
        self->lines++;
        self->whole = self->place;
    }
    self->news = true;
    return STATUS_OK;
}

static void close_input(intake *self)
{
    if (self->settings.reopens && !self->broken)
        next_writer(self);
    else
        finish(self);
}

/* Is there anything to begin an input for? */
static bool is_wanted(const intake *self)
{
    return self->head_known && (self->waiting.size > 0 || (self->ended && self->settings.run.cover_count > 0));
}

/* All that can be written now, in the order in which it must stand. */
static status put(intake *self, int64_t now_ns)
{
    status st = STATUS_OK;
    if (!self->begun && spool_is_open(self->settings.log))
        st = spool_cut(self->settings.log, now_ns); /* what an earlier run left */
    if (st == STATUS_OK && !self->begun && is_wanted(self))
        st = begin(self, now_ns);
    while (st == STATUS_OK && self->begun && self->waiting.size > 0)
        st = append(self, now_ns);
    if (st == STATUS_OK && self->ended && self->begun)
        st = end(self, now_ns);
    if (st == STATUS_OK && self->ended)
        close_input(self);
    return st;
}

static void write_waiting(intake *self, int64_t now_ns)
{
    status st = put(self, now_ns);
    self->blocked = st != STATUS_OK;
    if (self->blocked && !self->trouble_told) {
        char words[256];
        (void)snprintf(words, sizeof words, "can't be written: %s; nothing more is read until it can, nothing is lost",
                       spool_why(self->settings.log));
        self->settings.tell(self->settings.folder, words);
    }
    self->trouble_told = self->blocked;
}

/* --- reading ------------------------------------------------------------------------------------- */

static bool is_readable(const intake *self)
{
    struct pollfd at = {.fd = self->settings.descriptor, .events = POLLIN};
    /* A writer that came and went while the pipe was opened again is told by reading only. */
    bool ask = self->settings.reopens && (self->begun || self->waiting.size > 0);
    return ask || poll(&at, 1, 0) > 0;
}

static void end_here(intake *self)
{
    self->ended = true;
    if (self->rows == NULL)
        return;
    bool nothing = self->settings.reopens && self->waiting.size == 0 && !self->head_known;
    if (nothing) /* a writer that opened the pipe and wrote nothing */
        return;
    self->rows->class->finish(self->rows);
    look(self);
}

static void take(intake *self)
{
    buffer *to = &self->waiting;
    if (to->capacity - to->size < READ_SIZE)
        to->data = memory_grow(to->data, to->capacity = to->size + READ_SIZE, 1);
    ssize_t got = read(self->settings.descriptor, to->data + to->size, READ_SIZE);
    fault_point("spool-read");
    if (got > 0) {
        to->size += (size_t)got;
        look_at(self, to->data + to->size - (size_t)got, (size_t)got);
    } else if (got == 0)
        end_here(self);
    else if (errno != EINTR && errno != EAGAIN) {
        fail(self, strerror(errno));
        self->ended = self->broken = true;
    }
}

static bool may_read(intake *self)
{
    if (self->done || self->ended || self->blocked)
        return false;
    if (spool_has_room(self->settings.log, READ_SIZE))
        return true;
    self->blocked = true;
    if (!self->full_told)
        self->settings.tell(self->settings.folder, "is as large as it may be (--spool-limit): nothing more is read until "
                                                   "the aggregator has taken some of it");
    self->full_told = true;
    return false;
}

void intake_work(intake *self, int64_t now_ns)
{
    if (!self->done)
        write_waiting(self, now_ns);
    if (!may_read(self) || !is_readable(self))
        return;
    take(self);
    if (!self->done)
        write_waiting(self, now_ns);
}

/* --- facts --------------------------------------------------------------------------------------- */

int intake_descriptor(const intake *self)
{
    return self->done || self->ended || self->blocked ? -1 : self->settings.descriptor;
}

bool intake_is_done(const intake *self)
{
    return self->done;
}

bool intake_has_failed(const intake *self)
{
    return self->failed;
}

size_t intake_unwritten(const intake *self)
{
    return self->waiting.size;
}

bool intake_origin(const intake *self, text *out)
{
    if (self->origin_known)
        *out = text_of(self->origin);
    return self->origin_known;
}

bool intake_receipt(intake *self, uint64_t *lines, uint64_t *octets)
{
    bool news = self->news;
    *lines = self->lines;
    *octets = self->whole;
    self->news = false;
    return news;
}
