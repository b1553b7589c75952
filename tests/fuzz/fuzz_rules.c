/* Must hold for all octets: as rules they are understood, or every fault is told in words; and every rule that is in force keeps the
 * bounds on which those rely who judge by it. */
#include "fuzz.h"
#include "tests/rules_fixtures.h"

static bool is_share(double p)
{
    return p > 0 && p <= 1;
}

static void check_thresholds(const watch_rule *rule)
{
    MUST(rule->threshold_count >= 1 && rule->threshold_count <= THRESHOLDS_MAX);
    for (size_t i = 0; i < rule->threshold_count; i++) {
        const threshold *t = &rule->thresholds[i];
        MUST(t->level > LEVEL_NORMAL && t->level < LEVELS && is_share(t->p));
        MUST(t->percent >= 0 && t->difference >= 0); /* not a number is neither */
        MUST(i == 0 || t->level <= rule->thresholds[i - 1].level);
    }
}

static void check_rule(const rules_world *w, const rules *of, size_t index)
{
    const watch_rule *rule = &of->each[index];
    MUST(rule->index == index && rule->name.size > 0 && rule->detector < DETECTORS);
    MUST(rule->rising || rule->falling);
    MUST(rule->minimum >= 0 && rule->clear_percent >= 0 && is_share(rule->clear_p));
    MUST(rule->looks >= 1 && rule->hold_days >= 0 && rule->at_once_p >= 0 && rule->at_once_p <= 1);
    MUST(rule->detector != DETECTOR_BASELINE_YEAR || of->baseline != 0);
    MUST(text_is(rule->comparator, "parent") || geography_find(w->data->areas, rule->comparator) != AREA_NONE);
    for (int i = 0; i < geography_count(w->data->areas); i++)
        MUST(!rule->areas[i] || geography_area(w->data->areas, i)->counted);
    check_thresholds(rule);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    static rules_world *w;
    void *made = w;
    if (w == NULL) {
        (void)rules_world_make(&made);
        w = made;
    }
    faults *found = faults_create();
    rules *read = rules_create((text){(const char *)octets, size}, "rules.yaml", w->data, found);
    for (size_t i = 0; faults_line(found, i)[0] != '\0'; i++)
        MUST(i < 100000);
    MUST(read->count <= RULES_MAX);
    /* Without a good baseline its rules are in force only beside the error that says so. */
    for (size_t i = 0; i < read->count; i++)
        if (read->baseline != 0 || faults_count(found, FAULT_ERROR) == 0)
            check_rule(w, read, i);
    rules_destroy(&read);
    faults_destroy(&found);
    return 0;
}
