#include "feed.h"

#include <string.h>

batch batch_open(arena *memory)
{
    return (batch){
        .incidents = arena_take(memory, BATCH_RECORDS * sizeof(incident)),
        .faulty = arena_take(memory, BATCH_RECORDS * sizeof(faulty)),
        .memory = memory,
    };
}

bool batch_is_full(const batch *self)
{
    /* One more record, a faulty row of its full size included, must still fit into a message. */
    return self->incident_count + self->faulty_count == BATCH_RECORDS || self->octets >= BATCH_OCTETS;
}

bool batch_is_empty(const batch *self)
{
    return self->incident_count + self->faulty_count == 0;
}

static text keep(const batch *self, text from)
{
    return from.size > 0 ? arena_text(self->memory, from) : (text){"", 0};
}

void batch_add(batch *self, const incident *record)
{
    incident *to = &self->incidents[self->incident_count];
    *to = *record;
    to->reference = keep(self, record->reference);
    to->origin = keep(self, record->origin);
    to->offence = keep(self, record->offence);
    to->area = keep(self, record->area);
    to->area_name = keep(self, record->area_name);
    to->area_within = keep(self, record->area_within);
    to->markers = keep(self, record->markers);
    to->outcome = keep(self, record->outcome);
    to->recorded_at = keep(self, record->recorded_at);
    to->occurred_at = keep(self, record->occurred_at);
    to->occurred_to = keep(self, record->occurred_to);
    self->incident_count++;
    self->octets += wire_incident_size(record);
}

void batch_add_faulty(batch *self, const faulty *row)
{
    faulty *to = &self->faulty[self->faulty_count];
    *to = *row;
    to->origin = keep(self, row->origin);
    to->reference = keep(self, row->reference);
    to->column = keep(self, row->column);
    to->value = keep(self, row->value);
    to->reason = keep(self, row->reason);
    to->row = keep(self, row->row);
    self->faulty_count++;
    self->octets += row->row.size + row->value.size + row->reason.size + 256;
}

void batch_close(const batch *self, text origin, position after, bool more, message *out)
{
    *out = (message){
        .kind = MESSAGE_RECORDS,
        .records = {.origin = origin, .incidents = self->incidents, .incident_count = self->incident_count,
                    .faulty = self->faulty, .faulty_count = self->faulty_count, .position = after, .more = more},
    };
}
