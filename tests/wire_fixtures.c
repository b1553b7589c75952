#include "wire_fixtures.h"

#include <string.h>

#include "testing.h"

arena *wire_memory;

int wire_setup(void **state)
{
    (void)state;
    wire_memory = arena_create();
    return 0;
}

int wire_teardown(void **state)
{
    (void)state;
    arena_destroy(&wire_memory);
    return 0;
}

text filled(size_t size)
{
    return text_filled(wire_memory, 'x', size);
}

text encoded(const message *from)
{
    buffer out = {0};
    size_t size = wire_encode(from, wire_memory, &out);
    assert_int_equal(size, out.size);
    text copy = arena_text(wire_memory, (text){(const char *)out.data, size});
    buffer_free(&out);
    return copy;
}

status decoded(text octets, message *out, const char **why)
{
    *out = (message){.kind = MESSAGE_BYE, .session = 77};
    return wire_decode(octets.at, octets.size, wire_memory, out, why);
}

message sent(const message *from)
{
    message out;
    const char *why;
    status st = decoded(encoded(from), &out, &why);
    if (st != STATUS_OK)
        fail_msg("%s: %s", message_name(from->kind), why);
    assert_int_equal(out.kind, from->kind);
    assert_int_equal(out.version, from->version);
    assert_int_equal(out.session, from->session);
    assert_int_equal(out.stream_number, from->stream_number);
    assert_int_equal(out.sequence, from->sequence);
    return out;
}

void assert_refused(const message *from, status expected)
{
    message out;
    const char *why;
    status st = decoded(encoded(from), &out, &why);
    assert_int_equal(st, expected);
    assert_true(strlen(why) > 0);
    assert_int_equal(out.kind, MESSAGE_BYE);
    assert_int_equal(out.session, 77);
}

void assert_text_lists(const text *actual, size_t actual_count, const text *expected, size_t count)
{
    assert_int_equal(actual_count, count);
    for (size_t i = 0; i < count; i++)
        assert_texts(actual[i], expected[i]);
}

void assert_positions(position actual, position expected)
{
    assert_int_equal(actual.held, expected.held);
    assert_int_equal(actual.offset, expected.offset);
    assert_texts(actual.digest, expected.digest);
}

message message_of(message_kind kind)
{
    message made = {.kind = kind, .version = WIRE_VERSION, .session = UINT64_MAX};
    bool of_stream = message_is_flow(kind) || kind == MESSAGE_HELLO || kind == MESSAGE_WELCOME || kind == MESSAGE_REFUSE;
    made.stream_number = of_stream ? STREAMS_MAX : 0;
    made.sequence = message_is_flow(kind) || kind == MESSAGE_REFUSE ? UINT64_MAX : 0;
    return made;
}

coverage_declaration good_declaration(void)
{
    static text categories[] = {{"violence", 8}, {"robbery", 7}};
    static text offences[] = {{"Violence and sexual offences", 28}, {"Robbery", 7}, {"1\0""2", 3}};
    return (coverage_declaration){
        .origin = text_of("staffordshire"), .area = text_of("E23000015"), .days = {DAY_MIN, DAY_MAX},
        .categories = categories, .category_count = 2, .offences = offences, .offence_count = 3,
        .without_markers = true, .month_only = true, .promised_interval_s = UINT32_MAX, .retired = true,
    };
}

incident full_incident(void)
{
    return (incident){
        .origin = text_of("btp"), .reference = text_of("21/123456/24"), .revision = INT64_MAX, .issued_ns = INT64_MIN,
        .status = RECORD_CANCELLED, .recorded = DAY_MAX, .month_only = true, .offence = text_of("30C"),
        .area = text_of("E01029686"), .area_name = text_of("Stafford 004B"), .area_within = text_of("E23000015"),
        .markers = text_of("domestic-abuse;hate-crime"), .outcome = text_of("Charged"),
        .recorded_at = text_of("2024-05-17T12:00:00Z"), .occurred_at = text_of("2024-05-16T22:00+01:00"),
        .occurred_to = text_of("2024-05-17"), .latitude_e6 = 52805700, .longitude_e6 = -2116331,
    };
}

faulty full_faulty(void)
{
    return (faulty){
        .origin = text_of("btp"), .reference = text_of("x"), .line = UINT64_MAX, .column = text_of("recorded_at"),
        .value = text_of("31/02/2024"), .reason = text_of("is no date"), .row = OCTETS("a,\xff,\0c"), .size = UINT64_MAX,
        .digest = UINT64_MAX - 1,
    };
}

message good_records(incident *incidents, size_t incident_count, faulty *faulty_rows, size_t faulty_count)
{
    message made = message_of(MESSAGE_RECORDS);
    made.records = (records){
        .origin = text_of("staffordshire"), .incidents = incidents, .incident_count = incident_count,
        .faulty = faulty_rows, .faulty_count = faulty_count,
        .position = {.offset = UINT64_MAX, .digest = OCTETS("\0\xff digest"), .held = true}, .more = true,
    };
    return made;
}

message good_message(message_kind kind)
{
    message made = message_of(kind);
    if (kind == MESSAGE_HELLO)
        made.hello = (hello){.source = text_of("s"), .stream = text_of("s")};
    if (kind == MESSAGE_RECORDS)
        made.records.origin = text_of("o");
    if (kind == MESSAGE_COVERAGE)
        made.coverage = good_declaration();
    if (kind == MESSAGE_SNAPSHOT_BEGIN)
        made.snapshot_begin = (snapshot_begin){.origin = text_of("o"), .digest = text_of("d")};
    return made;
}

text *list_of(size_t count, size_t size)
{
    text *made = arena_take(wire_memory, count * sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = filled(size);
    return made;
}
