/* rule_tests_parts.h - what the files that test rules share: rule_tests, rule_tests_read, rule_tests_series,
 * rule_tests_expect, rule_tests_run, rule_tests_world, rule_tests_words. For them only. */
#ifndef TOCSIN_RULE_TESTS_PARTS_H
#define TOCSIN_RULE_TESTS_PARTS_H

#include "area_fold.h"
#include "proto/yamldoc.h"
#include "rule_tests.h"

enum { TESTS_MAX = 1000, SERIES_MAX = 64, SERIES_DAYS_MAX = 40 * 366, EXPECTED_MAX = 256, TEST_NAME_MAX = 200 };

typedef struct tests_reading {
    rule_tests *to;
    const reference *data;
    faults *found;
    const char *file;
    rules_source *ask;
    void *context;
    yamlnode rules;  /* of the whole file; it may be none */
    rule_test *test; /* that is being read */
} tests_reading;

/* Tells an error at a node. */
__attribute__((format(printf, 3, 4))) void tests_fault(tests_reading *self, yamlnode at, const char *format, ...);

/* Tells the keys of a map that are none of these.
 *   of     "a test", "a series" */
void tests_check_keys(tests_reading *self, yamlnode keyed, const char *of, const char *const *names, size_t count);

/* The category of a code; CATEGORY_NONE: there is none, which was told. */
int tests_category(tests_reading *self, yamlnode at);

/* A list, or a map or text in place of a list of one. */
size_t tests_list_count(yamlnode self);
yamlnode tests_list_at(yamlnode self, size_t index);

/* Reads one test. */
void tests_read_one(tests_reading *self, yamlnode node);

/* Reads a date, or a month as its days; false: it is neither. */
bool tests_read_days(text from, period *out);

/* Invented series under their categories. */
void tests_read_series(tests_reading *self, yamlnode keyed, series_list *out);

/* Reads `expect` or `alerts`. */
void tests_read_expected(tests_reading *self, yamlnode list, bool changes);

/* First and last day that are described or covered; empty: `to` before `from`. */
period rule_test_extent(const rule_test *self);

/* --- running --------------------------------------------------------------------------------------- */

/* Counts and coverage as the fold wants them. */
typedef struct test_world {
    const rule_test *test;
    reference data;      /* as it was given, but for the populations */
    populations *people; /* invented; NULL: those of the data */
    area_days *own, *wide;
    period_set *known, *known_wide; /* [category] */
} test_world;

void test_world_make(const rule_test *test, const reference *data, test_world *out);
void test_world_free(test_world *self);

/* As area_source; the context is the test_world. */
bool test_world_area(void *context, int area_index, area_input *out);

/* "shoplifting raised to watch, rising, by year-on-year, on 2024-09-30". */
text words_of_expectation(const rule_test *test, const reference *data, const expectation *of, arena *memory);
text words_of_change(const rule_test *test, const reference *data, int category_index, const level_change *change,
                     arena *memory);

/* "shoplifting stood at elevated, rising, by year-on-year, since 2024-09-30". */
text words_of_standing(const rule_test *test, const reference *data, int category_index, const series_state *state,
                       arena *memory);

#endif
