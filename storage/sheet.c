#include "sheet.h"

#include <assert.h>
#include <stdlib.h>

static const sheet_form forms[SHEETS] = {
    [SHEET_AREAS] = {"areas",
                     {"code", "name", "level", "parent", "valid_from", "valid_to", "successor", "aliases"}, 4, true},
    [SHEET_GROUPS] = {"groups", {"group", "name", "kind", "member"}, 4, false},
    [SHEET_POPULATIONS] = {"populations", {"area", "year", "population", "source"}, 3, true},
    [SHEET_CATEGORIES] = {"categories",
                          {"category", "title", "parent", "marker", "police_generated", "bridging"}, 4, true},
    [SHEET_OFFENCES] = {"offences", {"offence", "description", "category", "valid_from", "valid_to"}, 3, true},
    [SHEET_SOURCES] = {"sources", {"origin", "title", "rank", "promised_interval"}, 3, false},
    [SHEET_COMPARATORS] = {"comparators", {"area", "comparator"}, 2, false},
    [SHEET_COMPARATOR_RATES] = {"comparator_rates",
                                {"comparator", "category", "period", "rate", "population", "definition", "source"},
                                4, false},
    [SHEET_RECORDING_CHANGES] = {"recording_changes", {"date", "area", "category", "text", "source"}, 4, false},
    [SHEET_INDICATORS] = {"indicators", {"priority", "measure", "area", "period", "value", "n", "source"}, 5, false},
};

const sheet_form *sheet_form_of(sheet_name name)
{
    assert(name < SHEETS);
    return &forms[name];
}

size_t sheet_column_count(sheet_name name)
{
    size_t count = 0;
    while (count < SHEET_COLUMNS_MAX && forms[name].columns[count] != NULL)
        count++;
    return count;
}

sheets *sheets_create(void)
{
    sheets *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    for (int name = 0; name < SHEETS; name++)
        self->each[name].column_count = sheet_column_count((sheet_name)name);
    return self;
}

void sheets_destroy(sheets **self)
{
    if (*self == NULL)
        return;
    for (int name = 0; name < SHEETS; name++) {
        free((*self)->each[name].cells);
        free((*self)->each[name].lines);
    }
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

text *sheets_row(sheets *self, sheet_name name, uint32_t line)
{
    sheet *s = &self->each[name];
    if (s->row_count == s->row_capacity) {
        s->row_capacity = s->row_capacity > 0 ? s->row_capacity * 2 : 64;
        s->cells = memory_grow(s->cells, s->row_capacity * s->column_count, sizeof *s->cells);
        s->lines = memory_grow(s->lines, s->row_capacity, sizeof *s->lines);
    }
    text *row = s->cells + s->row_count * s->column_count;
    for (size_t i = 0; i < s->column_count; i++)
        row[i] = (text){"", 0};
    s->lines[s->row_count++] = line;
    return row;
}

text sheet_cell(const sheet *self, size_t row, size_t column)
{
    assert(row < self->row_count);
    return column < self->column_count ? self->cells[row * self->column_count + column] : (text){"", 0};
}
