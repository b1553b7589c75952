/* Whose rates stand beside a row's. */
#include <math.h>

#include "report_parts.h"

/* One comparator by code: live where it is wholly covered, else as published. */
static status add_comparator(rate_tables *live, const figures *from, text code, report_row *row)
{
    const reference *data = figures_reference(from);
    comparator made = {.code = code, .name = code, .rate = NAN};
    char ignored[NOTE_SIZE_MAX];
    subject of;
    for (size_t i = 0; i < row->comparator_count; i++)
        if (text_equal(row->comparators[i].code, code))
            return STATUS_OK;
    if (subject_find(from, code, &of, ignored) && text_equal(of.code, code)) {
        const rate_table *table;
        status st = rate_tables_get(live, &of, row->window.now, &table);
        if (st != STATUS_OK)
            return st;
        made.name = of.name;
        made.rate = table->rates[row->category];
        made.population_year = table->population_year;
        made.mean = table->mean;
    }
    int year = financial_year_of(row->window.now.to);
    bool whole_year = financial_year(year).from == row->window.now.from && financial_year(year).to == row->window.now.to;
    /* What is published is of all recording systems. */
    const published_rate *published = whole_year && isnan(made.rate) && figures_origin(from) == 0
                                          ? comparators_published(data->comparators, code, row->category, year) : NULL;
    if (published != NULL) {
        made.rate = published->rate;
        made.published = true;
        made.population_year = 0;
        made.source = published->source;
    }
    if (!isnan(made.rate) && row->comparator_count < COMPARATORS_MAX)
        row->comparators[row->comparator_count++] = made;
    return STATUS_OK;
}

static bool holds_all(const geography *areas, int outer, const subject *of)
{
    for (size_t i = 0; i < of->member_count; i++)
        if (!geography_contains(areas, outer, of->members[i]))
            return false;
    return true;
}

status report_fill_comparators(rate_tables *live, const figures *from, const subject *of, report_row *row)
{
    const geography *areas = figures_reference(from)->areas;
    text named[COMPARATORS_MAX];
    status st = STATUS_OK;
    row->comparator_count = 0;
    if (row->coverage != COVERAGE_COMPLETE || !window_kind_is_year(row->window.kind))
        return st;
    size_t count = comparators_of(figures_reference(from)->comparators, of->code, named, COMPARATORS_MAX);
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = add_comparator(live, from, named[i], row);
    int up = of->member_count > 0 ? geography_up(areas, of->members[0]) : AREA_NONE;
    for (; up != AREA_NONE && st == STATUS_OK; up = geography_up(areas, up))
        if (holds_all(areas, up, of))
            st = add_comparator(live, from, geography_area(areas, up)->code, row);
    return st;
}
