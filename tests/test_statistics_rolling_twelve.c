/* Promise: a rolling year is the sum of twelve months and stands beside the twelve before; nothing is said before
 * there are enough. */
#include "statistics/rolling_twelve.h"

#include <math.h>

#include "golden.h"
#include "testing.h"

enum { MONTHS_MAX = 400 };

/* Months 1, 2, 3 ...: twelve that end with n sum up to 12 n - 66. */
static void years_are_sums_of_twelve_months(void **state)
{
    (void)state;
    double counts[40];
    for (int i = 0; i < 40; i++)
        counts[i] = i + 1;
    for (size_t at = 0; at < 40; at++) {
        double n = (double)at + 1;
        rolling_twelve r = rolling_twelve_at(counts, at, 2000);
        expect_near(r.current, n >= 12 ? 12 * n - 66 : NAN, 0);
        expect_near(r.before, n >= 24 ? 12 * n - 210 : NAN, 0);
        expect_near(r.rate, n >= 12 ? (12 * n - 66) / 2 : NAN, 1e-15);
        expect_near(r.percent, n >= 24 ? 14400 / (12 * n - 210) : NAN, 1e-14);
        expect_near(r.wheeler, n >= 24 ? 2 * (sqrt(12 * n - 66) - sqrt(12 * n - 210)) : NAN, 1e-14);
        expect_near(r.standard, r.wheeler / sqrt(2), 1e-15);
    }
}

static void a_year_of_none_gives_no_percentage(void **state)
{
    (void)state;
    double counts[24] = {0};
    counts[23] = 9;
    rolling_twelve r = rolling_twelve_at(counts, 23, 1000);
    expect_near(r.before, 0, 0);
    expect_near(r.percent, NAN, 0);
    expect_near(r.wheeler, 6, 1e-15);
}

static void golden_rolling_years_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("rolling12");
    for (size_t first = 0, end; first < golden_rows(file); first = end) {
        double counts[MONTHS_MAX];
        end = golden_series_end(file, first, "series", NULL);
        golden_copy(file, first, end, "count", counts, MONTHS_MAX);
        for (size_t row = first; row < end; row++) {
            rolling_twelve r = rolling_twelve_at(counts, row - first, golden_number(file, row, "population"));
            golden_expect(file, row, "roll12", r.current, 0, 0);
            golden_expect(file, row, "prev12", r.before, 0, 0);
            golden_expect(file, row, "rate_per_1000", r.rate, 1e-12, 0);
            golden_expect(file, row, "pct_change", r.percent, 1e-12, 0);
            golden_expect(file, row, "wheeler_z", r.wheeler, 1e-12, 0);
            golden_expect(file, row, "z_std", r.standard, 1e-12, 0);
        }
    }
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_are_sums_of_twelve_months),
        cmocka_unit_test(a_year_of_none_gives_no_percentage),
        cmocka_unit_test(golden_rolling_years_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
