/* rules.h - the thresholds of priorities.yaml, understood: which series are watched, by which detector, and from
 * where on a level stands.
 *
 * Schema-checked with line numbers, all faults at once. docs/rules.md describes the keys and defends the bundled
 * defaults one by one. Proved by tests/test_rules.c.
 */
#ifndef TOCSIN_RULES_H
#define TOCSIN_RULES_H

#include "figures/faults.h"
#include "figures/reference.h"
#include "proto/levels.h"

typedef enum detector_kind {
    DETECTOR_ROLLING_YEAR,   /* D1: the rolling year against the one before */
    DETECTOR_BASELINE_YEAR,  /* D2: the rolling year against the baseline year */
    DETECTOR_COMPARATOR_GAP, /* D3: the rate against that of the rest of a larger area */
    DETECTOR_WEEKLY_SPIKE,   /* D4: this week against what season and trend expect */
    DETECTOR_CONTROL_CHART,  /* D5: the month on its chart */
    DETECTORS
} detector_kind;

/* "rolling-year", "baseline-year", "comparator-gap", "weekly-spike", "control-chart". */
const char *detector_text(detector_kind kind);
bool detector_read(text from, detector_kind *out);

/* What must hold for a level: everything that is given. */
typedef struct threshold {
    alert_level level;
    double percent;    /* the change is at least so large, either way; 0: not asked */
    double p;          /* and p is below this; 1: not asked */
    double difference; /* and so many incidents more or fewer; 0: not asked */
    uint32_t line;
} threshold;

enum { THRESHOLDS_MAX = 8, RULES_MAX = 32 };

typedef struct watch_rule {
    text name;
    size_t index;            /* among the rules */
    uint32_t line;
    detector_kind detector;
    bool *categories;        /* by category index: is it watched? */
    bool *areas;             /* by area index */
    bool rising, falling;    /* which directions are looked at */
    double minimum;          /* the larger of the two counts is at least this */
    threshold thresholds[THRESHOLDS_MAX]; /* the highest level first; within a level as written */
    size_t threshold_count;
    double clear_percent;    /* a level is left when the change is smaller than this, either way ... */
    double clear_p;          /* ... or p is above this; 1: p plays no part. Watch is left by the percentage alone */
    int looks;               /* consecutive as-of dates before a level is taken or left */
    double at_once_p;        /* below this p it is taken at the first look; 0: never */
    int hold_days;           /* days for which a level stands at least */
    text comparator;         /* D3: an area's code, or "parent" */
} watch_rule;

typedef struct rules {
    watch_rule *each;
    size_t count;
    int baseline;            /* financial year by the year it begins in; 0: none */
    arena *memory;
} rules;

/* From the text of priorities.yaml; an empty text gives no rules. What is wrong stands in `found`, with the line;
 * warnings too: rules that can never fire, that shadow each other, that name unknown areas or categories. A rule with
 * an error is left out.
 *   file   as faults name it: "priorities.yaml"
 *   data   with categories and areas by whose index rules go. What concerns the whole file (no YAML, unknown keys,
 *          the baseline) is told only where the text is not the one that these data came with: then it has been */
rules *rules_create(text yaml, const char *file, const reference *data, faults *found);
void rules_destroy(rules **self);

/* Is the series watched by the rule; by any? Is anything of the area? */
bool rule_watches(const watch_rule *self, int area_index, int category_index);
bool rules_watch(const rules *self, int area_index, int category_index);
bool rules_watch_area(const rules *self, int area_index);

/* The larger area that a comparator-gap rule compares an area with; AREA_NONE: nothing lies above it. */
int rule_wider_area(const watch_rule *self, const geography *areas, int area_index);

#endif
