/* reference.h - all of the reference data, understood: one thing to hand around.
 *
 * Made from sheets, which come from a folder (when the aggregator starts, or for tocsin check) or from the
 * store (for everything that reads). Proved by tests/test_reference.c on the bundled data.
 */
#ifndef TOCSIN_REFERENCE_H
#define TOCSIN_REFERENCE_H

#include "comparators.h"
#include "geography.h"
#include "groups.h"
#include "indicators.h"
#include "offence_tree.h"
#include "populations.h"
#include "priorities.h"
#include "proto/digest.h"
#include "sources.h"

typedef struct reference {
    sheets *sheets;
    geography *areas;
    offence_tree *categories;
    populations *populations;
    groups *groups;
    sources *sources;
    comparators *comparators;
    priorities *priorities;
    indicators *indicators;
} reference;

/* Understands sheets and owns them from here on. What is wrong stands in `found`; with errors in it the
 * result may only be looked at, not counted with. */
reference *reference_create(sheets *from, faults *found);

/* From a folder, and from imported rows beside the store (or NULL).
 *   digest   hexadecimal, of the text that was read */
reference *reference_read(const char *folder, const char *imported, faults *found, char digest[DIGEST_HEX_SIZE]);

/* From the store, with everything numbered by the book. STATUS_NOT_FOUND: the store has none yet. */
status reference_load(store *from, codebook *book, reference **out);

void reference_destroy(reference **self);

/* Gives areas and categories their numbers. */
void reference_number(reference *self, codebook *book);

/* Where the bundled reference folder is: $TOCSIN_REFERENCE, or beside the running program, or where it was
 * installed. Written to `out`, of `size` octets; false when there is none. */
bool reference_bundled(char *out, size_t size);

#endif
