/* Promise: versions that go into the store together read back as they were, whatever their number and whatever stands or is
 * missing in those beside them; and what finds them by reference can be read alone. */
#include "storage/store.h"

#include <stdio.h>
#include <string.h>

#include "store_fixtures.h"
#include "testing.h"

static void commit(void **state, store_group group)
{
    assert_committed(((place *)*state)->writer, &group);
}

/* Every field differs from version to version, and is nothing in some. */
static version varied_version(uint64_t id, char named[16])
{
    (void)snprintf(named, 16, "r%llu", (unsigned long long)id);
    text stamp = id % 3 == 0 ? (text){"", 0} : text_of(named);
    uint32_t n = (uint32_t)id;
    return (version){
        .id = id, .origin = n + 1, .reference = text_of(named), .revision = id * 2, .issued_ns = -(int64_t)id,
        .received_s = (int64_t)id * 5, .status = id % 3 == 0 ? RECORD_CANCELLED : RECORD_RECORDED, .current = id % 2 == 0,
        .previous = id / 2, .recorded = id % 5 == 0 ? DAY_NONE : (day_number)id + 7, .month_only = id % 4 == 0,
        .offence = n % 7, .place = n % 6 + 100, .markers = n % 3, .outcome = n % 2, .recorded_at = stamp,
        .occurred_at = id % 2 == 0 ? stamp : (text){"", 0}, .occurred_to = id % 5 == 0 ? stamp : (text){"", 0},
        .latitude_e6 = id % 4 == 0 ? COORDINATE_NONE : (int32_t)n, .longitude_e6 = id % 4 == 1 ? COORDINATE_NONE : -(int32_t)n};
}

static void assert_same_version(const version *a, const version *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->origin, b->origin);
    assert_int_equal(a->received_s, b->received_s);
    assert_int_equal(a->issued_ns, b->issued_ns);
    assert_int_equal(a->current, b->current);
    assert_int_equal(a->previous, b->previous);
    assert_int_equal(a->revision, b->revision);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->recorded, b->recorded);
    assert_int_equal(a->month_only, b->month_only);
    assert_int_equal(a->offence, b->offence);
    assert_int_equal(a->place, b->place);
    assert_int_equal(a->markers, b->markers);
    assert_int_equal(a->outcome, b->outcome);
    assert_int_equal(a->latitude_e6, b->latitude_e6);
    assert_int_equal(a->longitude_e6, b->longitude_e6);
    assert_true(text_equal(a->reference, b->reference) && text_equal(a->recorded_at, b->recorded_at));
    assert_true(text_equal(a->occurred_at, b->occurred_at) && text_equal(a->occurred_to, b->occurred_to));
}

/* Most go in several at a time: each stands where it belongs, whatever went in before it. */
static void groups_of_any_size_read_back_as_they_were(void **state)
{
    enum { MOST = 50 };
    place *self = *state;
    version made[MOST], found;
    char named[MOST][16];
    uint64_t last = 0;
    for (size_t size = 1; size <= MOST; size++) {
        for (size_t i = 0; i < size; i++)
            made[i] = varied_version(last + i + 1, named[i]);
        commit(state, (store_group){.versions = made, .version_count = size});
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(store_version(self->writer, ++last, self->memory, &found), STATUS_OK);
            assert_same_version(&found, &made[i]);
        }
    }
}

static bool note_reference(void *context, const version *v)
{
    version *each = context;
    assert_text(v->reference, v->id == 3 ? "b" : "a");
    each[v->id] = *v;
    return v->id < 4;
}

static void references_are_visited_in_order_with_what_finds_them(void **state)
{
    place *self = *state;
    version five[5], found[6] = {{0}};
    for (uint64_t i = 0; i < 5; i++)
        five[i] = bare_version(i + 1, i == 2 ? "b" : "a");
    five[3].origin = 7;
    five[3].previous = 2;
    commit(state, (store_group){.versions = five, .version_count = 5});
    assert_int_equal(store_references(self->writer, 2, INT64_MAX, note_reference, found), STATUS_OK);
    for (uint64_t i = 0; i < 6; i++)
        assert_int_equal(found[i].id, i >= 2 && i <= 4 ? i : 0);
    assert_int_equal(found[3].origin, five[2].origin);
    assert_int_equal(found[3].previous, 0);
    assert_int_equal(found[4].origin, 7);
    assert_int_equal(found[4].previous, 2);
}

#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, place_make_store, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_STORE(groups_of_any_size_read_back_as_they_were),
        IN_A_STORE(references_are_visited_in_order_with_what_finds_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
