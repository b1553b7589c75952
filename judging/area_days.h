/* area_days.h - one area's counts by day, every category with all that lies under it, ready to be looked at from
 * any date.
 *
 * Step 5 of the record's path: filled from the store's months of counts; the judge in the aggregator goes on
 * with those of the commit under way. Proved by tests/test_area_days.c.
 */
#ifndef TOCSIN_AREA_DAYS_H
#define TOCSIN_AREA_DAYS_H

#include "figures/geography.h"
#include "figures/offence_tree.h"
#include "storage/store.h"
#include "storage/tally.h"

typedef struct area_days area_days;

area_days *area_days_create(const offence_tree *tree);
void area_days_destroy(area_days **self);

/* Takes a month away, and adds what one origin counted in it. A month that changes is taken away and added anew, of
 * all its origins.
 *   covering   the origin has declared that it covers the area: what it knows only as a wider node may hide
 *              incidents of the nodes below
 *   changed    [category] set to true where something was added or taken away; of all where records come or go that know
 *              only their month, as those decide on which dates anything is looked at; may be NULL */
void area_days_clear_month(area_days *self, month_number month, bool *changed);
void area_days_add_month(area_days *self, month_number month, const tally *counted, bool covering, bool *changed);

/* A month as it is, to be compared with what it is once it was taken away and added anew: most of it is the same then.
 *   changed   [category] set to true where it is not, as above */
typedef struct month_before month_before;
month_before *area_days_remember(const area_days *self, month_number month);
void area_days_compare(const area_days *self, month_before **with, bool *changed);

/* Adds all months of an area that the store has.
 *   covers   has the origin declared that it covers the area, as above? */
status area_days_read(area_days *self, store *from, const geography *areas, int area_index,
                      bool (*covers)(const void *context, uint32_t origin, int area_index), const void *context);

/* One category's counts as sums from the first day on. It lives on its own: later changes don't reach it. */
typedef struct day_series {
    period extent;          /* of the area's counts, in whole months; empty (`to` before `from`) when there are none */
    uint32_t *sums;         /* [i]: of the i days before extent.from + i; NULL: all are 0 */
    uint32_t *hidden;       /* the same of records that are known only as something wider; NULL: there are none */
    const bool *month_only; /* [month - first]: records of the area that know only their month; the area's own */
    month_number first;
    day_number last_record; /* DAY_NONE: none */
} day_series;

void area_days_series(const area_days *self, int category_index, day_series *out);
void day_series_free(day_series *self);

/* The count of a period; days outside the extent have none. */
double day_series_count(const day_series *self, period days);

/* Records of the period that may be the category's and are known only as something wider. */
double day_series_hidden(const day_series *self, period days);

/* Do records that know only their month touch the period? Then only ends of months are dates to look from. */
bool day_series_month_only(const day_series *self, period days);

#endif
