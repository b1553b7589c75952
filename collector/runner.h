/* runner.h - a collector at work: makes the feeds, drives the courier, shows the progress. */
#ifndef TOCSIN_RUNNER_H
#define TOCSIN_RUNNER_H

#include "options.h"

/* Returns the exit status: 0 all is stored, 1 something was rejected, unreadable or refused, 2 used wrongly. */
int runner_run(options *chosen);

#endif
