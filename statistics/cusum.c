#include "cusum.h"

#include <assert.h>
#include <math.h>

/* Log likelihood ratio of one count. log1p keeps the digits of ratios near 1. */
static double evidence(double count, double mean, const cusum_design *design)
{
    double rise = log(design->ratio), more = (design->ratio - 1) * mean;
    if (!(design->alpha > 0))
        return rise * count - more;
    double a = design->alpha;
    return rise * count + (count + 1 / a) * log1p(-a * more / (1 + a * mean * design->ratio));
}

cusum cusum_add(cusum before, double count, double mean, const cusum_design *design)
{
    assert(design->ratio > 1 && mean > 0);
    double from = before.alarm ? 0 : before.sum;
    double sum = fmax(0, from + evidence(count, mean, design));
    return (cusum){.sum = sum, .alarm = sum > design->limit};
}
