/* aggregating.h - the aggregator of a simulated world: the real receive, engine and store, in a loop as
 * service.c's, on a machine that dies, stands still, has a full disk and a wrong clock.
 */
#ifndef TOCSIN_WORLD_AGGREGATING_H
#define TOCSIN_WORLD_AGGREGATING_H

#include "aggregator/receive.h"
#include "ground.h"
#include "ledger.h"
#include "network.h"

typedef struct aggregating aggregating;

typedef struct aggregating_settings {
    const ground *ground;
    network *network;
    ledger *ledger;
    trace *trace;
    chance *by;
    receive_settings receive;
    /* Called with every store that is opened after a death: does it hold what was promised? */
    void (*reopened)(void *context, store *opened);
    void *context;
} aggregating_settings;

aggregating *aggregating_create(aggregating_settings settings, int64_t now_ms);
void aggregating_destroy(aggregating **self);

/* Hears what has come, commits if it is time, ticks if it is time; or comes back to life. */
void aggregating_round(aggregating *self, int64_t now_ms);

/* The process is killed now: what is on the disk stays. */
void aggregating_kill(aggregating *self, int64_t now_ms);

/* It will be killed just when it has said something of a kind for the n-th time from now on.
 *   kind   MESSAGE_NONE: of any */
void aggregating_kill_at(aggregating *self, message_kind kind, uint32_t n);

/* It will be killed while it writes its next commit. */
void aggregating_kill_in_commit(aggregating *self);

/* It stops as it is asked to. */
void aggregating_stop(aggregating *self, int64_t now_ms);

/* The disk will be full at some octet of the next commit. */
void aggregating_fill_disk(aggregating *self);

/* Nothing is done until then. */
void aggregating_pause(aggregating *self, int64_t until_ms);

/* Its wall clock is wrong by so much from now on. */
void aggregating_set_clock(aggregating *self, int64_t skew_s);

/* As when there is nothing else to do. */
void aggregating_idle(aggregating *self);

/* No more misfortunes. */
void aggregating_heal(aggregating *self);

/* The store as it stands; NULL while the process is down. */
store *aggregating_store(aggregating *self);

#endif
