/* Promise: nothing is acknowledged, and no position told, before it is stored; what could not be stored is not
 * acknowledged and can be sent again; and a session takes no more memory the longer it lasts. */
#include "aggregator/receive.h"

#include <sqlite3.h>
#include <stdio.h>

#include "receive_fixtures.h"
#include "testing.h"

/* --- a store that fails on purpose ------------------------------------------------------------- */

/* Beside the engine, on a connection of its own. */
static void run_sql(const desk *d, const char *sql)
{
    char path[FOLDER_SIZE + 16];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/tocsin.db", d->world.data);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void break_store(const desk *d)
{
    run_sql(d, "CREATE TRIGGER broken BEFORE INSERT ON stream BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END");
}

static void mend_store(const desk *d)
{
    run_sql(d, "DROP TRIGGER broken");
}

/* What a process that begins now would find: is the incident in the store? */
static bool is_stored(desk *d, const char *named)
{
    store *reader = opened_reader(d->world.data);
    const char *words = world_in_words(reader, d->memory);
    store_close(&reader);
    return text_has(text_of(words), arena_print(d->memory, "live/%s ", named).at);
}

/* --- when -------------------------------------------------------------------------------------- */

static void nothing_is_acknowledged_before_it_is_stored(void **state)
{
    desk *d = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1");
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, some_records(7, 1, 1, &one, 1));
    assert_silent(d, 1);
    assert_false(is_stored(d, "a"));
    assert_int_equal(acknowledged_to(d, 1, 1).accepted, 1);
    assert_true(is_stored(d, "a"));
}

static void nothing_is_committed_when_nothing_came(void **state)
{
    desk *d = *state;
    assert_int_equal(receive_wish(d->receive), COMMIT_NOTHING);
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, a_message(MESSAGE_HEARTBEAT, 7, 0, 0));
    assert_int_equal(receive_wish(d->receive), COMMIT_NOTHING);
    desk_commit(d);
    assert_silent(d, 1);
}

static message records_and_more(uint64_t sequence, incident *one)
{
    message made = some_records(7, 1, sequence, one, 1);
    made.records.more = true;
    return made;
}

static void a_commit_waits_a_moment_when_more_was_announced_and_not_when_somebody_waits(void **state)
{
    desk *d = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1");
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, records_and_more(1, &one));
    assert_int_equal(receive_wish(d->receive), COMMIT_SOON);
    desk_hear(d, 1, records_and_more(2, &one)); /* half of the credit of 4 is used up */
    assert_int_equal(receive_wish(d->receive), COMMIT_NOW);
    (void)acknowledged_to(d, 1, 2);
    assert_int_equal(receive_wish(d->receive), COMMIT_NOTHING);
    desk_hear(d, 1, records_and_more(3, &one));
    assert_int_equal(receive_wish(d->receive), COMMIT_SOON);
    desk_hear(d, 1, a_message(MESSAGE_COVERAGE, 7, 1, 4));
    assert_int_equal(receive_wish(d->receive), COMMIT_NOW);
}

static void a_commit_does_not_wait_when_enough_is_gathered(void **state)
{
    desk *d = *state;
    incident each[100];
    for (size_t i = 0; i < 100; i++)
        each[i] = crime("a", "2024-05-17", "30C", "D1");
    d->settings.credit = 64;
    desk_settle(d, d->settings);
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    message most = some_records(7, 1, 1, each, 99), last = some_records(7, 1, 2, each, 1);
    most.records.more = last.records.more = true;
    desk_hear(d, 1, most);
    assert_int_equal(receive_wish(d->receive), COMMIT_SOON);
    desk_hear(d, 1, last);
    assert_int_equal(receive_wish(d->receive), COMMIT_NOW);
}

/* --- what -------------------------------------------------------------------------------------- */

static void an_acknowledgement_tells_what_became_of_every_record(void **state)
{
    desk *d = *state;
    incident each[] = {crime("a", "2024-05-17", "30C", "D1"), crime("a", "2024-05-17", "30C", "D1"),
                       crime_again(crime("a", "2024-05-18", "30C", "D1"), 1, 1), crime("b", "2024-05-17", "30C", "E99"),
                       crime("c", "2024-05-17", "30C", "D1")};
    faulty row = {.origin = text_of("live"), .reason = text_of("is nothing"), .row = text_of("?"), .size = 1, .digest = 3};
    message all = some_records(7, 1, 1, each, 5);
    all.records.faulty = &row;
    all.records.faulty_count = 1;
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, all);
    ack said = acknowledged_to(d, 1, 1);
    assert_int_equal(said.accepted, 2);
    assert_int_equal(said.repeated, 1);
    assert_int_equal(said.replaced, 1);
    assert_int_equal(said.rejected, 2);
    assert_int_equal(said.rejection_count, 2);
    assert_int_equal(said.rejections[0].index, 3);
    assert_false(said.rejections[0].of_faulty);
    assert_int_equal(said.rejections[0].reason, REJECT_UNKNOWN_AREA);
    assert_true(text_has(said.rejections[0].words, "area 'E99' is not in areas.csv"));
    assert_int_equal(said.rejections[1].index, 0);
    assert_true(said.rejections[1].of_faulty);
    desk_hear(d, 1, some_records(7, 1, 2, each, 1));
    said = acknowledged_to(d, 1, 2); /* since the last one */
    assert_int_equal(said.accepted + said.replaced + said.rejected, 0);
    assert_int_equal(said.repeated, 1);
    assert_int_equal(said.rejection_count, 0);
}

static void the_first_hundred_rejections_are_named_and_all_are_counted(void **state)
{
    desk *d = *state;
    incident each[150];
    for (size_t i = 0; i < 150; i++) {
        each[i] = crime("", "2024-05-17", "unheard of", "D1");
        each[i].reference = arena_print(d->memory, "%zu", i);
    }
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, some_records(7, 1, 1, each, 90));
    desk_hear(d, 1, some_records(7, 1, 2, each + 90, 60));
    ack said = acknowledged_to(d, 1, 2);
    assert_int_equal(said.rejected, 150);
    assert_int_equal(said.rejection_count, REJECTIONS_MAX);
    assert_int_equal(said.rejections[99].sequence, 2);
    assert_int_equal(said.rejections[99].index, 9);
}

static void the_same_batch_in_another_session_is_recognised(void **state)
{
    desk *d = *state;
    incident each[] = {crime("a", "2024-05-17", "30C", "D1"), crime("b", "2024-05-17", "30C", "D1")};
    for (uint64_t session = 7; session < 10; session++) {
        (void)greeted(d, 1, session, 1, "a.csv", 1);
        desk_hear(d, 1, some_records(session, 1, 1, each, 2));
        assert_int_equal(acknowledged_to(d, 1, 1).accepted, session == 7 ? 2 : 0);
        assert_counts(&d->world, "D1", "home 2024-05-17 2");
    }
}

/* --- positions --------------------------------------------------------------------------------- */

static void a_position_stays_where_it_was_when_a_message_brings_none(void **state)
{
    desk *d = *state;
    message still = some_records(7, 1, 2, NULL, 0);
    still.records.position = (position){0};
    assert_false(greeted(d, 1, 7, 1, "a.csv", 1).position.held);
    desk_hear(d, 1, a_message(MESSAGE_RECORDS, 7, 1, 1));
    desk_hear(d, 1, still);
    desk_hear(d, 1, a_message(MESSAGE_COVERAGE, 7, 1, 3));
    desk_hear(d, 1, a_message(MESSAGE_CAUGHT_UP, 7, 1, 4));
    (void)acknowledged_to(d, 1, 4);
    position held = greeted(d, 1, 8, 1, "a.csv", 1).position;
    assert_int_equal(held.offset, 1);
    assert_texts(held.digest, text_of("so far"));
}

/* A collector may go on from a position, and forget what lies before it: so it must be stored. */
static void a_position_is_told_only_when_it_is_stored(void **state)
{
    desk *d = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1");
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, records_and_more(1, &one));
    desk_hear(d, 2, a_hello(8, 1, "a.csv", 1));
    desk_hear(d, 2, a_hello(8, 2, "b.csv", 1));
    assert_int_equal(said_to(d, 2, MESSAGE_WELCOME).stream_number, 2); /* of that one nothing waits */
    assert_silent(d, 2);
    assert_int_not_equal(receive_wish(d->receive), COMMIT_NOTHING);
    desk_commit(d);
    message answer = said_to(d, 2, MESSAGE_WELCOME);
    assert_int_equal(answer.welcome.position.offset, 1);
    assert_true(is_stored(d, "a"));
    desk_hear(d, 2, a_message(MESSAGE_CAUGHT_UP, 8, 1, 1));
    desk_commit(d);
    assert_int_equal(said_to(d, 2, MESSAGE_ACK).ack.through, 1);
    assert_silent(d, 2);
}

static void a_position_that_could_not_be_stored_is_never_told(void **state)
{
    desk *d = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1");
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    desk_hear(d, 1, records_and_more(1, &one));
    desk_hear(d, 2, a_hello(8, 1, "a.csv", 1));
    break_store(d);
    assert_int_not_equal(receive_commit(d->receive, d->now), STATUS_OK);
    (void)refused_to(d, 2, REFUSAL_STORE_FAILED, "broken on purpose");
    mend_store(d);
    assert_false(greeted(d, 2, 9, 1, "a.csv", 1).position.held);
}

/* --- commits that fail ------------------------------------------------------------------------- */

static void when_a_commit_fails_everybody_is_told_to_come_again_and_nothing_is_lost(void **state)
{
    desk *d = *state;
    incident one = crime("a", "2024-05-17", "30C", "D1"), other = crime("b", "2024-05-17", "30C", "D1");
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    (void)greeted(d, 2, 8, 1, "b.csv", 2);
    desk_hear(d, 1, some_records(7, 1, 1, &one, 1));
    break_store(d);
    assert_int_not_equal(receive_commit(d->receive, d->now), STATUS_OK);
    for (int who = 1; who <= 2; who++)
        assert_int_equal(refused_to(d, who, REFUSAL_STORE_FAILED, "come again in a while").refuse.retry_after_s, 5);
    desk_hear(d, 1, some_records(7, 1, 2, &other, 1)); /* was on its way */
    desk_commit(d);
    assert_silent(d, 1);
    assert_int_equal(receive_wish(d->receive), COMMIT_NOTHING);
    mend_store(d);
    assert_false(greeted(d, 1, 9, 1, "a.csv", 1).position.held);
    desk_hear(d, 1, some_records(9, 1, 1, &one, 1));
    desk_hear(d, 1, some_records(9, 1, 2, &other, 1));
    assert_int_equal(acknowledged_to(d, 1, 2).accepted, 2);
    assert_counts(&d->world, "D1", "home 2024-05-17 2");
    assert_int_equal(receive_count(d->receive).commits, 2);
}

/* --- memory ------------------------------------------------------------------------------------ */

enum { CREDIT = 512 };

static void send_many(desk *d, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n <= to; n++) {
        message one = a_message(MESSAGE_RECORDS, 7, 1, n);
        one.records.position.digest = text_of("as many octets as a digest may have, which is just sixty-four: x");
        assert_int_equal(one.records.position.digest.size, DIGEST_SIZE_MAX);
        arena_reset(d->memory);
        desk_hear(d, 1, one);
        if (n % CREDIT == 0)
            (void)acknowledged_to(d, 1, n);
    }
}

static void a_session_takes_no_more_memory_the_longer_it_lasts(void **state)
{
    desk *d = *state;
    d->settings.credit = CREDIT;
    desk_settle(d, d->settings);
    (void)greeted(d, 1, 7, 1, "a.csv", 1);
    send_many(d, 1, 4 * CREDIT);
    size_t before = heap_in_use();
    send_many(d, 4 * CREDIT + 1, 40 * CREDIT); /* over a megabyte of digests */
    assert_in_range(heap_in_use(), 0, before + 64 * 1024);
}

static void hellos_without_end_take_no_more_memory(void **state)
{
    desk *d = *state;
    size_t before = 0;
    for (uint64_t n = 0; n < 20000; n++) {
        arena_reset(d->memory);
        (void)greeted(d, 1, 7, 1, "a stream with a long name, so that twenty thousand copies of it are more than a megabyte", 1);
        if (n == 1000)
            before = heap_in_use();
    }
    assert_in_range(heap_in_use(), 0, before + 64 * 1024);
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, desk_make, desk_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(nothing_is_acknowledged_before_it_is_stored),
        AT_A_DESK(nothing_is_committed_when_nothing_came),
        AT_A_DESK(a_commit_waits_a_moment_when_more_was_announced_and_not_when_somebody_waits),
        AT_A_DESK(a_commit_does_not_wait_when_enough_is_gathered),
        AT_A_DESK(an_acknowledgement_tells_what_became_of_every_record),
        AT_A_DESK(the_first_hundred_rejections_are_named_and_all_are_counted),
        AT_A_DESK(the_same_batch_in_another_session_is_recognised),
        AT_A_DESK(a_position_stays_where_it_was_when_a_message_brings_none),
        AT_A_DESK(a_position_is_told_only_when_it_is_stored),
        AT_A_DESK(a_position_that_could_not_be_stored_is_never_told),
        AT_A_DESK(when_a_commit_fails_everybody_is_told_to_come_again_and_nothing_is_lost),
        AT_A_DESK(a_session_takes_no_more_memory_the_longer_it_lasts),
        AT_A_DESK(hellos_without_end_take_no_more_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
