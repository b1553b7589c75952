/* known_on.h - figures as they were known on an earlier day.
 *
 * Versions are kept with the time they were received, and declarations with theirs. A second store is made of
 * those that had come by the end of the day, recounted with today's reference data, in a folder that goes away
 * again; every command that reads a store can read it. Proved by tests/integration/test_known_on.py.
 */
#ifndef TOCSIN_KNOWN_ON_H
#define TOCSIN_KNOWN_ON_H

#include "proto/calendar.h"
#include "storage/store.h"

/* Makes the store of what was known at the end of a UK day, and opens it for reading.
 *   from    a store in a consistent picture (store_begin_reading)
 *   why     on failure, in words
 * Errors    the stores' */
status known_on_open(store *from, day_number on, store **out, char why[NOTE_SIZE_MAX]);

#endif
