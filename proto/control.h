/* control.h - the aggregator's local control socket: one JSON object a line in, one out.
 *
 * Commands that change something (reload, retry, backup, ack ...) are sent here with who asks. It is a file in
 * the data folder, so the folder's permissions say who may. Proved by tests/test_control.c.
 */
#ifndef TOCSIN_CONTROL_H
#define TOCSIN_CONTROL_H

#include <stdint.h>

#include "status.h"
#include "text.h"

enum { CONTROL_LINE_MAX = 64 * 1024, CONTROL_CLIENTS_MAX = 8, CONTROL_SILENT_MS = 10 * 1000 };

typedef struct control control;

/* Listens in a data folder. A socket that a dead process left is taken over: the caller holds the folder's
 * lock. NULL with `why` when it can't be had. */
control *control_listen(const char *folder, const char **why);
void control_close(control **self);

/* Descriptors to wait on. Beyond CONTROL_CLIENTS_MAX clients the next one waits until one of them is gone, or has said no
 * whole line for CONTROL_SILENT_MS: then it gives its place up. Ask about once a second, as silence wakes nobody.
 *   now_ms   of a clock that never goes back
 * Returns    how many */
size_t control_descriptors(const control *self, int64_t now_ms, int out[CONTROL_CLIENTS_MAX + 1]);

/* Takes what is there; hands each whole line to `handle`, which answers with control_answer. */
void control_serve(control *self, int64_t now_ms, void (*handle)(void *context, control *from, int client, text line),
                   void *context);

/* Sends one line back. */
void control_answer(control *self, int client, text line);

/* Sends one line to the aggregator of a folder and waits for the answer.
 *   patience_ms  of silence, and then it is given up
 *   answer       at most `size` octets and a NUL, without the line end
 *   pid          of the aggregator; 0 where that can't be told
 * Errors         STATUS_NOT_FOUND  no aggregator runs there;  STATUS_AGAIN  it is silent: the line may have reached it, and
 *                may be done yet;  STATUS_TOO_LARGE  there was no room for the answer;  STATUS_IO */
status control_ask(const char *folder, text line, int64_t patience_ms, char *answer, size_t size, int64_t *pid);

#endif
