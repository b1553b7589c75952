/* report_cells.h - what stands in one cell of a printed report: numbers as an analyst writes them, titles cut to fit.
 *
 * Proved by tests/test_report_cells.c.
 */
#ifndef TOCSIN_REPORT_CELLS_H
#define TOCSIN_REPORT_CELLS_H

#include "report.h"

enum { CELL_SIZE = 48 };

/* 9,048 */
const char *cell_whole(double number, char out[CELL_SIZE]);

/* "9,048", "9,048+" of which there may be more, "unknown". */
const char *cell_count(double count, coverage_word word, char out[CELL_SIZE]);

/* "-3.1 %", "too few", "from none", or nothing where no change can be said. */
const char *cell_change(const change *c, char out[CELL_SIZE]);

/* "-8.6 to +2.6", or nothing. */
const char *cell_interval(const change *c, char out[CELL_SIZE]);

/* "5.3"; "<0.1" of what would be rounded to nothing; nothing where it is unknown. */
const char *cell_rate(double rate, char out[CELL_SIZE]);

/* "25 %"; with a digit more below 1 %. */
const char *cell_share(double share, char out[CELL_SIZE]);

/* A title that fits: all of it, or what stands before a parenthesis, or whole words and "...".
 *   width   octets, at most CELL_SIZE - 1 */
const char *cell_title(text title, int width, char out[CELL_SIZE]);

/* A name on the second of two lines, or broken over both behind a space or a hyphen; what doesn't fit is cut. */
void cell_two_lines(text name, int width, text lines[2]);

#endif
