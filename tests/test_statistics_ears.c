/* Promise: C1, C2 and C3 are CDC's, from the first week on which each can be said, with a floor under the deviation. */
#include "statistics/ears.h"

#include <math.h>

#include "golden.h"
#include "testing.h"

enum { WEEKS = 12, WEEKS_MAX = 400 };

static const double weeks[WEEKS] = {4, 6, 5, 9, 3, 7, 8, 2, 5, 14, 6, 20};

/* The definitions with 30 digits (mpmath), a baseline of 4 weeks, least deviation 0.5. */
static void bounds_and_statistics_are_those_of_the_definitions(void **state)
{
    (void)state;
    static const struct { size_t at; double c1, c2, stat, c3; } known[] = {
        {4, 12.675664758038843, NAN, NAN, NAN},
        {5, 13.475580765419534, NAN, NAN, NAN},
        {6, 13.978945505133388, 12.675664758038843, 0.92582009977255146, NAN},
        {7, 14.877173881516815, 13.475580765419534, -1.5, NAN},
        {8, 14.097397583158316, 13.978945505133388, -0.38729833462074169, 0},
        {9, 13.675986175537646, 14.877173881516815, 2.7567004897814789, 1.7567004897814789},
        {10, 23.082729148339687, 14.097397583158316, 0.33968311024337873, 1.7567004897814789},
        {11, 22.582729148339687, 13.675986175537646, 5.4804848586337948, 6.2371853484152737},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t at = known[i].at;
        ears e = ears_at(weeks, at, 4, 0.5);
        expect_near(e.c1_upper, known[i].c1, 1e-13);
        expect_near(e.c2_upper, known[i].c2, 1e-13);
        expect_near(e.c2_stat, known[i].stat, 1e-12);
        expect_near(e.c3_stat, known[i].c3, 1e-12);
        assert_int_equal(e.c1_alarm, at == 9);
        assert_int_equal(e.c2_alarm, at == 11);
        assert_int_equal(e.c3_alarm, at == 11);
    }
}

static void before_there_is_a_baseline_nothing_is_said(void **state)
{
    (void)state;
    for (size_t at = 0; at < 4; at++) {
        ears e = ears_at(weeks, at, 4, 0.5);
        assert_true(isnan(e.c1_upper) && isnan(e.c2_upper) && isnan(e.c2_stat) && isnan(e.c3_stat));
        assert_false(e.c1_alarm || e.c2_alarm || e.c3_alarm);
    }
}

static void after_weeks_of_nothing_the_floor_decides(void **state)
{
    (void)state;
    static const double first[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, second[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
    assert_true(ears_at(first, 9, 7, 0).c2_alarm);
    assert_true(isnan(ears_at(first, 9, 7, 0).c2_stat)); /* 1 / 0 */
    assert_false(ears_at(first, 9, 7, 0.5).c2_alarm);
    assert_true(ears_at(second, 9, 7, 0.5).c2_alarm); /* 2 > 3.09 x 0.5 */
    assert_false(ears_at(first, 8, 7, 0).c2_alarm);   /* 0 > 0 */
}

static void huge_counts_keep_their_digits(void **state)
{
    (void)state;
    double large[WEEKS];
    for (size_t i = 0; i < WEEKS; i++)
        large[i] = weeks[i] + 1e9;
    for (size_t at = 6; at < WEEKS; at++) {
        expect_near(ears_at(large, at, 4, 0.5).c2_stat, ears_at(weeks, at, 4, 0.5).c2_stat, 1e-9);
        expect_near(ears_at(large, at, 4, 0.5).c1_upper - 1e9, ears_at(weeks, at, 4, 0.5).c1_upper, 1e-6);
    }
}

static void expect_golden_week(golden *file, size_t row, const ears *e, bool huge)
{
    double near = huge ? 1e-7 : 1e-9;
    golden_expect(file, row, "c1_upper", e->c1_upper, 1e-10, 0);
    golden_expect(file, row, "c2_upper", e->c2_upper, 1e-10, 0);
    golden_expect(file, row, "c2_stat", e->c2_stat, near, near);
    golden_expect(file, row, "c3_stat_cdc", e->c3_stat, near, near);
    golden_expect(file, row, "c1_alarm", isnan(e->c1_upper) ? NAN : e->c1_alarm, 0, 0);
    golden_expect(file, row, "c2_alarm", isnan(e->c2_upper) ? NAN : e->c2_alarm, 0, 0);
    golden_expect(file, row, "c3_alarm_cdc", isnan(e->c3_stat) ? NAN : e->c3_alarm, 0, 0);
}

static void golden_weeks_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("ears_c1c2c3");
    for (size_t first = 0, end; first < golden_rows(file); first = end) {
        double counts[WEEKS_MAX];
        end = golden_series_end(file, first, "series", "baseline", "min_sigma", NULL);
        golden_copy(file, first, end, "x", counts, WEEKS_MAX);
        bool huge = text_is(golden_text(file, first, "series"), "huge");
        size_t baseline = (size_t)golden_number(file, first, "baseline");
        double deviation_min = golden_number(file, first, "min_sigma");
        for (size_t row = first; row < end; row++) {
            ears e = ears_at(counts, row - first, baseline, deviation_min);
            expect_golden_week(file, row, &e, huge);
        }
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_and_statistics_are_those_of_the_definitions),
        cmocka_unit_test(before_there_is_a_baseline_nothing_is_said),
        cmocka_unit_test(after_weeks_of_nothing_the_floor_decides),
        cmocka_unit_test(huge_counts_keep_their_digits),
        cmocka_unit_test(golden_weeks_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
