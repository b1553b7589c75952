/* Promise: a source is late once the interval that it promised is over, worse after three more, and not before it could
 * reach us after a start; never if it is retired or promises nothing. A disk that goes up and down about its line, and a
 * store that fails now and then, are told once. A backup is missed when it fails or is more than a day old. What is said
 * names the thing, since when, and what to do.
 */
#include "aggregator/trouble.h"

#include <stdio.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { HOUR = 3600, DAY = 86400 };

static const int64_t noon = 1743418800; /* 2025-03-31T11:00:00Z: 12:00 in London */

static promised hourly(void)
{
    return (promised){.origin = text_of("niche"), .title = text_of("niche"), .area = 4, .area_name = text_of("Stafford"),
                      .interval_s = HOUR, .declared_s = noon};
}

/* Of an aggregator that has listened for long. */
static alert_level level_at(const promised *one, alert_level before, int64_t now_s)
{
    return trouble_of_promise(one, noon - DAY, before, now_s);
}

/* --- sources --------------------------------------------------------------------------------------- */

static void a_source_is_late_once_its_interval_is_over(void **state)
{
    (void)state;
    promised one = hourly();
    assert_int_equal(level_at(&one, LEVEL_NORMAL, noon), LEVEL_NORMAL);
    assert_int_equal(level_at(&one, LEVEL_NORMAL, noon + HOUR), LEVEL_NORMAL);
    assert_int_equal(level_at(&one, LEVEL_NORMAL, noon + HOUR + 1), LEVEL_ELEVATED);
}

static void late_by_three_intervals_is_priority(void **state)
{
    (void)state;
    promised one = hourly();
    assert_int_equal(level_at(&one, LEVEL_ELEVATED, noon + 4 * HOUR - 1), LEVEL_ELEVATED);
    assert_int_equal(level_at(&one, LEVEL_ELEVATED, noon + 4 * HOUR), LEVEL_PRIORITY);
}

static void a_source_that_speaks_again_is_on_time(void **state)
{
    (void)state;
    promised one = hourly();
    one.declared_s = noon + 9 * HOUR;
    assert_int_equal(level_at(&one, LEVEL_PRIORITY, noon + 9 * HOUR + 1), LEVEL_NORMAL);
}

static void a_retired_source_and_one_that_promises_nothing_are_never_late(void **state)
{
    (void)state;
    promised retired = hourly(), silent = hourly();
    retired.retired = true;
    silent.interval_s = 0;
    assert_int_equal(level_at(&retired, LEVEL_PRIORITY, noon + 1000 * DAY), LEVEL_NORMAL);
    assert_int_equal(level_at(&silent, LEVEL_PRIORITY, noon + 1000 * DAY), LEVEL_NORMAL);
}

static void after_a_start_a_source_has_five_minutes_to_come(void **state)
{
    (void)state;
    promised one = hourly();
    int64_t start = noon + 20 * HOUR;
    assert_int_equal(trouble_of_promise(&one, start, LEVEL_NORMAL, start), LEVEL_NORMAL);
    assert_int_equal(trouble_of_promise(&one, start, LEVEL_NORMAL, start + 300), LEVEL_NORMAL);
    assert_int_equal(trouble_of_promise(&one, start, LEVEL_NORMAL, start + 301), LEVEL_PRIORITY);
}

static void after_a_start_one_that_was_late_stays_as_late_as_it_was(void **state)
{
    (void)state;
    promised one = hourly();
    int64_t start = noon + 20 * HOUR;
    assert_int_equal(trouble_of_promise(&one, start, LEVEL_ELEVATED, start + 1), LEVEL_ELEVATED);
    one.declared_s = start - 1;
    assert_int_equal(trouble_of_promise(&one, start, LEVEL_ELEVATED, start + 1), LEVEL_NORMAL);
}

static void after_a_start_one_of_short_interval_has_just_that(void **state)
{
    (void)state;
    promised one = hourly();
    one.interval_s = 10;
    int64_t start = noon + DAY;
    assert_int_equal(trouble_of_promise(&one, start, LEVEL_NORMAL, start + 10), LEVEL_NORMAL);
    assert_int_equal(trouble_of_promise(&one, start, LEVEL_NORMAL, start + 11), LEVEL_PRIORITY);
}

/* --- the disk -------------------------------------------------------------------------------------- */

/* Of 1,000,000 octets: below 10 % and 2 %. */
static const disk_limits limits = {.warn = {.percent = 10}, .full = {.percent = 2}};

static alert_level disk_with(uint64_t free_octets, alert_level before)
{
    disk_state disk = {.folder = "/data", .size = 1000000, .free = free_octets};
    return trouble_of_disk(&limits, &disk, before, noon);
}

static void a_disk_is_in_trouble_below_its_lines(void **state)
{
    (void)state;
    assert_int_equal(disk_with(100000, LEVEL_NORMAL), LEVEL_NORMAL);
    assert_int_equal(disk_with(99999, LEVEL_NORMAL), LEVEL_ELEVATED);
    assert_int_equal(disk_with(20000, LEVEL_NORMAL), LEVEL_ELEVATED);
    assert_int_equal(disk_with(19999, LEVEL_NORMAL), LEVEL_PRIORITY);
}

static void a_disk_that_goes_up_and_down_about_its_line_is_told_once(void **state)
{
    static const uint64_t steps[] = {100001, 99999, 100001, 110000, 99000, 119999, 90000, 115000};
    (void)state;
    alert_level level = LEVEL_NORMAL;
    int changes = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        alert_level next = disk_with(steps[i], level);
        changes += next != level;
        level = next;
    }
    assert_int_equal(changes, 1);
    assert_int_equal(disk_with(120000, level), LEVEL_NORMAL);
    assert_int_equal(disk_with(23999, LEVEL_PRIORITY), LEVEL_PRIORITY);
    assert_int_equal(disk_with(24000, LEVEL_PRIORITY), LEVEL_ELEVATED);
}

static void of_two_limits_the_smaller_counts(void **state)
{
    (void)state;
    disk_limit both = {.percent = 10, .octets = 5000}, octets = {.octets = 7}, percent = {.percent = 50};
    assert_int_equal(disk_limit_octets(&both, 1000000), 5000);
    assert_int_equal(disk_limit_octets(&both, 1000), 100);
    assert_int_equal(disk_limit_octets(&octets, 1000), 7);
    assert_int_equal(disk_limit_octets(&percent, 1000), 500);
}

static void a_store_that_fails_to_write_is_priority_until_it_has_not_for_a_minute(void **state)
{
    (void)state;
    disk_state disk = {.folder = "/data", .size = 1000000, .free = 900000, .failed_s = noon};
    assert_int_equal(trouble_of_disk(&limits, &disk, LEVEL_NORMAL, noon), LEVEL_PRIORITY);
    assert_int_equal(trouble_of_disk(&limits, &disk, LEVEL_PRIORITY, noon + 59), LEVEL_PRIORITY);
    disk.failed_s = noon + 59;
    assert_int_equal(trouble_of_disk(&limits, &disk, LEVEL_PRIORITY, noon + 118), LEVEL_PRIORITY);
    assert_int_equal(trouble_of_disk(&limits, &disk, LEVEL_PRIORITY, noon + 119), LEVEL_NORMAL);
}

static void a_disk_that_cannot_be_looked_at_stays_as_it_was(void **state)
{
    (void)state;
    disk_state unknown = {.folder = "/data"};
    assert_int_equal(trouble_of_disk(&limits, &unknown, LEVEL_NORMAL, noon), LEVEL_NORMAL);
    assert_int_equal(trouble_of_disk(&limits, &unknown, LEVEL_ELEVATED, noon), LEVEL_ELEVATED);
}

/* --- backups --------------------------------------------------------------------------------------- */

static void a_backup_is_missed_after_a_day_and_two_hours_and_badly_after_three_days(void **state)
{
    (void)state;
    backup_state backup = {.planned = true, .looked = true, .good_s = noon};
    assert_int_equal(trouble_of_backup(&backup, 0, LEVEL_NORMAL, noon + 26 * HOUR), LEVEL_NORMAL);
    assert_int_equal(trouble_of_backup(&backup, 0, LEVEL_NORMAL, noon + 26 * HOUR + 1), LEVEL_ELEVATED);
    assert_int_equal(trouble_of_backup(&backup, 0, LEVEL_ELEVATED, noon + 3 * DAY), LEVEL_ELEVATED);
    assert_int_equal(trouble_of_backup(&backup, 0, LEVEL_ELEVATED, noon + 3 * DAY + 1), LEVEL_PRIORITY);
}

static void a_backup_that_fails_is_told_at_once_and_over_with_a_good_one(void **state)
{
    (void)state;
    backup_state backup = {.planned = true, .looked = true, .failing = true};
    assert_int_equal(trouble_of_backup(&backup, noon, LEVEL_NORMAL, noon + 1), LEVEL_ELEVATED);
    assert_int_equal(trouble_of_backup(&backup, noon, LEVEL_ELEVATED, noon + 3 * DAY + 1), LEVEL_PRIORITY);
    backup.failing = false;
    backup.good_s = noon + 4 * DAY;
    assert_int_equal(trouble_of_backup(&backup, noon, LEVEL_PRIORITY, noon + 4 * DAY), LEVEL_NORMAL);
}

static void nothing_is_missed_that_is_not_planned_not_known_yet_or_being_made(void **state)
{
    (void)state;
    backup_state backup = {.good_s = noon}, unknown = {.planned = true}, late = {.planned = true, .looked = true, .good_s = noon};
    int64_t now = noon + 9 * DAY;
    assert_int_equal(trouble_of_backup(&backup, 0, LEVEL_PRIORITY, now), LEVEL_NORMAL);
    assert_int_equal(trouble_of_backup(&unknown, 0, LEVEL_NORMAL, now), LEVEL_NORMAL);
    assert_int_equal(trouble_of_backup(&unknown, 0, LEVEL_ELEVATED, now), LEVEL_ELEVATED);
    late.running_s = now - 60;
    assert_int_equal(trouble_of_backup(&late, 0, LEVEL_NORMAL, now), LEVEL_NORMAL);
    late.running_s = now - 6 * HOUR; /* it hangs */
    assert_int_equal(trouble_of_backup(&late, 0, LEVEL_NORMAL, now), LEVEL_PRIORITY);
}

/* --- words ----------------------------------------------------------------------------------------- */

static void what_is_said_of_a_source_names_it_and_what_to_do(void **state)
{
    (void)state;
    arena *memory = arena_create();
    promised one = hourly();
    one.title = text_of("Niche RMS");
    one.interval_s = 36 * HOUR;
    trouble late = {.subject = text_of("source niche"), .level = LEVEL_ELEVATED};
    trouble_say_promise(&late, &one, noon + 37 * HOUR, memory);
    assert_text(late.words, "Source niche (Niche RMS) is late for Stafford: it promises more every 36 hours, spoke last on 31 Mar "
                            "2025 12:00 and was due by 2 Apr 2025 00:00. See that its collector runs and reaches the "
                            "aggregator; tocsin status tells how far it came.");
    assert_text(late.figures, "{\"origin\": \"niche\", \"promised_interval_s\": 129600, \"retired\": false, \"declared\": "
                              "\"2025-03-31T11:00:00Z\", \"due\": \"2025-04-01T23:00:00Z\", \"late_s\": 3600}");
    assert_text(late.caveats, "[\"Figures of Stafford may lack what this source has not sent yet: a fall may be no fall\"]");
    trouble over = {.subject = text_of("source niche"), .before = LEVEL_ELEVATED};
    trouble_say_promise(&over, &one, noon, memory);
    assert_text(over.words, "Source niche (Niche RMS) is on time again for Stafford: it spoke on 31 Mar 2025 12:00.");
    one.retired = true;
    trouble_say_promise(&over, &one, noon, memory);
    assert_text(over.words, "Source niche (Niche RMS) is retired for Stafford: nothing more is expected of it.");
    assert_int_equal(over.caveats.size, 0);
    arena_destroy(&memory);
}

static void assert_says(text said, const char *words)
{
    if (!text_has(said, words))
        fail_msg("\"%.*s\" does not say \"%s\"", TEXT_ARGS(said), words);
}

static void what_is_said_of_a_disk_tells_what_is_free_and_what_to_do(void **state)
{
    (void)state;
    arena *memory = arena_create();
    disk_limits by = disk_limits_default();
    disk_state disk = {.folder = "/data", .size = 20ull << 30, .free = 1536ull << 20, .failure = "database or disk is full"};
    trouble one = {.subject = text_of("disk"), .level = LEVEL_ELEVATED};
    trouble_say_disk(&one, &by, &disk, noon, memory);
    assert_text(one.words, "The disk of /data fills: 1.5 GiB of 20 GiB are free (8 %). Make room, or move the data to a larger disk.");
    assert_says(one.figures, "\"free_octets\": 1610612736");
    assert_says(one.figures, "\"warn_octets\": 2147483648"); /* 10 %, less than 5 GiB */
    assert_says(one.figures, "\"write_failed\": null");
    one.level = LEVEL_PRIORITY;
    trouble_say_disk(&one, &by, &disk, noon, memory);
    assert_says(one.words, "is nearly full: 1.5 GiB of 20 GiB");
    disk.failed_s = noon;
    trouble_say_disk(&one, &by, &disk, noon, memory);
    assert_says(one.words, "The store in /data could not be written on 31 Mar 2025 12:00: database or disk is full");
    assert_says(one.words, "nothing acknowledged is lost");
    arena_destroy(&memory);
}

static void what_is_said_of_a_backup_tells_the_last_good_one_and_why(void **state)
{
    (void)state;
    arena *memory = arena_create();
    backup_state backup = {.planned = true, .looked = true, .failing = true, .folder = "/backup", .why = "can't write there"};
    trouble one = {.subject = text_of("backup"), .level = LEVEL_ELEVATED};
    trouble_say_backup(&one, &backup, memory);
    assert_text(one.words, "The store could not be backed up; there is no good one in /backup. can't write there. Mend that: it is "
                           "tried again every 15 minutes.");
    assert_says(one.figures, "\"last_good\": null");
    backup.failing = false;
    backup.good_s = noon;
    trouble_say_backup(&one, &backup, memory);
    assert_says(one.words, "overdue: the newest good one is of 31 Mar 2025 12:00.");
    one.level = LEVEL_NORMAL;
    trouble_say_backup(&one, &backup, memory);
    assert_text(one.words, "The store is backed up again: the newest good one is of 31 Mar 2025 12:00.");
    arena_destroy(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_late_once_its_interval_is_over),
        cmocka_unit_test(late_by_three_intervals_is_priority),
        cmocka_unit_test(a_source_that_speaks_again_is_on_time),
        cmocka_unit_test(a_retired_source_and_one_that_promises_nothing_are_never_late),
        cmocka_unit_test(after_a_start_a_source_has_five_minutes_to_come),
        cmocka_unit_test(after_a_start_one_that_was_late_stays_as_late_as_it_was),
        cmocka_unit_test(after_a_start_one_of_short_interval_has_just_that),
        cmocka_unit_test(a_disk_is_in_trouble_below_its_lines),
        cmocka_unit_test(a_disk_that_goes_up_and_down_about_its_line_is_told_once),
        cmocka_unit_test(of_two_limits_the_smaller_counts),
        cmocka_unit_test(a_store_that_fails_to_write_is_priority_until_it_has_not_for_a_minute),
        cmocka_unit_test(a_disk_that_cannot_be_looked_at_stays_as_it_was),
        cmocka_unit_test(a_backup_is_missed_after_a_day_and_two_hours_and_badly_after_three_days),
        cmocka_unit_test(a_backup_that_fails_is_told_at_once_and_over_with_a_good_one),
        cmocka_unit_test(nothing_is_missed_that_is_not_planned_not_known_yet_or_being_made),
        cmocka_unit_test(what_is_said_of_a_source_names_it_and_what_to_do),
        cmocka_unit_test(what_is_said_of_a_disk_tells_what_is_free_and_what_to_do),
        cmocka_unit_test(what_is_said_of_a_backup_tells_the_last_good_one_and_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
