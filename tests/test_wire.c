/* Promise: every kind of message comes out as it went in, field by field, and the records of a batch get
 * from it what they leave out. Bounds: test_wire_bounds; octets that are not ours: test_wire_hostile. */
#include "proto/wire.h"

#include <string.h>

#include "testing.h"
#include "wire_fixtures.h"

static void assert_incidents(const incident *actual, const incident *expected)
{
    const text a[] = {actual->origin, actual->reference, actual->offence, actual->area, actual->area_name,
                      actual->area_within, actual->markers, actual->outcome, actual->recorded_at, actual->occurred_at,
                      actual->occurred_to};
    const text b[] = {expected->origin, expected->reference, expected->offence, expected->area, expected->area_name,
                      expected->area_within, expected->markers, expected->outcome, expected->recorded_at,
                      expected->occurred_at, expected->occurred_to};
    assert_text_lists(a, sizeof a / sizeof a[0], b, sizeof b / sizeof b[0]);
    assert_int_equal(actual->revision, expected->revision);
    assert_int_equal(actual->issued_ns, expected->issued_ns);
    assert_int_equal(actual->status, expected->status);
    assert_int_equal(actual->recorded, expected->recorded);
    assert_int_equal(actual->month_only, expected->month_only);
    assert_int_equal(actual->latitude_e6, expected->latitude_e6);
    assert_int_equal(actual->longitude_e6, expected->longitude_e6);
}

static void assert_faulty_rows(const faulty *actual, const faulty *expected)
{
    const text a[] = {actual->origin, actual->reference, actual->column, actual->value, actual->reason, actual->row};
    const text b[] = {expected->origin, expected->reference, expected->column, expected->value, expected->reason,
                      expected->row};
    assert_text_lists(a, sizeof a / sizeof a[0], b, sizeof b / sizeof b[0]);
    assert_int_equal(actual->line, expected->line);
    assert_int_equal(actual->size, expected->size);
    assert_int_equal(actual->digest, expected->digest);
}

static void assert_declarations(const coverage_declaration *actual, const coverage_declaration *expected)
{
    assert_texts(actual->origin, expected->origin);
    assert_texts(actual->area, expected->area);
    assert_int_equal(actual->days.from, expected->days.from);
    assert_int_equal(actual->days.to, expected->days.to);
    assert_text_lists(actual->categories, actual->category_count, expected->categories, expected->category_count);
    assert_text_lists(actual->offences, actual->offence_count, expected->offences, expected->offence_count);
    assert_int_equal(actual->without_markers, expected->without_markers);
    assert_int_equal(actual->month_only, expected->month_only);
    assert_int_equal(actual->promised_interval_s, expected->promised_interval_s);
    assert_int_equal(actual->retired, expected->retired);
}

/* --- there and back ---------------------------------------------------------------------------- */

static void a_hello_comes_out_as_it_went_in(void **state)
{
    (void)state;
    coverage_declaration claims[] = {good_declaration(), {.origin = text_of("o"), .area = text_of("a"), .days = {1, 1}}};
    message in = message_of(MESSAGE_HELLO);
    in.hello = (hello){.source = text_of("desk"), .stream = OCTETS("a\0b.csv"), .instance = UINT64_MAX,
                       .claims = claims, .claim_count = 2, .software = text_of("collector 0.1")};
    message out = sent(&in);
    assert_texts(out.hello.source, in.hello.source);
    assert_texts(out.hello.stream, in.hello.stream);
    assert_texts(out.hello.software, in.hello.software);
    assert_int_equal(out.hello.instance, UINT64_MAX);
    assert_int_equal(out.hello.claim_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_declarations(&out.hello.claims[i], &claims[i]);
}

static void a_welcome_comes_out_as_it_went_in_with_and_without_a_position(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_WELCOME);
    in.welcome = (welcome){.position = {.offset = 12, .digest = OCTETS("\0d"), .held = true}, .credit = UINT32_MAX,
                           .heartbeat_s = 10, .epoch = UINT64_MAX};
    message out = sent(&in);
    assert_positions(out.welcome.position, in.welcome.position);
    assert_int_equal(out.welcome.credit, UINT32_MAX);
    assert_int_equal(out.welcome.heartbeat_s, 10);
    assert_int_equal(out.welcome.epoch, UINT64_MAX);
    in.welcome.position = (position){0};
    out = sent(&in);
    assert_false(out.welcome.position.held);
    in.welcome.position = (position){.held = true};
    out = sent(&in);
    assert_true(out.welcome.position.held);
}

static void records_come_out_as_they_went_in(void **state)
{
    (void)state;
    incident incidents[] = {full_incident(), incident_empty()};
    faulty rows[] = {full_faulty(), {.origin = text_of("staffordshire")}};
    incidents[1].origin = text_of("staffordshire");
    incidents[1].reference = OCTETS("a\0b");
    incidents[1].issued_ns = 1;
    message in = good_records(incidents, 2, rows, 2), out = sent(&in);
    assert_texts(out.records.origin, in.records.origin);
    assert_positions(out.records.position, in.records.position);
    assert_true(out.records.more);
    assert_int_equal(out.records.incident_count, 2);
    assert_int_equal(out.records.faulty_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_incidents(&out.records.incidents[i], &incidents[i]);
        assert_faulty_rows(&out.records.faulty[i], &rows[i]);
    }
}

static void an_acknowledgement_comes_out_as_it_went_in(void **state)
{
    (void)state;
    rejection rejections[] = {{.sequence = UINT64_MAX, .index = 4095, .of_faulty = true, .reason = REJECT_BAD_FIELD,
                               .words = OCTETS("w\0w")}, {.sequence = 1, .reason = REJECT_UNKNOWN_OFFENCE}};
    text notes[] = {text_of("read this"), text_of("")};
    message in = message_of(MESSAGE_ACK);
    in.ack = (ack){.through = UINT64_MAX, .accepted = 1, .repeated = 2, .replaced = 3, .rejected = UINT64_MAX,
                   .rejections = rejections, .rejection_count = 2, .notes = notes, .note_count = 2};
    message out = sent(&in);
    assert_int_equal(out.ack.through, UINT64_MAX);
    assert_int_equal(out.ack.accepted, 1);
    assert_int_equal(out.ack.repeated, 2);
    assert_int_equal(out.ack.replaced, 3);
    assert_int_equal(out.ack.rejected, UINT64_MAX);
    assert_text_lists(out.ack.notes, out.ack.note_count, notes, 2);
    assert_int_equal(out.ack.rejection_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(out.ack.rejections[i].sequence, rejections[i].sequence);
        assert_int_equal(out.ack.rejections[i].index, rejections[i].index);
        assert_int_equal(out.ack.rejections[i].of_faulty, rejections[i].of_faulty);
        assert_int_equal(out.ack.rejections[i].reason, rejections[i].reason);
        assert_texts(out.ack.rejections[i].words, rejections[i].words);
    }
}

static void a_declaration_comes_out_as_it_went_in(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_COVERAGE);
    in.coverage = good_declaration();
    message out = sent(&in);
    assert_declarations(&out.coverage, &in.coverage);
}

static void a_snapshot_comes_out_as_it_went_in(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_SNAPSHOT_BEGIN);
    in.snapshot_begin = (snapshot_begin){.origin = text_of("o"), .revision = INT64_MAX, .issued_ns = INT64_MIN,
                                         .digest = OCTETS("\0\1")};
    message out = sent(&in);
    assert_texts(out.snapshot_begin.origin, text_of("o"));
    assert_int_equal(out.snapshot_begin.revision, INT64_MAX);
    assert_int_equal(out.snapshot_begin.issued_ns, INT64_MIN);
    assert_texts(out.snapshot_begin.digest, OCTETS("\0\1"));
    in = message_of(MESSAGE_SNAPSHOT_END);
    in.snapshot_end = (position){.offset = 9, .digest = text_of("d"), .held = true};
    out = sent(&in);
    assert_positions(out.snapshot_end, in.snapshot_end);
}

static void the_small_messages_come_out_as_they_went_in(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_CAUGHT_UP);
    (void)sent(&in);
    in = message_of(MESSAGE_HEARTBEAT);
    (void)sent(&in);
    in = message_of(MESSAGE_BYE);
    in.bye = OCTETS("going\0home");
    assert_texts(sent(&in).bye, in.bye);
    in = message_of(MESSAGE_REFUSE);
    in.refuse = (refuse){.refusal = REFUSAL_BAD_DECLARATION, .words = text_of("no such area"), .retry_after_s = 30};
    message out = sent(&in);
    assert_int_equal(out.refuse.refusal, REFUSAL_BAD_DECLARATION);
    assert_texts(out.refuse.words, in.refuse.words);
    assert_int_equal(out.refuse.retry_after_s, 30);
}

static void every_reason_and_refusal_crosses_and_has_words(void **state)
{
    (void)state;
    for (int reason = 0; reason < REJECT_REASONS; reason++) {
        rejection one = {.reason = (reject_reason)reason};
        message in = message_of(MESSAGE_ACK);
        in.ack = (ack){.rejections = &one, .rejection_count = 1};
        assert_int_equal(sent(&in).ack.rejections[0].reason, reason);
        assert_true(strlen(reject_reason_text((reject_reason)reason)) > 0);
    }
    for (int which = 0; which < REFUSALS; which++) {
        message in = message_of(MESSAGE_REFUSE);
        in.refuse.refusal = (refusal)which;
        assert_int_equal(sent(&in).refuse.refusal, which);
    }
}

static void what_came_out_does_not_need_the_octets_any_more(void **state)
{
    (void)state;
    message in = message_of(MESSAGE_BYE), out;
    const char *why;
    buffer octets = {0};
    in.bye = text_of("farewell");
    size_t size = wire_encode(&in, wire_memory, &octets);
    assert_int_equal(wire_decode(octets.data, size, wire_memory, &out, &why), STATUS_OK);
    buffer_free(&octets);
    assert_null(octets.data);
    assert_texts(out.bye, text_of("farewell"));
}

static void a_buffer_is_used_again_for_shorter_and_longer_messages(void **state)
{
    (void)state;
    static const size_t sizes[] = {10, 1000, 3, 0, 1024};
    buffer octets = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        message in = message_of(MESSAGE_BYE), out;
        const char *why;
        in.bye = filled(sizes[i]);
        size_t size = wire_encode(&in, wire_memory, &octets);
        assert_int_equal(wire_decode(octets.data, size, wire_memory, &out, &why), STATUS_OK);
        assert_int_equal(out.bye.size, sizes[i]);
    }
    buffer_free(&octets);
}

static void an_incident_by_itself_comes_out_as_it_went_in(void **state)
{
    (void)state;
    incident in[] = {full_incident(), incident_empty()}, out;
    in[1].reference = OCTETS("a\0b");
    in[1].issued_ns = -1;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wire_decode_incident(wire_encode_incident(&in[i], wire_memory), wire_memory, &out), STATUS_OK);
        assert_incidents(&out, &in[i]);
    }
}

/* --- what a batch gives to its records --------------------------------------------------------- */

static void an_incident_is_issued_as_many_nanoseconds_after_the_batch_as_stand_before_it(void **state)
{
    (void)state;
    incident incidents[3] = {incident_empty(), incident_empty(), incident_empty()};
    for (int i = 0; i < 3; i++)
        incidents[i].issued_ns = INT64_MAX - 1 + (i < 2 ? i : -5);
    message in = good_records(incidents, 3, NULL, 0), out = sent(&in);
    assert_int_equal(out.records.incidents[0].issued_ns, INT64_MAX - 1);
    assert_int_equal(out.records.incidents[1].issued_ns, INT64_MAX);
    assert_int_equal(out.records.incidents[2].issued_ns, INT64_MAX - 6);
    /* Stamps that follow from the batch take no room. */
    size_t size = encoded(&in).size;
    incidents[2].issued_ns = INT64_MIN; /* the index behind the largest stamp there is */
    assert_int_equal(sent(&in).records.incidents[2].issued_ns, INT64_MIN);
    assert_true(encoded(&in).size < size);
}

static void every_record_keeps_its_line_or_has_none(void **state)
{
    (void)state;
    static const uint64_t lines[][4] = {{2, 3, 4, 5}, {2, 3, 7, 8}, {0, 1, 2, 3}, {5, 0, 7, 0}, {0, 0, 0, 0}, {9, 8, 7, 6},
                                        {UINT64_MAX, 1, 2, 3}};
    for (size_t c = 0; c < sizeof lines / sizeof lines[0]; c++) {
        incident incidents[4];
        for (size_t i = 0; i < 4; i++) {
            incidents[i] = incident_empty();
            incidents[i].line = lines[c][i];
        }
        message in = good_records(incidents, 4, NULL, 0), out = sent(&in);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(out.records.incidents[i].line, lines[c][i]);
    }
    /* Lines that follow on one another take no room. */
    incident two[2] = {incident_empty(), incident_empty()};
    two[0].line = 1000, two[1].line = 1001;
    message in = good_records(two, 2, NULL, 0);
    size_t size = encoded(&in).size;
    two[1].line = 1003;
    assert_true(encoded(&in).size > size);
}

static void an_origin_that_is_left_out_is_that_of_the_batch(void **state)
{
    (void)state;
    incident incidents[] = {incident_empty(), incident_empty()};
    faulty rows[] = {{.line = 1}, {.origin = text_of("btp")}};
    incidents[0].origin = text_of("btp");
    message in = good_records(incidents, 2, rows, 2), out = sent(&in);
    assert_texts(out.records.incidents[0].origin, text_of("btp"));
    assert_texts(out.records.incidents[1].origin, text_of("staffordshire"));
    assert_texts(out.records.faulty[0].origin, text_of("staffordshire"));
    assert_texts(out.records.faulty[1].origin, text_of("btp"));
}

static void a_place_is_given_by_two_coordinates_or_not_at_all(void **state)
{
    (void)state;
    static const struct { int32_t latitude, longitude; bool given; } cases[] = {
        {52805700, -2116331, true}, {52805700, 0, true}, {0, -2116331, true}, {-90000000, 180000000, true}, {0, 0, false},
        {COORDINATE_NONE, 5, false}, {5, COORDINATE_NONE, false}, {COORDINATE_NONE, COORDINATE_NONE, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        incident one = incident_empty();
        one.latitude_e6 = cases[i].latitude;
        one.longitude_e6 = cases[i].longitude;
        message in = good_records(&one, 1, NULL, 0);
        incident out = sent(&in).records.incidents[0];
        assert_int_equal(out.latitude_e6, cases[i].given ? cases[i].latitude : COORDINATE_NONE);
        assert_int_equal(out.longitude_e6, cases[i].given ? cases[i].longitude : COORDINATE_NONE);
    }
}

/* One incident that is too long is the aggregator's to reject; the rest of its message is good. */
static void an_incident_over_its_bounds_comes_through_to_be_rejected_by_itself(void **state)
{
    (void)state;
    incident incidents[] = {full_incident(), full_incident()};
    const char *field;
    incidents[0].reference = filled(REFERENCE_SIZE_MAX + 1);
    message in = good_records(incidents, 2, NULL, 0), out = sent(&in);
    assert_non_null(incident_fault(&out.records.incidents[0], &field));
    assert_string_equal(field, "reference");
    assert_null(incident_fault(&out.records.incidents[1], &field));
}

static void the_largest_good_message_is_taken(void **state)
{
    (void)state;
    incident *incidents = arena_take(wire_memory, RECORDS_MAX * sizeof *incidents);
    size_t count = 0, size = 200;
    incident one = full_incident();
    while (count < RECORDS_MAX && size + wire_incident_size(&one) <= MESSAGE_SIZE_MAX) {
        one.reference = arena_print(wire_memory, "reference-%zu", count);
        size += wire_incident_size(&one);
        incidents[count++] = one;
    }
    message in = good_records(incidents, count, NULL, 0);
    assert_true(encoded(&in).size <= MESSAGE_SIZE_MAX);
    message out = sent(&in);
    assert_int_equal(out.records.incident_count, count);
    assert_incidents(&out.records.incidents[count - 1], &incidents[count - 1]);
}

static void an_incident_never_takes_more_room_than_was_said(void **state)
{
    (void)state;
    incident largest = {
        .origin = filled(CODE_SIZE_MAX), .reference = filled(REFERENCE_SIZE_MAX), .revision = UINT64_MAX,
        .issued_ns = -1, .status = RECORD_CANCELLED, .recorded = DAY_MAX, .month_only = true,
        .offence = filled(CODE_SIZE_MAX), .area = filled(CODE_SIZE_MAX), .area_name = filled(CODE_SIZE_MAX),
        .area_within = filled(CODE_SIZE_MAX), .markers = filled(MARKERS_SIZE_MAX), .outcome = filled(OUTCOME_SIZE_MAX),
        .recorded_at = filled(STAMP_SIZE_MAX), .occurred_at = filled(STAMP_SIZE_MAX), .occurred_to = filled(STAMP_SIZE_MAX),
        .latitude_e6 = INT32_MIN + 1, .longitude_e6 = INT32_MAX,
    };
    incident both[] = {largest, largest};
    message one = good_records(both, 1, NULL, 0), two = good_records(both, 2, NULL, 0);
    /* The second has a stamp of its own; 3 octets are those by which the size of the batch's frame grows. */
    size_t grown = encoded(&two).size - encoded(&one).size;
    assert_in_range(grown, 1, wire_incident_size(&largest) + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_comes_out_as_it_went_in),
        cmocka_unit_test(a_welcome_comes_out_as_it_went_in_with_and_without_a_position),
        cmocka_unit_test(records_come_out_as_they_went_in),
        cmocka_unit_test(an_acknowledgement_comes_out_as_it_went_in),
        cmocka_unit_test(a_declaration_comes_out_as_it_went_in),
        cmocka_unit_test(a_snapshot_comes_out_as_it_went_in),
        cmocka_unit_test(the_small_messages_come_out_as_they_went_in),
        cmocka_unit_test(every_reason_and_refusal_crosses_and_has_words),
        cmocka_unit_test(what_came_out_does_not_need_the_octets_any_more),
        cmocka_unit_test(a_buffer_is_used_again_for_shorter_and_longer_messages),
        cmocka_unit_test(an_incident_by_itself_comes_out_as_it_went_in),
        cmocka_unit_test(an_incident_is_issued_as_many_nanoseconds_after_the_batch_as_stand_before_it),
        cmocka_unit_test(every_record_keeps_its_line_or_has_none),
        cmocka_unit_test(an_origin_that_is_left_out_is_that_of_the_batch),
        cmocka_unit_test(a_place_is_given_by_two_coordinates_or_not_at_all),
        cmocka_unit_test(an_incident_over_its_bounds_comes_through_to_be_rejected_by_itself),
        cmocka_unit_test(the_largest_good_message_is_taken),
        cmocka_unit_test(an_incident_never_takes_more_room_than_was_said),
    };
    return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
