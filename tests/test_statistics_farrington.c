/* Promise: a week is judged against the same season of earlier years, past outbreaks count less, and the limit is the
 * negative binomial's; with too little history nothing is said. */
#include "statistics/farrington.h"

#include <math.h>

#include "golden.h"
#include "proto/calendar.h"
#include "statistics/distributions.h"
#include "statistics/farrington_weeks.h"
#include "testing.h"

enum { WEEKS = 300, WEEKS_MAX = 600, MONDAY = 16076 /* 2014-01-06 */ };

static farrington_options options_for(const char *name)
{
    farrington_options o;
    assert_true(farrington_options_named(name, &o));
    return o;
}

/* Python's datetime: the Monday nearest to the same date, from 29 February 2016 (a Monday) back to 2009. */
static void reference_weeks_begin_on_the_nearest_monday(void **state)
{
    (void)state;
    static const int wanted[] = {425, 373, 321, 269, 216, 164, 112, 60};
    for (int years = 0; years < 8; years++)
        assert_int_equal(farrington_reference(13885 /* 2008-01-07 */, 425, years), wanted[years]);
    assert_int_equal(farrington_reference(MONDAY, 52, 1), 0);
    assert_int_equal(farrington_reference(MONDAY, 0, 1), -52);
    assert_int_equal(farrington_reference(MONDAY, 51, 1), -1);
}

static void the_baseline_is_windows_and_blocks_between_them(void **state)
{
    (void)state;
    static double counts[WEEKS];
    static season_weeks weeks;
    farrington_options o = options_for("A");
    assert_true(farrington_baseline(counts, MONDAY, 270, &o, &weeks));
    assert_int_equal(weeks.count, 186); /* from week 58 to 243 */
    int sizes[16] = {0};
    for (size_t i = 0; i < weeks.count; i++) {
        assert_int_equal(weeks.times[i], i);
        sizes[weeks.levels[i]]++;
    }
    assert_int_equal(sizes[9], 4 * 7);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(weeks.levels[i], 9);
        assert_int_equal(weeks.levels[7 + i], i < 6 ? 0 : 1); /* 46 weeks in 9 blocks: 6, then 5 each */
    }
    o = options_for("E");
    assert_true(farrington_baseline(counts, MONDAY, 270, &o, &weeks));
    assert_int_equal(weeks.count, 3 * 7);
    assert_int_equal(weeks.times[7], 52);
}

static void with_too_little_history_nothing_is_said(void **state)
{
    (void)state;
    static double counts[WEEKS];
    farrington_options o = options_for("A");
    for (size_t at = 0; at < WEEKS; at++) {
        farrington f = farrington_judge(counts, MONDAY, at, &o);
        assert_int_equal(f.fitted, at >= 212); /* four years of 52 weeks, a calendar day each year, and 3 weeks */
        assert_false(f.alarm);
        if (!f.fitted)
            assert_true(isnan(f.mean) && isnan(f.upper) && isnan(f.p));
    }
}

static void an_even_series_is_expected_to_go_on(void **state)
{
    (void)state;
    double counts[WEEKS];
    for (size_t i = 0; i < WEEKS; i++)
        counts[i] = 10;
    counts[270] = 19;
    farrington_options o = options_for("E");
    farrington f = farrington_judge(counts, MONDAY, 270, &o);
    expect_near(f.mean, 10, 1e-12);
    expect_near(f.phi, 1, 0);
    expect_near(f.upper, poisson_quantile(0.99, 10), 0);
    expect_near(f.p, poisson_at_least(19, 10), 1e-9);
    assert_true(f.alarm && !f.trend_used && isnan(f.trend));
    counts[270] = f.upper;
    assert_false(farrington_judge(counts, MONDAY, 270, &o).alarm); /* an alarm is above the limit */
}

/* Counts that follow levels and a slope without fail are fitted without fail. */
static void an_exact_season_and_trend_are_found(void **state)
{
    (void)state;
    static season_weeks weeks;
    double counts[WEEKS];
    farrington_options o = options_for("A");
    for (size_t i = 0; i < WEEKS; i++)
        counts[i] = 1;
    assert_true(farrington_baseline(counts, MONDAY, 270, &o, &weeks));
    for (size_t i = 0; i < weeks.count; i++)
        counts[58 + i] = exp(3 + 0.1 * weeks.levels[i] - 0.004 * weeks.times[i]);
    farrington f = farrington_judge(counts, MONDAY, 270, &o);
    expect_near(f.mean, exp(3 + 0.9 - 0.004 * 212), 1e-10);
    expect_near(f.trend, -0.004, 1e-10);
    expect_near(f.phi, 1, 0);
    assert_int_equal(f.weeks, 186);
}

/* A season, some noise and an outbreak of four weeks; from whole numbers alone. */
static void fill(double *counts)
{
    for (int t = 0; t < WEEKS; t++) {
        counts[t] = (t * 37 + 11) % 17 + t * t % 5 + (t % 52 < 13 ? 6 : 0);
        if (t >= 60 && t <= 63)
            counts[t] += 60;
    }
}

/* The same series through a dense weighted regression in Python with 25 digits (mpmath), written from the golden
 * file's header. */
static void a_dense_regression_finds_the_same(void **state)
{
    (void)state;
    double counts[WEEKS];
    fill(counts);
    farrington_options o = options_for("A");
    farrington f = farrington_judge(counts, MONDAY, 270, &o);
    expect_near(f.mean, 16.1387960155154, 1e-9);
    expect_near(f.phi, 3.09269144464105, 1e-9);
    expect_near(f.trend, -0.000480513226353481, 1e-8);
    assert_true(f.trend_used && !f.alarm);

    o.reweight = false; /* the outbreak counts in full */
    f = farrington_judge(counts, MONDAY, 270, &o);
    expect_near(f.mean, 16.7961848327943, 1e-11);
    expect_near(f.phi, 4.80692793685915, 1e-11);
    expect_near(f.trend, -0.00288910975456371, 1e-10);

    /* phi 4.8069, log variance 0.0043634556 from the same regression */
    o.limit = FARRINGTON_DELTA;
    f = farrington_judge(counts, MONDAY, 270, &o);
    double tau = 4.80692793685915 * (1 + 0.00436345564776967 * 16.7961848327943);
    double deviation = sqrt(4.0 / 9 * cbrt(16.7961848327943) * tau);
    double power = pow(16.7961848327943, 2.0 / 3);
    expect_near(f.upper, pow(power + normal_quantile(0.995) * deviation, 1.5), 1e-8);
    expect_near(f.p, normal_at_most((power - pow(counts[270], 2.0 / 3)) / deviation), 1e-8);

    o = options_for("E");
    f = farrington_judge(counts, MONDAY, 270, &o);
    expect_near(f.mean, 15.8095238095238, 1e-12);
    expect_near(f.phi, 1.53463855421687, 1e-12);
}

/* t of the slope is -3.41 on 175 df in the dense regression: p .0008. */
static void a_trend_is_kept_only_when_it_earns_its_place(void **state)
{
    (void)state;
    double counts[WEEKS];
    fill(counts);
    farrington_options o = options_for("A");
    o.reweight = false;
    o.trend_p = 0.001;
    assert_true(farrington_judge(counts, MONDAY, 270, &o).trend_used);
    o.trend_p = 0.0005;
    farrington f = farrington_judge(counts, MONDAY, 270, &o);
    assert_false(f.trend_used);
    assert_true(isnan(f.trend));

    for (size_t i = 0; i < WEEKS; i++) /* doubles each year: the forecast lies above all that was seen */
        counts[i] = round(10 * exp2((double)i / 52));
    o = options_for("A");
    assert_false(farrington_judge(counts, MONDAY, 270, &o).trend_used);
}

static void few_events_lately_have_no_limit(void **state)
{
    (void)state;
    double counts[WEEKS] = {0};
    farrington_options o = options_for("A");
    counts[267] = 1;
    counts[270] = 3;
    farrington f = farrington_judge(counts, MONDAY, 270, &o);
    assert_true(f.fitted && isnan(f.upper) && !f.alarm && f.p < 1e-6);
    counts[269] = 1; /* five in four weeks, after years of none */
    f = farrington_judge(counts, MONDAY, 270, &o);
    expect_near(f.upper, 0, 0);
    assert_true(f.alarm);
    counts[267] = counts[269] = 0;
    counts[266] = counts[270] = 3; /* the fifth week back isn't lately */
    assert_true(isnan(farrington_judge(counts, MONDAY, 270, &o).upper));
}

static void huge_and_sparse_series_are_fitted(void **state)
{
    (void)state;
    static const double scales[] = {1e-2, 1, 1e3, 1e6};
    farrington_options o = options_for("A");
    for (size_t s = 0; s < sizeof scales / sizeof scales[0]; s++) {
        double counts[WEEKS];
        fill(counts);
        for (size_t i = 0; i < WEEKS; i++)
            counts[i] = floor(counts[i] * scales[s]);
        for (size_t at = 212; at < WEEKS; at++) {
            farrington f = farrington_judge(counts, MONDAY, at, &o);
            assert_true(f.fitted && f.mean >= 0 && f.phi >= 1 && f.p >= 0 && f.p <= 1);
        }
    }
}

static void only_known_configurations_have_options(void **state)
{
    (void)state;
    farrington_options o = {.years = 7};
    assert_false(farrington_options_named("Q", &o));
    assert_false(farrington_options_named("", &o));
    assert_int_equal(o.years, 7);
}

/* The series of the file, one after the other in `first` to `end`. */
typedef struct span {
    size_t first, end;
} span;

static span span_of(const golden *series, text name)
{
    for (size_t first = 0, end; first < golden_rows(series); first = end) {
        end = golden_series_end(series, first, "series", NULL);
        if (text_equal(golden_text(series, first, "series"), name))
            return (span){first, end};
    }
    fail_msg("the series \"%.*s\" is missing", TEXT_ARGS(name));
    return (span){0, 0};
}

static int32_t monday_of(text date)
{
    day_number monday = DAY_NONE;
    assert_true(date_read(date, &monday));
    return monday;
}

/* The nearest integer may differ by one where the file says that it hangs by a thread. */
static void expect_golden_upper(golden *file, size_t row, const farrington *f, bool delta)
{
    if (delta) {
        golden_expect(file, row, "upperbound_conv", f->upper, 1e-5, 0);
        golden_expect(file, row, "upperbound", f->upper, 1e-4, 0);
        return;
    }
    double tie = golden_number(file, row, "near_tie") > 0 ? 1 : 0;
    golden_expect(file, row, "upperbound_conv", f->upper, 0, tie);
    golden_expect(file, row, "upperbound", f->upper, 0, tie);
}

static void expect_golden_week(golden *file, size_t row, const farrington *f, bool delta)
{
    double mean = delta && isnan(f->upper) ? NAN : f->mean;
    golden_expect(file, row, "mu0_conv", mean, 1e-6, 0);
    golden_expect(file, row, "mu0", mean, 1e-5, 0);
    golden_expect(file, row, "phi_conv", f->phi, 1e-5, 0);
    golden_expect(file, row, "phi", f->phi, 5e-4, 0);
    golden_expect(file, row, "trend_used", f->trend_used, 0, 0);
    golden_expect(file, row, "pvalue_conv", f->p, 0, 1e-6);
    golden_expect(file, row, "alarm", f->alarm, 0, 0);
    expect_golden_upper(file, row, f, delta);
}

static void golden_weeks_of(const char *config)
{
    golden *file = golden_open("farrington_flexible"), *series = golden_open("farrington_series");
    farrington_options o = options_for(config);
    static double counts[WEEKS_MAX];
    span where = {0, 0};
    for (size_t row = 0; row < golden_rows(file); row++) {
        if (!text_is(golden_text(file, row, "config"), config))
            continue;
        text name = golden_text(file, row, "series");
        if (where.end == 0 || !text_equal(golden_text(series, where.first, "series"), name)) {
            where = span_of(series, name);
            golden_copy(series, where.first, where.end, "observed", counts, WEEKS_MAX);
        }
        farrington f = farrington_judge(counts, monday_of(golden_text(series, where.first, "date")),
                                        (size_t)golden_number(file, row, "k") - 1, &o);
        assert_true(f.fitted);
        expect_golden_week(file, row, &f, o.limit == FARRINGTON_DELTA);
    }
    print_message("config %s; ", config);
    golden_close(&file);
    golden_close(&series);
}

static void golden_weeks_of_the_default_are_met(void **state)
{
    (void)state;
    golden_weeks_of("A");
    golden_weeks_of("A05");
}

static void golden_weeks_of_the_classic_windows_are_met(void **state)
{
    (void)state;
    golden_weeks_of("E");
}

static void golden_weeks_of_the_delta_limit_are_met(void **state)
{
    (void)state;
    golden_weeks_of("C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_weeks_begin_on_the_nearest_monday),
        cmocka_unit_test(the_baseline_is_windows_and_blocks_between_them),
        cmocka_unit_test(with_too_little_history_nothing_is_said),
        cmocka_unit_test(an_even_series_is_expected_to_go_on),
        cmocka_unit_test(an_exact_season_and_trend_are_found),
        cmocka_unit_test(a_dense_regression_finds_the_same),
        cmocka_unit_test(a_trend_is_kept_only_when_it_earns_its_place),
        cmocka_unit_test(few_events_lately_have_no_limit),
        cmocka_unit_test(huge_and_sparse_series_are_fitted),
        cmocka_unit_test(only_known_configurations_have_options),
        cmocka_unit_test(golden_weeks_of_the_default_are_met),
        cmocka_unit_test(golden_weeks_of_the_classic_windows_are_met),
        cmocka_unit_test(golden_weeks_of_the_delta_limit_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
