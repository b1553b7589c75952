#include "benjamini_hochberg.h"

#include <math.h>
#include <stdlib.h>

/* NAN last; equal ones by their place, so that the order is the same everywhere. */
static int by_p(const void *left, const void *right, void *of)
{
    const double *p = of;
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    if (isnan(p[a]) != isnan(p[b]))
        return isnan(p[a]) ? 1 : -1;
    if (p[a] < p[b] || p[a] > p[b])
        return p[a] < p[b] ? -1 : 1;
    return a < b ? -1 : 1;
}

void benjamini_hochberg(const double *p, size_t count, size_t *order, double *q)
{
    size_t tests = 0;
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
        q[i] = NAN;
        tests += isnan(p[i]) ? 0 : 1;
    }
    if (count > 1)
        qsort_r(order, count, sizeof *order, by_p, (void *)p);
    double least = 1;
    for (size_t rank = tests; rank > 0; rank--) {
        size_t i = order[rank - 1];
        least = fmin(least, (double)tests / (double)rank * p[i]);
        q[i] = least;
    }
}
