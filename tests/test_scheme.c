/* Promise: a source that is coarser than the tree gives the whole of a node only where its codes add up to
 * just that node, and says nothing of what its codes don't touch - on each day by what they meant then. */
#include "figures/scheme.h"

#include <string.h>

#include "reference_fixtures.h"
#include "testing.h"

/* category,title,parent,marker */
static const char categories[] =
    "all-crime,All crime\n"
    "violence-and-sexual,Violence and sexual offences,all-crime\n"
    "violence,Violence,violence-and-sexual\n"
    "sexual,Sexual offences,violence-and-sexual\n"
    "theft,Theft,all-crime\n"
    "burglary,Burglary,theft\n"
    "residential-burglary,Residential burglary,burglary\n"
    "other-burglary,Other burglary,burglary\n"
    "other-theft,Other theft,theft\n"
    "robbery,Robbery,all-crime\n"
    "asb,Anti-social behaviour\n"
    "local-fraud,Fraud recorded by the force\n"
    "hate,Hate crime,all-crime,hate\n"
    "domestic,Domestic violence,violence,domestic\n"
    "both,Domestic hate,domestic,hate\n"
    "knife,Anything with a knife,,knife\n";

/* offence,description,category,valid_from,valid_to */
static const char offences[] =
    "Violence and sexual offences,,violence-and-sexual\n"
    "Burglary,,burglary\n"
    "Other theft,,all-crime,,2013-04-30\n"
    "Other theft,,other-theft,2013-05-01\n"
    "Robbery,,robbery\n"
    "Anti-social behaviour,,asb\n"
    "8N,Assault,violence\n"
    "20,Rape,sexual\n"
    "30C,,residential-burglary\n"
    "30D,,other-burglary\n"
    "Gap,,robbery,,2010-12-31\n"
    "Gap,,theft,2013-01-01\n"
    "LOCAL,,local-fraud\n";

static sheets *from;
static offence_tree *tree;
static arena *memory;

static int make_tree(void **state)
{
    (void)state;
    faults *found = faults_create();
    from = sheets_create();
    memory = arena_create();
    sheet_fill(from, SHEET_CATEGORIES, categories);
    sheet_fill(from, SHEET_OFFENCES, offences);
    tree = offence_tree_create(from, found);
    assert_faults(found, 0, 0);
    faults_destroy(&found);
    return 0;
}

static int forget_tree(void **state)
{
    (void)state;
    offence_tree_destroy(&tree);
    sheets_destroy(&from);
    arena_destroy(&memory);
    return 0;
}

static const char police_uk[] = "Violence and sexual offences;Burglary;Other theft;Robbery;Anti-social behaviour";

/* The code of a scheme whose offences stand with semicolons between them. */
static text code_of(const char *codes, bool without_markers)
{
    text rest = text_of(codes), code;
    coverage_declaration what = {.without_markers = without_markers};
    what.offences = arena_take(memory, 16 * sizeof(text));
    while (text_split(&rest, ';', &code))
        what.offences[what.offence_count++] = code;
    return scheme_code(&what, memory);
}

/* The categories for which the answer is yes, in their order, with spaces between them. */
static const char *yes_for(const scheme *s, bool (*ask)(const scheme *, int, day_number), const char *date)
{
    text words = {"", 0};
    day_number on = DAY_NONE;
    assert_true(date_read(text_of(date), &on));
    for (int i = 0; i < offence_tree_count(tree); i++)
        if (ask(s, i, on))
            words = arena_print(memory, "%.*s%s%.*s", TEXT_ARGS(words), words.size > 0 ? " " : "",
                                TEXT_ARGS(offence_tree_category(tree, i)->code));
    return words.at;
}

static void assert_scheme(const char *codes, bool without_markers, const char *date, const char *resolved, const char *reached)
{
    scheme *s = scheme_create(code_of(codes, without_markers), tree);
    assert_string_equal(yes_for(s, scheme_resolves, date), resolved);
    assert_string_equal(yes_for(s, scheme_reaches, date), reached);
    scheme_destroy(&s);
    assert_null(s);
    scheme_destroy(&s);
}

static const char everything[] = "all-crime violence-and-sexual violence sexual theft burglary residential-burglary "
                                 "other-burglary other-theft robbery asb local-fraud hate domestic both knife";

/* --- codes of schemes -------------------------------------------------------------------------- */

static void a_source_that_tells_everything_apart_has_an_empty_code(void **state)
{
    (void)state;
    assert_int_equal(code_of("", false).size, 0);
    assert_text(code_of("", true), "-markers");
}

static void the_same_offences_in_any_order_are_one_scheme(void **state)
{
    (void)state;
    assert_text(code_of("b;a;c", false), "a\nb\nc\n");
    assert_text(code_of("c;a;b;a;c", false), "a\nb\nc\n");
    assert_text(code_of("b;a", true), "a\nb\n-markers");
    assert_text(code_of("a", false), "a\n");
    assert_false(text_equal(code_of("ab", false), code_of("a;b", false)));
    assert_false(text_equal(code_of("a;b", false), code_of("a;b", true)));
}

static void the_declaration_is_left_as_it_was(void **state)
{
    (void)state;
    text offences_given[] = {text_of("b"), text_of("a")};
    coverage_declaration what = {.offences = offences_given, .offence_count = 2};
    (void)scheme_code(&what, memory);
    assert_text(offences_given[0], "b");
}

/* --- what they resolve and reach --------------------------------------------------------------- */

static void a_fine_source_resolves_everything(void **state)
{
    (void)state;
    assert_scheme("", false, "2024-05-17", everything, everything);
    assert_scheme("", true, "1990-01-01",
                  "all-crime violence-and-sexual violence sexual theft burglary residential-burglary other-burglary "
                  "other-theft robbery asb local-fraud",
                  "all-crime violence-and-sexual violence sexual theft burglary residential-burglary other-burglary "
                  "other-theft robbery asb local-fraud");
}

static void open_data_resolve_what_their_types_add_up_to_and_no_finer(void **state)
{
    (void)state;
    assert_scheme(police_uk, true, "2024-05-17", "all-crime violence-and-sexual theft burglary other-theft robbery asb",
                  "all-crime violence-and-sexual violence sexual theft burglary residential-burglary other-burglary "
                  "other-theft robbery asb");
}

static void a_code_that_was_wider_once_hid_then_what_lies_below_it(void **state)
{
    (void)state;
    assert_scheme(police_uk, true, "2013-04-30", "all-crime asb",
                  "all-crime violence-and-sexual violence sexual theft burglary residential-burglary other-burglary "
                  "other-theft robbery asb");
    assert_scheme(police_uk, true, "2013-05-01", "all-crime violence-and-sexual theft burglary other-theft robbery asb",
                  "all-crime violence-and-sexual violence sexual theft burglary residential-burglary other-burglary "
                  "other-theft robbery asb");
}

static void fine_codes_add_up_to_the_nodes_above_them_only_if_none_is_missing(void **state)
{
    (void)state;
    assert_scheme("8N;20;30C", true, "2024-05-17", "violence-and-sexual violence sexual residential-burglary",
                  "all-crime violence-and-sexual violence sexual theft burglary residential-burglary");
    assert_scheme("30C;30D;Other theft", true, "2024-05-17",
                  "theft burglary residential-burglary other-burglary other-theft",
                  "all-crime theft burglary residential-burglary other-burglary other-theft");
}

static void a_code_above_hides_finer_codes_below_it(void **state)
{
    (void)state;
    assert_scheme("Burglary;30C;30D", true, "2024-05-17", "burglary",
                  "all-crime theft burglary residential-burglary other-burglary");
}

static void codes_that_are_not_known_reach_nothing(void **state)
{
    (void)state;
    assert_scheme("nonsense;more of it", true, "2024-05-17", "", "");
    assert_scheme("LOCAL", true, "2024-05-17", "local-fraud", "local-fraud");
}

static void marker_categories_are_resolved_where_their_parent_is(void **state)
{
    (void)state;
    assert_scheme(police_uk, false, "2024-05-17",
                  "all-crime violence-and-sexual theft burglary other-theft robbery asb hate",
                  "all-crime violence-and-sexual violence sexual theft burglary residential-burglary other-burglary "
                  "other-theft robbery asb hate domestic both knife");
    assert_scheme("8N;20", false, "2024-05-17", "violence-and-sexual violence sexual domestic both",
                  "all-crime violence-and-sexual violence sexual hate domestic both knife");
}

/* --- changes ----------------------------------------------------------------------------------- */

static void the_days_of_change_of_all_codes_are_told_once_and_in_order(void **state)
{
    (void)state;
    const day_number *days;
    scheme *s = scheme_create(code_of("Other theft;Gap;Robbery;Other theft", false), tree);
    assert_int_equal(scheme_changes(s, &days), 2);
    assert_int_equal(days[0], day_of(2012, 1, 2)); /* half-way between the rows of Gap */
    assert_int_equal(days[1], day_of(2013, 5, 1));
    scheme_destroy(&s);
    s = scheme_create(code_of("Robbery", false), tree);
    assert_int_equal(scheme_changes(s, &days), 0);
    scheme_destroy(&s);
}

/* Every day must be answered as the tree places the codes on it. */
static void between_changes_every_day_is_as_the_codes_meant_then(void **state)
{
    (void)state;
    scheme *s = scheme_create(code_of("Gap;Other theft", true), tree);
    for (day_number d = day_of(2009, 1, 1); d <= day_of(2015, 1, 1); d++) {
        int gap = offence_tree_place(tree, text_of("Gap"), d), other = offence_tree_place(tree, text_of("Other theft"), d);
        for (int i = 0; i < offence_tree_count(tree); i++) {
            bool reached = !category_is_marker(offence_tree_category(tree, i)) &&
                           (offence_tree_contains(tree, i, gap) || offence_tree_contains(tree, gap, i) ||
                            offence_tree_contains(tree, i, other) || offence_tree_contains(tree, other, i));
            assert_int_equal(scheme_reaches(s, i, d), reached);
        }
        bool hidden = gap != other && offence_tree_contains(tree, gap, other);
        assert_int_equal(scheme_resolves(s, other, d), !hidden);
    }
    scheme_destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_that_tells_everything_apart_has_an_empty_code),
        cmocka_unit_test(the_same_offences_in_any_order_are_one_scheme),
        cmocka_unit_test(the_declaration_is_left_as_it_was),
        cmocka_unit_test(a_fine_source_resolves_everything),
        cmocka_unit_test(open_data_resolve_what_their_types_add_up_to_and_no_finer),
        cmocka_unit_test(a_code_that_was_wider_once_hid_then_what_lies_below_it),
        cmocka_unit_test(fine_codes_add_up_to_the_nodes_above_them_only_if_none_is_missing),
        cmocka_unit_test(a_code_above_hides_finer_codes_below_it),
        cmocka_unit_test(codes_that_are_not_known_reach_nothing),
        cmocka_unit_test(marker_categories_are_resolved_where_their_parent_is),
        cmocka_unit_test(the_days_of_change_of_all_codes_are_told_once_and_in_order),
        cmocka_unit_test(between_changes_every_day_is_as_the_codes_meant_then),
    };
    return cmocka_run_group_tests(tests, make_tree, forget_tree);
}
