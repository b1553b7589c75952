#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/csv_reader.h"
#include "stats.h"

enum { ROW_SIZE_MAX = 1 << 20, FAULTS_MAX = 20, NUMBER_SIZE = 64 };

text stats_table_text(const stats_table *self, size_t row, size_t column)
{
    return self->texts[row * self->column_count + column];
}

double stats_table_number(const stats_table *self, size_t row, size_t column)
{
    return self->numbers[row * self->column_count + column];
}

/* As text_to_double, but numbers too small for a double's full precision are taken: p values are. */
static bool number_read(text from, double *out)
{
    char copy[NUMBER_SIZE], *end;
    if (from.size == 0 || from.size >= sizeof copy)
        return false;
    text_copy(from, copy, sizeof copy);
    if (strspn(copy, "+-.0123456789eE") != from.size)
        return false;
    *out = strtod(copy, &end);
    return *end == '\0' && isfinite(*out);
}

static const struct demand {
    const char *words;
    double least, most;
    bool whole;
} demands[] = {
    [STATS_NUMBER] = {"a number", -HUGE_VAL, HUGE_VAL, false},
    [STATS_COUNT] = {"a whole number of 0 or more", 0, 1e15, true},
    [STATS_AMOUNT] = {"a number of 0 or more", 0, HUGE_VAL, false},
    [STATS_POSITIVE] = {"a number above 0", 0, HUGE_VAL, false},
    [STATS_CHANCE] = {"a number from 0 to 1", 0, 1, false},
    [STATS_FLAG] = {"0 or 1", 0, 1, true},
    [STATS_STEP] = {"a whole number", -1e15, 1e15, true},
    [STATS_DATE] = {"a date that exists, as 2025-03-31", 0, 0, false},
    [STATS_TEXT] = {"", 0, 0, false},
};

static bool cell_read(text cell, stats_kind kind, double *out)
{
    const struct demand *demand = &demands[kind];
    day_number day;
    *out = NAN;
    if (kind == STATS_TEXT)
        return true;
    if (kind == STATS_DATE) {
        bool exists = date_read(cell, &day);
        *out = exists ? (double)day : NAN;
        return exists;
    }
    if (!number_read(cell, out) || (demand->whole && *out != floor(*out)))
        return false;
    return *out >= demand->least && *out <= demand->most && !(kind == STATS_POSITIVE && *out <= 0);
}

void stats_table_fault(const stats_table *self, const command *base, size_t row, const char *column,
                       const char *format, ...)
{
    char said[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(said, sizeof said, format, args);
    va_end(args);
    (void)command_fault(base, "%s, line %llu%s%s: %s", self->source, (unsigned long long)self->lines[row],
                        column != NULL ? ", " : "", column != NULL ? column : "", said);
}

/* A table while it grows. */
typedef struct reading {
    stats_table *into;
    const command *base;
    csv_reader *reader;
    int places[STATS_COLUMNS_MAX]; /* of each column in the file; -1: absent */
    size_t fields;                 /* of the header */
    text *texts;
    double *numbers;
    uint64_t *lines;
    size_t capacity;
    size_t faults;
} reading;

static void make_room(reading *self)
{
    size_t columns = self->into->column_count;
    if (self->into->rows < self->capacity)
        return;
    self->capacity = self->capacity * 2 + 64;
    self->texts = memory_grow(self->texts, self->capacity * columns, sizeof *self->texts);
    self->numbers = memory_grow(self->numbers, self->capacity * columns, sizeof *self->numbers);
    self->lines = memory_grow(self->lines, self->capacity, sizeof *self->lines);
    self->into->texts = self->texts;
    self->into->numbers = self->numbers;
    self->into->lines = self->lines;
}

static bool take_header(reading *self, const csv_row *row)
{
    stats_table *into = self->into;
    bool whole = true;
    self->fields = row->count;
    for (size_t c = 0; c < into->column_count; c++) {
        const stats_column *column = &into->columns[c];
        self->places[c] = csv_column(row, column->name);
        into->present[c] = self->places[c] >= 0;
        if (into->present[c] || column->optional)
            continue;
        whole = false;
        (void)command_fault(self->base, "%s, line %llu: the header has no column %s; add it, or see --help for all "
                            "columns that are needed", into->source, (unsigned long long)row->line, column->name);
    }
    return whole;
}

static void take_cell(reading *self, size_t row, size_t c, text cell)
{
    stats_table *into = self->into;
    size_t place = row * into->column_count + c;
    self->texts[place] = arena_text(into->memory, cell);
    if (cell_read(cell, into->columns[c].kind, &self->numbers[place]))
        return;
    self->faults++;
    if (self->faults <= FAULTS_MAX)
        stats_table_fault(into, self->base, row, into->columns[c].name, "\"%.*s\" is not %s; correct it",
                          (int)(cell.size < 80 ? cell.size : 80), cell.size > 0 ? cell.at : "",
                          demands[into->columns[c].kind].words);
}

static void take_row(reading *self, const csv_row *row)
{
    stats_table *into = self->into;
    make_room(self);
    self->lines[into->rows] = row->line;
    if (row->count != self->fields) {
        self->faults++;
        if (self->faults <= FAULTS_MAX)
            stats_table_fault(into, self->base, into->rows, NULL, "%zu fields where the header has %zu; correct it",
                              row->count, self->fields);
        return;
    }
    for (size_t c = 0; c < into->column_count; c++) {
        size_t place = into->rows * into->column_count + c;
        self->texts[place] = (text){"", 0};
        self->numbers[place] = NAN;
        if (into->present[c])
            take_cell(self, into->rows, c, row->fields[self->places[c]]);
    }
    into->rows++;
}

/* Comment lines are fed as empty ones, so that line numbers stay right. */
static void feed(csv_reader *reader, FILE *from)
{
    char *line = NULL;
    size_t room = 0;
    for (ssize_t size; (size = getline(&line, &room, from)) >= 0;) {
        bool comment = line[0] == '#' || (size > 3 && memcmp(line, "\xef\xbb\xbf#", 4) == 0);
        if (comment)
            csv_reader_feed(reader, "\n", 1);
        else
            csv_reader_feed(reader, line, (size_t)size);
    }
    free(line);
    csv_reader_finish(reader);
}

/* Returns false when there is no header to go by. */
static bool take_rows(reading *self)
{
    csv_row row;
    status st = csv_reader_next(self->reader, &row);
    if (st != STATUS_OK) {
        (void)command_fault(self->base, "%s has no rows; give a header and rows (see --help)", self->into->source);
        return false;
    }
    if (!take_header(self, &row))
        return false;
    while ((st = csv_reader_next(self->reader, &row)) != STATUS_END)
        take_row(self, &row); /* a line over its bound has no fields, which is told */
    return true;
}

/* Steps of a series must follow each other. */
static void check_steps(reading *self, size_t keys)
{
    const stats_table *table = self->into;
    size_t c = 0;
    while (c < table->column_count && table->columns[c].kind != STATS_STEP)
        c++;
    if (c == table->column_count || keys == 0 || table->rows == 0)
        return;
    size_t *order = stats_table_order(table, keys);
    for (size_t first = 0, end; first < table->rows; first = end) {
        end = stats_series_end(table, order, first, keys);
        for (size_t i = first + 1; i < end; i++) {
            double before = stats_table_number(table, order[i - 1], c), now = stats_table_number(table, order[i], c);
            if (now == before + 1 || ++self->faults > FAULTS_MAX)
                continue;
            stats_table_fault(table, self->base, order[i], table->columns[c].name,
                              "%.15g follows %.15g; a series must go on in steps of 1, in order: sort the rows, or add the "
                              "missing ones", now, before);
        }
    }
}

/* Moves what grew into the arena, where it stays. */
static void settle(reading *self)
{
    stats_table *into = self->into;
    size_t cells = into->rows * into->column_count;
    text *texts = arena_take(into->memory, (cells + 1) * sizeof *texts);
    double *numbers = arena_take(into->memory, (cells + 1) * sizeof *numbers);
    uint64_t *lines = arena_take(into->memory, (into->rows + 1) * sizeof *lines);
    if (into->rows > 0) {
        memcpy(texts, self->texts, cells * sizeof *texts);
        memcpy(numbers, self->numbers, cells * sizeof *numbers);
        memcpy(lines, self->lines, into->rows * sizeof *lines);
    }
    into->texts = texts;
    into->numbers = numbers;
    into->lines = lines;
    free(self->texts);
    free(self->numbers);
    free(self->lines);
}

int stats_table_read(stats_table *out, const command *base, FILE *from, const char *named,
                     const stats_column *columns, size_t keys, arena *memory)
{
    *out = (stats_table){.source = named, .columns = columns, .memory = memory};
    while (out->column_count < STATS_COLUMNS_MAX && columns[out->column_count].name != NULL)
        out->column_count++;
    reading self = {.into = out, .base = base, .reader = csv_reader_create(ROW_SIZE_MAX)};
    feed(self.reader, from);
    bool read = take_rows(&self);
    settle(&self);
    csv_reader_destroy(&self.reader);
    if (read && self.faults == 0)
        check_steps(&self, keys);
    if (self.faults > FAULTS_MAX)
        (void)command_fault(base, "%s: %zu faults more", named, self.faults - FAULTS_MAX);
    if (ferror(from))
        return command_fault(base, "%s cannot be read: %s", named, strerror(errno));
    return read && self.faults == 0 ? -1 : COMMAND_FAULT;
}
