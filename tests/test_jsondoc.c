/* Promise: what is put into a JSON value is what is written and what is read back, to ten significant digits; text that
 * is no JSON is refused with the place of its fault. */
#include "proto/jsondoc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { WHY_SIZE = 160 };

static int make_memory(void **state)
{
    *state = arena_create();
    return 0;
}

static int forget_memory(void **state)
{
    arena *memory = *state;
    arena_destroy(&memory);
    return 0;
}

static jsondoc *read_good(text from)
{
    jsondoc *made = NULL;
    char why[WHY_SIZE] = "";
    if (jsondoc_read(from, &made, why, sizeof why) != STATUS_OK)
        fail_msg("%.*s is refused: %s", TEXT_ARGS(from), why);
    return made;
}

static void assert_refused(text from, const char *words)
{
    char why[WHY_SIZE] = "";
    jsondoc *const mark = (jsondoc *)(void *)why;
    jsondoc *made = mark;
    if (jsondoc_read(from, &made, why, sizeof why) != STATUS_MALFORMED)
        fail_msg("%.*s is taken", TEXT_ARGS(from));
    if (strstr(why, words) == NULL)
        fail_msg("%.*s is refused in other words: %s", TEXT_ARGS(from), why);
    assert_ptr_equal(made, mark);
}

/* Read, and printed again. */
static void assert_printed(arena *memory, const char *from, const char *expected)
{
    jsondoc *made = read_good(text_of(from));
    assert_text(jsondoc_print(made, memory), expected);
    jsondoc_destroy(&made);
    assert_null(made);
}

/* --- making -------------------------------------------------------------------------------------- */

static jsondoc *one_of_each(void)
{
    jsondoc *made = jsondoc_object();
    jsondoc_put_text(made, "area", text_of("E07000197"));
    jsondoc_put_integer(made, "count", INT64_MAX);
    jsondoc_put_number(made, "rate", 2.286);
    jsondoc_put_bool(made, "whole", true);
    jsondoc_put_null(made, "previous");
    jsondoc_put_date(made, "from", 20178); /* 2025-03-31 */
    jsondoc *list = jsondoc_put_array(made, "rows");
    jsondoc_add_text(list, text_of("a"));
    jsondoc_put_integer(jsondoc_add_object(list), "b", -1);
    jsondoc_put_bool(jsondoc_put_object(made, "inner"), "is", false);
    return made;
}

static void what_is_put_in_is_written_in_that_order(void **state)
{
    jsondoc *made = one_of_each();
    assert_text(jsondoc_print(made, *state),
                "{\"area\": \"E07000197\", \"count\": 9223372036854775807, \"rate\": 2.286, \"whole\": true, "
                "\"previous\": null, \"from\": \"2025-03-31\", \"rows\": [\"a\", {\"b\": -1}], \"inner\": {\"is\": false}}");
    jsondoc_destroy(&made);
    jsondoc_destroy(&made); /* twice is harmless */
}

static void a_later_value_takes_the_place_of_an_earlier_one(void **state)
{
    jsondoc *made = jsondoc_object();
    jsondoc_put_integer(made, "a", 1);
    jsondoc_put_text(made, "a", text_of("now"));
    assert_text(jsondoc_print(made, *state), "{\"a\": \"now\"}");
    jsondoc_destroy(&made);
}

static void what_can_not_be_written_is_null(void **state)
{
    jsondoc *made = jsondoc_object();
    jsondoc_put_text(made, "latin", text_of("caf\xe9"));
    jsondoc_put_text(made, "none", (text){0});
    jsondoc_put_number(made, "nan", nan(""));
    jsondoc_put_number(made, "infinite", INFINITY);
    jsondoc_put_date(made, "never", DAY_NONE);
    jsondoc_add_text(jsondoc_put_array(made, "list"), text_of("\xff"));
    assert_text(jsondoc_print(made, *state),
                "{\"latin\": null, \"none\": \"\", \"nan\": null, \"infinite\": null, \"never\": null, \"list\": [null]}");
    jsondoc_destroy(&made);
}

static void numbers_have_ten_significant_digits(void **state)
{
    jsondoc *made = jsondoc_array();
    jsondoc_put_number(jsondoc_add_object(made), "n", 0.1 + 0.2);
    jsondoc_put_number(jsondoc_add_object(made), "n", 1.0 / 3);
    jsondoc_put_number(jsondoc_add_object(made), "n", -5);
    jsondoc_put_number(jsondoc_add_object(made), "n", 1e-12);
    assert_text(jsondoc_print(made, *state),
                "[{\"n\": 0.3}, {\"n\": 0.3333333333}, {\"n\": -5.0}, {\"n\": 1e-12}]");
    jsondoc_destroy(&made);
}

static void characters_that_json_escapes_come_back(void **state)
{
    static const char hard[] = "quote \" back \\ slash / line \n tab \t bell \x07 Ynys M\xc3\xb4n \xf0\x9f\x9a\xa8";
    jsondoc *made = jsondoc_object();
    jsondoc_put_text(made, "t", text_of(hard));
    text printed = jsondoc_print(made, *state);
    assert_null(memchr(printed.at, '\n', printed.size));
    jsondoc *again = read_good(printed);
    assert_text(jsondoc_text(jsondoc_get(again, "t")), hard);
    jsondoc_destroy(&made);
    jsondoc_destroy(&again);
}

static void a_file_has_it_on_one_line_or_indented_with_a_line_end(void **state)
{
    arena *memory = *state;
    char *octets = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&octets, &size);
    jsondoc *made = jsondoc_object();
    jsondoc_put_integer(made, "a", 1);
    jsondoc_write(made, out, false);
    jsondoc_write(made, out, true);
    (void)fclose(out);
    assert_texts(arena_text(memory, (text){octets, size}), text_of("{\"a\": 1}\n{\n  \"a\": 1\n}\n"));
    free(octets);
    jsondoc_destroy(&made);
}

static void a_value_that_is_no_object_is_written_as_well(void **state)
{
    static const char *const values[] = {"\"a\"", "7", "true", "null", "[]"};
    for (size_t i = 0; i < 5; i++)
        assert_printed(*state, values[i], values[i]);
}

static void whatever_is_made_reads_back_as_it_was(void **state)
{
    jsondoc *made = one_of_each();
    text printed = jsondoc_print(made, *state);
    jsondoc *again = read_good(printed);
    assert_texts(jsondoc_print(again, *state), printed);
    jsondoc_destroy(&made);
    jsondoc_destroy(&again);
}

/* --- reading ------------------------------------------------------------------------------------- */

static void each_kind_of_value_is_told_apart(void **state)
{
    (void)state;
    static const struct { const char *json; jsondoc_kind kind; } each[] = {
        {"null", JSONDOC_NULL}, {"true", JSONDOC_BOOL}, {"false", JSONDOC_BOOL}, {"0", JSONDOC_NUMBER},
        {"-1.5e3", JSONDOC_NUMBER}, {"\"\"", JSONDOC_TEXT}, {"[]", JSONDOC_ARRAY}, {" {} \n", JSONDOC_OBJECT},
    };
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        jsondoc *made = read_good(text_of(each[i].json));
        assert_int_equal(jsondoc_kind_of(made), each[i].kind);
        jsondoc_destroy(&made);
    }
}

static void members_and_elements_are_found_where_they_are(void **state)
{
    (void)state;
    jsondoc *made = read_good(text_of("{\"b\": 1, \"a\": [\"x\", \"y\"], \"c\": true}"));
    assert_text(jsondoc_text(jsondoc_at(jsondoc_get(made, "a"), 1)), "y");
    assert_int_equal(jsondoc_size(jsondoc_get(made, "a")), 2);
    assert_null(jsondoc_at(jsondoc_get(made, "a"), 2));
    assert_null(jsondoc_get(made, "d"));
    assert_null(jsondoc_get(jsondoc_get(made, "b"), "x"));
    assert_null(jsondoc_get(NULL, "x"));
    assert_int_equal(jsondoc_size(jsondoc_get(made, "b")), 0);
    assert_string_equal(jsondoc_key(made, 0), "b");
    assert_string_equal(jsondoc_key(made, 2), "c");
    assert_null(jsondoc_key(made, 3));
    assert_null(jsondoc_key(jsondoc_get(made, "a"), 0));
    jsondoc_destroy(&made);
}

static void a_value_of_another_kind_is_empty_or_zero(void **state)
{
    (void)state;
    jsondoc *made = read_good(text_of("{\"t\": \"7\", \"n\": 7, \"r\": 7.5, \"b\": true, \"o\": {}}"));
    int64_t whole = -1;
    assert_int_equal(jsondoc_text(jsondoc_get(made, "n")).size, 0);
    assert_int_equal(jsondoc_text(NULL).size, 0);
    assert_true(jsondoc_number(jsondoc_get(made, "t")) == 0);
    assert_true(jsondoc_number(NULL) == 0);
    assert_true(jsondoc_number(jsondoc_get(made, "b")) == 1);
    assert_true(jsondoc_number(jsondoc_get(made, "n")) == 7);
    assert_true(jsondoc_number(jsondoc_get(made, "r")) == 7.5);
    assert_false(jsondoc_integer(jsondoc_get(made, "t"), &whole));
    assert_false(jsondoc_integer(jsondoc_get(made, "r"), &whole));
    assert_false(jsondoc_integer(jsondoc_get(made, "b"), &whole));
    assert_false(jsondoc_integer(NULL, &whole));
    assert_int_equal(whole, -1);
    assert_true(jsondoc_integer(jsondoc_get(made, "n"), &whole));
    assert_int_equal(whole, 7);
    jsondoc_destroy(&made);
}

static void whole_numbers_are_read_to_the_last_digit_or_refused(void **state)
{
    assert_printed(*state, "[9223372036854775807, -9223372036854775808]", "[9223372036854775807, -9223372036854775808]");
    assert_refused(text_of("9223372036854775808"), "octet");
    assert_refused(text_of("-9223372036854775809"), "octet");
    assert_refused(text_of("1e999"), "octet");
}

static void what_is_no_json_is_refused_with_the_octet(void **state)
{
    (void)state;
    static const text wrong[] = {
        {"", 0}, {NULL, 0}, {" ", 1}, {"nul", 3}, {"{\"a\":1", 6}, {"[1,]", 4}, {"{'a':1}", 7}, {"01", 2}, {"+1", 2},
        {"NaN", 3}, {"\"\xff\"", 3}, {"\"a\nb\"", 5}, {"\"\\x\"", 4}, {"\"\\ud800\"", 8}, {"[1] 2", 5}, {"{}{}", 4},
        {"\"\\u0000\"", 8}, {"\"a\0b\"", 5}, {"{}\0", 3}, {"\xef\xbb\xbf{}", 5},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_refused(wrong[i], "(at octet ");
    assert_refused(text_of("{\"a\": x}"), "(at octet 7)");
}

static void a_key_that_stands_twice_is_refused(void **state)
{
    (void)state;
    assert_refused(text_of("{\"a\": 1, \"a\": 2}"), "duplicate");
}

static void values_nested_without_end_are_refused(void **state)
{
    arena *memory = *state;
    assert_refused(text_filled(memory, '[', 1000000), "depth");
}

#define WITH_MEMORY(test) cmocka_unit_test_setup_teardown(test, make_memory, forget_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMORY(what_is_put_in_is_written_in_that_order),
        WITH_MEMORY(a_later_value_takes_the_place_of_an_earlier_one),
        WITH_MEMORY(what_can_not_be_written_is_null),
        WITH_MEMORY(numbers_have_ten_significant_digits),
        WITH_MEMORY(characters_that_json_escapes_come_back),
        WITH_MEMORY(a_file_has_it_on_one_line_or_indented_with_a_line_end),
        WITH_MEMORY(a_value_that_is_no_object_is_written_as_well),
        WITH_MEMORY(whatever_is_made_reads_back_as_it_was),
        cmocka_unit_test(each_kind_of_value_is_told_apart),
        cmocka_unit_test(members_and_elements_are_found_where_they_are),
        cmocka_unit_test(a_value_of_another_kind_is_empty_or_zero),
        WITH_MEMORY(whole_numbers_are_read_to_the_last_digit_or_refused),
        cmocka_unit_test(what_is_no_json_is_refused_with_the_octet),
        cmocka_unit_test(a_key_that_stands_twice_is_refused),
        WITH_MEMORY(values_nested_without_end_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
