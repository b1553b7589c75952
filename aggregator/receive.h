/* receive.h - what collectors say, heard: who may say what when, and what is answered.
 *
 * Step 1 of the record's path. A state machine: messages and time go in, messages come out through the
 * send function; it owns no socket and no clock. PROTOCOL.md is its contract. Proved by
 * tests/test_receive.c: every message in every state.
 */
#ifndef TOCSIN_RECEIVE_H
#define TOCSIN_RECEIVE_H

#include "engine.h"
#include "proto/link.h"

typedef struct receive receive;

typedef struct receive_settings {
    uint32_t credit;        /* messages that may be unacknowledged in a session */
    uint32_t heartbeat_s;   /* a peer silent for six of them is taken for dead */
    size_t sessions_max;
    size_t commit_records;  /* records after which a commit waits for nothing */
} receive_settings;

/* The moment of a call. */
typedef struct moment {
    int64_t monotonic_ms; /* never goes back */
    int64_t wall_s;       /* seconds since 1970 UTC */
} moment;

/* Sends octets to a peer; what it returns other than STATUS_OK closes the session. */
typedef status receive_send(void *context, const peer *to, const void *octets, size_t size);

receive_settings receive_defaults(void);

receive *receive_create(engine *engine, receive_settings settings, receive_send *send, void *context);
void receive_destroy(receive **self);

/* One message from a peer. */
void receive_message(receive *self, const peer *from, text octets, moment now);

/* Should a commit be made now, or may more be gathered first?
 *   COMMIT_NOTHING   nothing to commit or acknowledge
 *   COMMIT_SOON      more was announced: within a few milliseconds
 *   COMMIT_NOW       somebody waits, or enough is gathered */
typedef enum commit_wish { COMMIT_NOTHING, COMMIT_SOON, COMMIT_NOW } commit_wish;

commit_wish receive_wish(const receive *self);

/* Commits what was gathered and acknowledges it; if that fails, everybody is told to come again.
 * Returns the store's answer */
status receive_commit(receive *self, moment now);

/* Heartbeats that are due; peers that have been silent too long are forgotten. Call about once a second: time between two
 * calls that lie further apart was not listened to, and counts as nobody's silence. */
void receive_tick(receive *self, moment now);

/* Says Bye to everybody. */
void receive_farewell(receive *self, moment now);

/* Counters since the start, named as in docs/operation.md. */
typedef struct receive_counters {
    uint64_t messages, malformed, refused, records, commits, acknowledged;
} receive_counters;

receive_counters receive_count(const receive *self);

#endif
