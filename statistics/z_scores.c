#include "z_scores.h"

#include <math.h>

#include "distributions.h"

double z_wheeler(double current, double before)
{
    return 2 * (sqrt(current) - sqrt(before));
}

double percent_change(double current, double before)
{
    return before > 0 ? 100 * (current - before) / before : NAN;
}

z_scores z_scores_of(double current, double before, double exposure_current, double exposure_before)
{
    double d = exposure_before / exposure_current;
    z_scores made = {.percent = NAN, .wheeler = NAN, .standard = NAN, .score = NAN, .score_p = NAN};
    if (exposure_current == exposure_before) {
        made.percent = percent_change(current, before);
        made.wheeler = z_wheeler(current, before);
        made.standard = made.wheeler / sqrt(2);
    }
    if (current + before > 0) {
        made.score = (current - before / d) / sqrt((current + before) / d);
        made.score_p = normal_two_sided(made.score);
    }
    made.root = 2 * (sqrt(current + 0.375) - sqrt((before + 0.375) / d)) / sqrt(1 + 1 / d);
    made.root_p = normal_two_sided(made.root);
    return made;
}
