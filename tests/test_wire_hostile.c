/* Promise: octets that are cut off, foreign, of another version or without any sense are told apart, cost
 * little memory and never bring the reader down. */
#include "proto/wire.h"

#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"
#include "wire_fixtures.h"

/* --- octets that are not ours ------------------------------------------------------------------ */

static void assert_unknown(text octets, uint32_t version)
{
    message out;
    const char *why;
    assert_int_equal(decoded(octets, &out, &why), STATUS_OK);
    assert_int_equal(out.kind, MESSAGE_NONE);
    assert_int_equal(out.version, version);
}

static void another_version_is_no_error_and_its_kind_is_unknown(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_BYE);
    static const uint32_t versions[] = {0, 2, UINT32_MAX};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        in.version = versions[i];
        in.bye = filled(NOTE_SIZE_MAX + 1); /* may be allowed there */
        assert_unknown(encoded(&in), versions[i]);
    }
}

static void an_unknown_kind_is_no_error(void **state)
{
    (void)state;
    assert_unknown(OCTETS("\x08\x01"), 1);
    assert_unknown(OCTETS("\x08\x01\x10\x05\xf2\x01\x02hi"), 1); /* field 30 */
    assert_unknown(OCTETS(""), 0);
    assert_string_equal(message_name(MESSAGE_NONE), "UNKNOWN");
}

static void words_of_later_versions_of_the_enums_are_unspecified(void **state)
{
    (void)state;
    message out;
    const char *why;
    /* refuse { refusal: 99 }, and ack { rejections { reason: -1 } } */
    assert_int_equal(decoded(OCTETS("\x08\x01\xa2\x01\x02\x08\x63"), &out, &why), STATUS_OK);
    assert_int_equal(out.kind, MESSAGE_REFUSE);
    assert_int_equal(out.refuse.refusal, REFUSAL_NONE);
    assert_int_equal(decoded(OCTETS("\x08\x01\x6a\x0d\x32\x0b\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), &out, &why),
                     STATUS_OK);
    assert_int_equal(out.kind, MESSAGE_ACK);
    assert_int_equal(out.ack.rejections[0].reason, REJECT_UNSPECIFIED);
}

static void unknown_fields_are_passed_over(void **state)
{
    (void)state;
    message out;
    const char *why;
    /* bye { text: "hi", field 9: "later", field 10: 7 } */
    assert_int_equal(decoded(OCTETS("\x08\x01\x9a\x01\x0d\x0a\x02hi\x4a\x05later\x50\x07"), &out, &why), STATUS_OK);
    assert_texts(out.bye, text_of("hi"));
}

static void octets_that_are_no_envelope_are_malformed(void **state)
{
    (void)state;
    const text wrong[] = {OCTETS("hello"), OCTETS("\x08"), OCTETS("\x9a\x01\x7f"), OCTETS("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
                          OCTETS("\x9a\x01\xff\xff\xff\xff\x0f"), OCTETS("\x08\x01\x0c"), OCTETS("{\"version\":1}")};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        message out;
        const char *why;
        assert_int_equal(decoded(wrong[i], &out, &why), STATUS_MALFORMED);
        assert_true(strlen(why) > 0);
    }
}

static void a_message_is_taken_up_to_its_size_and_no_further(void **state)
{
    (void)state;
    char *octets = memory_new(MESSAGE_SIZE_MAX + 1, 1);
    message out;
    const char *why;
    /* version 1, then one unknown field 31 that fills the rest: 5 octets of head and of size */
    size_t rest = MESSAGE_SIZE_MAX - 2 - 5;
    memcpy(octets, "\x08\x01\xfa\x01", 4);
    octets[4] = (char)(0x80 | (rest & 0x7f));
    octets[5] = (char)(0x80 | ((rest >> 7) & 0x7f));
    octets[6] = (char)(rest >> 14);
    assert_int_equal(decoded((text){octets, MESSAGE_SIZE_MAX}, &out, &why), STATUS_OK);
    assert_int_equal(decoded((text){octets, MESSAGE_SIZE_MAX + 1}, &out, &why), STATUS_TOO_LARGE);
    assert_true(strlen(why) > 0);
    free(octets);
}

/* A message of every kind, as long as is handy. */
static size_t long_messages(message *out)
{
    static incident incidents[2];
    static faulty rows[1];
    static coverage_declaration claim;
    size_t count = 0;
    incidents[0] = incidents[1] = full_incident();
    rows[0] = full_faulty();
    claim = good_declaration();
    for (int kind = MESSAGE_HELLO; kind < MESSAGE_KINDS; kind++)
        out[count++] = good_message((message_kind)kind);
    out[MESSAGE_RECORDS - 1] = good_records(incidents, 2, rows, 1);
    out[MESSAGE_HELLO - 1].hello.claims = &claim;
    out[MESSAGE_HELLO - 1].hello.claim_count = 1;
    out[MESSAGE_BYE - 1].bye = text_of("farewell");
    out[MESSAGE_REFUSE - 1].refuse = (refuse){.words = text_of("no"), .retry_after_s = 1};
    return count;
}

static void a_message_cut_off_anywhere_is_never_taken_for_a_good_one(void **state)
{
    (void)state;
    message whole[MESSAGE_KINDS], out;
    const char *why;
    size_t count = long_messages(whole);
    for (size_t i = 0; i < count; i++) {
        text octets = encoded(&whole[i]);
        assert_int_equal(decoded(octets, &out, &why), STATUS_OK);
        for (size_t size = 0; size < octets.size; size++) {
            /* A copy of just that size, so that reading on would be noticed. */
            char *cut = memory_new(size, 1);
            memcpy(cut, octets.at, size);
            status st = decoded((text){cut, size}, &out, &why);
            assert_true(st == STATUS_MALFORMED || (st == STATUS_OK && out.kind == MESSAGE_NONE));
            free(cut);
        }
    }
}

/* Takes the message apart and puts it together again, so that every text of it is looked at. */
static void look_at(text octets)
{
    message out;
    const char *why;
    if (decoded(octets, &out, &why) == STATUS_OK && out.kind != MESSAGE_NONE)
        (void)encoded(&out);
    else
        assert_non_null(why);
}

static void random_octets_never_bring_the_reader_down(void **state)
{
    (void)state;
    chance by = {7};
    arena *kept = wire_memory;
    wire_memory = arena_create();
    for (int round = 0; round < 100000; round++) {
        char octets[120];
        size_t size = chance_below(&by, sizeof octets);
        for (size_t i = 0; i < size; i++)
            octets[i] = (char)chance_below(&by, chance_below(&by, 2) == 0 ? 256 : 32);
        if (size > 5 && chance_below(&by, 2) == 0) /* of our version and of some kind */
            memcpy(octets, (const char[]){0x08, 0x01, (char)(0x52 + 8 * chance_below(&by, 6))}, 3);
        look_at((text){octets, size});
        arena_reset(wire_memory);
    }
    arena_destroy(&wire_memory);
    wire_memory = kept;
}

static void good_messages_with_some_octets_changed_never_bring_the_reader_down(void **state)
{
    (void)state;
    chance by = {8};
    message whole[MESSAGE_KINDS];
    size_t count = long_messages(whole);
    arena *kept = wire_memory;
    text octets[MESSAGE_KINDS];
    for (size_t i = 0; i < count; i++)
        octets[i] = encoded(&whole[i]);
    wire_memory = arena_create();
    for (int round = 0; round < 100000; round++) {
        text changed = arena_text(wire_memory, octets[chance_below(&by, (uint32_t)count)]);
        for (uint32_t i = 1 + chance_below(&by, 3); i > 0; i--)
            ((char *)(uintptr_t)changed.at)[chance_below(&by, (uint32_t)changed.size)] = (char)chance_below(&by, 256);
        look_at(changed);
        arena_reset(wire_memory);
    }
    arena_destroy(&wire_memory);
    wire_memory = kept;
}

static void octets_that_are_no_incident_are_refused_and_leave_the_output(void **state)
{
    (void)state;
    incident day_after_all = full_incident(), strange = full_incident();
    day_after_all.recorded = DAY_MAX + 1;
    strange.status = RECORD_WITHDRAWN;
    const text wrong[] = {OCTETS("hello"), OCTETS("\x0a\x05"), wire_encode_incident(&day_after_all, wire_memory),
                          wire_encode_incident(&strange, wire_memory)};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        incident out = {.revision = 77};
        assert_int_equal(wire_decode_incident(wrong[i], wire_memory, &out), STATUS_MALFORMED);
        assert_int_equal(out.revision, 77);
        assert_int_equal(out.reference.size, 0);
    }
}

static void an_incident_with_some_octets_changed_never_brings_the_reader_down(void **state)
{
    (void)state;
    chance by = {14};
    incident in = full_incident(), out;
    text octets = wire_encode_incident(&in, wire_memory);
    arena *own = arena_create();
    for (int round = 0; round < 50000; round++) {
        text changed = arena_text(own, (text){octets.at, chance_below(&by, (uint32_t)octets.size + 1)});
        if (changed.size > 0)
            ((char *)(uintptr_t)changed.at)[chance_below(&by, (uint32_t)changed.size)] = (char)chance_below(&by, 256);
        if (wire_decode_incident(changed, own, &out) == STATUS_OK)
            (void)wire_encode_incident(&out, own);
        arena_reset(own);
    }
    arena_destroy(&own);
}

/* Records { stream_number: 1, sequence: 1, origin: "o" } and as many empty things of a field as fit. */
static text full_of_empties(char field)
{
    static char octets[MESSAGE_SIZE_MAX];
    size_t size = MESSAGE_SIZE_MAX - 6; /* of the body: an even number of octets is left behind its head */
    memcpy(octets, "\x08\x01\x62", 3);
    octets[3] = (char)(0x80 | (size & 0x7f));
    octets[4] = (char)(0x80 | ((size >> 7) & 0x7f));
    octets[5] = (char)(size >> 14);
    memcpy(octets + 6, "\x08\x01\x10\x01\x1a\x02oo", 8);
    for (size_t at = 14; at < MESSAGE_SIZE_MAX; at += 2) {
        octets[at] = field;
        octets[at + 1] = 0;
    }
    return (text){octets, MESSAGE_SIZE_MAX};
}

static void a_message_full_of_empty_records_is_refused_and_takes_little_memory(void **state)
{
    (void)state;
    static const char fields[] = {0x2a, 0x32, 0x3a, 0x7a}; /* incidents, faulty, position, unknown */
    for (size_t i = 0; i < sizeof fields; i++) {
        message out;
        const char *why;
        arena *own = arena_create();
        size_t before = heap_in_use();
        text octets = full_of_empties(fields[i]);
        status st = wire_decode(octets.at, octets.size, own, &out, &why);
        if (fields[i] == 0x2a || fields[i] == 0x32)
            assert_true(st == STATUS_MALFORMED || st == STATUS_TOO_LARGE);
        assert_in_range(arena_held(own), 0, 6 * 1024 * 1024);
        assert_in_range(heap_in_use() - before, 0, 6 * 1024 * 1024 + 65536);
        arena_destroy(&own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_version_is_no_error_and_its_kind_is_unknown),
        cmocka_unit_test(an_unknown_kind_is_no_error),
        cmocka_unit_test(words_of_later_versions_of_the_enums_are_unspecified),
        cmocka_unit_test(unknown_fields_are_passed_over),
        cmocka_unit_test(octets_that_are_no_envelope_are_malformed),
        cmocka_unit_test(a_message_is_taken_up_to_its_size_and_no_further),
        cmocka_unit_test(a_message_cut_off_anywhere_is_never_taken_for_a_good_one),
        cmocka_unit_test(random_octets_never_bring_the_reader_down),
        cmocka_unit_test(good_messages_with_some_octets_changed_never_bring_the_reader_down),
        cmocka_unit_test(octets_that_are_no_incident_are_refused_and_leave_the_output),
        cmocka_unit_test(an_incident_with_some_octets_changed_never_brings_the_reader_down),
        cmocka_unit_test(a_message_full_of_empty_records_is_refused_and_takes_little_memory),
    };
    return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
