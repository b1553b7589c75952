/* progress.h - what the person at the terminal sees: a line that moves, and messages that don't tear it.
 *
 * On a terminal rows, rate and time left; in a pipe nothing but messages. Proved by tests/test_progress.c.
 */
#ifndef TOCSIN_PROGRESS_H
#define TOCSIN_PROGRESS_H

#include "courier.h"

typedef struct progress progress;

/*   rejects_shown   how many rejected rows are named before only their number is */
progress *progress_create(int rejects_shown);
void progress_destroy(progress **self);

/* A message on a line of its own, on standard error: "PATH: words" or "PATH:LINE: words". */
void progress_tell(progress *self, const char *path, uint64_t line, text words);

/* A rejected row: the first ones are told. */
void progress_reject(progress *self, const char *path, uint64_t line, text words);

/* Draws the moving line, at most five times a second. */
void progress_show(progress *self, const courier *of, int64_t now_ms);

/* Takes it away, and prints the summary to standard output. */
void progress_summary(progress *self, const courier *of, int64_t now_ms);

#endif
