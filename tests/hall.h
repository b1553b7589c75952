/* hall.h - a receive on a real engine, with peers that are called by a letter, and a clock that the test moves. */
#ifndef TOCSIN_HALL_H
#define TOCSIN_HALL_H

#include "aggregator/receive.h"
#include "engine_fixtures.h"
#include "proto/wire.h"

enum { HEARD_MAX = 64 };

typedef struct hall {
    engine_world world;
    receive *receive;
    arena *memory;
    int64_t now_ms;
    message heard[HEARD_MAX]; /* what was answered since heard_count was set to 0; at most so many */
    size_t heard_count;
} hall;

/* For cmocka: *state is the hall. */
int hall_make(void **state);
int hall_remove(void **state);

moment hall_now(const hall *self);

/* A peer says something; its session is its letter. */
void hall_say(hall *self, char who, message what);

/* It says Hello for the stream "a.csv" of "desk".
 * Returns   what it is answered */
message_kind hall_greet(hall *self, char who);

/* Forgets what was answered. */
void hall_clear(hall *self);

#endif
