/* coverage.h - who has declared what as sent in full, and what is wholly known because of it.
 *
 * Only a declaration makes a day covered. A category of an area is wholly known on a day if for every
 * district that makes it up some origin covers that day and resolves the category. Where two origins
 * cover the same thing their ranks decide which counts; without ranks the second is refused.
 * Proved by tests/test_coverage.c and tests/test_coverage_ranks.c.
 */
#ifndef TOCSIN_COVERAGE_H
#define TOCSIN_COVERAGE_H

#include "codebook.h"
#include "period_set.h"
#include "reference.h"
#include "scheme.h"

typedef struct coverage coverage;

/* Nothing declared yet. Areas and categories must be numbered. */
coverage *coverage_create(const reference *data, codebook *book);
void coverage_destroy(coverage **self);

/* Takes what the store holds: of all origins, or of one only. */
status coverage_load(coverage *self, store *from);
status coverage_load_origin(coverage *self, store *from, uint32_t origin);

typedef enum coverage_answer {
    COVERAGE_TAKEN,      /* something new is covered */
    COVERAGE_KNOWN,      /* it was declared before */
    COVERAGE_UNKNOWN,    /* the area or a category is not in the reference data */
    COVERAGE_OVERLAPS,   /* another origin covers it too, and ranks don't tell which counts */
} coverage_answer;

/* What a declaration would do; nothing is declared by it, and nothing learned.
 *   words   for the last two answers: what is wrong and what to do */
coverage_answer coverage_check(const coverage *self, const coverage_declaration *what, char words[NOTE_SIZE_MAX]);

/* Takes a declaration. After COVERAGE_TAKEN:
 *   touched   the index of the area whose knowledge changed, with all below and above it */
coverage_answer coverage_declare(coverage *self, const coverage_declaration *what, int *touched,
                                 char words[NOTE_SIZE_MAX]);

/* A declaration that was taken, in numbers, for storing: a key for each of its categories. */
void coverage_keys(coverage *self, const coverage_declaration *what,
                   void (*visit)(void *context, coverage_key key), void *context);

/* Works out anew what is wholly known of an area, of all below and above it. */
void coverage_refresh(coverage *self, int area_index);

/* The days on which a category of a counted area is wholly known. */
const period_set *coverage_known(const coverage *self, int area_index, int category_index);

/* Is the origin's part in a category of an area not counted on a day, because one of better rank covers it? */
bool coverage_outranked(const coverage *self, uint32_t origin, int area_index, int category_index, day_number on);

/* Could coverage_outranked ever say yes for this origin? Cheap: asked for every record. */
bool coverage_may_be_outranked(const coverage *self, uint32_t origin);

/* Has the origin declared anything of the area, of one that holds it, or of a part of it? */
bool coverage_covers_any(const coverage *self, uint32_t origin, int area_index);

#endif
