/* verify_levels.h - where every watched series stands, folded anew, held against what the store says.
 *
 * From recounted counts and recounted coverage; only the fold itself is the one that the aggregator's judge runs, as it
 * is what a level means. Proved by tests/integration/test_verify_levels.py.
 */
#ifndef TOCSIN_VERIFY_LEVELS_H
#define TOCSIN_VERIFY_LEVELS_H

#include "recount.h"

typedef struct levels_verified {
    uint64_t series;   /* that a rule watches, compared */
    uint64_t differing;
    uint64_t waiting;  /* areas that wait for the end of a load, or are compared with one that does: left out */
} levels_verified;

/* Compares table level with the fold.
 *   counted   after recount_versions and recount_coverage
 *   witness   its progress counts areas */
status verify_levels(store *from, recount *counted, recount_witness witness, levels_verified *out);

#endif
