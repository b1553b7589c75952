/* report_print.h - a report on paper: a table to read, CSV and JSON to go on with.
 *
 * CSV and JSON have the same fields, one object or line a row; unknown is empty or null. Field names are a
 * contract: DESIGN section 6; new ones come at the end. Proved by tests/test_report_print.c and,
 * the table, by tests/test_report_table.c.
 */
#ifndef TOCSIN_REPORT_PRINT_H
#define TOCSIN_REPORT_PRINT_H

#include <stdio.h>

#include "proto/jsondoc.h"
#include "report.h"

void report_print_table(const report *self, FILE *out);

/* The line of names, and then the rows of any number of reports. */
void report_print_csv_header(FILE *out);
void report_print_csv(const report *self, FILE *out);

/* Adds the rows to an array. */
void report_add_json(const report *self, jsondoc *array);

#endif
