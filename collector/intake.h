/* intake.h - the paths of the command line become feeds: at the start, and again when they are followed.
 *
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

/* Looks for what is new: files in folders, files that took another's place. */
void intake_look(intake *self);

/* Standard input, while it is read; -1. And takes what it has. */
int intake_input(const intake *self);
void intake_take_input(intake *self);

/* Could something not be read? */
bool intake_is_unusable(const intake *self);

/* "PATH: words" on standard error. */
void intake_tell(const char *path, const char *words);

#endif
