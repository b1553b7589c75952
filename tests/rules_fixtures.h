/* rules_fixtures.h - rules read from text in a small world of areas and categories.
 *
 * The world: nation EW; region W ("West") with force F1 ("First force": districts D1 Stafford with the LSOA L1, D2
 * Lichfield, the former FD, which D2 took over) and force F2 ("West" too: district D3 Corby). Group G1 ("Both"): D1 and
 * D2. Categories: all-crime (violence-and-sexual, which is bridging (violence, sexual), theft (burglary (home,
 * other-burglary), shoplifting)), asb; markers hate (under all-crime) and domestic (under violence). */
#ifndef TOCSIN_RULES_FIXTURES_H
#define TOCSIN_RULES_FIXTURES_H

#include "judging/rules.h"
#include "reference_fixtures.h"

typedef struct rules_world {
    reference *data;
    faults *found; /* of the last reading */
    rules *rules;  /* the last read */
    arena *memory;
} rules_world;

/* For cmocka: *state is the world. */
int rules_world_make(void **state);
int rules_world_remove(void **state);

/* Reads a whole file. */
const rules *rules_read(rules_world *self, const char *yaml);

/* One rule's keys, each on a line of its own: name 3, detector 4, areas 5, categories 6, levels 7, more from 8 on. NULL: a
 * faultless one (rolling-year, [district], [theft], {watch: {percent: 10}}); "": left out. */
typedef struct rule_parts {
    const char *name, *detector, *areas, *categories, *levels;
    const char *more; /* "looks: 3", several with line ends between them */
    const char *root; /* behind the rule, keys beside `rules` */
} rule_parts;

/* Reads a file with this one rule. */
const rules *rules_with(rules_world *self, rule_parts parts);

/* The same, without any fault; the rule. */
const watch_rule *good_rule(rules_world *self, rule_parts parts);

/* What it watches: "D1 D2: theft burglary". */
const char *watched_by(rules_world *self, const watch_rule *rule);

#endif
