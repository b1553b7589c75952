/* collecting.h - a collector of a simulated world: the real courier, in a loop as runner.c's, in a process that may
 * die and begin again knowing nothing.
 */
#ifndef TOCSIN_WORLD_COLLECTING_H
#define TOCSIN_WORLD_COLLECTING_H

#include "collector/courier.h"
#include "ledger.h"
#include "network.h"

typedef struct collecting collecting;

collecting *collecting_create(told *all, size_t number, network *net, ledger *kept, trace *said, chance *by);
void collecting_destroy(collecting **self);

/* Sends, hears, ticks; or begins anew after a death. */
void collecting_round(collecting *self, int64_t now_ms);

/* The process is killed now, and started again a little later. */
void collecting_kill(collecting *self, int64_t now_ms);

/* It is started again at once. */
void collecting_hurry(collecting *self);

/* It is stopped as its user stops it, and not started again. */
void collecting_stop(collecting *self, int64_t now_ms);

/* Nothing is done until then. */
void collecting_pause(collecting *self, int64_t until_ms);

/* No more misfortunes. */
void collecting_heal(collecting *self);

/* Has it ended by itself, or does it wait at the ends of its streams, everything said and caught up? */
bool collecting_is_settled(const collecting *self);
bool collecting_has_ended(const collecting *self);

/* What it is doing, for a person who wonders why it doesn't end. */
const char *collecting_in_words(const collecting *self);

#endif
