#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coverage_parts.h"
#include "proto/log.h"

/* What has no number yet: a declaration that is only looked at teaches nobody anything. */
#define NUMBER_NONE UINT32_MAX

coverage *coverage_create(const reference *data, codebook *book)
{
    coverage *self = memory_new(1, sizeof *self);
    self->reference = data;
    self->book = book;
    self->known = memory_new((size_t)geography_count(data->areas), sizeof *self->known);
    return self;
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
        coverage_forget_known(c, i);
    free(c->each);
    free(c->schemes);
    free(c->known);
    free(c->outranked);
    free(c);
    *self = NULL;
}

/* Understands a scheme when it is first met. */
static const scheme *learn_scheme(coverage *self, uint32_t number)
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
    return self->schemes[number];
}

bool coverage_in_scope(const coverage *self, const struct declared *d, int category_index)
{
    return d->category == CATEGORY_NONE ||
           offence_tree_contains(self->reference->categories, d->category, category_index);
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
    like.origin_code = codebook_at(self->book, CODE_ORIGIN, like.origin).code;
    like.says = learn_scheme(self, like.scheme);
    self->each[self->count] = like;
    return &self->each[self->count++];
}

static coverage_answer say_overlap(const coverage *self, const struct declared *with, const struct declared *d,
                                   char words[NOTE_SIZE_MAX])
{
    text first = d->origin_code, second = with->origin_code;
    const area *where = geography_area(self->reference->areas, d->area);
    (void)snprintf(words, NOTE_SIZE_MAX,
                   "'%.*s' covers %.*s (%.*s) in those days already, and counting both would count everything twice: "
                   "give '%.*s' and '%.*s' different ranks in sources.csv (1 is the one that counts), or declare "
                   "days, areas or categories that don't meet", TEXT_ARGS(first), TEXT_ARGS(where->name),
                   TEXT_ARGS(where->code), TEXT_ARGS(first), TEXT_ARGS(second));
    return COVERAGE_OVERLAPS;
}

/* The declaration for one category.
 *   out   its origin and scheme are filled in already */
static coverage_answer understand(const coverage *self, const coverage_declaration *what, size_t which,
                                  struct declared *out, char words[NOTE_SIZE_MAX])
{
    out->area = geography_find(self->reference->areas, what->area);
    out->category = CATEGORY_NONE;
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

static coverage_answer check_parts(const coverage *self, const coverage_declaration *what, struct declared part,
                                   char words[NOTE_SIZE_MAX])
{
    coverage_answer answer = COVERAGE_KNOWN;
    for (size_t i = 0; i < part_count(what); i++) {
        coverage_answer understood = understand(self, what, i, &part, words);
        if (understood != COVERAGE_KNOWN)
            return understood;
        const struct declared *other = coverage_clash(self, &part, what->days);
        if (other != NULL)
            return say_overlap(self, &part, other, words);
        if (!declared_already(self, &part, what->days))
            answer = COVERAGE_TAKEN;
    }
    return answer;
}

/* Unlike codebook_number it adds nothing; an empty code is 0 here too. */
static uint32_t number_if_known(const coverage *self, code_kind kind, text code)
{
    if (code.size == 0)
        return 0;
    uint32_t known = codebook_find(self->book, kind, code);
    return known == 0 ? NUMBER_NONE : known;
}

coverage_answer coverage_check(const coverage *self, const coverage_declaration *what, char words[NOTE_SIZE_MAX])
{
    arena *memory = arena_create();
    text code = scheme_code(what, memory);
    scheme *says = scheme_create(code, self->reference->categories);
    struct declared part = {
        .origin = number_if_known(self, CODE_ORIGIN, what->origin), .origin_code = what->origin,
        .scheme = number_if_known(self, CODE_SCHEME, code), .says = says,
    };
    coverage_answer answer = check_parts(self, what, part, words);
    scheme_destroy(&says);
    arena_destroy(&memory);
    return answer;
}

/* The codebook learns the origin and the scheme. */
static struct declared numbered(coverage *self, const coverage_declaration *what)
{
    arena *memory = arena_create();
    struct declared made = {.origin = codebook_number(self->book, CODE_ORIGIN, what->origin),
                            .scheme = codebook_number(self->book, CODE_SCHEME, scheme_code(what, memory))};
    arena_destroy(&memory);
    return made;
}

coverage_answer coverage_declare(coverage *self, const coverage_declaration *what, int *touched,
                                 char words[NOTE_SIZE_MAX])
{
    coverage_answer answer = coverage_check(self, what, words);
    if (answer != COVERAGE_TAKEN)
        return answer;
    struct declared part = numbered(self, what);
    for (size_t i = 0; i < part_count(what); i++) {
        (void)understand(self, what, i, &part, words);
        *touched = part.area;
        (void)period_set_add(&entry_for(self, part)->days, what->days);
    }
    coverage_note_ranks(self);
    coverage_refresh(self, *touched);
    return answer;
}

void coverage_keys(coverage *self, const coverage_declaration *what,
                   void (*visit)(void *context, coverage_key key), void *context)
{
    char words[NOTE_SIZE_MAX];
    struct declared part = numbered(self, what);
    for (size_t i = 0; i < part_count(what); i++) {
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

/* --- what is stored ---------------------------------------------------------------------------- */

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
    coverage_note_ranks(self);
    for (int i = 0; i < geography_count(self->reference->areas); i++)
        if (geography_up(self->reference->areas, i) == AREA_NONE)
            coverage_refresh(self, i);
    return st;
}
