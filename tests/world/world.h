/* world.h - the parts of a simulated world, together. */
#ifndef TOCSIN_WORLD_WORLD_H
#define TOCSIN_WORLD_WORLD_H

#include "aggregating.h"
#include "collecting.h"

typedef struct world {
    const ground *ground;
    chance by;    /* draws everything that happens */
    trace trace;
    told *told;
    network *network;
    ledger *ledger;
    aggregating *aggregator;
    collecting *collectors[TOLD_COLLECTORS_MAX];
} world;

#endif
