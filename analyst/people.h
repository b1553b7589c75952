/* people.h - what the commands share by which people do something about alerts: who, which, and what came of it.
 *
 * Proved by tests/integration/test_alerts.py.
 */
#ifndef TOCSIN_ANALYST_PEOPLE_H
#define TOCSIN_ANALYST_PEOPLE_H

#include "ask.h"

/* A number of an alert or silence, as written on the command line.
 * Returns    -1 to go on, or the exit status */
int people_number(const command *asking, const char *what, const char *word, jsondoc *question, const char *key);

/* Puts what is said into the question.
 * Returns    -1 to go on, or the exit status: it is no text */
int people_put(const command *asking, const char *option, const char *said, jsondoc *question, const char *key);

/* Asks, and prints what was done. Takes the question.
 * Returns    the exit status */
int people_ask(const command *asking, const char *name, const char *who, jsondoc **question);

#endif
