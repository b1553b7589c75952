/* report_table_parts.h - what the files of the printed report share. For them only. */
#ifndef TOCSIN_REPORT_TABLE_PARTS_H
#define TOCSIN_REPORT_TABLE_PARTS_H

#include <stdio.h>

#include "report_cells.h"

enum { TITLE_WIDTH = 44, NUMBER_WIDTH = 12, CHANGE_WIDTH = 10, INTERVAL_WIDTH = 20, COMPARATOR_WIDTH = 15 };

/* The row's title, indented and cut to TITLE_WIDTH; and whether it had to be cut. */
void print_row_title(const report_row *row, FILE *out);
bool row_title_is_cut(const report_row *row);

/* The heading above a row with which another part of the table begins. */
void print_section(const report *self, size_t index, FILE *out);

void print_rates(const report *self, FILE *out);
void print_notes(const report *self, FILE *out);

#endif
