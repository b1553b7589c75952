/* layout.h - words and tables for a terminal, wrapped to its width; into a pipe or a file each stays on its line.
 * Proved by tests/test_layout.c.
 */
#ifndef TOCSIN_LAYOUT_H
#define TOCSIN_LAYOUT_H

#include <stdio.h>

#include "proto/memory.h"

/* Columns of standard output: $COLUMNS, else what the terminal says; 0: no terminal, nothing is wrapped. */
size_t layout_width(void);

/* Characters that a text takes on a line. */
size_t layout_characters(text of);

/* A paragraph.
 *   width    0: on one line
 *   indent   blanks before each line but the first, before which `lead` stands in their place */
void layout_paragraph(FILE *out, size_t width, size_t indent, const char *lead, text words);

/* Columns under headings; what doesn't fit is wrapped within its column, the widest first, words broken last. */
typedef struct layout_table layout_table;

enum { LAYOUT_COLUMNS_MAX = 12 };

layout_table *layout_table_create(const char *const *headings, size_t columns);
void layout_table_destroy(layout_table **self);

/*   cells   one for each column; copied */
void layout_table_add(layout_table *self, const text *cells);
void layout_table_write(const layout_table *self, FILE *out, size_t width, size_t indent);

#endif
