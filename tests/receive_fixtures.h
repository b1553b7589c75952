/* receive_fixtures.h - an aggregator's ear on a real engine, peers that say what a test tells them to, and everything
 * that is said to them.
 */
#ifndef TOCSIN_RECEIVE_FIXTURES_H
#define TOCSIN_RECEIVE_FIXTURES_H

#include "aggregator/receive.h"
#include "engine_fixtures.h"

enum { SAID_MAX = 4096 };

/* What was said to a peer and not looked at yet. */
typedef struct desk_said {
    int who;
    message what;
} desk_said;

/* Peers are numbers from 1. Credit 4, heartbeat 5 s, 3 sessions, 100 records to a commit; the clock stands at an hour. */
typedef struct desk {
    engine_world world;
    receive *receive;
    receive_settings settings;
    moment now;
    desk_said *said;
    size_t said_count;
    int gone; /* a peer that can't be reached; 0: none */
    arena *memory;
} desk;

/* For cmocka: *state is the desk. */
int desk_make(void **state);
int desk_remove(void **state);

/* Other settings, in place of the first; everything that was said before is forgotten. */
void desk_settle(desk *self, receive_settings settings);

void desk_wait(desk *self, int64_t ms);

/* A peer says something; its version is 1 where it has none. */
void desk_hear(desk *self, int who, message what);
void desk_hear_octets(desk *self, int who, text octets);

/* What was said to a peer next, and it must be of this kind. */
message said_to(desk *self, int who, message_kind kind);

/* It must be a refusal, for this reason, with words that hold these. */
message refused_to(desk *self, int who, refusal why, const char *words);

/* Nothing more was said to a peer. */
void assert_silent(desk *self, int who);

void desk_commit(desk *self);

/* Commits, and everything up to `through` must be acknowledged to the peer. */
ack acknowledged_to(desk *self, int who, uint64_t through);

/* --- messages ---------------------------------------------------------------------------------- */

message a_hello(uint64_t session, uint32_t stream_number, const char *stream, uint64_t instance);

/* Records of the origin "live", with the position behind them: offset `sequence`. */
message some_records(uint64_t session, uint32_t stream_number, uint64_t sequence, incident *each, size_t count);

/* A good message of any kind that has a sequence; of the others too. */
message a_message(message_kind kind, uint64_t session, uint32_t stream_number, uint64_t sequence);

/* Hello and its Welcome. */
welcome greeted(desk *self, int who, uint64_t session, uint32_t stream_number, const char *stream, uint64_t instance);

#endif
