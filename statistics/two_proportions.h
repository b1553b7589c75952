/* two_proportions.h - two surveys' shares compared: did more people say so than before, or were other people asked?
 *
 * For evidence that isn't incidents: a share without the number of people asked can't be tested at all.
 * Proved by tests/test_statistics_two_proportions.c.
 */
#ifndef TOCSIN_TWO_PROPORTIONS_H
#define TOCSIN_TWO_PROPORTIONS_H

#include <stdbool.h>

typedef struct proportion_change {
    double difference;    /* now - before, -1 to 1 */
    double low95, high95; /* of the difference */
    double p;             /* two-sided; 1 when both shares are 0 or both are 1 */
    bool rough;           /* fewer than 5 expected to say yes, or no, in one of the two: p is a rough guide */
} proportion_change;

/* Compares two independent simple samples; a survey's design or weights make it less sure than this says.
 *   now, before              shares, 0 to 1; as published, so their counts need not be whole
 *   asked_now, asked_before  people asked, > 0
 * Source      p: Pearson's chi-square with one degree of freedom, without a correction for continuity (R's
 *             prop.test(correct = FALSE)); interval: Newcombe, Statistics in Medicine 17, 1998, method 10;
 *             fewer than 5 expected: Cochran, Biometrics 10, 1954
 */
proportion_change two_proportions(double now, double asked_now, double before, double asked_before);

#endif
