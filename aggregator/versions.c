/* The engine's versions: found by reference, read with what is gathered on them, put behind their chain
 * and counted. */
#include <assert.h>
#include <string.h>

#include "engine_parts.h"
#include "proto/digest.h"

uint64_t engine_newest(const engine *self)
{
    return self->stored + self->gathering.version_count;
}

status engine_version(engine *self, uint64_t id, arena *memory, version *out)
{
    if (id > self->stored) {
        assert(id <= engine_newest(self));
        *out = self->gathering.versions[id - self->stored - 1];
        return STATUS_OK;
    }
    status st = store_version(self->store, id, memory, out);
    const version_mark *mark = st == STATUS_OK ? gathering_find_mark(&self->gathering, id) : NULL;
    if (mark != NULL) {
        out->current = mark->current;
        out->issued_ns = mark->issued_ns;
    }
    return st == STATUS_NOT_FOUND ? STATUS_CORRUPT : st;
}

void engine_mark(engine *self, const version *changed)
{
    if (changed->id <= self->stored) {
        gathering_mark(&self->gathering, (version_mark){changed->id, changed->current, changed->issued_ns});
        return;
    }
    version *pending = &self->gathering.versions[changed->id - self->stored - 1];
    pending->current = changed->current;
    pending->issued_ns = changed->issued_ns;
}

uint64_t engine_content(const engine *self, const version *v)
{
    static const struct part {
        code_kind kind;
        size_t offset;
    } codes[] = {{CODE_OFFENCE, offsetof(version, offence)}, {CODE_PLACE, offsetof(version, place)},
                 {CODE_MARKERS, offsetof(version, markers)}, {CODE_OUTCOME, offsetof(version, outcome)}};
    int32_t numbers[] = {v->recorded, v->month_only, v->latitude_e6, v->longitude_e6};
    uint64_t digest = digest_text((text){(const char *)numbers, sizeof numbers});
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        uint32_t id;
        memcpy(&id, (const char *)v + codes[i].offset, sizeof id);
        stored_code code = codebook_at(self->book, codes[i].kind, id);
        digest = digest_seeded(code.code, digest);
        digest = digest_seeded(code.name, digest);
        digest = digest_seeded(code.hint, digest);
    }
    digest = digest_seeded(v->recorded_at, digest);
    digest = digest_seeded(v->occurred_at, digest);
    return digest_seeded(v->occurred_to, digest);
}

/* The newest version of an incident; its number is 0 when the incident is not known. */
static status find_newest(engine *self, uint64_t hash, uint32_t origin, text named, version *out)
{
    uint64_t cursor = 0, candidate;
    while ((candidate = finder_next(self->finder, hash, &cursor)) != 0) {
        status st = engine_version(self, candidate, self->scratch, out);
        if (st != STATUS_OK || (out->origin == origin && text_equal(out->reference, named)))
            return st;
    }
    *out = (version){0};
    return STATUS_OK;
}

status engine_chain(engine *self, uint64_t hash, uint32_t origin, text named, version *out, size_t *count)
{
    *count = 0;
    status st = find_newest(self, hash, origin, named, &out[0]);
    if (st != STATUS_OK || out[0].id == 0)
        return st;
    for (;;) {
        version *v = &out[*count];
        v->content = engine_content(self, v);
        (*count)++;
        assert(v->previous < v->id);
        if (v->previous == 0)
            return STATUS_OK;
        if (*count == CHAIN_MAX)
            return STATUS_TOO_LARGE;
        st = engine_version(self, v->previous, self->scratch, &out[*count]);
        if (st != STATUS_OK)
            return st;
    }
}

status engine_count_upwards(engine *self, int area_index, month_key key, uint32_t category_id,
                            int day_of_month, int32_t change, bool outranked)
{
    /* Records without a day decide on which dates of their month anything is looked at. */
    day_number since = month_first(key.month) + (day_of_month != DAY_UNKNOWN ? day_of_month - 1 : 0);
    for (int at = area_index; at != AREA_NONE; at = geography_up(self->data->areas, at)) {
        key.area = geography_area(self->data->areas, at)->id;
        judge_touch(self->judge, at, since, self->loader);
        status st = counts_add(self->counts, key, category_id, day_of_month, change, outranked);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

status engine_count(engine *self, const version *v, int32_t change)
{
    standing_place at;
    if (!classify_version(self->classifier, v, &at))
        return STATUS_OK;
    month_key key = {.origin = v->origin, .month = month_of(v->recorded)};
    int day_of_month = v->month_only ? DAY_UNKNOWN : v->recorded - month_first(key.month) + 1;
    bool ranked = coverage_may_be_outranked(self->coverage, v->origin);
    for (size_t i = 0; i <= at.marker_count; i++) {
        int index = i == 0 ? at.node : at.markers[i - 1];
        bool outranked = ranked && coverage_outranked(self->coverage, v->origin, at.area, index, v->recorded);
        status st = engine_count_upwards(self, at.area, key,
                                         offence_tree_category(self->data->categories, index)->id, day_of_month,
                                         change, outranked);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

status engine_restand(engine *self, version *chain, size_t count, size_t standing)
{
    for (size_t i = 0; i < count; i++) {
        bool stands = i == standing;
        if (chain[i].current == stands)
            continue;
        chain[i].current = stands;
        engine_mark(self, &chain[i]);
        status st = engine_count(self, &chain[i], stands ? 1 : -1);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

status engine_append(engine *self, uint64_t hash, version *chain, size_t count, version *made)
{
    made->id = engine_newest(self) + 1;
    made->previous = 0;
    made->current = true;
    if (count > 0) {
        chain[count] = *made;
        size_t standing = chain_standing(chain, count + 1);
        status st = engine_restand(self, chain, count, standing);
        if (st != STATUS_OK)
            return st;
        made->previous = chain[0].id;
        made->current = standing == count;
    }
    gathering_add_version(&self->gathering, made);
    finder_put(self->finder, hash, made->previous, made->id);
    gathering_add_change(&self->gathering, (finder_change){hash, made->previous, made->id});
    return made->current ? engine_count(self, made, 1) : STATUS_OK;
}
