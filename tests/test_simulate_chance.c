/* Promise: invented records lie as the weights of their scenario say, with no more variation than chance makes. */
#include <math.h>
#include <stdlib.h>

#include "collector/simulate.h"
#include "simulate_fixtures.h"
#include "testing.h"

/* Pearson's measure of variation against what is expected, 1 where it is just chance. */
typedef struct fit {
    double sum;
    double freedom;
} fit;

static void add_cells(fit *to, const size_t *counts, const double *weights, size_t cells)
{
    double weight = 0, all = 0;
    for (size_t i = 0; i < cells; i++) {
        weight += weights[i];
        all += (double)counts[i];
    }
    to->freedom -= 1; /* their total is given */
    for (size_t i = 0; i < cells; i++) {
        double expected = all * weights[i] / weight;
        if (weights[i] == 0)
            assert_int_equal(counts[i], 0);
        else {
            to->sum += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
            to->freedom += 1;
        }
    }
}

/* Within four standard deviations of a chi-squared divided by its degrees of freedom. */
static void assert_chance(fit of)
{
    double phi = of.sum / of.freedom, deviation = sqrt(2 / of.freedom);
    if (fabs(phi - 1) > 4 * deviation)
        fail_msg("phi is %.3f with %.0f degrees of freedom", phi, of.freedom);
}

/* Twenty series of five years, 300 to 1,060 a year. */
static const char *even(simulate_world *self, const char *weights)
{
    text yaml = arena_print(self->memory, "seed: 5\nplaces: [E1, E2]\n%sseries:\n", weights);
    for (int i = 0; i < 20; i++)
        yaml = arena_print(self->memory, "%.*s  - offences: {%c: 1}\n    years: {2019-20: %d, 2020-21: %d, 2021-22: %d, 2022-23: %d, "
                           "2023-24: %d}\n", TEXT_ARGS(yaml), 'A' + i, 300 + i, 400 + i, 500 + i, 600 + i, 1040 + i);
    return yaml.at;
}

static fit fit_of_months(const simulate_world *self, const double season[12], const double weekday[7])
{
    fit found = {0};
    size_t counts[20][5][12] = {0};
    for (size_t i = 0; i < self->incidents; i++) {
        const incident *r = &self->standing[i];
        counts[r->offence.at[0] - 'A'][financial_year_of(r->recorded) - 2019][civil_of(r->recorded).month - 1]++;
    }
    for (int year = 0; year < 5; year++) {
        double weights[12] = {0};
        period days = financial_year(2019 + year);
        for (day_number d = days.from; d <= days.to; d++)
            weights[civil_of(d).month - 1] += season[civil_of(d).month - 1] * weekday[weekday_of(d)];
        for (int s = 0; s < 20; s++)
            add_cells(&found, counts[s][year], weights, 12);
    }
    return found;
}

static fit fit_of_weekdays(const simulate_world *self, const double season[12], const double weekday[7])
{
    fit found = {0};
    for (int begins = 2019; begins < 2024; begins++) {
        size_t counts[7] = {0};
        double weights[7] = {0};
        period year = financial_year(begins);
        for (day_number d = year.from; d <= year.to; d++)
            weights[weekday_of(d)] += season[civil_of(d).month - 1] * weekday[weekday_of(d)];
        for (size_t i = 0; i < self->incidents; i++)
            if (financial_year_of(self->standing[i].recorded) == begins)
                counts[weekday_of(self->standing[i].recorded)]++;
        add_cells(&found, counts, weights, 7);
    }
    return found;
}

static const double level[12] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static void months_and_weekdays_vary_as_much_as_chance_makes_them(void **state)
{
    simulate_world *self = *state;
    invent(self, even(self, ""));
    fit months = fit_of_months(self, level, level);
    assert_true(months.freedom == 1100);
    assert_chance(months);
    assert_chance(fit_of_weekdays(self, level, level));
}

static void incidents_lie_as_season_and_weekday_say_and_no_further_apart(void **state)
{
    simulate_world *self = *state;
    static const double season[12] = {0.85, 0.85, 0.95, 1, 1.08, 1.15, 1.2, 1.15, 1.02, 0, 2, 0.1};
    static const double weekday[7] = {1, 0.97, 0.5, 0, 1.07, 3, 0.9};
    invent(self, even(self, "season: [0.85, 0.85, 0.95, 1, 1.08, 1.15, 1.2, 1.15, 1.02, 0, 2, 0.1]\n"
                            "weekday: [1, 0.97, 0.5, 0, 1.07, 3, 0.9]\n"));
    assert_chance(fit_of_months(self, season, weekday));
    assert_chance(fit_of_weekdays(self, season, weekday));
    fit wrong = fit_of_months(self, level, level); /* and the measure would notice */
    assert_true(wrong.sum / wrong.freedom > 2);
}

static void days_are_drawn_one_by_one(void **state)
{
    simulate_world *self = *state;
    invent(self, "places: [E1]\nseries: [{offences: {A: 1}, years: {2023-24: 40000}}]\n");
    size_t counts[366] = {0};
    double weights[366];
    fit found = {0};
    for (size_t i = 0; i < self->incidents; i++)
        counts[self->standing[i].recorded - day_of(2023, 4, 1)]++;
    for (size_t i = 0; i < 366; i++) /* 29 February 2024 is one of them */
        weights[i] = 1;
    add_cells(&found, counts, weights, 366);
    assert_chance(found);
}

static void offences_are_drawn_by_their_weights(void **state)
{
    simulate_world *self = *state;
    static const double weights[4] = {85, 9, 0, 6};
    size_t counts[4] = {0};
    fit found = {0};
    invent(self, "places: [E1]\nseries: [{offences: {A0: 85, A1: 9, A2: 0, A3: 6}, years: {2023-24: 20000}}]\n");
    for (size_t i = 0; i < self->incidents; i++)
        counts[self->standing[i].offence.at[1] - '0']++;
    add_cells(&found, counts, weights, 4);
    assert_chance(found);
}

static void incidents_gather_in_some_places(void **state)
{
    simulate_world *self = *state;
    size_t counts[10] = {0};
    double weights[10] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    fit found = {0};
    invent(self, "places: [E0, E1, E2, E3, E4, E5, E6, E7, E8, E9]\nseries: [{offences: {A: 1}, years: {2023-24: 20000}}]\n");
    for (size_t i = 0; i < self->incidents; i++)
        counts[self->standing[i].area.at[1] - '0']++;
    add_cells(&found, counts, weights, 10);
    assert_true(found.sum / found.freedom > 10);
    for (int i = 0; i < 10; i++)
        assert_true(counts[i] > 0);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, simulate_world_make, simulate_world_forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(months_and_weekdays_vary_as_much_as_chance_makes_them),
        IN_WORLD(incidents_lie_as_season_and_weekday_say_and_no_further_apart),
        IN_WORLD(days_are_drawn_one_by_one),
        IN_WORLD(offences_are_drawn_by_their_weights),
        IN_WORLD(incidents_gather_in_some_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
