#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/csv_reader.h"
#include "proto/memory.h"
#include "testing.h"

enum { PATH_SIZE = 512, LINE_MAX_SIZE = 1 << 16, WORD_SIZE = 64 };

struct golden {
    char name[WORD_SIZE];
    arena *memory;
    csv_row header;
    text *cells; /* row by row */
    size_t rows, capacity;
    double closest; /* the greatest part of an allowance that was used */
    double closest_relative; /* error, there */
    char closest_column[WORD_SIZE];
    size_t closest_row;
};

static const char *folder(void)
{
    const char *named = getenv("TOCSIN_GOLDEN");
    return named != NULL && named[0] != '\0' ? named : TOCSIN_GOLDEN_FOLDER;
}

/* The file with its comment lines emptied: libcsv knows no comments. */
static text content_of(arena *memory, FILE *file)
{
    text whole = {arena_take(memory, 1), 0};
    char *line = NULL;
    size_t room = 0, capacity = 0;
    char *octets = NULL;
    for (ssize_t size; (size = getline(&line, &room, file)) >= 0;) {
        if (line[0] == '#')
            continue;
        if (whole.size + (size_t)size > capacity)
            octets = memory_grow(octets, capacity = (whole.size + (size_t)size) * 2, 1);
        memcpy(octets + whole.size, line, (size_t)size);
        whole.size += (size_t)size;
    }
    whole.at = octets;
    whole = arena_text(memory, whole);
    free(octets);
    free(line);
    return whole;
}

static text *copy_fields(golden *self, const csv_row *row)
{
    text *copied = arena_take(self->memory, row->count * sizeof *copied);
    for (size_t i = 0; i < row->count; i++)
        copied[i] = arena_text(self->memory, row->fields[i]);
    return copied;
}

static void take_rows(golden *self, text content)
{
    csv_reader *reader = csv_reader_create(LINE_MAX_SIZE);
    csv_row row;
    csv_reader_feed(reader, content.at, content.size);
    csv_reader_finish(reader);
    assert_int_equal(csv_reader_next(reader, &row), STATUS_OK);
    self->header = (csv_row){.fields = copy_fields(self, &row), .count = row.count};
    size_t capacity = 0;
    while (csv_reader_next(reader, &row) == STATUS_OK) {
        assert_int_equal(row.count, self->header.count);
        if (self->rows == capacity)
            self->cells = memory_grow(self->cells, (capacity = capacity * 2 + 64) * row.count, sizeof *self->cells);
        memcpy(self->cells + self->rows++ * row.count, copy_fields(self, &row), row.count * sizeof *self->cells);
    }
    csv_reader_destroy(&reader);
}

golden *golden_open(const char *name)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s.csv", folder(), name);
    if (access(folder(), R_OK) != 0) {
        print_message("skipped: the golden vectors are not here (%s); set TOCSIN_GOLDEN to their folder\n", folder());
        skip();
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    golden *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    (void)snprintf(self->name, sizeof self->name, "%s", name);
    take_rows(self, content_of(self->memory, file));
    (void)fclose(file);
    assert_true(self->rows > 0);
    return self;
}

void golden_close(golden **self)
{
    golden *it = *self;
    print_message("%s: %zu rows; nearest to its allowance: relative error %.2g, %.2g of what is allowed (%s, row %zu)\n",
                  it->name, it->rows, it->closest_relative, it->closest, it->closest_column, it->closest_row + 1);
    free(it->cells);
    arena_destroy(&it->memory);
    free(it);
    *self = NULL;
}

size_t golden_rows(const golden *self)
{
    return self->rows;
}

text golden_text(const golden *self, size_t row, const char *column)
{
    int index = csv_column(&self->header, column);
    if (index < 0)
        fail_msg("%s has no column %s", self->name, column);
    return self->cells[row * self->header.count + (size_t)index];
}

double golden_number(const golden *self, size_t row, const char *column)
{
    char copy[WORD_SIZE], *end;
    text cell = golden_text(self, row, column);
    text_copy(cell, copy, sizeof copy);
    if (strcmp(copy, "NA") == 0)
        return NAN;
    double value = strtod(copy, &end); /* knows Inf and NaN */
    if (cell.size == 0 || *end != '\0')
        fail_msg("%s, row %zu, %s: \"%s\" is no number", self->name, row + 1, column, copy);
    return value;
}

static bool rows_agree(const golden *self, size_t a, size_t b, va_list columns)
{
    for (const char *column; (column = va_arg(columns, const char *)) != NULL;)
        if (!text_equal(golden_text(self, a, column), golden_text(self, b, column)))
            return false;
    return true;
}

size_t golden_series_end(const golden *self, size_t first, ...)
{
    size_t end = first + 1;
    for (bool same = true; end < self->rows; end++) {
        va_list columns;
        va_start(columns, first);
        same = rows_agree(self, first, end, columns);
        va_end(columns);
        if (!same)
            break;
    }
    return end;
}

void golden_copy(const golden *self, size_t first, size_t end, const char *column, double *out, size_t room)
{
    assert_true(end - first <= room);
    for (size_t row = first; row < end; row++)
        out[row - first] = golden_number(self, row, column);
}

/* Remembers how much of an allowance was used where most was. */
static void note_error(golden *self, size_t row, const char *column, double off, double allowed, double cell)
{
    if (!(allowed > 0) || !(off / allowed > self->closest))
        return;
    self->closest = off / allowed;
    self->closest_relative = cell != 0 ? off / fabs(cell) : 0;
    self->closest_row = row;
    (void)snprintf(self->closest_column, sizeof self->closest_column, "%s", column);
}

void golden_expect(golden *self, size_t row, const char *column, double actual, double relative, double absolute)
{
    double cell = golden_number(self, row, column);
    bool same = isnan(cell) ? isnan(actual) : actual == cell;
    if (!isnan(cell) && !isinf(cell)) {
        double off = fabs(actual - cell), allowed = relative * fabs(cell) + absolute;
        same = off <= allowed;
        note_error(self, row, column, off, allowed, cell);
    }
    if (!same)
        fail_msg("%s, row %zu, %s: %.17g is not %.17g", self->name, row + 1, column, actual, cell);
}

void golden_expect_text(golden *self, size_t row, const char *column, const char *actual)
{
    if (!text_is(golden_text(self, row, column), actual))
        fail_msg("%s, row %zu, %s: \"%s\" is not \"%.*s\"", self->name, row + 1, column, actual,
                 TEXT_ARGS(golden_text(self, row, column)));
}

void expect_near_at(double actual, double wanted, double relative, const char *what, const char *file, int line)
{
    bool same = actual == wanted || (isnan(actual) && isnan(wanted));
    if (same || fabs(actual - wanted) <= relative * fabs(wanted))
        return;
    print_error("%s is %.17g, not %.17g\n", what, actual, wanted);
    _fail(file, line);
}
