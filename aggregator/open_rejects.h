/* open_rejects.h - which incidents have rejects that wait, so that a good version can resolve them.
 *
 * Step 2 of the record's path asks for every record, so the answer "none" is quick. Proved by
 * tests/test_open_rejects.c.
 */
#ifndef TOCSIN_OPEN_REJECTS_H
#define TOCSIN_OPEN_REJECTS_H

#include "storage/store.h"

typedef struct open_rejects open_rejects;

open_rejects *open_rejects_create(void);
void open_rejects_destroy(open_rejects **self);

/* Forgets all and takes what the store has open, but for rejects that name no incident. */
status open_rejects_load(open_rejects *self, store *from);

/*   identity   hash of origin and reference
 *   digest     of the reject; one that is there already is not added again */
void open_rejects_add(open_rejects *self, uint64_t identity, uint64_t digest, uint64_t revision);

/* Takes out one reject of an identity whose revision is not above the given one.
 * Returns false when there is none (left). */
bool open_rejects_take(open_rejects *self, uint64_t identity, uint64_t revision, uint64_t *digest);

size_t open_rejects_count(const open_rejects *self);

#endif
