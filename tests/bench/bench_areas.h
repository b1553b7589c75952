/* bench_areas.h - the districts and offences that the benchmarks use, out of the bundled reference folder.
 *
 * 331 districts, as many as England and Wales had until 2023: the current ones first, then such former ones as were
 * taken over last. 40 offences, spread over the bundled list. The same for the same folder.
 */
#ifndef TOCSIN_BENCH_AREAS_H
#define TOCSIN_BENCH_AREAS_H

#include "figures/reference.h"

enum { BENCH_AREAS = 331, BENCH_OFFENCES = 40 };

typedef struct bench_areas {
    reference *data;
    size_t count;                    /* BENCH_AREAS, or fewer within one force */
    int areas[BENCH_AREAS];          /* indexes of the geography */
    text offences[BENCH_OFFENCES];
} bench_areas;

/* Reads the bundled folder, or ends the process with words.
 *   within   the code of an area: only districts of it; NULL: all */
bench_areas *bench_areas_read(const char *within);
void bench_areas_destroy(bench_areas **self);

#endif
