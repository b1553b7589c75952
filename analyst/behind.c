#include "behind.h"

#include <stdio.h>
#include <stdlib.h>

#include "figures/classify.h"

/* An incident that counts. */
struct found {
    uint64_t id; /* of the version that stands */
    day_number recorded;
};

/* A version of one of those that are shown. */
struct kept {
    size_t incident;
    version v;
};

struct behind {
    const figures *from;
    int area, category;
    period days;
    classifier *places;
    codebook *book;      /* coverage wants one that it could add to */
    coverage *covered;
    struct found *found;
    size_t count, capacity;
    size_t shown;
    uint32_t *whose;     /* [version]: index + 1 of the shown incident that it belongs to; 0: to none */
    struct kept *kept;
    size_t kept_count, kept_capacity;
    version *versions;   /* of the shown incidents, one behind the other */
    size_t *first;       /* [shown + 1] */
    arena *memory;
};

/* --- which count --------------------------------------------------------------------------------------- */

/* Does it count for the category, as one that its offence or a marker puts it under? */
static bool counts_under(const behind *self, const version *v, const standing_place *at)
{
    const offence_tree *tree = figures_reference(self->from)->categories;
    for (size_t i = 0; i <= at->marker_count; i++) {
        int node = i == 0 ? at->node : at->markers[i - 1];
        bool marks = category_is_marker(offence_tree_category(tree, node));
        bool under = marks ? node == self->category : offence_tree_contains(tree, self->category, node);
        if (under && !coverage_outranked(self->covered, v->origin, at->area, node, v->recorded))
            return true;
    }
    return false;
}

static bool take_current(void *context, const version *v)
{
    behind *self = context;
    standing_place at;
    if (!v->current || v->recorded < self->days.from || v->recorded > self->days.to || !classify_version(self->places, v, &at) ||
        !geography_contains(figures_reference(self->from)->areas, self->area, at.area) || !counts_under(self, v, &at))
        return true;
    self->found = memory_room(self->found, self->count, &self->capacity, sizeof *self->found);
    self->found[self->count++] = (struct found){v->id, v->recorded};
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const struct found *left = a, *right = b;
    if (left->recorded != right->recorded)
        return left->recorded > right->recorded ? -1 : 1;
    return (left->id < right->id) - (left->id > right->id);
}

/* --- their versions ------------------------------------------------------------------------------------ */

/* The version that stands, and those that came before it; what came later is found on the way up. */
static status mark_chain(behind *self, size_t index)
{
    store *from = figures_store(self->from);
    status st = STATUS_OK;
    for (uint64_t id = self->found[index].id; id != 0 && st == STATUS_OK;) {
        version v;
        self->whose[id] = (uint32_t)index + 1;
        st = store_version(from, id, self->memory, &v);
        id = st == STATUS_OK ? v.previous : 0;
    }
    return st;
}

static bool take_version(void *context, const version *v)
{
    behind *self = context;
    if (self->whose[v->id] == 0 && v->previous != 0)
        self->whose[v->id] = self->whose[v->previous];
    if (self->whose[v->id] == 0)
        return true;
    self->kept = memory_room(self->kept, self->kept_count, &self->kept_capacity, sizeof *self->kept);
    struct kept *made = &self->kept[self->kept_count++];
    *made = (struct kept){self->whose[v->id] - 1, *v};
    text *texts[] = {&made->v.reference, &made->v.recorded_at, &made->v.occurred_at, &made->v.occurred_to};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(self->memory, *texts[i]);
    return true;
}

static int by_incident(const void *a, const void *b)
{
    const struct kept *left = a, *right = b;
    if (left->incident != right->incident)
        return left->incident < right->incident ? -1 : 1;
    return (left->v.id > right->v.id) - (left->v.id < right->v.id);
}

static void put_in_order(behind *self)
{
    qsort(self->kept, self->kept_count, sizeof *self->kept, by_incident);
    self->versions = memory_new(self->kept_count, sizeof *self->versions);
    self->first = memory_new(self->shown + 1, sizeof *self->first);
    for (size_t i = 0; i < self->kept_count; i++) {
        self->versions[i] = self->kept[i].v;
        self->first[self->kept[i].incident + 1] = i + 1;
    }
}

static status read_versions(behind *self, uint64_t last)
{
    status st = STATUS_OK;
    self->whose = memory_new(last + 1, sizeof *self->whose);
    for (size_t i = 0; i < self->shown && st == STATUS_OK; i++)
        st = mark_chain(self, i);
    if (st == STATUS_OK)
        st = store_versions(figures_store(self->from), 1, last, take_version, self);
    if (st == STATUS_OK)
        put_in_order(self);
    return st;
}

/* --- the whole ----------------------------------------------------------------------------------------- */

static status read_all(behind *self, size_t most)
{
    store *from = figures_store(self->from);
    uint64_t last = 0;
    status st = codebook_load(self->book, from);
    self->covered = coverage_create(figures_reference(self->from), self->book);
    if (st == STATUS_OK)
        st = coverage_load(self->covered, from);
    if (st == STATUS_OK)
        st = store_last_version(from, &last);
    if (st == STATUS_OK)
        st = store_versions(from, 1, last, take_current, self);
    if (self->count > 0)
        qsort(self->found, self->count, sizeof *self->found, newest_first);
    self->shown = most < self->count ? most : self->count;
    return st == STATUS_OK && self->shown > 0 ? read_versions(self, last) : st;
}

status behind_read(const figures *from, int area_index, int category_index, period days, size_t most, behind **out)
{
    behind *self = memory_new(1, sizeof *self);
    self->from = from;
    self->area = area_index;
    self->category = category_index;
    self->days = days;
    self->memory = arena_create();
    self->book = codebook_create();
    self->places = classifier_create(figures_reference(from), figures_codebook(from));
    status st = read_all(self, most);
    if (st != STATUS_OK)
        behind_free(&self);
    *out = self;
    return st;
}

void behind_free(behind **of)
{
    behind *self = *of;
    if (self == NULL)
        return;
    classifier_destroy(&self->places);
    coverage_destroy(&self->covered);
    codebook_destroy(&self->book);
    arena_destroy(&self->memory);
    free(self->found);
    free(self->whose);
    free(self->kept);
    free(self->versions);
    free(self->first);
    free(self);
    *of = NULL;
}

size_t behind_count(const behind *self)
{
    return self->count;
}

size_t behind_shown(const behind *self)
{
    return self->shown;
}

behind_incident behind_at(const behind *self, size_t index)
{
    behind_incident out = {.each = self->versions + self->first[index], .count = self->first[index + 1] - self->first[index]};
    while (out.each[out.standing].id != self->found[index].id)
        out.standing++;
    return out;
}

/* --- what changed -------------------------------------------------------------------------------------- */

static text added(text said, const char *what, text before, text now, arena *memory)
{
    if (text_equal(before, now))
        return said;
    text none = text_of("none");
    return arena_print(memory, "%.*s%s%s %.*s -> %.*s", TEXT_ARGS(said), said.size > 0 ? "; " : "", what,
                       TEXT_ARGS(before.size > 0 ? before : none), TEXT_ARGS(now.size > 0 ? now : none));
}

static text code_of(const codebook *book, code_kind kind, uint32_t id)
{
    return id != 0 ? codebook_at(book, kind, id).code : (text){0};
}

static text place_of(const codebook *book, uint32_t id)
{
    stored_code place = codebook_at(book, CODE_PLACE, id);
    return place.code.size > 0 ? place.code : place.name.size > 0 ? place.name : place.hint;
}

static text date_of(day_number on, arena *memory)
{
    char date[DATE_TEXT];
    return arena_print(memory, "%s", date_text(on, date));
}

text behind_changes(const codebook *book, const version *before, const version *now, arena *memory)
{
    static const char *const states[] = {"recorded", "cancelled", "withdrawn"};
    text said = {0};
    if (before == NULL)
        return said;
    if (before->status != now->status)
        said = text_of(states[now->status]);
    if (now->status != RECORD_RECORDED || before->status != RECORD_RECORDED)
        return said;
    said = added(said, "recorded", date_of(before->recorded, memory), date_of(now->recorded, memory), memory);
    said = added(said, "offence", code_of(book, CODE_OFFENCE, before->offence), code_of(book, CODE_OFFENCE, now->offence), memory);
    said = added(said, "place", place_of(book, before->place), place_of(book, now->place), memory);
    said = added(said, "outcome", code_of(book, CODE_OUTCOME, before->outcome), code_of(book, CODE_OUTCOME, now->outcome), memory);
    said = added(said, "markers", code_of(book, CODE_MARKERS, before->markers), code_of(book, CODE_MARKERS, now->markers), memory);
    said = added(said, "occurred", before->occurred_at, now->occurred_at, memory);
    bool moved = before->latitude_e6 != now->latitude_e6 || before->longitude_e6 != now->longitude_e6;
    if (moved)
        said = arena_print(memory, "%.*s%slocation", TEXT_ARGS(said), said.size > 0 ? "; " : "");
    return said.size > 0 ? said : text_of("nothing that is shown here");
}
