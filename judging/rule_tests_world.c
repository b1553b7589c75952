/* The world of a test: counts, coverage and residents in memory, as the judge has them of real records. */
#include <stdlib.h>

#include "rule_tests_parts.h"

/* --- days ------------------------------------------------------------------------------------------ */

static void reach(period *self, period days)
{
    if (days.to < days.from)
        return;
    bool first = self->to < self->from;
    self->from = first || days.from < self->from ? days.from : self->from;
    self->to = first || days.to > self->to ? days.to : self->to;
}

static period described(const rule_test *self)
{
    period all = {0, -1};
    for (size_t i = 0; i < self->own.count; i++)
        reach(&all, self->own.each[i].days);
    return all;
}

period rule_test_extent(const rule_test *self)
{
    period all = described(self);
    for (size_t i = 0; i < self->covered.count; i++)
        reach(&all, self->covered.each[i]);
    return all;
}

/* --- coverage -------------------------------------------------------------------------------------- */

/* Does it matter to one category that the other isn't known? */
static bool is_concerned(const offence_tree *tree, int category_index, int unknown)
{
    return offence_tree_contains(tree, unknown, category_index) ||
           (!category_is_marker(offence_tree_category(tree, unknown)) && offence_tree_contains(tree, category_index, unknown));
}

/* The days on which a series is known: where it has counts; under a coverage that is given, where it isn't said that
 * nothing is known. */
static period_set known_of(const test_series *of, const period_set *covered)
{
    period_set made = {0};
    period run = of->days;
    if (covered->count > 0 && of->count > 0) {
        (void)period_set_add(&made, (period){DAY_MIN, of->days.from - 1});
        (void)period_set_add(&made, (period){of->days.to + 1, DAY_MAX});
    }
    for (size_t i = 0; i < of->count; i = (size_t)(run.to - of->days.from) + 1) {
        run.from = run.to = of->days.from + (day_number)i;
        while (run.to < of->days.to && (of->each[i] == COUNT_UNKNOWN) == (of->each[run.to + 1 - of->days.from] == COUNT_UNKNOWN))
            run.to++;
        if (of->each[i] != COUNT_UNKNOWN)
            (void)period_set_add(&made, run);
    }
    return made;
}

static void narrow(const test_world *self, const series_list *by, period_set *known)
{
    const offence_tree *tree = self->data.categories;
    for (size_t i = 0; i < by->count; i++) {
        period_set days = known_of(&by->each[i], &self->test->covered);
        for (int c = 0; c < offence_tree_count(tree); c++)
            if (is_concerned(tree, c, by->each[i].category))
                period_set_intersect(&known[c], &days);
        period_set_free(&days);
    }
}

static period_set *make_known(const test_world *self)
{
    int categories = offence_tree_count(self->data.categories);
    period_set *made = memory_new((size_t)categories, sizeof *made);
    for (int c = 0; c < categories; c++) {
        if (self->test->covered.count > 0)
            period_set_add_all(&made[c], &self->test->covered);
        else
            (void)period_set_add(&made[c], described(self->test));
    }
    return made;
}

static void free_known(const test_world *self, period_set *known)
{
    for (int c = 0; c < offence_tree_count(self->data.categories); c++)
        period_set_free(&known[c]);
    free(known);
}

/* --- counts ---------------------------------------------------------------------------------------- */

/* What is told of a node alone may be any of those below; where those are told too, it is what is left. */
static bool hides_others(const test_world *self, int category_index)
{
    const series_list *own = &self->test->own;
    for (size_t i = 0; i < own->count; i++)
        if (own->each[i].category != category_index &&
            offence_tree_contains(self->data.categories, category_index, own->each[i].category))
            return false;
    return true;
}

static void count_series(const test_world *self, const test_series *of, area_days *to)
{
    uint32_t id = offence_tree_category(self->data.categories, of->category)->id;
    bool hides = hides_others(self, of->category);
    for (day_number on = of->days.from; on <= of->days.to;) {
        tally counted = {0};
        month_number m = month_of(on);
        for (; on <= of->days.to && month_of(on) == m; on++) {
            uint32_t count = of->each[on - of->days.from];
            int day = self->test->monthly ? DAY_UNKNOWN : on - month_first(m) + 1;
            if (count != COUNT_UNKNOWN && count > 0)
                (void)tally_add(&counted, id, day, (int32_t)count);
        }
        area_days_add_month(to, m, &counted, hides, NULL);
        tally_free(&counted);
    }
}

static void count_all(const test_world *self, const series_list *of, area_days *to)
{
    for (size_t i = 0; i < of->count; i++)
        count_series(self, &of->each[i], to);
}

/* --- residents ------------------------------------------------------------------------------------- */

static void add_people(sheets *to, text area_code, int year, double people)
{
    text *row = sheets_row(to, SHEET_POPULATIONS, 0);
    row[0] = area_code;
    row[1] = arena_print(to->memory, "%d", year);
    row[2] = arena_print(to->memory, "%.0f", people);
}

static populations *invent_people(const test_world *self)
{
    const geography *areas = self->data.areas;
    const rule_test *test = self->test;
    period days = rule_test_extent(test);
    sheets *from = sheets_create();
    faults *found = faults_create();
    for (int i = 0; i < geography_count(areas); i++)
        for (int year = civil_of(days.from).year; geography_contains(areas, i, test->area) && year <= civil_of(days.to).year; year++)
            add_people(from, geography_area(areas, i)->code, year, test->population + (i == test->area ? 0 : test->rest_population));
    populations *made = populations_create(from, areas, found);
    faults_destroy(&found);
    sheets_destroy(&from);
    return made;
}

/* --- the whole ------------------------------------------------------------------------------------- */

void test_world_make(const rule_test *test, const reference *data, test_world *out)
{
    *out = (test_world){.test = test, .data = *data, .own = area_days_create(data->categories),
                        .wide = area_days_create(data->categories)};
    if (test->population > 0)
        out->data.populations = out->people = invent_people(out);
    out->known = make_known(out);
    out->known_wide = make_known(out);
    narrow(out, &test->own, out->known);
    narrow(out, &test->own, out->known_wide);
    narrow(out, &test->rest, out->known_wide);
    count_all(out, &test->own, out->own);
    count_all(out, &test->own, out->wide);
    count_all(out, &test->rest, out->wide);
}

void test_world_free(test_world *self)
{
    area_days_destroy(&self->own);
    area_days_destroy(&self->wide);
    free_known(self, self->known);
    free_known(self, self->known_wide);
    populations_destroy(&self->people);
}

bool test_world_area(void *context, int area_index, area_input *out)
{
    const test_world *self = context;
    if (area_index == self->test->area)
        *out = (area_input){.days = self->own, .known = self->known};
    else if (self->test->rest.count > 0)
        *out = (area_input){.days = self->wide, .known = self->known_wide};
    else
        return false;
    return true;
}
