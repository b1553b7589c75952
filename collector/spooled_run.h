/* spooled_run.h - what the collector was told of an input, kept in the spool in front of it.
 *
 * So that whoever sends what an earlier run has left finishes it as that one would have. One line of JSON, and behind it
 * the input's first row where that names the columns. Proved by tests/test_spool_feed.c.
 */
#ifndef TOCSIN_SPOOLED_RUN_H
#define TOCSIN_SPOOLED_RUN_H

#include "proto/wire.h"
#include "row_source.h"

typedef struct spooled_run {
    bool json;         /* JSON lines; else canonical CSV */
    text origin;       /* of rows that name none */
    int64_t issued_ns; /* when the source issued it; 0: as the spool's stamps say */
    coverage_declaration *covers; /* declared when it has been read to its end; their origins are not set */
    size_t cover_count;
    text head;         /* the row that names the columns, with its line end; empty: it has none */
} spooled_run;

/* Octets for the spool, in the arena. */
text spooled_run_write(const spooled_run *self, arena *memory);

/* Back again; what `out` points to lives in the arena. Errors: STATUS_MALFORMED, of another version of Tocsin. */
status spooled_run_read(text from, arena *memory, spooled_run *out);

/* A source for its rows. The origin must live as long. */
row_source *spooled_run_rows(const spooled_run *self);

#endif
