#include "rule_tests_fixtures.h"

#include <stdio.h>
#include <string.h>

#include "testing.h"

/* Dates can be worked out by hand: two looks, and no p. */
static const char rules_file[] =
    "rules:\n"
    "  - name: yearly\n"
    "    detector: rolling-year\n"
    "    areas: [district]\n"
    "    categories: [all]\n"
    "    at_once: never\n"
    "    levels: {watch: {percent: 10, difference: 20}, priority: {percent: 50, difference: 20}}\n"
    "  - name: above\n"
    "    detector: comparator-gap\n"
    "    areas: [district]\n"
    "    categories: [asb]\n"
    "    directions: [rising]\n"
    "    levels: {elevated: {percent: 50, difference: 20}}\n";

static const rules *give_rules(void *context, text file, char why[NOTE_SIZE_MAX])
{
    tests_world *t = context;
    why[0] = '\0';
    if (file.size == 0 || text_is(file, "mine.yaml"))
        return t->w->rules;
    (void)snprintf(why, NOTE_SIZE_MAX, "there is no file '%.*s'", TEXT_ARGS(file));
    return NULL;
}

int tests_world_make(void **state)
{
    static tests_world t;
    void *world;
    (void)rules_world_make(&world);
    t = (tests_world){.w = world, .book = codebook_create()};
    reference_number(t.w->data, t.book);
    (void)rules_read(t.w, rules_file);
    assert_faults(t.w->found, 0, 0);
    *state = &t;
    return 0;
}

int tests_world_remove(void **state)
{
    tests_world *t = *state;
    rule_tests_destroy(&t->tests);
    rule_tests_destroy(&t->tests);
    codebook_destroy(&t->book);
    void *world = t->w;
    return rules_world_remove(&world);
}

void tests_read(tests_world *t, const char *yaml)
{
    rule_tests_destroy(&t->tests);
    faults_destroy(&t->w->found);
    t->w->found = faults_create();
    t->tests = rule_tests_create(text_of(yaml), "tests.yaml", t->w->data, give_rules, t, t->w->found);
}

void tests_read_one_test(tests_world *t, const char *keys)
{
    text made = text_of("tests:\n  - name: one\n    area: D1\n"), rest = text_of(keys), line;
    while (text_split(&rest, '\n', &line))
        made = arena_print(t->w->memory, "%.*s    %.*s\n", TEXT_ARGS(made), TEXT_ARGS(line));
    tests_read(t, made.at);
}

const char *tests_run(tests_world *t)
{
    text said = {"", 0};
    assert_faults(t->w->found, 0, 0);
    for (size_t i = 0; i < t->tests->count; i++) {
        test_outcome came;
        rule_test_run(&t->tests->each[i], t->w->data, t->w->memory, &came);
        for (size_t k = 0; k < came.count; k++)
            said = arena_print(t->w->memory, "%.*s%u: %.*s / %.*s / %.*s\n", TEXT_ARGS(said), came.each[k].line,
                               TEXT_ARGS(came.each[k].expected), TEXT_ARGS(came.each[k].came), TEXT_ARGS(came.each[k].figures));
        test_outcome_free(&came);
    }
    return said.size > 0 ? said.at : "";
}

const char *tests_run_one(tests_world *t, const char *keys)
{
    tests_read_one_test(t, keys);
    return tests_run(t);
}
