/* Promise: an origin has the rank and the promised interval that sources.csv gives it, and none if it gives
 * none. */
#include "figures/sources.h"

#include "reference_fixtures.h"
#include "testing.h"

typedef struct world {
    sheets *from;
    faults *found;
    sources *sources;
} world;

static world world_of(const char *lines)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_SOURCES, lines);
    made.sources = sources_create(made.from, made.found);
    return made;
}

static void forget(world *self)
{
    sources_destroy(&self->sources);
    assert_null(self->sources);
    sources_destroy(&self->sources);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

static void an_origin_has_the_rank_that_is_given_to_it(void **state)
{
    (void)state;
    world w = world_of("live,Live feed,1\npolice-uk,Open data,1000\nother,Other,\n");
    assert_faults(w.found, 0, 0);
    assert_int_equal(sources_count(w.sources), 3);
    assert_int_equal(sources_rank(w.sources, text_of("live")), 1);
    assert_int_equal(sources_rank(w.sources, text_of("police-uk")), 1000);
    assert_int_equal(sources_rank(w.sources, text_of("other")), RANK_NONE);
    assert_int_equal(sources_rank(w.sources, text_of("Live")), RANK_NONE);
    assert_text(sources_find(w.sources, text_of("live"))->title, "Live feed");
    assert_null(sources_find(w.sources, text_of("unheard of")));
    assert_text(sources_at(w.sources, 2)->origin, "other");
    forget(&w);
}

static void a_promised_interval_is_read_in_its_unit(void **state)
{
    (void)state;
    static const struct { const char *line; uint32_t s; } cases[] = {
        {"o,O,,90s\n", 90}, {"o,O,,90\n", 90}, {"o,O,,15m\n", 900}, {"o,O,,24h\n", 86400}, {"o,O,,35d\n", 35 * 86400},
        {"o,O,,366d\n", 366 * 86400}, {"o,O,,\n", PROMISE_NONE}, {"o,O\n", PROMISE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w = world_of(cases[i].line);
        assert_faults(w.found, 0, 0);
        assert_int_equal(sources_find(w.sources, text_of("o"))->promised_interval_s, cases[i].s);
        forget(&w);
    }
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *lines, *fault; } cases[] = {
        {"o,O,1\n,P,2\n", "sources.csv:3: error: the origin ''"},
        {"o,O,1\no,P,2\n", "sources.csv:3: error: the origin 'o' is empty or stands here twice"},
        {"o,O,0\n", "sources.csv:2: error: the rank '0'"},
        {"o,O,1001\n", "sources.csv:2: error: the rank '1001'"},
        {"o,O,first\n", "sources.csv:2: error: the rank 'first'"},
        {"o,O,1.5\n", "sources.csv:2: error: the rank '1.5'"},
        {"o,O,1,0h\n", "sources.csv:2: error: the promised interval '0h'"},
        {"o,O,1,h\n", "sources.csv:2: error: the promised interval 'h'"},
        {"o,O,1,-1d\n", "sources.csv:2: error: the promised interval '-1d'"},
        {"o,O,1,1w\n", "sources.csv:2: error: the promised interval '1w'"},
        {"o,O,1,367d\n", "sources.csv:2: error: the promised interval '367d'"},
        {"o,O,1,99999999999999d\n", "sources.csv:2: error: the promised interval '99999999999999d'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w = world_of(cases[i].lines);
        assert_faults(w.found, 1, 0);
        assert_fault(w.found, cases[i].fault);
        forget(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_origin_has_the_rank_that_is_given_to_it),
        cmocka_unit_test(a_promised_interval_is_read_in_its_unit),
        cmocka_unit_test(faults_are_told_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
