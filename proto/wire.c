#include "wire.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire_parts.h"

void decoding_fault(decoding *self, status st, const char *why)
{
    if (self->st != STATUS_OK)
        return;
    self->st = st;
    self->why = why;
}

text decoding_text(decoding *self, ProtobufCBinaryData from, size_t size_max, const char *why)
{
    if (from.len > size_max)
        decoding_fault(self, STATUS_TOO_LARGE, why);
    return (text){(const char *)from.data, from.len};
}

day_number decoding_day(decoding *self, uint32_t from, const char *why)
{
    if (from > DAY_MAX)
        decoding_fault(self, STATUS_MALFORMED, why);
    return from == 0 || from > DAY_MAX ? DAY_NONE : (day_number)from;
}

position decoding_position(decoding *self, const Tocsin__V1__Position *from)
{
    if (from == NULL)
        return (position){0};
    return (position){
        .offset = from->offset,
        .digest = decoding_text(self, from->digest, DIGEST_SIZE_MAX, "a digest is over 64 octets"),
        .held = true,
    };
}

ProtobufCBinaryData wire_bytes(text from)
{
    return (ProtobufCBinaryData){from.size, (uint8_t *)(uintptr_t)from.at};
}

Tocsin__V1__Position *wire_position(arena *memory, const position *from)
{
    if (!from->held)
        return NULL;
    Tocsin__V1__Position *made = arena_take(memory, sizeof *made);
    tocsin__v1__position__init(made);
    made->offset = from->offset;
    made->digest = wire_bytes(from->digest);
    return made;
}

ProtobufCBinaryData *wire_byte_list(arena *memory, const text *from, size_t count)
{
    ProtobufCBinaryData *made = arena_take(memory, count * sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = wire_bytes(from[i]);
    return made;
}

/* The catalogue: every kind, with what it needs and how it crosses. */
static const struct kind {
    const char *name;
    Tocsin__V1__Envelope__KindCase wire_case;
    bool flow;   /* carries a sequence, answered by Ack */
    bool stream; /* names a stream that must be 1 to STREAMS_MAX */
    void (*in)(decoding *, const wire_envelope *, message *);
    void (*out)(arena *, const message *, wire_envelope *);
} kinds[MESSAGE_KINDS] = {
    [MESSAGE_NONE] = {"UNKNOWN", TOCSIN__V1__ENVELOPE__KIND__NOT_SET, false, false, heartbeat_in, heartbeat_out},
#define KIND(NAME, flow, stream, in, out) {#NAME, TOCSIN__V1__ENVELOPE__KIND_##NAME, flow, stream, in, out}
    [MESSAGE_HELLO] = KIND(HELLO, false, true, hello_in, hello_out),
    [MESSAGE_WELCOME] = KIND(WELCOME, false, true, welcome_in, welcome_out),
    [MESSAGE_RECORDS] = KIND(RECORDS, true, true, records_in, records_out),
    [MESSAGE_ACK] = KIND(ACK, false, false, ack_in, ack_out),
    [MESSAGE_COVERAGE] = KIND(COVERAGE, true, true, coverage_in, coverage_out),
    [MESSAGE_SNAPSHOT_BEGIN] = KIND(SNAPSHOT_BEGIN, true, true, snapshot_begin_in, snapshot_begin_out),
    [MESSAGE_SNAPSHOT_END] = KIND(SNAPSHOT_END, true, true, snapshot_end_in, snapshot_end_out),
    [MESSAGE_CAUGHT_UP] = KIND(CAUGHT_UP, true, true, caught_up_in, caught_up_out),
    [MESSAGE_HEARTBEAT] = KIND(HEARTBEAT, false, false, heartbeat_in, heartbeat_out),
    [MESSAGE_BYE] = KIND(BYE, false, false, bye_in, bye_out),
    [MESSAGE_REFUSE] = KIND(REFUSE, false, false, refuse_in, refuse_out),
#undef KIND
};

bool message_is_flow(message_kind kind)
{
    return kinds[kind].flow;
}

const char *message_name(message_kind kind)
{
    return kinds[kind].name;
}

const char *reject_reason_text(reject_reason reason)
{
    static const char *const words[REJECT_REASONS] = {
        [REJECT_UNSPECIFIED] = "unspecified",         [REJECT_UNKNOWN_OFFENCE] = "unknown offence",
        [REJECT_UNKNOWN_AREA] = "unknown area",       [REJECT_IMPOSSIBLE_DATE] = "impossible date",
        [REJECT_FUTURE_DATE] = "date in the future",  [REJECT_TOO_LARGE] = "too large",
        [REJECT_UNREADABLE] = "unreadable",           [REJECT_BAD_FIELD] = "bad field",
    };
    return words[reason];
}

static void *take(void *from, size_t size)
{
    wire_allowance *allowance = from;
    if (size > allowance->left)
        return NULL;
    allowance->left -= size;
    return arena_take(allowance->memory, size);
}

static void give_back(void *from, void *taken)
{
    (void)from, (void)taken; /* the arena frees all at once */
}

ProtobufCAllocator wire_allocator(wire_allowance *allowance)
{
    return (ProtobufCAllocator){.alloc = take, .free = give_back, .allocator_data = allowance};
}

static message_kind kind_of(const wire_envelope *from)
{
    for (int kind = MESSAGE_NONE + 1; kind < MESSAGE_KINDS; kind++)
        if (kinds[kind].wire_case == from->kind_case)
            return (message_kind)kind;
    return MESSAGE_NONE;
}

static void decode_body(decoding *self, const wire_envelope *from, message *out)
{
    const struct kind *kind = &kinds[out->kind];
    kind->in(self, from, out);
    if (kind->stream && (out->stream_number == 0 || out->stream_number > STREAMS_MAX))
        decoding_fault(self, STATUS_MALFORMED, "stream_number is not from 1 to 1024");
    if (kind->flow && out->sequence == 0)
        decoding_fault(self, STATUS_MALFORMED, "sequence is missing");
}

status wire_decode(const void *octets, size_t size, arena *memory, message *out, const char **why)
{
    *why = "";
    if (size > MESSAGE_SIZE_MAX) {
        *why = "a message is over 256 KiB";
        return STATUS_TOO_LARGE;
    }
    wire_allowance allowance = {memory, DECODED_SIZE_MAX};
    ProtobufCAllocator allocator = wire_allocator(&allowance);
    const wire_envelope *from = tocsin__v1__envelope__unpack(&allocator, size, octets);
    if (from == NULL) {
        *why = "not a protobuf Envelope";
        return STATUS_MALFORMED;
    }
    message made = {.version = from->version, .session = from->session};
    if (made.version == WIRE_VERSION)
        made.kind = kind_of(from);
    decoding under_way = {.memory = memory, .st = STATUS_OK, .why = ""};
    if (made.kind != MESSAGE_NONE)
        decode_body(&under_way, from, &made);
    *why = under_way.why;
    if (under_way.st == STATUS_OK)
        *out = made;
    return under_way.st;
}

void buffer_free(buffer *self)
{
    free(self->data);
    *self = (buffer){0};
}

size_t wire_encode(const message *from, arena *memory, buffer *out)
{
    wire_envelope to;
    tocsin__v1__envelope__init(&to);
    to.version = from->version;
    to.session = from->session;
    to.kind_case = kinds[from->kind].wire_case;
    if (from->kind != MESSAGE_NONE)
        kinds[from->kind].out(memory, from, &to);
    size_t size = tocsin__v1__envelope__get_packed_size(&to);
    assert(size <= MESSAGE_SIZE_MAX);
    if (size > out->capacity) {
        out->data = memory_grow(out->data, size, 1);
        out->capacity = size;
    }
    out->size = tocsin__v1__envelope__pack(&to, out->data);
    return out->size;
}
