/* counts.h - the months that are being counted in, held in memory and written in one go.
 *
 * Step 4 of the record's path: a record adds to its month here; the commit takes every month that changed,
 * once, however many records fell into it. Months are read from the store when first touched.
 * Proved by tests/test_counts.c.
 */
#ifndef TOCSIN_COUNTS_H
#define TOCSIN_COUNTS_H

#include "storage/store.h"

typedef struct counts counts;

counts *counts_create(store *from);
void counts_destroy(counts **self);

/* Adds to a category's day.
 *   day_of_month   1 to 31, or DAY_UNKNOWN
 *   change         1 or -1
 *   outranked      kept apart: another origin's records count there
 * Errors           the store's, when the month could not be read; STATUS_CORRUPT when a count would fall
 *                  below zero: the counts contradict the versions */
status counts_add(counts *self, month_key key, uint32_t category, int day_of_month, int32_t change, bool outranked);

/* The month's tallies, read from the store where needed; they live until the next call of any of these. */
status counts_month(counts *self, month_key key, const tally **counted, const tally **outranked);

/* The months that changed since the last settle, for a commit. They live until settle or forget. */
const month_counts *counts_changed(counts *self, size_t *count);

/* They are stored. Months are dropped from memory when more than a bound is held. */
void counts_settle(counts *self);

/* They could not be stored: what changed is dropped and read again when next touched. */
void counts_forget(counts *self);

/* Everything begins at zero, and nothing is read from the store until settled: for a recount. */
void counts_restart(counts *self);

/* Octets held, roughly. */
size_t counts_held(const counts *self);

#endif
