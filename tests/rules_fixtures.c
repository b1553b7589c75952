#include "rules_fixtures.h"

#include <string.h>

#include "testing.h"

static const char areas[] =
    "EW,England and Wales,national,\n"
    "W,West,region,EW\n"
    "F1,First force,force,W\n"
    "F2,West,force,W\n"
    "D1,Stafford,district,F1\n"
    "D2,Lichfield,district,F1\n"
    "D3,Corby,district,F2\n"
    "FD,Former,district,F1,,,D2\n"
    "L1,Stafford 001A,lsoa,D1\n";

static const char categories[] =
    "all-crime,All crime,,,,\n"
    "violence-and-sexual,Violence and sexual offences,all-crime,,,yes\n"
    "violence,Violence,violence-and-sexual,,,\n"
    "sexual,Sexual offences,violence-and-sexual,,,\n"
    "theft,Theft offences,all-crime,,,\n"
    "burglary,Burglary,theft,,,\n"
    "home,Burglary of homes,burglary,,,\n"
    "other-burglary,Other burglary,burglary,,,\n"
    "shoplifting,Shoplifting,theft,,,\n"
    "asb,Anti-social behaviour,,,,\n"
    "hate,Hate crime,all-crime,hate,,\n"
    "domestic,Domestic abuse,violence,domestic,,\n";

int rules_world_make(void **state)
{
    static rules_world self;
    self = (rules_world){.found = faults_create(), .memory = arena_create()};
    sheets *from = sheets_create();
    sheet_fill(from, SHEET_AREAS, areas);
    sheet_fill(from, SHEET_CATEGORIES, categories);
    sheet_fill(from, SHEET_OFFENCES, "49,Theft,theft\n");
    sheet_fill(from, SHEET_POPULATIONS, "D1,2024,1000\n");
    sheet_fill(from, SHEET_GROUPS, "G1,Both,csp,D1\nG1,Both,csp,D2\n");
    self.data = reference_create(from, self.found);
    assert_faults(self.found, 0, 0);
    *state = &self;
    return 0;
}

int rules_world_remove(void **state)
{
    rules_world *self = *state;
    rules_destroy(&self->rules);
    assert_null(self->rules);
    rules_destroy(&self->rules);
    reference_destroy(&self->data);
    faults_destroy(&self->found);
    arena_destroy(&self->memory);
    return 0;
}

const rules *rules_read(rules_world *self, const char *yaml)
{
    rules_destroy(&self->rules);
    faults_destroy(&self->found);
    self->found = faults_create();
    self->rules = rules_create(text_of(yaml), "priorities.yaml", self->data, self->found);
    return self->rules;
}

static const char *line_of(rules_world *self, const char *key, const char *value, const char *by_default)
{
    const char *said = value != NULL ? value : by_default;
    return said[0] == '\0' ? "    # left out\n" : arena_print(self->memory, "    %s: %s\n", key, said).at;
}

const rules *rules_with(rules_world *self, rule_parts parts)
{
    text yaml = arena_print(self->memory, "rules:\n  -\n%s%s%s%s%s", line_of(self, "name", parts.name, "one"),
                            line_of(self, "detector", parts.detector, "rolling-year"),
                            line_of(self, "areas", parts.areas, "[district]"),
                            line_of(self, "categories", parts.categories, "[theft]"),
                            line_of(self, "levels", parts.levels, "{watch: {percent: 10}}"));
    text rest = text_of(parts.more), line;
    while (text_split(&rest, '\n', &line))
        yaml = arena_print(self->memory, "%.*s    %.*s\n", TEXT_ARGS(yaml), TEXT_ARGS(line));
    return rules_read(self, arena_print(self->memory, "%.*s%s", TEXT_ARGS(yaml), parts.root != NULL ? parts.root : "").at);
}

const watch_rule *good_rule(rules_world *self, rule_parts parts)
{
    const rules *read = rules_with(self, parts);
    assert_faults(self->found, 0, 0);
    assert_int_equal(read->count, 1);
    return &read->each[0];
}

const char *watched_by(rules_world *self, const watch_rule *rule)
{
    text made = {"", 0};
    for (int i = 0; i < geography_count(self->data->areas); i++)
        if (rule->areas[i])
            made = arena_print(self->memory, "%.*s%s%.*s", TEXT_ARGS(made), made.size > 0 ? " " : "",
                               TEXT_ARGS(geography_area(self->data->areas, i)->code));
    made = arena_print(self->memory, "%.*s:", TEXT_ARGS(made));
    for (int i = 0; i < offence_tree_count(self->data->categories); i++)
        if (rule->categories[i])
            made = arena_print(self->memory, "%.*s %.*s", TEXT_ARGS(made),
                               TEXT_ARGS(offence_tree_category(self->data->categories, i)->code));
    return made.at;
}
