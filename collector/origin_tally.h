/* origin_tally.h - whose records were read: a declaration is made in the name of the commonest origin. */
#ifndef TOCSIN_ORIGIN_TALLY_H
#define TOCSIN_ORIGIN_TALLY_H

#include "proto/record.h"

/* What the feeds of a run share. If anything could not be read, nothing is declared. */
typedef struct origin_tally {
    char names[8][CODE_SIZE_MAX + 1];
    uint64_t counts[8];
    size_t count;
    bool more;    /* than fit */
    bool spoiled; /* a file could not be read, or not to its end */
} origin_tally;

/* A record of this origin was read. */
void origin_tally_add(origin_tally *self, text origin);

/* The commonest, or `otherwise` when none was seen. */
text origin_tally_first(const origin_tally *self, text otherwise);

#endif
