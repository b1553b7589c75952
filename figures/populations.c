#include "populations.h"

#include <stdlib.h>

enum { AREA, YEAR, POPULATION };
enum { YEAR_MIN = 1970, YEAR_MAX = 2099 };

static const double unknown = -1, not_yet = -2;

/* An estimate's day, and how far from it the middle of a window may lie. */
typedef struct estimate_day {
    day_number on, earliest, latest;
} estimate_day;

struct populations {
    const geography *areas;
    double *each; /* [area * years + year - first], its parts' sum where it has none; negative: unknown */
    estimate_day *days; /* [year - first] */
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

/* A former part of an area that has others now, and that had ended before the day of the estimate: whoever lived
 * there is counted in the others. */
static bool was_over(const populations *self, const area *part, int siblings_from, day_number estimate)
{
    bool others = false;
    for (int i = siblings_from; i != AREA_NONE; i = geography_area(self->areas, i)->next_sibling)
        others = others || geography_area(self->areas, i)->successor == AREA_NONE;
    return others && part->successor != AREA_NONE && part->valid_to != DAY_NONE && part->valid_to < estimate;
}

static double *cell_of(const populations *self, int index, int column)
{
    return &self->each[index * self->years + column];
}

/* The area's own estimate, or else the sum of its parts. */
static double work_out(populations *self, int index, int column)
{
    double *own = cell_of(self, index, column), sum = 0;
    if (*own > not_yet)
        return *own;
    *own = unknown;
    int first = geography_area(self->areas, index)->first_child;
    for (int child = first; child != AREA_NONE; child = geography_area(self->areas, child)->next_sibling) {
        double part = work_out(self, child, column);
        if (part >= 0)
            sum += part;
        else if (!was_over(self, geography_area(self->areas, child), first, self->days[column].on))
            return unknown;
    }
    if (first != AREA_NONE)
        *own = sum;
    return *own;
}

/* Once and for all: levels ask on every date. */
static void complete(populations *self)
{
    self->days = memory_new((size_t)self->years, sizeof *self->days);
    for (int y = 0; y < self->years; y++) {
        day_number on = day_of(self->first + y, 6, 30);
        self->days[y] = (estimate_day){on, day_add_years(on, -2), day_add_years(on, 2)};
        for (int i = 0; i < geography_count(self->areas); i++)
            (void)work_out(self, i, y);
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
        self->each[i] = not_yet;
    for (size_t row = 0; row < rows->row_count; row++)
        take_row(self, rows, row, found);
    complete(self);
    return self;
}

void populations_destroy(populations **self)
{
    if (*self == NULL)
        return;
    free((*self)->each);
    free((*self)->days);
    free(*self);
    *self = NULL;
}

bool populations_of(const populations *self, const int *members, size_t count, int year, double *out)
{
    double sum = 0;
    if (count == 0 || year < self->first || year >= self->first + self->years)
        return false;
    for (size_t i = 0; i < count; i++) {
        double part = *cell_of(self, members[i], year - self->first);
        if (part < 0)
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
    day_number middle = window.from + (window.to - window.from) / 2;
    for (int y = 0; y < self->years; y++) {
        const estimate_day *estimate = &self->days[y];
        double people;
        int64_t distance = llabs((int64_t)window.from + window.to - 2 * (int64_t)estimate->on);
        bool near = middle >= estimate->earliest && middle <= estimate->latest;
        if (!near || distance >= best || !populations_of(self, members, count, self->first + y, &people))
            continue;
        best = distance;
        *year = self->first + y;
        *out = people;
    }
    return best != INT64_MAX;
}
