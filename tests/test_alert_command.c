/* Promise: tocsin alerts puts the most serious first and says what it leaves out; an alert of Tocsin's own state is listed by its
 * subject and told without incidents; what is both acknowledged and silenced is shown as both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert_fixtures.h"
#include "analyst/commands.h"
#include "command_fixtures.h"
#include "testing.h"

static said run(engine_world *w, int (*command)(int argc, char **argv), const char *line)
{
    return said_by(command, arena_print(w->memory, "%s --data %s", line, w->data).at, w->memory);
}

static uint64_t tell_own(engine_world *w, event_kind kind, uint64_t alert, alert_level before, alert_level after)
{
    stored_event one = {.kind = text_of(event_kind_text(kind)), .alert = alert, .subject = text_of("disk"), .as_of = DAY_NONE,
                        .level_before = (uint8_t)before, .level = (uint8_t)after, .words = text_of("The disk is nearly full.")};
    assert_int_equal(engine_tell(w->engine, &one, 1, NULL, 0, w->now_s), STATUS_OK);
    return one.id;
}

/* Line by line, the ids of a table. */
static const char *ids_of(engine_world *w, const char *out)
{
    text ids = {0};
    for (const char *line = strchr(out, '\n') + 1; *line >= '0' && *line <= '9'; line = strchr(line, '\n') + 1)
        ids = arena_print(w->memory, "%.*s%ld ", TEXT_ARGS(ids), strtol(line, NULL, 10));
    return ids.at;
}

static void the_most_serious_stand_first_and_what_is_left_out_is_counted(void **state)
{
    engine_world *w = *state;
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "D1", "asb", LEVEL_NORMAL, LEVEL_WATCH);        /* 1 */
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "D1", "theft", LEVEL_NORMAL, LEVEL_PRIORITY);   /* 2 */
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "D1", "home", LEVEL_NORMAL, LEVEL_ELEVATED);    /* 3 */
    w->now_s += 60;
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "D2", "home", LEVEL_NORMAL, LEVEL_ELEVATED);    /* 4: changed later */
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "D3", "sexual", LEVEL_NORMAL, LEVEL_PRIORITY);  /* 5 */
    (void)tell_move(w, 5, EVENT_CLEARED, "D3", "sexual", LEVEL_PRIORITY, LEVEL_NORMAL);           /* 6 */
    said made = run(w, alerts_main, "alerts");
    assert_out(made, 0, "4 open. The story of one: tocsin alert 2");
    assert_string_equal(ids_of(w, made.out), "2 4 3 1 ");
    made = run(w, alerts_main, "alerts --all");
    assert_out(made, 0, "4 open, 1 cleared.");
    assert_string_equal(ids_of(w, made.out), "2 4 3 1 5 ");
    made = run(w, alerts_main, "alerts --limit 2");
    assert_out(made, 0, "4 open; the first 2 are shown.");
    assert_string_equal(ids_of(w, made.out), "2 4 ");
    assert_string_equal(ids_of(w, run(w, alerts_main, "alerts --since 5").out), "5 ");
    assert_string_equal(ids_of(w, run(w, alerts_main, "alerts --all --level priority").out), "2 5 ");
}

static void an_alert_of_tocsin_s_own_is_listed_by_its_subject_and_has_no_incidents(void **state)
{
    engine_world *w = *state;
    uint64_t id = tell_own(w, EVENT_RAISED, EVENT_OPENS, LEVEL_NORMAL, LEVEL_ELEVATED);
    assert_out(run(w, alerts_main, "alerts"), 0, "disk      The disk is nearly full.  new");
    said made = run(w, alert_main, "alert 1 --versions");
    assert_out(made, 0, "Alert 1: disk\nelevated since 31 March 2025; new\n");
    assert_out(made, 0, "raised: from normal to elevated\n");
    assert_null(strstr(made.out, "Incidents"));
    assert_out(run(w, alert_main, "alert 1 --format json"), 0, "\"incidents\": null");
    assert_out(run(w, alert_main, "alert 1 --format csv"), 0, "alert,reference,");
    assert_out(run(w, alerts_main, "alerts --about series"), 0, "No such alert is open.");
    (void)tell_own(w, EVENT_CLEARED, id, LEVEL_ELEVATED, LEVEL_NORMAL);
    assert_out(run(w, alert_main, "alert 1"), 0, "Alert 1: disk\ncleared on 31 Mar 2025; at its highest elevated\n");
}

static void what_is_acknowledged_and_silenced_is_shown_as_both(void **state)
{
    engine_world *w = *state;
    w->now_s = (int64_t)time(NULL); /* the command looks at the clock */
    uint64_t id = tell_raise(w);
    (void)tell_silence(w, id, "", "");
    assert_out(run(w, alerts_main, "alerts"), 0, "  silenced until ");
    stored_event seen = {.kind = text_of("acknowledged"), .alert = id, .as_of = DAY_NONE, .who = text_of("ann"), .words = text_of("x")};
    assert_int_equal(engine_tell(w->engine, &seen, 1, NULL, 0, w->now_s), STATUS_OK);
    assert_out(run(w, alerts_main, "alerts"), 0, "acknowledged by ann; silenced until ");
    assert_out(run(w, alerts_main, "alerts --format json"), 0, "\"state\": \"silenced\"");
    assert_out(run(w, alert_main, "alert 1"), 0, "Silences\n");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(the_most_serious_stand_first_and_what_is_left_out_is_counted),
        IN_WORLD(an_alert_of_tocsin_s_own_is_listed_by_its_subject_and_has_no_incidents),
        IN_WORLD(what_is_acknowledged_and_silenced_is_shown_as_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
