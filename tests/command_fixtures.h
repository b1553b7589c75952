/* command_fixtures.h - commands run in this process, and what they say. */
#ifndef TOCSIN_COMMAND_FIXTURES_H
#define TOCSIN_COMMAND_FIXTURES_H

#include "fixtures.h"

typedef struct said {
    int status;
    const char *out, *err; /* in the arena */
} said;

/* Runs a command.
 *   line   its name and arguments, with spaces between them */
said said_by(int (*run)(int argc, char **argv), const char *line, arena *memory);

/* Runs a function that prints. */
said said_by_call(int (*run)(void *context), void *context, arena *memory);

/* Fails with all that was said unless the status is this and these words were printed there. */
void assert_out(said what, int status, const char *words);
void assert_err(said what, int status, const char *words);

#endif
