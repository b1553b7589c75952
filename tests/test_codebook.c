/* Promise: a code has one number within its kind, from 1 on and for ever; what was added is new until the
 * store has it, and forgotten without a trace if the store refused. */
#include "figures/codebook.h"

#include <stdio.h>
#include <string.h>

#include "store_fixtures.h"
#include "testing.h"

static void numbers_run_from_one_within_each_kind(void **state)
{
    (void)state;
    codebook *book = codebook_create();
    for (int kind = 1; kind < CODE_KINDS; kind++) {
        assert_int_equal(codebook_last(book, (code_kind)kind), 0);
        if (kind == CODE_PLACE)
            continue;
        assert_int_equal(codebook_number(book, (code_kind)kind, text_of("a")), 1);
        assert_int_equal(codebook_number(book, (code_kind)kind, text_of("b")), 2);
        assert_int_equal(codebook_number(book, (code_kind)kind, text_of("a")), 1);
        assert_int_equal(codebook_find(book, (code_kind)kind, text_of("b")), 2);
        assert_int_equal(codebook_last(book, (code_kind)kind), 2);
        assert_text(codebook_at(book, (code_kind)kind, 2).code, "b");
    }
    codebook_destroy(&book);
    assert_null(book);
    codebook_destroy(&book);
}

static void finding_adds_nothing(void **state)
{
    (void)state;
    size_t count;
    codebook *book = codebook_create();
    assert_int_equal(codebook_find(book, CODE_ORIGIN, text_of("a")), 0);
    assert_int_equal(codebook_find_place(book, text_of("a"), text_of("b"), text_of("c")), 0);
    assert_int_equal(codebook_find(book, CODE_ORIGIN, (text){0}), 0);
    assert_int_equal(codebook_last(book, CODE_ORIGIN), 0);
    (void)codebook_new(book, &count);
    assert_int_equal(count, 0);
    codebook_destroy(&book);
}

static void an_empty_code_has_number_zero_and_is_not_added(void **state)
{
    (void)state;
    codebook *book = codebook_create();
    assert_int_equal(codebook_number(book, CODE_MARKERS, (text){0}), 0);
    assert_int_equal(codebook_place_number(book, (text){0}, text_of(""), (text){0}), 0);
    assert_int_equal(codebook_last(book, CODE_MARKERS), 0);
    assert_int_equal(codebook_last(book, CODE_PLACE), 0);
    codebook_destroy(&book);
}

static void a_number_that_was_never_given_stands_for_nothing(void **state)
{
    (void)state;
    codebook *book = codebook_create();
    (void)codebook_number(book, CODE_ORIGIN, text_of("a"));
    static const uint32_t wrong[] = {0, 2, UINT32_MAX};
    for (size_t i = 0; i < 3; i++) {
        stored_code none = codebook_at(book, CODE_ORIGIN, wrong[i]);
        assert_int_equal(none.code.size + none.name.size + none.hint.size, 0);
        assert_int_equal(none.id, 0);
    }
    codebook_destroy(&book);
}

static void places_differ_by_each_of_their_three_texts(void **state)
{
    (void)state;
    static const char *const places[][3] = {{"ab", "c", ""}, {"a", "bc", ""}, {"", "ab", "c"}, {"ab", "", "c"},
                                            {"ab", "", ""}, {"", "", "ab"}, {"AB", "c", ""}};
    enum { COUNT = sizeof places / sizeof places[0] };
    codebook *book = codebook_create();
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < COUNT; i++)
            assert_int_equal(codebook_place_number(book, text_of(places[i][0]), text_of(places[i][1]), text_of(places[i][2])),
                             i + 1);
    stored_code found = codebook_at(book, CODE_PLACE, 4);
    assert_text(found.code, "ab");
    assert_text(found.name, "");
    assert_text(found.hint, "c");
    assert_int_equal(codebook_find_place(book, text_of("a"), text_of("bc"), (text){0}), 2);
    assert_int_equal(codebook_find_place(book, text_of("a"), text_of("b"), text_of("c")), 0);
    codebook_destroy(&book);
}

static void a_place_may_be_as_long_as_its_bounds(void **state)
{
    (void)state;
    arena *memory = arena_create();
    codebook *book = codebook_create();
    text longest = text_filled(memory, 'x', CODE_SIZE_MAX);
    assert_int_equal(codebook_place_number(book, longest, longest, longest), 1);
    assert_int_equal(codebook_find_place(book, longest, longest, longest), 1);
    codebook_destroy(&book);
    arena_destroy(&memory);
}

static void the_book_keeps_its_own_copy_of_a_code(void **state)
{
    (void)state;
    char code[] = "abc";
    codebook *book = codebook_create();
    (void)codebook_number(book, CODE_ORIGIN, text_of(code));
    (void)codebook_place_number(book, text_of(code), text_of(code), text_of(code));
    memset(code, 'x', 3);
    assert_int_equal(codebook_find(book, CODE_ORIGIN, text_of("abc")), 1);
    assert_int_equal(codebook_find_place(book, text_of("abc"), text_of("abc"), text_of("abc")), 1);
    assert_text(codebook_at(book, CODE_ORIGIN, 1).code, "abc");
    codebook_destroy(&book);
}

static void many_codes_are_told_apart(void **state)
{
    (void)state;
    char code[16];
    codebook *book = codebook_create();
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 1; i <= 10000; i++) {
            (void)snprintf(code, sizeof code, "E%07u", i);
            assert_int_equal(codebook_number(book, CODE_AREA, text_of(code)), i);
        }
    assert_text(codebook_at(book, CODE_AREA, 9999).code, "E0009999");
    codebook_destroy(&book);
}

static void what_was_added_is_new_until_it_is_settled(void **state)
{
    (void)state;
    size_t count;
    codebook *book = codebook_create();
    (void)codebook_number(book, CODE_ORIGIN, text_of("a"));
    (void)codebook_place_number(book, text_of("b"), text_of("n"), text_of("h"));
    (void)codebook_number(book, CODE_ORIGIN, text_of("a"));
    const stored_code *fresh = codebook_new(book, &count);
    assert_int_equal(count, 2);
    assert_int_equal(fresh[0].kind, CODE_ORIGIN);
    assert_int_equal(fresh[1].id, 1);
    assert_text(fresh[1].hint, "h");
    codebook_settle(book);
    (void)codebook_new(book, &count);
    assert_int_equal(count, 0);
    assert_int_equal(codebook_number(book, CODE_ORIGIN, text_of("c")), 2);
    fresh = codebook_new(book, &count);
    assert_int_equal(count, 1);
    assert_text(fresh[0].code, "c");
    codebook_destroy(&book);
}

static void what_could_not_be_stored_is_forgotten_without_a_trace(void **state)
{
    (void)state;
    size_t count;
    codebook *book = codebook_create();
    (void)codebook_number(book, CODE_ORIGIN, text_of("a"));
    codebook_settle(book);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(codebook_number(book, CODE_ORIGIN, text_of("b")), 2);
        assert_int_equal(codebook_place_number(book, text_of("p"), text_of("q"), (text){0}), 1);
        assert_int_equal(codebook_number(book, CODE_ORIGIN, text_of("c")), 3);
        codebook_forget_new(book);
        assert_int_equal(codebook_find(book, CODE_ORIGIN, text_of("b")), 0);
        assert_int_equal(codebook_find_place(book, text_of("p"), text_of("q"), (text){0}), 0);
        assert_int_equal(codebook_at(book, CODE_ORIGIN, 2).code.size, 0);
        assert_int_equal(codebook_last(book, CODE_ORIGIN), 1);
        assert_int_equal(codebook_find(book, CODE_ORIGIN, text_of("a")), 1);
        (void)codebook_new(book, &count);
        assert_int_equal(count, 0);
    }
    assert_int_equal(codebook_number(book, CODE_ORIGIN, text_of("d")), 2);
    codebook_destroy(&book);
}

static codebook *loaded(store *from)
{
    codebook *book = codebook_create();
    assert_int_equal(codebook_load(book, from), STATUS_OK);
    return book;
}

static void a_book_that_was_stored_loads_with_the_same_numbers_and_goes_on(void **state)
{
    place *self = *state;
    size_t count;
    codebook *book = codebook_create();
    (void)codebook_number(book, CODE_ORIGIN, text_of("a"));
    (void)codebook_number(book, CODE_ORIGIN, text_of("b"));
    (void)codebook_place_number(book, text_of("c"), text_of("n"), text_of("h"));
    const stored_code *fresh = codebook_new(book, &count);
    assert_committed(self->writer, &(store_group){.codes = fresh, .code_count = count});
    codebook_destroy(&book);
    book = loaded(self->writer);
    (void)codebook_new(book, &count);
    assert_int_equal(count, 0);
    assert_int_equal(codebook_find(book, CODE_ORIGIN, text_of("b")), 2);
    assert_int_equal(codebook_find_place(book, text_of("c"), text_of("n"), text_of("h")), 1);
    assert_int_equal(codebook_number(book, CODE_ORIGIN, text_of("d")), 3);
    codebook_destroy(&book);
}

static void an_empty_store_gives_an_empty_book(void **state)
{
    place *self = *state;
    codebook *book = loaded(self->writer);
    assert_int_equal(codebook_last(book, CODE_ORIGIN), 0);
    codebook_destroy(&book);
}

static void assert_corrupt(store *with, const stored_code *codes, size_t count)
{
    codebook *book = codebook_create();
    assert_committed(with, &(store_group){.codes = codes, .code_count = count});
    assert_int_equal(codebook_load(book, with), STATUS_CORRUPT);
    codebook_destroy(&book);
}

static void numbers_with_a_gap_are_a_corrupt_store(void **state)
{
    place *self = *state;
    static const stored_code codes[] = {{.kind = CODE_ORIGIN, .id = 1, .code = {"a", 1}},
                                        {.kind = CODE_ORIGIN, .id = 3, .code = {"c", 1}}};
    assert_corrupt(self->writer, codes, 2);
}

static void a_kind_that_is_none_is_a_corrupt_store(void **state)
{
    place *self = *state;
    static const stored_code code = {.kind = (code_kind)CODE_KINDS, .id = 1, .code = {"a", 1}};
    assert_corrupt(self->writer, &code, 1);
}

static void a_code_that_stands_twice_is_a_corrupt_store(void **state)
{
    place *self = *state;
    static const stored_code codes[] = {{.kind = CODE_ORIGIN, .id = 1, .code = {"a", 1}},
                                        {.kind = CODE_ORIGIN, .id = 2, .code = {"a", 1}}};
    assert_corrupt(self->writer, codes, 2);
}

#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, place_make_store, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_run_from_one_within_each_kind),
        cmocka_unit_test(finding_adds_nothing),
        cmocka_unit_test(an_empty_code_has_number_zero_and_is_not_added),
        cmocka_unit_test(a_number_that_was_never_given_stands_for_nothing),
        cmocka_unit_test(places_differ_by_each_of_their_three_texts),
        cmocka_unit_test(a_place_may_be_as_long_as_its_bounds),
        cmocka_unit_test(the_book_keeps_its_own_copy_of_a_code),
        cmocka_unit_test(many_codes_are_told_apart),
        cmocka_unit_test(what_was_added_is_new_until_it_is_settled),
        cmocka_unit_test(what_could_not_be_stored_is_forgotten_without_a_trace),
        IN_A_STORE(a_book_that_was_stored_loads_with_the_same_numbers_and_goes_on),
        IN_A_STORE(an_empty_store_gives_an_empty_book),
        IN_A_STORE(numbers_with_a_gap_are_a_corrupt_store),
        IN_A_STORE(a_kind_that_is_none_is_a_corrupt_store),
        IN_A_STORE(a_code_that_stands_twice_is_a_corrupt_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
