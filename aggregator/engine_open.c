#include <stdio.h>
#include <stdlib.h>

#include "engine_parts.h"
#include "proto/log.h"

enum { PATH_SIZE = 4096 };

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
