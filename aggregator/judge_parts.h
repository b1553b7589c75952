/* judge_parts.h - what the files of the judge share. For them only. */
#ifndef TOCSIN_JUDGE_PARTS_H
#define TOCSIN_JUDGE_PARTS_H

#include "engine_parts.h"
#include "judge.h"
#include "judging/area_fold.h"

/* A series' fold up to a date, so that the whole need not be folded again. One of each series ends where hardly anything
 * is touched any more, one just behind the last date, where live records come in. */
enum { KEPT_FOLDS = 2 };
typedef struct kept_fold {
    bool held;
    day_number to;
    series_state state;
} kept_fold;

/* One area's counts in memory. */
typedef struct judged_area {
    area_days *days;         /* NULL: not read yet */
    kept_fold (*kept)[KEPT_FOLDS]; /* [category] */
    bool *changed;           /* [category]: since it was folded last */
    uint64_t used;           /* the commit that used it last, from 1 */
} judged_area;

/* Whether an area is to be judged. */
typedef struct area_turn {
    day_number since;        /* the earliest changed day; DAY_NONE: nothing changed */
    bool all;                /* every series, not only those whose counts changed */
    bool waits;              /* for the end of a load; durable */
    bool waited;             /* it waits from this commit on: to be stored */
    bool ended;              /* a load has ended that may have had a part in it; others had not */
    bool due;                /* its load has ended */
    uint32_t loader;         /* for whose; SEVERAL */
} area_turn;

#define SEVERAL UINT32_MAX /* an enumerator is an int */

enum { AREAS_HELD_MAX = 128 };

struct judge {
    int areas;               /* of the reference data */
    int categories;
    area_turn *turns;        /* [area] */
    judged_area *held;       /* [area] */
    size_t held_count;
    stored_level **levels;   /* [area][category]; NULL: all normal */
    arena *names;            /* of rules, as stored */
    uint64_t clock;          /* counts commits */
    uint64_t last_event;
    bool touched;            /* any turn has something */
    /* For the commit under way: */
    arena *memory;
    stored_level *out_levels;
    size_t level_count, level_capacity;
    stored_event *events;
    size_t event_count, event_capacity;
    uint32_t *judged, *unjudged;
    size_t judged_count, judged_capacity, unjudged_count, unjudged_capacity;
};

/* --- inputs (judge_inputs.c) ------------------------------------------------------------------- */

/* Counts and coverage of areas as they will be once the commit is made. */
typedef struct judge_inputs {
    judge *self;
    engine *of;
    month_key *changed;      /* months of this commit */
    size_t changed_count;
    struct known_area {
        int area;
        period_set *known;   /* [category]: the engine's own, borrowed */
    } *known;
    size_t known_count, known_capacity;
    status st;
} judge_inputs;

void judge_inputs_open(judge_inputs *self, judge *of, engine *with);
void judge_inputs_close(judge_inputs *self);

/* As area_source. */
bool judge_input(void *context, int area_index, area_input *out);

/* Reads the area and takes the commit's months into it. */
judged_area *judge_area(judge_inputs *self, int area_index);

/* Lets go of the areas that were used longest ago; of all; of one. */
void judge_drop_areas(judge *self, bool all);
void judge_drop_area(judge *self, int area_index);

/* Where a series stands. */
stored_level *judge_level(judge *self, const engine *of, int area_index, int category_index);

/* Has it stored with the commit. */
void judge_put_level(judge *self, const stored_level *made);

/* --- events (judge_events.c) ------------------------------------------------------------------- */

/* What one series' fold says: takes the level, makes events.
 *   standing   the end of a load: where it stands is announced, not how it came there */
typedef struct judged_series {
    judge *self;
    engine *of;
    area_fold *fold;
    int area, category;
    int64_t now_s;
    bool standing;
    uint64_t batch;          /* of standing events; 0: each by itself */
    level_change start;      /* where it stood before the first of: */
    level_change *changes;   /* found by the fold, in order of dates */
    size_t change_count, change_capacity;
} judged_series;

void judge_note_change(void *context, const level_change *change);
void judge_settle_series(judged_series *self, const series_state *state);

/* No rule watches the series any more: it stands nowhere, and an alert that was open on it is cleared. */
void judge_end_watch(judge *self, const engine *of, stored_level *kept, int64_t now_s);

/* Gives the commit's events their batches. */
void judge_group_events(judge *self);

#endif
