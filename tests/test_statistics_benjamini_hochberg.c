/* Promise: q is Benjamini and Hochberg's, in the order in which p came; ties, zeros, ones and absent tests included. */
#include "statistics/benjamini_hochberg.h"

#include <math.h>

#include "golden.h"
#include "testing.h"

enum { TESTS_MAX = 2000 };

/* By hand: sorted .01 .02 .02 .04 .5; times 5 / rank: .05 .05 .0333 .05 .5; least from behind. */
static void q_is_the_least_of_what_follows(void **state)
{
    (void)state;
    static const double p[] = {0.04, 0.02, 0.5, 0.01, 0.02};
    static const double wanted[] = {0.05, 0.1 / 3, 0.5, 0.1 / 3, 0.1 / 3};
    size_t order[5];
    double q[5];
    benjamini_hochberg(p, 5, order, q);
    for (size_t i = 0; i < 5; i++)
        expect_near(q[i], wanted[i], 1e-15);
    assert_int_equal(order[0], 3);
    assert_int_equal(order[1], 1);
    assert_int_equal(order[2], 4);
}

static void zeros_stay_zero_and_nothing_exceeds_one(void **state)
{
    (void)state;
    static const double p[] = {0, 1, 1, 0.99};
    size_t order[4];
    double q[4];
    benjamini_hochberg(p, 4, order, q);
    expect_near(q[0], 0, 0);
    for (size_t i = 1; i < 4; i++)
        expect_near(q[i], 1, 0);
}

static void series_without_a_test_do_not_count_as_tests(void **state)
{
    (void)state;
    static const double p[] = {NAN, 0.03, NAN, 0.01, NAN};
    size_t order[5];
    double q[5];
    benjamini_hochberg(p, 5, order, q);
    assert_true(isnan(q[0]) && isnan(q[2]) && isnan(q[4]));
    expect_near(q[1], 0.03, 1e-15);
    expect_near(q[3], 0.02, 1e-15);
    benjamini_hochberg(p, 1, order, q);
    assert_true(isnan(q[0]));
    benjamini_hochberg(p, 0, order, q);
}

static void golden_q_values_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("bh_fdr");
    for (size_t first = 0, end; first < golden_rows(file); first = end) {
        static double p[TESTS_MAX], q[TESTS_MAX];
        static size_t order[TESTS_MAX];
        end = golden_series_end(file, first, "group", NULL);
        golden_copy(file, first, end, "p", p, TESTS_MAX);
        benjamini_hochberg(p, end - first, order, q);
        for (size_t row = first; row < end; row++)
            golden_expect(file, row, "q_bh", q[row - first], 1e-12, 0);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(q_is_the_least_of_what_follows),
        cmocka_unit_test(zeros_stay_zero_and_nothing_exceeds_one),
        cmocka_unit_test(series_without_a_test_do_not_count_as_tests),
        cmocka_unit_test(golden_q_values_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
