/* Promise: tocsin report prints what it is asked for in the form it is asked for, of one area or of every one of a level; and
 * what it can't print it says why, and what to do. */
#include <stdlib.h>
#include <string.h>

#include "analyst/commands.h"
#include "command_fixtures.h"
#include "proto/jsondoc.h"
#include "report_fixtures.h"
#include "testing.h"

#define TWO_YEARS "2023-04-01..2025-03-31"

/* Runs the command on what has happened so far. */
static said reported(report_world *w, const char *arguments)
{
    arena *memory = w->engine.memory;
    world_commit(&w->engine);
    return said_by(report_main, arena_print(memory, "report --data %s %s", w->engine.data, arguments).at, memory);
}

static size_t count_of(const char *words, const char *in)
{
    size_t count = 0;
    for (const char *at = in; (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

/* D1 is covered by live, D3 by the railway's system; of D2 nothing is. */
static void begin(report_world *w)
{
    incident railway = crime("", "2024-05-17", "30C", "D3");
    railway.origin = text_of("railway");
    covered(w, "D1", TWO_YEARS);
    covered_by(w, "railway", "D3", TWO_YEARS, "", "");
    happened(w, 3, "2024-05-17", "30C", "D1");
    happened_as(w, 2, railway);
}

/* --- forms ------------------------------------------------------------------------------------- */

static void a_table_is_what_is_printed_unless_another_form_is_asked_for(void **state)
{
    report_world *w = *state;
    begin(w);
    said table = reported(w, "--area D1");
    assert_out(table, 0, "Stafford (D1, district)\nRolling year to 31 March 2025");
    assert_string_equal(table.err, "");
    assert_string_equal(reported(w, "--area stafford --format table").out, table.out);
}

static void csv_is_a_line_of_names_and_a_line_for_each_category(void **state)
{
    report_world *w = *state;
    begin(w);
    said csv = reported(w, "--area D1 --format csv");
    assert_out(csv, 0, "\nD1,Stafford,home,Residential burglary,2025-03-31,rolling-year,2024-04-01,2025-03-31,3,");
    assert_int_equal(strncmp(csv.out, "area,area_name,category,", 24), 0);
    assert_int_equal(count_of("\n", csv.out), 1 + 13);
}

static void json_is_one_list_of_the_rows_of_all_areas(void **state)
{
    report_world *w = *state;
    char why[256];
    jsondoc *rows = NULL;
    begin(w);
    said json = reported(w, "--each district --format json");
    assert_int_equal(jsondoc_read(text_of(json.out), &rows, why, sizeof why), STATUS_OK);
    assert_int_equal(jsondoc_size(rows), 2 * 13);
    assert_text(jsondoc_text(jsondoc_get(jsondoc_at(rows, 0), "area")), "D1");
    assert_text(jsondoc_text(jsondoc_get(jsondoc_at(rows, 13), "area")), "D3");
    jsondoc_destroy(&rows);
}

/* --- what is asked for ------------------------------------------------------------------------- */

static void every_option_reaches_the_figures(void **state)
{
    report_world *w = *state;
    begin(w);
    assert_out(reported(w, "--area D1 --as-of 2024-12-15 --format csv"), 0, ",home,Residential burglary,2024-12-15,rolling-year,2023-12-16,");
    assert_out(reported(w, "--area D1 --window year-to-date --as-of 2024-12-15 --format csv"), 0, ",year-to-date,2024-04-01,2024-12-15,3,");
    assert_out(reported(w, "--area D1 --baseline 2023-24 --format csv"), 0, ",2023-24,0,");
    assert_out(reported(w, "--area D1 --format csv"), 0, ",0.24,12500,2024,");
    assert_out(reported(w, "--area D1 --population-year 2022 --format csv"), 0, ",0.3,10000,2022,");
}

static void of_one_origin_only_its_records_count(void **state)
{
    report_world *w = *state;
    begin(w);
    happened(w, 1, "2024-05-17", "30C", "D3");
    assert_out(reported(w, "--area D3 --format csv"), 0, ",home,Residential burglary,2025-03-31,rolling-year,2024-04-01,2025-03-31,3,");
    said one = reported(w, "--area D3 --origin railway --format csv");
    assert_out(one, 0, ",home,Residential burglary,2025-03-31,rolling-year,2024-04-01,2025-03-31,2,");
    assert_out(one, 0, "only records of the recording system 'railway'");
    assert_err(reported(w, "--area D3 --origin nobody"), 1, "no records came from an origin named 'nobody'");
    assert_err(reported(w, "--area D3 --origin live"), 1, "nothing of Corby is declared as covered by live");
}

static void levels_are_of_all_origins_or_not_said(void **state)
{
    report_world *w = *state;
    given(w, "priorities.yaml", "rules:\n  - name: year\n    detector: rolling-year\n    areas: [district]\n    categories: [home]\n"
                                "    levels:\n      watch: {percent: 10}\n");
    begin(w);
    assert_out(reported(w, "--area D3 --format csv"), 0, ",normal,,complete,");
    said one = reported(w, "--area D3 --origin railway --format csv");
    assert_out(one, 0, ",,,complete,");
    assert_int_equal(count_of(",normal,", one.out), 0);
}

/* --- a whole level ----------------------------------------------------------------------------- */

static void every_area_of_a_level_is_printed_and_those_left_out_are_named(void **state)
{
    report_world *w = *state;
    begin(w);
    said table = reported(w, "--each district");
    assert_out(table, 0, "Stafford (D1, district)\n");
    assert_out(table, 0, "\n\nCorby (D3, district)\n");
    assert_out(table, 0, "\n\nNothing is known of Lichfield.\n");
    assert_int_equal(count_of("(FD,", table.out), 0); /* former areas are no level's any more */
    said csv = reported(w, "--each DISTRICT --format csv");
    assert_int_equal(count_of("area,area_name", csv.out), 1);
    assert_int_equal(count_of("\n", csv.out), 1 + 2 * 13);
    assert_string_equal(csv.err, "tocsin report: nothing is covered of Lichfield: left out\n");
}

static void as_of_a_date_what_nobody_covers_is_listed_too(void **state)
{
    report_world *w = *state;
    begin(w);
    said csv = reported(w, "--each district --as-of 2025-03-31 --format csv");
    assert_out(csv, 0, "\nD2,Lichfield,all-crime,All crime,2025-03-31,rolling-year,2024-04-01,2025-03-31,,");
    assert_string_equal(csv.err, "");
    assert_out(reported(w, "--each district --as-of 2025-03-31"), 0, "\n\nNothing is known of Lichfield.\n");
}

static void groups_of_a_kind_are_a_level_too(void **state)
{
    report_world *w = *state;
    begin(w);
    covered(w, "D2", TWO_YEARS);
    assert_out(reported(w, "--each csp"), 0, "Stafford and Lichfield (BOTH, csp)\n");
}

static void of_one_origin_a_level_goes_on_past_what_it_does_not_cover(void **state)
{
    report_world *w = *state;
    begin(w);
    said table = reported(w, "--each district --origin railway");
    assert_out(table, 0, "Corby (D3, district)");
    assert_out(table, 0, "Nothing is known of Stafford; Lichfield.");
}

static void a_level_of_which_nothing_is_covered_is_a_fault(void **state)
{
    report_world *w = *state;
    begin(w);
    assert_err(reported(w, "--each region"), 2, "there is no level 'region': there are national, force, district, csp, most-similar-csps");
    covered_by(w, "live", "D2", TWO_YEARS, "asb", "");
    assert_int_equal(reported(w, "--each force").status, 0);
    assert_err(reported(w, "--each force --as-of 1999-03-31"), 1, "nothing is known of any force");
}

/* --- refused ----------------------------------------------------------------------------------- */

static void what_nobody_covers_asks_for_a_date(void **state)
{
    report_world *w = *state;
    assert_err(reported(w, "--area D1"), 1, "there are no records yet: run a collector");
    happened(w, 1, "2024-05-17", "30C", "D1");
    happened(w, 1, "2024-06-18", "30C", "D3");
    assert_err(reported(w, "--area D1"), 1,
               "nothing of Stafford is declared as covered, so there is no date as of which to report: give --as-of (records lie "
               "between 2024-05-17 and 2024-06-18)");
    assert_out(reported(w, "--area D1 --as-of 2025-03-31"), 0, "1+");
}

static void what_is_used_wrongly_is_told_with_its_value(void **state)
{
    report_world *w = *state;
    static const struct { const char *arguments, *words; } cases[] = {
        {"", "say --area CODE, or --each LEVEL"},
        {"--area D1 --each district", "say --area CODE, or --each LEVEL"},
        {"--area D1 D2", "what is 'D2'?"},
        {"--area Atlantis", "'Atlantis' is neither the code nor the name of an area or group"},
        {"--area Atlantis --format csv", "'Atlantis' is neither"},
        {"--area L1", "counts are kept for districts and above"},
        {"--area D1 --as-of 2025-02-29", "--as-of wants a date that exists"},
        {"--area D1 --window week", "--window wants rolling-year, financial-year, year-to-date or calendar-month, not 'week'"},
        {"--area D1 --baseline 2022", "--baseline wants a financial year such as 2022-23, not '2022'"},
        {"--area D1 --population-year 22", "--population-year wants a year such as 2022, not '22'"},
        {"--area D1 --population-year 2100", "not '2100'"},
        {"--area D1 --format html", "--format wants table, csv or json"},
        {"--area D1 --nonsense", "try tocsin report --help"},
    };
    begin(w);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_err(reported(w, cases[i].arguments), 2, cases[i].words);
}

static void help_has_an_example(void **state)
{
    report_world *w = *state;
    assert_out(said_by(report_main, "report --help", w->engine.memory), 0, "\nexample: tocsin report --area E07000197");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_table_is_what_is_printed_unless_another_form_is_asked_for),
        IN_A_WORLD(csv_is_a_line_of_names_and_a_line_for_each_category),
        IN_A_WORLD(json_is_one_list_of_the_rows_of_all_areas),
        IN_A_WORLD(every_option_reaches_the_figures),
        IN_A_WORLD(of_one_origin_only_its_records_count),
        IN_A_WORLD(levels_are_of_all_origins_or_not_said),
        IN_A_WORLD(every_area_of_a_level_is_printed_and_those_left_out_are_named),
        IN_A_WORLD(as_of_a_date_what_nobody_covers_is_listed_too),
        IN_A_WORLD(groups_of_a_kind_are_a_level_too),
        IN_A_WORLD(of_one_origin_a_level_goes_on_past_what_it_does_not_cover),
        IN_A_WORLD(a_level_of_which_nothing_is_covered_is_a_fault),
        IN_A_WORLD(what_nobody_covers_asks_for_a_date),
        IN_A_WORLD(what_is_used_wrongly_is_told_with_its_value),
        IN_A_WORLD(help_has_an_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
