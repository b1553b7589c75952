/* The numbers of a rule: thresholds, and what clears them. */
#include "figures/nearest.h"
#include "rules_parts.h"

enum { PERCENT_MAX = 10000, COUNT_MAX = 1000000000 };

/* A key whose value is a number. */
struct number_key {
    const char *name;
    bool above_zero; /* 0 itself is out of range */
    double max;
    double *out;
};

static void read_number(rule_reading *self, yamlnode node, const struct number_key *key)
{
    double value;
    text word = yamlnode_text(node);
    if (!text_to_double(word, &value))
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node), "%s is '%.*s', which is no number",
                   key->name, TEXT_ARGS(word));
    else if (value < 0 || value > key->max || (key->above_zero && value <= 0))
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node), "%s is %g and should be %s, at most %g",
                   key->name, value, key->above_zero ? "above 0" : "0 or more", key->max);
    else
        *key->out = value;
}

static const struct number_key *find_number_key(const struct number_key *keys, size_t count, text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

enum { NUMBER_KEYS_MAX = 3 };

/*   of   what the map is: "a threshold" */
static void read_numbers(rule_reading *self, yamlnode node, const char *of, const struct number_key *keys, size_t count)
{
    const char *names[NUMBER_KEYS_MAX];
    for (size_t i = 0; i < count; i++)
        names[i] = keys[i].name;
    for (size_t i = 0; i < yamlnode_count(node); i++) {
        const struct number_key *key = find_number_key(keys, count, yamlnode_text(yamlnode_key(node, i)));
        if (key != NULL)
            read_number(self, yamlnode_at(node, i), key);
        else
            rules_unknown_key(self, yamlnode_key(node, i), of, names, count);
    }
}

void rule_read_minimum(rule_reading *self, yamlnode node)
{
    read_number(self, node, &(struct number_key){"minimum", false, COUNT_MAX, &self->rule->minimum});
}

void rule_read_clear(rule_reading *self, yamlnode node)
{
    const struct number_key keys[] = {{"percent", false, PERCENT_MAX, &self->rule->clear_percent},
                                      {"p", true, 1, &self->rule->clear_p}};
    if (yamlnode_kind_of(node) == YAMLNODE_MAP && yamlnode_count(node) > 0)
        read_numbers(self, node, "'clear'", keys, 2);
    else
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "'clear' should be a map such as {percent: 7.5, p: 0.05}");
}

void rule_read_at_once(rule_reading *self, yamlnode node)
{
    const struct number_key key = {"p", true, 1, &self->rule->at_once_p};
    if (text_is(yamlnode_text(node), "never"))
        self->rule->at_once_p = 0;
    else if (yamlnode_kind_of(node) == YAMLNODE_MAP && yamlnode_count(node) > 0)
        read_numbers(self, node, "'at_once'", &key, 1);
    else
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "'at_once' should be {p: 0.001}, or never");
}

/* --- levels --------------------------------------------------------------------------------------- */

static void read_threshold(rule_reading *self, alert_level level, yamlnode node)
{
    watch_rule *rule = self->rule;
    threshold made = {.level = level, .p = 1, .line = yamlnode_line(node)};
    const struct number_key keys[NUMBER_KEYS_MAX] = {{"percent", false, PERCENT_MAX, &made.percent},
                                                     {"p", true, 1, &made.p},
                                                     {"difference", false, COUNT_MAX, &made.difference}};
    if (yamlnode_kind_of(node) != YAMLNODE_MAP) {
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "'%s' should be a map such as {percent: 10, p: 0.01}, or a list of such maps", alert_level_text(level));
        return;
    }
    read_numbers(self, node, "a threshold", keys, NUMBER_KEYS_MAX);
    if (rule->threshold_count < THRESHOLDS_MAX)
        rule->thresholds[rule->threshold_count++] = made;
    else
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "%d thresholds are the most that a rule can have: make two rules of it", THRESHOLDS_MAX);
}

static void read_level(rule_reading *self, alert_level level, yamlnode node)
{
    if (yamlnode_kind_of(node) != YAMLNODE_LIST) {
        read_threshold(self, level, node);
        return;
    }
    for (size_t i = 0; i < yamlnode_count(node); i++)
        read_threshold(self, level, yamlnode_at(node, i));
    if (yamlnode_count(node) == 0)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "'%s' has no threshold in its list: leave it out", alert_level_text(level));
}

/* From the highest down, whatever their order in the file. */
void rule_read_levels(rule_reading *self, yamlnode node)
{
    static const char *const names[] = {"priority", "elevated", "watch"};
    if (yamlnode_kind_of(node) != YAMLNODE_MAP || yamlnode_count(node) == 0) {
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "'levels' should be a map such as {elevated: {percent: 10, p: 0.01}, watch: {percent: 10}}");
        return;
    }
    for (size_t i = 0; i < yamlnode_count(node); i++)
        rules_unknown_key(self, yamlnode_key(node, i), "'levels'", names, LEVELS - 1);
    for (alert_level level = LEVEL_PRIORITY; level > LEVEL_NORMAL; level--) {
        yamlnode at = yamlnode_get(node, alert_level_text(level));
        if (yamlnode_is(at))
            read_level(self, level, at);
    }
}
