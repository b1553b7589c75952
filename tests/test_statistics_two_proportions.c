/* Promise: two shares are compared with the p of Pearson's chi-square and Newcombe's interval, whichever way they
 * moved; and it is said when too few were asked. */
#include "statistics/two_proportions.h"

#include "golden.h"
#include "testing.h"

/* The formulas with 40 digits (mpmath). The first row is Newcombe's example (a) of 1998: 0.0524 to 0.3339. */
static void the_formulas_are_met(void **state)
{
    (void)state;
    static const struct { double now, asked_now, before, asked_before, low, high, p; } cases[] = {
        {0.8, 70, 0.6, 80, 0.052431472402364878, 0.33387265403690598, 0.0080450813681965847},
        {0.24, 1000, 0.21, 1000, -0.0066151735725818549, 0.066523075628141036, 0.10817756278673188},
        {0.24, 2000, 0.21, 1600, 0.0024763780338915691, 0.05719241002959487, 0.032652741547260073},
        {0.05, 40, 0.3, 50, -0.3921835359593828, -0.091547565234106452, 0.0026051007338893774},
        {0, 30, 0.2, 30, -0.37305696413148255, -0.045405148967097621, 0.009823274507519248},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        proportion_change c = two_proportions(cases[i].now, cases[i].asked_now, cases[i].before, cases[i].asked_before);
        expect_near(c.difference, cases[i].now - cases[i].before, 1e-15);
        expect_near(c.low95, cases[i].low, 1e-13);
        expect_near(c.high95, cases[i].high, 1e-13);
        expect_near(c.p, cases[i].p, 1e-13);
    }
}

static void a_fall_is_a_rise_seen_from_the_other_side(void **state)
{
    (void)state;
    proportion_change rise = two_proportions(0.24, 900, 0.21, 700), fall = two_proportions(0.21, 700, 0.24, 900);
    expect_near(fall.p, rise.p, 1e-15);
    expect_near(fall.low95, -rise.high95, 1e-15);
    expect_near(fall.high95, -rise.low95, 1e-15);
}

static void the_same_share_is_no_change(void **state)
{
    (void)state;
    static const double shares[] = {0, 0.24, 1};
    for (size_t i = 0; i < 3; i++) {
        proportion_change same = two_proportions(shares[i], 500, shares[i], 900);
        expect_near(same.p, 1, 0);
        assert_true(same.low95 < 0 && same.high95 > 0);
    }
}

static void it_is_rough_when_too_few_were_asked(void **state)
{
    (void)state;
    assert_false(two_proportions(0.5, 10, 0.5, 900).rough);
    assert_true(two_proportions(0.5, 9, 0.5, 900).rough);
    assert_true(two_proportions(0.005, 900, 0.005, 900).rough);
    assert_true(two_proportions(0.995, 900, 0.995, 900).rough);
    assert_false(two_proportions(0.01, 900, 0.01, 900).rough);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formulas_are_met),
        cmocka_unit_test(a_fall_is_a_rise_seen_from_the_other_side),
        cmocka_unit_test(the_same_share_is_no_change),
        cmocka_unit_test(it_is_rough_when_too_few_were_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
