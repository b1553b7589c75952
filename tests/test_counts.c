/* Promise: the months held in memory say what the store and all changes since say, however they were added,
 * stored, forgotten or begun again; and a commit takes just what changed. */
#include "aggregator/counts.h"

#include <string.h>

#include "store_fixtures.h"
#include "testing.h"

static const month_key may = {.area = 1, .origin = 1, .month = 2024 * 12 + 4};
static const month_key june = {.area = 1, .origin = 1, .month = 2024 * 12 + 5};

static place *in;
static counts *self;

static int make(void **state)
{
    (void)place_make_store(state);
    in = *state;
    self = counts_create(in->writer);
    return 0;
}

static int forget(void **state)
{
    counts_destroy(&self);
    assert_null(self);
    counts_destroy(&self);
    return place_remove(state);
}

static void add(month_key key, uint32_t category, int day, int32_t change, bool outranked)
{
    assert_int_equal(counts_add(self, key, category, day, change, outranked), STATUS_OK);
}

static uint32_t count_in(const tally *t, uint32_t category, int day)
{
    const tally_row *row = tally_find(t, category);
    return row != NULL ? row->days[day] : 0;
}

static uint32_t counted(month_key key, uint32_t category, int day)
{
    const tally *here, *outranked;
    assert_int_equal(counts_month(self, key, &here, &outranked), STATUS_OK);
    return count_in(here, category, day);
}

static uint32_t outranked(month_key key, uint32_t category, int day)
{
    const tally *here, *below;
    assert_int_equal(counts_month(self, key, &here, &below), STATUS_OK);
    return count_in(below, category, day);
}

/* What changed is committed, as the engine does it. */
static void store_changes(bool all_there_is)
{
    store_group group = {.replace_months = all_there_is};
    group.months = counts_changed(self, &group.month_count);
    assert_committed(in->writer, &group);
    counts_settle(self);
}

static void what_is_added_counts_at_once_and_is_stored_when_it_is_committed(void **state)
{
    (void)state;
    add(may, 3, 17, 1, false);
    add(may, 3, 17, 1, false);
    add(may, 3, DAY_UNKNOWN, 1, true);
    assert_int_equal(counted(may, 3, 17), 2);
    assert_int_equal(outranked(may, 3, DAY_UNKNOWN), 1);
    store_changes(false);
    counts_destroy(&self);
    self = counts_create(in->writer);
    assert_int_equal(counted(may, 3, 17), 2);
    assert_int_equal(outranked(may, 3, DAY_UNKNOWN), 1);
    assert_int_equal(counted(june, 3, 17), 0);
}

static void a_month_is_read_from_the_store_before_it_is_added_to(void **state)
{
    (void)state;
    tally t = tally_with(3, 17, 5), none = {0};
    month_counts month = {may, &t, &none};
    assert_committed(in->writer, &(store_group){.months = &month, .month_count = 1});
    add(may, 3, 17, -1, false);
    assert_int_equal(counted(may, 3, 17), 4);
    tally_free(&t);
}

static void only_what_changed_is_told_and_only_until_it_is_settled(void **state)
{
    size_t count;
    (void)state;
    (void)counts_changed(self, &count);
    assert_int_equal(count, 0);
    (void)counted(june, 3, 1);
    add(may, 3, 17, 1, false);
    add(may, 4, 18, 1, true);
    const month_counts *changed = counts_changed(self, &count);
    assert_int_equal(count, 1);
    assert_memory_equal(&changed[0].key, &may, sizeof may);
    assert_int_equal(count_in(changed[0].counted, 3, 17), 1);
    assert_int_equal(count_in(changed[0].outranked, 4, 18), 1);
    store_changes(false);
    (void)counts_changed(self, &count);
    assert_int_equal(count, 0);
}

static void what_came_to_nothing_is_told_too_so_that_it_leaves_the_store(void **state)
{
    size_t count;
    (void)state;
    add(may, 3, 17, 1, false);
    store_changes(false);
    add(may, 3, 17, -1, false);
    const month_counts *changed = counts_changed(self, &count);
    assert_int_equal(count, 1);
    assert_int_equal(changed[0].counted->count, 0);
    store_changes(false);
    assert_string_equal(store_in_words(in->writer, in->memory), "");
}

static void a_count_below_zero_is_refused_and_changes_nothing(void **state)
{
    size_t count;
    (void)state;
    add(may, 3, 17, 1, false);
    assert_int_equal(counts_add(self, may, 3, 18, -1, false), STATUS_CORRUPT);
    assert_int_equal(counts_add(self, may, 3, 17, -1, true), STATUS_CORRUPT);
    assert_int_equal(counts_add(self, june, 3, 17, -1, false), STATUS_CORRUPT);
    assert_int_equal(counted(may, 3, 17), 1);
    (void)counts_changed(self, &count);
    assert_int_equal(count, 1);
}

static void what_is_forgotten_is_as_it_was_stored(void **state)
{
    (void)state;
    add(may, 3, 17, 1, false);
    store_changes(false);
    add(may, 3, 17, 1, false);
    add(june, 3, 17, 1, true);
    counts_forget(self);
    assert_int_equal(counted(may, 3, 17), 1);
    assert_int_equal(outranked(june, 3, 17), 0);
    add(june, 3, 18, 1, false); /* and goes on from there */
    assert_int_equal(counted(june, 3, 18), 1);
}

static void a_recount_begins_at_zero_and_is_all_there_is_once_stored(void **state)
{
    (void)state;
    add(may, 3, 17, 7, false);
    add(june, 3, 17, 7, false);
    store_changes(false);
    counts_restart(self);
    assert_int_equal(counted(may, 3, 17), 0);
    add(may, 3, 17, 2, false);
    store_changes(true);
    assert_int_equal(counted(may, 3, 17), 2);
    assert_int_equal(counted(june, 3, 17), 0);
    add(june, 3, 17, 1, false);
    store_changes(false);
    counts_destroy(&self);
    self = counts_create(in->writer);
    assert_int_equal(counted(may, 3, 17), 2);
    assert_int_equal(counted(june, 3, 17), 1);
}

static void a_recount_that_fails_leaves_what_was_stored(void **state)
{
    (void)state;
    add(may, 3, 17, 7, false);
    add(june, 3, 17, 7, false);
    store_changes(false);
    counts_restart(self);
    add(may, 3, 17, 2, false);
    (void)counted(june, 3, 17); /* touched, not changed: the zero must not stay */
    counts_forget(self);
    assert_int_equal(counted(may, 3, 17), 7);
    assert_int_equal(counted(june, 3, 17), 7);
}

static void what_is_held_grows_with_the_months(void **state)
{
    (void)state;
    size_t before = counts_held(self);
    for (month_number m = 1990 * 12; m < 2020 * 12; m++)
        add((month_key){1, 1, m}, 3, 1, 1, false);
    assert_true(counts_held(self) > before + 360 * sizeof(tally_row));
}

/* --- against a plain model --------------------------------------------------------------------- */

enum { AREAS = 3, ORIGINS = 2, MONTHS = 60, CATEGORIES = 3, DAYS = 4 };

typedef struct model {
    uint32_t counts[AREAS][ORIGINS][MONTHS][2][CATEGORIES][DAYS];
} model;

static model now, stored;

static month_key key_by_chance(chance *by)
{
    return (month_key){.area = chance_below(by, AREAS) + 1, .origin = chance_below(by, ORIGINS) + 1,
                       .month = 2020 * 12 + (month_number)chance_below(by, MONTHS)};
}

static uint32_t *model_at(model *m, month_key key, bool side, uint32_t category, int day)
{
    return &m->counts[key.area - 1][key.origin - 1][key.month - 2020 * 12][side][category - 1][day];
}

static void add_by_chance(chance *by)
{
    month_key key = key_by_chance(by);
    bool side = chance_below(by, 4) == 0;
    uint32_t category = chance_below(by, CATEGORIES) + 1;
    int day = (int)chance_below(by, DAYS);
    int32_t change = chance_below(by, 3) == 0 ? -1 : 1;
    uint32_t *at = model_at(&now, key, side, category, day);
    status st = counts_add(self, key, category, day, change, side);
    assert_int_equal(st, change < 0 && *at == 0 ? STATUS_CORRUPT : STATUS_OK);
    if (st == STATUS_OK)
        *at += (uint32_t)change;
}

static void assert_month_like_model(month_key key)
{
    const tally *sides[2];
    assert_int_equal(counts_month(self, key, &sides[0], &sides[1]), STATUS_OK);
    for (int side = 0; side < 2; side++)
        for (uint32_t category = 1; category <= CATEGORIES; category++)
            for (int day = 0; day < DAYS; day++)
                assert_int_equal(count_in(sides[side], category, day), *model_at(&now, key, side != 0, category, day));
}

static void assert_like_model(void)
{
    for (uint32_t area = 1; area <= AREAS; area++)
        for (uint32_t origin = 1; origin <= ORIGINS; origin++)
            for (month_number m = 0; m < MONTHS; m++)
                assert_month_like_model((month_key){area, origin, 2020 * 12 + m});
}

/* One of: stored, forgotten, begun again, opened again. */
static void turn_by_chance(chance *by, bool *recounting)
{
    uint32_t drawn = chance_below(by, 10);
    if (drawn < 5) {
        store_changes(*recounting);
        stored = now;
        *recounting = false;
    } else if (drawn < 8) {
        counts_forget(self);
        now = stored;
        *recounting = false;
    } else if (drawn < 9) {
        counts_restart(self);
        now = (model){0};
        *recounting = true;
    } else {
        counts_destroy(&self);
        self = counts_create(in->writer);
        now = stored;
        *recounting = false;
    }
}

static void random_changes_agree_with_a_plain_model(void **state)
{
    (void)state;
    chance by = {3};
    bool recounting = false;
    now = stored = (model){0};
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 60; i++)
            add_by_chance(&by);
        turn_by_chance(&by, &recounting);
        assert_month_like_model(key_by_chance(&by));
        if (round % 10 == 9)
            assert_like_model();
    }
}

#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_STORE(what_is_added_counts_at_once_and_is_stored_when_it_is_committed),
        IN_A_STORE(a_month_is_read_from_the_store_before_it_is_added_to),
        IN_A_STORE(only_what_changed_is_told_and_only_until_it_is_settled),
        IN_A_STORE(what_came_to_nothing_is_told_too_so_that_it_leaves_the_store),
        IN_A_STORE(a_count_below_zero_is_refused_and_changes_nothing),
        IN_A_STORE(what_is_forgotten_is_as_it_was_stored),
        IN_A_STORE(a_recount_begins_at_zero_and_is_all_there_is_once_stored),
        IN_A_STORE(a_recount_that_fails_leaves_what_was_stored),
        IN_A_STORE(what_is_held_grows_with_the_months),
        IN_A_STORE(random_changes_agree_with_a_plain_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
