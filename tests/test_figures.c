/* Promise: what is asked for by code or name is found or told why not; what is known of a group is what is known of all of
 * its members; and a report's date is as far as coverage reaches, whatever odd record lies beyond it. */
#include "figures/figures.h"

#include <string.h>

#include "report_fixtures.h"
#include "testing.h"

/* --- who is meant ------------------------------------------------------------------------------ */

static void assert_found(report_world *w, const char *asked, const char *code)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    if (!subject_find(w->figures, text_of(asked), &of, words))
        fail_msg("%s", words);
    assert_text(of.code, code);
    assert_string_equal(words, "");
}

static void assert_not_found(report_world *w, const char *asked, const char *expected)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    assert_false(subject_find(w->figures, text_of(asked), &of, words));
    if (strstr(words, expected) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", words, expected);
}

static void an_area_or_group_is_found_by_code_or_by_name_whatever_its_case(void **state)
{
    report_world *w = *state;
    (void)figures_now(w);
    assert_found(w, "D1", "D1");
    assert_found(w, "Stafford", "D1");
    assert_found(w, "sTAFFORD", "D1");
    assert_found(w, "First force", "F1");
    assert_found(w, "BOTH", "BOTH");
    assert_found(w, "like us", "ALIKE");
    assert_found(w, "Former", "FD");
}

static void a_category_is_found_by_code_or_by_title_or_told_what_was_meant(void **state)
{
    report_world *w = *state;
    char words[NOTE_SIZE_MAX];
    const offence_tree *tree = figures_reference(figures_now(w))->categories;
    assert_int_equal(category_called(tree, text_of("other-theft"), words), offence_tree_find(tree, text_of("other-theft")));
    assert_int_equal(category_called(tree, text_of("ANTI-social behaviour"), words), offence_tree_find(tree, text_of("asb")));
    assert_string_equal(words, "");
    assert_int_equal(category_called(tree, text_of("burglery"), words), CATEGORY_NONE);
    assert_string_equal(words, "'burglery' is neither the code nor the title of a category; perhaps 'burglary'");
}

static void a_subject_has_the_name_and_the_members_of_what_is_meant(void **state)
{
    report_world *w = *state;
    (void)figures_now(w);
    const subject *area_found = subject_at(w, "D1"), *group_found = subject_at(w, "BOTH");
    assert_text(area_found->name, "Stafford");
    assert_null(area_found->group);
    assert_int_equal(area_found->member_count, 1);
    assert_int_equal(area_found->members[0], area_found->area);
    assert_text(group_found->name, "Stafford and Lichfield");
    assert_int_equal(group_found->area, AREA_NONE);
    assert_int_equal(group_found->member_count, 2);
    assert_int_equal(group_found->members[0], area_found->area);
}

static void a_name_that_an_area_and_a_group_share_is_the_area_s(void **state)
{
    report_world *w = *state;
    given(w, "groups.csv", "group,name,kind,member\nG,Stafford,csp,D1\nLichfield,By code,csp,D1\n");
    (void)figures_now(w);
    assert_found(w, "Stafford", "D1");
    assert_found(w, "G", "G");
    assert_found(w, "Lichfield", "Lichfield"); /* a code goes before a name */
}

static void a_subject_lies_in_whatever_holds_all_of_it(void **state)
{
    report_world *w = *state;
    static const struct { const char *code, *outer; bool lies; } cases[] = {
        {"D1", "D1", true}, {"D1", "F1", true}, {"D1", "EW", true}, {"D1", "", true}, {"D1", "D2", false},
        {"F1", "D1", false}, {"D1", "F2", false}, {"D1", "nowhere", false},
        {"D1", "BOTH", true}, {"BOTH", "BOTH", true}, {"BOTH", "F1", true}, {"BOTH", "D1", false},
        {"ALIKE", "F1", false}, {"ALIKE", "EW", true}, {"D3", "ALIKE", true}, {"F1", "BOTH", false}, {"BOTH", "ALIKE", false},
        {"D1", "Stafford and Lichfield", false}};
    const figures *from = figures_now(w);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (subject_lies_in(figures_reference(from), subject_at(w, cases[i].code), text_of(cases[i].outer)) != cases[i].lies)
            fail_msg("%s in %s", cases[i].code, cases[i].outer);
}

static void an_area_too_fine_to_be_counted_says_so(void **state)
{
    report_world *w = *state;
    (void)figures_now(w);
    assert_not_found(w, "L1", "L1 (Stafford 001A) is a lsoa: counts are kept for districts and above");
}

static void a_name_of_several_areas_is_no_name_and_lists_their_codes(void **state)
{
    report_world *w = *state;
    reference_edit(w->engine.reference, "areas.csv", "F2,Second force", "F2,Corby");
    world_reload(&w->engine);
    (void)figures_now(w);
    assert_not_found(w, "corby", "is the name of several areas: give a code, F2 (force) D3 (district)");
    assert_found(w, "F2", "F2");
}

static void a_name_that_is_nearly_one_is_suggested(void **state)
{
    report_world *w = *state;
    (void)figures_now(w);
    assert_not_found(w, "Staford", "perhaps Stafford (district D1)");
    assert_not_found(w, "field", "perhaps Lichfield (district D2)");
    assert_not_found(w, "force", "perhaps First force (force F1), Second force (force F2)");
    assert_not_found(w, "Atlantis", "'Atlantis' is neither the code nor the name of an area or group");
    assert_not_found(w, "", "is neither");
}

static void words_of_any_length_are_refused_within_bounds(void **state)
{
    report_world *w = *state;
    text name = text_filled(w->engine.memory, 'x', NOTE_SIZE_MAX + 100);
    reference_edit(w->engine.reference, "areas.csv", "First force", arena_print(w->engine.memory, "%s force", name.at).at);
    world_reload(&w->engine);
    (void)figures_now(w);
    assert_not_found(w, "force", "perhaps xxx"); /* and no room for the second force */
    for (size_t size = 1; size < 3 * NOTE_SIZE_MAX; size += 61)
        assert_not_found(w, text_filled(w->engine.memory, 'a', size).at, "'a");
}

/* --- what is known ----------------------------------------------------------------------------- */

static void assert_known_on(report_world *w, const char *code, const char *category_code, const char *days)
{
    period_set *sets;
    char words[256] = "", from[DATE_TEXT], to[DATE_TEXT];
    assert_int_equal(known_read(w->figures, subject_at(w, code), &sets), STATUS_OK);
    const period_set *set = &sets[category_in(w, category_code)];
    for (size_t i = 0; i < set->count; i++)
        (void)snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s..%s", i > 0 ? " " : "",
                       date_text(set->each[i].from, from), date_text(set->each[i].to, to));
    known_free(w->figures, &sets);
    assert_null(sets);
    assert_string_equal(words, days);
}

static void of_a_group_is_known_what_is_known_of_all_members(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-01-01..2024-06-30");
    covered(w, "D1", "2024-09-01..2024-12-31");
    covered_by(w, "live", "D2", "2024-03-01..2024-10-31", "theft", "");
    (void)figures_now(w);
    assert_known_on(w, "D1", "home", "2024-01-01..2024-06-30 2024-09-01..2024-12-31");
    assert_known_on(w, "BOTH", "home", "2024-03-01..2024-06-30 2024-09-01..2024-10-31");
    assert_known_on(w, "BOTH", "violence", "");
    assert_known_on(w, "F1", "home", "2024-03-01..2024-06-30 2024-09-01..2024-10-31");
    assert_known_on(w, "D3", "home", "");
}

static const char *as_of(report_world *w, const char *code)
{
    static char words[DATE_TEXT];
    day_number reached;
    (void)figures_now(w);
    assert_int_equal(subject_as_of(w->figures, subject_at(w, code), &reached), STATUS_OK);
    return date_text(reached, words);
}

static void the_date_is_as_far_as_the_first_root_is_covered(void **state)
{
    report_world *w = *state;
    covered_by(w, "live", "D1", "2024-01-01..2024-06-30", "", "");
    covered_by(w, "live", "D1", "2024-01-01..2024-12-31", "asb", "");
    assert_string_equal(as_of(w, "D1"), "2024-06-30");
    covered_by(w, "live", "D2", "2024-01-01..2024-11-30", "asb", "");
    covered_by(w, "live", "D2", "2024-01-01..2024-12-31", "theft", "");
    assert_string_equal(as_of(w, "D2"), "2024-11-30"); /* asb is a root, theft none */
}

static void a_marker_without_a_node_sets_no_date_before_a_root(void **state)
{
    report_world *w = *state;
    reference_edit(w->engine.reference, "categories.csv", "all-crime,All crime", "flagged,Flagged,,hate,,\nall-crime,All crime");
    world_reload(&w->engine);
    covered(w, "D1", "2024-01-01..2024-06-30");
    covered_by(w, "live", "D1", "2024-01-01..2024-12-31", "flagged", "");
    assert_string_equal(as_of(w, "D1"), "2024-06-30");
}

static void records_set_no_date(void **state)
{
    report_world *w = *state;
    happened(w, 1, "2024-12-24", "30C", "D1");
    assert_string_equal(as_of(w, "D1"), "");
    covered(w, "D1", "2024-01-01..2024-06-30");
    assert_string_equal(as_of(w, "D1"), "2024-06-30");
}

static void where_no_root_is_covered_the_furthest_category_sets_the_date(void **state)
{
    report_world *w = *state;
    covered_by(w, "live", "D1", "2024-01-01..2024-06-30", "home", "");
    covered_by(w, "live", "D1", "2024-01-01..2024-03-31", "violence", "");
    assert_string_equal(as_of(w, "D1"), "2024-06-30");
}

static void a_whole_is_dated_by_all_of_its_parts_or_else_by_the_furthest(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2024-01-01..2024-06-30");
    assert_string_equal(as_of(w, "F1"), "2024-06-30"); /* of D2 nothing is known */
    assert_string_equal(as_of(w, "EW"), "2024-06-30");
    assert_string_equal(as_of(w, "BOTH"), "2024-06-30");
    assert_string_equal(as_of(w, "F2"), "");
    covered(w, "D2", "2024-01-01..2024-05-31");
    assert_string_equal(as_of(w, "F1"), "2024-05-31");
    assert_string_equal(as_of(w, "BOTH"), "2024-05-31");
    assert_string_equal(as_of(w, "ALIKE"), "2024-06-30"); /* D1 and D3 */
}

static void an_origin_covers_what_it_declared_with_what_lies_above_and_below(void **state)
{
    report_world *w = *state;
    covered(w, "F1", "2024-01-01..2024-06-30");
    covered_by(w, "police", "D3", "2024-01-01..2024-06-30", "", OPEN_DATA);
    (void)figures_now(w);
    static const struct { const char *area; bool live, police; } cases[] = {
        {"F1", true, false}, {"D1", true, false}, {"FD", true, false}, {"EW", true, true}, {"F2", false, true},
        {"D3", false, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int area_index = subject_at(w, cases[i].area)->area;
        const codebook *book = figures_codebook(w->figures);
        uint32_t live = codebook_find(book, CODE_ORIGIN, text_of("live")), police = codebook_find(book, CODE_ORIGIN, text_of("police"));
        assert_int_equal(figures_origin_covers(w->figures, live, area_index), cases[i].live);
        assert_int_equal(figures_origin_covers(w->figures, police, area_index), cases[i].police);
        assert_false(figures_origin_covers(w->figures, police + live + 1, area_index));
    }
}

/* --- opening ----------------------------------------------------------------------------------- */

static void a_store_without_reference_data_has_no_figures(void **state)
{
    place *at = *state;
    figures *made = NULL;
    assert_int_equal(figures_open(at->writer, &made), STATUS_NOT_FOUND);
    assert_null(made);
    figures_close(&made);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, report_world_make, report_world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(an_area_or_group_is_found_by_code_or_by_name_whatever_its_case),
        IN_A_WORLD(a_category_is_found_by_code_or_by_title_or_told_what_was_meant),
        IN_A_WORLD(a_subject_has_the_name_and_the_members_of_what_is_meant),
        IN_A_WORLD(a_name_that_an_area_and_a_group_share_is_the_area_s),
        IN_A_WORLD(a_subject_lies_in_whatever_holds_all_of_it),
        IN_A_WORLD(an_area_too_fine_to_be_counted_says_so),
        IN_A_WORLD(a_name_of_several_areas_is_no_name_and_lists_their_codes),
        IN_A_WORLD(a_name_that_is_nearly_one_is_suggested),
        IN_A_WORLD(words_of_any_length_are_refused_within_bounds),
        IN_A_WORLD(of_a_group_is_known_what_is_known_of_all_members),
        IN_A_WORLD(the_date_is_as_far_as_the_first_root_is_covered),
        IN_A_WORLD(a_marker_without_a_node_sets_no_date_before_a_root),
        IN_A_WORLD(records_set_no_date),
        IN_A_WORLD(where_no_root_is_covered_the_furthest_category_sets_the_date),
        IN_A_WORLD(a_whole_is_dated_by_all_of_its_parts_or_else_by_the_furthest),
        IN_A_WORLD(an_origin_covers_what_it_declared_with_what_lies_above_and_below),
        cmocka_unit_test_setup_teardown(a_store_without_reference_data_has_no_figures, place_make_store, place_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
