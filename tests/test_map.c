/* Promise: a map gives back the last number put under exactly this key, until it is removed, whatever
 * else came and went meanwhile. */
#include "proto/map.h"

#include <stdio.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { KEYS = 10000, KEY_SIZE = 24 };

static char names[KEYS][KEY_SIZE];

static text key_of(uint32_t i)
{
    return text_of(names[i]);
}

static int name_keys(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < KEYS; i++)
        (void)snprintf(names[i], KEY_SIZE, "E%08u", i * 7u);
    return 0;
}

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    uint32_t untouched = 7;
    map *m = map_create();
    assert_false(map_find(m, text_of("E07000197"), &untouched));
    assert_false(map_find(m, (text){0}, &untouched));
    assert_false(map_remove(m, text_of("E07000197")));
    assert_int_equal(map_count(m), 0);
    assert_int_equal(untouched, 7);
    map_destroy(&m);
    assert_null(m);
    map_destroy(&m);
}

static void ten_thousand_keys_are_told_apart(void **state)
{
    (void)state;
    uint32_t value;
    map *m = map_create();
    for (uint32_t i = 0; i < KEYS; i++)
        map_put(m, key_of(i), i);
    assert_int_equal(map_count(m), KEYS);
    for (uint32_t i = 0; i < KEYS; i++) {
        char copy[KEY_SIZE];
        memcpy(copy, names[i], KEY_SIZE);
        assert_true(map_find(m, text_of(copy), &value));
        assert_int_equal(value, i);
    }
    assert_false(map_find(m, text_of("E00000001"), &value));
    map_destroy(&m);
}

static void a_second_number_under_a_key_replaces_the_first(void **state)
{
    (void)state;
    uint32_t value;
    map *m = map_create();
    map_put(m, text_of("a"), 1);
    map_put(m, text_of("a"), UINT32_MAX);
    assert_int_equal(map_count(m), 1);
    assert_true(map_find(m, text_of("a"), &value));
    assert_int_equal(value, UINT32_MAX);
    map_destroy(&m);
}

static void keys_are_octets_nuls_and_nothing_included(void **state)
{
    (void)state;
    static const text keys[] = {{NULL, 0}, {"a", 1}, {"a\0", 2}, {"a\0b", 3}, {"a\0c", 3}, {"A", 1}, {"\xff", 1}};
    enum { COUNT = sizeof keys / sizeof keys[0] };
    uint32_t value;
    map *m = map_create();
    for (uint32_t i = 0; i < COUNT; i++)
        map_put(m, keys[i], i);
    assert_int_equal(map_count(m), COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_true(map_find(m, keys[i], &value));
        assert_int_equal(value, i);
    }
    assert_true(map_find(m, text_of(""), &value));
    map_destroy(&m);
}

/* The whole map against a table that can't be wrong. */
static void assert_like_model(const map *m, const int64_t *model, uint32_t keys)
{
    size_t count = 0;
    for (uint32_t i = 0; i < keys; i++) {
        uint32_t value;
        bool found = map_find(m, key_of(i), &value);
        assert_int_equal(found, model[i] >= 0);
        if (found)
            assert_int_equal(value, model[i]);
        count += found;
    }
    assert_int_equal(map_count(m), count);
}

/* Few keys in a small table: clusters form, wrap around its end, and are broken up again and again. */
static void random_puts_and_removals_agree_with_a_plain_table(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {7, 8, 15, 31, 60, 500};
    chance by = {4};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        int64_t model[500];
        memset(model, -1, sizeof model);
        map *m = map_create();
        for (int step = 0; step < 4000; step++) {
            uint32_t key = chance_below(&by, sizes[s]), value = chance_below(&by, 1000);
            if (chance_below(&by, 2) == 0) {
                map_put(m, key_of(key), value);
                model[key] = value;
            } else {
                assert_int_equal(map_remove(m, key_of(key)), model[key] >= 0);
                model[key] = -1;
            }
            if (step % 16 == 0 || sizes[s] < 16)
                assert_like_model(m, model, sizes[s]);
        }
        map_destroy(&m);
    }
}

static void what_is_left_after_many_removals_is_all_there(void **state)
{
    (void)state;
    uint32_t value;
    map *m = map_create();
    for (uint32_t i = 0; i < KEYS; i++)
        map_put(m, key_of(i), i);
    for (uint32_t i = 0; i < KEYS; i++)
        if (i % 3 != 0)
            assert_true(map_remove(m, key_of(i)));
    for (uint32_t i = 0; i < KEYS; i++)
        assert_int_equal(map_find(m, key_of(i), &value), i % 3 == 0);
    for (uint32_t i = 0; i < KEYS; i += 3)
        assert_true(map_remove(m, key_of(i)));
    assert_int_equal(map_count(m), 0);
    map_destroy(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(ten_thousand_keys_are_told_apart),
        cmocka_unit_test(a_second_number_under_a_key_replaces_the_first),
        cmocka_unit_test(keys_are_octets_nuls_and_nothing_included),
        cmocka_unit_test(random_puts_and_removals_agree_with_a_plain_table),
        cmocka_unit_test(what_is_left_after_many_removals_is_all_there),
    };
    return cmocka_run_group_tests(tests, name_keys, NULL);
}
