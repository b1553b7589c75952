#include "file_feed_fixtures.h"

#include <stdio.h>

#include "testing.h"

enum { ISSUED_NS = 1000 };

int file_world_make(void **state)
{
    static file_world self;
    self = (file_world){.memory = arena_create()};
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/a.csv", self.folder);
    self.settings = (file_feed_settings){.path = self.path, .origin = text_of("local"), .issued_ns = ISSUED_NS,
                                         .origins = &self.origins, .tell = tell_test};
    (void)told();
    *state = &self;
    return 0;
}

static void drop_feed(file_world *self)
{
    if (self->feed != NULL)
        self->feed->class->destroy(self->feed);
    self->feed = NULL;
}

int file_world_forget(void **state)
{
    file_world *self = *state;
    drop_feed(self);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

feed *open_feed(file_world *self)
{
    drop_feed(self);
    self->settings.file = source_file_open(self->path);
    self->settings.rows = csv_rows_create(self->settings.origin);
    assert_non_null(self->settings.file);
    self->feed = file_feed_create(self->settings);
    return self->feed;
}

feed *feed_of(file_world *self, text content)
{
    file_write(self->folder, "a.csv", content);
    assert_non_null(open_feed(self));
    return self->feed;
}

void append(const file_world *self, const char *more)
{
    FILE *out = fopen(self->path, "ab");
    assert_non_null(out);
    assert_true(fputs(more, out) >= 0);
    assert_int_equal(fclose(out), 0);
}
