#include "rule_tests.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "figures/nearest.h"
#include "proto/map.h"
#include "rule_tests_parts.h"

/* --- what all readers share ------------------------------------------------------------------------ */

void tests_fault(tests_reading *self, yamlnode at, const char *format, ...)
{
    char words[NOTE_SIZE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    faults_add(self->found, FAULT_ERROR, self->file, yamlnode_line(at), "%s", words);
}

static void check_key(tests_reading *self, yamlnode key, const char *of, const char *const *names, size_t count)
{
    char perhaps[NEAREST_WORDS];
    nearest near = nearest_to(yamlnode_text(key));
    for (size_t i = 0; i < count; i++) {
        if (text_is(near.asked, names[i]))
            return;
        nearest_offer(&near, text_of(names[i]), text_of(names[i]));
    }
    tests_fault(self, key, "%s has no key '%.*s'%s", of, TEXT_ARGS(near.asked), nearest_words(&near, perhaps));
}

void tests_check_keys(tests_reading *self, yamlnode keyed, const char *of, const char *const *names, size_t count)
{
    for (size_t i = 0; i < yamlnode_count(keyed); i++)
        check_key(self, yamlnode_key(keyed, i), of, names, count);
}

int tests_category(tests_reading *self, yamlnode at)
{
    char perhaps[NEAREST_WORDS];
    const offence_tree *tree = self->data->categories;
    nearest near = nearest_to(yamlnode_text(at));
    int index = offence_tree_find(tree, near.asked);
    for (int i = 0; index == CATEGORY_NONE && i < offence_tree_count(tree); i++) {
        const category *c = offence_tree_category(tree, i);
        nearest_offer(&near, c->code, c->code);
        nearest_offer(&near, c->title, c->code);
    }
    if (index == CATEGORY_NONE)
        tests_fault(self, at, "there is no category '%.*s'%s", TEXT_ARGS(near.asked), nearest_words(&near, perhaps));
    return index;
}

size_t tests_list_count(yamlnode self)
{
    return yamlnode_kind_of(self) == YAMLNODE_LIST ? yamlnode_count(self) : 1;
}

yamlnode tests_list_at(yamlnode self, size_t index)
{
    return yamlnode_kind_of(self) == YAMLNODE_LIST ? yamlnode_at(self, index) : self;
}

bool tests_read_days(text from, period *out)
{
    month_number m;
    if (date_read(from, &out->from)) {
        out->to = out->from;
        return true;
    }
    if (!month_read(from, &m))
        return false;
    *out = (period){month_first(m), month_last(m)};
    return true;
}

/* --- the file -------------------------------------------------------------------------------------- */

static void check_name(tests_reading *self, map *names, yamlnode node)
{
    uint32_t line;
    text name = self->test->name;
    if (name.size == 0)
        return;
    if (map_find(names, name, &line))
        tests_fault(self, node, "a test with the name '%.*s' stands in line %u already", TEXT_ARGS(name), line);
    map_put(names, name, yamlnode_line(node));
}

static void read_list(tests_reading *self, yamlnode list)
{
    rule_tests *to = self->to;
    map *names = map_create();
    for (size_t i = 0; i < yamlnode_count(list) && i < TESTS_MAX; i++) {
        to->each = memory_room(to->each, to->count, &to->capacity, sizeof *to->each);
        self->test = &to->each[to->count++];
        *self->test = (rule_test){.line = yamlnode_line(yamlnode_at(list, i)), .area = AREA_NONE, .from = DAY_NONE};
        tests_read_one(self, yamlnode_at(list, i));
        check_name(self, names, yamlnode_at(list, i));
    }
    map_destroy(&names);
    if (yamlnode_count(list) > TESTS_MAX)
        tests_fault(self, yamlnode_at(list, TESTS_MAX), "there are %zu tests, and %d are the most of one file",
                    yamlnode_count(list), TESTS_MAX);
}

static void read_root(tests_reading *self, yamlnode root)
{
    static const char *const keys[] = {"rules", "tests"};
    yamlnode list = yamlnode_kind_of(root) == YAMLNODE_MAP ? yamlnode_get(root, "tests") : (yamlnode){NULL, 0};
    if (yamlnode_kind_of(root) == YAMLNODE_MAP) {
        tests_check_keys(self, root, "the file", keys, sizeof keys / sizeof keys[0]);
        self->rules = yamlnode_get(root, "rules");
    }
    if (!yamlnode_is(list) || yamlnode_kind_of(list) != YAMLNODE_LIST || yamlnode_count(list) == 0)
        tests_fault(self, yamlnode_is(list) ? list : root, "there are no tests: list them under 'tests:', and begin each with '- name: ...'");
    else
        read_list(self, list);
}

rule_tests *rule_tests_create(text yaml, const char *file, const reference *data, rules_source *ask, void *context,
                              faults *found)
{
    char why[256];
    yamldoc *document = NULL;
    rule_tests *made = memory_new(1, sizeof *made);
    made->memory = arena_create();
    made->file = arena_text(made->memory, text_of(file));
    tests_reading self = {.to = made, .data = data, .found = found, .file = file, .ask = ask, .context = context};
    if (yamldoc_read(yaml, &document, why, sizeof why) == STATUS_OK)
        read_root(&self, yamldoc_root(document));
    else
        faults_add(found, FAULT_ERROR, file, 0, "%s", why);
    yamldoc_destroy(&document);
    return made;
}

static void free_series(series_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->each[i].each);
    free(list->each);
}

void rule_tests_destroy(rule_tests **of)
{
    rule_tests *self = *of;
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->count; i++) {
        free_series(&self->each[i].own);
        free_series(&self->each[i].rest);
        period_set_free(&self->each[i].covered);
        free(self->each[i].each);
    }
    free(self->each);
    arena_destroy(&self->memory);
    free(self);
    *of = NULL;
}
