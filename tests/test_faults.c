/* Promise: everything that is wrong is told once, with its file and line, in their order. */
#include "figures/faults.h"

#include <stdlib.h>
#include <string.h>

#include "reference_fixtures.h"
#include "testing.h"

static faults *some_faults(void)
{
    faults *made = faults_create();
    faults_add(made, FAULT_WARNING, "b.csv", 12, "second of %s", "b");
    faults_add(made, FAULT_ERROR, "b.csv", 12, "third of b");
    faults_add(made, FAULT_ERROR, "b.csv", 2, "first of b");
    faults_add(made, FAULT_ERROR, "a.csv", 0, "of the whole file");
    faults_add(made, FAULT_ERROR, "a.csv", 7 | SHEET_IMPORTED, "of an import");
    return made;
}

static void faults_stand_in_order_of_file_and_line(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "a.csv: error: of the whole file", "b.csv:2: error: first of b", "b.csv:12: warning: second of b",
        "b.csv:12: error: third of b", "imported/a.csv:7: error: of an import", "", "",
    };
    faults *found = some_faults();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_string_equal(faults_line(found, i), lines[i]);
    faults_destroy(&found);
    assert_null(found);
    faults_destroy(&found);
}

static void errors_and_warnings_are_counted_apart(void **state)
{
    (void)state;
    faults *found = some_faults();
    assert_faults(found, 4, 1);
    faults_destroy(&found);
    found = faults_create();
    assert_faults(found, 0, 0);
    assert_string_equal(faults_line(found, 0), "");
    faults_destroy(&found);
}

static void assert_printed(const faults *found, size_t lines_max, const char *expected)
{
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    faults_print(found, out, lines_max);
    (void)fclose(out);
    assert_string_equal(words, expected);
    free(words);
}

static void no_more_lines_are_printed_than_wanted_and_the_rest_is_counted(void **state)
{
    (void)state;
    faults *found = some_faults(), *none = faults_create();
    assert_printed(found, 2, "a.csv: error: of the whole file\nb.csv:2: error: first of b\n... and 3 more\n");
    assert_printed(found, 5, "a.csv: error: of the whole file\nb.csv:2: error: first of b\nb.csv:12: warning: second of b\n"
                             "b.csv:12: error: third of b\nimported/a.csv:7: error: of an import\n");
    assert_printed(none, 5, "");
    faults_destroy(&found);
    faults_destroy(&none);
}

static void words_of_any_length_are_survived(void **state)
{
    (void)state;
    arena *memory = arena_create();
    faults *found = faults_create();
    text longest = text_filled(memory, 'x', 5000);
    faults_add(found, FAULT_ERROR, longest.at, 1, "%s", longest.at);
    faults_add(found, FAULT_ERROR, "", UINT32_MAX & ~SHEET_IMPORTED, "%s", "");
    assert_string_equal(faults_line(found, 0), ":2147483647: error: ");
    assert_int_equal(strncmp(faults_line(found, 1), "xxx", 3), 0);
    faults_destroy(&found);
    arena_destroy(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_stand_in_order_of_file_and_line),
        cmocka_unit_test(errors_and_warnings_are_counted_apart),
        cmocka_unit_test(no_more_lines_are_printed_than_wanted_and_the_rest_is_counted),
        cmocka_unit_test(words_of_any_length_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
