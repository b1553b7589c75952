/* courier.h - carries feeds to the aggregator and makes sure that they arrive.
 *
 * Greets, sends within the credit, hears acknowledgements, and after any break goes on from the position
 * that the aggregator holds. A state machine: messages and time go in, messages go out through the send
 * function; it owns no socket and no clock. Proved by tests/test_courier.c.
 */
#ifndef TOCSIN_COURIER_H
#define TOCSIN_COURIER_H

#include "feed.h"

typedef struct courier courier;

typedef struct courier_settings {
    const char *source;   /* the collector's name */
    uint64_t instance;    /* drawn when the process started */
    uint64_t seed;        /* for session numbers */
    bool follow;          /* feeds that wait for more keep the others going */
} courier_settings;

/* What became of the records, for the summary. */
typedef struct courier_counts {
    uint64_t sent;     /* incidents and faulty rows, each once, however often they had to be sent */
    uint64_t accepted, repeated, replaced, rejected;
    uint64_t unusable; /* feeds that could not be read to their end */
} courier_counts;

/* How the courier reaches the outside. Every function may be called from any courier_ function. */
typedef struct courier_world {
    void *context;
    /* STATUS_AGAIN: not now; the message is kept and tried again. */
    status (*send)(void *context, const void *octets, size_t size);
    /* The connection is to be thrown away and made anew. */
    void (*reconnect)(void *context);
    /* A record was rejected: line of its source (0: unknown), and why. */
    void (*rejected)(void *context, const feed *of, uint64_t line, text words);
    /* Something that the user should read: a note, a refusal that is waited out. */
    void (*tell)(void *context, const feed *of, text words);
} courier_world;

typedef enum courier_state {
    COURIER_WORKING,  /* call again when a message or a feed is ready, or at the next tick */
    COURIER_DONE,     /* everything is acknowledged, and the feeds have ended */
    COURIER_FAILED,   /* refused for good: courier_why says what */
} courier_state;

courier *courier_create(courier_settings settings, courier_world world);
void courier_destroy(courier **self);

/* Feeds are sent in the order in which they are added; the courier destroys them. */
void courier_add(courier *self, feed *made);

/* A feed that had ended has something new: its turn comes again.
 * Returns    false: it has not ended yet, or is not everything of it acknowledged */
bool courier_again(courier *self, const feed *of);

/* Sends what can be sent now. */
courier_state courier_work(courier *self, int64_t now_ms);

/* One message from the aggregator. */
void courier_message(courier *self, text octets, int64_t now_ms);

/* Heartbeats; a peer that is silent too long. Call about once a second. */
void courier_tick(courier *self, int64_t now_ms);

/* Is something sent that was not acknowledged yet? */
bool courier_is_owed(const courier *self);

/* Says Bye, if anybody listens. */
void courier_farewell(courier *self);

const char *courier_why(const courier *self);
courier_counts courier_count(const courier *self);

/* Is a session open at all? */
bool courier_is_connected(const courier *self);

/* Feeds by index, NULL behind the last; and are they waiting for more? */
feed *courier_feed(const courier *self, size_t index);
bool courier_is_waiting(const courier *self);

#endif
