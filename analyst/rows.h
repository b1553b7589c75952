/* rows.h - rows of named fields, the same in CSV and JSON. Proved by tests/integration/test_series.py and test_alerts.py. */
#ifndef TOCSIN_ROWS_H
#define TOCSIN_ROWS_H

#include "proto/jsondoc.h"

/* A field that is empty is null in JSON. */
typedef struct row_form {
    const char *const *names;
    int count;        /* at most 64 */
    uint64_t numbers; /* bit i: field i is a whole number in JSON, if it can be read as one */
} row_form;

void row_json(const row_form *self, const text *fields, jsondoc *to);

/* To standard output. */
void row_csv_head(const row_form *self);
void row_csv(const row_form *self, const text *fields);

#endif
