/* Promise: a path names itself, or every wanted file beneath it, once and in order of name; what can't be read is told. */
#include "collector/found_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures.h"
#include "testing.h"

typedef struct world {
    char folder[FOLDER_SIZE];
    found_files found;
} world;

static int make_world(void **state)
{
    static world self;
    self = (world){0};
    folder_make(self.folder);
    *state = &self;
    return 0;
}

static int forget_world(void **state)
{
    world *self = *state;
    found_files_free(&self->found);
    folder_remove(self->folder);
    return 0;
}

static bool is_csv(const char *name)
{
    return strlen(name) > 4 && strcmp(name + strlen(name) - 4, ".csv") == 0;
}

static const char *path_in(const world *self, const char *name)
{
    static char path[4096];
    (void)snprintf(path, sizeof path, "%s%s%s", self->folder, name[0] != '\0' ? "/" : "", name);
    return path;
}

static void make_folder(const world *self, const char *name)
{
    assert_int_equal(mkdir(path_in(self, name), 0700), 0);
}

static void make_file(const world *self, const char *name)
{
    file_write(self->folder, name, text_of("x"));
}

/* All that was found, without the folder, a blank behind each. */
static void assert_found(const world *self, const char *expected)
{
    char words[4096] = "";
    size_t head = strlen(self->folder) + 1;
    for (size_t i = 0; i < self->found.count; i++) {
        assert_true(strlen(self->found.each[i]) > head);
        (void)strcat(strcat(words, self->found.each[i] + head), " ");
    }
    assert_string_equal(words, expected);
}

static void a_file_is_found_whatever_its_name(void **state)
{
    world *self = *state;
    make_file(self, "notes.txt");
    assert_true(found_files_add(&self->found, path_in(self, "notes.txt"), is_csv));
    assert_found(self, "notes.txt ");
}

static void a_folder_gives_its_wanted_files_in_order_of_name_with_those_of_its_folders(void **state)
{
    world *self = *state;
    make_folder(self, "2025-02");
    make_folder(self, "2025-01");
    make_folder(self, "2025-01/deep");
    make_file(self, "b.csv");
    make_file(self, "a.csv");
    make_file(self, "notes.txt");
    make_file(self, "2025-02/c.csv");
    make_file(self, "2025-01/d.csv");
    make_file(self, "2025-01/deep/e.csv");
    assert_true(found_files_add(&self->found, self->folder, is_csv));
    assert_found(self, "2025-01/d.csv 2025-01/deep/e.csv 2025-02/c.csv a.csv b.csv ");
}

static void what_begins_with_a_dot_is_passed_over(void **state)
{
    world *self = *state;
    make_folder(self, ".hidden");
    make_file(self, ".hidden/a.csv");
    make_file(self, ".b.csv");
    make_file(self, "c.csv");
    assert_true(found_files_add(&self->found, self->folder, is_csv));
    assert_found(self, "c.csv ");
}

static void an_empty_folder_gives_nothing_and_is_no_fault(void **state)
{
    world *self = *state;
    assert_true(found_files_add(&self->found, self->folder, is_csv));
    assert_int_equal(self->found.count, 0);
}

static void several_paths_add_up_in_their_order(void **state)
{
    world *self = *state;
    make_file(self, "b.csv");
    make_file(self, "a.csv");
    assert_true(found_files_add(&self->found, path_in(self, "b.csv"), is_csv));
    assert_true(found_files_add(&self->found, path_in(self, "a.csv"), is_csv));
    found_files_put(&self->found, path_in(self, "missing.csv"));
    assert_found(self, "b.csv a.csv missing.csv ");
    found_files_free(&self->found);
    assert_int_equal(self->found.count, 0);
}

static void a_path_that_is_not_there_is_told(void **state)
{
    world *self = *state;
    assert_false(found_files_add(&self->found, path_in(self, "none"), is_csv));
    assert_int_equal(errno, ENOENT);
    assert_int_equal(self->found.count, 0);
}

/* As a name that hides what it leads to is: told when it is opened. */
static void a_link_that_leads_nowhere_is_found(void **state)
{
    world *self = *state;
    assert_int_equal(symlink("/nowhere/at/all", path_in(self, "a.csv")), 0);
    assert_true(found_files_add(&self->found, self->folder, is_csv));
    assert_found(self, "a.csv ");
}

static void a_link_to_a_folder_is_a_folder(void **state)
{
    world *self = *state;
    make_folder(self, "real");
    make_file(self, "real/a.csv");
    assert_int_equal(symlink("real", path_in(self, "also")), 0);
    assert_true(found_files_add(&self->found, self->folder, is_csv));
    assert_found(self, "also/a.csv real/a.csv ");
}

static void a_link_that_leads_back_up_is_gone_into_once(void **state)
{
    world *self = *state;
    make_folder(self, "in");
    make_file(self, "a.csv");
    make_file(self, "in/b.csv");
    for (int i = 0; i < 8; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "in/up%d", i);
        assert_int_equal(symlink("..", path_in(self, name)), 0);
    }
    assert_int_equal(symlink(".", path_in(self, "self")), 0);
    assert_true(found_files_add(&self->found, self->folder, is_csv));
    assert_found(self, "a.csv in/b.csv ");
}

static void folders_nested_too_deep_are_told_and_the_others_found(void **state)
{
    world *self = *state;
    char name[256] = "d";
    make_file(self, "a.csv");
    make_folder(self, name);
    for (int i = 0; i < 20; i++) {
        (void)strcat(name, "/d");
        make_folder(self, name);
    }
    (void)strcat(name, "/b.csv");
    make_file(self, name);
    assert_false(found_files_add(&self->found, self->folder, is_csv));
    assert_int_equal(errno, ENAMETOOLONG);
    assert_found(self, "a.csv ");
}

static void a_folder_that_may_not_be_read_is_told_and_the_others_found(void **state)
{
    world *self = *state;
    if (geteuid() == 0)
        skip(); /* root may read everything */
    make_folder(self, "closed");
    make_file(self, "z.csv");
    assert_int_equal(chmod(path_in(self, "closed"), 0), 0);
    assert_false(found_files_add(&self->found, self->folder, is_csv));
    assert_int_equal(errno, EACCES);
    assert_found(self, "z.csv ");
    assert_int_equal(chmod(path_in(self, "closed"), 0700), 0);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_file_is_found_whatever_its_name),
        IN_WORLD(a_folder_gives_its_wanted_files_in_order_of_name_with_those_of_its_folders),
        IN_WORLD(what_begins_with_a_dot_is_passed_over),
        IN_WORLD(an_empty_folder_gives_nothing_and_is_no_fault),
        IN_WORLD(several_paths_add_up_in_their_order),
        IN_WORLD(a_path_that_is_not_there_is_told),
        IN_WORLD(a_link_that_leads_nowhere_is_found),
        IN_WORLD(a_link_to_a_folder_is_a_folder),
        IN_WORLD(a_link_that_leads_back_up_is_gone_into_once),
        IN_WORLD(folders_nested_too_deep_are_told_and_the_others_found),
        IN_WORLD(a_folder_that_may_not_be_read_is_told_and_the_others_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
