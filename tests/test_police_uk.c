/* Promise: a data.police.uk file is the whole of a force's month: its records, then what it covers, then its end; a row is
 * what it says, wherever it stands; what can't be used says so. (tests/test_police_references.c has rows without one.) */
#include "collector/police_uk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "police_fixtures.h"
#include "testing.h"

static const position nothing_held = {0};

/* --- a month ------------------------------------------------------------------------------------- */

static const char two_rows[] = STREET_HEADER STREET_ROW("aa", "Burglary") STREET_ROW("bb", "Drugs");

#define RECORD(line, id, type)                                                                                        \
    #line ": Staffordshire Police/" id " r202503 2025-03 " type " E01029687 name=Stafford 004B outcome=Under investigation " \
          "latitude=52806000 longitude=-2117000 issued=100" #line "\n"

static void a_file_is_a_snapshot_of_its_month_with_what_it_covers(void **state)
{
    police_world *self = *state;
    assert_string_equal(street_words(self, text_of(two_rows)),
                        "snapshot Staffordshire Police r202503 issued=1000\n"
                        RECORD(2, "aa", "Burglary") RECORD(3, "bb", "Drugs")
                        "records of Staffordshire Police and more, stays\n"
                        "coverage Staffordshire Police E23000015 2025-03-01..2025-03-31 of 14 offences without markers by month\n"
                        "snapshot ends, to 426\nat the end\n");
    assert_int_equal(sizeof two_rows - 1, 426);
    assert_string_equal(self->feed->stream, "police.uk street Staffordshire Police 2025-03");
    assert_int_equal(self->feed->claim_count, 1);
    assert_text(self->feed->claims[0].area, "E23000015");
    assert_int_equal(self->feed->done, self->feed->size);
    assert_string_equal(told(), "");
}

static void the_stream_and_the_records_do_not_depend_on_where_the_file_lies(void **state)
{
    police_world *self = *state;
    const char *words = street_words(self, text_of(two_rows));
    feed *from = police_feed(self, "copy (2).csv", text_of(two_rows));
    assert_string_equal(feed_in_words(from, &nothing_held, self->memory), words);
    assert_string_equal(from->stream, "police.uk street Staffordshire Police 2025-03");
}

static void an_issue_that_is_held_is_passed_over_and_another_is_read_whole(void **state)
{
    police_world *self = *state;
    text first = text_of(two_rows), second = text_of(STREET_HEADER STREET_ROW("bb", "Drugs"));
    position held = position_at(first, first.size, self->memory);
    assert_string_equal(feed_in_words(street_feed(self, first), &held, self->memory), "at the end\n");
    assert_int_equal(self->feed->done, self->feed->size);
    feed *from = street_feed(self, second);
    assert_string_equal(records_in_words(from, &held, self->memory), RECORD(2, "bb", "Drugs"));
    assert_string_equal(from->stream, "police.uk street Staffordshire Police 2025-03");
    from = street_feed(self, text_of(STREET_HEADER STREET_ROW("aa", "Burglary") STREET_ROW("bc", "Drugs"))); /* no longer */
    assert_string_equal(records_in_words(from, &held, self->memory), RECORD(2, "aa", "Burglary") RECORD(3, "bc", "Drugs"));
    self->settings.from_start = true;
    assert_string_equal(records_in_words(street_feed(self, first), &held, self->memory),
                        RECORD(2, "aa", "Burglary") RECORD(3, "bb", "Drugs"));
    assert_string_equal(told(), "");
}

static text many_rows(police_world *self, const char *first, size_t count)
{
    char *octets = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&octets, &size);
    (void)fputs(STREET_HEADER, out);
    (void)fputs(first, out);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(out, STREET_ROW("%zu", "Burglary"), i);
    (void)fclose(out);
    text made = arena_text(self->memory, (text){octets, size});
    free(octets);
    return made;
}

/* Only the end of a snapshot moves the position: what was interrupted before comes whole. */
static void an_interrupted_snapshot_comes_again_whole(void **state)
{
    police_world *self = *state;
    feed *from = street_feed(self, many_rows(self, ASB_ROW ASB_ROW, 1200));
    const char *whole = feed_in_words(from, &nothing_held, self->memory);
    for (int messages = 1; messages < 7; messages++) {
        assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
        for (int i = 0; i < messages; i++) {
            message m = next_message(from, self->memory);
            position at = m.kind == MESSAGE_RECORDS ? m.records.position
                          : m.kind == MESSAGE_SNAPSHOT_END ? m.snapshot_end : (position){0};
            assert_int_equal(at.held, m.kind == MESSAGE_SNAPSHOT_END && i == 5);
        }
        assert_string_equal(feed_in_words(from, &nothing_held, self->memory), whole);
    }
}

static void what_is_acknowledged_is_forgotten_and_can_be_prepared_again(void **state)
{
    police_world *self = *state;
    feed *from = street_feed(self, text_of(two_rows));
    const char *whole = feed_in_words(from, &nothing_held, self->memory);
    from->class->settled(from);
    assert_int_equal(from->class->prepare(from), STATUS_OK);
    assert_string_equal(feed_in_words(from, &nothing_held, self->memory), whole);
    /* Half-way nothing may be forgotten. */
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    (void)next_message(from, self->memory);
    from->class->settled(from);
    assert_int_equal(next_message(from, self->memory).records.incident_count, 2);
}

static void the_stamp_is_the_files_where_none_is_given(void **state)
{
    police_world *self = *state;
    self->settings.issued_ns = 0;
    feed *from = street_feed(self, text_of(two_rows));
    struct timespec times[2] = {{.tv_sec = 1743379200}, {.tv_sec = 1743379200}};
    assert_int_equal(utimensat(AT_FDCWD, self->path, times, 0), 0);
    assert_int_equal(from->class->prepare(from), STATUS_OK);
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    assert_int_equal(next_message(from, self->memory).snapshot_begin.issued_ns, 1743379200000000000);
    assert_int_equal(next_message(from, self->memory).records.incidents[0].issued_ns, 1743379200000000002);
}

static void however_it_was_saved_it_is_the_same(void **state)
{
    police_world *self = *state;
    const char *plain = street_records(self, text_of(two_rows));
    arena *m = self->memory;
    text crlf = {"", 0}, rest = text_of(two_rows), line;
    while (text_split(&rest, '\n', &line))
        crlf = arena_print(m, "%.*s%.*s\r\n", TEXT_ARGS(crlf), TEXT_ARGS(line));
    assert_string_equal(street_records(self, crlf), plain);
    assert_string_equal(street_records(self, arena_print(m, "\xef\xbb\xbf%s", two_rows)), plain);
    assert_string_equal(street_records(self, (text){two_rows, sizeof two_rows - 2}), plain); /* no last line end */
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void a_row_without_a_place_lies_within_its_force(void **state)
{
    police_world *self = *state;
    assert_string_equal(street_records(self, text_of(STREET_HEADER "aa,2025-03," FORCE "," FORCE ",,,No Location,,,Burglary,,\n")),
                        "2: Staffordshire Police/aa r202503 2025-03 Burglary - within=E23000015 issued=1002\n");
}

static void a_force_without_an_area_declares_nothing_and_says_so(void **state)
{
    police_world *self = *state;
    const char *words = street_words(self, text_of(STREET_HEADER STREET_ROW_OF("aa", "2025-03", "British Transport Police", "Drugs", "x")));
    assert_non_null(strstr(words, "snapshot British Transport Police r202503"));
    assert_null(strstr(words, "coverage"));
    assert_int_equal(self->feed->claim_count, 0);
    assert_non_null(strstr(told(), "is of a force without an area of its own"));
}

static void assert_faulty(police_world *self, const char *row, const char *words)
{
    text content = arena_print(self->memory, STREET_HEADER "%s\n" STREET_ROW("bb", "Drugs"), row);
    const char *said = street_records(self, content);
    if (strstr(said, words) == NULL)
        fail_msg("not \"%s\": %s", words, said);
    assert_non_null(strstr(said, RECORD(3, "bb", "Drugs"))); /* it costs only itself */
}

static void a_row_at_fault_is_kept_with_what_is_wrong(void **state)
{
    police_world *self = *state;
    assert_faulty(self, "aa,2025-3," FORCE "," FORCE ",,,,E01029687,x,Drugs,,",
                  "2: FAULT Staffordshire Police/aa Month '2025-3' is no month that exists: 2025-03 |aa,2025-3,");
    assert_faulty(self, "aa,2025-03," FORCE ",,,,,E01029687,x,Drugs,,",
                  "2: FAULT Staffordshire Police/aa Falls within '' is empty: it names the force");
    assert_faulty(self, "aa,2025-03," FORCE "," FORCE ",west,,,E01029687,x,Drugs,,",
                  "Longitude 'west' is no number of degrees from -180 to 180");
    assert_faulty(self, "aa,2025-03," FORCE "," FORCE ",,91,,E01029687,x,Drugs,,", "Latitude '91' is no number");
    assert_faulty(self, "aa,2025-03," FORCE "," FORCE ",,,,E01029687,x,,,", "(as offence) is empty: an incident counts under");
    assert_faulty(self, "aa,2025-03," FORCE "," FORCE ",,,,E01029687,caf\xe9,Drugs,,", "(as area_name) is not UTF-8 text");
    assert_faulty(self, "aa,2025-03", "2: FAULT Staffordshire Police/aa Falls within '' is empty");
    assert_faulty(self, "\"aa,2025-03", "is over 64 KiB, or a quote in it never closes");
    assert_faulty(self, text_filled(self->memory, 'x', 200).at, "FAULT Staffordshire Police/ Falls within '' is empty");
}

static void a_row_of_a_force_with_an_impossible_name_is_no_witness_of_whose_file_it_is(void **state)
{
    police_world *self = *state;
    arena *m = self->memory;
    text bad = arena_print(m, STREET_HEADER "aa,2025-03,x,caf\xe9,,,,E01029687,x,Drugs,,\n%s", STREET_ROW("bb", "Drugs"));
    text over = arena_print(m, STREET_HEADER "aa,2025-03,x,%s,,,,E01029687,x,Drugs,,\n%s", text_filled(m, 'F', 97).at,
                            STREET_ROW("bb", "Drugs"));
    for (int i = 0; i < 2; i++) {
        const char *words = street_words(self, i == 0 ? bad : over);
        assert_non_null(strstr(words, "snapshot Staffordshire Police r202503"));
        assert_non_null(strstr(words, "2: FAULT Staffordshire Police/aa the row"));
        assert_string_equal(self->feed->stream, "police.uk street Staffordshire Police 2025-03");
        assert_string_equal(told(), "");
    }
}

/* --- files that are not whole months ------------------------------------------------------------- */

static void a_mixture_counts_and_withdraws_nothing_and_says_so(void **state)
{
    police_world *self = *state;
    text content = text_of(STREET_HEADER STREET_ROW("aa", "Burglary") STREET_ROW_OF("bb", "2025-04", FORCE, "Drugs", "x"));
    const char *words = street_words(self, content);
    assert_null(strstr(words, "snapshot"));
    assert_null(strstr(words, "coverage"));
    assert_non_null(strstr(words, "/aa r202503 2025-03 "));
    assert_non_null(strstr(words, "/bb r202504 2025-04 ")); /* each in its own month */
    assert_non_null(strstr(words, "records of Staffordshire Police and more, to "));
    assert_non_null(strstr(told(), "holds several months or forces"));
    assert_int_equal(self->feed->claim_count, 0);
    assert_non_null(strstr(self->feed->stream, self->path));
    (void)street_words(self, text_of(STREET_HEADER STREET_ROW("aa", "Burglary")
                                     STREET_ROW_OF("bb", "2025-03", "Leicestershire Police", "Drugs", "x")));
    assert_non_null(strstr(told(), "holds several months or forces"));
}

/* However many rows it has, it is not read again. */
static void a_mixture_has_a_position_behind_its_last_record(void **state)
{
    police_world *self = *state;
    for (size_t rows = BATCH_RECORDS - 2; rows <= BATCH_RECORDS; rows++) {
        feed *from = street_feed(self, many_rows(self, STREET_ROW_OF("x", "2025-04", FORCE, "Drugs", ""), rows));
        position last = {0};
        message m;
        assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
        while (from->class->next(from, self->memory, &m) == STATUS_OK)
            last = m.records.position;
        assert_true(last.held);
        assert_string_equal(feed_in_words(from, &last, self->memory), "at the end\n");
    }
    (void)told();
}

static void a_header_alone_withdraws_nothing_and_says_so(void **state)
{
    police_world *self = *state;
    assert_string_equal(street_words(self, text_of(STREET_HEADER)), "at the end\n");
    assert_non_null(strstr(told(), "holds no rows: nothing of it counts, nothing is withdrawn"));
}

/* --- files that can't be used -------------------------------------------------------------------- */

static void assert_unusable(police_world *self, text content, const char *words)
{
    assert_null(police_feed(self, "2025-03-staffordshire-street.csv", content));
    const char *said = told();
    if (strstr(said, words) == NULL)
        fail_msg("not \"%s\": %s", words, said);
}

static void a_file_of_another_kind_is_refused_with_what_to_do(void **state)
{
    police_world *self = *state;
    assert_unusable(self, text_of(""), "is empty");
    assert_unusable(self, text_of("Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
                                  "Outcome type\n"), "holds outcomes, not incidents: give the street-level file");
    assert_unusable(self, text_of("Type,Date,Object of search\n"), "holds stop and search, not incidents");
    assert_unusable(self, text_of("Crime ID,Falls within,LSOA code,Crime type\n"), "the column 'Month' is missing");
    assert_unusable(self, text_of("reference,recorded_at,offence,area\n"), "use tocsin-collector incidents");
    assert_unusable(self, text_filled(self->memory, 'x', 70000), "its first line is over 64 KiB");
    assert_unusable(self, text_of(STREET_HEADER "aa,,,,,,,,,,,\n"), "has no row whose month and force can be read");
    assert_unusable(self, OCTETS("\x1f\x8b\x08\0\0\0\0\0\n"), "the column 'Crime ID' is missing");
}

static void a_file_over_any_month_is_refused_before_it_is_read(void **state)
{
    police_world *self = *state;
    feed *from = street_feed(self, text_of(two_rows));
    assert_int_equal(truncate(self->path, 512 * 1024 * 1024 + 1), 0);
    assert_int_equal(from->class->prepare(from), STATUS_IO);
    assert_non_null(strstr(told(), "is over 512 MiB"));
}

static void what_can_not_be_opened_is_told(void **state)
{
    police_world *self = *state;
    self->settings.path = "/nowhere/at/all.csv";
    assert_null(police_uk_create(self->settings));
    assert_string_equal(told(), "all.csv: No such file or directory\n");
    feed *from = street_feed(self, text_of(two_rows));
    assert_int_equal(unlink(self->path), 0);
    assert_int_equal(from->class->prepare(from), STATUS_IO);
    assert_non_null(strstr(told(), "No such file or directory"));
}

/* --- the month of a file ------------------------------------------------------------------------- */

static month_number month_before_reading(police_world *self, const char *name, text content)
{
    feed *from = police_feed(self, name, content);
    if (from != NULL)
        from->class->destroy(from);
    self->feed = police_uk_create(self->settings);
    return police_uk_month(self->feed);
}

static void a_file_has_its_month_by_name_or_by_its_first_row(void **state)
{
    police_world *self = *state;
    static const month_number march = 2025 * 12 + 2, april = 2025 * 12 + 3;
    assert_int_equal(month_before_reading(self, "2025-04-staffordshire-street.csv", text_of(STREET_HEADER)), april);
    assert_int_equal(month_before_reading(self, "copy.csv", text_of(two_rows)), march);
    assert_int_equal(month_before_reading(self, "street-2025.csv", text_of(two_rows)), march);
    assert_int_equal(month_before_reading(self, "copy.csv", text_of(STREET_HEADER "aa,soon,x,x,,,,,,,,\n")), 0);
    assert_int_equal(month_before_reading(self, "copy.csv", text_of("")), 0);
    /* What its rows say goes before its name. */
    feed *from = police_feed(self, "2025-04-staffordshire-street.csv", text_of(two_rows));
    assert_int_equal(police_uk_month(from), march);
    (void)told();
}

static void street_level_files_are_known_by_their_names(void **state)
{
    (void)state;
    assert_true(police_uk_is_street_name("2025-01-staffordshire-street.csv"));
    assert_true(police_uk_is_street_name("X-STREET.CSV"));
    assert_false(police_uk_is_street_name("2025-01-staffordshire-outcomes.csv"));
    assert_false(police_uk_is_street_name("2025-01-staffordshire-stop-and-search.csv"));
    assert_false(police_uk_is_street_name("-street.csv"));
    assert_false(police_uk_is_street_name("street.csv"));
    assert_false(police_uk_is_street_name(""));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, police_world_make, police_world_forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_file_is_a_snapshot_of_its_month_with_what_it_covers),
        IN_WORLD(the_stream_and_the_records_do_not_depend_on_where_the_file_lies),
        IN_WORLD(an_issue_that_is_held_is_passed_over_and_another_is_read_whole),
        IN_WORLD(an_interrupted_snapshot_comes_again_whole),
        IN_WORLD(what_is_acknowledged_is_forgotten_and_can_be_prepared_again),
        IN_WORLD(the_stamp_is_the_files_where_none_is_given),
        IN_WORLD(however_it_was_saved_it_is_the_same),
        IN_WORLD(a_row_without_a_place_lies_within_its_force),
        IN_WORLD(a_force_without_an_area_declares_nothing_and_says_so),
        IN_WORLD(a_row_at_fault_is_kept_with_what_is_wrong),
        IN_WORLD(a_row_of_a_force_with_an_impossible_name_is_no_witness_of_whose_file_it_is),
        IN_WORLD(a_mixture_counts_and_withdraws_nothing_and_says_so),
        IN_WORLD(a_mixture_has_a_position_behind_its_last_record),
        IN_WORLD(a_header_alone_withdraws_nothing_and_says_so),
        IN_WORLD(a_file_of_another_kind_is_refused_with_what_to_do),
        IN_WORLD(a_file_over_any_month_is_refused_before_it_is_read),
        IN_WORLD(what_can_not_be_opened_is_told),
        IN_WORLD(a_file_has_its_month_by_name_or_by_its_first_row),
        cmocka_unit_test(street_level_files_are_known_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
