#include "recount.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/digest.h"
#include "recount_parts.h"

enum { PROGRESS_EVERY = 1 << 18, MARKED_MAX = 64 };

/* Counts of one area's own records: a table from (month, origin, side, category, day) to how many. */
struct cell {
    uint64_t key; /* 0: free */
    uint32_t count;
};

struct cell_table {
    struct cell *each;
    size_t capacity, count;
};

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

/* month 12 bits, origin 16, side 1, category 16, day 5: in this order. Nothing is 0, as months begin in 1970. */
static uint64_t key_of(month_number m, uint32_t origin, bool outranked, uint32_t category_id, int day_of_month)
{
    return ((((uint64_t)(m - 1970 * 12 + 1) << 16 | origin) << 1 | outranked) << 16 | category_id) << 5 |
           (uint64_t)day_of_month;
}

static struct cell *cell_for(struct cell_table *t, uint64_t key)
{
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (t->capacity - 1);
    while (t->each[at].key != 0 && t->each[at].key != key)
        at = (at + 1) & (t->capacity - 1);
    return &t->each[at];
}

static void add(struct cell_table *t, uint64_t key, uint32_t count)
{
    if (2 * (t->count + 1) > t->capacity) {
        struct cell_table old = *t;
        t->capacity = old.capacity > 0 ? old.capacity * 2 : 256;
        t->each = memory_new(t->capacity, sizeof *t->each);
        for (size_t i = 0; i < old.capacity; i++)
            if (old.each[i].key != 0)
                *cell_for(t, old.each[i].key) = old.each[i];
        free(old.each);
    }
    struct cell *c = cell_for(t, key);
    t->count += c->key == 0;
    c->key = key;
    c->count += count;
}

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
    for (int kind = 0; kind < CODE_KINDS; kind++)
        free(self->codes[kind]);
    free(self->tables);
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
    add(&self->tables[area_index], key_of(m, v->origin, outranked, self->categories[category_index].id, day_of_month), 1);
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

void recount_until(recount *self, uint64_t last_version, int64_t declared_before_s)
{
    self->limited = true;
    self->last_version = last_version;
    self->declared_before_s = declared_before_s;
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

/* --- comparing ------------------------------------------------------------------------------------ */

/* Cells in order of their keys. */
struct cells {
    struct cell *each;
    size_t count;
};

static int by_key(const void *a, const void *b)
{
    const struct cell *left = a, *right = b;
    return (left->key > right->key) - (left->key < right->key);
}

static struct cells sorted(const struct cell_table *t)
{
    struct cells made = {.each = memory_new(t->count, sizeof *made.each)};
    for (size_t i = 0; i < t->capacity; i++)
        if (t->each[i].key != 0)
            made.each[made.count++] = t->each[i];
    if (made.count > 0)
        qsort(made.each, made.count, sizeof *made.each, by_key);
    return made;
}

/* Both together; what went in is freed. */
static struct cells merged(struct cells a, struct cells b)
{
    struct cells made = {.each = memory_new(a.count + b.count, sizeof *made.each)};
    for (size_t i = 0, k = 0; i < a.count || k < b.count;) {
        bool left = k == b.count || (i < a.count && a.each[i].key <= b.each[k].key);
        struct cell next = left ? a.each[i++] : b.each[k++];
        if (made.count > 0 && made.each[made.count - 1].key == next.key)
            made.each[made.count - 1].count += next.count;
        else
            made.each[made.count++] = next;
    }
    free(a.each);
    free(b.each);
    return made;
}

/* One area's stored months against its cells; both are in order of month and origin. */
struct comparing {
    recount *self;
    int area;
    struct cells expected;
    size_t at;          /* of the expected cells, the first not yet compared */
    struct cell *row;   /* the stored month at hand */
    size_t row_count, row_capacity;
    uint64_t months;
};

/* Reads {"12":{"3":1}} by itself. */
static bool read_number(const char **at, const char *end, uint32_t *out)
{
    const char *from = *at;
    uint64_t value = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && value < UINT32_MAX; ++*at)
        value = value * 10 + (uint64_t)(**at - '0');
    *out = (uint32_t)value;
    return *at > from;
}

static bool skip(const char **at, const char *end, const char *what)
{
    size_t size = strlen(what);
    if ((size_t)(end - *at) < size || memcmp(*at, what, size) != 0)
        return false;
    *at += size;
    return true;
}

static void add_to_row(struct comparing *c, uint64_t key, uint32_t count_of)
{
    c->row = memory_room(c->row, c->row_count, &c->row_capacity, sizeof *c->row);
    c->row[c->row_count++] = (struct cell){key, count_of};
}

static bool take_days(struct comparing *c, const month_row *row, text json, bool outranked)
{
    const char *at = json.at, *end = json.at + json.size;
    uint32_t category_id, day_of_month, count_of;
    if (json.size == 0 || text_is(json, "{}"))
        return true;
    if (!skip(&at, end, "{"))
        return false;
    do {
        if (!skip(&at, end, "\"") || !read_number(&at, end, &category_id) || !skip(&at, end, "\":{"))
            return false;
        do {
            if (!skip(&at, end, "\"") || !read_number(&at, end, &day_of_month) || !skip(&at, end, "\":") ||
                !read_number(&at, end, &count_of) || day_of_month > 31)
                return false;
            add_to_row(c, key_of(row->key.month, row->key.origin, outranked, category_id, (int)day_of_month), count_of);
        } while (skip(&at, end, ","));
        if (!skip(&at, end, "}"))
            return false;
    } while (skip(&at, end, ","));
    return skip(&at, end, "}") && at == end;
}

/* What a month's days add up to, taken from what its totals say. */
struct balance {
    const recount *self;
    int64_t *of; /* by number of the category */
    bool unknown; /* a number stands for no category */
};

static void take_total(void *context, uint32_t category_id, uint32_t total)
{
    struct balance *b = context;
    if (category_id < b->self->code_counts[CODE_CATEGORY])
        b->of[category_id] += total;
    else
        b->unknown = true;
}

/* Every category's total of the month against its days. Returns false when the totals can't be read. */
static bool compare_totals(const struct comparing *c, const month_row *row, size_t days)
{
    const recount *self = c->self;
    struct balance b = {.self = self, .of = memory_new(self->code_counts[CODE_CATEGORY] + 1, sizeof *b.of)};
    bool read = tally_visit_totals(row->totals, take_total, &b) == STATUS_OK && !b.unknown;
    for (size_t i = 0; i < days; i++) {
        uint32_t category_id = (uint32_t)(c->row[i].key >> 5 & 0xffff);
        if (category_id < self->code_counts[CODE_CATEGORY])
            b.of[category_id] -= c->row[i].count;
    }
    for (size_t id = 1; id < self->code_counts[CODE_CATEGORY] && read; id++)
        if (b.of[id] != 0)
            self->witness.differs(self->witness.context, "%.*s %.*s %04d-%02d: the month's total is %lld from what its days add up to",
                                  TEXT_ARGS(self->areas[c->area].code), TEXT_ARGS(self->codes[CODE_CATEGORY][id].code),
                                  row->key.month / 12, row->key.month % 12 + 1, (long long)b.of[id]);
    free(b.of);
    return read;
}

/* What was expected up to a month and origin, and is not stored. */
static void report_missing(struct comparing *c, uint64_t before)
{
    const recount_witness *w = &c->self->witness;
    uint64_t missing = 0;
    for (; c->at < c->expected.count && c->expected.each[c->at].key < before; c->at++)
        missing += c->expected.each[c->at].count;
    if (missing > 0)
        w->differs(w->context, "%.*s: counts of %llu incidents are missing", TEXT_ARGS(c->self->areas[c->area].code),
                   (unsigned long long)missing);
}

static void differ(const struct comparing *c, uint64_t key, uint64_t stored, uint64_t expected)
{
    const recount_witness *w = &c->self->witness;
    month_number m = (month_number)(key >> 38) - 1 + 1970 * 12;
    uint32_t category_id = (uint32_t)(key >> 5 & 0xffff), origin = (uint32_t)(key >> 22 & 0xffff);
    int category_index = category_id <= c->self->code_counts[CODE_CATEGORY] ? c->self->category_of_id[category_id] : NOWHERE;
    text code = category_index != NOWHERE ? c->self->categories[category_index].code : text_of("(unknown category)");
    text from = origin < c->self->code_counts[CODE_ORIGIN] ? c->self->codes[CODE_ORIGIN][origin].code : text_of("(unknown)");
    w->differs(w->context, "%.*s %.*s %04d-%02d day %u from %.*s%s: stored %llu, recounted %llu",
               TEXT_ARGS(c->self->areas[c->area].code), TEXT_ARGS(code), m / 12, m % 12 + 1, (unsigned)(key & 31),
               TEXT_ARGS(from), (key >> 21 & 1) != 0 ? " (outranked)" : "",
               (unsigned long long)stored, (unsigned long long)expected);
}

/* The month at hand with the run of expected cells of the same month and origin. */
static void compare_row(struct comparing *c, uint64_t first, uint64_t behind)
{
    size_t i = 0;
    report_missing(c, first);
    while (i < c->row_count || (c->at < c->expected.count && c->expected.each[c->at].key < behind)) {
        uint64_t stored = i < c->row_count ? c->row[i].key : UINT64_MAX;
        uint64_t expected = c->at < c->expected.count && c->expected.each[c->at].key < behind
                                ? c->expected.each[c->at].key : UINT64_MAX;
        uint64_t key = stored < expected ? stored : expected;
        uint32_t stored_count = stored == key ? c->row[i++].count : 0;
        uint32_t expected_count = expected == key ? c->expected.each[c->at++].count : 0;
        if (stored_count != expected_count)
            differ(c, key, stored_count, expected_count);
    }
}

static bool take_month(void *context, const month_row *row)
{
    struct comparing *c = context;
    const recount_witness *w = &c->self->witness;
    text where = c->self->areas[c->area].code;
    int year = row->key.month / 12, month = row->key.month % 12 + 1;
    c->months++;
    c->row_count = 0;
    if (!take_days(c, row, row->days, false) || !take_days(c, row, row->outranked, true)) {
        w->differs(w->context, "%.*s %04d-%02d: the counts can't be read", TEXT_ARGS(where), year, month);
        return true;
    }
    size_t days = c->row_count;
    while (days > 0 && (c->row[days - 1].key >> 21 & 1) != 0)
        days--; /* what is outranked stands behind, and in no total */
    if (!compare_totals(c, row, days))
        w->differs(w->context, "%.*s %04d-%02d: the totals can't be read", TEXT_ARGS(where), year, month);
    if (c->row_count > 0)
        qsort(c->row, c->row_count, sizeof *c->row, by_key);
    compare_row(c, key_of(row->key.month, row->key.origin, false, 0, 0),
                key_of(row->key.month, row->key.origin + 1, false, 0, 0));
    return true;
}

static status compare_area(recount *self, int area_index, struct cells expected, uint64_t *months)
{
    struct comparing c = {.self = self, .area = area_index, .expected = expected};
    status st = store_months(self->from, self->areas[area_index].id, 1970 * 12, 2099 * 12 + 11, true, take_month, &c);
    report_missing(&c, UINT64_MAX);
    *months += c.months;
    free(c.row);
    return st;
}

/* What is done with an area's cells, its own and those of all that lies in it. */
typedef status visit_area(void *context, recount *self, int area_index, struct cells all);

/* On the way up: what lies in an area first. */
static status visit_below(recount *self, int area_index, visit_area *visit, void *context, struct cells *out)
{
    *out = sorted(&self->tables[area_index]);
    status st = STATUS_OK;
    for (int i = 0; i < self->area_count && st == STATUS_OK; i++) {
        struct cells part;
        if (!self->areas[i].counted || self->areas[i].up != area_index)
            continue;
        st = visit_below(self, i, visit, context, &part);
        *out = merged(*out, part);
    }
    return st == STATUS_OK ? visit(context, self, area_index, *out) : st;
}

static status visit_areas(recount *self, visit_area *visit, void *context)
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

static status compare_one(void *context, recount *self, int area_index, struct cells all)
{
    return compare_area(self, area_index, all, context);
}

status recount_compare(recount *self, uint64_t *months)
{
    *months = 0;
    return visit_areas(self, compare_one, months);
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
        uint64_t month_and_origin = all.each[i].key >> 22;
        tally sides[2] = {{0}, {0}};
        for (; i < all.count && all.each[i].key >> 22 == month_and_origin; i++) {
            uint64_t key = all.each[i].key;
            bool added = tally_add(&sides[key >> 21 & 1], (uint32_t)(key >> 5 & 0xffff), (int)(key & 31),
                                   (int32_t)all.each[i].count);
            assert(added);
        }
        month_counts month = {
            .key = {.area = self->areas[area_index].id, .origin = (uint32_t)(month_and_origin & 0xffff),
                    .month = (month_number)(month_and_origin >> 16) - 1 + 1970 * 12},
            .counted = &sides[0],
            .outranked = &sides[1],
        };
        g->visit(g->context, &month);
        tally_free(&sides[0]);
        tally_free(&sides[1]);
    }
    return STATUS_OK;
}

void recount_months(recount *self, void (*visit)(void *context, const month_counts *month), void *context)
{
    struct giving g = {visit, context};
    (void)visit_areas(self, give_one, &g);
}
