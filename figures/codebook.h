/* codebook.h - codes and their numbers, both ways, in memory.
 *
 * Filled from the store; the aggregator adds what it meets, and the store keeps what was added in the same
 * commit as the first record that bears it. Numbers run from 1 within a kind and never change.
 * Proved by tests/test_codebook.c.
 */
#ifndef TOCSIN_CODEBOOK_H
#define TOCSIN_CODEBOOK_H

#include "storage/store.h"

typedef struct codebook codebook;

codebook *codebook_create(void);
void codebook_destroy(codebook **self);

/* Fills an empty book from the store.
 * Errors       STATUS_CORRUPT: its numbers don't run from 1 on, or a code stands twice */
status codebook_load(codebook *self, store *from);

/* The number of a code; 0 when it is not in the book.
 *   name, hint   of a place; empty for the other kinds */
uint32_t codebook_find(const codebook *self, code_kind kind, text code);
uint32_t codebook_find_place(const codebook *self, text code, text name, text hint);

/* As find; what is not there is added, and is new until codebook_settle. Empty codes have number 0. */
uint32_t codebook_number(codebook *self, code_kind kind, text code);
uint32_t codebook_place_number(codebook *self, text code, text name, text hint);

/* What stands under a number; everything empty when nothing does. */
stored_code codebook_at(const codebook *self, code_kind kind, uint32_t id);

/* The highest number of a kind. */
uint32_t codebook_last(const codebook *self, code_kind kind);

/* Codes that were added since the last settle. */
const stored_code *codebook_new(const codebook *self, size_t *count);

/* The new ones are stored: they are new no longer. */
void codebook_settle(codebook *self);

/* The new ones could not be stored: they are forgotten. */
void codebook_forget_new(codebook *self);

#endif
