/* fuzz.h - what a fuzz target is: a function that any octets may be handed to.
 *
 * Each fuzz_NAME.c states in its first lines what must hold for all octets, and aborts where it doesn't. Linked with libFuzzer it
 * looks for such octets (scripts/fuzz); linked with replay.c it is a test that takes its corpus and some thousand mutations
 * of it, the same every time. See docs/testing.md.
 */
#ifndef TOCSIN_FUZZ_H
#define TOCSIN_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "proto/memory.h"

/* libFuzzer's name for it. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

/* What must hold: told with its words before the process aborts. */
#define MUST(condition) ((condition) ? (void)0 : must_fail(#condition, __FILE__, __LINE__))
_Noreturn void must_fail(const char *condition, const char *file, int line);

/* A path under which the octets can be read as a regular file until the next call. */
const char *path_of(text octets);

/* Well formed words, by which a text that a person will read is known. */
void must_be_words(text words);

#endif
