/* rule_tests_fixtures.h - tests of rules read from text, and run, in the world of rules_fixtures.
 *
 * Their rules (also by the name of mine.yaml): `yearly` watches every category of districts from 10 % and 20 incidents on,
 * priority from 50 % on, after two looks and whatever p is; `above` watches asb, elevated from 50 % above the rest of the
 * force on. */
#ifndef TOCSIN_RULE_TESTS_FIXTURES_H
#define TOCSIN_RULE_TESTS_FIXTURES_H

#include "judging/rule_tests.h"
#include "rules_fixtures.h"

typedef struct tests_world {
    rules_world *w;
    codebook *book;
    rule_tests *tests; /* the last read */
} tests_world;

/* For cmocka: *state is the world. */
int tests_world_make(void **state);
int tests_world_remove(void **state);

/* Reads a whole file. */
void tests_read(tests_world *t, const char *yaml);

/* A file with one test, of D1: its other keys from line 4 on, a line each. */
void tests_read_one_test(tests_world *t, const char *keys);

/* Runs what was read, which has no faults.
 * Returns    what came otherwise: "4: expected / came / figures" a line each; "" where nothing did */
const char *tests_run(tests_world *t);

/* Reads and runs a file with one test. */
const char *tests_run_one(tests_world *t, const char *keys);

#endif
