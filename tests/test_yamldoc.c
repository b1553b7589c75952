/* Promise: every node of a YAML document is found with its line, and a document that is none, or says a thing twice, is
 * refused with the line of its fault. */
#include "proto/yamldoc.h"

#include <stdio.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { WHY_SIZE = 160 };

static yamldoc *read_good(text from)
{
    yamldoc *made = NULL;
    char why[WHY_SIZE] = "";
    if (yamldoc_read(from, &made, why, sizeof why) != STATUS_OK)
        fail_msg("refused: %s", why);
    return made;
}

static void assert_refused(text from, status expected, const char *words)
{
    char why[WHY_SIZE] = "";
    yamldoc *const mark = (yamldoc *)(void *)why;
    yamldoc *made = mark;
    assert_int_equal(yamldoc_read(from, &made, why, sizeof why), expected);
    if (strstr(why, words) == NULL)
        fail_msg("refused in other words: %s", why);
    assert_ptr_equal(made, mark);
}

/* --- finding ------------------------------------------------------------------------------------- */

static const char model[] = "# a comment\n"
                            "title: Stafford\n"
                            "years:\n"
                            "  2023-24: 3\n"
                            "  2024-25: 5\n"
                            "places: [E1,\n"
                            "  'E2', \"E\\u0033\"]\n"
                            "empty:\n"
                            "text: |\n"
                            "  two\n"
                            "  lines\n";

static void keys_lead_to_values_and_places_to_elements(void **state)
{
    (void)state;
    yamldoc *made = read_good(text_of(model));
    yamlnode root = yamldoc_root(made), years = yamlnode_get(root, "years"), places = yamlnode_get(root, "places");
    assert_int_equal(yamlnode_kind_of(root), YAMLNODE_MAP);
    assert_int_equal(yamlnode_count(root), 5);
    assert_text(yamlnode_text(yamlnode_get(root, "title")), "Stafford");
    assert_int_equal(yamlnode_kind_of(years), YAMLNODE_MAP);
    assert_text(yamlnode_text(yamlnode_key(years, 1)), "2024-25");
    assert_text(yamlnode_text(yamlnode_at(years, 1)), "5");
    assert_int_equal(yamlnode_kind_of(places), YAMLNODE_LIST);
    assert_int_equal(yamlnode_count(places), 3);
    assert_text(yamlnode_text(yamlnode_at(places, 1)), "E2");
    assert_text(yamlnode_text(yamlnode_at(places, 2)), "E3");
    assert_text(yamlnode_text(yamlnode_get(root, "text")), "two\nlines\n");
    yamldoc_destroy(&made);
    assert_null(made);
    yamldoc_destroy(&made);
}

static void a_text_has_no_entries_and_a_list_or_map_no_text(void **state)
{
    (void)state;
    yamldoc *made = read_good(text_of(model));
    yamlnode root = yamldoc_root(made), empty = yamlnode_get(root, "empty");
    assert_int_equal(yamlnode_kind_of(empty), YAMLNODE_TEXT);
    assert_int_equal(yamlnode_text(empty).size, 0);
    assert_int_equal(yamlnode_count(empty), 0);
    assert_int_equal(yamlnode_text(root).size, 0);
    assert_int_equal(yamlnode_text(yamlnode_get(root, "places")).size, 0);
    yamldoc_destroy(&made);
}

static void what_is_not_there_is_no_node(void **state)
{
    (void)state;
    yamldoc *made = read_good(text_of(model));
    yamlnode root = yamldoc_root(made);
    assert_false(yamlnode_is(yamlnode_get(root, "seed")));
    assert_false(yamlnode_is(yamlnode_get(yamlnode_get(root, "places"), "E1")));
    assert_false(yamlnode_is(yamlnode_get(yamlnode_get(root, "title"), "Stafford")));
    assert_false(yamlnode_is(yamlnode_get(yamlnode_get(root, "seed"), "deeper")));
    assert_true(yamlnode_is(yamlnode_get(root, "empty")));
    yamldoc_destroy(&made);
}

static void every_node_knows_its_line(void **state)
{
    (void)state;
    yamldoc *made = read_good(text_of(model));
    yamlnode root = yamldoc_root(made), places = yamlnode_get(root, "places");
    assert_int_equal(yamlnode_line(root), 2);
    assert_int_equal(yamlnode_line(yamlnode_get(root, "years")), 4);
    assert_int_equal(yamlnode_line(yamlnode_key(yamlnode_get(root, "years"), 1)), 5);
    assert_int_equal(yamlnode_line(yamlnode_at(places, 0)), 6);
    assert_int_equal(yamlnode_line(yamlnode_at(places, 2)), 7);
    assert_int_equal(yamlnode_line(yamlnode_key(root, 4)), 9);
    yamldoc_destroy(&made);
}

static void a_root_may_be_of_any_kind_and_saved_in_any_way(void **state)
{
    (void)state;
    static const text lists[] = {
        {"- a\n- b", 7}, {"[a, b]", 6}, {"- a\r\n- b\r\n", 10}, {"\xef\xbb\xbf- a\n- b\n", 11}, {"---\n- a\n- b\n...\n", 16},
        {"\xff\xfe-\0 \0a\0\n\0-\0 \0b\0", 16},
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        yamldoc *made = read_good(lists[i]);
        assert_int_equal(yamlnode_count(yamldoc_root(made)), 2);
        assert_text(yamlnode_text(yamlnode_at(yamldoc_root(made), 1)), "b");
        yamldoc_destroy(&made);
    }
    yamldoc *made = read_good(text_of("alone"));
    assert_text(yamlnode_text(yamldoc_root(made)), "alone");
    yamldoc_destroy(&made);
}

static void a_node_that_is_named_elsewhere_is_the_same_node(void **state)
{
    (void)state;
    yamldoc *made = read_good(text_of("a: &x [1, 2]\nb: *x\n"));
    assert_int_equal(yamlnode_count(yamlnode_get(yamldoc_root(made), "b")), 2);
    assert_int_equal(yamlnode_line(yamlnode_get(yamldoc_root(made), "b")), 1);
    yamldoc_destroy(&made);
}

/* --- refusing ------------------------------------------------------------------------------------ */

static void what_is_no_yaml_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_refused(text_of("a: 1\nb: [1, 2\n"), STATUS_MALFORMED, "line 3: ");
    assert_refused(text_of("a: 1\n\tb: 2\n"), STATUS_MALFORMED, "line 2: ");
    assert_refused(text_of("a: 1\nb: \"open\n"), STATUS_MALFORMED, "line 3: ");
    assert_refused(text_of("a: 1\n\nb: *nobody\n"), STATUS_MALFORMED, "line 3: ");
    assert_refused(text_of("a: 1\n b: 2\n"), STATUS_MALFORMED, "line 2: ");
}

static void octets_that_are_no_text_are_refused_with_their_line(void **state)
{
    (void)state;
    assert_refused(OCTETS("a: 1\nb: caf\xe9\n"), STATUS_MALFORMED, "line 2: ");
    assert_refused(OCTETS("a: 1\n\n\nb: \x01\n"), STATUS_MALFORMED, "line 4: ");
    assert_refused(OCTETS("a: 1\nb: 2\n\0"), STATUS_MALFORMED, "line 3: ");
}

static void nothing_at_all_is_refused(void **state)
{
    (void)state;
    assert_refused((text){NULL, 0}, STATUS_MALFORMED, "is empty");
    assert_refused(text_of("\n# nothing\n"), STATUS_MALFORMED, "is empty");
}

static void a_key_that_stands_twice_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_refused(text_of("a: 1\nb: 2\na: 3\n"), STATUS_MALFORMED, "line 3: the key 'a' stands twice");
    assert_refused(text_of("x:\n  - {a: 1, 'a': 2}\n"), STATUS_MALFORMED, "line 2: the key 'a' stands twice");
    yamldoc *made = read_good(text_of("- {a: 1}\n- {a: 2}\n")); /* of two maps */
    yamldoc_destroy(&made);
}

static void a_second_document_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_refused(text_of("a: 1\n---\nb: 2\n"), STATUS_MALFORMED, "line 2: ");
    assert_refused(text_of("a: 1\n...\n\n[\n"), STATUS_MALFORMED, "line ");
}

static void a_document_is_read_up_to_its_bound_and_refused_beyond(void **state)
{
    (void)state;
    arena *memory = arena_create();
    text content = text_filled(memory, '#', YAMLDOC_SIZE_MAX + 1);
    memcpy((char *)(uintptr_t)content.at, "a: 1\n", 5);
    yamldoc *made = read_good((text){content.at, YAMLDOC_SIZE_MAX});
    yamldoc_destroy(&made);
    assert_refused(content, STATUS_TOO_LARGE, "4 MiB");
    arena_destroy(&memory);
}

static void nesting_without_end_is_refused(void **state)
{
    (void)state;
    arena *memory = arena_create();
    assert_refused(text_filled(memory, '[', 5000), STATUS_MALFORMED, "line ");
    arena_destroy(&memory);
}

/* --- files --------------------------------------------------------------------------------------- */

static void a_file_reads_as_its_text_does_and_one_that_can_not_be_read_says_why(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16], why[WHY_SIZE];
    yamldoc *made = NULL;
    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/x.yaml", folder);
    assert_int_equal(yamldoc_read_file(path, &made, why, sizeof why), STATUS_NOT_FOUND);
    assert_string_equal(why, "No such file or directory");
    assert_int_equal(yamldoc_read_file(folder, &made, why, sizeof why), STATUS_IO);
    assert_string_equal(why, "Is a directory");
    file_write(folder, "x.yaml", text_of("a: [\n"));
    assert_int_equal(yamldoc_read_file(path, &made, why, sizeof why), STATUS_MALFORMED);
    assert_non_null(strstr(why, "line 2: "));
    assert_null(made);
    file_write(folder, "x.yaml", text_of("a: 1\n"));
    assert_int_equal(yamldoc_read_file(path, &made, why, sizeof why), STATUS_OK);
    assert_text(yamlnode_text(yamlnode_get(yamldoc_root(made), "a")), "1");
    yamldoc_destroy(&made);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_lead_to_values_and_places_to_elements),
        cmocka_unit_test(a_text_has_no_entries_and_a_list_or_map_no_text),
        cmocka_unit_test(what_is_not_there_is_no_node),
        cmocka_unit_test(every_node_knows_its_line),
        cmocka_unit_test(a_root_may_be_of_any_kind_and_saved_in_any_way),
        cmocka_unit_test(a_node_that_is_named_elsewhere_is_the_same_node),
        cmocka_unit_test(what_is_no_yaml_is_refused_with_its_line),
        cmocka_unit_test(octets_that_are_no_text_are_refused_with_their_line),
        cmocka_unit_test(nothing_at_all_is_refused),
        cmocka_unit_test(a_key_that_stands_twice_is_refused_with_its_line),
        cmocka_unit_test(a_second_document_is_refused_with_its_line),
        cmocka_unit_test(a_document_is_read_up_to_its_bound_and_refused_beyond),
        cmocka_unit_test(nesting_without_end_is_refused),
        cmocka_unit_test(a_file_reads_as_its_text_does_and_one_that_can_not_be_read_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
