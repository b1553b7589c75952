/* geography.h - the areas of the reference data as a tree, and where a record belongs in it.
 *
 * LSOA, ward, district, force, region, country: each has a parent; a former district has the district that
 * took it over instead. Counts are kept for districts and above ("counted" areas); what is finer is placed
 * in the counted area above it. Areas are named by their index here, 0 to count - 1.
 * Proved by tests/test_geography.c.
 */
#ifndef TOCSIN_GEOGRAPHY_H
#define TOCSIN_GEOGRAPHY_H

#include "codebook.h"
#include "faults.h"
#include "storage/sheet.h"

enum { AREA_NONE = -1 };

typedef struct area {
    text code;
    text name;
    text level;         /* "district", "force" ... as the file has it */
    int parent;         /* index; AREA_NONE at the top */
    int successor;      /* of a former area: who took it over; else AREA_NONE */
    day_number valid_from; /* DAY_NONE: always */
    day_number valid_to;
    bool counted;       /* counts are kept for it: it is no LSOA, ward or the like */
    uint32_t id;        /* its number as a code, if counted; 0 before geography_number */
    int first_child;    /* of the counted ones that lie directly in it, former ones included */
    int next_sibling;
} area;

typedef struct geography geography;

/*   from      the areas sheet; texts are not copied
 *   found     parents that are unknown, loops, repeated codes ... */
geography *geography_create(const sheets *from, faults *found);
void geography_destroy(geography **self);

/* Gives each counted area its number. */
void geography_number(geography *self, codebook *book);

int geography_count(const geography *self);
const area *geography_area(const geography *self, int index);

/* By code, or by the number of the code; AREA_NONE when there is none. */
int geography_find(const geography *self, text code);
int geography_of_id(const geography *self, uint32_t id);

/* The area directly above: the successor of a former one, else the parent. */
int geography_up(const geography *self, int index);

/* Is `inner` the same as `outer`, or below it? */
bool geography_contains(const geography *self, int outer, int inner);

/* By name or alias, whatever the case.
 *   level     only areas of this level; empty: any. Current areas go before former ones
 *   several   set when more than one current area bears the name (the first is returned) */
int geography_by_name(const geography *self, text name, text level, bool *several);

/* The counted area in which a record counts.
 *   code      the finest code known; may be empty or unknown
 *   name      what the source calls it; "Stafford 004B" places it in the district Stafford
 *   within    the code of a wider area, for a record that has neither: a place that is named and unknown is no
 *             place within it (it may lie in another force, or in another country)
 * Returns     its index, or AREA_NONE when the place is unknown */
int geography_place(const geography *self, text code, text name, text within);

/* Is the area current, without counted current areas below it? These make up the whole: what covers all of
 * them covers what lies above. */
bool geography_is_base(const geography *self, int index);

/* Every pair of a counted area and a counted area below it or itself; the caller frees. */
tree_pair *geography_tree(const geography *self, size_t *count);

/* Levels that occur, from the widest; each once. Returns how many. */
size_t geography_levels(const geography *self, text *out, size_t out_max);

#endif
