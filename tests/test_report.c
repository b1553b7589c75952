/* Promise: a report's row says how many there were in its window and a year before, how much that has changed and how sure
 * that is, the rate with its year, and the share; as worked out by hand. What is not wholly known: test_report_coverage. */
#include "figures/report.h"

#include <math.h>
#include <stdio.h>

#include "report_fixtures.h"
#include "testing.h"

/* So many in each month of a financial year, from April on, on the 15th. */
static void happened_by_month(report_world *w, int year, const int counts[12], const char *offence_code)
{
    for (int m = 0; m < 12; m++) {
        char date[DATE_TEXT];
        happened(w, counts[m], date_text(day_of(year + (m > 8), (m + 3) % 12 + 1, 15), date), offence_code, "D1");
    }
}

static const int ten_a_month[12] = {10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10};  /* 120 */
static const int a_hundred[12] = {9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8};

/* --- counts and windows ------------------------------------------------------------------------ */

static void a_node_counts_itself_and_all_that_lies_beneath(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened(w, 5, "2024-05-17", "30C", "D1");
    happened(w, 7, "2024-05-17", "49", "D1");
    happened(w, 2, "2024-05-17", "8N", "D1");
    happened(w, 3, "2024-05-17", "ASB", "D1");
    happened(w, 4, "2023-05-17", "30C", "D1");
    happened(w, 9, "2024-05-17", "30C", "D2");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    static const struct { const char *category; double count, previous; } cases[] = {
        {"all-crime", 14, 4}, {"theft", 12, 4}, {"burglary", 5, 4}, {"home", 5, 4}, {"other-theft", 7, 0}, {"violence", 2, 0},
        {"violence-and-sexual", 2, 0}, {"sexual", 0, 0}, {"asb", 3, 0}, {"local-fraud", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const report_row *row = row_of(made, cases[i].category);
        assert_number(row->count, cases[i].count, 12);
        assert_number(row->previous, cases[i].previous, 12);
        assert_int_equal(row->coverage, COVERAGE_COMPLETE);
    }
}

static void each_window_counts_its_own_days_and_those_a_year_before(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-01-01..2025-03-31");
    happened(w, 1, "2024-11-30", "30C", "D1");
    happened(w, 2, "2024-12-15", "30C", "D1");
    happened(w, 4, "2024-12-16", "30C", "D1");
    happened(w, 8, "2024-04-01", "30C", "D1");
    happened(w, 16, "2024-03-31", "30C", "D1");
    happened(w, 32, "2023-11-30", "30C", "D1");
    happened(w, 64, "2023-12-16", "30C", "D1");
    happened(w, 128, "2023-12-15", "30C", "D1");
    static const struct { window_kind kind; const char *from, *to; double count, previous; } cases[] = {
        {WINDOW_ROLLING_YEAR, "2023-12-16", "2024-12-15", 1 + 2 + 8 + 16 + 64, 32 + 128},
        {WINDOW_FINANCIAL_YEAR, "2023-04-01", "2024-03-31", 16 + 32 + 64 + 128, 0},
        {WINDOW_YEAR_TO_DATE, "2024-04-01", "2024-12-15", 1 + 2 + 8, 32 + 128},
        {WINDOW_CALENDAR_MONTH, "2024-11-01", "2024-11-30", 1, 32},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const report_row *row = row_of(report_on(w, "D1", (report_request){.window = cases[i].kind,
                                                                          .as_of = day_at("2024-12-15")}), "home");
        assert_int_equal(row->window.now.from, day_at(cases[i].from));
        assert_int_equal(row->window.now.to, day_at(cases[i].to));
        assert_number(row->count, cases[i].count, 12);
        assert_number(row->previous, cases[i].previous, 12);
        assert_int_equal(row->as_of, day_at("2024-12-15"));
    }
}

static void without_a_date_it_is_as_of_the_end_of_coverage(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-01-01..2024-12-15");
    happened(w, 1, "2025-02-01", "30C", "D1");
    const report *made = report_on(w, "D1", (report_request){.as_of = DAY_NONE});
    assert_int_equal(made->as_of, day_at("2024-12-15"));
    assert_number(row_of(made, "home")->count, 0, 12);
}

/* --- order ------------------------------------------------------------------------------------- */

static void rows_are_the_tree_in_order_then_markers_then_other_roots(void **state)
{
    report_world *w = *state;
    static const struct { const char *category; int depth; bool marker, root, bridging; } rows[] = {
        {"all-crime", 0, false, false, false}, {"violence-and-sexual", 1, false, false, true},
        {"violence", 1, false, false, false},  {"sexual", 1, false, false, false},
        {"theft", 1, false, false, false},     {"burglary", 2, false, false, false},
        {"home", 3, false, false, false},      {"other-burglary", 3, false, false, false},
        {"other-theft", 2, false, false, false}, {"hate", 0, true, false, false},
        {"domestic", 0, true, false, false},   {"asb", 0, false, true, false}, {"local-fraud", 0, false, true, false}};
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_int_equal(made->row_count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < made->row_count; i++) {
        const report_row *row = &made->rows[i];
        assert_text(row->code, rows[i].category);
        assert_int_equal(row->depth, rows[i].depth); /* a bridging node takes no step */
        assert_int_equal(row->marker, rows[i].marker);
        assert_int_equal(row->root, rows[i].root);
        assert_int_equal(row->bridging, rows[i].bridging);
    }
    assert_text(row_of(made, "domestic")->title, "Domestic violence");
}

static void marker_categories_count_what_bears_the_marker(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-04-01..2025-03-31");
    incident hateful = crime("", "2024-05-17", "8N", "D1");
    hateful.markers = text_of("hate");
    happened_as(w, 3, hateful);
    hateful.offence = text_of("30C");
    hateful.markers = text_of("domestic;hate");
    happened_as(w, 4, hateful);
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_number(row_of(made, "hate")->count, 7, 12);
    assert_number(row_of(made, "hate")->share_pct, 100, 12); /* of all crime */
    assert_number(row_of(made, "domestic")->count, 0, 12);   /* burglary is no violence */
}

/* --- changes ----------------------------------------------------------------------------------- */

/* Without more variation than chance: mid-P of the binomial and Clopper and Pearson's interval, by mpmath. */
static void a_change_of_a_steady_series_has_the_exact_interval(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened_by_month(w, 2024, ten_a_month, "30C");
    happened_by_month(w, 2023, a_hundred, "30C");
    const change *c = &row_of(report_as_of(w, "D1", "2025-03-31"), "home")->change;
    assert_number(c->percent, 20, 12);
    assert_number(c->low, -8.73942216534778, 10);
    assert_number(c->high, 58.0742007020277, 10);
    assert_number(c->p, 0.178381570628223, 10);
    assert_false(c->small);
}

/* 20, 0, 20, 0 ... after 0, 16, 0, 16 ...: Pearson's X2 is 216 on 11 degrees of freedom, by mpmath. */
static void a_change_of_a_clustered_series_allows_for_its_dispersion(void **state)
{
    report_world *w = *state;
    static const int now[12] = {20, 0, 20, 0, 20, 0, 20, 0, 20, 0, 20, 0};
    static const int before[12] = {0, 16, 0, 16, 0, 16, 0, 16, 0, 16, 0, 16};
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened_by_month(w, 2024, now, "30C");
    happened_by_month(w, 2023, before, "30C");
    const change *c = &row_of(report_as_of(w, "D1", "2025-03-31"), "home")->change;
    assert_number(c->percent, 25, 12);
    assert_number(c->low, -67.1221152957335, 8);
    assert_number(c->high, 375.243469601084, 7);
    assert_number(c->p, 0.720037382921224, 9);
}

static void months_before_coverage_began_are_no_part_of_the_dispersion(void **state)
{
    report_world *w = *state;
    static const int cluster[12] = {200};
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened_by_month(w, 2024, ten_a_month, "30C");
    happened_by_month(w, 2023, a_hundred, "30C");
    happened_by_month(w, 2022, cluster, "30C");
    assert_number(row_of(report_as_of(w, "D1", "2025-03-31"), "home")->change.p, 0.178381570628223, 10);
}

static void small_numbers_have_no_percentage(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened(w, 49, "2024-05-17", "30C", "D1");
    happened(w, 10, "2023-05-17", "30C", "D1");
    happened(w, 50, "2024-05-17", "49", "D1");
    happened(w, 10, "2023-05-17", "49", "D1");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    const change *few = &row_of(made, "home")->change, *enough = &row_of(made, "other-theft")->change;
    assert_true(few->small);
    assert_unknown(few->percent);
    assert_unknown(few->low);
    assert_unknown(few->high);
    assert_number(few->p, 1.61638145661572e-7, 18); /* mid-P, by mpmath */
    assert_true(few->telling && enough->telling);
    assert_false(row_of(made, "violence")->change.telling); /* none, and none before */
    assert_false(enough->small);
    assert_number(enough->percent, 400, 12);
    assert_true(text_has(row_of(made, "home")->note, REPORT_SMALL_NOTE));
    assert_false(text_has(row_of(made, "home")->caveat, REPORT_SMALL_NOTE)); /* the table shows it */
}

static void a_rise_from_none_has_no_percentage_and_is_not_called_small(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened(w, 60, "2024-05-17", "30C", "D1");
    const report_row *row = row_of(report_as_of(w, "D1", "2025-03-31"), "home");
    assert_unknown(row->change.percent);
    assert_unknown(row->change.low);
    assert_number(row->change.p, 8.67361737988404e-19, 30); /* 2 to the -60th */
    assert_false(row->change.small);
    assert_text(row->note, "");
}

/* --- baseline ---------------------------------------------------------------------------------- */

static const int eighty[12] = {7, 7, 7, 7, 6, 6, 6, 6, 7, 7, 7, 7};

static void a_whole_year_is_compared_with_the_baseline(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    happened_by_month(w, 2024, ten_a_month, "30C");
    happened_by_month(w, 2023, a_hundred, "30C");
    happened_by_month(w, 2022, eighty, "30C");
    given(w, "priorities.yaml", "baseline: 2022-23\n");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    const report_row *row = row_of(made, "home");
    assert_int_equal(made->baseline, 2022);
    assert_number(row->baseline, 80, 12);
    assert_number(row->baseline_change.percent, 50, 12);
    assert_number(row->baseline_change.low, 12.1051248845651, 9);
    assert_number(row->baseline_change.high, 101.617031883477, 9);
    assert_number(row->baseline_change.p, 0.00466005197464012, 12);
    made = report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"), .baseline = 2023});
    assert_number(row_of(made, "home")->baseline, 100, 12);
    assert_int_equal(made->baseline, 2023);
}

static void a_baseline_that_shares_days_with_the_window_is_shown_and_not_compared(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    happened_by_month(w, 2023, a_hundred, "30C");
    static const struct { const char *as_of; bool compared; } cases[] = {
        {"2024-03-31", false}, {"2024-04-01", false}, {"2025-03-30", false}, {"2025-03-31", true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const report_row *row = row_of(report_on(w, "D1", (report_request){.as_of = day_at(cases[i].as_of),
                                                                          .baseline = 2023}), "home");
        assert_number(row->baseline, 100, 12);
        assert_int_equal(!isnan(row->baseline_change.p), cases[i].compared);
    }
}

static void a_shorter_window_is_compared_with_no_baseline(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    happened_by_month(w, 2022, eighty, "30C");
    static const window_kind shorter[] = {WINDOW_YEAR_TO_DATE, WINDOW_CALENDAR_MONTH};
    for (size_t i = 0; i < 2; i++) {
        const report_row *row = row_of(report_on(w, "D1", (report_request){.window = shorter[i], .baseline = 2022,
                                                                          .as_of = day_at("2024-12-31")}), "home");
        assert_unknown(row->baseline);
        assert_unknown(row->baseline_change.percent);
        assert_unknown(row->baseline_change.p);
    }
}

static void without_a_baseline_there_is_none(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_int_equal(made->baseline, 0);
    assert_unknown(row_of(made, "home")->baseline);
}

/* --- rates and shares -------------------------------------------------------------------------- */

/* Limits of 100 by Byar's formula, worked out by hand: 100 (1 - 1/900 -+ 1.959964/30)^3 for 100 and 101. */
static void a_year_s_rate_has_its_population_year_and_limits(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened_by_month(w, 2024, a_hundred, "30C");
    const report_row *row = row_of(report_as_of(w, "D1", "2025-03-31"), "home");
    double low = 1 - 1 / 900.0 - 1.959963984540054 / 30, high = 1 - 1 / 909.0 + 1.959963984540054 / (3 * sqrt(101));
    assert_number(row->rate, 8, 12); /* 100 of 12,500 */
    assert_number(row->rate_low, 8 * low * low * low, 10);
    assert_number(row->rate_high, 8.08 * high * high * high, 10);
    assert_number(row->population, 12500, 12);
    assert_int_equal(row->population_year, 2024);
    row = row_of(report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"), .population_year = 2022}), "home");
    assert_number(row->rate, 10, 12);
    assert_int_equal(row->population_year, 2022);
}

static void a_window_shorter_than_a_year_has_no_rate(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened_by_month(w, 2024, a_hundred, "30C");
    static const window_kind shorter[] = {WINDOW_YEAR_TO_DATE, WINDOW_CALENDAR_MONTH};
    for (size_t i = 0; i < 2; i++)
        assert_unknown(row_of(report_on(w, "D1", (report_request){.window = shorter[i], .as_of = day_at("2024-12-31")}),
                              "home")->rate);
    assert_number(row_of(report_on(w, "D1", (report_request){.window = WINDOW_FINANCIAL_YEAR, .as_of = day_at("2025-03-31")}),
                         "home")->rate, 8, 12);
}

static void without_an_estimate_there_is_no_rate_and_no_population(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened_by_month(w, 2024, a_hundred, "30C");
    const report_row *row = row_of(report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"),
                                                                      .population_year = 2021}), "home");
    assert_unknown(row->rate);
    assert_unknown(row->population);
    assert_int_equal(row->population_year, 0);
}

static void a_share_is_of_the_row_s_own_root(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-04-01..2025-03-31");
    happened(w, 30, "2024-05-17", "30C", "D1");
    happened(w, 90, "2024-05-17", "8N", "D1");
    happened(w, 500, "2024-05-17", "ASB", "D1");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_number(row_of(made, "home")->share_pct, 25, 12);
    assert_number(row_of(made, "violence")->share_pct, 75, 12);
    assert_number(row_of(made, "sexual")->share_pct, 0, 12);
    assert_unknown(row_of(made, "all-crime")->share_pct);
    assert_unknown(row_of(made, "asb")->share_pct);
}

/* --- whose figures ----------------------------------------------------------------------------- */

static void a_whole_counts_its_parts_and_what_no_part_can_be_given(void **state)
{
    report_world *w = *state;
    covered(w, "F1", "2024-04-01..2025-03-31");
    happened(w, 5, "2024-05-17", "30C", "D1");
    happened(w, 7, "2024-05-17", "30C", "D2");
    incident nowhere = crime("", "2024-05-17", "30C", "");
    nowhere.area_within = text_of("F1");
    happened_as(w, 2, nowhere);
    assert_number(row_of(report_as_of(w, "D1", "2025-03-31"), "home")->count, 5, 12);
    assert_number(row_of(report_as_of(w, "D2", "2025-03-31"), "home")->count, 7, 12);
    assert_number(row_of(report_as_of(w, "F1", "2025-03-31"), "home")->count, 14, 12);
    assert_number(row_of(report_as_of(w, "BOTH", "2025-03-31"), "home")->count, 12, 12);
}

static void a_group_is_reported_as_one_area(void **state)
{
    report_world *w = *state;
    covered(w, "F1", "2024-04-01..2025-03-31");
    happened(w, 75, "2024-05-17", "30C", "D1");
    happened(w, 75, "2024-05-17", "30C", "D2");
    const report *made = report_on(w, "BOTH", (report_request){.as_of = DAY_NONE});
    assert_text(made->subject.code, "BOTH");
    assert_text(made->level, "csp");
    assert_int_equal(made->as_of, day_at("2025-03-31"));
    assert_number(row_of(made, "home")->rate, 4, 12); /* 150 of 37,500 */
    assert_text(report_as_of(w, "D1", "2025-03-31")->level, "district");
}

static void without_a_date_what_nobody_covers_is_refused(void **state)
{
    report_world *w = *state;
    happened(w, 1, "2024-05-17", "30C", "D1");
    report *made = NULL;
    report_maker *maker = report_maker_create(figures_now(w), (report_request){.as_of = DAY_NONE});
    assert_int_equal(report_make(maker, subject_at(w, "D1"), &made), STATUS_NOT_FOUND);
    assert_null(made);
    report_maker_destroy(&maker);
    report_maker_destroy(&maker);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_node_counts_itself_and_all_that_lies_beneath),
        IN_A_WORLD(each_window_counts_its_own_days_and_those_a_year_before),
        IN_A_WORLD(without_a_date_it_is_as_of_the_end_of_coverage),
        IN_A_WORLD(rows_are_the_tree_in_order_then_markers_then_other_roots),
        IN_A_WORLD(marker_categories_count_what_bears_the_marker),
        IN_A_WORLD(a_change_of_a_steady_series_has_the_exact_interval),
        IN_A_WORLD(a_change_of_a_clustered_series_allows_for_its_dispersion),
        IN_A_WORLD(months_before_coverage_began_are_no_part_of_the_dispersion),
        IN_A_WORLD(small_numbers_have_no_percentage),
        IN_A_WORLD(a_rise_from_none_has_no_percentage_and_is_not_called_small),
        IN_A_WORLD(a_whole_year_is_compared_with_the_baseline),
        IN_A_WORLD(a_baseline_that_shares_days_with_the_window_is_shown_and_not_compared),
        IN_A_WORLD(a_shorter_window_is_compared_with_no_baseline),
        IN_A_WORLD(without_a_baseline_there_is_none),
        IN_A_WORLD(a_year_s_rate_has_its_population_year_and_limits),
        IN_A_WORLD(a_window_shorter_than_a_year_has_no_rate),
        IN_A_WORLD(without_an_estimate_there_is_no_rate_and_no_population),
        IN_A_WORLD(a_share_is_of_the_row_s_own_root),
        IN_A_WORLD(a_whole_counts_its_parts_and_what_no_part_can_be_given),
        IN_A_WORLD(a_group_is_reported_as_one_area),
        IN_A_WORLD(without_a_date_what_nobody_covers_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
