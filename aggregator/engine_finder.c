#include <assert.h>
#include <stdio.h>

#include "engine_parts.h"
#include "proto/digest.h"
#include "proto/log.h"

enum { PATH_SIZE = 4096 };

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
    return store_references(self->store, self->checkpointed + 1, self->stored, find_stored, self);
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

void engine_turn_finder_back(engine *self)
{
    for (size_t i = self->gathering.change_count; i > 0; i--) {
        finder_change change = self->gathering.changes[i - 1];
        if (change.old == 0)
            finder_remove(self->finder, change.hash, change.made);
        else
            finder_put(self->finder, change.hash, change.made, change.old);
    }
}
