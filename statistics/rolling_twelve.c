#include "rolling_twelve.h"

#include <math.h>

#include "z_scores.h"

enum { YEAR = 12 };

/* Of the twelve months that end before index `end`; NAN where there are not so many. */
static double year_before(const double *counts, size_t end)
{
    double sum = 0;
    if (end < YEAR)
        return NAN;
    for (size_t i = end - YEAR; i < end; i++)
        sum += counts[i];
    return sum;
}

rolling_twelve rolling_twelve_at(const double *counts, size_t at, double population)
{
    rolling_twelve made = {.current = year_before(counts, at + 1), .before = NAN, .percent = NAN};
    if (at + 1 >= YEAR)
        made.before = year_before(counts, at + 1 - YEAR);
    made.rate = made.current / population * 1000;
    made.percent = percent_change(made.current, made.before);
    made.wheeler = z_wheeler(made.current, made.before);
    made.standard = made.wheeler / sqrt(2);
    return made;
}
