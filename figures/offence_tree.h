/* offence_tree.h - the categories as a tree, marker categories across it, and which offence belongs where.
 *
 * An offence code belongs to one node, a leaf or one above. A marker category holds the incidents under its
 * parent (or everything, if it has none) that bear its marker. Categories are named by their index here.
 * Proved by tests/test_offence_tree.c.
 */
#ifndef TOCSIN_OFFENCE_TREE_H
#define TOCSIN_OFFENCE_TREE_H

#include "codebook.h"
#include "faults.h"
#include "storage/sheet.h"

enum { CATEGORY_NONE = -1, MARKER_CATEGORIES_MAX = 64 };

typedef struct category {
    text code;
    text title;
    int parent;
    text marker;            /* of a marker category; else empty */
    bool police_generated;  /* rises and falls with police activity */
    bool bridging;          /* only joins coarse and fine sources; never ranked */
    uint32_t id;            /* its number as a code; 0 before offence_tree_number */
    int depth;              /* 0 for a root */
    int first_child;        /* of the nodes; marker categories are no children */
    int next_sibling;
} category;

typedef struct offence_tree offence_tree;

offence_tree *offence_tree_create(const sheets *from, faults *found);
void offence_tree_destroy(offence_tree **self);
void offence_tree_number(offence_tree *self, codebook *book);

int offence_tree_count(const offence_tree *self);
const category *offence_tree_category(const offence_tree *self, int index);
int offence_tree_find(const offence_tree *self, text code);
int offence_tree_of_id(const offence_tree *self, uint32_t id);
bool category_is_marker(const category *self);

/* The node directly above a node; above the node that a marker category marks, or CATEGORY_NONE. What is known only as
 * that node may or may not be in the category. */
int offence_tree_above(const offence_tree *self, int index);

/* Is `inner` the same as `outer`, or below it? For nodes; a marker category is below what its parent is below. */
bool offence_tree_contains(const offence_tree *self, int outer, int inner);

/* The node that an offence code belongs to on a day, or CATEGORY_NONE when the code is unknown. Dates choose
 * between rows of one code; where none of them holds the day, the nearest does. */
int offence_tree_place(const offence_tree *self, text offence, day_number recorded);

/* Days on which the meaning of an offence code changes, ascending: on each it belongs to another node than on
 * the day before.
 * Returns how many were written to `out`: the earliest `out_max` of them. */
size_t offence_tree_changes(const offence_tree *self, text offence, day_number *out, size_t out_max);

/* The marker categories of an incident.
 *   node      of its offence
 *   markers   as it came, separated by ';'
 *   out       room for MARKER_CATEGORIES_MAX
 * Returns how many */
size_t offence_tree_markers(const offence_tree *self, int node, text markers, int *out);

/* Every pair of a node and a node below it or itself, marker categories with themselves; the caller frees. */
tree_pair *offence_tree_pairs(const offence_tree *self, size_t *count);

/* Offence rows, for listing. */
typedef struct offence {
    text code;
    text description;
    int category;
    day_number valid_from, valid_to; /* DAY_NONE: open */
    int next; /* another row of the same code; -1: the last */
} offence;

size_t offence_tree_offence_count(const offence_tree *self);
const offence *offence_tree_offence(const offence_tree *self, size_t index);

#endif
