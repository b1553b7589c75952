/* count_table.h - stored months added up: counts of every category over any windows, and month by month.
 *
 * Whole months are taken from their totals; days are read only of months that a window cuts. Proved by
 * tests/test_count_table.c against a recount.
 */
#ifndef TOCSIN_COUNT_TABLE_H
#define TOCSIN_COUNT_TABLE_H

#include "figures.h"

enum { WINDOWS_MAX = 8 };

typedef struct count_request {
    const period *windows; /* at most WINDOWS_MAX */
    size_t window_count;
    month_number last;     /* of the monthly table */
    int months;            /* its length; 0: none is wanted */
} count_request;

typedef struct count_table {
    size_t categories;
    size_t windows;
    int months;
    double *sums;    /* [window][category]: with all that lies under it */
    double *own;     /* [window][category]: a node's own records, of origins that cover any of the area: what
                        lies below it may be hidden in them */
    bool *blurred;   /* [window][category]: the window cuts a month of which only the month is known */
    double *monthly; /* [category][month], oldest first: with all that lies under it */
} count_table;

status count_table_read(const figures *from, const subject *of, const count_request *what, count_table *out);
void count_table_free(count_table *self);

double count_table_sum(const count_table *self, size_t window_index, int category_index);
bool count_table_blurred(const count_table *self, size_t window_index, int category_index);

/* Records that are known only as something wider than the category, so that some may be the category's. */
double count_table_hidden(const count_table *self, const offence_tree *tree, size_t window_index, int category_index);

#endif
