/* report_fixtures.h - incidents counted and covered in the engine's small world, and the figures and reports made of
 * them: through a real store, as the commands read it.
 *
 * Populations: D1 10,000 (2022), 11,000 (2023), 12,500 (2024); D2 20,000 (2022), 25,000 (2024); D3 40,000 (2024).
 * Groups: BOTH (a partnership of D1 and D2), ALIKE (most similar: D1 and D3). Baseline: none.
 */
#ifndef TOCSIN_REPORT_FIXTURES_H
#define TOCSIN_REPORT_FIXTURES_H

#include "engine_fixtures.h"
#include "figures/report.h"

typedef struct report_world {
    engine_world engine;
    store *opened;    /* what figures are read from; NULL until they are asked for */
    figures *figures;
    report *report;   /* the last one */
    unsigned named;   /* incidents so far: each needs a reference of its own */
} report_world;

/* For cmocka: *state is the world. */
int report_world_make(void **state);
int report_world_remove(void **state);

/* A file of the reference data, new or replaced; the engine takes it over. */
void given(report_world *self, const char *name, const char *content);

/* So many incidents, each its own.
 *   date     "2024-05-17", or "2024-05" where only the month is known
 *   origin   "live" unless told otherwise */
void happened(report_world *self, int count, const char *date, const char *offence_code, const char *area_code);
void happened_as(report_world *self, int count, incident like);

/* "live" covers an area, all categories told apart; or as told.
 *   days   "2024-01-01..2024-12-31" */
void covered(report_world *self, const char *area_code, const char *days);
void covered_by(report_world *self, const char *origin, const char *area_code, const char *days, const char *categories,
                const char *offences);

/* What data.police.uk can tell of this world. */
#define OPEN_DATA "Violence and sexual offences;Burglary;Other theft;Anti-social behaviour"

/* All that has happened so far, committed and opened for reading. */
const figures *figures_now(report_world *self);
const subject *subject_at(report_world *self, const char *code); /* lives as long as the world */
int category_in(report_world *self, const char *code);
day_number day_at(const char *date);
period days_of(const char *from_to);

/* A report, made anew; it lives until the next one. */
const report *report_on(report_world *self, const char *area_code, report_request what);

/* The same as of a date; a rolling year. */
const report *report_as_of(report_world *self, const char *area_code, const char *as_of);

const report_row *row_of(const report *self, const char *category_code);

/* Equal to this many digits behind the point, or both unknown. */
void assert_number(double actual, double expected, int digits);
void assert_unknown(double actual);
bool has_note(const report *self, const char *words);

#endif
