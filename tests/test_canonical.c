/* Promise: the named texts of a canonical record make the incident that they describe, or are refused with the column,
 * the value and a reason; nothing is guessed. */
#include "collector/canonical.h"

#include <stdlib.h>
#include <string.h>

#include "collector_fixtures.h"
#include "testing.h"

/* A good record with these values in place of its own: "column=value|column=value". */
typedef struct reading {
    text fields[CANONICAL_FIELDS];
    incident made;
    canonical_fault fault;
} reading;

static canonical_field field_named(text name)
{
    for (int i = 0; i < CANONICAL_FIELDS; i++)
        if (text_is(name, canonical_name((canonical_field)i)))
            return (canonical_field)i;
    fail_msg("no field is named %.*s", TEXT_ARGS(name));
    return CANONICAL_FIELDS;
}

static bool read_fields(reading *self, const char *changes)
{
    text rest = text_of(changes), change, name;
    *self = (reading){0};
    self->fields[CANONICAL_REFERENCE] = text_of("A/1");
    self->fields[CANONICAL_RECORDED_AT] = text_of("2025-03-31");
    self->fields[CANONICAL_OFFENCE] = text_of("46");
    self->fields[CANONICAL_AREA] = text_of("E07000197");
    while (text_split(&rest, '|', &change)) {
        assert_true(text_split(&change, '=', &name));
        self->fields[field_named(name)] = change;
    }
    return canonical_read(self->fields, text_of("local"), &self->made, &self->fault);
}

static void assert_made(const char *changes, const char *expected)
{
    reading self;
    char *words = NULL;
    size_t size = 0;
    if (!read_fields(&self, changes))
        fail_msg("%s: %s '%.*s' %s", changes, self.fault.column, TEXT_ARGS(self.fault.value), self.fault.reason);
    FILE *out = open_memstream(&words, &size);
    put_incident(out, &self.made);
    (void)fclose(out);
    assert_string_equal(words, expected);
    free(words);
}

static void assert_refused(const char *changes, const char *column, const char *value, const char *words)
{
    reading self;
    if (read_fields(&self, changes))
        fail_msg("%s is taken", changes);
    assert_string_equal(self.fault.column, column);
    assert_text(self.fault.value, value);
    if (strstr(self.fault.reason, words) == NULL)
        fail_msg("%s is refused in other words: %s", changes, self.fault.reason);
}

/* --- success ------------------------------------------------------------------------------------- */

static void four_values_make_an_incident(void **state)
{
    (void)state;
    assert_made("", "0: local/A/1 2025-03-31 46 E07000197");
}

static void every_value_has_its_place(void **state)
{
    (void)state;
    assert_made("revision=3|status=recorded|recorded_at=2025-06-30T23:30:00Z|occurred_at=2025-06-01|"
                "occurred_to=2025-06-02T10:00+01:00|markers=domestic-abuse;hate-crime|outcome=Charged|latitude=52.805700|"
                "longitude=-2.116|origin=niche",
                "0: niche/A/1 r3 2025-07-01 46 E07000197 markers=domestic-abuse;hate-crime outcome=Charged "
                "at=2025-06-30T23:30:00Z from=2025-06-01 to=2025-06-02T10:00+01:00 latitude=52805700 longitude=-2116000");
}

static void a_month_counts_at_its_end(void **state)
{
    (void)state;
    reading self;
    assert_true(read_fields(&self, "recorded_at=2024-02"));
    assert_true(self.made.month_only);
    assert_int_equal(self.made.recorded, day_of(2024, 2, 29));
    assert_int_equal(self.made.recorded_at.size, 0); /* it knew no time */
}

static void an_instant_counts_on_its_date_in_london(void **state)
{
    (void)state;
    assert_made("recorded_at=2025-01-31T23:30:00Z", "0: local/A/1 2025-01-31 46 E07000197 at=2025-01-31T23:30:00Z");
    assert_made("recorded_at=2025-07-31T23:30:00Z", "0: local/A/1 2025-08-01 46 E07000197 at=2025-07-31T23:30:00Z");
    assert_made("recorded_at=2025-08-01T00:30:00+05:00",
                "0: local/A/1 2025-07-31 46 E07000197 at=2025-08-01T00:30:00+05:00");
}

static void a_cancellation_needs_only_its_identity(void **state)
{
    (void)state;
    assert_made("status=cancelled|recorded_at=|offence=|area=", "0: local/A/1 cancelled - - -");
    assert_made("status=CANCELLED|origin=niche", "0: niche/A/1 cancelled 2025-03-31 46 E07000197");
}

static void the_row_names_its_origin_or_the_file_does(void **state)
{
    (void)state;
    assert_made("origin=niche", "0: niche/A/1 2025-03-31 46 E07000197");
    assert_made("origin=", "0: local/A/1 2025-03-31 46 E07000197");
}

static void numbers_reach_to_their_bounds(void **state)
{
    (void)state;
    assert_made("revision=9223372036854775807", "0: local/A/1 r9223372036854775807 2025-03-31 46 E07000197");
    assert_made("latitude=-90|longitude=180.000000",
                "0: local/A/1 2025-03-31 46 E07000197 latitude=-90000000 longitude=180000000");
    assert_made("latitude=52.8", "0: local/A/1 2025-03-31 46 E07000197 latitude=52800000");
}

/* --- refusal ------------------------------------------------------------------------------------- */

static void what_an_incident_must_have_is_asked_for(void **state)
{
    (void)state;
    assert_refused("reference=", "reference", "", "is empty");
    assert_refused("recorded_at=", "recorded_at", "", "is empty");
    assert_refused("offence=", "offence", "", "is empty");
    assert_refused("area=", "area", "", "is empty");
    assert_refused("status=cancelled|reference=", "reference", "", "is empty");
}

static void a_date_that_does_not_exist_is_refused_with_an_example(void **state)
{
    (void)state;
    static const char *const wrong[] = {"2025-02-29", "31/03/2025", "2025-13", "2025-3-1", "yesterday", "2025-03-31T25:00:00Z",
                                        "45747", "2025-03-31 ", "0000-00-00", "2025-06-31T12:00:00+01:00"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char changes[64];
        (void)snprintf(changes, sizeof changes, "recorded_at=%s", wrong[i]);
        assert_refused(changes, "recorded_at", wrong[i], "write 2025-03-31");
    }
    assert_refused("recorded_at=1969-12-31", "recorded_at", "1969-12-31", "no date");
    assert_refused("recorded_at=2100-01-01", "recorded_at", "2100-01-01", "no date");
    assert_refused("occurred_at=soon", "occurred_at", "soon", "ISO 8601");
    assert_refused("occurred_to=2025-02-30", "occurred_to", "2025-02-30", "ISO 8601");
    assert_refused("status=cancelled|recorded_at=never", "recorded_at", "never", "write 2025-03-31");
}

static void a_number_that_is_none_is_refused(void **state)
{
    (void)state;
    assert_refused("revision=-1", "revision", "-1", "whole number");
    assert_refused("revision=1.5", "revision", "1.5", "whole number");
    assert_refused("revision=18446744073709551616", "revision", "18446744073709551616", "whole number");
    assert_refused("revision=9223372036854775808", "revision", "9223372036854775808", "larger");
    assert_refused("latitude=52,8", "latitude", "52,8", "-90 to 90");
    assert_refused("latitude=90.1", "latitude", "90.1", "-90 to 90");
    assert_refused("longitude=west", "longitude", "west", "-180 to 180");
    assert_refused("longitude=-180.5", "longitude", "-180.5", "-180 to 180");
}

static void another_status_is_refused(void **state)
{
    (void)state;
    assert_refused("status=no-crimed", "status", "no-crimed", "neither recorded nor cancelled");
    assert_refused("status=withdrawn", "status", "withdrawn", "neither recorded nor cancelled");
}

static void texts_over_their_bound_are_refused_by_column(void **state)
{
    (void)state;
    static const struct { const char *column; size_t most; } bounds[] = {
        {"reference", 128}, {"origin", 96}, {"offence", 96}, {"area", 96}, {"markers", 256}, {"outcome", 128},
    };
    arena *memory = arena_create();
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        reading self;
        text fits = arena_print(memory, "%s=%s", bounds[i].column, text_filled(memory, 'x', bounds[i].most).at);
        text over = arena_print(memory, "%s=%s", bounds[i].column, text_filled(memory, 'x', bounds[i].most + 1).at);
        assert_true(read_fields(&self, fits.at));
        assert_false(read_fields(&self, over.at));
        assert_string_equal(self.fault.column, bounds[i].column);
        assert_int_equal(self.fault.value.size, bounds[i].most + 1);
        assert_string_equal(self.fault.reason, "is too long");
    }
    arena_destroy(&memory);
}

static void texts_that_are_no_utf8_are_refused_with_advice(void **state)
{
    (void)state;
    assert_refused("offence=caf\xe9", "offence", "caf\xe9", "save the file as UTF-8");
    assert_refused("reference=\xed\xa0\x80", "reference", "\xed\xa0\x80", "save the file as UTF-8");
    reading self;
    assert_true(read_fields(&self, "outcome=Ynys M\xc3\xb4n"));
    self.fields[CANONICAL_AREA] = OCTETS("E0\0" "7");
    assert_false(canonical_read(self.fields, text_of("local"), &self.made, &self.fault));
    assert_string_equal(self.fault.column, "area");
}

static void of_a_refused_record_the_identity_is_kept(void **state)
{
    (void)state;
    reading self;
    assert_false(read_fields(&self, "recorded_at=never|origin=niche"));
    assert_text(self.made.reference, "A/1");
    assert_text(self.made.origin, "niche");
}

static void four_columns_are_required(void **state)
{
    (void)state;
    for (int i = 0; i < CANONICAL_FIELDS; i++) {
        bool required = i == CANONICAL_REFERENCE || i == CANONICAL_RECORDED_AT || i == CANONICAL_OFFENCE || i == CANONICAL_AREA;
        assert_int_equal(canonical_is_required((canonical_field)i), required);
    }
    assert_string_equal(canonical_name(CANONICAL_OCCURRED_TO), "occurred_to");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_values_make_an_incident),
        cmocka_unit_test(every_value_has_its_place),
        cmocka_unit_test(a_month_counts_at_its_end),
        cmocka_unit_test(an_instant_counts_on_its_date_in_london),
        cmocka_unit_test(a_cancellation_needs_only_its_identity),
        cmocka_unit_test(the_row_names_its_origin_or_the_file_does),
        cmocka_unit_test(numbers_reach_to_their_bounds),
        cmocka_unit_test(what_an_incident_must_have_is_asked_for),
        cmocka_unit_test(a_date_that_does_not_exist_is_refused_with_an_example),
        cmocka_unit_test(a_number_that_is_none_is_refused),
        cmocka_unit_test(another_status_is_refused),
        cmocka_unit_test(texts_over_their_bound_are_refused_by_column),
        cmocka_unit_test(texts_that_are_no_utf8_are_refused_with_advice),
        cmocka_unit_test(of_a_refused_record_the_identity_is_kept),
        cmocka_unit_test(four_columns_are_required),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
