/* rule_tests.h - rules put to the test: small invented series, and what is expected to be raised of them and when.
 *
 * Schema-checked with line numbers, all faults at once; docs/rules.md describes the file ("Testing your rules"). Pure:
 * series are folded in memory by the code that the judge and the backtest fold with. Proved by tests/test_rule_tests.c,
 * tests/test_rule_tests_faults.c and tests/integration/test_rule_tests.py.
 */
#ifndef TOCSIN_RULE_TESTS_H
#define TOCSIN_RULE_TESTS_H

#include "figures/period_set.h"
#include "fold.h"

#define COUNT_UNKNOWN UINT32_MAX

/* One category's invented incidents, day by day. */
typedef struct test_series {
    int category;
    period days;         /* that are described */
    uint32_t *each;      /* by day; COUNT_UNKNOWN where nothing is known */
    size_t count, capacity;
} test_series;

typedef struct series_list {
    test_series *each;
    size_t count, capacity;
} series_list;

/* Where a series stands on a day, or a change that is raised. */
typedef struct expectation {
    uint32_t line;
    bool change;               /* of `alerts`; else of `expect` */
    bool by;                   /* on that day or before, and the level or a higher one */
    period on;                 /* one day; of a change perhaps a month, in which it may be any */
    int category;
    text kind;                 /* of a change, as level_change_kind has it; empty: any */
    alert_level level;
    trend_direction direction; /* TREND_NONE: any */
    int rule;                  /* -1: any */
} expectation;

typedef struct rule_test {
    text name;
    uint32_t line;
    const rules *by;
    int area;                  /* index */
    day_number from;           /* when series begin that don't say; DAY_NONE: they all must */
    series_list own, rest;     /* of the area; of the rest of every larger area */
    double population, rest_population; /* residents; 0: as the reference data have it */
    period_set covered;        /* empty: what is described */
    bool monthly;              /* records know only their month */
    expectation *each;
    size_t count, capacity;
    uint32_t changes_line;     /* of `alerts` or `quiet`: no changes but those expected; 0: they may be any */
} rule_test;

typedef struct rule_tests {
    text file;
    rule_test *each;
    size_t count, capacity;
    arena *memory;
} rule_tests;

/* Where a test's rules come from. They live as long as the tests.
 *   file     as the tests name it; empty: those of the reference folder
 *   why      on failure: what is wrong and what to do; empty: that was told already
 * Returns    NULL: there are none */
typedef const rules *rules_source(void *context, text file, char why[NOTE_SIZE_MAX]);

/* From the text of a file. What is wrong stands in `found`; with errors in it the result may not be run.
 *   file    as faults name it
 *   data    with categories and areas numbered; must outlive the tests */
rule_tests *rule_tests_create(text yaml, const char *file, const reference *data, rules_source *ask, void *context,
                              faults *found);
void rule_tests_destroy(rule_tests **self);

/* One thing that came otherwise than expected, in plain English. */
typedef struct test_difference {
    uint32_t line;   /* of what was expected */
    text expected;
    text came;
    text figures;    /* of that day; empty: nothing can be said of it */
} test_difference;

typedef struct test_outcome {
    test_difference *each; /* in order of lines */
    size_t count, capacity; /* none: the test has passed */
    bool said;              /* of any series on any day; else it is no wonder that all is quiet */
} test_outcome;

/* Folds the test's series and compares.
 *   memory   where the differences' texts live */
void rule_test_run(const rule_test *self, const reference *data, arena *memory, test_outcome *out);
void test_outcome_free(test_outcome *self);

#endif
