/* Promise: every record counts once, in its area and all above, on its day, under its offence and its markers, as the
 * version that stands says; whatever is said again changes nothing; and all versions are kept. What can't be counted:
 * test_engine_rejects; in whatever order things come: test_engine_order. */
#include "aggregator/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/chain.h"
#include "engine_fixtures.h"
#include "storage/finder.h"
#include "testing.h"

/* --- where a record counts --------------------------------------------------------------------- */

static void a_record_counts_in_its_district_and_in_every_area_above(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_counts(w, "D1", ""); /* nothing is stored before the commit */
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
    assert_counts(w, "F1", "home 2024-05-17 1");
    assert_counts(w, "EW", "home 2024-05-17 1");
    assert_counts(w, "D2", "");
    assert_counts(w, "F2", "");
}

static void what_is_finer_than_a_district_counts_in_its_district(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "L1"), ADMISSION_ACCEPTED);
    incident named = crime("b", "2024-05-18", "30C", "E01999999");
    named.area_name = text_of("Corby 004B");
    assert_admitted(w, named, ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
    assert_counts(w, "D3", "home 2024-05-18 1");
    assert_counts(w, "EW", "home 2024-05-17 1, home 2024-05-18 1");
}

static void a_record_without_a_finer_place_counts_for_the_areas_that_are_known(void **state)
{
    engine_world *w = *state;
    incident within = crime("a", "2024-05-17", "30C", "");
    within.area_within = text_of("F1");
    assert_admitted(w, within, ADMISSION_ACCEPTED);
    assert_admitted(w, crime("b", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
    assert_counts(w, "F1", "home 2024-05-17 2");
    assert_counts(w, "EW", "home 2024-05-17 2");
}

static void a_former_district_s_records_count_in_it_and_in_the_one_that_took_it_over(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2018-05-17", "30C", "FD"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "FD", "home 2018-05-17 1");
    assert_counts(w, "D2", "home 2018-05-17 1");
    assert_counts(w, "F1", "home 2018-05-17 1");
}

static void a_coarse_offence_counts_at_its_node_and_a_dated_one_where_it_stood_then(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "Burglary", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime("b", "2014-12-31", "Moved", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime("c", "2015-01-01", "Moved", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "D1", "asb 2015-01-01 1, burglary 2024-05-17 1, theft 2014-12-31 1");
}

static void a_record_that_knows_only_its_month_counts_in_it_and_on_no_day(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-02", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime("b", "2024-02-29", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-02 1, home 2024-02-29 1");
}

static incident marked(const char *named, const char *markers)
{
    incident made = crime(named, "2024-05-17", "8N", "D1");
    made.markers = text_of(markers);
    return made;
}

static void markers_count_once_more_in_the_categories_that_they_name(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, marked("a", "domestic;hate"), ADMISSION_ACCEPTED);
    assert_admitted(w, marked("b", "hate"), ADMISSION_ACCEPTED);
    assert_admitted(w, marked("c", "knife"), ADMISSION_ACCEPTED);
    incident theft = marked("d", "domestic"); /* domestic violence is violence */
    theft.offence = text_of("49");
    assert_admitted(w, theft, ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "D1", "domestic 2024-05-17 1, hate 2024-05-17 2, other-theft 2024-05-17 1, violence 2024-05-17 3");
}

static void the_same_markers_in_another_order_and_twice_say_the_same(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, marked("a", "hate;domestic"), ADMISSION_ACCEPTED);
    assert_admitted(w, marked("a", " domestic ;hate;;domestic; "), ADMISSION_REPEATED);
    assert_admitted(w, marked("a", "domestic"), ADMISSION_REPLACED);
    assert_admitted(w, marked("b", ""), ADMISSION_ACCEPTED);
    assert_admitted(w, marked("b", " ; ;"), ADMISSION_REPEATED);
}

static void markers_follow_the_version_that_stands(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime_again(marked("a", "domestic;hate"), 1, 1), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_admitted(w, crime_again(marked("a", "hate"), 2, 2), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "D1", "hate 2024-05-17 1, violence 2024-05-17 1");
    assert_admitted(w, cancellation("a", 3, 3), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "D1", "");
}

/* --- identity ---------------------------------------------------------------------------------- */

static void the_same_reference_of_another_origin_is_another_incident(void **state)
{
    engine_world *w = *state;
    incident other = crime("a", "2024-05-17", "30C", "D1");
    assert_admitted(w, other, ADMISSION_ACCEPTED);
    other.origin = text_of("elsewhere");
    assert_admitted(w, other, ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "D1", "elsewhere: home 2024-05-17 1, home 2024-05-17 1");
}

static void who_sends_a_record_is_no_part_of_its_identity(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    w->from.stream = (stream_key){text_of("other desk"), text_of("b.csv")};
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
}

struct hashed {
    uint32_t fingerprint;
    uint32_t number;
};

static int by_fingerprint(const void *a, const void *b)
{
    const struct hashed *left = a, *right = b;
    return (left->fingerprint > right->fingerprint) - (left->fingerprint < right->fingerprint);
}

/* Two references that the finder can't tell apart by what it keeps of their hashes. */
static void find_alike(char first[16], char second[16])
{
    enum { TRIED = 400000 };
    struct hashed *all = memory_new(TRIED, sizeof *all);
    for (uint32_t i = 0; i < TRIED; i++) {
        (void)snprintf(first, 16, "r%u", i);
        all[i] = (struct hashed){(uint32_t)(finder_hash(text_of("live"), text_of(first)) >> 32), i};
    }
    qsort(all, TRIED, sizeof *all, by_fingerprint);
    size_t i = 1;
    while (i < TRIED && all[i].fingerprint != all[i - 1].fingerprint)
        i++;
    assert_true(i < TRIED);
    (void)snprintf(first, 16, "r%u", all[i - 1].number);
    (void)snprintf(second, 16, "r%u", all[i].number);
    free(all);
}

static void references_that_look_alike_to_the_finder_are_told_apart(void **state)
{
    engine_world *w = *state;
    char first[16], second[16];
    find_alike(first, second);
    assert_admitted(w, crime(first, "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime(second, "2024-05-18", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    world_reopen(w);
    assert_admitted(w, crime(first, "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
    assert_admitted(w, crime_again(crime(second, "2024-05-19", "30C", "D1"), 0, 9), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1, home 2024-05-19 1");
}

/* --- repeats and replacements ------------------------------------------------------------------ */

static void a_repeat_changes_nothing_before_and_after_a_commit_and_after_a_restart(void **state)
{
    engine_world *w = *state;
    incident same = crime("a", "2024-05-17", "30C", "D1");
    assert_admitted(w, same, ADMISSION_ACCEPTED);
    assert_admitted(w, same, ADMISSION_REPEATED);
    world_commit(w);
    const char *before = store_in_words(engine_store(w->engine), w->memory);
    assert_admitted(w, crime_again(same, 0, 7), ADMISSION_REPEATED); /* issued again, later */
    world_commit(w);
    world_reopen(w);
    assert_admitted(w, same, ADMISSION_REPEATED);
    world_commit(w);
    assert_string_equal(store_in_words(engine_store(w->engine), w->memory), before);
}

static void a_later_version_takes_the_earlier_one_out_wherever_it_was(void **state)
{
    engine_world *w = *state;
    incident first = crime("a", "2023-11-30", "30C", "D1");
    assert_admitted(w, first, ADMISSION_ACCEPTED);
    world_commit(w);
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 1, 1), ADMISSION_REPLACED); /* re-dated */
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D3"), 2, 1), ADMISSION_REPLACED); /* moved */
    world_commit(w);
    assert_counts(w, "D1", "");
    assert_counts(w, "F1", "");
    assert_counts(w, "D3", "home 2024-05-17 1");
    assert_counts(w, "EW", "home 2024-05-17 1");
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "8N", "D3"), 3, 1), ADMISSION_REPLACED); /* reclassified */
    world_commit(w);
    assert_counts(w, "EW", "violence 2024-05-17 1");
}

static void of_one_revision_the_statement_issued_last_counts(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 0, 5), ADMISSION_ACCEPTED);
    assert_admitted(w, crime_again(crime("a", "2024-05-18", "30C", "D1"), 0, 9), ADMISSION_REPLACED);
    assert_admitted(w, crime_again(crime("a", "2024-05-19", "30C", "D1"), 0, 7), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-18 1");
}

static void an_older_version_that_comes_late_is_kept_and_changes_no_count(void **state)
{
    engine_world *w = *state;
    uint64_t last;
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 3, 5), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_admitted(w, crime_again(crime("a", "2024-01-01", "8N", "D3"), 2, 9), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "EW", "home 2024-05-17 1");
    assert_int_equal(store_last_version(engine_store(w->engine), &last), STATUS_OK);
    assert_int_equal(last, 2);
}

static void reading_an_old_file_again_never_turns_anything_back(void **state)
{
    engine_world *w = *state;
    incident old = crime_again(crime("a", "2024-05-17", "30C", "D1"), 0, 5);
    assert_admitted(w, old, ADMISSION_ACCEPTED);
    assert_admitted(w, crime_again(crime("a", "2024-05-18", "30C", "D1"), 0, 6), ADMISSION_REPLACED);
    world_commit(w);
    assert_admitted(w, crime_again(old, 0, 99), ADMISSION_REPEATED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-18 1");
}

static void a_repeat_that_was_issued_earlier_puts_its_version_back_in_order(void **state)
{
    engine_world *w = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1"), other = crime("a", "2024-05-18", "30C", "D1");
    assert_admitted(w, crime_again(one, 0, 9), ADMISSION_ACCEPTED);
    assert_admitted(w, crime_again(other, 0, 6), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
    assert_admitted(w, crime_again(one, 0, 5), ADMISSION_REPEATED); /* it was said before the other, after all */
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-18 1");
}

/* --- cancellations ----------------------------------------------------------------------------- */

static void a_cancelled_incident_counts_nowhere_and_a_reinstated_one_again(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 1, 1), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_admitted(w, cancellation("a", 2, 2), ADMISSION_REPLACED);
    world_commit(w);
    assert_string_equal(counts_in_words(engine_store(w->engine), w->memory), "");
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 3, 3), ADMISSION_REPLACED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
}

static void a_cancellation_that_comes_before_its_record_cancels_it(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, cancellation("a", 2, 2), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 1, 1), ADMISSION_REPLACED);
    world_commit(w);
    assert_string_equal(counts_in_words(engine_store(w->engine), w->memory), "");
}

static void a_cancellation_may_bear_codes_that_nobody_knows_and_be_said_again(void **state)
{
    engine_world *w = *state;
    incident strange = cancellation("a", 2, 2);
    strange.offence = text_of("unheard of");
    strange.area = text_of("E99");
    strange.recorded = 47000; /* far in the future */
    assert_admitted(w, strange, ADMISSION_ACCEPTED);
    assert_admitted(w, strange, ADMISSION_REPEATED);
    world_commit(w);
    assert_admitted(w, strange, ADMISSION_REPEATED);
    assert_int_equal(open_reject_count(engine_store(w->engine)), 0);
}

/* --- what is kept ------------------------------------------------------------------------------ */

static bool write_version(void *context, const version *v)
{
    (void)fprintf(context, "%llu:%llu received=%lld previous=%llu%s ", (unsigned long long)v->id,
                  (unsigned long long)v->revision, (long long)v->received_s, (unsigned long long)v->previous,
                  v->current ? " current" : "");
    return true;
}

static void all_versions_are_kept_chained_with_the_time_when_they_were_received(void **state)
{
    engine_world *w = *state;
    char words[512] = "";
    for (uint64_t revision = 1; revision <= 3; revision++) {
        w->now_s = 1743422400 + (int64_t)revision;
        (void)admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), revision == 3 ? 0 : revision, 1));
        assert_admitted(w, crime_again(crime(revision == 1 ? "b" : "c", "2024-05-17", "30C", "D1"), revision, 1),
                        revision == 3 ? ADMISSION_REPLACED : ADMISSION_ACCEPTED);
        world_commit(w);
    }
    FILE *out = fmemopen(words, sizeof words, "w");
    assert_int_equal(store_versions(engine_store(w->engine), 1, 99, write_version, out), STATUS_OK);
    (void)fclose(out);
    assert_string_equal(words, "1:1 received=1743422401 previous=0 2:1 received=1743422401 previous=0 current "
                               "3:2 received=1743422402 previous=1 current 4:2 received=1743422402 previous=0 "
                               "5:0 received=1743422403 previous=3 6:3 received=1743422403 previous=4 current ");
}

static void everything_that_a_record_says_is_kept(void **state)
{
    engine_world *w = *state;
    incident full = crime("21/123456/24", "2024-05-17", "30C", "L1");
    full.area_name = text_of("Stafford 001A");
    full.area_within = text_of("F1");
    full.markers = text_of("hate");
    full.outcome = text_of("Charged");
    full.recorded_at = text_of("2024-05-17T12:00:00Z");
    full.occurred_at = text_of("2024-05-16");
    full.occurred_to = text_of("2024-05-17");
    full.latitude_e6 = 52805700;
    full.longitude_e6 = -2116331;
    assert_admitted(w, crime_again(full, 4, 5), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_non_null(strstr(world_in_words(engine_store(w->engine), w->memory),
                           "standing live/21/123456/24 revision=4 issued=5000000000 status=0 2024-05-17 offence=30C place=L1,"
                           "Stafford 001A,F1 markers=hate outcome=Charged at=2024-05-17T12:00:00Z,2024-05-16,2024-05-17 "
                           "52805700,-2116331"));
}

static void an_incident_with_a_thousand_versions_takes_no_more(void **state)
{
    engine_world *w = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1");
    for (uint64_t revision = 1; revision <= CHAIN_MAX + 1; revision++)
        (void)admitted(w, crime_again(one, revision, 1));
    assert_rejected(w, crime_again(one, CHAIN_MAX + 2, 1), REJECT_BAD_FIELD, "must name one incident");
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
}

/* --- declarations ------------------------------------------------------------------------------ */

static void what_is_declared_of_several_areas_is_known_the_same_in_one_commit_as_in_many(void **state)
{
    engine_world *w = *state, many = engine_world_make();
    static const char *const parts[] = {"D1", "D2", "D3", "F1"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", parts[i], "2024-01-01..2024-12-31", "", ""));
        (void)world_declare(&many, COVERAGE_TAKEN,
                            world_declaration(&many, "live", parts[i], "2024-01-01..2024-12-31", "", ""));
        world_commit(&many);
    }
    world_commit(w);
    const char *known = world_in_words(engine_store(w->engine), w->memory);
    assert_non_null(strstr(known, "known EW home ")); /* all of its parts are */
    assert_same_words(known, world_in_words(engine_store(many.engine), many.memory));
    engine_world_forget(&many);
}

/* --- streams ----------------------------------------------------------------------------------- */

static void a_stream_is_held_from_when_it_was_put_and_stored_with_the_commit(void **state)
{
    engine_world *w = *state;
    stream_key key = {text_of("desk"), text_of("a.csv")};
    stream_state held;
    assert_int_equal(engine_stream(w->engine, key, w->memory, &held), STATUS_OK);
    assert_false(held.position.held);
    held.position = (position){.offset = 17, .digest = text_of("d"), .held = true};
    held.accepted = 3;
    engine_put_stream(w->engine, &held);
    assert_true(engine_has_changes(w->engine));
    assert_int_equal(engine_stream(w->engine, key, w->memory, &held), STATUS_OK);
    assert_int_equal(held.position.offset, 17);
    world_commit(w);
    world_reopen(w);
    assert_int_equal(engine_stream(w->engine, key, w->memory, &held), STATUS_OK);
    assert_true(held.position.held);
    assert_text(held.position.digest, "d");
    assert_int_equal(held.accepted, 3);
}

static void what_is_pending_is_counted_until_it_is_committed(void **state)
{
    engine_world *w = *state;
    assert_false(engine_has_changes(w->engine));
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
    assert_int_equal(engine_pending(w->engine), 2);
    assert_true(engine_has_changes(w->engine));
    world_commit(w);
    assert_int_equal(engine_pending(w->engine), 0);
    assert_false(engine_has_changes(w->engine));
    engine_idle(w->engine);
    engine_relieve(w->engine);
    assert_counts(w, "D1", "home 2024-05-17 1");
}

static void a_folder_without_reference_data_is_refused_in_words(void **state)
{
    char folder[FOLDER_SIZE], why[NOTE_SIZE_MAX];
    engine *made = NULL;
    (void)state;
    folder_make(folder);
    assert_int_equal(engine_open(folder, NULL, 1, &made, why), STATUS_REFUSED);
    assert_null(made);
    assert_non_null(strstr(why, "--reference"));
    folder_remove(folder);
}

static void a_second_engine_on_the_same_folder_is_refused(void **state)
{
    engine_world *w = *state;
    char why[NOTE_SIZE_MAX];
    engine *made = NULL;
    assert_int_equal(engine_open(w->data, w->reference, 1, &made, why), STATUS_BUSY);
    assert_null(made);
    assert_non_null(strstr(why, w->data));
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_record_counts_in_its_district_and_in_every_area_above),
        IN_A_WORLD(what_is_finer_than_a_district_counts_in_its_district),
        IN_A_WORLD(a_record_without_a_finer_place_counts_for_the_areas_that_are_known),
        IN_A_WORLD(a_former_district_s_records_count_in_it_and_in_the_one_that_took_it_over),
        IN_A_WORLD(a_coarse_offence_counts_at_its_node_and_a_dated_one_where_it_stood_then),
        IN_A_WORLD(a_record_that_knows_only_its_month_counts_in_it_and_on_no_day),
        IN_A_WORLD(markers_count_once_more_in_the_categories_that_they_name),
        IN_A_WORLD(the_same_markers_in_another_order_and_twice_say_the_same),
        IN_A_WORLD(markers_follow_the_version_that_stands),
        IN_A_WORLD(the_same_reference_of_another_origin_is_another_incident),
        IN_A_WORLD(who_sends_a_record_is_no_part_of_its_identity),
        IN_A_WORLD(references_that_look_alike_to_the_finder_are_told_apart),
        IN_A_WORLD(a_repeat_changes_nothing_before_and_after_a_commit_and_after_a_restart),
        IN_A_WORLD(a_later_version_takes_the_earlier_one_out_wherever_it_was),
        IN_A_WORLD(of_one_revision_the_statement_issued_last_counts),
        IN_A_WORLD(an_older_version_that_comes_late_is_kept_and_changes_no_count),
        IN_A_WORLD(reading_an_old_file_again_never_turns_anything_back),
        IN_A_WORLD(a_repeat_that_was_issued_earlier_puts_its_version_back_in_order),
        IN_A_WORLD(a_cancelled_incident_counts_nowhere_and_a_reinstated_one_again),
        IN_A_WORLD(a_cancellation_that_comes_before_its_record_cancels_it),
        IN_A_WORLD(a_cancellation_may_bear_codes_that_nobody_knows_and_be_said_again),
        IN_A_WORLD(all_versions_are_kept_chained_with_the_time_when_they_were_received),
        IN_A_WORLD(everything_that_a_record_says_is_kept),
        IN_A_WORLD(an_incident_with_a_thousand_versions_takes_no_more),
        IN_A_WORLD(what_is_declared_of_several_areas_is_known_the_same_in_one_commit_as_in_many),
        IN_A_WORLD(a_stream_is_held_from_when_it_was_put_and_stored_with_the_commit),
        IN_A_WORLD(what_is_pending_is_counted_until_it_is_committed),
        cmocka_unit_test(a_folder_without_reference_data_is_refused_in_words),
        IN_A_WORLD(a_second_engine_on_the_same_folder_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
