/* Promise: every line of evidence says its figures and all that must be kept in mind with them, and no more than is known. */
#include "judging/priority_words.h"

#include <math.h>
#include <string.h>

#include "advice_fixtures.h"
#include "fixtures.h"
#include "testing.h"

/* --- what must be kept in mind --------------------------------------------------------------------- */

static bool has_caveat(const advice_line *line, const char *words)
{
    for (size_t i = 0; i < line->caveat_count; i++)
        if (text_is(line->caveats[i], words))
            return true;
    return false;
}

static const advice_line *line_now(advice_world *w)
{
    static priority_advice advice;
    advice = judged(w);
    return &advice.lines[0];
}

static void what_chance_gives_is_called_so(void **state)
{
    advice_world *w = *state;
    static const char words[] = "not statistically significant: 287 to 317 is within what chance gives (p = .22)";
    (void)counted(w, 0, 317, 287, 0.2225);
    assert_true(has_caveat(line_now(w), words));
    (void)counted(w, 0, 317, 287, 0.0499);
    assert_int_equal(line_now(w)->caveat_count, 0);
    (void)counted(w, 0, 317, 287, 0.05);
    assert_int_equal(line_now(w)->caveat_count, 1);
}

static void small_numbers_are_called_so_and_have_no_percentage(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 3, 8, 0.1459960938);
    assert_true(has_caveat(line_now(w), "small numbers"));
    assert_true(has_caveat(line_now(w), "not statistically significant: 8 to 3 is within what chance gives (p = .15)"));
    assert_text(line_now(w)->words, "Theft: 3, against 8 in 2022-23 (too few for a percentage); 5.0 per 1,000 residents");
    (void)counted(w, 0, 50, 8, 0.0001);
    assert_false(has_caveat(line_now(w), "small numbers"));
}

static void police_activity_and_little_detection_are_told_of(void **state)
{
    advice_world *w = *state;
    static const char activity[] = "rises and falls with police activity";
    counted(w, 0, 9, 40, 0.0001)->police_generated = true;
    assert_true(has_caveat(line_now(w), activity));
    assert_true(has_caveat(line_now(w), "few recorded offences may mean little detection"));
    assert_text(judged(w).though, "Theft: few recorded offences may mean little detection");
    counted(w, 0, 10, 40, 0.0001)->police_generated = true;
    assert_true(has_caveat(line_now(w), activity));
    assert_false(has_caveat(line_now(w), "few recorded offences may mean little detection"));
    (void)counted(w, 0, 9, 40, 0.0001);
    assert_false(has_caveat(line_now(w), activity));
    assert_false(has_caveat(line_now(w), "few recorded offences may mean little detection"));
}

static void a_proxy_the_file_s_own_caveat_and_changes_of_recording_are_told_of(void **state)
{
    advice_world *w = *state;
    static text recorded[] = {{"recording changed on 1 June 2023: new rule", 42}};
    category_facts *of = counted(w, 0, 1000, 900, 0.01);
    of->recording = recorded;
    of->recording_count = 1;
    w->evidence[0].proxy = true;
    w->evidence[0].caveat = text_of("only part of the picture");
    assert_true(has_caveat(line_now(w), "a proxy: it stands in for what is not counted itself"));
    assert_true(has_caveat(line_now(w), "only part of the picture"));
    assert_true(has_caveat(line_now(w), "recording changed on 1 June 2023: new rule"));
    w->evidence[0] = (priority_evidence){.category = 0};
    of->recording_count = 0;
    assert_int_equal(line_now(w)->caveat_count, 0);
}

static void another_comparison_than_the_baseline_is_told_of(void **state)
{
    advice_world *w = *state;
    category_facts *of = counted(w, 0, 1000, 900, 0.01);
    of->baseline = false;
    of->against = text_of("the 12 months before");
    assert_true(has_caveat(line_now(w), "compared with the year before: the baseline is not wholly covered, or there is none"));
    assert_true(text_has(line_now(w)->words, "1,000, against 900 in the 12 months before: +11.1 %"));
}

static void without_a_population_low_numbers_are_told_by_the_count_alone(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 1000, 900, 0.01);
    w->rows[0].rate = (double)NAN;
    assert_true(has_caveat(line_now(w), "no rate: there is no population estimate, so low numbers are told by the count alone"));
}

/* --- words --------------------------------------------------------------------------------------- */

static void a_line_tells_all_its_figures(void **state)
{
    advice_world *w = *state;
    static int parts[] = {1, 2, 3};
    category_facts *of = counted(w, 0, 317, 287, 0.2225577321);
    (void)counted(w, 1, 241, 215, 0.22);
    (void)counted(w, 2, 76, 72, 0.75);
    (void)counted(w, 3, 5, 5, 1);
    cover(w, 3, COVERAGE_AT_LEAST); /* a part that isn't known is left out */
    w->rows[0].rate = 2.2394;
    of->change.low = -6.1;
    of->change.high = 30.04;
    ranked(of, VOLUME_RANKS, 6);
    of->share = (share_limits){0.03504, 0.03, 0.04};
    of->share_of = text_of("all crime");
    memcpy(of->years, (double[]){1000, 2, 3, 302, 317}, sizeof of->years);
    w->evidence[0].parts = parts;
    w->evidence[0].part_count = 3;
    assert_text(words_of_facts(of, &w->evidence[0], w->facts, w->memory),
                "Theft: 317, against 287 in 2022-23: +10.5 % (95 % interval -6.1 to +30.0, p = .22); 2.2 per 1,000 residents; "
                "4 % of all crime; ranks sixth among the 9 offence groups; 1,624 in five years (1,000, 2, 3, 302, 317); "
                "76 % of these (241) are Fraud; 24 % of these (76) are Robbery");
    w->evidence[0] = (priority_evidence){.category = 0};
}

static void what_is_unknown_or_tiny_is_not_rounded_into_something_else(void **state)
{
    advice_world *w = *state;
    category_facts *of = counted(w, 0, 3, 8, 0.15);
    w->rows[0].rate = 0.0212;
    of->share = (share_limits){0.00033, 0, 0.1};
    of->share_of = text_of("all crime");
    memcpy(of->years, (double[]){(double)NAN, 9, 8, 6, 3}, sizeof of->years);
    assert_text(words_of_facts(of, NULL, w->facts, w->memory),
                "Theft: 3, against 8 in 2022-23 (too few for a percentage); 0.02 per 1,000 residents; under 0.1 % of all crime");
    of = counted(w, 0, 60, 0, 0.0001);
    of->change.percent = of->change.low = of->change.high = (double)NAN;
    assert_text(words_of_facts(of, NULL, w->facts, w->memory), "Theft: 60, against 0 in 2022-23 (p < .001); 5.0 per 1,000 residents");
}

static void counts_have_commas_and_ranks_have_words(void **state)
{
    advice_world *w = *state;
    static const struct { double count; const char *words; } counts[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {98765, "98,765"}, {123456789, "123,456,789"}};
    static const struct { size_t rank; const char *words; } ranks[] = {
        {2, "ranks second among the 9 offence groups"}, {10, "ranks tenth among the 9 offence groups"},
        {11, "ranks number 11 among the 9 offence groups"}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        assert_text(count_text(counts[i].count, w->memory), counts[i].words);
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        ranked(counted(w, 0, 5, 5, 1), VOLUME_RANKS, ranks[i].rank);
        assert_text(words_of_rank(&w->facts[0], w->memory), ranks[i].words);
    }
    ranked(&w->facts[0], VOLUME_UNKNOWN, 0);
    assert_int_equal(words_of_rank(&w->facts[0], w->memory).size, 0);
}

/* --- indicators ---------------------------------------------------------------------------------- */

static indicator_row said(const char *period_words, const char *value, double asked)
{
    indicator_row made = {.measure = text_of("Fear (percent)"), .period = text_of(period_words), .value = text_of(value),
                          .number = NAN, .asked = asked, .cited = text_of("Survey")};
    (void)text_to_double(made.value, &made.number);
    return made;
}

static advice_line line_of(advice_world *w, const indicator_row *now, const indicator_row *before, const char *place)
{
    static shown_indicator shown;
    shown = (shown_indicator){{now, before}, text_of(place)};
    w->told = (strategic_priority){.evidence_count = 0};
    priority_case about = {.of = &w->told, .facts = w->facts, .indicators = &shown, .indicator_count = 1};
    priority_advice advice = priority_advise(&about, &w->rules, w->memory);
    assert_int_equal(advice.verdict, ADVICE_UNKNOWN); /* it decides nothing */
    assert_int_equal(advice.lines[0].bearing, BEARS_BESIDE);
    assert_text(advice.lines[0].cited, "Survey");
    return advice.lines[0];
}

static void a_change_without_the_number_asked_is_untestable(void **state)
{
    advice_world *w = *state;
    indicator_row now = said("latest", "24", NAN), before = said("previous", "21", NAN), counted_once = said("previous", "21", 900);
    advice_line line = line_of(w, &now, &before, "");
    assert_text(line.words, "Fear (percent): 24 (latest), 21 (previous)");
    assert_int_equal(line.caveat_count, 1);
    assert_text(line.caveats[0], "the change from 21 to 24 can't be tested: how many were asked is not given");
    line = line_of(w, &now, &counted_once, "");
    assert_int_equal(line.caveat_count, 1);
    line = line_of(w, &counted_once, &before, "");
    assert_text(line.caveats[0], "the change from 21 to 21 can't be tested: how many were asked is not given");
}

/* Expected values from tests/test_statistics_two_proportions.c. */
static void with_the_numbers_asked_it_is_tested(void **state)
{
    advice_world *w = *state;
    indicator_row now = said("latest", "24", 1000), before = said("previous", "21", 1000);
    advice_line line = line_of(w, &now, &before, "Staffordshire");
    assert_text(line.words, "Fear (percent) (Staffordshire): 24 (latest, 1,000 asked), 21 (previous, 1,000 asked): +3.0 points "
                            "(95 % interval -0.7 to +6.7, p = .11)");
    assert_int_equal(line.caveat_count, 1);
    assert_text(line.caveats[0], "not statistically significant: 21 to 24 is within what chance gives (p = .11)");
    now.asked = 2000;
    before.asked = 1600;
    line = line_of(w, &now, &before, "");
    assert_int_equal(line.caveat_count, 0);
    assert_true(text_has(line.words, "p = .033)"));
    now.asked = before.asked = 10;
    line = line_of(w, &now, &before, "");
    assert_true(has_caveat(&line, "few were asked: p is a rough guide"));
}

static void words_are_shown_as_they_are(void **state)
{
    advice_world *w = *state;
    indicator_row now = said("latest", "in flux", NAN), before = said("previous", "steady", NAN), alone = said("2024", "5", NAN);
    advice_line line = line_of(w, &now, &before, "");
    assert_text(line.words, "Fear (percent): in flux (latest), steady (previous)");
    assert_int_equal(line.caveat_count, 0);
    line = line_of(w, &alone, NULL, "");
    assert_text(line.words, "Fear (percent): 5 (2024)");
    assert_int_equal(line.caveat_count, 0);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, advice_world_make, advice_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(what_chance_gives_is_called_so),
        IN_A_WORLD(small_numbers_are_called_so_and_have_no_percentage),
        IN_A_WORLD(police_activity_and_little_detection_are_told_of),
        IN_A_WORLD(a_proxy_the_file_s_own_caveat_and_changes_of_recording_are_told_of),
        IN_A_WORLD(another_comparison_than_the_baseline_is_told_of),
        IN_A_WORLD(without_a_population_low_numbers_are_told_by_the_count_alone),
        IN_A_WORLD(a_line_tells_all_its_figures),
        IN_A_WORLD(what_is_unknown_or_tiny_is_not_rounded_into_something_else),
        IN_A_WORLD(counts_have_commas_and_ranks_have_words),
        IN_A_WORLD(a_change_without_the_number_asked_is_untestable),
        IN_A_WORLD(with_the_numbers_asked_it_is_tested),
        IN_A_WORLD(words_are_shown_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
