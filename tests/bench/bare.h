/* bare.h - the parts of bare_loop, the yardstick: rows, a table of references in memory, counts in memory, and what
 * SQLite is given. bare_loop.c says why it is made like this.
 */
#ifndef TOCSIN_BARE_H
#define TOCSIN_BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BARE_REFERENCE_MAX = 32, BARE_UP_MAX = 8, BARE_CATEGORIES = 64 };

/* A row, read. Areas, offences and markers are numbers: of the geography, and from 0. */
typedef struct bare_row {
    char reference[BARE_REFERENCE_MAX];
    uint8_t reference_size;
    uint8_t cancelled;
    uint8_t offence; /* below BARE_CATEGORIES - 1 */
    uint8_t marked;  /* counts once more, under BARE_CATEGORIES - 1 */
    uint16_t area;
    int32_t day;
    uint32_t revision;
    uint64_t hash;   /* of the reference; while rows are taken */
} bare_row;

/* --- bare_counts.c: a block is one area's month, or day ----------------------------------------------------- */

typedef struct bare_counts bare_counts;

typedef struct bare_block {
    uint64_t key;        /* month or day << 32 | area: a commit's lie together */
    bool changed;
    uint16_t *counts;    /* of each day of the block, of each category */
} bare_block;

/*   up       of each area itself and all above it, ended by -1
 *   by_day   a block is a day, else a month */
bare_counts *bare_counts_create(const int (*up)[BARE_UP_MAX], bool by_day);
void bare_counts_destroy(bare_counts **self);
void bare_counts_add(bare_counts *self, const bare_row *row, int change);

/* Each block that changed since the last time, in order of keys, as octets: category, day and count wherever that is
 * not 0. */
void bare_counts_changed(bare_counts *self, void (*visit)(void *context, uint64_t key, const void *octets, int size),
                         void *context);

/* --- bare_store.c ---------------------------------------------------------------------------------------------- */

typedef struct bare_store bare_store;

/*   columns   a column for each field, else one blob for all that is only read back whole */
bare_store *bare_store_open(const char *path, bool columns);
void bare_store_close(bare_store **self);
void bare_store_begin(bare_store *self);
void bare_store_commit(bare_store *self);

/* Moves the log into the main file when it is larger than so many octets. */
void bare_store_checkpoint(bare_store *self, uint64_t octets);

void bare_store_put(bare_store *self, uint32_t id, uint32_t previous, bool current, const bare_row *row);
void bare_store_replace(bare_store *self, uint32_t id);
void bare_store_get(bare_store *self, uint32_t id, bare_row *out, uint32_t *previous, bool *current);
void bare_store_put_block(void *self, uint64_t key, const void *octets, int size);

#endif
