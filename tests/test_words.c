/* Promise: a change of level is told in a sentence that can be read aloud, by every detector and at every edge: none,
 * few, not all in yet, back in order; and with it everything that a listener must bear in mind, and nothing that does
 * not apply. All sentences are written by hand.
 */
#include "judging/words.h"

#include <math.h>

#include "reference_fixtures.h"
#include "testing.h"

static reference *data;
static arena *memory;
static watch_rule rule;
static measurement seen;

static int make(void **state)
{
    (void)state;
    sheets *from = sheets_create();
    faults *found = faults_create();
    sheet_fill(from, SHEET_AREAS, "EW,England and Wales,national,\nF1,First force,force,EW\nF2,Second force,force,EW\n"
                                  "D1,Stafford,district,F1\nD3,Corby,district,F2\n");
    sheet_fill(from, SHEET_CATEGORIES, "all-crime,All crime,,,,\ntheft,Theft,all-crime,,,\nbikes,Bicycle theft,theft,,,\n"
                                       "shops,Shoplifting,theft,,,\ndrugs,Drug offences,all-crime,,yes,\n");
    sheet_fill(from, SHEET_OFFENCES, "49,Theft,theft\n");
    sheet_fill(from, SHEET_POPULATIONS, "D1,2024,1000\n");
    sheet_fill(from, SHEET_RECORDING_CHANGES,
               "2023-04-01,,all-crime,one crime is recorded where there were two,Home Office\n"
               "2024-05-01,F1,theft,shops report online,the force\n"
               "2024-06-01,F2,theft,of another force,the force\n"
               "2024-07-01,D1,drugs,of another category,the force\n"
               "2025-04-01,,all-crime,after the year,Home Office\n");
    data = reference_create(from, found);
    assert_faults(found, 0, 0);
    faults_destroy(&found);
    memory = arena_create();
    return 0;
}

static int forget(void **state)
{
    (void)state;
    reference_destroy(&data);
    arena_destroy(&memory);
    return 0;
}

static day_number day_from(const char *date)
{
    day_number on;
    assert_true(date_read(text_of(date), &on));
    return on;
}

/* The year to 31 March 2025, or the week or month that ends there, wholly known. */
static void saw(detector_kind detector, double current, double compared, double percent, double p)
{
    rule = (watch_rule){.name = {"rule", 4}, .detector = detector, .comparator = {"parent", 6}};
    seen = (measurement){
        .possible = true, .complete = true, .signals = true, .current = current, .compared = compared, .percent = percent,
        .p = p, .phi = 1, .exposure = 1, .compared_exposure = 1, .difference = current - compared,
        .percent_shown = compared > 0 && fmax(current, compared) >= 50,
        .direction = current > compared ? TREND_RISING : TREND_FALLING,
        .now = {day_from("2024-04-01"), day_from("2025-03-31")}, .before = {day_from("2023-04-01"), day_from("2024-03-31")}};
}

static void assert_said(const char *expected)
{
    assert_texts(words_of_figures(&rule, &seen, 2022, memory), text_of(expected));
}

/* --- sentences -------------------------------------------------------------------------------------- */

static void a_year_is_told_against_the_one_before_or_the_baseline(void **state)
{
    (void)state;
    saw(DETECTOR_ROLLING_YEAR, 747, 616, 21.266, 0.0002);
    assert_said("747 in the 12 months to 31 March 2025, 616 in the 12 months before: +21.3 % (p < .001)");
    saw(DETECTOR_BASELINE_YEAR, 1133, 1383, -18.077, 0.004);
    assert_said("1,133 in the 12 months to 31 March 2025, 1,383 in 2022-23: -18.1 % (p = .004)");
    saw(DETECTOR_ROLLING_YEAR, 1234567, 1234566, 0.0001, 0.999);
    assert_said("1,234,567 in the 12 months to 31 March 2025, 1,234,566 in the 12 months before: no change (p > .99)");
}

static void a_year_with_none_or_few_has_no_percentage_to_misread(void **state)
{
    (void)state;
    saw(DETECTOR_BASELINE_YEAR, 60, 0, NAN, 0.0001);
    assert_said("60 in the 12 months to 31 March 2025, none in 2022-23 (p < .001)");
    saw(DETECTOR_ROLLING_YEAR, 0, 60, -100, 0.0001);
    assert_said("none in the 12 months to 31 March 2025, 60 in the 12 months before: -100.0 % (p < .001)");
    saw(DETECTOR_ROLLING_YEAR, 21, 8, 162.5, 0.015);
    assert_said("21 in the 12 months to 31 March 2025, 8 in the 12 months before: too few for a percentage (p = .015)");
    saw(DETECTOR_ROLLING_YEAR, 0, 0, NAN, NAN);
    assert_said("none in the 12 months to 31 March 2025, none in the 12 months before (p unknown)");
}

static void what_is_not_all_in_is_at_least_so_many(void **state)
{
    (void)state;
    saw(DETECTOR_ROLLING_YEAR, 747, 616, 21.266, 0.0002);
    seen.complete = false;
    assert_said("at least 747 in the 12 months to 31 March 2025, 616 in the 12 months before: +21.3 % (p < .001)");
    seen.current = 0;
    seen.percent = -100;
    assert_said("none so far in the 12 months to 31 March 2025, 616 in the 12 months before: -100.0 % (p < .001)");
    saw(DETECTOR_WEEKLY_SPIKE, 23, 11.42, 101.4, 0.0004);
    seen.complete = false;
    assert_said("at least 23 in the week to 31 March 2025, 11.4 expected (p < .001)");
}

static void a_gap_is_told_in_rates_and_in_above_or_below(void **state)
{
    (void)state;
    saw(DETECTOR_COMPARATOR_GAP, 1050, 4900, 50.0, 0.0001);
    seen.exposure = 140000;
    seen.compared_exposure = 980000;
    assert_said("7.5 per 1,000 residents in the 12 months to 31 March 2025, 5.0 in the rest of the larger area: 50.0 % above (p < .001)");
    seen.percent = -12.34;
    assert_said("7.5 per 1,000 residents in the 12 months to 31 March 2025, 5.0 in the rest of the larger area: 12.3 % below (p < .001)");
    seen.percent = 0.01;
    seen.p = 0.8;
    assert_said("7.5 per 1,000 residents in the 12 months to 31 March 2025, 5.0 in the rest of the larger area: the same (p = .80)");
}

static void a_gap_of_few_or_none_shows_neither_nought_nor_percentage(void **state)
{
    (void)state;
    saw(DETECTOR_COMPARATOR_GAP, 7, 14, 250, 0.012);
    seen.exposure = 100000;
    seen.compared_exposure = 700000;
    assert_said("0.07 per 1,000 residents in the 12 months to 31 March 2025, 0.02 in the rest of the larger area: too few for a "
                "percentage (p = .012)");
    seen.compared = 0;
    seen.percent = NAN;
    assert_said("0.07 per 1,000 residents in the 12 months to 31 March 2025, none in the rest of the larger area (p = .012)");
    seen.current = 0;
    seen.compared = 14;
    seen.percent = -100;
    assert_said("none per 1,000 residents in the 12 months to 31 March 2025, 0.02 in the rest of the larger area: too few for a "
                "percentage (p = .012)");
}

static void a_week_is_told_against_what_was_expected(void **state)
{
    (void)state;
    saw(DETECTOR_WEEKLY_SPIKE, 23, 11.42, 101.4, 0.0004);
    assert_said("23 in the week to 31 March 2025, 11.4 expected (p < .001)");
    saw(DETECTOR_WEEKLY_SPIKE, 0, 11.42, -100, 0.97);
    assert_said("none in the week to 31 March 2025, 11.4 expected (p = .97)");
    saw(DETECTOR_WEEKLY_SPIKE, 5, 0.01, 49900, 0.0001);
    assert_said("5 in the week to 31 March 2025, hardly any expected (p < .001)");
}

/* The p of a detector that only says yes or no is that of its limit, whatever the week: it is not told. */
static void a_provisional_week_says_whether_it_is_out_of_the_ordinary_and_no_p(void **state)
{
    (void)state;
    saw(DETECTOR_WEEKLY_SPIKE, 23, 11.428, 101.25, 0.001);
    seen.provisional = true;
    assert_said("23 in the week to 31 March 2025, 11.4 on average in seven earlier weeks: out of the ordinary");
    seen.current = 12;
    seen.signals = false;
    assert_said("12 in the week to 31 March 2025, 11.4 on average in seven earlier weeks: nothing out of the ordinary");
}

static void a_month_says_whether_it_is_out_of_the_ordinary(void **state)
{
    (void)state;
    saw(DETECTOR_CONTROL_CHART, 31, 12.38, 150.4, NAN);
    seen.now.from = day_from("2025-03-01");
    assert_said("31 in the month to 31 March 2025, 12.4 on average in the months before: out of the ordinary on its control chart");
    seen.current = 13;
    seen.signals = false;
    assert_said("13 in the month to 31 March 2025, 12.4 on average in the months before: nothing out of the ordinary on its control chart");
    saw(DETECTOR_CONTROL_CHART, 14, 4.18, 235, NAN);
    seen.now.from = day_from("2024-12-01");
    assert_said("14 in the 4 months to 31 March 2025, 4.2 expected from the months before: out of the ordinary on its control chart");
}

static void p_is_never_rounded_to_nought_or_one(void **state)
{
    (void)state;
    assert_texts(words_of_p(0.00001, memory), text_of("p < .001"));
    assert_texts(words_of_p(0.001, memory), text_of("p = .001"));
    assert_texts(words_of_p(0.0494, memory), text_of("p = .049"));
    assert_texts(words_of_p(0.2249, memory), text_of("p = .22"));
    assert_texts(words_of_p(0.9949, memory), text_of("p > .99"));
    assert_texts(words_of_p(1, memory), text_of("p > .99"));
    assert_texts(words_of_p(NAN, memory), text_of("p unknown"));
}

/* --- caveats ---------------------------------------------------------------------------------------- */

/* All of them, a line each. */
static const char *caveats(const char *area_code, const char *code, const explanation *why)
{
    text each[CAVEATS_MAX];
    int category_index = offence_tree_find(data->categories, text_of(code));
    level_change change = {.on = seen.now.to, .after = LEVEL_WATCH, .direction = seen.direction, .seen = seen};
    explanation nothing = {.lowest = category_index};
    size_t count = words_of_caveats(data, geography_find(data->areas, text_of(area_code)), category_index, &rule, &change,
                                    why != NULL ? why : &nothing, each, memory);
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_print(memory, "%s%s%.*s", all, i > 0 ? "\n" : "", TEXT_ARGS(each[i])).at;
    return all;
}

/* Where no recording changed: in another force, before April 2023. */
static void assert_caveats(const char *code, const char *expected)
{
    seen.now = (period){day_from("2022-04-01"), day_from("2023-03-31")};
    seen.before = (period){day_from("2021-04-01"), day_from("2022-03-31")};
    assert_string_equal(caveats("D1", code, NULL), expected);
}

static void what_is_sure_has_no_caveat(void **state)
{
    (void)state;
    saw(DETECTOR_ROLLING_YEAR, 747, 616, 21.266, 0.0002);
    assert_caveats("theft", "");
    saw(DETECTOR_ROLLING_YEAR, 747, 616, 21.266, 0.05);
    seen.phi = 1.5;
    assert_caveats("theft", "");
    saw(DETECTOR_ROLLING_YEAR, 50, 20, 150, 0.0002);
    assert_caveats("theft", "");
}

static void chance_small_numbers_and_scatter_are_told_of_years(void **state)
{
    (void)state;
    saw(DETECTOR_ROLLING_YEAR, 1317, 1287, 2.33, 0.22);
    assert_caveats("theft", "not statistically significant: 1,287 to 1,317 is within what chance gives (p = .22)");
    saw(DETECTOR_BASELINE_YEAR, 49, 20, NAN, 0.0003);
    assert_caveats("theft", "small numbers: neither year reaches 50");
    saw(DETECTOR_BASELINE_YEAR, 747, 616, 21.266, 0.004);
    seen.phi = 2.34;
    assert_caveats("theft", "this series varies 2.3 times as much as chance alone would make it; p allows for that");
}

/* A gap and a chart compare no two years of one series. */
static void of_other_detectors_only_what_applies_is_told(void **state)
{
    (void)state;
    saw(DETECTOR_COMPARATOR_GAP, 20, 40, 7, 0.4);
    seen.phi = 3;
    assert_caveats("theft", "small numbers");
    saw(DETECTOR_CONTROL_CHART, 31, 12.4, 150, NAN);
    assert_caveats("theft", "small numbers");
    saw(DETECTOR_WEEKLY_SPIKE, 9, 3, 200, 0.4);
    assert_caveats("theft", "");
    seen.provisional = true;
    assert_caveats("theft", "provisional: less than four years of weeks to compare with");
}

static void what_is_not_all_in_and_what_the_police_make_are_told(void **state)
{
    (void)state;
    saw(DETECTOR_ROLLING_YEAR, 747, 616, 21.266, 0.0002);
    seen.complete = false;
    assert_caveats("drugs", "the source is not complete to 31 March 2023: there may be more\nrises and falls with police activity");
}

static void a_change_of_recording_between_the_years_is_told_where_it_applies(void **state)
{
    (void)state;
    saw(DETECTOR_ROLLING_YEAR, 747, 616, 21.266, 0.0002);
    seen.before.from = day_from("2023-03-31");
    assert_string_equal(caveats("D1", "bikes", NULL), "recording changed on 1 April 2023: one crime is recorded where there were two\n"
                                                      "recording changed on 1 May 2024: shops report online");
    seen.before.from = day_from("2023-04-01"); /* both years are recorded in the new way */
    assert_string_equal(caveats("D1", "bikes", NULL), "recording changed on 1 May 2024: shops report online");
    assert_string_equal(caveats("EW", "theft", NULL), ""); /* a part of it only */
    assert_string_equal(caveats("D1", "all-crime", NULL), "");
    saw(DETECTOR_WEEKLY_SPIKE, 23, 11.4, 101, 0.0004);
    assert_string_equal(caveats("D1", "bikes", NULL), "");
}

static explanation because(const char *lowest, const char *against, double percent)
{
    explanation why = {.lowest = offence_tree_find(data->categories, text_of(lowest)), .against_count = 1};
    why.against[0] = offence_tree_find(data->categories, text_of(against));
    why.against_seen[0].percent = percent;
    return why;
}

static void what_explains_a_move_and_what_went_the_other_way_are_told(void **state)
{
    (void)state;
    saw(DETECTOR_BASELINE_YEAR, 747, 616, 21.266, 0.0002);
    seen.now = (period){day_from("2022-04-01"), day_from("2023-03-31")};
    seen.before = (period){day_from("2021-04-01"), day_from("2022-03-31")};
    explanation why = because("shops", "drugs", -12.34);
    assert_string_equal(caveats("D1", "all-crime", &why), "most of the rise is Shoplifting\nDrug offences went the other way: -12.3 %");
    seen.direction = TREND_FALLING;
    why = because("shops", "drugs", 12.34);
    assert_string_equal(caveats("D1", "all-crime", &why), "most of the fall is Shoplifting\nDrug offences went the other way: +12.3 %");
    rule.detector = DETECTOR_COMPARATOR_GAP;
    assert_string_equal(caveats("D1", "all-crime", &why), "most of it is Shoplifting\nDrug offences lies the other way: 12.3 % above");
    rule.detector = DETECTOR_CONTROL_CHART;
    assert_string_equal(caveats("D1", "all-crime", &why), "most of it is Shoplifting\nDrug offences went the other way: +12.3 %");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_year_is_told_against_the_one_before_or_the_baseline),
        IN_A_WORLD(a_year_with_none_or_few_has_no_percentage_to_misread),
        IN_A_WORLD(what_is_not_all_in_is_at_least_so_many),
        IN_A_WORLD(a_gap_is_told_in_rates_and_in_above_or_below),
        IN_A_WORLD(a_gap_of_few_or_none_shows_neither_nought_nor_percentage),
        IN_A_WORLD(a_week_is_told_against_what_was_expected),
        IN_A_WORLD(a_provisional_week_says_whether_it_is_out_of_the_ordinary_and_no_p),
        IN_A_WORLD(a_month_says_whether_it_is_out_of_the_ordinary),
        IN_A_WORLD(p_is_never_rounded_to_nought_or_one),
        IN_A_WORLD(what_is_sure_has_no_caveat),
        IN_A_WORLD(chance_small_numbers_and_scatter_are_told_of_years),
        IN_A_WORLD(of_other_detectors_only_what_applies_is_told),
        IN_A_WORLD(what_is_not_all_in_and_what_the_police_make_are_told),
        IN_A_WORLD(a_change_of_recording_between_the_years_is_told_where_it_applies),
        IN_A_WORLD(what_explains_a_move_and_what_went_the_other_way_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
