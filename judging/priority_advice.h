/* priority_advice.h - a strategic priority judged: retain it or consider pivoting from it, and on what evidence.
 *
 * Pure: facts, grounds and rules go in, advice with its reasons comes out; never a verdict without them, and never a
 * cause. docs/priorities.md has the rules in words. Proved by tests/test_priority_advice.c.
 */
#ifndef TOCSIN_PRIORITY_ADVICE_H
#define TOCSIN_PRIORITY_ADVICE_H

#include "figures/indicators.h"
#include "priority_facts.h"

typedef enum advice_verdict {
    ADVICE_RETAIN,
    ADVICE_PIVOT,   /* consider pivoting */
    ADVICE_UNKNOWN, /* evidence that would decide isn't wholly known */
} advice_verdict;

/* "retain", "consider pivoting", "unknown". */
const char *advice_verdict_text(advice_verdict verdict);

/* What a line of evidence speaks for. */
typedef enum evidence_bearing {
    BEARS_RETAIN,  /* enough by itself */
    BEARS_TOWARDS, /* for retaining, but not enough by itself */
    BEARS_NEITHER,
    BEARS_PIVOT,
    BEARS_UNKNOWN,
    BEARS_BESIDE,  /* stated, not judged: indicators, and grounds that don't retain */
} evidence_bearing;

/* "retain", "for retaining", "neither", "for pivoting", "unknown", "beside". */
const char *evidence_bearing_text(evidence_bearing bearing);

enum { ADVICE_CAVEATS_MAX = 16 };

/* One line of evidence: a ground, a category or an indicator. */
typedef struct advice_line {
    const priority_ground *ground;     /* NULL: another kind */
    const priority_evidence *evidence; /* of a category; NULL */
    const category_facts *facts;       /* with it */
    const indicator_pair *indicator;   /* NULL */
    evidence_bearing bearing;
    text why;                          /* the rule that gave the bearing, with its figures */
    text words;                        /* all that is known, with its figures */
    text caveats[ADVICE_CAVEATS_MAX];  /* sentences without a full stop */
    size_t caveat_count;
    text cited;                        /* of a ground or an indicator */
} advice_line;

/* An indicator that holds for the area. */
typedef struct shown_indicator {
    indicator_pair pair;
    text place;                        /* the name of the place it is of, where that isn't the area itself */
} shown_indicator;

typedef struct priority_case {
    const strategic_priority *of;
    const bool *ground_holds;          /* [ground]: in the area that is asked about */
    const category_facts *facts;       /* by category index */
    const shown_indicator *indicators;
    size_t indicator_count;
} priority_case;

typedef struct priority_advice {
    const strategic_priority *of;
    advice_verdict verdict;
    text because;                      /* the lines that decided */
    text though;                       /* what speaks against it or must be kept in mind; may be empty */
    advice_line *lines;                /* grounds, categories, indicators, each in the file's order */
    size_t line_count;
} priority_advice;

/* Judges one priority. What is returned points into the case and the memory. */
priority_advice priority_advise(const priority_case *about, const advice_rules *by, arena *memory);

/* Did it change by at least so many percent, upwards or downwards, with p below this, in numbers that can tell? */
bool facts_rose(const category_facts *self, double percent, double p);
bool facts_fell(const category_facts *self, double percent, double p);

#endif
