/* recount_cells.h - how many incidents a recount has found: a number for each month, origin, side, category and day.
 *
 * Collected in a table as they come, then sorted, so that they can be held against what is stored month by month.
 * For the recount only; proved with it by tests/test_recount.c.
 */
#ifndef TOCSIN_RECOUNT_CELLS_H
#define TOCSIN_RECOUNT_CELLS_H

#include "proto/calendar.h"
#include "storage/tally.h"

struct cell {
    uint64_t key; /* 0: free */
    uint32_t count;
};

/* Keys are in order of month, origin, side (counted before outranked), category and day of the month. None is 0. */
uint64_t cell_key(month_number m, uint32_t origin, bool outranked, uint32_t category_id, int day_of_month);

/* What stands in a key. */
month_number cell_month(uint64_t key);
uint32_t cell_origin(uint64_t key);
bool cell_outranked(uint64_t key);
uint32_t cell_category(uint64_t key);
int cell_day(uint64_t key);

/* Do both stand in one row of stored counts? */
bool cells_share_row(uint64_t a, uint64_t b);

/* Of one area's own records. All zeros: empty. */
struct cell_table {
    struct cell *each;
    size_t capacity, count;
};

void cell_table_add(struct cell_table *self, uint64_t key, uint32_t count);

/* Cells in order of their keys, each key once. */
struct cells {
    struct cell *each;
    size_t count;
};

struct cells cells_of(const struct cell_table *table);

/* Both together; what went in is freed. */
struct cells cells_together(struct cells a, struct cells b);
void cells_sort(struct cell *each, size_t count);

#endif
