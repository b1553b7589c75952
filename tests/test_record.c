/* Promise: an incident that could not be kept, or could not count, is told from a good one, and the
 * column at fault is named; every bound holds at its last octet and not one beyond. */
#include "proto/record.h"

#include <string.h>

#include "fixtures.h"
#include "testing.h"

static incident good_incident(void)
{
    incident made = incident_empty();
    made.origin = text_of("staffordshire");
    made.reference = text_of("21/123456/24");
    made.recorded = day_of(2024, 5, 17);
    made.offence = text_of("30C");
    made.area = text_of("E01029686");
    return made;
}

static void assert_faulty(const incident *one, const char *column)
{
    const char *field = "none", *fault = incident_fault(one, &field);
    if (fault == NULL)
        fail_msg("nothing is wrong, though %s is", column);
    assert_string_equal(field, column);
    assert_true(strlen(fault) > 0);
}

static void assert_good(const incident *one)
{
    const char *field = "none", *fault = incident_fault(one, &field);
    if (fault != NULL)
        fail_msg("%s %s", field, fault);
}

static void an_empty_incident_knows_nothing(void **state)
{
    (void)state;
    incident none = incident_empty();
    assert_int_equal(none.recorded, DAY_NONE);
    assert_int_equal(none.latitude_e6, COORDINATE_NONE);
    assert_int_equal(none.longitude_e6, COORDINATE_NONE);
    assert_int_equal(none.status, RECORD_RECORDED);
    assert_int_equal(none.reference.size + none.origin.size + none.offence.size + none.area.size, 0);
    assert_faulty(&none, "reference");
}

static void an_incident_with_what_it_needs_is_good(void **state)
{
    (void)state;
    incident one = good_incident();
    assert_good(&one);
    one.revision = INT64_MAX;
    one.recorded = DAY_MIN;
    assert_good(&one);
    one.recorded = DAY_MAX;
    assert_good(&one);
}

static const struct column {
    const char *name;
    size_t offset;
    size_t size_max;
    bool required;
} columns[] = {
    {"origin", offsetof(incident, origin), CODE_SIZE_MAX, true},
    {"reference", offsetof(incident, reference), REFERENCE_SIZE_MAX, true},
    {"offence", offsetof(incident, offence), CODE_SIZE_MAX, true},
    {"area", offsetof(incident, area), CODE_SIZE_MAX, true},
    {"area_name", offsetof(incident, area_name), CODE_SIZE_MAX, false},
    {"area_within", offsetof(incident, area_within), CODE_SIZE_MAX, false},
    {"markers", offsetof(incident, markers), MARKERS_SIZE_MAX, false},
    {"outcome", offsetof(incident, outcome), OUTCOME_SIZE_MAX, false},
    {"recorded_at", offsetof(incident, recorded_at), STAMP_SIZE_MAX, false},
    {"occurred_at", offsetof(incident, occurred_at), STAMP_SIZE_MAX, false},
    {"occurred_to", offsetof(incident, occurred_to), STAMP_SIZE_MAX, false},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static incident with_column(const struct column *c, text value)
{
    incident one = good_incident();
    memcpy((char *)&one + c->offset, &value, sizeof value);
    return one;
}

static void every_text_is_good_up_to_its_bound_and_no_further(void **state)
{
    (void)state;
    arena *memory = arena_create();
    for (size_t i = 0; i < COLUMNS; i++) {
        incident full = with_column(&columns[i], text_filled(memory, 'x', columns[i].size_max));
        incident over = with_column(&columns[i], text_filled(memory, 'x', columns[i].size_max + 1));
        assert_good(&full);
        assert_faulty(&over, columns[i].name);
    }
    arena_destroy(&memory);
}

static void a_text_that_is_not_utf8_or_holds_a_nul_is_a_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < COLUMNS; i++) {
        incident latin = with_column(&columns[i], text_of("Ynys M\xf4n"));
        incident with_nul = with_column(&columns[i], (text){"a\0b", 3});
        assert_faulty(&latin, columns[i].name);
        assert_faulty(&with_nul, columns[i].name);
    }
}

static void what_an_incident_needs_may_not_be_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COLUMNS; i++) {
        incident without = with_column(&columns[i], (text){0});
        if (columns[i].required)
            assert_faulty(&without, columns[i].name);
        else
            assert_good(&without);
    }
    incident undated = good_incident();
    undated.recorded = DAY_NONE;
    assert_faulty(&undated, "recorded_at");
}

static void any_of_the_three_areas_is_enough(void **state)
{
    (void)state;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (strncmp(columns[i].name, "area", 4) != 0)
            continue;
        incident one = with_column(&columns[i], text_of("E07000197"));
        if (columns[i].offset != offsetof(incident, area))
            one.area = (text){0};
        assert_good(&one);
    }
}

static void a_cancellation_needs_only_its_identity(void **state)
{
    (void)state;
    incident one = incident_empty();
    one.status = RECORD_CANCELLED;
    assert_faulty(&one, "reference");
    one.reference = text_of("21/123456/24");
    assert_faulty(&one, "origin");
    one.origin = text_of("staffordshire");
    assert_good(&one);
    one.offence = text_of("\xff");
    assert_faulty(&one, "offence");
}

static void days_and_revisions_out_of_range_are_faults(void **state)
{
    (void)state;
    static const day_number wrong[] = {0, -1, DAY_MAX + 1, INT32_MAX, DAY_NONE + 1};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        incident one = good_incident();
        one.recorded = wrong[i];
        assert_faulty(&one, "recorded_at");
        one.status = RECORD_CANCELLED;
        assert_faulty(&one, "recorded_at");
    }
    incident one = good_incident();
    one.revision = (uint64_t)INT64_MAX + 1;
    assert_faulty(&one, "revision");
}

static void the_two_statuses_read_whatever_their_case(void **state)
{
    (void)state;
    static const struct { const char *word; record_status is; } cases[] = {
        {"", RECORD_RECORDED}, {"recorded", RECORD_RECORDED}, {"Recorded", RECORD_RECORDED},
        {"cancelled", RECORD_CANCELLED}, {"CANCELLED", RECORD_CANCELLED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        record_status is = RECORD_WITHDRAWN;
        assert_true(record_status_read(text_of(cases[i].word), &is));
        assert_int_equal(is, cases[i].is);
    }
}

static void any_other_status_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"canceled", "withdrawn", " recorded", "recorded ", "0", "no-crimed", "record"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        record_status untouched = RECORD_WITHDRAWN;
        assert_false(record_status_read(text_of(wrong[i]), &untouched));
        assert_int_equal(untouched, RECORD_WITHDRAWN);
    }
}

static void coordinates_are_rounded_to_the_nearest_millionth(void **state)
{
    (void)state;
    static const struct { const char *from; int limit; int32_t is; } cases[] = {
        {"52.805700", 90, 52805700}, {"-2.116331", 180, -2116331}, {"0", 90, 0}, {"-0.0", 90, 0},
        {"0.0000004", 90, 0}, {"0.0000006", 90, 1}, {"-0.0000006", 90, -1}, {"90", 90, 90000000}, {"-90", 90, -90000000},
        {"180", 180, 180000000}, {"-180.0", 180, -180000000}, {"5.2e1", 90, 52000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t is = 7;
        assert_true(coordinate_read(text_of(cases[i].from), cases[i].limit, &is));
        assert_int_equal(is, cases[i].is);
    }
}

static void coordinates_that_are_none_or_off_the_globe_are_refused(void **state)
{
    (void)state;
    static const struct { const char *from; int limit; } cases[] = {
        {"", 90}, {"north", 90}, {"52,8", 90}, {"52.8N", 90}, {" 52.8", 90}, {"nan", 90}, {"inf", 180}, {"-inf", 180},
        {"0x10", 90}, {"90.0001", 90}, {"-90.1", 90}, {"180.1", 180}, {"-181", 180}, {"1e300", 180}, {"52.8 ", 90},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t untouched = 7;
        if (coordinate_read(text_of(cases[i].from), cases[i].limit, &untouched))
            fail_msg("\"%s\" was taken", cases[i].from);
        assert_int_equal(untouched, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_incident_knows_nothing),
        cmocka_unit_test(an_incident_with_what_it_needs_is_good),
        cmocka_unit_test(every_text_is_good_up_to_its_bound_and_no_further),
        cmocka_unit_test(a_text_that_is_not_utf8_or_holds_a_nul_is_a_fault),
        cmocka_unit_test(what_an_incident_needs_may_not_be_missing),
        cmocka_unit_test(any_of_the_three_areas_is_enough),
        cmocka_unit_test(a_cancellation_needs_only_its_identity),
        cmocka_unit_test(days_and_revisions_out_of_range_are_faults),
        cmocka_unit_test(the_two_statuses_read_whatever_their_case),
        cmocka_unit_test(any_other_status_is_refused),
        cmocka_unit_test(coordinates_are_rounded_to_the_nearest_millionth),
        cmocka_unit_test(coordinates_that_are_none_or_off_the_globe_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
