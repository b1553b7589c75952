/* Which series a rule watches: words of the file to categories and areas. */
#include "figures/nearest.h"
#include "figures/subject.h"
#include "rules_parts.h"

enum { LEVELS_OF_AREAS_MAX = 16 };

/* --- categories ----------------------------------------------------------------------------------- */

static void say_no_category(rule_reading *self, yamlnode node, text word)
{
    char perhaps[NEAREST_WORDS];
    nearest near = nearest_to(word);
    for (int i = 0; i < offence_tree_count(self->data->categories); i++) {
        const category *c = offence_tree_category(self->data->categories, i);
        nearest_offer(&near, c->code, c->code);
        nearest_offer(&near, c->title, c->code);
    }
    faults_add(self->found, FAULT_WARNING, self->file, yamlnode_line(node), "there is no category '%.*s'%s",
               TEXT_ARGS(word), nearest_words(&near, perhaps));
}

/* Bridging nodes say again what the nodes below them say: only who names one gets it. */
static bool is_chosen(const offence_tree *tree, int named, bool below, int index)
{
    if (index == named)
        return true;
    bool bridging = offence_tree_category(tree, index)->bridging;
    return !bridging && (named == CATEGORY_NONE || (below && offence_tree_contains(tree, named, index)));
}

static void choose_categories(rule_reading *self, yamlnode node, text word, bool *chosen)
{
    const offence_tree *tree = self->data->categories;
    bool all = text_is(word, "all"), below = word.at[word.size - 1] == '+';
    text code = {word.at, word.size - below};
    int named = all ? CATEGORY_NONE : offence_tree_find(tree, code);
    if (!all && named == CATEGORY_NONE) {
        say_no_category(self, node, code);
        return;
    }
    for (int i = 0; i < offence_tree_count(tree); i++)
        chosen[i] = chosen[i] || is_chosen(tree, named, below, i);
}

static void read_categories(rule_reading *self, yamlnode node, const char *what, bool *chosen)
{
    size_t count;
    text word;
    if (!rules_list(self, node, what, "theft+, drug-offences", &count))
        return;
    for (size_t i = 0; i < count; i++)
        if (rules_word(self, node, i, what, &word))
            choose_categories(self, rules_list_at(node, i), word, chosen);
}

void rule_read_categories(rule_reading *self, yamlnode node)
{
    read_categories(self, node, "categories", self->rule->categories);
}

void rule_read_except(rule_reading *self, yamlnode node)
{
    read_categories(self, node, "except", self->excepted);
}

/* --- areas ---------------------------------------------------------------------------------------- */

/* A former area's incidents count in the one that took it over. */
static bool is_watched_of_itself(const area *a)
{
    return a->counted && a->successor == AREA_NONE;
}

static bool is_level(const geography *areas, text word, nearest *near)
{
    text levels[LEVELS_OF_AREAS_MAX];
    bool found = false;
    size_t count = geography_levels(areas, levels, LEVELS_OF_AREAS_MAX);
    for (size_t i = 0; i < count; i++) {
        nearest_offer(near, levels[i], levels[i]);
        found = found || text_equal_caseless(levels[i], word);
    }
    return found;
}

static void choose_level(rule_reading *self, text level, bool all)
{
    for (int i = 0; i < geography_count(self->data->areas); i++) {
        const area *a = geography_area(self->data->areas, i);
        if (is_watched_of_itself(a) && (all || text_equal_caseless(a->level, level)))
            self->rule->areas[i] = true;
    }
}

static bool is_fine_level(const geography *areas, text word)
{
    for (int i = 0; i < geography_count(areas); i++)
        if (!geography_area(areas, i)->counted && text_equal_caseless(geography_area(areas, i)->level, word))
            return true;
    return false;
}

static void choose_subject(rule_reading *self, yamlnode node, const subject *of)
{
    for (size_t m = 0; m < of->member_count; m++) {
        const area *a = geography_area(self->data->areas, of->members[m]);
        self->rule->areas[of->members[m]] = true;
        if (a->successor == AREA_NONE)
            continue;
        const area *now = geography_area(self->data->areas, a->successor);
        faults_add(self->found, FAULT_WARNING, self->file, yamlnode_line(node),
                   "%.*s (%.*s) is a former area: name %.*s (%.*s), which took it over", TEXT_ARGS(a->name),
                   TEXT_ARGS(a->code), TEXT_ARGS(now->name), TEXT_ARGS(now->code));
    }
}

/* A name that several areas bear, or that of an area too fine, is a mistake; one that nothing bears may belong to
 * another place's reference data. */
static bool is_known(const geography *areas, text word)
{
    bool several;
    return geography_find(areas, word) != AREA_NONE ||
           geography_by_name(areas, word, (text){"", 0}, &several) != AREA_NONE;
}

static void choose_areas(rule_reading *self, yamlnode node, text word)
{
    char words[NOTE_SIZE_MAX], perhaps[NEAREST_WORDS];
    subject of;
    nearest near = nearest_to(word);
    bool all = text_is(word, "all");
    if (all || is_level(self->data->areas, word, &near))
        choose_level(self, word, all);
    else if (subject_called(self->data, word, &of, words))
        choose_subject(self, node, &of);
    else if (is_fine_level(self->data->areas, word))
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "'%.*s' is too fine: counts are kept for districts and above", TEXT_ARGS(word));
    else if (is_known(self->data->areas, word))
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node), "%s", words);
    else if (near.found.size > 0)
        faults_add(self->found, FAULT_WARNING, self->file, yamlnode_line(node), "'%.*s' is no level of areas%s",
                   TEXT_ARGS(word), nearest_words(&near, perhaps));
    else
        faults_add(self->found, FAULT_WARNING, self->file, yamlnode_line(node), "%s", words);
}

void rule_read_areas(rule_reading *self, yamlnode node)
{
    size_t count;
    text word;
    if (!rules_list(self, node, "areas", "district, force", &count))
        return;
    for (size_t i = 0; i < count; i++)
        if (rules_word(self, node, i, "areas", &word))
            choose_areas(self, rules_list_at(node, i), word);
}

void rule_read_comparator(rule_reading *self, yamlnode node)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    text word = yamlnode_text(node);
    if (text_is(word, "parent"))
        self->rule->comparator = text_of("parent");
    else if (!subject_called(self->data, word, &of, words))
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node), "%s; or write parent", words);
    else if (of.area == AREA_NONE)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "%.*s is a group: a gap is measured against an area that the others lie in, or parent", TEXT_ARGS(of.code));
    else
        self->rule->comparator = arena_text(self->to->memory, of.code);
}
