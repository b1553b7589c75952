/* sheet.h - a table of the reference data as its file has it: texts under named columns.
 *
 * Read from a folder by figures/reference_files, kept by the store as it is, and made into trees and
 * tables by figures/. So there is one path from text to meaning, wherever the text came from.
 * Proved by tests/test_reference_files.c and test_store_parts.c.
 */
#ifndef TOCSIN_SHEET_H
#define TOCSIN_SHEET_H

#include <stdint.h>

#include "proto/memory.h"

typedef enum sheet_name {
    SHEET_AREAS,
    SHEET_GROUPS,
    SHEET_POPULATIONS,
    SHEET_CATEGORIES,
    SHEET_OFFENCES,
    SHEET_SOURCES,
    SHEET_COMPARATORS,
    SHEET_COMPARATOR_RATES,
    SHEET_RECORDING_CHANGES,
    SHEET_INDICATORS,
    SHEETS
} sheet_name;

enum { SHEET_COLUMNS_MAX = 8 };
#define SHEET_IMPORTED 0x80000000u

typedef struct sheet_form {
    const char *name;                       /* of the table, and of the file without .csv */
    const char *columns[SHEET_COLUMNS_MAX]; /* NULL behind the last */
    unsigned required;                      /* how many of the first must be there */
    bool file_required;
} sheet_form;

/* What each sheet looks like. */
const sheet_form *sheet_form_of(sheet_name name);
size_t sheet_column_count(sheet_name name);

/* Rows of cells, row by row; a column that the file lacks is empty. */
typedef struct sheet {
    text *cells;
    uint32_t *lines; /* where each row stands in its file, from 1; SHEET_IMPORTED marks the imported file */
    size_t row_count;
    size_t row_capacity;
    size_t column_count;
} sheet;

typedef struct sheets {
    sheet each[SHEETS];
    text priorities; /* priorities.yaml as it stands; empty: there is none */
    arena *memory;   /* where the texts live */
} sheets;

sheets *sheets_create(void);
void sheets_destroy(sheets **self);

/* Room for one more row of a sheet: its cells, empty, to be filled in. */
text *sheets_row(sheets *self, sheet_name name, uint32_t line);

/* A cell; empty for a column that the sheet hasn't got. */
text sheet_cell(const sheet *self, size_t row, size_t column);

#endif
