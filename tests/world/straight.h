/* straight.h - the same world without a misfortune: an engine of its own that is told everything at once, and must
 * have learned the same of whatever doesn't depend on how it was told.
 */
#ifndef TOCSIN_WORLD_STRAIGHT_H
#define TOCSIN_WORLD_STRAIGHT_H

#include "ground.h"
#include "storage/store.h"
#include "told.h"

/* Compares counts, declared and known days, and where series stand; and looks whether what was announced makes a story
 * without a gap that ends where series stand.
 *   folder   for the other store; made and removed
 * Returns    where they differ, in words; NULL: nowhere */
const char *straight_differs(const told *all, store *from, const ground *on, const char *folder, arena *memory);

#endif
