/* Promise: what was gathered is there until it is emptied, whole, in memory of its own; what may stand once only
 * stands once; and ten thousand marks are found as quickly and surely as one. */
#include "aggregator/gathering.h"

#include <string.h>

#include "fixtures.h"
#include "testing.h"

static gathering g;

static int make(void **state)
{
    (void)state;
    gathering_open(&g);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    gathering_close(&g);
    return 0;
}

/* A text in a buffer that is spoilt once it was handed over. */
static char lent[8][16];

static text lend(int which, const char *words)
{
    (void)strcpy(lent[which], words);
    return text_of(lent[which]);
}

static void spoil(void)
{
    memset(lent, 'x', sizeof lent);
}

static void nothing_is_in_it_at_first_and_after_it_was_emptied(void **state)
{
    (void)state;
    assert_true(gathering_is_empty(&g));
    gathering_mark(&g, (version_mark){.id = 1});
    assert_false(gathering_is_empty(&g));
    gathering_empty(&g);
    assert_true(gathering_is_empty(&g));
    assert_null(gathering_find_mark(&g, 1));
}

static void fill_one(int kind)
{
    switch (kind) {
    case 0: gathering_add_version(&g, &(version){.id = 1, .reference = {"a", 1}}); break;
    case 1: gathering_mark(&g, (version_mark){.id = 1}); break;
    case 2: gathering_add_reject(&g, &(reject){.digest = 1}); break;
    case 3: gathering_resolve(&g, 1); break;
    case 4: gathering_put_stream(&g, &(stream_state){.key = {{"a", 1}, {"b", 1}}}); break;
    case 5: gathering_put_issue(&g, &(issue){.origin = 1, .digest = {"d", 1}}); break;
    case 6: gathering_add_coverage(&g, &(declared_coverage){.days = {1, 2}}); break;
    default: gathering_add_promise(&g, &(promise){.origin = 1}); break;
    }
}

static void whatever_is_to_be_stored_makes_it_not_empty(void **state)
{
    (void)state;
    for (int kind = 0; kind < 8; kind++) {
        fill_one(kind);
        if (gathering_is_empty(&g))
            fail_msg("it is empty with something of kind %d in it", kind);
        gathering_empty(&g);
        assert_true(gathering_is_empty(&g));
    }
    g.records = 3;
    gathering_touch(&g, 1);
    gathering_add_change(&g, (finder_change){1, 0, 1});
    assert_true(gathering_is_empty(&g)); /* nothing of these is stored by itself */
    gathering_empty(&g);
    assert_int_equal(g.records + g.touched_count + g.change_count, 0);
}

/* --- texts ------------------------------------------------------------------------------------- */

static void a_version_is_kept_with_its_texts(void **state)
{
    (void)state;
    version v = {.id = 7, .reference = lend(0, "ref"), .recorded_at = lend(1, "at"), .occurred_at = lend(2, "from"),
                 .occurred_to = lend(3, "to"), .revision = 4};
    for (int i = 0; i < 100; i++)
        gathering_add_version(&g, &v);
    spoil();
    assert_int_equal(g.version_count, 100);
    assert_int_equal(g.versions[99].revision, 4);
    assert_text(g.versions[0].reference, "ref");
    assert_text(g.versions[99].recorded_at, "at");
    assert_text(g.versions[99].occurred_at, "from");
    assert_text(g.versions[99].occurred_to, "to");
}

static void a_reject_is_kept_with_its_texts(void **state)
{
    (void)state;
    gathering_add_reject(&g, &(reject){.digest = 9, .words = lend(0, "words"), .origin = lend(1, "origin"),
                                       .reference = lend(2, "ref"), .source = lend(3, "desk"), .stream = lend(4, "a"),
                                       .record = lend(5, "octets"), .row = lend(6, "row")});
    spoil();
    assert_int_equal(g.rejects[0].digest, 9);
    assert_text(g.rejects[0].words, "words");
    assert_text(g.rejects[0].origin, "origin");
    assert_text(g.rejects[0].reference, "ref");
    assert_text(g.rejects[0].source, "desk");
    assert_text(g.rejects[0].stream, "a");
    assert_text(g.rejects[0].record, "octets");
    assert_text(g.rejects[0].row, "row");
}

static void declarations_are_kept_one_by_one(void **state)
{
    (void)state;
    gathering_add_coverage(&g, &(declared_coverage){.key = {1, 2, 3, 4}, .days = {1, 2}});
    gathering_add_coverage(&g, &(declared_coverage){.key = {1, 2, 3, 4}, .days = {2, 6}});
    assert_int_equal(g.coverage_count, 2);
    assert_int_equal(g.coverage[0].days.to, 2);
    assert_int_equal(g.coverage[1].days.to, 6);
}

/* --- what may stand once only ------------------------------------------------------------------ */

static void put_stream(const char *source, const char *name, uint64_t offset, const char *digest)
{
    gathering_put_stream(&g, &(stream_state){.key = {lend(0, source), lend(1, name)},
                                             .position = {.offset = offset, .digest = lend(2, digest), .held = true}});
    spoil();
}

static void the_last_state_of_a_stream_is_the_one_that_is_found(void **state)
{
    (void)state;
    put_stream("desk", "a.csv", 1, "one");
    put_stream("desk", "b.csv", 2, "two");
    put_stream("a.csv", "desk", 3, "three");
    put_stream("desk", "a.csv", 4, "four");
    assert_int_equal(g.stream_count, 3);
    const stream_state *found = gathering_find_stream(&g, (stream_key){text_of("desk"), text_of("a.csv")});
    assert_non_null(found);
    assert_int_equal(found->position.offset, 4);
    assert_text(found->position.digest, "four");
    assert_text(found->key.source, "desk");
    assert_text(found->key.stream, "a.csv");
    assert_null(gathering_find_stream(&g, (stream_key){text_of("desk"), text_of("c.csv")}));
}

static void an_issue_stands_once_for_each_origin_revision_and_digest(void **state)
{
    (void)state;
    gathering_put_issue(&g, &(issue){.origin = 1, .revision = 2, .digest = lend(0, "d"), .first_version = 1});
    gathering_put_issue(&g, &(issue){.origin = 1, .revision = 2, .digest = lend(1, "e"), .first_version = 2});
    gathering_put_issue(&g, &(issue){.origin = 1, .revision = 3, .digest = lend(2, "d"), .first_version = 3});
    gathering_put_issue(&g, &(issue){.origin = 2, .revision = 2, .digest = lend(3, "d"), .first_version = 4});
    gathering_put_issue(&g, &(issue){.origin = 1, .revision = 2, .digest = lend(4, "d"), .first_version = 1, .last_version = 9});
    spoil();
    assert_int_equal(g.issue_count, 4);
    assert_int_equal(g.issues[0].last_version, 9);
    assert_text(g.issues[0].digest, "d");
    assert_text(g.issues[1].digest, "e");
}

static void an_area_is_touched_once(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        gathering_touch(&g, i % 7);
    assert_int_equal(g.touched_count, 7);
}

/* --- marks ------------------------------------------------------------------------------------- */

enum { MARKS = 10000, IDS = 3 * MARKS };

static void of_ten_thousand_marks_each_is_found_with_what_was_said_last(void **state)
{
    static int64_t said[IDS];
    chance by = {8};
    (void)state;
    memset(said, 0, sizeof said);
    size_t distinct = 0;
    while (distinct < MARKS) {
        uint32_t id = chance_below(&by, IDS);
        distinct += said[id] == 0;
        said[id] = (int64_t)chance_below(&by, 1000000) + 1;
        gathering_mark(&g, (version_mark){.id = (uint64_t)id << (id % 3 * 10), .current = id % 2 == 0, .issued_ns = said[id]});
    }
    assert_int_equal(g.mark_count, MARKS);
    for (uint32_t id = 0; id < IDS; id++) {
        const version_mark *found = gathering_find_mark(&g, (uint64_t)id << (id % 3 * 10));
        assert_int_equal(found != NULL, said[id] != 0);
        if (found != NULL) {
            assert_int_equal(found->issued_ns, said[id]);
            assert_int_equal(found->current, id % 2 == 0);
        }
    }
    gathering_empty(&g);
    for (uint32_t id = 0; id < IDS; id++)
        assert_null(gathering_find_mark(&g, (uint64_t)id << (id % 3 * 10)));
}

#define WITH_ONE(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ONE(nothing_is_in_it_at_first_and_after_it_was_emptied),
        WITH_ONE(whatever_is_to_be_stored_makes_it_not_empty),
        WITH_ONE(a_version_is_kept_with_its_texts),
        WITH_ONE(a_reject_is_kept_with_its_texts),
        WITH_ONE(declarations_are_kept_one_by_one),
        WITH_ONE(the_last_state_of_a_stream_is_the_one_that_is_found),
        WITH_ONE(an_issue_stands_once_for_each_origin_revision_and_digest),
        WITH_ONE(an_area_is_touched_once),
        WITH_ONE(of_ten_thousand_marks_each_is_found_with_what_was_said_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
