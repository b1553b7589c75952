/* Promise: counts by category and day go up and down exactly as told and never below zero, and their
 * JSON reads back as it was written; anything else is noticed as corrupt. */
#include "storage/tally.h"

#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { CATEGORIES = 20 };

static void a_count_stands_under_its_category_and_day(void **state)
{
    (void)state;
    tally t = {0};
    assert_null(tally_find(&t, 5));
    assert_true(tally_add(&t, 5, 31, 2));
    assert_true(tally_add(&t, 2, DAY_UNKNOWN, 1));
    assert_true(tally_add(&t, 5, 1, 1));
    assert_true(tally_add(&t, 5, 31, -1));
    const tally_row *row = tally_find(&t, 5);
    assert_int_equal(row->total, 2);
    assert_int_equal(row->days[31], 1);
    assert_int_equal(row->days[1], 1);
    assert_int_equal(tally_find(&t, 2)->days[DAY_UNKNOWN], 1);
    assert_null(tally_find(&t, 3));
    assert_null(tally_find(&t, 6));
    tally_free(&t);
    assert_int_equal(t.count, 0);
    tally_free(&t);
}

static void rows_stand_in_order_of_their_categories(void **state)
{
    (void)state;
    static const uint32_t order[] = {7, 3, UINT32_MAX, 1, 5, 0, 4};
    tally t = {0};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        assert_true(tally_add(&t, order[i], 1, 1));
    for (size_t i = 1; i < t.count; i++)
        assert_true(t.rows[i - 1].category < t.rows[i].category);
    assert_int_equal(t.count, 7);
    tally_free(&t);
}

static void a_count_below_zero_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    tally t = {0};
    assert_false(tally_add(&t, 5, 3, -1));
    assert_null(tally_find(&t, 5));
    assert_int_equal(t.count, 0);
    assert_true(tally_add(&t, 5, 3, 2));
    assert_true(tally_add(&t, 5, 4, 2));
    assert_false(tally_add(&t, 5, 3, -3));
    assert_false(tally_add(&t, 5, DAY_UNKNOWN, -1));
    assert_false(tally_add(&t, 5, 3, INT32_MIN));
    assert_int_equal(tally_find(&t, 5)->total, 4);
    assert_int_equal(tally_find(&t, 5)->days[3], 2);
    assert_true(tally_add(&t, 5, 3, -2));
    assert_int_equal(tally_find(&t, 5)->total, 2);
    tally_free(&t);
}

static void a_count_that_no_number_holds_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    tally t = {0};
    assert_true(tally_add(&t, 5, 3, INT32_MAX));
    assert_true(tally_add(&t, 5, 3, INT32_MAX));
    assert_true(tally_add(&t, 5, 3, 1));
    assert_false(tally_add(&t, 5, 3, 1));
    assert_false(tally_add(&t, 5, 4, 1)); /* the total is full */
    assert_int_equal(tally_find(&t, 5)->total, UINT32_MAX);
    assert_int_equal(tally_find(&t, 5)->days[4], 0);
    tally_free(&t);
}

static void tidying_drops_what_has_become_zero_and_nothing_else(void **state)
{
    (void)state;
    tally t = {0};
    for (uint32_t category = 1; category <= 9; category++)
        assert_true(tally_add(&t, category, 1, (int32_t)category));
    for (uint32_t category = 1; category <= 9; category += 2)
        assert_true(tally_add(&t, category, 1, -(int32_t)category));
    tally_tidy(&t);
    assert_int_equal(t.count, 4);
    for (uint32_t category = 2; category <= 8; category += 2)
        assert_int_equal(tally_find(&t, category)->total, category);
    tally_tidy(&t);
    assert_int_equal(t.count, 4);
    tally_free(&t);
    tally_tidy(&t);
}

static void the_json_is_what_other_tools_will_read(void **state)
{
    (void)state;
    arena *memory = arena_create();
    tally t = {0};
    assert_text(tally_days_json(&t, memory), "{}");
    assert_text(tally_totals_json(&t, memory), "{}");
    assert_true(tally_add(&t, 12, 31, 2) && tally_add(&t, 12, 3, 1) && tally_add(&t, 7, DAY_UNKNOWN, 10));
    assert_true(tally_add(&t, 9, 1, 1) && tally_add(&t, 9, 1, -1)); /* zero: left out */
    assert_text(tally_days_json(&t, memory), "{\"7\":{\"0\":10},\"12\":{\"3\":1,\"31\":2}}");
    assert_text(tally_totals_json(&t, memory), "{\"7\":10,\"12\":3}");
    assert_true(tally_add(&t, 7, DAY_UNKNOWN, -10) && tally_add(&t, 12, 31, -2) && tally_add(&t, 12, 3, -1));
    assert_text(tally_days_json(&t, memory), "{}");
    assert_text(tally_totals_json(&t, memory), "{}");
    tally_free(&t);
    arena_destroy(&memory);
}

static void assert_same(const tally *a, const tally *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_memory_equal(&a->rows[i], &b->rows[i], sizeof a->rows[i]);
}

static void the_largest_numbers_read_back(void **state)
{
    (void)state;
    arena *memory = arena_create();
    tally t = {0}, back = {0};
    for (int day = 0; day < TALLY_DAYS; day++)
        assert_true(tally_add(&t, UINT32_MAX, day, 134217727));
    assert_true(tally_add(&t, UINT32_MAX - 1, 31, INT32_MAX));
    assert_true(tally_add(&t, UINT32_MAX - 1, 31, INT32_MAX));
    assert_true(tally_add(&t, UINT32_MAX - 1, 31, 1));
    assert_int_equal(tally_add_days_json(&back, tally_days_json(&t, memory)), STATUS_OK);
    assert_same(&t, &back);
    tally_free(&t);
    tally_free(&back);
    arena_destroy(&memory);
}

/* A table that can't be wrong. */
typedef struct model {
    uint32_t counts[CATEGORIES][TALLY_DAYS];
} model;

static void change_by_chance(chance *by, tally *t, model *m)
{
    uint32_t category = chance_below(by, CATEGORIES);
    int day = (int)chance_below(by, TALLY_DAYS);
    int32_t change = (int32_t)chance_below(by, 9) - 4;
    bool possible = (int32_t)m->counts[category][day] + change >= 0;
    assert_int_equal(tally_add(t, category, day, change), possible);
    if (possible)
        m->counts[category][day] += (uint32_t)change;
}

static void assert_like_model(const tally *t, const model *m)
{
    for (uint32_t category = 0; category < CATEGORIES; category++) {
        const tally_row *row = tally_find(t, category);
        uint32_t total = 0;
        for (int day = 0; day < TALLY_DAYS; day++) {
            assert_int_equal(row != NULL ? row->days[day] : 0, m->counts[category][day]);
            total += m->counts[category][day];
        }
        assert_int_equal(row != NULL ? row->total : 0, total);
    }
}

static void sum_total(void *context, uint32_t category, uint32_t total)
{
    uint32_t *totals = context;
    assert_true(category < CATEGORIES);
    totals[category] += total;
}

static void assert_totals(text json, const model *m)
{
    uint32_t totals[CATEGORIES] = {0};
    assert_int_equal(tally_visit_totals(json, sum_total, totals), STATUS_OK);
    for (uint32_t category = 0; category < CATEGORIES; category++)
        for (int day = 0; day < TALLY_DAYS; day++)
            totals[category] -= m->counts[category][day];
    for (uint32_t category = 0; category < CATEGORIES; category++)
        assert_int_equal(totals[category], 0);
}

static void random_changes_agree_with_a_plain_table_and_read_back(void **state)
{
    (void)state;
    chance by = {9};
    arena *memory = arena_create();
    for (int round = 0; round < 200; round++) {
        tally t = {0}, back = {0};
        model m = {0};
        for (uint32_t i = chance_below(&by, 600); i > 0; i--)
            change_by_chance(&by, &t, &m);
        assert_like_model(&t, &m);
        tally_tidy(&t);
        assert_int_equal(tally_add_days_json(&back, tally_days_json(&t, memory)), STATUS_OK);
        assert_same(&t, &back);
        assert_totals(tally_totals_json(&t, memory), &m);
        tally_free(&t);
        tally_free(&back);
        arena_reset(memory);
    }
    arena_destroy(&memory);
}

static void json_is_added_to_what_is_there(void **state)
{
    (void)state;
    tally t = {0};
    assert_int_equal(tally_add_days_json(&t, OCTETS("{\"12\":{\"3\":1,\"31\":2}}")), STATUS_OK);
    assert_int_equal(tally_add_days_json(&t, OCTETS("{}")), STATUS_OK);
    assert_int_equal(tally_add_days_json(&t, OCTETS("{\"7\":{\"0\":5},\"12\":{\"3\":4}}")), STATUS_OK);
    assert_int_equal(tally_find(&t, 12)->days[3], 5);
    assert_int_equal(tally_find(&t, 12)->total, 7);
    assert_int_equal(tally_find(&t, 7)->total, 5);
    tally_free(&t);
}

static void ignore_total(void *context, uint32_t category, uint32_t total)
{
    (void)context, (void)category, (void)total;
}

/* A copy of just its size, so that reading on would be noticed. */
static status days_status(text json)
{
    tally t = {0};
    char *room = memory_new(1, json.size);
    if (json.size > 0)
        memcpy(room, json.at, json.size);
    status st = tally_add_days_json(&t, json.at == NULL ? json : (text){room, json.size});
    free(room);
    tally_free(&t);
    return st;
}

static void malformed_days_are_corrupt(void **state)
{
    (void)state;
    const text wrong[] = {
        {NULL, 0}, OCTETS(""), OCTETS(" "), OCTETS("{"), OCTETS("}"), OCTETS("[]"), OCTETS("null"), OCTETS("0"), OCTETS("{}}"),
        OCTETS("{} "), OCTETS(" {}"), OCTETS("{}\0"), OCTETS("{\"12\"}"), OCTETS("{\"12\":}"), OCTETS("{\"12\":3}"),
        OCTETS("{\"12\":{}}"), OCTETS("{\"12\":{\"3\":1}"), OCTETS("{\"12\":{\"3\":1}},"), OCTETS("{\"12\":{\"3\":1},}"),
        OCTETS("{\"12\":{\"3\":1,}}"), OCTETS("{,\"12\":{\"3\":1}}"), OCTETS("{\"12\":{\"32\":1}}"), OCTETS("{\"12\":{\"3\":-1}}"),
        OCTETS("{\"12\":{\"-3\":1}}"), OCTETS("{\"-12\":{\"3\":1}}"), OCTETS("{\"12\":{\"3\":1.0}}"), OCTETS("{\"12\":{\"3\":1e3}}"),
        OCTETS("{\"12\":{\"3\":\"1\"}}"), OCTETS("{12:{\"3\":1}}"), OCTETS("{\"12\":{3:1}}"), OCTETS("{\"12\" :{\"3\":1}}"),
        OCTETS("{\"\":{\"3\":1}}"), OCTETS("{\"x\":{\"3\":1}}"), OCTETS("{\"12\":{\"\":1}}"), OCTETS("{\"12\":{\"3\":}}"),
        OCTETS("{\"4294967296\":{\"3\":1}}"), OCTETS("{\"12\":{\"3\":4294967296}}"), OCTETS("{\"12\":{\"4294967297\":1}}"),
        OCTETS("{\"99999999999999999999999\":{\"3\":1}}"), OCTETS("{\"12\":{\"3\":18446744073709551617}}"),
        OCTETS("{\"12\":{\"3\":4294967295,\"4\":1}}"), OCTETS("{\"12\":{\"3\":1}}{\"13\":{\"3\":1}}"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (days_status(wrong[i]) != STATUS_CORRUPT)
            fail_msg("%.*s was taken", TEXT_ARGS(wrong[i]));
}

static void malformed_totals_are_corrupt(void **state)
{
    (void)state;
    const text wrong[] = {
        {NULL, 0}, OCTETS(""), OCTETS("{"), OCTETS("[]"), OCTETS("{}}"), OCTETS("{\"12\"}"), OCTETS("{\"12\":}"),
        OCTETS("{\"12\":3"), OCTETS("{\"12\":3,}"), OCTETS("{\"12\":-3}"), OCTETS("{\"12\":3.5}"), OCTETS("{\"12\":{\"3\":1}}"),
        OCTETS("{\"12\":4294967296}"), OCTETS("{\"4294967296\":1}"), OCTETS("{\"12\":3} "), OCTETS("{12:3}"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (tally_visit_totals(wrong[i], ignore_total, NULL) != STATUS_CORRUPT)
            fail_msg("%.*s was taken", TEXT_ARGS(wrong[i]));
}

static void json_cut_off_anywhere_is_corrupt(void **state)
{
    (void)state;
    text whole = OCTETS("{\"7\":{\"0\":10},\"12\":{\"3\":1,\"31\":22}}");
    assert_int_equal(days_status(whole), STATUS_OK);
    for (size_t size = 0; size < whole.size; size++)
        assert_int_equal(days_status((text){whole.at, size}), STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_stands_under_its_category_and_day),
        cmocka_unit_test(rows_stand_in_order_of_their_categories),
        cmocka_unit_test(a_count_below_zero_is_refused_and_changes_nothing),
        cmocka_unit_test(a_count_that_no_number_holds_is_refused_and_changes_nothing),
        cmocka_unit_test(tidying_drops_what_has_become_zero_and_nothing_else),
        cmocka_unit_test(the_json_is_what_other_tools_will_read),
        cmocka_unit_test(the_largest_numbers_read_back),
        cmocka_unit_test(random_changes_agree_with_a_plain_table_and_read_back),
        cmocka_unit_test(json_is_added_to_what_is_there),
        cmocka_unit_test(malformed_days_are_corrupt),
        cmocka_unit_test(malformed_totals_are_corrupt),
        cmocka_unit_test(json_cut_off_anywhere_is_corrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
