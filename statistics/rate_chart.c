#include "rate_chart.h"

#include <assert.h>
#include <math.h>

static const double screen_factor = 3.267; /* Nelson: ranges this many times the mean are left out once */

static double size_at(const double *sizes, size_t i)
{
    return sizes != NULL ? sizes[i] : 1;
}

static double centre_of(const double *counts, const double *sizes, size_t count)
{
    double events = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        events += counts[i];
        size += size_at(sizes, i);
    }
    return events / size;
}

static double z_at(const double *counts, const double *sizes, size_t i, double centre)
{
    double size = size_at(sizes, i);
    return centre > 0 ? (counts[i] / size - centre) / sqrt(centre / size) : 0;
}

/* Mean of the moving ranges of z below `bound`. */
static double range_below(const double *counts, const double *sizes, size_t count, double centre, double bound)
{
    double sum = 0;
    size_t used = 0;
    for (size_t i = 1; i < count; i++) {
        double range = fabs(z_at(counts, sizes, i, centre) - z_at(counts, sizes, i - 1, centre));
        if (range >= bound)
            continue;
        sum += range;
        used++;
    }
    return sum / (double)used;
}

static double sigma_of(const double *counts, const double *sizes, size_t count, double centre)
{
    double range = range_below(counts, sizes, count, centre, INFINITY);
    if (range > 0)
        range = range_below(counts, sizes, count, centre, screen_factor * range);
    return range / 1.128;
}

static rate_chart_point point_of(double events, double size, rate_chart of)
{
    double reach = 3 * sqrt(of.centre / size);
    rate_chart_point made = {.value = events / size};
    made.lower = fmax(0, of.centre - reach);
    made.upper = of.centre + reach;
    made.beyond = made.value < made.lower || made.value > made.upper;
    made.laney_lower = made.laney_upper = NAN;
    if (!isnan(of.sigma_z)) {
        made.laney_lower = fmax(0, of.centre - of.sigma_z * reach);
        made.laney_upper = of.centre + of.sigma_z * reach;
    }
    return made;
}

rate_chart rate_chart_mark(const double *counts, const double *sizes, size_t count, rate_chart_point *out)
{
    assert(count > 0);
    rate_chart made = {.centre = centre_of(counts, sizes, count)};
    made.sigma_z = sigma_of(counts, sizes, count, made.centre);
    for (size_t i = 0; i < count; i++)
        out[i] = point_of(counts[i], size_at(sizes, i), made);
    return made;
}
