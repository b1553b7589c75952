/* simulate.h - a feed of invented records that add up to a scenario's yearly totals.
 *
 * Each total is spread over the year's days by chance, weighted by season and weekday, so that months vary as
 * much as chance makes them and no more. Some incidents first come otherwise and are corrected, some come
 * and are cancelled: the totals are those that stand at the end. The same for the same seed.
 * Proved by tests/test_simulate.c and tests/test_simulate_chance.c.
 */
#ifndef TOCSIN_SIMULATE_H
#define TOCSIN_SIMULATE_H

#include <stdbool.h>

#include "feed.h"

/* NULL when the scenario has faults, of which the user was told. */
feed *simulate_create(const char *path, void (*tell)(const char *path, const char *words));

/* Writes the records as canonical CSV instead. */
bool simulate_write(const char *path, const char *out, void (*tell)(const char *path, const char *words));

#endif
