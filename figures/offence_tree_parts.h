/* offence_tree_parts.h - what offence_tree.c and offence_codes.c share. For them only. */
#ifndef TOCSIN_OFFENCE_TREE_PARTS_H
#define TOCSIN_OFFENCE_TREE_PARTS_H

#include "offence_tree.h"
#include "proto/map.h"

struct offence_tree {
    category *each;
    int count;
    map *codes;
    int *of_id;
    uint32_t id_max;
    offence *offences;
    size_t offence_count;
    map *offence_codes; /* -> first row */
};

/* Takes the rows of offences.csv, once the categories are linked. */
void offence_tree_take_offences(offence_tree *self, const sheet *from, faults *found);

#endif
