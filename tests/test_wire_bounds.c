/* Promise: every bound that collect.proto states for a message is kept at its last value and refused one
 * beyond, with words; and what a message needs can't be left out. */
#include "proto/wire.h"

#include <stdlib.h>

#include "testing.h"
#include "wire_fixtures.h"

/* --- bounds ------------------------------------------------------------------------------------ */

/* The other tests take the bounds from the headers; these are the numbers that others read in the contract. */
static void the_bounds_are_those_that_the_contract_states(void **state)
{
    (void)state;
    assert_int_equal(WIRE_VERSION, 1);
    assert_int_equal(MESSAGE_SIZE_MAX, 262144);
    assert_int_equal(RECORDS_MAX, 4096);
    assert_int_equal(CLAIMS_MAX, 64);
    assert_int_equal(STREAMS_MAX, 1024);
    assert_int_equal(SOURCE_SIZE_MAX, 96);
    assert_int_equal(STREAM_SIZE_MAX, 255);
    assert_int_equal(DIGEST_SIZE_MAX, 64);
    assert_int_equal(REJECTIONS_MAX, 100);
    assert_int_equal(CODE_SIZE_MAX, 96);
    assert_int_equal(REFERENCE_SIZE_MAX, 128);
    assert_int_equal(MARKERS_SIZE_MAX, 256);
    assert_int_equal(OUTCOME_SIZE_MAX, 128);
    assert_int_equal(STAMP_SIZE_MAX, 40);
    assert_int_equal(RECORD_SIZE_MAX, 65536);
}

static void texts_of_a_hello_are_taken_up_to_their_bounds(void **state)
{
    (void)state;
    static const size_t size_max[] = {SOURCE_SIZE_MAX, STREAM_SIZE_MAX, SOURCE_SIZE_MAX};
    for (int which = 0; which < 3; which++)
        for (size_t over = 0; over < 2; over++) {
            message in = message_of(MESSAGE_HELLO);
            in.hello = (hello){.source = text_of("s"), .stream = text_of("s")};
            text *fields[] = {&in.hello.source, &in.hello.stream, &in.hello.software};
            *fields[which] = filled(size_max[which] + over);
            if (over == 0)
                (void)sent(&in);
            else
                assert_refused(&in, STATUS_TOO_LARGE);
        }
}

static void a_hello_needs_a_source_and_a_stream(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_HELLO);
    in.hello = (hello){.source = text_of("s")};
    assert_refused(&in, STATUS_MALFORMED);
    in.hello = (hello){.stream = text_of("s")};
    assert_refused(&in, STATUS_MALFORMED);
}

static void a_hello_claims_up_to_its_bound(void **state)
{
    (void)state;
    coverage_declaration claims[CLAIMS_MAX + 1];
    for (size_t i = 0; i <= CLAIMS_MAX; i++)
        claims[i] = good_declaration();
    message in = message_of(MESSAGE_HELLO);
    in.hello = (hello){.source = text_of("s"), .stream = text_of("s"), .claims = claims, .claim_count = CLAIMS_MAX};
    assert_int_equal(sent(&in).hello.claim_count, CLAIMS_MAX);
    in.hello.claim_count++;
    assert_refused(&in, STATUS_TOO_LARGE);
    claims[1].days = (period){2, 1};
    in.hello.claim_count = 2;
    assert_refused(&in, STATUS_MALFORMED);
}

static void lists_of_a_declaration_are_taken_up_to_their_bounds(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_COVERAGE);
    in.coverage = (coverage_declaration){.origin = filled(CODE_SIZE_MAX), .area = filled(CODE_SIZE_MAX), .days = {1, 1}};
    in.coverage.categories = list_of(CATEGORIES_MAX + 1, CODE_SIZE_MAX);
    in.coverage.offences = list_of(RECORDS_MAX + 1, 3);
    in.coverage.category_count = CATEGORIES_MAX;
    in.coverage.offence_count = RECORDS_MAX;
    message out = sent(&in);
    assert_int_equal(out.coverage.category_count, CATEGORIES_MAX);
    assert_int_equal(out.coverage.offence_count, RECORDS_MAX);
    in.coverage.category_count++;
    assert_refused(&in, STATUS_TOO_LARGE);
    in.coverage.category_count--;
    in.coverage.offence_count++;
    assert_refused(&in, STATUS_TOO_LARGE);
}

static void codes_of_a_declaration_are_taken_up_to_their_bound(void **state)
{
    (void)state;
    for (int which = 0; which < 4; which++) {
        message in = message_of(MESSAGE_COVERAGE);
        text over = filled(CODE_SIZE_MAX + 1);
        in.coverage = good_declaration();
        if (which < 2)
            *(which == 0 ? &in.coverage.origin : &in.coverage.area) = over;
        if (which == 2)
            in.coverage.categories = &over, in.coverage.category_count = 1;
        if (which == 3)
            in.coverage.offences = &over, in.coverage.offence_count = 1;
        assert_refused(&in, STATUS_TOO_LARGE);
    }
}

static void a_declaration_needs_days_of_the_calendar_an_origin_and_an_area(void **state)
{
    (void)state;
    static const period wrong[] = {{0, 5}, {5, 0}, {6, 5}, {0, 0}, {1, DAY_MAX + 1}, {DAY_MAX + 1, DAY_MAX + 1}, {-1, 5}};
    message in = message_of(MESSAGE_COVERAGE);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        in.coverage = good_declaration();
        in.coverage.days = wrong[i];
        assert_refused(&in, STATUS_MALFORMED);
    }
    in.coverage = good_declaration();
    in.coverage.origin = (text){0};
    assert_refused(&in, STATUS_MALFORMED);
    in.coverage = good_declaration();
    in.coverage.area = (text){0};
    assert_refused(&in, STATUS_MALFORMED);
}

static void digests_are_taken_up_to_their_bound(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        position held = {.offset = 1, .digest = filled(DIGEST_SIZE_MAX + over), .held = true};
        message in[] = {message_of(MESSAGE_WELCOME), good_records(NULL, 0, NULL, 0), message_of(MESSAGE_SNAPSHOT_END),
                        message_of(MESSAGE_SNAPSHOT_BEGIN)};
        in[0].welcome.position = in[1].records.position = in[2].snapshot_end = held;
        in[3].snapshot_begin = (snapshot_begin){.origin = filled(CODE_SIZE_MAX), .digest = held.digest};
        for (size_t i = 0; i < sizeof in / sizeof in[0]; i++)
            if (over == 0)
                (void)sent(&in[i]);
            else
                assert_refused(&in[i], STATUS_TOO_LARGE);
    }
}

static void a_snapshot_needs_an_origin_a_digest_and_a_revision_that_can_be_kept(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_SNAPSHOT_BEGIN);
    const snapshot_begin good = {.origin = text_of("o"), .revision = 1, .digest = text_of("d")};
    in.snapshot_begin = good;
    (void)sent(&in);
    in.snapshot_begin.origin = (text){0};
    assert_refused(&in, STATUS_MALFORMED);
    in.snapshot_begin = good;
    in.snapshot_begin.digest = (text){0};
    assert_refused(&in, STATUS_MALFORMED);
    in.snapshot_begin = good;
    in.snapshot_begin.revision = (uint64_t)INT64_MAX + 1;
    assert_refused(&in, STATUS_MALFORMED);
    in.snapshot_begin = good;
    in.snapshot_begin.origin = filled(CODE_SIZE_MAX + 1);
    assert_refused(&in, STATUS_TOO_LARGE);
}

static void a_message_holds_as_many_records_as_the_bound_and_not_one_more(void **state)
{
    (void)state;
    incident *incidents = arena_take(wire_memory, RECORDS_MAX * sizeof *incidents);
    faulty rows[1] = {{.line = 1}};
    for (size_t i = 0; i < RECORDS_MAX; i++) {
        incidents[i] = incident_empty();
        incidents[i].reference = arena_print(wire_memory, "%zu", i);
        incidents[i].issued_ns = (int64_t)i;
    }
    message in = good_records(incidents, RECORDS_MAX - 1, rows, 1), out = sent(&in);
    assert_int_equal(out.records.incident_count, RECORDS_MAX - 1);
    assert_texts(out.records.incidents[4094].reference, text_of("4094"));
    in = good_records(incidents, RECORDS_MAX, NULL, 0);
    assert_int_equal(sent(&in).records.incident_count, RECORDS_MAX);
}

static void the_origin_of_a_batch_is_there_and_within_its_bound(void **state)
{
    (void)state;
    message in = good_records(NULL, 0, NULL, 0);
    in.records.origin = filled(CODE_SIZE_MAX);
    (void)sent(&in);
    in.records.origin = filled(CODE_SIZE_MAX + 1);
    assert_refused(&in, STATUS_TOO_LARGE);
    in.records.origin = (text){0};
    assert_refused(&in, STATUS_MALFORMED);
}

static void a_faulty_row_is_taken_up_to_its_bounds(void **state)
{
    (void)state;
    static const size_t size_max[] = {CODE_SIZE_MAX, REFERENCE_SIZE_MAX, CODE_SIZE_MAX, CODE_SIZE_MAX, NOTE_SIZE_MAX,
                                      RECORD_SIZE_MAX};
    for (int which = 0; which < 6; which++)
        for (size_t over = 0; over < 2; over++) {
            faulty row = full_faulty();
            text *fields[] = {&row.origin, &row.reference, &row.column, &row.value, &row.reason, &row.row};
            *fields[which] = filled(size_max[which] + over);
            message in = good_records(NULL, 0, &row, 1);
            if (over == 0)
                (void)sent(&in);
            else
                assert_refused(&in, STATUS_TOO_LARGE);
        }
}

static void days_of_incidents_lie_in_the_calendar(void **state)
{
    (void)state;
    static const struct { day_number day; bool good; } cases[] = {
        {DAY_NONE, true}, {DAY_MIN, true}, {DAY_MAX, true}, {DAY_MAX + 1, false}, {-1, false}, {INT32_MAX, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        incident one = full_incident();
        one.recorded = cases[i].day;
        message in = good_records(&one, 1, NULL, 0);
        if (cases[i].good)
            assert_int_equal(sent(&in).records.incidents[0].recorded, cases[i].day);
        else
            assert_refused(&in, STATUS_MALFORMED);
    }
}

static void a_status_that_is_not_of_the_wire_is_refused(void **state)
{
    (void)state;
    static const int wrong[] = {RECORD_WITHDRAWN, 3, 1000};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        incident one = full_incident();
        one.status = (record_status)wrong[i];
        message in = good_records(&one, 1, NULL, 0);
        assert_refused(&in, STATUS_MALFORMED);
    }
}

static void an_acknowledgement_tells_up_to_its_bounds(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_ACK);
    rejection *rejections = memory_new(REJECTIONS_MAX + 1, sizeof *rejections);
    rejections[0].words = filled(NOTE_SIZE_MAX);
    in.ack = (ack){.rejections = rejections, .rejection_count = REJECTIONS_MAX, .notes = list_of(101, NOTE_SIZE_MAX),
                   .note_count = REJECTIONS_MAX};
    (void)sent(&in);
    in.ack.rejection_count++;
    assert_refused(&in, STATUS_TOO_LARGE);
    in.ack.rejection_count = 1;
    in.ack.note_count++;
    assert_refused(&in, STATUS_TOO_LARGE);
    in.ack.note_count = 1;
    in.ack.notes[0] = filled(NOTE_SIZE_MAX + 1);
    assert_refused(&in, STATUS_TOO_LARGE);
    in.ack.note_count = 0;
    rejections[0].words = filled(NOTE_SIZE_MAX + 1);
    assert_refused(&in, STATUS_TOO_LARGE);
    free(rejections);
}

static void words_of_farewell_and_refusal_are_taken_up_to_their_bound(void **state)
{
    (void)state;
    message bye = message_of(MESSAGE_BYE), no = message_of(MESSAGE_REFUSE);
    bye.bye = no.refuse.words = filled(NOTE_SIZE_MAX);
    (void)sent(&bye);
    (void)sent(&no);
    bye.bye = filled(NOTE_SIZE_MAX + 1);
    no.refuse = (refuse){.words = bye.bye};
    assert_refused(&bye, STATUS_TOO_LARGE);
    assert_refused(&no, STATUS_TOO_LARGE);
}

static void a_stream_number_is_needed_and_within_its_bound(void **state)
{
    (void)state;
    for (int kind = MESSAGE_HELLO; kind < MESSAGE_KINDS; kind++) {
        message in = good_message((message_kind)kind);
        bool needed = message_is_flow(in.kind) || kind == MESSAGE_HELLO || kind == MESSAGE_WELCOME;
        (void)sent(&in);
        if (!needed)
            continue;
        in.stream_number = 1;
        (void)sent(&in);
        in.stream_number = 0;
        assert_refused(&in, STATUS_MALFORMED);
        in.stream_number = STREAMS_MAX + 1;
        assert_refused(&in, STATUS_MALFORMED);
    }
}

static void every_message_of_the_flow_needs_a_sequence(void **state)
{
    (void)state;
    int flows = 0;
    for (int kind = MESSAGE_HELLO; kind < MESSAGE_KINDS; kind++) {
        message in = good_message((message_kind)kind);
        if (!message_is_flow(in.kind))
            continue;
        flows++;
        in.sequence = 0;
        assert_refused(&in, STATUS_MALFORMED);
    }
    assert_int_equal(flows, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bounds_are_those_that_the_contract_states),
        cmocka_unit_test(texts_of_a_hello_are_taken_up_to_their_bounds),
        cmocka_unit_test(a_hello_needs_a_source_and_a_stream),
        cmocka_unit_test(a_hello_claims_up_to_its_bound),
        cmocka_unit_test(lists_of_a_declaration_are_taken_up_to_their_bounds),
        cmocka_unit_test(codes_of_a_declaration_are_taken_up_to_their_bound),
        cmocka_unit_test(a_declaration_needs_days_of_the_calendar_an_origin_and_an_area),
        cmocka_unit_test(digests_are_taken_up_to_their_bound),
        cmocka_unit_test(a_snapshot_needs_an_origin_a_digest_and_a_revision_that_can_be_kept),
        cmocka_unit_test(a_message_holds_as_many_records_as_the_bound_and_not_one_more),
        cmocka_unit_test(the_origin_of_a_batch_is_there_and_within_its_bound),
        cmocka_unit_test(a_faulty_row_is_taken_up_to_its_bounds),
        cmocka_unit_test(days_of_incidents_lie_in_the_calendar),
        cmocka_unit_test(a_status_that_is_not_of_the_wire_is_refused),
        cmocka_unit_test(an_acknowledgement_tells_up_to_its_bounds),
        cmocka_unit_test(words_of_farewell_and_refusal_are_taken_up_to_their_bound),
        cmocka_unit_test(a_stream_number_is_needed_and_within_its_bound),
        cmocka_unit_test(every_message_of_the_flow_needs_a_sequence),
    };
    return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
