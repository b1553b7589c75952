/* rules_parts.h - what the files that read rules share: rules, rules_read, rules_levels, rules_select, rules_check. For
 * them only. */
#ifndef TOCSIN_RULES_PARTS_H
#define TOCSIN_RULES_PARTS_H

#include "proto/yamldoc.h"
#include "rules.h"

typedef enum rule_key {
    KEY_NAME, KEY_DETECTOR, KEY_AREAS, KEY_CATEGORIES, KEY_EXCEPT, KEY_DIRECTIONS, KEY_MINIMUM, KEY_LEVELS, KEY_CLEAR,
    KEY_LOOKS, KEY_AT_ONCE, KEY_HOLD, KEY_COMPARATOR,
    RULE_KEYS
} rule_key;

enum { LIST_MAX = 256, RULE_NAME_MAX = 64, LOOKS_MAX = 366, HOLD_DAYS_MAX = 3660 };

typedef struct rule_reading {
    rules *to;
    const reference *data;
    faults *found;
    const char *file;
    bool baseline_named;       /* the file has a baseline, be it a good one or not */
    /* Of the rule that is being read: */
    watch_rule *rule;
    uint32_t lines[RULE_KEYS]; /* where its keys stand; 0: it lacks them */
    bool good[RULE_KEYS];      /* the key was read without a fault, or may be missing */
    bool *excepted;            /* by category index */
} rule_reading;

/* Reads one rule and checks it; true: nothing is wrong with it. */
bool rule_read(rule_reading *self, yamlnode node, watch_rule *out);

/* What single keys hold. */
void rule_read_levels(rule_reading *self, yamlnode node);
void rule_read_clear(rule_reading *self, yamlnode node);
void rule_read_at_once(rule_reading *self, yamlnode node);
void rule_read_minimum(rule_reading *self, yamlnode node);
void rule_read_areas(rule_reading *self, yamlnode node);
void rule_read_categories(rule_reading *self, yamlnode node);
void rule_read_except(rule_reading *self, yamlnode node);
void rule_read_comparator(rule_reading *self, yamlnode node);

/* What its keys mean together. */
void rule_check(rule_reading *self);

/* Rules that others leave nothing to decide. */
void rules_check_shadows(rule_reading *self);

/* Tells an unknown key.
 *   of      "a rule", "a threshold"
 *   names   of the keys that there are */
void rules_unknown_key(rule_reading *self, yamlnode key, const char *of, const char *const *names, size_t count);

/* A list, or a single text in place of a list of one; false, and told, when it is neither, empty or too long. */
bool rules_list(rule_reading *self, yamlnode node, const char *what, const char *example, size_t *count);
yamlnode rules_list_at(yamlnode node, size_t index);

/* The i-th of a list as a text; false, and told, when it is none or stands in the list before. */
bool rules_word(rule_reading *self, yamlnode list, size_t index, const char *what, text *out);

#endif
