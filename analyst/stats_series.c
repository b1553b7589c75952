/* Functions of `tocsin stats` that look at a series, or at a group of rows that belong together. */
#include <math.h>

#include "statistics/benjamini_hochberg.h"
#include "statistics/byar.h"
#include "statistics/cusum.h"
#include "statistics/ears.h"
#include "statistics/funnel.h"
#include "statistics/rate_chart.h"
#include "statistics/rolling_twelve.h"
#include "statistics/xmr.h"
#include "stats.h"

static void *take(const stats_series *in, size_t size)
{
    return arena_take(in->table->memory, in->count * size);
}

enum { FUNNEL_GROUP, FUNNEL_AREA, FUNNEL_COUNT, FUNNEL_POPULATION, FUNNEL_RESULTS = 7 };

static double sum_of(const stats_series *in, size_t column)
{
    double sum = 0;
    for (size_t i = 0; i < in->count; i++)
        sum += stats_number_at(in, i, column);
    return sum;
}

static void compute_funnel(const stats_series *in, stats_cell *out)
{
    double pooled = sum_of(in, FUNNEL_COUNT) / sum_of(in, FUNNEL_POPULATION);
    for (size_t i = 0; i < in->count; i++, out += FUNNEL_RESULTS) {
        double count = stats_number_at(in, i, FUNNEL_COUNT), population = stats_number_at(in, i, FUNNEL_POPULATION);
        byar_limits inner = byar_rate(count, population, 1000, 0.95), outer = byar_rate(count, population, 1000, 0.998);
        out[0] = stats_number(inner.rate);
        out[1] = stats_number(pooled * 1000);
        out[2] = stats_number(inner.low);
        out[3] = stats_number(inner.high);
        out[4] = stats_number(outer.low);
        out[5] = stats_number(outer.high);
        out[6] = stats_words(funnel_place_text(funnel_place_of(count, population, pooled)));
    }
}

enum { BH_GROUP, BH_INDEX, BH_P };

static void compute_bh(const stats_series *in, stats_cell *out)
{
    double *q = take(in, sizeof *q);
    size_t *order = take(in, sizeof *order);
    benjamini_hochberg(stats_column_of(in, BH_P), in->count, order, q);
    for (size_t i = 0; i < in->count; i++)
        out[i] = stats_number(q[i]);
}

enum { ROLLING_SERIES, ROLLING_T, ROLLING_COUNT, ROLLING_POPULATION, ROLLING_RESULTS = 6 };

static void compute_rolling(const stats_series *in, stats_cell *out)
{
    const double *counts = stats_column_of(in, ROLLING_COUNT);
    for (size_t i = 0; i < in->count; i++, out += ROLLING_RESULTS) {
        rolling_twelve r = rolling_twelve_at(counts, i, stats_number_at(in, i, ROLLING_POPULATION));
        out[0] = stats_number(r.current);
        out[1] = stats_number(r.before);
        out[2] = stats_number(r.rate);
        out[3] = stats_number(r.percent);
        out[4] = stats_number(r.wheeler);
        out[5] = stats_number(r.standard);
    }
}

enum { XMR_SERIES, XMR_FIX, XMR_SCREEN, XMR_T, XMR_DATE, XMR_Y, XMR_RESULTS = 10 };

static const char *point_type(xmr_cause cause)
{
    int direction = xmr_cause_direction(cause);
    return direction > 0 ? "special_cause_concern" : direction < 0 ? "special_cause_improvement" : "common_cause";
}

static void compute_xmr(const stats_series *in, stats_cell *out)
{
    const double *values = stats_column_of(in, XMR_Y);
    xmr_point *points = take(in, sizeof *points);
    double fix = stats_number_at(in, 0, XMR_FIX);
    size_t baseline = fix > 0 && fix < (double)in->count ? (size_t)fix : in->count;
    xmr_limits limits = xmr_limits_of(values, baseline, stats_number_at(in, 0, XMR_SCREEN) > 0);
    xmr_mark(values, in->count, &limits, points);
    for (size_t i = 0; i < in->count; i++, out += XMR_RESULTS) {
        out[0] = stats_number(limits.mean);
        out[1] = stats_number(limits.lower);
        out[2] = stats_number(limits.upper);
        out[3] = stats_number(points[i].side);
        out[4] = stats_number(points[i].outside);
        out[5] = stats_number(points[i].close);
        out[6] = stats_number(points[i].run);
        out[7] = stats_number(points[i].trend);
        out[8] = stats_words(xmr_cause_text(points[i].cause));
        out[9] = stats_words(point_type(points[i].cause));
    }
}

enum { CHART_SERIES, CHART_KIND, CHART_T, CHART_COUNT, CHART_SIZE, CHART_RESULTS = 7 };

static const char *chart_complaint(const stats_series *in, size_t i)
{
    text kind = stats_text_at(in, i, CHART_KIND);
    return text_is(kind, "c") || text_is(kind, "u") ? NULL : "chart must be c (counts) or u (counts per size)";
}

static void compute_chart(const stats_series *in, stats_cell *out)
{
    bool is_u = text_is(stats_text_at(in, 0, CHART_KIND), "u");
    rate_chart_point *points = take(in, sizeof *points);
    const double *sizes = is_u ? stats_column_of(in, CHART_SIZE) : NULL;
    rate_chart chart = rate_chart_mark(stats_column_of(in, CHART_COUNT), sizes, in->count, points);
    for (size_t i = 0; i < in->count; i++, out += CHART_RESULTS) {
        out[0] = stats_number(points[i].value);
        out[1] = stats_number(chart.centre);
        out[2] = stats_number(points[i].lower);
        out[3] = stats_number(points[i].upper);
        out[4] = stats_number(points[i].beyond);
        out[5] = stats_number(is_u ? points[i].laney_lower : NAN);
        out[6] = stats_number(is_u ? points[i].laney_upper : NAN);
    }
}

enum { CUSUM_SERIES, CUSUM_RATIO, CUSUM_LIMIT, CUSUM_ALPHA, CUSUM_T, CUSUM_X, CUSUM_MEAN, CUSUM_RESULTS = 2 };

static const char *cusum_complaint(const stats_series *in, size_t i)
{
    return stats_number_at(in, i, CUSUM_RATIO) > 1 ? NULL : "rate_ratio must be above 1: it is the rise that is looked for";
}

static void compute_cusum(const stats_series *in, stats_cell *out)
{
    const cusum_design design = {stats_number_at(in, 0, CUSUM_RATIO), stats_number_at(in, 0, CUSUM_LIMIT),
                                 stats_number_at(in, 0, CUSUM_ALPHA)};
    cusum now = {0};
    for (size_t i = 0; i < in->count; i++, out += CUSUM_RESULTS) {
        now = cusum_add(now, stats_number_at(in, i, CUSUM_X), stats_number_at(in, i, CUSUM_MEAN), &design);
        out[0] = stats_number(now.sum);
        out[1] = stats_number(now.alarm);
    }
}

enum { EARS_SERIES, EARS_BASELINE, EARS_FLOOR, EARS_T, EARS_X, EARS_RESULTS = 7 };

static const char *ears_complaint(const stats_series *in, size_t i)
{
    double baseline = stats_number_at(in, i, EARS_BASELINE);
    return baseline >= 2 && baseline <= 1000 ? NULL : "baseline must be 2 to 1000 weeks";
}

/* An alarm where there is a bound, else nothing. */
static stats_cell alarm_cell(bool alarm, double bound)
{
    return stats_number(isnan(bound) ? NAN : (double)alarm);
}

static void compute_ears(const stats_series *in, stats_cell *out)
{
    const double *counts = stats_column_of(in, EARS_X);
    for (size_t i = 0; i < in->count; i++, out += EARS_RESULTS) {
        ears e = ears_at(counts, i, (size_t)stats_number_at(in, 0, EARS_BASELINE), stats_number_at(in, 0, EARS_FLOOR));
        out[0] = stats_number(e.c1_upper);
        out[1] = alarm_cell(e.c1_alarm, e.c1_upper);
        out[2] = stats_number(e.c2_upper);
        out[3] = alarm_cell(e.c2_alarm, e.c2_upper);
        out[4] = stats_number(e.c2_stat);
        out[5] = stats_number(e.c3_stat);
        out[6] = alarm_cell(e.c3_alarm, e.c3_stat);
    }
}

const stats_function stats_series_functions[] = {
    {
        .name = "funnel",
        .does = "areas of a group against the rate of all of them (D3)",
        .columns = {{"group", STATS_TEXT, false}, {"area", STATS_TEXT, true}, {"count", STATS_COUNT, false},
                    {"population", STATS_POSITIVE, false}},
        .keys = 1,
        .results = {"rate_per_1000", "pooled_rate_per_1000", "lo95", "hi95", "lo998", "hi998", "significance"},
        .compute = compute_funnel,
    },
    {
        .name = "bh_fdr",
        .does = "q beside p for tests that are judged together",
        .columns = {{"group", STATS_TEXT, false}, {"index", STATS_TEXT, true}, {"p", STATS_CHANCE, false}},
        .keys = 1,
        .results = {"q_bh"},
        .compute = compute_bh,
    },
    {
        .name = "rolling12",
        .does = "twelve months beside the twelve before, month by month",
        .columns = {{"series", STATS_TEXT, false}, {"t", STATS_STEP, false}, {"count", STATS_COUNT, false},
                    {"population", STATS_POSITIVE, false}},
        .keys = 1,
        .results = {"roll12", "prev12", "rate_per_1000", "pct_change", "wheeler_z", "z_std"},
        .compute = compute_rolling,
    },
    {
        .name = "xmr",
        .does = "individual values and moving ranges: limits, runs, trends, two of three (D5)",
        .columns = {{"series", STATS_TEXT, false}, {"fix_after_n", STATS_COUNT, false}, {"screen_outliers", STATS_FLAG, false},
                    {"t", STATS_STEP, false}, {"date", STATS_TEXT, true}, {"y", STATS_NUMBER, false}},
        .keys = 3,
        .results = {"mean", "lpl", "upl", "relative_to_mean", "outside_limits", "close_to_limits", "run7_completes_here",
                    "trend7_completes_here", "special_cause_type", "point_type"},
        .compute = compute_xmr,
    },
    {
        .name = "c_u_chart",
        .does = "charts of counts (c) and of counts per size (u, with Laney's limits)",
        .columns = {{"series", STATS_TEXT, false}, {"chart", STATS_TEXT, false}, {"t", STATS_STEP, false},
                    {"count", STATS_COUNT, false}, {"size", STATS_POSITIVE, false}},
        .keys = 2,
        .results = {"stat", "center", "lcl", "ucl", "beyond", "laney_lcl", "laney_ucl"},
        .complaint = chart_complaint,
        .compute = compute_chart,
    },
    {
        .name = "poisson_cusum",
        .does = "evidence for a rise, added up; nb_alpha 0 is Poisson (D5)",
        .columns = {{"series", STATS_TEXT, false}, {"rate_ratio", STATS_POSITIVE, false}, {"h", STATS_AMOUNT, false},
                    {"nb_alpha", STATS_AMOUNT, false}, {"t", STATS_STEP, false}, {"x", STATS_COUNT, false},
                    {"mu0", STATS_POSITIVE, false}},
        .keys = 4,
        .results = {"stat", "alarm"},
        .complaint = cusum_complaint,
        .compute = compute_cusum,
    },
    {
        .name = "ears_c1c2c3",
        .does = "weeks against the few weeks before (D4 with a short history)",
        .columns = {{"series", STATS_TEXT, false}, {"baseline", STATS_COUNT, false}, {"min_sigma", STATS_AMOUNT, false},
                    {"t", STATS_STEP, false}, {"x", STATS_COUNT, false}},
        .keys = 3,
        .results = {"c1_upper", "c1_alarm", "c2_upper", "c2_alarm", "c2_stat", "c3_stat_cdc", "c3_alarm_cdc"},
        .complaint = ears_complaint,
        .compute = compute_ears,
    },
    {.name = NULL},
};
