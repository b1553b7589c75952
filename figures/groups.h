/* groups.h - named sets of areas: Community Safety Partnerships, most similar groups.
 *
 * Proved by tests/test_groups.c.
 */
#ifndef TOCSIN_GROUPS_H
#define TOCSIN_GROUPS_H

#include "geography.h"

typedef struct group {
    text code;
    text name;
    text kind; /* csp, most-similar-csps, most-similar-forces, other */
    int *members; /* indexes of areas */
    size_t count;
    size_t capacity;
} group;

typedef struct groups groups;

groups *groups_create(const sheets *from, const geography *areas, faults *found);
void groups_destroy(groups **self);

size_t groups_count(const groups *self);
const group *groups_at(const groups *self, size_t index);

/* By code or, failing that, by name whatever the case; NULL when there is none. */
const group *groups_find(const groups *self, text code_or_name);

/* A group whose rate is the mean of its members' rates, not the rate of their sum. */
bool group_is_most_similar(const group *self);

/* Is the area a member of another group of this kind as well? Then it is only partly this one's. */
bool groups_share_member(const groups *self, const group *of, int member);

#endif
