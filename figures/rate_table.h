/* rate_table.h - the rates of one area or group over one window, for every category.
 *
 * A most similar group's rate is the unweighted mean of its members' rates, the area itself included, as the
 * forces' own comparisons have it. Proved by tests/test_rate_table.c.
 */
#ifndef TOCSIN_RATE_TABLE_H
#define TOCSIN_RATE_TABLE_H

#include "figures.h"

typedef struct rate_table {
    double *rates;       /* per 1,000 residents by category; NAN where not wholly covered or no population */
    int population_year; /* 0: none, or a mean's members have several */
    bool mean;           /* of members' rates */
} rate_table;

/*   population_year   0: the nearest to the window's middle */
status rate_table_read(const figures *from, const subject *of, period days, int population_year, rate_table *out);
void rate_table_free(rate_table *self);

/* Rate tables read once for a run of reports. */
typedef struct rate_tables rate_tables;

rate_tables *rate_tables_create(const figures *from, int population_year);
void rate_tables_destroy(rate_tables **self);

/* The table of a subject over a window; it lives as long as the tables. */
status rate_tables_get(rate_tables *self, const subject *of, period days, const rate_table **out);

#endif
