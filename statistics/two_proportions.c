#include "two_proportions.h"

#include <assert.h>
#include <math.h>

#include "distributions.h"
#include "share.h"

enum { EXPECTED_LEAST = 5 };

proportion_change two_proportions(double now, double asked_now, double before, double asked_before)
{
    assert(asked_now > 0 && asked_before > 0);
    share_limits a = share_wilson(now * asked_now, asked_now, 0.95);
    share_limits b = share_wilson(before * asked_before, asked_before, 0.95);
    double pooled = (now * asked_now + before * asked_before) / (asked_now + asked_before);
    double error = sqrt(pooled * (1 - pooled) * (1 / asked_now + 1 / asked_before));
    return (proportion_change){
        .difference = now - before,
        .low95 = now - before - hypot(now - a.low, b.high - before),
        .high95 = now - before + hypot(a.high - now, before - b.low),
        .p = error > 0 ? normal_two_sided((now - before) / error) : 1,
        .rough = fmin(asked_now, asked_before) * fmin(pooled, 1 - pooled) < EXPECTED_LEAST,
    };
}
