/* courier_parts.h - the courier's inside, for the files that make it up: courier, courier_hear. Nobody else includes it. */
#ifndef TOCSIN_COURIER_PARTS_H
#define TOCSIN_COURIER_PARTS_H

#include "courier.h"
#include "in_flight.h"

typedef enum run_state {
    RUN_QUEUED,  /* not opened in this session */
    RUN_GREETED, /* Hello is on its way */
    RUN_OPEN,    /* may be sent */
    RUN_WAITING, /* the feed has nothing now */
    RUN_ENDED,   /* everything of it is sent */
    RUN_SETTLED, /* and acknowledged */
} run_state;

/* A feed on its way. Numbers of streams that are settled are used again. */
struct run {
    feed *feed;
    run_state state;
    uint32_t number;        /* of its stream in this session */
    uint64_t last_sequence; /* of its last message in this session */
    bool unsettled;         /* something was sent since `settled` was told */
};

struct courier {
    courier_settings settings;
    courier_world world;
    struct run *runs;
    size_t run_count, run_capacity;
    uint64_t session;      /* 0: none was begun */
    bool connected;        /* a Welcome came in this session */
    uint64_t sequence;     /* of the last flow message */
    in_flight in_flight;
    uint32_t credit;
    int64_t heartbeat_ms;
    int64_t heard_ms, spoke_ms, greeted_ms;
    int64_t not_before_ms; /* of the next session */
    int64_t backoff_ms;
    bool caught_up;        /* said in this session */
    bool has_pending;      /* `out` holds a message that the socket would not take */
    courier_state state;
    char why[NOTE_SIZE_MAX];
    courier_counts counts;
    arena *memory;
    buffer out;
};

/* Everything that is not acknowledged begins again from what the aggregator holds.
 *   wait_ms   before the next session; 0: longer each time */
void courier_end_session(courier *self, int64_t now_ms, int64_t wait_ms);

/* Tells the feeds of which everything that was sent is acknowledged. */
void courier_note_settled(courier *self);

/* It ends here, and why. */
courier_state courier_fail(courier *self, text words);

#endif
