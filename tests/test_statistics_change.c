/* Promise: a change is measured exactly where chance is all there is, with the series' own dispersion where it isn't, and
 * never looks surer than its numbers allow. */
#include "statistics/change.h"

#include <math.h>
#include <string.h>

#include "golden.h"
#include "testing.h"

static const dispersion poisson = {.phi_raw = 1, .phi = 1, .df = 0};

static dispersion spread_of(double phi, int df)
{
    return (dispersion){.phi_raw = phi, .phi = phi, .df = df};
}

/* The figures of shared/golden/README.md for the Stafford assessment, where no dispersion is known. */
static void the_assessment_comes_out_as_the_specification_says(void **state)
{
    (void)state;
    static const struct { double now, before, percent; bool p_below_01, p_below_001; } cases[] = {
        {955, 767, 24.5, true, true}, {747, 616, 21.3, true, true}, {1133, 1383, -18.1, true, true},
        {317, 287, 10.5, false, false}, {434, 421, 3.1, false, false}, {2268, 2436, -6.9, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        change_estimate c = change_of(cases[i].now, cases[i].before, 1, 1, poisson);
        assert_int_equal(lround(c.percent * 10), lround(cases[i].percent * 10));
        assert_int_equal(c.p < 0.01, cases[i].p_below_01);
        assert_int_equal(c.p < 0.001, cases[i].p_below_001);
        assert_int_equal(c.method, CHANGE_EXACT);
        assert_true(c.percent_shown && c.may_alert);
        assert_true(c.low95 < c.percent && c.percent < c.high95);
    }
}

/* Binomial sums with 40 digits (mpmath): 12 against 30. */
static void without_dispersion_it_is_the_exact_test(void **state)
{
    (void)state;
    change_estimate c = change_of(12, 30, 1, 1, poisson);
    expect_near(c.percent, -60, 1e-14);
    expect_near(c.low95, 100 * (0.18650910683417907 - 1), 1e-11);
    expect_near(c.high95, 100 * (0.80452909003612334 - 1), 1e-11);
    expect_near(c.p, 0.0054015726545912912, 1e-11);
    expect_near(c.p_exact, c.p, 0);
    expect_near(c.p_t, NAN, 0);
}

/* The formula written out with 30 digits: 120 against 260 in three years, phi 2.2, 44 df. */
static void with_dispersion_it_is_the_t_test(void **state)
{
    (void)state;
    change_estimate c = change_of(120, 260, 1, 3, spread_of(2.2, 44));
    assert_int_equal(c.method, CHANGE_T);
    expect_near(c.percent, 100 * (360.0 / 260 - 1), 1e-12);
    expect_near(c.p, 0.053053110887251743, 1e-11);
    expect_near(c.low95, -0.44659210789975168, 1e-9);
    expect_near(c.high95, 92.576005573962851, 1e-10);
    expect_near(c.phi, 2.2, 0);
    assert_true(c.p_exact < c.p);
}

/* 6 against 14, phi 1.8, 11 df: t p .222 and limits -89.85 to 81.05 (30 digits); the exact p is .08. */
static void with_dispersion_and_few_events_the_larger_p_and_the_wider_limits_stand(void **state)
{
    (void)state;
    change_estimate c = change_of(6, 14, 1, 1, spread_of(1.8, 11));
    assert_int_equal(c.method, CHANGE_LARGER);
    expect_near(c.p_t, 0.22208426662603376, 1e-11);
    expect_near(c.p, c.p_t, 0);
    assert_true(c.p_exact < c.p_t);
    expect_near(c.low95, -89.854915409670187, 1e-10);
    expect_near(c.high95, 81.046759888853664, 1e-9);

    c = change_of(6, 14, 1, 1, spread_of(1.0001, 4 * 11)); /* hardly any: the exact one is the larger */
    assert_int_equal(c.method, CHANGE_LARGER);
    expect_near(c.p, fmax(c.p_exact, c.p_t), 0);
}

static void an_earlier_count_of_none_gives_no_percentage_but_a_p(void **state)
{
    (void)state;
    change_estimate c = change_of(60, 0, 1, 1, poisson);
    expect_near(c.percent, NAN, 0);
    expect_near(c.low95, NAN, 0);
    expect_near(c.high95, NAN, 0);
    expect_near(c.ratio, INFINITY, 0);
    assert_false(c.percent_shown);
    assert_true(c.p < 1e-17 && c.p > 0 && c.may_alert);

    c = change_of(0, 0, 1, 1, spread_of(2, 11));
    expect_near(c.p, 1, 0);
    assert_false(c.percent_shown || c.may_alert);
}

/* ln(0.5 / 12.5) / sqrt(1.8 (1 / 0.5 + 1 / 12.5)) on 11 df: p .1244 (30 digits). */
static void with_dispersion_a_count_of_none_gets_half_an_event_for_the_t(void **state)
{
    (void)state;
    change_estimate c = change_of(0, 12, 1, 1, spread_of(1.8, 11));
    assert_int_equal(c.method, CHANGE_LARGER);
    expect_near(c.p, 0.12439968500887931, 1e-11);
    expect_near(c.percent, -100, 0);
    expect_near(c.low95, -100, 0);
    expect_near(c.high95, 182.89411614112857, 1e-10);
}

static void small_numbers_show_no_percentage_and_seldom_alert(void **state)
{
    (void)state;
    static const struct { double now, before, years; bool shown, may; } cases[] = {
        {50, 1, 1, true, true},    {49, 49, 1, false, false}, {49, 50, 1, true, true},
        {9, 0, 1, false, false},   {10, 0, 1, false, true},   /* p = 2^-10 */
        {4, 5, 1, false, false},   {5, 5, 1, false, false},   {45, 20, 1, false, true}, /* p < .01 */
        {40, 25, 1, false, false}, /* p = .06 */
        {20, 60, 3, false, false}, /* as many as in an average year of the three */
        {60, 60, 3, true, true},   {3, 34, 4, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        change_estimate c = change_of(cases[i].now, cases[i].before, 1, cases[i].years, poisson);
        if (c.percent_shown != cases[i].shown || c.may_alert != cases[i].may)
            fail_msg("%g against %g in %g years: shown %d, may alert %d", cases[i].now, cases[i].before,
                     cases[i].years, c.percent_shown, c.may_alert);
    }
}

static void every_number_is_a_number_where_one_is_defined(void **state)
{
    (void)state;
    static const double counts[] = {0, 1, 2, 9, 10, 49, 50, 1000, 1e6, 1e7};
    static const double phis[] = {1, 1.0000001, 3, 400};
    enum { COUNTS = sizeof counts / sizeof counts[0], PHIS = sizeof phis / sizeof phis[0] };
    for (size_t i = 0; i < COUNTS * COUNTS * PHIS; i++) {
        double now = counts[i % COUNTS], before = counts[i / COUNTS % COUNTS], phi = phis[i / COUNTS / COUNTS];
        change_estimate c = change_of(now, before, 1, 2, spread_of(phi, 11));
        assert_true(c.p >= 0 && c.p <= 1);
        assert_int_equal(isnan(c.percent), before == 0);
        assert_int_equal(isnan(c.low95) || isnan(c.high95), before == 0);
        if (before > 0)
            assert_true(c.low95 >= -100 && c.low95 <= c.percent && c.percent <= c.high95);
        assert_int_equal(isnan(c.p_t), phi == 1);
    }
}

static void a_chance_without_the_estimate_is_the_same_to_the_last_bit(void **state)
{
    (void)state;
    static const double counts[] = {0, 1, 4, 9, 10, 23, 49, 50, 71, 1000, 1e6};
    static const double phis[] = {1, 1.0000001, 1.8, 40};
    static const double exposures[] = {1, 3, 138670.5};
    enum { COUNTS = sizeof counts / sizeof counts[0], PHIS = sizeof phis / sizeof phis[0], EXPOSURES = sizeof exposures / sizeof exposures[0] };
    for (size_t i = 0; i < COUNTS * COUNTS * PHIS * EXPOSURES; i++) {
        double now = counts[i % COUNTS], before = counts[i / COUNTS % COUNTS];
        double phi = phis[i / COUNTS / COUNTS % PHIS], exposure = exposures[i / COUNTS / COUNTS / PHIS];
        change_estimate whole = change_of(now, before, 2, exposure, spread_of(phi, 11));
        change_chance alone = change_chance_of(now, before, 2, exposure, spread_of(phi, 11));
        assert_true(alone.p == whole.p && alone.phi == whole.phi);
        assert_int_equal(alone.may_alert, whole.may_alert);
        assert_int_equal(alone.percent_shown, whole.percent_shown);
    }
}

static void golden_published_changes_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("stafford_reference");
    for (size_t row = 0; row < golden_rows(file); row++) {
        double years = golden_number(file, row, "years_prev");
        change_estimate c =
            change_of(golden_number(file, row, "cur"), golden_number(file, row, "prev"), 1, years, poisson);
        golden_expect(file, row, "pct", c.percent, 1e-9, 0);
        golden_expect(file, row, "rr", c.ratio, 1e-9, 0);
        golden_expect(file, row, "lo95", c.low95 / 100 + 1, 1e-9, 0);
        golden_expect(file, row, "hi95", c.high95 / 100 + 1, 1e-9, 0);
        golden_expect(file, row, "p_midp", c.p, 1e-9, 0);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_assessment_comes_out_as_the_specification_says),
        cmocka_unit_test(without_dispersion_it_is_the_exact_test),
        cmocka_unit_test(with_dispersion_it_is_the_t_test),
        cmocka_unit_test(with_dispersion_and_few_events_the_larger_p_and_the_wider_limits_stand),
        cmocka_unit_test(an_earlier_count_of_none_gives_no_percentage_but_a_p),
        cmocka_unit_test(with_dispersion_a_count_of_none_gets_half_an_event_for_the_t),
        cmocka_unit_test(small_numbers_show_no_percentage_and_seldom_alert),
        cmocka_unit_test(every_number_is_a_number_where_one_is_defined),
        cmocka_unit_test(a_chance_without_the_estimate_is_the_same_to_the_last_bit),
        cmocka_unit_test(golden_published_changes_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
