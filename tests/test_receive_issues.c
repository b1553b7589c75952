/* Promise: issues of one snapshot that come at once, on several streams, leave what the latest of them says, as if they had
 * come one after another; and one that comes too late changes nothing. */
#include "aggregator/receive.h"

#include "receive_fixtures.h"
#include "testing.h"

static message issue_begins(uint64_t session, int64_t issued_ns, const char *digest)
{
    message made = a_message(MESSAGE_SNAPSHOT_BEGIN, session, 1, 1);
    made.snapshot_begin.issued_ns = issued_ns * 1000000000;
    made.snapshot_begin.digest = text_of(digest);
    return made;
}

static message issue_row(uint64_t session, uint64_t sequence, incident *row, int64_t issued_s)
{
    row->origin = text_of("police");
    row->revision = 202401;
    row->issued_ns = issued_s * 1000000000 + 1;
    message made = some_records(session, 1, sequence, row, 1);
    made.records.origin = row->origin;
    made.records.position = (position){0};
    return made;
}

/* Two collectors read two issues of one month at once. */
static void an_issue_that_a_later_one_overtakes_leaves_nothing_behind(void **state)
{
    desk *d = *state;
    incident gone = crime("gone", "2024-01", "Burglary", "D1"), late = crime("late", "2024-01", "Burglary", "D1"),
             stays = crime("stays", "2024-01", "Burglary", "D1");
    (void)greeted(d, 1, 7, 1, "old.csv", 1);
    (void)greeted(d, 2, 8, 1, "new.csv", 2);
    desk_hear(d, 1, issue_begins(7, 100, "old"));
    desk_hear(d, 1, issue_row(7, 2, &gone, 100));
    desk_hear(d, 2, issue_begins(8, 200, "new"));
    desk_hear(d, 2, issue_row(8, 2, &stays, 200));
    desk_hear(d, 2, a_message(MESSAGE_SNAPSHOT_END, 8, 1, 3));
    desk_commit(d);
    desk_hear(d, 1, issue_row(7, 3, &late, 100));
    desk_hear(d, 1, a_message(MESSAGE_SNAPSHOT_END, 7, 1, 4));
    desk_commit(d);
    assert_counts(&d->world, "D1", "police: burglary 2024-01 1");
    ack said = said_to(d, 1, MESSAGE_ACK).ack;
    said = said_to(d, 1, MESSAGE_ACK).ack;
    assert_int_equal(said.through, 4);
    assert_int_equal(said.note_count, 1);
    assert_true(text_has(said.notes[0], "older than the issue that is held"));
}

static void an_issue_older_than_the_one_held_changes_nothing_not_even_by_rows_that_cannot_be_read(void **state)
{
    desk *d = *state;
    incident kept = crime("a", "2024-01", "Burglary", "D1"), old = crime("b", "2024-01", "Burglary", "D1");
    faulty row = {.origin = text_of("police"), .reason = text_of("is nothing"), .row = text_of("?"), .size = 1, .digest = 3};
    (void)greeted(d, 1, 7, 1, "new.csv", 1);
    desk_hear(d, 1, issue_begins(7, 200, "new"));
    desk_hear(d, 1, issue_row(7, 2, &kept, 200));
    desk_hear(d, 1, a_message(MESSAGE_SNAPSHOT_END, 7, 1, 3));
    (void)acknowledged_to(d, 1, 3);
    message rows = issue_row(8, 2, &old, 100);
    rows.records.faulty = &row;
    rows.records.faulty_count = 1;
    (void)greeted(d, 1, 8, 1, "old.csv", 1);
    desk_hear(d, 1, issue_begins(8, 100, "old"));
    desk_hear(d, 1, rows);
    desk_hear(d, 1, a_message(MESSAGE_SNAPSHOT_END, 8, 1, 3));
    ack said = acknowledged_to(d, 1, 3);
    assert_int_equal(said.repeated, 2);
    assert_int_equal(said.rejected, 0);
    assert_int_equal(open_reject_count(engine_store(d->world.engine)), 0);
    assert_counts(&d->world, "D1", "police: burglary 2024-01 1");
}

/* Neither does the end of the older one take away what the later one says again. */
static void the_end_of_an_issue_that_was_overtaken_withdraws_nothing(void **state)
{
    desk *d = *state;
    incident row = crime("a", "2024-01", "Burglary", "D1");
    (void)greeted(d, 1, 7, 1, "1.csv", 1);
    desk_hear(d, 1, issue_begins(7, 50, "first"));
    desk_hear(d, 1, issue_row(7, 2, &row, 50));
    desk_hear(d, 1, a_message(MESSAGE_SNAPSHOT_END, 7, 1, 3));
    desk_commit(d);
    (void)greeted(d, 2, 8, 1, "2.csv", 2);
    (void)greeted(d, 3, 9, 1, "3.csv", 3);
    desk_hear(d, 2, issue_begins(8, 100, "second, without it"));
    desk_hear(d, 3, issue_begins(9, 200, "third, with it again"));
    desk_hear(d, 3, issue_row(9, 2, &row, 200));
    desk_hear(d, 2, a_message(MESSAGE_SNAPSHOT_END, 8, 1, 2));
    desk_hear(d, 3, a_message(MESSAGE_SNAPSHOT_END, 9, 1, 3));
    desk_commit(d);
    assert_counts(&d->world, "D1", "police: burglary 2024-01 1");
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, desk_make, desk_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(an_issue_that_a_later_one_overtakes_leaves_nothing_behind),
        AT_A_DESK(an_issue_older_than_the_one_held_changes_nothing_not_even_by_rows_that_cannot_be_read),
        AT_A_DESK(the_end_of_an_issue_that_was_overtaken_withdraws_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
