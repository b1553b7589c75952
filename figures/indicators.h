/* indicators.h - evidence that isn't incidents: survey results and the like, from indicators.csv.
 *
 * Each row is a measure's value in one period, with where it comes from. A value is a number or words; with the number
 * of people asked it is a percentage of them, which alone makes a change testable. Proved by tests/test_indicators.c.
 */
#ifndef TOCSIN_INDICATORS_H
#define TOCSIN_INDICATORS_H

#include "priorities.h"

typedef struct indicator_row {
    text priority;  /* whose evidence it is: a priority's code, or a name that priorities take up */
    text measure;
    text where;     /* code of an area or group; empty: everywhere */
    text period;    /* "latest", "previous", "2024-25" ... */
    text value;
    double number;  /* the value as a number; NAN: words */
    double asked;   /* people; NAN: not given */
    text cited;
} indicator_row;

/* A measure's newest value and the one before it. */
typedef struct indicator_pair {
    const indicator_row *now;
    const indicator_row *before; /* NULL: there is none */
} indicator_pair;

typedef struct indicators indicators;

indicators *indicators_create(const sheets *from, const geography *areas, const groups *groups_known,
                              const priorities *taken_up, faults *found);
void indicators_destroy(indicators **self);

size_t indicators_count(const indicators *self);

/* What bears on a priority, by its code or by the names it takes up, for all areas; in the order of the file.
 * "latest" is newer than any other period, "previous" comes next, others go by their text.
 *   out      room for indicators_count
 * Returns    how many */
size_t indicators_of(const indicators *self, const strategic_priority *of, indicator_pair *out);

#endif
