/* intake.h - the paths of the command line become feeds: at the start, and again when they are followed.
 *
 * A followed folder is looked into when something in it changes, and every two seconds all the same. A file of data.police.uk is
 * the whole of a month: it is taken once it has come to rest, and once more when it is published again.
 * Proved by tests/integration/test_follow.py.
 */
#ifndef TOCSIN_INTAKE_H
#define TOCSIN_INTAKE_H

#include "courier.h"
#include "options.h"

typedef struct intake intake;

/* The courier gets the feeds. They point into the intake: it is destroyed after the courier. */
intake *intake_create(options *chosen, courier *to);
void intake_destroy(intake **self);

/* Feeds of all that is there. What can't be used is told on standard error. */
void intake_begin(intake *self);

/* Readable when something that is followed has changed. */
int intake_watch(const intake *self);

/* Looks for what is new, if it is time to: files in folders, files that took another's place. Call often.
 *   woken   what is watched has become readable */
void intake_look(intake *self, bool woken, int64_t now_ms);

/* Standard input, while it is read; -1. And takes what it has. */
int intake_input(const intake *self);
void intake_take_input(intake *self);

/* Could something not be read? */
bool intake_is_unusable(const intake *self);

/* "PATH: words" on standard error. */
void intake_tell(const char *path, const char *words);

#endif
