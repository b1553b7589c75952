/* Snapshots: an issue is the whole of what its origin says under a revision. What an earlier issue held and a
 * later one lacks is withdrawn; an issue older than one that is held changes nothing. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_parts.h"
#include "proto/map.h"

/* An incident that the slot held when the issue began. */
struct held {
    text reference;
    record_status says; /* the slot's last statement */
    bool seen;          /* in the issue under way */
};

struct snapshot {
    issue issue;
    text origin;
    struct held *held;
    size_t held_count, held_capacity;
    map *by_reference;
    bool blind; /* a row's reference could not be read: what is lacking can't be told */
    arena *memory;
};

/* All issues of one slot, committed or not. */
struct issues {
    issue *each;
    size_t count, capacity;
    arena *memory;
};

static void add_issue(void *context, const issue *found)
{
    struct issues *self = context;
    for (size_t i = 0; i < self->count; i++)
        if (text_equal(self->each[i].digest, found->digest)) {
            self->each[i] = *found; /* what is gathered speaks last */
            self->each[i].digest = arena_text(self->memory, found->digest);
            return;
        }
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *found);
    self->each[self->count] = *found;
    self->each[self->count++].digest = arena_text(self->memory, found->digest);
}

static status find_issues(engine *self, uint32_t origin, uint64_t revision, struct issues *out)
{
    status st = store_issues(self->store, origin, revision, add_issue, out);
    for (size_t i = 0; i < self->gathering.issue_count && st == STATUS_OK; i++)
        if (self->gathering.issues[i].origin == origin && self->gathering.issues[i].revision == revision)
            add_issue(out, &self->gathering.issues[i]);
    return st;
}

/* Later, or at the same time and then by content, so that arrival doesn't matter. */
static bool is_later(const issue *a, const issue *b)
{
    return a->issued_ns != b->issued_ns ? a->issued_ns > b->issued_ns : text_compare(a->digest, b->digest) > 0;
}

void engine_snapshot_abandon(snapshot **self)
{
    if (*self == NULL)
        return;
    free((*self)->held);
    map_destroy(&(*self)->by_reference);
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

static void hold(snapshot *self, const version *v)
{
    uint32_t index;
    if (v->origin != self->issue.origin || v->revision != self->issue.revision)
        return;
    if (map_find(self->by_reference, v->reference, &index)) {
        self->held[index].says = v->status;
        return;
    }
    self->held = memory_room(self->held, self->held_count, &self->held_capacity, sizeof *self->held);
    self->held[self->held_count] = (struct held){.reference = arena_text(self->memory, v->reference),
                                                 .says = v->status};
    map_put(self->by_reference, self->held[self->held_count].reference, (uint32_t)self->held_count);
    self->held_count++;
}

static bool hold_stored(void *context, const version *v)
{
    hold(context, v);
    return true;
}

/* The versions that an issue brought lie in one run of numbers, others' among them. */
static status hold_issue(engine *self, const issue *one, snapshot *to)
{
    uint64_t last = one->last_version != 0 ? one->last_version : engine_newest(self);
    uint64_t stored = last < self->stored ? last : self->stored;
    status st = one->first_version <= stored
                    ? store_versions(self->store, one->first_version, stored, hold_stored, to) : STATUS_OK;
    for (uint64_t id = one->first_version > self->stored ? one->first_version : self->stored + 1;
         id <= last && st == STATUS_OK; id++)
        hold(to, &self->gathering.versions[id - self->stored - 1]);
    return st;
}

static snapshot *new_snapshot(const issue *of, text origin)
{
    snapshot *made = memory_new(1, sizeof *made);
    made->memory = arena_create();
    made->issue = *of;
    made->issue.digest = arena_text(made->memory, of->digest);
    made->origin = arena_text(made->memory, origin);
    made->by_reference = map_create();
    return made;
}

/* The issue as it is known already, or as new. */
static issue this_issue(engine *self, const snapshot_begin *what, uint32_t origin, const struct issues *known,
                        int64_t now_s)
{
    for (size_t i = 0; i < known->count; i++) {
        issue found = known->each[i];
        if (!text_equal(found.digest, what->digest))
            continue;
        found.issued_ns = what->issued_ns < found.issued_ns ? what->issued_ns : found.issued_ns;
        return found;
    }
    return (issue){.origin = origin, .revision = what->revision, .issued_ns = what->issued_ns,
                   .digest = what->digest, .received_s = now_s, .first_version = engine_newest(self) + 1};
}

static void say_older(const issue *later, char words[NOTE_SIZE_MAX])
{
    char date[PERIOD_TEXT];
    (void)snprintf(words, NOTE_SIZE_MAX,
                   "older than the issue that is held, of %s: nothing of it counts. If it is the newer one, say when it "
                   "was issued (--issued)", date_words(london_date(later->issued_ns / 1000000000), date));
}

/* A known issue that is later than this one, or NULL. */
static const issue *later_issue(const struct issues *known, const issue *one)
{
    for (size_t i = 0; i < known->count; i++)
        if (!text_equal(known->each[i].digest, one->digest) && is_later(&known->each[i], one))
            return &known->each[i];
    return NULL;
}

static status begin(engine *self, const snapshot_begin *what, int64_t now_s, struct issues *known, snapshot **out,
                    snapshot_answer *answer, char words[NOTE_SIZE_MAX])
{
    uint32_t origin = codebook_number(self->book, CODE_ORIGIN, what->origin);
    status st = find_issues(self, origin, what->revision, known);
    if (st != STATUS_OK)
        return st;
    issue one = this_issue(self, what, origin, known, now_s);
    const issue *later = later_issue(known, &one);
    *answer = later != NULL ? SNAPSHOT_OLDER : SNAPSHOT_TAKEN;
    if (later != NULL) {
        say_older(later, words);
        return STATUS_OK;
    }
    snapshot *made = new_snapshot(&one, what->origin);
    for (size_t i = 0; i < known->count && st == STATUS_OK; i++)
        st = hold_issue(self, &known->each[i], made);
    if (st != STATUS_OK) {
        engine_snapshot_abandon(&made);
        return st;
    }
    gathering_put_issue(&self->gathering, &made->issue);
    *out = made;
    return STATUS_OK;
}

status engine_snapshot_begin(engine *self, const snapshot_begin *what, int64_t now_s, snapshot **out,
                             snapshot_answer *answer, char words[NOTE_SIZE_MAX])
{
    struct issues known = {.memory = arena_create()};
    words[0] = '\0';
    *out = NULL;
    status st = begin(self, what, now_s, &known, out, answer, words);
    arena_destroy(&known.memory);
    free(known.each);
    return st;
}

status engine_snapshot_overtaken(engine *self, snapshot **of, bool *overtaken, char words[NOTE_SIZE_MAX])
{
    struct issues known = {.memory = arena_create()};
    issue *one = &(*of)->issue;
    status st = find_issues(self, one->origin, one->revision, &known);
    const issue *later = st == STATUS_OK ? later_issue(&known, one) : NULL;
    *overtaken = later != NULL;
    if (later != NULL) {
        say_older(later, words);
        one->last_version = engine_newest(self);
        gathering_put_issue(&self->gathering, one);
        engine_snapshot_abandon(of);
    }
    arena_destroy(&known.memory);
    free(known.each);
    return st;
}

void engine_snapshot_saw(snapshot *self, text named)
{
    uint32_t index;
    if (named.size == 0)
        self->blind = true;
    else if (map_find(self->by_reference, named, &index))
        self->held[index].seen = true;
}

static status withdraw(engine *self, const snapshot *of, text named, int64_t now_s)
{
    uint64_t hash = finder_hash(of->origin, named);
    size_t count;
    status st = engine_chain(self, hash, of->issue.origin, named, self->chain, &count);
    if (st == STATUS_OK && count == 0)
        st = STATUS_CORRUPT;
    version made = {
        .origin = of->issue.origin, .reference = named, .revision = of->issue.revision,
        .issued_ns = of->issue.issued_ns, .received_s = now_s, .status = RECORD_WITHDRAWN,
        .recorded = DAY_NONE, .latitude_e6 = COORDINATE_NONE, .longitude_e6 = COORDINATE_NONE,
    };
    made.content = engine_content(self, &made);
    if (st == STATUS_OK)
        st = engine_append(self, hash, self->chain, count, &made);
    arena_reset(self->scratch);
    return st;
}

status engine_snapshot_end(engine *self, snapshot **of, int64_t now_s, uint64_t *withdrawn)
{
    snapshot *s = *of;
    status st = STATUS_OK;
    *withdrawn = s->blind ? UINT64_MAX : 0;
    for (size_t i = 0; i < s->held_count && st == STATUS_OK && !s->blind; i++) {
        if (s->held[i].seen || s->held[i].says == RECORD_WITHDRAWN)
            continue;
        st = withdraw(self, s, s->held[i].reference, now_s);
        ++*withdrawn;
    }
    if (st == STATUS_OK) {
        s->issue.last_version = engine_newest(self);
        gathering_put_issue(&self->gathering, &s->issue);
    }
    engine_snapshot_abandon(of);
    return st;
}
