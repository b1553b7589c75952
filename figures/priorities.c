#include "priorities.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "priorities_parts.h"
#include "proto/calendar.h"

static const char *const file = "priorities.yaml";

static const advice_rules default_rules = {
    .low_count = 50, .low_rate = 2,
    .increase_percent = 20, .increase_p = 0.05,
    .fall_percent = 20, .fall_p = 0.05,
    .rise_percent = 10,
    .volume_rank = 3,
    .few_recorded = 10,
    .significance = 0.05,
    .new_percent = 10, .new_p = 0.01,
};

/* --- maps and their keys ------------------------------------------------------------------------- */

void priorities_fault(struct priorities_reading *self, yamlnode at, const char *format, ...)
{
    char words[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    faults_add(self->found, FAULT_ERROR, file, yamlnode_line(at), "%s", words);
}

bool priorities_is_kind(struct priorities_reading *self, yamlnode node, yamlnode_kind kind, const char *what)
{
    if (yamlnode_kind_of(node) == kind)
        return true;
    priorities_fault(self, node, "%s should stand here", what);
    return false;
}

void priorities_read_map(struct priorities_reading *self, yamlnode from, const char *what,
                         const struct priorities_key *keys, size_t count, void *to)
{
    if (!priorities_is_kind(self, from, YAMLNODE_MAP, what))
        return;
    for (size_t i = 0; i < yamlnode_count(from); i++) {
        yamlnode key = yamlnode_key(from, i);
        size_t known = 0;
        while (known < count && !text_is(yamlnode_text(key), keys[known].name))
            known++;
        if (known < count)
            keys[known].read(self, yamlnode_at(from, i), to);
        else
            priorities_fault(self, key, "there is no key '%.*s'", TEXT_ARGS(yamlnode_text(key)));
    }
    for (size_t k = 0; k < count; k++)
        if (keys[k].required && !yamlnode_is(yamlnode_get(from, keys[k].name)))
            priorities_fault(self, from, "'%s' is missing", keys[k].name);
}

/* Texts move from the document, which goes, to the priorities. */
void priorities_keep_place(struct priorities_reading *self, yamlnode node, text *out)
{
    text code = yamlnode_text(node);
    int index = geography_find(self->areas, code);
    const group *named = groups_find(self->groups, code);
    if ((index != AREA_NONE && geography_area(self->areas, index)->counted) ||
        (named != NULL && text_equal(named->code, code)))
        *out = arena_text(self->out->memory, code);
    else
        priorities_fault(self, node, "'%.*s' is the code of no district or wider area in areas.csv, nor of a group in "
                                     "groups.csv", TEXT_ARGS(code));
}

/* --- the rules of judgement ---------------------------------------------------------------------- */

static const struct number {
    const char *rule, *part;
    size_t offset;
    double low, high;
} numbers[] = {
    {"low-number", "count", offsetof(advice_rules, low_count), 0, 1e9},
    {"low-number", "rate", offsetof(advice_rules, low_rate), 0, 1000},
    {"marked-increase", "percent", offsetof(advice_rules, increase_percent), 0, 1000},
    {"marked-increase", "p", offsetof(advice_rules, increase_p), 0, 1},
    {"marked-fall", "percent", offsetof(advice_rules, fall_percent), 0, 100},
    {"marked-fall", "p", offsetof(advice_rules, fall_p), 0, 1},
    {"rise", "percent", offsetof(advice_rules, rise_percent), 0, 1000},
    {"volume", "rank", offsetof(advice_rules, volume_rank), 0, 1000},
    {"few-recorded", "count", offsetof(advice_rules, few_recorded), 0, 1e9},
    {"significance", "p", offsetof(advice_rules, significance), 0, 1},
    {"new-area", "percent", offsetof(advice_rules, new_percent), 0, 1000},
    {"new-area", "p", offsetof(advice_rules, new_p), 0, 1},
};
enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

static void read_number(struct priorities_reading *self, const struct number *what, yamlnode value)
{
    double number;
    if (!text_to_double(yamlnode_text(value), &number) || !(number >= what->low && number <= what->high))
        priorities_fault(self, value, "'%.*s' is no number from %g to %g", TEXT_ARGS(yamlnode_text(value)), what->low,
                         what->high);
    else
        *(double *)(void *)((char *)&self->out->rules + what->offset) = number;
}

static void read_rule(struct priorities_reading *self, text name, yamlnode value)
{
    if (!priorities_is_kind(self, value, YAMLNODE_MAP, "the rule's numbers ({percent: 20, p: 0.05})"))
        return;
    for (size_t k = 0; k < yamlnode_count(value); k++) {
        text part = yamlnode_text(yamlnode_key(value, k));
        int i = 0;
        while (i < NUMBERS && !(text_is(name, numbers[i].rule) && text_is(part, numbers[i].part)))
            i++;
        if (i < NUMBERS)
            read_number(self, &numbers[i], yamlnode_at(value, k));
        else
            priorities_fault(self, yamlnode_key(value, k), "'%.*s' has no '%.*s'", TEXT_ARGS(name), TEXT_ARGS(part));
    }
}

static void read_judgement(struct priorities_reading *self, yamlnode value, void *to)
{
    (void)to;
    if (!priorities_is_kind(self, value, YAMLNODE_MAP, "rules of judgement (low-number: ...)"))
        return;
    for (size_t i = 0; i < yamlnode_count(value); i++) {
        text name = yamlnode_text(yamlnode_key(value, i));
        bool known = false;
        for (int k = 0; k < NUMBERS; k++)
            known = known || text_is(name, numbers[k].rule);
        if (known)
            read_rule(self, name, yamlnode_at(value, i));
        else
            priorities_fault(self, yamlnode_key(value, i), "there is no rule of judgement '%.*s'", TEXT_ARGS(name));
    }
}

/* --- the file ------------------------------------------------------------------------------------ */

static void read_baseline(struct priorities_reading *self, yamlnode value, void *to)
{
    if (!financial_year_read(yamlnode_text(value), &((priorities *)to)->baseline))
        priorities_fault(self, value, "the baseline '%.*s' is no financial year (2022-23)", TEXT_ARGS(yamlnode_text(value)));
}

static void read_partnership(struct priorities_reading *self, yamlnode value, void *to)
{
    priorities_keep_place(self, value, &((priorities *)to)->partnership);
}

/* Read elsewhere: judging/rules.h. */
static void let_pass(struct priorities_reading *self, yamlnode value, void *to)
{
    (void)self, (void)value, (void)to;
}

static const struct priorities_key root_keys[] = {
    {"baseline", read_baseline, false},          {"partnership", read_partnership, false},
    {"priorities", priorities_read_list, false}, {"judgement", read_judgement, false},
    {"rules", let_pass, false},
};

/* Grounds that name no place are the partnership's own. */
static void place_grounds(priorities *self)
{
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; k < self->each[i].ground_count; k++)
            if (self->each[i].grounds[k].where.size == 0)
                self->each[i].grounds[k].where = self->partnership;
}

priorities *priorities_create(text yaml, const geography *areas, const groups *groups_known,
                              const offence_tree *categories, faults *found)
{
    char why[256];
    yamldoc *document = NULL;
    priorities *self = memory_new(1, sizeof *self);
    self->rules = default_rules;
    self->memory = arena_create();
    if (yaml.size == 0)
        return self;
    struct priorities_reading reading = {
        .out = self, .areas = areas, .groups = groups_known, .categories = categories, .found = found};
    if (yamldoc_read(yaml, &document, why, sizeof why) != STATUS_OK)
        faults_add(found, FAULT_ERROR, file, 0, "%s", why);
    else
        priorities_read_map(&reading, yamldoc_root(document), "keys such as 'baseline: 2022-23'", root_keys,
                            sizeof root_keys / sizeof root_keys[0], self);
    yamldoc_destroy(&document);
    place_grounds(self);
    return self;
}

void priorities_destroy(priorities **self)
{
    if (*self == NULL)
        return;
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

int priorities_baseline(const priorities *self)
{
    return self->baseline;
}

text priorities_partnership(const priorities *self)
{
    return self->partnership;
}

const advice_rules *priorities_rules(const priorities *self)
{
    return &self->rules;
}

size_t priorities_count(const priorities *self)
{
    return self->count;
}

const strategic_priority *priorities_at(const priorities *self, size_t index)
{
    assert(index < self->count);
    return &self->each[index];
}
