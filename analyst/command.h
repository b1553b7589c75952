/* command.h - what all commands of `tocsin` share: exit statuses, the data folder, formats.
 *
 * A command is a function of its own arguments; argv[0] is its name. It prints what it was asked for to
 * standard output, and what is wrong to standard error. Proved by tests/integration/test_usage.py and
 * tests/test_command.c.
 */
#ifndef TOCSIN_COMMAND_H
#define TOCSIN_COMMAND_H

#include <getopt.h>

#include "figures/figures.h"

enum { COMMAND_FINE = 0, COMMAND_FAULT = 1, COMMAND_USAGE = 2 };

typedef enum output_format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON, FORMATS } output_format;

/* Options that most commands have; a command's own are numbered from OPTION_OWN on. */
enum { OPTION_DATA = 1000, OPTION_FORMAT, OPTION_HELP, OPTION_OWN };

#define PLAIN_OPTIONS {"data", required_argument, NULL, OPTION_DATA}, {"help", no_argument, NULL, OPTION_HELP}

/* Of those that print data. */
#define COMMON_OPTIONS PLAIN_OPTIONS, {"format", required_argument, NULL, OPTION_FORMAT}

typedef struct command {
    const char *name;
    const char *usage; /* printed by --help; its first lines say what, its last give an example */
    const char *data;  /* the folder */
    output_format format;
    day_number known_on; /* read what was known at the end of this UK day; 0: what is known now */
} command;

/* Takes an option that is common to all.
 * Returns    -1 to go on, or the exit status */
int command_option(command *self, int option);

/* One line on standard error, "tocsin NAME: ..."; returns the exit status that goes with it. */
__attribute__((format(printf, 2, 3))) int command_wrong(const command *self, const char *format, ...); /* USAGE */
__attribute__((format(printf, 2, 3))) int command_fault(const command *self, const char *format, ...); /* FAULT */

/* The data folder when none is named: $TOCSIN_DATA, else ./tocsin-data where it exists, else /var/lib/tocsin. */
const char *command_default_data(void);

/* Opens the store of the folder for reading, in one consistent picture; as it was known on `known_on`.
 * Returns    -1 to go on, or the exit status; the fault was told */
int command_open(const command *self, store **opened, figures **read);
void command_close(store **opened, figures **read);

/* A date given as an option.
 * Returns    false: it is none, which was told */
bool command_date(const command *self, const char *option, const char *value, day_number *out);

/* Reads a whole file, of up to 1 MiB, into the arena.
 * Returns    -1 to go on, or the exit status; the fault was told */
int command_text(const command *self, const char *path, arena *memory, text *out);

/* Tells that --each names no level, and which there are.
 *   kinds    kinds of groups count as levels too
 * Returns    the exit status */
int command_no_level(const command *self, const figures *from, const char *level, bool kinds);

/* Takes --known-on. Returns -1 to go on, or the exit status. */
int command_known_on(command *self, const char *value);

#endif
