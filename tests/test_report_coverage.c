/* Promise: what is not wholly known is told as "at least" or unknown, never as zero, and nothing is compared with it or rated
 * by it; categories that a coarse source can't tell apart are unknown; and series that know only months speak as of a
 * month's end. */
#include "figures/report.h"

#include "report_fixtures.h"
#include "testing.h"

#define TWO_YEARS "2023-04-01..2025-03-31"
#define YEAR "2024-04-01..2025-03-31"

static void assert_at_least(const report_row *row, double count)
{
    assert_int_equal(row->coverage, COVERAGE_AT_LEAST);
    assert_number(row->count, count, 12);
    assert_unknown(row->change.percent);
    assert_unknown(row->change.p);
    assert_unknown(row->baseline);
    assert_unknown(row->baseline_change.p);
    assert_unknown(row->rate);
    assert_unknown(row->rate_low);
    assert_unknown(row->share_pct);
    assert_int_equal(row->comparator_count, 0);
}

static void assert_nothing_known(const report_row *row)
{
    assert_int_equal(row->coverage, COVERAGE_NOTHING);
    assert_unknown(row->count);
    assert_unknown(row->change.p);
    assert_unknown(row->rate);
    assert_unknown(row->share_pct);
}

static void assert_complete(const report_row *row, double count)
{
    assert_int_equal(row->coverage, COVERAGE_COMPLETE);
    assert_number(row->count, count, 12);
}

/* --- days -------------------------------------------------------------------------------------- */

static void a_window_with_a_day_uncovered_is_at_least_or_unknown(void **state)
{
    report_world *w = *state;
    given(w, "comparators.csv", "area,comparator\nD1,D3\n");
    covered(w, "D1", "2023-04-01..2024-09-30");
    covered(w, "D1", "2024-10-02..2025-03-31");
    covered(w, "D3", TWO_YEARS);
    happened(w, 60, "2024-05-17", "30C", "D1");
    happened(w, 60, "2023-05-17", "30C", "D1");
    happened(w, 60, "2023-05-17", "49", "D1");
    const report *made = report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"), .baseline = 2023});
    assert_at_least(row_of(made, "home"), 60);
    assert_text(row_of(made, "home")->note, REPORT_AT_LEAST_NOTE);
    assert_nothing_known(row_of(made, "violence"));
    assert_text(row_of(made, "violence")->note, REPORT_UNCOVERED_NOTE);
    assert_nothing_known(row_of(made, "other-theft"));
    assert_int_equal(row_of(made, "other-theft")->previous_coverage, COVERAGE_COMPLETE);
    assert_number(row_of(made, "other-theft")->previous, 60, 12);
}

static void a_window_that_is_wholly_covered_has_zeros(void **state)
{
    report_world *w = *state;
    covered(w, "D1", TWO_YEARS);
    const report_row *row = row_of(report_as_of(w, "D1", "2025-03-31"), "home");
    assert_complete(row, 0);
    assert_number(row->previous, 0, 12);
    assert_number(row->rate, 0, 12);
    assert_number(row->change.p, 1, 12);
    assert_true(row->change.small);
}

static void a_year_before_that_is_not_wholly_covered_is_no_comparison(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-02..2025-03-31");
    happened(w, 60, "2024-05-17", "30C", "D1");
    happened(w, 60, "2023-05-17", "30C", "D1");
    happened(w, 60, "2024-05-17", "49", "D1");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    const report_row *known = row_of(made, "home"), *unknown = row_of(made, "other-theft");
    assert_complete(known, 60);
    assert_int_equal(known->previous_coverage, COVERAGE_AT_LEAST);
    assert_number(known->previous, 60, 12);
    assert_unknown(known->change.percent);
    assert_unknown(known->change.p);
    assert_text(known->note, REPORT_BEFORE_NOTE);
    assert_number(known->rate, 4.8, 12);
    assert_complete(unknown, 60);
    assert_int_equal(unknown->previous_coverage, COVERAGE_NOTHING);
    assert_unknown(unknown->previous);
    assert_unknown(unknown->change.p);
}

static void a_baseline_that_is_not_wholly_covered_is_at_least_and_no_comparison(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-05-01..2025-03-31");
    happened(w, 60, "2024-05-17", "30C", "D1");
    happened(w, 70, "2022-05-17", "30C", "D1");
    const report *made = report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"), .baseline = 2022});
    const report_row *row = row_of(made, "home");
    assert_int_equal(row->baseline_coverage, COVERAGE_AT_LEAST);
    assert_number(row->baseline, 70, 12);
    assert_unknown(row->baseline_change.percent);
    assert_unknown(row->baseline_change.p);
    assert_true(text_has(row->note, REPORT_BASELINE_NOTE));
    assert_unknown(row_of(made, "violence")->baseline);
    assert_false(text_has(row_of(made, "violence")->note, REPORT_BASELINE_NOTE));
}

static void records_alone_make_nothing_known(void **state)
{
    report_world *w = *state;
    happened(w, 60, "2024-05-17", "30C", "D1");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_at_least(row_of(made, "home"), 60);
    assert_nothing_known(row_of(made, "violence"));
    assert_text(row_of(made, "violence")->note, REPORT_UNTOLD_NOTE);
}

/* --- parts ------------------------------------------------------------------------------------- */

static void a_whole_with_a_part_uncovered_is_at_least(void **state)
{
    report_world *w = *state;
    covered(w, "D1", YEAR);
    happened(w, 60, "2024-05-17", "30C", "D1");
    assert_complete(row_of(report_as_of(w, "D1", "2025-03-31"), "home"), 60);
    assert_at_least(row_of(report_as_of(w, "F1", "2025-03-31"), "home"), 60);
    assert_at_least(row_of(report_as_of(w, "BOTH", "2025-03-31"), "home"), 60);
    assert_nothing_known(row_of(report_as_of(w, "F1", "2025-03-31"), "violence"));
    covered(w, "D2", YEAR);
    assert_complete(row_of(report_as_of(w, "F1", "2025-03-31"), "home"), 60);
    assert_complete(row_of(report_as_of(w, "BOTH", "2025-03-31"), "violence"), 0);
    assert_at_least(row_of(report_as_of(w, "EW", "2025-03-31"), "home"), 60);
}

/* --- detail ------------------------------------------------------------------------------------ */

static incident open_data(const char *date, const char *offence_code)
{
    incident made = crime("", date, offence_code, "D1");
    made.origin = text_of("police");
    return made;
}

static void what_a_coarse_source_can_not_tell_apart_is_unknown(void **state)
{
    report_world *w = *state;
    covered_by(w, "police", "F1", YEAR, "", OPEN_DATA);
    happened_as(w, 60, open_data("2024-05", "Violence and sexual offences"));
    happened_as(w, 30, open_data("2024-05", "Burglary"));
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_complete(row_of(made, "violence-and-sexual"), 60);
    assert_complete(row_of(made, "burglary"), 30);
    assert_complete(row_of(made, "theft"), 30);
    assert_complete(row_of(made, "all-crime"), 90);
    assert_complete(row_of(made, "other-theft"), 0);
    static const char *const unknown[] = {"violence", "sexual", "home", "other-burglary", "hate", "domestic", "local-fraud"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_nothing_known(row_of(made, unknown[i]));
        assert_text(row_of(made, unknown[i])->note, REPORT_UNTOLD_NOTE);
    }
}

static void a_category_that_is_covered_alone_has_a_rate_and_no_share(void **state)
{
    report_world *w = *state;
    covered_by(w, "live", "D1", YEAR, "theft", "");
    happened(w, 60, "2024-05-17", "30C", "D1");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_complete(row_of(made, "home"), 60);
    assert_number(row_of(made, "home")->rate, 4.8, 12);
    assert_unknown(row_of(made, "home")->share_pct); /* there may be more crime than theft */
    assert_at_least(row_of(made, "all-crime"), 60);
}

static void only_years_of_the_same_detail_are_compared(void **state)
{
    report_world *w = *state;
    covered(w, "D1", YEAR);
    covered_by(w, "police", "D1", "2023-04-01..2024-03-31", "", OPEN_DATA);
    happened(w, 60, "2024-05-17", "8N", "D1");
    happened(w, 30, "2024-05-17", "20", "D1");
    happened_as(w, 60, open_data("2023-05", "Violence and sexual offences"));
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_number(row_of(made, "violence-and-sexual")->change.percent, 50, 12);
    assert_complete(row_of(made, "violence"), 60);
    assert_int_equal(row_of(made, "violence")->previous_coverage, COVERAGE_NOTHING);
    assert_unknown(row_of(made, "violence")->previous);
    assert_unknown(row_of(made, "violence")->change.p);
    assert_complete(row_of(made, "all-crime"), 90);
}

static void records_known_only_as_something_wider_leave_what_lies_below_at_least(void **state)
{
    report_world *w = *state;
    covered(w, "F1", TWO_YEARS);
    happened(w, 60, "2024-05-17", "30C", "D1");
    happened(w, 60, "2023-05-17", "30C", "D1");
    happened(w, 3, "2024-05-17", "Burglary", "D1");
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_at_least(row_of(made, "home"), 60);
    assert_text(row_of(made, "home")->note, "3 records are known only as something wider");
    assert_nothing_known(row_of(made, "other-burglary"));
    assert_text(row_of(made, "other-burglary")->note, "3 records are known only as something wider");
    assert_complete(row_of(made, "burglary"), 63);
    assert_number(row_of(made, "burglary")->change.percent, 5, 12);
    assert_complete(row_of(made, "violence"), 0);
    assert_at_least(row_of(report_as_of(w, "F1", "2025-03-31"), "home"), 60);
    happened(w, 1, "2024-05-17", "Violence and sexual offences", "D1");
    assert_text(row_of(report_as_of(w, "D1", "2025-03-31"), "sexual")->note, "1 record is known only as something wider");
}

/* --- months ------------------------------------------------------------------------------------ */

static void a_series_of_months_speaks_as_of_its_last_whole_month(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-01-01..2025-03-15");
    happened(w, 5, "2025-02", "30C", "D1");
    happened(w, 7, "2025-03", "30C", "D1");
    happened(w, 2, "2024-03", "30C", "D1");
    happened(w, 4, "2025-03-10", "8N", "D1");
    const report *made = report_on(w, "D1", (report_request){.as_of = DAY_NONE});
    const report_row *months = row_of(made, "home"), *days = row_of(made, "violence");
    assert_int_equal(made->as_of, day_at("2025-03-15"));
    assert_int_equal(months->as_of, day_at("2025-02-28"));
    assert_int_equal(months->window.now.from, day_at("2024-03-01"));
    assert_int_equal(months->window.now.to, day_at("2025-02-28"));
    assert_complete(months, 7);
    assert_text(months->note, "numbers too small for a percentage; known by month: as of 28 February 2025");
    assert_text(months->caveat, "known by month: as of 28 February 2025");
    assert_int_equal(days->as_of, day_at("2025-03-15"));
    assert_complete(days, 4);
}

static void a_series_that_knew_only_months_a_year_before_is_compared_by_the_month(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-01-01..2025-03-15");
    happened(w, 5, "2023-03", "30C", "D1");
    happened(w, 4, "2025-03-10", "30C", "D1");
    const report_row *row = row_of(report_on(w, "D1", (report_request){.as_of = DAY_NONE}), "home");
    assert_int_equal(row->as_of, day_at("2025-02-28"));
    assert_complete(row, 0);
    assert_number(row->previous, 5, 12); /* from 1 March 2023 on */
}

static void a_share_is_of_a_root_that_speaks_as_of_the_same_day(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-01-01..2025-03-15");
    happened(w, 5, "2025-02", "30C", "D1");
    happened(w, 7, "2025-03", "30C", "D1");
    happened(w, 5, "2025-02-10", "8N", "D1");
    happened(w, 4, "2025-03-10", "8N", "D1");
    const report *made = report_on(w, "D1", (report_request){.as_of = DAY_NONE});
    assert_number(row_of(made, "home")->share_pct, 50, 12); /* of the ten to 28 February */
    assert_complete(row_of(made, "violence"), 9);
    assert_unknown(row_of(made, "violence")->share_pct);    /* to 15 March nobody can tell how many burglaries there were */
}

static void where_every_series_speaks_by_the_month_so_does_the_report(void **state)
{
    report_world *w = *state;
    covered_by(w, "live", "D1", "2023-01-01..2025-03-15", "home", "");
    happened(w, 5, "2025-02", "30C", "D1");
    happened(w, 7, "2025-03", "30C", "D1");
    const report *made = report_as_of(w, "D1", "2025-03-15");
    assert_int_equal(made->as_of, day_at("2025-02-28"));
    assert_int_equal(made->window.now.to, day_at("2025-02-28"));
    assert_true(has_note(made, "these records know only their month: as of 28 February 2025"));
    assert_complete(row_of(made, "home"), 5);
    assert_false(text_has(row_of(made, "home")->note, "known by month"));
}

static void at_a_month_s_end_months_and_days_speak_of_the_same(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-01-01..2025-03-31");
    happened(w, 5, "2025-02", "30C", "D1");
    happened(w, 4, "2025-02-10", "8N", "D1");
    const report *made = report_as_of(w, "D1", "2025-02-28");
    assert_int_equal(row_of(made, "home")->as_of, day_at("2025-02-28"));
    assert_complete(row_of(made, "home"), 5);
    assert_complete(row_of(made, "all-crime"), 9);
    assert_text(row_of(made, "all-crime")->note, REPORT_SMALL_NOTE);
}

/* --- one recording system ---------------------------------------------------------------------- */

static const report *report_of_origin(report_world *w, const char *origin, const char *area_code, const char *as_of)
{
    (void)figures_now(w);
    assert_int_equal(figures_narrow(w->figures, text_of(origin)), STATUS_OK);
    report_maker *maker = report_maker_create(w->figures, (report_request){.as_of = day_at(as_of)});
    assert_int_equal(report_make(maker, subject_at(w, area_code), &w->report), STATUS_OK);
    report_maker_destroy(&maker);
    return w->report;
}

static void of_one_origin_only_what_it_has_declared_is_known(void **state)
{
    report_world *w = *state;
    covered(w, "F1", YEAR);
    covered_by(w, "railway", "D3", YEAR, "", "");
    happened(w, 60, "2024-05-17", "30C", "D1");
    incident railway = crime("", "2024-05-17", "30C", "D1");
    railway.origin = text_of("railway");
    happened_as(w, 5, railway);
    assert_complete(row_of(report_as_of(w, "D1", "2025-03-31"), "home"), 65);
    const report *made = report_of_origin(w, "live", "D1", "2025-03-31");
    assert_complete(row_of(made, "home"), 60);
    assert_complete(row_of(made, "violence"), 0);
    assert_true(has_note(made, "only records of the recording system 'live'"));
    made = report_of_origin(w, "railway", "D1", "2025-03-31");
    assert_at_least(row_of(made, "home"), 5);
    assert_nothing_known(row_of(made, "violence"));
    assert_complete(row_of(report_of_origin(w, "railway", "D3", "2025-03-31"), "home"), 0);
}

static void of_an_origin_that_another_outranks_nothing_is_wholly_known(void **state)
{
    report_world *w = *state;
    covered_by(w, "police", "F1", TWO_YEARS, "", OPEN_DATA);
    covered(w, "D1", YEAR);
    happened_as(w, 60, open_data("2024-05", "Burglary")); /* kept, not counted */
    happened(w, 60, "2024-05-17", "30C", "D1");
    assert_nothing_known(row_of(report_of_origin(w, "police", "D1", "2025-03-31"), "burglary"));
    assert_complete(row_of(report_of_origin(w, "police", "D2", "2025-03-31"), "burglary"), 0);
    assert_complete(row_of(report_of_origin(w, "live", "D1", "2025-03-31"), "burglary"), 60);
}

static void of_one_origin_comparators_are_of_it_too_and_none_is_published(void **state)
{
    report_world *w = *state;
    given(w, "comparators.csv", "area,comparator\nD1,D3\nD1,ELSEWHERE\n");
    given(w, "comparator_rates.csv", "comparator,category,period,rate\nELSEWHERE,home,2024-25,9.5\n");
    covered(w, "EW", YEAR);
    incident railway = crime("", "2024-05-17", "30C", "D3");
    railway.origin = text_of("railway");
    happened_as(w, 40, railway);
    happened(w, 80, "2024-05-17", "30C", "D3");
    const report_row *row = row_of(report_of_origin(w, "live", "D1", "2025-03-31"), "home");
    assert_text(row->comparators[0].code, "D3");
    assert_number(row->comparators[0].rate, 2, 12); /* 80 of 40,000 */
    for (size_t i = 0; i < row->comparator_count; i++)
        assert_false(row->comparators[i].published);
    row = row_of(report_as_of(w, "D1", "2025-03-31"), "home");
    assert_number(row->comparators[0].rate, 3, 12);
    assert_true(row->comparators[1].published);
}

static void an_origin_that_nobody_knows_is_refused(void **state)
{
    report_world *w = *state;
    covered(w, "F1", YEAR);
    (void)figures_now(w);
    assert_int_equal(figures_narrow(w->figures, text_of("nobody")), STATUS_NOT_FOUND);
    assert_int_equal(figures_origin(w->figures), 0);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_window_with_a_day_uncovered_is_at_least_or_unknown),
        IN_A_WORLD(a_window_that_is_wholly_covered_has_zeros),
        IN_A_WORLD(a_year_before_that_is_not_wholly_covered_is_no_comparison),
        IN_A_WORLD(a_baseline_that_is_not_wholly_covered_is_at_least_and_no_comparison),
        IN_A_WORLD(records_alone_make_nothing_known),
        IN_A_WORLD(a_whole_with_a_part_uncovered_is_at_least),
        IN_A_WORLD(what_a_coarse_source_can_not_tell_apart_is_unknown),
        IN_A_WORLD(a_category_that_is_covered_alone_has_a_rate_and_no_share),
        IN_A_WORLD(only_years_of_the_same_detail_are_compared),
        IN_A_WORLD(records_known_only_as_something_wider_leave_what_lies_below_at_least),
        IN_A_WORLD(a_series_of_months_speaks_as_of_its_last_whole_month),
        IN_A_WORLD(a_series_that_knew_only_months_a_year_before_is_compared_by_the_month),
        IN_A_WORLD(a_share_is_of_a_root_that_speaks_as_of_the_same_day),
        IN_A_WORLD(where_every_series_speaks_by_the_month_so_does_the_report),
        IN_A_WORLD(at_a_month_s_end_months_and_days_speak_of_the_same),
        IN_A_WORLD(of_one_origin_only_what_it_has_declared_is_known),
        IN_A_WORLD(of_an_origin_that_another_outranks_nothing_is_wholly_known),
        IN_A_WORLD(of_one_origin_comparators_are_of_it_too_and_none_is_published),
        IN_A_WORLD(an_origin_that_nobody_knows_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
