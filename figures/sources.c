#include "sources.h"

#include <assert.h>
#include <stdlib.h>

enum { ORIGIN, TITLE, RANK, PROMISED_INTERVAL };
enum { RANK_MAX = 1000, INTERVAL_MAX_S = 366 * 86400 };

struct sources {
    source *each;
    size_t count;
};

static const char *const file = "sources.csv";

/* "90s", "15m", "24h", "35d", or seconds. */
static bool interval_read(text cell, uint32_t *out)
{
    static const struct unit { char letter; uint32_t s; } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    uint64_t value, factor = 1;
    if (cell.size == 0) {
        *out = PROMISE_NONE;
        return true;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (cell.at[cell.size - 1] == units[i].letter) {
            factor = units[i].s;
            cell.size--;
            break;
        }
    if (!text_to_u64(cell, &value) || value == 0 || value > INTERVAL_MAX_S / factor)
        return false;
    *out = (uint32_t)(value * factor);
    return true;
}

sources *sources_create(const sheets *from, faults *found)
{
    const sheet *rows = &from->each[SHEET_SOURCES];
    sources *self = memory_new(1, sizeof *self);
    self->each = memory_new(rows->row_count, sizeof *self->each);
    for (size_t row = 0; row < rows->row_count; row++) {
        source made = {.origin = sheet_cell(rows, row, ORIGIN), .title = sheet_cell(rows, row, TITLE)};
        text rank_cell = sheet_cell(rows, row, RANK), interval = sheet_cell(rows, row, PROMISED_INTERVAL);
        uint64_t rank = 0;
        if (made.origin.size == 0 || sources_find(self, made.origin) != NULL)
            faults_add(found, FAULT_ERROR, file, rows->lines[row], "the origin '%.*s' is empty or stands here twice",
                       TEXT_ARGS(made.origin));
        if (rank_cell.size > 0 && (!text_to_u64(rank_cell, &rank) || rank == 0 || rank > RANK_MAX))
            faults_add(found, FAULT_ERROR, file, rows->lines[row],
                       "the rank '%.*s' is not a whole number from 1, the best, to %d", TEXT_ARGS(rank_cell), RANK_MAX);
        if (!interval_read(interval, &made.promised_interval_s))
            faults_add(found, FAULT_ERROR, file, rows->lines[row],
                       "the promised interval '%.*s' is not of the form 15m, 24h, 35d, up to a year", TEXT_ARGS(interval));
        made.rank = (int)rank;
        self->each[self->count++] = made;
    }
    return self;
}

void sources_destroy(sources **self)
{
    if (*self == NULL)
        return;
    free((*self)->each);
    free(*self);
    *self = NULL;
}

const source *sources_find(const sources *self, text origin)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_equal(self->each[i].origin, origin))
            return &self->each[i];
    return NULL;
}

int sources_rank(const sources *self, text origin)
{
    const source *s = sources_find(self, origin);
    return s != NULL ? s->rank : RANK_NONE;
}

uint32_t sources_interval_s(const sources *self, text origin, uint32_t declared_s)
{
    const source *s = declared_s == PROMISE_NONE ? sources_find(self, origin) : NULL;
    return s != NULL ? s->promised_interval_s : declared_s;
}

size_t sources_count(const sources *self)
{
    return self->count;
}

const source *sources_at(const sources *self, size_t index)
{
    assert(index < self->count);
    return &self->each[index];
}
