/* Promise: an area is shown against its parent and tested against the rest of it, and stands in a funnel where OHID's
 * limits put it. */
#include <math.h>

#include "golden.h"
#include "statistics/area_gap.h"
#include "statistics/byar.h"
#include "testing.h"

static void an_area_is_tested_against_its_parent_without_it(void **state)
{
    (void)state;
    area_gap g = area_gap_of(12, 100, 42, 200); /* 12 against 30 in equal populations: see test_statistics_rate_ratio */
    assert_true(g.has_rest);
    expect_near(g.rate_area, 120, 1e-14);
    expect_near(g.rate_parent, 210, 1e-14);
    expect_near(g.rate_rest, 300, 1e-14);
    expect_near(g.ratio_parent, 120.0 / 210, 1e-14);
    expect_near(g.rest.ratio, 0.4, 1e-14);
    expect_near(g.rest.lo95, 0.18650910683417907, 1e-11);
    expect_near(g.rest.p_midp, 0.0054015726545912912, 1e-11);
    expect_near(g.expected, 21, 1e-14);
}

/* 9 events where 4.2 are expected: likelihood p from mpmath; Garwood limits of 9 from mpmath. */
static void an_area_is_shown_against_a_fixed_rate(void **state)
{
    (void)state;
    area_gap g = area_gap_of(9, 100, 42, 1000);
    expect_near(g.p_fixed, 0.042927767778501964, 1e-11);
    expect_near(g.ratio_lo95, 4.1153730973783324 / 4.2, 1e-10);
    expect_near(g.ratio_hi95, 17.08480345141917 / 4.2, 1e-10);
    assert_int_equal(g.place, FUNNEL_WITHIN);
}

static void the_whole_parent_has_no_rest(void **state)
{
    (void)state;
    area_gap g = area_gap_of(500, 1000, 500, 1000);
    assert_false(g.has_rest);
    expect_near(g.rate_rest, NAN, 0);
    expect_near(g.rest.p_midp, NAN, 0);
    expect_near(g.ratio_parent, 1, 0);
    expect_near(g.p_fixed, 1, 0);
}

static void a_parent_without_events_has_no_ratio(void **state)
{
    (void)state;
    area_gap g = area_gap_of(0, 10, 0, 100);
    expect_near(g.rate_parent, 0, 0);
    expect_near(g.ratio_parent, NAN, 0);
    expect_near(g.rest.p_midp, 1, 0);
    expect_near(g.p_fixed, NAN, 0);
    assert_int_equal(g.place, FUNNEL_WITHIN);
}

/* Exact limits of 9 events (mpmath): 4.115 and 17.08 at 95 %, 2.452 and 22.66 at 99.8 %. */
static void the_benchmark_beyond_a_limit_makes_an_area_high_or_low(void **state)
{
    (void)state;
    static const struct { double benchmark; funnel_place place; const char *text; } cases[] = {
        {2.4524, FUNNEL_HIGH_998, "High (0.001)"}, {2.4525, FUNNEL_HIGH_95, "High (0.025)"},
        {4.1153, FUNNEL_HIGH_95, "High (0.025)"},  {4.1154, FUNNEL_WITHIN, "Not significant"},
        {17.084, FUNNEL_WITHIN, "Not significant"}, {17.085, FUNNEL_LOW_95, "Low (0.025)"},
        {22.657, FUNNEL_LOW_95, "Low (0.025)"},    {22.658, FUNNEL_LOW_998, "Low (0.001)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(funnel_place_of(9, 1, cases[i].benchmark), cases[i].place);
        assert_string_equal(funnel_place_text(cases[i].place), cases[i].text);
    }
    assert_int_equal(funnel_place_of(0, 1, 1e-300), FUNNEL_WITHIN);
    assert_int_equal(funnel_place_of(0, 1, 100), FUNNEL_LOW_998);
}

static void golden_area_comparisons_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("area_comparator");
    for (size_t row = 0; row < golden_rows(file); row++) {
        double parent_count = golden_number(file, row, "parent_count");
        area_gap g = area_gap_of(golden_number(file, row, "area_count"), golden_number(file, row, "area_pop"),
                                 parent_count, golden_number(file, row, "parent_pop"));
        golden_expect(file, row, "rate_area", g.rate_area, 1e-9, 0);
        golden_expect(file, row, "rate_parent_incl", g.rate_parent, 1e-9, 0);
        golden_expect(file, row, "rate_rest_excl", g.rate_rest, 1e-9, 0);
        golden_expect(file, row, "rr_incl", g.ratio_parent, 1e-9, 0);
        golden_expect(file, row, "rr_excl", g.rest.ratio, 1e-9, 0);
        golden_expect(file, row, "rr_excl_lo95", g.rest.lo95, 1e-9, 0);
        golden_expect(file, row, "rr_excl_hi95", g.rest.hi95, 1e-9, 0);
        golden_expect(file, row, "p_excl_central", g.rest.p_central, 1e-9, 1e-290);
        golden_expect(file, row, "p_excl_midp", g.rest.p_midp, 1e-9, 1e-290);
        golden_expect(file, row, "p_fixed_minlike", g.p_fixed, 1e-9, 1e-290);
        golden_expect(file, row, "smr_lo95", g.ratio_lo95, 1e-9, 0);
        golden_expect(file, row, "smr_hi95", g.ratio_hi95, 1e-9, 0);
        golden_expect_text(file, row, "ohid_funnel_vs_fixed", parent_count > 0 ? funnel_place_text(g.place) : "NA");
    }
    golden_close(&file);
}

static double sum_of(const golden *file, size_t first, size_t end, const char *column)
{
    double sum = 0;
    for (size_t row = first; row < end; row++)
        sum += golden_number(file, row, column);
    return sum;
}

static void golden_funnels_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("funnel");
    for (size_t first = 0, end; first < golden_rows(file); first = end) {
        end = golden_series_end(file, first, "group", NULL);
        double pooled = sum_of(file, first, end, "count") / sum_of(file, first, end, "population");
        for (size_t row = first; row < end; row++) {
            double count = golden_number(file, row, "count"), population = golden_number(file, row, "population");
            byar_limits inner = byar_rate(count, population, 1000, 0.95), outer = byar_rate(count, population, 1000, 0.998);
            golden_expect(file, row, "rate_per_1000", inner.rate, 1e-9, 0);
            golden_expect(file, row, "pooled_rate_per_1000", pooled * 1000, 1e-9, 0);
            golden_expect(file, row, "lo95", inner.low, 1e-9, 0);
            golden_expect(file, row, "hi95", inner.high, 1e-9, 0);
            golden_expect(file, row, "lo998", outer.low, 1e-9, 0);
            golden_expect(file, row, "hi998", outer.high, 1e-9, 0);
            golden_expect_text(file, row, "significance", funnel_place_text(funnel_place_of(count, population, pooled)));
        }
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_area_is_tested_against_its_parent_without_it),
        cmocka_unit_test(an_area_is_shown_against_a_fixed_rate),
        cmocka_unit_test(the_whole_parent_has_no_rest),
        cmocka_unit_test(a_parent_without_events_has_no_ratio),
        cmocka_unit_test(the_benchmark_beyond_a_limit_makes_an_area_high_or_low),
        cmocka_unit_test(golden_area_comparisons_are_met),
        cmocka_unit_test(golden_funnels_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
