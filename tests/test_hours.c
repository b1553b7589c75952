/* Promise: times of day are those that clocks in the UK show, over both changes of summer time; quiet hours hold from and
 * to the minute that was set, past midnight too; and a digest is due once a day or week, never in between. */
#include "delivery/hours.h"
#include "testing.h"

/* Instants by `date -u -d ... +%s`. */
#define MAR_29_2026_0030Z INT64_C(1774744200) /* half an hour before clocks go forward */
#define OCT_25_2026_0030Z INT64_C(1792888200) /* half an hour before they go back */

static int64_t utc(int year, int month, int day, int minute)
{
    return (int64_t)day_of(year, month, day) * 86400 + minute * 60;
}

static void a_winter_s_time_of_day_is_utc_and_a_summer_s_an_hour_earlier(void **state)
{
    (void)state;
    assert_int_equal(london_instant(day_of(2026, 1, 15), 8 * 60), utc(2026, 1, 15, 8 * 60));
    assert_int_equal(london_instant(day_of(2026, 7, 15), 8 * 60), utc(2026, 7, 15, 7 * 60));
    assert_int_equal(london_instant(day_of(2026, 7, 15), 0), utc(2026, 7, 14, 23 * 60));
}

static void on_the_days_of_the_change_the_time_is_right_before_and_behind_it(void **state)
{
    (void)state;
    day_number spring = day_of(2026, 3, 29), autumn = day_of(2026, 10, 25);
    assert_int_equal(london_instant(spring, 30), MAR_29_2026_0030Z);
    assert_int_equal(london_instant(spring, 2 * 60), MAR_29_2026_0030Z + 1800);
    assert_int_equal(london_instant(spring, 8 * 60), utc(2026, 3, 29, 7 * 60));
    assert_int_equal(london_instant(autumn, 30), utc(2026, 10, 24, 23 * 60 + 30));
    assert_int_equal(london_instant(autumn, 2 * 60 + 30), utc(2026, 10, 25, 2 * 60 + 30));
    assert_int_equal(london_instant(autumn, 8 * 60), utc(2026, 10, 25, 8 * 60));
}

static void a_time_that_spring_leaves_out_is_an_hour_later_and_of_one_that_autumn_has_twice_it_is_the_first(void **state)
{
    (void)state;
    assert_int_equal(london_instant(day_of(2026, 3, 29), 90), MAR_29_2026_0030Z + 3600); /* 02:30 BST */
    assert_int_equal(london_instant(day_of(2026, 10, 25), 90), OCT_25_2026_0030Z);       /* 01:30 BST */
}

static void only_times_of_day_are_read(void **state)
{
    static const char *const wrong[] = {"", "8:00", "08:60", "24:00", "0800", "08:0x", "08:000", "-8:00"};
    int minute = 7;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(clock_read(text_of(wrong[i]), &minute));
    assert_int_equal(minute, 7);
    assert_true(clock_read(text_of("00:00"), &minute));
    assert_int_equal(minute, 0);
    assert_true(clock_read(text_of("23:59"), &minute));
    assert_int_equal(minute, 23 * 60 + 59);
}

static void weekdays_are_read_whatever_their_case(void **state)
{
    int day;
    (void)state;
    assert_true(weekday_read(text_of("monday"), &day));
    assert_int_equal(day, 0);
    assert_true(weekday_read(text_of("Sunday"), &day));
    assert_int_equal(day, 6);
    assert_false(weekday_read(text_of("sun"), &day));
    assert_string_equal(weekday_text(2), "wednesday");
}

/* --- spans ----------------------------------------------------------------------------------- */

static bool quiet_at(const hour_span *span, int day, int minute)
{
    return hour_span_holds(span, utc(2026, 1, day, minute)); /* 5 January 2026 is a Monday */
}

static void a_span_holds_from_its_first_minute_to_before_its_last(void **state)
{
    hour_span noon = {12 * 60, 13 * 60, EVERY_DAY};
    (void)state;
    assert_false(quiet_at(&noon, 5, 12 * 60 - 1));
    assert_true(quiet_at(&noon, 5, 12 * 60));
    assert_true(quiet_at(&noon, 5, 13 * 60 - 1));
    assert_false(quiet_at(&noon, 5, 13 * 60));
}

static void a_span_past_midnight_belongs_to_the_day_on_which_it_begins(void **state)
{
    hour_span friday_night = {20 * 60, 7 * 60, 1u << 4}; /* Friday is the 9th */
    (void)state;
    assert_false(quiet_at(&friday_night, 9, 6 * 60));
    assert_true(quiet_at(&friday_night, 9, 20 * 60));
    assert_true(quiet_at(&friday_night, 10, 7 * 60 - 1));
    assert_false(quiet_at(&friday_night, 10, 7 * 60));
    assert_false(quiet_at(&friday_night, 10, 20 * 60));
}

static void a_span_without_days_never_holds(void **state)
{
    hour_span none = {0, 0, 0};
    (void)state;
    assert_false(quiet_at(&none, 5, 0));
}

static void a_span_holds_by_summer_time_in_summer(void **state)
{
    hour_span night = {20 * 60, 7 * 60, EVERY_DAY};
    (void)state;
    assert_false(hour_span_holds(&night, utc(2026, 7, 15, 18 * 60 + 59)));
    assert_true(hour_span_holds(&night, utc(2026, 7, 15, 19 * 60)));
    assert_true(hour_span_holds(&night, utc(2026, 7, 16, 5 * 60 + 59)));
    assert_false(hour_span_holds(&night, utc(2026, 7, 16, 6 * 60)));
}

static void a_span_ends_when_it_no_longer_holds(void **state)
{
    hour_span night = {20 * 60, 7 * 60, EVERY_DAY}, weekend = {0, 0, 1u << 5 | 1u << 6};
    (void)state;
    assert_int_equal(hour_span_ends(&night, utc(2026, 1, 5, 22 * 60) + 17), utc(2026, 1, 6, 7 * 60));
    assert_int_equal(hour_span_ends(&night, utc(2026, 3, 28, 22 * 60)), utc(2026, 3, 29, 6 * 60)); /* an hour shorter */
    assert_int_equal(hour_span_ends(&weekend, utc(2026, 1, 10, 60)), utc(2026, 1, 12, 0)); /* both days are one */
}

/* --- times that return ------------------------------------------------------------------------- */

static void a_daily_time_was_due_last_today_or_yesterday(void **state)
{
    due_time eight = {8 * 60, -1};
    (void)state;
    assert_int_equal(due_last(&eight, utc(2026, 1, 5, 8 * 60)), utc(2026, 1, 5, 8 * 60));
    assert_int_equal(due_last(&eight, utc(2026, 1, 5, 8 * 60) - 1), utc(2026, 1, 4, 8 * 60));
    assert_int_equal(due_next(&eight, utc(2026, 1, 5, 8 * 60)), utc(2026, 1, 6, 8 * 60));
    assert_int_equal(due_next(&eight, utc(2026, 1, 5, 8 * 60) - 1), utc(2026, 1, 5, 8 * 60));
    assert_int_equal(due_next(&eight, utc(2026, 3, 28, 9 * 60)), utc(2026, 3, 29, 7 * 60)); /* 23 hours on */
    assert_int_equal(due_next(&eight, utc(2026, 10, 24, 8 * 60)), utc(2026, 10, 25, 8 * 60)); /* 25 hours on */
}

static void a_weekly_time_was_due_last_on_its_weekday(void **state)
{
    due_time monday = {8 * 60, 0};
    (void)state;
    assert_int_equal(due_last(&monday, utc(2026, 1, 11, 23 * 60)), utc(2026, 1, 5, 8 * 60));
    assert_int_equal(due_last(&monday, utc(2026, 1, 12, 8 * 60)), utc(2026, 1, 12, 8 * 60));
    assert_int_equal(due_last(&monday, utc(2026, 1, 12, 7 * 60)), utc(2026, 1, 5, 8 * 60));
    assert_int_equal(due_next(&monday, utc(2026, 1, 5, 8 * 60)), utc(2026, 1, 12, 8 * 60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_winter_s_time_of_day_is_utc_and_a_summer_s_an_hour_earlier),
        cmocka_unit_test(on_the_days_of_the_change_the_time_is_right_before_and_behind_it),
        cmocka_unit_test(a_time_that_spring_leaves_out_is_an_hour_later_and_of_one_that_autumn_has_twice_it_is_the_first),
        cmocka_unit_test(only_times_of_day_are_read),
        cmocka_unit_test(weekdays_are_read_whatever_their_case),
        cmocka_unit_test(a_span_holds_from_its_first_minute_to_before_its_last),
        cmocka_unit_test(a_span_past_midnight_belongs_to_the_day_on_which_it_begins),
        cmocka_unit_test(a_span_without_days_never_holds),
        cmocka_unit_test(a_span_holds_by_summer_time_in_summer),
        cmocka_unit_test(a_span_ends_when_it_no_longer_holds),
        cmocka_unit_test(a_daily_time_was_due_last_today_or_yesterday),
        cmocka_unit_test(a_weekly_time_was_due_last_on_its_weekday),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
