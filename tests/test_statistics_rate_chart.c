/* Promise: c and u charts have Poisson's limits, and Laney's where neighbours vary more than that. */
#include "statistics/rate_chart.h"

#include <math.h>

#include "golden.h"
#include "testing.h"

enum { POINTS_MAX = 400 };

/* Mean 4: limits 4 -/+ 6; z is (x - 4) / 2, so its moving ranges are 1, 4, 3: sigma (8 / 3) / 1.128. */
static void a_c_chart_is_three_roots_of_the_mean_wide(void **state)
{
    (void)state;
    static const double counts[] = {3, 1, 9, 3};
    rate_chart_point points[4];
    rate_chart chart = rate_chart_mark(counts, NULL, 4, points);
    expect_near(chart.centre, 4, 1e-15);
    expect_near(chart.sigma_z, 8.0 / 3 / 1.128, 1e-14);
    for (size_t i = 0; i < 4; i++) {
        expect_near(points[i].value, counts[i], 0);
        expect_near(points[i].lower, 0, 0);
        expect_near(points[i].upper, 10, 1e-15);
        expect_near(points[i].laney_upper, 4 + 16 / 1.128, 1e-14);
        assert_false(points[i].beyond);
    }
}

/* Ranges of 2 eleven times and once 31 (mean 53 / 12): 31 is more than 3.267 times that and left out. */
static void one_leap_does_not_widen_laneys_limits(void **state)
{
    (void)state;
    static const double counts[] = {3, 5, 3, 5, 3, 5, 3, 5, 3, 5, 3, 5, 36};
    rate_chart_point points[13];
    rate_chart chart = rate_chart_mark(counts, NULL, 13, points);
    expect_near(chart.sigma_z, 2 / sqrt(84.0 / 13) / 1.128, 1e-13);
}

/* 50 of 10 and 10 of 40: centre 60 / 50. */
static void a_u_chart_is_wider_where_there_is_less_exposure(void **state)
{
    (void)state;
    static const double counts[] = {50, 10}, sizes[] = {10, 40};
    rate_chart_point points[2];
    rate_chart chart = rate_chart_mark(counts, sizes, 2, points);
    expect_near(chart.centre, 1.2, 1e-15);
    expect_near(points[0].upper, 1.2 + 3 * sqrt(0.12), 1e-14);
    expect_near(points[1].lower, 1.2 - 3 * sqrt(0.03), 1e-14);
    assert_true(points[0].beyond && points[1].beyond);
    expect_near(chart.sigma_z, (3.8 / sqrt(0.12) + 0.95 / sqrt(0.03)) / 1.128, 1e-13);
}

static void nothing_at_all_is_within_its_limits(void **state)
{
    (void)state;
    static const double none[] = {0, 0, 0};
    rate_chart_point points[3];
    rate_chart_mark(none, NULL, 3, points);
    for (size_t i = 0; i < 3; i++) {
        expect_near(points[i].upper, 0, 0);
        expect_near(points[i].laney_upper, 0, 0);
        assert_false(points[i].beyond);
    }
    expect_near(rate_chart_mark(none, NULL, 1, points).sigma_z, NAN, 0);
    expect_near(points[0].laney_upper, NAN, 0);
}

static void golden_charts_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("c_u_chart");
    for (size_t first = 0, end; first < golden_rows(file); first = end) {
        double counts[POINTS_MAX], sizes[POINTS_MAX];
        rate_chart_point points[POINTS_MAX];
        end = golden_series_end(file, first, "series", "chart", NULL);
        bool is_u = text_is(golden_text(file, first, "chart"), "u");
        golden_copy(file, first, end, "count", counts, POINTS_MAX);
        golden_copy(file, first, end, "size", sizes, POINTS_MAX);
        rate_chart chart = rate_chart_mark(counts, is_u ? sizes : NULL, end - first, points);
        for (size_t row = first; row < end; row++) {
            const rate_chart_point *p = &points[row - first];
            golden_expect(file, row, "stat", p->value, 1e-11, 0);
            golden_expect(file, row, "center", chart.centre, 1e-11, 0);
            golden_expect(file, row, "lcl", p->lower, 1e-11, 0);
            golden_expect(file, row, "ucl", p->upper, 1e-11, 0);
            golden_expect(file, row, "beyond", p->beyond, 0, 0);
            golden_expect(file, row, "laney_lcl", is_u ? p->laney_lower : NAN, 1e-11, 0);
            golden_expect(file, row, "laney_ucl", is_u ? p->laney_upper : NAN, 1e-11, 0);
        }
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_c_chart_is_three_roots_of_the_mean_wide),
        cmocka_unit_test(one_leap_does_not_widen_laneys_limits),
        cmocka_unit_test(a_u_chart_is_wider_where_there_is_less_exposure),
        cmocka_unit_test(nothing_at_all_is_within_its_limits),
        cmocka_unit_test(golden_charts_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
