/* Promise: whatever is asked of a running aggregator is answered with one JSON object that says whether it was done, in words that
 * can be read, and that fits what whoever asked will read. */
#include "aggregator/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_fixtures.h"
#include "proto/control.h"
#include "proto/jsondoc.h"
#include "proto/log.h"
#include "testing.h"

/* Its answer, to be destroyed. */
static jsondoc *answer_to(engine_world *w, const char *reference_folder, text line)
{
    char why[160];
    jsondoc *answer = NULL;
    text octets = command_run(w->engine, reference_folder, line, w->now_s, w->memory);
    assert_null(memchr(octets.at, '\n', octets.size));
    assert_in_range(octets.size, 2, CONTROL_LINE_MAX - 1);
    assert_int_equal(jsondoc_read(octets, &answer, why, sizeof why), STATUS_OK);
    assert_int_equal(jsondoc_kind_of(jsondoc_get(answer, "ok")), JSONDOC_BOOL);
    return answer;
}

static void assert_refused(engine_world *w, text line, const char *words)
{
    jsondoc *answer = answer_to(w, NULL, line);
    text why = jsondoc_text(jsondoc_get(answer, "why"));
    assert_true(jsondoc_number(jsondoc_get(answer, "ok")) == 0);
    if (!text_has(why, words))
        fail_msg("not \"%s\": %.*s", words, TEXT_ARGS(why));
    jsondoc_destroy(&answer);
}

static void a_command_that_there_is_not_is_refused_by_name(void **state)
{
    engine_world *w = *state;
    assert_refused(w, text_of("{\"command\":\"stop\",\"who\":\"ann\"}"), "'stop' is not a command");
    assert_refused(w, text_of("{\"command\":7}"), "'' is not a command");
    assert_refused(w, text_of("{}"), "'' is not a command");
    assert_refused(w, text_of("[]"), "'' is not a command");
    assert_refused(w, text_of("5"), "'' is not a command");
}

static void what_is_no_json_is_refused_with_what_is_wrong(void **state)
{
    engine_world *w = *state;
    assert_refused(w, text_of(""), "octet");
    assert_refused(w, text_of("reload"), "octet");
    assert_refused(w, text_of("{\"command\":\"reload\""), "octet");
}

/* Octets that are no text, and texts cut within a character, must not cost the reason. */
static void the_reason_is_text_whatever_was_asked(void **state)
{
    engine_world *w = *state;
    assert_refused(w, text_of("{\".c`\xd8\x82\\\xd8\x82"), "octet");
    for (size_t size = NOTE_SIZE_MAX - 8; size < NOTE_SIZE_MAX + 8; size++) {
        text filler = text_filled(w->memory, 'x', size);
        assert_refused(w, arena_print(w->memory, "{\"command\":\"%s\xc3\xb4\xc3\xb4\xc3\xb4\"}", filler.at), "'xxx");
    }
}

static void rejects_are_tried_again_and_counted(void **state)
{
    engine_world *w = *state;
    assert_rejected(w, crime("a", "2024-05-17", "unheard of", "D1"), REJECT_UNKNOWN_OFFENCE, "unheard of");
    world_commit(w);
    jsondoc *answer = answer_to(w, NULL, text_of("{\"command\":\"retry-rejects\",\"who\":\"ann\"}"));
    assert_true(jsondoc_number(jsondoc_get(answer, "ok")) == 1);
    assert_true(jsondoc_number(jsondoc_get(answer, "tried")) == 1);
    assert_true(jsondoc_number(jsondoc_get(answer, "accepted")) == 0);
    jsondoc_destroy(&answer);
}

static void without_reference_data_nothing_is_reloaded(void **state)
{
    engine_world *w = *state;
    assert_refused(w, text_of("{\"command\":\"reload\"}"), "started without --reference");
}

static void reference_data_are_taken_over_or_their_faults_told(void **state)
{
    engine_world *w = *state;
    text reload = text_of("{\"command\":\"reload\",\"who\":\"ann\"}");
    jsondoc *answer = answer_to(w, w->reference, reload);
    assert_true(jsondoc_number(jsondoc_get(answer, "ok")) == 1);
    assert_int_equal(jsondoc_size(jsondoc_get(answer, "faults")), 0);
    jsondoc_destroy(&answer);
    reference_edit(w->reference, "areas.csv", "L1,Stafford 001A,lsoa,D1", "L1,caf\xe9,lsoa,D9");
    answer = answer_to(w, w->reference, reload);
    assert_true(jsondoc_number(jsondoc_get(answer, "ok")) == 0);
    const jsondoc *told = jsondoc_get(answer, "faults");
    assert_true(jsondoc_size(told) > 0);
    assert_true(text_has(jsondoc_text(jsondoc_at(told, 0)), "areas.csv:10: error: "));
    jsondoc_destroy(&answer);
}

static void however_many_faults_there_are_the_answer_can_be_read(void **state)
{
    engine_world *w = *state;
    text lines = text_of("code,name,level,parent\n");
    text code = text_filled(w->memory, 'x', 400);
    for (int i = 0; i < 300; i++)
        lines = arena_print(w->memory, "%.*s%s%d,name,nonsense,nowhere\n", TEXT_ARGS(lines), code.at, i);
    file_write(w->reference, "areas.csv", lines);
    jsondoc *answer = answer_to(w, w->reference, text_of("{\"command\":\"reload\",\"who\":\"ann\"}"));
    assert_true(jsondoc_size(jsondoc_get(answer, "faults")) > 20);
    jsondoc_destroy(&answer);
}

/* A header in another encoding. */
static void a_fault_that_quotes_octets_that_are_no_text_is_told(void **state)
{
    engine_world *w = *state;
    reference_edit(w->reference, "areas.csv", "successor\n", "successor,caf\xe9\n");
    jsondoc *answer = answer_to(w, w->reference, text_of("{\"command\":\"reload\",\"who\":\"ann\"}"));
    assert_text(jsondoc_text(jsondoc_at(jsondoc_get(answer, "faults"), 0)),
                "areas.csv:1: warning: the column 'caf?' is not used");
    jsondoc_destroy(&answer);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_command_that_there_is_not_is_refused_by_name),
        IN_WORLD(what_is_no_json_is_refused_with_what_is_wrong),
        IN_WORLD(the_reason_is_text_whatever_was_asked),
        IN_WORLD(rejects_are_tried_again_and_counted),
        IN_WORLD(without_reference_data_nothing_is_reloaded),
        IN_WORLD(reference_data_are_taken_over_or_their_faults_told),
        IN_WORLD(however_many_faults_there_are_the_answer_can_be_read),
        IN_WORLD(a_fault_that_quotes_octets_that_are_no_text_is_told),
    };
    log_threshold(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
