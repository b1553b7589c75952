/* recount.h - the counts once more, from the kept versions and the stored reference data, by code of its own.
 *
 * Shares nothing with the code that counts but the store's readers: its own tree, its own places, its own
 * rule of which version stands, its own ranks. So a fault in one is not a fault in both. For tocsin verify,
 * and for figures as they were known on an earlier day. Proved by tests/test_recount.c, and by
 * tests/integration/test_verify.py, which breaks stores in every way it claims to notice.
 */
#ifndef TOCSIN_RECOUNT_H
#define TOCSIN_RECOUNT_H

#include "storage/store.h"

typedef struct recount recount;

/* Says what is wrong, a line a fault. */
typedef struct recount_witness {
    void *context;
    __attribute__((format(printf, 2, 3))) void (*differs)(void *context, const char *format, ...);
    void (*progress)(void *context, uint64_t done, uint64_t of);
} recount_witness;

recount *recount_create(store *from, recount_witness witness);
void recount_destroy(recount **self);

/* From here on as if nothing had come after a version, and nothing had been declared from a moment on (seconds
 * since 1970 UTC). Of two versions that were issued at the same instant the one that came later stands then. */
void recount_until(recount *self, uint64_t last_version, int64_t declared_before_s);

/* Reads every version: which stands, and what it counts.
 *   incidents   how many different ones there are */
status recount_versions(recount *self, uint64_t *versions, uint64_t *incidents);

/* Compares with every stored month of every area.
 *   months   how many were compared */
status recount_compare(recount *self, uint64_t *months);

/* Every month of every area, as recounted; areas by code, in numbers of the store. */
void recount_months(recount *self, void (*visit)(void *context, const month_counts *month), void *context);

/* Every month of one area, with all that lies in it.
 *   area   its number */
void recount_months_of(recount *self, uint32_t area, void (*visit)(void *context, const month_counts *month), void *context);

/* Works out anew what lies under what, which the views sum over, and compares. */
status recount_trees(recount *self);

/* Works out anew which days are wholly known, and compares. */
status recount_coverage(recount *self, uint64_t *areas);

/* What recount_coverage has worked out of an area: each run of days on which a category is wholly known, by numbers. */
void recount_known_of(const recount *self, uint32_t area, void (*visit)(void *context, uint32_t category, period days),
                      void *context);

/* Has the origin declared anything of the area, of one that holds it, or of a part of it? By numbers. */
bool recount_covers_any(const recount *self, uint32_t origin, uint32_t area);

#endif
