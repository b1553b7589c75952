/* inputs.h - what the command line names, as feeds: files, folders, standard input, pipes; and new files of folders. */
#ifndef TOCSIN_INPUTS_H
#define TOCSIN_INPUTS_H

#include "courier.h"
#include "options.h"
#include "pipes.h"

enum { INPUT_DESCRIPTORS_MAX = PIPES_MAX + 1 };

typedef struct inputs inputs;

/* Makes the feeds and gives them to the courier, which must live as long. What can't be used is told. */
inputs *inputs_create(options *chosen, courier *to);
void inputs_destroy(inputs **self);

/* Descriptors to wait on. Returns how many. */
size_t inputs_descriptors(const inputs *self, int out[INPUT_DESCRIPTORS_MAX]);

/* Takes in what is there. Call often.
 *   ready   which of the descriptors are readable; NULL: not asked */
void inputs_work(inputs *self, const bool *ready, int64_t now_ms);

/* Could everything that was named be read so far? */
bool inputs_are_sound(const inputs *self);

/* The run ends. If not everything was stored, the user is told what waits for the next. */
void inputs_finish(inputs *self, bool all_stored);

#endif
