/* report_levels.h - where a report's series stand, on the report's own date.
 *
 * The store has where they stand now; for an earlier date, or as it was known on an earlier day, the fold is run to
 * that date. Proved by tests/integration/test_judge.py.
 */
#ifndef TOCSIN_REPORT_LEVELS_H
#define TOCSIN_REPORT_LEVELS_H

#include "figures/report.h"

typedef struct report_levels report_levels;

/* The figures must outlive it. */
report_levels *report_levels_create(const figures *from);
void report_levels_destroy(report_levels **self);

/* Fills in level and direction of every row that a rule watches. Groups have none, nor have windows that are no rolling
 * year, nor figures of one origin: the rules watch what all of them tell.
 *   now   the report speaks of what is known now, as far as the coverage reaches */
status report_levels_fill(report_levels *self, report *made, bool now);

#endif
