/* Promise: a file is read from any offset and as it grows, and is known again by what lies before an offset: unchanged it
 * fits, and with any octet before the offset changed, or too short, it doesn't. */
#include "collector/source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collector_fixtures.h"
#include "testing.h"

/* A folder with one file in it. */
typedef struct world {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 8];
    source_file *file;
    arena *memory;
} world;

static const char content[] = "one\ntwo\r\n\nfour, \"and\nfive\"\nsix";
enum { CONTENT_SIZE = sizeof content - 1, LARGE_SIZE = 600 * 1024 };

static int make_world(void **state)
{
    static world self;
    self = (world){.memory = arena_create()};
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/a.csv", self.folder);
    file_write(self.folder, "a.csv", text_of(content));
    self.file = source_file_open(self.path);
    assert_non_null(self.file);
    *state = &self;
    return 0;
}

static int forget_world(void **state)
{
    world *self = *state;
    source_file_close(&self->file);
    assert_null(self->file);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

static void append(const world *self, const char *more)
{
    FILE *out = fopen(self->path, "ab");
    assert_non_null(out);
    assert_int_equal(fputs(more, out) >= 0, 1);
    assert_int_equal(fclose(out), 0);
}

static void assert_read(world *self, size_t size, const char *expected)
{
    char octets[64];
    size_t got;
    assert_int_equal(source_file_read(self->file, octets, size, &got), STATUS_OK);
    assert_texts((text){octets, got}, text_of(expected));
}

static bool fits(world *self, position held)
{
    return source_file_fits(self->file, &held);
}

static position position_of(world *self, uint64_t offset)
{
    position made;
    assert_int_equal(source_file_position(self->file, offset, arena_take(self->memory, DIGEST_SIZE), &made), STATUS_OK);
    return made;
}

static void assert_same_position(position actual, position expected)
{
    assert_true(actual.held && expected.held);
    assert_int_equal(actual.offset, expected.offset);
    assert_true(text_equal(actual.digest, expected.digest));
}

/* --- reading ------------------------------------------------------------------------------------- */

static void reading_goes_on_from_the_place_where_it_stands(void **state)
{
    world *self = *state;
    assert_read(self, 4, "one\n");
    assert_read(self, 3, "two");
    source_file_seek(self->file, 10);
    assert_read(self, 4, "four");
    source_file_seek(self->file, 0);
    assert_read(self, 3, "one");
}

static void at_the_end_nothing_is_read_until_the_file_grows(void **state)
{
    world *self = *state;
    source_file_seek(self->file, CONTENT_SIZE - 3);
    assert_read(self, 64, "six");
    assert_read(self, 64, "");
    append(self, "teen\n");
    assert_read(self, 64, "teen\n");
    source_file_seek(self->file, 1000);
    assert_read(self, 64, "");
}

static void the_facts_are_the_size_and_the_last_change(void **state)
{
    world *self = *state;
    uint64_t size;
    int64_t modified;
    struct timespec times[2] = {{.tv_sec = 1743379200, .tv_nsec = 5}, {.tv_sec = 1743379200, .tv_nsec = 7}};
    assert_int_equal(utimensat(AT_FDCWD, self->path, times, 0), 0);
    assert_int_equal(source_file_facts(self->file, &size, &modified), STATUS_OK);
    assert_int_equal(size, CONTENT_SIZE);
    assert_int_equal(modified, 1743379200000000007);
}

/* A clock that was wrong once must not make a version stand for ever. */
static void a_file_changed_in_the_future_counts_as_changed_now(void **state)
{
    world *self = *state;
    uint64_t size;
    int64_t modified;
    struct timespec times[2] = {{.tv_sec = 4102444800}, {.tv_sec = 4102444800}}, now;
    assert_int_equal(utimensat(AT_FDCWD, self->path, times, 0), 0);
    assert_int_equal(source_file_facts(self->file, &size, &modified), STATUS_OK);
    clock_gettime(CLOCK_REALTIME, &now);
    assert_in_range(modified / 1000000000, now.tv_sec - 60, now.tv_sec);
}

static void lines_before_an_offset_are_counted(void **state)
{
    world *self = *state;
    for (uint64_t offset = 0; offset <= CONTENT_SIZE; offset++) {
        uint64_t lines, expected = 0;
        for (uint64_t i = 0; i < offset; i++)
            expected += content[i] == '\n';
        assert_int_equal(source_file_lines(self->file, offset, &lines), STATUS_OK);
        assert_int_equal(lines, expected);
    }
    uint64_t lines;
    assert_int_equal(source_file_lines(self->file, CONTENT_SIZE + 1, &lines), STATUS_IO);
}

static void a_line_ends_at_its_end_and_at_the_files(void **state)
{
    world *self = *state;
    for (uint64_t offset = 0; offset <= CONTENT_SIZE; offset++) {
        bool ends = offset == 0 || offset == CONTENT_SIZE || content[offset - 1] == '\n' || content[offset] == '\n' ||
                    content[offset] == '\r';
        assert_int_equal(source_file_breaks_at(self->file, offset), ends);
    }
    append(self, "teen");
    assert_false(source_file_breaks_at(self->file, CONTENT_SIZE));
}

/* --- positions ----------------------------------------------------------------------------------- */

static void a_position_is_the_digest_of_all_before_it(void **state)
{
    world *self = *state;
    for (uint64_t offset = 0; offset <= CONTENT_SIZE; offset++)
        assert_same_position(position_of(self, offset), position_at(text_of(content), offset, self->memory));
}

static void a_position_behind_the_end_can_not_be_given(void **state)
{
    world *self = *state;
    unsigned char room[DIGEST_SIZE];
    position untouched = {.offset = 7};
    assert_int_equal(source_file_position(self->file, CONTENT_SIZE + 1, room, &untouched), STATUS_IO);
    assert_int_equal(untouched.offset, 7);
}

static void an_unchanged_file_fits_every_position_and_goes_on_from_there(void **state)
{
    world *self = *state;
    for (uint64_t offset = 0; offset <= CONTENT_SIZE; offset++) {
        assert_true(fits(self, position_at(text_of(content), offset, self->memory)));
        for (uint64_t next = offset; next <= CONTENT_SIZE; next += 5)
            assert_same_position(position_of(self, next), position_at(text_of(content), next, self->memory));
    }
}

static void a_file_that_grew_still_fits(void **state)
{
    world *self = *state;
    append(self, "\nseven\n");
    assert_true(fits(self, position_at(text_of(content), CONTENT_SIZE, self->memory)));
}

static void a_file_changed_anywhere_before_the_position_fits_no_longer(void **state)
{
    world *self = *state;
    position held = position_at(text_of(content), 20, self->memory);
    for (size_t i = 0; i < CONTENT_SIZE; i++) {
        char changed[sizeof content];
        memcpy(changed, content, sizeof content);
        changed[i] ^= 1;
        file_write(self->folder, "a.csv", (text){changed, CONTENT_SIZE});
        assert_int_equal(fits(self, held), i >= 20);
    }
}

static void a_file_that_was_cut_fits_no_longer(void **state)
{
    world *self = *state;
    position held = position_at(text_of(content), 20, self->memory);
    assert_int_equal(truncate(self->path, 20), 0);
    assert_true(fits(self, held));
    assert_int_equal(truncate(self->path, 19), 0);
    assert_false(fits(self, held));
}

static void where_it_does_not_fit_positions_begin_anew(void **state)
{
    world *self = *state;
    position wrong = position_at(text_of("something else altogether"), 20, self->memory);
    (void)position_of(self, 25);
    assert_false(fits(self, wrong));
    assert_same_position(position_of(self, 5), position_at(text_of(content), 5, self->memory));
}

static void a_position_that_is_none_never_fits(void **state)
{
    world *self = *state;
    position good = position_at(text_of(content), 20, self->memory), none = good, cut = good, strange = good;
    none.held = false;
    cut.digest.size = DIGEST_SIZE - 1;
    strange.offset = UINT64_MAX;
    assert_false(fits(self, none));
    assert_false(fits(self, cut));
    assert_false(fits(self, strange));
    assert_true(fits(self, good));
}

static void a_large_file_has_the_same_positions(void **state)
{
    world *self = *state;
    static char large[LARGE_SIZE];
    chance by = {3};
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)('a' + chance_below(&by, 26));
    file_write(self->folder, "a.csv", (text){large, sizeof large});
    static const uint64_t offsets[] = {1, 262143, 262144, 262145, 524288, LARGE_SIZE};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++)
        assert_same_position(position_of(self, offsets[i]),
                             position_at((text){large, sizeof large}, offsets[i], self->memory));
    assert_true(fits(self, position_at((text){large, sizeof large}, 524289, self->memory)));
}

/* --- opening ------------------------------------------------------------------------------------- */

static void assert_not_opened(const char *path, int expected)
{
    errno = 0;
    assert_null(source_file_open(path));
    assert_int_equal(errno, expected);
}

static void what_can_not_be_read_again_is_not_opened_and_never_waited_for(void **state)
{
    world *self = *state;
    char path[FOLDER_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/pipe", self->folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_not_opened(path, ESPIPE);
    assert_not_opened("/dev/null", ESPIPE);
    assert_not_opened(self->folder, EISDIR);
    (void)snprintf(path, sizeof path, "%s/none", self->folder);
    assert_not_opened(path, ENOENT);
}

static void a_descriptor_serves_as_well_as_a_path(void **state)
{
    world *self = *state;
    int fd = open(self->path, O_RDONLY | O_CLOEXEC);
    source_file_close(&self->file);
    self->file = source_file_of(fd);
    assert_int_equal(source_file_descriptor(self->file), fd);
    assert_read(self, 3, "one");
    source_file_close(&self->file);
    assert_int_equal(fcntl(fd, F_GETFD), -1); /* taken over, and closed */
    source_file_close(&self->file);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(reading_goes_on_from_the_place_where_it_stands),
        IN_WORLD(at_the_end_nothing_is_read_until_the_file_grows),
        IN_WORLD(the_facts_are_the_size_and_the_last_change),
        IN_WORLD(a_file_changed_in_the_future_counts_as_changed_now),
        IN_WORLD(lines_before_an_offset_are_counted),
        IN_WORLD(a_line_ends_at_its_end_and_at_the_files),
        IN_WORLD(a_position_is_the_digest_of_all_before_it),
        IN_WORLD(a_position_behind_the_end_can_not_be_given),
        IN_WORLD(an_unchanged_file_fits_every_position_and_goes_on_from_there),
        IN_WORLD(a_file_that_grew_still_fits),
        IN_WORLD(a_file_changed_anywhere_before_the_position_fits_no_longer),
        IN_WORLD(a_file_that_was_cut_fits_no_longer),
        IN_WORLD(where_it_does_not_fit_positions_begin_anew),
        IN_WORLD(a_position_that_is_none_never_fits),
        IN_WORLD(a_large_file_has_the_same_positions),
        IN_WORLD(what_can_not_be_read_again_is_not_opened_and_never_waited_for),
        IN_WORLD(a_descriptor_serves_as_well_as_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
