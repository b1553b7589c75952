/* import_form.h - what kind of file tocsin import was given: an ONS lookup or an estimate, told by its header and its name.
 *
 * Proved by tests/test_import_form.c and tests/integration/test_import.py.
 */
#ifndef TOCSIN_IMPORT_FORM_H
#define TOCSIN_IMPORT_FORM_H

#include "proto/csv_reader.h"

enum { AREA_COLUMNS_MAX = 6 };

/* Where an area's code and name stand; -1: nowhere. */
typedef struct area_columns {
    char kind[12]; /* "lsoa", "ward", "district" */
    char year[3];  /* "21": the vintage of its codes */
    int code, name;
} area_columns;

typedef enum import_kind {
    IMPORT_UNKNOWN,
    IMPORT_LOOKUP,   /* finer areas with the districts that they lie in */
    IMPORT_ESTIMATE, /* residents of areas */
} import_kind;

typedef struct import_form {
    import_kind kind;
    area_columns areas[AREA_COLUMNS_MAX];
    size_t area_count;
    int people_code, people_count; /* columns of an estimate */
    int year;                      /* of an estimate; 0: neither header nor name says it */
} import_form;

/*   path   of the file: an estimate's name may tell its year
 *   year   as the user told it; 0: the file should */
import_form import_form_of(const csv_row *header, const char *path, int year);

/* The first columns with a code of areas of this kind; NULL: there are none. */
const area_columns *import_form_columns(const import_form *self, const char *kind);

#endif
