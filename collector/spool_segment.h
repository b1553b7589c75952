/* spool_segment.h - one file of the spool: a header, then frames; octets to frames and back.
 *
 * A frame carries its own checksum, which also knows the spool and the place that it belongs to: what a crash left half
 * written, what the disk spoiled and what lies in the wrong place is never taken for a frame. Proved by tests/test_spool_damage.c.
 */
#ifndef TOCSIN_SPOOL_SEGMENT_H
#define TOCSIN_SPOOL_SEGMENT_H

#include "proto/status.h"
#include "proto/wire.h"

enum {
    SPOOL_ID_SIZE = 8,
    SEGMENT_HEADER_SIZE = 48,
    FRAME_HEADER_SIZE = 40,
    FRAME_PAYLOAD_MAX = 256 * 1024, /* octets */
};

typedef enum frame_kind {
    FRAME_BEGIN = 1, /* an input begins; what the reader needs to know of it */
    FRAME_AGAIN,     /* the same once more at the beginning of a segment, for whoever reads from there */
    FRAME_DATA,      /* octets of the input */
    FRAME_END,       /* it was read to its end */
    FRAME_CUT,       /* whoever read it stopped in the middle */
} frame_kind;

typedef struct spool_frame {
    frame_kind kind;
    uint64_t offset;  /* where it begins in the spool: octets of all frames before it */
    uint64_t end;     /* offset behind it */
    int64_t stamp_ns; /* when it was written, since 1970 UTC; above every stamp of the frames before */
    uint64_t place;   /* octets of the input before it */
    uint64_t line;    /* in which its first octet stands in the input, from 1 */
    text payload;
} spool_frame;

typedef struct segment_header {
    unsigned char id[SPOOL_ID_SIZE]; /* of the spool */
    uint64_t start;                  /* offset of its first frame */
    int64_t stamp_ns;                /* stamps of its frames are not below it */
} segment_header;

/* How many lines end in these octets. */
uint64_t line_ends(text octets);

/* An open segment, for reading. */
typedef struct segment {
    int fd;
    unsigned char id[SPOOL_ID_SIZE];
    uint64_t start, end; /* offsets of its first frame, and behind its last */
} segment;

/* Where an offset stands in the file. */
uint64_t segment_place(const segment *self, uint64_t offset);

/* A header's octets in place of those of `out`. */
void segment_header_write(const segment_header *from, buffer *out);

/* Reads a segment's header.
 *   fd    of the segment; below 0: errno says why it can't be read
 *   id    of the spool that it should belong to; NULL: any
 *   out   its start must be set: the one that it should have
 * Returns what is wrong with it, in words; NULL: nothing */
const char *segment_header_read(int fd, const unsigned char *id, segment_header *out);

/* A frame's octets put behind those of `out`; fills in its end. */
void frame_write(const unsigned char id[SPOOL_ID_SIZE], spool_frame *from, buffer *out);

/* The frame that begins at an offset.
 *   room     holds its payload until the next call
 * Errors     STATUS_CORRUPT  none does;  STATUS_IO  errno says why */
status segment_frame(const segment *self, uint64_t offset, buffer *room, spool_frame *out);

/* Behind a damaged place: where the next whole frame begins, or the segment's end.
 *   room     used */
uint64_t segment_resume(const segment *self, uint64_t damaged, buffer *room);

#endif
