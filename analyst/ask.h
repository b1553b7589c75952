/* ask.h - commands that change something: sent to the running aggregator, or run once without one.
 *
 * Without one, tocsin-aggregator itself is started for just this command, so that the same code runs under the
 * same lock. Proved by tests/integration/test_import.py.
 */
#ifndef TOCSIN_ASK_H
#define TOCSIN_ASK_H

#include "command.h"
#include "proto/jsondoc.h"

/*   name     of the aggregator's command: "reload", "retry-rejects"
 *   answer   on success; the caller destroys it
 * Returns    -1 when it was done, or the exit status; the fault was told */
int ask_aggregator(const command *asking, const char *name, jsondoc **answer);

/* The same with more to say.
 *   question   its members; taken and destroyed
 *   who        as told; NULL: nobody was named (ask_who) */
int ask_aggregator_with(const command *asking, const char *name, const char *who, jsondoc **question, jsondoc **answer);

/* Who does it: as told, else $TOCSIN_WHO, else the login name, else "unknown". */
const char *ask_who(const char *told);

#endif
