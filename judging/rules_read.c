/* One rule, key by key. */
#include <string.h>

#include "figures/nearest.h"
#include "rules_parts.h"

#define DETECTOR_WORDS "rolling-year, baseline-year, comparator-gap, weekly-spike or control-chart"

static void read_name(rule_reading *self, yamlnode node)
{
    text name = yamlnode_text(node);
    bool plain = true;
    for (size_t i = 0; i < name.size; i++)
        plain = plain && (unsigned char)name.at[i] >= ' ' && name.at[i] != 0x7f;
    if (name.size == 0 || name.size > RULE_NAME_MAX || !plain)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "the name should be a text of 1 to %d octets in one line", RULE_NAME_MAX);
    else
        self->rule->name = arena_text(self->to->memory, name);
}

static void read_detector(rule_reading *self, yamlnode node)
{
    char perhaps[NEAREST_WORDS];
    text word = yamlnode_text(node);
    if (detector_read(word, &self->rule->detector))
        return;
    nearest near = nearest_to(word);
    for (int i = 0; i < DETECTORS; i++)
        nearest_offer(&near, text_of(detector_text((detector_kind)i)), text_of(detector_text((detector_kind)i)));
    faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
               "there is no detector '%.*s': write " DETECTOR_WORDS "%s", TEXT_ARGS(word), nearest_words(&near, perhaps));
}

static void read_directions(rule_reading *self, yamlnode node)
{
    size_t count;
    text word;
    if (!rules_list(self, node, "directions", "rising, falling", &count))
        return;
    self->rule->rising = self->rule->falling = false;
    for (size_t i = 0; i < count; i++) {
        trend_direction way;
        if (!rules_word(self, node, i, "directions", &word))
            continue;
        if (!trend_read(word, &way) || way == TREND_NONE)
            faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(rules_list_at(node, i)),
                       "'%.*s' is no direction: write rising or falling", TEXT_ARGS(word));
        self->rule->rising = self->rule->rising || way == TREND_RISING;
        self->rule->falling = self->rule->falling || way == TREND_FALLING;
    }
}

static void read_looks(rule_reading *self, yamlnode node)
{
    uint64_t looks;
    if (text_to_u64(yamlnode_text(node), &looks) && looks >= 1 && looks <= LOOKS_MAX)
        self->rule->looks = (int)looks;
    else
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "looks is '%.*s' and should be a whole number from 1 to %d", TEXT_ARGS(yamlnode_text(node)),
                   LOOKS_MAX);
}

static void read_hold(rule_reading *self, yamlnode node)
{
    text word = yamlnode_text(node);
    uint64_t number = 0;
    char unit = word.size > 0 ? word.at[word.size - 1] : '\0';
    uint64_t days = unit == 'w' ? 7 : 1;
    bool good = (unit == 'd' || unit == 'w') && text_to_u64((text){word.at, word.size - 1}, &number);
    if (good && number <= HOLD_DAYS_MAX / days)
        self->rule->hold_days = (int)(number * days);
    else
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "hold is '%.*s' and should be days or weeks, 28d or 4w, up to %d days", TEXT_ARGS(word),
                   HOLD_DAYS_MAX);
}

static const struct key_of_rule {
    const char *name;
    const char *missing; /* what to do where a rule lacks it; NULL: it need not have it */
    void (*read)(rule_reading *self, yamlnode node);
} keys[RULE_KEYS] = {
    [KEY_NAME] = {"name", "events name their rule by it", read_name},
    [KEY_DETECTOR] = {"detector", "write " DETECTOR_WORDS, read_detector},
    [KEY_AREAS] = {"areas", "list levels (district, force), codes, names or groups, or write all", rule_read_areas},
    [KEY_CATEGORIES] = {"categories", "list codes, or write all", rule_read_categories},
    [KEY_EXCEPT] = {"except", NULL, rule_read_except},
    [KEY_DIRECTIONS] = {"directions", NULL, read_directions},
    [KEY_MINIMUM] = {"minimum", NULL, rule_read_minimum},
    [KEY_LEVELS] = {"levels", "say from where on watch, elevated or priority stands", rule_read_levels},
    [KEY_CLEAR] = {"clear", NULL, rule_read_clear},
    [KEY_LOOKS] = {"looks", NULL, read_looks},
    [KEY_AT_ONCE] = {"at_once", NULL, rule_read_at_once},
    [KEY_HOLD] = {"hold", NULL, read_hold},
    [KEY_COMPARATOR] = {"comparator", NULL, rule_read_comparator},
};

void rules_unknown_key(rule_reading *self, yamlnode key, const char *of, const char *const *names, size_t count)
{
    char perhaps[NEAREST_WORDS];
    nearest near = nearest_to(yamlnode_text(key));
    for (size_t i = 0; i < count; i++) {
        if (text_is(near.asked, names[i]))
            return;
        nearest_offer(&near, text_of(names[i]), text_of(names[i]));
    }
    faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(key), "%s has no key '%.*s'%s", of,
               TEXT_ARGS(near.asked), nearest_words(&near, perhaps));
}

static void read_key(rule_reading *self, int key, yamlnode node)
{
    size_t before = faults_count(self->found, FAULT_ERROR);
    self->lines[key] = yamlnode_line(node);
    keys[key].read(self, node);
    self->good[key] = faults_count(self->found, FAULT_ERROR) == before;
}

static void read_keys(rule_reading *self, yamlnode node)
{
    const char *names[RULE_KEYS];
    for (int key = 0; key < RULE_KEYS; key++)
        names[key] = keys[key].name;
    for (size_t i = 0; i < yamlnode_count(node); i++)
        rules_unknown_key(self, yamlnode_key(node, i), "a rule", names, RULE_KEYS);
    for (int key = 0; key < RULE_KEYS; key++) {
        yamlnode value = yamlnode_get(node, keys[key].name);
        if (yamlnode_is(value))
            read_key(self, key, value);
        else if (keys[key].missing != NULL)
            faults_add(self->found, FAULT_ERROR, self->file, self->rule->line, "the rule has no '%s': %s",
                       keys[key].name, keys[key].missing);
        self->good[key] = self->good[key] || (!yamlnode_is(value) && keys[key].missing == NULL);
    }
}

static bool *none_of(rule_reading *self, int count)
{
    size_t size = (size_t)count * sizeof(bool);
    bool *made = arena_take(self->to->memory, size + 1);
    memset(made, 0, size + 1);
    return made;
}

/* docs/rules.md says why these. */
static watch_rule rule_of_defaults(rule_reading *self, uint32_t line)
{
    int categories = offence_tree_count(self->data->categories);
    return (watch_rule){
        .line = line, .rising = true, .falling = true, .minimum = 10, .clear_percent = 7.5, .clear_p = 0.05,
        .looks = 2, .at_once_p = 0.001, .hold_days = 28, .comparator = text_of("parent"),
        .categories = none_of(self, categories), .areas = none_of(self, geography_count(self->data->areas)),
    };
}

bool rule_read(rule_reading *self, yamlnode node, watch_rule *out)
{
    size_t before = faults_count(self->found, FAULT_ERROR);
    *out = rule_of_defaults(self, yamlnode_line(node));
    self->rule = out;
    self->excepted = none_of(self, offence_tree_count(self->data->categories));
    memset(self->lines, 0, sizeof self->lines);
    memset(self->good, 0, sizeof self->good);
    if (yamlnode_kind_of(node) == YAMLNODE_MAP) {
        read_keys(self, node);
        rule_check(self);
    } else
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "a rule should be a map: begin it with '- name: ...'");
    return faults_count(self->found, FAULT_ERROR) == before;
}

/* --- lists of words ------------------------------------------------------------------------------- */

bool rules_list(rule_reading *self, yamlnode node, const char *what, const char *example, size_t *count)
{
    yamlnode_kind kind = yamlnode_kind_of(node);
    *count = kind == YAMLNODE_LIST ? yamlnode_count(node) : kind == YAMLNODE_TEXT && yamlnode_text(node).size > 0;
    if (*count >= 1 && *count <= LIST_MAX)
        return true;
    if (*count > LIST_MAX)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "'%s' has %zu entries, and %d are the most: name a level, a group or a node with + in place of many",
                   what, *count, LIST_MAX);
    else
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node), "'%s' should be a list such as [%s]", what,
                   example);
    return false;
}

yamlnode rules_list_at(yamlnode node, size_t index)
{
    return yamlnode_kind_of(node) == YAMLNODE_LIST ? yamlnode_at(node, index) : node;
}

bool rules_word(rule_reading *self, yamlnode list, size_t index, const char *what, text *out)
{
    yamlnode node = rules_list_at(list, index);
    *out = text_trim(yamlnode_text(node));
    bool twice = false;
    for (size_t i = 0; i < index; i++)
        twice = twice || text_equal(text_trim(yamlnode_text(rules_list_at(list, i))), *out);
    if (out->size == 0)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node), "an entry of '%s' is no text", what);
    else if (twice)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node), "'%.*s' stands in '%s' a second time",
                   TEXT_ARGS(*out), what);
    return out->size > 0 && !twice;
}
