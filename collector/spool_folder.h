/* spool_folder.h - the files of a spool: its folder, its lock, its segments by the offset at which they begin.
 *
 * What is made here is on disk, name and all, when it was made. Proved by tests/test_spool.c.
 */
#ifndef TOCSIN_SPOOL_FOLDER_H
#define TOCSIN_SPOOL_FOLDER_H

#include "proto/memory.h"
#include "proto/status.h"
#include "proto/wire.h"

typedef struct spool_folder {
    char *path;
    int directory, lock;
    size_t reserved; /* octets set aside */
} spool_folder;

/* Makes the folder where it is missing, for its owner only, and takes its lock.
 * Errors   STATUS_BUSY  another process holds it;  STATUS_IO  errno says why.  Nothing is held then */
status spool_folder_open(const char *path, spool_folder *out);
void spool_folder_close(spool_folder *self);

/* The segments, oldest first; the caller frees. NULL: errno says why. */
uint64_t *spool_folder_list(const spool_folder *self, size_t *count);

/* One of them, for open(2)'s flags; -1: errno says why. */
int spool_folder_segment(const spool_folder *self, uint64_t start, int flags);

/* A new one: it has its name once these octets are on disk.
 * Returns  its descriptor for reading and writing, or -1 (errno says why) and no such file */
int spool_folder_make(spool_folder *self, uint64_t start, const buffer *octets);

/* Sets so many octets aside, if they are there, for the next one, so that it can be made when the disk is full: an old one can
 * only be removed for a new one. And gives them back. */
void spool_folder_reserve(spool_folder *self, size_t octets);
void spool_folder_release(spool_folder *self);
void spool_folder_remove(const spool_folder *self, uint64_t start);

/* A segment's path, in the arena. */
text spool_folder_path(const spool_folder *self, uint64_t start, arena *memory);

/* What a failed call's errno says: STATUS_FULL where there is no space, or no more in this file; else STATUS_IO. */
status disk_status(int why);

/* Octets at a place in a file, all of them and on disk, or none: what was written in part is taken back.
 * Errors   as above; errno says why */
status write_durably(int fd, const buffer *from, uint64_t place);

/* Octets of the segments in a folder but for their headers; 0 where there is no spool, or another process holds it. */
uint64_t spool_folder_left(const char *path);

#endif
