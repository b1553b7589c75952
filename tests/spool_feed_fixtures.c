#include "spool_feed_fixtures.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "testing.h"

bool was_told(const char *words)
{
    return text_has(text_of(spool_told), words);
}

void make_world(world *self)
{
    *self = (world){.memory = arena_create()};
    folder_make_in_memory(self->folder);
    self->cover = (coverage_declaration){.area = text_of("E07000197"), .days = {20148, 20178}};
    self->settings = (spool_feed_settings){
        .path = "standard input", .folder = self->folder, .size_max = LARGE, .descriptor = -1,
        .run = {.json = true, .origin = text_of("niche")}, .tell = spool_tell};
    spool_told[0] = '\0';
}

void forget(world *self)
{
    arena_destroy(&self->memory);
    folder_remove(self->folder);
}

run start(world *self)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    self->settings.descriptor = ends[0];
    run made = {.pen = ends[1], .now_ns = noon, .memory = self->memory};
    made.feed = spool_feed_create(self->settings, noon);
    assert_non_null(made.feed);
    return made;
}

void work(run *self)
{
    for (;;) {
        struct pollfd at = {.fd = spool_feed_descriptor(self->feed), .events = POLLIN};
        self->now_ns += 1000000000;
        spool_feed_work(self->feed, self->now_ns);
        at.fd = spool_feed_descriptor(self->feed);
        if (at.fd < 0 || poll(&at, 1, 0) <= 0)
            return;
    }
}

void give(run *self, const char *octets)
{
    size_t size = strlen(octets);
    assert_int_equal(write(self->pen, octets, size), size);
    work(self);
}

void end_input(run *self)
{
    assert_int_equal(close(self->pen), 0);
    self->pen = -1;
    work(self);
}

void crash(run *self)
{
    self->feed->class->destroy(self->feed);
    if (self->pen >= 0)
        (void)close(self->pen);
}

static void keep_records(sent *all, const records *from, arena *memory)
{
    for (size_t i = 0; i < from->incident_count; i++)
        all->each[all->count++] = (sent_item){.kind = SENT_RECORD, .what = arena_text(memory, from->incidents[i].reference),
                                              .origin = arena_text(memory, from->incidents[i].origin),
                                              .issued_ns = from->incidents[i].issued_ns, .line = from->incidents[i].line};
    for (size_t i = 0; i < from->faulty_count; i++)
        all->each[all->count++] = (sent_item){.kind = SENT_FAULTY, .what = arena_text(memory, from->faulty[i].row),
                                              .reason = arena_text(memory, from->faulty[i].reason),
                                              .line = from->faulty[i].line};
    assert_true(from->position.held);
    assert_true(!all->position.held || from->position.offset >= all->position.offset);
    all->position = from->position;
    all->position.digest = arena_text(memory, from->position.digest);
}

sent *take_all(run *from)
{
    sent *all = arena_take(from->memory, sizeof *all);
    *all = (sent){0};
    arena *memory = arena_create();
    message next;
    while ((all->end = from->feed->class->next(from->feed, memory, &next)) == STATUS_OK) {
        assert_true(all->count < SENT_MAX / 2);
        if (next.kind == MESSAGE_RECORDS)
            keep_records(all, &next.records, from->memory);
        else {
            assert_int_equal(next.kind, MESSAGE_COVERAGE);
            all->each[all->count++] = (sent_item){.kind = SENT_COVERAGE, .what = arena_text(from->memory, next.coverage.area),
                                                  .origin = arena_text(from->memory, next.coverage.origin),
                                                  .cover = next.coverage};
        }
        arena_reset(memory);
    }
    arena_destroy(&memory);
    return all;
}

sent *connect_at(run *self, position held)
{
    assert_int_equal(self->feed->class->resume(self->feed, &held), STATUS_OK);
    return take_all(self);
}

sent *connect_first(run *self)
{
    return connect_at(self, (position){0});
}

void store(run *self, const sent *all)
{
    self->feed->class->stored(self->feed, all->position.offset);
}

const char *summary(const sent *all)
{
    static char out[4096];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < all->count; i++) {
        const char *mark = all->each[i].kind == SENT_RECORD ? "" : all->each[i].kind == SENT_FAULTY ? "!" : "=";
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s%.*s", i > 0 ? " " : "", mark, TEXT_ARGS(all->each[i].what));
    }
    return out;
}
