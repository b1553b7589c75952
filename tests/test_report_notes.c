/* Promise: whatever qualifies a report as a whole is said on it: whose records, how far coverage reaches, what is rejected,
 * where recording changed between the periods compared, and which areas are not what their name says. */
#include "report_fixtures.h"
#include "testing.h"

#define THREE_YEARS "2022-04-01..2025-03-31"

static void assert_note(const report *made, const char *words)
{
    if (!has_note(made, words))
        fail_msg("no note says \"%s\"", words);
}

static void assert_no_note(const report *made, const char *words)
{
    if (has_note(made, words))
        fail_msg("a note says \"%s\"", words);
}

static void a_whole_report_of_what_is_wholly_known_needs_no_note(void **state)
{
    report_world *w = *state;
    covered(w, "EW", THREE_YEARS);
    assert_int_equal(report_as_of(w, "D1", "2025-03-31")->note_count, 0);
    assert_int_equal(report_as_of(w, "F1", "2025-03-31")->note_count, 0);
    assert_int_equal(report_as_of(w, "BOTH", "2025-03-31")->note_count, 0);
}

/* --- coverage ---------------------------------------------------------------------------------- */

static void a_date_beyond_the_coverage_is_told(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-02-15");
    assert_note(report_as_of(w, "D1", "2025-03-31"), "nothing is covered after 15 February 2025");
    assert_note(report_as_of(w, "D1", "2025-02-16"), "nothing is covered after 15 February 2025");
    assert_no_note(report_as_of(w, "D1", "2025-02-15"), "nothing is covered");
    assert_no_note(report_on(w, "D1", (report_request){.as_of = day_at("2025-02-20"), .window = WINDOW_CALENDAR_MONTH}),
                   "nothing is covered"); /* January is whole */
    assert_note(report_as_of(w, "D3", "2025-03-31"), "nothing of it is declared as covered");
}

static void a_baseline_that_shares_days_with_the_window_says_why_there_is_no_change(void **state)
{
    report_world *w = *state;
    covered(w, "EW", THREE_YEARS);
    report_request what = {.as_of = day_at("2024-09-30"), .baseline = 2023};
    assert_note(report_on(w, "D1", what), "no change since 2023-24: the window shares days with it");
    what.baseline = 2022;
    assert_no_note(report_on(w, "D1", what), "no change since");
    what = (report_request){.as_of = day_at("2024-09-30"), .baseline = 2024, .window = WINDOW_YEAR_TO_DATE};
    assert_no_note(report_on(w, "D1", what), "no change since"); /* it is compared with none */
}

static void a_year_without_an_estimate_says_so(void **state)
{
    report_world *w = *state;
    covered(w, "EW", "2019-04-01..2025-03-31");
    assert_note(report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"), .population_year = 2021}),
                "no rates: there is no estimate of the residents for 2021");
    assert_note(report_as_of(w, "D3", "2022-03-31"), "no rates: there is no estimate of the residents within 24 months");
    assert_no_note(report_as_of(w, "D1", "2022-03-31"), "no rates");
    assert_no_note(report_as_of(w, "D3", "2018-03-31"), "no rates"); /* there is nothing to rate */
    assert_no_note(report_on(w, "D3", (report_request){.as_of = day_at("2022-03-31"), .window = WINDOW_YEAR_TO_DATE}), "no rates");
}

/* --- areas ------------------------------------------------------------------------------------- */

static void a_former_area_names_who_took_it_over(void **state)
{
    report_world *w = *state;
    assert_note(report_as_of(w, "FD", "2018-03-31"), "a former district: Lichfield (D2) has taken it over");
    assert_no_note(report_as_of(w, "D2", "2018-03-31"), "a former district");
}

static void a_partnership_that_shares_a_district_says_so(void **state)
{
    report_world *w = *state;
    given(w, "groups.csv", "group,name,kind,member\nA,East,csp,D1\nA,East,csp,D2\nB,West,csp,D2\nC,Alike,most-similar-csps,D2\n"
                           "D,Alike too,most-similar-csps,D2\n");
    assert_note(report_as_of(w, "A", "2025-03-31"), "Lichfield belongs to several partnerships");
    assert_no_note(report_as_of(w, "A", "2025-03-31"), "Stafford belongs");
    assert_note(report_as_of(w, "B", "2025-03-31"), "Lichfield belongs to several partnerships");
    assert_no_note(report_as_of(w, "C", "2025-03-31"), "belongs to several"); /* most similar groups are no partition */
}

/* --- rejects ----------------------------------------------------------------------------------- */

static void open_rejects_are_counted(void **state)
{
    report_world *w = *state;
    assert_no_note(report_as_of(w, "D1", "2025-03-31"), "rejected");
    (void)admitted(&w->engine, crime("a", "2024-05-17", "unheard of", "D1"));
    assert_note(report_as_of(w, "D1", "2025-03-31"), "1 record is rejected and not counted, here or elsewhere");
    (void)admitted(&w->engine, crime("b", "2024-05-17", "unheard of", "D3"));
    assert_note(report_as_of(w, "D1", "2025-03-31"), "2 records are rejected and not counted");
    assert_admitted(&w->engine, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_note(report_as_of(w, "D1", "2025-03-31"), "1 record is rejected");
}

/* --- changes of recording ---------------------------------------------------------------------- */

static void a_change_of_recording_between_the_periods_compared_is_told(void **state)
{
    report_world *w = *state;
    given(w, "recording_changes.csv",
          "date,area,category,text,source\n2022-04-01,,theft,Too early,\n2022-04-02,,theft,First day,\n"
          "2023-04-02,,theft,Second year,\n2024-04-02,,theft,Third year,\n2025-03-31,,theft,Last day,\n"
          "2025-04-01,,theft,Too late,\n");
    covered(w, "D1", THREE_YEARS);
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_no_note(made, "First day");
    assert_note(made, "recording changed on 2 April 2023 (theft): Second year");
    assert_note(made, "Last day");
    assert_no_note(made, "Too late");
    made = report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"), .baseline = 2022});
    assert_no_note(made, "Too early"); /* all that is compared was recorded since */
    assert_note(made, "First day");
    made = report_as_of(w, "D2", "2025-03-31");
    assert_no_note(made, "Second year"); /* nothing is known, and so nothing compared */
    assert_note(made, "Third year");
}

static void a_change_of_recording_is_told_to_whom_it_concerns(void **state)
{
    report_world *w = *state;
    given(w, "recording_changes.csv", "date,area,category,text,source\n2024-05-01,F1,theft,In the first force,\n"
                                      "2024-05-01,D3,theft,In Corby,\n2024-05-01,,theft,Everywhere,\n");
    static const struct { const char *area; bool force, corby; } cases[] = {
        {"F1", true, false}, {"D1", true, false}, {"FD", true, false}, {"BOTH", true, false}, {"D3", false, true},
        {"F2", false, true}, {"EW", true, true},  {"ALIKE", true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const report *made = report_as_of(w, cases[i].area, "2025-03-31");
        assert_int_equal(has_note(made, "In the first force"), cases[i].force);
        assert_int_equal(has_note(made, "In Corby"), cases[i].corby);
        assert_note(made, "Everywhere");
    }
}

static void however_many_notes_there_are_all_are_told(void **state)
{
    report_world *w = *state;
    arena *memory = w->engine.memory;
    text lines = text_of("date,area,category,text,source\n");
    for (int i = 0; i < 40; i++)
        lines = arena_print(memory, "%.*s2024-05-01,,theft,Change %02d,\n", TEXT_ARGS(lines), i);
    given(w, "recording_changes.csv", lines.at);
    covered(w, "D1", THREE_YEARS);
    const report *made = report_as_of(w, "D1", "2025-03-31");
    assert_int_equal(made->note_count, 40);
    assert_note(made, "Change 00");
    assert_note(made, "Change 39");
}

static void what_was_known_on_an_earlier_day_says_so(void **state)
{
    report_world *w = *state;
    covered(w, "D1", THREE_YEARS);
    assert_note(report_on(w, "D1", (report_request){.as_of = day_at("2025-03-31"), .known_on = day_at("2025-04-09")}),
                "as known at the end of 9 April 2025, with the reference data of today");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_whole_report_of_what_is_wholly_known_needs_no_note),
        IN_A_WORLD(a_date_beyond_the_coverage_is_told),
        IN_A_WORLD(a_baseline_that_shares_days_with_the_window_says_why_there_is_no_change),
        IN_A_WORLD(a_year_without_an_estimate_says_so),
        IN_A_WORLD(a_former_area_names_who_took_it_over),
        IN_A_WORLD(a_partnership_that_shares_a_district_says_so),
        IN_A_WORLD(open_rejects_are_counted),
        IN_A_WORLD(a_change_of_recording_between_the_periods_compared_is_told),
        IN_A_WORLD(a_change_of_recording_is_told_to_whom_it_concerns),
        IN_A_WORLD(however_many_notes_there_are_all_are_told),
        IN_A_WORLD(what_was_known_on_an_earlier_day_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
