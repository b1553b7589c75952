/* Promise: levels are taken and left as the rules say: at once on strong evidence, else after as many looks in a row;
 * left only behind the margin, after the looks and the hold; falls and clearances only where everything is known; and
 * a fold that goes on from where it was left ends where a fold from the beginning ends.
 */
#include <math.h>
#include <string.h>

#include "judging_fixtures.h"
#include "statistics/change.h"
#include "testing.h"

static covered_world w;
static area_days *days;
static day_series counts;
static period_set known;
static series_view view;
static watch_rule rule;
static rules by;

static int make(void **state)
{
    (void)state;
    w = covered_world_make("");
    days = area_days_create(w.data->categories);
    rule = default_rule(DETECTOR_ROLLING_YEAR);
    by = (rules){.each = &rule, .count = 1, .baseline = 2021};
    return 0;
}

static int forget(void **state)
{
    (void)state;
    day_series_free(&counts);
    period_set_free(&known);
    area_days_destroy(&days);
    covered_world_forget(&w);
    return 0;
}

static void look_at(const char *known_words)
{
    area_days_series(days, category_at(&w, "home"), &counts);
    known = days_known(known_words);
    view = (series_view){.counts = &counts, .known = &known, .area = area_at(&w, "D1"), .people = w.data->populations};
}

static const char *levels(void)
{
    static folded said;
    fold_all(&by, &view, &said);
    return said.words;
}

/* One a day, two every third day: a year of about 486, with no more spread than chance. */
static uint32_t steady(day_number on)
{
    return 1 + (on % 3 == 0);
}

static uint32_t from_2024_one_more(day_number on)
{
    return steady(on) + (on >= day_from("2024-01-01"));
}

static void a_steady_series_is_normal_for_ever(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2024-12-31", steady);
    look_at("2020-01-01..2024-12-31");
    assert_string_equal(levels(), "");
}

static void a_rise_is_watched_then_elevated_then_priority(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2024-12-31", from_2024_one_more);
    look_at("2020-01-01..2024-12-31");
    static folded said;
    fold_all(&by, &view, &said);
    assert_int_equal(said.count, 3);
    assert_int_equal(said.changes[0].after, LEVEL_WATCH);
    assert_int_equal(said.changes[1].after, LEVEL_ELEVATED);
    assert_int_equal(said.changes[2].after, LEVEL_PRIORITY);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(said.changes[i].direction, TREND_RISING);
        assert_true(said.changes[i].seen.percent >= 10);
    }
    assert_true(said.changes[1].seen.p < 0.01 && said.changes[2].seen.p < 0.001);
    assert_int_equal(said.state.level, LEVEL_PRIORITY);
    assert_int_equal(said.state.since, said.changes[2].on);
}

static void nothing_is_raised_before_the_second_look_but_on_strong_evidence(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2024-12-31", from_2024_one_more);
    look_at("2020-01-01..2024-12-31");
    static folded two, one;
    fold_all(&by, &view, &two);
    rule.looks = 1;
    fold_all(&by, &view, &one);
    assert_int_equal(two.changes[0].on, one.changes[0].on + 1);
    assert_int_equal(two.changes[1].on, one.changes[1].on + 1);
    assert_int_equal(two.changes[2].on, one.changes[2].on); /* p < .001 */
    rule.looks = 10;
    fold_all(&by, &view, &two);
    assert_int_equal(two.changes[0].on, one.changes[0].on + 9);
    rule.at_once_p = 0;
    fold_all(&by, &view, &two);
    assert_int_equal(two.changes[two.count - 1].on, one.changes[2].on + 9);
}

static uint32_t a_bad_spring(day_number on)
{
    return steady(on) + (on >= day_from("2023-03-01") && on <= day_from("2023-05-31") ? 2 : 0);
}

static void a_level_is_left_behind_its_margin_and_after_the_hold(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2025-12-31", a_bad_spring);
    look_at("2020-01-01..2025-12-31");
    static folded said;
    fold_all(&by, &view, &said);
    /* Up in the spring of 2023; a year later the same spring stands on the other side: falling; and then nothing. */
    assert_int_equal(said.state.level, LEVEL_NORMAL);
    bool rose = false, fell = false;
    day_number taken = DAY_NONE;
    for (size_t i = 0; i < said.count; i++) {
        const level_change *c = &said.changes[i];
        rose = rose || (c->after >= LEVEL_ELEVATED && c->direction == TREND_RISING);
        fell = fell || (c->after > LEVEL_NORMAL && c->direction == TREND_FALLING);
        if (c->after < c->before && c->direction == c->direction_before) {
            assert_true(c->on - taken >= rule.hold_days);
            assert_true(fabs(c->seen.percent) < rule.clear_percent || c->seen.p > rule.clear_p);
        }
        taken = c->on;
    }
    assert_true(rose && fell);
    rule.hold_days = 2000;
    fold_all(&by, &view, &said);
    assert_true(said.state.level >= LEVEL_ELEVATED);
}

static void beyond_what_is_known_there_are_rises_only(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2024-12-31", from_2024_one_more);
    look_at("2020-01-01..2023-12-31"); /* nothing is declared of the year of the rise */
    static folded said;
    fold_all(&by, &view, &said);
    assert_int_equal(said.state.level, LEVEL_PRIORITY);
    assert_false(said.changes[0].seen.complete);
    (void)forget(NULL);
    (void)make(NULL);
    days_fill(days, &w, "home", "2020-01-01..2023-12-31", steady);
    days_fill(days, &w, "home", "2024-12-01..2024-12-31", steady); /* a gap, not a fall */
    look_at("2020-01-01..2023-12-31");
    assert_string_equal(levels(), "");
}

static void without_the_year_before_nothing_is_said(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2024-12-31", from_2024_one_more);
    look_at("2023-06-01..2024-12-31");
    assert_string_equal(levels(), "");
    by.baseline = 2022; /* 1 April 2022: not wholly known either */
    rule.detector = DETECTOR_BASELINE_YEAR;
    assert_string_equal(levels(), "");
}

static void directions_that_are_not_looked_for_are_not_found(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2025-12-31", a_bad_spring);
    look_at("2020-01-01..2025-12-31");
    static folded said;
    rule.falling = false;
    fold_all(&by, &view, &said);
    for (size_t i = 0; i < said.count; i++)
        assert_int_not_equal(said.changes[i].direction, TREND_FALLING);
    rule.falling = true;
    rule.rising = false;
    fold_all(&by, &view, &said);
    assert_true(said.count > 0);
    for (size_t i = 0; i < said.count; i++)
        assert_true(said.changes[i].direction == TREND_FALLING || said.changes[i].after == LEVEL_NORMAL);
}

static void records_known_by_month_are_looked_at_from_the_ends_of_months(void **state)
{
    (void)state;
    uint32_t id = offence_tree_category(w.data->categories, category_at(&w, "home"))->id;
    for (month_number m = month_of(day_from("2020-01-01")); m <= month_of(day_from("2024-12-01")); m++) {
        tally month = {0};
        assert_true(tally_add(&month, id, DAY_UNKNOWN, m >= month_of(day_from("2024-01-01")) ? 60 : 40));
        area_days_add_month(days, m, &month, true, NULL);
        tally_free(&month);
    }
    look_at("2020-01-01..2024-12-31");
    static folded said;
    fold_all(&by, &view, &said);
    assert_true(said.count > 0);
    for (size_t i = 0; i < said.count; i++)
        assert_true(day_ends_month(said.changes[i].on));
}

static void a_fold_that_goes_on_ends_where_a_fold_from_the_beginning_ends(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2020-01-01..2025-12-31", a_bad_spring);
    look_at("2020-01-01..2025-12-31");
    static folded whole;
    fold_all(&by, &view, &whole);
    chance at = {.state = 3};
    for (int round = 0; round < 40; round++) {
        bool applies[RULES_MAX] = {true};
        series_state state_so_far;
        period dates = fold_dates(&view);
        day_number cut = dates.from + (day_number)chance_below(&at, (uint32_t)(dates.to - dates.from));
        series_look *first = series_look_create(&view, by.baseline), *second = series_look_create(&view, by.baseline);
        series_state_clear(&state_so_far);
        fold_series(&by, applies, first, (period){dates.from, cut}, &state_so_far, NULL, NULL);
        fold_series(&by, applies, second, (period){cut + 1, dates.to}, &state_so_far, NULL, NULL);
        assert_memory_equal(&state_so_far, &whole.state, sizeof state_so_far);
        series_look_destroy(&first);
        series_look_destroy(&second);
    }
}

static void the_highest_of_several_rules_stands_and_the_first_of_equals(void **state)
{
    (void)state;
    watch_rule two[2] = {default_rule(DETECTOR_ROLLING_YEAR), default_rule(DETECTOR_BASELINE_YEAR)};
    two[1].index = 1;
    by = (rules){.each = two, .count = 2, .baseline = 2022};
    days_fill(days, &w, "home", "2020-01-01..2024-12-31", from_2024_one_more);
    look_at("2020-01-01..2024-12-31");
    static folded said;
    fold_all(&by, &view, &said);
    assert_int_equal(said.state.level, LEVEL_PRIORITY);
    assert_int_equal(said.state.rule, 0);
    two[0].thresholds[0].percent = 90; /* the first can't reach priority any more */
    fold_all(&by, &view, &said);
    assert_int_equal(said.state.level, LEVEL_PRIORITY);
    assert_int_equal(said.state.rule, 1);
}

static void what_is_measured_is_what_change_of_says_of_the_counts(void **state)
{
    (void)state;
    days_fill(days, &w, "home", "2023-01-01..2024-12-31", from_2024_one_more);
    look_at("2023-01-01..2024-12-31");
    double before = 0, now = 0;
    for (day_number on = day_from("2023-01-01"); on <= day_from("2023-12-31"); on++)
        before += from_2024_one_more(on);
    for (day_number on = day_from("2024-01-01"); on <= day_from("2024-12-31"); on++)
        now += from_2024_one_more(on);
    series_look *look = series_look_create(&view, 0);
    measurement seen = series_look_at(look, &rule, day_from("2024-12-31"));
    series_look_ask_p(look, &seen);
    assert_true(seen.possible && seen.complete);
    assert_true(seen.current == now && seen.compared == before);
    assert_true(fabs(seen.percent - 100 * (now / before - 1)) < 1e-9);
    double monthly[24];
    for (int m = 0; m < 24; m++) {
        month_number month = month_of(day_from("2023-01-01")) + m;
        monthly[m] = 0;
        for (day_number on = month_first(month); on <= month_last(month); on++)
            monthly[m] += from_2024_one_more(on);
    }
    assert_true(seen.p == change_of(now, before, 1, 1, dispersion_of(monthly, 2)).p);
    assert_false(series_look_at(look, &rule, day_from("2024-12-30")).possible); /* a day of 2022 is wanted */
    series_look_destroy(&look);
}

static uint32_t a_week_of_many(day_number on)
{
    bool spike = on >= day_from("2024-07-01") && on <= day_from("2024-07-07"); /* a Monday to a Sunday */
    return spike ? 6 : steady(on);
}

static void a_week_out_of_the_ordinary_is_found_on_its_sunday(void **state)
{
    (void)state;
    rule.detector = DETECTOR_WEEKLY_SPIKE;
    rule.thresholds[0] = (threshold){.level = LEVEL_ELEVATED, .p = 0.005};
    rule.threshold_count = 1;
    rule.looks = 1;
    rule.hold_days = 7;
    rule.clear_p = 1;
    days_fill(days, &w, "home", "2019-01-01..2024-12-31", a_week_of_many);
    look_at("2019-01-01..2024-12-31");
    static folded said;
    fold_all(&by, &view, &said);
    assert_string_equal(said.words, "2024-07-07 normal > elevated rising\n2024-07-14 elevated > normal ");
    assert_true(said.changes[0].seen.current == 42 && !said.changes[0].seen.provisional);
    (void)forget(NULL);
    (void)make(NULL);
    rule.detector = DETECTOR_WEEKLY_SPIKE;
    rule.thresholds[0] = (threshold){.level = LEVEL_ELEVATED, .p = 0.005};
    rule.threshold_count = 1;
    rule.looks = 1;
    days_fill(days, &w, "home", "2024-01-01..2024-12-31", a_week_of_many);
    look_at("2024-01-01..2024-12-31"); /* less than four years: EARS */
    fold_all(&by, &view, &said);
    assert_int_equal(said.changes[0].on, day_from("2024-07-07"));
    assert_true(said.changes[0].seen.provisional);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_steady_series_is_normal_for_ever),
        IN_A_WORLD(a_rise_is_watched_then_elevated_then_priority),
        IN_A_WORLD(nothing_is_raised_before_the_second_look_but_on_strong_evidence),
        IN_A_WORLD(a_level_is_left_behind_its_margin_and_after_the_hold),
        IN_A_WORLD(beyond_what_is_known_there_are_rises_only),
        IN_A_WORLD(without_the_year_before_nothing_is_said),
        IN_A_WORLD(directions_that_are_not_looked_for_are_not_found),
        IN_A_WORLD(records_known_by_month_are_looked_at_from_the_ends_of_months),
        IN_A_WORLD(a_fold_that_goes_on_ends_where_a_fold_from_the_beginning_ends),
        IN_A_WORLD(the_highest_of_several_rules_stands_and_the_first_of_equals),
        IN_A_WORLD(what_is_measured_is_what_change_of_says_of_the_counts),
        IN_A_WORLD(a_week_out_of_the_ordinary_is_found_on_its_sunday),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
