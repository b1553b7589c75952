/* coverage_fixtures.h - a small reference world in which origins declare what they have sent, and what is
 * known of it in words.
 */
#ifndef TOCSIN_COVERAGE_FIXTURES_H
#define TOCSIN_COVERAGE_FIXTURES_H

#include "figures/coverage.h"
#include "reference_fixtures.h"

/* Nation EW: force F1 (which took over the former FF) with districts D1, D2 (which took over the former FD),
 * force F2 with D3; L1 is an LSOA in D1. Categories: all-crime (violence-and-sexual (violence, sexual), theft (burglary (home, other-burglary),
 * other-theft)), asb, local-fraud; markers hate (under all-crime) and domestic (under violence). */
typedef struct covered_world {
    reference *data;
    codebook *book;
    coverage *coverage;
    arena *memory;
} covered_world;

/*   ranks   lines of sources.csv */
covered_world covered_world_make(const char *ranks);
void covered_world_forget(covered_world *self);

/* What data.police.uk can tell: its crime types, and nothing of markers. */
#define POLICE_UK "Violence and sexual offences;Burglary;Other theft;Anti-social behaviour"

/*   days        "2024-01-01..2024-12-31"
 *   categories  with semicolons between them; "" for all
 *   offences    likewise; "" for a source that tells everything apart, and has markers; any other has none */
coverage_declaration declaration_of(covered_world *self, const char *origin, const char *area_code, const char *days,
                                    const char *categories, const char *offences);

/* Declares, and fails the test unless the answer is this. Returns the words. */
const char *declare(covered_world *self, coverage_answer expected, coverage_declaration what);

int area_at(const covered_world *self, const char *code);
int category_at(const covered_world *self, const char *code);
day_number day_from(const char *date);
uint32_t origin_at(const covered_world *self, const char *origin);

/* The days that are wholly known: "2024-01-01..2024-03-31 2024-05-01..2024-05-31". */
const char *known_days(covered_world *self, const char *area_code, const char *category);
void assert_known(covered_world *self, const char *area_code, const char *category, const char *days);

#endif
