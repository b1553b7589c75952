/* Promise: nothing vanishes. What can't be counted is kept once, with its reason and with words that say what to do,
 * until a good version of its incident comes or the reference data are mended; meanwhile the last good one counts. */
#include "aggregator/engine.h"

#include <string.h>

#include "engine_fixtures.h"
#include "testing.h"

/* One place for what a test wants to see of the store's rejects. */
typedef struct seen {
    size_t open, resolved;
    reject last; /* the last one; texts in the arena */
    arena *memory;
} seen;

static bool see(void *context, const reject *found, bool open)
{
    seen *into = context;
    ++*(open ? &into->open : &into->resolved);
    into->last = *found;
    text *const texts[] = {&into->last.words, &into->last.origin, &into->last.reference, &into->last.source,
                           &into->last.stream, &into->last.record, &into->last.row};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(into->memory, *texts[i]);
    return true;
}

static seen stored_rejects(engine_world *w)
{
    seen into = {.memory = w->memory};
    assert_int_equal(store_rejects(engine_store(w->engine), true, see, &into), STATUS_OK);
    return into;
}

static void assert_stored(engine_world *w, size_t open, size_t resolved)
{
    seen all = stored_rejects(w);
    assert_int_equal(all.open, open);
    assert_int_equal(all.resolved, resolved);
}

static incident unknown_offence(const char *named)
{
    return crime(named, "2024-05-17", "99Z", "D1");
}

/* --- reasons ----------------------------------------------------------------------------------- */

static void an_unknown_offence_or_area_is_rejected_with_words_that_say_what_to_mend(void **state)
{
    engine_world *w = *state;
    assert_rejected(w, unknown_offence("a"), REJECT_UNKNOWN_OFFENCE, "'99Z' is not in offences.csv: add it there");
    assert_rejected(w, unknown_offence("a"), REJECT_UNKNOWN_OFFENCE, "tocsin rejects --retry");
    incident nowhere = crime("b", "2024-05-17", "30C", "E99");
    nowhere.area_name = text_of("Atlantis 001A");
    nowhere.area_within = text_of("F1");
    assert_rejected(w, nowhere, REJECT_UNKNOWN_AREA, "'E99, Atlantis 001A, F1' is not in areas.csv: add it there");
    assert_rejected(w, nowhere, REJECT_UNKNOWN_AREA, "tocsin rejects --retry");
    world_commit(w);
    assert_stored(w, 2, 0);
    assert_string_equal(counts_in_words(engine_store(w->engine), w->memory), "");
}

static void a_date_more_than_a_day_after_it_was_received_is_rejected(void **state)
{
    engine_world *w = *state; /* it is noon of 31 March 2025 */
    assert_admitted(w, crime("today", "2025-03-31", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime("tomorrow", "2025-04-01", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_rejected(w, crime("later", "2025-04-02", "30C", "D1"), REJECT_FUTURE_DATE, "'2025-04-02'");
    assert_rejected(w, crime("later", "2025-04-02", "30C", "D1"), REJECT_FUTURE_DATE, "2025-03-31");
    assert_rejected(w, crime("later", "2025-04-02", "30C", "D1"), REJECT_FUTURE_DATE, "mend the date at its source");
}

static void the_day_of_receipt_is_london_s(void **state)
{
    engine_world *w = *state;
    w->now_s = 1743422400 + 11 * 3600 + 1800; /* 23:30 UTC: half past midnight in London, summer time */
    assert_admitted(w, crime("a", "2025-04-02", "30C", "D1"), ADMISSION_ACCEPTED);
    w->now_s -= 3600;
    assert_rejected(w, crime("b", "2025-04-02", "30C", "D1"), REJECT_FUTURE_DATE, "");
}

static void a_month_that_has_begun_is_not_in_the_future(void **state)
{
    engine_world *w = *state;
    w->now_s -= 15 * 86400;
    assert_admitted(w, crime("a", "2025-03", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_rejected(w, crime("b", "2025-04", "30C", "D1"), REJECT_FUTURE_DATE, "");
}

static void a_field_that_breaks_its_bound_is_rejected_by_name(void **state)
{
    engine_world *w = *state;
    incident longer = crime("a", "2024-05-17", "30C", "D1"), broken = crime("b", "2024-05-17", "30C", "D1"),
             empty = crime("", "2024-05-17", "30C", "D1"), undated = crime("c", "2024-05-17", "30C", "D1"),
             huge = crime("d", "2024-05-17", "30C", "D1");
    longer.reference = text_filled(w->memory, 'x', REFERENCE_SIZE_MAX + 1);
    broken.outcome = OCTETS("\xff");
    undated.recorded = DAY_NONE;
    huge.revision = UINT64_MAX;
    assert_rejected(w, longer, REJECT_BAD_FIELD, "reference is too long");
    assert_rejected(w, broken, REJECT_BAD_FIELD, "outcome is not UTF-8");
    assert_rejected(w, empty, REJECT_BAD_FIELD, "reference is empty");
    assert_rejected(w, undated, REJECT_BAD_FIELD, "recorded_at is empty");
    assert_rejected(w, huge, REJECT_BAD_FIELD, "revision");
    world_commit(w);
    assert_stored(w, 5, 0);
}

static faulty bad_row(const char *words)
{
    return (faulty){.origin = text_of("live"), .reference = text_of("a"), .line = 7, .column = text_of("recorded_at"),
                    .value = text_of("31/02/2024"), .reason = text_of("is no date: write 2025-03-31"), .row = text_of(words),
                    .size = strlen(words), .digest = strlen(words)};
}

static admission admitted_row(engine_world *w, faulty row)
{
    admission said;
    engine_admit_faulty(w->engine, &row, &w->from, w->now_s, &said);
    assert_int_equal(said.kind, ADMISSION_REJECTED);
    said.words = arena_text(w->memory, said.words);
    return said;
}

static void a_row_that_could_not_be_read_is_kept_with_its_place_and_its_words(void **state)
{
    engine_world *w = *state;
    admission said = admitted_row(w, bad_row("a,31/02/2024"));
    assert_int_equal(said.reason, REJECT_UNREADABLE);
    assert_text(said.words, "recorded_at '31/02/2024' is no date: write 2025-03-31");
    world_commit(w);
    reject kept = stored_rejects(w).last;
    assert_text(kept.row, "a,31/02/2024");
    assert_text(kept.reference, "a");
    assert_text(kept.source, "desk");
    assert_text(kept.stream, "a.csv");
    assert_int_equal(kept.line, 7);
    assert_int_equal(kept.received_s, w->now_s);
    assert_int_equal(kept.record.size, 0);
}

static void a_row_that_is_too_large_is_kept_in_part_with_its_size_and_hash(void **state)
{
    engine_world *w = *state;
    faulty large = bad_row("");
    large.row = text_filled(w->memory, 'x', RECORD_SIZE_MAX);
    large.size = RECORD_SIZE_MAX + 1;
    large.digest = 77;
    assert_int_equal(admitted_row(w, large).reason, REJECT_TOO_LARGE);
    world_commit(w);
    reject kept = stored_rejects(w).last;
    assert_int_equal(kept.row.size, RECORD_SIZE_MAX);
    assert_int_equal(kept.size, RECORD_SIZE_MAX + 1);
    assert_int_equal(kept.row_digest, 77);
}

/* --- the same reject twice is one -------------------------------------------------------------- */

static void the_same_record_rejected_twice_is_one_reject_whoever_sent_it_and_whenever(void **state)
{
    engine_world *w = *state;
    (void)admitted(w, unknown_offence("a"));
    (void)admitted(w, unknown_offence("a"));
    world_commit(w);
    w->from.stream = (stream_key){text_of("other desk"), text_of("b.csv")};
    w->now_s += 1000;
    (void)admitted(w, crime_again(unknown_offence("a"), 0, 50));
    world_commit(w);
    world_reopen(w);
    (void)admitted(w, unknown_offence("a"));
    world_commit(w);
    assert_stored(w, 1, 0);
    (void)admitted(w, crime_again(unknown_offence("a"), 1, 1));
    (void)admitted(w, unknown_offence("b"));
    world_commit(w);
    assert_stored(w, 3, 0);
}

static void the_same_row_rejected_twice_is_one_reject_though_it_moved_to_another_line(void **state)
{
    engine_world *w = *state;
    faulty row = bad_row("a,31/02/2024");
    (void)admitted_row(w, row);
    row.line = 9;
    (void)admitted_row(w, row);
    world_commit(w);
    assert_stored(w, 1, 0);
    (void)admitted_row(w, bad_row("a,31/02/2024,other"));
    world_commit(w);
    assert_stored(w, 2, 0);
}

static void a_hundred_rows_that_name_no_incident_are_a_hundred_rejects(void **state)
{
    engine_world *w = *state;
    faulty row = bad_row("x");
    row.reference = (text){"", 0};
    for (uint64_t i = 0; i < 100; i++) {
        row.digest = i;
        (void)admitted_row(w, row);
    }
    world_commit(w);
    world_reopen(w);
    assert_stored(w, 100, 0);
}

/* --- good versions ----------------------------------------------------------------------------- */

static void a_good_version_resolves_the_reject_of_its_incident(void **state)
{
    engine_world *w = *state;
    (void)admitted(w, unknown_offence("a"));
    (void)admitted(w, unknown_offence("b"));
    (void)admitted_row(w, bad_row("a,31/02/2024"));
    world_commit(w);
    assert_stored(w, 3, 0);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_stored(w, 1, 2);
    assert_counts(w, "D1", "home 2024-05-17 1");
}

static void a_good_version_resolves_within_the_same_commit_and_after_a_restart(void **state)
{
    engine_world *w = *state;
    (void)admitted(w, unknown_offence("a"));
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    (void)admitted(w, unknown_offence("b"));
    world_commit(w);
    assert_stored(w, 1, 1);
    world_reopen(w);
    assert_admitted(w, crime("b", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_stored(w, 0, 2);
}

static void a_repeat_of_a_good_version_and_a_cancellation_resolve_as_well(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    (void)admitted(w, unknown_offence("a"));
    (void)admitted(w, crime_again(unknown_offence("b"), 1, 1));
    world_commit(w);
    assert_stored(w, 2, 0);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
    assert_admitted(w, cancellation("b", 2, 2), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_stored(w, 0, 2);
}

static void while_a_newer_version_is_rejected_the_older_one_counts(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 1, 1), ADMISSION_ACCEPTED);
    world_commit(w);
    (void)admitted(w, crime_again(unknown_offence("a"), 3, 3));
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 1");
    /* One in between is good, but not as new as the one that waits. */
    assert_admitted(w, crime_again(crime("a", "2024-05-18", "30C", "D1"), 2, 2), ADMISSION_REPLACED);
    world_commit(w);
    assert_stored(w, 1, 0);
    assert_counts(w, "D1", "home 2024-05-18 1");
    assert_admitted(w, crime_again(crime("a", "2024-05-19", "30C", "D1"), 3, 4), ADMISSION_REPLACED);
    world_commit(w);
    assert_stored(w, 0, 1);
}

static void what_is_rejected_again_after_it_was_resolved_is_open_again(void **state)
{
    engine_world *w = *state;
    (void)admitted(w, unknown_offence("a"));
    world_commit(w);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    (void)admitted(w, unknown_offence("a"));
    world_commit(w);
    assert_stored(w, 1, 0);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
    world_commit(w);
    assert_stored(w, 0, 1);
}

static void in_one_commit_the_last_word_on_a_reject_counts(void **state)
{
    engine_world *w = *state;
    (void)admitted(w, unknown_offence("a"));
    world_commit(w);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    (void)admitted(w, unknown_offence("a"));
    world_commit(w);
    assert_stored(w, 1, 0);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
    (void)admitted(w, unknown_offence("a"));
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
    world_commit(w);
    assert_stored(w, 0, 1);
}

/* --- another chance ---------------------------------------------------------------------------- */

static void retry(engine_world *w, uint64_t tried_expected, uint64_t accepted_expected)
{
    uint64_t tried, accepted;
    assert_int_equal(engine_retry_rejects(w->engine, w->now_s, &tried, &accepted), STATUS_OK);
    assert_int_equal(tried, tried_expected);
    assert_int_equal(accepted, accepted_expected);
}

static void what_is_tried_again_without_a_change_stays_as_it_is(void **state)
{
    engine_world *w = *state;
    (void)admitted(w, unknown_offence("a"));
    (void)admitted(w, crime("b", "2024-05-17", "30C", "E99"));
    (void)admitted_row(w, bad_row("c,31/02/2024"));
    world_commit(w);
    const char *before = store_in_words(engine_store(w->engine), w->memory);
    retry(w, 2, 0); /* a row can't be tried: it has to be read again */
    assert_string_equal(store_in_words(engine_store(w->engine), w->memory), before);
}

static void mended_reference_data_let_rejected_records_count(void **state)
{
    engine_world *w = *state;
    incident full = unknown_offence("a");
    full.markers = text_of("hate");
    full.outcome = text_of("Charged");
    full.latitude_e6 = 52000000;
    full.longitude_e6 = -2000000;
    (void)admitted(w, full);
    (void)admitted(w, crime("b", "2024-05-17", "30C", "E99"));
    world_commit(w);
    reference_edit(w->reference, "offences.csv", "8N,Assault", "99Z,New,violence,,\n8N,Assault");
    world_reload(w);
    assert_string_equal(counts_in_words(engine_store(w->engine), w->memory), "");
    retry(w, 2, 1);
    assert_stored(w, 1, 1);
    assert_counts(w, "D1", "hate 2024-05-17 1, violence 2024-05-17 1");
    assert_non_null(strstr(world_in_words(engine_store(w->engine), w->memory), "outcome=Charged at=,, 52000000,-2000000"));
    assert_admitted(w, full, ADMISSION_REPEATED); /* the record itself says nothing new then */
}

static void a_newer_version_that_was_rejected_stands_once_it_is_taken(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 0, 100), ADMISSION_ACCEPTED);
    (void)admitted(w, crime_again(unknown_offence("a"), 0, 200));
    world_commit(w);
    reference_edit(w->reference, "offences.csv", "8N,Assault", "99Z,New,violence,,\n8N,Assault");
    world_reload(w);
    retry(w, 1, 1);
    assert_counts(w, "D1", "violence 2024-05-17 1"); /* as if it had come after the mending */
}

static void a_record_with_two_faults_is_one_reject_after_each_mending(void **state)
{
    engine_world *w = *state;
    (void)admitted(w, crime("a", "2024-05-17", "99Z", "E99"));
    world_commit(w);
    reference_edit(w->reference, "offences.csv", "8N,Assault", "99Z,New,violence,,\n8N,Assault");
    world_reload(w);
    retry(w, 1, 0);
    assert_int_equal(open_reject_count(engine_store(w->engine)), 1);
    reference_edit(w->reference, "areas.csv", "D1,Stafford", "E99,Elsewhere,district,F1,,,\nD1,Stafford");
    world_reload(w);
    retry(w, 1, 1);
    assert_int_equal(open_reject_count(engine_store(w->engine)), 0);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(an_unknown_offence_or_area_is_rejected_with_words_that_say_what_to_mend),
        IN_A_WORLD(a_date_more_than_a_day_after_it_was_received_is_rejected),
        IN_A_WORLD(the_day_of_receipt_is_london_s),
        IN_A_WORLD(a_month_that_has_begun_is_not_in_the_future),
        IN_A_WORLD(a_field_that_breaks_its_bound_is_rejected_by_name),
        IN_A_WORLD(a_row_that_could_not_be_read_is_kept_with_its_place_and_its_words),
        IN_A_WORLD(a_row_that_is_too_large_is_kept_in_part_with_its_size_and_hash),
        IN_A_WORLD(the_same_record_rejected_twice_is_one_reject_whoever_sent_it_and_whenever),
        IN_A_WORLD(the_same_row_rejected_twice_is_one_reject_though_it_moved_to_another_line),
        IN_A_WORLD(a_hundred_rows_that_name_no_incident_are_a_hundred_rejects),
        IN_A_WORLD(a_good_version_resolves_the_reject_of_its_incident),
        IN_A_WORLD(a_good_version_resolves_within_the_same_commit_and_after_a_restart),
        IN_A_WORLD(a_repeat_of_a_good_version_and_a_cancellation_resolve_as_well),
        IN_A_WORLD(while_a_newer_version_is_rejected_the_older_one_counts),
        IN_A_WORLD(what_is_rejected_again_after_it_was_resolved_is_open_again),
        IN_A_WORLD(in_one_commit_the_last_word_on_a_reject_counts),
        IN_A_WORLD(what_is_tried_again_without_a_change_stays_as_it_is),
        IN_A_WORLD(mended_reference_data_let_rejected_records_count),
        IN_A_WORLD(a_newer_version_that_was_rejected_stands_once_it_is_taken),
        IN_A_WORLD(a_record_with_two_faults_is_one_reject_after_each_mending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
