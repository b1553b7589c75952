/* history.h - one history of a simulated world: everything that happens in it follows from the seed.
 *
 * Collectors tell, the network loses, processes die, disks fill, clocks jump; then all is well again, and everything
 * that was said must be in the store, once, and counted as a plain model counts it.
 */
#ifndef TOCSIN_WORLD_HISTORY_H
#define TOCSIN_WORLD_HISTORY_H

#include "ground.h"
#include "trace.h"

typedef struct history_result {
    bool fine;
    char fault[1100]; /* the promise that was broken, and when */
    uint64_t digest;  /* of everything that happened */
    uint64_t lines;
} history_result;

/* Runs the history of a seed.
 *   shown   prints what happens */
history_result history_run(const ground *on, uint64_t seed, bool shown);

#endif
