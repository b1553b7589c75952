/* misfortune.h - what goes wrong in a simulated world, and how often: each history has its own mixture, so that some
 * see one kind all the time and others several at once.
 */
#ifndef TOCSIN_WORLD_MISFORTUNE_H
#define TOCSIN_WORLD_MISFORTUNE_H

#include "world.h"

enum { MISFORTUNES = 15 };

typedef struct misfortune {
    network_weather weather;
    uint32_t often[MISFORTUNES]; /* of 10000 steps; 0: never in this history */
} misfortune;

misfortune misfortune_draw(chance *by);

/* What happens before the next step. */
void misfortune_strike(const misfortune *self, world *to);

#endif
