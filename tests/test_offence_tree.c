/* Promise: an offence code leads to the one node that it meant on its day, markers lead to the categories
 * that hold it, and a tree that contradicts itself is told so by line. */
#include "figures/offence_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_fixtures.h"
#include "testing.h"

/* category,title,parent,marker,police_generated,bridging; the lines of a file from 2 on */
static const char categories[] =
    "all,All crime,,,,\n"                          /* 2 */
    "theft,Theft,all,,,\n"                         /* 3 */
    "burglary,Burglary,theft,,,yes\n"              /* 4 */
    "home,,burglary,,,\n"                          /* 5 */
    "violence,Violence,all,,,\n"                   /* 6 */
    "drugs,Drugs,all,,Yes,\n"                      /* 7 */
    "asb,Anti-social behaviour,,,,\n"              /* 8 */
    "domestic,Domestic abuse,all,domestic,,\n"     /* 9 */
    "hate,Hate crime,,hate,,\n"                    /* 10 */
    "both,Domestic and hate,domestic,Hate,,\n"     /* 11 */
    "dv,Domestic violence,violence,domestic,,\n";  /* 12 */

/* offence,description,category,valid_from,valid_to */
static const char offences[] =
    "30A,Burglary in a dwelling,home,,2017-03-31\n"    /* 2 */
    "30A,Burglary,burglary,2017-04-01,\n"              /* 3 */
    "8N,Assault,violence,,\n"                          /* 4 */
    "Other,Early,all,,2010-12-31\n"                    /* 5 */
    "Other,Late,theft,2011-01-11,2011-12-31\n"         /* 6 */
    "Other,Last,drugs,2013-01-01,\n"                   /* 7 */
    "New,Since 2015,drugs,2015-04-12,\n"               /* 8 */
    "ASB,Nuisance,asb,,\n";                            /* 9 */

typedef struct world {
    sheets *from;
    faults *found;
    offence_tree *tree;
} world;

static world world_of(const char *category_lines, const char *offence_lines)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_CATEGORIES, category_lines);
    sheet_fill(made.from, SHEET_OFFENCES, offence_lines);
    made.tree = offence_tree_create(made.from, made.found);
    return made;
}

static void forget(world *self)
{
    offence_tree_destroy(&self->tree);
    assert_null(self->tree);
    offence_tree_destroy(&self->tree);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

static world good;

static int make_good(void **state)
{
    (void)state;
    good = world_of(categories, offences);
    return 0;
}

static int forget_good(void **state)
{
    (void)state;
    forget(&good);
    return 0;
}

static int node(const char *code)
{
    return offence_tree_find(good.tree, text_of(code));
}

static const category *category_of(const char *code)
{
    return offence_tree_category(good.tree, node(code));
}

static day_number day(const char *date)
{
    day_number d = DAY_NONE;
    assert_true(date_read(text_of(date), &d));
    return d;
}

/* --- the tree ---------------------------------------------------------------------------------- */

static void every_category_is_found_by_its_code(void **state)
{
    (void)state;
    assert_faults(good.found, 0, 0);
    assert_int_equal(offence_tree_count(good.tree), 11);
    for (int i = 0; i < offence_tree_count(good.tree); i++)
        assert_int_equal(offence_tree_find(good.tree, offence_tree_category(good.tree, i)->code), i);
    assert_int_equal(node("All"), CATEGORY_NONE);
    assert_int_equal(node(""), CATEGORY_NONE);
}

static void a_category_is_what_its_row_says(void **state)
{
    (void)state;
    assert_text(category_of("theft")->title, "Theft");
    assert_text(category_of("home")->title, "home"); /* it has no other */
    assert_true(category_of("drugs")->police_generated);
    assert_false(category_of("theft")->police_generated);
    assert_true(category_of("burglary")->bridging);
    assert_false(category_of("home")->bridging);
    assert_true(category_is_marker(category_of("hate")));
    assert_false(category_is_marker(category_of("theft")));
    assert_int_equal(category_of("all")->depth, 0);
    assert_int_equal(category_of("home")->depth, 3);
    assert_int_equal(category_of("home")->parent, node("burglary"));
    assert_int_equal(category_of("all")->parent, CATEGORY_NONE);
}

static void children_are_nodes_and_never_marker_categories(void **state)
{
    (void)state;
    char children[64] = "";
    for (int child = category_of("all")->first_child; child != CATEGORY_NONE;
         child = offence_tree_category(good.tree, child)->next_sibling)
        (void)snprintf(children + strlen(children), sizeof children - strlen(children), "%.*s ",
                       TEXT_ARGS(offence_tree_category(good.tree, child)->code));
    assert_string_equal(children, "theft violence drugs ");
    assert_int_equal(category_of("violence")->first_child, CATEGORY_NONE);
    assert_int_equal(category_of("domestic")->first_child, CATEGORY_NONE);
}

static void a_node_contains_itself_and_what_is_below_it(void **state)
{
    (void)state;
    assert_true(offence_tree_contains(good.tree, node("all"), node("home")));
    assert_true(offence_tree_contains(good.tree, node("theft"), node("theft")));
    assert_false(offence_tree_contains(good.tree, node("home"), node("theft")));
    assert_false(offence_tree_contains(good.tree, node("all"), node("asb")));
    assert_true(offence_tree_contains(good.tree, node("all"), node("dv")));
    assert_true(offence_tree_contains(good.tree, node("violence"), node("dv")));
    assert_false(offence_tree_contains(good.tree, node("theft"), node("domestic")));
    assert_false(offence_tree_contains(good.tree, node("all"), node("hate")));
}

static void above_a_marker_category_is_what_lies_above_the_node_that_it_marks(void **state)
{
    (void)state;
    static const struct { const char *category, *above; } cases[] = {
        {"home", "burglary"}, {"theft", "all"}, {"all", NULL}, {"asb", NULL}, {"domestic", NULL}, {"both", NULL},
        {"hate", NULL}, {"dv", "all"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(offence_tree_above(good.tree, node(cases[i].category)),
                         cases[i].above != NULL ? node(cases[i].above) : CATEGORY_NONE);
}

static void numbers_are_those_of_the_book_and_lead_back(void **state)
{
    (void)state;
    world w = world_of(categories, offences);
    codebook *book = codebook_create();
    (void)codebook_number(book, CODE_CATEGORY, text_of("gone"));
    assert_int_equal(offence_tree_of_id(w.tree, 1), CATEGORY_NONE);
    offence_tree_number(w.tree, book);
    for (int i = 0; i < offence_tree_count(w.tree); i++) {
        const category *c = offence_tree_category(w.tree, i);
        assert_int_equal(c->id, codebook_find(book, CODE_CATEGORY, c->code));
        assert_int_equal(offence_tree_of_id(w.tree, c->id), i);
    }
    assert_int_equal(offence_tree_of_id(w.tree, 0), CATEGORY_NONE);
    assert_int_equal(offence_tree_of_id(w.tree, 1), CATEGORY_NONE);
    assert_int_equal(offence_tree_of_id(w.tree, UINT32_MAX), CATEGORY_NONE);
    codebook_destroy(&book);
    forget(&w);
}

static void the_pairs_are_nodes_below_nodes_and_marker_categories_by_themselves(void **state)
{
    (void)state;
    world w = world_of(categories, offences);
    codebook *book = codebook_create();
    size_t count, expected = 0;
    offence_tree_number(w.tree, book);
    tree_pair *pairs = offence_tree_pairs(w.tree, &count);
    for (size_t i = 0; i < count; i++) {
        int outer = offence_tree_of_id(w.tree, pairs[i].ancestor), inner = offence_tree_of_id(w.tree, pairs[i].node);
        assert_true(offence_tree_contains(w.tree, outer, inner));
        assert_true(outer == inner || !category_is_marker(offence_tree_category(w.tree, inner)));
    }
    for (int i = 0; i < offence_tree_count(w.tree); i++)
        expected += category_is_marker(offence_tree_category(w.tree, i))
                        ? 1 : (size_t)offence_tree_category(w.tree, i)->depth + 1;
    assert_int_equal(count, expected);
    free(pairs);
    codebook_destroy(&book);
    forget(&w);
}

/* --- offences ---------------------------------------------------------------------------------- */

static void assert_placed(const char *code, const char *date, const char *in)
{
    int placed = offence_tree_place(good.tree, text_of(code), day(date));
    if (placed != node(in))
        fail_msg("%s on %s is not %s", code, date, in);
}

static void a_code_belongs_to_its_node_on_every_day(void **state)
{
    (void)state;
    assert_placed("8N", "1970-01-02", "violence");
    assert_placed("8N", "2099-12-31", "violence");
    assert_placed("ASB", "2024-05-17", "asb");
    assert_int_equal(offence_tree_place(good.tree, text_of("8n"), day("2024-05-17")), CATEGORY_NONE);
    assert_int_equal(offence_tree_place(good.tree, text_of(""), day("2024-05-17")), CATEGORY_NONE);
}

static void dates_choose_between_the_rows_of_a_code(void **state)
{
    (void)state;
    assert_placed("30A", "1990-01-01", "home");
    assert_placed("30A", "2017-03-31", "home");
    assert_placed("30A", "2017-04-01", "burglary");
    assert_placed("30A", "2024-05-17", "burglary");
    assert_placed("Other", "2011-06-01", "theft");
}

static void where_no_row_holds_the_day_the_nearest_does(void **state)
{
    (void)state;
    assert_placed("New", "1999-01-01", "drugs");
    assert_placed("Other", "2011-01-01", "all");
    assert_placed("Other", "2011-01-05", "all");
    assert_placed("Other", "2011-01-06", "theft");
    assert_placed("Other", "2011-01-10", "theft");
    assert_placed("Other", "2012-07-01", "theft");
    assert_placed("Other", "2012-07-03", "drugs");
}

/* The days of change of a code, told by looking at every day. */
static size_t naive_changes(const offence_tree *tree, const char *code, day_number *out)
{
    size_t count = 0;
    for (day_number d = DAY_MIN + 1; d <= DAY_MAX; d++)
        if (offence_tree_place(tree, text_of(code), d) != offence_tree_place(tree, text_of(code), d - 1))
            out[count++] = d;
    return count;
}

static void assert_changes(const offence_tree *tree, const char *code)
{
    day_number told[8], seen[8];
    size_t count = offence_tree_changes(tree, text_of(code), told, 8);
    assert_int_equal(count, naive_changes(tree, code, seen));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(told[i], seen[i]);
}

static void the_days_are_told_on_which_a_code_changes_its_meaning(void **state)
{
    (void)state;
    assert_changes(good.tree, "30A");
    assert_changes(good.tree, "8N");
    assert_changes(good.tree, "Other");
    assert_changes(good.tree, "New");
    assert_changes(good.tree, "unknown");
    day_number one;
    assert_int_equal(offence_tree_changes(good.tree, text_of("Other"), &one, 1), 1);
    assert_int_equal(one, day("2011-01-06"));
    assert_int_equal(offence_tree_changes(good.tree, text_of("Other"), &one, 0), 0);
}

static void the_order_of_the_rows_of_a_code_does_not_matter_to_its_changes(void **state)
{
    (void)state;
    world w = world_of(categories, "X,a,theft,2013-01-01,\nX,b,all,,2010-12-31\nX,c,drugs,2012-01-01,2012-03-31\n"
                                   "Y,a,theft,2011-01-01,2011-12-31\nY,b,all,,2010-06-30\nY,c,theft,2012-01-01,\n");
    assert_faults(w.found, 0, 0);
    assert_changes(w.tree, "X");
    assert_changes(w.tree, "Y");
    forget(&w);
}

static void offence_rows_can_be_listed(void **state)
{
    (void)state;
    assert_int_equal(offence_tree_offence_count(good.tree), 8);
    const offence *first = offence_tree_offence(good.tree, 0), *second = offence_tree_offence(good.tree, 1);
    assert_text(first->code, "30A");
    assert_text(first->description, "Burglary in a dwelling");
    assert_int_equal(first->valid_from, DAY_NONE);
    assert_int_equal(first->valid_to, day("2017-03-31"));
    assert_int_equal(first->next, 1);
    assert_int_equal(second->next, -1);
    assert_int_equal(second->category, node("burglary"));
}

/* --- markers ----------------------------------------------------------------------------------- */

static void assert_marked(const char *offence_node, const char *markers, const char *expected)
{
    int held[MARKER_CATEGORIES_MAX];
    char words[128] = "";
    size_t count = offence_tree_markers(good.tree, node(offence_node), text_of(markers), held);
    for (size_t i = 0; i < count; i++)
        (void)snprintf(words + strlen(words), sizeof words - strlen(words), "%.*s ",
                       TEXT_ARGS(offence_tree_category(good.tree, held[i])->code));
    if (strcmp(words, expected) != 0)
        fail_msg("%s with \"%s\" is in \"%s\", not in \"%s\"", offence_node, markers, words, expected);
}

static void a_marker_category_holds_what_bears_its_marker_under_its_parent(void **state)
{
    (void)state;
    assert_marked("theft", "", "");
    assert_marked("theft", "domestic", "domestic ");
    assert_marked("violence", "domestic", "domestic dv ");
    assert_marked("home", " Domestic ; knife", "domestic ");
    assert_marked("theft", "knife", "");
    assert_marked("theft", "domestic abuse", "");
    assert_marked("theft", ";;", "");
}

static void a_marker_category_without_a_parent_holds_whatever_bears_its_marker(void **state)
{
    (void)state;
    assert_marked("asb", "hate", "hate ");
    assert_marked("asb", "domestic", "");
    assert_marked("asb", "hate;domestic", "hate ");
}

static void a_marker_category_under_another_needs_both_markers(void **state)
{
    (void)state;
    assert_marked("theft", "domestic;HATE", "domestic hate both ");
    assert_marked("violence", "hate;domestic", "domestic hate both dv ");
    assert_marked("theft", "hate", "hate ");
}

/* --- files that contradict themselves ---------------------------------------------------------- */

static void assert_bad(const char *category_lines, const char *offence_lines, const char *fault)
{
    world w = world_of(category_lines, offence_lines);
    assert_faults(w.found, 1, 0);
    assert_fault(w.found, fault);
    forget(&w);
}

static void faults_of_categories_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *lines, *fault; } cases[] = {
        {"a,A\n,B\n", "categories.csv:3: error: the category '' is empty"},
        {"a,A\na,B\n", "categories.csv:3: error: the category 'a' stands here a second time"},
        {"a,A\nb,B,x\n", "categories.csv:3: error: the parent 'x' is not in this file"},
        {"a,A\nm,M,a,mark\nb,B,m\n", "categories.csv:4: error: the parent 'm' is a marker category"},
        {"a,A,,,perhaps\n", "categories.csv:2: error: the word 'perhaps'"},
        {"a,A,,,,2\n", "categories.csv:2: error: the word '2'"},
        {"a,A,a\n", "categories.csv:2: error: the category 'a' lies above itself"},
        {"c,C,a\na,A,b\nb,B,a\n", "categories.csv:3: error: the category 'a' lies above itself"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_bad(cases[i].lines, "1,One,a\n", cases[i].fault);
}

static void faults_of_offences_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *lines, *fault; } cases[] = {
        {"1,One,a\n2,Two,x\n", "offences.csv:3: error: the category 'x' is not in categories.csv"},
        {"1,One,a\n2,Two,m\n", "offences.csv:3: error: the category 'm' is a marker category"},
        {"1,One,a\n,Two,a\n", "offences.csv:3: error: the offence '' is empty"},
        {"1,One,a,31/03/2017\n", "offences.csv:2: error: the date '31/03/2017'"},
        {"1,One,a,,2017-02-29\n", "offences.csv:2: error: the date '2017-02-29'"},
        {"1,One,a\n1,Again,a\n", "offences.csv:3: error: the offence '1' stands here a second time"},
        {"1,One,a,,2017-03-31\n1,Again,a,2017-03-31\n", "offences.csv:3: error: the offence '1' stands here a second time"},
        {"1,One,a,2017-03-31\n1,Again,a,,2017-03-31\n", "offences.csv:3: error: the offence '1' stands here a second time"},
        {"1,One,a,2015-01-01,2016-01-01\n2,Two,a\n1,X,a,2014-01-01,2014-12-31\n1,Y,a,2015-12-31,2017-01-01\n",
         "offences.csv:5: error: the offence '1' stands here a second time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_bad("a,A\nm,M,a,mark\n", cases[i].lines, cases[i].fault);
}

static void an_empty_file_is_a_fault(void **state)
{
    (void)state;
    assert_bad(categories, "", "offences.csv: error: has no offences");
    world w = world_of("", "");
    assert_fault(w.found, "categories.csv: error: has no categories");
    assert_int_equal(offence_tree_place(w.tree, text_of("1"), 1), CATEGORY_NONE);
    forget(&w);
}

static void more_marker_categories_than_the_bound_are_a_fault(void **state)
{
    (void)state;
    char lines[(MARKER_CATEGORIES_MAX + 2) * 16] = "a,A\n";
    for (size_t i = 0; i < MARKER_CATEGORIES_MAX; i++)
        (void)snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "m%zu,M,,m%zu\n", i, i);
    world w = world_of(lines, "1,One,a\n");
    assert_faults(w.found, 0, 0);
    forget(&w);
    (void)strcat(lines, "m,M,,m\n");
    assert_bad(lines, "1,One,a\n", "categories.csv: error: has 65 marker categories");
}

static void faults_of_imported_rows_name_the_imported_file(void **state)
{
    (void)state;
    sheets *from = sheets_create();
    faults *found = faults_create();
    sheet_fill(from, SHEET_CATEGORIES, categories);
    sheet_fill(from, SHEET_OFFENCES, offences);
    sheet_fill_imported(from, SHEET_OFFENCES, "1,Murder,violence\n2,Attempt,x\n");
    offence_tree *tree = offence_tree_create(from, found);
    assert_faults(found, 1, 0);
    assert_fault(found, "imported/offences.csv:3: error: the category 'x'");
    offence_tree_destroy(&tree);
    faults_destroy(&found);
    sheets_destroy(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_category_is_found_by_its_code),
        cmocka_unit_test(a_category_is_what_its_row_says),
        cmocka_unit_test(children_are_nodes_and_never_marker_categories),
        cmocka_unit_test(a_node_contains_itself_and_what_is_below_it),
        cmocka_unit_test(above_a_marker_category_is_what_lies_above_the_node_that_it_marks),
        cmocka_unit_test(numbers_are_those_of_the_book_and_lead_back),
        cmocka_unit_test(the_pairs_are_nodes_below_nodes_and_marker_categories_by_themselves),
        cmocka_unit_test(a_code_belongs_to_its_node_on_every_day),
        cmocka_unit_test(dates_choose_between_the_rows_of_a_code),
        cmocka_unit_test(where_no_row_holds_the_day_the_nearest_does),
        cmocka_unit_test(the_days_are_told_on_which_a_code_changes_its_meaning),
        cmocka_unit_test(the_order_of_the_rows_of_a_code_does_not_matter_to_its_changes),
        cmocka_unit_test(offence_rows_can_be_listed),
        cmocka_unit_test(a_marker_category_holds_what_bears_its_marker_under_its_parent),
        cmocka_unit_test(a_marker_category_without_a_parent_holds_whatever_bears_its_marker),
        cmocka_unit_test(a_marker_category_under_another_needs_both_markers),
        cmocka_unit_test(faults_of_categories_are_told_with_their_line),
        cmocka_unit_test(faults_of_offences_are_told_with_their_line),
        cmocka_unit_test(an_empty_file_is_a_fault),
        cmocka_unit_test(more_marker_categories_than_the_bound_are_a_fault),
        cmocka_unit_test(faults_of_imported_rows_name_the_imported_file),
    };
    return cmocka_run_group_tests(tests, make_good, forget_good);
}
