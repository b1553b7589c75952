/* Promise: CSV and JSON have the fields that were agreed, in their order and with the same values; what is unknown is empty
 * or null, never zero. */
#include "figures/report_print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

/* As agreed; later ones came at the end. */
static const char agreed[] =
    "area,area_name,category,title,as_of,window,from,to,count,previous_from,previous_to,previous,change_pct,change_lo,change_hi,p,"
    "baseline_period,baseline,baseline_change_pct,rate,population,population_year,share_pct,comparators,level,direction,coverage,"
    "note";
static const char later[] = ",rate_lo,rate_hi,baseline_p,baseline_change_lo,baseline_change_hi,notes,q";

/* A report of two rows: one with everything, one of which nothing is known. */
typedef struct made_up {
    report report;
    report_row rows[2];
    text notes[2];
} made_up;

static report_row full_row(void)
{
    report_row row = {
        .code = text_of("theft"), .title = text_of("Theft, \"all\" of it"), .as_of = 20178,
        .window = {WINDOW_ROLLING_YEAR, {19814, 20178}, {19448, 19813}}, .count = 2268, .coverage = COVERAGE_COMPLETE,
        .previous = 2342, .previous_coverage = COVERAGE_COMPLETE,
        .change = {.percent = -3.16, .low = -8.625, .high = 2.5, .p = 0.28125}, .q = 0.5625, .baseline = 2436,
        .baseline_change = {.percent = -6.896551724137931, .low = -11.5, .high = -2.0, .p = 1e-12}, .rate = 16.02192772,
        .rate_low = 15.5, .rate_high = 16.75, .population = 141556, .population_year = 2024, .share_pct = 25.06631300,
        .level = text_of("watch"), .direction = text_of("falling"), .note = text_of("one; two"), .comparator_count = 2,
    };
    row.comparators[0] = (comparator){.code = text_of("F1"), .name = text_of("First force"), .rate = 6.6, .population_year = 2024};
    row.comparators[1] = (comparator){.code = text_of("most, similar"), .name = text_of("Like us"), .rate = 8.75,
                                      .published = true, .source = text_of("Assessment")};
    return row;
}

static report_row unknown_row(void)
{
    static const change none = {.percent = NAN, .low = NAN, .high = NAN, .p = NAN};
    return (report_row){
        .code = text_of("asb"), .title = text_of("ASB"), .as_of = 20178,
        .window = {WINDOW_CALENDAR_MONTH, {20148, 20178}, {19783, 19813}}, .count = NAN, .coverage = COVERAGE_NOTHING, .previous = NAN,
        .previous_coverage = COVERAGE_NOTHING, .change = none, .q = NAN, .baseline = NAN, .baseline_coverage = COVERAGE_NOTHING,
        .baseline_change = none, .rate = NAN, .rate_low = NAN, .rate_high = NAN, .population = NAN, .share_pct = NAN,
    };
}

static void make_up(made_up *self)
{
    self->rows[0] = full_row();
    self->rows[1] = unknown_row();
    self->notes[0] = text_of("first note");
    self->notes[1] = text_of("second, with a comma");
    self->report = (report){.subject = {.code = text_of("D1"), .name = text_of("Stafford")}, .as_of = 20178, .baseline = 2022,
                            .rows = self->rows, .row_count = 2, .notes = self->notes, .note_count = 2,
                            .memory = arena_create()};
}

static void forget(made_up *self)
{
    arena_destroy(&self->report.memory);
}

static const char *as_csv(const report *self, arena *memory)
{
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    report_print_csv_header(out);
    report_print_csv(self, out);
    (void)fclose(out);
    text copy = arena_text(memory, (text){words, size});
    free(words);
    return copy.at;
}

/* --- CSV --------------------------------------------------------------------------------------- */

static void fields_stand_in_the_agreed_order_and_new_ones_at_the_end(void **state)
{
    (void)state;
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    report_print_csv_header(out);
    (void)fclose(out);
    assert_int_equal(strncmp(words, agreed, strlen(agreed)), 0);
    assert_int_equal(strncmp(words + strlen(agreed), later, strlen(later)), 0);
    free(words);
}

static void a_row_of_csv_says_what_is_known_and_is_empty_where_nothing_is(void **state)
{
    (void)state;
    made_up made;
    make_up(&made);
    const char *words = strchr(as_csv(&made.report, made.report.memory), '\n') + 1;
    assert_string_equal(
        words,
        "D1,Stafford,theft,\"Theft, \"\"all\"\" of it\",2025-03-31,rolling-year,2024-04-01,2025-03-31,2268,2023-04-01,2024-03-31,"
        "2342,-3.16,-8.625,2.5,0.28125,2022-23,2436,-6.896551724,16.02192772,141556,2024,25.066313,"
        "\"F1=6.6;most, similar=8.75\",watch,falling,complete,one; two,15.5,16.75,1e-12,-11.5,-2,"
        "\"first note; second, with a comma\",0.5625\n"
        "D1,Stafford,asb,ASB,2025-03-31,calendar-month,2025-03-01,2025-03-31,,2024-03-01,2024-03-31,,,,,,2022-23,,,,,,,,,,unknown,"
        ",,,,,,\"first note; second, with a comma\",\n");
    forget(&made);
}

static void without_a_baseline_its_period_is_empty(void **state)
{
    (void)state;
    made_up made;
    make_up(&made);
    made.report.baseline = 0;
    assert_non_null(strstr(as_csv(&made.report, made.report.memory), ",0.28125,,2436,"));
    forget(&made);
}

static void a_count_that_is_known_and_none_is_zero(void **state)
{
    (void)state;
    made_up made;
    make_up(&made);
    made.rows[1].count = made.rows[1].previous = 0;
    made.rows[1].coverage = COVERAGE_COMPLETE;
    const char *words = as_csv(&made.report, made.report.memory);
    assert_non_null(strstr(words, ",2025-03-01,2025-03-31,0,2024-03-01,2024-03-31,0,,,,,"));
    assert_non_null(strstr(words, ",complete,,"));
    forget(&made);
}

/* --- JSON -------------------------------------------------------------------------------------- */

static jsondoc *as_json(const report *self)
{
    jsondoc *rows = jsondoc_array();
    report_add_json(self, rows);
    return rows;
}

static void json_has_the_same_fields_in_the_same_order(void **state)
{
    (void)state;
    made_up made;
    make_up(&made);
    jsondoc *rows = as_json(&made.report);
    assert_int_equal(jsondoc_size(rows), 2);
    for (size_t r = 0; r < 2; r++) {
        char all[1024];
        (void)snprintf(all, sizeof all, "%s%s", agreed, later);
        text rest = text_of(all), name;
        size_t i = 0;
        for (; text_split(&rest, ',', &name); i++)
            assert_text(name, jsondoc_key(jsondoc_at(rows, r), i));
        assert_null(jsondoc_key(jsondoc_at(rows, r), i));
    }
    jsondoc_destroy(&rows);
    forget(&made);
}

static void a_row_of_json_says_what_that_of_csv_says(void **state)
{
    (void)state;
    made_up made;
    make_up(&made);
    jsondoc *rows = as_json(&made.report);
    assert_text(jsondoc_print(jsondoc_at(rows, 0), made.report.memory),
        "{\"area\": \"D1\", \"area_name\": \"Stafford\", \"category\": \"theft\", \"title\": \"Theft, "
        "\\\"all\\\" of it\", \"as_of\": \"2025-03-31\", \"window\": \"rolling-year\", \"from\": \"2024-04-01\", "
        "\"to\": \"2025-03-31\", \"count\": 2268, \"previous_from\": \"2023-04-01\", \"previous_to\": \"2024-03-31\", "
        "\"previous\": 2342, \"change_pct\": -3.16, \"change_lo\": -8.625, \"change_hi\": 2.5, \"p\": 0.28125, "
        "\"baseline_period\": \"2022-23\", \"baseline\": 2436, \"baseline_change_pct\": -6.896551724, "
        "\"rate\": 16.02192772, \"population\": 141556, \"population_year\": 2024, \"share_pct\": 25.066313, "
        "\"comparators\": [{\"code\": \"F1\", \"name\": \"First force\", \"rate\": 6.6, \"basis\": \"live\", "
        "\"population_year\": 2024}, {\"code\": \"most, similar\", \"name\": \"Like us\", \"rate\": 8.75, "
        "\"basis\": \"published\", \"source\": \"Assessment\"}], \"level\": \"watch\", \"direction\": \"falling\", "
        "\"coverage\": \"complete\", \"note\": \"one; two\", \"rate_lo\": 15.5, \"rate_hi\": 16.75, "
        "\"baseline_p\": 1e-12, \"baseline_change_lo\": -11.5, \"baseline_change_hi\": -2.0, \"notes\": [\"first note\", "
        "\"second, with a comma\"], \"q\": 0.5625}");
    jsondoc_destroy(&rows);
    forget(&made);
}

static void what_is_unknown_is_null_in_json(void **state)
{
    (void)state;
    made_up made;
    make_up(&made);
    jsondoc *rows = as_json(&made.report);
    static const char *const unknown[] = {"count", "previous", "change_pct", "change_lo", "change_hi", "p", "baseline",
                                          "baseline_change_pct", "rate", "population", "population_year", "share_pct", "level",
                                          "direction", "note", "rate_lo", "rate_hi", "baseline_p"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const jsondoc *value = jsondoc_get(jsondoc_at(rows, 1), unknown[i]);
        assert_non_null(value);
        if (jsondoc_kind_of(value) != JSONDOC_NULL)
            fail_msg("%s is not null", unknown[i]);
    }
    assert_text(jsondoc_text(jsondoc_get(jsondoc_at(rows, 1), "coverage")), "unknown");
    assert_int_equal(jsondoc_size(jsondoc_get(jsondoc_at(rows, 1), "comparators")), 0);
    jsondoc_destroy(&rows);
    forget(&made);
}

static void a_mean_of_members_is_marked_as_one(void **state)
{
    (void)state;
    made_up made;
    make_up(&made);
    made.rows[0].comparators[0].mean = true;
    made.rows[0].comparators[0].population_year = 0;
    jsondoc *rows = as_json(&made.report);
    const jsondoc *first = jsondoc_at(jsondoc_get(jsondoc_at(rows, 0), "comparators"), 0);
    assert_text(jsondoc_text(jsondoc_get(first, "basis")), "mean of members");
    assert_null(jsondoc_get(first, "population_year"));
    jsondoc_destroy(&rows);
    forget(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_stand_in_the_agreed_order_and_new_ones_at_the_end),
        cmocka_unit_test(a_row_of_csv_says_what_is_known_and_is_empty_where_nothing_is),
        cmocka_unit_test(without_a_baseline_its_period_is_empty),
        cmocka_unit_test(a_count_that_is_known_and_none_is_zero),
        cmocka_unit_test(json_has_the_same_fields_in_the_same_order),
        cmocka_unit_test(a_row_of_json_says_what_that_of_csv_says),
        cmocka_unit_test(what_is_unknown_is_null_in_json),
        cmocka_unit_test(a_mean_of_members_is_marked_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
