#include "spool_segment.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "proto/digest.h"

enum { SEGMENT_VERSION = 1 };

static const char magic[8] = {'t', 'o', 'c', 's', 'p', 'o', 'o', 'l'};

/* --- numbers as octets, the lowest first --------------------------------------------------------- */

static void put_number(unsigned char *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get_number(const unsigned char *from, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--)
        value = value << 8 | from[i - 1];
    return value;
}

static uint64_t sum_of(const unsigned char *from, size_t size, uint64_t seed)
{
    return digest_seeded((text){(const char *)from, size}, seed);
}

/* --- the header: magic, checksum of what follows, version, id, start, stamp ------------------------ */

static unsigned char *make_room(buffer *in, size_t size)
{
    if (in->size + size > in->capacity) {
        in->capacity = (in->size + size) * 2;
        in->data = memory_grow(in->data, in->capacity, 1);
    }
    return in->data + in->size;
}

void segment_header_write(const segment_header *from, buffer *out)
{
    out->size = 0;
    unsigned char *at = make_room(out, SEGMENT_HEADER_SIZE);
    memcpy(at, magic, sizeof magic);
    put_number(at + 16, SEGMENT_VERSION, 8);
    memcpy(at + 24, from->id, SPOOL_ID_SIZE);
    put_number(at + 32, from->start, 8);
    put_number(at + 40, (uint64_t)from->stamp_ns, 8);
    put_number(at + 8, sum_of(at + 16, SEGMENT_HEADER_SIZE - 16, 0), 8);
    out->size = SEGMENT_HEADER_SIZE;
}

const char *segment_header_read(int fd, const unsigned char *id, segment_header *out)
{
    unsigned char from[SEGMENT_HEADER_SIZE];
    ssize_t got = fd >= 0 ? pread(fd, from, sizeof from, 0) : -1;
    if (got < 0)
        return strerror(errno);
    if (got < (ssize_t)sizeof from || memcmp(from, magic, sizeof magic) != 0 ||
        get_number(from + 8, 8) != sum_of(from + 16, sizeof from - 16, 0) || get_number(from + 32, 8) != out->start)
        return "is damaged at its beginning: move it elsewhere, and what other segments hold is sent";
    if (get_number(from + 16, 8) != SEGMENT_VERSION)
        return "was written by another version of Tocsin: let that one send it";
    if (id != NULL && memcmp(from + 24, id, SPOOL_ID_SIZE) != 0)
        return "belongs to another spool: move it elsewhere";
    memcpy(out->id, from + 24, SPOOL_ID_SIZE);
    out->stamp_ns = (int64_t)get_number(from + 40, 8);
    return NULL;
}

/* --- frames: checksum of what follows, size, kind, stamp, place, line, payload --------------------- */

static uint64_t seed_of(const unsigned char id[SPOOL_ID_SIZE], uint64_t offset)
{
    return get_number(id, SPOOL_ID_SIZE) ^ offset;
}

void frame_write(const unsigned char id[SPOOL_ID_SIZE], spool_frame *from, buffer *out)
{
    size_t size = FRAME_HEADER_SIZE + from->payload.size;
    assert(from->payload.size <= FRAME_PAYLOAD_MAX);
    unsigned char *at = make_room(out, size);
    put_number(at + 8, from->payload.size, 4);
    put_number(at + 12, from->kind, 4);
    put_number(at + 16, (uint64_t)from->stamp_ns, 8);
    put_number(at + 24, from->place, 8);
    put_number(at + 32, from->line, 8);
    if (from->payload.size > 0)
        memcpy(at + FRAME_HEADER_SIZE, from->payload.at, from->payload.size);
    put_number(at, sum_of(at + 8, size - 8, seed_of(id, from->offset)), 8);
    out->size += size;
    from->end = from->offset + size;
}

/* Octets of the payload, or more than can be where these can't be a frame's first octets. */
static size_t payload_size(const unsigned char *at)
{
    uint64_t size = get_number(at + 8, 4), kind = get_number(at + 12, 4);
    return kind >= FRAME_BEGIN && kind <= FRAME_CUT && size <= FRAME_PAYLOAD_MAX ? (size_t)size : SIZE_MAX;
}

/* Of octets that begin at an offset. */
static status read_frame(const unsigned char id[SPOOL_ID_SIZE], uint64_t offset, const unsigned char *at, size_t size,
                         spool_frame *out)
{
    size_t payload = size >= FRAME_HEADER_SIZE ? payload_size(at) : SIZE_MAX;
    if (payload == SIZE_MAX || payload > size - FRAME_HEADER_SIZE ||
        get_number(at, 8) != sum_of(at + 8, FRAME_HEADER_SIZE - 8 + payload, seed_of(id, offset)))
        return STATUS_CORRUPT;
    *out = (spool_frame){
        .kind = (frame_kind)get_number(at + 12, 4), .offset = offset, .end = offset + FRAME_HEADER_SIZE + payload,
        .stamp_ns = (int64_t)get_number(at + 16, 8), .place = get_number(at + 24, 8), .line = get_number(at + 32, 8),
        .payload = {(const char *)at + FRAME_HEADER_SIZE, payload},
    };
    return STATUS_OK;
}

uint64_t line_ends(text octets)
{
    uint64_t count = 0;
    for (size_t i = 0; i < octets.size; i++)
        count += octets.at[i] == '\n';
    return count;
}

/* --- segments ------------------------------------------------------------------------------------ */

uint64_t segment_place(const segment *self, uint64_t offset)
{
    return SEGMENT_HEADER_SIZE + (offset - self->start);
}

/* Octets from an offset on into the room, behind those that it has; fewer at the file's end. */
static status load(const segment *self, uint64_t offset, size_t size, buffer *room)
{
    (void)make_room(room, size);
    while (size > 0) {
        ssize_t got = pread(self->fd, room->data + room->size, size, (off_t)segment_place(self, offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0 ? STATUS_OK : STATUS_IO;
        room->size += (size_t)got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return STATUS_OK;
}

status segment_frame(const segment *self, uint64_t offset, buffer *room, spool_frame *out)
{
    room->size = 0;
    if (self->end - offset < FRAME_HEADER_SIZE)
        return STATUS_CORRUPT;
    status st = load(self, offset, FRAME_HEADER_SIZE, room);
    if (st != STATUS_OK)
        return st;
    size_t payload = room->size == FRAME_HEADER_SIZE ? payload_size(room->data) : SIZE_MAX;
    if (payload > self->end - offset - FRAME_HEADER_SIZE)
        return STATUS_CORRUPT;
    st = load(self, offset + FRAME_HEADER_SIZE, payload, room);
    return st == STATUS_OK ? read_frame(self->id, offset, room->data, room->size, out) : st;
}

uint64_t segment_resume(const segment *self, uint64_t damaged, buffer *room)
{
    spool_frame ignored;
    room->size = 0;
    if (load(self, damaged, (size_t)(self->end - damaged), room) != STATUS_OK)
        return self->end;
    for (size_t i = 1; i + FRAME_HEADER_SIZE <= room->size; i++)
        if (payload_size(room->data + i) != SIZE_MAX &&
            read_frame(self->id, damaged + i, room->data + i, room->size - i, &ignored) == STATUS_OK)
            return damaged + i;
    return self->end;
}
