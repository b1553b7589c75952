#include "comparators.h"

#include <stdlib.h>

enum { AREA, COMPARATOR };
enum { RATE_COMPARATOR, CATEGORY, PERIOD, RATE, POPULATION, DEFINITION, SOURCE };

struct pair {
    text area, comparator;
};

struct comparators {
    struct pair *pairs;
    size_t pair_count;
    published_rate *rates;
    size_t rate_count;
};

static void take_pairs(comparators *self, const sheet *from, const geography *areas, const groups *groups_known,
                       faults *found)
{
    self->pairs = memory_new(from->row_count, sizeof *self->pairs);
    for (size_t row = 0; row < from->row_count; row++) {
        struct pair made = {sheet_cell(from, row, AREA), sheet_cell(from, row, COMPARATOR)};
        if (geography_find(areas, made.area) == AREA_NONE && groups_find(groups_known, made.area) == NULL)
            faults_add(found, FAULT_ERROR, "comparators.csv", from->lines[row],
                       "'%.*s' is neither in areas.csv nor in groups.csv", TEXT_ARGS(made.area));
        else
            self->pairs[self->pair_count++] = made;
    }
}

static void take_rates(comparators *self, const sheet *from, const offence_tree *categories, faults *found)
{
    static const char *const file = "comparator_rates.csv";
    self->rates = memory_new(from->row_count, sizeof *self->rates);
    for (size_t row = 0; row < from->row_count; row++) {
        published_rate made = {
            .comparator = sheet_cell(from, row, RATE_COMPARATOR),
            .category = offence_tree_find(categories, sheet_cell(from, row, CATEGORY)),
            .period = sheet_cell(from, row, PERIOD),
            .population = sheet_cell(from, row, POPULATION),
            .definition = sheet_cell(from, row, DEFINITION),
            .source = sheet_cell(from, row, SOURCE),
        };
        int begins;
        if (made.category == CATEGORY_NONE)
            faults_add(found, FAULT_ERROR, file, from->lines[row], "the category '%.*s' is not in categories.csv",
                       TEXT_ARGS(sheet_cell(from, row, CATEGORY)));
        else if (!financial_year_read(made.period, &begins))
            faults_add(found, FAULT_ERROR, file, from->lines[row], "the period '%.*s' is not a financial year (2024-25)",
                       TEXT_ARGS(made.period));
        else if (!text_to_double(sheet_cell(from, row, RATE), &made.rate) || !(made.rate >= 0))
            faults_add(found, FAULT_ERROR, file, from->lines[row], "the rate '%.*s' is not a number per 1,000",
                       TEXT_ARGS(sheet_cell(from, row, RATE)));
        else
            self->rates[self->rate_count++] = made;
    }
}

comparators *comparators_create(const sheets *from, const geography *areas, const groups *groups_known,
                                const offence_tree *categories, faults *found)
{
    comparators *self = memory_new(1, sizeof *self);
    take_pairs(self, &from->each[SHEET_COMPARATORS], areas, groups_known, found);
    take_rates(self, &from->each[SHEET_COMPARATOR_RATES], categories, found);
    return self;
}

void comparators_destroy(comparators **self)
{
    if (*self == NULL)
        return;
    free((*self)->pairs);
    free((*self)->rates);
    free(*self);
    *self = NULL;
}

size_t comparators_of(const comparators *self, text area_code, text *out, size_t out_max)
{
    size_t count = 0;
    for (size_t i = 0; i < self->pair_count && count < out_max; i++)
        if (text_equal(self->pairs[i].area, area_code))
            out[count++] = self->pairs[i].comparator;
    return count;
}

const published_rate *comparators_published(const comparators *self, text comparator, int category_index, int begins)
{
    for (size_t i = 0; i < self->rate_count; i++) {
        const published_rate *r = &self->rates[i];
        int year;
        if (r->category == category_index && text_equal(r->comparator, comparator) &&
            financial_year_read(r->period, &year) && year == begins)
            return r;
    }
    return NULL;
}
