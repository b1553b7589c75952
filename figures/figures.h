/* figures.h - what everything that reads counts stands on: a store, its codes, its reference data.
 *
 * Opened once by a command, or once by the aggregator's readers; holds no counts. Proved by
 * tests/test_figures.c.
 */
#ifndef TOCSIN_FIGURES_H
#define TOCSIN_FIGURES_H

#include "coverage.h"
#include "period_set.h"
#include "reference.h"
#include "subject.h"

typedef struct figures figures;

/* Errors   the store's; STATUS_NOT_FOUND: no reference data were ever adopted */
status figures_open(store *from, figures **out);
void figures_close(figures **self);

/* From here on only the records of one origin are counted, and only what it has declared is known; but for areas of
 * which another of better rank has declared anything, as its own records don't count there.
 * Errors   STATUS_NOT_FOUND: no record came from an origin of this name; the store's */
status figures_narrow(figures *self, text origin);

/* The origin that they were narrowed to; 0: none. */
uint32_t figures_origin(const figures *self);

store *figures_store(const figures *self);
const reference *figures_reference(const figures *self);
const codebook *figures_codebook(const figures *self);

/* As subject_set_area and subject_called. */
void subject_of_area(const figures *self, int area_index, subject *out);
bool subject_find(const figures *self, text code_or_name, subject *out, char words[NOTE_SIZE_MAX]);

/* The days on which each category of a subject is wholly known, by category index; the caller frees with
 * known_free. */
status known_read(const figures *self, const subject *of, period_set **out);
void known_free(const figures *self, period_set **sets);

/* The last date that the subject's coverage reaches: of the first root of the offence tree that is covered at
 * all. A subject of which only parts are covered: the furthest of them. DAY_NONE: nothing is covered. */
status subject_as_of(const figures *self, const subject *of, day_number *out);

/* Has the origin declared anything of the area, of one that holds it, or of a part of it? */
bool figures_origin_covers(const figures *self, uint32_t origin, int area_index);

#endif
