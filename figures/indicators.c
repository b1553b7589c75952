#include "indicators.h"

#include <math.h>
#include <stdlib.h>

static const char *const file = "indicators.csv";

enum { PRIORITY, MEASURE, AREA, PERIOD, VALUE, ASKED, CITED };

struct indicators {
    indicator_row *each;
    size_t count;
};

/* --- reading ------------------------------------------------------------------------------------- */

static void check_place(const indicator_row *row, const geography *areas, const groups *groups_known, uint32_t line,
                        faults *found)
{
    const group *named = groups_find(groups_known, row->where);
    if (row->where.size > 0 && geography_find(areas, row->where) == AREA_NONE &&
        !(named != NULL && text_equal(named->code, row->where)))
        faults_add(found, FAULT_ERROR, file, line, "'%.*s' is neither in areas.csv nor in groups.csv", TEXT_ARGS(row->where));
}

/* With the number of people asked, a value is a percentage of them. */
static void read_asked(indicator_row *row, text asked, uint32_t line, faults *found)
{
    uint64_t people;
    row->asked = NAN;
    if (asked.size == 0)
        return;
    if (!text_to_u64(asked, &people) || people == 0 || people > 1000000000)
        faults_add(found, FAULT_ERROR, file, line, "n '%.*s' is no number of people asked", TEXT_ARGS(asked));
    else if (!(row->number >= 0 && row->number <= 100))
        faults_add(found, FAULT_ERROR, file, line, "'%.*s' is no percentage of the people asked: leave n empty",
                   TEXT_ARGS(row->value));
    else
        row->asked = (double)people;
}

static bool same_measure(const indicator_row *a, const indicator_row *b)
{
    return text_equal(a->priority, b->priority) && text_equal(a->measure, b->measure) && text_equal(a->where, b->where);
}

static bool bears_on(const indicator_row *row, const strategic_priority *of)
{
    bool bears = text_equal(row->priority, of->code);
    for (size_t i = 0; i < of->indicator_count && !bears; i++)
        bears = text_equal(row->priority, of->indicators[i]);
    return bears;
}

static void check_use(const indicator_row *row, const priorities *taken_up, uint32_t line, faults *found)
{
    bool used = false;
    for (size_t i = 0; i < priorities_count(taken_up) && !used; i++)
        used = bears_on(row, priorities_at(taken_up, i));
    if (!used && priorities_count(taken_up) > 0)
        faults_add(found, FAULT_WARNING, file, line, "no priority in priorities.yaml takes up '%.*s'",
                   TEXT_ARGS(row->priority));
}

indicators *indicators_create(const sheets *from, const geography *areas, const groups *groups_known,
                              const priorities *taken_up, faults *found)
{
    const sheet *rows = &from->each[SHEET_INDICATORS];
    indicators *self = memory_new(1, sizeof *self);
    self->each = memory_new(rows->row_count, sizeof *self->each);
    for (size_t i = 0; i < rows->row_count; i++) {
        indicator_row *made = &self->each[self->count];
        *made = (indicator_row){
            .priority = sheet_cell(rows, i, PRIORITY), .measure = sheet_cell(rows, i, MEASURE),
            .where = sheet_cell(rows, i, AREA), .period = sheet_cell(rows, i, PERIOD),
            .value = sheet_cell(rows, i, VALUE), .number = NAN, .cited = sheet_cell(rows, i, CITED)};
        (void)text_to_double(made->value, &made->number);
        if (made->priority.size == 0 || made->measure.size == 0 || made->value.size == 0) {
            faults_add(found, FAULT_ERROR, file, rows->lines[i], "priority, measure and value must not be empty");
            continue;
        }
        check_place(made, areas, groups_known, rows->lines[i], found);
        read_asked(made, sheet_cell(rows, i, ASKED), rows->lines[i], found);
        check_use(made, taken_up, rows->lines[i], found);
        for (size_t k = 0; k < self->count; k++)
            if (same_measure(&self->each[k], made) && text_equal(self->each[k].period, made->period))
                faults_add(found, FAULT_ERROR, file, rows->lines[i], "the measure has a value for '%.*s' already",
                           TEXT_ARGS(made->period));
        self->count++;
    }
    return self;
}

void indicators_destroy(indicators **self)
{
    if (*self == NULL)
        return;
    free((*self)->each);
    free(*self);
    *self = NULL;
}

/* --- asking -------------------------------------------------------------------------------------- */

size_t indicators_count(const indicators *self)
{
    return self->count;
}

static int newness(text period_named)
{
    return text_is(period_named, "latest") ? 2 : text_is(period_named, "previous") ? 1 : 0;
}

static bool is_newer(const indicator_row *a, const indicator_row *b)
{
    int by_word = newness(a->period) - newness(b->period);
    return by_word != 0 ? by_word > 0 : text_compare(a->period, b->period) > 0;
}

/* The newest of a row's measure that is older than `than`; NULL for `than`: of all. */
static const indicator_row *newest(const indicators *self, const indicator_row *like, const indicator_row *than)
{
    const indicator_row *found = NULL;
    for (size_t i = 0; i < self->count; i++) {
        const indicator_row *row = &self->each[i];
        if (same_measure(row, like) && (than == NULL || is_newer(than, row)) && (found == NULL || is_newer(row, found)))
            found = row;
    }
    return found;
}

size_t indicators_of(const indicators *self, const strategic_priority *of, indicator_pair *out)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        const indicator_row *row = &self->each[i];
        if (bears_on(row, of) && newest(self, row, NULL) == row)
            out[count++] = (indicator_pair){row, newest(self, row, row)};
    }
    return count;
}
