/* New reference data: everything counted anew from the kept versions, in one commit; and rejects that get
 * another chance because of it. */
#include <stdio.h>
#include <stdlib.h>

#include "engine_parts.h"
#include "proto/log.h"

enum { PROGRESS_EVERY = 1000000 };

struct recounting {
    engine *self;
    status st;
    uint64_t of;
    uint64_t unplaced; /* versions whose codes the reference data no longer know */
    void (*progress)(uint64_t done, uint64_t of);
};

static bool count_again(void *context, const version *v)
{
    struct recounting *r = context;
    standing_place at;
    if (v->current && v->status == RECORD_RECORDED && !classify_version(r->self->classifier, v, &at))
        r->unplaced++;
    if (v->current)
        r->st = engine_count(r->self, v, 1);
    if (r->progress != NULL && v->id % PROGRESS_EVERY == 0)
        r->progress(v->id, r->of);
    return r->st == STATUS_OK;
}

static status recount(engine *self, void (*progress)(uint64_t done, uint64_t of))
{
    struct recounting r = {.self = self, .of = self->stored, .progress = progress};
    counts_restart(self->counts);
    status st = store_versions(self->store, 1, self->stored, count_again, &r);
    if (r.unplaced > 0)
        log_line(LOG_WARN, "unplaced", "%llu incidents bear an offence or area that the reference data no longer know: "
                 "they are kept, and count again once it does", (unsigned long long)r.unplaced);
    return st == STATUS_OK ? r.st : st;
}

static void touch_everything(engine *self)
{
    for (int i = 0; i < geography_count(self->data->areas); i++)
        if (geography_up(self->data->areas, i) == AREA_NONE)
            gathering_touch(&self->gathering, i);
}

static status adopt(engine *self, text digest, int64_t now_s, void (*progress)(uint64_t done, uint64_t of))
{
    adoption adopted = {.sheets = self->data->sheets, .digest = digest};
    tree_pair *areas = geography_tree(self->data->areas, &adopted.area_count);
    tree_pair *categories = offence_tree_pairs(self->data->categories, &adopted.category_count);
    adopted.areas = areas;
    adopted.categories = categories;
    status st = coverage_load(self->coverage, self->store);
    if (st == STATUS_OK)
        st = recount(self, progress);
    touch_everything(self);
    if (st == STATUS_OK)
        st = engine_commit_with(self, now_s, &adopted);
    else
        engine_forget(self);
    free(areas);
    free(categories);
    return st;
}

status engine_adopt(engine *self, reference **data, text digest, int64_t now_s,
                    void (*progress)(uint64_t done, uint64_t of), char why[NOTE_SIZE_MAX])
{
    reference *before = self->data;
    if (!gathering_is_empty(&self->gathering))
        engine_forget(self);
    self->data = *data;
    reference_number(self->data, self->book);
    engine_rebuild(self);
    status st = judge_load(self->judge, self);
    if (st == STATUS_OK)
        st = adopt(self, digest, now_s, progress);
    if (st == STATUS_OK) {
        *data = before;
        judge_touch_all(self->judge, self);
        if (engine_commit(self, now_s) != STATUS_OK)
            log_line(LOG_WARN, "not-judged", "%s; where series stand is worked out at the end of the next load",
                     store_trouble(self->store));
        return STATUS_OK;
    }
    (void)snprintf(why, NOTE_SIZE_MAX, "the reference data could not be taken over: %s (%s)", status_text(st),
                   store_trouble(self->store));
    self->data = before;
    if (before != NULL) {
        engine_rebuild(self);
        engine_must_read(self, coverage_load(self->coverage, self->store));
        engine_must_read(self, judge_load(self->judge, self));
    } else { /* what stood on the data goes before they do */
        coverage_destroy(&self->coverage);
        classifier_destroy(&self->classifier);
        rules_destroy(&self->rules);
    }
    return st;
}

/* --- rejects once more ------------------------------------------------------------------------- */

struct retrying {
    reject *each;
    size_t count, capacity;
    arena *memory;
};

static bool collect(void *context, const reject *found, bool open)
{
    struct retrying *r = context;
    if (!open || found->record.size == 0)
        return true;
    r->each = memory_room(r->each, r->count, &r->capacity, sizeof *r->each);
    reject *kept = &r->each[r->count++];
    *kept = *found;
    kept->record = arena_text(r->memory, found->record);
    kept->source = arena_text(r->memory, found->source);
    kept->stream = arena_text(r->memory, found->stream);
    return true;
}

static status retry_one(engine *self, const reject *one, int64_t now_s, bool *good)
{
    incident record;
    admission said;
    arena *memory = arena_create();
    sender from = {.stream = {one->source, one->stream}};
    status st = wire_decode_incident(one->record, memory, &record);
    *good = false;
    if (st == STATUS_OK) {
        st = engine_admit(self, &record, &from, now_s, &said);
        *good = st == STATUS_OK && said.kind != ADMISSION_REJECTED;
        /* For another reason it is another reject, which takes the place of this one. */
        if (*good || (st == STATUS_OK && said.reason != one->reason))
            gathering_resolve(&self->gathering, one->digest);
    } else
        st = STATUS_OK; /* it stays as it is */
    arena_destroy(&memory);
    return st;
}

status engine_retry_rejects(engine *self, int64_t now_s, uint64_t *tried, uint64_t *accepted)
{
    struct retrying r = {.memory = arena_create()};
    *tried = *accepted = 0;
    status st = store_rejects(self->store, false, collect, &r);
    for (size_t i = 0; i < r.count && st == STATUS_OK; i++) {
        bool good;
        st = retry_one(self, &r.each[i], now_s, &good);
        ++*tried;
        *accepted += good;
    }
    arena_destroy(&r.memory);
    free(r.each);
    if (st == STATUS_OK)
        return engine_commit(self, now_s);
    engine_forget(self); /* one may have been counted by half */
    return st;
}
