/* Promise: memory is there or the process ends; what an arena gives is aligned, its own, and reused
 * after a reset, with no more kept than the bound. */
#include "proto/memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { KEPT_MAX = 8 * 1024 * 1024, ALIGNMENT = _Alignof(max_align_t) };

/* The sanitizers shall answer with NULL, as the C library does. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void new_memory_is_zero_and_there_even_when_empty(void **state)
{
    (void)state;
    unsigned char *some = memory_new(100, 7), *none = memory_new(0, 0);
    for (int i = 0; i < 700; i++)
        assert_int_equal(some[i], 0);
    assert_non_null(none);
    free(some);
    free(none);
}

static void grown_memory_keeps_what_it_held(void **state)
{
    (void)state;
    unsigned char *some = memory_grow(NULL, 16, 1);
    memset(some, 'x', 16);
    some = memory_grow(some, 100000, 3);
    for (int i = 0; i < 16; i++)
        assert_int_equal(some[i], 'x');
    some = memory_grow(some, 0, 3);
    assert_non_null(some);
    free(some);
}

static void a_copied_string_is_equal_and_its_own(void **state)
{
    (void)state;
    char from[] = "Stafford";
    char *copy = memory_copy(from);
    from[0] = 'x';
    assert_string_equal(copy, "Stafford");
    free(copy);
}

static void an_array_with_room_keeps_its_elements_and_moves_seldom(void **state)
{
    (void)state;
    uint64_t *array = NULL;
    size_t capacity = 0, growths = 0;
    for (size_t used = 0; used < 100000; used++) {
        size_t before = capacity;
        array = memory_room(array, used, &capacity, sizeof *array);
        assert_true(capacity > used);
        growths += capacity != before;
        array[used] = used * 3;
    }
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(array[i], i * 3);
    assert_in_range(growths, 1, 20);
    free(array);
}

static void ask_for_too_many(void *context)
{
    (void)context;
    free(memory_new(SIZE_MAX / 2, 4));
}

static void grow_by_too_many(void *context)
{
    (void)context;
    free(memory_grow(NULL, SIZE_MAX / 2 + 1, 2));
}

static void take_more_than_there_is(void *context)
{
    arena *memory = arena_create();
    (void)arena_take(memory, *(const size_t *)context);
}

static void a_process_without_memory_ends_at_once(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 14, SIZE_MAX - 15, SIZE_MAX - 31, SIZE_MAX - 47, SIZE_MAX / 2};
    assert_int_equal(end_of_child(ask_for_too_many, NULL), -SIGABRT);
    assert_int_equal(end_of_child(grow_by_too_many, NULL), -SIGABRT);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = sizes[i];
        assert_int_equal(end_of_child(take_more_than_there_is, &size), -SIGABRT);
    }
}

static void everything_that_an_arena_gives_is_aligned_for_anything(void **state)
{
    (void)state;
    arena *memory = arena_create();
    for (size_t size = 0; size < 5000; size++)
        assert_int_equal((uintptr_t)arena_take(memory, size) % ALIGNMENT, 0);
    assert_int_equal((uintptr_t)arena_take(memory, 1000001) % ALIGNMENT, 0);
    arena_destroy(&memory);
}

struct piece {
    unsigned char *at;
    size_t size;
    unsigned char mark;
};

static void what_an_arena_gives_overlaps_nothing_else(void **state)
{
    (void)state;
    enum { PIECES = 3000 };
    static struct piece pieces[PIECES];
    chance by = {2};
    arena *memory = arena_create();
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < PIECES; i++) {
            size_t size = chance_below(&by, 100) == 0 ? chance_below(&by, 200000) : chance_below(&by, 100);
            pieces[i] = (struct piece){arena_take(memory, size), size, (unsigned char)chance_below(&by, 256)};
            memset(pieces[i].at, pieces[i].mark, size);
        }
        for (size_t i = 0; i < PIECES; i++)
            for (size_t k = 0; k < pieces[i].size; k++)
                assert_int_equal(pieces[i].at[k], pieces[i].mark);
        arena_reset(memory);
    }
    arena_destroy(&memory);
}

static void a_text_in_an_arena_is_a_copy_with_a_nul_behind_it(void **state)
{
    (void)state;
    arena *memory = arena_create();
    char from[] = "a\0b";
    text copy = arena_text(memory, (text){from, 3});
    from[0] = 'x';
    assert_int_equal(copy.size, 3);
    assert_memory_equal(copy.at, "a\0b", 4);
    text empty = arena_text(memory, (text){0});
    assert_int_equal(empty.size, 0);
    assert_string_equal(empty.at, "");
    arena_destroy(&memory);
}

static void what_is_printed_into_an_arena_is_whole_whatever_its_length(void **state)
{
    (void)state;
    arena *memory = arena_create();
    assert_text(arena_print(memory, "%s-%d", "E07000197", 2024), "E07000197-2024");
    assert_text(arena_print(memory, "%s", ""), "");
    text long_one = arena_print(memory, "%0200000d", 7);
    assert_int_equal(long_one.size, 200000);
    assert_int_equal(long_one.at[199999], '7');
    assert_int_equal(long_one.at[200000], '\0');
    arena_destroy(&memory);
}

static void use_some(arena *memory)
{
    for (int i = 0; i < 2000; i++)
        (void)arena_take(memory, 100);
    (void)arena_take(memory, 1024 * 1024);
    for (int i = 0; i < 2000; i++)
        (void)arena_take(memory, 100);
}

static void the_same_use_after_a_reset_takes_no_more_from_the_system(void **state)
{
    (void)state;
    arena *memory = arena_create();
    use_some(memory);
    size_t held = arena_held(memory);
    assert_true(held >= 1024 * 1024 + 400000);
    for (int round = 0; round < 100; round++) {
        arena_reset(memory);
        use_some(memory);
        assert_int_equal(arena_held(memory), held);
    }
    arena_destroy(&memory);
}

static void no_more_than_the_bound_is_held_after_a_reset(void **state)
{
    (void)state;
    arena *memory = arena_create();
    (void)arena_take(memory, 64 * 1024 * 1024);
    assert_true(arena_held(memory) >= 64 * 1024 * 1024);
    arena_reset(memory);
    assert_in_range(arena_held(memory), 0, KEPT_MAX);
    for (int i = 0; i < 1000; i++)
        (void)arena_take(memory, 50000);
    arena_reset(memory);
    assert_in_range(arena_held(memory), 0, KEPT_MAX);
    arena_destroy(&memory);
}

static void uses_that_differ_never_make_an_arena_hold_more(void **state)
{
    (void)state;
    chance by = {3};
    arena *memory = arena_create();
    size_t before = heap_in_use();
    for (int round = 0; round < 300; round++) {
        for (uint32_t i = chance_below(&by, 40); i > 0; i--)
            (void)arena_take(memory, chance_below(&by, 1u << chance_below(&by, 21)));
        arena_reset(memory);
        assert_in_range(arena_held(memory), 0, KEPT_MAX);
        assert_in_range(heap_in_use() - before, 0, KEPT_MAX + 1024 * 1024);
    }
    arena_destroy(&memory);
}

static void destroying_nothing_is_allowed(void **state)
{
    (void)state;
    arena *none = NULL;
    arena_destroy(&none);
    assert_null(none);
    none = arena_create();
    arena_reset(none);
    assert_int_equal(arena_held(none), 0);
    arena_destroy(&none);
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero_and_there_even_when_empty),
        cmocka_unit_test(grown_memory_keeps_what_it_held),
        cmocka_unit_test(a_copied_string_is_equal_and_its_own),
        cmocka_unit_test(an_array_with_room_keeps_its_elements_and_moves_seldom),
        cmocka_unit_test(a_process_without_memory_ends_at_once),
        cmocka_unit_test(everything_that_an_arena_gives_is_aligned_for_anything),
        cmocka_unit_test(what_an_arena_gives_overlaps_nothing_else),
        cmocka_unit_test(a_text_in_an_arena_is_a_copy_with_a_nul_behind_it),
        cmocka_unit_test(what_is_printed_into_an_arena_is_whole_whatever_its_length),
        cmocka_unit_test(the_same_use_after_a_reset_takes_no_more_from_the_system),
        cmocka_unit_test(no_more_than_the_bound_is_held_after_a_reset),
        cmocka_unit_test(uses_that_differ_never_make_an_arena_hold_more),
        cmocka_unit_test(destroying_nothing_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
