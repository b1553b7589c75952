/* A store beside what was said: what it lacks of that which was acknowledged, and what stands wrongly. */
#include <stdlib.h>
#include <string.h>

#include "figures/codebook.h"
#include "plain_model.h"

/* What the store holds, as it was said. */
struct held {
    incident *versions;
    bool *stands;
    size_t count, capacity, stands_capacity;
    reject *rejects;
    size_t reject_count, reject_capacity;
    coverage_declaration *coverage; /* a row each */
    size_t coverage_count, coverage_capacity;
    codebook *book;
    arena *memory;
};

static text code_of(const struct held *self, code_kind kind, uint32_t id)
{
    return arena_text(self->memory, codebook_at(self->book, kind, id).code);
}

static bool add_version(void *context, const version *v)
{
    struct held *to = context;
    to->versions = memory_room(to->versions, to->count, &to->capacity, sizeof *to->versions);
    to->stands = memory_room(to->stands, to->count, &to->stands_capacity, sizeof *to->stands);
    to->stands[to->count] = v->current;
    incident *made = &to->versions[to->count++];
    *made = incident_empty();
    stored_code at = codebook_at(to->book, CODE_PLACE, v->place);
    made->origin = code_of(to, CODE_ORIGIN, v->origin);
    made->reference = arena_text(to->memory, v->reference);
    made->revision = v->revision;
    made->status = v->status;
    made->recorded = v->recorded;
    made->month_only = v->month_only;
    made->offence = code_of(to, CODE_OFFENCE, v->offence);
    made->area = arena_text(to->memory, at.code);
    made->area_name = arena_text(to->memory, at.name);
    made->area_within = arena_text(to->memory, at.hint);
    made->markers = code_of(to, CODE_MARKERS, v->markers);
    made->outcome = code_of(to, CODE_OUTCOME, v->outcome);
    return true;
}

static bool add_reject(void *context, const reject *found, bool open)
{
    struct held *to = context;
    (void)open;
    to->rejects = memory_room(to->rejects, to->reject_count, &to->reject_capacity, sizeof *to->rejects);
    reject *made = &to->rejects[to->reject_count++];
    *made = *found;
    made->origin = arena_text(to->memory, found->origin);
    made->reference = arena_text(to->memory, found->reference);
    return true;
}

static void add_coverage(void *context, const declared_coverage *one)
{
    struct held *to = context;
    to->coverage = memory_room(to->coverage, to->coverage_count, &to->coverage_capacity, sizeof *to->coverage);
    coverage_declaration *made = &to->coverage[to->coverage_count++];
    text *categories = arena_take(to->memory, sizeof *categories);
    *made = (coverage_declaration){.origin = code_of(to, CODE_ORIGIN, one->key.origin),
                                   .area = code_of(to, CODE_AREA, one->key.area), .days = one->days,
                                   .categories = categories, .category_count = one->key.category != 0};
    *categories = code_of(to, CODE_CATEGORY, one->key.category);
}

static bool read_all(store *from, struct held *out)
{
    return codebook_load(out->book, from) == STATUS_OK &&
           store_versions(from, 0, INT64_MAX, add_version, out) == STATUS_OK &&
           store_rejects(from, true, add_reject, out) == STATUS_OK && store_coverage(from, add_coverage, out) == STATUS_OK;
}

/* --- item by item ------------------------------------------------------------------------------ */

static bool holds_record(const struct held *in, const item *one)
{
    for (size_t i = 0; i < in->count; i++)
        if (told_says_same(&in->versions[i], &one->record))
            return true;
    return false;
}

static bool holds_reject(const struct held *in, text origin, text named, uint64_t row_digest)
{
    for (size_t i = 0; i < in->reject_count; i++)
        if (text_equal(in->rejects[i].origin, origin) && text_equal(in->rejects[i].reference, named) &&
            in->rejects[i].row_digest == row_digest)
            return true;
    return false;
}

static bool covers(const coverage_declaration *held, const coverage_declaration *asked, day_number on)
{
    bool same_scope = held->category_count == asked->category_count &&
                      (held->category_count == 0 || text_equal(held->categories[0], asked->categories[0]));
    return same_scope && text_equal(held->origin, asked->origin) && text_equal(held->area, asked->area) &&
           held->days.from <= on && on <= held->days.to;
}

static bool holds_coverage(const struct held *in, const coverage_declaration *asked)
{
    for (day_number on = asked->days.from; on <= asked->days.to; on++) {
        size_t i = 0;
        while (i < in->coverage_count && !covers(&in->coverage[i], asked, on))
            i++;
        if (i == in->coverage_count)
            return false;
    }
    return true;
}

static bool holds(const struct held *in, const told *all, const item *one)
{
    switch (one->kind) {
    case ITEM_RECORD:
        if (one->rejected)
            return holds_reject(in, one->record.origin, one->record.reference, 0);
        /* An issue that came behind a later one leaves nothing. */
        return (one->in_issue && !plain_model_is_last_issue(all, one->issue)) || holds_record(in, one);
    case ITEM_FAULTY: return holds_reject(in, one->row.origin, one->row.reference, one->row.digest);
    case ITEM_COVERAGE: return holds_coverage(in, &one->coverage);
    case ITEM_ISSUE_BEGINS:
    case ITEM_ISSUE_ENDS: break;
    }
    return true;
}

static const char *first_lack(const struct held *in, const told *all, arena *memory)
{
    for (size_t s = 0; s < all->stream_count; s++)
        for (size_t i = 0; i < all->streams[s].count; i++) {
            const item *one = &all->streams[s].items[i];
            if (!one->acknowledged || holds(in, all, one))
                continue;
            return arena_print(memory, "item %zu of stream number %zu (%.*s/%.*s, revision %llu) was acknowledged and is not "
                               "in the store", i, s, TEXT_ARGS(one->record.origin), TEXT_ARGS(one->record.reference),
                               (unsigned long long)one->record.revision).at;
        }
    return NULL;
}

static const char *compare(const told *all, store *from, arena *memory,
                           const char *(*differs)(const struct held *in, const told *all, arena *memory))
{
    struct held in = {.book = codebook_create(), .memory = arena_create()};
    const char *words = read_all(from, &in) ? differs(&in, all, memory) : "the store can't be read";
    codebook_destroy(&in.book);
    arena_destroy(&in.memory);
    free(in.versions);
    free(in.stands);
    free(in.rejects);
    free(in.coverage);
    return words;
}

const char *plain_model_lacks(const told *all, store *from, arena *memory)
{
    return compare(all, from, memory, first_lack);
}

/* --- what stands ------------------------------------------------------------------------------- */

static bool same_incident(const incident *a, const incident *b)
{
    return text_equal(a->origin, b->origin) && text_equal(a->reference, b->reference);
}

static const char *describe(const struct held *in, const incident *one, const char *words, arena *memory)
{
    text said = arena_print(memory, "%.*s/%.*s %s: the store has", TEXT_ARGS(one->origin), TEXT_ARGS(one->reference), words);
    for (size_t i = 0; i < in->count; i++)
        if (same_incident(&in->versions[i], one))
            said = arena_print(memory, "%.*s [%llu %s %.*s %d%s]", TEXT_ARGS(said), (unsigned long long)in->versions[i].revision,
                               in->versions[i].status == RECORD_WITHDRAWN ? "withdrawn" : "said",
                               TEXT_ARGS(in->versions[i].offence), in->versions[i].recorded, in->stands[i] ? " stands" : "");
    return said.at;
}

/* The statement that should stand of an incident; NULL: none, it was withdrawn. */
static const item *expected_of(const item *const *standing, size_t count, const incident *one)
{
    for (size_t i = 0; i < count; i++)
        if (same_incident(&standing[i]->record, one))
            return standing[i];
    return NULL;
}

static const char *compare_standing(const struct held *in, const item *const *standing, size_t count, arena *memory)
{
    size_t found = 0;
    for (size_t i = 0; i < in->count; i++) {
        const incident *v = &in->versions[i];
        const item *expected = expected_of(standing, count, v);
        if (!in->stands[i])
            continue;
        found += expected != NULL;
        if (expected == NULL && v->status != RECORD_WITHDRAWN)
            return describe(in, v, "should be withdrawn", memory);
        if (expected != NULL && !told_says_same(&expected->record, v))
            return describe(in, v, arena_print(memory, "should be as revision %llu of %.*s says",
                                               (unsigned long long)expected->record.revision,
                                               TEXT_ARGS(expected->record.offence)).at, memory);
        for (size_t k = 0; k < i; k++)
            if (in->stands[k] && same_incident(&in->versions[k], v))
                return describe(in, v, "stands twice", memory);
    }
    return found == count ? NULL : arena_print(memory, "%zu incidents stand and should be %zu", found, count).at;
}

static const char *first_misplaced(const struct held *in, const told *all, arena *memory)
{
    const item **standing = memory_new(TOLD_ITEMS_MAX, sizeof *standing);
    size_t count = plain_model_standing(all, standing);
    const char *words = compare_standing(in, standing, count, memory);
    free(standing);
    return words;
}

const char *plain_model_misplaced(const told *all, store *from, arena *memory)
{
    return compare(all, from, memory, first_misplaced);
}
