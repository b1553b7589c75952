/* Promise: limits come from moving ranges; runs, trends and near misses are seen when they complete, and every
 * member is marked in hindsight, the gravest cause first. */
#include "statistics/xmr.h"

#include <math.h>
#include <string.h>

#include "golden.h"
#include "statistics/moments.h"
#include "testing.h"

enum { POINTS_MAX = 400, ROOM = 32 };

/* Limits that no test value comes near: mean 10, moving range 100. */
static const xmr_limits wide = {
    .mean = 10, .moving_range = 100, .lower = -256, .upper = 276, .near_lower = -167, .near_upper = 187};

static void the_mean_and_deviation_are_exact_for_equal_and_for_huge_values(void **state)
{
    (void)state;
    static const double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, huge[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    assert_true(mean_of(tenths, 7) == 0.1);
    assert_true(deviation_of(tenths, 7) == 0);
    assert_true(deviation_of(huge, 3) == 1);
    assert_true(isnan(mean_of(tenths, 0)) && isnan(deviation_of(tenths, 1)));
}

/* Ranges 2, 4, 3, 30, 31 (mean 14): none reaches 3.267 x 14. Then 2, 4, 3, seven 1s and 20 (mean 36 / 11): 20 does. */
static void limits_are_266_moving_ranges_from_the_mean(void **state)
{
    (void)state;
    static const double values[] = {10, 12, 8, 11, 41, 10};
    xmr_limits l = xmr_limits_of(values, 6, true);
    expect_near(l.mean, 92.0 / 6, 1e-15);
    expect_near(l.moving_range, 14, 1e-15);
    expect_near(l.upper, 92.0 / 6 + 2.66 * 14, 1e-15);
    expect_near(l.lower, 92.0 / 6 - 2.66 * 14, 1e-14); /* below 0, and left so */
    expect_near(l.near_upper, 92.0 / 6 + 2.66 * 14 * 2 / 3, 1e-15);
    static const double jump[] = {10, 12, 8, 11, 10, 11, 10, 11, 10, 11, 10, 30};
    expect_near(xmr_limits_of(jump, 12, false).moving_range, 36.0 / 11, 1e-14);
    expect_near(xmr_limits_of(jump, 12, true).moving_range, 1.6, 1e-14);
}

static void equal_values_are_within_limits_that_equal_them(void **state)
{
    (void)state;
    static const double flat[] = {0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7};
    xmr_point points[9];
    for (int screen = 0; screen <= 1; screen++) {
        xmr_limits l = xmr_limits_of(flat, 9, screen);
        assert_true(l.lower == 0.7 && l.upper == 0.7 && l.mean == 0.7);
        xmr_mark(flat, 9, &l, points);
        for (size_t i = 0; i < 9; i++)
            assert_int_equal(points[i].cause, XMR_COMMON);
    }
}

static void fewer_than_two_values_have_no_limits_and_are_never_outside(void **state)
{
    (void)state;
    static const double one[] = {5};
    xmr_point points[1];
    xmr_limits l = xmr_limits_of(one, 1, true);
    assert_true(isnan(l.upper) && isnan(l.lower) && l.mean == 5);
    xmr_mark(one, 1, &l, points);
    assert_int_equal(points[0].cause, XMR_COMMON);
    assert_true(isnan(xmr_limits_of(one, 0, true).mean));
}

static void expect_causes(const double *values, size_t count, const xmr_limits *limits, const char *causes)
{
    /* One letter a point: '.' common, 'A' 'B' outside, '/' '\\' trends, '2' 'z' two of three, 'h' 'l' runs. */
    static const char letters[] = ".AB/\\2zhl";
    xmr_point points[ROOM];
    char seen[ROOM + 1] = "";
    xmr_mark(values, count, limits, points);
    for (size_t i = 0; i < count; i++)
        seen[i] = letters[points[i].cause];
    assert_string_equal(seen, causes);
}

static void seven_on_one_side_are_a_run_and_all_are_marked(void **state)
{
    (void)state;
    static const double values[] = {9, 11, 12, 11, 12, 11, 12, 11, 12, 9, 11};
    xmr_point points[ROOM];
    xmr_mark(values, 11, &wide, points);
    for (size_t i = 0; i < 11; i++)
        assert_int_equal(points[i].run, i == 7 || i == 8 ? 1 : 0);
    expect_causes(values, 11, &wide, ".hhhhhhhh..");
    static const double broken[] = {11, 12, 11, 12, 11, 12, 10, 11, 12}; /* a point on the mean */
    expect_causes(broken, 9, &wide, ".........");
    static const double low[] = {9, 8, 9, 8, 9, 8, 9};
    expect_causes(low, 7, &wide, "lllllll");
}

static void seven_that_rise_or_fall_are_a_trend_and_all_are_marked(void **state)
{
    (void)state;
    static const double rise[] = {5, 4, 6, 7, 9, 11, 12, 13, 13};
    xmr_point points[ROOM];
    xmr_mark(rise, 9, &wide, points);
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(points[i].trend, i == 7 ? 1 : 0);
    expect_causes(rise, 9, &wide, "." "///////" ".");
    static const double six[] = {4, 6, 7, 9, 11, 12, 12};
    expect_causes(six, 7, &wide, ".......");
    static const double peak[] = {1, 2, 3, 4, 5, 6, 30, 29, 28, 27, 26, 25, 24}; /* the peak goes on downwards */
    expect_causes(peak, 13, &wide, "//////\\\\\\\\\\\\\\");
}

/* Mean 10, near limits 8 and 12, limits 7 and 13. */
static void two_of_three_near_a_limit_are_marked_and_the_third_is_not(void **state)
{
    (void)state;
    static const xmr_limits narrow = {
        .mean = 10, .moving_range = 1, .lower = 7, .upper = 13, .near_lower = 8, .near_upper = 12};
    static const double near[] = {9, 12.5, 11, 12.5, 9, 7.5, 7.5, 9, 11};
    expect_causes(near, 9, &narrow, ".2.2.zz..");
    static const double across[] = {12.5, 9, 12.5, 9, 11};
    expect_causes(across, 5, &narrow, ".....");
    static const double outside[] = {12.5, 14, 11, 9, 6}; /* a point outside isn't near */
    expect_causes(outside, 5, &narrow, ".A..B");
    static const double on_limit[] = {13, 7, 12, 12, 8, 8};
    expect_causes(on_limit, 6, &narrow, "......");
}

static void high_is_a_direction_and_every_cause_has_words(void **state)
{
    (void)state;
    for (int cause = XMR_COMMON; cause <= XMR_RUN_BELOW; cause++) {
        int direction = xmr_cause_direction((xmr_cause)cause);
        const char *words = xmr_cause_text((xmr_cause)cause);
        bool high = strstr(words, "Above") != NULL || strstr(words, "Increasing") != NULL;
        assert_int_equal(direction, cause == XMR_COMMON ? 0 : high ? 1 : -1);
    }
}

static const char *point_type(xmr_cause cause)
{
    int direction = xmr_cause_direction(cause);
    return direction > 0 ? "special_cause_concern" : direction < 0 ? "special_cause_improvement" : "common_cause";
}

static void expect_golden_point(golden *file, size_t row, const xmr_limits *limits, const xmr_point *p)
{
    golden_expect(file, row, "mean", limits->mean, 1e-12, 0);
    golden_expect(file, row, "lpl", limits->lower, 1e-12, 1e-12);
    golden_expect(file, row, "upl", limits->upper, 1e-12, 0);
    golden_expect(file, row, "relative_to_mean", p->side, 0, 0);
    golden_expect(file, row, "outside_limits", p->outside, 0, 0);
    golden_expect(file, row, "close_to_limits", p->close, 0, 0);
    golden_expect(file, row, "run7_completes_here", p->run, 0, 0);
    golden_expect(file, row, "trend7_completes_here", p->trend, 0, 0);
    golden_expect_text(file, row, "special_cause_type", xmr_cause_text(p->cause));
    golden_expect_text(file, row, "point_type", point_type(p->cause));
}

static void golden_charts_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("xmr");
    for (size_t first = 0, end; first < golden_rows(file); first = end) {
        double values[POINTS_MAX];
        xmr_point points[POINTS_MAX];
        end = golden_series_end(file, first, "series", "fix_after_n", "screen_outliers", NULL);
        golden_copy(file, first, end, "y", values, POINTS_MAX);
        size_t baseline = (size_t)golden_number(file, first, "fix_after_n");
        if (baseline == 0 || baseline > end - first)
            baseline = end - first;
        xmr_limits limits = xmr_limits_of(values, baseline, golden_number(file, first, "screen_outliers") > 0);
        xmr_mark(values, end - first, &limits, points);
        for (size_t row = first; row < end; row++)
            expect_golden_point(file, row, &limits, &points[row - first]);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_and_deviation_are_exact_for_equal_and_for_huge_values),
        cmocka_unit_test(limits_are_266_moving_ranges_from_the_mean),
        cmocka_unit_test(equal_values_are_within_limits_that_equal_them),
        cmocka_unit_test(fewer_than_two_values_have_no_limits_and_are_never_outside),
        cmocka_unit_test(seven_on_one_side_are_a_run_and_all_are_marked),
        cmocka_unit_test(seven_that_rise_or_fall_are_a_trend_and_all_are_marked),
        cmocka_unit_test(two_of_three_near_a_limit_are_marked_and_the_third_is_not),
        cmocka_unit_test(high_is_a_direction_and_every_cause_has_words),
        cmocka_unit_test(golden_charts_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
