/* network.h - what lies between collectors and the aggregator in a simulated world.
 *
 * As ZeroMQ over TCP behaves: within one connection messages come in order, late, and none is lost but at its
 * end; connections overtake one another; one that breaks is made anew by the socket itself, under another
 * peer's name, and what lay between the two sockets is lost while what still lay in the collector's goes on. The
 * aggregator's socket notices that a peer is gone at once, later, or never.
 */
#ifndef TOCSIN_WORLD_NETWORK_H
#define TOCSIN_WORLD_NETWORK_H

#include "proto/link.h"
#include "tests/fixtures.h"
#include "trace.h"

typedef struct network network;

/* How bad it is. */
typedef struct network_weather {
    uint32_t latency_ms; /* at most, for a message */
    uint32_t twice;      /* of 1000 messages so many come twice in a row */
    uint32_t full;       /* of 1000 times so many the collector's socket takes nothing just now */
} network_weather;

network *network_create(chance *by, trace *said);
void network_destroy(network **self);
void network_set_weather(network *self, network_weather weather);

/* A collector throws its connection away, if it had one, and makes another. */
void network_dial(network *self, size_t collector, int64_t now_ms);

/* A collector's process is gone. */
void network_hang_up(network *self, size_t collector, int64_t now_ms);

/* The connection breaks, and the socket makes it anew. */
void network_break(network *self, size_t collector, int64_t now_ms);

/* The aggregator's process is gone: every connection breaks. */
void network_break_all(network *self, int64_t now_ms);

/* Nothing of a collector's gets through, either way, until then. */
void network_stall(network *self, size_t collector, int64_t until_ms);

/* Everything is as it should be from now on. */
void network_heal(network *self);

/* As link_send at both ends. */
status network_send_up(network *self, size_t collector, text octets, int64_t now_ms);
status network_send_down(network *self, const peer *to, text octets, int64_t now_ms);

/* The next message that is there, as link_receive; the octets are the caller's to free. */
bool network_take_up(network *self, int64_t now_ms, peer *from, text *octets);
bool network_take_down(network *self, size_t collector, int64_t now_ms, text *octets);

/* Does the aggregator's socket still believe that somebody is there? */
bool network_is_reachable(const network *self, const peer *to, int64_t now_ms);

/* When the next message will be there; INT64_MAX: none is on its way. */
int64_t network_next_ms(const network *self);

/* The last message that a collector sent, for somebody who listens; empty before the first. */
text network_overheard(const network *self);

/* A peer that is no collector, for somebody who sends what he likes. */
void network_send_strange(network *self, text octets, int64_t now_ms);
bool network_is_strange(const peer *from);

#endif
