/* Which version of each incident stands, and what it counts. */
#include <stdlib.h>

#include "proto/digest.h"
#include "recount_parts.h"

enum { PROGRESS_EVERY = 1 << 18 };

/* A version that has others of its incident beside it. */
struct linked {
    version v;
    bool claims; /* the store says that it stands */
};

/* The reading of versions under way. */
struct reading {
    recount *self;
    uint8_t *has_next;   /* a bit for each version that another names as its previous */
    struct linked *each; /* versions of incidents that have several */
    size_t count, capacity;
    uint64_t *heads;     /* hashes of incidents, to find any that has two chains */
    size_t head_count, head_capacity;
    uint64_t versions;
    arena *memory;
};

/* --- counting ------------------------------------------------------------------------------------- */

static bool bears(text markers, text marker)
{
    text one;
    while (text_split(&markers, ';', &one))
        if (text_equal_caseless(text_trim(one), marker))
            return true;
    return false;
}

/* Does the marker category hold an incident of this node with these markers? */
static bool marks(const recount *self, int marked, int node, text markers)
{
    for (int at = marked; at != NOWHERE; at = self->categories[at].up) {
        if (self->categories[at].marker.size == 0)
            return knot_holds(self->categories, at, node);
        if (!bears(markers, self->categories[at].marker))
            return false;
    }
    return true;
}

static void count_in(recount *self, const version *v, int area_index, int category_index)
{
    month_number m = month_of(v->recorded);
    int day_of_month = v->month_only ? DAY_UNKNOWN : civil_of(v->recorded).day;
    bool outranked = recount_outranked(self, v->origin, area_index, category_index, v->recorded);
    cell_table_add(&self->tables[area_index],
                   cell_key(m, v->origin, outranked, self->categories[category_index].id, day_of_month), 1);
}

/* A version that stands counts where its codes say. */
static void count(recount *self, const version *v)
{
    if (v->status != RECORD_RECORDED || v->recorded == DAY_NONE || v->offence == 0 || v->place == 0 ||
        v->origin >= self->code_counts[CODE_ORIGIN])
        return;
    int area_index = recount_place(self, v->place), node = recount_offence(self, v->offence, v->recorded);
    if (area_index == NOWHERE || node == NOWHERE)
        return;
    count_in(self, v, area_index, node);
    bool marked = v->markers != 0 && v->markers < self->code_counts[CODE_MARKERS];
    text markers = marked ? self->codes[CODE_MARKERS][v->markers].code : (text){"", 0};
    for (int i = 0; markers.size > 0 && i < self->category_count; i++)
        if (self->categories[i].marker.size > 0 && marks(self, i, node, markers))
            count_in(self, v, area_index, i);
}

/* --- versions ------------------------------------------------------------------------------------- */

static bool note_previous(void *context, const version *v)
{
    struct reading *r = context;
    if (v->previous != 0 && v->previous < v->id)
        r->has_next[v->previous / 8] |= (uint8_t)(1u << v->previous % 8);
    else if (v->previous != 0)
        r->self->witness.differs(r->self->witness.context, "version %llu names a later one as the one before",
                                 (unsigned long long)v->id);
    return true;
}

static uint64_t hash_of(const recount *self, const version *v)
{
    text origin = v->origin < self->code_counts[CODE_ORIGIN] ? self->codes[CODE_ORIGIN][v->origin].code : (text){"", 0};
    return digest_seeded(v->reference, digest_text(origin) + 1);
}

static bool take_version(void *context, const version *v)
{
    struct reading *r = context;
    recount *self = r->self;
    bool next = (r->has_next[v->id / 8] >> v->id % 8 & 1) != 0;
    r->versions++;
    if (v->id % PROGRESS_EVERY == 0 && self->witness.progress != NULL)
        self->witness.progress(self->witness.context, v->id, 0);
    if (v->previous == 0) {
        r->heads = memory_room(r->heads, r->head_count, &r->head_capacity, sizeof *r->heads);
        r->heads[r->head_count++] = hash_of(self, v);
    }
    if (v->previous == 0 && !next) {
        if (!v->current && !self->limited)
            self->witness.differs(self->witness.context, "version %llu is the only one of its incident, and does not stand",
                                  (unsigned long long)v->id);
        count(self, v);
        return true;
    }
    r->each = memory_room(r->each, r->count, &r->capacity, sizeof *r->each);
    struct linked *kept = &r->each[r->count++];
    *kept = (struct linked){.v = *v, .claims = v->current};
    kept->v.reference = arena_text(r->memory, v->reference);
    return true;
}

static int by_hash(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Two beginnings of one incident would count it twice. */
static void check_heads(struct reading *r)
{
    if (r->head_count > 0)
        qsort(r->heads, r->head_count, sizeof *r->heads, by_hash);
    for (size_t i = 1; i < r->head_count; i++)
        if (r->heads[i] == r->heads[i - 1])
            r->self->witness.differs(r->self->witness.context,
                                     "an incident stands under two chains of versions (hash %016llx)",
                                     (unsigned long long)r->heads[i]);
}

static struct linked *find_linked(const struct reading *r, uint64_t id)
{
    size_t low = 0, high = r->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (r->each[middle].v.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->count && r->each[low].v.id == id ? &r->each[low] : NULL;
}

/* Is `a` above `b`? 0: neither, as both were issued at once and say different things. */
static int above(const version *a, const version *b)
{
    if (a->revision != b->revision)
        return a->revision > b->revision ? 1 : -1;
    if (a->issued_ns != b->issued_ns)
        return a->issued_ns > b->issued_ns ? 1 : -1;
    return (int)a->status - (int)b->status;
}

/* Could this one stand? Nothing later under its revision, no withdrawal, nothing above that could stand. */
static bool could_stand(struct linked *const *chain, size_t count_of, size_t which)
{
    const version *v = &chain[which]->v;
    bool all_withdrawn = true;
    for (size_t i = 0; i < count_of; i++) {
        bool last_of_slot = true;
        for (size_t k = 0; k < count_of; k++)
            if (chain[k]->v.revision == chain[i]->v.revision && above(&chain[k]->v, &chain[i]->v) > 0)
                last_of_slot = false;
        if (!last_of_slot || chain[i]->v.status == RECORD_WITHDRAWN)
            continue;
        all_withdrawn = false;
        if (above(&chain[i]->v, v) > 0)
            return false;
    }
    for (size_t k = 0; k < count_of; k++)
        if (above(&chain[k]->v, v) > 0 && (all_withdrawn || chain[k]->v.revision == v->revision))
            return false;
    return all_withdrawn || v->status != RECORD_WITHDRAWN;
}

enum { CHAIN_MAX = 2000 };

/* From the newest of an incident back to its first. */
static size_t follow(struct reading *r, struct linked *head, struct linked **chain)
{
    const recount_witness *w = &r->self->witness;
    size_t count_of = 0;
    for (struct linked *at = head; at != NULL && count_of < CHAIN_MAX; at = find_linked(r, at->v.previous)) {
        if (at->v.origin != head->v.origin || !text_equal(at->v.reference, head->v.reference))
            w->differs(w->context, "versions %llu and %llu are chained, and are of two incidents",
                       (unsigned long long)at->v.id, (unsigned long long)head->v.id);
        chain[count_of++] = at;
        if (at->v.previous == 0)
            return count_of;
    }
    w->differs(w->context, "the chain of version %llu leads nowhere", (unsigned long long)head->v.id);
    return count_of;
}

static void settle_chain(struct reading *r, struct linked *head, struct linked **chain)
{
    const recount_witness *w = &r->self->witness;
    size_t count_of = follow(r, head, chain), standing = 0;
    for (size_t i = 0; i < count_of && r->self->limited; i++)
        if (could_stand(chain, count_of, i)) {
            count(r->self, &chain[i]->v);
            return;
        }
    for (size_t i = 0; i < count_of; i++) {
        if (!chain[i]->claims)
            continue;
        standing++;
        if (!could_stand(chain, count_of, i))
            w->differs(w->context, "version %llu stands, and another of its incident should",
                       (unsigned long long)chain[i]->v.id);
        count(r->self, &chain[i]->v);
    }
    if (standing != 1)
        w->differs(w->context, "%zu versions of incident %.*s stand, not one", standing, TEXT_ARGS(head->v.reference));
}

static void settle_chains(struct reading *r)
{
    struct linked **chain = memory_new(CHAIN_MAX, sizeof *chain);
    for (size_t i = 0; i < r->count; i++)
        if ((r->has_next[r->each[i].v.id / 8] >> r->each[i].v.id % 8 & 1) == 0)
            settle_chain(r, &r->each[i], chain);
    free(chain);
}

status recount_versions(recount *self, uint64_t *versions, uint64_t *incidents)
{
    uint64_t last = 0;
    struct reading r = {.self = self, .memory = arena_create()};
    status st = recount_read_reference(self);
    if (st == STATUS_OK)
        st = store_last_version(self->from, &last);
    last = self->limited && self->last_version < last ? self->last_version : last;
    self->tables = memory_new((size_t)self->area_count, sizeof *self->tables);
    r.has_next = memory_new((size_t)last / 8 + 1, 1);
    if (st == STATUS_OK)
        st = store_versions(self->from, 1, last, note_previous, &r);
    if (st == STATUS_OK)
        st = store_versions(self->from, 1, last, take_version, &r);
    if (st == STATUS_OK) {
        settle_chains(&r);
        check_heads(&r);
    }
    *versions = r.versions;
    *incidents = r.head_count;
    if (st == STATUS_OK && r.versions != last)
        self->witness.differs(self->witness.context, "%llu versions are missing: numbers run to %llu",
                              (unsigned long long)(last - r.versions), (unsigned long long)last);
    free(r.has_next);
    free(r.each);
    free(r.heads);
    arena_destroy(&r.memory);
    return st;
}
