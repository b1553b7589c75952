/* The Records message: the one that is long and hot. */
#include <assert.h>
#include <string.h>

#include "wire_parts.h"

typedef Tocsin__V1__Incident wire_incident;
typedef Tocsin__V1__Faulty wire_faulty;

static text slice(ProtobufCBinaryData from)
{
    return (text){(const char *)from.data, from.len};
}

/* A place is given by two coordinates or not at all. */
static int32_t coordinate(const wire_incident *from, int32_t value)
{
    bool given = from->latitude_e6 != 0 || from->longitude_e6 != 0;
    bool whole = from->latitude_e6 != COORDINATE_NONE && from->longitude_e6 != COORDINATE_NONE;
    return given && whole ? value : COORDINATE_NONE;
}

/* Everything but the origin and the stamp, which the batch may give. */
static void incident_from_wire(decoding *self, const wire_incident *from, incident *out)
{
    *out = (incident){
        .reference = slice(from->reference),
        .revision = from->revision,
        .status = (record_status)from->status,
        .recorded = decoding_day(self, from->recorded_day, "recorded_day is not of the calendar"),
        .month_only = from->month_only != 0,
        .offence = slice(from->offence),
        .area = slice(from->area),
        .area_name = slice(from->area_name),
        .area_within = slice(from->area_within),
        .markers = slice(from->markers),
        .outcome = slice(from->outcome),
        .recorded_at = slice(from->recorded_at),
        .occurred_at = slice(from->occurred_at),
        .occurred_to = slice(from->occurred_to),
        .latitude_e6 = coordinate(from, from->latitude_e6),
        .longitude_e6 = coordinate(from, from->longitude_e6),
    };
    if (out->status != RECORD_RECORDED && out->status != RECORD_CANCELLED)
        decoding_fault(self, STATUS_MALFORMED, "an incident's status is unknown");
}

static void faulty_from_wire(decoding *self, const wire_faulty *from, text origin, faulty *out)
{
    *out = (faulty){
        .origin = from->origin.len > 0 ? slice(from->origin) : origin,
        .reference = slice(from->reference),
        .line = from->line,
        .column = slice(from->column),
        .value = slice(from->value),
        .reason = slice(from->reason),
        .row = slice(from->row),
        .size = from->size,
        .digest = from->digest,
    };
    if (out->row.size > RECORD_SIZE_MAX || out->value.size > CODE_SIZE_MAX)
        decoding_fault(self, STATUS_TOO_LARGE, "a faulty row is over its bound");
    if (out->reference.size > REFERENCE_SIZE_MAX || out->column.size > CODE_SIZE_MAX ||
        out->reason.size > NOTE_SIZE_MAX || out->origin.size > CODE_SIZE_MAX)
        decoding_fault(self, STATUS_TOO_LARGE, "a faulty row's description is over its bound");
}

void records_from_wire(decoding *self, const Tocsin__V1__Records *from, records *out)
{
    if (from->n_incidents + from->n_faulty > RECORDS_MAX) {
        decoding_fault(self, STATUS_TOO_LARGE, "more than 4096 records in one message");
        return;
    }
    if (from->origin.len == 0)
        decoding_fault(self, STATUS_MALFORMED, "the origin of the records is missing");
    *out = (records){
        .origin = decoding_text(self, from->origin, CODE_SIZE_MAX, "origin is over 96 octets"),
        .incidents = arena_take(self->memory, from->n_incidents * sizeof(incident)),
        .incident_count = from->n_incidents,
        .faulty = arena_take(self->memory, from->n_faulty * sizeof(faulty)),
        .faulty_count = from->n_faulty,
        .position = decoding_position(self, from->position),
        .more = from->more != 0,
    };
    for (size_t i = 0; i < from->n_incidents; i++) {
        const wire_incident *in = from->incidents[i];
        incident *to = &out->incidents[i];
        incident_from_wire(self, in, to);
        to->origin = in->origin.len > 0 ? slice(in->origin) : out->origin;
        to->issued_ns = in->issued_ns != 0 ? in->issued_ns : (int64_t)((uint64_t)from->issued_ns + i);
        to->line = in->line != 0 || from->first_line == 0 ? in->line : from->first_line + i;
    }
    for (size_t i = 0; i < from->n_faulty; i++)
        faulty_from_wire(self, from->faulty[i], out->origin, &out->faulty[i]);
}

static void incident_to_wire(const incident *from, wire_incident *out)
{
    tocsin__v1__incident__init(out);
    out->reference = wire_bytes(from->reference);
    out->revision = from->revision;
    out->status = (Tocsin__V1__Status)from->status;
    out->recorded_day = from->recorded == DAY_NONE ? 0 : (uint32_t)from->recorded;
    out->month_only = from->month_only;
    out->offence = wire_bytes(from->offence);
    out->area = wire_bytes(from->area);
    out->area_name = wire_bytes(from->area_name);
    out->area_within = wire_bytes(from->area_within);
    out->markers = wire_bytes(from->markers);
    out->outcome = wire_bytes(from->outcome);
    out->recorded_at = wire_bytes(from->recorded_at);
    out->occurred_at = wire_bytes(from->occurred_at);
    out->occurred_to = wire_bytes(from->occurred_to);
    bool placed = from->latitude_e6 != COORDINATE_NONE && from->longitude_e6 != COORDINATE_NONE;
    out->latitude_e6 = placed ? from->latitude_e6 : 0;
    out->longitude_e6 = placed ? from->longitude_e6 : 0;
}

static void faulty_to_wire(const faulty *from, wire_faulty *out)
{
    tocsin__v1__faulty__init(out);
    out->origin = wire_bytes(from->origin);
    out->reference = wire_bytes(from->reference);
    out->line = from->line;
    out->column = wire_bytes(from->column);
    out->value = wire_bytes(from->value);
    out->reason = wire_bytes(from->reason);
    out->row = wire_bytes(from->row);
    out->size = from->size;
    out->digest = from->digest;
}

/* The line that the others follow on; 0 where some have none, since these would get one by it. */
static uint64_t first_line(const records *from)
{
    for (size_t i = 0; i < from->incident_count; i++)
        if (from->incidents[i].line == 0)
            return 0;
    return from->incident_count > 0 ? from->incidents[0].line : 0;
}

void records_to_wire(arena *memory, const records *from, Tocsin__V1__Records *out)
{
    size_t incidents = from->incident_count, faults = from->faulty_count;
    assert(incidents + faults <= RECORDS_MAX);
    wire_incident *bodies = arena_take(memory, incidents * sizeof *bodies);
    out->incidents = arena_take(memory, incidents * sizeof *out->incidents);
    out->n_incidents = incidents;
    out->issued_ns = incidents > 0 ? from->incidents[0].issued_ns : 0;
    out->first_line = first_line(from);
    for (size_t i = 0; i < incidents; i++) {
        const incident *in = &from->incidents[i];
        out->incidents[i] = &bodies[i];
        incident_to_wire(in, &bodies[i]);
        if (!text_equal(in->origin, from->origin))
            bodies[i].origin = wire_bytes(in->origin);
        if (in->issued_ns != (int64_t)((uint64_t)out->issued_ns + i))
            bodies[i].issued_ns = in->issued_ns;
        if (out->first_line == 0 || in->line != out->first_line + i)
            bodies[i].line = in->line;
    }
    wire_faulty *rows = arena_take(memory, faults * sizeof *rows);
    out->faulty = arena_take(memory, faults * sizeof *out->faulty);
    out->n_faulty = faults;
    for (size_t i = 0; i < faults; i++) {
        out->faulty[i] = &rows[i];
        faulty_to_wire(&from->faulty[i], &rows[i]);
    }
    out->origin = wire_bytes(from->origin);
    out->position = wire_position(memory, &from->position);
    out->more = from->more;
}

text wire_encode_incident(const incident *from, arena *memory)
{
    wire_incident to;
    incident_to_wire(from, &to);
    to.origin = wire_bytes(from->origin);
    to.issued_ns = from->issued_ns;
    size_t size = tocsin__v1__incident__get_packed_size(&to);
    uint8_t *out = arena_take(memory, size);
    return (text){(const char *)out, tocsin__v1__incident__pack(&to, out)};
}

status wire_decode_incident(text octets, arena *memory, incident *out)
{
    decoding under_way = {.memory = memory, .st = STATUS_OK, .why = ""};
    wire_allowance allowance = {memory, DECODED_SIZE_MAX};
    ProtobufCAllocator allocator = wire_allocator(&allowance);
    const wire_incident *from = tocsin__v1__incident__unpack(&allocator, octets.size, (const uint8_t *)octets.at);
    if (from == NULL)
        return STATUS_MALFORMED;
    incident made;
    incident_from_wire(&under_way, from, &made);
    made.origin = slice(from->origin);
    made.issued_ns = from->issued_ns;
    if (under_way.st == STATUS_OK)
        *out = made;
    return under_way.st;
}

size_t wire_incident_size(const incident *self)
{
    /* Texts, 3 octets for the tag and length of each, and 64 for numbers, stamp and frame. */
    return self->reference.size + self->offence.size + self->area.size + self->area_name.size +
           self->area_within.size + self->markers.size + self->outcome.size + self->recorded_at.size +
           self->occurred_at.size + self->occurred_to.size + self->origin.size + 11 * 3 + 64;
}
