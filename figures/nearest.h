/* nearest.h - what somebody meant perhaps who wrote a name that nothing bears. Proved by tests/test_nearest.c. */
#ifndef TOCSIN_NEAREST_H
#define TOCSIN_NEAREST_H

#include "proto/text.h"

/* Does a name read like what was asked for: a letter or two apart, or with three letters and more of it inside? */
bool name_is_like(text name, text asked);

typedef struct nearest {
    text asked;
    text found;  /* empty: nothing is like it */
    int letters; /* that it is apart */
} nearest;

nearest nearest_to(text asked);

/* One of the names there are.
 *   say   what to suggest if this is the nearest: the name, or the code of what bears it */
void nearest_offer(nearest *self, text name, text say);

enum { NEAREST_WORDS = 128 };

/* "; perhaps 'percent'", or "" where nothing is like it. */
const char *nearest_words(const nearest *self, char out[NEAREST_WORDS]);

#endif
