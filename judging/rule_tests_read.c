/* One test, key by key. */
#include <string.h>

#include "figures/nearest.h"
#include "figures/subject.h"
#include "rule_tests_parts.h"

static void read_name(tests_reading *self, yamlnode node)
{
    text name = yamlnode_text(node);
    bool plain = true;
    for (size_t i = 0; i < name.size; i++)
        plain = plain && (unsigned char)name.at[i] >= ' ' && name.at[i] != 0x7f;
    if (name.size == 0 || name.size > TEST_NAME_MAX || !plain)
        tests_fault(self, node, "the name should be a text of 1 to %d octets in one line", TEST_NAME_MAX);
    else
        self->test->name = arena_text(self->to->memory, name);
}

/* --- rules and area -------------------------------------------------------------------------------- */

static void find_rules(tests_reading *self, yamlnode test, yamlnode node)
{
    char why[NOTE_SIZE_MAX];
    yamlnode named = yamlnode_is(node) ? node : self->rules;
    if (yamlnode_is(named) && yamlnode_text(named).size == 0)
        tests_fault(self, named, "'rules' should name a file of rules, such as priorities.yaml");
    else if ((self->test->by = self->ask(self->context, yamlnode_is(named) ? yamlnode_text(named) : (text){"", 0}, why)) == NULL &&
             why[0] != '\0')
        tests_fault(self, yamlnode_is(named) ? named : test, "%s", why);
}

static bool is_watched(const rules *by, int area_index)
{
    for (size_t i = 0; by != NULL && i < by->count; i++)
        if (by->each[i].areas[area_index])
            return true;
    return false;
}

/* The first current area of a level; one that the rules watch before others. */
static int area_of_level(const tests_reading *self, text level)
{
    int found = AREA_NONE;
    for (int i = 0; i < geography_count(self->data->areas); i++) {
        const area *a = geography_area(self->data->areas, i);
        if (!a->counted || a->successor != AREA_NONE || !text_equal_caseless(a->level, level))
            continue;
        if (is_watched(self->test->by, i))
            return i;
        found = found == AREA_NONE ? i : found;
    }
    return found;
}

static void read_area(tests_reading *self, yamlnode node)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    text word = text_trim(yamlnode_text(node));
    self->test->area = word.size > 0 ? area_of_level(self, word) : AREA_NONE;
    if (self->test->area != AREA_NONE)
        return;
    if (word.size == 0)
        tests_fault(self, node, "'area' should be a level (district), a code or a name");
    else if (!subject_called(self->data, word, &of, words))
        tests_fault(self, node, "%s; or write a level, such as district", words);
    else if (of.area == AREA_NONE)
        tests_fault(self, node, "%.*s is a group: a test is of one area", TEXT_ARGS(of.code));
    else
        self->test->area = of.area;
}

/* --- days and people ------------------------------------------------------------------------------- */

static void read_from(tests_reading *self, yamlnode node)
{
    period days;
    if (tests_read_days(yamlnode_text(node), &days))
        self->test->from = days.from;
    else
        tests_fault(self, node, "from is '%.*s' and should be a month or a date that exists: 2022-04 or 2022-04-01",
                    TEXT_ARGS(yamlnode_text(node)));
}

static bool read_period(text from, period *out)
{
    const char *dots = from.size > 2 ? memmem(from.at, from.size, "..", 2) : NULL;
    period first, last;
    if (dots == NULL || !tests_read_days(text_trim((text){from.at, (size_t)(dots - from.at)}), &first) ||
        !tests_read_days(text_trim((text){dots + 2, from.size - (size_t)(dots + 2 - from.at)}), &last))
        return false;
    *out = (period){first.from, last.to};
    return out->to >= out->from && out->to - out->from < SERIES_DAYS_MAX;
}

static void read_covered(tests_reading *self, yamlnode node)
{
    for (size_t i = 0; i < tests_list_count(node); i++) {
        period days;
        yamlnode one = tests_list_at(node, i);
        if (read_period(yamlnode_text(one), &days))
            (void)period_set_add(&self->test->covered, days);
        else
            tests_fault(self, one, "'%.*s' should be first and last day, up to 40 years: 2022-04-01..2025-03-31",
                        TEXT_ARGS(yamlnode_text(one)));
    }
    if (tests_list_count(node) == 0)
        tests_fault(self, node, "'covered' names no days: leave it out, and what the series describe is covered");
}

static void read_records(tests_reading *self, yamlnode node)
{
    text word = yamlnode_text(node);
    self->test->monthly = text_is(word, "monthly");
    if (!self->test->monthly && !text_is(word, "daily"))
        tests_fault(self, node, "records is '%.*s': write daily, or monthly for records that know only their month",
                    TEXT_ARGS(word));
}

static void read_people(tests_reading *self, yamlnode node, double *out)
{
    uint64_t people;
    if (text_to_u64(yamlnode_text(node), &people) && people > 0 && people <= 1000000000)
        *out = (double)people;
    else
        tests_fault(self, node, "'%.*s' is no number of residents, written without separators",
                    TEXT_ARGS(yamlnode_text(node)));
}

static void read_population(tests_reading *self, yamlnode node)
{
    read_people(self, node, &self->test->population);
}

static void read_rest_population(tests_reading *self, yamlnode node)
{
    read_people(self, node, &self->test->rest_population);
}

static void read_series(tests_reading *self, yamlnode node)
{
    tests_read_series(self, node, &self->test->own);
}

static void read_rest(tests_reading *self, yamlnode node)
{
    tests_read_series(self, node, &self->test->rest);
}

/* --- what is expected ------------------------------------------------------------------------------ */

static void read_expect(tests_reading *self, yamlnode node)
{
    tests_read_expected(self, node, false);
}

static void read_alerts(tests_reading *self, yamlnode node)
{
    tests_read_expected(self, node, true);
}

static void read_quiet(tests_reading *self, yamlnode node)
{
    text word = yamlnode_text(node);
    if (!text_is(word, "yes") && !text_is(word, "true"))
        tests_fault(self, node, "quiet is '%.*s': write yes, or leave it out", TEXT_ARGS(word));
}

/* In this order: what comes later goes by what came before. */
static const struct key_of_test {
    const char *name;
    const char *missing; /* what to do where a test lacks it; NULL: it need not have it */
    void (*read)(tests_reading *self, yamlnode node);
} keys[] = {
    {"name", "give each a name of its own, what it shows", read_name},
    {"rules", NULL, NULL}, /* read first of all */
    {"area", "write a level (district), a code or a name", read_area},
    {"from", NULL, read_from},
    {"records", NULL, read_records},
    {"covered", NULL, read_covered},
    {"population", NULL, read_population},
    {"rest_population", NULL, read_rest_population},
    {"series", "write counts under each category, such as shoplifting: 51x24 62x12", read_series},
    {"rest", NULL, read_rest},
    {"expect", NULL, read_expect},
    {"alerts", NULL, read_alerts},
    {"quiet", NULL, read_quiet},
};

enum { TEST_KEYS = sizeof keys / sizeof keys[0] };

/* The line of a key; 0 where the test lacks it. */
static uint32_t line_of(yamlnode node, const char *name)
{
    for (size_t i = 0; i < yamlnode_count(node); i++)
        if (text_is(yamlnode_text(yamlnode_key(node, i)), name))
            return yamlnode_line(yamlnode_key(node, i));
    return 0;
}

static void check_together(tests_reading *self, yamlnode node)
{
    bool listed = line_of(node, "alerts") != 0, quiet = line_of(node, "quiet") != 0;
    self->test->changes_line = line_of(node, listed ? "alerts" : "quiet");
    if (listed && quiet)
        tests_fault(self, yamlnode_get(node, "quiet"), "a test that lists alerts is not quiet: leave one of the two out");
    if (line_of(node, "expect") == 0 && !listed && !quiet)
        tests_fault(self, node, "the test expects nothing: give it 'expect', 'alerts' or 'quiet: yes'");
    if ((line_of(node, "population") != 0) != (line_of(node, "rest_population") != 0))
        tests_fault(self, node, "'population' and 'rest_population' go together: give both, or neither for those of the reference data");
    if (line_of(node, "rest_population") != 0 && line_of(node, "rest") == 0)
        tests_fault(self, node, "'rest_population' needs 'rest': the incidents of those residents");
}

void tests_read_one(tests_reading *self, yamlnode node)
{
    const char *names[TEST_KEYS];
    if (yamlnode_kind_of(node) != YAMLNODE_MAP) {
        tests_fault(self, node, "a test should be a map: begin it with '- name: ...'");
        return;
    }
    for (int i = 0; i < TEST_KEYS; i++)
        names[i] = keys[i].name;
    tests_check_keys(self, node, "a test", names, TEST_KEYS);
    find_rules(self, node, yamlnode_get(node, "rules"));
    for (int i = 0; i < TEST_KEYS; i++) {
        yamlnode value = yamlnode_get(node, keys[i].name);
        if (yamlnode_is(value) && keys[i].read != NULL)
            keys[i].read(self, value);
        else if (!yamlnode_is(value) && keys[i].missing != NULL)
            tests_fault(self, node, "the test has no '%s': %s", keys[i].name, keys[i].missing);
    }
    check_together(self, node);
}
