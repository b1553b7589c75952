/* ledger.h - who has said what, as it stands on the wire of a simulated world: it reads every message that is
 * sent, believes nobody, and knows what the aggregator has promised to keep.
 *
 * Watches all the time: sequences without a gap, no more unacknowledged than the credit, nothing acknowledged
 * that did not arrive, acknowledgements and positions that never go back, streams that have one sender at a time,
 * feeds that are told the truth.
 */
#ifndef TOCSIN_WORLD_LEDGER_H
#define TOCSIN_WORLD_LEDGER_H

#include "network.h"
#include "told.h"

typedef struct ledger ledger;

/*   credit     messages that a session may have unacknowledged
 *   silent_ms  after so long a peer may be taken for dead */
ledger *ledger_create(told *all, network *net, trace *said, uint32_t credit, int64_t silent_ms);
void ledger_destroy(ledger **self);

/* A collector's courier has taken items from a stream: the next new message that it sends bears them. */
void ledger_given(ledger *self, size_t collector, told_stream *of, size_t from, size_t to);

/* A courier tells a stream that everything before an item is stored. */
void ledger_settled(ledger *self, const told_stream *of, size_t to);

/* A collector's courier hands a message to its socket; perhaps not for the first time. */
void ledger_collector_sends(ledger *self, size_t collector, text octets);

/* It reaches the aggregator. */
void ledger_aggregator_hears(ledger *self, const peer *from, text octets);

/* Somebody else has spoken to the aggregator: who knows what he said. */
void ledger_stranger_spoke(ledger *self);

/* Could the aggregator think that anybody has sent his backlog? Before that nobody may be alarmed. */
bool ledger_is_loading(const ledger *self);

/* The aggregator says something: from now on it may be held to it. */
void ledger_aggregator_sends(ledger *self, const peer *to, text octets);

/* Its process ended, and with it all it knew of its peers. */
void ledger_aggregator_died(ledger *self);

/* It reaches the collector. */
void ledger_collector_hears(ledger *self, text octets);

/* How many sessions were begun. */
size_t ledger_sessions(const ledger *self);

/* Has the newest session of a collector said CaughtUp, and was that acknowledged? */
bool ledger_caught_up(const ledger *self, size_t collector);

#endif
