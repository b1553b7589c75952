/* found_files.h - the files that a path names: itself, or what lies in a folder. Proved by tests/test_found_files.c. */
#ifndef TOCSIN_FOUND_FILES_H
#define TOCSIN_FOUND_FILES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct found_files {
    char **each;
    size_t count, capacity;
} found_files;

/* Adds one file, whether it is there or not. */
void found_files_put(found_files *self, const char *path);

/* Adds what a path names, in order of name; a folder's folders too, sixteen deep. A link that leads back to a folder that it lies
 * in is passed over.
 *   wanted   of the files in a folder, by name; a file that is named itself is always wanted
 * Returns    false when not all could be read; errno says why, and the rest was added */
bool found_files_add(found_files *self, const char *path, bool (*wanted)(const char *name));

void found_files_free(found_files *self);

#endif
