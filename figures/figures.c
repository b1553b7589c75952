#include "figures.h"

#include <stdlib.h>
#include <string.h>

/* Whoever has declared anything of an area. */
struct declarer {
    uint32_t origin;
    int area;
};

struct figures {
    store *store;
    codebook *book;
    reference *data;
    struct declarer *declarers;
    size_t declarer_count, declarer_capacity;
    uint32_t origin;    /* 0: not narrowed to one */
    coverage *narrowed; /* what it has declared */
};

static void take_declarer(void *context, const declared_coverage *one)
{
    figures *self = context;
    struct declarer made = {one->key.origin, geography_of_id(self->data->areas, one->key.area)};
    for (size_t i = 0; i < self->declarer_count; i++)
        if (self->declarers[i].origin == made.origin && self->declarers[i].area == made.area)
            return;
    self->declarers = memory_room(self->declarers, self->declarer_count, &self->declarer_capacity, sizeof made);
    self->declarers[self->declarer_count++] = made;
}

status figures_open(store *from, figures **out)
{
    figures *self = memory_new(1, sizeof *self);
    self->store = from;
    self->book = codebook_create();
    status st = codebook_load(self->book, from);
    if (st == STATUS_OK)
        st = reference_load(from, self->book, &self->data);
    if (st == STATUS_OK)
        st = store_coverage(from, take_declarer, self);
    if (st != STATUS_OK) {
        figures_close(&self);
        return st;
    }
    *out = self;
    return STATUS_OK;
}

void figures_close(figures **self)
{
    if (*self == NULL)
        return;
    coverage_destroy(&(*self)->narrowed);
    reference_destroy(&(*self)->data);
    codebook_destroy(&(*self)->book);
    free((*self)->declarers);
    free(*self);
    *self = NULL;
}

status figures_narrow(figures *self, text origin)
{
    uint32_t number = codebook_find(self->book, CODE_ORIGIN, origin);
    if (number == 0)
        return STATUS_NOT_FOUND;
    coverage_destroy(&self->narrowed);
    self->origin = number;
    self->narrowed = coverage_create(self->data, self->book);
    return coverage_load_origin(self->narrowed, self->store, number);
}

uint32_t figures_origin(const figures *self)
{
    return self->origin;
}

store *figures_store(const figures *self)
{
    return self->store;
}

const reference *figures_reference(const figures *self)
{
    return self->data;
}

const codebook *figures_codebook(const figures *self)
{
    return self->book;
}

static bool meets(const figures *self, const struct declarer *d, int area_index)
{
    return d->area != AREA_NONE && (geography_contains(self->data->areas, d->area, area_index) ||
                                    geography_contains(self->data->areas, area_index, d->area));
}

bool figures_origin_covers(const figures *self, uint32_t origin, int area_index)
{
    for (size_t i = 0; i < self->declarer_count; i++)
        if (self->declarers[i].origin == origin && meets(self, &self->declarers[i], area_index))
            return true;
    return false;
}

static int rank_of(const figures *self, uint32_t origin)
{
    return sources_rank(self->data->sources, codebook_at(self->book, CODE_ORIGIN, origin).code);
}

/* Has an origin of better rank than the one at hand declared anything of the area? */
static bool may_be_outranked(const figures *self, int area_index)
{
    int own = rank_of(self, self->origin);
    for (size_t i = 0; i < self->declarer_count && own != RANK_NONE; i++) {
        int rank = rank_of(self, self->declarers[i].origin);
        if (rank != RANK_NONE && rank < own && meets(self, &self->declarers[i], area_index))
            return true;
    }
    return false;
}

/* --- subjects ------------------------------------------------------------------------------------ */

void subject_of_area(const figures *self, int area_index, subject *out)
{
    subject_set_area(self->data->areas, area_index, out);
}

bool subject_find(const figures *self, text asked, subject *out, char words[NOTE_SIZE_MAX])
{
    return subject_called(self->data, asked, out, words);
}

/* --- what is known ------------------------------------------------------------------------------- */

struct knowing {
    const figures *self;
    period_set *sets;
};

static void take_known(void *context, const covered_set *set)
{
    struct knowing *k = context;
    int index = offence_tree_of_id(k->self->data->categories, set->category);
    if (index != CATEGORY_NONE)
        (void)period_set_add(&k->sets[index], set->days[0]);
}

static size_t category_count(const figures *self)
{
    return (size_t)offence_tree_count(self->data->categories);
}

void known_free(const figures *self, period_set **sets)
{
    for (size_t i = 0; *sets != NULL && i < category_count(self); i++)
        period_set_free(&(*sets)[i]);
    free(*sets);
    *sets = NULL;
}

static void known_of_origin(const figures *self, int area_index, period_set *out)
{
    for (int i = 0; i < offence_tree_count(self->data->categories) && !may_be_outranked(self, area_index); i++)
        period_set_add_all(&out[i], coverage_known(self->narrowed, area_index, i));
}

static status known_of_area(const figures *self, int area_index, period_set *out)
{
    struct knowing k = {self, out};
    if (self->narrowed != NULL) {
        known_of_origin(self, area_index, out);
        return STATUS_OK;
    }
    return store_covered(self->store, geography_area(self->data->areas, area_index)->id, take_known, &k);
}

status known_read(const figures *self, const subject *of, period_set **out)
{
    period_set *all = memory_new(category_count(self), sizeof *all);
    status st = of->member_count > 0 ? known_of_area(self, of->members[0], all) : STATUS_OK;
    for (size_t m = 1; m < of->member_count && st == STATUS_OK; m++) {
        period_set *one = memory_new(category_count(self), sizeof *one);
        st = known_of_area(self, of->members[m], one);
        for (size_t i = 0; i < category_count(self); i++)
            period_set_intersect(&all[i], &one[i]);
        known_free(self, &one);
    }
    if (st != STATUS_OK)
        known_free(self, &all);
    *out = all;
    return st;
}

/* Of the first root that is known at all; else of whatever is known furthest. */
static day_number last_known(const figures *self, const period_set *sets)
{
    day_number furthest = DAY_NONE;
    for (int i = 0; i < offence_tree_count(self->data->categories); i++) {
        const category *c = offence_tree_category(self->data->categories, i);
        if (sets[i].count == 0)
            continue;
        day_number to = sets[i].each[sets[i].count - 1].to;
        if (c->parent == CATEGORY_NONE && !category_is_marker(c))
            return to;
        furthest = to > furthest ? to : furthest;
    }
    return furthest;
}

static status furthest_part(const figures *self, int area_index, day_number *out)
{
    const area *a = geography_area(self->data->areas, area_index);
    subject part;
    period_set *sets;
    subject_of_area(self, area_index, &part);
    status st = known_read(self, &part, &sets);
    if (st != STATUS_OK)
        return st;
    day_number reached = last_known(self, sets);
    *out = reached > *out ? reached : *out;
    known_free(self, &sets);
    for (int child = a->first_child; child != AREA_NONE && st == STATUS_OK;
         child = geography_area(self->data->areas, child)->next_sibling)
        st = furthest_part(self, child, out);
    return st;
}

status subject_as_of(const figures *self, const subject *of, day_number *out)
{
    period_set *sets;
    *out = DAY_NONE;
    status st = known_read(self, of, &sets);
    if (st != STATUS_OK)
        return st;
    *out = last_known(self, sets);
    known_free(self, &sets);
    for (size_t m = 0; m < of->member_count && *out == DAY_NONE && st == STATUS_OK; m++)
        st = furthest_part(self, of->members[m], out);
    return st;
}
