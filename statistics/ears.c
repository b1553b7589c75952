#include "ears.h"

#include <assert.h>
#include <math.h>

#include "distributions.h"
#include "moments.h"

enum { GAP = 2 }; /* weeks between C2's baseline and the week judged */

typedef struct baseline_fit {
    double mean;
    double deviation; /* at least the floor */
} baseline_fit;

static baseline_fit fit_before(const double *counts, size_t end, size_t baseline, double deviation_min)
{
    const double *from = counts + end - baseline;
    return (baseline_fit){mean_of(from, baseline), fmax(deviation_of(from, baseline), deviation_min)};
}

static double upper_of(baseline_fit fit)
{
    return fit.mean + normal_quantile(0.999) * fit.deviation;
}

/* C2's statistic; NAN where it isn't defined. */
static double stat_at(const double *counts, size_t at, size_t baseline, double deviation_min)
{
    if (at < baseline + GAP || !(deviation_min > 0))
        return NAN;
    baseline_fit fit = fit_before(counts, at - GAP, baseline, deviation_min);
    return (counts[at] - fit.mean) / fit.deviation;
}

ears ears_at(const double *counts, size_t at, size_t baseline, double deviation_min)
{
    assert(baseline >= 2 && deviation_min >= 0);
    ears made = {.c1_upper = NAN, .c2_upper = NAN, .c3_stat = NAN};
    if (at >= baseline)
        made.c1_upper = upper_of(fit_before(counts, at, baseline, deviation_min));
    if (at >= baseline + GAP)
        made.c2_upper = upper_of(fit_before(counts, at - GAP, baseline, deviation_min));
    made.c2_stat = stat_at(counts, at, baseline, deviation_min);
    if (at >= baseline + 2 * GAP && deviation_min > 0) {
        made.c3_stat = 0;
        for (size_t back = 0; back <= GAP; back++)
            made.c3_stat += fmax(0, stat_at(counts, at - back, baseline, deviation_min) - 1);
    }
    /* A comparison with NAN is false. */
    made.c1_alarm = counts[at] > made.c1_upper;
    made.c2_alarm = counts[at] > made.c2_upper;
    made.c3_alarm = made.c3_stat >= normal_quantile(0.975);
    return made;
}
