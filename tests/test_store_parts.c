/* Promise: everything that a group can hold reads back as it was put, replaces what it says it replaces,
 * and leaves the rest alone. Atomicity and durability: test_store. */
#include "storage/store.h"

#include <string.h>

#include "store_fixtures.h"
#include "testing.h"

static void commit(void **state, store_group group)
{
    assert_committed(((place *)*state)->writer, &group);
}

static const char *words_of(void **state)
{
    place *self = *state;
    return store_in_words(self->writer, self->memory);
}

static void everything_in_a_group_reads_back_as_it_was_put(void **state)
{
    place *self = *state;
    store_group group = full_group(self->memory);
    assert_committed(self->writer, &group);
    assert_string_equal(store_in_words(self->writer, self->memory), full_group_in_words);
    self->reader = opened_reader(self->folder);
    assert_string_equal(store_in_words(self->reader, self->memory), full_group_in_words);
    store_close(&self->reader);
    store_close(&self->writer);
    self->writer = opened(self->folder);
    assert_string_equal(store_in_words(self->writer, self->memory), full_group_in_words);
}

static void an_empty_group_stores_nothing(void **state)
{
    commit(state, (store_group){0});
    assert_string_equal(words_of(state), "");
}

/* --- versions ---------------------------------------------------------------------------------- */

static void a_version_is_found_by_its_number_and_none_by_another(void **state)
{
    place *self = *state;
    version made = bare_version(1, "a"), found = {.id = 77};
    uint64_t last = 77;
    assert_int_equal(store_last_version(self->writer, &last), STATUS_OK);
    assert_int_equal(last, 0);
    commit(state, (store_group){.versions = &made, .version_count = 1});
    assert_int_equal(store_version(self->writer, 2, self->memory, &found), STATUS_NOT_FOUND);
    assert_int_equal(store_version(self->writer, 0, self->memory, &found), STATUS_NOT_FOUND);
    assert_int_equal(found.id, 77);
    assert_int_equal(store_version(self->writer, 1, self->memory, &found), STATUS_OK);
    assert_text(found.reference, "a");
    assert_int_equal(store_last_version(self->writer, &last), STATUS_OK);
    assert_int_equal(last, 1);
}

typedef struct seen {
    uint64_t ids[8];
    size_t count, enough;
} seen;

static bool note_version(void *context, const version *v)
{
    seen *self = context;
    self->ids[self->count++] = v->id;
    return self->count < self->enough;
}

static void versions_are_visited_in_order_until_the_visitor_has_enough(void **state)
{
    place *self = *state;
    version five[5];
    seen all = {.enough = 8}, two = {.enough = 2}, none = {.enough = 8};
    for (uint64_t i = 0; i < 5; i++)
        five[i] = bare_version(i + 1, "a");
    commit(state, (store_group){.versions = five, .version_count = 5});
    assert_int_equal(store_versions(self->writer, 2, 4, note_version, &all), STATUS_OK);
    assert_int_equal(all.count, 3);
    assert_int_equal(all.ids[0], 2);
    assert_int_equal(all.ids[2], 4);
    assert_int_equal(store_versions(self->writer, 1, 5, note_version, &two), STATUS_OK);
    assert_int_equal(two.count, 2);
    assert_int_equal(store_versions(self->writer, 4, 3, note_version, &none), STATUS_OK);
    assert_int_equal(none.count, 0);
    assert_int_equal(store_versions(self->writer, 6, INT64_MAX, note_version, &none), STATUS_OK);
    assert_int_equal(none.count, 0);
}

static void a_mark_changes_what_it_marks_and_nothing_else(void **state)
{
    place *self = *state;
    version both[] = {bare_version(1, "a"), bare_version(2, "b")}, found;
    both[0].current = both[1].current = true;
    both[0].revision = 5;
    version_mark mark = {.id = 1, .current = false, .issued_ns = -7};
    commit(state, (store_group){.versions = both, .version_count = 2});
    commit(state, (store_group){.marks = &mark, .mark_count = 1});
    assert_int_equal(store_version(self->writer, 1, self->memory, &found), STATUS_OK);
    assert_false(found.current);
    assert_int_equal(found.issued_ns, -7);
    assert_int_equal(found.revision, 5);
    assert_int_equal(store_version(self->writer, 2, self->memory, &found), STATUS_OK);
    assert_true(found.current);
}

static void a_version_can_be_marked_in_the_group_that_brings_it(void **state)
{
    place *self = *state;
    version made = bare_version(1, "a"), found;
    version_mark mark = {.id = 1, .current = true, .issued_ns = 3};
    commit(state, (store_group){.versions = &made, .version_count = 1, .marks = &mark, .mark_count = 1});
    assert_int_equal(store_version(self->writer, 1, self->memory, &found), STATUS_OK);
    assert_true(found.current);
}

/* --- counts ------------------------------------------------------------------------------------ */

static const tally nothing = {0};

static void put_count(void **state, month_key key, int32_t count, int32_t outranked, bool replace)
{
    tally counted = {0}, kept = {0};
    if (count > 0)
        counted = tally_with(3, 5, count);
    if (outranked > 0)
        kept = tally_with(3, 6, outranked);
    month_counts made = {key, &counted, &kept};
    commit(state, (store_group){.months = &made, .month_count = 1, .replace_months = replace});
    tally_free(&counted);
    tally_free(&kept);
}

static void assert_count(void **state, month_key key, uint32_t expected, uint32_t outranked)
{
    tally counted = {0}, kept = {0};
    assert_int_equal(store_month(((place *)*state)->writer, key, &counted, &kept), STATUS_OK);
    const tally_row *row = tally_find(&counted, 3), *kept_row = tally_find(&kept, 3);
    assert_int_equal(row != NULL ? row->days[5] : 0, expected);
    assert_int_equal(kept_row != NULL ? kept_row->days[6] : 0, outranked);
    tally_free(&counted);
    tally_free(&kept);
}

static void a_month_replaces_the_same_month_and_no_other(void **state)
{
    static const month_key key = {1, 1, 24000}, others[] = {{2, 1, 24000}, {1, 2, 24000}, {1, 1, 24001}};
    put_count(state, key, 4, 0, false);
    for (size_t i = 0; i < 3; i++)
        put_count(state, others[i], 9, 1, false);
    put_count(state, key, 2, 1, false);
    assert_count(state, key, 2, 1);
    for (size_t i = 0; i < 3; i++)
        assert_count(state, others[i], 9, 1);
}

static void a_month_that_has_become_empty_is_gone(void **state)
{
    static const month_key key = {1, 1, 24000};
    period extent;
    put_count(state, key, 4, 1, false);
    put_count(state, key, 0, 1, false);
    assert_count(state, key, 0, 1);
    put_count(state, key, 0, 0, false);
    assert_count(state, key, 0, 0);
    assert_string_equal(words_of(state), "");
    assert_int_equal(store_extent(((place *)*state)->writer, &extent), STATUS_NOT_FOUND);
}

static void a_recount_leaves_no_count_of_before(void **state)
{
    put_count(state, (month_key){1, 1, 24000}, 4, 1, false);
    put_count(state, (month_key){2, 1, 24000}, 4, 1, false);
    put_count(state, (month_key){3, 1, 24000}, 7, 0, true);
    assert_count(state, (month_key){1, 1, 24000}, 0, 0);
    assert_count(state, (month_key){3, 1, 24000}, 7, 0);
    commit(state, (store_group){.replace_months = true});
    assert_string_equal(words_of(state), "");
}

static void a_month_is_added_to_the_tallies_that_are_given(void **state)
{
    place *self = *state;
    tally counted = tally_with(3, 5, 10), kept = {0};
    put_count(state, (month_key){1, 1, 24000}, 4, 0, false);
    assert_int_equal(store_month(self->writer, (month_key){1, 1, 24000}, &counted, &kept), STATUS_OK);
    assert_int_equal(store_month(self->writer, (month_key){1, 1, 23999}, &counted, &kept), STATUS_OK);
    assert_int_equal(tally_find(&counted, 3)->days[5], 14);
    assert_int_equal(kept.count, 0);
    tally_free(&counted);
}

typedef struct months_seen {
    month_key keys[8];
    size_t count, enough;
    bool with_days;
} months_seen;

static bool note_month(void *context, const month_row *row)
{
    months_seen *self = context;
    assert_int_equal(row->days.size > 0, self->with_days);
    assert_true(row->totals.size > 0);
    self->keys[self->count++] = row->key;
    return self->count < self->enough;
}

static void months_of_one_area_are_visited_from_the_first_to_the_last(void **state)
{
    place *self = *state;
    static const month_key keys[] = {{1, 2, 24001}, {1, 1, 24001}, {1, 1, 24002}, {1, 1, 24003}, {2, 1, 24001}, {1, 1, 24000}};
    for (size_t i = 0; i < 6; i++)
        put_count(state, keys[i], 1, 1, false);
    months_seen some = {.enough = 8, .with_days = true}, one = {.enough = 1}, none = {.enough = 8};
    assert_int_equal(store_months(self->writer, 1, 24001, 24002, true, note_month, &some), STATUS_OK);
    assert_int_equal(some.count, 3);
    assert_int_equal(some.keys[0].origin, 1);
    assert_int_equal(some.keys[1].origin, 2);
    assert_int_equal(some.keys[2].month, 24002);
    assert_int_equal(store_months(self->writer, 1, 24000, 24003, false, note_month, &one), STATUS_OK);
    assert_int_equal(one.count, 1);
    assert_int_equal(store_months(self->writer, 1, 24003, 24000, false, note_month, &none), STATUS_OK);
    assert_int_equal(store_months(self->writer, 3, 24000, 24003, false, note_month, &none), STATUS_OK);
    assert_int_equal(none.count, 0);
}

static void the_corners_of_the_calendar_and_of_the_numbers_are_kept_apart(void **state)
{
    static const month_key keys[] = {
        {1, 1, 1970 * 12}, {1, 1, 2099 * 12 + 11}, {2, 1, 1970 * 12}, {1, (1u << 20) - 1, 1970 * 12},
        {(1u << 24) - 1, 1, 1970 * 12}, {(1u << 24) - 1, (1u << 20) - 1, 2099 * 12 + 11},
    };
    for (size_t i = 0; i < 6; i++)
        put_count(state, keys[i], (int32_t)i + 1, 0, false);
    for (size_t i = 0; i < 6; i++)
        assert_count(state, keys[i], (uint32_t)i + 1, 0);
}

static void put_days(void **state, month_key key, const char *json)
{
    tally counted = {0};
    month_counts made = {key, &counted, &nothing};
    assert_int_equal(tally_add_days_json(&counted, text_of(json)), STATUS_OK);
    commit(state, (store_group){.months = &made, .month_count = 1});
    tally_free(&counted);
}

static void assert_extent(void **state, day_number from, day_number to)
{
    period extent = {0, 0};
    assert_int_equal(store_extent(((place *)*state)->writer, &extent), STATUS_OK);
    assert_int_equal(extent.from, from);
    assert_int_equal(extent.to, to);
}

static void the_extent_is_that_of_the_dates_that_count(void **state)
{
    period extent = {7, 8};
    month_number may = 2024 * 12 + 4;
    assert_int_equal(store_extent(((place *)*state)->writer, &extent), STATUS_NOT_FOUND);
    assert_int_equal(extent.from, 7);
    put_days(state, (month_key){1, 1, may}, "{\"3\":{\"17\":1}}");
    assert_extent(state, day_of(2024, 5, 17), day_of(2024, 5, 17));
    put_days(state, (month_key){2, 1, may}, "{\"3\":{\"9\":1,\"11\":1},\"4\":{\"20\":1}}");
    put_days(state, (month_key){2, 2, may - 1}, "{\"3\":{\"30\":2},\"5\":{\"29\":1}}");
    put_days(state, (month_key){1, 2, may + 3}, "{\"3\":{\"2\":1}}");
    assert_extent(state, day_of(2024, 4, 29), day_of(2024, 8, 2));
    put_count(state, (month_key){1, 1, may + 9}, 0, 5, false); /* outranked: does not count */
    assert_extent(state, day_of(2024, 4, 29), day_of(2024, 8, 2));
}

static void what_knows_only_its_month_extends_to_its_end(void **state)
{
    put_days(state, (month_key){1, 1, 2024 * 12 + 1}, "{\"3\":{\"0\":1}}");
    assert_extent(state, day_of(2024, 2, 29), day_of(2024, 2, 29));
    put_days(state, (month_key){1, 2, 2024 * 12 + 1}, "{\"3\":{\"0\":1,\"3\":1}}");
    assert_extent(state, day_of(2024, 2, 3), day_of(2024, 2, 29));
}

/* --- rejects ----------------------------------------------------------------------------------- */

static void the_same_reject_twice_is_one(void **state)
{
    reject twice[] = {{.digest = 5, .received_s = 1, .words = text_of("bad")}, {.digest = 5, .received_s = 2}};
    commit(state, (store_group){.rejects = twice, .reject_count = 2});
    commit(state, (store_group){.rejects = twice + 1, .reject_count = 1});
    assert_string_equal(words_of(state), "reject 1 open digest=5 received=1 reason=0 revision=0 line=0 size=0 row_digest=0"
                                         " words=bad origin= reference= source= stream= record= row=\n");
}

typedef struct rejects_seen {
    size_t count, open;
    uint64_t digests[4];
} rejects_seen;

static bool note_reject(void *context, const reject *r, bool open)
{
    rejects_seen *self = context;
    self->digests[self->count++] = r->digest;
    self->open += open;
    return r->digest != 9;
}

static rejects_seen rejects_of(void **state, bool all)
{
    rejects_seen seen_so_far = {0};
    assert_int_equal(store_rejects(((place *)*state)->writer, all, note_reject, &seen_so_far), STATUS_OK);
    return seen_so_far;
}

static void a_resolved_reject_is_kept_but_no_longer_open(void **state)
{
    reject both[] = {{.digest = 5}, {.digest = UINT64_MAX}};
    uint64_t resolved[] = {UINT64_MAX, 1234};
    commit(state, (store_group){.rejects = both, .reject_count = 2});
    commit(state, (store_group){.resolved = resolved, .resolved_count = 2, .now_s = 9});
    rejects_seen open = rejects_of(state, false), all = rejects_of(state, true);
    assert_int_equal(open.count, 1);
    assert_int_equal(open.digests[0], 5);
    assert_int_equal(all.count, 2);
    assert_int_equal(all.open, 1);
    /* It is rejected once more: open again. */
    commit(state, (store_group){.rejects = both + 1, .reject_count = 1});
    assert_int_equal(rejects_of(state, false).count, 2);
}

static void rejects_are_visited_until_the_visitor_has_enough(void **state)
{
    reject three[] = {{.digest = 5}, {.digest = 9}, {.digest = 7}};
    commit(state, (store_group){.rejects = three, .reject_count = 3});
    assert_int_equal(rejects_of(state, false).count, 2);
}

/* --- streams, issues, coverage ----------------------------------------------------------------- */

static void a_stream_is_found_by_source_and_stream(void **state)
{
    place *self = *state;
    stream_state both[] = {
        {.key = {text_of("a"), text_of("bc")}, .position = {.offset = 1, .digest = OCTETS("d\0"), .held = true}},
        {.key = {text_of("ab"), text_of("c")}, .position = {.offset = 2, .held = true}},
    };
    stream_state found = {.epoch = 77};
    commit(state, (store_group){.streams = both, .stream_count = 2});
    both[0].position.offset = 10;
    commit(state, (store_group){.streams = both, .stream_count = 1});
    assert_int_equal(store_stream(self->writer, (stream_key){text_of("a"), text_of("b")}, self->memory, &found),
                     STATUS_NOT_FOUND);
    assert_int_equal(found.epoch, 77);
    assert_int_equal(store_stream(self->writer, both[0].key, self->memory, &found), STATUS_OK);
    assert_int_equal(found.position.offset, 10);
    assert_true(found.position.held);
    assert_texts(found.position.digest, OCTETS("d\0"));
    assert_int_equal(store_stream(self->writer, both[1].key, self->memory, &found), STATUS_OK);
    assert_int_equal(found.position.offset, 2);
}

static void an_issue_put_again_changes_its_stamp_and_last_version_only(void **state)
{
    issue first = {.origin = 1, .revision = 2, .issued_ns = 3, .digest = OCTETS("\0a"), .received_s = 4, .first_version = 5};
    issue again = first, other = first;
    again.issued_ns = 30, again.received_s = 40, again.first_version = 50, again.last_version = 60;
    other.digest = OCTETS("\0b");
    commit(state, (store_group){.issues = (issue[]){first, other}, .issue_count = 2});
    commit(state, (store_group){.issues = &again, .issue_count = 1});
    assert_string_equal(words_of(state), "issue 1/2 issued=30 received=4 versions=5-60 digest=\\00a\n"
                                         "issue 1/2 issued=3 received=4 versions=5-0 digest=\\00b\n");
}

static void declarations_are_kept_as_they_came_and_the_same_twice_is_one(void **state)
{
    const declared_coverage each[] = {{{1, 1, 0, 0}, {1, 5}, 1}, {{1, 1, 0, 0}, {4, 8}, 2}, {{1, 1, 0, 1}, {1, 5}, 3},
                                      {{2, 1, 0, 0}, {1, 5}, 4}};
    const declared_coverage again = {{1, 1, 0, 0}, {1, 5}, 9};
    commit(state, (store_group){.coverage = each, .coverage_count = 4});
    commit(state, (store_group){.coverage = &again, .coverage_count = 1});
    assert_string_equal(words_of(state), "coverage 1/1/0/0 1-5 declared=1\ncoverage 1/1/0/0 4-8 declared=2\n"
                                         "coverage 1/1/0/1 1-5 declared=3\ncoverage 2/1/0/0 1-5 declared=4\n");
}

static void the_last_version_before_a_moment_is_the_last_that_was_received_before_it(void **state)
{
    place *self = *state;
    const version versions[] = {{.id = 1, .received_s = 10}, {.id = 2, .received_s = 30}, {.id = 3, .received_s = 20}};
    uint64_t last = 77;
    commit(state, (store_group){.versions = versions, .version_count = 3});
    assert_int_equal(store_last_version_before(self->writer, 10, &last), STATUS_OK);
    assert_int_equal(last, 0);
    assert_int_equal(store_last_version_before(self->writer, 11, &last), STATUS_OK);
    assert_int_equal(last, 1);
    assert_int_equal(store_last_version_before(self->writer, 30, &last), STATUS_OK);
    assert_int_equal(last, 3);
}

static void the_latest_promise_of_an_origin_for_an_area_stands(void **state)
{
    promise first = {1, 2, 3600, false, 5}, second = {1, 2, 60, true, 6}, other = {1, 3, 9, false, 7};
    commit(state, (store_group){.promises = (promise[]){first, other}, .promise_count = 2});
    commit(state, (store_group){.promises = &second, .promise_count = 1});
    assert_string_equal(words_of(state), "promise 1/2 interval=60 retired=1 declared=6\n"
                                         "promise 1/3 interval=9 retired=0 declared=7\n");
}

static void what_is_covered_replaces_all_of_the_areas_that_are_named(void **state)
{
    static const period days[] = {{1, 2}, {4, 5}};
    covered_set before[] = {{1, 1, days, 2}, {1, 2, days, 1}, {2, 1, days, 1}, {3, 1, days, 1}, {4, 1, days, 1}};
    covered_set after[] = {{1, 2, days + 1, 1}, {3, 0, NULL, 0}, {4, 5, days, 1}};
    commit(state, (store_group){.covered = before, .covered_count = 5});
    commit(state, (store_group){.covered = after, .covered_count = 3});
    assert_string_equal(words_of(state), "covered 1/2 4-5\ncovered 2/1 1-2\ncovered 4/5 1-2\n");
}

static void areas_that_are_covered_may_come_in_any_order(void **state)
{
    static const period days[] = {{1, 2}};
    covered_set mixed[] = {{1, 1, days, 1}, {2, 1, days, 1}, {1, 2, days, 1}, {2, 2, days, 1}};
    commit(state, (store_group){.covered = mixed, .covered_count = 4});
    assert_string_equal(words_of(state), "covered 1/1 1-2\ncovered 1/2 1-2\ncovered 2/1 1-2\ncovered 2/2 1-2\n");
}

static void count_set(void *context, const covered_set *set)
{
    (void)set;
    ++*(int *)context;
}

static void what_is_covered_is_told_of_one_area_or_of_all(void **state)
{
    place *self = *state;
    static const period days[] = {{1, 2}, {4, 5}};
    covered_set sets[] = {{1, 1, days, 2}, {2, 1, days, 1}, {UINT32_MAX, 1, days, 1}};
    int one = 0, all = 0, none = 0;
    commit(state, (store_group){.covered = sets, .covered_count = 3});
    assert_int_equal(store_covered(self->writer, 1, count_set, &one), STATUS_OK);
    assert_int_equal(store_covered(self->writer, 0, count_set, &all), STATUS_OK);
    assert_int_equal(store_covered(self->writer, 3, count_set, &none), STATUS_OK);
    assert_int_equal(one, 2);
    assert_int_equal(all, 4);
    assert_int_equal(none, 0);
}

/* --- reference data and settings --------------------------------------------------------------- */

static void there_is_no_reference_data_before_any_was_adopted(void **state)
{
    place *self = *state;
    sheets *found = NULL;
    text value;
    assert_int_equal(store_sheets(self->writer, &found), STATUS_NOT_FOUND);
    assert_null(found);
    assert_int_equal(store_setting(self->writer, "reference_digest", self->memory, &value), STATUS_NOT_FOUND);
}

static void an_adoption_leaves_nothing_of_the_one_before(void **state)
{
    place *self = *state;
    store_group group = full_group(self->memory);
    sheets *small = sheets_create();
    text *row = sheets_row(small, SHEET_AREAS, 2);
    row[0] = text_of("E07000197");
    tree_pair pair = {5, 5};
    adoption second = {.sheets = small, .digest = text_of("4567"), .areas = &pair, .area_count = 1};
    assert_committed(self->writer, &(store_group){.adoption = group.adoption});
    assert_committed(self->writer, &(store_group){.adoption = &second});
    sheets_destroy(&small);
    assert_string_equal(words_of(state), "areas 2 =E07000197 = = = = = = =\npriorities =\ntree 5>5\n"
                                         "setting reference_digest =4567\n");
}

static void a_setting_is_the_last_value_that_was_put(void **state)
{
    place *self = *state;
    setting first = {text_of("baseline"), text_of("2022-23")}, second = {text_of("baseline"), OCTETS("a\0b")},
            empty = {text_of("other"), {0}};
    text value;
    commit(state, (store_group){.settings = &first, .setting_count = 1});
    commit(state, (store_group){.settings = (setting[]){second, empty}, .setting_count = 2});
    assert_int_equal(store_setting(self->writer, "baseline", self->memory, &value), STATUS_OK);
    assert_texts(value, OCTETS("a\0b"));
    assert_int_equal(store_setting(self->writer, "other", self->memory, &value), STATUS_OK);
    assert_int_equal(value.size, 0);
    assert_int_equal(store_setting(self->writer, "none", self->memory, &value), STATUS_NOT_FOUND);
}

#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, place_make_store, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_STORE(everything_in_a_group_reads_back_as_it_was_put),
        IN_A_STORE(an_empty_group_stores_nothing),
        IN_A_STORE(a_version_is_found_by_its_number_and_none_by_another),
        IN_A_STORE(versions_are_visited_in_order_until_the_visitor_has_enough),
        IN_A_STORE(a_mark_changes_what_it_marks_and_nothing_else),
        IN_A_STORE(a_version_can_be_marked_in_the_group_that_brings_it),
        IN_A_STORE(a_month_replaces_the_same_month_and_no_other),
        IN_A_STORE(a_month_that_has_become_empty_is_gone),
        IN_A_STORE(a_recount_leaves_no_count_of_before),
        IN_A_STORE(a_month_is_added_to_the_tallies_that_are_given),
        IN_A_STORE(months_of_one_area_are_visited_from_the_first_to_the_last),
        IN_A_STORE(the_corners_of_the_calendar_and_of_the_numbers_are_kept_apart),
        IN_A_STORE(the_extent_is_that_of_the_dates_that_count),
        IN_A_STORE(what_knows_only_its_month_extends_to_its_end),
        IN_A_STORE(the_same_reject_twice_is_one),
        IN_A_STORE(a_resolved_reject_is_kept_but_no_longer_open),
        IN_A_STORE(rejects_are_visited_until_the_visitor_has_enough),
        IN_A_STORE(a_stream_is_found_by_source_and_stream),
        IN_A_STORE(an_issue_put_again_changes_its_stamp_and_last_version_only),
        IN_A_STORE(declarations_are_kept_as_they_came_and_the_same_twice_is_one),
        IN_A_STORE(the_last_version_before_a_moment_is_the_last_that_was_received_before_it),
        IN_A_STORE(the_latest_promise_of_an_origin_for_an_area_stands),
        IN_A_STORE(what_is_covered_replaces_all_of_the_areas_that_are_named),
        IN_A_STORE(areas_that_are_covered_may_come_in_any_order),
        IN_A_STORE(what_is_covered_is_told_of_one_area_or_of_all),
        IN_A_STORE(there_is_no_reference_data_before_any_was_adopted),
        IN_A_STORE(an_adoption_leaves_nothing_of_the_one_before),
        IN_A_STORE(a_setting_is_the_last_value_that_was_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
