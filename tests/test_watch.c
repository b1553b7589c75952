/* Promise: whoever watches a file or a folder wakes up when it changes in any way that brings records, and is quiet again
 * once it has looked. */
#include "collector/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "fixtures.h"
#include "testing.h"

typedef struct world {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 8];
    watch *watching;
} world;

static int make_world(void **state)
{
    static world self;
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/a.csv", self.folder);
    file_write(self.folder, "a.csv", text_of("one\n"));
    self.watching = watch_create();
    *state = &self;
    return 0;
}

static int forget_world(void **state)
{
    world *self = *state;
    watch_destroy(&self->watching);
    assert_null(self->watching);
    watch_destroy(&self->watching);
    folder_remove(self->folder);
    return 0;
}

/* The system tells of a change before the call that made it returns. */
static bool has_woken(world *self)
{
    struct pollfd polled = {.fd = watch_descriptor(self->watching), .events = POLLIN};
    bool woken = poll(&polled, 1, 0) == 1;
    watch_drain(self->watching);
    assert_int_equal(poll(&polled, 1, 0), 0);
    return woken;
}

static void append(const world *self)
{
    FILE *out = fopen(self->path, "ab");
    assert_non_null(out);
    assert_true(fputs("two\n", out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void a_file_that_grows_wakes(void **state)
{
    world *self = *state;
    assert_true(watch_add(self->watching, self->path));
    assert_false(has_woken(self));
    append(self);
    assert_true(has_woken(self));
    assert_false(has_woken(self));
}

static void a_file_that_is_cut_or_moved_or_removed_wakes(void **state)
{
    world *self = *state;
    char other[FOLDER_SIZE + 8];
    assert_true(watch_add(self->watching, self->path));
    assert_int_equal(truncate(self->path, 0), 0);
    assert_true(has_woken(self));
    (void)snprintf(other, sizeof other, "%s/b.csv", self->folder);
    assert_int_equal(rename(self->path, other), 0);
    assert_true(has_woken(self));
    assert_int_equal(unlink(other), 0);
    assert_true(has_woken(self));
}

static void a_folder_wakes_when_a_file_comes_in_any_way(void **state)
{
    world *self = *state;
    char from[FOLDER_SIZE], path[FOLDER_SIZE + 8], to[FOLDER_SIZE + 8];
    assert_true(watch_add(self->watching, self->folder));
    file_write(self->folder, "new.csv", text_of("x"));
    assert_true(has_woken(self));
    append(self);
    assert_true(has_woken(self));
    folder_make(from);
    file_write(from, "m.csv", text_of("x"));
    (void)snprintf(path, sizeof path, "%s/m.csv", from);
    (void)snprintf(to, sizeof to, "%s/m.csv", self->folder);
    assert_false(has_woken(self));
    assert_int_equal(rename(path, to), 0);
    assert_true(has_woken(self));
    folder_remove(from);
}

static void reading_a_file_wakes_nobody(void **state)
{
    world *self = *state;
    arena *memory = arena_create();
    assert_true(watch_add(self->watching, self->path));
    assert_true(watch_add(self->watching, self->folder));
    assert_int_equal(file_read(self->folder, "a.csv", memory).size, 4);
    assert_false(has_woken(self));
    arena_destroy(&memory);
}

static void many_changes_are_one_waking(void **state)
{
    world *self = *state;
    assert_true(watch_add(self->watching, self->folder));
    for (int i = 0; i < 2000; i++)
        append(self);
    assert_true(has_woken(self));
}

static void what_is_not_there_can_not_be_watched(void **state)
{
    world *self = *state;
    assert_false(watch_add(self->watching, "/nowhere/at/all"));
    assert_int_equal(errno, ENOENT);
    assert_true(watch_add(self->watching, self->path));
    assert_true(watch_add(self->watching, self->path)); /* twice is once */
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_file_that_grows_wakes),
        IN_WORLD(a_file_that_is_cut_or_moved_or_removed_wakes),
        IN_WORLD(a_folder_wakes_when_a_file_comes_in_any_way),
        IN_WORLD(reading_a_file_wakes_nobody),
        IN_WORLD(many_changes_are_one_waking),
        IN_WORLD(what_is_not_there_can_not_be_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
