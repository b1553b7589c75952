/* Promise: a reading that the disk or the memory refuses says so, and never gives less for all there is; a store that can't
 * take anything for a while takes nothing, and everything afterwards; and closing may fail, but loses nothing. */
#include "storage/store.h"

#include <stdio.h>
#include <string.h>

#include "faulty_vfs.h"
#include "store_fixtures.h"
#include "testing.h"

/* --- reading ----------------------------------------------------------------------------------- */

/* What store_read_all leaves out. */
static status read_singly(store *from, arena *memory)
{
    uint64_t last;
    version one;
    stream_state state;
    period days;
    tally counted = {0}, outranked = {0};
    status said = store_begin_reading(from);
    if (said == STATUS_OK)
        said = store_last_version(from, &last);
    if (said == STATUS_OK)
        said = store_version(from, 1, memory, &one);
    if (said == STATUS_OK)
        said = store_stream(from, (stream_key){text_of("desk"), text_of("a.csv")}, memory, &state);
    if (said == STATUS_OK)
        said = store_month(from, (month_key){1, 2, 2024 * 12}, &counted, &outranked);
    if (said == STATUS_OK)
        said = store_extent(from, &days);
    store_end_reading(from);
    if (said == STATUS_OK) {
        assert_int_equal(last, 2);
        assert_text(one.reference, "a");
        assert_int_equal(state.position.offset, INT64_MAX);
        assert_int_equal(tally_find(&counted, 3)->total, 5);
        assert_int_equal(tally_find(&outranked, 3)->total, 5);
        assert_int_equal(days.from, day_of(2024, 1, 1));
    }
    tally_free(&counted);
    tally_free(&outranked);
    return said;
}

static status open_and_read(place *self, store **opened_one)
{
    char why[NOTE_SIZE_MAX] = "";
    const char *words;
    status said = store_open_reader(self->folder, opened_one, why);
    assert_int_equal(said == STATUS_OK, why[0] == '\0');
    if (said != STATUS_OK)
        return said;
    said = store_read_all(*opened_one, self->memory, &words);
    if (said == STATUS_OK)
        assert_string_equal(words, full_group_in_words);
    else
        assert_string_not_equal(store_trouble(*opened_one), "");
    return said == STATUS_OK ? read_singly(*opened_one, self->memory) : said;
}

static void refuse_readings(place *self, fault_kind kind, uint64_t stride)
{
    uint64_t failed = 1, failures = 0;
    for (uint64_t n = 1; failed > 0; n += stride) {
        store *reader = NULL;
        faulty_arm(kind, n, 1);
        failures += open_and_read(self, &reader) != STATUS_OK;
        failed = faulty_disarm();
        if (reader != NULL)
            assert_string_equal(store_in_words(reader, self->memory), full_group_in_words);
        store_close(&reader);
        arena_reset(self->memory);
    }
    assert_true(failures > 0);
}

static void a_reading_that_is_refused_says_so_and_the_next_finds_all(void **state)
{
    place *self = *state;
    store_group group = full_group(self->memory);
    assert_committed(self->writer, &group);
    refuse_readings(self, FAULT_READ, 1);
    refuse_readings(self, FAULT_LOCK, 1);
    refuse_readings(self, FAULT_OPEN, 1);
    refuse_readings(self, FAULT_SHARE, 1);
    refuse_readings(self, FAULT_ALLOCATION, 37);
}

/* --- a store that takes nothing for a while ---------------------------------------------------- */

static void refuse_for_a_while(place *self, fault_kind kind, uint64_t n, status expected)
{
    store_group good = full_group(self->memory);
    faulty_arm(kind, n, UINT64_MAX);
    for (int tries = 0; tries < 5; tries++) {
        assert_int_equal(store_commit(self->writer, &good), expected);
        store_checkpoint(self->writer, 0);
    }
    assert_true(faulty_disarm() >= 5);
    assert_string_equal(store_in_words(self->writer, self->memory), "");
    self->reader = opened_reader(self->folder);
    assert_string_equal(store_in_words(self->reader, self->memory), "");
    assert_committed(self->writer, &good);
    assert_string_equal(store_in_words(self->reader, self->memory), full_group_in_words);
}

static void a_disk_that_stays_full_takes_nothing_until_there_is_room(void **state)
{
    refuse_for_a_while(*state, FAULT_FULL, 1, STATUS_FULL);
}

static void a_disk_that_stays_full_behind_the_first_pages_takes_nothing_until_there_is_room(void **state)
{
    refuse_for_a_while(*state, FAULT_FULL, 5, STATUS_FULL);
}

static void a_disk_that_syncs_nothing_takes_nothing_until_it_does(void **state)
{
    refuse_for_a_while(*state, FAULT_SYNC, 1, STATUS_IO);
}

static void a_store_that_somebody_else_has_locked_is_busy_and_takes_all_when_he_is_gone(void **state)
{
    refuse_for_a_while(*state, FAULT_BUSY, 1, STATUS_BUSY);
}

static void a_checkpoint_that_fails_says_so_and_the_next_moves_everything(void **state)
{
    static const fault_kind kinds[] = {FAULT_WRITE, FAULT_FULL, FAULT_SYNC, FAULT_TRUNCATE};
    place *self = *state;
    store_group group = full_group(self->memory);
    assert_int_equal(store_checkpoint(self->writer, 0), STATUS_OK); /* of what opening wrote */
    assert_int_equal(store_checkpoint(self->writer, 0), STATUS_AGAIN);
    assert_committed(self->writer, &group);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        faulty_arm(kinds[i], 1, UINT64_MAX);
        assert_int_equal(store_checkpoint(self->writer, 0), kinds[i] == FAULT_FULL ? STATUS_FULL : STATUS_IO);
        assert_string_not_equal(store_trouble(self->writer), "");
        assert_true(faulty_disarm() > 0);
        assert_string_equal(store_in_words(self->writer, self->memory), full_group_in_words);
    }
    assert_int_equal(store_checkpoint(self->writer, 0), STATUS_OK);
    assert_int_equal(store_checkpoint(self->writer, 0), STATUS_AGAIN);
    assert_string_equal(store_in_words(self->writer, self->memory), full_group_in_words);
}

/* --- closing ----------------------------------------------------------------------------------- */

static const fault_kind writing[] = {FAULT_WRITE, FAULT_TORN, FAULT_FULL}; /* they count the same requests */

/* Returns whether there was an n-th request. */
static bool close_with_fault(place *self, fault_kind kind, uint64_t n)
{
    char folder[FOLDER_SIZE + 24];
    (void)snprintf(folder, sizeof folder, "%s/%s%d", self->folder, fault_name(kind), (int)n);
    store *made = opened(folder);
    store_group group = full_group(self->memory);
    assert_committed(made, &group);
    faulty_arm(kind, n, 1);
    store_close(&made);
    bool failed = faulty_disarm() > 0;
    made = opened(folder);
    assert_string_equal(store_in_words(made, self->memory), full_group_in_words);
    store_close(&made);
    arena_reset(self->memory);
    return failed;
}

static void closing_that_fails_at_anything_loses_nothing(void **state)
{
    static const fault_kind kinds[] = {FAULT_READ, FAULT_SYNC, FAULT_TRUNCATE, FAULT_LOCK, FAULT_DELETE, FAULT_SHARE};
    for (uint64_t n = 1; close_with_fault(*state, writing[n % 3], n);)
        n++;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (uint64_t n = 1; close_with_fault(*state, kinds[i], n);)
            n++;
}

/* --- opening ----------------------------------------------------------------------------------- */

/* Made under a fault it is refused in words, or whole; and can be made afterwards. */
static bool make_with_fault(place *self, fault_kind kind, uint64_t n)
{
    char folder[FOLDER_SIZE + 24], why[NOTE_SIZE_MAX] = "";
    store *made = NULL;
    (void)snprintf(folder, sizeof folder, "%s/%s%d", self->folder, fault_name(kind), (int)n);
    faulty_arm(kind, n, 1);
    status said = store_open(folder, &made, why);
    bool failed = faulty_disarm() > 0;
    assert_int_equal(said == STATUS_OK, made != NULL);
    assert_int_equal(said == STATUS_OK, why[0] == '\0');
    if (made == NULL)
        made = opened(folder);
    store_group group = full_group(self->memory);
    assert_committed(made, &group);
    assert_string_equal(store_in_words(made, self->memory), full_group_in_words);
    store_close(&made);
    arena_reset(self->memory);
    return failed;
}

static void a_store_that_cannot_be_made_at_once_can_be_made_afterwards(void **state)
{
    static const fault_kind kinds[] = {FAULT_READ, FAULT_SYNC, FAULT_LOCK, FAULT_BUSY, FAULT_OPEN, FAULT_DELETE, FAULT_SHARE};
    for (uint64_t n = 1; make_with_fault(*state, writing[n % 3], n);)
        n++;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (uint64_t n = 1; make_with_fault(*state, kinds[i], n);)
            n++;
    for (uint64_t n = 1; make_with_fault(*state, FAULT_ALLOCATION, n);)
        n += 97;
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)
#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, place_make_store, place_remove)

static int install(void **state)
{
    (void)state;
    faulty_install();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_STORE(a_reading_that_is_refused_says_so_and_the_next_finds_all),
        IN_A_STORE(a_disk_that_stays_full_takes_nothing_until_there_is_room),
        IN_A_STORE(a_disk_that_stays_full_behind_the_first_pages_takes_nothing_until_there_is_room),
        IN_A_STORE(a_disk_that_syncs_nothing_takes_nothing_until_it_does),
        IN_A_STORE(a_store_that_somebody_else_has_locked_is_busy_and_takes_all_when_he_is_gone),
        IN_A_STORE(a_checkpoint_that_fails_says_so_and_the_next_moves_everything),
        IN_A_FOLDER(closing_that_fails_at_anything_loses_nothing),
        IN_A_FOLDER(a_store_that_cannot_be_made_at_once_can_be_made_afterwards),
    };
    return cmocka_run_group_tests(tests, install, NULL);
}
