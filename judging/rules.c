#include "rules.h"

#include <stdlib.h>

#include "proto/calendar.h"
#include "proto/map.h"
#include "rules_parts.h"

static const char *const detectors_in_words[DETECTORS] = {"rolling-year", "baseline-year", "comparator-gap",
                                                          "weekly-spike", "control-chart"};

const char *detector_text(detector_kind kind)
{
    return detectors_in_words[kind];
}

bool detector_read(text from, detector_kind *out)
{
    for (size_t i = 0; i < DETECTORS; i++)
        if (text_is(from, detectors_in_words[i])) {
            *out = (detector_kind)i;
            return true;
        }
    return false;
}

/* Faulty rules take part too: their names are taken. */
static void check_name(rule_reading *self, map *names, const watch_rule *made)
{
    uint32_t line;
    if (made->name.size == 0)
        return;
    if (map_find(names, made->name, &line))
        faults_add(self->found, FAULT_ERROR, self->file, made->line, "a rule with the name '%.*s' stands in line %u already: "
                   "events name their rule, so give each a name of its own", TEXT_ARGS(made->name), line);
    map_put(names, made->name, made->line);
}

static void read_list(rule_reading *self, yamlnode list)
{
    size_t capacity = 0;
    map *names = map_create();
    for (size_t i = 0; i < yamlnode_count(list); i++) {
        watch_rule made;
        bool good = rule_read(self, yamlnode_at(list, i), &made);
        check_name(self, names, &made);
        if (!good || self->to->count == RULES_MAX)
            continue;
        made.index = self->to->count;
        self->to->each = memory_room(self->to->each, self->to->count, &capacity, sizeof *self->to->each);
        self->to->each[self->to->count++] = made;
    }
    map_destroy(&names);
    if (yamlnode_count(list) > RULES_MAX)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(yamlnode_at(list, RULES_MAX)),
                   "there are %zu rules, and %d are the most: give one rule more areas or categories",
                   yamlnode_count(list), RULES_MAX);
    rules_check_shadows(self);
}

/* What concerns the whole file has been told when the reference data were read, if it came with them. */
static bool is_told(const rule_reading *self, text yaml)
{
    return yaml.at == self->data->sheets->priorities.at;
}

static void read_baseline(rule_reading *self, yamlnode node, bool told)
{
    self->baseline_named = true;
    if (!financial_year_read(yamlnode_text(node), &self->to->baseline) && !told)
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(node),
                   "the baseline '%.*s' is no financial year (2022-23)", TEXT_ARGS(yamlnode_text(node)));
}

static void read_root(rule_reading *self, yamlnode root, bool told)
{
    static const char *const keys[] = {"baseline", "rules", "partnership", "judgement", "priorities"};
    if (yamlnode_kind_of(root) != YAMLNODE_MAP) {
        if (!told)
            faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(root), "should hold keys such as 'rules:'");
        return;
    }
    yamlnode year = yamlnode_get(root, "baseline"), list = yamlnode_get(root, "rules");
    for (size_t i = 0; i < yamlnode_count(root) && !told; i++)
        rules_unknown_key(self, yamlnode_key(root, i), "the file", keys, sizeof keys / sizeof keys[0]);
    if (yamlnode_is(year))
        read_baseline(self, year, told);
    if (yamlnode_is(list) && (yamlnode_kind_of(list) == YAMLNODE_MAP || yamlnode_text(list).size > 0))
        faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(list),
                   "'rules' should be a list: begin each rule with '- name: ...'");
    else if (yamlnode_is(list))
        read_list(self, list);
}

rules *rules_create(text yaml, const char *file, const reference *data, faults *found)
{
    char why[256];
    yamldoc *document = NULL;
    rules *made = memory_new(1, sizeof *made);
    rule_reading self = {.to = made, .data = data, .found = found, .file = file};
    made->memory = arena_create();
    if (yaml.size == 0)
        return made;
    if (yamldoc_read(yaml, &document, why, sizeof why) == STATUS_OK)
        read_root(&self, yamldoc_root(document), is_told(&self, yaml));
    else if (!is_told(&self, yaml))
        faults_add(found, FAULT_ERROR, file, 0, "%s", why);
    yamldoc_destroy(&document);
    return made;
}

void rules_destroy(rules **self)
{
    if (*self == NULL)
        return;
    arena_destroy(&(*self)->memory);
    free((*self)->each);
    free(*self);
    *self = NULL;
}

/* --- what is watched ------------------------------------------------------------------------------ */

bool rule_watches(const watch_rule *self, int area_index, int category_index)
{
    return self->areas[area_index] && self->categories[category_index];
}

bool rules_watch(const rules *self, int area_index, int category_index)
{
    for (size_t i = 0; i < self->count; i++)
        if (rule_watches(&self->each[i], area_index, category_index))
            return true;
    return false;
}

bool rules_watch_area(const rules *self, int area_index)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->each[i].areas[area_index])
            return true;
    return false;
}

int rule_wider_area(const watch_rule *self, const geography *areas, int area_index)
{
    return text_is(self->comparator, "parent") ? geography_up(areas, area_index) : geography_find(areas, self->comparator);
}
