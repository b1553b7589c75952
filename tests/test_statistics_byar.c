/* Promise: a rate's limits are exact below 10 events and Byar's from 10 on, as OHID's own tools have them. */
#include "statistics/byar.h"

#include <math.h>

#include "golden.h"
#include "testing.h"

/* Exact: roots of the incomplete gamma function; Byar: the formula; both with 40 digits (mpmath). */
static const struct limits {
    double count, exact_low, exact_high, byar_low, byar_high, exact_low998, exact_high998, byar_low998, byar_high998;
} known[] = {
    {9, 4.1153730973783324, 17.08480345141917, 4.1068850240131336, 17.085780688536686, 2.4524244043637749,
     22.657373309062931, 2.4071167127010384, 22.720014767065092},
    {10, 4.7953886961324336, 18.390356042017779, 4.7874499139675618, 18.391458605756476, 2.9605203727437596,
     24.133971145417588, 2.9163183746956851, 24.193724927880539},
    {250, 219.96799563093731, 282.98770504231609, 219.96688424772333, 282.98851872402722, 203.97348037299961,
     302.82060555152576, 203.96201219765699, 302.83272298724399},
};

static void limits_are_those_of_the_formulas(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct limits *k = &known[i];
        byar_limits exact = byar_rate_exact(k->count, 1, 1, 0.95), byar = byar_rate_approximate(k->count, 1, 1, 0.95);
        expect_near(exact.low, k->exact_low, 1e-10);
        expect_near(exact.high, k->exact_high, 1e-10);
        expect_near(byar.low, k->byar_low, 1e-13);
        expect_near(byar.high, k->byar_high, 1e-13);
        exact = byar_rate_exact(k->count, 1, 1, 0.998);
        byar = byar_rate_approximate(k->count, 1, 1, 0.998);
        expect_near(exact.low, k->exact_low998, 1e-10);
        expect_near(exact.high, k->exact_high998, 1e-10);
        expect_near(byar.low, k->byar_low998, 1e-13);
        expect_near(byar.high, k->byar_high998, 1e-13);
    }
}

static void the_rule_changes_from_exact_to_byar_at_ten(void **state)
{
    (void)state;
    byar_limits nine = byar_rate(9, 1, 1, 0.95), ten = byar_rate(10, 1, 1, 0.95);
    assert_true(nine.exact);
    assert_false(ten.exact);
    expect_near(nine.low, known[0].exact_low, 1e-10);
    expect_near(ten.low, known[1].byar_low, 1e-13);
}

static void no_events_have_an_upper_limit_only(void **state)
{
    (void)state;
    byar_limits none = byar_rate(0, 138670, 1000, 0.95);
    expect_near(none.rate, 0, 0);
    expect_near(none.low, 0, 0);
    expect_near(none.high, -log(0.025) / 138.670, 1e-12);
    expect_near(byar_rate_approximate(0, 1, 1, 0.95).low, NAN, 0);
    byar_limits one = byar_rate(1, 1, 1, 0.95);
    expect_near(one.low, -log(0.975), 1e-12);
}

static void huge_counts_have_the_normal_limits(void **state)
{
    (void)state;
    byar_limits huge = byar_rate(1e8, 1e8, 1000, 0.95);
    expect_near(huge.rate, 1000, 1e-15);
    expect_near(huge.high - huge.low, 2 * 1.9599639845400542 * 0.1, 1e-4);
}

static void golden_rates_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("byar_rate");
    for (size_t row = 0; row < golden_rows(file); row++) {
        double count = golden_number(file, row, "count"), population = golden_number(file, row, "population");
        byar_limits inner = byar_rate(count, population, 1000, 0.95), outer = byar_rate(count, population, 1000, 0.998);
        byar_limits exact = byar_rate_exact(count, population, 1000, 0.95);
        byar_limits exact_outer = byar_rate_exact(count, population, 1000, 0.998);
        byar_limits byar = byar_rate_approximate(count, population, 1000, 0.95);
        double near = inner.exact ? 1e-9 : 1e-10;
        golden_expect(file, row, "rate_per_1000", inner.rate, 1e-10, 0);
        golden_expect(file, row, "lo95_ohid", inner.low, near, 0);
        golden_expect(file, row, "hi95_ohid", inner.high, near, 0);
        golden_expect(file, row, "lo998_ohid", outer.low, near, 0);
        golden_expect(file, row, "hi998_ohid", outer.high, near, 0);
        golden_expect_text(file, row, "method_ohid", inner.exact ? "Exact" : "Byars");
        golden_expect(file, row, "lo95_exact", exact.low, 1e-9, 0);
        golden_expect(file, row, "hi95_exact", exact.high, 1e-9, 0);
        golden_expect(file, row, "lo998_exact", exact_outer.low, 1e-9, 0);
        golden_expect(file, row, "hi998_exact", exact_outer.high, 1e-9, 0);
        golden_expect(file, row, "lo95_byar", byar.low, 1e-10, 0);
        golden_expect(file, row, "hi95_byar", byar.high, 1e-10, 0);
    }
    golden_close(&file);
}

static void golden_published_rates_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("stafford_reference");
    for (size_t row = 0; row < golden_rows(file); row++) {
        byar_limits exact = byar_rate_exact(golden_number(file, row, "cur"), 138670, 1000, 0.95);
        golden_expect(file, row, "rate_per_1000", exact.rate, 1e-9, 0);
        golden_expect(file, row, "rate_lo95_exact", exact.low, 1e-9, 0);
        golden_expect(file, row, "rate_hi95_exact", exact.high, 1e-9, 0);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_those_of_the_formulas),
        cmocka_unit_test(the_rule_changes_from_exact_to_byar_at_ten),
        cmocka_unit_test(no_events_have_an_upper_limit_only),
        cmocka_unit_test(huge_counts_have_the_normal_limits),
        cmocka_unit_test(golden_rates_are_met),
        cmocka_unit_test(golden_published_rates_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
