/* Promise: a silence holds on its own days and, where it recurs, on the same days of every week or year, also over New Year and on
 * 29 February; it speaks of what lies in its area and under its category and of nothing else; and what was announced under one
 * stays so though it has ended since. */
#include "alerting/silences.h"

#include <stdio.h>

#include "alert_fixtures.h"
#include "coverage_fixtures.h"
#include "testing.h"

/* --- days --------------------------------------------------------------------------------------------- */

static stored_silence quiet_on(const char *from, const char *to, const char *recurs)
{
    return (stored_silence){.id = 1, .days = {day_from(from), day_from(to)}, .recurs = text_of(recurs)};
}

static void assert_covers(stored_silence one, const char *date, bool expected)
{
    if (silence_covers_day(&one, day_from(date)) != expected)
        fail_msg("%s is %scovered", date, expected ? "not " : "");
}

static void assert_lasts(stored_silence one, const char *date, const char *until)
{
    char said[DATE_TEXT];
    assert_covers(one, date, true);
    assert_string_equal(date_text(silence_last_day(&one, day_from(date)), said), until);
}

static void a_silence_holds_from_its_first_day_to_its_last(void **state)
{
    (void)state;
    stored_silence one = quiet_on("2025-03-31", "2025-04-02", "");
    assert_covers(one, "2025-03-30", false);
    assert_lasts(one, "2025-03-31", "2025-04-02");
    assert_lasts(one, "2025-04-02", "2025-04-02");
    assert_covers(one, "2025-04-03", false);
    assert_covers(one, "2026-03-31", false);
}

static void a_weekly_one_holds_on_the_same_days_of_every_week_from_then_on(void **state)
{
    (void)state;
    stored_silence one = quiet_on("2025-04-05", "2025-04-06", "weekly"); /* a weekend */
    assert_covers(one, "2025-03-29", false);
    assert_covers(one, "2025-04-04", false);
    assert_lasts(one, "2025-04-05", "2025-04-06");
    assert_covers(one, "2025-04-07", false);
    assert_lasts(one, "2025-04-12", "2025-04-13");
    assert_lasts(one, "2025-04-13", "2025-04-13");
    assert_covers(one, "2025-04-14", false);
    assert_lasts(one, "2027-01-02", "2027-01-03");
}

static void a_yearly_one_holds_over_new_year(void **state)
{
    (void)state;
    stored_silence one = quiet_on("2024-12-28", "2025-01-03", "yearly");
    assert_covers(one, "2024-01-02", false);
    assert_lasts(one, "2024-12-28", "2025-01-03");
    assert_lasts(one, "2025-01-03", "2025-01-03");
    assert_covers(one, "2025-01-04", false);
    assert_covers(one, "2025-12-27", false);
    assert_lasts(one, "2025-12-31", "2026-01-03");
    assert_lasts(one, "2026-01-01", "2026-01-03");
    assert_covers(one, "2026-01-04", false);
    assert_lasts(one, "2030-01-03", "2030-01-03");
}

static void a_yearly_one_that_began_on_29_february_holds_on_the_last_day_of_it(void **state)
{
    (void)state;
    stored_silence one = quiet_on("2024-02-29", "2024-03-01", "yearly");
    assert_covers(one, "2025-02-27", false);
    assert_lasts(one, "2025-02-28", "2025-03-01");
    assert_covers(one, "2025-03-02", false);
    assert_covers(one, "2028-02-28", false);
    assert_lasts(one, "2028-02-29", "2028-03-01");
}

/* --- of what ------------------------------------------------------------------------------------------- */

static bool speaks(engine_world *w, uint64_t alert, const char *area_code, const char *category_code, const char *of_area,
                   const char *of_category)
{
    stored_silence one = {.alert = alert, .area = area_code[0] != '\0' ? area_number(w, area_code) : 0,
                          .category = category_code[0] != '\0' ? category_number(w, category_code) : 0};
    return silence_speaks_of(&one, engine_reference(w->engine), 7, of_area[0] != '\0' ? area_number(w, of_area) : 0,
                             of_category[0] != '\0' ? category_number(w, of_category) : 0);
}

static void a_silence_speaks_of_its_alert_or_of_what_lies_in_its_area_and_category(void **state)
{
    engine_world *w = *state;
    assert_true(speaks(w, 7, "", "", "D1", "home"));
    assert_false(speaks(w, 8, "", "", "D1", "home"));
    assert_true(speaks(w, 0, "D1", "", "D1", "home"));
    assert_true(speaks(w, 0, "F1", "", "D1", "home"));
    assert_false(speaks(w, 0, "D1", "", "F1", "home"));
    assert_false(speaks(w, 0, "D2", "", "D1", "home"));
    assert_true(speaks(w, 0, "", "theft", "D3", "home"));
    assert_false(speaks(w, 0, "", "home", "D3", "theft"));
    assert_true(speaks(w, 0, "F1", "theft", "D1", "home"));
    assert_false(speaks(w, 0, "F1", "asb", "D1", "home"));
}

static void tocsin_s_own_troubles_are_silenced_one_by_one(void **state)
{
    engine_world *w = *state;
    assert_false(speaks(w, 0, "EW", "", "", ""));
    assert_false(speaks(w, 0, "", "all-crime", "", ""));
    assert_true(speaks(w, 7, "", "", "", ""));
}

/* --- when it was announced ------------------------------------------------------------------------------ */

static uint64_t holding(engine_world *w, uint64_t until_event)
{
    silences *all;
    assert_int_equal(silences_read(engine_store(w->engine), &all), STATUS_OK);
    const stored_silence *found = silences_holding(all, engine_reference(w->engine), 99, area_number(w, "D1"),
                                                   category_number(w, "home"), london_date(w->now_s), until_event);
    uint64_t id = found != NULL ? found->id : 0;
    silences_free(&all);
    return id;
}

static void an_ended_silence_holds_no_more_but_held_when_it_did(void **state)
{
    engine_world *w = *state;
    uint64_t before = tell_raise(w), id = tell_silence(w, 0, "D1", "burglary"), under = tell_raise(w);
    assert_int_equal(holding(w, 0), id);
    tell_silence_ended(w, id);
    uint64_t after = tell_raise(w);
    assert_int_equal(holding(w, 0), 0);
    assert_int_equal(holding(w, before), 0);
    assert_int_equal(holding(w, under), id);
    assert_int_equal(holding(w, after), 0);
}

static void of_several_the_first_that_holds_is_told(void **state)
{
    engine_world *w = *state;
    (void)tell_silence(w, 0, "D2", "");
    uint64_t first = tell_silence(w, 0, "F1", ""), second = tell_silence(w, 0, "", "theft");
    assert_int_equal(holding(w, 0), first);
    tell_silence_ended(w, first);
    assert_int_equal(holding(w, 0), second);
    w->now_s += 2 * 86400;
    assert_int_equal(holding(w, 0), 0);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silence_holds_from_its_first_day_to_its_last),
        cmocka_unit_test(a_weekly_one_holds_on_the_same_days_of_every_week_from_then_on),
        cmocka_unit_test(a_yearly_one_holds_over_new_year),
        cmocka_unit_test(a_yearly_one_that_began_on_29_february_holds_on_the_last_day_of_it),
        IN_WORLD(a_silence_speaks_of_its_alert_or_of_what_lies_in_its_area_and_category),
        IN_WORLD(tocsin_s_own_troubles_are_silenced_one_by_one),
        IN_WORLD(an_ended_silence_holds_no_more_but_held_when_it_did),
        IN_WORLD(of_several_the_first_that_holds_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
