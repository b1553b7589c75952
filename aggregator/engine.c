#include "engine.h"

#include <stdlib.h>

#include "engine_parts.h"
#include "proto/log.h"

enum {
    LOG_IDLE_OCTETS = 1024 * 1024,      /* worth a checkpoint when there is nothing else to do */
    LOG_MAX_OCTETS = 128 * 1024 * 1024, /* beyond this it is done whatever else waits */
    TAIL_MIN = 100000,                  /* versions behind the finder's checkpoint before it is made anew when idle */
    TAIL_MAX = 1000000,                 /* before it is made anew whatever else waits: a start reads 2 million a second */
};

const reference *engine_reference(const engine *self)
{
    return self->data;
}

const rules *engine_rules(const engine *self)
{
    return self->rules;
}

store *engine_store(engine *self)
{
    return self->store;
}

const char *engine_trouble(const engine *self)
{
    return store_trouble(self->store);
}

/* --- streams ----------------------------------------------------------------------------------- */

status engine_stream(engine *self, stream_key key, arena *memory, stream_state *out)
{
    const stream_state *pending = gathering_find_stream(&self->gathering, key);
    if (pending != NULL) {
        *out = *pending;
        return STATUS_OK;
    }
    status st = store_stream(self->store, key, memory, out);
    if (st != STATUS_NOT_FOUND)
        return st;
    *out = (stream_state){.key = key};
    return STATUS_OK;
}

bool engine_stream_is_stored(const engine *self, stream_key key)
{
    return gathering_find_stream(&self->gathering, key) == NULL;
}

void engine_put_stream(engine *self, const stream_state *state)
{
    gathering_put_stream(&self->gathering, state);
}

/* --- committing -------------------------------------------------------------------------------- */

size_t engine_pending(const engine *self)
{
    return self->gathering.records;
}

bool engine_has_changes(const engine *self)
{
    return !gathering_is_empty(&self->gathering) || judge_has_work(self->judge);
}

void engine_set_loader(engine *self, uint32_t loader)
{
    self->loader = loader;
}

void engine_loader_gone(engine *self, uint32_t loader, bool others)
{
    judge_loader_gone(self->judge, loader, others);
}

void engine_loaded(engine *self, uint32_t loader, bool others)
{
    judge_loaded(self->judge, loader, others);
}

/* What is wholly known of every area that a declaration touched. */
struct covering {
    engine *self;
    bool *done; /* [area]: declarations touch the areas above them together */
    covered_set *sets;
    size_t count, capacity;
};

static void cover_area(struct covering *to, int area_index)
{
    const engine *self = to->self;
    const area *a = geography_area(self->data->areas, area_index);
    if (to->done[area_index])
        return;
    to->done[area_index] = true;
    for (int c = 0; c < offence_tree_count(self->data->categories); c++) {
        const period_set *days = coverage_known(self->coverage, area_index, c);
        to->sets = memory_room(to->sets, to->count, &to->capacity, sizeof *to->sets);
        to->sets[to->count++] = (covered_set){
            .area = a->id, .category = offence_tree_category(self->data->categories, c)->id,
            .days = days->each, .count = days->count};
    }
}

static void cover_below(struct covering *to, int area_index)
{
    const geography *areas = to->self->data->areas;
    if (!geography_area(areas, area_index)->counted)
        return;
    cover_area(to, area_index);
    for (int child = geography_area(areas, area_index)->first_child; child != AREA_NONE;
         child = geography_area(areas, child)->next_sibling)
        cover_below(to, child);
}

static void cover_touched(struct covering *to)
{
    const geography *areas = to->self->data->areas;
    to->done = memory_new((size_t)geography_count(areas), sizeof *to->done);
    for (size_t i = 0; i < to->self->gathering.touched_count; i++) {
        int touched = to->self->gathering.touched[i];
        cover_below(to, touched);
        for (int up = geography_up(areas, touched); up != AREA_NONE; up = geography_up(areas, up))
            cover_area(to, up);
    }
    free(to->done);
}

static store_group gathering_to_store(engine *self, int64_t now_s, const struct covering *covered)
{
    const gathering *g = &self->gathering;
    store_group out = {
        .versions = g->versions, .version_count = g->version_count,
        .marks = g->marks, .mark_count = g->mark_count,
        .rejects = g->rejects, .reject_count = g->reject_count,
        .resolved = g->resolved, .resolved_count = g->resolved_count,
        .streams = g->streams, .stream_count = g->stream_count,
        .issues = g->issues, .issue_count = g->issue_count,
        .coverage = g->coverage, .coverage_count = g->coverage_count,
        .promises = g->promises, .promise_count = g->promise_count,
        .covered = covered->sets, .covered_count = covered->count,
        .now_s = now_s,
    };
    out.codes = codebook_new(self->book, &out.code_count);
    out.months = counts_changed(self->counts, &out.month_count);
    return out;
}

static void settle(engine *self)
{
    self->stored += self->gathering.version_count;
    codebook_settle(self->book);
    counts_settle(self->counts);
    gathering_empty(&self->gathering);
}

static uint32_t *counted_areas(const engine *self, size_t *count)
{
    const geography *areas = self->data->areas;
    uint32_t *made = memory_new((size_t)geography_count(areas), sizeof *made);
    for (int i = 0; i < geography_count(areas); i++)
        if (geography_area(areas, i)->counted)
            made[(*count)++] = geography_area(areas, i)->id;
    return made;
}

/* As engine_commit, with reference data to adopt beside. */
status engine_commit_with(engine *self, int64_t now_s, const adoption *adopted)
{
    struct covering covered = {.self = self};
    cover_touched(&covered);
    store_group out = gathering_to_store(self, now_s, &covered);
    out.adoption = adopted;
    out.replace_months = adopted != NULL;
    /* Everything is counted anew with new reference data: levels follow in a commit of their own. */
    uint32_t *all_areas = adopted != NULL ? counted_areas(self, &out.unjudged_count) : NULL;
    out.unjudged = all_areas;
    status st = adopted == NULL ? judge_run(self->judge, self, now_s, &out) : STATUS_OK;
    if (st == STATUS_OK)
        st = store_commit(self->store, &out);
    free(covered.sets);
    free(all_areas);
    if (st == STATUS_OK && adopted == NULL)
        judge_settle(self->judge);
    if (st == STATUS_OK)
        settle(self);
    else
        engine_forget(self);
    return st;
}

status engine_commit(engine *self, int64_t now_s)
{
    return engine_has_changes(self) ? engine_commit_with(self, now_s, NULL) : STATUS_OK;
}

void engine_must_read(engine *self, status st)
{
    if (st == STATUS_OK)
        return;
    log_line(LOG_ERROR, "store-unreadable", "%s: stopping, so that a restart can begin from what is stored",
             store_trouble(self->store));
    abort();
}

void engine_forget(engine *self)
{
    bool declared = self->gathering.coverage_count > 0;
    engine_turn_finder_back(self);
    counts_forget(self->counts);
    codebook_forget_new(self->book);
    bool rejected = self->gathering.reject_count + self->gathering.resolved_count > 0;
    gathering_empty(&self->gathering);
    /* Remembered answers may bear numbers that were never stored. */
    classifier_destroy(&self->classifier);
    self->classifier = classifier_create(self->data, self->book);
    if (declared) {
        coverage_destroy(&self->coverage);
        self->coverage = coverage_create(self->data, self->book);
        engine_must_read(self, coverage_load(self->coverage, self->store));
    }
    if (rejected)
        engine_must_read(self, open_rejects_load(self->rejects, self->store));
    if (judge_has_work(self->judge))
        engine_must_read(self, judge_load(self->judge, self));
}

/* Told once, until it works again: an idle engine tries each second. */
static void checkpoint(engine *self, uint64_t octets)
{
    status st = store_checkpoint(self->store, octets);
    if (st == STATUS_AGAIN)
        return;
    if (st != STATUS_OK && !self->log_stuck)
        log_line(LOG_WARN, "log-not-moved", "%s (%s): nothing is lost, but the write-ahead log grows", status_text(st),
                 store_trouble(self->store));
    self->log_stuck = st != STATUS_OK;
}

/* A tenth at least: what is written stays in proportion to what came. */
static void save_finder_behind(engine *self, uint64_t tail_min)
{
    uint64_t tail = self->stored - self->checkpointed;
    if (tail >= tail_min && tail >= finder_count(self->finder) / 10 && gathering_is_empty(&self->gathering))
        engine_save_finder(self);
}

void engine_idle(engine *self)
{
    checkpoint(self, LOG_IDLE_OCTETS);
    save_finder_behind(self, TAIL_MIN);
}

void engine_relieve(engine *self)
{
    checkpoint(self, LOG_MAX_OCTETS);
    save_finder_behind(self, TAIL_MAX);
}
