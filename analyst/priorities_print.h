/* priorities_print.h - a review of strategic priorities on paper: to read, and as JSON.
 *
 * Proved by tests/integration/test_priorities.py.
 */
#ifndef TOCSIN_PRIORITIES_PRINT_H
#define TOCSIN_PRIORITIES_PRINT_H

#include <stdio.h>

#include "judging/priority_review.h"

/* What is advised, why, and the evidence line by line, wrapped. */
void priorities_print_table(const priority_review *self, const advice_rules *by, FILE *out);

/* One object. Field names are a contract: docs/priorities.md lists them; new ones come at the end. */
void priorities_print_json(const priority_review *self, FILE *out);

#endif
