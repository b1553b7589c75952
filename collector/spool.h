/* spool.h - input that can't be read again, on disk until the aggregator has it: a log of inputs in segments.
 *
 * Step 1 of the record's path for standard input and named pipes. Knows nothing of records. What an append has answered
 * STATUS_OK to survives a crash; what the crash tore is cut off when the spool is opened. Octets of the log are
 * numbered over all segments, for ever: its offsets. Only whole segments are dropped. One process at a time.
 * Proved by tests/test_spool.c and test_spool_damage.c.
 */
#ifndef TOCSIN_SPOOL_H
#define TOCSIN_SPOOL_H

#include "spool_segment.h"

enum { SPOOL_SEGMENT_SIZE = 16 * 1024 * 1024 /* octets after which the next segment is begun */ };

typedef struct spool spool;

/* Opens the spool in a folder, or makes both.
 *   size_max   octets that it should take on disk at most: see spool_has_room
 *   tell       what the user should know: damage, what was cut off
 *   now_ns     since 1970 UTC
 * Returns      NULL when it can't be used, of which the user was told: held by another process, damaged headers, no
 *              permission */
spool *spool_open(const char *folder, uint64_t size_max, void (*tell)(const char *path, const char *words), int64_t now_ns);
void spool_close(spool **self);

/* Drawn when the spool was made. */
text spool_id(const spool *self);

/* Offsets: of the first frame that is kept, and behind the last. */
uint64_t spool_first(const spool *self);
uint64_t spool_last(const spool *self);

/* Octets behind an offset that say something: what is only repeated at a segment's beginning is none. */
uint64_t spool_waiting(const spool *self, uint64_t from);

/* Is the last input neither ended nor cut? */
bool spool_is_open(const spool *self);

/* May so many octets of input be appended without going over `size_max`? Nothing else asks: what begins or ends an
 * input is always taken. */
bool spool_has_room(const spool *self, size_t octets);

/* An input begins; none may be open.
 *   payload   repeated at the beginning of every segment
 *   place     octets of the input that are in the payload, so that data begin behind them; `line`: where they begin
 * Errors      STATUS_FULL, STATUS_IO  spool_why says what; nothing was written, and it may be tried again */
status spool_begin(spool *self, text payload, uint64_t place, uint64_t line, int64_t now_ns);

/* Octets of the open input, at most FRAME_PAYLOAD_MAX. Errors as above. */
status spool_append(spool *self, text octets, int64_t now_ns);

/* It was read to its end; or will not be. Errors as above. */
status spool_end(spool *self, text payload, int64_t now_ns);
status spool_cut(spool *self, int64_t now_ns);

/* Why the last call failed. */
const char *spool_why(const spool *self);

/* Where reading must begin for the frame at an offset (from first to last) to be understood: at its segment's beginning. */
uint64_t spool_segment_of(const spool *self, uint64_t offset);

/* The frame at an offset that is a frame's end, a segment's beginning or the first.
 *   out      its payload lives until the next call
 * Returns    STATUS_OK; STATUS_END  it is the last offset
 *            STATUS_CORRUPT  damaged: `out` says from where (offset) to where (end) nothing can be read
 *            STATUS_IO       errno says why */
status spool_read(spool *self, uint64_t offset, spool_frame *out);

/* Where an offset stands, for the user: "FOLDER/00000000000000000000.spool, octet 48"; in the arena. */
text spool_where(const spool *self, uint64_t offset, arena *memory);

/* Everything before an offset is needed no more: segments that end there or before are deleted. So is the last one when all
 * of it lies before and that is worth the while: a new one takes its place, which knows the open input if there is one.
 *   finished   nothing more will come: it is worth the while, so that the spool takes next to nothing */
void spool_drop(spool *self, uint64_t through, bool finished, int64_t now_ns);

#endif
