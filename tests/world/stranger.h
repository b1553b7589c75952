/* stranger.h - somebody in a simulated world who speaks to the aggregator and keeps to nothing: noise, pieces of what he
 * has overheard, good words in the wrong order. He harms nobody but himself.
 */
#ifndef TOCSIN_WORLD_STRANGER_H
#define TOCSIN_WORLD_STRANGER_H

#include "network.h"

void stranger_speak(network *to, chance *by, int64_t now_ms);

#endif
