/* Promise: a set of days has exactly the days that were put into it, in the fewest periods, whatever the
 * order in which they came. */
#include "figures/period_set.h"

#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { DAYS = 90 };

/* A table that can't be wrong. */
typedef struct bitmap {
    bool has[DAYS];
} bitmap;

/* At times empty, never beyond the table. */
static period some_period(chance *by)
{
    day_number from = (day_number)chance_below(by, DAYS), to = from + (day_number)chance_below(by, 12) - 1;
    return (period){from, to < DAYS ? to : DAYS - 1};
}

static bool put(bitmap *model, period p)
{
    bool fresh = false;
    for (day_number d = p.from; d <= p.to; d++) {
        fresh = fresh || !model->has[d];
        model->has[d] = true;
    }
    return fresh;
}

static size_t shared_days(const bitmap *model, period p)
{
    size_t count = 0;
    for (day_number d = p.from; d <= p.to; d++)
        count += model->has[d];
    return count;
}

static void assert_like(const period_set *set, const bitmap *model)
{
    size_t runs = 0;
    for (day_number d = 0; d < DAYS; d++) {
        assert_int_equal(period_set_has(set, d), model->has[d]);
        runs += model->has[d] && (d == 0 || !model->has[d - 1]);
    }
    assert_int_equal(set->count, runs);
    for (size_t i = 0; i < set->count; i++) {
        assert_true(set->each[i].from <= set->each[i].to);
        assert_true(i == 0 || set->each[i].from > set->each[i - 1].to + 1);
    }
    assert_false(period_set_has(set, -1));
    assert_false(period_set_has(set, DAYS));
}

static void assert_asked(chance *by, const period_set *set, const bitmap *model)
{
    period p = some_period(by);
    if (p.to < p.from)
        return;
    size_t count = shared_days(model, p), size = (size_t)(p.to - p.from + 1);
    assert_int_equal(period_set_contains(set, p), count == size);
}

static void fill_by_chance(chance *by, period_set *set, bitmap *model)
{
    for (uint32_t i = chance_below(by, 12); i > 0; i--) {
        period p = some_period(by);
        assert_int_equal(period_set_add(set, p), put(model, p));
    }
}

static void random_periods_agree_with_a_table_of_days(void **state)
{
    (void)state;
    chance by = {10};
    for (int round = 0; round < 3000; round++) {
        period_set set = {0};
        bitmap model = {0};
        fill_by_chance(&by, &set, &model);
        assert_like(&set, &model);
        for (int i = 0; i < 10; i++)
            assert_asked(&by, &set, &model);
        period_set_free(&set);
    }
}

static void unions_and_intersections_agree_with_tables_of_days(void **state)
{
    (void)state;
    chance by = {11};
    for (int round = 0; round < 3000; round++) {
        period_set a = {0}, b = {0}, all = {0};
        bitmap in_a = {0}, in_b = {0}, in_both, in_any;
        fill_by_chance(&by, &a, &in_a);
        fill_by_chance(&by, &b, &in_b);
        for (int d = 0; d < DAYS; d++) {
            in_both.has[d] = in_a.has[d] && in_b.has[d];
            in_any.has[d] = in_a.has[d] || in_b.has[d];
        }
        period_set_add_all(&all, &a);
        assert_true(period_set_equal(&all, &a));
        period_set_add_all(&all, &b);
        assert_like(&all, &in_any);
        assert_int_equal(period_set_equal(&a, &b), memcmp(&in_a, &in_b, sizeof in_a) == 0);
        period_set_intersect(&a, &b);
        assert_like(&a, &in_both);
        assert_like(&b, &in_b);
        period_set_free(&a);
        period_set_free(&b);
        period_set_free(&all);
    }
}

static void periods_that_touch_become_one(void **state)
{
    (void)state;
    period_set set = {0};
    assert_true(period_set_add(&set, (period){1, 3}));
    assert_true(period_set_add(&set, (period){7, 9}));
    assert_true(period_set_add(&set, (period){4, 4}));
    assert_int_equal(set.count, 2);
    assert_true(period_set_add(&set, (period){5, 6}));
    assert_int_equal(set.count, 1);
    assert_int_equal(set.each[0].from, 1);
    assert_int_equal(set.each[0].to, 9);
    assert_false(period_set_add(&set, (period){2, 8}));
    period_set_free(&set);
}

static void an_empty_period_adds_nothing(void **state)
{
    (void)state;
    period_set set = {0};
    assert_false(period_set_add(&set, (period){5, 4}));
    assert_int_equal(set.count, 0);
    assert_true(period_set_add(&set, (period){1, 10}));
    assert_false(period_set_add(&set, (period){5, 4}));
    assert_int_equal(set.count, 1);
    period_set_free(&set);
}

static void an_empty_set_has_nothing(void **state)
{
    (void)state;
    period_set none = {0}, some = {0};
    assert_false(period_set_has(&none, DAY_MIN));
    assert_false(period_set_contains(&none, (period){DAY_MIN, DAY_MAX}));
    assert_true(period_set_equal(&none, &some));
    assert_true(period_set_add(&some, (period){DAY_MIN, DAY_MAX}));
    assert_false(period_set_equal(&none, &some));
    period_set_add_all(&some, &none);
    assert_true(period_set_contains(&some, (period){DAY_MIN, DAY_MAX}));
    period_set_intersect(&some, &none);
    assert_int_equal(some.count, 0);
    period_set_free(&some);
    period_set_free(&none);
    period_set_free(&none);
}

static void a_set_with_itself_is_itself(void **state)
{
    (void)state;
    period_set set = {0};
    assert_true(period_set_add(&set, (period){1, 2}));
    assert_true(period_set_add(&set, (period){5, 9}));
    period_set_add_all(&set, &set);
    assert_int_equal(set.count, 2);
    period_set_intersect(&set, &set);
    assert_int_equal(set.count, 2);
    assert_true(period_set_contains(&set, (period){5, 9}));
    period_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_periods_agree_with_a_table_of_days),
        cmocka_unit_test(unions_and_intersections_agree_with_tables_of_days),
        cmocka_unit_test(periods_that_touch_become_one),
        cmocka_unit_test(an_empty_period_adds_nothing),
        cmocka_unit_test(an_empty_set_has_nothing),
        cmocka_unit_test(a_set_with_itself_is_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
