/* What a test expects: levels that stand, and changes that are raised. */
#include "figures/nearest.h"
#include "rule_tests_parts.h"

/* One entry while it is read. */
struct expecting {
    tests_reading *reading;
    expectation made;
};

static void read_on(struct expecting *self, yamlnode node)
{
    char first[DATE_TEXT], last[DATE_TEXT];
    period all = rule_test_extent(self->reading->test);
    text word = yamlnode_text(node);
    period *on = &self->made.on;
    if (!tests_read_days(word, on) || (!self->made.change && on->from != on->to))
        tests_fault(self->reading, node, "'%.*s' should be a date that exists: 2025-03-31%s", TEXT_ARGS(word),
                    self->made.change ? ", or a month: 2025-03" : "");
    else if (all.to >= all.from && (on->from > all.to || on->to < all.from))
        tests_fault(self->reading, node, "%.*s lies outside the test's series, %s to %s", TEXT_ARGS(word),
                    date_text(all.from, first), date_text(all.to, last));
}

static void read_by(struct expecting *self, yamlnode node)
{
    self->made.by = true;
    read_on(self, node);
}

static void read_category(struct expecting *self, yamlnode node)
{
    self->made.category = tests_category(self->reading, node);
}

static void read_level(struct expecting *self, yamlnode node)
{
    text word = yamlnode_text(node);
    if (!alert_level_read(word, &self->made.level))
        tests_fault(self->reading, node, "'%.*s' is no level: write normal, watch, elevated or priority", TEXT_ARGS(word));
}

static void read_direction(struct expecting *self, yamlnode node)
{
    text word = yamlnode_text(node);
    if (!trend_read(word, &self->made.direction) || self->made.direction == TREND_NONE)
        tests_fault(self->reading, node, "'%.*s' is no direction: write rising or falling", TEXT_ARGS(word));
}

static void read_rule(struct expecting *self, yamlnode node)
{
    char perhaps[NEAREST_WORDS];
    const rules *by = self->reading->test->by;
    nearest near = nearest_to(yamlnode_text(node));
    for (size_t i = 0; by != NULL && i < by->count; i++) {
        if (text_equal(by->each[i].name, near.asked))
            self->made.rule = (int)i;
        nearest_offer(&near, by->each[i].name, by->each[i].name);
    }
    if (by != NULL && self->made.rule < 0)
        tests_fault(self->reading, node, "there is no rule '%.*s'%s", TEXT_ARGS(near.asked), nearest_words(&near, perhaps));
}

static void read_kind(struct expecting *self, yamlnode node)
{
    static const char *const kinds[] = {"raised", "escalated", "lowered", "turned", "cleared"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (text_is(yamlnode_text(node), kinds[i])) {
            self->made.kind = text_of(kinds[i]);
            return;
        }
    tests_fault(self->reading, node, "'%.*s' is no kind of alert: write raised, escalated, lowered, turned or cleared",
                TEXT_ARGS(yamlnode_text(node)));
}

static const struct key_of_expected {
    const char *name;
    bool change, standing; /* whose key it is */
    void (*read)(struct expecting *self, yamlnode node);
} keys[] = {
    {"on", true, true, read_on},
    {"by", false, true, read_by},
    {"kind", true, false, read_kind},
    {"category", true, true, read_category},
    {"level", true, true, read_level},
    {"direction", true, true, read_direction},
    {"rule", true, true, read_rule},
};

enum { EXPECTED_KEYS = sizeof keys / sizeof keys[0] };

static void check_kind(struct expecting *self, yamlnode node)
{
    const expectation *e = &self->made;
    bool cleared = text_is(e->kind, "cleared"), said = yamlnode_is(yamlnode_get(node, "level"));
    if (!said && !cleared)
        tests_fault(self->reading, node, "say the 'level': normal, watch, elevated or priority");
    else if (e->kind.size > 0 && cleared != (e->level == LEVEL_NORMAL))
        tests_fault(self->reading, node, "'%.*s' and '%s' don't go together: what is cleared is normal, and nothing else is",
                    TEXT_ARGS(e->kind), alert_level_text(e->level));
    if (e->by && said && e->level == LEVEL_NORMAL)
        tests_fault(self->reading, node, "every series is normal at first: say 'on' which day it is normal");
    if (!e->change && e->level == LEVEL_NORMAL && (e->direction != TREND_NONE || e->rule >= 0))
        tests_fault(self->reading, node, "normal has neither direction nor rule: leave them out");
}

static void check_entry(struct expecting *self, yamlnode node)
{
    const rule_test *test = self->reading->test;
    bool on = yamlnode_is(yamlnode_get(node, "on"));
    if (on == self->made.by)
        tests_fault(self->reading, node, self->made.change ? "say 'on' which date, or in which month"
                                                           : "say 'on' or 'by' which date, one of the two");
    if (!yamlnode_is(yamlnode_get(node, "category"))) {
        if (test->own.count == 1)
            self->made.category = test->own.each[0].category;
        else
            tests_fault(self->reading, node, "the test has several series: say which 'category'");
    }
    check_kind(self, node);
}

static void read_entry(tests_reading *self, yamlnode node, bool change)
{
    const char *names[EXPECTED_KEYS];
    size_t count = 0;
    rule_test *test = self->test;
    struct expecting expecting = {.reading = self, .made = {.line = yamlnode_line(node), .change = change, .rule = -1,
                                                            .category = CATEGORY_NONE}};
    if (yamlnode_kind_of(node) != YAMLNODE_MAP) {
        tests_fault(self, node, change ? "an alert should be a map: {on: 2025-01, kind: raised, category: shoplifting, level: watch}"
                                       : "what stands should be a map: {on: 2025-03-31, category: shoplifting, level: watch}");
        return;
    }
    for (int i = 0; i < EXPECTED_KEYS; i++)
        if (change ? keys[i].change : keys[i].standing)
            names[count++] = keys[i].name;
    tests_check_keys(self, node, change ? "an alert" : "what stands", names, count);
    for (int i = 0; i < EXPECTED_KEYS; i++) {
        yamlnode value = yamlnode_get(node, keys[i].name);
        if (yamlnode_is(value) && (change ? keys[i].change : keys[i].standing))
            keys[i].read(&expecting, value);
    }
    check_entry(&expecting, node);
    test->each = memory_room(test->each, test->count, &test->capacity, sizeof *test->each);
    test->each[test->count++] = expecting.made;
}

void tests_read_expected(tests_reading *self, yamlnode list, bool changes)
{
    const char *what = changes ? "alerts" : "expect";
    if (yamlnode_kind_of(list) != YAMLNODE_LIST || yamlnode_count(list) > EXPECTED_MAX)
        tests_fault(self, list, "'%s' should be a list of up to %d, each begun with '- {on: ...'", what, EXPECTED_MAX);
    else if (yamlnode_count(list) == 0)
        tests_fault(self, list, "'%s' is empty: write quiet: yes where nothing should be raised", what);
    else
        for (size_t i = 0; i < yamlnode_count(list); i++)
            read_entry(self, yamlnode_at(list, i), changes);
}
