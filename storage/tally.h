/* tally.h - how many incidents of each category on each day of one month, in one place, from one origin.
 *
 * Step 4 of the record's path works on these; the store keeps them as JSON text, so that anybody's tools
 * can read them. Proved by tests/test_tally.c.
 */
#ifndef TOCSIN_TALLY_H
#define TOCSIN_TALLY_H

#include <stdint.h>

#include "proto/memory.h"
#include "proto/status.h"

enum { DAY_UNKNOWN = 0, TALLY_DAYS = 32 };

typedef struct tally_row {
    uint32_t category;           /* a code's number */
    uint32_t total;              /* of all days */
    uint32_t days[TALLY_DAYS];   /* by day of the month; [DAY_UNKNOWN] for records that know only their month */
} tally_row;

/* Rows by category, ascending; none whose total is 0 after tally_tidy. */
typedef struct tally {
    tally_row *rows;
    size_t count;
    size_t capacity;
} tally;

void tally_free(tally *self);

/* Adds `change` to a category's day.
 *   day       1 to 31, or DAY_UNKNOWN
 * Returns     false when the count would fall below zero, or beyond what 32 bits hold: the caller has lost
 *             track; nothing is changed */
bool tally_add(tally *self, uint32_t category, int day, int32_t change);

/* The row of a category, or NULL. */
const tally_row *tally_find(const tally *self, uint32_t category);

/* Drops rows that have become zero. */
void tally_tidy(tally *self);

/* As JSON: {"12":{"3":1,"31":2}} and {"12":3}. The text lives in the arena. */
text tally_days_json(const tally *self, arena *memory);
text tally_totals_json(const tally *self, arena *memory);

/* Adds what the JSON says.
 * Errors      STATUS_CORRUPT   not what the functions above write; the tally is then half filled */
status tally_add_days_json(tally *self, text json);

/* Each category's total, to the visitor. Errors as above. */
status tally_visit_totals(text json, void (*visit)(void *context, uint32_t category, uint32_t total), void *context);

#endif
