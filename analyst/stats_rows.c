/* Functions of `tocsin stats` that look at one row at a time. */
#include <math.h>

#include "statistics/area_gap.h"
#include "statistics/byar.h"
#include "statistics/dispersion.h"
#include "statistics/rate_ratio.h"
#include "statistics/share.h"
#include "statistics/z_scores.h"
#include "stats.h"

enum { YEARS_MAX = 100, MONTHS = 12 };

enum { PAIR_ID, PAIR_CURRENT, PAIR_BEFORE, PAIR_EXPOSURE, PAIR_EXPOSURE_BEFORE };

#define PAIR_COLUMNS                                                                                            \
    {                                                                                                           \
        {"id", STATS_TEXT, true}, {"cur", STATS_COUNT, false}, {"prev", STATS_COUNT, false},                     \
        {"exposure_cur", STATS_POSITIVE, false}, {"exposure_prev", STATS_POSITIVE, false},                       \
    }

static void compute_rate_ratio(const stats_series *in, stats_cell *out)
{
    rate_ratio r = rate_ratio_exact(stats_number_at(in, 0, PAIR_CURRENT), stats_number_at(in, 0, PAIR_BEFORE),
                                    stats_number_at(in, 0, PAIR_EXPOSURE),
                                    stats_number_at(in, 0, PAIR_EXPOSURE_BEFORE));
    out[0] = stats_literal(r.ratio);
    out[1] = stats_number(r.lo95);
    out[2] = stats_number(r.hi95);
    out[3] = stats_number(r.p_central);
    out[4] = stats_number(r.p_minlike);
    out[5] = stats_number(r.p_midp);
    out[6] = stats_number(r.p_greater);
    out[7] = stats_number(r.p_less);
}

static void compute_z_scores(const stats_series *in, stats_cell *out)
{
    z_scores z = z_scores_of(stats_number_at(in, 0, PAIR_CURRENT), stats_number_at(in, 0, PAIR_BEFORE),
                             stats_number_at(in, 0, PAIR_EXPOSURE), stats_number_at(in, 0, PAIR_EXPOSURE_BEFORE));
    out[0] = stats_number(z.percent);
    out[1] = stats_number(z.wheeler);
    out[2] = stats_number(z.standard);
    out[3] = stats_number(z.score);
    out[4] = stats_number(z.score_p);
    out[5] = stats_number(z.root);
    out[6] = stats_number(z.root_p);
}

enum { RATE_COUNT, RATE_POPULATION };

static void compute_byar_rate(const stats_series *in, stats_cell *out)
{
    double count = stats_number_at(in, 0, RATE_COUNT), population = stats_number_at(in, 0, RATE_POPULATION);
    byar_limits inner = byar_rate(count, population, 1000, 0.95), outer = byar_rate(count, population, 1000, 0.998);
    byar_limits exact = byar_rate_exact(count, population, 1000, 0.95);
    byar_limits exact_outer = byar_rate_exact(count, population, 1000, 0.998);
    byar_limits byar = byar_rate_approximate(count, population, 1000, 0.95);
    out[0] = stats_number(inner.rate);
    out[1] = stats_number(inner.low);
    out[2] = stats_number(inner.high);
    out[3] = stats_number(outer.low);
    out[4] = stats_number(outer.high);
    out[5] = stats_words(inner.exact ? "Exact" : "Byars");
    out[6] = stats_number(exact.low);
    out[7] = stats_number(exact.high);
    out[8] = stats_number(exact_outer.low);
    out[9] = stats_number(exact_outer.high);
    out[10] = stats_number(byar.low);
    out[11] = stats_number(byar.high);
}

enum { AREA_ID, AREA_COUNT, AREA_POPULATION, AREA_PARENT_COUNT, AREA_PARENT_POPULATION };

static const char *area_complaint(const stats_series *in, size_t i)
{
    if (stats_number_at(in, i, AREA_COUNT) > stats_number_at(in, i, AREA_PARENT_COUNT))
        return "area_count is above parent_count; the parent includes the area: add it";
    if (stats_number_at(in, i, AREA_POPULATION) > stats_number_at(in, i, AREA_PARENT_POPULATION))
        return "area_pop is above parent_pop; the parent includes the area: add it";
    return NULL;
}

static void compute_area_gap(const stats_series *in, stats_cell *out)
{
    area_gap g = area_gap_of(stats_number_at(in, 0, AREA_COUNT), stats_number_at(in, 0, AREA_POPULATION),
                             stats_number_at(in, 0, AREA_PARENT_COUNT), stats_number_at(in, 0, AREA_PARENT_POPULATION));
    out[0] = stats_number(g.rate_area);
    out[1] = stats_number(g.rate_parent);
    out[2] = stats_number(g.rate_rest);
    out[3] = stats_literal(g.ratio_parent);
    out[4] = g.has_rest ? stats_literal(g.rest.ratio) : stats_number(NAN);
    out[5] = stats_number(g.rest.lo95);
    out[6] = stats_number(g.rest.hi95);
    out[7] = stats_number(g.rest.p_central);
    out[8] = stats_number(g.rest.p_midp);
    out[9] = stats_number(g.p_fixed);
    out[10] = stats_number(g.ratio_lo95);
    out[11] = stats_number(g.ratio_hi95);
    out[12] = g.expected > 0 ? stats_words(funnel_place_text(g.place)) : stats_number(NAN);
}

enum { SHARE_PART, SHARE_WHOLE };

static const char *share_complaint(const stats_series *in, size_t i)
{
    bool more = stats_number_at(in, i, SHARE_PART) > stats_number_at(in, i, SHARE_WHOLE);
    return more ? "the numerator is above the denominator, which includes it: correct one" : NULL;
}

static void compute_share(const stats_series *in, stats_cell *out)
{
    double part = stats_number_at(in, 0, SHARE_PART), whole = stats_number_at(in, 0, SHARE_WHOLE);
    share_limits inner = share_wilson(part, whole, 0.95), outer = share_wilson(part, whole, 0.998);
    out[0] = stats_number(inner.share);
    out[1] = stats_number(inner.low);
    out[2] = stats_number(inner.high);
    out[3] = stats_number(outer.low);
    out[4] = stats_number(outer.high);
}

enum { QUASI_ID, QUASI_YEARS, QUASI_COUNTS };

/* "4;0;12": returns how many months, or -1 when one is no count or there are too many. */
static int months_read(text list, double *out)
{
    int months = 0;
    for (text part; text_split(&list, ';', &part); months++)
        if (months == YEARS_MAX * MONTHS || !text_to_double(text_trim(part), &out[months]) || out[months] < 0)
            return -1;
    return months;
}

static const char *quasi_complaint(const stats_series *in, size_t i)
{
    double counts[YEARS_MAX * MONTHS], years = stats_number_at(in, i, QUASI_YEARS);
    if (years < 2 || years > YEARS_MAX)
        return "n_years must be 2 to 100: without a second year there is no dispersion";
    if (months_read(stats_text_at(in, i, QUASI_COUNTS), counts) != (int)years * MONTHS)
        return "counts must be 12 x n_years numbers of 0 or more between semicolons, oldest first";
    return NULL;
}

static double year_ending(const double *counts, int end)
{
    double sum = 0;
    for (int i = end - MONTHS; i < end; i++)
        sum += counts[i];
    return sum;
}

static void compute_quasi(const stats_series *in, stats_cell *out)
{
    double counts[YEARS_MAX * MONTHS];
    int months = months_read(stats_text_at(in, 0, QUASI_COUNTS), counts);
    double current = year_ending(counts, months), before = year_ending(counts, months - MONTHS);
    dispersion d = dispersion_of(counts, months / MONTHS);
    quasi_comparison q = quasi_compare(current, before, 1, 1, d);
    out[0] = stats_number(current);
    out[1] = stats_number(before);
    out[2] = stats_number(q.log_ratio);
    out[3] = stats_number(d.phi_raw);
    out[4] = stats_number(d.df);
    out[5] = stats_number(q.se_raw);
    out[6] = stats_number(q.t_raw);
    out[7] = stats_number(q.p_raw);
    out[8] = stats_number(d.phi);
    out[9] = stats_number(q.t);
    out[10] = stats_number(q.p);
    out[11] = stats_number(q.p_normal);
    out[12] = stats_number(q.lo95);
    out[13] = stats_number(q.hi95);
}

const stats_function stats_row_functions[] = {
    {
        .name = "poisson_rate_ratio",
        .does = "two counts compared exactly: ratio, limits, every kind of p (D1, D2, D3)",
        .columns = PAIR_COLUMNS,
        .results = {"ratio", "lo95", "hi95", "p_central", "p_two_sided_minlike", "p_midp", "p_greater", "p_less"},
        .compute = compute_rate_ratio,
    },
    {
        .name = "yoy_zscores",
        .does = "the quick normal scores of two counts",
        .columns = PAIR_COLUMNS,
        .results = {"pct_change", "wheeler_z", "z_std", "score_stat", "score_p", "sqrt_stat", "sqrt_p"},
        .compute = compute_z_scores,
    },
    {
        .name = "quasi_yoy",
        .does = "dispersion of monthly counts, and the last year against the one before (D1, D2)",
        .columns = {{"id", STATS_TEXT, true}, {"n_years", STATS_COUNT, false}, {"counts", STATS_TEXT, false}},
        .results = {"cur12", "prev12", "log_rr", "phi_raw", "df", "se_raw", "t_raw", "p_raw_t", "phi_floor1", "t_floor1",
                    "p_floor1_t", "p_floor1_normal", "rr_lo95_t", "rr_hi95_t"},
        .complaint = quasi_complaint,
        .compute = compute_quasi,
    },
    {
        .name = "byar_rate",
        .does = "a rate per 1,000 with OHID's limits",
        .columns = {{"count", STATS_COUNT, false}, {"population", STATS_POSITIVE, false}},
        .results = {"rate_per_1000", "lo95_ohid", "hi95_ohid", "lo998_ohid", "hi998_ohid", "method_ohid", "lo95_exact",
                    "hi95_exact", "lo998_exact", "hi998_exact", "lo95_byar", "hi95_byar"},
        .compute = compute_byar_rate,
    },
    {
        .name = "area_comparator",
        .does = "an area against the parent that includes it, and against the rest of it (D3)",
        .columns = {{"id", STATS_TEXT, true}, {"area_count", STATS_COUNT, false}, {"area_pop", STATS_POSITIVE, false},
                    {"parent_count", STATS_COUNT, false}, {"parent_pop", STATS_POSITIVE, false}},
        .results = {"rate_area", "rate_parent_incl", "rate_rest_excl", "rr_incl", "rr_excl", "rr_excl_lo95", "rr_excl_hi95",
                    "p_excl_central", "p_excl_midp", "p_fixed_minlike", "smr_lo95", "smr_hi95", "ohid_funnel_vs_fixed"},
        .complaint = area_complaint,
        .compute = compute_area_gap,
    },
    {
        .name = "share_wilson",
        .does = "a share of the whole with Wilson's limits (D6)",
        .columns = {{"numerator", STATS_AMOUNT, false}, {"denominator", STATS_AMOUNT, false}},
        .results = {"share", "lo95", "hi95", "lo998", "hi998"},
        .complaint = share_complaint,
        .compute = compute_share,
    },
    {.name = NULL},
};
