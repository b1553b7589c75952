/* Promise: the incidents behind a figure are those that it counts, no more and no fewer, for every area and category; the newest are
 * shown first, each with all its versions in the order in which they came, and what each of them changed. */
#include "analyst/behind.h"

#include <string.h>

#include "figures/count_table.h"
#include "report_fixtures.h"
#include "testing.h"

static const char year[] = "2024-01-01..2024-12-31";

static behind *behind_of(report_world *w, const char *area_code, const char *category_code, const char *days, size_t most)
{
    behind *made;
    const figures *from = figures_now(w);
    int where = geography_find(figures_reference(from)->areas, text_of(area_code));
    assert_int_equal(behind_read(from, where, category_in(w, category_code), days_of(days), most, &made), STATUS_OK);
    return made;
}

static size_t count_behind(report_world *w, const char *area_code, const char *category_code, const char *days)
{
    behind *made = behind_of(w, area_code, category_code, days, 0);
    size_t count = behind_count(made);
    assert_int_equal(behind_shown(made), 0);
    behind_free(&made);
    assert_null(made);
    return count;
}

static incident marked(const char *date, const char *offence_code, const char *area_code, const char *markers)
{
    incident one = crime("", date, offence_code, area_code);
    one.markers = text_of(markers);
    return one;
}

static incident by(const char *origin, incident one)
{
    one.origin = text_of(origin);
    return one;
}

/* --- which -------------------------------------------------------------------------------------------- */

static void they_lie_in_the_area_under_the_category_and_in_the_window(void **state)
{
    report_world *w = *state;
    happened(w, 3, "2024-05-17", "30C", "D1");
    happened(w, 2, "2024-05-17", "30A", "L1"); /* in D1 */
    happened(w, 4, "2024-12-31", "49", "D2");
    happened(w, 5, "2025-01-01", "30C", "D1");
    happened(w, 6, "2024-02", "ASB", "D1");
    happened_as(w, 2, marked("2024-06-01", "8N", "D1", "hate;domestic"));
    assert_int_equal(count_behind(w, "D1", "burglary", year), 5);
    assert_int_equal(count_behind(w, "D1", "home", year), 3);
    assert_int_equal(count_behind(w, "F1", "theft", year), 9);
    assert_int_equal(count_behind(w, "F2", "theft", year), 0);
    assert_int_equal(count_behind(w, "D1", "burglary", "2024-05-17..2025-01-01"), 10);
    assert_int_equal(count_behind(w, "D1", "burglary", "2024-05-18..2024-12-31"), 0);
    assert_int_equal(count_behind(w, "D1", "asb", "2024-02-29..2024-02-29"), 6);
    assert_int_equal(count_behind(w, "D1", "hate", year), 2);
    assert_int_equal(count_behind(w, "D1", "domestic", year), 2);
    assert_int_equal(count_behind(w, "D1", "violence", year), 2);
}

/* The counting has its own way to the same numbers. */
static void they_are_as_many_as_are_counted_for_every_area_and_category(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-01-01..2024-06-30");
    happened(w, 3, "2024-05-17", "30C", "D1");
    happened_as(w, 4, by("police", crime("", "2024-05", "Burglary", "D1"))); /* outranked */
    happened_as(w, 5, by("police", crime("", "2024-08", "Burglary", "D1"))); /* nobody better covers August */
    happened_as(w, 2, marked("2024-06-01", "8N", "D2", "hate"));
    happened(w, 1, "2024-07-01", "Violence and sexual offences", "D3");
    happened(w, 2, "2024-07-01", "ASB", "F1"); /* known to lie in the force, no more */
    covered_by(w, "police", "D1", "2024-01-01..2024-12-31", "", OPEN_DATA);
    const figures *from = figures_now(w);
    const reference *data = figures_reference(from);
    period days = days_of(year);
    size_t counted = 0;
    for (int a = 0; a < geography_count(data->areas); a++) {
        subject of;
        count_table table;
        if (!geography_area(data->areas, a)->counted)
            continue;
        subject_of_area(from, a, &of);
        assert_int_equal(count_table_read(from, &of, &(count_request){.windows = &days, .window_count = 1}, &table), STATUS_OK);
        for (int c = 0; c < offence_tree_count(data->categories); c++) {
            behind *made;
            assert_int_equal(behind_read(from, a, c, days, 0, &made), STATUS_OK);
            if ((double)behind_count(made) != count_table_sum(&table, 0, c))
                fail_msg("%zu, not %.0f, of %.*s in %.*s", behind_count(made), count_table_sum(&table, 0, c),
                         TEXT_ARGS(offence_tree_category(data->categories, c)->code), TEXT_ARGS(of.code));
            counted += behind_count(made);
            behind_free(&made);
        }
        count_table_free(&table);
    }
    assert_true(counted > 0);
    assert_int_equal(count_behind(w, "D1", "burglary", year), 8);
}

static void what_was_cancelled_or_moved_away_is_behind_nothing(void **state)
{
    report_world *w = *state;
    assert_admitted(&w->engine, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(&w->engine, crime("b", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(&w->engine, crime("c", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_int_equal(count_behind(w, "D1", "home", year), 3);
    assert_admitted(&w->engine, cancellation("a", 1, 10), ADMISSION_REPLACED);
    assert_admitted(&w->engine, crime_again(crime("b", "2024-05-17", "30C", "D2"), 1, 10), ADMISSION_REPLACED);
    assert_int_equal(count_behind(w, "D1", "home", year), 1);
    assert_int_equal(count_behind(w, "D2", "home", year), 1);
}

/* --- their versions ------------------------------------------------------------------------------------ */

static void the_newest_are_shown_first_and_no_more_than_were_asked_for(void **state)
{
    report_world *w = *state;
    assert_admitted(&w->engine, crime("old", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(&w->engine, crime("newest", "2024-12-01", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(&w->engine, crime("newer", "2024-11-01", "30C", "D1"), ADMISSION_ACCEPTED);
    behind *made = behind_of(w, "D1", "home", year, 2);
    assert_int_equal(behind_count(made), 3);
    assert_int_equal(behind_shown(made), 2);
    assert_text(behind_at(made, 0).each[0].reference, "newest");
    assert_text(behind_at(made, 1).each[0].reference, "newer");
    behind_free(&made);
    made = behind_of(w, "D1", "home", year, SIZE_MAX);
    assert_int_equal(behind_shown(made), 3);
    assert_text(behind_at(made, 2).each[0].reference, "old");
    behind_free(&made);
}

/* A version that came last may be an old one that counts no more; it is one of the incident's all the same. */
static void every_version_is_shown_in_the_order_in_which_it_came(void **state)
{
    report_world *w = *state;
    assert_admitted(&w->engine, crime_again(crime("a", "2024-05-17", "49", "D1"), 2, 20), ADMISSION_ACCEPTED);
    assert_admitted(&w->engine, crime("other", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(&w->engine, crime_again(crime("a", "2024-05-18", "30C", "D1"), 3, 30), ADMISSION_REPLACED);
    (void)admitted(&w->engine, crime_again(crime("a", "2024-05-17", "49", "D2"), 1, 10));
    behind *made = behind_of(w, "D1", "home", year, 10);
    assert_int_equal(behind_shown(made), 2);
    behind_incident one = behind_at(made, 0);
    assert_int_equal(one.count, 3);
    assert_int_equal(one.standing, 1);
    static const uint64_t revisions[] = {2, 3, 1};
    for (size_t i = 0; i < one.count; i++) {
        assert_text(one.each[i].reference, "a");
        assert_int_equal(one.each[i].revision, revisions[i]);
    }
    const codebook *book = figures_codebook(w->figures);
    assert_text(behind_changes(book, NULL, &one.each[0], w->engine.memory), "");
    assert_text(behind_changes(book, &one.each[0], &one.each[1], w->engine.memory),
                "recorded 2024-05-17 -> 2024-05-18; offence 49 -> 30C");
    assert_text(behind_changes(book, &one.each[1], &one.each[2], w->engine.memory),
                "recorded 2024-05-18 -> 2024-05-17; offence 30C -> 49; place D1 -> D2");
    assert_int_equal(behind_at(made, 1).count, 1);
    behind_free(&made);
}

static void a_cancellation_and_its_end_are_told_as_such(void **state)
{
    report_world *w = *state;
    assert_admitted(&w->engine, crime_again(crime("a", "2024-05-17", "30C", "D1"), 1, 10), ADMISSION_ACCEPTED);
    assert_admitted(&w->engine, cancellation("a", 2, 20), ADMISSION_REPLACED);
    assert_admitted(&w->engine, crime_again(crime("a", "2024-05-17", "30C", "D1"), 3, 30), ADMISSION_REPLACED);
    behind *made = behind_of(w, "D1", "home", year, 10);
    behind_incident one = behind_at(made, 0);
    const codebook *book = figures_codebook(w->figures);
    assert_int_equal(one.count, 3);
    assert_int_equal(one.standing, 2);
    assert_text(behind_changes(book, &one.each[0], &one.each[1], w->engine.memory), "cancelled");
    assert_text(behind_changes(book, &one.each[1], &one.each[2], w->engine.memory), "recorded");
    behind_free(&made);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(they_lie_in_the_area_under_the_category_and_in_the_window),
        IN_WORLD(they_are_as_many_as_are_counted_for_every_area_and_category),
        IN_WORLD(what_was_cancelled_or_moved_away_is_behind_nothing),
        IN_WORLD(the_newest_are_shown_first_and_no_more_than_were_asked_for),
        IN_WORLD(every_version_is_shown_in_the_order_in_which_it_came),
        IN_WORLD(a_cancellation_and_its_end_are_told_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
