/* rising.h - new areas of interest: what rose that no strategic priority covers, the lowest nodes alone.
 *
 * Pure. Proved by tests/test_rising.c.
 */
#ifndef TOCSIN_RISING_H
#define TOCSIN_RISING_H

#include "figures/priorities.h"
#include "priority_facts.h"

typedef struct rising_category {
    const category_facts *facts;
    double q;      /* Benjamini and Hochberg's, among all categories with a p */
    size_t tested; /* how many those are */
} rising_category;

/* Categories on which a priority's evidence is: those named, and all below them.
 *   out   [category] */
void rising_covered(const priorities *by, const offence_tree *tree, bool *out);

/* Categories that rose by the rule for new areas, without any below them that did, and not covered. A node that only
 * bridges stands for what it joins where that isn't known. The largest rise comes first.
 *   facts     by category index
 *   covered   [category]
 *   out       room for every category
 * Returns     how many */
size_t rising_find(const offence_tree *tree, const category_facts *facts, const bool *covered, const advice_rules *by,
                   rising_category *out);

/* Nodes directly below that fell by as much as a new area must rise: what goes the other way is told.
 *   out       room for every category
 * Returns     how many */
size_t rising_against(const offence_tree *tree, const category_facts *facts, int category_index, const advice_rules *by,
                      const category_facts **out);

#endif
