#include "gathering.h"

#include <stdlib.h>
#include <string.h>

void gathering_open(gathering *self)
{
    *self = (gathering){.memory = arena_create(), .resolved_places = map_create()};
}

void gathering_close(gathering *self)
{
    free(self->versions);
    free(self->marks);
    free(self->mark_places);
    free(self->rejects);
    free(self->resolved);
    free(self->streams);
    free(self->issues);
    free(self->coverage);
    free(self->promises);
    free(self->changes);
    free(self->touched);
    map_destroy(&self->resolved_places);
    arena_destroy(&self->memory);
}

void gathering_empty(gathering *self)
{
    self->version_count = self->mark_count = self->reject_count = self->resolved_count = 0;
    self->stream_count = self->issue_count = self->coverage_count = self->promise_count = 0;
    self->change_count = self->touched_count = self->records = 0;
    if (self->mark_place_count > 0)
        memset(self->mark_places, 0, self->mark_place_count * sizeof *self->mark_places);
    if (map_count(self->resolved_places) > 0) {
        map_destroy(&self->resolved_places);
        self->resolved_places = map_create();
    }
    arena_reset(self->memory);
}

bool gathering_is_empty(const gathering *self)
{
    return self->version_count + self->mark_count + self->reject_count + self->resolved_count +
               self->stream_count + self->issue_count + self->coverage_count + self->promise_count == 0;
}

void gathering_add_version(gathering *self, const version *made)
{
    self->versions = memory_room(self->versions, self->version_count, &self->version_capacity, sizeof *made);
    version *v = &self->versions[self->version_count++];
    *v = *made;
    v->reference = arena_text(self->memory, made->reference);
    v->recorded_at = made->recorded_at.size > 0 ? arena_text(self->memory, made->recorded_at) : (text){"", 0};
    v->occurred_at = made->occurred_at.size > 0 ? arena_text(self->memory, made->occurred_at) : (text){"", 0};
    v->occurred_to = made->occurred_to.size > 0 ? arena_text(self->memory, made->occurred_to) : (text){"", 0};
}

/* Where the mark of a version stands in the table, or would. */
static size_t mark_place(const gathering *self, uint64_t id)
{
    size_t at = (size_t)(id * 0x9e3779b97f4a7c15u >> 32) & (self->mark_place_count - 1);
    while (self->mark_places[at] != 0 && self->marks[self->mark_places[at] - 1].id != id)
        at = (at + 1) & (self->mark_place_count - 1);
    return at;
}

static void index_marks(gathering *self, size_t place_count)
{
    self->mark_place_count = place_count;
    self->mark_places = memory_grow(self->mark_places, place_count, sizeof *self->mark_places);
    memset(self->mark_places, 0, place_count * sizeof *self->mark_places);
    for (size_t i = 0; i < self->mark_count; i++)
        self->mark_places[mark_place(self, self->marks[i].id)] = (uint32_t)i + 1;
}

const version_mark *gathering_find_mark(const gathering *self, uint64_t id)
{
    if (self->mark_count == 0)
        return NULL;
    uint32_t index = self->mark_places[mark_place(self, id)];
    return index != 0 ? &self->marks[index - 1] : NULL;
}

void gathering_mark(gathering *self, version_mark mark)
{
    if (2 * (self->mark_count + 1) > self->mark_place_count)
        index_marks(self, self->mark_place_count > 0 ? self->mark_place_count * 2 : 64);
    size_t place = mark_place(self, mark.id);
    if (self->mark_places[place] != 0) {
        self->marks[self->mark_places[place] - 1] = mark;
        return;
    }
    self->marks = memory_room(self->marks, self->mark_count, &self->mark_capacity, sizeof mark);
    self->marks[self->mark_count++] = mark;
    self->mark_places[place] = (uint32_t)self->mark_count;
}

static text octets_of(const uint64_t *digest)
{
    return (text){(const char *)digest, sizeof *digest};
}

static void put_resolved(gathering *self, size_t index, uint64_t digest)
{
    self->resolved[index] = digest;
    map_put(self->resolved_places, arena_text(self->memory, octets_of(&digest)), (uint32_t)index);
}

static void open_again(gathering *self, uint64_t digest)
{
    uint32_t index;
    if (!map_find(self->resolved_places, octets_of(&digest), &index))
        return;
    (void)map_remove(self->resolved_places, octets_of(&digest));
    if (index != --self->resolved_count)
        put_resolved(self, index, self->resolved[self->resolved_count]);
}

void gathering_add_reject(gathering *self, const reject *made)
{
    open_again(self, made->digest);
    self->rejects = memory_room(self->rejects, self->reject_count, &self->reject_capacity, sizeof *made);
    reject *r = &self->rejects[self->reject_count++];
    *r = *made;
    text *const texts[] = {&r->words, &r->origin, &r->reference, &r->source, &r->stream, &r->record, &r->row};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(self->memory, *texts[i]);
}

void gathering_resolve(gathering *self, uint64_t digest)
{
    uint32_t index;
    if (map_find(self->resolved_places, octets_of(&digest), &index))
        return;
    self->resolved = memory_room(self->resolved, self->resolved_count, &self->resolved_capacity, sizeof digest);
    put_resolved(self, self->resolved_count++, digest);
}

static stream_state *stream_of(const gathering *self, stream_key key)
{
    for (size_t i = 0; i < self->stream_count; i++)
        if (text_equal(self->streams[i].key.source, key.source) && text_equal(self->streams[i].key.stream, key.stream))
            return &self->streams[i];
    return NULL;
}

const stream_state *gathering_find_stream(const gathering *self, stream_key key)
{
    return stream_of(self, key);
}

void gathering_put_stream(gathering *self, const stream_state *state)
{
    stream_state *to = stream_of(self, state->key);
    if (to == NULL) {
        self->streams = memory_room(self->streams, self->stream_count, &self->stream_capacity, sizeof *state);
        to = &self->streams[self->stream_count++];
        to->key.source = arena_text(self->memory, state->key.source);
        to->key.stream = arena_text(self->memory, state->key.stream);
    }
    stream_key key = to->key;
    *to = *state;
    to->key = key;
    to->position.digest = arena_text(self->memory, state->position.digest);
}

void gathering_put_issue(gathering *self, const issue *one)
{
    issue *to = NULL;
    for (size_t i = 0; i < self->issue_count && to == NULL; i++)
        if (self->issues[i].origin == one->origin && self->issues[i].revision == one->revision &&
            text_equal(self->issues[i].digest, one->digest))
            to = &self->issues[i];
    if (to == NULL) {
        self->issues = memory_room(self->issues, self->issue_count, &self->issue_capacity, sizeof *one);
        to = &self->issues[self->issue_count++];
    }
    *to = *one;
    to->digest = arena_text(self->memory, one->digest);
}

void gathering_add_coverage(gathering *self, const declared_coverage *one)
{
    self->coverage = memory_room(self->coverage, self->coverage_count, &self->coverage_capacity, sizeof *one);
    self->coverage[self->coverage_count++] = *one;
}

void gathering_add_promise(gathering *self, const promise *one)
{
    self->promises = memory_room(self->promises, self->promise_count, &self->promise_capacity, sizeof *one);
    self->promises[self->promise_count++] = *one;
}

void gathering_add_change(gathering *self, finder_change change)
{
    self->changes = memory_room(self->changes, self->change_count, &self->change_capacity, sizeof change);
    self->changes[self->change_count++] = change;
}

void gathering_touch(gathering *self, int area_index)
{
    for (size_t i = 0; i < self->touched_count; i++)
        if (self->touched[i] == area_index)
            return;
    self->touched = memory_room(self->touched, self->touched_count, &self->touched_capacity, sizeof area_index);
    self->touched[self->touched_count++] = area_index;
}
