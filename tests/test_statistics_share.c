/* Promise: a share has Wilson's interval, inside 0 to 1 whatever the numbers, and a rank that ties don't worsen. */
#include "statistics/share.h"

#include <math.h>

#include "golden.h"
#include "testing.h"

/* The formula with 40 digits (mpmath). */
static void limits_are_wilsons(void **state)
{
    (void)state;
    share_limits s = share_wilson(7, 40, 0.95);
    expect_near(s.share, 0.175, 1e-15);
    expect_near(s.low, 0.087454137460359181, 1e-13);
    expect_near(s.high, 0.31949990331787714, 1e-13);
    s = share_wilson(7, 40, 0.998);
    expect_near(s.low, 0.059455841619876615, 1e-13);
    expect_near(s.high, 0.41581673905118797, 1e-13);
}

static void none_and_all_keep_inside_0_and_1(void **state)
{
    (void)state;
    share_limits none = share_wilson(0, 40, 0.95), all = share_wilson(40, 40, 0.95);
    expect_near(none.low, 0, 0);
    expect_near(none.high, 0.087621601197286654, 1e-13);
    expect_near(all.low, 0.91237839880271335, 1e-13);
    assert_true(all.high <= 1 && all.high > 1 - 1e-12);
    for (double whole = 1; whole < 1e9; whole *= 7) {
        assert_true(share_wilson(0, whole, 0.95).low >= 0);
        assert_true(share_wilson(whole, whole, 0.95).high <= 1);
    }
}

static void of_nothing_there_is_no_share(void **state)
{
    (void)state;
    share_limits s = share_wilson(0, 0, 0.95);
    assert_true(isnan(s.share) && isnan(s.low) && isnan(s.high));
}

static void an_overlay_is_ranked_as_if_it_stood_among_the_categories(void **state)
{
    (void)state;
    static const double counts[] = {400, 2268, 317, 747, 317};
    assert_int_equal(share_rank(2268, counts, 5), 1);
    assert_int_equal(share_rank(317, counts, 5), 4); /* both of them */
    assert_int_equal(share_rank(500, counts, 5), 3); /* "would rank third" */
    assert_int_equal(share_rank(0, counts, 5), 6);
    assert_int_equal(share_rank(9, NULL, 0), 1);
}

static void golden_shares_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("share_wilson");
    for (size_t row = 0; row < golden_rows(file); row++) {
        double part = golden_number(file, row, "numerator"), whole = golden_number(file, row, "denominator");
        share_limits inner = share_wilson(part, whole, 0.95), outer = share_wilson(part, whole, 0.998);
        golden_expect(file, row, "share", inner.share, 1e-10, 1e-12);
        golden_expect(file, row, "lo95", inner.low, 1e-10, 1e-12);
        golden_expect(file, row, "hi95", inner.high, 1e-10, 1e-12);
        golden_expect(file, row, "lo998", outer.low, 1e-10, 1e-12);
        golden_expect(file, row, "hi998", outer.high, 1e-10, 1e-12);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_wilsons),
        cmocka_unit_test(none_and_all_keep_inside_0_and_1),
        cmocka_unit_test(of_nothing_there_is_no_share),
        cmocka_unit_test(an_overlay_is_ranked_as_if_it_stood_among_the_categories),
        cmocka_unit_test(golden_shares_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
