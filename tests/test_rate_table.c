/* Promise: a rate is so many records per 1,000 residents of one named year; a most similar group's is the mean of its
 * members' rates; and what is not wholly known has no rate rather than a low one. */
#include "figures/rate_table.h"

#include <math.h>

#include "report_fixtures.h"
#include "testing.h"

#define YEAR "2024-04-01..2025-03-31"

static rate_table rates_of(report_world *w, const char *subject_code, const char *days, int population_year)
{
    rate_table made;
    (void)figures_now(w);
    assert_int_equal(rate_table_read(w->figures, subject_at(w, subject_code), days_of(days), population_year, &made),
                     STATUS_OK);
    return made;
}

static double rate_of(report_world *w, const char *subject_code, const char *category_code, const char *days)
{
    rate_table table = rates_of(w, subject_code, days, 0);
    double rate = table.rates[category_in(w, category_code)];
    rate_table_free(&table);
    assert_null(table.rates);
    return rate;
}

static int year_of(report_world *w, const char *subject_code, const char *days)
{
    rate_table table = rates_of(w, subject_code, days, 0);
    rate_table_free(&table);
    return table.population_year;
}

static void a_rate_is_per_thousand_residents_of_the_nearest_year(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    happened(w, 100, "2024-05-17", "30C", "D1");
    happened(w, 55, "2023-05-17", "30C", "D1");
    assert_number(rate_of(w, "D1", "home", YEAR), 8, 12);                       /* 100 of 12,500 */
    assert_number(rate_of(w, "D1", "theft", "2023-04-01..2024-03-31"), 5, 12);  /* 55 of 11,000 */
    assert_number(rate_of(w, "D1", "asb", YEAR), 0, 12);                        /* wholly known, and none */
    assert_int_equal(year_of(w, "D1", YEAR), 2024);
    assert_int_equal(year_of(w, "D1", "2023-04-01..2024-03-31"), 2023);
}

static void areas_taken_together_have_one_year_for_all(void **state)
{
    report_world *w = *state;
    covered(w, "F1", "2022-04-01..2025-03-31");
    happened(w, 30, "2023-05-17", "30C", "D1");
    happened(w, 45, "2023-05-17", "30C", "D2");
    /* The middle is 30 September 2023; D1 knows 2022, 2023 and 2024, D2 not 2023. */
    assert_number(rate_of(w, "BOTH", "home", "2023-04-01..2024-03-31"), 2, 12); /* 75 of 37,500 */
    assert_int_equal(year_of(w, "BOTH", "2023-04-01..2024-03-31"), 2024);
    assert_number(rate_of(w, "F1", "home", "2023-04-01..2024-03-31"), 2, 12);
    assert_int_equal(year_of(w, "F1", "2022-04-01..2023-03-31"), 2022);
}

static void a_year_that_is_asked_for_is_the_one_that_is_used(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    happened(w, 100, "2024-05-17", "30C", "D1");
    rate_table table = rates_of(w, "D1", YEAR, 2022);
    assert_number(table.rates[category_in(w, "home")], 10, 12);
    assert_int_equal(table.population_year, 2022);
    rate_table_free(&table);
    table = rates_of(w, "D1", YEAR, 2021);
    assert_unknown(table.rates[category_in(w, "home")]);
    rate_table_free(&table);
}

static void what_is_not_wholly_known_has_no_rate(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-04-01..2025-03-30");
    covered_by(w, "live", "D2", YEAR, "theft", "");
    happened(w, 100, "2024-05-17", "30C", "D1");
    happened(w, 5, "2024-05-17", "30C", "D2");
    happened(w, 1, "2024-05-17", "Burglary", "D2");
    assert_unknown(rate_of(w, "D1", "home", YEAR));
    assert_unknown(rate_of(w, "D1", "asb", YEAR));
    assert_unknown(rate_of(w, "BOTH", "home", YEAR));
    assert_unknown(rate_of(w, "D2", "asb", YEAR));
    assert_number(rate_of(w, "D2", "burglary", YEAR), 0.24, 12); /* 6 of 25,000 */
    assert_unknown(rate_of(w, "D2", "home", YEAR)); /* a burglary of unknown kind may be one */
}

static void a_series_of_months_has_no_rate_over_a_window_that_cuts_one(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened(w, 50, "2025-03", "30C", "D1");
    happened(w, 25, "2024-05", "49", "D1");
    assert_unknown(rate_of(w, "D1", "home", "2024-03-16..2025-03-15"));
    assert_number(rate_of(w, "D1", "other-theft", "2024-03-16..2025-03-15"), 2, 12);
    assert_number(rate_of(w, "D1", "home", YEAR), 4, 12);
}

static void without_an_estimate_within_24_months_there_is_no_rate(void **state)
{
    report_world *w = *state;
    covered(w, "D3", "2021-04-01..2025-03-31");
    happened(w, 40, "2021-12-17", "30C", "D3");
    happened(w, 40, "2022-12-17", "30C", "D3");
    assert_unknown(rate_of(w, "D3", "home", "2021-04-01..2022-03-31")); /* from 30 September 2021 to mid-2024 */
    assert_number(rate_of(w, "D3", "home", "2022-04-01..2023-03-31"), 1, 12);
}

static void a_most_similar_group_has_the_mean_of_its_members_rates(void **state)
{
    report_world *w = *state;
    covered(w, "D1", YEAR);
    covered(w, "D3", YEAR);
    happened(w, 100, "2024-05-17", "30C", "D1"); /* 8.0 */
    happened(w, 100, "2024-05-17", "30C", "D3"); /* 2.5 */
    rate_table table = rates_of(w, "ALIKE", YEAR, 0);
    assert_true(table.mean);
    assert_int_equal(table.population_year, 2024);
    assert_number(table.rates[category_in(w, "home")], 5.25, 12); /* and not 200 of 52,500 */
    assert_number(table.rates[category_in(w, "asb")], 0, 12);
    rate_table_free(&table);
    table = rates_of(w, "BOTH", YEAR, 0);
    assert_false(table.mean);
    rate_table_free(&table);
}

static void the_mean_is_unknown_as_soon_as_one_member_is(void **state)
{
    report_world *w = *state;
    covered(w, "D1", YEAR);
    covered_by(w, "live", "D3", YEAR, "theft", "");
    happened(w, 100, "2024-05-17", "8N", "D1");
    happened(w, 100, "2024-05-17", "30C", "D1");
    assert_number(rate_of(w, "ALIKE", "home", YEAR), 4, 12); /* the mean of 8 and 0 */
    assert_unknown(rate_of(w, "ALIKE", "violence", YEAR));
}

static void a_mean_over_several_years_estimates_names_none(void **state)
{
    report_world *w = *state;
    covered(w, "EW", "2022-04-01..2025-03-31");
    happened(w, 40, "2022-12-17", "30C", "D3");
    /* The middle is 30 September 2022: D1 has 2022, D3 only 2024. */
    assert_number(rate_of(w, "ALIKE", "home", "2022-04-01..2023-03-31"), 0.5, 12);
    assert_int_equal(year_of(w, "ALIKE", "2022-04-01..2023-03-31"), 0);
}

static void a_table_is_read_once_for_an_area_and_window(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    happened(w, 100, "2024-05-17", "30C", "D1");
    rate_tables *kept = rate_tables_create(figures_now(w), 0);
    const rate_table *first, *again, *other;
    assert_int_equal(rate_tables_get(kept, subject_at(w, "D1"), days_of(YEAR), &first), STATUS_OK);
    assert_int_equal(rate_tables_get(kept, subject_at(w, "D3"), days_of(YEAR), &other), STATUS_OK);
    assert_ptr_not_equal(first, other);
    assert_int_equal(rate_tables_get(kept, subject_at(w, "D1"), days_of("2023-04-01..2024-03-31"), &other), STATUS_OK);
    assert_number(other->rates[category_in(w, "home")], 0, 12);
    assert_int_equal(rate_tables_get(kept, subject_at(w, "D1"), days_of("2024-06-01..2025-03-31"), &other), STATUS_OK);
    assert_number(other->rates[category_in(w, "home")], 0, 12);
    assert_int_equal(rate_tables_get(kept, subject_at(w, "D1"), days_of(YEAR), &again), STATUS_OK);
    assert_ptr_equal(first, again);
    assert_number(again->rates[category_in(w, "home")], 8, 12);
    rate_tables_destroy(&kept);
    assert_null(kept);
    rate_tables_destroy(&kept);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_rate_is_per_thousand_residents_of_the_nearest_year),
        IN_A_WORLD(areas_taken_together_have_one_year_for_all),
        IN_A_WORLD(a_year_that_is_asked_for_is_the_one_that_is_used),
        IN_A_WORLD(what_is_not_wholly_known_has_no_rate),
        IN_A_WORLD(a_series_of_months_has_no_rate_over_a_window_that_cuts_one),
        IN_A_WORLD(without_an_estimate_within_24_months_there_is_no_rate),
        IN_A_WORLD(a_most_similar_group_has_the_mean_of_its_members_rates),
        IN_A_WORLD(the_mean_is_unknown_as_soon_as_one_member_is),
        IN_A_WORLD(a_mean_over_several_years_estimates_names_none),
        IN_A_WORLD(a_table_is_read_once_for_an_area_and_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
