/* Promise: a priority is retained, pivoted from or left open by the rules that docs/priorities.md has in words and by
 * no other; every line says its figures and what must be kept in mind; and what isn't wholly known decides nothing. */
#include "judging/priority_advice.h"

#include <math.h>
#include <string.h>

#include "fixtures.h"
#include "judging/priority_words.h"
#include "testing.h"

/* The defaults. */
static const advice_rules rules_now = {
    .low_count = 50, .low_rate = 2, .increase_percent = 20, .increase_p = 0.05, .fall_percent = 20, .fall_p = 0.05,
    .rise_percent = 10, .volume_rank = 3, .few_recorded = 10, .significance = 0.05, .new_percent = 10, .new_p = 0.01};

/* --- figures by hand ----------------------------------------------------------------------------- */

enum { CATEGORIES = 4 };

static arena *memory;
static report_row rows[CATEGORIES];
static category_facts facts[CATEGORIES];

static int set_up(void **state)
{
    (void)state;
    memory = arena_create();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(&memory);
    return 0;
}

/* Category 0 as counted against 2022-23: p as the test found it; the rest follows from D1's rules for small numbers. */
static category_facts *counted(int index, double count, double before, double p)
{
    static const char *const titles[CATEGORIES] = {"Theft", "Fraud", "Robbery", "Arson"};
    bool small = fmax(count, before) < 50;
    rows[index] = (report_row){
        .category = index, .title = text_of(titles[index]), .count = count, .coverage = COVERAGE_COMPLETE, .rate = 5,
        .population = 1000 * count / 5, .population_year = 2024};
    facts[index] = (category_facts){
        .row = &rows[index], .against = text_of("2022-23"), .baseline = true, .before = before,
        .change = {.p = p, .small = small, .percent = small ? (double)NAN : 100 * (count / before - 1), .low = -1, .high = 9,
                   .telling = !small || (count + before >= 10 && p < 0.01 && fabs(count - before) >= 5)},
        .ranked = VOLUME_UNRANKED, .groups = 9, .share = {NAN, NAN, NAN}};
    for (int y = 0; y < YEARS_COUNTED; y++)
        facts[index].years[y] = (double)NAN;
    return &facts[index];
}

static void ranked(category_facts *of, volume_kind kind, size_t rank)
{
    of->ranked = kind;
    of->rank = rank;
}

static void uncompared(category_facts *of)
{
    of->against = (text){"", 0};
    of->baseline = false;
    of->before = (double)NAN;
    of->change = (change){.percent = NAN, .low = NAN, .high = NAN, .p = NAN};
}

static void cover(category_facts *of, coverage_word word)
{
    uncompared(of);
    rows[of->row->category].coverage = word;
    rows[of->row->category].rate = (double)NAN;
}

/* --- judging ------------------------------------------------------------------------------------- */

static priority_evidence evidence[CATEGORIES] = {{.category = 0}, {.category = 1}, {.category = 2}, {.category = 3}};
static strategic_priority told;

static priority_advice judged_by(const advice_rules *by, size_t categories)
{
    told = (strategic_priority){.evidence = evidence, .evidence_count = categories};
    priority_case about = {.of = &told, .facts = facts};
    return priority_advise(&about, by, memory);
}

/* The advice on a priority of which category 0 is the only evidence. */
static priority_advice judged(void)
{
    return judged_by(&rules_now, 1);
}

static void assert_advice(priority_advice advice, advice_verdict verdict, const char *because)
{
    if (advice.verdict != verdict)
        fail_msg("%s: %.*s", advice_verdict_text(advice.verdict), TEXT_ARGS(advice.because));
    assert_text(advice.because, because);
}

static void a_marked_increase_retains_even_low_numbers(void **state)
{
    (void)state;
    rows[counted(0, 217, 159, 0.0146)->row->category].rate = 1.5;
    assert_advice(judged(), ADVICE_RETAIN, "Theft: low numbers, but a marked increase (159 to 217, +36.5 %)");
    assert_int_equal(judged().though.size, 0);
    (void)counted(0, 1200, 1000, 0.001);
    assert_advice(judged(), ADVICE_RETAIN, "Theft: a marked increase (1,000 to 1,200, +20.0 %)");
}

static void an_increase_is_marked_only_when_large_and_unlikely_by_chance(void **state)
{
    (void)state;
    rows[counted(0, 217, 159, 0.05)->row->category].rate = 1.5;
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers (217)");
    rows[counted(0, 1199, 1000, 0.0001)->row->category].rate = 1.5;
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers (1,199)");
}

/* D1: with less than 50, only p < .01 with 10 in all and a difference of 5 says anything. */
static void small_numbers_move_markedly_only_when_they_are_clear(void **state)
{
    (void)state;
    (void)counted(0, 30, 5, 0.0001);
    assert_advice(judged(), ADVICE_RETAIN, "Theft: low numbers, but a marked increase (5 to 30)");
    (void)counted(0, 9, 3, 0.02);
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers (9)");
    (void)counted(0, 3, 14, 0.02);
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers (3)");
    (void)counted(0, 3, 18, 0.001);
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers, and a marked fall (18 to 3)");
    (void)counted(0, 12, 0, 0.0001);
    assert_advice(judged(), ADVICE_RETAIN, "Theft: low numbers, but a marked increase (0 to 12)");
}

static void volume_retains_down_to_its_rank(void **state)
{
    (void)state;
    ranked(counted(0, 1821, 1902, 0.18), VOLUME_WOULD_RANK, 3);
    assert_advice(judged(), ADVICE_RETAIN, "Theft: volume (1,821: would rank third among the 9 offence groups)");
    ranked(counted(0, 1821, 1902, 0.18), VOLUME_RANKS, 1);
    assert_advice(judged(), ADVICE_RETAIN, "Theft: volume (1,821: ranks first among the 9 offence groups)");
    ranked(counted(0, 1821, 1902, 0.18), VOLUME_RANKS, 4);
    assert_advice(judged(), ADVICE_RETAIN, "nothing speaks for pivoting; Theft: neither low nor markedly changed");
    assert_int_equal(judged().lines[0].bearing, BEARS_NEITHER);
    ranked(counted(0, 1400, 2000, 0.0001), VOLUME_WOULD_RANK, 3); /* and what falls is retained for its volume */
    assert_int_equal(judged().lines[0].bearing, BEARS_RETAIN);
    ranked(counted(0, 49, 49, 1), VOLUME_RANKS, 1); /* where next to nothing is counted, that is no volume */
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers (49)");
}

static void low_numbers_speak_for_pivoting(void **state)
{
    (void)state;
    (void)counted(0, 49, 49, 1);
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers (49)");
    (void)counted(0, 50, 50, 1);
    assert_int_equal(judged().verdict, ADVICE_RETAIN);
    rows[0].rate = 1.99;
    assert_int_equal(judged().verdict, ADVICE_PIVOT);
    rows[0].rate = 2;
    assert_int_equal(judged().verdict, ADVICE_RETAIN);
    rows[0].rate = (double)NAN;
    assert_int_equal(judged().verdict, ADVICE_RETAIN);
}

static void a_marked_fall_speaks_for_pivoting(void **state)
{
    (void)state;
    (void)counted(0, 800, 1000, 0.0001);
    assert_advice(judged(), ADVICE_PIVOT, "Theft: a marked fall (1,000 to 800, -20.0 %)");
    rows[counted(0, 84, 128, 0.008)->row->category].rate = 0.6;
    assert_advice(judged(), ADVICE_PIVOT, "Theft: low numbers, and a marked fall (128 to 84, -34.4 %)");
    (void)counted(0, 801, 1000, 0.0001);
    assert_int_equal(judged().verdict, ADVICE_RETAIN);
    (void)counted(0, 800, 1000, 0.05);
    assert_int_equal(judged().verdict, ADVICE_RETAIN);
}

static void a_rise_short_of_marked_speaks_for_retaining_and_says_how_sure_it_is(void **state)
{
    (void)state;
    (void)counted(0, 317, 287, 0.22);
    assert_advice(judged(), ADVICE_RETAIN, "nothing speaks for pivoting; Theft: a rise (287 to 317, +10.5 %), not statistically "
                                           "significant");
    assert_int_equal(judged().lines[0].bearing, BEARS_TOWARDS);
    (void)counted(0, 1150, 1000, 0.002);
    assert_advice(judged(), ADVICE_RETAIN, "nothing speaks for pivoting; Theft: a rise (1,000 to 1,150, +15.0 %)");
    (void)counted(0, 1099, 1000, 0.04);
    assert_int_equal(judged().lines[0].bearing, BEARS_NEITHER);
}

static void what_is_not_wholly_covered_leaves_the_advice_open(void **state)
{
    (void)state;
    cover(counted(0, 2, 1, 1), COVERAGE_AT_LEAST);
    assert_advice(judged(), ADVICE_UNKNOWN, "Theft: not wholly covered");
    assert_text(judged().lines[0].words, "Theft: at least 2");
    assert_text(judged().lines[0].caveats[0], "not wholly covered: there may be more");
    cover(counted(0, 0, 0, 1), COVERAGE_NOTHING);
    assert_advice(judged(), ADVICE_UNKNOWN, "Theft: not known");
    assert_text(judged().lines[0].words, "Theft: unknown");
    assert_text(judged().lines[0].caveats[0], "not covered, or no source tells it apart");
}

static void without_an_earlier_year_only_volume_decides(void **state)
{
    (void)state;
    uncompared(counted(0, 20, 20, 1));
    assert_advice(judged(), ADVICE_UNKNOWN, "Theft: low numbers (20), but no earlier year to compare with is wholly covered");
    assert_text(judged().lines[0].words, "Theft: 20; 5.0 per 1,000 residents");
    assert_text(judged().lines[0].caveats[0], "no earlier year to compare with is wholly covered");
    uncompared(counted(0, 2000, 20, 1));
    assert_advice(judged(), ADVICE_UNKNOWN, "Theft: no earlier year to compare with is wholly covered");
    ranked(&facts[0], VOLUME_RANKS, 2);
    assert_int_equal(judged().verdict, ADVICE_RETAIN);
}

static void a_fall_leaves_it_open_while_the_rank_is_unknown(void **state)
{
    (void)state;
    ranked(counted(0, 1400, 2000, 0.0001), VOLUME_UNKNOWN, 0);
    assert_advice(judged(), ADVICE_UNKNOWN,
                  "Theft: a marked fall (2,000 to 1,400, -30.0 %), but its rank among the offence groups is unknown");
    ranked(counted(0, 40, 60, 0.0001), VOLUME_UNKNOWN, 0); /* so low that it can't be */
    assert_int_equal(judged().verdict, ADVICE_PIVOT);
}

static void a_proxy_tells_which_way_things_go_and_not_how_many_there_are(void **state)
{
    (void)state;
    evidence[0].proxy = true;
    ranked(counted(0, 20, 20, 1), VOLUME_RANKS, 1);
    assert_advice(judged(), ADVICE_RETAIN, "nothing speaks for pivoting; Theft (proxy): no marked change");
    ranked(counted(0, 800, 1000, 0.0001), VOLUME_RANKS, 1);
    assert_advice(judged(), ADVICE_PIVOT, "Theft (proxy): a marked fall (1,000 to 800, -20.0 %)");
    ranked(&facts[0], VOLUME_UNKNOWN, 0);
    assert_int_equal(judged().verdict, ADVICE_PIVOT);
    (void)counted(0, 1300, 1000, 0.0001);
    assert_advice(judged(), ADVICE_RETAIN, "Theft (proxy): a marked increase (1,000 to 1,300, +30.0 %)");
    uncompared(counted(0, 20, 20, 1));
    assert_advice(judged(), ADVICE_UNKNOWN, "Theft (proxy): no earlier year to compare with is wholly covered");
    evidence[0].proxy = false;
}

static void pivoting_needs_every_line_to_speak_for_it(void **state)
{
    (void)state;
    (void)counted(0, 20, 20, 1);
    (void)counted(1, 30, 30, 1);
    assert_advice(judged_by(&rules_now, 2), ADVICE_PIVOT, "Theft: low numbers (20); Fraud: low numbers (30)");
    (void)counted(1, 1000, 1000, 1);
    priority_advice mixed = judged_by(&rules_now, 2);
    assert_advice(mixed, ADVICE_RETAIN, "not all the evidence speaks for pivoting; Fraud: neither low nor markedly changed");
    assert_text(mixed.though, "Theft: low numbers (20)");
    evidence[1].proxy = true; /* a proxy that speaks for nothing keeps nothing */
    assert_advice(judged_by(&rules_now, 2), ADVICE_PIVOT, "Theft: low numbers (20)");
    (void)counted(1, 1150, 1000, 0.2);
    assert_int_equal(judged_by(&rules_now, 2).verdict, ADVICE_RETAIN);
    evidence[1].proxy = false;
}

static void one_line_is_enough_to_retain(void **state)
{
    (void)state;
    (void)counted(0, 20, 20, 1);
    (void)counted(1, 1300, 1000, 0.0001);
    cover(counted(2, 5, 5, 1), COVERAGE_AT_LEAST);
    priority_advice advice = judged_by(&rules_now, 3);
    assert_advice(advice, ADVICE_RETAIN, "Fraud: a marked increase (1,000 to 1,300, +30.0 %)");
    assert_text(advice.though, "Theft: low numbers (20); Robbery: not wholly covered");
    (void)counted(1, 1000, 1000, 1);
    assert_advice(judged_by(&rules_now, 3), ADVICE_UNKNOWN, "Robbery: not wholly covered");
}

static void every_threshold_is_the_file_s(void **state)
{
    (void)state;
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
        advice_rules moved = rules_now;
        *(double *)(void *)((char *)&moved + cases[i].offset) = cases[i].moved;
        ranked(counted(0, cases[i].count, cases[i].before, cases[i].p), VOLUME_RANKS, cases[i].rank);
        rows[0].rate = cases[i].rate;
        assert_int_equal(judged().lines[0].bearing, cases[i].was);
        assert_int_equal(judged_by(&moved, 1).lines[0].bearing, cases[i].is);
    }
}

/* --- grounds ------------------------------------------------------------------------------------- */

static priority_advice judged_on(priority_ground *grounds, const bool *holds, size_t count, size_t categories)
{
    told = (strategic_priority){.evidence = evidence, .evidence_count = categories, .grounds = grounds, .ground_count = count};
    priority_case about = {.of = &told, .facts = facts, .ground_holds = holds};
    return priority_advise(&about, &rules_now, memory);
}

static void a_ground_that_retains_does_so_whatever_the_figures(void **state)
{
    (void)state;
    static priority_ground concern = {.kind = GROUND_RESIDENT_CONCERN, .words = {"They say so", 11}, .cited = {"Survey", 6}, .retains = true};
    static const bool here[] = {true}, elsewhere[] = {false};
    (void)counted(0, 1716, 2501, 0.0001);
    priority_advice advice = judged_on(&concern, here, 1, 1);
    assert_advice(advice, ADVICE_RETAIN, "resident concern");
    assert_text(advice.though, "Theft: a marked fall (2,501 to 1,716, -31.4 %)");
    assert_text(advice.lines[0].words, "Resident concern: They say so");
    assert_text(advice.lines[0].cited, "Survey");
    advice = judged_on(&concern, elsewhere, 1, 1);
    assert_int_equal(advice.verdict, ADVICE_PIVOT);
    assert_int_equal(advice.line_count, 1);
    cover(counted(0, 2, 1, 1), COVERAGE_AT_LEAST);
    advice = judged_on(&concern, here, 1, 1);
    assert_advice(advice, ADVICE_RETAIN, "resident concern");
    assert_text(advice.though, "Theft: not wholly covered");
}

static void a_ground_that_does_not_retain_is_stated_beside(void **state)
{
    (void)state;
    static priority_ground duty = {.kind = GROUND_STATUTORY_DUTY, .words = {"A duty", 6}, .cited = {"Act", 3}, .retains = false};
    static const bool here[] = {true};
    (void)counted(0, 20, 20, 1);
    priority_advice advice = judged_on(&duty, here, 1, 1);
    assert_advice(advice, ADVICE_PIVOT, "Theft: low numbers (20)");
    assert_text(advice.though, "statutory duty");
    assert_int_equal(advice.lines[0].bearing, BEARS_BESIDE);
    assert_advice(judged_on(&duty, here, 1, 0), ADVICE_UNKNOWN,
                  "no category bears evidence on it, and no ground that retains it holds here");
}

static void grounds_alone_retain_and_nothing_at_all_leaves_it_open(void **state)
{
    (void)state;
    static priority_ground focus = {.kind = GROUND_PARTNERSHIP_FOCUS, .words = {"A focus", 7}, .cited = {"Plan", 4}, .retains = true};
    static const bool here[] = {true}, elsewhere[] = {false};
    assert_advice(judged_on(&focus, here, 1, 0), ADVICE_RETAIN, "partnership focus");
    assert_int_equal(judged_on(&focus, elsewhere, 1, 0).verdict, ADVICE_UNKNOWN);
}

/* --- what must be kept in mind --------------------------------------------------------------------- */

static bool has_caveat(const advice_line *line, const char *words)
{
    for (size_t i = 0; i < line->caveat_count; i++)
        if (text_is(line->caveats[i], words))
            return true;
    return false;
}

static const advice_line *line_now(void)
{
    static priority_advice advice;
    advice = judged();
    return &advice.lines[0];
}

static void what_chance_gives_is_called_so(void **state)
{
    (void)state;
    static const char words[] = "not statistically significant: 287 to 317 is within what chance gives (p = .22)";
    (void)counted(0, 317, 287, 0.2225);
    assert_true(has_caveat(line_now(), words));
    (void)counted(0, 317, 287, 0.0499);
    assert_int_equal(line_now()->caveat_count, 0);
    (void)counted(0, 317, 287, 0.05);
    assert_int_equal(line_now()->caveat_count, 1);
}

static void small_numbers_are_called_so_and_have_no_percentage(void **state)
{
    (void)state;
    (void)counted(0, 3, 8, 0.1459960938);
    assert_true(has_caveat(line_now(), "small numbers"));
    assert_true(has_caveat(line_now(), "not statistically significant: 8 to 3 is within what chance gives (p = .15)"));
    assert_text(line_now()->words, "Theft: 3, against 8 in 2022-23 (too few for a percentage); 5.0 per 1,000 residents");
    (void)counted(0, 50, 8, 0.0001);
    assert_false(has_caveat(line_now(), "small numbers"));
}

static void police_activity_and_little_detection_are_told_of(void **state)
{
    (void)state;
    static const char activity[] = "rises and falls with police activity";
    counted(0, 9, 40, 0.0001)->police_generated = true;
    assert_true(has_caveat(line_now(), activity));
    assert_true(has_caveat(line_now(), "few recorded offences may mean little detection"));
    assert_text(judged().though, "Theft: few recorded offences may mean little detection");
    counted(0, 10, 40, 0.0001)->police_generated = true;
    assert_true(has_caveat(line_now(), activity));
    assert_false(has_caveat(line_now(), "few recorded offences may mean little detection"));
    (void)counted(0, 9, 40, 0.0001);
    assert_false(has_caveat(line_now(), activity));
    assert_false(has_caveat(line_now(), "few recorded offences may mean little detection"));
}

static void a_proxy_the_file_s_own_caveat_and_changes_of_recording_are_told_of(void **state)
{
    (void)state;
    static text recorded[] = {{"recording changed on 1 June 2023: new rule", 42}};
    category_facts *of = counted(0, 1000, 900, 0.01);
    of->recording = recorded;
    of->recording_count = 1;
    evidence[0].proxy = true;
    evidence[0].caveat = text_of("only part of the picture");
    assert_true(has_caveat(line_now(), "a proxy: it stands in for what is not counted itself"));
    assert_true(has_caveat(line_now(), "only part of the picture"));
    assert_true(has_caveat(line_now(), "recording changed on 1 June 2023: new rule"));
    evidence[0] = (priority_evidence){.category = 0};
    of->recording_count = 0;
    assert_int_equal(line_now()->caveat_count, 0);
}

static void another_comparison_than_the_baseline_is_told_of(void **state)
{
    (void)state;
    category_facts *of = counted(0, 1000, 900, 0.01);
    of->baseline = false;
    of->against = text_of("the 12 months before");
    assert_true(has_caveat(line_now(), "compared with the year before: the baseline is not wholly covered, or there is none"));
    assert_true(text_has(line_now()->words, "1,000, against 900 in the 12 months before: +11.1 %"));
}

static void without_a_population_low_numbers_are_told_by_the_count_alone(void **state)
{
    (void)state;
    (void)counted(0, 1000, 900, 0.01);
    rows[0].rate = (double)NAN;
    assert_true(has_caveat(line_now(), "no rate: there is no population estimate, so low numbers are told by the count alone"));
}

/* --- words --------------------------------------------------------------------------------------- */

static void a_line_tells_all_its_figures(void **state)
{
    (void)state;
    static int parts[] = {1, 2, 3};
    category_facts *of = counted(0, 317, 287, 0.2225577321);
    (void)counted(1, 241, 215, 0.22);
    (void)counted(2, 76, 72, 0.75);
    cover(counted(3, 5, 5, 1), COVERAGE_AT_LEAST); /* a part that isn't known is left out */
    rows[0].rate = 2.2394;
    of->change.low = -6.1;
    of->change.high = 30.04;
    ranked(of, VOLUME_RANKS, 6);
    of->share = (share_limits){0.03504, 0.03, 0.04};
    of->share_of = text_of("all crime");
    memcpy(of->years, (double[]){1000, 2, 3, 302, 317}, sizeof of->years);
    evidence[0].parts = parts;
    evidence[0].part_count = 3;
    assert_text(words_of_facts(of, &evidence[0], facts, memory),
                "Theft: 317, against 287 in 2022-23: +10.5 % (95 % interval -6.1 to +30.0, p = .22); 2.2 per 1,000 residents; "
                "4 % of all crime; ranks sixth among the 9 offence groups; 1,624 in five years (1,000, 2, 3, 302, 317); "
                "76 % of these (241) are Fraud; 24 % of these (76) are Robbery");
    evidence[0] = (priority_evidence){.category = 0};
}

static void what_is_unknown_or_tiny_is_not_rounded_into_something_else(void **state)
{
    (void)state;
    category_facts *of = counted(0, 3, 8, 0.15);
    rows[0].rate = 0.0212;
    of->share = (share_limits){0.00033, 0, 0.1};
    of->share_of = text_of("all crime");
    memcpy(of->years, (double[]){(double)NAN, 9, 8, 6, 3}, sizeof of->years);
    assert_text(words_of_facts(of, NULL, facts, memory),
                "Theft: 3, against 8 in 2022-23 (too few for a percentage); 0.02 per 1,000 residents; under 0.1 % of all crime");
    of = counted(0, 60, 0, 0.0001);
    of->change.percent = of->change.low = of->change.high = (double)NAN;
    assert_text(words_of_facts(of, NULL, facts, memory), "Theft: 60, against 0 in 2022-23 (p < .001); 5.0 per 1,000 residents");
}

static void counts_have_commas_and_ranks_have_words(void **state)
{
    (void)state;
    static const struct { double count; const char *words; } counts[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {98765, "98,765"}, {123456789, "123,456,789"}};
    static const struct { size_t rank; const char *words; } ranks[] = {
        {2, "ranks second among the 9 offence groups"}, {10, "ranks tenth among the 9 offence groups"},
        {11, "ranks number 11 among the 9 offence groups"}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        assert_text(words_of_count(counts[i].count, memory), counts[i].words);
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        ranked(counted(0, 5, 5, 1), VOLUME_RANKS, ranks[i].rank);
        assert_text(words_of_rank(&facts[0], memory), ranks[i].words);
    }
    ranked(&facts[0], VOLUME_UNKNOWN, 0);
    assert_int_equal(words_of_rank(&facts[0], memory).size, 0);
}

/* --- indicators ---------------------------------------------------------------------------------- */

static indicator_row said(const char *period_words, const char *value, double asked)
{
    indicator_row made = {.measure = text_of("Fear (percent)"), .period = text_of(period_words), .value = text_of(value),
                          .number = NAN, .asked = asked, .cited = text_of("Survey")};
    (void)text_to_double(made.value, &made.number);
    return made;
}

static advice_line line_of(const indicator_row *now, const indicator_row *before, const char *place)
{
    static shown_indicator shown;
    shown = (shown_indicator){{now, before}, text_of(place)};
    told = (strategic_priority){.evidence_count = 0};
    priority_case about = {.of = &told, .facts = facts, .indicators = &shown, .indicator_count = 1};
    priority_advice advice = priority_advise(&about, &rules_now, memory);
    assert_int_equal(advice.verdict, ADVICE_UNKNOWN); /* it decides nothing */
    assert_int_equal(advice.lines[0].bearing, BEARS_BESIDE);
    assert_text(advice.lines[0].cited, "Survey");
    return advice.lines[0];
}

static void a_change_without_the_number_asked_is_untestable(void **state)
{
    (void)state;
    indicator_row now = said("latest", "24", NAN), before = said("previous", "21", NAN), counted_once = said("previous", "21", 900);
    advice_line line = line_of(&now, &before, "");
    assert_text(line.words, "Fear (percent): 24 (latest), 21 (previous)");
    assert_int_equal(line.caveat_count, 1);
    assert_text(line.caveats[0], "the change from 21 to 24 can't be tested: how many were asked is not given");
    line = line_of(&now, &counted_once, "");
    assert_int_equal(line.caveat_count, 1);
    line = line_of(&counted_once, &before, "");
    assert_text(line.caveats[0], "the change from 21 to 21 can't be tested: how many were asked is not given");
}

/* Expected values from tests/test_statistics_two_proportions.c. */
static void with_the_numbers_asked_it_is_tested(void **state)
{
    (void)state;
    indicator_row now = said("latest", "24", 1000), before = said("previous", "21", 1000);
    advice_line line = line_of(&now, &before, "Staffordshire");
    assert_text(line.words, "Fear (percent) (Staffordshire): 24 (latest, 1,000 asked), 21 (previous, 1,000 asked): +3.0 points "
                            "(95 % interval -0.7 to +6.7, p = .11)");
    assert_int_equal(line.caveat_count, 1);
    assert_text(line.caveats[0], "not statistically significant: 21 to 24 is within what chance gives (p = .11)");
    now.asked = 2000;
    before.asked = 1600;
    line = line_of(&now, &before, "");
    assert_int_equal(line.caveat_count, 0);
    assert_true(text_has(line.words, "p = .033)"));
    now.asked = before.asked = 10;
    line = line_of(&now, &before, "");
    assert_true(has_caveat(&line, "few were asked: p is a rough guide"));
}

static void words_are_shown_as_they_are(void **state)
{
    (void)state;
    indicator_row now = said("latest", "in flux", NAN), before = said("previous", "steady", NAN), alone = said("2024", "5", NAN);
    advice_line line = line_of(&now, &before, "");
    assert_text(line.words, "Fear (percent): in flux (latest), steady (previous)");
    assert_int_equal(line.caveat_count, 0);
    line = line_of(&alone, NULL, "");
    assert_text(line.words, "Fear (percent): 5 (2024)");
    assert_int_equal(line.caveat_count, 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_marked_increase_retains_even_low_numbers),
        T(an_increase_is_marked_only_when_large_and_unlikely_by_chance),
        T(small_numbers_move_markedly_only_when_they_are_clear),
        T(volume_retains_down_to_its_rank),
        T(low_numbers_speak_for_pivoting),
        T(a_marked_fall_speaks_for_pivoting),
        T(a_rise_short_of_marked_speaks_for_retaining_and_says_how_sure_it_is),
        T(what_is_not_wholly_covered_leaves_the_advice_open),
        T(without_an_earlier_year_only_volume_decides),
        T(a_fall_leaves_it_open_while_the_rank_is_unknown),
        T(a_proxy_tells_which_way_things_go_and_not_how_many_there_are),
        T(pivoting_needs_every_line_to_speak_for_it),
        T(one_line_is_enough_to_retain),
        T(every_threshold_is_the_file_s),
        T(a_ground_that_retains_does_so_whatever_the_figures),
        T(a_ground_that_does_not_retain_is_stated_beside),
        T(grounds_alone_retain_and_nothing_at_all_leaves_it_open),
        T(what_chance_gives_is_called_so),
        T(small_numbers_are_called_so_and_have_no_percentage),
        T(police_activity_and_little_detection_are_told_of),
        T(a_proxy_the_file_s_own_caveat_and_changes_of_recording_are_told_of),
        T(another_comparison_than_the_baseline_is_told_of),
        T(without_a_population_low_numbers_are_told_by_the_count_alone),
        T(a_line_tells_all_its_figures),
        T(what_is_unknown_or_tiny_is_not_rounded_into_something_else),
        T(counts_have_commas_and_ranks_have_words),
        T(a_change_without_the_number_asked_is_untestable),
        T(with_the_numbers_asked_it_is_tested),
        T(words_are_shown_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
