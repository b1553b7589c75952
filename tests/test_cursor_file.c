/* Promise: a cursor comes back from its file as it was written; a file that is torn, or holds something else, is told and
 * never believed; and a disk that is full leaves the old one. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "delivery/cursor.h"
#include "fixtures.h"
#include "testing.h"

struct place {
    char folder[FOLDER_SIZE];
    arena *memory;
    delivery_cursor cursor;
};

static const event_lineage list = {"0123456789abcdef", 0};

static int make(void **state)
{
    static struct place self;
    self = (struct place){.memory = arena_create()};
    folder_make(self.folder);
    cursor_begin(&self.cursor, &list, UINT64_C(1) << 60, 1770000000);
    *state = &self;
    return 0;
}

static int unmake(void **state)
{
    struct place *self = *state;
    cursor_free(&self->cursor);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

static status load(struct place *self, delivery_cursor *out)
{
    char why[NOTE_SIZE_MAX];
    *out = (delivery_cursor){0};
    return cursor_load(self->folder, text_of("one"), out, why);
}

static void fill(delivery_cursor *c)
{
    delivery_message m = {.kind = DELIVERY_DIGEST, .after = c->through, .upto = c->through + 5, .from_s = 3, .due_s = 4, .settles = true};
    (void)snprintf(c->where, sizeof c->where, "mail to ann@example.org, daily at 08:00");
    (void)snprintf(c->tested_why, sizeof c->tested_why, "535 \"no\"");
    c->tested_s = 77;
    cursor_take(c, &m, 9);
    cursor_refused(c, "550 \xc3\xa9t\xc3\xa9", 10);
    (void)cursor_retry(c);
    cursor_take(c, &m, 11);
    cursor_failed(c, "timed out", 12, 0.5);
}

static void assert_same_message(const delivery_message *a, const delivery_message *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_string_equal(a->lineage, b->lineage);
    assert_int_equal(a->after, b->after);
    assert_int_equal(a->upto, b->upto);
    assert_int_equal(a->from_s, b->from_s);
    assert_int_equal(a->due_s, b->due_s);
    assert_int_equal(a->settles, b->settles);
    assert_int_equal(a->made_s, b->made_s);
    assert_int_equal(a->attempts, b->attempts);
    assert_int_equal(a->failing_s, b->failing_s);
    assert_int_equal(a->next_s, b->next_s);
    assert_string_equal(a->why, b->why);
    assert_int_equal(a->again, b->again);
}

static void everything_comes_back(void **state)
{
    struct place *p = *state;
    delivery_cursor back;
    fill(&p->cursor);
    assert_int_equal(cursor_save(p->folder, text_of("one"), &p->cursor), STATUS_OK);
    assert_int_equal(load(p, &back), STATUS_OK);
    assert_true(back.active);
    assert_string_equal(back.where, p->cursor.where);
    assert_string_equal(back.lineage, p->cursor.lineage);
    assert_int_equal(back.through, (UINT64_C(1) << 60) + 5);
    assert_int_equal(back.begun_s, 1770000000);
    assert_int_equal(back.digest_s, p->cursor.digest_s);
    assert_true(back.told);
    assert_int_equal(back.tested_s, 77);
    assert_string_equal(back.tested_why, "535 \"no\"");
    assert_same_message(&back.now, &p->cursor.now);
    assert_int_equal(back.dead_count, 1);
    assert_same_message(&back.dead[0], &p->cursor.dead[0]);
    cursor_free(&back);
    assert_false(file_exists(p->folder, "one.json.new"));
}

static void one_that_is_not_there_is_not_found(void **state)
{
    delivery_cursor back;
    assert_int_equal(load(*state, &back), STATUS_NOT_FOUND);
}

static void a_torn_file_is_damaged_wherever_it_ends(void **state)
{
    struct place *p = *state;
    delivery_cursor back;
    fill(&p->cursor);
    assert_int_equal(cursor_save(p->folder, text_of("one"), &p->cursor), STATUS_OK);
    text all = file_read(p->folder, "one.json", p->memory);
    for (size_t size = 0; size < all.size - 1; size += 5) { /* the last octet is a line end */
        file_write(p->folder, "one.json", (text){all.at, size});
        assert_int_equal(load(p, &back), STATUS_CORRUPT);
    }
}

static void a_file_that_lacks_a_field_or_has_another_kind_of_it_is_damaged(void **state)
{
    struct place *p = *state;
    delivery_cursor back;
    static const char *const others[] = {"[]", "{}", "null", "{\"through\": \"5\"}"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        file_write(p->folder, "one.json", text_of(others[i]));
        assert_int_equal(load(p, &back), STATUS_CORRUPT);
    }
    assert_int_equal(cursor_save(p->folder, text_of("one"), &p->cursor), STATUS_OK);
    text all = file_read(p->folder, "one.json", p->memory);
    char *at = strstr(all.at, "\"digest_s\"");
    assert_non_null(at);
    at[1] = 'x';
    file_write(p->folder, "one.json", all);
    assert_int_equal(load(p, &back), STATUS_CORRUPT);
}

static void a_damaged_file_is_put_aside_and_kept(void **state)
{
    struct place *p = *state;
    file_write(p->folder, "one.json", text_of("{"));
    cursor_put_aside(p->folder, text_of("one"));
    assert_false(file_exists(p->folder, "one.json"));
    assert_text(file_read(p->folder, "one.json.damaged", p->memory), "{");
}

static void a_full_disk_leaves_the_old_one(void **state)
{
    struct place *p = *state;
    delivery_cursor back;
    assert_int_equal(cursor_save(p->folder, text_of("one"), &p->cursor), STATUS_OK);
    /* What is written beside it goes to a device that is always full. */
    assert_int_equal(symlink("/dev/full", arena_print(p->memory, "%s/one.json.new", p->folder).at), 0);
    cursor_pass(&p->cursor, p->cursor.through + 1, 0);
    assert_int_equal(cursor_save(p->folder, text_of("one"), &p->cursor), STATUS_FULL);
    assert_int_equal(load(p, &back), STATUS_OK);
    assert_int_equal(back.through, UINT64_C(1) << 60);
    assert_int_equal(cursor_save(p->folder, text_of("one"), &p->cursor), STATUS_OK);
    assert_int_equal(load(p, &back), STATUS_OK);
    assert_int_equal(back.through, (UINT64_C(1) << 60) + 1);
}

static void what_a_crash_left_beside_it_is_not_read(void **state)
{
    struct place *p = *state;
    delivery_cursor back;
    assert_int_equal(cursor_save(p->folder, text_of("one"), &p->cursor), STATUS_OK);
    file_write(p->folder, "one.json.new", text_of("{\"half"));
    assert_int_equal(load(p, &back), STATUS_OK);
}

static void the_folder_is_made_once_and_not_for_everybody(void **state)
{
    struct place *p = *state;
    char folder[FOLDER_SIZE * 2];
    struct stat about;
    assert_int_equal(cursor_folder(p->folder, folder, sizeof folder), STATUS_OK);
    assert_int_equal(cursor_folder(p->folder, folder, sizeof folder), STATUS_OK);
    assert_int_equal(stat(folder, &about), 0);
    assert_int_equal(about.st_mode & 07, 0);
    assert_int_not_equal(cursor_folder("/proc/nowhere", folder, sizeof folder), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_comes_back, make, unmake),
        cmocka_unit_test_setup_teardown(one_that_is_not_there_is_not_found, make, unmake),
        cmocka_unit_test_setup_teardown(a_torn_file_is_damaged_wherever_it_ends, make, unmake),
        cmocka_unit_test_setup_teardown(a_file_that_lacks_a_field_or_has_another_kind_of_it_is_damaged, make, unmake),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_put_aside_and_kept, make, unmake),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_the_old_one, make, unmake),
        cmocka_unit_test_setup_teardown(what_a_crash_left_beside_it_is_not_read, make, unmake),
        cmocka_unit_test_setup_teardown(the_folder_is_made_once_and_not_for_everybody, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
