/* Promise: a mail says what the events say, all of it and nothing beyond it: the gravest batch first, a parent and its
 * children as one item, in plain text and in HTML alike; and nobody's words can do anything in it but be read. */
#include <string.h>

#include "delivery/letter_words.h"
#include "fixtures.h"
#include "letter_fixtures.h"
#include "testing.h"

static arena *memory;

static letter letter_about(const alert_event *events, size_t count)
{
    letter out;
    letter_of_events(&duty_inspector, (letter_events){.at = events, .count = count}, NULL, NULL, memory, &out);
    return out;
}

static void assert_has(text in, const char *words)
{
    if (!text_has(in, words))
        fail_msg("\"%s\" is missing in:\n%.*s", words, TEXT_ARGS(in));
}

static void assert_lacks(text in, const char *words)
{
    if (text_has(in, words))
        fail_msg("\"%s\" stands in:\n%.*s", words, TEXT_ARGS(in));
}

static size_t times(text in, const char *words)
{
    size_t count = 0;
    for (const char *at = in.at; (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

/* Where the words first stand; they must. */
static size_t place(text in, const char *words)
{
    const char *at = strstr(in.at, words);
    assert_non_null(at);
    return (size_t)(at - in.at);
}

/* --- a whole one ------------------------------------------------------------------------------------------ */

static void a_mail_about_one_batch_reads_so(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), theft()};
    letter made = letter_about(events, 2);
    assert_texts(made.subject, text_of("Priority: shoplifting in Stafford up 21.3 % (747 from 616)"));
    assert_texts(made.plain, text_of(
        "Priority: Shoplifting in Stafford up 21.3 % (747 from 616)\n"
        "747 in the 12 months to 31 March 2025, 616 in 2022-23: +21.3 % (p < .001).\n"
        "\n"
        "Level: priority, rising (before: watch, rising)\n"
        "Compared with: the baseline year 2022-23 (1 April 2022 to 31 March 2023): 616\n"
        "Rule: against-baseline; priority from 20 % with p below 0.001\n"
        "Announced: 3 March 2026, 14:05, as of 31 March 2025\n"
        "\n"
        "To be careful about:\n"
        "- Recording changed on 1 May 2023: principal crime rule.\n"
        "- Rises and falls with police activity.\n"
        "\n"
        "Together with it:\n"
        "- Elevated: Theft offences in Stafford up 11.7 % (2,014 from 1,803) [alert 18]\n"
        "\n"
        "More: https://tocsin.example/#alert=12\n"
        "The whole story: tocsin alert 12\n"
        "To acknowledge: tocsin ack 12\n"
        "\n"
        "---\n"
        "Sent by Tocsin for the subscription \"duty inspector\" (in E07000197; elevated and above).\n"
        "Figures are of incidents as they are recorded now; they may change, and name no causes.\n"));
}

static void the_html_says_the_same(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), theft()};
    letter made = letter_about(events, 2);
    static const char *const said[] = {
        "Shoplifting in Stafford</h2>", "up 21.3 % (747 from 616)",
        "747 in the 12 months to 31 March 2025, 616 in 2022-23: +21.3 % (p &lt; .001).", "priority, rising (before: watch, rising)",
        "the baseline year 2022-23 (1 April 2022 to 31 March 2023): 616", "against-baseline; priority from 20 % with p below 0.001",
        "Recording changed on 1 May 2023: principal crime rule.", "Rises and falls with police activity.",
        "Theft offences in Stafford", "up 11.7 % (2,014 from 1,803)", "href=\"https://tocsin.example/#alert=12\"",
        "href=\"https://tocsin.example/#alert=18\"", "tocsin ack 12", "duty inspector", "E07000197",
        ">Priority</span>", ">Elevated</span>"};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        assert_has(made.html, said[i]);
    assert_lacks(made.html, "<img");
    assert_lacks(made.html, "<script");
    assert_lacks(made.html, "src=");
}

/* --- what is told of each kind ------------------------------------------------------------------------------ */

static void a_parent_leads_its_children_where_they_are_as_grave(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), theft()};
    events[1].level = LEVEL_PRIORITY;
    letter made = letter_about(events, 2);
    assert_texts(made.subject, text_of("Priority: theft offences in Stafford up 11.7 % (2,014 from 1,803)"));
    assert_has(made.plain, "Most of it: Shoplifting\n");
    assert_lacks(made.plain, "- Most of it is");
    assert_has(made.plain, "- Bicycle theft went the other way: -12.5 %.\n");
    assert_has(made.plain, "Together with it:\n- Priority: Shoplifting in Stafford up 21.3 % (747 from 616) [alert 12]\n");
}

static void the_gravest_batch_comes_first_and_the_subject_counts_the_others(void **state)
{
    (void)state;
    alert_event events[] = {robbery_falls(), shoplifting_acknowledged(), feed_is_late(), shoplifting()};
    letter made = letter_about(events, 4);
    assert_texts(made.subject, text_of("Priority: shoplifting in Stafford up 21.3 % (747 from 616), and 3 more"));
    assert_true(place(made.plain, "Priority: Shoplifting") < place(made.plain, "Elevated: Source live is late"));
    assert_true(place(made.plain, "Elevated: Source live is late") < place(made.plain, "Improving: Robbery"));
    assert_true(place(made.plain, "Improving: Robbery") < place(made.plain, "Acknowledged by Ann Archer: Shoplifting"));
    assert_has(made.plain, "Said: seen; meeting on Thursday\n");
}

static void a_fall_is_improving_and_asks_nothing_of_anybody(void **state)
{
    (void)state;
    alert_event falls = robbery_falls();
    letter made = letter_about(&falls, 1);
    assert_texts(made.subject, text_of("Improving: robbery in Stafford down 35.8 % (52 from 81)"));
    assert_lacks(made.plain, "tocsin ack");
    assert_lacks(made.html, "tocsin ack");
    assert_lacks(made.html, "#b3261e");
    assert_lacks(made.html, "#8a4b00");
    assert_has(made.plain, "Level: improving (before: normal)\n");
}

static void the_end_says_what_the_alert_was_and_how_long_it_stood(void **state)
{
    (void)state;
    alert_event ends = shoplifting_ends();
    const ended_alert was = {.alert = 12, .opened_s = MARCH_2026_S, .highest = LEVEL_PRIORITY};
    letter made;
    letter_of_events(&duty_inspector, (letter_events){&ends, 1, &was, 1}, NULL, NULL, memory, &made);
    assert_texts(made.subject, text_of("Cleared: shoplifting in Stafford now up 3.9 % (640 from 616)"));
    assert_has(made.plain, "Level: normal (before: priority, rising)\n");
    assert_has(made.plain, "The alert was: priority at its highest; it stood for 12 days, from 3 March 2026\n");
    assert_lacks(made.plain, "tocsin ack");
}

static void an_alert_that_has_ended_in_the_same_mail_says_so_where_it_rose(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), shoplifting_ends()};
    letter made = letter_about(events, 2);
    assert_has(made.plain, "Since then: cleared, 15 March 2026, 14:05\n");
    assert_lacks(made.plain, "tocsin ack");
}

static void what_is_silenced_is_marked_and_comes_behind(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), feed_is_late()};
    events[0].silenced = true;
    letter made = letter_about(events, 2);
    assert_texts(made.subject, text_of("Elevated: source live is late: nothing since 1 March 2026, 09:00…, and 1 more"));
    assert_has(made.plain, "Silenced: a silence holds for it: it pages nobody\n");
    assert_lacks(made.plain, "tocsin ack 12");
    assert_has(made.plain, "tocsin ack 21");
}

static void tocsins_own_trouble_is_told_in_its_own_words_once(void **state)
{
    (void)state;
    alert_event late = feed_is_late();
    letter made = letter_about(&late, 1);
    assert_int_equal(times(made.plain, "promised every 60 minutes"), 1);
    assert_has(made.plain, "Level: elevated (before: normal)\n");
    assert_lacks(made.plain, "Compared with");
}

static void small_numbers_carry_no_percentage(void **state)
{
    (void)state;
    alert_event few = shoplifting();
    few.figures = text_of("{\"detector\":\"rolling-year\",\"from\":\"2024-04-01\",\"to\":\"2025-03-31\",\"compared_from\":\"2023-04-01\","
                          "\"compared_to\":\"2024-03-31\",\"count\":31,\"compared\":12,\"exposure\":1,\"compared_exposure\":1,"
                          "\"percent\":158.3,\"percent_shown\":false,\"complete\":false}");
    assert_texts(letter_about(&few, 1).subject, text_of("Priority: shoplifting in Stafford up to at least 31 from 12"));
}

static void every_detector_says_what_it_compared(void **state)
{
    (void)state;
    static const struct {
        const char *detector, *subject, *comparator;
    } each[] = {
        {"weekly-spike", "Priority: shoplifting in Stafford 20 in the week, 8.5 expected",
         "Compared with: what season and trend lead to expect of this week: 8.5\n"},
        {"control-chart", "Priority: shoplifting in Stafford 20 in the month, 8.5 on average",
         "Compared with: the average of its months before: 8.5\n"},
        {"comparator-gap", "Priority: shoplifting in Stafford 20.0 per 1,000 residents, 4.2 in the rest",
         "Compared with: the rest of the larger area in the same 12 months: 4.2 per 1,000 residents\n"},
    };
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        alert_event one = shoplifting();
        one.figures = arena_print(memory, "{\"detector\":\"%s\",\"from\":\"2025-03-25\",\"to\":\"2025-03-31\",\"compared_from\":\"2025-03-25\","
                                          "\"compared_to\":\"2025-03-31\",\"count\":20,\"compared\":8.5,\"exposure\":1000,"
                                          "\"compared_exposure\":2000,\"percent\":135.3,\"complete\":true}", each[i].detector);
        letter made = letter_about(&one, 1);
        assert_texts(made.subject, text_of(each[i].subject));
        assert_has(made.plain, each[i].comparator);
    }
}

/* --- the standing state -------------------------------------------------------------------------------------- */

static void the_end_of_a_load_is_one_mail_with_everything_in_a_list(void **state)
{
    (void)state;
    letter made = letter_about(standing_events(8, memory), 8);
    assert_texts(made.subject, text_of("Where things stand: 2 priority, 2 elevated, 2 on watch, 2 improving"));
    assert_has(made.plain, "\"tocsin ack NUMBER\" acknowledges it.\nMore: https://tocsin.example/\n");
    assert_has(made.plain, "- Priority: Shoplifting in Area 1 up 21.3 % (747 from 616) [alert 101]\n"
                           "- Priority: Shoplifting in Area 5 up 21.3 % (747 from 616) [alert 105]\n"
                           "- Elevated: Shoplifting in Area 2 up");
    assert_int_equal(times(made.plain, "[alert "), 8);
    assert_int_equal(times(made.html, "#alert="), 8);
}

static void of_a_large_load_the_gravest_fifty_are_listed_and_the_rest_is_counted(void **state)
{
    (void)state;
    letter made = letter_about(standing_events(1000, memory), 1000);
    assert_texts(made.subject, text_of("Where things stand: 250 priority, 250 elevated, 250 on watch, 250 improving"));
    assert_int_equal(times(made.plain, "- Priority: "), 50);
    assert_int_equal(times(made.plain, "- Elevated: "), 0);
    assert_has(made.plain, "and 950 more: \"tocsin alerts\" lists them.\n");
    assert_has(made.html, "and 950 more: ");
    assert_true(made.html.size < 64 * 1024);
}

static void of_many_batches_the_gravest_fifty_are_told_and_the_rest_is_counted(void **state)
{
    (void)state;
    alert_event *events = standing_events(60, memory);
    for (size_t i = 0; i < 60; i++) {
        events[i].kind = EVENT_RAISED;
        events[i].level_before = LEVEL_NORMAL;
        events[i].batch = events[i].number;
    }
    letter made = letter_about(events, 60);
    assert_int_equal(times(made.plain, "The whole story: "), 50);
    assert_int_equal(times(made.plain, "Priority: Shoplifting in Area"), 15);
    assert_has(made.plain, "and 10 more: \"tocsin alerts\" lists them.\n");
}

/* --- hostile words --------------------------------------------------------------------------------------------- */

static void words_of_others_are_neither_mark_up_nor_lines_nor_headers(void **state)
{
    (void)state;
    alert_event one = shoplifting();
    static const text nasty = {"careful</p><script>alert(1)</script>\r\nBcc: all@example", 55};
    one.title = text_of("<b>\"Shop\"</b>\r\nBcc: everybody@example\xe2\x80\xae");
    one.area_name = text_of("Staf'ford & Co\n.\n");
    one.caveats = (text_list){&nasty, 1};
    one.words = text_of("<img src=x onerror=alert(1)>\xff");
    one.rule = text_of("</td><i>");
    letter made = letter_about(&one, 1);
    assert_int_equal(times(made.subject, "\n") + times(made.subject, "\r") + times(made.subject, "\xe2\x80\xae"), 0);
    assert_lacks(made.plain, "\nBcc");
    assert_lacks(made.plain, "\n.\n");
    assert_has(made.html, "&lt;b&gt;&quot;Shop&quot;&lt;/b&gt;  Bcc: everybody@example in Staf&#39;ford &amp; Co");
    assert_has(made.html, "&lt;img src=x onerror=alert(1)&gt;?");
    assert_has(made.html, "&lt;/td&gt;&lt;i&gt;");
    static const char *const never[] = {"<b>\"", "<script", "<img", "</td><i>"};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        assert_lacks(made.html, never[i]);
    assert_int_equal(text_utf8_fault(made.html), made.html.size);
    assert_int_equal(text_utf8_fault(made.plain), made.plain.size);
}

static void a_link_that_is_no_address_of_the_web_is_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "javascript:alert(1)//", "https://a b/", "https://a\"onclick=\"x", "https://a/\nx", "ftp://host/"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        letter_style style = duty_inspector;
        alert_event one = shoplifting();
        letter made;
        style.link = text_of(bad[i]);
        letter_of_events(&style, (letter_events){.at = &one, .count = 1}, NULL, NULL, memory, &made);
        assert_lacks(made.html, "href");
        assert_lacks(made.plain, "More:");
        assert_has(made.plain, "tocsin alert 12");
    }
}

static void figures_that_cannot_be_read_leave_the_words(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{", "[]", "null", "{\"detector\":7}", "{\"detector\":\"rolling-year\",\"count\":\"many\"}",
                                      "{\"thresholds\":[1,null,{}],\"detector\":\"x\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        alert_event one = shoplifting();
        one.figures = text_of(bad[i]);
        letter made = letter_about(&one, 1);
        assert_texts(made.subject, text_of("Priority: shoplifting in Stafford"));
        assert_has(made.plain, "747 in the 12 months to 31 March 2025");
    }
}

static void subjects_keep_to_their_length_whatever_the_names(void **state)
{
    (void)state;
    for (size_t size = 0; size < 200; size += 7) {
        alert_event events[] = {shoplifting(), feed_is_late(), shoplifting_acknowledged()};
        events[0].title = arena_print(memory, "All crime (police recorded, without fraud) %.*s", TEXT_ARGS(text_filled(memory, 'x', size)));
        events[0].area_name = arena_print(memory, "Sh\xc3\xa9" "field %.*s", TEXT_ARGS(text_filled(memory, 'y', size / 2)));
        events[2].who = text_filled(memory, 'z', size);
        for (size_t i = 0; i < 3; i++) {
            text line = letter_about(&events[i], 1).subject;
            assert_true(letter_characters(line) <= SUBJECT_CHARACTERS_MAX);
            assert_int_equal(text_utf8_fault(line), line.size);
        }
    }
    alert_event all = shoplifting();
    all.title = text_of("All crime (police recorded, without fraud and computer misuse)");
    assert_texts(letter_about(&all, 1).subject, text_of("Priority: all crime in Stafford up 21.3 % (747 from 616)"));
}

/* --- the picture ------------------------------------------------------------------------------------------------- */

static text draw_something(void *context, const alert_event *of, arena *where)
{
    *(uint64_t *)context = of->number;
    return arena_text(where, text_of("PNG"));
}

static void the_picture_is_of_the_gravest_and_shown_once(void **state)
{
    (void)state;
    alert_event events[] = {robbery_falls(), shoplifting()};
    uint64_t drawn = 0;
    letter made;
    letter_of_events(&duty_inspector, (letter_events){.at = events, .count = 2}, draw_something, &drawn, memory, &made);
    assert_int_equal(drawn, 17);
    assert_texts(made.picture, text_of("PNG"));
    assert_int_equal(times(made.html, "src=\"cid:rolling-year\""), 1);
    assert_int_equal(times(made.html, "<img"), 1);
    drawn = 0;
    alert_event late = feed_is_late();
    letter_of_events(&duty_inspector, (letter_events){.at = &late, .count = 1}, draw_something, &drawn, memory, &made);
    assert_int_equal(drawn, 0);
    assert_int_equal(made.picture.size, 0);
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
        TEST(a_mail_about_one_batch_reads_so),
        TEST(the_html_says_the_same),
        TEST(a_parent_leads_its_children_where_they_are_as_grave),
        TEST(the_gravest_batch_comes_first_and_the_subject_counts_the_others),
        TEST(a_fall_is_improving_and_asks_nothing_of_anybody),
        TEST(the_end_says_what_the_alert_was_and_how_long_it_stood),
        TEST(an_alert_that_has_ended_in_the_same_mail_says_so_where_it_rose),
        TEST(what_is_silenced_is_marked_and_comes_behind),
        TEST(tocsins_own_trouble_is_told_in_its_own_words_once),
        TEST(small_numbers_carry_no_percentage),
        TEST(every_detector_says_what_it_compared),
        TEST(the_end_of_a_load_is_one_mail_with_everything_in_a_list),
        TEST(of_a_large_load_the_gravest_fifty_are_listed_and_the_rest_is_counted),
        TEST(of_many_batches_the_gravest_fifty_are_told_and_the_rest_is_counted),
        TEST(words_of_others_are_neither_mark_up_nor_lines_nor_headers),
        TEST(a_link_that_is_no_address_of_the_web_is_none),
        TEST(figures_that_cannot_be_read_leave_the_words),
        TEST(subjects_keep_to_their_length_whatever_the_names),
        TEST(the_picture_is_of_the_gravest_and_shown_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
