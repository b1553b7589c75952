/* Promise: a subscription is behind no event before it arrived or was put among the dead letters; what failed is tried again,
 * less and less often and for a day; what is sent again bears the key that it had; and another list sets it back to where
 * both lists are the same. */
#include <string.h>

#include "delivery/cursor.h"
#include "fixtures.h"
#include "testing.h"

enum { NOW = 1000000 };

static const event_lineage list = {"0123456789abcdef", 0};

static int begin(void **state)
{
    static delivery_cursor self;
    cursor_begin(&self, &list, 100, NOW);
    *state = &self;
    return 0;
}

static int end(void **state)
{
    cursor_free(*state);
    return 0;
}

static void take(delivery_cursor *c, uint64_t upto)
{
    cursor_take(c, &(delivery_message){.kind = DELIVERY_EVENTS, .after = c->through, .upto = upto}, NOW);
}

static void take_digest(delivery_cursor *c, uint64_t upto, int64_t due_s, bool settles)
{
    cursor_take(c, &(delivery_message){.kind = DELIVERY_DIGEST, .after = c->through, .upto = upto, .due_s = due_s, .settles = settles}, NOW);
}

static void a_new_one_begins_at_the_newest_event(void **state)
{
    delivery_cursor *c = *state;
    assert_int_equal(c->through, 100);
    assert_int_equal(c->digest_s, NOW);
    assert_string_equal(c->lineage, "0123456789abcdef");
    assert_false(c->told);
    assert_false(cursor_take_dead(c, NOW));
}

static void it_moves_on_when_a_message_arrived_and_not_before(void **state)
{
    delivery_cursor *c = *state;
    take(c, 105);
    assert_int_equal(c->through, 100);
    cursor_failed(c, "no", NOW, 0.5);
    assert_int_equal(c->through, 100);
    assert_int_equal(c->now.kind, DELIVERY_EVENTS);
    cursor_sent(c, NOW + 5);
    assert_int_equal(c->through, 105);
    assert_int_equal(c->now.kind, DELIVERY_NOTHING);
    assert_int_equal(c->sent, 1);
    assert_int_equal(c->sent_s, NOW + 5);
}

static void a_digest_in_parts_is_settled_with_its_last_part(void **state)
{
    delivery_cursor *c = *state;
    take_digest(c, 105, NOW + 100, false);
    cursor_sent(c, NOW + 101);
    assert_int_equal(c->digest_s, NOW);
    take_digest(c, 109, NOW + 100, true);
    cursor_sent(c, NOW + 102);
    assert_int_equal(c->digest_s, NOW + 100);
    assert_true(c->told);
}

static void failures_are_counted_from_the_first_and_tried_later_and_later(void **state)
{
    delivery_cursor *c = *state;
    static const int64_t waits[] = {5, 10, 20, 40, 80, 160, 320, 640, 900, 900};
    int64_t now_s = NOW;
    take(c, 101);
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        cursor_failed(c, "connection refused", now_s, 0.5);
        assert_int_equal(c->now.next_s - now_s, waits[i]);
        assert_int_equal(c->now.failing_s, NOW);
        assert_int_equal(c->now.attempts, i + 1);
        now_s = c->now.next_s;
    }
    assert_string_equal(c->now.why, "connection refused");
}

static void chance_spreads_tries_by_a_fifth_to_either_side(void **state)
{
    (void)state;
    assert_int_equal(retry_delay_s(1, 0), 4);
    assert_int_equal(retry_delay_s(1, 1), 6);
    assert_int_equal(retry_delay_s(9, 0), 720);
    assert_int_equal(retry_delay_s(9, 1), 1080);
    assert_int_equal(retry_delay_s(UINT32_MAX, 0.5), 900);
}

static void after_a_day_it_is_given_up_and_the_next_goes_on(void **state)
{
    delivery_cursor *c = *state;
    take(c, 103);
    cursor_failed(c, "first", NOW, 0);
    cursor_failed(c, "nearly", NOW + 86399, 0);
    assert_int_equal(c->dead_count, 0);
    cursor_failed(c, "a day", NOW + 86400, 0);
    assert_int_equal(c->dead_count, 1);
    assert_string_equal(c->dead[0].why, "a day");
    assert_int_equal(c->dead[0].after, 100);
    assert_int_equal(c->dead[0].upto, 103);
    assert_int_equal(c->now.kind, DELIVERY_NOTHING);
    assert_int_equal(c->through, 103);
    assert_int_equal(c->sent, 0);
}

static void what_is_refused_is_given_up_at_once(void **state)
{
    delivery_cursor *c = *state;
    take(c, 103);
    cursor_refused(c, "550 no such user", NOW);
    assert_int_equal(c->dead_count, 1);
    assert_int_equal(c->through, 103);
}

static void dead_letters_are_sent_again_when_asked_for_in_order_with_their_keys(void **state)
{
    delivery_cursor *c = *state;
    char first[DELIVERY_KEY_SIZE], again[DELIVERY_KEY_SIZE];
    take(c, 103);
    delivery_key(&c->now, text_of("one"), first);
    cursor_refused(c, "no", NOW);
    take(c, 105);
    cursor_refused(c, "no", NOW);
    assert_false(cursor_take_dead(c, NOW));
    assert_int_equal(cursor_retry(c), 2);
    assert_true(cursor_take_dead(c, NOW + 9));
    delivery_key(&c->now, text_of("one"), again);
    assert_string_equal(again, first);
    assert_int_equal(c->now.attempts, 0);
    assert_int_equal(c->now.next_s, NOW + 9);
    assert_int_equal(c->dead_count, 1);
    cursor_sent(c, NOW + 10);
    assert_int_equal(c->through, 105); /* not set back */
    assert_true(cursor_take_dead(c, NOW + 10));
    assert_int_equal(c->now.after, 103);
    cursor_refused(c, "still no", NOW + 11);
    assert_int_equal(c->dead_count, 1);
    assert_false(cursor_take_dead(c, NOW + 12)); /* it was asked for once */
}

static void beyond_their_bound_the_oldest_dead_letters_are_counted_only(void **state)
{
    delivery_cursor *c = *state;
    for (int i = 0; i < DEAD_LETTERS_MAX + 3; i++) {
        take(c, c->through + 1);
        cursor_refused(c, "no", NOW);
    }
    assert_int_equal(c->dead_count, DEAD_LETTERS_MAX);
    assert_int_equal(c->dead_lost, 3);
    assert_int_equal(c->dead[0].after, 103);
    assert_int_equal(c->dead[DEAD_LETTERS_MAX - 1].upto, 100 + DEAD_LETTERS_MAX + 3);
}

static void keys_differ_by_list_name_events_and_time(void **state)
{
    delivery_message m = {.kind = DELIVERY_EVENTS, .lineage = "0123456789abcdef", .after = 4, .upto = 9, .made_s = 1};
    char key[DELIVERY_KEY_SIZE];
    (void)state;
    delivery_key(&m, text_of("one"), key);
    assert_string_equal(key, "0123456789abcdef-one-5-9");
    m.made_s = 2;
    m.attempts = 7;
    delivery_key(&m, text_of("one"), key);
    assert_string_equal(key, "0123456789abcdef-one-5-9");
    m.kind = DELIVERY_DIGEST;
    m.due_s = 1770000000;
    delivery_key(&m, text_of("one"), key);
    assert_string_equal(key, "0123456789abcdef-one-digest-1770000000-4");
}

static void nothing_wanted_moves_it_on_and_never_back(void **state)
{
    delivery_cursor *c = *state;
    cursor_pass(c, 110, NOW + 50);
    assert_int_equal(c->through, 110);
    assert_int_equal(c->digest_s, NOW + 50);
    cursor_pass(c, 90, 0);
    assert_int_equal(c->through, 110);
    assert_int_equal(c->digest_s, NOW + 50);
}

static void the_same_list_leaves_it_where_it_is(void **state)
{
    delivery_cursor *c = *state;
    assert_false(cursor_follow(c, &list));
    assert_int_equal(c->through, 100);
}

static void another_list_sets_it_back_to_where_both_are_the_same(void **state)
{
    delivery_cursor *c = *state;
    event_lineage restored = {"fedcba9876543210", 60};
    take(c, 105);
    assert_true(cursor_follow(c, &restored));
    assert_int_equal(c->through, 60);
    assert_string_equal(c->lineage, "fedcba9876543210");
    assert_int_equal(c->now.kind, DELIVERY_NOTHING); /* what it told is no longer so */
    assert_false(cursor_follow(c, &restored));
}

static void another_list_that_goes_on_behind_it_leaves_it_where_it_is(void **state)
{
    delivery_cursor *c = *state;
    event_lineage restored = {"fedcba9876543210", 160};
    take(c, 105);
    assert_true(cursor_follow(c, &restored));
    assert_int_equal(c->through, 100);
    assert_int_equal(c->now.upto, 105);
    assert_string_equal(c->now.lineage, "fedcba9876543210");
}

static void of_dead_letters_another_list_leaves_what_both_have(void **state)
{
    delivery_cursor *c = *state;
    for (uint64_t upto = 110; upto <= 130; upto += 10) {
        take(c, upto);
        cursor_refused(c, "no", NOW);
    }
    assert_true(cursor_follow(c, &(event_lineage){"fedcba9876543210", 115}));
    assert_int_equal(c->dead_count, 2);
    assert_int_equal(c->dead[0].upto, 110);
    assert_int_equal(c->dead[1].after, 110);
    assert_int_equal(c->dead[1].upto, 115);
    assert_int_equal(c->through, 115);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_one_begins_at_the_newest_event, begin, end),
        cmocka_unit_test_setup_teardown(it_moves_on_when_a_message_arrived_and_not_before, begin, end),
        cmocka_unit_test_setup_teardown(a_digest_in_parts_is_settled_with_its_last_part, begin, end),
        cmocka_unit_test_setup_teardown(failures_are_counted_from_the_first_and_tried_later_and_later, begin, end),
        cmocka_unit_test_setup_teardown(chance_spreads_tries_by_a_fifth_to_either_side, begin, end),
        cmocka_unit_test_setup_teardown(after_a_day_it_is_given_up_and_the_next_goes_on, begin, end),
        cmocka_unit_test_setup_teardown(what_is_refused_is_given_up_at_once, begin, end),
        cmocka_unit_test_setup_teardown(dead_letters_are_sent_again_when_asked_for_in_order_with_their_keys, begin, end),
        cmocka_unit_test_setup_teardown(beyond_their_bound_the_oldest_dead_letters_are_counted_only, begin, end),
        cmocka_unit_test_setup_teardown(keys_differ_by_list_name_events_and_time, begin, end),
        cmocka_unit_test_setup_teardown(nothing_wanted_moves_it_on_and_never_back, begin, end),
        cmocka_unit_test_setup_teardown(the_same_list_leaves_it_where_it_is, begin, end),
        cmocka_unit_test_setup_teardown(another_list_sets_it_back_to_where_both_are_the_same, begin, end),
        cmocka_unit_test_setup_teardown(another_list_that_goes_on_behind_it_leaves_it_where_it_is, begin, end),
        cmocka_unit_test_setup_teardown(of_dead_letters_another_list_leaves_what_both_have, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
