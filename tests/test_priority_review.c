/* Promise: a review judges every priority with the grounds and indicators that hold in the area, and puts forward what
 * rose that none of them covers. */
#include "judging/priority_review.h"

#include "report_fixtures.h"
#include "testing.h"

static const char yaml[] =
    "baseline: 2022-23\n"
    "partnership: BOTH\n"
    "priorities:\n"
    "- priority: homes\n"
    "  title: Homes\n"
    "  evidence: [{category: home}]\n"
    "  indicators: [fear]\n"
    "  grounds:\n"
    "  - {kind: resident-concern, text: Here, source: S}\n"
    "  - {kind: statutory-duty, text: Everywhere, source: S, area: EW, retains: no}\n"
    "  - {kind: partnership-focus, text: In D2 alone, source: S, area: D2, retains: no}\n"
    "- priority: asb\n"
    "  title: ASB\n"
    "  evidence: [{category: asb}]\n";

static const char indicators_given[] =
    "priority,measure,area,period,value,n,source\n"
    "fear,In the force,F1,latest,24,,S\n"
    "fear,In D1,D1,latest,25,,S\n"
    "homes,In D2,D2,latest,26,,S\n"
    "asb,Everywhere,,latest,27,,S\n";

static arena *memory;
static priority_review review;

static int make_world(void **state)
{
    (void)report_world_make(state);
    memory = arena_create();
    given(*state, "priorities.yaml", yaml);
    given(*state, "indicators.csv", indicators_given);
    return 0;
}

static int remove_world(void **state)
{
    arena_destroy(&memory);
    return report_world_remove(state);
}

static void make_review(report_world *w, const char *code)
{
    const report *made = report_as_of(w, code, "2025-03-31");
    assert_int_equal(priority_review_make(w->figures, made, memory, &review), STATUS_OK);
}

/* "Resident concern: Here|Statutory duty: Everywhere|..." */
static void assert_lines(const priority_advice *advice, const char *expected)
{
    text words = {"", 0};
    for (size_t i = 0; i < advice->line_count; i++)
        words = arena_print(memory, "%.*s%s%.*s", TEXT_ARGS(words), i > 0 ? "|" : "",
                            TEXT_ARGS(advice->lines[i].facts != NULL ? advice->lines[i].facts->row->code : advice->lines[i].words));
    assert_text(words, expected);
}

static void grounds_and_indicators_hold_where_they_say(void **state)
{
    report_world *w = *state;
    covered(w, "EW", "2022-04-01..2025-03-31");
    static const struct { const char *code, *homes; advice_verdict verdict; } cases[] = {
        {"D1", "Resident concern: Here|Statutory duty: Everywhere|home|In the force (First force): 24 (latest)|In D1: 25 (latest)",
         ADVICE_RETAIN},
        {"D2", "Resident concern: Here|Statutory duty: Everywhere|Partnership focus: In D2 alone|home|"
               "In the force (First force): 24 (latest)|In D2: 26 (latest)", ADVICE_RETAIN},
        {"BOTH", "Resident concern: Here|Statutory duty: Everywhere|home|In the force (First force): 24 (latest)", ADVICE_RETAIN},
        {"F1", "Statutory duty: Everywhere|home|In the force: 24 (latest)", ADVICE_PIVOT},
        {"D3", "Statutory duty: Everywhere|home", ADVICE_PIVOT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_review(w, cases[i].code);
        assert_int_equal(review.count, 2);
        assert_lines(&review.advice[0], cases[i].homes);
        assert_int_equal(review.advice[0].verdict, cases[i].verdict);
        assert_lines(&review.advice[1], "asb|Everywhere: 27 (latest)");
    }
}

static void every_month(report_world *w, int year, int count, const char *offence_code)
{
    for (int m = 1; m <= 12; m++) {
        char date[DATE_TEXT];
        happened(w, count, date_text(day_of(m > 3 ? year : year + 1, m, 15), date), offence_code, "D1");
    }
}

static void what_rose_and_is_not_covered_is_put_forward_with_what_went_the_other_way(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    every_month(w, 2022, 20, "49"); /* other theft: 240 to 360 */
    every_month(w, 2024, 30, "49");
    every_month(w, 2022, 20, "ASB"); /* covered */
    every_month(w, 2024, 30, "ASB");
    make_review(w, "D1");
    assert_int_equal(review.new_area_count, 1);
    assert_text(review.new_areas[0].line.facts->row->code, "other-theft");
    assert_true(text_has(review.new_areas[0].line.words, "Other theft: 360, against 240 in 2022-23: +50.0 % (95 % interval"));
    assert_true(text_has(review.new_areas[0].line.words, "; q < .001 among the 13 categories tested"));
    assert_int_equal(review.advice[1].verdict, ADVICE_RETAIN);
}

/* Violence and sexual offences rise by 19 % each, which chance alone gives once in 85 times; together it doesn't. */
static void a_node_that_rises_against_a_part_of_it_says_so(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2022-04-01..2025-03-31");
    every_month(w, 2022, 31, "8N");
    every_month(w, 2024, 37, "8N");
    every_month(w, 2022, 31, "20");
    every_month(w, 2024, 37, "20");
    every_month(w, 2022, 5, "49");
    every_month(w, 2024, 3, "49");
    make_review(w, "D1");
    assert_int_equal(review.new_area_count, 1);
    assert_text(review.new_areas[0].line.facts->row->code, "all-crime");
    assert_int_equal(review.new_areas[0].line.caveat_count, 1);
    assert_text(review.new_areas[0].line.caveats[0], "within it Theft fell (60 to 36, -40.0 %)");
}

static void without_priorities_there_is_nothing_to_judge_and_nothing_is_covered(void **state)
{
    report_world *w = *state;
    given(w, "priorities.yaml", "baseline: 2022-23\n");
    covered(w, "D1", "2022-04-01..2025-03-31");
    every_month(w, 2022, 20, "ASB");
    every_month(w, 2024, 30, "ASB");
    make_review(w, "D1");
    assert_int_equal(review.count, 0);
    assert_int_equal(review.new_area_count, 1);
    assert_text(review.new_areas[0].line.facts->row->code, "asb");
}

static void notes_on_the_whole_are_those_of_the_report_and_changes_that_touch_everything(void **state)
{
    report_world *w = *state;
    given(w, "recording_changes.csv", "date,area,category,text,source\n2023-06-01,,all-crime,Of everything,S\n"
                                      "2023-06-01,,theft,Of theft,S\n");
    covered(w, "D1", "2022-04-01..2025-03-31");
    assert_int_equal(admitted(&w->engine, crime("x", "2024-05-01", "nonsense", "D1")).kind, ADMISSION_REJECTED);
    make_review(w, "D1");
    assert_int_equal(review.note_count, 2);
    assert_true(text_has(review.notes[0], "1 record is rejected"));
    assert_text(review.notes[1], "recording changed on 1 June 2023: Of everything");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, remove_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(grounds_and_indicators_hold_where_they_say),
        IN_A_WORLD(what_rose_and_is_not_covered_is_put_forward_with_what_went_the_other_way),
        IN_A_WORLD(a_node_that_rises_against_a_part_of_it_says_so),
        IN_A_WORLD(without_priorities_there_is_nothing_to_judge_and_nothing_is_covered),
        IN_A_WORLD(notes_on_the_whole_are_those_of_the_report_and_changes_that_touch_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
