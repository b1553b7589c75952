/* spool_place.h - where the spool of an input lies: SPOOL_DIR/NAME/INPUT. Proved by tests/test_spool_place.c. */
#ifndef TOCSIN_SPOOL_PLACE_H
#define TOCSIN_SPOOL_PLACE_H

#include <stdbool.h>

#include "proto/memory.h"

/* The folder of all spools: the one that is given, or of $TOCSIN_SPOOL, $XDG_STATE_HOME, $HOME, or root's own.
 * Returns an empty text where there is none of these */
text spool_place_root(const char *given, arena *memory);

/* The folder of a collector's spools, and in it that of one input: its path, or "standard-input". What can't stand in a
 * file's name is replaced, and a hash then keeps two of them apart. */
text spool_place_of(text root, text name, arena *memory);

/* Other spools of the same collector that hold something and that nobody sends.
 *   used   folders that are not told of
 *   tell   each of them, with how many octets it holds */
void spool_place_others(text folder, const text *used, size_t used_count,
                        void (*tell)(const char *path, unsigned long long octets));

#endif
