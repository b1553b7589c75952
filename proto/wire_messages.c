/* One pair of functions for each kind of message: from the generated structs and back. */
#include "wire_parts.h"

/* A list of texts, each no longer than a code. */
static text *text_list(decoding *self, const ProtobufCBinaryData *from, size_t count, size_t count_max)
{
    if (count > count_max) {
        decoding_fault(self, STATUS_TOO_LARGE, "a list is over its bound");
        return NULL;
    }
    text *made = arena_take(self->memory, count * sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = decoding_text(self, from[i], CODE_SIZE_MAX, "a code is over 96 octets");
    return made;
}

static period days_from_wire(decoding *self, uint32_t from, uint32_t to)
{
    period days = {decoding_day(self, from, "from_day is not of the calendar"),
                   decoding_day(self, to, "to_day is not of the calendar")};
    if (days.from == DAY_NONE || days.to == DAY_NONE || days.to < days.from)
        decoding_fault(self, STATUS_MALFORMED, "a period has no days");
    return days;
}

static coverage_declaration declaration_from_wire(decoding *self, const Tocsin__V1__Coverage *in)
{
    if (in->origin.len == 0 || in->area.len == 0)
        decoding_fault(self, STATUS_MALFORMED, "a declaration needs an origin and an area");
    return (coverage_declaration){
        .origin = decoding_text(self, in->origin, CODE_SIZE_MAX, "origin is over 96 octets"),
        .area = decoding_text(self, in->area, CODE_SIZE_MAX, "area is over 96 octets"),
        .days = days_from_wire(self, in->from_day, in->to_day),
        .categories = text_list(self, in->categories, in->n_categories, CATEGORIES_MAX),
        .category_count = in->n_categories,
        .offences = text_list(self, in->offences, in->n_offences, RECORDS_MAX),
        .offence_count = in->n_offences,
        .without_markers = in->without_markers != 0,
        .month_only = in->month_only != 0,
        .promised_interval_s = in->promised_interval_s,
        .retired = in->retired != 0,
    };
}

static Tocsin__V1__Coverage *declaration_to_wire(arena *memory, const coverage_declaration *in)
{
    Tocsin__V1__Coverage *to = arena_take(memory, sizeof *to);
    tocsin__v1__coverage__init(to);
    to->origin = wire_bytes(in->origin);
    to->area = wire_bytes(in->area);
    to->from_day = (uint32_t)in->days.from;
    to->to_day = (uint32_t)in->days.to;
    to->n_categories = in->category_count;
    to->categories = wire_byte_list(memory, in->categories, in->category_count);
    to->n_offences = in->offence_count;
    to->offences = wire_byte_list(memory, in->offences, in->offence_count);
    to->without_markers = in->without_markers;
    to->month_only = in->month_only;
    to->promised_interval_s = in->promised_interval_s;
    to->retired = in->retired;
    return to;
}

void hello_in(decoding *self, const wire_envelope *from, message *out)
{
    const Tocsin__V1__Hello *in = from->hello;
    hello *to = &out->hello;
    out->stream_number = in->stream_number;
    to->source = decoding_text(self, in->source, SOURCE_SIZE_MAX, "source is over 96 octets");
    to->stream = decoding_text(self, in->stream, STREAM_SIZE_MAX, "stream is over 255 octets");
    to->software = decoding_text(self, in->software, SOURCE_SIZE_MAX, "software is over 96 octets");
    to->instance = in->instance;
    if (to->source.size == 0 || to->stream.size == 0)
        decoding_fault(self, STATUS_MALFORMED, "source and stream must have names");
    if (in->n_claims > CLAIMS_MAX) {
        decoding_fault(self, STATUS_TOO_LARGE, "more than 64 claims");
        return;
    }
    to->claims = arena_take(self->memory, in->n_claims * sizeof *to->claims);
    to->claim_count = in->n_claims;
    for (size_t i = 0; i < in->n_claims; i++)
        to->claims[i] = declaration_from_wire(self, in->claims[i]);
}

void hello_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__Hello *to = arena_take(memory, sizeof *to);
    const hello *in = &from->hello;
    tocsin__v1__hello__init(to);
    to->stream_number = from->stream_number;
    to->source = wire_bytes(in->source);
    to->stream = wire_bytes(in->stream);
    to->software = wire_bytes(in->software);
    to->instance = in->instance;
    to->n_claims = in->claim_count;
    to->claims = arena_take(memory, in->claim_count * sizeof(void *));
    for (size_t i = 0; i < in->claim_count; i++)
        to->claims[i] = declaration_to_wire(memory, &in->claims[i]);
    out->hello = to;
}

void welcome_in(decoding *self, const wire_envelope *from, message *out)
{
    const Tocsin__V1__Welcome *in = from->welcome;
    out->stream_number = in->stream_number;
    out->welcome = (welcome){
        .position = decoding_position(self, in->position),
        .credit = in->credit,
        .heartbeat_s = in->heartbeat_s,
        .epoch = in->epoch,
    };
}

void welcome_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__Welcome *to = arena_take(memory, sizeof *to);
    tocsin__v1__welcome__init(to);
    to->stream_number = from->stream_number;
    to->position = wire_position(memory, &from->welcome.position);
    to->credit = from->welcome.credit;
    to->heartbeat_s = from->welcome.heartbeat_s;
    to->epoch = from->welcome.epoch;
    out->welcome = to;
}

void records_in(decoding *self, const wire_envelope *from, message *out)
{
    out->stream_number = from->records->stream_number;
    out->sequence = from->records->sequence;
    records_from_wire(self, from->records, &out->records);
}

void records_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__Records *to = arena_take(memory, sizeof *to);
    tocsin__v1__records__init(to);
    to->stream_number = from->stream_number;
    to->sequence = from->sequence;
    records_to_wire(memory, &from->records, to);
    out->records = to;
}

void ack_in(decoding *self, const wire_envelope *from, message *out)
{
    const Tocsin__V1__Ack *in = from->ack;
    ack *to = &out->ack;
    if (in->n_rejections > REJECTIONS_MAX || in->n_notes > REJECTIONS_MAX) {
        decoding_fault(self, STATUS_TOO_LARGE, "more than 100 rejections or notes");
        return;
    }
    *to = (ack){.through = in->through, .accepted = in->accepted, .repeated = in->repeated,
                .replaced = in->replaced, .rejected = in->rejected};
    to->rejections = arena_take(self->memory, in->n_rejections * sizeof *to->rejections);
    to->rejection_count = in->n_rejections;
    for (size_t i = 0; i < in->n_rejections; i++) {
        const Tocsin__V1__Rejection *r = in->rejections[i];
        to->rejections[i] = (rejection){
            .sequence = r->sequence, .index = r->index, .of_faulty = r->of_faulty != 0,
            .reason = (unsigned)r->reason < (unsigned)REJECT_REASONS ? (reject_reason)r->reason
                                                                     : REJECT_UNSPECIFIED,
            .words = decoding_text(self, r->text, NOTE_SIZE_MAX, "a rejection's text is too long"),
        };
    }
    to->notes = arena_take(self->memory, in->n_notes * sizeof *to->notes);
    to->note_count = in->n_notes;
    for (size_t i = 0; i < in->n_notes; i++)
        to->notes[i] = decoding_text(self, in->notes[i], NOTE_SIZE_MAX, "a note is too long");
}

void ack_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__Ack *to = arena_take(memory, sizeof *to);
    const ack *in = &from->ack;
    tocsin__v1__ack__init(to);
    to->through = in->through;
    to->accepted = in->accepted;
    to->repeated = in->repeated;
    to->replaced = in->replaced;
    to->rejected = in->rejected;
    to->n_rejections = in->rejection_count;
    to->rejections = arena_take(memory, in->rejection_count * sizeof(void *));
    for (size_t i = 0; i < in->rejection_count; i++) {
        const rejection *r = &in->rejections[i];
        Tocsin__V1__Rejection *made = arena_take(memory, sizeof *made);
        tocsin__v1__rejection__init(made);
        made->sequence = r->sequence;
        made->index = r->index;
        made->of_faulty = r->of_faulty;
        made->reason = (Tocsin__V1__Reason)r->reason;
        made->text = wire_bytes(r->words);
        to->rejections[i] = made;
    }
    to->n_notes = in->note_count;
    to->notes = wire_byte_list(memory, in->notes, in->note_count);
    out->ack = to;
}

void coverage_in(decoding *self, const wire_envelope *from, message *out)
{
    out->stream_number = from->coverage->stream_number;
    out->sequence = from->coverage->sequence;
    out->coverage = declaration_from_wire(self, from->coverage);
}

void coverage_out(arena *memory, const message *from, wire_envelope *out)
{
    out->coverage = declaration_to_wire(memory, &from->coverage);
    out->coverage->stream_number = from->stream_number;
    out->coverage->sequence = from->sequence;
}

void snapshot_begin_in(decoding *self, const wire_envelope *from, message *out)
{
    const Tocsin__V1__SnapshotBegin *in = from->snapshot_begin;
    out->stream_number = in->stream_number;
    out->sequence = in->sequence;
    out->snapshot_begin = (snapshot_begin){
        .origin = decoding_text(self, in->origin, CODE_SIZE_MAX, "origin is over 96 octets"),
        .revision = in->revision,
        .issued_ns = in->issued_ns,
        .digest = decoding_text(self, in->digest, DIGEST_SIZE_MAX, "a digest is over 64 octets"),
    };
    if (in->origin.len == 0 || in->digest.len == 0 || in->revision > INT64_MAX)
        decoding_fault(self, STATUS_MALFORMED, "a snapshot needs an origin, a revision and a digest");
}

void snapshot_begin_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__SnapshotBegin *to = arena_take(memory, sizeof *to);
    tocsin__v1__snapshot_begin__init(to);
    to->stream_number = from->stream_number;
    to->sequence = from->sequence;
    to->origin = wire_bytes(from->snapshot_begin.origin);
    to->revision = from->snapshot_begin.revision;
    to->issued_ns = from->snapshot_begin.issued_ns;
    to->digest = wire_bytes(from->snapshot_begin.digest);
    out->snapshot_begin = to;
}

void snapshot_end_in(decoding *self, const wire_envelope *from, message *out)
{
    out->stream_number = from->snapshot_end->stream_number;
    out->sequence = from->snapshot_end->sequence;
    out->snapshot_end = decoding_position(self, from->snapshot_end->position);
}

void snapshot_end_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__SnapshotEnd *to = arena_take(memory, sizeof *to);
    tocsin__v1__snapshot_end__init(to);
    to->stream_number = from->stream_number;
    to->sequence = from->sequence;
    to->position = wire_position(memory, &from->snapshot_end);
    out->snapshot_end = to;
}

void caught_up_in(decoding *self, const wire_envelope *from, message *out)
{
    (void)self;
    out->stream_number = from->caught_up->stream_number;
    out->sequence = from->caught_up->sequence;
}

void caught_up_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__CaughtUp *to = arena_take(memory, sizeof *to);
    tocsin__v1__caught_up__init(to);
    to->stream_number = from->stream_number;
    to->sequence = from->sequence;
    out->caught_up = to;
}

void heartbeat_in(decoding *self, const wire_envelope *from, message *out)
{
    (void)self, (void)from, (void)out;
}

void heartbeat_out(arena *memory, const message *from, wire_envelope *out)
{
    (void)from;
    out->heartbeat = arena_take(memory, sizeof *out->heartbeat);
    tocsin__v1__heartbeat__init(out->heartbeat);
}

void bye_in(decoding *self, const wire_envelope *from, message *out)
{
    out->bye = decoding_text(self, from->bye->text, NOTE_SIZE_MAX, "a farewell is too long");
}

void bye_out(arena *memory, const message *from, wire_envelope *out)
{
    out->bye = arena_take(memory, sizeof *out->bye);
    tocsin__v1__bye__init(out->bye);
    out->bye->text = wire_bytes(from->bye);
}

void refuse_in(decoding *self, const wire_envelope *from, message *out)
{
    const Tocsin__V1__Refuse *in = from->refuse;
    bool known = (unsigned)in->refusal < (unsigned)REFUSALS;
    out->stream_number = in->stream_number;
    out->sequence = in->sequence;
    out->refuse = (refuse){
        .refusal = known ? (refusal)in->refusal : REFUSAL_NONE,
        .words = decoding_text(self, in->text, NOTE_SIZE_MAX, "a refusal's text is too long"),
        .retry_after_s = in->retry_after_s,
    };
}

void refuse_out(arena *memory, const message *from, wire_envelope *out)
{
    Tocsin__V1__Refuse *to = arena_take(memory, sizeof *to);
    tocsin__v1__refuse__init(to);
    to->stream_number = from->stream_number;
    to->sequence = from->sequence;
    to->refusal = (Tocsin__V1__Refusal)from->refuse.refusal;
    to->text = wire_bytes(from->refuse.words);
    to->retry_after_s = from->refuse.retry_after_s;
    out->refuse = to;
}
