/* plain_model.h - what must be in the store of a simulated world, worked out plainly from everything that was
 * said: for each incident the statement that counts, and one mark for it in every area.
 *
 * Shares no code with the engine. Of a source that speaks record by record the highest (revision, first issue)
 * stands; of one that publishes issues each revision holds what its last issue says, and the highest that names the
 * incident stands.
 */
#ifndef TOCSIN_WORLD_PLAIN_MODEL_H
#define TOCSIN_WORLD_PLAIN_MODEL_H

#include "storage/store.h"
#include "told.h"

/* Every count that must be stored, as counts_in_words says it. */
const char *plain_model_counts(const told *all, arena *memory);

/* Does the store hold every item that was acknowledged?
 * Returns   what it lacks, in words; NULL: nothing */
const char *plain_model_lacks(const told *all, store *from, arena *memory);

/* Is this the last issue of its revision? The rows of the others say nothing any more. */
bool plain_model_is_last_issue(const told *all, size_t issue_index);

/* Does of each incident that version stand which should, and is each there once?
 * Returns   where not, in words; NULL: nowhere */
const char *plain_model_misplaced(const told *all, store *from, arena *memory);

/* The statements that stand, one for each incident.
 *   out   room for TOLD_ITEMS_MAX
 * Returns how many */
size_t plain_model_standing(const told *all, const item **out);

/* How many different rejects there are. */
size_t plain_model_rejects(const told *all);

#endif
