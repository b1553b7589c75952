/* announcer.h - tells whoever follows the list of events, as soon as one is stored.
 *
 * Behind the record's path, in a thread of its own with a reader of its own on the store: it publishes what was committed
 * since it started (proto/PROTOCOL.md), beats, and answers those who ask for what they have missed. The list in the store
 * is the truth; what is published is the doorbell, so whatever is lost on the way is asked for again. It never publishes what
 * was stored before it started: nothing is told as new twice. Proved by tests/test_announcer.c and
 * tests/integration/test_announce.py.
 */
#ifndef TOCSIN_ANNOUNCER_H
#define TOCSIN_ANNOUNCER_H

#include "proto/link.h"
#include "proto/wire.h"

typedef struct announcer announcer;

enum { BEAT_S = 1 };

typedef struct announcer_settings {
    const char *folder;  /* of the data */
    const char *publish; /* endpoint where events are published */
    const char *replay;  /* endpoint where questions are answered */
} announcer_settings;

/* Starts the thread; what it publishes begins behind the newest event there is.
 *   hub       outlives it
 *   publish_at, replay_at   the endpoints that were taken
 *   why       on failure, in words
 * Errors      STATUS_IO: an endpoint can't be had; the store's */
status announcer_start(link_hub *hub, const announcer_settings *settings, char publish_at[ENDPOINT_SIZE_MAX],
                       char replay_at[ENDPOINT_SIZE_MAX], announcer **out, char why[NOTE_SIZE_MAX]);

/* Events were stored. From any thread; waits for nothing. */
void announcer_wake(announcer *self);

/* Ends the thread, and waits for its end. */
void announcer_stop(announcer **self);

#endif
