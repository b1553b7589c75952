/* Promise: the distribution functions are those of the textbooks, in both tails and at the edges. */
#include "statistics/distributions.h"

#include <math.h>

#include "golden.h"
#include "testing.h"

/* Values from mpmath 1.3 with 40 digits: erfc and the regularised incomplete beta. */
static void normal_and_student_agree_with_other_arithmetic(void **state)
{
    (void)state;
    expect_near(normal_at_most(-3), 0.0013498980316300945, 1e-14);
    expect_near(normal_at_most(-8), 6.2209605742717841e-16, 1e-13);
    expect_near(normal_two_sided(3), 2 * 0.0013498980316300945, 1e-14);
    expect_near(normal_quantile(0.975), 1.9599639845400542, 1e-14);
    expect_near(normal_quantile(0.999), 3.0902323061678135, 1e-14);
    expect_near(student_two_sided(2.5, 11), 0.029506374087364187, 1e-12);
    expect_near(student_two_sided(-1.3, 44), 0.20037010847073715, 1e-12);
    expect_near(student_quantile(0.975, 11), 2.2009851600916399, 1e-10);
    expect_near(student_quantile(0.975, 44), 2.0153675744437638, 1e-10);
}

/* Student with 1 df is Cauchy, chi-square with 2 df and Beta(1, b) have quantiles in closed form. */
static void closed_forms_are_met(void **state)
{
    (void)state;
    expect_near(student_at_most(0.7, 1), 0.5 + atan(0.7) / M_PI, 1e-13);
    expect_near(chi_square_quantile(0.3, 2), -2 * log(0.7), 1e-12);
    expect_near(chi_square_quantile(0.3, 0), 0, 0);
    expect_near(beta_quantile(0.025, 1, 7), 1 - pow(0.975, 1.0 / 7), 1e-12);
    expect_near(beta_quantile(0.025, 7, 1), pow(0.025, 1.0 / 7), 1e-12);
    expect_near(normal_quantile(0), -INFINITY, 0);
    expect_near(normal_quantile(1), INFINITY, 0);
}

static void the_binomial_counts_its_paths(void **state)
{
    (void)state;
    expect_near(binomial_exactly(3, 5, 0.5), 10.0 / 32, 1e-14);
    expect_near(binomial_at_most(3, 5, 0.5), 26.0 / 32, 1e-14);
    expect_near(binomial_at_least(3, 5, 0.5), 16.0 / 32, 1e-14);
    expect_near(binomial_at_least(0, 5, 0.5), 1, 0);
    expect_near(binomial_at_least(6, 5, 0.5), 0, 0);
    expect_near(binomial_at_most(-1, 5, 0.5), 0, 0);
    expect_near(binomial_at_most(0, 0, 0.5), 1, 0);
}

static void the_poisson_sums_its_series(void **state)
{
    (void)state;
    expect_near(poisson_exactly(0, 2.5), exp(-2.5), 1e-14);
    expect_near(poisson_at_most(2, 2.5), exp(-2.5) * (1 + 2.5 + 3.125), 1e-13);
    expect_near(poisson_at_least(1, 2.5), -expm1(-2.5), 1e-13);
    expect_near(poisson_at_least(0, 2.5), 1, 0);
    expect_near(poisson_at_most(0, 0), 1, 0);
    expect_near(poisson_quantile(0.5, 0), 0, 0);
    expect_near(poisson_quantile(exp(-2.5) * 0.99, 2.5), 0, 0);
    expect_near(poisson_quantile(exp(-2.5) * 1.01, 2.5), 1, 0);
}

/* Mean 4, variance 10; sums of gamma(k + r) / (gamma(r) k!) p^r (1 - p)^k with 40 digits. */
static void the_negative_binomial_has_the_variance_asked_for(void **state)
{
    (void)state;
    expect_near(negative_binomial_at_most(0, 4, 2.5), 0.08686136373103701, 1e-12);
    expect_near(negative_binomial_at_most(12, 4, 2.5), 0.98103723324026682, 1e-12);
    expect_near(negative_binomial_at_least(17, 4, 2.5), 0.0035674937487001853, 1e-11);
    expect_near(negative_binomial_quantile(0.995, 4, 2.5), 16, 0);
    expect_near(negative_binomial_quantile(0.98, 4, 2.5), 12, 0);
    expect_near(negative_binomial_at_least(0, 4, 2.5), 1, 0);
    expect_near(negative_binomial_at_least(3, 2, 3), pow(2.0 / 3, 3), 1e-13); /* size 1: geometric */
}

static void without_dispersion_the_negative_binomial_is_poisson(void **state)
{
    (void)state;
    static const double dispersions[] = {1, 0.5, 1 + 1e-12, 1 + 1e-8};
    for (size_t i = 0; i < sizeof dispersions / sizeof dispersions[0]; i++) {
        expect_near(negative_binomial_at_least(9, 4, dispersions[i]), poisson_at_least(9, 4), 1e-6);
        expect_near(negative_binomial_quantile(0.995, 4, dispersions[i]), poisson_quantile(0.995, 4), 0);
    }
    expect_near(negative_binomial_quantile(0.995, 0, 2), 0, 0);
    expect_near(negative_binomial_quantile(0.995, 1e-13, 2), 0, 0);
    expect_near(negative_binomial_at_least(0, 1e-13, 2), 1, 0);
}

/* By R's names; pbeta, pgamma and lgamma are in the file too, but no detector needs them. */
static double value_of(text function, double a, double b, double c)
{
    if (text_is(function, "pnorm"))
        return normal_at_most(a);
    if (text_is(function, "qnorm"))
        return normal_quantile(a);
    if (text_is(function, "qbeta"))
        return beta_quantile(a, b, c);
    if (text_is(function, "qchisq"))
        return chi_square_quantile(a, b);
    if (text_is(function, "ppois"))
        return poisson_at_most(a, b);
    if (text_is(function, "qpois"))
        return poisson_quantile(a, b);
    if (text_is(function, "pbinom"))
        return binomial_at_most(a, b, c);
    if (text_is(function, "dbinom"))
        return binomial_exactly(a, b, c);
    if (text_is(function, "pt"))
        return student_at_most(a, b);
    if (text_is(function, "qt"))
        return student_quantile(a, b);
    if (text_is(function, "qnbinom_size_prob"))
        return negative_binomial_quantile(a, b * (1 - c) / c, 1 / c);
    if (text_is(function, "pnbinom_size_prob"))
        return negative_binomial_at_most(a, b * (1 - c) / c, 1 / c);
    return NAN;
}

static void golden_special_functions_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("special_functions");
    for (size_t row = 0; row < golden_rows(file); row++) {
        double value = value_of(golden_text(file, row, "func"), golden_number(file, row, "a"),
                                golden_number(file, row, "b"), golden_number(file, row, "c"));
        if (!isnan(value))
            golden_expect(file, row, "value", value, 1e-9, 0);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_and_student_agree_with_other_arithmetic),
        cmocka_unit_test(closed_forms_are_met),
        cmocka_unit_test(the_binomial_counts_its_paths),
        cmocka_unit_test(the_poisson_sums_its_series),
        cmocka_unit_test(the_negative_binomial_has_the_variance_asked_for),
        cmocka_unit_test(without_dispersion_the_negative_binomial_is_poisson),
        cmocka_unit_test(golden_special_functions_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
