/* Promise: the CUSUM adds up log likelihood ratios and starts again after an alarm; its limit is the lowest tenth
 * that keeps false alarms as rare as asked. */
#include <math.h>
#include <stdlib.h>

#include "golden.h"
#include "proto/memory.h"
#include "statistics/cusum.h"
#include "statistics/cusum_limit.h"
#include "testing.h"

static const struct month {
    double count, mean, poisson, negative_binomial;
} months[] = {
    /* The recursion with 30 digits (mpmath); ratio 1.5, alpha 0.2. */
    {9, 4, 1.6491859729734794, 0.83979623650336318},
    {2, 3.5, 0.7101161891898082, 0.34024565810266704},
    {0, 1, 0.2101161891898082, 0},
    {12, 5, 2.5756974864877808, 1.0721409249564067},
};

static void evidence_adds_up_and_never_falls_below_none(void **state)
{
    (void)state;
    const cusum_design poisson = {1.5, 100, 0}, negative_binomial = {1.5, 100, 0.2};
    cusum p = {0}, nb = {0};
    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
        p = cusum_add(p, months[i].count, months[i].mean, &poisson);
        nb = cusum_add(nb, months[i].count, months[i].mean, &negative_binomial);
        expect_near(p.sum, months[i].poisson, 1e-13);
        expect_near(nb.sum, months[i].negative_binomial, 1e-12);
        assert_false(p.alarm || nb.alarm);
    }
}

static void after_an_alarm_it_starts_from_nothing(void **state)
{
    (void)state;
    const cusum_design design = {2, 1.5, 0};
    cusum s = cusum_add((cusum){0}, 5, 1, &design);
    expect_near(s.sum, 5 * log(2) - 1, 1e-14);
    assert_true(s.alarm);
    s = cusum_add(s, 3, 1, &design);
    expect_near(s.sum, 3 * log(2) - 1, 1e-14);
    assert_false(s.alarm);
    const cusum_design on_limit = {2, 3 * log(2) - 1, 0};
    assert_false(cusum_add((cusum){0}, 3, 1, &on_limit).alarm); /* an alarm is above the limit */
}

static void a_small_alpha_is_nearly_poisson(void **state)
{
    (void)state;
    const cusum_design poisson = {1.5, 9, 0}, almost = {1.5, 9, 1e-9};
    expect_near(cusum_add((cusum){0}, 9, 4, &almost).sum, cusum_add((cusum){0}, 9, 4, &poisson).sum, 1e-6);
}

static cusum_room *room_new(void)
{
    return memory_new(1, sizeof(cusum_room));
}

/* With interval 0 every count above the allowance alarms: 1 / P(X > k). The others: the chain solved densely with 30
 * digits (mpmath). */
static void run_lengths_are_those_of_the_chain(void **state)
{
    (void)state;
    cusum_room *room = room_new();
    expect_near(cusum_arl(2, 2, 0, room), 1 / (1 - 5 * exp(-2)), 1e-12);
    expect_near(cusum_arl(2, 2.4, 3.0, room), 20.014228765851008, 1e-11);
    expect_near(cusum_arl(0.3, 0.4, 2.0, room), 38.242537959802359, 1e-11);
    expect_near(cusum_arl(3, 2.4, 3.0, room), 5.0882671158682757, 1e-11);
    free(room);
}

/* Mean 1.7, ratio 1.8: Lucas's allowance is 2.31; searched densely with 30 digits: 5.8, run length 218.7. */
static void the_limit_is_the_lowest_that_keeps_false_alarms_rare(void **state)
{
    (void)state;
    cusum_room *room = room_new();
    cusum_plan plan;
    assert_true(cusum_limit_find(1.7, 1.8, 200, room, &plan));
    expect_near(plan.allowance, 2.3, 1e-15);
    expect_near(plan.interval, 5.8, 1e-15);
    expect_near(plan.limit, 3.4091626564322902, 1e-14);
    expect_near(plan.arl_in_control, 218.68360709877803, 1e-10);
    assert_true(cusum_arl(1.7, 2.3, 5.7, room) < 200);
    assert_true(cusum_limit_find(1.7, 1.9, 200, room, &plan));
    expect_near(plan.allowance, 2.4, 1e-15); /* 2.38 */
    free(room);
}

static void a_limit_that_lies_too_high_is_not_found(void **state)
{
    (void)state;
    cusum_room *room = room_new();
    cusum_plan untouched = {.limit = 7};
    assert_false(cusum_limit_find(50, 1.01, 1e9, room, &untouched));
    expect_near(untouched.limit, 7, 0);
    cusum_plan plan;
    assert_true(cusum_limit_find(0.02, 1.5, 100, room, &plan)); /* the allowance isn't below a tenth */
    expect_near(plan.allowance, 0.1, 1e-15);
    assert_true(cusum_limit_find(40, 1.5, 500, room, &plan));
    assert_true(plan.arl_in_control >= 500);
    free(room);
}

static void golden_sums_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("poisson_cusum");
    cusum now = {0};
    size_t end = 0;
    for (size_t row = 0; row < golden_rows(file); row++) {
        if (row == end) {
            now = (cusum){0};
            end = golden_series_end(file, row, "series", "rate_ratio", "h", "nb_alpha", NULL);
        }
        const cusum_design design = {golden_number(file, row, "rate_ratio"), golden_number(file, row, "h"),
                                     golden_number(file, row, "nb_alpha")};
        now = cusum_add(now, golden_number(file, row, "x"), golden_number(file, row, "mu0"), &design);
        bool huge = text_is(golden_text(file, row, "series"), "huge");
        golden_expect(file, row, "stat", now.sum, 1e-9, huge ? 1e-6 : 1e-9);
        golden_expect(file, row, "alarm", now.alarm, 0, 0);
    }
    golden_close(&file);
}

static void golden_limits_are_met(void **state)
{
    (void)state;
    golden *file = golden_open("poisson_cusum_arl");
    cusum_room *room = room_new();
    for (size_t row = 0; row < golden_rows(file); row++) {
        double mean = golden_number(file, row, "mu0"), ratio = golden_number(file, row, "R");
        cusum_plan plan;
        assert_true(cusum_limit_find(mean, ratio, golden_number(file, row, "target_arl0"), room, &plan));
        golden_expect(file, row, "k", plan.allowance, 1e-12, 0);
        golden_expect(file, row, "h", plan.interval, 1e-12, 0);
        golden_expect(file, row, "arl_in_control", plan.arl_in_control, 1e-8, 0);
        golden_expect(file, row, "arl_in_control", cusum_arl(mean, plan.allowance, plan.interval, room), 1e-8, 0);
        golden_expect(file, row, "arl_at_mu1", cusum_arl(mean * ratio, plan.allowance, plan.interval, room), 1e-8, 0);
        golden_expect(file, row, "arl_at_half_shift",
                      cusum_arl(mean * (1 + ratio) / 2, plan.allowance, plan.interval, room), 1e-8, 0);
    }
    free(room);
    golden_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_adds_up_and_never_falls_below_none),
        cmocka_unit_test(after_an_alarm_it_starts_from_nothing),
        cmocka_unit_test(a_small_alpha_is_nearly_poisson),
        cmocka_unit_test(run_lengths_are_those_of_the_chain),
        cmocka_unit_test(the_limit_is_the_lowest_that_keeps_false_alarms_rare),
        cmocka_unit_test(a_limit_that_lies_too_high_is_not_found),
        cmocka_unit_test(golden_sums_are_met),
        cmocka_unit_test(golden_limits_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
