/* stats.h - what `tocsin stats` is made of: tables in, series, cells out.
 *
 * The command lays the statistics kernel open: each detector's input columns on standard input, the same and its results
 * on standard output, by the column names and with the digits of the vectors in shared/golden. So anybody can
 * hold the kernel against their own software. A function here states its columns; reading, checking, grouping into
 * series and printing are the same for all. Proved by tests/integration/test_stats.py.
 *
 *   stats.c             the command line, and the road from a table to a table
 *   stats_table.c       reading and checking input
 *   stats_rows.c        functions of one row: a rate ratio, a rate, a share ...
 *   stats_series.c      functions of a series: charts, CUSUM, EARS, funnels, q values ...
 *   stats_farrington.c  farrington_flexible, which reads its series from a file (--series) and on standard input only
 *                       which weeks are wanted: series,config,k; or --all CONFIG for all that can be judged
 */
#ifndef TOCSIN_STATS_H
#define TOCSIN_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "command.h"
#include "proto/memory.h"

enum { STATS_COLUMNS_MAX = 10, STATS_RESULTS_MAX = 20 };

/* What a cell of the input must be. */
typedef enum stats_kind {
    STATS_TEXT,
    STATS_DATE,     /* 2025-03-31 */
    STATS_NUMBER,   /* any finite number */
    STATS_COUNT,    /* whole, 0 to 1e15 */
    STATS_AMOUNT,   /* 0 or more */
    STATS_POSITIVE, /* more than 0 */
    STATS_CHANCE,   /* 0 to 1 */
    STATS_FLAG,     /* 0 or 1 */
    STATS_STEP,     /* whole, and one more in each row of a series: its place in time */
} stats_kind;

typedef struct stats_column {
    const char *name;
    stats_kind kind;
    bool optional; /* echoed where it is there */
} stats_column;

/* The rows of a CSV file under the columns that were asked for. Owns nothing: all is in the arena. */
typedef struct stats_table {
    const char *source;          /* for messages: "standard input", or the file's name */
    const stats_column *columns; /* ended by one without a name */
    size_t column_count;
    bool present[STATS_COLUMNS_MAX];
    const text *texts;           /* row by row */
    const double *numbers;       /* NAN where the column isn't numeric; of a date its day number */
    const uint64_t *lines;
    size_t rows;
    arena *memory;
} stats_table;

text stats_table_text(const stats_table *self, size_t row, size_t column);
double stats_table_number(const stats_table *self, size_t row, size_t column);

/* Reads a file to its end. Lines that begin with # and columns that weren't asked for are passed over.
 *   keys       so many leading columns make a series
 * Returns      -1, or the exit status: faults were told, at most 20, each with line, column, value and what to do */
int stats_table_read(stats_table *out, const command *base, FILE *from, const char *named,
                     const stats_column *columns, size_t keys, arena *memory);

/* Tells a fault of a row; `column` may be NULL. */
__attribute__((format(printf, 5, 6))) void stats_table_fault(const stats_table *self, const command *base, size_t row,
                                                             const char *column, const char *format, ...);

/* Rows with equal leading `keys` columns, in their order; of a function of single rows, one row. */
typedef struct stats_series {
    const stats_table *table;
    const size_t *rows;
    size_t count;
} stats_series;

/* The order of rows that puts each series together.
 * Returns   row indices, in the table's arena */
size_t *stats_table_order(const stats_table *self, size_t keys);

/* The end of the series that begins at `first` in that order. */
size_t stats_series_end(const stats_table *self, const size_t *order, size_t first, size_t keys);

text stats_text_at(const stats_series *self, size_t i, size_t column);
double stats_number_at(const stats_series *self, size_t i, size_t column);

/* A column as an array, in the table's arena. */
double *stats_column_of(const stats_series *self, size_t column);

/* One result. */
typedef struct stats_cell {
    const char *words; /* NULL: the number */
    double number;
    bool literal;      /* NaN is a result ("NaN"), not the lack of one ("NA") */
} stats_cell;

stats_cell stats_number(double number);  /* NA when it is NAN */
stats_cell stats_literal(double number); /* NaN when it is NAN */
stats_cell stats_words(const char *words);

typedef struct stats_function {
    const char *name;
    const char *does;
    stats_column columns[STATS_COLUMNS_MAX];
    size_t keys;                            /* leading columns that make a series; 0: each row stands alone */
    const char *results[STATS_RESULTS_MAX]; /* ended by NULL */
    /* What is wrong with a row beyond its single cells, and what to do; NULL: nothing. May be NULL itself. */
    const char *(*complaint)(const stats_series *in, size_t i);
    /* Fills `out`, in->count rows of as many cells as there are results. */
    void (*compute)(const stats_series *in, stats_cell *out);
} stats_function;

/* Ended by one without a name. */
extern const stats_function stats_row_functions[];
extern const stats_function stats_series_functions[];

/* Prints input columns and results. `cells` has as many a row as there are results. */
void stats_print(const stats_table *table, const char *const *results, const stats_cell *cells, output_format format);

/* The whole of farrington_flexible.
 *   file      with the series
 *   all       configuration to judge all weeks by; NULL: standard input names the weeks
 * Returns     the exit status */
int stats_farrington(const command *base, const char *file, const char *all);

#endif
