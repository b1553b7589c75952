/* subscribe_parts.h - what the files of `tocsin subscribe` share. For them only. */
#ifndef TOCSIN_SUBSCRIBE_PARTS_H
#define TOCSIN_SUBSCRIBE_PARTS_H

#include <stdio.h>

#include "command.h"
#include "follower.h"

/* --- showing (subscribe_show.c) ---------------------------------------------------------------------- */

/* An event for people: time, level, words, and its caveats below. What an aggregator elsewhere says can't steer the terminal. */
void subscribe_show(const alert_event *one, bool colour, FILE *out);

/* --- the state file (subscribe_state.c) -------------------------------------------------------------- */

typedef struct subscribe_state {
    char path[4096];
    int lock; /* held by this process alone; -1: nothing is kept */
} subscribe_state;

/* Where a durable subscriber of this name keeps its number. Returns -1 to go on, or the exit status. */
int subscribe_state_named(const command *base, const char *name, subscribe_state *out);

/* Takes the file for itself and reads it.
 *   found    false: there is none yet
 * Returns    -1 to go on, or the exit status */
int subscribe_state_open(const command *base, subscribe_state *self, follow_cursor *out, bool *found);

/* Replaces it as a whole. Returns false when it can't be written, which was told. */
bool subscribe_state_write(const command *base, const subscribe_state *self, const follow_cursor *at);
void subscribe_state_close(subscribe_state *self);

/* --- commands (subscribe_run.c) ----------------------------------------------------------------------- */

typedef enum run_result { RUN_DONE, RUN_FAILED, RUN_STOPPED } run_result;

/* Runs a command with this on its standard input, and waits for its end; a signal on `signals` is left there, and ends nothing.
 *   patience_s   so long it may take; then it is ended
 *   why          of a failure, in words */
run_result subscribe_run(const char *shell, text input, unsigned patience_s, char why[NOTE_SIZE_MAX]);

/* The same until it succeeds, after 1, 2, 4 ... 60 seconds.
 *   number   of the event
 *   once     the first failure is enough
 *   signals  a signalfd: RUN_STOPPED when something is on it between two attempts */
run_result subscribe_run_until_done(const command *base, const char *shell, text input, unsigned patience_s, uint64_t number,
                                    bool once, int signals);

#endif
