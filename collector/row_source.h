/* row_source.h - octets of a file to incidents: what a file format must give.
 *
 * file_feed reads the file and keeps positions; a row source knows the format: canonical CSV, JSON lines.
 * Proved by tests/test_csv_rows.c and tests/test_json_rows.c.
 */
#ifndef TOCSIN_ROW_SOURCE_H
#define TOCSIN_ROW_SOURCE_H

#include "proto/memory.h"
#include "proto/record.h"
#include "proto/status.h"

typedef enum row_kind {
    ROW_RECORD,
    ROW_FAULTY,
    ROW_HEADER, /* names of columns: nothing to send */
} row_kind;

/* One row; its texts live until the next call. */
typedef struct source_row {
    row_kind kind;
    incident record;
    faulty faulty;
    uint64_t line; /* from 1 */
    uint64_t end;  /* offset behind it */
} source_row;

typedef struct row_source row_source;

typedef struct row_source_class {
    bool has_header; /* the first row names columns, and is needed wherever reading begins */

    /* Begin at an offset, where a line of this number begins. */
    void (*begin)(row_source *self, uint64_t offset, uint64_t line);
    void (*give)(row_source *self, const void *octets, size_t size);
    void (*finish)(row_source *self);

    /* STATUS_OK; STATUS_AGAIN  give more; STATUS_END; STATUS_REFUSED  the file can't be used at all: `why` */
    status (*next)(row_source *self, source_row *out);
    void (*destroy)(row_source *self);
} row_source_class;

struct row_source {
    const row_source_class *class;
    char why[512];          /* on STATUS_REFUSED */
    char note[512];         /* something that the user should know of the file; empty: nothing */
    bool says_markers;      /* its rows can tell markers */
    bool says_origin;       /* its rows can name their origin */
};

/* Canonical CSV with a header.
 *   origin   of rows that name none */
row_source *csv_rows_create(text origin);

/* The same keys as JSON objects, one a line. */
row_source *json_rows_create(text origin);

#endif
