/* Promise: a series' dispersion is Pearson's, whatever months or years are empty, and the comparison that allows for
 * it is the quasi-Poisson one. */
#include "statistics/dispersion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "testing.h"

enum { YEARS = 3, MONTHS = 12, YEARS_ROOM = 40 };

static const double table[YEARS * MONTHS] = {
    12, 15, 9,  20, 11, 14, 17, 22, 13, 16, 10, 18, 14, 11, 16, 25, 9,  21,
    15, 30, 12, 20, 13, 19, 22, 9,  14, 31, 18, 13, 24, 27, 10, 26, 15, 28,
};

/* The sums written out with 30 digits (mpmath): years of 177, 205 and 237 events. */
static void dispersion_is_the_pearson_statistic_over_its_df(void **state)
{
    (void)state;
    dispersion d = dispersion_of(table, YEARS);
    assert_int_equal(d.df, 22);
    expect_near(d.phi_raw, 0.75436640463938166, 1e-13);
    expect_near(d.phi, 1, 0);
}

/* Three times the counts have three times the statistic. */
static void the_comparison_allows_for_dispersion(void **state)
{
    (void)state;
    double tripled[YEARS * MONTHS];
    for (size_t i = 0; i < YEARS * MONTHS; i++)
        tripled[i] = 3 * table[i];
    dispersion d = dispersion_of(tripled, YEARS);
    expect_near(d.phi, 2.263099213918145, 1e-13);
    quasi_comparison q = quasi_compare(3 * 237, 3 * 205, 1, 1, d);
    expect_near(q.t, 1.7509228785847709, 1e-12);
    expect_near(q.p, 0.093892506186370114, 1e-11);
    expect_near(q.p_normal, 0.079959195296142491, 1e-11);
    expect_near(q.lo95, 0.97360083651412651, 1e-10);
    expect_near(q.hi95, 1.372802405633883, 1e-10);
    expect_near(q.t_raw, q.t, 1e-14);
}

static void a_shared_pattern_of_years_and_months_has_no_dispersion(void **state)
{
    (void)state;
    double counts[YEARS * MONTHS];
    for (int y = 0; y < YEARS; y++)
        for (int m = 0; m < MONTHS; m++)
            counts[y * MONTHS + m] = (y + 1) * (m + 2);
    expect_near(dispersion_of(counts, YEARS).phi_raw + 1, 1, 1e-15);
}

static void empty_months_and_years_break_nothing(void **state)
{
    (void)state;
    double none[YEARS * MONTHS] = {0};
    dispersion d = dispersion_of(none, YEARS);
    expect_near(d.phi_raw, 0, 0);
    expect_near(d.phi, 1, 0);
    assert_int_equal(d.df, 22);

    double holed[YEARS * MONTHS];
    memcpy(holed, table, sizeof holed);
    for (int i = 0; i < MONTHS; i++)
        holed[MONTHS + i] = 0; /* the middle year */
    for (int y = 0; y < YEARS; y++)
        holed[y * MONTHS + 4] = 0; /* every May */
    d = dispersion_of(holed, YEARS);
    /* What is left is a table of two years and eleven months, spread over the df of the whole. */
    double small[2 * MONTHS];
    memcpy(small, holed, sizeof small / 2);
    memcpy(small + MONTHS, holed + MONTHS * 2, sizeof small / 2);
    assert_true(d.phi_raw > 0);
    expect_near(d.phi_raw * 22, dispersion_of(small, 2).phi_raw * 11, 1e-12);
}

static void a_count_of_none_has_no_logarithm(void **state)
{
    (void)state;
    dispersion d = {.phi_raw = 2, .phi = 2, .df = 11};
    expect_near(quasi_compare(0, 7, 1, 1, d).p, NAN, 0);
    expect_near(quasi_compare(7, 0, 1, 1, d).p, NAN, 0);
    expect_near(quasi_p(0, 7, 1, 1, d), NAN, 0);
    assert_true(quasi_p(7, 5, 1, 3, d) == quasi_compare(7, 5, 1, 3, d).p);
}

/* "4;0;12": the months of one row. */
static int counts_of(text list, double *out)
{
    int count = 0;
    for (text part; text_split(&list, ';', &part); count++) {
        assert_in_range(count, 0, YEARS_ROOM * MONTHS - 1);
        assert_true(text_to_double(part, &out[count]));
    }
    return count;
}

static void golden_quasi_comparisons_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("quasi_yoy");
    for (size_t row = 0; row < golden_rows(file); row++) {
        double counts[YEARS_ROOM * MONTHS];
        int months = counts_of(golden_text(file, row, "counts"), counts);
        dispersion d = dispersion_of(counts, months / MONTHS);
        quasi_comparison q =
            quasi_compare(golden_number(file, row, "cur12"), golden_number(file, row, "prev12"), 1, 1, d);
        golden_expect(file, row, "n_years", months / MONTHS, 0, 0);
        golden_expect(file, row, "df", d.df, 0, 0);
        golden_expect(file, row, "phi_raw", d.phi_raw, 1e-10, 0);
        golden_expect(file, row, "phi_floor1", d.phi, 1e-10, 0);
        golden_expect(file, row, "log_rr", q.log_ratio, 1e-9, 1e-15);
        golden_expect(file, row, "se_raw", q.se_raw, 1e-6, 0);
        golden_expect(file, row, "t_raw", q.t_raw, 1e-6, 1e-12);
        golden_expect(file, row, "p_raw_t", q.p_raw, 1e-6, 0);
        golden_expect(file, row, "t_floor1", q.t, 1e-9, 1e-14);
        golden_expect(file, row, "p_floor1_t", q.p, 1e-9, 0);
        golden_expect(file, row, "p_floor1_normal", q.p_normal, 1e-9, 0);
        golden_expect(file, row, "rr_lo95_t", q.lo95, 1e-9, 0);
        golden_expect(file, row, "rr_hi95_t", q.hi95, 1e-9, 0);
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dispersion_is_the_pearson_statistic_over_its_df),
        cmocka_unit_test(the_comparison_allows_for_dispersion),
        cmocka_unit_test(a_shared_pattern_of_years_and_months_has_no_dispersion),
        cmocka_unit_test(empty_months_and_years_break_nothing),
        cmocka_unit_test(a_count_of_none_has_no_logarithm),
        cmocka_unit_test(golden_quasi_comparisons_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
