/* watchdog.h - watches over what Tocsin itself stands on, and puts trouble into the event list.
 *
 * Sources that are late, a disk that fills, a store that is not backed up: alerts as any other, through the same channels.
 * What is open is read from the store, so that a restart neither repeats nor forgets it. What can't be stored, because
 * the disk is full, is logged, and stored as soon as it can be. Called by the main thread. Proved by
 * tests/test_watchdog.c and tests/integration/test_watchdog.py.
 */
#ifndef TOCSIN_WATCHDOG_H
#define TOCSIN_WATCHDOG_H

#include "trouble.h"

typedef struct watchdog watchdog;

/* Takes what is open from the engine's store.
 *   folder   of the data
 * Errors     the store's */
status watchdog_create(engine *of, const char *folder, const disk_limits *limits, int64_t now_s, watchdog **out);
void watchdog_destroy(watchdog **self);

/* What became of a commit. */
void watchdog_heard_commit(watchdog *self, status st, int64_t now_s);

/* Looks at everything, and tells what has changed. Call about once a second.
 *   backup   how it stands */
void watchdog_look(watchdog *self, const backup_state *backup, int64_t now_s);

#endif
