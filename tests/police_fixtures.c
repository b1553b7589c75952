#include "police_fixtures.h"

#include <stdlib.h>
#include <string.h>

#include "testing.h"

static const position nothing_held = {0};

int police_world_make(void **state)
{
    static police_world self;
    self = (police_world){.memory = arena_create(), .settings = {.issued_ns = POLICE_ISSUED_NS, .tell = tell_test}};
    folder_make(self.folder);
    (void)told();
    *state = &self;
    return 0;
}

static void drop_feed(police_world *self)
{
    if (self->feed != NULL)
        self->feed->class->destroy(self->feed);
    self->feed = NULL;
}

int police_world_forget(void **state)
{
    police_world *self = *state;
    drop_feed(self);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

feed *police_feed(police_world *self, const char *name, text content)
{
    drop_feed(self);
    self->content = content;
    file_write(self->folder, name, content);
    (void)snprintf(self->path, sizeof self->path, "%s/%s", self->folder, name);
    self->settings.path = self->path;
    self->feed = police_uk_create(self->settings);
    assert_non_null(self->feed);
    if (self->feed->class->prepare(self->feed) != STATUS_OK)
        drop_feed(self);
    return self->feed;
}

feed *street_feed(police_world *self, text content)
{
    feed *made = police_feed(self, "2025-03-staffordshire-street.csv", content);
    assert_non_null(made);
    return made;
}

const char *street_words(police_world *self, text content)
{
    return feed_in_words(street_feed(self, content), &nothing_held, self->memory);
}

const char *street_records(police_world *self, text content)
{
    return records_in_words(street_feed(self, content), &nothing_held, self->memory);
}

const char *street_references(police_world *self, const char *name, text content)
{
    feed *from = police_feed(self, name, content);
    message m;
    text all = {"", 0};
    assert_non_null(from);
    assert_int_equal(from->class->resume(from, &nothing_held), STATUS_OK);
    while (from->class->next(from, self->memory, &m) == STATUS_OK)
        for (size_t i = 0; m.kind == MESSAGE_RECORDS && i < m.records.incident_count; i++)
            all = arena_print(self->memory, "%.*s%.*s\n", TEXT_ARGS(all), TEXT_ARGS(m.records.incidents[i].reference));
    return all.at;
}
