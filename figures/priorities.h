/* priorities.h - what the partnership compares against and cares about: priorities.yaml, understood.
 *
 * The baseline; the partnership's strategic priorities, with the categories that bear evidence on each and its other
 * grounds; and the rules by which tocsin priorities judges them. docs/priorities.md describes the keys and defends the
 * defaults. The thresholds of alerts, under `rules`, are read by judging/rules.h. Proved by tests/test_priorities.c.
 */
#ifndef TOCSIN_PRIORITIES_H
#define TOCSIN_PRIORITIES_H

#include "groups.h"
#include "offence_tree.h"

typedef struct priorities priorities;

/* Grounds that aren't counted. */
typedef enum ground_kind {
    GROUND_RESIDENT_CONCERN,
    GROUND_STAKEHOLDER_CONCERN,
    GROUND_STATUTORY_DUTY,
    GROUND_PARTNERSHIP_FOCUS,
    GROUND_RISK_OF_HARM,
    GROUNDS
} ground_kind;

/* "resident concern" ... */
const char *ground_kind_text(ground_kind kind);

typedef struct priority_ground {
    ground_kind kind;
    text words;
    text cited;        /* where that is said */
    text where;        /* code of the area or group in which it holds, with all that lies in it; empty: everywhere.
                          One that names no place is the partnership's */
    bool retains;      /* enough to retain the priority; else stated beside the evidence */
} priority_ground;

typedef struct priority_evidence {
    int category;
    bool proxy;        /* stands in for what isn't counted itself */
    int *parts;        /* categories below it whose share is shown */
    size_t part_count;
    text caveat;       /* always told with it; may be empty */
} priority_evidence;

typedef struct strategic_priority {
    text code, title;
    priority_evidence *evidence;
    size_t evidence_count;
    text *indicators;  /* names in indicators.csv that bear on it beside its own code */
    size_t indicator_count;
    priority_ground *grounds;
    size_t ground_count;
} strategic_priority;

/* The rules of judgement. A year's figures; percentages against the baseline. */
typedef struct advice_rules {
    double low_count;        /* fewer than this are low numbers anywhere ... */
    double low_rate;         /* ... and so are fewer than this per 1,000 residents */
    double increase_percent; /* a marked increase is at least this ... */
    double increase_p;       /* ... with p below this */
    double fall_percent, fall_p; /* a marked fall, likewise */
    double rise_percent;     /* a rise that speaks for retaining, though not enough by itself */
    double volume_rank;      /* volume retains from this rank among the offence groups on, if not below low_count; 0: never */
    double few_recorded;     /* fewer of a category that police activity generates may mean little detection */
    double significance;     /* p of this and more is within what chance gives */
    double new_percent, new_p; /* a new area of interest rose so much, with p below this */
} advice_rules;

/* An empty text gives priorities without anything in them, and the default rules. Faults name priorities.yaml and
 * the line. */
priorities *priorities_create(text yaml, const geography *areas, const groups *groups_known,
                              const offence_tree *categories, faults *found);
void priorities_destroy(priorities **self);

/* The financial year that is compared against, by the year it begins in; 0: none is set. */
int priorities_baseline(const priorities *self);

/* The code of the partnership's area or group; empty: none is set. */
text priorities_partnership(const priorities *self);

const advice_rules *priorities_rules(const priorities *self);

size_t priorities_count(const priorities *self);
const strategic_priority *priorities_at(const priorities *self, size_t index);

#endif
