/* Promise: at once goes what pages and its end, by night only what breaks the quiet, and with it all that waited; a digest
 * comes once for each of its times, late if it must, with everything that the filter passes; no batch is torn apart. */
#include <string.h>

#include "delivery/schedule.h"
#include "fixtures.h"
#include "testing.h"

/* Monday 5 January 2026, by UTC, which is UK time in winter. */
static int64_t at(int day, int hour, int minute)
{
    return (int64_t)day_of(2026, 1, day) * 86400 + hour * 3600 + minute * 60;
}

static const text address = {"a@b.c", 5};

static subscription mail_at_once(void)
{
    return (subscription){.mail = {&address, 1}, .when = DELIVERY_AT_ONCE, .override = LEVEL_PRIORITY,
                          .quiet = {20 * 60, 7 * 60, EVERY_DAY}};
}

static subscription mail_daily(void)
{
    return (subscription){.mail = {&address, 1}, .when = DELIVERY_DAILY, .due = {8 * 60, -1}};
}

static subscription hook_at_once(void)
{
    return (subscription){.hook = {.url = address}, .when = DELIVERY_AT_ONCE};
}

static delivery_cursor told_up_to(uint64_t through, int64_t digest_s)
{
    return (delivery_cursor){.through = through, .digest_s = digest_s, .told = true};
}

/* Events 11, 12 ... with these batches; "!" breaks the quiet. */
struct list {
    waiting_event each[16];
    waiting_events all;
};

static waiting_events *events(struct list *out, const char *batches)
{
    *out = (struct list){0};
    for (; *batches != '\0'; batches++) {
        if (*batches == '!')
            out->each[out->all.count - 1].breaks_quiet = true;
        else {
            out->each[out->all.count] = (waiting_event){.number = 11 + out->all.count, .batch = (uint64_t)*batches};
            out->all.count++;
        }
    }
    out->all.at = out->each;
    out->all.through = 30;
    return &out->all;
}

struct answer {
    delivery_message next;
    int64_t look_s;
    bool pass;
};

static struct answer ask(const subscription *of, const delivery_cursor *told, const waiting_events *waiting, int64_t now_s)
{
    struct answer a;
    schedule_next(of, told, waiting, now_s, &a.next, &a.look_s, &a.pass);
    return a;
}

/* --- what is wanted ------------------------------------------------------------------------------- */

static alert_event rise(alert_level before, alert_level after)
{
    return (alert_event){.kind = EVENT_RAISED, .level_before = before, .level = after, .direction = TREND_RISING,
                         .direction_before = before > LEVEL_NORMAL ? TREND_RISING : TREND_NONE};
}

static void at_once_goes_what_pages_and_its_end_and_a_digest_has_everything(void **state)
{
    subscription once = mail_at_once(), daily = mail_daily();
    alert_event paging = rise(LEVEL_NORMAL, LEVEL_ELEVATED), watch = rise(LEVEL_NORMAL, LEVEL_WATCH), silenced = paging;
    alert_event over = rise(LEVEL_ELEVATED, LEVEL_NORMAL), fall = paging, said = {.kind = EVENT_ACKNOWLEDGED, .level = LEVEL_PRIORITY};
    (void)state;
    silenced.silenced = true;
    fall.direction = TREND_FALLING;
    assert_true(schedule_wants(&once, &paging));
    assert_true(schedule_wants(&once, &over));
    assert_false(schedule_wants(&once, &watch));
    assert_false(schedule_wants(&once, &silenced));
    assert_false(schedule_wants(&once, &fall));
    assert_false(schedule_wants(&once, &said));
    const alert_event *all[] = {&paging, &over, &watch, &silenced, &fall, &said};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_true(schedule_wants(&daily, all[i]));
}

static void the_filter_holds_for_both(void **state)
{
    subscription once = mail_at_once(), daily = mail_daily();
    alert_event paging = rise(LEVEL_NORMAL, LEVEL_ELEVATED);
    (void)state;
    once.filter.level = daily.filter.level = LEVEL_PRIORITY;
    assert_false(schedule_wants(&once, &paging));
    assert_false(schedule_wants(&daily, &paging));
    once.filter = daily.filter = (event_filter){.about = ABOUT_TOCSIN};
    assert_false(schedule_wants(&once, &paging));
    assert_false(schedule_wants(&daily, &paging));
}

static void the_quiet_is_broken_by_what_pages_at_its_level_only(void **state)
{
    subscription once = mail_at_once();
    alert_event top = rise(LEVEL_ELEVATED, LEVEL_PRIORITY), middle = rise(LEVEL_NORMAL, LEVEL_ELEVATED), over = rise(LEVEL_PRIORITY, LEVEL_NORMAL);
    (void)state;
    assert_true(schedule_breaks_quiet(&once, &top));
    assert_false(schedule_breaks_quiet(&once, &middle));
    assert_false(schedule_breaks_quiet(&once, &over));
    once.override = LEVELS;
    assert_false(schedule_breaks_quiet(&once, &top));
}

/* --- at once --------------------------------------------------------------------------------------- */

static void by_day_all_that_waits_goes_at_once_in_one_mail(void **state)
{
    struct list l;
    subscription once = mail_at_once();
    delivery_cursor told = told_up_to(10, 0);
    (void)state;
    struct answer a = ask(&once, &told, events(&l, "aabc"), at(5, 12, 0));
    assert_int_equal(a.next.kind, DELIVERY_EVENTS);
    assert_int_equal(a.next.after, 10);
    assert_int_equal(a.next.upto, 30); /* what nobody wants behind them is behind it too */
}

static void by_night_it_waits_for_the_morning(void **state)
{
    struct list l;
    subscription once = mail_at_once();
    delivery_cursor told = told_up_to(10, 0);
    (void)state;
    struct answer a = ask(&once, &told, events(&l, "ab"), at(5, 23, 0));
    assert_int_equal(a.next.kind, DELIVERY_NOTHING);
    assert_int_equal(a.look_s, at(6, 7, 0));
    assert_false(a.pass);
    assert_int_equal(ask(&once, &told, events(&l, "ab"), at(6, 7, 0)).next.kind, DELIVERY_EVENTS);
    assert_int_equal(ask(&once, &told, events(&l, "ab"), at(6, 7, 0)).next.upto, 30);
}

static void what_breaks_the_quiet_sends_all_that_waits(void **state)
{
    struct list l;
    subscription once = mail_at_once();
    delivery_cursor told = told_up_to(10, 0);
    (void)state;
    struct answer a = ask(&once, &told, events(&l, "abc!d"), at(5, 23, 0));
    assert_int_equal(a.next.kind, DELIVERY_EVENTS);
    assert_int_equal(a.next.after, 10);
    assert_int_equal(a.next.upto, 30);
}

static void what_nobody_wants_is_passed(void **state)
{
    struct list l;
    subscription once = mail_at_once();
    delivery_cursor told = told_up_to(10, 0);
    (void)state;
    struct answer a = ask(&once, &told, events(&l, ""), at(5, 23, 0));
    assert_int_equal(a.next.kind, DELIVERY_NOTHING);
    assert_true(a.pass);
}

static void a_webhook_is_sent_one_batch_at_a_time_and_none_is_torn(void **state)
{
    struct list l;
    subscription hook = hook_at_once();
    delivery_cursor told = told_up_to(10, 0);
    (void)state;
    assert_int_equal(ask(&hook, &told, events(&l, "aabbc"), at(5, 12, 0)).next.upto, 12);
    assert_int_equal(ask(&hook, &told, events(&l, "abacd"), at(5, 12, 0)).next.upto, 13); /* mixed ones go together */
    assert_int_equal(ask(&hook, &told, events(&l, "abcbad"), at(5, 12, 0)).next.upto, 15);
    assert_int_equal(ask(&hook, &told, events(&l, "abacb"), at(5, 12, 0)).next.upto, 30);
    assert_int_equal(ask(&hook, &told, events(&l, "aaa"), at(5, 12, 0)).next.upto, 30);
}

static waiting_events many(waiting_event *room, size_t count, size_t batch_size)
{
    for (size_t i = 0; i < count; i++)
        room[i] = (waiting_event){.number = i + 1, .batch = i / batch_size + 1};
    return (waiting_events){.at = room, .count = count, .through = count + 7};
}

static void a_mail_holds_whole_batches_up_to_its_bound_and_one_batch_is_longer_if_it_must(void **state)
{
    static waiting_event room[6000];
    subscription once = mail_at_once();
    delivery_cursor told = told_up_to(0, 0);
    (void)state;
    waiting_events w = many(room, 1200, 150);
    assert_int_equal(ask(&once, &told, &w, at(5, 12, 0)).next.upto, 450);
    w = many(room, 1200, 1000);
    assert_int_equal(ask(&once, &told, &w, at(5, 12, 0)).next.upto, 1000);
    w = many(room, 6000, 6000);
    assert_int_equal(ask(&once, &told, &w, at(5, 12, 0)).next.upto, 5000);
    w = many(room, 400, 100);
    w.more = true; /* the last batch may go on */
    assert_int_equal(ask(&once, &told, &w, at(5, 12, 0)).next.upto, 300);
}

/* --- digests ---------------------------------------------------------------------------------------- */

static void before_its_time_a_digest_looks_at_nothing(void **state)
{
    int64_t look_s;
    subscription daily = mail_daily();
    delivery_cursor told = told_up_to(10, at(5, 8, 0));
    (void)state;
    assert_false(schedule_is_time(&daily, &told, at(6, 7, 59), &look_s));
    assert_int_equal(look_s, at(6, 8, 0));
    assert_true(schedule_is_time(&daily, &told, at(6, 8, 0), &look_s));
}

static void a_digest_has_everything_since_the_last_one(void **state)
{
    struct list l;
    subscription daily = mail_daily();
    delivery_cursor told = told_up_to(10, at(5, 8, 0));
    (void)state;
    struct answer a = ask(&daily, &told, events(&l, "abc"), at(6, 8, 0));
    assert_int_equal(a.next.kind, DELIVERY_DIGEST);
    assert_int_equal(a.next.after, 10);
    assert_int_equal(a.next.upto, 30);
    assert_int_equal(a.next.from_s, at(5, 8, 0));
    assert_int_equal(a.next.due_s, at(6, 8, 0));
    assert_true(a.next.settles);
}

static void a_digest_that_was_missed_goes_out_once(void **state)
{
    struct list l;
    int64_t look_s;
    subscription daily = mail_daily();
    delivery_cursor told = told_up_to(10, at(5, 8, 0));
    (void)state;
    struct answer a = ask(&daily, &told, events(&l, "a"), at(9, 15, 30)); /* four were due */
    assert_int_equal(a.next.kind, DELIVERY_DIGEST);
    assert_int_equal(a.next.from_s, at(5, 8, 0));
    assert_int_equal(a.next.due_s, at(9, 8, 0));
    told = told_up_to(30, a.next.due_s);
    assert_false(schedule_is_time(&daily, &told, at(9, 15, 31), &look_s));
    assert_int_equal(look_s, at(10, 8, 0));
}

static void a_weekly_digest_comes_on_its_day(void **state)
{
    struct list l;
    int64_t look_s;
    subscription weekly = mail_daily();
    delivery_cursor told = told_up_to(10, at(5, 8, 0));
    (void)state;
    weekly.when = DELIVERY_WEEKLY;
    weekly.due.weekday = 0;
    assert_false(schedule_is_time(&weekly, &told, at(11, 23, 0), &look_s));
    assert_int_equal(look_s, at(12, 8, 0));
    assert_int_equal(ask(&weekly, &told, events(&l, "a"), at(12, 8, 0)).next.kind, DELIVERY_DIGEST);
}

static void an_empty_digest_is_not_sent_and_its_time_is_passed(void **state)
{
    struct list l;
    subscription daily = mail_daily();
    delivery_cursor told = told_up_to(10, at(5, 8, 0));
    (void)state;
    events(&l, "")->anything_open = true;
    struct answer a = ask(&daily, &told, &l.all, at(6, 9, 0));
    assert_int_equal(a.next.kind, DELIVERY_NOTHING);
    assert_true(a.pass);
    assert_int_equal(a.next.due_s, at(6, 8, 0));
    assert_int_equal(a.look_s, at(7, 8, 0));
}

static void who_wants_to_hear_that_all_is_well_gets_an_empty_one(void **state)
{
    struct list l;
    subscription daily = mail_daily();
    delivery_cursor told = told_up_to(10, at(5, 8, 0));
    (void)state;
    daily.all_is_well = true;
    struct answer a = ask(&daily, &told, events(&l, ""), at(6, 8, 0));
    assert_int_equal(a.next.kind, DELIVERY_DIGEST);
    assert_int_equal(a.next.upto, 30);
    assert_true(a.next.settles);
}

static void the_first_digest_tells_what_is_open_though_nothing_happened(void **state)
{
    struct list l;
    subscription daily = mail_daily();
    delivery_cursor fresh = {.through = 10, .digest_s = at(5, 8, 0)};
    (void)state;
    events(&l, "");
    assert_int_equal(ask(&daily, &fresh, &l.all, at(6, 8, 0)).next.kind, DELIVERY_NOTHING);
    l.all.anything_open = true;
    assert_int_equal(ask(&daily, &fresh, &l.all, at(6, 8, 0)).next.kind, DELIVERY_DIGEST);
    daily.mail.count = 0; /* a webhook has no words for it */
    assert_int_equal(ask(&daily, &fresh, &l.all, at(6, 8, 0)).next.kind, DELIVERY_NOTHING);
}

static void a_digest_too_long_for_a_message_goes_on_in_another(void **state)
{
    static waiting_event room[1200];
    subscription daily = mail_daily();
    delivery_cursor told = told_up_to(0, at(5, 8, 0));
    (void)state;
    waiting_events w = many(room, 1200, 1);
    struct answer a = ask(&daily, &told, &w, at(6, 8, 0));
    assert_int_equal(a.next.upto, 500);
    assert_false(a.next.settles);
}

static void a_digest_time_is_not_passed_before_all_was_looked_at(void **state)
{
    struct list l;
    subscription daily = mail_daily();
    delivery_cursor told = told_up_to(10, at(5, 8, 0));
    (void)state;
    events(&l, "")->more = true;
    daily.all_is_well = true;
    struct answer a = ask(&daily, &told, &l.all, at(6, 8, 0));
    assert_int_equal(a.next.kind, DELIVERY_NOTHING);
    assert_true(a.pass);
    assert_int_equal(a.next.due_s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_once_goes_what_pages_and_its_end_and_a_digest_has_everything),
        cmocka_unit_test(the_filter_holds_for_both),
        cmocka_unit_test(the_quiet_is_broken_by_what_pages_at_its_level_only),
        cmocka_unit_test(by_day_all_that_waits_goes_at_once_in_one_mail),
        cmocka_unit_test(by_night_it_waits_for_the_morning),
        cmocka_unit_test(what_breaks_the_quiet_sends_all_that_waits),
        cmocka_unit_test(what_nobody_wants_is_passed),
        cmocka_unit_test(a_webhook_is_sent_one_batch_at_a_time_and_none_is_torn),
        cmocka_unit_test(a_mail_holds_whole_batches_up_to_its_bound_and_one_batch_is_longer_if_it_must),
        cmocka_unit_test(before_its_time_a_digest_looks_at_nothing),
        cmocka_unit_test(a_digest_has_everything_since_the_last_one),
        cmocka_unit_test(a_digest_that_was_missed_goes_out_once),
        cmocka_unit_test(a_weekly_digest_comes_on_its_day),
        cmocka_unit_test(an_empty_digest_is_not_sent_and_its_time_is_passed),
        cmocka_unit_test(who_wants_to_hear_that_all_is_well_gets_an_empty_one),
        cmocka_unit_test(the_first_digest_tells_what_is_open_though_nothing_happened),
        cmocka_unit_test(a_digest_too_long_for_a_message_goes_on_in_another),
        cmocka_unit_test(a_digest_time_is_not_passed_before_all_was_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
