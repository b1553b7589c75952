/* Promise: priorities.yaml means what it says, and whatever it can't mean is told with its line, all of it at once. */
#include "figures/priorities.h"

#include "reference_fixtures.h"
#include "testing.h"

typedef struct world {
    sheets *from;
    faults *found;
    geography *areas;
    offence_tree *categories;
    groups *groups;
    priorities *read;
} world;

static world world_of(const char *yaml)
{
    world made = {.from = sheets_create(), .found = faults_create()};
    sheet_fill(made.from, SHEET_AREAS, "F,Force,force\nD1,One,district,F\nD2,Two,district,F\nL1,One 001A,lsoa,D1\n");
    sheet_fill(made.from, SHEET_CATEGORIES, "all,All\ndrugs,Drugs,all\npossession,Possession,drugs\ntrade,Trade,drugs\nhate,Hate,all,hate\n");
    sheet_fill(made.from, SHEET_OFFENCES, "1,One,trade\n2,Two,possession\n");
    sheet_fill(made.from, SHEET_GROUPS, "G,Group,csp,D1\n");
    made.areas = geography_create(made.from, made.found);
    made.categories = offence_tree_create(made.from, made.found);
    made.groups = groups_create(made.from, made.areas, made.found);
    made.read = priorities_create(text_of(yaml), made.areas, made.groups, made.categories, made.found);
    return made;
}

static void forget(world *self)
{
    priorities_destroy(&self->read);
    assert_null(self->read);
    priorities_destroy(&self->read);
    groups_destroy(&self->groups);
    offence_tree_destroy(&self->categories);
    geography_destroy(&self->areas);
    faults_destroy(&self->found);
    sheets_destroy(&self->from);
}

/* --- the baseline -------------------------------------------------------------------------------- */

static int baseline_of(const char *yaml)
{
    world w = world_of(yaml);
    assert_faults(w.found, 0, 0);
    int baseline = priorities_baseline(w.read);
    forget(&w);
    return baseline;
}

static void the_baseline_is_the_financial_year_that_is_named(void **state)
{
    (void)state;
    assert_int_equal(baseline_of("baseline: 2022-23\n"), 2022);
    assert_int_equal(baseline_of("# why\n\nbaseline: \"2019/20\" # quoted\n"), 2019);
    assert_int_equal(baseline_of("baseline: 1999-00\n"), 1999);
}

static void without_a_file_there_is_nothing_but_the_default_rules(void **state)
{
    (void)state;
    world w = world_of("");
    assert_faults(w.found, 0, 0);
    assert_int_equal(priorities_baseline(w.read), 0);
    assert_int_equal(priorities_partnership(w.read).size, 0);
    assert_int_equal(priorities_count(w.read), 0);
    assert_true(priorities_rules(w.read)->increase_percent == 20);
    forget(&w);
}

static void the_rules_of_alerts_are_another_readers_business(void **state)
{
    (void)state;
    assert_int_equal(baseline_of("rules: [{anything: goes}]\nbaseline: 2022-23\n"), 2022);
}

/* --- priorities ---------------------------------------------------------------------------------- */

static const char two_priorities[] =
    "partnership: D1\n"
    "priorities:\n"
    "  - priority: county-lines\n"
    "    title: County lines\n"
    "    evidence:\n"
    "      - {category: drugs, proxy: yes, parts: [possession, trade], caveat: Handle with care}\n"
    "      - category: hate\n"
    "    indicators: [lines, fear]\n"
    "    grounds:\n"
    "      - {kind: partnership-focus, text: A focus, source: Strategy}\n"
    "      - {kind: statutory-duty, text: A duty, source: Act, area: F, retains: no}\n"
    "  - priority: safety\n"
    "    title: >\n"
    "      Safety for\n"
    "      all\n"
    "    grounds: [{kind: resident-concern, text: \"They\\nsay so\", source: Survey, area: G, retains: true}]\n";

static void a_priority_has_its_evidence_as_written(void **state)
{
    (void)state;
    world w = world_of(two_priorities);
    assert_faults(w.found, 0, 0);
    assert_text(priorities_partnership(w.read), "D1");
    assert_int_equal(priorities_count(w.read), 2);
    const strategic_priority *lines = priorities_at(w.read, 0), *safety = priorities_at(w.read, 1);
    assert_text(lines->code, "county-lines");
    assert_text(lines->title, "County lines");
    assert_int_equal(lines->evidence_count, 2);
    assert_int_equal(lines->evidence[0].category, offence_tree_find(w.categories, text_of("drugs")));
    assert_true(lines->evidence[0].proxy);
    assert_int_equal(lines->evidence[0].part_count, 2);
    assert_int_equal(lines->evidence[0].parts[1], offence_tree_find(w.categories, text_of("trade")));
    assert_text(lines->evidence[0].caveat, "Handle with care");
    assert_int_equal(lines->evidence[1].category, offence_tree_find(w.categories, text_of("hate")));
    assert_false(lines->evidence[1].proxy);
    assert_int_equal(lines->evidence[1].part_count, 0);
    assert_int_equal(lines->evidence[1].caveat.size, 0);
    assert_int_equal(lines->indicator_count, 2);
    assert_text(lines->indicators[1], "fear");
    assert_text(safety->title, "Safety for all");
    assert_int_equal(safety->evidence_count, 0);
    forget(&w);
}

static void a_ground_holds_where_it_says_and_else_for_the_partnership(void **state)
{
    (void)state;
    world w = world_of(two_priorities);
    const priority_ground *own = &priorities_at(w.read, 0)->grounds[0], *duty = &priorities_at(w.read, 0)->grounds[1];
    const priority_ground *concern = &priorities_at(w.read, 1)->grounds[0];
    assert_int_equal(own->kind, GROUND_PARTNERSHIP_FOCUS);
    assert_text(own->words, "A focus");
    assert_text(own->cited, "Strategy");
    assert_text(own->where, "D1");
    assert_true(own->retains);
    assert_int_equal(duty->kind, GROUND_STATUTORY_DUTY);
    assert_text(duty->where, "F");
    assert_false(duty->retains);
    assert_text(concern->words, "They say so");
    assert_text(concern->where, "G");
    assert_true(concern->retains);
    forget(&w);
}

static void without_a_partnership_a_ground_that_names_no_place_holds_everywhere(void **state)
{
    (void)state;
    world w = world_of("priorities:\n  - {priority: x, title: X, grounds: [{kind: risk-of-harm, text: t, source: s}]}\n");
    assert_faults(w.found, 0, 0);
    assert_int_equal(priorities_at(w.read, 0)->grounds[0].where.size, 0);
    assert_text(text_of(ground_kind_text(priorities_at(w.read, 0)->grounds[0].kind)), "risk of harm");
    forget(&w);
}

static void rules_of_judgement_that_are_written_replace_the_defaults_one_by_one(void **state)
{
    (void)state;
    world w = world_of("judgement:\n  low-number: {count: 40}\n  marked-increase: {percent: 25, p: 0.001}\n"
                       "  marked-fall: {p: 0.02}\n  rise: {percent: 5}\n  volume: {rank: 0}\n  few-recorded: {count: 7}\n"
                       "  significance: {p: 0.1}\n  new-area: {percent: 15, p: 0.02}\n");
    assert_faults(w.found, 0, 0);
    const advice_rules *by = priorities_rules(w.read);
    assert_true(by->low_count == 40 && by->low_rate == 2);
    assert_true(by->increase_percent == 25 && by->increase_p == 0.001);
    assert_true(by->fall_percent == 20 && by->fall_p == 0.02);
    assert_true(by->rise_percent == 5 && by->volume_rank == 0 && by->few_recorded == 7);
    assert_true(by->significance == 0.1 && by->new_percent == 15 && by->new_p == 0.02);
    forget(&w);
}

/* --- faults -------------------------------------------------------------------------------------- */

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
#define ONE "priorities:\n- priority: x\n  title: X\n"
#define GROUND "  grounds:\n  - kind: risk-of-harm\n    text: t\n    source: s\n"
    static const struct { const char *yaml, *fault; } cases[] = {
        {"baseline: 2022\n", "priorities.yaml:1: error: the baseline '2022'"},
        {"\n\nbaseline: 2022-24\n", "priorities.yaml:3: error: the baseline '2022-24'"},
        {"baseline:\n", "priorities.yaml:1: error: the baseline ''"},
        {"baseline: [2022-23]\n", "priorities.yaml:1: error: the baseline ''"},
        {"baseline: 2022-23\nbase: 2021-22\n", "priorities.yaml:2: error: there is no key 'base'"},
        {"- baseline\n", "priorities.yaml:1: error: keys such as 'baseline: 2022-23' should stand here"},
        {"2022-23\n", "priorities.yaml:1: error: keys such as"},
        {"baseline: [\n", "priorities.yaml: error: "},
        {"partnership: D9\n", "priorities.yaml:1: error: 'D9' is the code of no district"},
        {"partnership: L1\n", "priorities.yaml:1: error: 'L1' is the code of no district"},
        {"partnership: Group\n", "priorities.yaml:1: error: 'Group' is the code of no district"},
        {"priorities: x\n", "priorities.yaml:1: error: a list of priorities"},
        {"priorities:\n- x\n", "priorities.yaml:2: error: a priority (priority, title ...) should stand here"},
        {"priorities:\n- title: X\n" GROUND, "priorities.yaml:2: error: 'priority' is missing"},
        {"priorities:\n- priority: x\n" GROUND, "priorities.yaml:2: error: 'title' is missing"},
        {ONE GROUND "  titel: Y\n", "priorities.yaml:8: error: there is no key 'titel'"},
        {ONE GROUND "- title: Y\n  priority: x\n" GROUND, "priorities.yaml:9: error: the priority 'x' stands twice"},
        {ONE "  evidence: drugs\n", "priorities.yaml:4: error: a list of categories that bear evidence"},
        {ONE "  evidence:\n  - drugs\n", "priorities.yaml:5: error: evidence (category: ...) should stand here"},
        {ONE "  evidence:\n  - category: drgs\n", "priorities.yaml:5: error: the category 'drgs' is not in categories.csv"},
        {ONE "  evidence:\n  - proxy: yes\n", "priorities.yaml:5: error: 'category' is missing"},
        {ONE "  evidence:\n  - category: drugs\n    proxy: perhaps\n", "priorities.yaml:6: error: 'perhaps' is neither yes nor no"},
        {ONE "  evidence:\n  - category: drugs\n    parts: [trade, x]\n", "priorities.yaml:6: error: the category 'x' is not"},
        {ONE "  evidence:\n  - category: trade\n    parts: [possession]\n", "priorities.yaml:5: error: 'possession' is no part of 'trade'"},
        {ONE "  evidence:\n  - category: drugs\n    parts: [drugs]\n", "priorities.yaml:5: error: 'drugs' is no part of 'drugs'"},
        {ONE "  evidence:\n  - category: all\n    parts: [hate]\n", "priorities.yaml:5: error: 'hate' is no part of 'all'"},
        {ONE "  evidence:\n  - category: drugs\n  - category: drugs\n", "priorities.yaml:6: error: a category bears evidence once"},
        {ONE GROUND "  indicators: fear\n", "priorities.yaml:8: error: a list of names in indicators.csv"},
        {ONE GROUND "  indicators: ['']\n", "priorities.yaml:8: error: words should stand here"},
        {ONE "  grounds: yes\n", "priorities.yaml:4: error: a list of grounds"},
        {ONE "  grounds:\n  - text: t\n    source: s\n", "priorities.yaml:5: error: 'kind' is missing"},
        {ONE "  grounds:\n  - kind: risk-of-harm\n    source: s\n", "priorities.yaml:5: error: 'text' is missing"},
        {ONE "  grounds:\n  - kind: risk-of-harm\n    text: t\n", "priorities.yaml:5: error: 'source' is missing"},
        {ONE GROUND "  - kind: gossip\n    text: t\n    source: s\n", "priorities.yaml:8: error: 'gossip' is no kind of ground"},
        {ONE GROUND "    area: D9\n", "priorities.yaml:8: error: 'D9' is the code of no district"},
        {ONE GROUND "    retains: 1\n", "priorities.yaml:8: error: '1' is neither yes nor no"},
        {"judgement: strict\n", "priorities.yaml:1: error: rules of judgement"},
        {"judgement:\n  rises: {percent: 5}\n", "priorities.yaml:2: error: there is no rule of judgement 'rises'"},
        {"judgement:\n  rise: 5\n", "priorities.yaml:2: error: the rule's numbers"},
        {"judgement:\n  rise:\n    p: 0.5\n", "priorities.yaml:3: error: 'rise' has no 'p'"},
        {"judgement:\n  rise: {percent: -1}\n", "priorities.yaml:2: error: '-1' is no number from 0 to 1000"},
        {"judgement:\n  significance: {p: 1.01}\n", "priorities.yaml:2: error: '1.01' is no number from 0 to 1"},
        {"judgement:\n  low-number: {count: few}\n", "priorities.yaml:2: error: 'few' is no number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w = world_of(cases[i].yaml);
        assert_faults(w.found, 1, 0);
        assert_fault(w.found, cases[i].fault);
        forget(&w);
    }
}

static void all_faults_are_told_at_once(void **state)
{
    (void)state;
    world w = world_of("baseline: soon\npartnership: nowhere\npriorities:\n- {priority: a, evidence: [{category: none}]}\n"
                       "- title: B\n  grounds: [{kind: gossip}]\njudgement: {rise: {percent: much}}\n");
    assert_faults(w.found, 9, 0);
    forget(&w);
}

static void a_priority_without_evidence_or_grounds_is_worth_a_warning(void **state)
{
    (void)state;
    world w = world_of(ONE "  indicators: [fear]\n");
    assert_faults(w.found, 0, 1);
    assert_fault(w.found, "priorities.yaml:2: warning: 'x' has neither evidence nor grounds");
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_baseline_is_the_financial_year_that_is_named),
        cmocka_unit_test(without_a_file_there_is_nothing_but_the_default_rules),
        cmocka_unit_test(the_rules_of_alerts_are_another_readers_business),
        cmocka_unit_test(a_priority_has_its_evidence_as_written),
        cmocka_unit_test(a_ground_holds_where_it_says_and_else_for_the_partnership),
        cmocka_unit_test(without_a_partnership_a_ground_that_names_no_place_holds_everywhere),
        cmocka_unit_test(rules_of_judgement_that_are_written_replace_the_defaults_one_by_one),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(all_faults_are_told_at_once),
        cmocka_unit_test(a_priority_without_evidence_or_grounds_is_worth_a_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
