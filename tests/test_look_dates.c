/* Promise: a look that goes from date to date sees on each what a look from that date alone sees, p included; before the date
 * from which it says that it can say something there is nothing; and a fold that passes over such dates still tells
 * which of them was looked from last.
 */
#include <math.h>
#include <string.h>

#include "figures/window.h"
#include "judging_fixtures.h"
#include "testing.h"

static covered_world w;
static area_days *days, *wider_days;
static day_series counts, wider_counts;
static period_set known, wider_known;
static populations *people;
static wider_series wider;
static series_view view;

static void make_people(void)
{
    /* Without 2021 the nearest estimate changes within months and at their ends; from 2025 on there is none. */
    sheets *from = sheets_create();
    faults *found = faults_create();
    sheet_fill(from, SHEET_POPULATIONS,
               "D1,2017,1000,test\nD1,2018,1100,test\nD1,2020,1300,test\nD1,2022,1500,test\nD1,2023,1400,test\n"
               "F1,2017,9000,test\nF1,2018,9100,test\nF1,2020,9300,test\nF1,2022,9500,test\nF1,2023,9400,test\n");
    people = populations_create(from, w.data->areas, found);
    assert_faults(found, 0, 0);
    faults_destroy(&found);
    sheets_destroy(&from);
}

static int make(void **state)
{
    (void)state;
    w = covered_world_make("");
    make_people();
    days = area_days_create(w.data->categories);
    wider_days = area_days_create(w.data->categories);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    populations_destroy(&people);
    day_series_free(&counts);
    day_series_free(&wider_counts);
    period_set_free(&known);
    period_set_free(&wider_known);
    area_days_destroy(&days);
    area_days_destroy(&wider_days);
    covered_world_forget(&w);
    return 0;
}

/* None on many days, so that counts stay as they are for a while; in bursts, so that each month's dispersion differs. */
static uint32_t now_and_then(day_number on)
{
    uint32_t some = (uint32_t)on * 2654435761u >> 28;
    uint32_t burst = (uint32_t)(on / 45) * 2246822519u >> 29;
    return some < 1 + burst ? 1 : 0;
}

static uint32_t more_often(day_number on)
{
    return now_and_then(on) + 2 + (on % 2 == 0);
}

static void look_at(const char *known_words)
{
    days_fill(days, &w, "home", "2017-01-01..2026-12-31", now_and_then);
    days_fill(wider_days, &w, "home", "2017-01-01..2026-12-31", more_often);
    area_days_series(days, category_at(&w, "home"), &counts);
    area_days_series(wider_days, category_at(&w, "home"), &wider_counts);
    known = days_known(known_words);
    wider_known = days_known("2017-01-01..2026-12-31");
    wider = (wider_series){.counts = &wider_counts, .known = &wider_known, .area = area_at(&w, "F1")};
    view = (series_view){.counts = &counts, .known = &known, .area = area_at(&w, "D1"), .people = people, .wider = &wider};
}

static void assert_same(const measurement *a, const measurement *b)
{
    assert_int_equal(a->possible, b->possible);
    if (!a->possible)
        return;
    assert_memory_equal(&a->now, &b->now, sizeof a->now);
    assert_memory_equal(&a->before, &b->before, sizeof a->before);
    const double left[] = {a->current, a->compared, a->exposure, a->compared_exposure, a->percent, a->difference, a->p, a->phi};
    const double right[] = {b->current, b->compared, b->exposure, b->compared_exposure, b->percent, b->difference, b->p, b->phi};
    assert_memory_equal(left, right, sizeof left);
    assert_int_equal(a->complete, b->complete);
    assert_int_equal(a->signals, b->signals);
    assert_int_equal(a->direction, b->direction);
    assert_int_equal(a->may_alert, b->may_alert);
    assert_int_equal(a->percent_shown, b->percent_shown);
}

static void walk_as(detector_kind detector)
{
    watch_rule rule = default_rule(detector);
    series_look *walking = series_look_create(&view, 2021);
    day_number says_from = series_look_says_from(walking, &rule);
    measurement seen = {0};
    size_t possible = 0;
    for (day_number on = day_from("2017-01-01"); on <= day_from("2027-12-31"); on++) {
        if (!series_look_is_due(walking, detector, on))
            continue;
        series_look *alone = series_look_create(&view, 2021);
        measurement once = series_look_at(alone, &rule, on);
        series_look_go_on(walking, &rule, on, &seen);
        if (once.possible)
            series_look_ask_p(alone, &once);
        /* Not on every date, as a level does. */
        if (seen.possible && (on % 3 != 0 || isnan(once.p)))
            series_look_ask_p(walking, &seen);
        measurement asked = seen;
        if (asked.possible)
            series_look_ask_p(walking, &asked);
        assert_same(&asked, &once);
        assert_true(!once.possible || on >= says_from);
        possible += once.possible;
        series_look_destroy(&alone);
    }
    assert_true(possible > 10);
    series_look_destroy(&walking);
}

static void walk(void)
{
    walk_as(DETECTOR_ROLLING_YEAR);
    walk_as(DETECTOR_BASELINE_YEAR);
    walk_as(DETECTOR_COMPARATOR_GAP);
    walk_as(DETECTOR_WEEKLY_SPIKE);
    walk_as(DETECTOR_CONTROL_CHART);
}

static void every_date_is_seen_as_if_it_were_the_only_one(void **state)
{
    (void)state;
    look_at("2017-01-01..2026-12-31");
    walk();
}

static void and_so_where_what_is_known_has_gaps_and_ends_within_a_month(void **state)
{
    (void)state;
    look_at("2017-03-14..2017-11-30 2018-02-28..2024-10-17 2024-10-19..2026-05-03");
    walk();
}

static void a_gap_uses_the_estimate_nearest_to_each_dates_year(void **state)
{
    (void)state;
    look_at("2017-01-01..2026-12-31");
    watch_rule rule = default_rule(DETECTOR_COMPARATOR_GAP);
    const int members[] = {view.area, wider.area};
    series_look *look = series_look_create(&view, 0);
    int years_used[4] = {0};
    for (day_number on = day_from("2018-01-01"); on <= day_from("2026-12-31"); on++) {
        double here = 0, sum;
        int year;
        bool any = populations_nearest(people, members, 2, rolling_year(on), &year, &sum);
        measurement seen = series_look_at(look, &rule, on);
        assert_int_equal(seen.possible, any);
        if (!any)
            continue;
        assert_true(populations_of(people, members, 1, year, &here));
        assert_true(seen.exposure == here);
        years_used[year == 2018 ? 0 : year == 2020 ? 1 : year == 2022 ? 2 : 3]++;
    }
    for (int i = 0; i < 4; i++)
        assert_true(years_used[i] > 0);
    assert_false(series_look_at(look, &rule, day_from("2026-12-31")).possible);
    series_look_destroy(&look);
}

static series_state fold_of(detector_kind detector)
{
    watch_rule rule = default_rule(detector);
    rules by = {.each = &rule, .count = 1, .baseline = 2021};
    static folded said;
    fold_all(&by, &view, &said);
    return said.state;
}

static void dates_that_are_passed_over_were_looked_from(void **state)
{
    (void)state;
    tally last_day = {0};
    assert_true(tally_add(&last_day, offence_tree_category(w.data->categories, category_at(&w, "home"))->id, 31, 1));
    area_days_add_month(days, month_of(day_from("2026-12-31")), &last_day, true, NULL);
    tally_free(&last_day);
    look_at("2026-02-03..2026-12-26"); /* less than any year */
    assert_int_equal(fold_of(DETECTOR_ROLLING_YEAR).last_look, day_from("2026-12-31"));
    assert_int_equal(fold_of(DETECTOR_ROLLING_YEAR).first_said, DAY_NONE);
    assert_int_equal(fold_of(DETECTOR_WEEKLY_SPIKE).last_look, day_from("2026-12-27"));
    period_set_free(&known);
    assert_int_equal(fold_of(DETECTOR_ROLLING_YEAR).last_look, day_from("2026-12-31"));
    assert_int_equal(fold_of(DETECTOR_BASELINE_YEAR).last_look, day_from("2026-12-31"));
    assert_int_equal(fold_of(DETECTOR_WEEKLY_SPIKE).last_look, day_from("2026-12-27")); /* a Sunday */
    assert_int_equal(fold_of(DETECTOR_CONTROL_CHART).last_look, day_from("2026-12-31"));
}

static void where_records_know_only_months_ends_of_months_are_passed_over(void **state)
{
    (void)state;
    tally month = {0};
    assert_true(tally_add(&month, offence_tree_category(w.data->categories, category_at(&w, "home"))->id, DAY_UNKNOWN, 5));
    area_days_add_month(days, month_of(day_from("2026-11-01")), &month, true, NULL);
    tally_free(&month);
    area_days_series(days, category_at(&w, "home"), &counts);
    known = days_known("2026-02-03..2027-01-20");
    view = (series_view){.counts = &counts, .known = &known, .area = area_at(&w, "D1"), .people = people};
    assert_int_equal(fold_of(DETECTOR_ROLLING_YEAR).last_look, day_from("2026-12-31"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_date_is_seen_as_if_it_were_the_only_one, make, forget),
        cmocka_unit_test_setup_teardown(and_so_where_what_is_known_has_gaps_and_ends_within_a_month, make, forget),
        cmocka_unit_test_setup_teardown(a_gap_uses_the_estimate_nearest_to_each_dates_year, make, forget),
        cmocka_unit_test_setup_teardown(dates_that_are_passed_over_were_looked_from, make, forget),
        cmocka_unit_test_setup_teardown(where_records_know_only_months_ends_of_months_are_passed_over, make, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
