/* Promise: two counts are compared exactly, from none to millions, and every p and limit is the one that its name
 * says; what has no value is NAN, and nothing else is. */
#include "statistics/rate_ratio.h"

#include <math.h>

#include "golden.h"
#include "statistics/distributions.h"
#include "statistics/likelihood_p.h"
#include "statistics/z_scores.h"
#include "testing.h"

/* mpmath 1.3, 40 digits: the binomial summed term by term; limits by halving on the same sums. */
static void sums_over_the_binomial_give_the_same(void **state)
{
    (void)state;
    static const struct {
        double current, before, exposure_current, exposure_before;
        double lo95, hi95, central, midp, greater, less, minlike;
    } cases[] = {
        {12, 30, 1, 1, 0.18650910683417907, 0.80452909003612334, 0.0079158973348967265, 0.0054015726545912912,
         0.99855637601285707, 0.0039579486674483633, 0.0079158973348967265},
        {30, 12, 1, 1, 1.2429631350621517, 5.3616684835077616, 0.0079158973348967265, 0.0054015726545912912,
         0.0039579486674483633, 0.99855637601285707, 0.0079158973348967265},
        {7, 41, 1, 3, 0.19388297097199269, 1.1530443352869582, 0.12228866144261992, 0.088393228416176183,
         0.97275110230513378, 0.061144330721309959, 0.13158477885436482},
        {150, 95, 2.5, 2, 0.97043533753728935, 1.6510183457977417, 0.084104571041835265, 0.073677664416416087,
         0.042052285520917633, 0.96837462110450155, 0.082427284921508886},
        {0, 4, 1, 2, 0, 3.0297337187317416, 0.39506172839506173, 0.19753086419753086, 1, 0.19753086419753086,
         0.30864197530864198},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rate_ratio r = rate_ratio_exact(cases[i].current, cases[i].before, cases[i].exposure_current,
                                        cases[i].exposure_before);
        expect_near(r.ratio, cases[i].current / cases[i].exposure_current / (cases[i].before / cases[i].exposure_before),
                    1e-14);
        expect_near(r.lo95, cases[i].lo95, 1e-11);
        expect_near(r.hi95, cases[i].hi95, 1e-11);
        expect_near(r.p_central, cases[i].central, 1e-11);
        expect_near(r.p_midp, cases[i].midp, 1e-11);
        expect_near(r.p_greater, cases[i].greater, 1e-11);
        expect_near(r.p_less, cases[i].less, 1e-11);
        expect_near(r.p_minlike, cases[i].minlike, 1e-9);
    }
}

static void counts_of_none_have_limits_but_no_ratio(void **state)
{
    (void)state;
    rate_ratio none = rate_ratio_exact(0, 0, 1, 1);
    expect_near(none.ratio, NAN, 0);
    expect_near(none.lo95, 0, 0);
    expect_near(none.hi95, INFINITY, 0);
    expect_near(none.p_midp, 1, 0);
    expect_near(none.p_minlike, 1, 0);

    rate_ratio risen = rate_ratio_exact(3, 0, 1, 1); /* all three of three: (1/2)^3 */
    expect_near(risen.ratio, INFINITY, 0);
    expect_near(risen.lo95, 1 / (pow(0.025, -1.0 / 3) - 1), 1e-12);
    expect_near(risen.hi95, INFINITY, 0);
    expect_near(risen.p_greater, 0.125, 1e-14);
    expect_near(risen.p_less, 1, 0);
    expect_near(risen.p_central, 0.25, 1e-14);
    expect_near(risen.p_midp, 0.125, 1e-14);
    expect_near(risen.p_minlike, 0.25, 1e-14);

    rate_ratio gone = rate_ratio_exact(0, 3, 1, 1);
    expect_near(gone.ratio, 0, 0);
    expect_near(gone.lo95, 0, 0);
    expect_near(gone.hi95, pow(0.025, -1.0 / 3) - 1, 1e-12);
}

/* Between equal counts n, P(X = n) is about (1 - 1/8n + 1/128n^2) / sqrt(pi n) (Stirling). */
static void equal_counts_have_p_1_however_huge(void **state)
{
    (void)state;
    static const double counts[] = {10, 1e3, 1e6, 1e8};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        double n = counts[i];
        rate_ratio r = rate_ratio_exact(n, n, 1, 1);
        double exactly = (1 - 1 / (8 * n) + 1 / (128 * n * n)) / sqrt(M_PI * n);
        expect_near(r.p_midp, 1, 1e-9);
        expect_near(r.p_central, 1, 0);
        expect_near(r.p_minlike, 1, 0);
        expect_near(r.p_greater, 0.5 + exactly / 2, n < 100 ? 1e-6 : 1e-9);
        expect_near(r.lo95 * r.hi95, 1, 1e-9); /* the limits of a ratio and of its inverse */
    }
}

static void exchanging_the_counts_turns_everything_round(void **state)
{
    (void)state;
    for (double a = 0; a < 40; a += 7)
        for (double b = 1; b < 3000; b = b * 3 + 1) {
            rate_ratio r = rate_ratio_exact(a, b, 2, 5), turned = rate_ratio_exact(b, a, 5, 2);
            expect_near(r.p_midp, turned.p_midp, 1e-11);
            expect_near(r.p_minlike, turned.p_minlike, 1e-9);
            expect_near(r.p_greater, turned.p_less, 1e-11);
            if (a > 0)
                expect_near(r.lo95, 1 / turned.hi95, 1e-11);
            expect_near(r.hi95, 1 / turned.lo95, 1e-11);
        }
}

/* Summed by mpmath over all k. */
static void likelihood_p_of_a_poisson_count_sums_what_is_no_likelier(void **state)
{
    (void)state;
    expect_near(poisson_likelihood_p(9, 4.2), 0.042927767778501964, 1e-11);
    expect_near(poisson_likelihood_p(1, 6.5), 0.027302436118579964, 1e-11);
    expect_near(poisson_likelihood_p(0, 2.5), 0.19090697970974755, 1e-11);
    expect_near(poisson_likelihood_p(30, 12), 8.8701387991446941e-6, 1e-10);
    expect_near(poisson_likelihood_p(0, 0), 1, 0);
    expect_near(poisson_likelihood_p(2, 0), 0, 0);
    expect_near(poisson_likelihood_p(5, 5), 1, 0);
}

/* The formulas written out with 40 digits: 130 in 2 years, 210 in 3. */
static void scores_are_those_of_the_formulas(void **state)
{
    (void)state;
    z_scores z = z_scores_of(130, 210, 2, 3);
    expect_near(z.score, -0.66421116415507147, 1e-12);
    expect_near(z.score_p, 0.50655516904904032, 1e-12);
    expect_near(z.root, -0.65768220161363791, 1e-12);
    expect_near(z.root_p, 0.5107423614721002, 1e-12);
    expect_near(z.percent, NAN, 0);
    expect_near(z.wheeler, NAN, 0);

    z = z_scores_of(144, 100, 1, 1);
    expect_near(z.percent, 44, 1e-14);
    expect_near(z.wheeler, 4, 1e-14);
    expect_near(z.standard, 4 / sqrt(2), 1e-14);

    z = z_scores_of(4, 0, 1, 1);
    expect_near(z.percent, NAN, 0);
    expect_near(z.score, 2, 1e-14);
    expect_near(z_scores_of(0, 0, 1, 1).score, NAN, 0);
    expect_near(z_scores_of(0, 0, 1, 1).root, 0, 0);
}

static double floor_of_tiny(double cell)
{
    return cell < 1e-290 ? 1e-290 : 0;
}

static void expect_p(golden *file, size_t row, const char *column, double p, double relative)
{
    golden_expect(file, row, column, p, relative, floor_of_tiny(golden_number(file, row, column)));
}

static void golden_rate_ratios_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("poisson_rate_ratio");
    for (size_t row = 0; row < golden_rows(file); row++) {
        rate_ratio r = rate_ratio_exact(golden_number(file, row, "cur"), golden_number(file, row, "prev"),
                                        golden_number(file, row, "exposure_cur"),
                                        golden_number(file, row, "exposure_prev"));
        golden_expect(file, row, "ratio", r.ratio, 1e-12, 0);
        golden_expect(file, row, "lo95", r.lo95, 1e-9, 0);
        golden_expect(file, row, "hi95", r.hi95, 1e-9, 0);
        expect_p(file, row, "p_central", r.p_central, 1e-9);
        expect_p(file, row, "p_midp", r.p_midp, 1e-9);
        expect_p(file, row, "p_greater", r.p_greater, 1e-9);
        expect_p(file, row, "p_less", r.p_less, 1e-9);
        expect_p(file, row, "p_two_sided_minlike", r.p_minlike, 1e-7);
    }
    golden_close(&file);
}

static void golden_z_scores_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("yoy_zscores");
    for (size_t row = 0; row < golden_rows(file); row++) {
        z_scores z = z_scores_of(golden_number(file, row, "cur"), golden_number(file, row, "prev"),
                                 golden_number(file, row, "exposure_cur"), golden_number(file, row, "exposure_prev"));
        golden_expect(file, row, "pct_change", z.percent, 1e-10, 0);
        golden_expect(file, row, "wheeler_z", z.wheeler, 1e-10, 0);
        golden_expect(file, row, "z_std", z.standard, 1e-10, 0);
        golden_expect(file, row, "score_stat", z.score, 1e-10, 0);
        expect_p(file, row, "score_p", z.score_p, 1e-9);
        golden_expect(file, row, "sqrt_stat", z.root, 1e-10, 0);
        expect_p(file, row, "sqrt_p", z.root_p, 1e-9);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_over_the_binomial_give_the_same),
        cmocka_unit_test(counts_of_none_have_limits_but_no_ratio),
        cmocka_unit_test(equal_counts_have_p_1_however_huge),
        cmocka_unit_test(exchanging_the_counts_turns_everything_round),
        cmocka_unit_test(likelihood_p_of_a_poisson_count_sums_what_is_no_likelier),
        cmocka_unit_test(scores_are_those_of_the_formulas),
        cmocka_unit_test(golden_rate_ratios_are_met),
        cmocka_unit_test(golden_z_scores_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
