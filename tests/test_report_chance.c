/* Promise: beside the p of each change stands q, of all rows of the report that say something of their own; and the table
 * says how many of the changes compared would look clear by chance alone.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures/report_parts.h"
#include "figures/report_print.h"
#include "report_fixtures.h"
#include "testing.h"

enum { ROWS = 12 };

/* Of ten tests q by hand: at most p times 10 over the place of the p, and not above the next one's. */
static const double p_of[] = {0.216, 0.001, 0.042, 0.041, 0.074, 0.008, 0.205, 0.039, 0.212, 0.06};
static const double q_of[] = {0.216, 0.01, 0.084, 0.084, 0.74 / 7, 0.04, 0.216, 0.084, 0.216, 0.1};

static report_row rows[ROWS];
static report made;

/* Ten categories; then one that is compared with nothing, and one that joins two others. */
static int make(void **state)
{
    static const change none = {.percent = NAN, .low = NAN, .high = NAN, .p = NAN};
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = (report_row){
            .code = text_of("row"), .title = text_of("Row"), .depth = i > 0, .as_of = 20178, .count = 100, .previous = 90,
            .coverage = COVERAGE_COMPLETE, .previous_coverage = COVERAGE_COMPLETE,
            .window = {WINDOW_ROLLING_YEAR, {19814, 20178}, {19448, 19813}}, .change = none, .baseline = NAN,
            .baseline_change = none, .baseline_coverage = COVERAGE_NOTHING, .rate = NAN, .rate_low = NAN, .rate_high = NAN,
            .population = NAN, .share_pct = NAN, .q = NAN};
        if (i < 10)
            rows[i].change.p = p_of[i];
    }
    rows[10].bridging = true;
    rows[10].change.p = 0.0001;
    made = (report){.subject = {.code = text_of("D1"), .name = text_of("Stafford")}, .level = text_of("district"),
                    .as_of = 20178, .window = rows[0].window, .rows = rows, .row_count = ROWS, .memory = arena_create()};
    return 0;
}

static int forget(void **state)
{
    (void)state;
    arena_destroy(&made.memory);
    return 0;
}

static void q_is_of_all_rows_that_say_something_of_their_own(void **state)
{
    (void)state;
    report_adjust_p(&made);
    for (size_t i = 0; i < 10; i++)
        assert_number(rows[i].q, q_of[i], 12);
    assert_unknown(rows[10].q); /* its parts are told */
    assert_unknown(rows[11].q);
    assert_true(rows[10].change.p < 0.001);
}

static void a_bridging_row_whose_parts_are_not_told_is_one_of_them(void **state)
{
    (void)state;
    rows[11].coverage = rows[11].previous_coverage = COVERAGE_NOTHING;
    rows[11].previous = NAN;
    report_adjust_p(&made);
    assert_number(rows[10].q, 0.0011, 12); /* the least of eleven */
    assert_number(rows[1].q, 0.0055, 12);
}

static bool table_has(const char *words)
{
    char *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);
    report_adjust_p(&made);
    report_print_table(&made, out);
    (void)fclose(out);
    bool has = strstr(all, words) != NULL;
    free(all);
    return has;
}

static void the_table_says_how_many_changes_chance_alone_would_give(void **state)
{
    (void)state;
    assert_true(table_has("\n10 changes are compared, and 5 of them have p below .05; if nothing had changed, chance alone would "
                          "give about 1\n"));
    for (size_t i = 0; i < 10; i++)
        rows[i].change.p = i == 0 ? 0.0499 : 0.05;
    assert_true(table_has("\n10 changes are compared, and 1 of them has p below .05;"));
}

static void of_few_changes_the_table_says_nothing(void **state)
{
    (void)state;
    rows[0].change.p = NAN;
    assert_false(table_has("changes are compared"));
}

static void a_report_from_the_store_has_q_beside_p(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened(w, 100, "2023-05-17", "30C", "D1");
    happened(w, 160, "2024-05-17", "30C", "D1");
    happened(w, 60, "2023-05-17", "8N", "D1");
    happened(w, 60, "2024-05-17", "8N", "D1");
    const report *r = report_as_of(w, "D1", "2025-03-31");
    const report_row *home = row_of(r, "home"), *violence = row_of(r, "violence");
    size_t clear, compared = report_count_compared(r, &clear);
    assert_true(compared >= 4 && clear >= 2);
    assert_true(home->q > home->change.p && home->q < 0.05);
    assert_true(violence->q <= 1 && violence->q >= violence->change.p);
    assert_unknown(row_of(r, "violence-and-sexual")->q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(q_is_of_all_rows_that_say_something_of_their_own, make, forget),
        cmocka_unit_test_setup_teardown(a_bridging_row_whose_parts_are_not_told_is_one_of_them, make, forget),
        cmocka_unit_test_setup_teardown(the_table_says_how_many_changes_chance_alone_would_give, make, forget),
        cmocka_unit_test_setup_teardown(of_few_changes_the_table_says_nothing, make, forget),
        cmocka_unit_test_setup_teardown(a_report_from_the_store_has_q_beside_p, report_world_make, report_world_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
