/* Promise: a followed file gives whole rows as they come, and is read from its beginning when it is replaced; and what a run covers
 * is declared once, at its end, only if everything could be read. */
#include <stdio.h>
#include <string.h>

#include "collector/file_feed.h"
#include "file_feed_fixtures.h"
#include "testing.h"

static const position nothing_held = {0};

/* --- following ----------------------------------------------------------------------------------- */

static void a_followed_file_gives_whole_rows_as_they_come(void **state)
{
    file_world *self = *state;
    message m;
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\nA/2,2025"));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    m = next_message(from, self->memory);
    assert_int_equal(m.records.incident_count, 1);
    assert_int_equal(m.records.position.offset, sizeof HEADER - 1 + 21);
    assert_false(m.records.more);
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_AGAIN);
    append(self, "-03-31,46,E2");
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_AGAIN);
    append(self, "\n");
    m = next_message(from, self->memory);
    assert_text(m.records.incidents[0].reference, "A/2");
    assert_text(m.records.incidents[0].area, "E2");
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_AGAIN); /* for ever */
}

static void a_followed_file_that_is_empty_at_first_waits_for_its_header(void **state)
{
    file_world *self = *state;
    message m;
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(""));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    assert_int_equal(from->class->next(from, self->memory, &m), STATUS_AGAIN);
    append(self, HEADER "A/1,2025-03-31,46,E1\n");
    assert_text(next_message(from, self->memory).records.incidents[0].reference, "A/1");
}

/* Somebody writes it anew at the very moment when we look. */
static void a_followed_file_that_was_empty_for_a_moment_goes_on_where_it_stood(void **state)
{
    file_world *self = *state;
    text content = text_of("area,reference,recorded_at,offence\nE1,A/1,2025-03-31,46\nE2,A/2,2025-03-31,46\n");
    position held = position_at(content, 35 + 21, self->memory);
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(""));
    append(self, content.at);
    assert_string_equal(records_in_words(from, &held, self->memory), "3: local/A/2 2025-03-31 46 E2 issued=1003\n");
}

static void a_followed_file_that_is_replaced_or_cut_is_read_from_its_beginning(void **state)
{
    file_world *self = *state;
    char other[FOLDER_SIZE + 8];
    self->settings.follow = true;
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    (void)next_message(from, self->memory);
    file_feed_check(from);
    assert_string_equal(told(), "");
    (void)snprintf(other, sizeof other, "%s/b.csv", self->folder);
    file_write(self->folder, "b.csv", text_of("area,reference,recorded_at,offence\nE2,A/2,2025-03-31,46\n"));
    assert_int_equal(rename(other, self->path), 0);
    file_feed_check(from);
    assert_string_equal(told(), "a.csv: was replaced: reading it from its beginning\n");
    message m = next_message(from, self->memory);
    assert_text(m.records.incidents[0].reference, "A/2");
    assert_int_equal(m.records.incidents[0].line, 2);
    file_write(self->folder, "a.csv", text_of(HEADER "A,2025-03-31,46,E\n")); /* in place, and shorter */
    file_feed_check(from);
    assert_string_equal(told(), "a.csv: was replaced: reading it from its beginning\n");
    assert_text(next_message(from, self->memory).records.incidents[0].reference, "A");
}

/* --- coverage ------------------------------------------------------------------------------------ */

static void cover(file_world *self)
{
    self->covers[0] = (coverage_declaration){.area = text_of("E07000197"), .days = {day_of(2025, 3, 1), day_of(2025, 3, 31)}};
    self->covers[1] = (coverage_declaration){.area = text_of("E07000198"), .days = {day_of(2025, 3, 1), day_of(2025, 3, 31)},
                                             .retired = true};
    self->settings.covers = self->covers;
    self->settings.cover_count = 2;
    self->settings.declares = true;
}

static const char two_origins[] = "reference,recorded_at,offence,area,origin\nA/1,2025-03-31,46,E1,one\nA/2,2025-03-31,46,E1,two\n"
                                  "A/3,2025-03-31,46,E1,two\nA/4,2025-03-31,46,E1,two\n";

static void what_is_covered_is_claimed_first_and_declared_behind_the_records(void **state)
{
    file_world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    assert_int_equal(from->claim_count, 2);
    assert_text(from->claims[1].area, "E07000198");
    assert_text(from->claims[1].origin, "local");
    static const char expected[] = "coverage local E07000197 2025-03-01..2025-03-31 without markers\n"
                                   "coverage local E07000198 2025-03-01..2025-03-31 without markers retired\nat the end\n";
    assert_non_null(strstr(feed_in_words(from, &nothing_held, self->memory), expected));
    /* Started again behind the last record they are declared again: nobody knows whether they arrived. */
    position end = position_at(text_of(HEADER "A/1,2025-03-31,46,E1\n"), from->size, self->memory);
    assert_string_equal(feed_in_words(from, &end, self->memory), expected);
}

static void it_is_declared_in_the_name_of_the_commonest_origin(void **state)
{
    file_world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of(two_origins));
    assert_text(from->claims[0].origin, "one"); /* all that is known before reading */
    assert_non_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage two E07000197 "));
}

static void only_the_last_feed_of_a_run_declares_it(void **state)
{
    file_world *self = *state;
    cover(self);
    self->settings.declares = false;
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    assert_int_equal(from->claim_count, 2);
    assert_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage"));
}

static void where_anything_could_not_be_read_nothing_is_declared(void **state)
{
    file_world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of(HEADER "A/1,2025-03-31,46,E1\n"));
    self->origins.spoiled = true; /* by another file of the run */
    assert_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage"));
}

static void a_file_with_markers_says_so_in_its_declaration(void **state)
{
    file_world *self = *state;
    cover(self);
    feed *from = feed_of(self, text_of("reference,recorded_at,offence,area,markers\nA/1,2025-03-31,46,E1,\n"));
    assert_non_null(strstr(feed_in_words(from, &nothing_held, self->memory), "coverage local E07000197 2025-03-01..2025-03-31\n"));
}

static void the_commonest_origin_is_the_first_of_the_commonest(void **state)
{
    (void)state;
    origin_tally none = {0};
    assert_text(origin_tally_first(&none, text_of("otherwise")), "otherwise");
    origin_tally some = {.names = {"a", "b", "c"}, .counts = {1, 5, 5}, .count = 3};
    assert_text(origin_tally_first(&some, text_of("otherwise")), "b");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, file_world_make, file_world_forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_followed_file_gives_whole_rows_as_they_come),
        IN_WORLD(a_followed_file_that_is_empty_at_first_waits_for_its_header),
        IN_WORLD(a_followed_file_that_was_empty_for_a_moment_goes_on_where_it_stood),
        IN_WORLD(a_followed_file_that_is_replaced_or_cut_is_read_from_its_beginning),
        IN_WORLD(what_is_covered_is_claimed_first_and_declared_behind_the_records),
        IN_WORLD(it_is_declared_in_the_name_of_the_commonest_origin),
        IN_WORLD(only_the_last_feed_of_a_run_declares_it),
        IN_WORLD(where_anything_could_not_be_read_nothing_is_declared),
        IN_WORLD(a_file_with_markers_says_so_in_its_declaration),
        cmocka_unit_test(the_commonest_origin_is_the_first_of_the_commonest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
