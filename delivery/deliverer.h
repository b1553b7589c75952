/* deliverer.h - mail and webhooks beside the counting: a thread with its own reader of the event list.
 *
 * Woken when events were committed, by the clock, and when something that it sent has come to its end. It writes nothing but
 * its cursors; the store is never in its hands. Proved by tests/integration/test_delivery.py.
 */
#ifndef TOCSIN_DELIVERER_H
#define TOCSIN_DELIVERER_H

#include "proto/memory.h"
#include "proto/status.h"
#include "storage/store.h"

typedef struct deliverer deliverer;

/* Starts the thread.
 *   data   the folder; its store has reference data
 *   file   of the subscriptions
 *   why    on failure
 * Errors   STATUS_REFUSED: the file has faults, which are in the log; the store's */
status deliverer_start(const char *data, const char *file, deliverer **out, char why[NOTE_SIZE_MAX]);

/* Gives what is on its way a moment to arrive, notes where everybody is, and ends. */
void deliverer_stop(deliverer **self);

/* From the counting thread; NULL is nobody. Events were committed; the file, or the reference data, may be another: it
 * is read again, and with a fault in it the old one stays in force. */
void deliverer_wake(deliverer *self);
void deliverer_reload(deliverer *self);

/* Is this a command for the deliverer: {"command": "deliver-retry" or "deliver-test", "name": ...}?
 *   answer   then: as command_run's */
bool deliverer_asked(deliverer *self, text line, arena *memory, text *answer);

#endif
