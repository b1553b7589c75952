/* source_file.h - a file that is read from any offset, may grow, and is known again by its content.
 *
 * Keeps a hash of everything before the present position, so that a position can be given to the aggregator
 * and checked after a restart. Proved by tests/test_source_file.c.
 */
#ifndef TOCSIN_SOURCE_FILE_H
#define TOCSIN_SOURCE_FILE_H

#include "proto/digest.h"
#include "proto/wire.h"

typedef struct source_file source_file;

/* NULL when it can't be opened; errno says why. */
source_file *source_file_open(const char *path);

/* Of a descriptor that can be read at any offset; taken over. */
source_file *source_file_of(int descriptor);
void source_file_close(source_file **self);

/* Octets now, and the time of the last change in nanoseconds since 1970 UTC, never later than now. */
status source_file_facts(source_file *self, uint64_t *size, int64_t *modified_ns);

/* The next octets from the reading place on, at most `size`; 0 at the end for now. STATUS_IO: errno says why. */
status source_file_read(source_file *self, void *to, size_t size, size_t *got);

/* Moves the reading place. */
void source_file_seek(source_file *self, uint64_t offset);

/* Is what was read before still there? Compares the digest of everything before the position's offset; if
 * it fits, the hash goes on from there.
 * Returns false when it doesn't, or the file is shorter: read from the beginning then */
bool source_file_fits(source_file *self, const position *held);

/* The position behind `offset`: reads what lies between the last one asked for and this one for the hash.
 *   room   for the digest, which the position points to */
status source_file_position(source_file *self, uint64_t offset, unsigned char room[DIGEST_SIZE], position *out);

/* Lines (LF) before an offset. */
status source_file_lines(source_file *self, uint64_t offset, uint64_t *lines);

/* Does a line end at an offset? It does where the file ends, and where nothing but a line end was missing; it doesn't where
 * a last line has grown. */
bool source_file_breaks_at(source_file *self, uint64_t offset);

/* Remembers what stands right before an offset; and is it still there? A file that is written anew in place gives no other
 * sign. Nothing remembered is there. */
void source_file_remember(source_file *self, uint64_t offset);
bool source_file_stands(source_file *self);

/* The descriptor, for waiting. */
int source_file_descriptor(const source_file *self);

#endif
