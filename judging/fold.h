/* fold.h - levels as a fold over dates: one look for each date, from the counts as they are now known.
 *
 * Where a series stands depends on its records alone, not on how they came: after a correction the fold is run again.
 * Raised at once when the evidence is strong, else after several looks; left behind a margin, after several looks
 * and not before the hold is over; falls and clearances only where everything is known.
 * Proved by tests/test_fold.c.
 */
#ifndef TOCSIN_FOLD_H
#define TOCSIN_FOLD_H

#include "look.h"
#include "proto/alert_event.h"

/* Where one rule stands. */
typedef struct rule_state {
    alert_level level;
    trend_direction direction;
    day_number since;           /* when this level was taken */
    alert_level wanted;         /* the least that the last `looks` dates in a row have wanted */
    trend_direction wanted_direction;
    int looks;
    int leaving;                /* dates in a row on which the level was not carried any more */
    day_number first_said;      /* the first date of which it could say anything; DAY_NONE: none yet */
} rule_state;

/* Where a series stands: its rules, and the highest of them. */
typedef struct series_state {
    rule_state each[RULES_MAX];
    alert_level level;
    trend_direction direction;
    int rule;                   /* that decided; -1: normal */
    day_number since;           /* of level and direction; DAY_NONE: from the beginning */
    day_number last_look;       /* DAY_NONE: none yet */
    day_number first_said;      /* the first date of which any rule could say anything; DAY_NONE: none yet */
} series_state;

/* A step from one level or direction to another. */
typedef struct level_change {
    day_number on;
    alert_level before, after;
    trend_direction direction_before, direction;
    int rule;                   /* that decided: of a step up the one that raised, else the one that was left */
    measurement seen;           /* by that rule, with p */
} level_change;

/* Raised, escalated, lowered, cleared; or turned, where only the direction changed. */
event_kind level_change_kind(const level_change *self);

void series_state_clear(series_state *self);

/* Looks from one date to another, both included.
 *   applies   [rule]: which rules watch the series
 *   state     where it stood before; where it stands after
 *   visit     each change, in order of dates; may be NULL */
void fold_series(const rules *by, const bool *applies, series_look *look, period dates, series_state *state,
                 void (*visit)(void *context, const level_change *change), void *context);

/* The dates on which a series can be looked at: from its first counted or known day to the end of what is known, or
 * its last record where that is later. Empty: `to` before `from`. */
period fold_dates(const series_view *view);

#endif
