/* source_states.h - how each origin stands: its last record, what it covers, where gaps are, what it promised.
 *
 * For tocsin status, and for whoever warns when a source falls behind. Time comes in as an argument.
 * Proved by tests/integration/test_status.py.
 */
#ifndef TOCSIN_SOURCE_STATES_H
#define TOCSIN_SOURCE_STATES_H

#include "figures.h"

/* What an origin covers of an area: categories that have the same days stand together. */
typedef struct source_part {
    text area, area_name;
    text categories;     /* codes joined by ";"; empty: all */
    period_set days;
    period_set gaps;     /* days between the first and the last that are not covered */
} source_part;

typedef struct source_promise {
    text area, area_name;
    uint32_t interval_s; /* 0: none */
    bool retired;
    int64_t declared_s;  /* when it last declared anything */
    int64_t due_s;       /* when the next declaration is promised; 0: none is */
    bool late;
} source_promise;

typedef struct source_state {
    text origin, title;
    day_number last_record; /* DAY_NONE: none */
    day_number reach;       /* the furthest day that it covers; DAY_NONE: none */
    source_part *parts;
    size_t part_count, part_capacity;
    source_promise *promises;
    size_t promise_count, promise_capacity;
    uint64_t open_rejects;
    bool late;              /* any of its promises is broken */
} source_state;

typedef struct source_states {
    source_state *each;     /* by name */
    size_t count, capacity;
    arena *memory;
} source_states;

/* Of every origin that has sent, declared or had rejected anything. What sources.csv promises stands in for a
 * declaration that promised nothing.
 *   now_s   seconds since 1970 UTC */
status source_states_read(const figures *from, int64_t now_s, source_states *out);
void source_states_free(source_states *self);

#endif
