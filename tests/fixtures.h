/* fixtures.h - what several test programs need: numbers by chance that are the same every time, folders
 * that go away again, and how much memory is in use.
 */
#ifndef TOCSIN_FIXTURES_H
#define TOCSIN_FIXTURES_H

#include "proto/memory.h"

/* Numbers by chance; the same seed gives the same ones. */
typedef struct chance {
    uint64_t state;
} chance;

uint64_t chance_u64(chance *self);

/* From 0 to bound - 1. */
uint32_t chance_below(chance *self, uint32_t bound);

enum { FOLDER_SIZE = 64 };

/* A fresh folder under /tmp, and its end with all that is in it. */
void folder_make(char out[FOLDER_SIZE]);
void folder_remove(const char *folder);

/* One where nothing has to wait for a disk, if the system has such a place. */
void folder_make_in_memory(char out[FOLDER_SIZE]);

/* A file of a folder, replaced or read whole; an empty text where there is none. */
void file_write(const char *folder, const char *name, text content);
text file_read(const char *folder, const char *name, arena *memory);
bool file_exists(const char *folder, const char *name);

/* Octets of the heap that are in use, whichever allocator the build has. */
size_t heap_in_use(void);

/* The octets of a literal, those behind a NUL included. */
#define OCTETS(literal) ((text){literal, sizeof(literal) - 1})

/* Equal texts, shown when they are not. */
void assert_texts(text actual, text expected);

/* `size` times the same character, in the arena. */
text text_filled(arena *memory, char with, size_t size);

/* Does a text hold these words somewhere? */
bool text_has(text in, const char *words);

/* What ended a child process that runs `act`: its exit status, or minus the signal's number. What it writes
 * on standard error is thrown away. */
int end_of_child(void (*act)(void *context), void *context);

#endif
