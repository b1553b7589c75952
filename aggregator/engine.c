#include "engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_parts.h"
#include "proto/digest.h"
#include "proto/log.h"

enum {
    PATH_SIZE = 4096,
    LOG_IDLE_OCTETS = 1024 * 1024,      /* worth a checkpoint when there is nothing else to do */
    LOG_MAX_OCTETS = 128 * 1024 * 1024, /* beyond this it is done whatever else waits */
    TAIL_MIN = 100000,                  /* versions behind the finder's checkpoint before it is made anew */
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

/* --- the finder and its checkpoint -------------------------------------------------------------- */

static void finder_path(const engine *self, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/references.index", self->folder);
}

/* Tells this store's version from that of another store under the same number. */
static uint64_t digest_of_version(const version *v)
{
    uint64_t numbers[] = {v->id, v->origin, v->revision, (uint64_t)v->received_s, v->previous};
    return digest_seeded(v->reference, digest_text((text){(const char *)numbers, sizeof numbers}));
}

static status mark_of(engine *self, uint64_t last, finder_mark *out)
{
    version v;
    *out = (finder_mark){0};
    if (last == 0)
        return STATUS_OK;
    status st = store_version(self->store, last, self->scratch, &v);
    if (st == STATUS_OK)
        *out = (finder_mark){last, digest_of_version(&v)};
    arena_reset(self->scratch);
    return st;
}

static bool load_checkpoint(engine *self)
{
    char path[PATH_SIZE];
    finder_mark mark, stored;
    finder *loaded = NULL;
    finder_path(self, path);
    status st = finder_load(path, &loaded, &mark);
    if (st != STATUS_OK) {
        if (st == STATUS_CORRUPT)
            log_line(LOG_WARN, "index-damaged", "%s is torn or foreign; making it anew from the versions", path);
        return false;
    }
    if (mark.last > self->stored || mark_of(self, mark.last, &stored) != STATUS_OK || stored.digest != mark.digest) {
        log_line(LOG_WARN, "index-stale", "%s belongs to another store or time; making it anew from the versions", path);
        finder_destroy(&loaded);
        return false;
    }
    finder_destroy(&self->finder);
    self->finder = loaded;
    self->checkpointed = mark.last;
    return true;
}

static bool find_stored(void *context, const version *v)
{
    engine *self = context;
    text origin = codebook_at(self->book, CODE_ORIGIN, v->origin).code;
    finder_put(self->finder, finder_hash(origin, v->reference), v->previous, v->id);
    return true;
}

status engine_load_finder(engine *self)
{
    finder_destroy(&self->finder);
    self->finder = finder_create();
    self->checkpointed = 0;
    if (!load_checkpoint(self))
        self->checkpointed = 0;
    return store_versions(self->store, self->checkpointed + 1, self->stored, find_stored, self);
}

void engine_save_finder(engine *self)
{
    char path[PATH_SIZE];
    finder_mark mark;
    assert(gathering_is_empty(&self->gathering));
    if (self->checkpointed == self->stored)
        return;
    finder_path(self, path);
    status st = mark_of(self, self->stored, &mark);
    if (st == STATUS_OK)
        st = finder_save(self->finder, path, mark);
    if (st == STATUS_OK)
        self->checkpointed = self->stored;
    else
        log_line(LOG_WARN, "index-not-saved", "%s: %s; the next start will take longer", path, status_text(st));
}

/* --- opening and closing ----------------------------------------------------------------------- */

void engine_rebuild(engine *self)
{
    faults *ignored = faults_create(); /* they were told when the data were taken over */
    coverage_destroy(&self->coverage);
    classifier_destroy(&self->classifier);
    rules_destroy(&self->rules);
    self->coverage = coverage_create(self->data, self->book);
    self->classifier = classifier_create(self->data, self->book);
    self->rules = rules_create(self->data->sheets->priorities, "priorities.yaml", self->data, ignored);
    faults_destroy(&ignored);
}

static status load_state(engine *self)
{
    status st = store_last_version(self->store, &self->stored);
    if (st == STATUS_OK)
        st = codebook_load(self->book, self->store);
    if (st == STATUS_OK)
        st = open_rejects_load(self->rejects, self->store);
    return st == STATUS_OK ? engine_load_finder(self) : st;
}

/* The reference data that the store has; none yet is no fault here. */
static status load_reference(engine *self)
{
    status st = reference_load(self->store, self->book, &self->data);
    if (st != STATUS_OK)
        return st;
    engine_rebuild(self);
    st = coverage_load(self->coverage, self->store);
    return st == STATUS_OK ? judge_load(self->judge, self) : st;
}

static bool same_digest(engine *self, text hex)
{
    text stored;
    bool same = store_setting(self->store, "reference_digest", self->scratch, &stored) == STATUS_OK &&
                text_equal(stored, hex);
    arena_reset(self->scratch);
    return same;
}

static void report_recount(uint64_t done, uint64_t of)
{
    log_line(LOG_INFO, "recount", "done=%llu of=%llu", (unsigned long long)done, (unsigned long long)of);
}

static void check_rules(const reference *data, faults *found)
{
    rules *by = rules_create(data->sheets->priorities, "priorities.yaml", data, found);
    rules_destroy(&by);
}

status engine_reload(engine *self, const char *folder, int64_t now_s, faults *found, char why[NOTE_SIZE_MAX])
{
    char imported[PATH_SIZE], hex[DIGEST_HEX_SIZE];
    (void)snprintf(imported, sizeof imported, "%s/imported", self->folder);
    reference *data = reference_read(folder, imported, found, hex);
    status st = STATUS_OK;
    check_rules(data, found);
    if (faults_count(found, FAULT_ERROR) > 0) {
        (void)snprintf(why, NOTE_SIZE_MAX, "the reference data in %s have %zu faults: mend them first", folder,
                       faults_count(found, FAULT_ERROR));
        st = STATUS_REFUSED;
    } else if (self->data == NULL || !same_digest(self, (text){hex, sizeof hex}))
        st = engine_adopt(self, &data, (text){hex, sizeof hex}, now_s, report_recount, why);
    reference_destroy(&data);
    return st;
}

static status take_folder(engine *self, const char *folder, int64_t now_s, char why[NOTE_SIZE_MAX])
{
    faults *found = faults_create();
    status st = engine_reload(self, folder, now_s, found, why);
    if (st == STATUS_REFUSED)
        faults_print(found, stderr, 50);
    faults_destroy(&found);
    return st;
}

static status open_state(engine *self, const char *reference_folder, int64_t now_s, char why[NOTE_SIZE_MAX])
{
    status st = load_state(self);
    if (st == STATUS_OK)
        st = load_reference(self);
    status settled = st == STATUS_OK || st == STATUS_NOT_FOUND ? engine_settle_in(self, now_s, why) : st;
    if (settled != STATUS_OK)
        st = settled;
    if (st == STATUS_NOT_FOUND && reference_folder == NULL) {
        (void)snprintf(why, NOTE_SIZE_MAX, "%s has no reference data yet: give a folder with --reference", self->folder);
        return STATUS_REFUSED;
    }
    if ((st == STATUS_OK || st == STATUS_NOT_FOUND) && reference_folder != NULL)
        st = take_folder(self, reference_folder, now_s, why);
    if (st != STATUS_OK && why[0] == '\0')
        (void)snprintf(why, NOTE_SIZE_MAX, "can't read the store in %s: %s (%s)", self->folder, status_text(st),
                       store_trouble(self->store));
    return st;
}

status engine_open(const char *folder, const char *reference_folder, int64_t now_s, engine **out,
                   char why[NOTE_SIZE_MAX])
{
    store *opened;
    status st = store_open(folder, &opened, why);
    if (st != STATUS_OK)
        return st;
    engine *self = memory_new(1, sizeof *self);
    self->folder = memory_copy(folder);
    self->store = opened;
    self->book = codebook_create();
    self->finder = finder_create();
    self->counts = counts_create(opened);
    self->rejects = open_rejects_create();
    self->judge = judge_create();
    self->chain = memory_new(CHAIN_MAX + 1, sizeof *self->chain);
    self->scratch = arena_create();
    gathering_open(&self->gathering);
    st = open_state(self, reference_folder, now_s, why);
    if (st != STATUS_OK) {
        self->checkpointed = self->stored; /* nothing worth saving */
        engine_close(&self);
        return st;
    }
    *out = self;
    return STATUS_OK;
}

void engine_close(engine **self)
{
    engine *e = *self;
    if (e == NULL)
        return;
    if (!gathering_is_empty(&e->gathering))
        engine_forget(e);
    engine_save_finder(e);
    gathering_close(&e->gathering);
    counts_destroy(&e->counts);
    finder_destroy(&e->finder);
    classifier_destroy(&e->classifier);
    coverage_destroy(&e->coverage);
    judge_destroy(&e->judge);
    rules_destroy(&e->rules);
    reference_destroy(&e->data);
    codebook_destroy(&e->book);
    open_rejects_destroy(&e->rejects);
    store_close(&e->store);
    arena_destroy(&e->scratch);
    free(e->chain);
    free(e->folder);
    free(e);
    *self = NULL;
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

static void turn_finder_back(engine *self)
{
    for (size_t i = self->gathering.change_count; i > 0; i--) {
        finder_change change = self->gathering.changes[i - 1];
        if (change.old == 0)
            finder_remove(self->finder, change.hash, change.made);
        else
            finder_put(self->finder, change.hash, change.made, change.old);
    }
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
    size_t learned;
    (void)codebook_new(self->book, &learned);
    /* A claim that was only checked may have taught a scheme whose number is free again now. */
    bool declared = self->gathering.coverage_count + learned > 0;
    turn_finder_back(self);
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

void engine_idle(engine *self)
{
    checkpoint(self, LOG_IDLE_OCTETS);
    uint64_t tail = self->stored - self->checkpointed;
    if (tail >= TAIL_MIN && tail >= finder_count(self->finder) / 10 && gathering_is_empty(&self->gathering))
        engine_save_finder(self);
}

void engine_relieve(engine *self)
{
    checkpoint(self, LOG_MAX_OCTETS);
}
