/* simulate_fixtures.h - scenarios, the feeds of them, and all that these invent. */
#ifndef TOCSIN_SIMULATE_FIXTURES_H
#define TOCSIN_SIMULATE_FIXTURES_H

#include "collector/simulate.h"
#include "collector_fixtures.h"

enum { EVENTS_MAX = 120000, DAY_S = 86400 };

/* A folder with a scenario, its feed, and all that this gave. */
typedef struct simulate_world {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 16];
    feed *feed;
    incident *events;   /* in their order */
    size_t count;
    incident *standing; /* the version of each incident that counts in the end */
    size_t incidents;
    arena *memory;
} simulate_world;

/* For cmocka. */
int simulate_world_make(void **state);
int simulate_world_forget(void **state);

/* The feed of a scenario. It must be good. */
feed *simulate_feed_of(simulate_world *self, const char *yaml);

/* All that it invents. */
void invent(simulate_world *self, const char *yaml);

/* For qsort: by reference, and then by revision. */
int by_reference(const void *a, const void *b);

/* Of the incidents that stand: those of a series (by the first letter of its offences) in a financial year, with a
 * marker, or "". */
size_t standing_total(const simulate_world *self, char series, int begins, const char *marker);

#endif
