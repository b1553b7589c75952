/* Promise: beside a year's rate stand those of the areas above and of the comparators that are named, live where they are
 * wholly covered, else as published, and marked; and each under its own code, so that England is not England and Wales. */
#include "report_fixtures.h"
#include "testing.h"

#define YEAR "2024-04-01..2025-03-31"

static const char england_and_wales[] =
    "code,name,level,parent\n"
    "EW,England and Wales,national,\n"
    "EN,England,country,EW\n"
    "WA,Wales,country,EW\n"
    "F1,First force,force,EN\n"
    "F2,Second force,force,WA\n"
    "D1,Stafford,district,F1\n"
    "D2,Lichfield,district,F1\n"
    "D3,Corby,district,F2\n";

/* "F1 4.0 live, EN 9.5 published" */
static const char *compared(report_world *w, const char *area_code, const char *category_code, report_request what)
{
    const report_row *row = row_of(report_on(w, area_code, what), category_code);
    text words = text_of("");
    for (size_t i = 0; i < row->comparator_count; i++) {
        const comparator *c = &row->comparators[i];
        words = arena_print(w->engine.memory, "%.*s%s%.*s %.3g %s", TEXT_ARGS(words), i > 0 ? ", " : "", TEXT_ARGS(c->code),
                            c->rate, c->published ? "published" : c->mean ? "mean" : "live");
    }
    return words.size > 0 ? words.at : "";
}

static const char *compared_as_of(report_world *w, const char *area_code, const char *as_of)
{
    return compared(w, area_code, "home", (report_request){.as_of = day_at(as_of)});
}

static void england_is_not_england_and_wales(void **state)
{
    report_world *w = *state;
    given(w, "areas.csv", england_and_wales);
    covered(w, "EW", YEAR);
    happened(w, 75, "2024-05-17", "30C", "D1");
    happened(w, 80, "2024-05-17", "30C", "D3");
    /* 75 of 37,500 in England; 155 of 77,500 in both. */
    assert_string_equal(compared_as_of(w, "D1", "2025-03-31"), "F1 2 live, EN 2 live, EW 2 live");
    happened(w, 75, "2024-05-17", "30C", "D2");
    assert_string_equal(compared_as_of(w, "D1", "2025-03-31"), "F1 4 live, EN 4 live, EW 2.97 live");
    assert_string_equal(compared_as_of(w, "D3", "2025-03-31"), "F2 2 live, WA 2 live, EW 2.97 live");
}

static void a_published_rate_of_england_is_not_taken_for_england_and_wales(void **state)
{
    report_world *w = *state;
    given(w, "areas.csv", england_and_wales);
    given(w, "comparator_rates.csv", "comparator,category,period,rate\nEN,home,2024-25,9.5\nEW,violence,2024-25,3.25\n");
    covered(w, "D1", YEAR);
    assert_string_equal(compared_as_of(w, "D1", "2025-03-31"), "EN 9.5 published");
    assert_string_equal(compared(w, "D1", "violence", (report_request){.as_of = day_at("2025-03-31")}), "EW 3.25 published");
}

static void comparators_that_are_named_stand_first_and_each_once(void **state)
{
    report_world *w = *state;
    given(w, "comparators.csv", "area,comparator\nD1,D3\nD1,F1\nD1,ALIKE\nD1,D3\n");
    covered(w, "EW", YEAR);
    happened(w, 25, "2024-05-17", "30C", "D1"); /* 2.0 */
    happened(w, 80, "2024-05-17", "30C", "D3"); /* 2.0 */
    happened(w, 50, "2024-05-17", "30C", "D2"); /* 2.0 */
    happened(w, 80, "2024-05-17", "30C", "D3"); /* 4.0 in all */
    assert_string_equal(compared_as_of(w, "D1", "2025-03-31"), "D3 4 live, F1 2 live, ALIKE 3 mean, EW 3.03 live");
}

static void live_goes_before_published_and_published_stands_in_for_what_is_not_covered(void **state)
{
    report_world *w = *state;
    given(w, "comparators.csv", "area,comparator\nD1,D3\nD1,D2\nD1,ELSEWHERE\n");
    given(w, "comparator_rates.csv", "comparator,category,period,rate,population,definition,source\n"
                                     "D3,home,2024-25,7.5,,,A\nD2,home,2024-25,8.5,,,B\nELSEWHERE,home,2024-25,9.5,,,C\n");
    covered(w, "D1", YEAR);
    covered(w, "D3", YEAR);
    covered(w, "D2", "2024-04-01..2025-03-30");
    happened(w, 80, "2024-05-17", "30C", "D3");
    happened(w, 80, "2024-05-17", "30C", "D2");
    assert_string_equal(compared_as_of(w, "D1", "2025-03-31"), "D3 2 live, D2 8.5 published, ELSEWHERE 9.5 published");
    const report_row *row = row_of(w->report, "home");
    assert_text(row->comparators[0].name, "Corby");
    assert_int_equal(row->comparators[0].population_year, 2024);
    assert_int_equal(row->comparators[1].population_year, 0);
    assert_text(row->comparators[1].source, "B");
    assert_text(row->comparators[2].name, "ELSEWHERE");
}

static void a_published_rate_stands_beside_its_own_financial_year_only(void **state)
{
    report_world *w = *state;
    given(w, "comparators.csv", "area,comparator\nD1,ELSEWHERE\n");
    given(w, "comparator_rates.csv", "comparator,category,period,rate\nELSEWHERE,home,2023-24,9.5\n");
    covered(w, "D1", "2022-04-01..2025-03-31");
    assert_string_equal(compared_as_of(w, "D1", "2024-03-31"), "ELSEWHERE 9.5 published");
    assert_string_equal(compared_as_of(w, "D1", "2024-02-29"), "");
    assert_string_equal(compared_as_of(w, "D1", "2024-04-30"), "");
    assert_string_equal(compared_as_of(w, "D1", "2025-03-31"), "");
    assert_string_equal(compared(w, "D1", "home", (report_request){.as_of = day_at("2024-12-31"),
                                                                  .window = WINDOW_FINANCIAL_YEAR}), "ELSEWHERE 9.5 published");
    assert_string_equal(compared(w, "D1", "theft", (report_request){.as_of = day_at("2024-03-31")}), "");
}

static void a_window_shorter_than_a_year_is_compared_with_nobody(void **state)
{
    report_world *w = *state;
    covered(w, "EW", "2022-04-01..2025-03-31");
    for (int kind = 0; kind < WINDOW_KINDS; kind++) {
        bool year = kind == WINDOW_ROLLING_YEAR || kind == WINDOW_FINANCIAL_YEAR;
        assert_string_equal(compared(w, "D1", "home", (report_request){.as_of = day_at("2025-03-31"),
                                                                      .window = (window_kind)kind}),
                            year ? "F1 0 live, EW 0 live" : "");
    }
}

static void what_is_not_wholly_known_is_compared_with_nobody(void **state)
{
    report_world *w = *state;
    given(w, "comparators.csv", "area,comparator\nD1,D3\n");
    covered(w, "D3", YEAR);
    covered(w, "D2", YEAR);
    covered(w, "D1", "2024-04-01..2025-03-30");
    assert_string_equal(compared_as_of(w, "D1", "2025-03-31"), "");
    assert_string_equal(compared_as_of(w, "D3", "2025-03-31"), "F2 0 live"); /* all of it is D3 */
    assert_string_equal(compared_as_of(w, "D2", "2025-03-31"), "");          /* the force is not known */
}

static void a_group_is_compared_with_the_areas_that_hold_all_of_it(void **state)
{
    report_world *w = *state;
    given(w, "comparators.csv", "area,comparator\nBOTH,D3\n");
    covered(w, "EW", YEAR);
    assert_string_equal(compared_as_of(w, "BOTH", "2025-03-31"), "D3 0 live, F1 0 live, EW 0 live");
    assert_string_equal(compared_as_of(w, "ALIKE", "2025-03-31"), "EW 0 live"); /* D1 and D3: no force holds both */
    assert_string_equal(compared_as_of(w, "EW", "2025-03-31"), "");
}

static void every_comparator_has_the_window_and_the_population_year_that_are_asked_for(void **state)
{
    report_world *w = *state;
    covered(w, "EW", "2022-04-01..2025-03-31");
    happened(w, 60, "2023-05-17", "30C", "D1");
    happened(w, 90, "2024-05-17", "30C", "D1");
    report_request what = {.as_of = day_at("2024-03-31"), .population_year = 2022};
    assert_string_equal(compared(w, "D1", "home", what), "F1 2 live"); /* 60 of 30,000; D3 has no estimate of 2022 */
    assert_int_equal(row_of(w->report, "home")->comparators[0].population_year, 2022);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(england_is_not_england_and_wales),
        IN_A_WORLD(a_published_rate_of_england_is_not_taken_for_england_and_wales),
        IN_A_WORLD(comparators_that_are_named_stand_first_and_each_once),
        IN_A_WORLD(live_goes_before_published_and_published_stands_in_for_what_is_not_covered),
        IN_A_WORLD(a_published_rate_stands_beside_its_own_financial_year_only),
        IN_A_WORLD(a_window_shorter_than_a_year_is_compared_with_nobody),
        IN_A_WORLD(what_is_not_wholly_known_is_compared_with_nobody),
        IN_A_WORLD(a_group_is_compared_with_the_areas_that_hold_all_of_it),
        IN_A_WORLD(every_comparator_has_the_window_and_the_population_year_that_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
