/* spool_fixtures.h - spools of a few small segments, written in steps and read back frame by frame. */
#ifndef TOCSIN_SPOOL_FIXTURES_H
#define TOCSIN_SPOOL_FIXTURES_H

#include <sys/resource.h>

#include "collector/spool.h"

enum { SIZE_MAX_HERE = 8000, SEGMENT_SIZE = SIZE_MAX_HERE / 8, FRAMES_MAX = 200 };

static const int64_t noon = INT64_C(1743422400000000000); /* 2025-03-31T12:00:00Z */
static const char first_name[] = "00000000000000000000.spool";

/* All that was told since it was emptied: "PATH: words" lines. */
extern char spool_told[8192];
void spool_tell(const char *path, const char *words);

/* Opens one at noon; `open_well` when nothing is to be told. */
spool *open_here(const char *folder);
spool *open_well(const char *folder);

/* All that can be read, with payloads in the arena. Damaged ranges have no kind. */
typedef struct contents {
    spool_frame each[FRAMES_MAX];
    size_t count;
} contents;

contents read_all(spool *from, arena *memory);
void assert_same_frame(const spool_frame *a, const spool_frame *b);
void assert_same(const contents *a, const contents *b, size_t count);

/* What the n-th step writes: inputs of five pieces each, now and then of two lines, with a beginning and an end. */
void write_step(spool *to, size_t n);

/* How large a file may grow from now on, by the kernel's word. */
void limit_files(rlim_t octets);

void segment_name(uint64_t start, char out[32]);

#endif
