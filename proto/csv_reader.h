/* csv_reader.h - rows out of octets: the only door to libcsv.
 *
 * Fed with octets as they come, asked for rows; a row may span lines inside quotes. A row over its bound,
 * or a quote that never closes, costs one line and not the rest of the file: the reader gives that line
 * up and goes on with the next. A byte order mark is skipped; LF and CRLF both end a row.
 * Proved by tests/test_csv_reader.c.
 */
#ifndef TOCSIN_CSV_READER_H
#define TOCSIN_CSV_READER_H

#include "status.h"
#include "text.h"

enum { CSV_COLUMNS_MAX = 512 };

typedef struct csv_reader csv_reader;

typedef struct csv_row {
    const text *fields; /* unquoted, trimmed where they were not quoted; owned by the reader */
    size_t count;
    uint64_t line; /* the row's first line in the stream, from 1 */
    uint64_t end;  /* offset in the stream just behind the row */
    text raw;      /* the row's octets as they came, without its line end */
    uint64_t size; /* octets of the whole row; more than raw.size when it was over its bound */
    uint64_t digest; /* of the whole row when it was over its bound; else 0 */
} csv_row;

/*   row_size_max   octets of a row; what is longer is given up */
csv_reader *csv_reader_create(size_t row_size_max);
void csv_reader_destroy(csv_reader **self);

/* Begin a stream again, or in its middle.
 *   offset   octets before the first that will be fed
 *   line     number of the line that begins there, from 1 */
void csv_reader_restart(csv_reader *self, uint64_t offset, uint64_t line);

/* Octets that come next in the stream; copied. */
void csv_reader_feed(csv_reader *self, const void *octets, size_t size);

/* Nothing more will be fed: a last line without a line end is whole. */
void csv_reader_finish(csv_reader *self);

/* The next row. Blank lines are passed over. What `out` points to lives until the next call.
 * Returns     STATUS_OK         a row
 *             STATUS_TOO_LARGE  a row over its bound: `raw` holds its beginning, no fields
 *             STATUS_AGAIN      feed more
 *             STATUS_END        finished, and nothing left
 */
status csv_reader_next(csv_reader *self, csv_row *out);

/* The field under a column of the header, caseless.
 * Returns its index, or -1. */
int csv_column(const csv_row *header, const char *name);

/* A field as it must be written so that it reads back: quoted where it has to be. Into an open file. */
void csv_write_field(void *file, text field);

#endif
