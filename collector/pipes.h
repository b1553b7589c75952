/* pipes.h - the inputs of a run that can't be read again: standard input and named pipes, each with its spool.
 *
 * They come in whether an aggregator answers or not. Proved by tests/integration/test_spool.py.
 */
#ifndef TOCSIN_PIPES_H
#define TOCSIN_PIPES_H

#include "feed.h"
#include "options.h"

enum { PIPES_MAX = 8 /* in one run */ };

typedef struct pipes pipes;

pipes *pipes_create(options *chosen, void (*tell)(const char *path, const char *words));
void pipes_destroy(pipes **self);

/* Their feeds, which the caller takes over; NULL when there can be none, of which the user was told. */
feed *pipes_standard_input(pipes *self);
feed *pipes_add(pipes *self, const char *path);

/* Of a pipe that is gone, if it has left something; NULL: nothing. */
feed *pipes_left(pipes *self, const char *path);

/* All are made: tells of other spools of this collector that hold something. Returns how many there are of its own. */
size_t pipes_complete(pipes *self);

/* Descriptors to wait on. Returns how many. */
size_t pipes_descriptors(const pipes *self, int out[PIPES_MAX]);

/* Takes in what is there, and prints receipts if they are wanted. Call when a descriptor is readable, and often. */
void pipes_work(pipes *self);

/* The last receipts. And if the run ends before everything was stored: what waits in the spools. */
void pipes_finish(pipes *self, bool all_stored);

#endif
