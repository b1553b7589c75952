#include "simulate_fixtures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

static const position nothing_held = {0};

int simulate_world_make(void **state)
{
    static simulate_world self;
    self = (simulate_world){.memory = arena_create()};
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/s.yaml", self.folder);
    (void)told();
    *state = &self;
    return 0;
}

int simulate_world_forget(void **state)
{
    simulate_world *self = *state;
    if (self->feed != NULL)
        self->feed->class->destroy(self->feed);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

feed *simulate_feed_of(simulate_world *self, const char *yaml)
{
    if (self->feed != NULL)
        self->feed->class->destroy(self->feed);
    file_write(self->folder, "s.yaml", text_of(yaml));
    self->feed = simulate_create(self->path, tell_test);
    assert_non_null(self->feed);
    return self->feed;
}

int by_reference(const void *a, const void *b)
{
    const incident *left = a, *right = b;
    int order = text_compare(left->reference, right->reference);
    return order != 0 ? order : (left->revision > right->revision) - (left->revision < right->revision);
}

/* Of each incident the highest revision. */
static void find_standing(simulate_world *self)
{
    incident *all = arena_take(self->memory, self->count * sizeof *all);
    memcpy(all, self->events, self->count * sizeof *all);
    qsort(all, self->count, sizeof *all, by_reference);
    self->incidents = 0;
    for (size_t i = 0; i < self->count; i++)
        if (i + 1 == self->count || !text_equal(all[i].reference, all[i + 1].reference))
            all[self->incidents++] = all[i];
    self->standing = all;
}

void invent(simulate_world *self, const char *yaml)
{
    message m;
    feed *from = simulate_feed_of(self, yaml);
    self->events = arena_take(self->memory, EVENTS_MAX * sizeof *self->events);
    self->count = 0;
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    while (from->class->next(from, self->memory, &m) == STATUS_OK)
        for (size_t i = 0; m.kind == MESSAGE_RECORDS && i < m.records.incident_count; i++) {
            assert_true(self->count < EVENTS_MAX);
            self->events[self->count++] = m.records.incidents[i];
        }
    find_standing(self);
}

static bool has_marker(const incident *r, const char *marker)
{
    text rest = r->markers, one;
    while (text_split(&rest, ';', &one))
        if (text_is(one, marker))
            return true;
    return marker[0] == '\0';
}

size_t standing_total(const simulate_world *self, char series, int begins, const char *marker)
{
    size_t count = 0;
    for (size_t i = 0; i < self->incidents; i++) {
        const incident *r = &self->standing[i];
        count += r->status == RECORD_RECORDED && r->offence.at[0] == series && financial_year_of(r->recorded) == begins &&
                 has_marker(r, marker);
    }
    return count;
}
