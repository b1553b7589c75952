/* ground.h - folders for the stores of simulated worlds, in memory where the machine has such a place: a fresh store
 * is copied, not made, and so is what a dead process leaves behind.
 */
#ifndef TOCSIN_WORLD_GROUND_H
#define TOCSIN_WORLD_GROUND_H

#include "tests/fixtures.h"

typedef struct ground {
    char root[FOLDER_SIZE];
    char reference[FOLDER_SIZE + 16]; /* folder of the reference data */
    char fresh[FOLDER_SIZE + 16];     /* a store that has only these */
} ground;

enum { GROUND_PATH = FOLDER_SIZE + 64 };

ground ground_make(void);
void ground_remove(ground *self);

/* A folder of its own: the n-th of the ground. */
void ground_folder(const ground *self, uint64_t n, char out[GROUND_PATH]);

/* What is on the disk of a store that somebody may be writing, as a process that is killed now would leave it.
 *   log_octets   of the write-ahead log, at most so many: what was written last never reached the disk */
void ground_copy(const char *from, const char *to, uint64_t log_octets);

/* Octets of the write-ahead log of the store in a folder. */
uint64_t ground_log_size(const char *folder);

void ground_remove_folder(const char *folder);

#endif
