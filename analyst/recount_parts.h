/* recount_parts.h - what the files of the recount share. For them only. */
#ifndef TOCSIN_RECOUNT_PARTS_H
#define TOCSIN_RECOUNT_PARTS_H

#include "proto/map.h"
#include "recount.h"
#include "recount_cells.h"

enum { NOWHERE = -1 };

/* An area or category as its sheet has it. */
typedef struct knot {
    text code;
    int up;          /* index of what lies directly above; NOWHERE */
    bool counted;    /* an area that counts are kept for */
    bool former;     /* an area that another has taken over */
    text marker;     /* of a marker category */
    uint32_t id;     /* number of its code; 0: none */
} knot;

/* One code of a kind, by number. */
typedef struct named {
    text code, name, hint;
} named;

typedef struct offence_row {
    text code;
    int category;
    day_number from, to; /* DAY_NONE: open */
} offence_row;

/* One run of declared days. */
typedef struct declared_days {
    uint32_t origin;
    int area;
    int category;     /* NOWHERE: all */
    uint32_t scheme;
    period days;
} declared_days;

/* Days on which a category of an area is wholly known. */
typedef struct known_run {
    int category;
    period days;
} known_run;

struct known_runs {
    known_run *each;
    size_t count, capacity;
};

struct recount {
    store *from;
    recount_witness witness;
    bool limited;              /* to what was known at a moment: */
    uint64_t last_version;
    int64_t declared_before_s;
    sheets *sheets;
    arena *memory;
    named *codes[CODE_KINDS];
    size_t code_counts[CODE_KINDS], code_capacities[CODE_KINDS];
    knot *areas;
    int area_count;
    map *area_codes, *district_names;
    knot *categories;
    int category_count;
    map *category_codes;
    offence_row *offences;
    size_t offence_count;
    declared_days *declared;
    size_t declared_count, declared_capacity;
    int *ranks;           /* by origin; 0: none */
    int *place_areas;     /* by place; below NOWHERE: not looked up yet */
    int *offence_nodes;   /* by offence, where it means the same on every day; below NOWHERE: not looked up yet */
    int *area_of_id, *category_of_id; /* by number of the code; NOWHERE */
    struct cell_table *tables;        /* by area index: its own records */
    struct known_runs *known;         /* by area index; NULL: not worked out yet */
};

/* Understands the stored reference data. */
status recount_read_reference(recount *self);

/* What is done with an area's cells, its own and those of all that lies in it. */
typedef status visit_area(void *context, recount *self, int area_index, struct cells all);

/* Every area after those that lie in it. */
status recount_visit_areas(recount *self, visit_area *visit, void *context);

/* The index of a number; NOWHERE where it stands for nothing, as in a damaged store. */
int recount_area_of(const recount *self, uint32_t area);

/* Does `outer` hold `inner`? */
bool knot_holds(const knot *each, int outer, int inner);

/* Where a place lies: the index of a counted area. */
int recount_place(recount *self, uint32_t place);

/* The category of an offence on a day: by the number of its code, or by the code. */
int recount_offence(recount *self, uint32_t offence, day_number on);
int recount_category_of(const recount *self, text code, day_number on);

/* Is the origin's part not counted, as one of better rank covers it too? */
bool recount_outranked(const recount *self, uint32_t origin, int area, int category, day_number on);

/* Does a source with this scheme resolve the category on a day; does it reach it? */
bool scheme_tells(const recount *self, uint32_t scheme, int category, day_number on);
bool scheme_touches(const recount *self, uint32_t scheme, int category, day_number on);

#endif
