/* judging_fixtures.h - series of counts by day, made by a formula, and rules made by hand. */
#ifndef TOCSIN_JUDGING_FIXTURES_H
#define TOCSIN_JUDGING_FIXTURES_H

#include "coverage_fixtures.h"
#include "judging/fold.h"

/* How many incidents there are on a day. */
typedef uint32_t day_formula(day_number on);

/* Adds a category's incidents of some days, as the formula has them. */
void days_fill(area_days *to, const covered_world *in, const char *code, const char *days, day_formula *count);

/* Days as a set: "2022-01-01..2023-12-31 2024-02-01..2024-12-31". */
period_set days_known(const char *words);

/* D1's defaults: priority 20 % and p < .001; elevated 10 % and p < .01, or 5 %, p < .001 and 200 more; watch 10 %; left
 * below 7.5 %, or p above .05; two looks, at once below p .001; held 28 days. */
watch_rule default_rule(detector_kind detector);

/* One series under rules, folded over all its dates; each change as "2024-05-17 normal > watch rising". */
typedef struct folded {
    series_state state;
    char words[4096];
    level_change changes[64];
    size_t count;
} folded;

void fold_all(const rules *by, const series_view *view, folded *out);

#endif
