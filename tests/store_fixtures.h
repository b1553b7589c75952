/* store_fixtures.h - a store in a folder of its own, a group with something of everything, and all that a
 * store holds in words, so that what went in can be compared with what came out.
 */
#ifndef TOCSIN_STORE_FIXTURES_H
#define TOCSIN_STORE_FIXTURES_H

#include "fixtures.h"
#include "storage/store.h"

/* Where a test keeps its store: an empty folder, and memory, both gone afterwards. */
typedef struct place {
    char folder[FOLDER_SIZE];
    arena *memory;
    store *writer; /* closed at the end, if the test opened it */
    store *reader;
} place;

/* For cmocka: *state is the place. The second opens the writer too. */
int place_make(void **state);
int place_make_store(void **state);
int place_remove(void **state);

/* Opens, and fails the test with the store's words when it can't. */
store *opened(const char *folder);
store *opened_reader(const char *folder);

void assert_committed(store *to, const store_group *group);

/* Everything that a store holds, a line each; it lives in the arena. */
const char *store_in_words(store *from, arena *memory);

/* The same where reading may fail: the first failure, and what was read all the same. */
status store_read_all(store *from, arena *memory, const char **words);

/* A group with something in every part, and what store_in_words says once it is stored. */
store_group full_group(arena *memory);
extern const char full_group_in_words[];

/* One tally with one count. */
tally tally_with(uint32_t category, int day, int32_t count);

/* One version with only what it must have. */
version bare_version(uint64_t id, const char *reference);

#endif
