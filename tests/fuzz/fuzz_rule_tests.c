/* Must hold for all octets: as tests of rules they are understood, or every fault is told in words; what is understood keeps its
 * bounds and can be run, and says the same when it is run again. */
#include "fuzz.h"
#include "judging/rule_tests.h"
#include "tests/rules_fixtures.h"

static const char rules_file[] =
    "baseline: 2022-23\n"
    "rules:\n"
    "  - {name: yearly, detector: rolling-year, areas: [district], categories: [all], levels: {watch: {percent: 10}}}\n"
    "  - {name: baseline, detector: baseline-year, areas: all, categories: [theft+], levels: {priority: {percent: 20}}}\n"
    "  - {name: gap, detector: comparator-gap, areas: [district], categories: [all], levels: {watch: {percent: 50}}}\n"
    "  - {name: week, detector: weekly-spike, areas: [district], categories: [home], directions: [rising], levels: {watch: {p: 0.01}}}\n"
    "  - {name: month, detector: control-chart, areas: [district], categories: [all], levels: {watch: {percent: 25}}}\n";

static rules_world *world_of_rules(void)
{
    static rules_world *w;
    void *made = w;
    if (w == NULL) {
        codebook *book = codebook_create();
        (void)rules_world_make(&made);
        w = made;
        reference_number(w->data, book);
        codebook_destroy(&book);
        MUST(rules_read(w, rules_file)->count == 5);
    }
    return w;
}

static const rules *give_rules(void *context, text file, char why[NOTE_SIZE_MAX])
{
    const rules_world *w = context;
    why[0] = '?';
    why[1] = '\0';
    return file.size == 0 ? w->rules : NULL;
}

static void check_series(const series_list *of)
{
    for (size_t i = 0; i < of->count; i++) {
        const test_series *s = &of->each[i];
        MUST(s->category != CATEGORY_NONE && s->count > 0);
        MUST(s->days.from >= DAY_MIN && s->days.to <= DAY_MAX && (size_t)(s->days.to - s->days.from) + 1 == s->count);
    }
}

static void check_test(const rules_world *w, const rule_test *test)
{
    test_outcome first, second;
    check_series(&test->own);
    check_series(&test->rest);
    rule_test_run(test, w->data, w->memory, &first);
    rule_test_run(test, w->data, w->memory, &second);
    MUST(first.count == second.count && first.said == second.said);
    for (size_t i = 0; i < first.count; i++) {
        MUST(first.each[i].line >= test->line && first.each[i].expected.size > 0 && first.each[i].figures.size > 0);
        MUST(i == 0 || first.each[i].line >= first.each[i - 1].line);
        MUST(text_equal(first.each[i].came, second.each[i].came));
    }
    test_outcome_free(&first);
    test_outcome_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    enum { TESTS_RUN_MAX = 4 };
    rules_world *w = world_of_rules();
    faults *found = faults_create();
    rule_tests *read = rule_tests_create((text){(const char *)octets, size}, "tests.yaml", w->data, give_rules, w, found);
    for (size_t i = 0; faults_line(found, i)[0] != '\0'; i++)
        MUST(i < 100000);
    MUST(read->count > 0 || faults_count(found, FAULT_ERROR) > 0);
    for (size_t i = 0; i < read->count && i < TESTS_RUN_MAX && faults_count(found, FAULT_ERROR) == 0; i++)
        check_test(w, &read->each[i]);
    arena_reset(w->memory);
    rule_tests_destroy(&read);
    faults_destroy(&found);
    return 0;
}
