/* in_flight.h - messages that were sent and are not acknowledged yet, in the order of their sequence. */
#ifndef TOCSIN_IN_FLIGHT_H
#define TOCSIN_IN_FLIGHT_H

#include "proto/wire.h"

enum { IN_FLIGHT_MAX = 1024 };

/* One of them, and where its records came from. */
typedef struct sent {
    uint64_t sequence;
    size_t run;      /* the courier's number of its feed */
    uint64_t *lines, *faulty_lines;
    size_t line_count, faulty_count;
    bool moves;      /* it gives a position, */
    uint64_t offset; /* with this offset */
} sent;

typedef struct in_flight {
    sent each[IN_FLIGHT_MAX]; /* a ring */
    size_t first, count;
} in_flight;

/* Behind the others; there must be room. */
void in_flight_put(in_flight *self, const message *what, size_t run);

/* NULL when there is none: the oldest, and the one with a sequence. */
const sent *in_flight_oldest(const in_flight *self);
const sent *in_flight_find(const in_flight *self, uint64_t sequence);

/* The oldest is acknowledged; all are forgotten. */
void in_flight_take(in_flight *self);
void in_flight_forget(in_flight *self);

/* The line of a record in its source; 0: unknown. */
uint64_t sent_line(const sent *self, bool of_faulty, uint32_t index);

#endif
