/* memory.h - memory that is there, or the process ends; and arenas for what lives and dies together.
 *
 * A process of ours that gets no memory has nothing sensible left to do: it says so and aborts, and
 * the restart is the recovery path. So these never return NULL.
 * Proved by tests/test_memory.c.
 */
#ifndef TOCSIN_MEMORY_H
#define TOCSIN_MEMORY_H

#include <stddef.h>

#include "text.h"

/* As calloc, realloc and strdup; the caller frees. `count` x `size` octets, overflow checked. */
void *memory_new(size_t count, size_t size);
void *memory_grow(void *old, size_t count, size_t size);
char *memory_copy(const char *string);

/* Room for one more at the end of an array that doubles as it fills.
 *   array     the array, or NULL at first
 *   used      elements in use
 *   capacity  elements that fit; updated
 *   size      octets of one element
 * Returns     the array, moved where it had to be
 */
void *memory_room(void *array, size_t used, size_t *capacity, size_t size);

/* Many small things that are freed at once. */
typedef struct arena arena;

arena *arena_create(void);
void arena_destroy(arena **self);

/* `size` octets, aligned for anything, not cleared; they live until the next reset. */
void *arena_take(arena *self, size_t size);

/* A copy of the text, with a NUL behind it that its size does not count. */
text arena_text(arena *self, text from);

/* printf into the arena. */
__attribute__((format(printf, 2, 3))) text arena_print(arena *self, const char *format, ...);

/* Forget everything taken; the memory is kept for the next use, up to a bound of 8 MiB. */
void arena_reset(arena *self);

/* Octets that the arena holds from the system. */
size_t arena_held(const arena *self);

#endif
