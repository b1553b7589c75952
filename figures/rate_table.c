#include "rate_table.h"

#include <math.h>
#include <stdlib.h>

#include "count_table.h"

static size_t category_count(const figures *from)
{
    return (size_t)offence_tree_count(figures_reference(from)->categories);
}

/* The rates of areas taken together. */
static status read_together(const figures *from, const subject *of, period days, int year, rate_table *out)
{
    const populations *people = figures_reference(from)->populations;
    count_request request = {.windows = &days, .window_count = 1};
    count_table counts;
    period_set *known;
    double population = NAN;
    out->population_year = year;
    bool peopled = year != 0 ? populations_of(people, of->members, of->member_count, year, &population)
                             : populations_nearest(people, of->members, of->member_count, days, &out->population_year,
                                                   &population);
    for (size_t i = 0; i < category_count(from); i++)
        out->rates[i] = NAN;
    if (!peopled)
        return STATUS_OK;
    status st = known_read(from, of, &known);
    if (st != STATUS_OK)
        return st;
    st = count_table_read(from, of, &request, &counts);
    for (int i = 0; st == STATUS_OK && i < (int)category_count(from); i++)
        if (period_set_contains(&known[i], days) && !count_table_blurred(&counts, 0, i) &&
            count_table_hidden(&counts, figures_reference(from)->categories, 0, i) == 0)
            out->rates[i] = 1000 * count_table_sum(&counts, 0, i) / population;
    if (st == STATUS_OK)
        count_table_free(&counts);
    known_free(from, &known);
    return st;
}

/* The mean over the members; unknown as soon as one of them is. */
static status read_mean(const figures *from, const subject *of, period days, int year, rate_table *out)
{
    status st = STATUS_OK;
    for (size_t m = 0; m < of->member_count && st == STATUS_OK; m++) {
        rate_table one;
        subject member;
        subject_of_area(from, of->members[m], &member);
        st = rate_table_read(from, &member, days, year, &one);
        if (st != STATUS_OK)
            break;
        out->population_year = m == 0 || one.population_year == out->population_year ? one.population_year : 0;
        for (size_t i = 0; i < category_count(from); i++)
            out->rates[i] += one.rates[i] / (double)of->member_count;
        rate_table_free(&one);
    }
    return st;
}

status rate_table_read(const figures *from, const subject *of, period days, int year, rate_table *out)
{
    *out = (rate_table){.rates = memory_new(category_count(from), sizeof *out->rates)};
    out->mean = of->group != NULL && group_is_most_similar(of->group);
    status st = out->mean ? read_mean(from, of, days, year, out) : read_together(from, of, days, year, out);
    if (st != STATUS_OK)
        rate_table_free(out);
    return st;
}

void rate_table_free(rate_table *self)
{
    free(self->rates);
    self->rates = NULL;
}

struct kept {
    text code;
    period days;
    rate_table table;
};

struct rate_tables {
    const figures *from;
    int population_year;
    struct kept **each;
    size_t count, capacity;
};

rate_tables *rate_tables_create(const figures *from, int population_year)
{
    rate_tables *self = memory_new(1, sizeof *self);
    self->from = from;
    self->population_year = population_year;
    return self;
}

void rate_tables_destroy(rate_tables **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i < (*self)->count; i++) {
        rate_table_free(&(*self)->each[i]->table);
        free((*self)->each[i]);
    }
    free((*self)->each);
    free(*self);
    *self = NULL;
}

status rate_tables_get(rate_tables *self, const subject *of, period days, const rate_table **out)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_equal(self->each[i]->code, of->code) && self->each[i]->days.from == days.from &&
            self->each[i]->days.to == days.to) {
            *out = &self->each[i]->table;
            return STATUS_OK;
        }
    struct kept *made = memory_new(1, sizeof *made);
    made->code = of->code;
    made->days = days;
    status st = rate_table_read(self->from, of, days, self->population_year, &made->table);
    if (st != STATUS_OK) {
        free(made);
        return st;
    }
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count++] = made;
    *out = &made->table;
    return STATUS_OK;
}
