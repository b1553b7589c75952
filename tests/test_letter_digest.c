/* Promise: a digest tells everything that happened and everything that is open, each where it belongs; and "all is well" stands
 * only where nothing that rises is elevated, silenced or not. */
#include <string.h>

#include "delivery/letter_words.h"
#include "fixtures.h"
#include "letter_fixtures.h"
#include "testing.h"

static arena *memory;
enum { DAY_S = 86400 };

static letter digest_of(const alert_event *events, size_t count, const told_alert *open, size_t open_count)
{
    letter out;
    letter_of_digest(&duty_inspector, (letter_events){.at = events, .count = count}, open, open_count, MARCH_2026_S - DAY_S,
                     MARCH_2026_S, NULL, NULL, memory, &out);
    return out;
}

static void assert_has(text in, const char *words)
{
    if (!text_has(in, words))
        fail_msg("\"%s\" is missing in:\n%.*s", words, TEXT_ARGS(in));
}

static size_t place(text in, const char *words)
{
    assert_has(in, words);
    return (size_t)(strstr(in.at, words) - in.at);
}

static told_alert open_on(alert_event decided, uint64_t id)
{
    decided.alert = id;
    return (told_alert){.id = id, .level = decided.level, .highest = decided.level, .direction = decided.direction,
                        .opened_s = decided.at_s - 2 * DAY_S, .changed_s = decided.at_s, .decided = decided};
}

static told_alert acknowledged(told_alert of, const char *by, int64_t at_s)
{
    of.acknowledged = true;
    of.acknowledged_by = text_of(by);
    of.acknowledged_note = text_of("seen");
    of.acknowledged_s = at_s;
    return of;
}

static void all_is_well_where_nothing_happened_and_nothing_is_open(void **state)
{
    (void)state;
    letter made = digest_of(NULL, 0, NULL, 0);
    assert_texts(made.subject, text_of("All is well, 3 March 2026: nothing new, nothing elevated"));
    assert_texts(made.plain, text_of(
        "All is well\n"
        "From 2 March 2026, 14:05 to 3 March 2026, 14:05.\n"
        "Nothing elevated is open; 0 on watch, 0 improving, 0 silenced. 0 things happened.\n"
        "\n"
        "\n---\n"
        "Sent by Tocsin for the subscription \"duty inspector\" (in E07000197; elevated and above).\n"
        "Figures are of incidents as they are recorded now; they may change, and name no causes.\n"));
}

static void watch_and_falls_leave_all_well(void **state)
{
    (void)state;
    told_alert open[] = {open_on(theft(), 18), open_on(robbery_falls(), 19)};
    open[0].level = open[0].decided.level = LEVEL_WATCH;
    alert_event falls = robbery_falls();
    letter made = digest_of(&falls, 1, open, 2);
    assert_texts(made.subject, text_of("All is well, 3 March 2026: 1 new, nothing elevated"));
    assert_true(place(made.plain, "== What happened ==\n- Improving: Robbery in Stafford") <
                place(made.plain, "== On watch ==\n- Watch: Theft offences in Stafford up 11.7 % (2,014 from 1,803); open since 1 March 2026 [alert 18]\n"));
    assert_has(made.plain, "== Improving ==\n- Improving: Robbery in Stafford down 35.8 % (52 from 81); open since 1 March 2026 [alert 19]\n");
}

static void what_is_open_stands_with_the_acknowledged_behind_the_oldest_last(void **state)
{
    (void)state;
    told_alert open[] = {
        acknowledged(open_on(shoplifting(), 1), "Ann", MARCH_2026_S - 2 * DAY_S),
        acknowledged(open_on(shoplifting(), 2), "Ben", MARCH_2026_S - DAY_S),
        open_on(theft(), 3), open_on(shoplifting(), 4), open_on(shoplifting(), 5), open_on(feed_is_late(), 6)};
    letter made = digest_of(NULL, 0, open, 6);
    assert_texts(made.subject, text_of("Digest, 3 March 2026: 4 priority, 2 elevated open; 0 new"));
    static const char *const order[] = {"[alert 4]", "[alert 5]", "[alert 3]", "[alert 6]",
                                        "acknowledged by Ben on 2 March 2026: seen [alert 2]",
                                        "acknowledged by Ann on 1 March 2026: seen [alert 1]"};
    for (size_t i = 1; i < sizeof order / sizeof order[0]; i++)
        assert_true(place(made.plain, order[i - 1]) < place(made.plain, order[i]));
}

static void what_is_silenced_says_until_when_by_whom_and_why_and_is_not_well(void **state)
{
    (void)state;
    stored_silence quiet = {.days = {day_of(2026, 3, 1), day_of(2026, 4, 30)}, .recurs = text_of(""), .who = text_of("Ann"),
                            .why = text_of("a change of recording")};
    told_alert open = open_on(shoplifting(), 12);
    open.silence = &quiet;
    letter made = digest_of(NULL, 0, &open, 1);
    assert_has(made.plain, "== Silenced ==\n- Priority: Shoplifting in Stafford up 21.3 % (747 from 616); silenced until 30 April 2026 by Ann: a change "
                           "of recording [alert 12]\n");
    assert_texts(made.subject, text_of("Digest, 3 March 2026: nothing elevated is open; 0 new"));
    open.decided.direction = open.direction = TREND_FALLING;
    assert_has(digest_of(NULL, 0, &open, 1).subject, "All is well");
}

static void what_pages_is_told_in_full_and_all_else_in_a_line(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), theft(), robbery_falls(), shoplifting_acknowledged()};
    letter made = digest_of(events, 4, NULL, 0);
    assert_has(made.plain, "== New ==\n\nPriority: Shoplifting in Stafford up 21.3 % (747 from 616)\n747 in the 12 months");
    assert_has(made.plain, "To acknowledge: tocsin ack 12\n");
    assert_has(made.plain, "== What else happened ==\n- Improving: Robbery in Stafford down 35.8 % (52 from 81) [alert 19]\n"
                           "- Acknowledged by Ann Archer: Shoplifting in Stafford: seen; meeting on Thursday [alert 12]\n");
    assert_has(made.html, ">What else happened</h2>");
}

static void a_thousand_open_alerts_are_listed_to_a_bound_and_counted(void **state)
{
    (void)state;
    told_alert *open = arena_take(memory, 1000 * sizeof *open);
    for (size_t i = 0; i < 1000; i++)
        open[i] = open_on(shoplifting(), 1000 + i);
    letter made = digest_of(NULL, 0, open, 1000);
    assert_has(made.plain, "[alert 1049]\n\nand 950 more");
    assert_texts(made.subject, text_of("Digest, 3 March 2026: 1000 priority open; 0 new"));
}

static int make(void **state)
{
    (void)state;
    memory = arena_create();
    return 0;
}

static int remove_it(void **state)
{
    (void)state;
    arena_destroy(&memory);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_is_well_where_nothing_happened_and_nothing_is_open),
        TEST(watch_and_falls_leave_all_well),
        TEST(what_is_open_stands_with_the_acknowledged_behind_the_oldest_last),
        TEST(what_is_silenced_says_until_when_by_whom_and_why_and_is_not_well),
        TEST(what_pages_is_told_in_full_and_all_else_in_a_line),
        TEST(a_thousand_open_alerts_are_listed_to_a_bound_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
