/* Promise: what is printed for a terminal keeps to its width, breaks between words where it can and never within a character or
 * between a number and its percent sign; into a pipe nothing is broken. */
#include "analyst/layout.h"

#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

static arena *memory;

static FILE *begin(char **octets, size_t *size)
{
    FILE *out = open_memstream(octets, size);
    assert_non_null(out);
    return out;
}

static const char *end(FILE *out, char **octets)
{
    (void)fclose(out);
    const char *said = arena_text(memory, text_of(*octets)).at;
    free(*octets);
    return said;
}

static const char *paragraph(size_t width, size_t indent, const char *lead, const char *words)
{
    char *octets = NULL;
    size_t size = 0;
    FILE *out = begin(&octets, &size);
    layout_paragraph(out, width, indent, lead, text_of(words));
    return end(out, &octets);
}

static void a_paragraph_is_broken_between_words_and_indented(void **state)
{
    (void)state;
    assert_string_equal(paragraph(0, 2, "- ", "one two three"), "- one two three\n");
    assert_string_equal(paragraph(24, 2, "- ", "one two three four five six"), "- one two three four\n  five six\n");
    assert_string_equal(paragraph(24, 2, "- ", "one\ntwo"), "- one\n  two\n");
}

static void a_word_that_is_too_long_is_broken_between_characters(void **state)
{
    (void)state;
    assert_string_equal(paragraph(20, 0, "", "abcdefghijklmnopqrstuvwxyz"), "abcdefghijklmnopqrst\nuvwxyz\n");
    assert_string_equal(paragraph(20, 0, "", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                              "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                              "\xc3\xa9"),
                        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\n\xc3\xa9\n");
}

static void a_number_keeps_its_percent_sign(void **state)
{
    (void)state;
    assert_string_equal(paragraph(20, 0, "", "it went up by +24.5 % or so"), "it went up by\n+24.5 % or so\n");
}

static const char *table(size_t width, size_t indent, const char *category)
{
    static const char *const headings[] = {"id", "category", "state"};
    char *octets = NULL;
    size_t size = 0;
    layout_table *made = layout_table_create(headings, 3);
    layout_table_add(made, (text[]){text_of("7"), text_of(category), text_of("new")});
    layout_table_add(made, (text[]){text_of("12"), text_of("Theft"), text_of("")});
    FILE *out = begin(&octets, &size);
    layout_table_write(made, out, width, indent);
    layout_table_destroy(&made);
    assert_null(made);
    return end(out, &octets);
}

static void a_table_s_columns_are_as_wide_as_what_stands_in_them(void **state)
{
    (void)state;
    assert_string_equal(table(0, 0, "Public order"), "id  category      state\n7   Public order  new\n12  Theft\n");
    assert_string_equal(table(0, 2, "Public order"), "  id  category      state\n  7   Public order  new\n  12  Theft\n");
}

static void a_table_that_is_too_wide_wraps_within_its_widest_column(void **state)
{
    (void)state;
    assert_string_equal(table(20, 0, "Public order offences"),
                        "id  category   state\n"
                        "7   Public     new\n"
                        "    order\n"
                        "    offences\n"
                        "12  Theft\n");
}

static void words_are_broken_last_and_no_line_is_too_wide(void **state)
{
    (void)state;
    const char *said = table(20, 0, "Miscellaneous crimes against society");
    for (const char *line = said; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 1, 20);
}

static void the_width_is_what_columns_says(void **state)
{
    (void)state;
    assert_int_equal(setenv("COLUMNS", "120", 1), 0);
    assert_int_equal(layout_width(), 120);
    assert_int_equal(setenv("COLUMNS", "7", 1), 0);
    assert_int_equal(layout_width(), 40);
    assert_int_equal(layout_characters(text_of("caf\xc3\xa9")), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paragraph_is_broken_between_words_and_indented),
        cmocka_unit_test(a_word_that_is_too_long_is_broken_between_characters),
        cmocka_unit_test(a_number_keeps_its_percent_sign),
        cmocka_unit_test(a_table_s_columns_are_as_wide_as_what_stands_in_them),
        cmocka_unit_test(a_table_that_is_too_wide_wraps_within_its_widest_column),
        cmocka_unit_test(words_are_broken_last_and_no_line_is_too_wide),
        cmocka_unit_test(the_width_is_what_columns_says),
    };
    memory = arena_create();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_destroy(&memory);
    return failed;
}
