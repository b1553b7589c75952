/* Promise: the years that a five-year sum is made of end with the date and follow each other without gap or overlap, and
 * a year of which a day is unknown is unknown. */
#include "figures/yearly_counts.h"

#include <math.h>
#include <stdlib.h>

#include "report_fixtures.h"
#include "testing.h"

/* Counts of a category in D1, or wherever it is asked, against what is expected; -1 stands for unknown. */
static void assert_years(report_world *w, const char *code, const char *as_of, const char *category_code,
                         const double expected[YEARS_COUNTED])
{
    double(*counts)[YEARS_COUNTED];
    const figures *from = figures_now(w);
    assert_int_equal(yearly_counts_read(from, subject_at(w, code), day_at(as_of), &counts), STATUS_OK);
    for (int y = 0; y < YEARS_COUNTED; y++) {
        double found = counts[category_in(w, category_code)][y];
        if (isnan(found) ? expected[y] >= 0 : found != expected[y])
            fail_msg("%s, year %d: %f, and not %f", category_code, y, found, expected[y]);
    }
    free(counts);
}

static void years_end_with_the_date_and_touch(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2019-01-01..2025-03-31");
    happened(w, 1, "2019-06-15", "30C", "D1"); /* just before the first year */
    happened(w, 2, "2019-06-16", "30C", "D1");
    happened(w, 4, "2020-06-15", "30C", "D1");
    happened(w, 8, "2020-06-16", "30C", "D1");
    happened(w, 16, "2022-01-01", "30A", "D1");
    happened(w, 32, "2024-06-15", "30C", "D1");
    happened(w, 64, "2024-06-16", "30C", "D1"); /* just behind the last */
    assert_years(w, "D1", "2024-06-15", "burglary", (double[]){2 + 4, 8, 16, 0, 32});
    assert_years(w, "D1", "2024-06-15", "home", (double[]){2 + 4, 8, 0, 0, 32});
}

static void a_year_that_is_not_wholly_known_is_unknown(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-02..2025-03-31");
    covered_by(w, "live", "D1", "2020-04-01..2022-04-01", "asb", "");
    happened(w, 3, "2022-05-01", "30C", "D1");
    happened(w, 5, "2024-05-01", "30C", "D1");
    happened(w, 7, "2020-05-01", "ASB", "D1");
    assert_years(w, "D1", "2025-03-31", "burglary", (double[]){-1, -1, -1, 0, 5});
    assert_years(w, "D1", "2025-03-31", "asb", (double[]){7, 0, 0, 0, 0});
}

static void of_a_group_a_year_is_known_when_it_is_of_all_members(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2020-04-01..2025-03-31");
    covered(w, "D2", "2023-04-01..2025-03-31");
    happened(w, 3, "2024-05-01", "30C", "D1");
    happened(w, 4, "2024-05-01", "30C", "D2");
    happened(w, 5, "2022-05-01", "30C", "D1");
    assert_years(w, "BOTH", "2025-03-31", "burglary", (double[]){-1, -1, -1, 0, 7});
}

static void what_is_known_only_as_something_wider_makes_a_year_unknown(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2020-04-01..2025-03-31");
    happened(w, 3, "2024-05-01", "30C", "D1");
    happened(w, 1, "2023-05-01", "Burglary", "D1");
    assert_years(w, "D1", "2025-03-31", "home", (double[]){0, 0, 0, -1, 3});
    assert_years(w, "D1", "2025-03-31", "burglary", (double[]){0, 0, 0, 1, 3});
}

static void records_that_know_only_their_month_blur_the_years_that_cut_it(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2020-01-01..2025-03-31");
    happened(w, 3, "2023-06", "30C", "D1");
    assert_years(w, "D1", "2024-06-15", "home", (double[]){-1, 0, 0, -1, -1});
    assert_years(w, "D1", "2024-06-30", "home", (double[]){-1, 0, 0, 3, 0});
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(years_end_with_the_date_and_touch),
        IN_A_WORLD(a_year_that_is_not_wholly_known_is_unknown),
        IN_A_WORLD(of_a_group_a_year_is_known_when_it_is_of_all_members),
        IN_A_WORLD(what_is_known_only_as_something_wider_makes_a_year_unknown),
        IN_A_WORLD(records_that_know_only_their_month_blur_the_years_that_cut_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
