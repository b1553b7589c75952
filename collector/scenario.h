/* scenario.h - yearly totals from which records are invented: a YAML file, read and checked.
 *
 * reference/stafford.yaml is the model; docs/scenario.md tells what each key means. Proved by
 * tests/test_scenario.c.
 */
#ifndef TOCSIN_SCENARIO_H
#define TOCSIN_SCENARIO_H

#include "proto/memory.h"
#include "proto/wire.h"

enum { SCENARIO_YEARS_MAX = 32, SCENARIO_OFFENCES_MAX = 64, SCENARIO_MARKERS_MAX = 8 };

/* How many in a financial year, named by the year it begins in. */
typedef struct yearly_total {
    int begins;
    uint32_t count;
} yearly_total;

typedef struct weighted_code {
    text code;
    double weight;
} weighted_code;

/* Of a series' incidents, how many bear a marker. */
typedef struct marked_total {
    text marker;
    yearly_total years[SCENARIO_YEARS_MAX];
    size_t year_count;
} marked_total;

/* Incidents of one kind. */
typedef struct scenario_series {
    text name;
    weighted_code offences[SCENARIO_OFFENCES_MAX];
    size_t offence_count;
    yearly_total years[SCENARIO_YEARS_MAX];
    size_t year_count;
    marked_total markers[SCENARIO_MARKERS_MAX];
    size_t marker_count;
    double season[12];  /* weight of each calendar month, January first */
    double weekday[7];  /* Monday first */
} scenario_series;

typedef struct scenario {
    text origin;
    uint64_t seed;
    text *places; /* area codes; incidents fall on them unevenly */
    size_t place_count;
    double corrected; /* share of incidents that first came otherwise */
    double cancelled; /* so many more, as a share, that were cancelled later */
    scenario_series *series;
    size_t series_count;
    coverage_declaration *covers;
    size_t cover_count;
    arena *memory;
} scenario;

/* Reads a scenario; every fault is told, with its line.
 * Returns NULL when there was any */
scenario *scenario_read(const char *path, void (*tell)(const char *path, const char *words));
void scenario_destroy(scenario **self);

#endif
