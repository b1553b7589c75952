/* advice_fixtures.h - figures of four categories by hand, and the advice on them by the default rules. */
#ifndef TOCSIN_ADVICE_FIXTURES_H
#define TOCSIN_ADVICE_FIXTURES_H

#include "judging/priority_advice.h"

enum { ADVICE_CATEGORIES = 4 };

/* Theft, Fraud, Robbery and Arson, by index; their evidence, and what words live in. For cmocka: set up and torn down. */
typedef struct advice_world {
    report_row rows[ADVICE_CATEGORIES];
    category_facts facts[ADVICE_CATEGORIES];
    priority_evidence evidence[ADVICE_CATEGORIES];
    strategic_priority told;
    advice_rules rules; /* the defaults */
    arena *memory;
} advice_world;

int advice_world_make(void **state);
int advice_world_remove(void **state);

/* As counted against 2022-23, with p as the test found it; the rest follows from D1's rules for small numbers. 5 per
 * 1,000 residents. */
category_facts *counted(advice_world *self, int index, double count, double before, double p);

void ranked(category_facts *of, volume_kind kind, size_t rank);

/* Nothing to compare with is wholly known; or not even the year itself. */
void uncompared(category_facts *of);
void cover(advice_world *self, int index, coverage_word word);

/* The advice on a priority of which the first categories are the only evidence; by the default rules of the first alone. */
priority_advice judged_by(advice_world *self, const advice_rules *by, size_t category_count);
priority_advice judged(advice_world *self);

/* With grounds, that hold or don't. */
priority_advice judged_on(advice_world *self, priority_ground *grounds, const bool *holds, size_t count, size_t category_count);

#endif
