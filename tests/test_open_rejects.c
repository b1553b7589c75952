/* Promise: of the rejects that wait, a good version finds just those of its incident whose revision is not above
 * its own, each once; and none that the store has resolved. */
#include "aggregator/open_rejects.h"

#include <string.h>

#include "storage/finder.h"
#include "store_fixtures.h"
#include "testing.h"

static open_rejects *self;

static int make(void **state)
{
    (void)state;
    self = open_rejects_create();
    return 0;
}

static int forget(void **state)
{
    (void)state;
    open_rejects_destroy(&self);
    assert_null(self);
    open_rejects_destroy(&self);
    return 0;
}

static void assert_taken(uint64_t identity, uint64_t revision, uint64_t expected)
{
    uint64_t digest = 0;
    assert_true(open_rejects_take(self, identity, revision, &digest));
    assert_int_equal(digest, expected);
}

static void assert_none(uint64_t identity, uint64_t revision)
{
    uint64_t digest = 77;
    assert_false(open_rejects_take(self, identity, revision, &digest));
    assert_int_equal(digest, 77);
}

static void nothing_is_found_where_nothing_was_added(void **state)
{
    (void)state;
    assert_none(1, UINT64_MAX);
    assert_int_equal(open_rejects_count(self), 0);
}

static void a_reject_is_taken_once_and_by_its_own_incident_only(void **state)
{
    (void)state;
    open_rejects_add(self, 1, 10, 0);
    open_rejects_add(self, 2, 20, 0);
    assert_int_equal(open_rejects_count(self), 2);
    assert_none(3, 0);
    assert_taken(1, 0, 10);
    assert_none(1, 0);
    assert_taken(2, 0, 20);
    assert_int_equal(open_rejects_count(self), 0);
}

static void a_reject_of_a_newer_revision_is_left(void **state)
{
    (void)state;
    open_rejects_add(self, 1, 10, 5);
    open_rejects_add(self, 1, 11, 7);
    assert_none(1, 4);
    assert_taken(1, 5, 10);
    assert_none(1, 6);
    assert_taken(1, UINT64_MAX, 11);
}

static void the_same_reject_twice_is_one(void **state)
{
    (void)state;
    open_rejects_add(self, 1, 10, 5);
    open_rejects_add(self, 1, 10, 5);
    open_rejects_add(self, 2, 10, 5);
    assert_int_equal(open_rejects_count(self), 2);
    assert_taken(1, 5, 10);
    assert_none(1, 5);
}

/* --- against a plain list ---------------------------------------------------------------------- */

enum { LISTED_MAX = 600 };

struct listed {
    uint64_t identity, digest, revision;
};

static struct listed list[LISTED_MAX];
static size_t listed;

/* Few identities, and of these many that a table would put at its end: chains wrap around. */
static uint64_t identity_by_chance(chance *by)
{
    uint64_t drawn = chance_below(by, 40);
    return chance_below(by, 2) == 0 ? drawn << 20 | drawn : ((uint64_t)0xfffff << 20) + drawn;
}

static void add_by_chance(chance *by)
{
    struct listed made = {identity_by_chance(by), chance_below(by, 60), 0};
    made.revision = made.digest % 7;
    for (size_t i = 0; i < listed; i++)
        if (list[i].identity == made.identity && list[i].digest == made.digest) {
            open_rejects_add(self, made.identity, made.digest, made.revision);
            return;
        }
    list[listed++] = made;
    open_rejects_add(self, made.identity, made.digest, made.revision);
}

static void take_by_chance(chance *by)
{
    uint64_t identity = identity_by_chance(by), revision = chance_below(by, 7), digest;
    size_t fitting = 0;
    for (size_t i = 0; i < listed; i++)
        fitting += list[i].identity == identity && list[i].revision <= revision;
    bool taken = open_rejects_take(self, identity, revision, &digest);
    assert_int_equal(taken, fitting > 0);
    for (size_t i = 0; i < listed && taken; i++)
        if (list[i].identity == identity && list[i].digest == digest) {
            assert_true(list[i].revision <= revision);
            list[i] = list[--listed];
            return;
        }
    assert_false(taken); /* what was never added, or taken before, was taken */
}

static void random_additions_and_takings_agree_with_a_plain_list(void **state)
{
    (void)state;
    chance by = {5};
    listed = 0;
    for (int round = 0; round < 40; round++) {
        unsigned often = round % 4 == 0 ? 5 : 2; /* it grows and shrinks */
        for (int i = 0; i < 400; i++) {
            if (chance_below(&by, often) != 0 && listed < LISTED_MAX)
                add_by_chance(&by);
            else
                take_by_chance(&by);
            assert_int_equal(open_rejects_count(self), listed);
        }
    }
    for (uint64_t digest; listed > 0; listed--) {
        assert_true(open_rejects_take(self, list[listed - 1].identity, UINT64_MAX, &digest));
    }
    assert_int_equal(open_rejects_count(self), 0);
}

/* --- from a store ------------------------------------------------------------------------------ */

static reject stored_reject(uint64_t digest, const char *reference, uint64_t revision)
{
    return (reject){.digest = digest, .reason = REJECT_UNKNOWN_OFFENCE, .words = text_of("w"), .origin = text_of("o"),
                    .reference = text_of(reference), .revision = revision};
}

static void what_the_store_has_open_is_loaded_in_place_of_all_that_was_there(void **state)
{
    place *in = NULL;
    (void)state;
    (void)place_make_store((void **)&in);
    reject rejects[] = {stored_reject(1, "a", 3), stored_reject(2, "a", 4), stored_reject(3, "b", 0),
                        stored_reject(4, "", 0)}; /* the last names no incident: nothing can resolve it */
    uint64_t resolved = 3;
    assert_committed(in->writer, &(store_group){.rejects = rejects, .reject_count = 4, .resolved = &resolved,
                                                .resolved_count = 1});
    uint64_t a = finder_hash(text_of("o"), text_of("a")), b = finder_hash(text_of("o"), text_of("b"));
    open_rejects_add(self, 9, 9, 0);
    open_rejects_add(self, a, 99, 0);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(open_rejects_load(self, in->writer), STATUS_OK);
        assert_int_equal(open_rejects_count(self), 2);
    }
    assert_none(9, 9);
    assert_none(b, 9);
    assert_taken(a, 3, 1);
    assert_taken(a, 4, 2);
    (void)place_remove((void **)&in);
}

#define WITH_NONE(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_NONE(nothing_is_found_where_nothing_was_added),
        WITH_NONE(a_reject_is_taken_once_and_by_its_own_incident_only),
        WITH_NONE(a_reject_of_a_newer_revision_is_left),
        WITH_NONE(the_same_reject_twice_is_one),
        WITH_NONE(random_additions_and_takings_agree_with_a_plain_list),
        WITH_NONE(what_the_store_has_open_is_loaded_in_place_of_all_that_was_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
