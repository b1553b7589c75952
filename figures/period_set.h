/* period_set.h - days as a set: periods in order that don't touch. Proved by tests/test_period_set.c. */
#ifndef TOCSIN_PERIOD_SET_H
#define TOCSIN_PERIOD_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/calendar.h"

typedef struct period_set {
    period *each;
    size_t count;
    size_t capacity;
} period_set;

void period_set_free(period_set *self);

/* Adds the days of a period; returns whether any of them was new. */
bool period_set_add(period_set *self, period days);
void period_set_add_all(period_set *self, const period_set *other);

/* Leaves the days that `other` has too. */
void period_set_intersect(period_set *self, const period_set *other);

bool period_set_has(const period_set *self, day_number d);

/* Does it have every day of the period? */
bool period_set_contains(const period_set *self, period days);

bool period_set_equal(const period_set *a, const period_set *b);

#endif
