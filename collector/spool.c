#include "spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/fault_point.h"
#include "spool_folder.h"

enum { WORTH_DROPPING = 1024 * 1024 /* octets of an open input's segment */ };

struct spool {
    spool_folder folder;
    void (*tell)(const char *path, const char *words);
    unsigned char id[SPOOL_ID_SIZE];
    uint64_t *starts; /* of the segments, the oldest first */
    size_t count, capacity;
    int writing;      /* the last segment */
    int reading;      /* the one that was read last, or -1 */
    uint64_t reading_start;
    uint64_t last;    /* behind the last frame on disk */
    uint64_t content; /* behind the last one that says something new */
    int64_t stamp_ns; /* the next frame's is not below it */
    bool open;        /* an input is */
    bool full;        /* the last write found no space */
    buffer begun;     /* the payload that it began with */
    uint64_t place, line;
    uint64_t size_max, segment_max;
    int why;          /* errno of the last failure */
    buffer out, room;
    arena *memory;
};

static status failed(spool *self)
{
    self->why = errno;
    self->full = disk_status(errno) == STATUS_FULL;
    return disk_status(self->why);
}

/* --- writing ------------------------------------------------------------------------------------- */

/* A frame at `last`, encoded behind what `out` holds. */
static spool_frame encode(spool *self, frame_kind kind, text payload, int64_t now_ns)
{
    spool_frame made = {.kind = kind, .offset = self->last, .place = self->place, .line = self->line, .payload = payload,
                        .stamp_ns = now_ns > self->stamp_ns ? now_ns : self->stamp_ns};
    frame_write(self->id, &made, &self->out);
    return made;
}

/* Stamps go up by more than a frame's octets, so that each of these has a stamp of its own. */
static void move_behind(spool *self, const spool_frame *frame)
{
    self->last = frame->end;
    if (frame->kind != FRAME_AGAIN)
        self->content = frame->end;
    self->stamp_ns = frame->stamp_ns + (int64_t)frame->payload.size + 1;
}

static status make_segment(spool *self, int64_t now_ns)
{
    spool_frame again = {0};
    segment_header header = {.start = self->last, .stamp_ns = self->stamp_ns};
    memcpy(header.id, self->id, sizeof header.id);
    segment_header_write(&header, &self->out);
    if (self->open)
        again = encode(self, FRAME_AGAIN, (text){(const char *)self->begun.data, self->begun.size}, now_ns);
    int fd = spool_folder_make(&self->folder, self->last, &self->out);
    if (fd < 0)
        return failed(self);
    if (self->writing >= 0)
        (void)close(self->writing);
    self->writing = fd;
    self->starts = memory_room(self->starts, self->count, &self->capacity, sizeof *self->starts);
    self->starts[self->count++] = self->last;
    if (self->open)
        move_behind(self, &again);
    return STATUS_OK;
}

/* What a segment's beginning takes. */
static size_t beginning_size(const spool *self)
{
    return SEGMENT_HEADER_SIZE + FRAME_HEADER_SIZE + self->begun.size;
}

static status put(spool *self, frame_kind kind, text payload, int64_t now_ns)
{
    if (self->last - self->starts[self->count - 1] >= self->segment_max) {
        status st = make_segment(self, now_ns);
        if (st != STATUS_OK)
            return st;
    }
    self->out.size = 0;
    spool_frame made = encode(self, kind, payload, now_ns);
    if (write_durably(self->writing, &self->out, SEGMENT_HEADER_SIZE + made.offset - self->starts[self->count - 1]) !=
        STATUS_OK)
        return failed(self);
    fault_point("spool-written");
    self->full = false;
    move_behind(self, &made);
    return STATUS_OK;
}

static void remember_beginning(spool *self, text payload)
{
    self->begun.data = memory_grow(self->begun.data, payload.size, 1);
    self->begun.size = payload.size;
    if (payload.size > 0)
        memcpy(self->begun.data, payload.at, payload.size);
}

status spool_begin(spool *self, text payload, uint64_t place, uint64_t line, int64_t now_ns)
{
    assert(!self->open);
    self->place = place;
    self->line = line;
    status st = put(self, FRAME_BEGIN, payload, now_ns);
    if (st != STATUS_OK)
        return st;
    remember_beginning(self, payload);
    self->open = true;
    spool_folder_reserve(&self->folder, beginning_size(self));
    return STATUS_OK;
}

status spool_append(spool *self, text octets, int64_t now_ns)
{
    assert(self->open);
    status st = put(self, FRAME_DATA, octets, now_ns);
    if (st != STATUS_OK)
        return st;
    self->place += octets.size;
    self->line += line_ends(octets);
    return STATUS_OK;
}

static status close_input(spool *self, frame_kind kind, text payload, int64_t now_ns)
{
    assert(self->open);
    status st = put(self, kind, payload, now_ns);
    self->open = st != STATUS_OK;
    return st;
}

status spool_end(spool *self, text payload, int64_t now_ns)
{
    return close_input(self, FRAME_END, payload, now_ns);
}

status spool_cut(spool *self, int64_t now_ns)
{
    return close_input(self, FRAME_CUT, (text){"", 0}, now_ns);
}

const char *spool_why(const spool *self)
{
    return strerror(self->why);
}

/* --- reading ------------------------------------------------------------------------------------- */

static size_t index_of(const spool *self, uint64_t offset)
{
    size_t i = self->count;
    while (i > 1 && self->starts[i - 1] > offset)
        i--;
    return i - 1;
}

static segment segment_at(const spool *self, size_t index, int fd)
{
    segment made = {.fd = fd, .start = self->starts[index],
                    .end = index + 1 < self->count ? self->starts[index + 1] : self->last};
    memcpy(made.id, self->id, sizeof made.id);
    return made;
}

static void stop_reading(spool *self)
{
    if (self->reading >= 0)
        (void)close(self->reading);
    self->reading = -1;
}

uint64_t spool_segment_of(const spool *self, uint64_t offset)
{
    return self->starts[index_of(self, offset)];
}

status spool_read(spool *self, uint64_t offset, spool_frame *out)
{
    assert(offset >= spool_first(self) && offset <= self->last);
    if (offset == self->last)
        return STATUS_END;
    size_t index = index_of(self, offset);
    if (self->reading < 0 || self->reading_start != self->starts[index]) {
        stop_reading(self);
        self->reading = spool_folder_segment(&self->folder, self->reading_start = self->starts[index], O_RDONLY);
        if (self->reading < 0 && errno != ENOENT)
            return STATUS_IO;
    }
    segment from = segment_at(self, index, self->reading);
    status st = self->reading >= 0 ? segment_frame(&from, offset, &self->room, out) : STATUS_CORRUPT;
    if (st == STATUS_CORRUPT)
        *out = (spool_frame){.offset = offset, .end = self->reading < 0 ? from.end
                                                                       : segment_resume(&from, offset, &self->room)};
    return st;
}

text spool_where(const spool *self, uint64_t offset, arena *memory)
{
    segment in = segment_at(self, index_of(self, offset), -1);
    text path = spool_folder_path(&self->folder, in.start, memory);
    return arena_print(memory, "%.*s, octet %llu", TEXT_ARGS(path), (unsigned long long)segment_place(&in, offset));
}

/* --- dropping ------------------------------------------------------------------------------------ */

static void drop_oldest(spool *self)
{
    if (self->reading_start == self->starts[0])
        stop_reading(self);
    spool_folder_remove(&self->folder, self->starts[0]);
    self->count--;
    memmove(self->starts, self->starts + 1, self->count * sizeof *self->starts);
}

void spool_drop(spool *self, uint64_t through, bool finished, int64_t now_ns)
{
    while (self->count > 1 && self->starts[1] <= through)
        drop_oldest(self);
    uint64_t start = self->starts[self->count - 1], size = self->content > start ? self->content - start : 0;
    bool worth = self->open ? size >= WORTH_DROPPING || self->full : finished;
    /* Without room for the new one the old one stays; it is dropped another time. */
    if (through >= self->content && size > 0 && worth && make_segment(self, now_ns) == STATUS_OK)
        drop_oldest(self);
    if (self->open)
        spool_folder_reserve(&self->folder, beginning_size(self));
    else if (finished)
        spool_folder_release(&self->folder);
}

/* --- facts --------------------------------------------------------------------------------------- */

text spool_id(const spool *self)
{
    return (text){(const char *)self->id, sizeof self->id};
}

uint64_t spool_first(const spool *self)
{
    return self->starts[0];
}

uint64_t spool_last(const spool *self)
{
    return self->last;
}

uint64_t spool_waiting(const spool *self, uint64_t from)
{
    uint64_t first = spool_first(self);
    from = from > first ? from : first;
    return self->content > from ? self->content - from : 0;
}

bool spool_is_open(const spool *self)
{
    return self->open;
}

bool spool_has_room(const spool *self, size_t octets)
{
    /* A new segment may have to be begun for them. */
    uint64_t cost = octets + FRAME_HEADER_SIZE + beginning_size(self);
    uint64_t used = self->last - spool_first(self) + self->count * SEGMENT_HEADER_SIZE;
    return used + cost <= self->size_max;
}

/* --- opening ------------------------------------------------------------------------------------- */

static void tell_of(const spool *self, uint64_t start, const char *words)
{
    self->tell(spool_folder_path(&self->folder, start, self->memory).at, words);
}

/* All segments must be of one spool. */
static bool check_segment(spool *self, size_t index)
{
    segment_header header = {.start = self->starts[index]};
    int fd = spool_folder_segment(&self->folder, header.start, O_RDONLY);
    const char *fault = segment_header_read(fd, index > 0 ? self->id : NULL, &header);
    if (fd >= 0)
        (void)close(fd);
    if (fault != NULL) {
        tell_of(self, self->starts[index], fault);
        return false;
    }
    memcpy(self->id, header.id, sizeof self->id);
    self->stamp_ns = header.stamp_ns;
    return true;
}

static void note_frame(spool *self, const spool_frame *frame)
{
    text octets = frame->kind == FRAME_DATA ? frame->payload : (text){"", 0};
    self->place = frame->place + octets.size;
    self->line = frame->line + line_ends(octets);
    if (frame->kind == FRAME_BEGIN || frame->kind == FRAME_AGAIN)
        remember_beginning(self, frame->payload);
    self->open = frame->kind == FRAME_BEGIN || frame->kind == FRAME_AGAIN || frame->kind == FRAME_DATA;
    move_behind(self, frame);
}

/* What a crash left half written is taken away. Nothing of it was ever said to be kept. */
static bool cut_off(spool *self, const segment *of, uint64_t from)
{
    text words = arena_print(self->memory, "the last write was not finished: its %llu octets are cut off",
                             (unsigned long long)(of->end - from));
    if (ftruncate(of->fd, (off_t)segment_place(of, from)) != 0 || fdatasync(of->fd) != 0) {
        tell_of(self, of->start, strerror(errno));
        return false;
    }
    tell_of(self, of->start, words.at);
    return true;
}

/* Reads the last segment to its end: where the next frame goes, and whether an input is open. */
static bool find_last(spool *self)
{
    struct stat st;
    uint64_t start = self->starts[self->count - 1];
    self->writing = spool_folder_segment(&self->folder, start, O_RDWR);
    if (self->writing < 0 || fstat(self->writing, &st) != 0) {
        tell_of(self, start, strerror(errno));
        return false;
    }
    self->last = start + (uint64_t)st.st_size - SEGMENT_HEADER_SIZE;
    segment all = segment_at(self, self->count - 1, self->writing);
    for (self->last = self->content = start; self->last < all.end;) {
        spool_frame frame;
        status read = segment_frame(&all, self->last, &self->room, &frame);
        if (read == STATUS_OK)
            note_frame(self, &frame);
        else if (read != STATUS_CORRUPT) {
            tell_of(self, start, strerror(errno));
            return false;
        } else {
            uint64_t next = segment_resume(&all, self->last, &self->room);
            if (next == all.end)
                return cut_off(self, &all, self->last);
            self->last = next; /* damage with something behind it: whoever reads it is told */
        }
    }
    return true;
}

static bool read_segments(spool *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (!check_segment(self, i))
            return false;
    return find_last(self);
}

static bool make_first(spool *self, int64_t now_ns)
{
    if (getrandom(self->id, sizeof self->id, 0) == (ssize_t)sizeof self->id && make_segment(self, now_ns) == STATUS_OK)
        return true;
    self->tell(self->folder.path, strerror(errno));
    return false;
}

spool *spool_open(const char *folder, uint64_t size_max, void (*tell)(const char *path, const char *words), int64_t now_ns)
{
    spool_folder taken;
    status st = spool_folder_open(folder, &taken);
    if (st != STATUS_OK) {
        tell(folder, st != STATUS_BUSY ? strerror(errno)
                                       : "another collector fills this spool: stop it, or give this one another --name");
        return NULL;
    }
    spool *self = memory_new(1, sizeof *self);
    *self = (spool){.folder = taken, .tell = tell, .writing = -1, .reading = -1, .size_max = size_max, .stamp_ns = now_ns,
                    .memory = arena_create()};
    self->segment_max = size_max / 8 < SPOOL_SEGMENT_SIZE ? size_max / 8 : SPOOL_SEGMENT_SIZE;
    self->starts = spool_folder_list(&taken, &self->count);
    self->capacity = self->count;
    if (self->starts == NULL)
        tell(folder, strerror(errno));
    if (self->starts == NULL || !(self->count > 0 ? read_segments(self) : make_first(self, now_ns)))
        spool_close(&self);
    return self;
}

void spool_close(spool **self)
{
    if (*self == NULL)
        return;
    stop_reading(*self);
    spool_folder_release(&(*self)->folder);
    if ((*self)->writing >= 0)
        (void)close((*self)->writing);
    spool_folder_close(&(*self)->folder);
    arena_destroy(&(*self)->memory);
    buffer_free(&(*self)->begun);
    buffer_free(&(*self)->out);
    buffer_free(&(*self)->room);
    free((*self)->starts);
    free(*self);
    *self = NULL;
}
