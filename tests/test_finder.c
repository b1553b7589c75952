/* Promise: the newest version of every incident is among the few candidates that the finder gives for its
 * hash; and a checkpoint reads back as it was, or not at all. */
#include "storage/finder.h"

#include <stdio.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

/* Is the version among the candidates of a hash, and how many are there? */
static bool is_candidate(const finder *f, uint64_t hash, uint64_t id, size_t *candidates)
{
    uint64_t cursor = 0, found;
    bool there = false;
    *candidates = 0;
    while ((found = finder_next(f, hash, &cursor)) != 0) {
        there = there || found == id;
        ++*candidates;
    }
    return there;
}

static void assert_only(const finder *f, uint64_t hash, uint64_t id)
{
    size_t candidates;
    assert_true(is_candidate(f, hash, id, &candidates));
    assert_int_equal(candidates, 1);
}

static void assert_none(const finder *f, uint64_t hash)
{
    uint64_t cursor = 0;
    assert_int_equal(finder_next(f, hash, &cursor), 0);
}

static uint64_t hash_of(const char *reference)
{
    return finder_hash(text_of("staffordshire"), text_of(reference));
}

static void an_incident_stands_under_origin_and_reference(void **state)
{
    (void)state;
    assert_true(finder_hash(text_of("a"), text_of("b")) == finder_hash(text_of("a"), text_of("b")));
    assert_true(finder_hash(text_of("a"), text_of("b")) != finder_hash(text_of("b"), text_of("a")));
    assert_true(finder_hash(text_of("ab"), text_of("c")) != finder_hash(text_of("a"), text_of("bc")));
    assert_true(finder_hash(text_of("a"), OCTETS("b\0")) != finder_hash(text_of("a"), text_of("b")));
}

static void the_newest_version_stands_in_place_of_the_older(void **state)
{
    (void)state;
    finder *f = finder_create();
    assert_none(f, hash_of("a"));
    finder_put(f, hash_of("a"), 0, 1);
    finder_put(f, hash_of("b"), 0, 2);
    finder_put(f, hash_of("a"), 1, 3);
    assert_only(f, hash_of("a"), 3);
    assert_only(f, hash_of("b"), 2);
    assert_none(f, hash_of("c"));
    assert_int_equal(finder_count(f), 2);
    finder_remove(f, hash_of("a"), 3);
    assert_none(f, hash_of("a"));
    assert_only(f, hash_of("b"), 2);
    assert_int_equal(finder_count(f), 1);
    finder_destroy(&f);
    assert_null(f);
    finder_destroy(&f);
}

static void incidents_of_one_hash_are_all_candidates(void **state)
{
    (void)state;
    static const uint64_t hashes[] = {0, UINT64_MAX, 0x8000000000000000u, 0xffffffff00000000u};
    finder *f = finder_create();
    uint64_t id = 0;
    size_t candidates;
    for (size_t i = 0; i < 4; i++)
        for (int k = 0; k < 5; k++)
            finder_put(f, hashes[i], 0, ++id);
    for (id = 1; id <= 20; id++)
        assert_true(is_candidate(f, hashes[(id - 1) / 5], id, &candidates));
    assert_true(is_candidate(f, 0, 1, &candidates));
    assert_int_equal(candidates, 5);
    finder_destroy(&f);
}

/* Crowds at both ends of the table, which reach over its end and on from its beginning, and one in the middle that is
 * longer than the way to its new home. */
static void all_are_found_after_each_growth_however_they_crowd(void **state)
{
    (void)state;
    enum { CROWDED = 6000, CROWDS = 5 };
    static const uint64_t crowds[CROWDS] = {0, 0xfffffff000000000u, 0x0010000000000000u, 0x8000000000000000u,
                                            0xffffffff00000000u};
    finder *f = finder_create();
    size_t candidates, held = 0, growths = 0;
    for (uint64_t id = 1; id <= CROWDED; id++) {
        finder_put(f, crowds[id % CROWDS] ^ (id / CROWDS % 16) << 32, 0, id);
        if (finder_held(f) == held)
            continue;
        held = finder_held(f);
        growths++;
        for (uint64_t each = 1; each <= id; each++)
            assert_true(is_candidate(f, crowds[each % CROWDS] ^ (each / CROWDS % 16) << 32, each, &candidates));
    }
    assert_in_range(growths, 4, 5);
    assert_int_equal(finder_count(f), CROWDED);
    finder_destroy(&f);
}

static void many_incidents_are_found_and_cost_few_octets(void **state)
{
    (void)state;
    enum { MANY = 200000 };
    char reference[16];
    size_t candidates, all = 0;
    finder *f = finder_create();
    for (uint64_t id = 1; id <= MANY; id++) {
        (void)snprintf(reference, sizeof reference, "%d", (int)id);
        finder_put(f, hash_of(reference), 0, id);
    }
    for (uint64_t id = 1; id <= MANY; id++) {
        (void)snprintf(reference, sizeof reference, "%d", (int)id);
        assert_true(is_candidate(f, hash_of(reference), id, &candidates));
        all += candidates;
    }
    assert_int_equal(finder_count(f), MANY);
    assert_in_range(all, MANY, MANY + MANY / 1000); /* others by chance: a few */
    assert_in_range(finder_held(f), 8 * MANY, 8 * MANY * 3);
    finder_destroy(&f);
}

/* --- against a plain table --------------------------------------------------------------------- */

enum { KEYS = 300 };

/* [key]: the version, or 0. Several keys share a hash, and hashes crowd together. */
typedef struct model {
    uint64_t ids[KEYS];
    uint64_t last;
} model;

static uint64_t hash_of_key(uint32_t key)
{
    uint64_t crowded = key % 7 == 0 ? UINT32_MAX - key % 5 : (uint64_t)(key / 2) << 20;
    return crowded << 32 | key;
}

static void change_by_chance(chance *by, finder *f, model *m)
{
    uint32_t key = chance_below(by, KEYS);
    if (m->ids[key] != 0 && chance_below(by, 3) == 0) {
        finder_remove(f, hash_of_key(key), m->ids[key]);
        m->ids[key] = 0;
    } else {
        finder_put(f, hash_of_key(key), m->ids[key], ++m->last);
        m->ids[key] = m->last;
    }
}

static void assert_like_model(const finder *f, const model *m)
{
    size_t count = 0, candidates;
    for (uint32_t key = 0; key < KEYS; key++) {
        if (m->ids[key] != 0)
            assert_true(is_candidate(f, hash_of_key(key), m->ids[key], &candidates));
        count += m->ids[key] != 0;
    }
    assert_int_equal(finder_count(f), count);
}

static void random_changes_agree_with_a_plain_table(void **state)
{
    (void)state;
    chance by = {15};
    finder *f = finder_create();
    model m = {0};
    for (int step = 0; step < 30000; step++) {
        change_by_chance(&by, f, &m);
        if (step % 50 == 0)
            assert_like_model(f, &m);
    }
    finder_destroy(&f);
}

/* --- the checkpoint ---------------------------------------------------------------------------- */

typedef struct kept {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 16];
    finder *f;
    model m;
} kept;

static const finder_mark mark = {.last = 77, .digest = UINT64_MAX};

static int save_some(void **state)
{
    static kept self;
    chance by = {16};
    self = (kept){.f = finder_create()};
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/finder", self.folder);
    for (int i = 0; i < 500; i++)
        change_by_chance(&by, self.f, &self.m);
    assert_int_equal(finder_save(self.f, self.path, mark), STATUS_OK);
    *state = &self;
    return 0;
}

static int forget(void **state)
{
    kept *self = *state;
    finder_destroy(&self->f);
    folder_remove(self->folder);
    return 0;
}

static void a_checkpoint_reads_back_as_it_was_and_goes_on(void **state)
{
    kept *self = *state;
    chance by = {17};
    finder *back = NULL;
    finder_mark found = {0};
    assert_int_equal(finder_load(self->path, &back, &found), STATUS_OK);
    assert_int_equal(found.last, 77);
    assert_int_equal(found.digest, UINT64_MAX);
    assert_like_model(back, &self->m);
    for (int i = 0; i < 3000; i++)
        change_by_chance(&by, back, &self->m);
    assert_like_model(back, &self->m);
    finder_destroy(&back);
}

static void a_later_checkpoint_takes_the_place_of_the_former(void **state)
{
    kept *self = *state;
    finder *back = NULL;
    finder_mark found;
    finder_put(self->f, hash_of("new"), 0, 100000);
    assert_int_equal(finder_save(self->f, self->path, (finder_mark){.last = 78}), STATUS_OK);
    assert_int_equal(finder_load(self->path, &back, &found), STATUS_OK);
    assert_int_equal(found.last, 78);
    assert_only(back, hash_of("new"), 100000);
    finder_destroy(&back);
}

static void assert_not_loaded(const char *path, status expected)
{
    finder *back = NULL;
    finder_mark found = {.last = 5};
    assert_int_equal(finder_load(path, &back, &found), expected);
    assert_null(back);
    assert_int_equal(found.last, 5);
}

static void a_checkpoint_that_cannot_be_written_leaves_the_former(void **state)
{
    kept *self = *state;
    char missing[FOLDER_SIZE + 16];
    (void)snprintf(missing, sizeof missing, "%s/none/finder", self->folder);
    assert_int_equal(finder_save(self->f, missing, mark), STATUS_IO);
    assert_not_loaded(missing, STATUS_NOT_FOUND);
    finder *back = NULL;
    finder_mark found;
    assert_int_equal(finder_load(self->path, &back, &found), STATUS_OK);
    finder_destroy(&back);
}

static void a_checkpoint_cut_off_or_longer_is_not_taken(void **state)
{
    kept *self = *state;
    arena *memory = arena_create();
    text whole = file_read(self->folder, "finder", memory);
    for (size_t size = 0; size < whole.size; size += size < 100 ? 1 : 97) {
        file_write(self->folder, "finder", (text){whole.at, size});
        assert_not_loaded(self->path, STATUS_CORRUPT);
    }
    char *longer = arena_take(memory, whole.size + 1);
    memcpy(longer, whole.at, whole.size);
    longer[whole.size] = 0;
    file_write(self->folder, "finder", (text){longer, whole.size + 1});
    assert_not_loaded(self->path, STATUS_CORRUPT);
    arena_destroy(&memory);
}

static void a_checkpoint_with_one_octet_changed_is_not_taken(void **state)
{
    kept *self = *state;
    arena *memory = arena_create();
    text whole = file_read(self->folder, "finder", memory);
    char *octets = (char *)(uintptr_t)whole.at;
    for (size_t at = 0; at < whole.size; at += at < 100 ? 1 : 61) {
        octets[at] ^= 1;
        file_write(self->folder, "finder", whole);
        assert_not_loaded(self->path, STATUS_CORRUPT);
        octets[at] ^= 1;
    }
    arena_destroy(&memory);
}

static void what_is_no_checkpoint_is_not_taken(void **state)
{
    kept *self = *state;
    file_write(self->folder, "finder", text_of("Dear aggregator, this is a letter and longer than the head of a checkpoint."));
    assert_not_loaded(self->path, STATUS_CORRUPT);
    assert_not_loaded(self->folder, STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_incident_stands_under_origin_and_reference),
        cmocka_unit_test(the_newest_version_stands_in_place_of_the_older),
        cmocka_unit_test(incidents_of_one_hash_are_all_candidates),
        cmocka_unit_test(all_are_found_after_each_growth_however_they_crowd),
        cmocka_unit_test(many_incidents_are_found_and_cost_few_octets),
        cmocka_unit_test(random_changes_agree_with_a_plain_table),
        cmocka_unit_test_setup_teardown(a_checkpoint_reads_back_as_it_was_and_goes_on, save_some, forget),
        cmocka_unit_test_setup_teardown(a_later_checkpoint_takes_the_place_of_the_former, save_some, forget),
        cmocka_unit_test_setup_teardown(a_checkpoint_that_cannot_be_written_leaves_the_former, save_some, forget),
        cmocka_unit_test_setup_teardown(a_checkpoint_cut_off_or_longer_is_not_taken, save_some, forget),
        cmocka_unit_test_setup_teardown(a_checkpoint_with_one_octet_changed_is_not_taken, save_some, forget),
        cmocka_unit_test_setup_teardown(what_is_no_checkpoint_is_not_taken, save_some, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
