/* Promise: a category's facts are the report's, compared with the baseline where that is known; ranked among the offence
 * groups and nothing else; with the changes of recording that lie between. */
#include "judging/priority_facts.h"

#include <math.h>

#include "report_fixtures.h"
#include "testing.h"

static arena *memory;
static priority_facts gathered;

static int make_world(void **state)
{
    memory = arena_create();
    return report_world_make(state);
}

static int remove_world(void **state)
{
    arena_destroy(&memory);
    return report_world_remove(state);
}

static void gather(report_world *w, const char *code, const char *as_of)
{
    const report *made = report_as_of(w, code, as_of);
    assert_int_equal(priority_facts_read(w->figures, made, memory, &gathered), STATUS_OK);
}

static const category_facts *facts_of(report_world *w, const char *category_code)
{
    return &gathered.each[category_in(w, category_code)];
}

/* --- comparison ---------------------------------------------------------------------------------- */

static void it_is_compared_with_the_baseline_where_that_is_known(void **state)
{
    report_world *w = *state;
    given(w, "priorities.yaml", "baseline: 2022-23\n");
    covered(w, "D1", "2022-04-01..2025-03-31");
    happened(w, 60, "2024-05-17", "30C", "D1");
    happened(w, 70, "2023-05-17", "30C", "D1");
    happened(w, 80, "2022-05-17", "30C", "D1");
    gather(w, "D1", "2025-03-31");
    const category_facts *home = facts_of(w, "home");
    assert_text(home->row->code, "home");
    assert_true(home->baseline);
    assert_text(home->against, "2022-23");
    assert_number(home->before, 80, 9);
    assert_number(home->change.percent, -25, 9);
}

static void else_with_the_year_before(void **state)
{
    report_world *w = *state;
    given(w, "priorities.yaml", "baseline: 2022-23\n");
    covered(w, "D1", "2023-04-01..2025-03-31");
    happened(w, 60, "2024-05-17", "30C", "D1");
    happened(w, 80, "2023-05-17", "30C", "D1");
    gather(w, "D1", "2025-03-31");
    const category_facts *home = facts_of(w, "home");
    assert_false(home->baseline);
    assert_text(home->against, "the 12 months before");
    assert_number(home->before, 80, 9);
    assert_number(home->change.percent, -25, 9);
}

static void or_with_nothing(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-04-01..2025-03-31");
    happened(w, 60, "2024-05-17", "30C", "D1");
    happened(w, 80, "2023-05-17", "30C", "D1");
    gather(w, "D1", "2025-03-31");
    const category_facts *home = facts_of(w, "home");
    assert_int_equal(home->against.size, 0);
    assert_unknown(home->before);
    assert_unknown(home->change.p);
}

/* --- volume -------------------------------------------------------------------------------------- */

static void groups_rank_overlays_would_and_the_rest_has_no_rank(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-04-01..2025-03-31");
    incident marked = crime("", "2024-05-17", "8N", "D1");
    marked.markers = text_of("hate;domestic");
    happened(w, 9, "2024-05-17", "30C", "D1");  /* theft 9 */
    happened(w, 4, "2024-05-17", "8N", "D1");
    happened_as(w, 6, marked);                  /* violence 10, of which 6 bear both markers */
    happened(w, 2, "2024-05-17", "20", "D1");   /* sexual 2 */
    happened(w, 50, "2024-05-17", "ASB", "D1"); /* outside all crime */
    gather(w, "D1", "2025-03-31");
    static const struct { const char *category; volume_kind kind; size_t rank; } cases[] = {
        {"violence", VOLUME_RANKS, 1}, {"theft", VOLUME_RANKS, 2}, {"sexual", VOLUME_RANKS, 3},
        {"hate", VOLUME_WOULD_RANK, 3}, {"domestic", VOLUME_WOULD_RANK, 3},
        {"all-crime", VOLUME_UNRANKED, 0}, {"violence-and-sexual", VOLUME_UNRANKED, 0}, {"burglary", VOLUME_UNRANKED, 0},
        {"home", VOLUME_UNRANKED, 0}, {"asb", VOLUME_UNRANKED, 0}, {"local-fraud", VOLUME_UNRANKED, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const category_facts *facts = facts_of(w, cases[i].category);
        if (facts->ranked != cases[i].kind || facts->rank != cases[i].rank)
            fail_msg("%s: %d, rank %zu", cases[i].category, (int)facts->ranked, facts->rank);
        assert_int_equal(facts->groups, 3);
    }
}

static void without_every_group_there_is_no_rank(void **state)
{
    report_world *w = *state;
    covered_by(w, "police", "D1", "2024-04-01..2025-03-31", "", OPEN_DATA);
    incident burgled = crime("", "2024-05", "Burglary", "D1");
    burgled.origin = text_of("police");
    happened_as(w, 9, burgled);
    gather(w, "D1", "2025-03-31");
    assert_int_equal(facts_of(w, "theft")->row->coverage, COVERAGE_COMPLETE);
    assert_int_equal(facts_of(w, "theft")->ranked, VOLUME_UNKNOWN);
    assert_int_equal(facts_of(w, "theft")->rank, 0);
    assert_int_equal(facts_of(w, "violence")->ranked, VOLUME_UNKNOWN);
}

/* Wilson's interval of 7 in 40: tests/test_statistics_share.c. */
static void a_share_has_its_interval_and_its_root_s_name(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-04-01..2025-03-31");
    happened(w, 7, "2024-05-17", "30C", "D1");
    happened(w, 33, "2024-05-17", "8N", "D1");
    happened(w, 5, "2024-05-17", "ASB", "D1");
    gather(w, "D1", "2025-03-31");
    assert_number(facts_of(w, "home")->share.share, 0.175, 12);
    assert_number(facts_of(w, "home")->share.low, 0.087454137460359181, 12);
    assert_number(facts_of(w, "home")->share.high, 0.31949990331787714, 12);
    assert_text(facts_of(w, "home")->share_of, "all crime");
    assert_unknown(facts_of(w, "all-crime")->share.share);
    assert_unknown(facts_of(w, "asb")->share.share);
}

static void what_is_only_at_least_known_has_no_share(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-04-01..2025-03-31");
    happened(w, 7, "2024-05-17", "30C", "D1");
    happened(w, 1, "2024-05-17", "Burglary", "D1");
    gather(w, "D1", "2025-03-31");
    assert_int_equal(facts_of(w, "home")->row->coverage, COVERAGE_AT_LEAST);
    assert_unknown(facts_of(w, "home")->share.share);
    assert_number(facts_of(w, "burglary")->share.share, 1, 12);
}

static void five_years_stand_beside_each_other(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2020-04-01..2025-03-31");
    covered(w, "D2", "2021-04-01..2025-03-31");
    static const struct { const char *date; int count; } years[YEARS_COUNTED] = {
        {"2020-05-01", 11}, {"2021-05-01", 9}, {"2022-05-01", 8}, {"2023-05-01", 6}, {"2024-05-01", 3}};
    for (int y = 0; y < YEARS_COUNTED; y++)
        happened(w, years[y].count, years[y].date, "30C", "D1");
    gather(w, "D1", "2025-03-31");
    for (int y = 0; y < YEARS_COUNTED; y++)
        assert_number(facts_of(w, "home")->years[y], years[y].count, 9);
    gather(w, "BOTH", "2025-03-31");
    assert_unknown(facts_of(w, "home")->years[0]);
    assert_number(facts_of(w, "home")->years[1], 9, 9);
}

/* What knows only months speaks as of the last whole one, and so do its years. */
static void years_end_where_their_row_does(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2020-01-01..2025-03-31");
    happened(w, 3, "2025-03", "30C", "D1");
    happened(w, 4, "2025-02", "30C", "D1");
    happened(w, 5, "2025-02-20", "ASB", "D1");
    happened(w, 6, "2025-03-10", "ASB", "D1");
    gather(w, "D1", "2025-03-15");
    assert_int_equal(facts_of(w, "home")->row->as_of, day_at("2025-02-28"));
    assert_number(facts_of(w, "home")->years[YEARS_COUNTED - 1], 4, 9);
    assert_int_equal(facts_of(w, "asb")->row->as_of, day_at("2025-03-15"));
    assert_number(facts_of(w, "asb")->years[YEARS_COUNTED - 1], 11, 9);
}

/* --- changes of recording ------------------------------------------------------------------------ */

static const char changes[] =
    "date,area,category,text,source\n"
    "2023-06-01,,theft,A new rule,S\n"
    "2024-04-01,D2,theft,Elsewhere,S\n"
    "2024-07-01,F1,home,In the force,S\n"
    "2023-04-01,,home,On the first day,S\n"
    "2025-04-01,,home,Too late,S\n"
    "2023-07-01,,all-crime,Of everything,S\n"
    "2023-08-01,,asb,Of a root beside,S\n";

static void changes_of_recording_between_are_told_of_what_they_touch(void **state)
{
    report_world *w = *state;
    given(w, "recording_changes.csv", changes);
    covered(w, "D1", "2023-04-01..2025-03-31");
    gather(w, "D1", "2025-03-31");
    const category_facts *home = facts_of(w, "home");
    assert_int_equal(home->recording_count, 2);
    assert_text(home->recording[0], "recording changed on 1 June 2023: A new rule");
    assert_text(home->recording[1], "recording changed on 1 July 2024: In the force");
    assert_int_equal(facts_of(w, "theft")->recording_count, 1);
    assert_int_equal(facts_of(w, "violence")->recording_count, 0);
    assert_int_equal(facts_of(w, "asb")->recording_count, 1);
    assert_int_equal(facts_of(w, "all-crime")->recording_count, 1);
    assert_int_equal(gathered.recording_count, 1); /* what touches everything is told once */
    assert_text(gathered.recording[0], "recording changed on 1 July 2023: Of everything");
}

static void changes_before_what_is_compared_are_not_told(void **state)
{
    report_world *w = *state;
    given(w, "recording_changes.csv", "date,area,category,text,source\n2022-04-01,,home,Too early,S\n2022-07-01,,home,Early,S\n"
                                      "2024-07-01,,home,Late,S\n");
    covered(w, "D1", "2022-04-01..2025-03-31");
    gather(w, "D1", "2025-03-31");
    assert_int_equal(facts_of(w, "home")->recording_count, 1);
    assert_text(facts_of(w, "home")->recording[0], "recording changed on 1 July 2024: Late");
    given(w, "priorities.yaml", "baseline: 2022-23\n");
    gather(w, "D1", "2025-03-31");
    assert_int_equal(facts_of(w, "home")->recording_count, 2);
    assert_text(facts_of(w, "home")->recording[0], "recording changed on 1 July 2022: Early");
    gather(w, "D1", "2023-03-31"); /* nothing is compared */
    assert_int_equal(facts_of(w, "home")->recording_count, 0);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, remove_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(it_is_compared_with_the_baseline_where_that_is_known),
        IN_A_WORLD(else_with_the_year_before),
        IN_A_WORLD(or_with_nothing),
        IN_A_WORLD(groups_rank_overlays_would_and_the_rest_has_no_rank),
        IN_A_WORLD(without_every_group_there_is_no_rank),
        IN_A_WORLD(a_share_has_its_interval_and_its_root_s_name),
        IN_A_WORLD(what_is_only_at_least_known_has_no_share),
        IN_A_WORLD(five_years_stand_beside_each_other),
        IN_A_WORLD(years_end_where_their_row_does),
        IN_A_WORLD(changes_of_recording_between_are_told_of_what_they_touch),
        IN_A_WORLD(changes_before_what_is_compared_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
