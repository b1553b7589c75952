#include "recount.h"

#include <assert.h>
#include <stdlib.h>

#include "recount_parts.h"

recount *recount_create(store *from, recount_witness witness)
{
    recount *self = memory_new(1, sizeof *self);
    self->from = from;
    self->witness = witness;
    self->memory = arena_create();
    return self;
}

void recount_destroy(recount **of)
{
    recount *self = *of;
    if (self == NULL)
        return;
    for (int i = 0; self->tables != NULL && i < self->area_count; i++)
        free(self->tables[i].each);
    for (int i = 0; self->known != NULL && i < self->area_count; i++)
        free(self->known[i].each);
    for (int kind = 0; kind < CODE_KINDS; kind++)
        free(self->codes[kind]);
    free(self->tables);
    free(self->known);
    free(self->areas);
    free(self->categories);
    free(self->offences);
    free(self->declared);
    free(self->ranks);
    free(self->place_areas);
    free(self->offence_nodes);
    free(self->area_of_id);
    free(self->category_of_id);
    map_destroy(&self->area_codes);
    map_destroy(&self->district_names);
    map_destroy(&self->category_codes);
    sheets_destroy(&self->sheets);
    arena_destroy(&self->memory);
    free(self);
    *of = NULL;
}

void recount_until(recount *self, uint64_t last_version, int64_t declared_before_s)
{
    self->limited = true;
    self->last_version = last_version;
    self->declared_before_s = declared_before_s;
}

/* --- every area ----------------------------------------------------------------------------------- */

/* On the way up: what lies in an area first. */
static status visit_below(recount *self, int area_index, visit_area *visit, void *context, struct cells *out)
{
    *out = cells_of(&self->tables[area_index]);
    status st = STATUS_OK;
    for (int i = 0; i < self->area_count && st == STATUS_OK; i++) {
        struct cells part;
        if (!self->areas[i].counted || self->areas[i].up != area_index)
            continue;
        st = visit_below(self, i, visit, context, &part);
        *out = cells_together(*out, part);
    }
    return st == STATUS_OK ? visit(context, self, area_index, *out) : st;
}

status recount_visit_areas(recount *self, visit_area *visit, void *context)
{
    status st = STATUS_OK;
    for (int i = 0; i < self->area_count && st == STATUS_OK; i++) {
        struct cells all;
        if (!self->areas[i].counted || self->areas[i].up != NOWHERE)
            continue;
        st = visit_below(self, i, visit, context, &all);
        free(all.each);
    }
    return st;
}

/* --- giving --------------------------------------------------------------------------------------- */

struct giving {
    void (*visit)(void *context, const month_counts *month);
    void *context;
};

static status give_one(void *context, recount *self, int area_index, struct cells all)
{
    const struct giving *g = context;
    for (size_t i = 0; i < all.count;) {
        uint64_t first = all.each[i].key;
        tally sides[2] = {{0}, {0}};
        for (; i < all.count && cells_share_row(all.each[i].key, first); i++) {
            uint64_t key = all.each[i].key;
            bool added = tally_add(&sides[cell_outranked(key)], cell_category(key), cell_day(key), (int32_t)all.each[i].count);
            assert(added);
        }
        month_counts month = {
            .key = {.area = self->areas[area_index].id, .origin = cell_origin(first), .month = cell_month(first)},
            .counted = &sides[0],
            .outranked = &sides[1],
        };
        g->visit(g->context, &month);
        tally_free(&sides[0]);
        tally_free(&sides[1]);
    }
    return STATUS_OK;
}

static status let_be(void *context, recount *self, int area_index, struct cells all)
{
    (void)context, (void)self, (void)area_index, (void)all;
    return STATUS_OK;
}

void recount_months_of(recount *self, uint32_t area, void (*visit)(void *context, const month_counts *month), void *context)
{
    struct giving g = {visit, context};
    struct cells all;
    int index = recount_area_of(self, area);
    if (index == NOWHERE)
        return;
    (void)visit_below(self, index, let_be, NULL, &all);
    (void)give_one(&g, self, index, all);
    free(all.each);
}

void recount_months(recount *self, void (*visit)(void *context, const month_counts *month), void *context)
{
    struct giving g = {visit, context};
    (void)recount_visit_areas(self, give_one, &g);
}
