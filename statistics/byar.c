#include "byar.h"

#include <assert.h>
#include <math.h>

#include "distributions.h"

enum { EXACT_BELOW = 10 };

/* Limits of a count, made limits of a rate. */
static byar_limits scaled(double count, double low, double high, double scale)
{
    return (byar_limits){.rate = count * scale, .low = low * scale, .high = high * scale};
}

static double byar_limit(double count, double z)
{
    double base = 1 - 1 / (9 * count) + z / (3 * sqrt(count));
    return count * base * base * base;
}

byar_limits byar_rate_exact(double count, double population, double multiplier, double confidence)
{
    assert(count >= 0 && population > 0);
    double tail = (1 - confidence) / 2;
    double low = count > 0 ? chi_square_quantile(tail, 2 * count) / 2 : 0;
    double high = chi_square_quantile(1 - tail, 2 * count + 2) / 2;
    byar_limits made = scaled(count, low, high, multiplier / population);
    made.exact = true;
    return made;
}

byar_limits byar_rate_approximate(double count, double population, double multiplier, double confidence)
{
    assert(count >= 0 && population > 0);
    double z = normal_quantile(1 - (1 - confidence) / 2);
    double low = count > 0 ? byar_limit(count, -z) : NAN;
    return scaled(count, low, byar_limit(count + 1, z), multiplier / population);
}

byar_limits byar_rate(double count, double population, double multiplier, double confidence)
{
    return count < EXACT_BELOW ? byar_rate_exact(count, population, multiplier, confidence)
                               : byar_rate_approximate(count, population, multiplier, confidence);
}
