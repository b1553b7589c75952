/* Promise: what chats are sent is JSON that they take: every part within its limit, nobody's words mark-up; and the webhook holds
 * every event of the batch, whole. */
#include <string.h>

#include "delivery/letter_words.h"
#include "fixtures.h"
#include "letter_fixtures.h"
#include "testing.h"

static arena *memory;

static letter_events of(const alert_event *events, size_t count)
{
    return (letter_events){.at = events, .count = count};
}

static jsondoc *read_back(text from)
{
    char why[128];
    jsondoc *out = NULL;
    assert_int_equal(jsondoc_read(from, &out, why, sizeof why), STATUS_OK);
    return out;
}

static text member(const jsondoc *object, const char *key)
{
    assert_non_null(object);
    assert_non_null(jsondoc_get(object, key));
    return jsondoc_text(jsondoc_get(object, key));
}

/* --- webhook ---------------------------------------------------------------------------------------------------- */

static void a_webhook_holds_its_key_and_every_event_with_its_link(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), theft()};
    jsondoc *all = read_back(letter_webhook(&duty_inspector, of(events, 2), text_of("duty-17-18"), memory));
    assert_texts(member(all, "key"), text_of("duty-17-18"));
    assert_texts(member(all, "subscription"), text_of("duty inspector"));
    const jsondoc *list = jsondoc_get(all, "events");
    assert_int_equal(jsondoc_size(list), 2);
    for (size_t i = 0; i < 2; i++) {
        jsondoc *alone = alert_event_json(&events[i]);
        for (size_t k = 0; jsondoc_key(alone, k) != NULL; k++)
            assert_non_null(jsondoc_get(jsondoc_at(list, i), jsondoc_key(alone, k)));
        assert_int_equal((int)jsondoc_number(jsondoc_get(jsondoc_at(list, i), "number")), (int)events[i].number);
        jsondoc_destroy(&alone);
    }
    assert_texts(member(jsondoc_at(list, 0), "link"), text_of("https://tocsin.example/#alert=12"));
    jsondoc_destroy(&all);
}

/* --- Slack ------------------------------------------------------------------------------------------------------ */

/* As docs.slack.dev has it: header 150, section 3,000, 50 blocks. */
static void check_slack(const jsondoc *all)
{
    const jsondoc *blocks = jsondoc_get(all, "blocks");
    assert_true(member(all, "text").size > 0);
    assert_in_range(jsondoc_size(blocks), 1, 50);
    for (size_t i = 0; i < jsondoc_size(blocks); i++) {
        const jsondoc *block = jsondoc_at(blocks, i);
        bool header = text_is(member(block, "type"), "header");
        const jsondoc *elements = jsondoc_get(block, "elements");
        const jsondoc *words = elements != NULL ? jsondoc_at(elements, 0) : jsondoc_get(block, "text");
        assert_in_range(letter_characters(member(words, "text")), 1, header ? 150 : 3000);
        if (text_is(member(words, "type"), "mrkdwn"))
            assert_true(jsondoc_number(jsondoc_get(words, "verbatim")) > 0);
        else
            assert_texts(member(words, "type"), text_of("plain_text"));
    }
}

static void slack_is_told_what_a_mail_tells(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), theft()};
    text made = letter_slack(&duty_inspector, of(events, 2), memory);
    jsondoc *all = read_back(made);
    check_slack(all);
    assert_texts(member(all, "text"), text_of("Priority: shoplifting in Stafford up 21.3 % (747 from 616)"));
    const jsondoc *blocks = jsondoc_get(all, "blocks");
    assert_int_equal(jsondoc_size(blocks), 7);
    static const char *const expected[] = {
        "Priority: Shoplifting in Stafford up 21.3 % (747 from 616)",
        "747 in the 12 months to 31 March 2025, 616 in 2022-23: +21.3 % (p < .001).",
        "Level: priority, rising (before: watch, rising)\n"
        "Compared with: the baseline year 2022-23 (1 April 2022 to 31 March 2023): 616\n"
        "Rule: against-baseline; priority from 20 % with p below 0.001\n"
        "Announced: 3 March 2026, 14:05, as of 31 March 2025",
        "To be careful about:\n• Recording changed on 1 May 2023: principal crime rule\n• Rises and falls with police activity",
        "Together with it:\n• Elevated: Theft offences in Stafford up 11.7 % (2,014 from 1,803)",
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_texts(member(jsondoc_get(jsondoc_at(blocks, i), "text"), "text"), text_of(expected[i]));
    assert_true(text_has(made, "<https://tocsin.example/#alert=12|Open alert 12>. The whole story: tocsin alert 12. To acknowledge: tocsin ack 12"));
    jsondoc_destroy(&all);
}

/* Long, and full of what has a meaning somewhere. */
static alert_event hostile_event(size_t size)
{
    alert_event out = shoplifting();
    text *many = arena_take(memory, 40 * sizeof *many);
    for (size_t i = 0; i < 40; i++)
        many[i] = arena_print(memory, "<!channel> *b* %.*s", TEXT_ARGS(text_filled(memory, '&', size)));
    out.title = arena_print(memory, "<!here>&*_~` [x](http://y) {{DATE(1)}} %.*s", TEXT_ARGS(text_filled(memory, '<', size)));
    out.area_name = text_filled(memory, '>', size);
    out.words = text_filled(memory, '&', size * 3);
    out.caveats = (text_list){many, 40};
    out.rule = text_filled(memory, '"', size);
    return out;
}

static void hostile_words_are_plain_in_slack_and_within_its_limits(void **state)
{
    (void)state;
    for (size_t size = 0; size < 4000; size = size * 3 + 40) {
        alert_event *events = arena_take(memory, 120 * sizeof *events);
        for (size_t i = 0; i < 120; i++) {
            events[i] = hostile_event(size);
            events[i].number = events[i].batch = i + 1;
            if (i > 20)
                events[i].batch = i < 80 ? 21 : 1;
            if (i > 100)
                events[i].kind = EVENT_STANDING;
        }
        text made = letter_slack(&duty_inspector, of(events, 120), memory);
        jsondoc *all = read_back(made);
        check_slack(all);
        assert_false(text_has(member(all, "text"), "<"));
        assert_true(text_has(member(all, "text"), "&lt;!here&gt;&amp;") || size > 100);
        jsondoc_destroy(&all);
    }
}

static void the_standing_state_fits_into_a_message(void **state)
{
    (void)state;
    const alert_event *events = standing_events(3000, memory);
    text made = letter_slack(&duty_inspector, of(events, 3000), memory);
    jsondoc *all = read_back(made);
    check_slack(all);
    assert_true(text_has(made, "and 2950 more"));
    jsondoc_destroy(&all);
    made = letter_teams(&duty_inspector, of(events, 3000), memory);
    assert_true(made.size <= 28 * 1024);
    assert_true(text_has(made, "and 2970 more"));
}

/* --- Teams ------------------------------------------------------------------------------------------------------ */

static const jsondoc *card_of(const jsondoc *all)
{
    const jsondoc *attachment = jsondoc_at(jsondoc_get(all, "attachments"), 0);
    assert_texts(member(all, "type"), text_of("message"));
    assert_texts(member(attachment, "contentType"), text_of("application/vnd.microsoft.card.adaptive"));
    assert_texts(member(jsondoc_get(attachment, "content"), "type"), text_of("AdaptiveCard"));
    return jsondoc_get(attachment, "content");
}

/* What a block of the card says; it must be a run, which knows no Markdown. */
static text said(const jsondoc *card, size_t index)
{
    const jsondoc *block = jsondoc_at(jsondoc_get(card, "body"), index);
    assert_texts(member(block, "type"), text_of("RichTextBlock"));
    const jsondoc *run = jsondoc_at(jsondoc_get(block, "inlines"), 0);
    assert_texts(member(run, "type"), text_of("TextRun"));
    return member(run, "text");
}

static void teams_is_told_what_a_mail_tells(void **state)
{
    (void)state;
    alert_event events[] = {shoplifting(), theft()};
    jsondoc *all = read_back(letter_teams(&duty_inspector, of(events, 2), memory));
    const jsondoc *card = card_of(all);
    static const char *const expected[] = {
        "Priority: Shoplifting in Stafford up 21.3 % (747 from 616)",
        "747 in the 12 months to 31 March 2025, 616 in 2022-23: +21.3 % (p < .001).",
        "Level: priority, rising (before: watch, rising)",
        "Compared with: the baseline year 2022-23 (1 April 2022 to 31 March 2023): 616",
        "Rule: against-baseline; priority from 20 % with p below 0.001",
        "Announced: 3 March 2026, 14:05, as of 31 March 2025",
        "To be careful about", "• Recording changed on 1 May 2023: principal crime rule", "• Rises and falls with police activity",
        "Together with it", "• Elevated: Theft offences in Stafford up 11.7 % (2,014 from 1,803)",
        "The whole story: tocsin alert 12. To acknowledge: tocsin ack 12",
        "Sent by Tocsin for the subscription \"duty inspector\" (in E07000197; elevated and above).",
    };
    assert_int_equal(jsondoc_size(jsondoc_get(card, "body")), sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_texts(said(card, i), text_of(expected[i]));
    const jsondoc *action = jsondoc_at(jsondoc_get(card, "actions"), 0);
    assert_texts(member(action, "type"), text_of("Action.OpenUrl"));
    assert_texts(member(action, "url"), text_of("https://tocsin.example/#alert=12"));
    jsondoc_destroy(&all);
}

static void hostile_words_are_plain_in_teams_and_within_its_limit(void **state)
{
    (void)state;
    for (size_t size = 0; size < 4000; size = size * 3 + 40) {
        alert_event events[12];
        for (size_t i = 0; i < 12; i++) {
            events[i] = hostile_event(size);
            events[i].number = events[i].batch = i + 1;
        }
        text made = letter_teams(&duty_inspector, of(events, 12), memory);
        assert_true(made.size <= 28 * 1024);
        jsondoc *all = read_back(made);
        const jsondoc *card = card_of(all);
        for (size_t i = 0; i < jsondoc_size(jsondoc_get(card, "body")); i++)
            assert_true(said(card, i).size > 0);
        jsondoc_destroy(&all);
    }
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
        TEST(a_webhook_holds_its_key_and_every_event_with_its_link),
        TEST(slack_is_told_what_a_mail_tells),
        TEST(hostile_words_are_plain_in_slack_and_within_its_limits),
        TEST(the_standing_state_fits_into_a_message),
        TEST(teams_is_told_what_a_mail_tells),
        TEST(hostile_words_are_plain_in_teams_and_within_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
