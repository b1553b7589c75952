/* What is wholly known because of what is declared. */
#include <stdlib.h>

#include "coverage_parts.h"

void coverage_forget_known(coverage *self, int area_index)
{
    period_set *sets = self->known[area_index];
    for (int i = 0; sets != NULL && i < offence_tree_count(self->reference->categories); i++)
        period_set_free(&sets[i]);
    free(sets);
    self->known[area_index] = NULL;
}

/* Adds the days of a declaration on which it resolves the category; its codes may change meaning on the
 * way. */
static void add_resolved(const struct declared *d, int category_index, period_set *to)
{
    const day_number *changes;
    size_t change_count = scheme_changes(d->says, &changes);
    for (size_t i = 0; i < d->days.count; i++) {
        period rest = d->days.each[i];
        for (size_t k = 0; k <= change_count && rest.from <= rest.to; k++) {
            period part = rest;
            if (k < change_count && changes[k] <= part.to)
                part.to = changes[k] - 1;
            if (part.to >= part.from && scheme_resolves(d->says, category_index, part.from))
                (void)period_set_add(to, part);
            rest.from = part.to + 1 > rest.from ? part.to + 1 : rest.from;
        }
    }
}

/* What declarations say of an area without parts. */
static void know_directly(const coverage *self, int area_index, period_set *sets)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct declared *d = &self->each[i];
        if (!geography_contains(self->reference->areas, d->area, area_index))
            continue;
        for (int c = 0; c < offence_tree_count(self->reference->categories); c++)
            if (coverage_in_scope(self, d, c))
                add_resolved(d, c, &sets[c]);
    }
}

/* A node all of whose children are known is known, though each by another source. */
static void know_from_children(const coverage *self, period_set *sets)
{
    const offence_tree *tree = self->reference->categories;
    for (int depth = 32; depth >= 0; depth--)
        for (int c = 0; c < offence_tree_count(tree); c++) {
            const category *node = offence_tree_category(tree, c);
            if (node->depth != depth || node->first_child == CATEGORY_NONE)
                continue;
            period_set all = {0};
            period_set_add_all(&all, &sets[node->first_child]);
            for (int child = offence_tree_category(tree, node->first_child)->next_sibling; child != CATEGORY_NONE;
                 child = offence_tree_category(tree, child)->next_sibling)
                period_set_intersect(&all, &sets[child]);
            period_set_add_all(&sets[c], &all);
            period_set_free(&all);
        }
}

static period_set *new_sets(const coverage *self)
{
    return memory_new((size_t)offence_tree_count(self->reference->categories), sizeof(period_set));
}

/* What is known of all the parts. */
static void know_from_parts(const coverage *self, int area_index, period_set *sets)
{
    const geography *areas = self->reference->areas;
    bool first = true;
    for (int child = geography_area(areas, area_index)->first_child; child != AREA_NONE;
         child = geography_area(areas, child)->next_sibling) {
        const area *part = geography_area(areas, child);
        if (part->successor != AREA_NONE)
            continue;
        for (int c = 0; c < offence_tree_count(self->reference->categories); c++) {
            static const period_set nothing = {0};
            const period_set *of_part = self->known[child] != NULL ? &self->known[child][c] : &nothing;
            if (first)
                period_set_add_all(&sets[c], of_part);
            else
                period_set_intersect(&sets[c], of_part);
        }
        first = false;
    }
}

static void refresh_one(coverage *self, int area_index)
{
    const area *a = geography_area(self->reference->areas, area_index);
    coverage_forget_known(self, area_index);
    if (!a->counted)
        return;
    period_set *sets = new_sets(self);
    if (geography_is_base(self->reference->areas, area_index) || a->successor != AREA_NONE) {
        know_directly(self, area_index, sets);
        know_from_children(self, sets);
    } else
        know_from_parts(self, area_index, sets);
    self->known[area_index] = sets;
}

static void refresh_below(coverage *self, int area_index)
{
    const geography *areas = self->reference->areas;
    for (int child = geography_area(areas, area_index)->first_child; child != AREA_NONE;
         child = geography_area(areas, child)->next_sibling)
        refresh_below(self, child);
    refresh_one(self, area_index);
}

void coverage_refresh(coverage *self, int area_index)
{
    refresh_below(self, area_index);
    for (int up = geography_up(self->reference->areas, area_index); up != AREA_NONE;
         up = geography_up(self->reference->areas, up))
        refresh_one(self, up);
}

const period_set *coverage_known(const coverage *self, int area_index, int category_index)
{
    static const period_set nothing = {0};
    const period_set *sets = self->known[area_index];
    return sets == NULL ? &nothing : &sets[category_index];
}
