#include "coverage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"

/* What one origin has said of one (area, category, scheme). */
struct declared {
    uint32_t origin;
    int area;
    int category;    /* CATEGORY_NONE: all */
    uint32_t scheme; /* number of its code; 0: everything */
    period_set days;
};

struct coverage {
    const reference *reference;
    codebook *book;
    struct declared *each;
    size_t count, capacity;
    scheme **schemes; /* [number]; [0] tells everything apart */
    size_t scheme_capacity;
    period_set **known;  /* [area] -> [category]; NULL: nothing known */
    bool *outranked;     /* [origin] */
    size_t outranked_size;
};

coverage *coverage_create(const reference *data, codebook *book)
{
    coverage *self = memory_new(1, sizeof *self);
    self->reference = data;
    self->book = book;
    self->known = memory_new((size_t)geography_count(data->areas), sizeof *self->known);
    return self;
}

static void free_known(coverage *self, int area_index)
{
    period_set *sets = self->known[area_index];
    for (int i = 0; sets != NULL && i < offence_tree_count(self->reference->categories); i++)
        period_set_free(&sets[i]);
    free(sets);
    self->known[area_index] = NULL;
}

void coverage_destroy(coverage **self)
{
    coverage *c = *self;
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->count; i++)
        period_set_free(&c->each[i].days);
    for (size_t i = 0; i < c->scheme_capacity; i++)
        scheme_destroy(&c->schemes[i]);
    for (int i = 0; i < geography_count(c->reference->areas); i++)
        free_known(c, i);
    free(c->each);
    free(c->schemes);
    free(c->known);
    free(c->outranked);
    free(c);
    *self = NULL;
}

/* Understands a scheme when it is first met. */
static void learn_scheme(coverage *self, uint32_t number)
{
    if (number >= self->scheme_capacity) {
        size_t capacity = (size_t)number + 16;
        self->schemes = memory_grow(self->schemes, capacity, sizeof *self->schemes);
        memset(self->schemes + self->scheme_capacity, 0,
               (capacity - self->scheme_capacity) * sizeof *self->schemes);
        self->scheme_capacity = capacity;
    }
    if (self->schemes[number] == NULL)
        self->schemes[number] = scheme_create(codebook_at(self->book, CODE_SCHEME, number).code,
                                              self->reference->categories);
}

static const scheme *scheme_at(const coverage *self, uint32_t number)
{
    assert(number < self->scheme_capacity && self->schemes[number] != NULL);
    return self->schemes[number];
}

static bool in_scope(const coverage *self, const struct declared *d, int category_index)
{
    return d->category == CATEGORY_NONE ||
           offence_tree_contains(self->reference->categories, d->category, category_index);
}

static bool areas_meet(const coverage *self, int a, int b)
{
    return geography_contains(self->reference->areas, a, b) || geography_contains(self->reference->areas, b, a);
}

/* --- what is declared -------------------------------------------------------------------------- */

static bool same_entry(const struct declared *a, const struct declared *b)
{
    return a->origin == b->origin && a->area == b->area && a->category == b->category && a->scheme == b->scheme;
}

static struct declared *entry_for(coverage *self, struct declared like)
{
    for (size_t i = 0; i < self->count; i++)
        if (same_entry(&self->each[i], &like))
            return &self->each[i];
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count] = like;
    learn_scheme(self, like.scheme);
    return &self->each[self->count++];
}

static bool scopes_meet(const coverage *self, const struct declared *a, const struct declared *b, day_number on)
{
    for (int i = 0; i < offence_tree_count(self->reference->categories); i++)
        if (in_scope(self, a, i) && in_scope(self, b, i) && scheme_reaches(scheme_at(self, a->scheme), i, on) &&
            scheme_reaches(scheme_at(self, b->scheme), i, on))
            return true;
    return false;
}

static int rank_of(const coverage *self, uint32_t origin)
{
    return sources_rank(self->reference->sources, codebook_at(self->book, CODE_ORIGIN, origin).code);
}

static bool outranks(const coverage *self, uint32_t better, uint32_t worse)
{
    int a = rank_of(self, better), b = rank_of(self, worse);
    return a != RANK_NONE && b != RANK_NONE && a < b;
}

/* Which origins have another above them that covers the same thing? */
static void note_ranks(coverage *self)
{
    size_t size = (size_t)codebook_last(self->book, CODE_ORIGIN) + 1;
    self->outranked = memory_grow(self->outranked, size, sizeof *self->outranked);
    memset(self->outranked, 0, size * sizeof *self->outranked);
    self->outranked_size = size;
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; k < self->count; k++)
            if (outranks(self, self->each[k].origin, self->each[i].origin) &&
                areas_meet(self, self->each[k].area, self->each[i].area))
                self->outranked[self->each[i].origin] = true;
}

/* Do they meet on some day of a period? Asked where it begins, and wherever a code changes its meaning. */
static bool meet_within(const coverage *self, const struct declared *a, const struct declared *b, period days)
{
    const struct declared *both[] = {a, b};
    if (scopes_meet(self, a, b, days.from))
        return true;
    for (size_t i = 0; i < 2; i++) {
        const day_number *changes;
        size_t count = scheme_changes(scheme_at(self, both[i]->scheme), &changes);
        for (size_t k = 0; k < count; k++)
            if (changes[k] > days.from && changes[k] <= days.to && scopes_meet(self, a, b, changes[k]))
                return true;
    }
    return false;
}

static bool meet(const coverage *self, const struct declared *d, const struct declared *with, period days)
{
    for (size_t i = 0; i < d->days.count; i++) {
        period run = d->days.each[i];
        period shared = {run.from > days.from ? run.from : days.from, run.to < days.to ? run.to : days.to};
        if (shared.from <= shared.to && meet_within(self, d, with, shared))
            return true;
    }
    return false;
}

/* Another origin's declaration that meets this one on some day, without a rank between them. */
static const struct declared *clash(const coverage *self, const struct declared *with, period days)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct declared *d = &self->each[i];
        if (d->origin == with->origin || !areas_meet(self, d->area, with->area) ||
            outranks(self, d->origin, with->origin) || outranks(self, with->origin, d->origin))
            continue;
        if (meet(self, d, with, days))
            return d;
    }
    return NULL;
}

static coverage_answer say_overlap(const coverage *self, const struct declared *with, const struct declared *d,
                                   char words[NOTE_SIZE_MAX])
{
    text first = codebook_at(self->book, CODE_ORIGIN, d->origin).code;
    text second = codebook_at(self->book, CODE_ORIGIN, with->origin).code;
    const area *where = geography_area(self->reference->areas, d->area);
    (void)snprintf(words, NOTE_SIZE_MAX,
                   "'%.*s' covers %.*s (%.*s) in those days already, and counting both would count everything twice: "
                   "give '%.*s' and '%.*s' different ranks in sources.csv (1 is the one that counts), or declare "
                   "days, areas or categories that don't meet", TEXT_ARGS(first), TEXT_ARGS(where->name),
                   TEXT_ARGS(where->code), TEXT_ARGS(first), TEXT_ARGS(second));
    return COVERAGE_OVERLAPS;
}

/* The declaration for one category, in numbers. The codebook learns the origin and the scheme. */
static coverage_answer understand(coverage *self, const coverage_declaration *what, size_t which,
                                  struct declared *out, char words[NOTE_SIZE_MAX])
{
    arena *memory = arena_create();
    *out = (struct declared){
        .origin = codebook_number(self->book, CODE_ORIGIN, what->origin),
        .scheme = codebook_number(self->book, CODE_SCHEME, scheme_code(what, memory)),
        .area = geography_find(self->reference->areas, what->area),
        .category = CATEGORY_NONE,
    };
    arena_destroy(&memory);
    learn_scheme(self, out->scheme);
    if (out->area == AREA_NONE || !geography_area(self->reference->areas, out->area)->counted) {
        (void)snprintf(words, NOTE_SIZE_MAX, "the area '%.*s' is not in areas.csv, or too fine to be covered",
                       TEXT_ARGS(what->area));
        return COVERAGE_UNKNOWN;
    }
    if (what->category_count == 0)
        return COVERAGE_KNOWN;
    out->category = offence_tree_find(self->reference->categories, what->categories[which]);
    if (out->category != CATEGORY_NONE)
        return COVERAGE_KNOWN;
    (void)snprintf(words, NOTE_SIZE_MAX, "the category '%.*s' is not in categories.csv",
                   TEXT_ARGS(what->categories[which]));
    return COVERAGE_UNKNOWN;
}

static size_t part_count(const coverage_declaration *what)
{
    return what->category_count > 0 ? what->category_count : 1;
}

static bool declared_already(const coverage *self, const struct declared *like, period days)
{
    for (size_t i = 0; i < self->count; i++)
        if (same_entry(&self->each[i], like))
            return period_set_contains(&self->each[i].days, days);
    return false;
}

coverage_answer coverage_check(coverage *self, const coverage_declaration *what, char words[NOTE_SIZE_MAX])
{
    coverage_answer answer = COVERAGE_KNOWN;
    for (size_t i = 0; i < part_count(what); i++) {
        struct declared part;
        coverage_answer understood = understand(self, what, i, &part, words);
        if (understood != COVERAGE_KNOWN)
            return understood;
        const struct declared *other = clash(self, &part, what->days);
        if (other != NULL)
            return say_overlap(self, &part, other, words);
        if (!declared_already(self, &part, what->days))
            answer = COVERAGE_TAKEN;
    }
    return answer;
}

coverage_answer coverage_declare(coverage *self, const coverage_declaration *what, int *touched,
                                 char words[NOTE_SIZE_MAX])
{
    coverage_answer answer = coverage_check(self, what, words);
    if (answer != COVERAGE_TAKEN)
        return answer;
    for (size_t i = 0; i < part_count(what); i++) {
        struct declared part;
        (void)understand(self, what, i, &part, words);
        *touched = part.area;
        (void)period_set_add(&entry_for(self, part)->days, what->days);
    }
    note_ranks(self);
    coverage_refresh(self, *touched);
    return answer;
}

void coverage_keys(coverage *self, const coverage_declaration *what,
                   void (*visit)(void *context, coverage_key key), void *context)
{
    char words[NOTE_SIZE_MAX];
    for (size_t i = 0; i < part_count(what); i++) {
        struct declared part;
        if (understand(self, what, i, &part, words) != COVERAGE_KNOWN)
            continue;
        visit(context, (coverage_key){
            .origin = part.origin,
            .area = geography_area(self->reference->areas, part.area)->id,
            .category = part.category == CATEGORY_NONE
                            ? 0 : offence_tree_category(self->reference->categories, part.category)->id,
            .scheme = part.scheme,
        });
    }
}

/* --- what is known because of it --------------------------------------------------------------- */

/* Adds the days of a declaration on which it resolves the category; its codes may change meaning on the
 * way. */
static void add_resolved(const coverage *self, const struct declared *d, int category_index, period_set *to)
{
    const scheme *s = scheme_at(self, d->scheme);
    const day_number *changes;
    size_t change_count = scheme_changes(s, &changes);
    for (size_t i = 0; i < d->days.count; i++) {
        period rest = d->days.each[i];
        for (size_t k = 0; k <= change_count && rest.from <= rest.to; k++) {
            period part = rest;
            if (k < change_count && changes[k] <= part.to)
                part.to = changes[k] - 1;
            if (part.to >= part.from && scheme_resolves(s, category_index, part.from))
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
            if (in_scope(self, d, c))
                add_resolved(self, d, c, &sets[c]);
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
    free_known(self, area_index);
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

struct loading {
    coverage *to;
    uint32_t origin; /* only this one's; 0: all */
    bool strange;
};

static void take_stored(void *context, const declared_coverage *one)
{
    struct loading *into = context;
    coverage *self = into->to;
    if (into->origin != 0 && one->key.origin != into->origin)
        return;
    struct declared like = {
        .origin = one->key.origin,
        .scheme = one->key.scheme,
        .area = geography_of_id(self->reference->areas, one->key.area),
        .category = one->key.category == 0 ? CATEGORY_NONE
                                           : offence_tree_of_id(self->reference->categories, one->key.category),
    };
    /* Areas and categories may leave the reference data: what was declared of them says nothing then. */
    if (like.area == AREA_NONE || (one->key.category != 0 && like.category == CATEGORY_NONE))
        into->strange = true;
    else
        (void)period_set_add(&entry_for(self, like)->days, one->days);
}

status coverage_load(coverage *self, store *from)
{
    return coverage_load_origin(self, from, 0);
}

status coverage_load_origin(coverage *self, store *from, uint32_t origin)
{
    struct loading into = {.to = self, .origin = origin};
    status st = store_coverage(from, take_stored, &into);
    if (into.strange)
        log_line(LOG_WARN, "coverage-unknown", "some declared areas or categories are not in the reference data");
    note_ranks(self);
    for (int i = 0; i < geography_count(self->reference->areas); i++)
        if (geography_up(self->reference->areas, i) == AREA_NONE)
            refresh_below(self, i);
    return st;
}

const period_set *coverage_known(const coverage *self, int area_index, int category_index)
{
    static const period_set nothing = {0};
    const period_set *sets = self->known[area_index];
    return sets == NULL ? &nothing : &sets[category_index];
}

static bool covers(const coverage *self, const struct declared *d, int area_index, int category_index, day_number on)
{
    return geography_contains(self->reference->areas, d->area, area_index) && in_scope(self, d, category_index) &&
           period_set_has(&d->days, on) && scheme_reaches(scheme_at(self, d->scheme), category_index, on);
}

bool coverage_may_be_outranked(const coverage *self, uint32_t origin)
{
    return origin < self->outranked_size && self->outranked[origin];
}

bool coverage_outranked(const coverage *self, uint32_t origin, int area_index, int category_index, day_number on)
{
    bool covered = false;
    if (!coverage_may_be_outranked(self, origin))
        return false;
    for (size_t i = 0; i < self->count && !covered; i++)
        covered = self->each[i].origin == origin && covers(self, &self->each[i], area_index, category_index, on);
    for (size_t i = 0; i < self->count && covered; i++)
        if (outranks(self, self->each[i].origin, origin) &&
            covers(self, &self->each[i], area_index, category_index, on))
            return true;
    return false;
}

bool coverage_of_origin(const coverage *self, uint32_t origin, int area_index, day_number on)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->each[i].origin == origin && period_set_has(&self->each[i].days, on) &&
            geography_contains(self->reference->areas, self->each[i].area, area_index))
            return true;
    return false;
}

bool coverage_covers_any(const coverage *self, uint32_t origin, int area_index)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->each[i].origin == origin && geography_contains(self->reference->areas, self->each[i].area, area_index))
            return true;
    return false;
}
