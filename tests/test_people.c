/* Promise: what people do about an alert is one event each, with who, what and why; it can be done only where it means something,
 * and whatever is refused says what to do instead and leaves nothing behind. */
#include <stdio.h>
#include <string.h>

#include "aggregator/commands.h"
#include "alert_fixtures.h"
#include "alerting/silences.h"
#include "command_fixtures.h"
#include "proto/log.h"
#include "testing.h"

/* --- asking ------------------------------------------------------------------------------------------ */

static uint64_t newest(engine_world *w)
{
    uint64_t number;
    assert_int_equal(store_last_event(engine_store(w->engine), &number), STATUS_OK);
    return number;
}

/* The answer to a question, with ' for ". */
static jsondoc *ask(engine_world *w, const char *question)
{
    char why[160];
    jsondoc *answer = NULL;
    char *line = arena_take(w->memory, strlen(question) + 1);
    for (size_t i = 0; i <= strlen(question); i++)
        line[i] = question[i] == '\'' ? '"' : question[i];
    assert_int_equal(jsondoc_read(command_run(w->engine, NULL, text_of(line), w->now_s, w->memory), &answer, why, sizeof why),
                     STATUS_OK);
    return answer;
}

/* Done, by the next event, which says this. */
static uint64_t assert_done(engine_world *w, const char *question, const char *words)
{
    uint64_t before = newest(w);
    jsondoc *answer = ask(w, question);
    int64_t number = 0;
    if (jsondoc_number(jsondoc_get(answer, "ok")) != 1)
        fail_msg("%.*s", TEXT_ARGS(jsondoc_text(jsondoc_get(answer, "why"))));
    assert_text(jsondoc_text(jsondoc_get(answer, "words")), words);
    assert_true(jsondoc_integer(jsondoc_get(answer, "event"), &number));
    assert_int_equal(number, before + 1);
    assert_int_equal(newest(w), before + 1);
    jsondoc_destroy(&answer);
    return (uint64_t)number;
}

static void assert_refused(engine_world *w, const char *question, const char *words)
{
    uint64_t before = newest(w);
    jsondoc *answer = ask(w, question);
    text why = jsondoc_text(jsondoc_get(answer, "why"));
    assert_true(jsondoc_number(jsondoc_get(answer, "ok")) == 0);
    if (!text_has(why, words))
        fail_msg("not \"%s\": %.*s", words, TEXT_ARGS(why));
    assert_int_equal(newest(w), before);
    jsondoc_destroy(&answer);
}

/* --- alerts ------------------------------------------------------------------------------------------ */

static uint64_t move(engine_world *w, uint64_t of, event_kind kind, alert_level before, alert_level after)
{
    return tell_move(w, of, kind, "D1", "burglary", before, after);
}

static stored_alert alert_at(engine_world *w, uint64_t id)
{
    stored_alert found;
    assert_int_equal(store_alert(engine_store(w->engine), id, w->memory, &found), STATUS_OK);
    return found;
}

static stored_event event_at(engine_world *w, uint64_t id)
{
    stored_event found;
    assert_int_equal(store_event(engine_store(w->engine), id, w->memory, &found), STATUS_OK);
    return found;
}

/* --- acknowledging ------------------------------------------------------------------------------------- */

static void an_acknowledgement_is_an_event_of_the_alert_with_who_and_what(void **state)
{
    engine_world *w = *state;
    uint64_t id = tell_raise(w);
    w->now_s += 60;
    uint64_t done = assert_done(w, "{'command':'acknowledge','alert':1,'who':' J. Smith ','note':'on it'}",
                                "Acknowledged by J. Smith: on it");
    stored_event made = event_at(w, done);
    assert_text(made.kind, "acknowledged");
    assert_text(made.who, "J. Smith");
    assert_text(made.note, "on it");
    assert_int_equal(made.alert, id);
    assert_int_equal(made.area, event_at(w, id).area);
    assert_int_equal(made.category, event_at(w, id).category);
    assert_int_equal(made.level, LEVEL_ELEVATED);
    assert_int_equal(made.level_before, LEVEL_ELEVATED);
    assert_int_equal(made.direction, TREND_RISING);
    assert_int_equal(made.at_s, w->now_s);
    assert_int_equal(made.batch, done);
    assert_int_equal(alert_at(w, id).acknowledged, done);
    assert_int_equal(alert_at(w, id).level, LEVEL_ELEVATED);
    assert_int_equal(alert_at(w, id).changed_s, w->now_s);
}

static void a_note_may_be_left_out(void **state)
{
    (void)tell_raise(*state);
    (void)assert_done(*state, "{'command':'acknowledge','alert':1,'who':'ann'}", "Acknowledged by ann");
}

static void what_is_acknowledged_is_not_acknowledged_again(void **state)
{
    (void)tell_raise(*state);
    (void)assert_done(*state, "{'command':'acknowledge','alert':1,'who':'ann'}", "Acknowledged by ann");
    assert_refused(*state, "{'command':'acknowledge','alert':1,'who':'bob'}",
                   "ann acknowledged alert 1 on 31 March 2025: add to it with tocsin comment");
}

static void what_was_cleared_is_neither_acknowledged_nor_reopened_nor_silenced_but_can_be_commented_on(void **state)
{
    engine_world *w = *state;
    uint64_t id = tell_raise(w);
    (void)move(w, id, EVENT_CLEARED, LEVEL_ELEVATED, LEVEL_NORMAL);
    const char *cleared = "alert 1 was cleared on 31 March 2025; open ones: tocsin alerts";
    assert_refused(w, "{'command':'acknowledge','alert':1,'who':'ann'}", cleared);
    assert_refused(w, "{'command':'reopen','alert':1,'who':'ann'}", cleared);
    assert_refused(w, "{'command':'silence','alert':1,'who':'ann','until':'2025-04-30','why':'x'}", cleared);
    (void)assert_done(w, "{'command':'comment','alert':1,'who':'ann','note':'it was the fair'}", "Comment by ann: it was the fair");
    assert_true(alert_at(w, id).closed_s != 0);
}

static void reopening_takes_an_acknowledgement_back(void **state)
{
    engine_world *w = *state;
    (void)tell_raise(w);
    assert_refused(w, "{'command':'reopen','alert':1,'who':'ann'}", "alert 1 is not acknowledged: there is nothing to take back");
    (void)assert_done(w, "{'command':'acknowledge','alert':1,'who':'ann'}", "Acknowledged by ann");
    (void)assert_done(w, "{'command':'reopen','alert':1,'who':'bob','note':'it goes on'}", "Reopened by bob: it goes on");
    assert_int_equal(alert_at(w, 1).acknowledged, 0);
    (void)assert_done(w, "{'command':'acknowledge','alert':1,'who':'ann'}", "Acknowledged by ann");
}

/* Whoever acknowledged it knew of less. */
static void an_escalation_opens_what_was_acknowledged_again_and_a_fall_does_not(void **state)
{
    engine_world *w = *state;
    uint64_t id = tell_raise(w);
    (void)assert_done(w, "{'command':'acknowledge','alert':1,'who':'ann'}", "Acknowledged by ann");
    (void)move(w, id, EVENT_LOWERED, LEVEL_ELEVATED, LEVEL_WATCH);
    assert_true(alert_at(w, id).acknowledged != 0);
    (void)move(w, id, EVENT_ESCALATED, LEVEL_WATCH, LEVEL_PRIORITY);
    assert_int_equal(alert_at(w, id).acknowledged, 0);
    (void)assert_done(w, "{'command':'acknowledge','alert':1,'who':'bob'}", "Acknowledged by bob");
}

static void a_comment_changes_nothing_but_the_story(void **state)
{
    engine_world *w = *state;
    uint64_t id = tell_raise(w);
    (void)assert_done(w, "{'command':'comment','alert':1,'who':'ann','note':'two\\nlines'}", "Comment by ann: two\nlines");
    assert_int_equal(alert_at(w, id).acknowledged, 0);
    assert_int_equal(alert_at(w, id).decided, id);
    assert_refused(w, "{'command':'comment','alert':1,'who':'ann','note':'  '}", "say what the comment is");
}

/* --- what is no alert, no name, no text ---------------------------------------------------------------- */

static void an_alert_that_there_is_not_is_refused_and_a_number_of_its_story_explained(void **state)
{
    engine_world *w = *state;
    (void)tell_raise(w);
    (void)assert_done(w, "{'command':'comment','alert':1,'who':'ann','note':'x'}", "Comment by ann: x");
    assert_refused(w, "{'command':'acknowledge','alert':2,'who':'ann'}", "2 is the number of something that happened to alert 1: say 1");
    assert_refused(w, "{'command':'acknowledge','alert':9,'who':'ann'}", "there is no alert 9; open ones: tocsin alerts");
    assert_refused(w, "{'command':'acknowledge','alert':0,'who':'ann'}", "say which alert");
    assert_refused(w, "{'command':'acknowledge','alert':'1','who':'ann'}", "say which alert");
    assert_refused(w, "{'command':'acknowledge','who':'ann'}", "say which alert");
}

static void nobody_does_nothing(void **state)
{
    (void)tell_raise(*state);
    assert_refused(*state, "{'command':'acknowledge','alert':1}", "say who does it");
    assert_refused(*state, "{'command':'acknowledge','alert':1,'who':' '}", "say who does it");
    assert_refused(*state, "{'command':'acknowledge','alert':1,'who':'a\\nb'}", "a name on one line");
    assert_refused(*state, "{'command':'silence','alert':1,'until':'2025-04-30','why':'x'}", "say who does it");
}

static void a_note_is_plain_text_of_a_thousand_characters_at_most(void **state)
{
    engine_world *w = *state;
    (void)tell_raise(w);
    char note[2 * 1001 + 1] = "";
    for (int i = 0; i < 1001; i++)
        (void)strcat(note, "\xc3\xa9");
    assert_refused(w, arena_print(w->memory, "{'command':'comment','alert':1,'who':'ann','note':'%s'}", note).at,
                   "'note' has 1001 characters: at most 1000 are kept");
    note[2 * 1000] = '\0';
    (void)assert_done(w, arena_print(w->memory, "{'command':'comment','alert':1,'who':'ann','note':'%s'}", note).at,
                      arena_print(w->memory, "Comment by ann: %s", note).at);
    assert_refused(w, "{'command':'comment','alert':1,'who':'ann','note':'\\u001b[2J'}", "control characters");
    assert_refused(w, "{'command':'comment','alert':1,'who':'ann','note':'\\u009b2J'}", "control characters");
}

static int ask_by_two_lines(void *context)
{
    jsondoc *answer = ask(context, "{'command':'comment','alert':1,'who':'a\\n2026-01-01T00:00:00Z info  ready  \\u001b[2J','note':'x'}");
    jsondoc_destroy(&answer);
    return 0;
}

static void who_asks_cannot_write_a_line_of_the_log(void **state)
{
    engine_world *w = *state;
    (void)tell_raise(w);
    log_threshold(LOG_INFO);
    said logged = said_by_call(ask_by_two_lines, w, w->memory);
    log_threshold(LOG_ERROR);
    assert_err(logged, 0, "name=comment who=a?2026-01-01T00:00:00Z info  ready  ?[2J result=refused\n");
    assert_ptr_equal(strchr(logged.err, '\n') + 1, logged.err + strlen(logged.err));
}

/* --- silences ------------------------------------------------------------------------------------------ */

static stored_silence silence_at(engine_world *w, uint64_t id)
{
    silences *all;
    stored_silence found = {0};
    assert_int_equal(silences_read(engine_store(w->engine), &all), STATUS_OK);
    for (size_t i = 0; i < silences_count(all); i++)
        if (silences_at(all, i)->id == id) {
            found = *silences_at(all, i);
            found.why = arena_text(w->memory, found.why);
            found.recurs = arena_text(w->memory, found.recurs);
        }
    silences_free(&all);
    assert_int_equal(found.id, id);
    return found;
}

static void a_silence_bears_the_number_of_its_event_and_lasts_from_today(void **state)
{
    engine_world *w = *state;
    (void)tell_raise(w);
    uint64_t id = assert_done(w, "{'command':'silence','alert':1,'who':'ann','until':'2025-04-30','why':'a known operation'}",
                              "Silenced by ann until 30 April 2025: a known operation");
    stored_silence made = silence_at(w, id);
    assert_int_equal(made.alert, 1);
    assert_int_equal(made.area, 0);
    assert_int_equal(made.days.from, day_of(2025, 3, 31));
    assert_int_equal(made.days.to, day_of(2025, 4, 30));
    assert_int_equal(made.ended, 0);
    assert_text(made.why, "a known operation");
    assert_text(made.recurs, "");
    assert_text(event_at(w, id).kind, "silenced");
    assert_int_equal(event_at(w, id).alert, 1);
    assert_int_equal(event_at(w, id).level, LEVEL_ELEVATED);
}

static void an_area_and_a_category_are_silenced_by_code_or_name(void **state)
{
    engine_world *w = *state;
    uint64_t both = assert_done(w, "{'command':'silence','area':'stafford','category':'Burglary','from':'2025-04-05',"
                                   "'until':'2025-04-06','recurs':'weekly','who':'ann','why':'market'}",
                                "Burglary in Stafford, with all beneath, silenced by ann from 5 April 2025 until 6 April 2025, "
                                "and the same days of every week: market");
    stored_silence made = silence_at(w, both);
    const reference *data = engine_reference(w->engine);
    assert_text(geography_area(data->areas, geography_of_id(data->areas, made.area))->code, "D1");
    assert_text(offence_tree_category(data->categories, offence_tree_of_id(data->categories, made.category))->code, "burglary");
    assert_text(made.recurs, "weekly");
    assert_int_equal(event_at(w, both).alert, 0);
    assert_int_equal(event_at(w, both).area, made.area);
    (void)assert_done(w, "{'command':'silence','area':'F1','until':'2025-04-06','who':'ann','why':'x'}",
                      "Everything in First force, with all beneath, silenced by ann until 6 April 2025: x");
    (void)assert_done(w, "{'command':'silence','category':'asb','until':'2025-04-06','recurs':'yearly','who':'ann','why':'x'}",
                      "Anti-social behaviour everywhere, with all beneath, silenced by ann until 6 April 2025, and the same "
                      "days of every year: x");
}

static void a_silence_of_nothing_of_both_or_of_what_there_is_not_is_refused(void **state)
{
    engine_world *w = *state;
    (void)tell_raise(w);
    assert_refused(w, "{'command':'silence','until':'2025-04-06','who':'ann','why':'x'}", "say what: an alert by its number");
    assert_refused(w, "{'command':'silence','area':'','until':'2025-04-06','who':'ann','why':'x'}", "say which area, or which category");
    assert_refused(w, "{'command':'silence','alert':1,'area':'D1','until':'2025-04-06','who':'ann','why':'x'}", "not both at once");
    assert_refused(w, "{'command':'silence','area':'Staford','until':'2025-04-06','who':'ann','why':'x'}", "perhaps Stafford (district D1)");
    assert_refused(w, "{'command':'silence','area':'L1','until':'2025-04-06','who':'ann','why':'x'}", "counts are kept for districts");
    assert_refused(w, "{'command':'silence','category':'burglery','until':'2025-04-06','who':'ann','why':'x'}", "perhaps 'burglary'");
    assert_refused(w, "{'command':'silence','alert':1,'until':'2025-04-06','who':'ann'}", "say why it is silenced");
}

static void a_silence_lies_ahead_and_ends(void **state)
{
    engine_world *w = *state;
    static const struct bad {
        const char *days, *words;
    } bad[] = {
        {"'note':''", "say until when"},
        {"'until':'2025-03-30'", "30 March 2025 is past: the last day of a silence is today (31 Mar 2025) or later"},
        {"'from':'2025-03-30','until':'2025-04-30'", "30 March 2025 is past: what was announced stays announced"},
        {"'from':'2025-04-10','until':'2025-04-09'", "its last day lies before its first"},
        {"'until':'2026-03-31'", "a silence lasts less than a year: say 30 March 2026 or earlier"},
        {"'until':'2026-03-31','recurs':'yearly'", "less than a year"},
        {"'from':'2026-04-01','until':'2026-04-02'", "more than a year away"},
        {"'until':'2025-04-06','recurs':'weekly'", "more than six days, every week, would never end"},
        {"'until':'2025-04-31'", "'until' wants a date that exists, as 2025-03-31, not '2025-04-31'"},
        {"'until':20250430", "'until' wants a date"},
        {"'until':'2025-04-05','recurs':'daily'", "weekly, yearly or none, not 'daily'"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(w, arena_print(w->memory, "{'command':'silence','area':'D1','why':'x','who':'ann',%s}", bad[i].days).at,
                       bad[i].words);
    (void)assert_done(w, "{'command':'silence','area':'D1','until':'2025-03-31','recurs':'none','who':'ann','why':'x'}",
                      "Everything in Stafford, with all beneath, silenced by ann until 31 March 2025: x");
    (void)assert_done(w, "{'command':'silence','area':'D2','until':'2026-03-30','who':'ann','why':'x'}",
                      "Everything in Lichfield, with all beneath, silenced by ann until 30 March 2026: x");
}

static void what_is_silenced_so_already_is_not_silenced_twice(void **state)
{
    engine_world *w = *state;
    (void)assert_done(w, "{'command':'silence','area':'D1','until':'2025-04-30','who':'ann','why':'x'}",
                      "Everything in Stafford, with all beneath, silenced by ann until 30 April 2025: x");
    assert_refused(w, "{'command':'silence','area':'Stafford','until':'2025-04-30','who':'bob','why':'x'}",
                   "silence 1 does that already, until 30 April 2025");
    (void)assert_done(w, "{'command':'silence','area':'D1','until':'2025-05-01','who':'ann','why':'x'}",
                      "Everything in Stafford, with all beneath, silenced by ann until 1 May 2025: x");
}

static void a_silence_is_ended_once_and_before_its_time_only(void **state)
{
    engine_world *w = *state;
    (void)tell_raise(w);
    uint64_t id = assert_done(w, "{'command':'silence','alert':1,'who':'ann','until':'2025-04-02','why':'x'}",
                              "Silenced by ann until 2 April 2025: x");
    assert_refused(w, "{'command':'unsilence','silence':1,'who':'bob','why':'y'}", "there is no silence 1: tocsin silences lists them");
    assert_refused(w, "{'command':'unsilence','who':'bob','why':'y'}", "say which silence");
    assert_refused(w, "{'command':'unsilence','silence':2,'who':'bob'}", "say why it is ended");
    uint64_t end = assert_done(w, "{'command':'unsilence','silence':2,'who':'bob','why':'over'}", "Silence 2 ended by bob: over");
    assert_int_equal(silence_at(w, id).ended, end);
    assert_int_equal(event_at(w, end).alert, 1);
    assert_text(event_at(w, end).kind, "unsilenced");
    assert_refused(w, "{'command':'unsilence','silence':2,'who':'ann','why':'y'}", "silence 2 was ended by bob on 31 March 2025");
    (void)assert_done(w, "{'command':'silence','alert':1,'who':'ann','until':'2025-04-02','why':'x'}",
                      "Silenced by ann until 2 April 2025: x");
    w->now_s += 3 * 86400;
    assert_refused(w, "{'command':'unsilence','silence':4,'who':'ann','why':'y'}", "silence 4 ended by itself on 2 April 2025");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(an_acknowledgement_is_an_event_of_the_alert_with_who_and_what),
        IN_WORLD(a_note_may_be_left_out),
        IN_WORLD(what_is_acknowledged_is_not_acknowledged_again),
        IN_WORLD(what_was_cleared_is_neither_acknowledged_nor_reopened_nor_silenced_but_can_be_commented_on),
        IN_WORLD(reopening_takes_an_acknowledgement_back),
        IN_WORLD(an_escalation_opens_what_was_acknowledged_again_and_a_fall_does_not),
        IN_WORLD(a_comment_changes_nothing_but_the_story),
        IN_WORLD(an_alert_that_there_is_not_is_refused_and_a_number_of_its_story_explained),
        IN_WORLD(nobody_does_nothing),
        IN_WORLD(a_note_is_plain_text_of_a_thousand_characters_at_most),
        IN_WORLD(who_asks_cannot_write_a_line_of_the_log),
        IN_WORLD(a_silence_bears_the_number_of_its_event_and_lasts_from_today),
        IN_WORLD(an_area_and_a_category_are_silenced_by_code_or_name),
        IN_WORLD(a_silence_of_nothing_of_both_or_of_what_there_is_not_is_refused),
        IN_WORLD(a_silence_lies_ahead_and_ends),
        IN_WORLD(what_is_silenced_so_already_is_not_silenced_twice),
        IN_WORLD(a_silence_is_ended_once_and_before_its_time_only),
    };
    log_threshold(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
