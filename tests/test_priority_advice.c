/* Promise: a priority is retained, pivoted from or left open by the rules that docs/priorities.md has in words and by
 * no other; and what isn't wholly known decides nothing. What the lines say: test_priority_words. */
#include <math.h>

#include "advice_fixtures.h"
#include "testing.h"

/* --- by figures ---------------------------------------------------------------------------------- */

static void assert_advice(priority_advice advice, advice_verdict verdict, const char *because)
{
    if (advice.verdict != verdict)
        fail_msg("%s: %.*s", advice_verdict_text(advice.verdict), TEXT_ARGS(advice.because));
    assert_text(advice.because, because);
}

static void a_marked_increase_retains_even_low_numbers(void **state)
{
    advice_world *w = *state;
    w->rows[counted(w, 0, 217, 159, 0.0146)->row->category].rate = 1.5;
    assert_advice(judged(w), ADVICE_RETAIN, "Theft: low numbers, but a marked increase (159 to 217, +36.5 %)");
    assert_int_equal(judged(w).though.size, 0);
    (void)counted(w, 0, 1200, 1000, 0.001);
    assert_advice(judged(w), ADVICE_RETAIN, "Theft: a marked increase (1,000 to 1,200, +20.0 %)");
}

static void an_increase_is_marked_only_when_large_and_unlikely_by_chance(void **state)
{
    advice_world *w = *state;
    w->rows[counted(w, 0, 217, 159, 0.05)->row->category].rate = 1.5;
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers (217)");
    w->rows[counted(w, 0, 1199, 1000, 0.0001)->row->category].rate = 1.5;
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers (1,199)");
}

/* D1: with less than 50, only p < .01 with 10 in all and a difference of 5 says anything. */
static void small_numbers_move_markedly_only_when_they_are_clear(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 30, 5, 0.0001);
    assert_advice(judged(w), ADVICE_RETAIN, "Theft: low numbers, but a marked increase (5 to 30)");
    (void)counted(w, 0, 9, 3, 0.02);
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers (9)");
    (void)counted(w, 0, 3, 14, 0.02);
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers (3)");
    (void)counted(w, 0, 3, 18, 0.001);
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers, and a marked fall (18 to 3)");
    (void)counted(w, 0, 12, 0, 0.0001);
    assert_advice(judged(w), ADVICE_RETAIN, "Theft: low numbers, but a marked increase (0 to 12)");
}

static void volume_retains_down_to_its_rank(void **state)
{
    advice_world *w = *state;
    ranked(counted(w, 0, 1821, 1902, 0.18), VOLUME_WOULD_RANK, 3);
    assert_advice(judged(w), ADVICE_RETAIN, "Theft: volume (1,821: would rank third among the 9 offence groups)");
    ranked(counted(w, 0, 1821, 1902, 0.18), VOLUME_RANKS, 1);
    assert_advice(judged(w), ADVICE_RETAIN, "Theft: volume (1,821: ranks first among the 9 offence groups)");
    ranked(counted(w, 0, 1821, 1902, 0.18), VOLUME_RANKS, 4);
    assert_advice(judged(w), ADVICE_RETAIN, "nothing speaks for pivoting; Theft: neither low nor markedly changed");
    assert_int_equal(judged(w).lines[0].bearing, BEARS_NEITHER);
    ranked(counted(w, 0, 1400, 2000, 0.0001), VOLUME_WOULD_RANK, 3); /* and what falls is retained for its volume */
    assert_int_equal(judged(w).lines[0].bearing, BEARS_RETAIN);
    ranked(counted(w, 0, 49, 49, 1), VOLUME_RANKS, 1); /* where next to nothing is counted, that is no volume */
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers (49)");
}

static void low_numbers_speak_for_pivoting(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 49, 49, 1);
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers (49)");
    (void)counted(w, 0, 50, 50, 1);
    assert_int_equal(judged(w).verdict, ADVICE_RETAIN);
    w->rows[0].rate = 1.99;
    assert_int_equal(judged(w).verdict, ADVICE_PIVOT);
    w->rows[0].rate = 2;
    assert_int_equal(judged(w).verdict, ADVICE_RETAIN);
    w->rows[0].rate = (double)NAN;
    assert_int_equal(judged(w).verdict, ADVICE_RETAIN);
}

static void a_marked_fall_speaks_for_pivoting(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 800, 1000, 0.0001);
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: a marked fall (1,000 to 800, -20.0 %)");
    w->rows[counted(w, 0, 84, 128, 0.008)->row->category].rate = 0.6;
    assert_advice(judged(w), ADVICE_PIVOT, "Theft: low numbers, and a marked fall (128 to 84, -34.4 %)");
    (void)counted(w, 0, 801, 1000, 0.0001);
    assert_int_equal(judged(w).verdict, ADVICE_RETAIN);
    (void)counted(w, 0, 800, 1000, 0.05);
    assert_int_equal(judged(w).verdict, ADVICE_RETAIN);
}

static void a_rise_short_of_marked_speaks_for_retaining_and_says_how_sure_it_is(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 317, 287, 0.22);
    assert_advice(judged(w), ADVICE_RETAIN, "nothing speaks for pivoting; Theft: a rise (287 to 317, +10.5 %), not statistically "
                                           "significant");
    assert_int_equal(judged(w).lines[0].bearing, BEARS_TOWARDS);
    (void)counted(w, 0, 1150, 1000, 0.002);
    assert_advice(judged(w), ADVICE_RETAIN, "nothing speaks for pivoting; Theft: a rise (1,000 to 1,150, +15.0 %)");
    (void)counted(w, 0, 1099, 1000, 0.04);
    assert_int_equal(judged(w).lines[0].bearing, BEARS_NEITHER);
}

static void what_is_not_wholly_covered_leaves_the_advice_open(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 2, 1, 1);
    cover(w, 0, COVERAGE_AT_LEAST);
    assert_advice(judged(w), ADVICE_UNKNOWN, "Theft: not wholly covered");
    assert_text(judged(w).lines[0].words, "Theft: at least 2");
    assert_text(judged(w).lines[0].caveats[0], "not wholly covered: there may be more");
    (void)counted(w, 0, 0, 0, 1);
    cover(w, 0, COVERAGE_NOTHING);
    assert_advice(judged(w), ADVICE_UNKNOWN, "Theft: not known");
    assert_text(judged(w).lines[0].words, "Theft: unknown");
    assert_text(judged(w).lines[0].caveats[0], "not covered, or no source tells it apart");
}

static void without_an_earlier_year_only_volume_decides(void **state)
{
    advice_world *w = *state;
    uncompared(counted(w, 0, 20, 20, 1));
    assert_advice(judged(w), ADVICE_UNKNOWN, "Theft: low numbers (20), but no earlier year to compare with is wholly covered");
    assert_text(judged(w).lines[0].words, "Theft: 20; 5.0 per 1,000 residents");
    assert_text(judged(w).lines[0].caveats[0], "no earlier year to compare with is wholly covered");
    uncompared(counted(w, 0, 2000, 20, 1));
    assert_advice(judged(w), ADVICE_UNKNOWN, "Theft: no earlier year to compare with is wholly covered");
    ranked(&w->facts[0], VOLUME_RANKS, 2);
    assert_int_equal(judged(w).verdict, ADVICE_RETAIN);
}

static void a_fall_leaves_it_open_while_the_rank_is_unknown(void **state)
{
    advice_world *w = *state;
    ranked(counted(w, 0, 1400, 2000, 0.0001), VOLUME_UNKNOWN, 0);
    assert_advice(judged(w), ADVICE_UNKNOWN,
                  "Theft: a marked fall (2,000 to 1,400, -30.0 %), but its rank among the offence groups is unknown");
    ranked(counted(w, 0, 40, 60, 0.0001), VOLUME_UNKNOWN, 0); /* so low that it can't be */
    assert_int_equal(judged(w).verdict, ADVICE_PIVOT);
}

static void a_proxy_tells_which_way_things_go_and_not_how_many_there_are(void **state)
{
    advice_world *w = *state;
    w->evidence[0].proxy = true;
    ranked(counted(w, 0, 20, 20, 1), VOLUME_RANKS, 1);
    assert_advice(judged(w), ADVICE_RETAIN, "nothing speaks for pivoting; Theft (proxy): no marked change");
    ranked(counted(w, 0, 800, 1000, 0.0001), VOLUME_RANKS, 1);
    assert_advice(judged(w), ADVICE_PIVOT, "Theft (proxy): a marked fall (1,000 to 800, -20.0 %)");
    ranked(&w->facts[0], VOLUME_UNKNOWN, 0);
    assert_int_equal(judged(w).verdict, ADVICE_PIVOT);
    (void)counted(w, 0, 1300, 1000, 0.0001);
    assert_advice(judged(w), ADVICE_RETAIN, "Theft (proxy): a marked increase (1,000 to 1,300, +30.0 %)");
    uncompared(counted(w, 0, 20, 20, 1));
    assert_advice(judged(w), ADVICE_UNKNOWN, "Theft (proxy): no earlier year to compare with is wholly covered");
    w->evidence[0].proxy = false;
}

static void pivoting_needs_every_line_to_speak_for_it(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 20, 20, 1);
    (void)counted(w, 1, 30, 30, 1);
    assert_advice(judged_by(w, &w->rules, 2), ADVICE_PIVOT, "Theft: low numbers (20); Fraud: low numbers (30)");
    (void)counted(w, 1, 1000, 1000, 1);
    priority_advice mixed = judged_by(w, &w->rules, 2);
    assert_advice(mixed, ADVICE_RETAIN, "not all the evidence speaks for pivoting; Fraud: neither low nor markedly changed");
    assert_text(mixed.though, "Theft: low numbers (20)");
    w->evidence[1].proxy = true; /* a proxy that speaks for nothing keeps nothing */
    assert_advice(judged_by(w, &w->rules, 2), ADVICE_PIVOT, "Theft: low numbers (20)");
    (void)counted(w, 1, 1150, 1000, 0.2);
    assert_int_equal(judged_by(w, &w->rules, 2).verdict, ADVICE_RETAIN);
    w->evidence[1].proxy = false;
}

static void one_line_is_enough_to_retain(void **state)
{
    advice_world *w = *state;
    (void)counted(w, 0, 20, 20, 1);
    (void)counted(w, 1, 1300, 1000, 0.0001);
    (void)counted(w, 2, 5, 5, 1);
    cover(w, 2, COVERAGE_AT_LEAST);
    priority_advice advice = judged_by(w, &w->rules, 3);
    assert_advice(advice, ADVICE_RETAIN, "Fraud: a marked increase (1,000 to 1,300, +30.0 %)");
    assert_text(advice.though, "Theft: low numbers (20); Robbery: not wholly covered");
    (void)counted(w, 1, 1000, 1000, 1);
    assert_advice(judged_by(w, &w->rules, 3), ADVICE_UNKNOWN, "Robbery: not wholly covered");
}

static void every_threshold_is_the_file_s(void **state)
{
    advice_world *w = *state;
    static const struct { double count, before, p, rate; size_t rank; size_t offset; double moved; evidence_bearing was, is; } cases[] = {
        {60, 60, 1, 5, 0, offsetof(advice_rules, low_count), 61, BEARS_NEITHER, BEARS_PIVOT},
        {60, 60, 1, 5, 0, offsetof(advice_rules, low_rate), 5.1, BEARS_NEITHER, BEARS_PIVOT},
        {130, 100, 0.03, 5, 0, offsetof(advice_rules, increase_percent), 31, BEARS_RETAIN, BEARS_TOWARDS},
        {130, 100, 0.03, 5, 0, offsetof(advice_rules, increase_p), 0.03, BEARS_RETAIN, BEARS_TOWARDS},
        {70, 100, 0.03, 5, 0, offsetof(advice_rules, fall_percent), 31, BEARS_PIVOT, BEARS_NEITHER},
        {70, 100, 0.03, 5, 0, offsetof(advice_rules, fall_p), 0.03, BEARS_PIVOT, BEARS_NEITHER},
        {115, 100, 0.3, 5, 0, offsetof(advice_rules, rise_percent), 16, BEARS_TOWARDS, BEARS_NEITHER},
        {600, 600, 1, 5, 3, offsetof(advice_rules, volume_rank), 2, BEARS_RETAIN, BEARS_NEITHER},
        {600, 600, 1, 5, 1, offsetof(advice_rules, volume_rank), 0, BEARS_RETAIN, BEARS_NEITHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        advice_rules moved = w->rules;
        *(double *)(void *)((char *)&moved + cases[i].offset) = cases[i].moved;
        ranked(counted(w, 0, cases[i].count, cases[i].before, cases[i].p), VOLUME_RANKS, cases[i].rank);
        w->rows[0].rate = cases[i].rate;
        assert_int_equal(judged(w).lines[0].bearing, cases[i].was);
        assert_int_equal(judged_by(w, &moved, 1).lines[0].bearing, cases[i].is);
    }
}

/* --- grounds ------------------------------------------------------------------------------------- */

static void a_ground_that_retains_does_so_whatever_the_figures(void **state)
{
    advice_world *w = *state;
    static priority_ground concern = {.kind = GROUND_RESIDENT_CONCERN, .words = {"They say so", 11}, .cited = {"Survey", 6}, .retains = true};
    static const bool here[] = {true}, elsewhere[] = {false};
    (void)counted(w, 0, 1716, 2501, 0.0001);
    priority_advice advice = judged_on(w, &concern, here, 1, 1);
    assert_advice(advice, ADVICE_RETAIN, "resident concern");
    assert_text(advice.though, "Theft: a marked fall (2,501 to 1,716, -31.4 %)");
    assert_text(advice.lines[0].words, "Resident concern: They say so");
    assert_text(advice.lines[0].cited, "Survey");
    advice = judged_on(w, &concern, elsewhere, 1, 1);
    assert_int_equal(advice.verdict, ADVICE_PIVOT);
    assert_int_equal(advice.line_count, 1);
    (void)counted(w, 0, 2, 1, 1);
    cover(w, 0, COVERAGE_AT_LEAST);
    advice = judged_on(w, &concern, here, 1, 1);
    assert_advice(advice, ADVICE_RETAIN, "resident concern");
    assert_text(advice.though, "Theft: not wholly covered");
}

static void a_ground_that_does_not_retain_is_stated_beside(void **state)
{
    advice_world *w = *state;
    static priority_ground duty = {.kind = GROUND_STATUTORY_DUTY, .words = {"A duty", 6}, .cited = {"Act", 3}, .retains = false};
    static const bool here[] = {true};
    (void)counted(w, 0, 20, 20, 1);
    priority_advice advice = judged_on(w, &duty, here, 1, 1);
    assert_advice(advice, ADVICE_PIVOT, "Theft: low numbers (20)");
    assert_text(advice.though, "statutory duty");
    assert_int_equal(advice.lines[0].bearing, BEARS_BESIDE);
    assert_advice(judged_on(w, &duty, here, 1, 0), ADVICE_UNKNOWN,
                  "no category bears evidence on it, and no ground that retains it holds here");
}

static void grounds_alone_retain_and_nothing_at_all_leaves_it_open(void **state)
{
    advice_world *w = *state;
    static priority_ground focus = {.kind = GROUND_PARTNERSHIP_FOCUS, .words = {"A focus", 7}, .cited = {"Plan", 4}, .retains = true};
    static const bool here[] = {true}, elsewhere[] = {false};
    assert_advice(judged_on(w, &focus, here, 1, 0), ADVICE_RETAIN, "partnership focus");
    assert_int_equal(judged_on(w, &focus, elsewhere, 1, 0).verdict, ADVICE_UNKNOWN);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, advice_world_make, advice_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_marked_increase_retains_even_low_numbers),
        IN_A_WORLD(an_increase_is_marked_only_when_large_and_unlikely_by_chance),
        IN_A_WORLD(small_numbers_move_markedly_only_when_they_are_clear),
        IN_A_WORLD(volume_retains_down_to_its_rank),
        IN_A_WORLD(low_numbers_speak_for_pivoting),
        IN_A_WORLD(a_marked_fall_speaks_for_pivoting),
        IN_A_WORLD(a_rise_short_of_marked_speaks_for_retaining_and_says_how_sure_it_is),
        IN_A_WORLD(what_is_not_wholly_covered_leaves_the_advice_open),
        IN_A_WORLD(without_an_earlier_year_only_volume_decides),
        IN_A_WORLD(a_fall_leaves_it_open_while_the_rank_is_unknown),
        IN_A_WORLD(a_proxy_tells_which_way_things_go_and_not_how_many_there_are),
        IN_A_WORLD(pivoting_needs_every_line_to_speak_for_it),
        IN_A_WORLD(one_line_is_enough_to_retain),
        IN_A_WORLD(every_threshold_is_the_file_s),
        IN_A_WORLD(a_ground_that_retains_does_so_whatever_the_figures),
        IN_A_WORLD(a_ground_that_does_not_retain_is_stated_beside),
        IN_A_WORLD(grounds_alone_retain_and_nothing_at_all_leaves_it_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
