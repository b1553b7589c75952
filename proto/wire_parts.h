/* wire_parts.h - what wire.c and wire_records.c share: generated types, texts, bounds. For them only. */
#ifndef TOCSIN_WIRE_PARTS_H
#define TOCSIN_WIRE_PARTS_H

#include "collect.pb-c.h"
#include "wire.h"

typedef Tocsin__V1__Envelope wire_envelope;

enum { DECODED_SIZE_MAX = 4 * 1024 * 1024 };

/* What one message may cost to decode: many empty records take far more memory than octets. */
typedef struct wire_allowance {
    arena *memory;
    size_t left;
} wire_allowance;

ProtobufCAllocator wire_allocator(wire_allowance *allowance);

/* A decoding under way: where things go, and the first fault. */
typedef struct decoding {
    arena *memory;
    const char *why;
    status st;
} decoding;

/* Notes the first fault; later ones are kept out. */
void decoding_fault(decoding *self, status st, const char *why);

/* The octets as a text no longer than `size_max`. */
text decoding_text(decoding *self, ProtobufCBinaryData from, size_t size_max, const char *why);

/* A day within the calendar, or DAY_NONE for 0. */
day_number decoding_day(decoding *self, uint32_t from, const char *why);

position decoding_position(decoding *self, const Tocsin__V1__Position *from);

ProtobufCBinaryData wire_bytes(text from);
Tocsin__V1__Position *wire_position(arena *memory, const position *from);

/* `count` texts as protobuf-c wants them. */
ProtobufCBinaryData *wire_byte_list(arena *memory, const text *from, size_t count);

void records_from_wire(decoding *self, const Tocsin__V1__Records *from, records *out);
void records_to_wire(arena *memory, const records *from, Tocsin__V1__Records *out);

/* One pair for each kind: in from the wire, out to it. */
void hello_in(decoding *self, const wire_envelope *from, message *out);
void hello_out(arena *memory, const message *from, wire_envelope *out);
void welcome_in(decoding *self, const wire_envelope *from, message *out);
void welcome_out(arena *memory, const message *from, wire_envelope *out);
void records_in(decoding *self, const wire_envelope *from, message *out);
void records_out(arena *memory, const message *from, wire_envelope *out);
void ack_in(decoding *self, const wire_envelope *from, message *out);
void ack_out(arena *memory, const message *from, wire_envelope *out);
void coverage_in(decoding *self, const wire_envelope *from, message *out);
void coverage_out(arena *memory, const message *from, wire_envelope *out);
void snapshot_begin_in(decoding *self, const wire_envelope *from, message *out);
void snapshot_begin_out(arena *memory, const message *from, wire_envelope *out);
void snapshot_end_in(decoding *self, const wire_envelope *from, message *out);
void snapshot_end_out(arena *memory, const message *from, wire_envelope *out);
void caught_up_in(decoding *self, const wire_envelope *from, message *out);
void caught_up_out(arena *memory, const message *from, wire_envelope *out);
void heartbeat_in(decoding *self, const wire_envelope *from, message *out);
void heartbeat_out(arena *memory, const message *from, wire_envelope *out);
void bye_in(decoding *self, const wire_envelope *from, message *out);
void bye_out(arena *memory, const message *from, wire_envelope *out);
void refuse_in(decoding *self, const wire_envelope *from, message *out);
void refuse_out(arena *memory, const message *from, wire_envelope *out);

#endif
