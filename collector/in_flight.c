#include "in_flight.h"

#include <assert.h>
#include <stdlib.h>

/* Keeps the lines of the records, so that rejections can name them. */
static void note_records(sent *self, const records *r)
{
    self->line_count = r->incident_count;
    self->faulty_count = r->faulty_count;
    self->lines = memory_new(r->incident_count, sizeof *self->lines);
    self->faulty_lines = memory_new(r->faulty_count, sizeof *self->faulty_lines);
    for (size_t i = 0; i < r->incident_count; i++)
        self->lines[i] = r->incidents[i].line;
    for (size_t i = 0; i < r->faulty_count; i++)
        self->faulty_lines[i] = r->faulty[i].line;
    self->moves = r->position.held;
    self->offset = r->position.offset;
}

void in_flight_put(in_flight *self, const message *what, size_t run)
{
    assert(self->count < IN_FLIGHT_MAX);
    sent *made = &self->each[(self->first + self->count++) % IN_FLIGHT_MAX];
    *made = (sent){.sequence = what->sequence, .run = run};
    if (what->kind == MESSAGE_RECORDS)
        note_records(made, &what->records);
}

const sent *in_flight_oldest(const in_flight *self)
{
    return self->count > 0 ? &self->each[self->first] : NULL;
}

const sent *in_flight_find(const in_flight *self, uint64_t sequence)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->each[(self->first + i) % IN_FLIGHT_MAX].sequence == sequence)
            return &self->each[(self->first + i) % IN_FLIGHT_MAX];
    return NULL;
}

void in_flight_take(in_flight *self)
{
    sent *oldest = &self->each[self->first];
    assert(self->count > 0);
    free(oldest->lines);
    free(oldest->faulty_lines);
    *oldest = (sent){0};
    self->first = (self->first + 1) % IN_FLIGHT_MAX;
    self->count--;
}

void in_flight_forget(in_flight *self)
{
    while (self->count > 0)
        in_flight_take(self);
}

uint64_t sent_line(const sent *self, bool of_faulty, uint32_t index)
{
    const uint64_t *lines = of_faulty ? self->faulty_lines : self->lines;
    return index < (of_faulty ? self->faulty_count : self->line_count) ? lines[index] : 0;
}
