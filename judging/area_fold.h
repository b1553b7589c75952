/* area_fold.h - all watched series of one area, folded together: levels, and what explains a move.
 *
 * The aggregator's judge and the backtest stand on it; the same counts give the same levels to both. Proved by
 * tests/test_judge.c.
 */
#ifndef TOCSIN_AREA_FOLD_H
#define TOCSIN_AREA_FOLD_H

#include "figures/reference.h"
#include "fold.h"

/* An area's counts and what is wholly known of it. */
typedef struct area_input {
    const area_days *days;
    const period_set *known; /* [category] */
} area_input;

/* Where areas' counts come from.
 * Returns false: there are none; what it gives lives as long as the fold */
typedef bool area_source(void *context, int area_index, area_input *out);

typedef struct area_fold area_fold;

/* NULL when no rule watches the area, or it has no counts. */
area_fold *area_fold_create(const rules *by, const reference *data, int area_index, area_source *ask, void *context);
void area_fold_destroy(area_fold **self);

/* Is the category watched here by any rule? */
bool area_fold_watches(const area_fold *self, int category_index);

/* Folds one series.
 *   until   dates behind this are left out; DAY_NONE: none are
 *   state   where it stands after */
void area_fold_run(area_fold *self, int category_index, day_number until, series_state *state,
                   void (*visit)(void *context, const level_change *change), void *context);

/* Goes on from a state that was left at a date. */
void area_fold_go_on(area_fold *self, int category_index, period dates, series_state *state,
                     void (*visit)(void *context, const level_change *change), void *context);

/* Fills in what the change's rule measures on its date, p included; of a change by no rule (-1) the first that
 * watches the series and can say anything.
 * Returns false: none can */
bool area_fold_measure(area_fold *self, int category_index, level_change *change);

/* The dates on which a series can be looked at. */
period area_fold_dates(area_fold *self, int category_index);

/* Which part moved, and which went the other way. */
enum { AGAINST_MAX = 6 };
typedef struct explanation {
    int lowest;                        /* the lowest node that makes up most of the move; itself when none does */
    int against[AGAINST_MAX];          /* nodes directly below that went the other way */
    measurement against_seen[AGAINST_MAX];
    size_t against_count;
} explanation;

void area_fold_explain(area_fold *self, int category_index, const level_change *change, explanation *out);

#endif
