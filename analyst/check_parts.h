/* check_parts.h - what the two files of tocsin check share. For them only. */
#ifndef TOCSIN_CHECK_PARTS_H
#define TOCSIN_CHECK_PARTS_H

#include "command.h"

/* Runs the tests of files and prints what came of them.
 *   folder   the reference folder
 *   files    at least one
 * Returns    the exit status */
int check_tests(const command *self, const char *folder, char *const *files, size_t count);

#endif
