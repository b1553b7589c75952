/* Promise: an area's days are those of its months, whatever order months come in and however often they are taken away
 * and added anew; a category has all that lies under it, and knows what hides in the nodes above.
 */
#include <string.h>

#include "judging_fixtures.h"
#include "testing.h"

static covered_world w;

static int make(void **state)
{
    (void)state;
    w = covered_world_make("");
    return 0;
}

static int forget(void **state)
{
    (void)state;
    covered_world_forget(&w);
    return 0;
}

static void add(area_days *to, const char *code, const char *date, int32_t count, bool covering, bool *changed)
{
    tally month = {0};
    day_number on = day_from(date);
    uint32_t id = offence_tree_category(w.data->categories, category_at(&w, code))->id;
    assert_true(tally_add(&month, id, on - month_first(month_of(on)) + 1, count));
    area_days_add_month(to, month_of(on), &month, covering, changed);
    tally_free(&month);
}

static double count_of(const area_days *in, const char *code, const char *from, const char *to)
{
    day_series series;
    area_days_series(in, category_at(&w, code), &series);
    double count = day_series_count(&series, (period){day_from(from), day_from(to)});
    day_series_free(&series);
    return count;
}

static void a_category_has_all_that_lies_under_it_and_nothing_else(void **state)
{
    (void)state;
    area_days *days = area_days_create(w.data->categories);
    add(days, "home", "2024-02-29", 3, true, NULL);
    add(days, "other-theft", "2024-03-01", 5, true, NULL);
    add(days, "hate", "2024-03-01", 7, true, NULL);
    add(days, "asb", "2024-03-01", 11, true, NULL);
    assert_true(count_of(days, "home", "2024-01-01", "2024-12-31") == 3);
    assert_true(count_of(days, "burglary", "2024-01-01", "2024-12-31") == 3);
    assert_true(count_of(days, "theft", "2024-02-29", "2024-02-29") == 3);
    assert_true(count_of(days, "theft", "2024-02-29", "2024-03-01") == 8);
    assert_true(count_of(days, "all-crime", "2020-01-01", "2030-12-31") == 8);
    assert_true(count_of(days, "hate", "2024-03-01", "2024-03-31") == 7);
    assert_true(count_of(days, "violence", "2024-01-01", "2024-12-31") == 0);
    assert_true(count_of(days, "asb", "2024-03-02", "2024-12-31") == 0);
    area_days_destroy(&days);
    assert_null(days);
}

/* The same by hand: one number for each day of 400. */
static void months_may_come_in_any_order_and_again(void **state)
{
    (void)state;
    enum { DAYS = 400 };
    uint32_t model[DAYS];
    day_number first = day_from("2023-12-15");
    chance by = {.state = 7};
    area_days *days = area_days_create(w.data->categories);
    uint32_t id = offence_tree_category(w.data->categories, category_at(&w, "home"))->id;
    memset(model, 0, sizeof model);
    for (int i = 0; i < 300; i++) {
        month_number m = month_of(first) + (month_number)chance_below(&by, 13);
        area_days_clear_month(days, m, NULL);
        tally month = {0};
        for (day_number on = month_first(m); on <= month_last(m); on++) {
            uint32_t count = chance_below(&by, 3);
            if (on >= first && on < first + DAYS)
                model[on - first] = count;
            if (on >= first && on < first + DAYS && count > 0)
                assert_true(tally_add(&month, id, on - month_first(m) + 1, (int32_t)count));
        }
        area_days_add_month(days, m, &month, true, NULL);
        tally_free(&month);
        day_series series;
        area_days_series(days, category_at(&w, "theft"), &series);
        day_number from = first + (day_number)chance_below(&by, DAYS), to = first + (day_number)chance_below(&by, DAYS);
        double expected = 0;
        for (day_number on = from; on <= to; on++)
            expected += model[on - first];
        assert_true(day_series_count(&series, (period){from, to}) == expected);
        day_series_free(&series);
    }
    area_days_destroy(&days);
}

static void what_is_known_only_as_something_wider_hides_in_the_nodes_below(void **state)
{
    (void)state;
    day_series series;
    area_days *days = area_days_create(w.data->categories);
    period all = {day_from("2024-01-01"), day_from("2024-12-31")};
    add(days, "burglary", "2024-05-01", 4, true, NULL);
    add(days, "theft", "2024-05-02", 2, false, NULL); /* of an origin that has declared nothing */
    area_days_series(days, category_at(&w, "home"), &series);
    assert_true(day_series_count(&series, all) == 0);
    assert_true(day_series_hidden(&series, all) == 4);
    day_series_free(&series);
    area_days_series(days, category_at(&w, "burglary"), &series);
    assert_true(day_series_hidden(&series, all) == 0);
    day_series_free(&series);
    add(days, "violence-and-sexual", "2024-05-01", 3, true, NULL);
    area_days_series(days, category_at(&w, "domestic"), &series); /* of violence */
    assert_true(day_series_hidden(&series, all) == 3);
    day_series_free(&series);
    area_days_series(days, category_at(&w, "hate"), &series);
    assert_true(day_series_hidden(&series, all) == 0);
    day_series_free(&series);
    area_days_destroy(&days);
}

static void records_that_know_only_their_month_count_on_its_last_day(void **state)
{
    (void)state;
    day_series series;
    tally month = {0};
    area_days *days = area_days_create(w.data->categories);
    uint32_t id = offence_tree_category(w.data->categories, category_at(&w, "home"))->id;
    assert_true(tally_add(&month, id, DAY_UNKNOWN, 6));
    area_days_add_month(days, month_of(day_from("2024-02-01")), &month, true, NULL);
    tally_free(&month);
    add(days, "home", "2024-04-01", 1, true, NULL);
    area_days_series(days, category_at(&w, "home"), &series);
    assert_true(day_series_count(&series, (period){day_from("2024-02-29"), day_from("2024-02-29")}) == 6);
    assert_true(day_series_month_only(&series, (period){day_from("2024-01-01"), day_from("2024-02-01")}));
    assert_false(day_series_month_only(&series, (period){day_from("2024-03-01"), day_from("2024-12-01")}));
    assert_int_equal(series.last_record, day_from("2024-04-01"));
    day_series_free(&series);
    area_days_destroy(&days);
}

static void a_change_marks_the_series_that_it_may_concern(void **state)
{
    (void)state;
    bool changed[64] = {false};
    area_days *days = area_days_create(w.data->categories);
    add(days, "home", "2024-05-01", 1, true, changed);
    static const char *const touched[] = {"home", "burglary", "theft", "all-crime"};
    for (size_t i = 0; i < 4; i++)
        assert_true(changed[category_at(&w, touched[i])]);
    assert_false(changed[category_at(&w, "other-burglary")]);
    assert_false(changed[category_at(&w, "hate")]);
    memset(changed, 0, sizeof changed);
    add(days, "burglary", "2024-05-01", 1, true, changed); /* may be any of those below */
    assert_true(changed[category_at(&w, "other-burglary")]);
    memset(changed, 0, sizeof changed);
    area_days_clear_month(days, month_of(day_from("2024-06-01")), changed);
    assert_false(changed[category_at(&w, "home")]);
    area_days_clear_month(days, month_of(day_from("2024-05-01")), changed);
    assert_true(changed[category_at(&w, "home")]);
    assert_true(changed[category_at(&w, "other-burglary")]);
    assert_true(count_of(days, "all-crime", "2024-01-01", "2024-12-31") == 0);
    area_days_destroy(&days);
}

static void a_month_added_anew_changed_only_where_its_counts_differ(void **state)
{
    (void)state;
    bool changed[64] = {false};
    area_days *days = area_days_create(w.data->categories);
    month_number may = month_of(day_from("2024-05-01"));
    month_before *before = area_days_remember(days, may); /* nothing is held yet */
    add(days, "home", "2024-05-01", 1, true, NULL);
    add(days, "other-theft", "2024-05-02", 3, true, NULL);
    area_days_compare(days, &before, changed);
    assert_null(before);
    assert_true(changed[category_at(&w, "home")] && changed[category_at(&w, "other-theft")] && changed[category_at(&w, "theft")]);
    assert_false(changed[category_at(&w, "asb")]);

    memset(changed, 0, sizeof changed);
    before = area_days_remember(days, may);
    area_days_clear_month(days, may, NULL);
    add(days, "home", "2024-05-01", 1, true, NULL);
    add(days, "other-theft", "2024-05-03", 3, true, NULL); /* as many, another day */
    area_days_compare(days, &before, changed);
    assert_true(changed[category_at(&w, "other-theft")] && changed[category_at(&w, "theft")] && changed[category_at(&w, "all-crime")]);
    assert_false(changed[category_at(&w, "home")] || changed[category_at(&w, "burglary")]);

    memset(changed, 0, sizeof changed);
    before = area_days_remember(days, may);
    area_days_clear_month(days, may, NULL);
    add(days, "home", "2024-05-01", 1, true, NULL);
    add(days, "theft", "2024-05-03", 3, true, NULL); /* may be any of those below */
    area_days_compare(days, &before, changed);
    assert_true(changed[category_at(&w, "home")] && changed[category_at(&w, "other-burglary")]);
    assert_false(changed[category_at(&w, "asb")]);
    area_days_destroy(&days);
}

static void add_undated(area_days *to, const char *code, const char *date, bool *changed)
{
    tally month = {0};
    assert_true(tally_add(&month, offence_tree_category(w.data->categories, category_at(&w, code))->id, DAY_UNKNOWN, 1));
    area_days_add_month(to, month_of(day_from(date)), &month, true, changed);
    tally_free(&month);
}

static void a_record_without_a_day_concerns_every_series_when_it_comes_and_when_it_goes(void **state)
{
    (void)state;
    bool changed[64] = {false};
    area_days *days = area_days_create(w.data->categories);
    add(days, "home", "2024-05-01", 1, true, NULL);
    add_undated(days, "hate", "2024-05-01", changed);
    assert_true(changed[category_at(&w, "asb")]);
    memset(changed, 0, sizeof changed);
    add_undated(days, "hate", "2024-05-01", changed); /* one more alters no dates */
    assert_true(changed[category_at(&w, "hate")]);
    assert_false(changed[category_at(&w, "asb")]);
    area_days_clear_month(days, month_of(day_from("2024-05-01")), changed);
    assert_true(changed[category_at(&w, "asb")]);
    area_days_destroy(&days);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_category_has_all_that_lies_under_it_and_nothing_else),
        IN_A_WORLD(months_may_come_in_any_order_and_again),
        IN_A_WORLD(what_is_known_only_as_something_wider_hides_in_the_nodes_below),
        IN_A_WORLD(records_that_know_only_their_month_count_on_its_last_day),
        IN_A_WORLD(a_change_marks_the_series_that_it_may_concern),
        IN_A_WORLD(a_month_added_anew_changed_only_where_its_counts_differ),
        IN_A_WORLD(a_record_without_a_day_concerns_every_series_when_it_comes_and_when_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
