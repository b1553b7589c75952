/* Promise: a group has the members that its rows name, each once, and is found by code or name; rows that
 * contradict one another are told so by line. */
#include "figures/groups.h"

#include <string.h>

#include "reference_fixtures.h"
#include "testing.h"

static const char areas[] = "F,Force,force\nD1,One,district,F\nD2,Two,district,F\nD3,Three,district,F\nL,Fine,lsoa,D1\n";

typedef struct world {
    sheets *from;
    faults *found;
    geography *areas;
    groups *groups;
} world;

static world world_of(const char *lines, const char *imported)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_AREAS, areas);
    sheet_fill(made.from, SHEET_GROUPS, lines);
    sheet_fill_imported(made.from, SHEET_GROUPS, imported);
    made.areas = geography_create(made.from, made.found);
    made.groups = groups_create(made.from, made.areas, made.found);
    return made;
}

static void forget(world *self)
{
    groups_destroy(&self->groups);
    assert_null(self->groups);
    groups_destroy(&self->groups);
    geography_destroy(&self->areas);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

static int area_at(const world *w, const char *code)
{
    return geography_find(w->areas, text_of(code));
}

static const char good[] =
    "G1,East,csp,D1\n"
    "G1,East,csp,D2\n"
    "G2,Like us,most-similar-csps,D3\n"
    "G3,Forces,most-similar-forces,F\n"
    "G1,East,csp,D3\n" /* apart from the others of its group */
    "G4,West,csp,D3\n"
    "G5,Odd,other,D3\n";

static void a_group_has_the_members_that_its_rows_name(void **state)
{
    (void)state;
    world w = world_of(good, "");
    assert_faults(w.found, 0, 0);
    assert_int_equal(groups_count(w.groups), 5);
    const group *east = groups_at(w.groups, 0);
    assert_text(east->code, "G1");
    assert_text(east->name, "East");
    assert_text(east->kind, "csp");
    assert_int_equal(east->count, 3);
    assert_int_equal(east->members[0], area_at(&w, "D1"));
    assert_int_equal(east->members[2], area_at(&w, "D3"));
    assert_text(groups_at(w.groups, 4)->code, "G5");
    forget(&w);
}

static void a_group_is_found_by_code_or_else_by_name_whatever_the_case(void **state)
{
    (void)state;
    world w = world_of("A,B,csp,D1\nB,C,csp,D2\nC,East side,csp,D3\n", "");
    assert_text(groups_find(w.groups, text_of("A"))->code, "A");
    assert_text(groups_find(w.groups, text_of("B"))->code, "B"); /* A bears it as a name */
    assert_text(groups_find(w.groups, text_of("b"))->code, "A");
    assert_text(groups_find(w.groups, text_of("EAST SIDE"))->code, "C");
    assert_null(groups_find(w.groups, text_of("East")));
    assert_null(groups_find(w.groups, text_of("a")));
    forget(&w);
}

static void only_most_similar_groups_are_means_of_their_members(void **state)
{
    (void)state;
    world w = world_of(good, "");
    static const bool mean[] = {false, true, true, false, false};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(group_is_most_similar(groups_at(w.groups, i)), mean[i]);
    forget(&w);
}

static void a_member_is_shared_when_another_group_of_its_kind_has_it(void **state)
{
    (void)state;
    world w = world_of(good, "");
    const group *east = groups_find(w.groups, text_of("G1")), *similar = groups_find(w.groups, text_of("G2"));
    assert_false(groups_share_member(w.groups, east, area_at(&w, "D1")));
    assert_true(groups_share_member(w.groups, east, area_at(&w, "D3")));
    assert_false(groups_share_member(w.groups, similar, area_at(&w, "D3")));
    forget(&w);
}

static void many_groups_and_members_are_kept_apart(void **state)
{
    (void)state;
    arena *memory = arena_create();
    text lines = {"", 0};
    for (int i = 0; i < 100; i++)
        lines = arena_print(memory, "%.*sG%d,Group %d,csp,D1\nG%d,Group %d,csp,D2\n", TEXT_ARGS(lines), i, i, i, i);
    world w = world_of(lines.at, "");
    assert_faults(w.found, 0, 0);
    assert_int_equal(groups_count(w.groups), 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(groups_at(w.groups, i)->count, 2);
    forget(&w);
    arena_destroy(&memory);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *lines, *fault; } cases[] = {
        {"G,g,csp,X\n", "groups.csv:2: error: the member 'X' is not in areas.csv"},
        {"G,g,csp,L\n", "groups.csv:2: error: the member 'L' is not in areas.csv, or too fine"},
        {"G,g,csp,\n", "groups.csv:2: error: the member ''"},
        {",g,csp,D1\n", "groups.csv:2: error: the group '' has no code"},
        {"D1,g,csp,D1\n", "groups.csv:2: error: the group 'D1' has no code, or an area's"},
        {"G,g,CSP,D1\n", "groups.csv:2: error: the kind 'CSP'"},
        {"G,g,csp,D1\nG,h,csp,D2\n", "groups.csv:3: error: 'G' has another name or kind than above"},
        {"G,g,csp,D1\nG,g,other,D2\n", "groups.csv:3: error: 'G' has another name or kind than above"},
        {"G,g,csp,D1\nG,g,csp,D2\nG,g,csp,D1\n", "groups.csv:4: error: "}, /* would be counted twice */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w = world_of(cases[i].lines, "");
        assert_faults(w.found, 1, 0);
        assert_fault(w.found, cases[i].fault);
        forget(&w);
    }
}

static void there_need_be_no_groups(void **state)
{
    (void)state;
    world w = world_of("", "");
    assert_faults(w.found, 0, 0);
    assert_int_equal(groups_count(w.groups), 0);
    assert_null(groups_find(w.groups, text_of("")));
    forget(&w);
}

static void faults_of_imported_groups_name_the_imported_file(void **state)
{
    (void)state;
    world w = world_of(good, "G9,New,csp,D1\nG9,New,csp,X\nG1,East,csp,D1\n"); /* the last is known already */
    assert_faults(w.found, 1, 0);
    assert_fault(w.found, "imported/groups.csv:3: error: the member 'X'");
    assert_int_equal(groups_count(w.groups), 6);
    assert_int_equal(groups_at(w.groups, 0)->count, 3);
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_has_the_members_that_its_rows_name),
        cmocka_unit_test(a_group_is_found_by_code_or_else_by_name_whatever_the_case),
        cmocka_unit_test(only_most_similar_groups_are_means_of_their_members),
        cmocka_unit_test(a_member_is_shared_when_another_group_of_its_kind_has_it),
        cmocka_unit_test(many_groups_and_members_are_kept_apart),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(there_need_be_no_groups),
        cmocka_unit_test(faults_of_imported_groups_name_the_imported_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
