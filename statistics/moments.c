#include "moments.h"

#include <math.h>

double mean_of(const double *values, size_t count)
{
    double sum = 0, rest = 0;
    if (count == 0)
        return NAN;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        rest += values[i] - mean;
    return mean + rest / (double)count;
}

double deviation_of(const double *values, size_t count)
{
    double mean = mean_of(values, count), squares = 0;
    if (count < 2)
        return NAN;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(count - 1));
}
