/* Promise: only a rise to elevated or above pages, unless it is silenced; what paged is told of its end; a filter lets through what
 * lies in what was asked for, with the end of what was told; and the JSON says all of it under the fields' own names. */
#include "proto/alert_event.h"

#include <string.h>

#include "fixtures.h"
#include "testing.h"

/* --- words -------------------------------------------------------------------------------------------- */

static void each_kind_has_a_word_and_is_read_from_it(void **state)
{
    (void)state;
    static const char *const words[EVENT_KINDS] = {"raised", "escalated", "lowered", "turned", "cleared", "standing",
                                                   "acknowledged", "commented", "reopened", "silenced", "unsilenced"};
    for (int k = 0; k < EVENT_KINDS; k++) {
        event_kind found = EVENT_KINDS;
        assert_string_equal(event_kind_text((event_kind)k), words[k]);
        assert_true(event_kind_read(text_of(words[k]), &found));
        assert_int_equal(found, k);
        assert_int_equal(event_kind_by_people((event_kind)k), k >= EVENT_ACKNOWLEDGED);
    }
    event_kind untouched = EVENT_TURNED;
    assert_false(event_kind_read(text_of("Raised"), &untouched));
    assert_false(event_kind_read(text_of(""), &untouched));
    assert_int_equal(untouched, EVENT_TURNED);
}

static void what_a_filter_is_about_has_a_word(void **state)
{
    (void)state;
    event_about found;
    assert_true(event_about_read(text_of("tocsin"), &found));
    assert_int_equal(found, ABOUT_TOCSIN);
    assert_string_equal(event_about_text(ABOUT_SERIES), "series");
    assert_string_equal(event_about_text(ABOUT_ALL), "all");
    assert_false(event_about_read(text_of("everything"), &found));
}

/* --- paging ------------------------------------------------------------------------------------------- */

enum { N = LEVEL_NORMAL, W = LEVEL_WATCH, E = LEVEL_ELEVATED, P = LEVEL_PRIORITY };
enum { NONE = TREND_NONE, UP = TREND_RISING, DOWN = TREND_FALLING };

static const struct step {
    event_kind kind;
    int before, before_way, after, after_way;
    bool silenced, own;
    bool pages, relieves;
} steps[] = {
    {EVENT_RAISED, N, NONE, W, UP, false, false, false, false},
    {EVENT_RAISED, N, NONE, E, UP, false, false, true, false},
    {EVENT_RAISED, N, NONE, P, UP, false, false, true, false},
    {EVENT_RAISED, N, NONE, P, UP, true, false, false, false},
    {EVENT_RAISED, N, NONE, P, DOWN, false, false, false, false},
    {EVENT_ESCALATED, W, UP, E, UP, false, false, true, false},
    {EVENT_ESCALATED, E, UP, P, UP, false, false, true, false},
    {EVENT_ESCALATED, E, DOWN, P, DOWN, false, false, false, false},
    {EVENT_LOWERED, P, UP, E, UP, false, false, false, true},
    {EVENT_LOWERED, P, UP, W, UP, false, false, false, true},
    {EVENT_LOWERED, P, DOWN, W, DOWN, false, false, false, false},
    {EVENT_LOWERED, P, DOWN, E, UP, false, false, true, false},
    {EVENT_TURNED, E, DOWN, E, UP, false, false, true, false},
    {EVENT_TURNED, E, UP, E, DOWN, false, false, false, true},
    {EVENT_TURNED, W, DOWN, W, UP, false, false, false, false},
    {EVENT_CLEARED, E, UP, N, NONE, false, false, false, true},
    {EVENT_CLEARED, P, UP, N, NONE, true, false, false, true},
    {EVENT_CLEARED, W, UP, N, NONE, false, false, false, false},
    {EVENT_CLEARED, P, DOWN, N, NONE, false, false, false, false},
    {EVENT_STANDING, N, NONE, E, UP, false, false, true, false},
    {EVENT_STANDING, P, UP, E, UP, false, false, false, true},
    {EVENT_ACKNOWLEDGED, P, UP, P, UP, false, false, false, false},
    {EVENT_COMMENTED, N, NONE, P, UP, false, false, false, false},
    {EVENT_SILENCED, P, UP, P, UP, false, false, false, false},
    /* Tocsin's own troubles have no direction. */
    {EVENT_RAISED, N, NONE, E, NONE, false, true, true, false},
    {EVENT_RAISED, N, NONE, P, NONE, true, true, false, false},
    {EVENT_ESCALATED, E, NONE, P, NONE, false, true, true, false},
    {EVENT_CLEARED, E, NONE, N, NONE, false, true, false, true},
};

static void only_rises_to_elevated_and_above_page_and_their_end_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct step *s = &steps[i];
        alert_event one = {.kind = s->kind, .level_before = (alert_level)s->before, .direction_before = (trend_direction)s->before_way,
                           .level = (alert_level)s->after, .direction = (trend_direction)s->after_way, .silenced = s->silenced,
                           .subject = text_of(s->own ? "disk" : "")};
        if (alert_event_pages(&one) != s->pages || alert_event_relieves(&one) != s->relieves)
            fail_msg("step %zu: pages %d, relieves %d", i, alert_event_pages(&one), alert_event_relieves(&one));
    }
}

/* --- filters ------------------------------------------------------------------------------------------ */

static text in_stafford[] = {{"D1", 2}, {"F1", 2}, {"CSP", 3}}, of_burglary[] = {{"burglary", 8}, {"theft", 5}};

static alert_event burglary_in_stafford(void)
{
    return (alert_event){.kind = EVENT_RAISED, .level = LEVEL_ELEVATED, .direction = TREND_RISING, .area = in_stafford[0],
                         .areas = {in_stafford, 3}, .category = of_burglary[0], .categories = {of_burglary, 2}};
}

static bool passes(alert_event one, event_filter filter)
{
    return event_filter_passes(&filter, &one);
}

static text_list just(text *code, const char *said)
{
    *code = text_of(said);
    return (text_list){code, 1};
}

static void an_empty_filter_lets_everything_through(void **state)
{
    (void)state;
    assert_true(passes(burglary_in_stafford(), (event_filter){0}));
    assert_true(passes((alert_event){.kind = EVENT_COMMENTED}, (event_filter){0}));
    assert_true(passes((alert_event){.subject = text_of("disk")}, (event_filter){0}));
}

static void an_area_holds_what_lies_in_it_and_a_group_its_members(void **state)
{
    (void)state;
    text code, several[2] = {text_of("D3"), text_of("F1")};
    assert_true(passes(burglary_in_stafford(), (event_filter){.areas = just(&code, "D1")}));
    assert_true(passes(burglary_in_stafford(), (event_filter){.areas = just(&code, "F1")}));
    assert_true(passes(burglary_in_stafford(), (event_filter){.areas = just(&code, "CSP")}));
    assert_false(passes(burglary_in_stafford(), (event_filter){.areas = just(&code, "D2")}));
    assert_false(passes(burglary_in_stafford(), (event_filter){.areas = just(&code, "D")}));
    assert_true(passes(burglary_in_stafford(), (event_filter){.areas = {several, 2}}));
    assert_false(passes((alert_event){.subject = text_of("disk")}, (event_filter){.areas = just(&code, "D1")}));
}

static void a_category_holds_all_beneath_it_and_both_must_hold(void **state)
{
    (void)state;
    text area_code, code;
    assert_true(passes(burglary_in_stafford(), (event_filter){.categories = just(&code, "theft")}));
    assert_false(passes(burglary_in_stafford(), (event_filter){.categories = just(&code, "home")}));
    assert_true(passes(burglary_in_stafford(), (event_filter){.areas = just(&area_code, "F1"), .categories = just(&code, "theft")}));
    assert_false(passes(burglary_in_stafford(), (event_filter){.areas = just(&area_code, "F2"), .categories = just(&code, "theft")}));
}

static void a_level_lets_through_what_reaches_it_and_what_leaves_it(void **state)
{
    (void)state;
    alert_event one = burglary_in_stafford();
    assert_true(passes(one, (event_filter){.level = LEVEL_ELEVATED}));
    assert_false(passes(one, (event_filter){.level = LEVEL_PRIORITY}));
    one.level_before = LEVEL_PRIORITY;
    one.level = LEVEL_NORMAL;
    assert_true(passes(one, (event_filter){.level = LEVEL_PRIORITY}));
}

static void series_and_tocsin_s_own_state_are_told_apart(void **state)
{
    (void)state;
    alert_event own = {.subject = text_of("backup"), .level = LEVEL_ELEVATED};
    assert_true(passes(own, (event_filter){.about = ABOUT_TOCSIN}));
    assert_false(passes(own, (event_filter){.about = ABOUT_SERIES}));
    assert_false(passes(burglary_in_stafford(), (event_filter){.about = ABOUT_TOCSIN}));
    assert_true(passes(burglary_in_stafford(), (event_filter){.about = ABOUT_SERIES}));
}

/* --- JSON --------------------------------------------------------------------------------------------- */

static const char *const keys[] = {
    "number", "at", "kind", "alert", "batch", "subject", "area", "area_name", "areas", "category", "title", "categories", "as_of",
    "level_before", "level", "direction_before", "direction", "rule", "corrected", "lowest", "lowest_title", "words", "caveats",
    "figures", "who", "note", "silenced", "pages",
};

static void the_json_has_every_field_under_its_name_in_one_order(void **state)
{
    (void)state;
    text caveat = text_of("small numbers");
    alert_event one = burglary_in_stafford();
    one.number = 12;
    one.alert = one.batch = 11;
    one.at_s = 1743422400; /* 31 March 2025, 12:00 UTC */
    one.as_of = day_of(2025, 3, 30);
    one.caveats = (text_list){&caveat, 1};
    one.figures = text_of("{\"count\":955}");
    one.words = text_of("It rose.");
    jsondoc *made = alert_event_json(&one);
    size_t count = sizeof keys / sizeof keys[0];
    for (size_t i = 0; i < count; i++)
        assert_string_equal(jsondoc_key(made, i), keys[i]);
    assert_null(jsondoc_key(made, count));
    assert_true(jsondoc_number(jsondoc_get(made, "number")) == 12);
    assert_text(jsondoc_text(jsondoc_get(made, "at")), "2025-03-31T12:00:00Z");
    assert_text(jsondoc_text(jsondoc_get(made, "as_of")), "2025-03-30");
    assert_text(jsondoc_text(jsondoc_get(made, "kind")), "raised");
    assert_text(jsondoc_text(jsondoc_get(made, "level_before")), "normal");
    assert_text(jsondoc_text(jsondoc_get(made, "level")), "elevated");
    assert_int_equal(jsondoc_size(jsondoc_get(made, "areas")), 3);
    assert_text(jsondoc_text(jsondoc_at(jsondoc_get(made, "caveats"), 0)), "small numbers");
    assert_true(jsondoc_number(jsondoc_get(jsondoc_get(made, "figures"), "count")) == 955);
    assert_true(jsondoc_number(jsondoc_get(made, "pages")) == 1);
    jsondoc_destroy(&made);
}

static void what_is_empty_is_null(void **state)
{
    (void)state;
    static const char *const empty[] = {"alert", "subject", "area", "area_name", "category", "title", "as_of", "direction", "rule",
                                        "lowest", "lowest_title", "figures", "who", "note"};
    alert_event one = {.number = 1, .kind = EVENT_SILENCED, .as_of = DAY_NONE};
    jsondoc *made = alert_event_json(&one);
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
        assert_int_equal(jsondoc_kind_of(jsondoc_get(made, empty[i])), JSONDOC_NULL);
    assert_int_equal(jsondoc_size(jsondoc_get(made, "areas")), 0);
    jsondoc_destroy(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_a_word_and_is_read_from_it),
        cmocka_unit_test(what_a_filter_is_about_has_a_word),
        cmocka_unit_test(only_rises_to_elevated_and_above_page_and_their_end_is_told),
        cmocka_unit_test(an_empty_filter_lets_everything_through),
        cmocka_unit_test(an_area_holds_what_lies_in_it_and_a_group_its_members),
        cmocka_unit_test(a_category_holds_all_beneath_it_and_both_must_hold),
        cmocka_unit_test(a_level_lets_through_what_reaches_it_and_what_leaves_it),
        cmocka_unit_test(series_and_tocsin_s_own_state_are_told_apart),
        cmocka_unit_test(the_json_has_every_field_under_its_name_in_one_order),
        cmocka_unit_test(what_is_empty_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
