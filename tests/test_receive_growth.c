/* Promise: however long a peer goes on, in its own way or in a bad one, it leaves no more behind in memory than it has open,
 * and nothing in the store that was not sent to be stored. */
#include "aggregator/receive.h"

#include <stdio.h>
#include <string.h>

#include "faulty_vfs.h"
#include "hall.h"
#include "testing.h"

enum { WARM = 200, TIMES = 2000, GROWTH_MAX = 16 * 1024 };

/* Does it some times, so that there is room for what comes, and then many times. */
static void assert_no_growth(hall *self, void (*act)(hall *self, int n))
{
    size_t before = 0;
    for (int n = 0; n < WARM + TIMES; n++) {
        if (n == WARM)
            before = heap_in_use();
        act(self, n);
        hall_clear(self);
    }
    size_t after = heap_in_use();
    if (after > before + GROWTH_MAX)
        fail_msg("%zu octets more than before", after - before);
}

static message_kind last_answer(const hall *self)
{
    assert_true(self->heard_count > 0);
    return self->heard[self->heard_count - 1].kind;
}

static void greet_under_another_name(hall *self, int n)
{
    char name[STREAM_SIZE_MAX + 1];
    (void)snprintf(name, sizeof name, "%0*d", STREAM_SIZE_MAX, n);
    hall_say(self, 'a', (message){.kind = MESSAGE_HELLO, .stream_number = 1,
                                  .hello = {.source = text_of("desk"), .stream = text_of(name), .instance = 1}});
    assert_int_equal(last_answer(self), MESSAGE_WELCOME);
}

static void streams_that_are_opened_over_and_over_leave_nothing_behind(void **state)
{
    assert_no_growth(*state, greet_under_another_name);
}

static void greet_with_other_claims(hall *self, int n)
{
    char code[CODE_SIZE_MAX + 1], origin[CODE_SIZE_MAX + 1];
    (void)snprintf(code, sizeof code, "%0*d", CODE_SIZE_MAX, n);
    (void)snprintf(origin, sizeof origin, "%0*d", CODE_SIZE_MAX, n);
    coverage_declaration claim = {.origin = text_of(origin), .area = text_of("D1"), .days = {100, 200},
                                  .offences = (text[]){text_of(code)}, .offence_count = 1};
    hall_say(self, 'a', (message){.kind = MESSAGE_HELLO, .stream_number = 1,
                                  .hello = {.source = text_of("desk"), .stream = text_of("a.csv"), .instance = 1,
                                            .claims = &claim, .claim_count = 1}});
    assert_int_equal(last_answer(self), MESSAGE_WELCOME);
}

static void count_codes(void *context, const stored_code *code)
{
    *(int *)context += code->kind == CODE_SCHEME || code->kind == CODE_ORIGIN;
}

static void claims_that_are_made_over_and_over_leave_nothing_behind(void **state)
{
    hall *self = *state;
    int codes = 0;
    assert_no_growth(self, greet_with_other_claims);
    assert_admitted(&self->world, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(&self->world);
    assert_int_equal(store_codes(engine_store(self->world.engine), count_codes, &codes), STATUS_OK);
    assert_int_equal(codes, 1); /* the record's origin */
}

static void move_on(hall *self, int n)
{
    char digest[DIGEST_SIZE_MAX];
    memset(digest, n, sizeof digest);
    hall_say(self, 'a', (message){.kind = MESSAGE_RECORDS, .stream_number = 1, .sequence = (uint64_t)n + 1,
                                  .records = {.origin = text_of("live"),
                                              .position = {.offset = (uint64_t)n, .digest = {digest, sizeof digest}, .held = true}}});
    assert_int_equal(receive_commit(self->receive, hall_now(self)), STATUS_OK);
    assert_int_equal(last_answer(self), MESSAGE_ACK);
}

static void a_stream_that_goes_on_for_ever_leaves_nothing_behind(void **state)
{
    hall *self = *state;
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
    assert_no_growth(self, move_on);
}

static void begin_an_issue(hall *self, int n)
{
    hall_say(self, 'a', (message){.kind = MESSAGE_SNAPSHOT_BEGIN, .stream_number = 1, .sequence = (uint64_t)n + 1,
                                  .snapshot_begin = {.origin = text_of("police"), .revision = 1, .issued_ns = 1000,
                                                     .digest = text_of("d")}});
    assert_int_equal(receive_commit(self->receive, hall_now(self)), STATUS_OK);
    assert_int_equal(last_answer(self), MESSAGE_ACK);
}

static void an_issue_that_is_begun_over_and_over_leaves_nothing_behind(void **state)
{
    hall *self = *state;
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
    assert_no_growth(self, begin_an_issue);
}

static void break_the_rules(hall *self, int n)
{
    hall_say(self, 'a', (message){.kind = MESSAGE_CAUGHT_UP, .stream_number = 1, .sequence = (uint64_t)n + 7});
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
}

static void sessions_that_are_begun_again_after_refusals_leave_nothing_behind(void **state)
{
    hall *self = *state;
    assert_int_equal(hall_greet(self, 'a'), MESSAGE_WELCOME);
    assert_no_growth(self, break_the_rules);
}

/* Thousands of commits need not reach the disk. */
static int sync_nothing(void **state)
{
    (void)state;
    faulty_install();
    return 0;
}

#define IN_A_HALL(test) cmocka_unit_test_setup_teardown(test, hall_make, hall_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_HALL(streams_that_are_opened_over_and_over_leave_nothing_behind),
        IN_A_HALL(claims_that_are_made_over_and_over_leave_nothing_behind),
        IN_A_HALL(a_stream_that_goes_on_for_ever_leaves_nothing_behind),
        IN_A_HALL(an_issue_that_is_begun_over_and_over_leaves_nothing_behind),
        IN_A_HALL(sessions_that_are_begun_again_after_refusals_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, sync_nothing, NULL);
}
