/* follower.h - follows the list of events of an aggregator over the network: every event once and in order, whatever gets lost.
 *
 * The subscriber's half of proto/PROTOCOL.md, "Following the list of events": what is published is the doorbell, what was
 * missed is asked for. It shows and keeps nothing itself. Proved by tests/integration/test_subscribe.py.
 */
#ifndef TOCSIN_FOLLOWER_H
#define TOCSIN_FOLLOWER_H

#include "proto/link.h"
#include "proto/wire_announce.h"

/* How far a subscriber has come, and in which list. */
typedef struct follow_cursor {
    uint64_t number;                         /* everything up to this is dealt with */
    char lineage[ANNOUNCED_LINEAGE_MAX + 1]; /* empty: it isn't known yet */
} follow_cursor;

/* What is going on, for people. */
typedef enum follow_state {
    FOLLOW_CONNECTING, /* nobody has answered yet */
    FOLLOW_REPLAYING,  /* what came behind the cursor is being fetched */
    FOLLOW_LIVE,       /* nothing is missing */
    FOLLOW_SILENT,     /* nothing was heard for too long */
    FOLLOW_SET_BACK,   /* the list goes on from a restored backup */
    FOLLOW_REFUSED,    /* a question was refused, with words */
} follow_state;

typedef enum follow_end {
    FOLLOW_ON = 0,
    FOLLOW_STOPPED,    /* a signal came */
    FOLLOW_REACHED,    /* everything up to `until` is dealt with */
    FOLLOW_ABSENT,     /* nobody answered, and that was not to be waited for */
    FOLLOW_FAILED,     /* a call said so */
} follow_end;

/* What whoever follows does. Each gets `context`. */
typedef struct follow_calls {
    void *context;
    /* Deals with one event. What it returns other than FOLLOW_ON ends the following, and the event is not dealt with. */
    follow_end (*deal)(void *context, const alert_event *one);
    /* The cursor has moved: to be kept, where it is to outlive the process. False: it can't be. */
    bool (*keep)(void *context, const follow_cursor *at);
    void (*tell)(void *context, follow_state state, text words, const follow_cursor *at);
    /* Where the aggregator is; asked again whenever it is silent. False: it isn't known. */
    bool (*find)(void *context, char announce[ENDPOINT_SIZE_MAX], char replay[ENDPOINT_SIZE_MAX]);
} follow_calls;

typedef struct follow_settings {
    event_filter filter;
    bool from_now;      /* begin behind what there is when the aggregator first answers */
    bool once;          /* end when everything that there is then is dealt with, and wait for nobody */
    uint64_t until;     /* end when everything up to this is dealt with; 0: go on */
    int signals;        /* a signalfd that ends it */
} follow_settings;

/* Follows from a cursor on until it ends.
 *   why   of a mistake in an endpoint */
follow_end follow(link_hub *hub, const follow_settings *settings, const follow_calls *calls, follow_cursor from, const char **why);

#endif
