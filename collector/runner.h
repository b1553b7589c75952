/* runner.h - a collector at work: makes the feeds, drives the courier, shows the progress.
 *
 * Proved by tests/integration/test_lifecycle.py and test_follow.py.
 */
#ifndef TOCSIN_RUNNER_H
#define TOCSIN_RUNNER_H

#include "options.h"

/* Returns the exit status: 0 all is stored, 1 something was rejected, unreadable or refused, 2 used wrongly. */
int runner_run(options *chosen);

#endif
