/* stored_areas.h - areas' counts and coverage as the store has them, for folds outside the aggregator.
 *
 * Proved by tests/integration/test_judge.py, which compares with what the aggregator's judge announced.
 */
#ifndef TOCSIN_STORED_AREAS_H
#define TOCSIN_STORED_AREAS_H

#include "area_fold.h"
#include "figures/figures.h"

typedef struct stored_areas stored_areas;

/* The figures must outlive it. */
stored_areas *stored_areas_create(const figures *from);
void stored_areas_destroy(stored_areas **self);

/* As area_source; the context is the stored_areas. Areas are read when first asked for. */
bool stored_area(void *context, int area_index, area_input *out);

/* What reading the store has said so far. */
status stored_areas_status(const stored_areas *self);

/* Lets go of every area but those above it and itself. */
void stored_areas_forget_others(stored_areas *self, int area_index);

#endif
