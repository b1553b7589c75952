/* Promise: tocsin export gives every counted record under one area of the level that is asked for, or as unallocated under
 * the wider area that knows it, so that parts and whole agree; in CSV and JSON alike, by any period. */
#include <stdlib.h>
#include <string.h>

#include "analyst/commands.h"
#include "command_fixtures.h"
#include "proto/jsondoc.h"
#include "report_fixtures.h"
#include "testing.h"

static said exported(report_world *w, const char *arguments)
{
    arena *memory = w->engine.memory;
    world_commit(&w->engine);
    return said_by(export_main, arena_print(memory, "export --data %s %s", w->engine.data, arguments).at, memory);
}

static void assert_exported(report_world *w, const char *arguments, const char *lines)
{
    said all = exported(w, arguments);
    assert_out(all, 0, "area,category,period,count\n");
    assert_string_equal(all.out + strlen("area,category,period,count\n"), lines);
    assert_string_equal(all.err, "");
}

/* Sums the counts of one category. */
static double sum_of(report_world *w, const char *arguments)
{
    double sum = 0;
    text rest = text_of(exported(w, arguments).out), line, cell;
    (void)text_split(&rest, '\n', &line);
    while (text_split(&rest, '\n', &line)) {
        double count = 0;
        while (text_split(&line, ',', &cell))
            (void)text_to_double(cell, &count);
        sum += count;
    }
    return sum;
}

static void happened_within(report_world *w, int count, const char *within)
{
    incident made = crime("", "2024-05-17", "30C", "");
    made.area_within = text_of(within);
    happened_as(w, count, made);
}

/* --- areas ------------------------------------------------------------------------------------- */

static void what_can_not_be_given_to_a_part_stands_under_the_area_that_knows_it(void **state)
{
    report_world *w = *state;
    happened(w, 1, "2024-05-17", "30C", "D1");
    happened_within(w, 2, "F1");
    happened_within(w, 4, "EW");
    happened(w, 8, "2009-05-17", "30C", "FF"); /* a former force: no district of it is known */
    happened(w, 16, "2018-05-17", "30C", "FD");
    assert_exported(w, "--each district --by year --category home",
                    "EW:unallocated,home,2024,4\nF1:unallocated,home,2024,2\nD1,home,2024,1\nD2,home,2018,16\n"
                    "FF:unallocated,home,2009,8\n");
    assert_exported(w, "--each force --by year --category home",
                    "EW:unallocated,home,2024,4\nF1,home,2009,8\nF1,home,2018,16\nF1,home,2024,3\n");
    assert_exported(w, "--each national --by year --category home", "EW,home,2009,8\nEW,home,2018,16\nEW,home,2024,7\n");
}

static void an_area_beside_the_level_is_unallocated_as_a_whole(void **state)
{
    report_world *w = *state;
    given(w, "areas.csv", "code,name,level,parent\nEW,England and Wales,national,\nR,Region,region,EW\nF1,First force,force,R\n"
                          "F2,Second force,force,EW\nD1,Stafford,district,F1\nD2,Lichfield,district,F1\nD3,Corby,district,F2\n");
    happened(w, 1, "2024-05-17", "30C", "D1");
    happened(w, 2, "2024-05-17", "30C", "D3");
    assert_exported(w, "--each region --by year --category home", "R,home,2024,1\nF2:unallocated,home,2024,2\n");
}

static void parts_and_whole_agree_on_every_level(void **state)
{
    report_world *w = *state;
    static const char *const places[] = {"D1", "L1", "D2", "D3", "FD", "FF", "F1", "F2", "EW"};
    static const char *const levels[] = {"district", "force", "national"};
    chance by = {5};
    for (int i = 0; i < 200; i++) {
        char date[DATE_TEXT];
        happened(w, 1, date_text(day_at("2023-01-01") + (day_number)chance_below(&by, 800), date), chance_below(&by, 2) ? "30C" : "Burglary",
                 places[chance_below(&by, 9)]);
    }
    for (size_t i = 0; i < 3; i++) {
        const char *arguments = arena_print(w->engine.memory, "--each %s --by month --category all-crime", levels[i]).at;
        assert_number(sum_of(w, arguments), 200, 12);
    }
}

/* --- periods and forms ------------------------------------------------------------------------- */

static void every_period_adds_up_its_days(void **state)
{
    report_world *w = *state;
    happened(w, 1, "2024-03-31", "30C", "D1");
    happened(w, 2, "2024-04-01", "30C", "D1");
    happened(w, 4, "2024-04-30", "30C", "D1");
    happened(w, 8, "2024-04", "30C", "D1"); /* counts on the month's last day */
    assert_exported(w, "--area D1 --by day --category home", "D1,home,2024-03-31,1\nD1,home,2024-04-01,2\nD1,home,2024-04-30,12\n");
    assert_exported(w, "--area D1 --by month --category home", "D1,home,2024-03,1\nD1,home,2024-04,14\n");
    assert_exported(w, "--area D1 --by year --category home", "D1,home,2024,15\n");
    assert_exported(w, "--area D1 --by financial-year --category home", "D1,home,2023-24,1\nD1,home,2024-25,14\n");
    assert_exported(w, "--area D1 --by month --from 2024-04-01 --to 2024-04-29 --category home", "D1,home,2024-04,2\n");
}

static void json_says_the_same_whatever_the_codes_hold(void **state)
{
    report_world *w = *state;
    char why[256];
    jsondoc *rows = NULL;
    reference_edit(w->engine.reference, "areas.csv", "D3,Corby", "\"D\"\"3, b\",Corby");
    reference_edit(w->engine.reference, "populations.csv", "D3,2024", "\"D\"\"3, b\",2024");
    reference_edit(w->engine.reference, "groups.csv", "most-similar-csps,D3", "most-similar-csps,\"D\"\"3, b\"");
    world_reload(&w->engine);
    happened(w, 3, "2024-05-17", "30C", "D\"3, b");
    said json = exported(w, "--area Corby --by year --category home --format json");
    assert_int_equal(jsondoc_read(text_of(json.out), &rows, why, sizeof why), STATUS_OK);
    assert_int_equal(jsondoc_size(rows), 1);
    assert_text(jsondoc_text(jsondoc_get(jsondoc_at(rows, 0), "area")), "D\"3, b");
    assert_text(jsondoc_text(jsondoc_get(jsondoc_at(rows, 0), "category")), "home");
    assert_text(jsondoc_text(jsondoc_get(jsondoc_at(rows, 0), "period")), "2024");
    assert_number(jsondoc_number(jsondoc_get(jsondoc_at(rows, 0), "count")), 3, 12);
    jsondoc_destroy(&rows);
    assert_exported(w, "--area Corby --by year --category home", "\"D\"\"3, b\",home,2024,3\n");
}

static void where_nothing_happened_the_list_is_empty(void **state)
{
    report_world *w = *state;
    char why[256];
    jsondoc *rows = NULL;
    assert_exported(w, "--each district --by month", "");
    said json = exported(w, "--each district --by month --format json");
    assert_int_equal(jsondoc_read(text_of(json.out), &rows, why, sizeof why), STATUS_OK);
    assert_int_equal(jsondoc_size(rows), 0);
    jsondoc_destroy(&rows);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(what_can_not_be_given_to_a_part_stands_under_the_area_that_knows_it),
        IN_A_WORLD(an_area_beside_the_level_is_unallocated_as_a_whole),
        IN_A_WORLD(parts_and_whole_agree_on_every_level),
        IN_A_WORLD(every_period_adds_up_its_days),
        IN_A_WORLD(json_says_the_same_whatever_the_codes_hold),
        IN_A_WORLD(where_nothing_happened_the_list_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
