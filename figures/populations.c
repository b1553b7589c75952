#include "populations.h"

#include <stdlib.h>

enum { AREA, YEAR, POPULATION };
enum { YEAR_MIN = 1970, YEAR_MAX = 2099 };

struct populations {
    const geography *areas;
    double *each; /* [area * years + year - first]; negative: unknown */
    int first, years;
};

static const char *const file = "populations.csv";

static const char *file_of(uint32_t line)
{
    return (line & SHEET_IMPORTED) != 0 ? "imported/populations.csv" : file;
}

static bool year_of(text cell, int *out)
{
    uint64_t year;
    if (!text_to_u64(cell, &year) || year < YEAR_MIN || year > YEAR_MAX)
        return false;
    *out = (int)year;
    return true;
}

/* The years that occur, so that the table is no larger than it must be. */
static void find_years(populations *self, const sheet *from)
{
    int first = 0, last = -1, year;
    for (size_t row = 0; row < from->row_count; row++) {
        if (!year_of(sheet_cell(from, row, YEAR), &year))
            continue;
        first = last < first || year < first ? year : first;
        last = year > last ? year : last;
    }
    self->first = first;
    self->years = last >= first ? last - first + 1 : 0;
}

static void take_row(populations *self, const sheet *from, size_t row, faults *found)
{
    uint32_t line = from->lines[row];
    text area_code = sheet_cell(from, row, AREA), count = sheet_cell(from, row, POPULATION);
    int index = geography_find(self->areas, area_code), year;
    double people;
    if (index == AREA_NONE)
        faults_add(found, FAULT_WARNING, file_of(line), line & ~SHEET_IMPORTED,
                   "the area '%.*s' is not in areas.csv: the estimate is not used", TEXT_ARGS(area_code));
    else if (!year_of(sheet_cell(from, row, YEAR), &year))
        faults_add(found, FAULT_ERROR, file_of(line), line & ~SHEET_IMPORTED, "the year '%.*s' is not a year",
                   TEXT_ARGS(sheet_cell(from, row, YEAR)));
    else if (!text_to_double(count, &people) || !(people > 0) || people > 1e10)
        faults_add(found, FAULT_ERROR, file_of(line), line & ~SHEET_IMPORTED,
                   "the population '%.*s' is not a number of people, written without separators", TEXT_ARGS(count));
    else {
        double *at = &self->each[index * self->years + year - self->first];
        if (*at >= 0 && (line & SHEET_IMPORTED) == 0)
            faults_add(found, FAULT_ERROR, file, line, "'%.*s' has a second estimate for %d", TEXT_ARGS(area_code), year);
        *at = people;
    }
}

populations *populations_create(const sheets *from, const geography *areas, faults *found)
{
    const sheet *rows = &from->each[SHEET_POPULATIONS];
    populations *self = memory_new(1, sizeof *self);
    self->areas = areas;
    find_years(self, rows);
    size_t cells = (size_t)geography_count(areas) * (size_t)self->years;
    self->each = memory_new(cells, sizeof *self->each);
    for (size_t i = 0; i < cells; i++)
        self->each[i] = -1;
    for (size_t row = 0; row < rows->row_count; row++)
        take_row(self, rows, row, found);
    return self;
}

void populations_destroy(populations **self)
{
    if (*self == NULL)
        return;
    free((*self)->each);
    free(*self);
    *self = NULL;
}

/* A former part of an area that has others now, and that had ended before the day of the estimate: whoever lived
 * there is counted in the others. */
static bool was_over(const populations *self, const area *part, int siblings_from, int year)
{
    bool others = false;
    for (int i = siblings_from; i != AREA_NONE; i = geography_area(self->areas, i)->next_sibling)
        others = others || geography_area(self->areas, i)->successor == AREA_NONE;
    return others && part->successor != AREA_NONE && part->valid_to != DAY_NONE && part->valid_to < day_of(year, 6, 30);
}

static bool of_area(const populations *self, int index, int year, double *out)
{
    double own = self->each[index * self->years + year - self->first];
    double sum = 0, part;
    if (own >= 0) {
        *out = own;
        return true;
    }
    int first = geography_area(self->areas, index)->first_child;
    for (int child = first; child != AREA_NONE; child = geography_area(self->areas, child)->next_sibling) {
        if (of_area(self, child, year, &part))
            sum += part;
        else if (!was_over(self, geography_area(self->areas, child), first, year))
            return false;
    }
    *out = sum;
    return first != AREA_NONE;
}

bool populations_of(const populations *self, const int *members, size_t count, int year, double *out)
{
    double sum = 0;
    if (count == 0 || year < self->first || year >= self->first + self->years)
        return false;
    for (size_t i = 0; i < count; i++) {
        double part;
        if (!of_area(self, members[i], year, &part))
            return false;
        sum += part;
    }
    *out = sum;
    return true;
}

bool populations_nearest(const populations *self, const int *members, size_t count, period window, int *year,
                         double *out)
{
    /* Twice the distance in days, so that a middle between two days stays whole. */
    int64_t best = INT64_MAX;
    for (int y = self->first; y < self->first + self->years; y++) {
        double people;
        day_number estimate = day_of(y, 6, 30);
        int64_t distance = llabs((int64_t)window.from + window.to - 2 * (int64_t)estimate);
        day_number middle = window.from + (window.to - window.from) / 2;
        bool near = middle >= day_add_years(estimate, -2) && middle <= day_add_years(estimate, 2);
        if (!near || distance >= best || !populations_of(self, members, count, y, &people))
            continue;
        best = distance;
        *year = y;
        *out = people;
    }
    return best != INT64_MAX;
}
