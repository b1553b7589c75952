#include "share.h"

#include <math.h>

#include "distributions.h"

share_limits share_wilson(double part, double whole, double confidence)
{
    if (!(whole > 0))
        return (share_limits){NAN, NAN, NAN};
    double z = normal_quantile(1 - (1 - confidence) / 2);
    double share = part / whole;
    double middle = 2 * part + z * z;
    double reach = z * sqrt(z * z + 4 * part * (1 - share));
    double scale = 2 * (whole + z * z);
    return (share_limits){share, fmax(0, (middle - reach) / scale), fmin(1, (middle + reach) / scale)};
}

size_t share_rank(double count, const double *counts, size_t categories)
{
    size_t rank = 1;
    for (size_t i = 0; i < categories; i++)
        rank += counts[i] > count ? 1 : 0;
    return rank;
}
