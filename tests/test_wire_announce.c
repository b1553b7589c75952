/* Promise: an event of the list arrives at those who follow it with everything it says; a question and its answer arrive as they
 * were put; every bound that announce.proto states is kept at its last value and refused one beyond; and one event always fits. */
#include "proto/wire_announce.h"

#include <string.h>

#include "fixtures.h"
#include "testing.h"

static arena *memory;

static int setup(void **state)
{
    (void)state;
    memory = arena_create();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_destroy(&memory);
    return 0;
}

static text octets_of(size_t size)
{
    char *made = arena_take(memory, size + 1);
    memset(made, 'x', size);
    return (text){made, size};
}

static text_list many(size_t count, size_t size)
{
    text *made = arena_take(memory, (count + 1) * sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = octets_of(size);
    return (text_list){made, count};
}

static text encoded(const announcement *from)
{
    buffer out = {0};
    (void)wire_announce_encode(from, memory, &out);
    text made = arena_text(memory, (text){(const char *)out.data, out.size});
    buffer_free(&out);
    return made;
}

static announcement sent(const announcement *from)
{
    announcement out;
    const char *why;
    text octets = encoded(from);
    status st = wire_announce_decode(octets.at, octets.size, memory, &out, &why);
    if (st != STATUS_OK)
        fail_msg("refused: %s", why);
    assert_int_equal(out.kind, from->kind);
    assert_int_equal(out.version, from->version);
    assert_true(text_equal(out.lineage, from->lineage));
    assert_int_equal(out.since, from->since);
    return out;
}

static announcement of_kind(announcement_kind kind)
{
    return (announcement){.kind = kind, .version = ANNOUNCE_VERSION, .lineage = text_of("0123456789abcdef"), .since = UINT64_MAX};
}

/* What it decodes to must be refused, with words, and the output be as it was. */
static void assert_refused(text octets, status expected)
{
    announcement out = {.kind = ANNOUNCEMENT_KINDS};
    const char *why = "";
    assert_int_equal(wire_announce_decode(octets.at, octets.size, memory, &out, &why), expected);
    assert_int_equal(out.kind, ANNOUNCEMENT_KINDS);
    assert_true(strlen(why) > 0);
}

static alert_event full_event(void)
{
    static const text areas[] = {{"E07000197", 9}, {"E10000028", 9}}, categories[] = {{"shoplifting", 11}, {"theft", 5}},
                      caveats[] = {{"one", 3}, {"another \xC2\xA3", 10}};
    return (alert_event){
        .number = UINT64_MAX / 2, .at_s = 1743422400, .kind = EVENT_ESCALATED, .alert = 7, .batch = 8,
        .subject = text_of("source niche"), .area = text_of("E07000197"), .area_name = text_of("Stafford"),
        .areas = {areas, 2}, .category = text_of("shoplifting"), .title = text_of("Shoplifting"),
        .categories = {categories, 2}, .as_of = 20178, .level_before = LEVEL_WATCH, .level = LEVEL_PRIORITY,
        .direction_before = TREND_FALLING, .direction = TREND_RISING, .rule = text_of("rolling-year"), .corrected = true,
        .lowest = text_of("theft"), .lowest_title = text_of("Theft"), .words = text_of("Shoplifting in Stafford: priority."),
        .caveats = {caveats, 2}, .figures = text_of("{\"count\": 747}"), .who = text_of("ann"), .note = text_of("seen"),
        .silenced = true,
    };
}

/* In the one JSON form, and by the numbers that JSON leaves out. */
static void assert_same_event(const alert_event *actual, const alert_event *expected)
{
    jsondoc *a = alert_event_json(actual), *b = alert_event_json(expected);
    text left = jsondoc_print(a, memory), right = jsondoc_print(b, memory);
    if (!text_equal(left, right))
        fail_msg("%.*s is not %.*s", TEXT_ARGS(left), TEXT_ARGS(right));
    jsondoc_destroy(&a);
    jsondoc_destroy(&b);
    assert_int_equal(actual->number, expected->number);
    assert_int_equal(actual->at_s, expected->at_s);
    assert_int_equal(actual->as_of, expected->as_of);
}

static void an_event_arrives_with_everything_it_says(void **state)
{
    (void)state;
    announcement in = of_kind(ANNOUNCEMENT_EVENT);
    in.event = full_event();
    announcement out = sent(&in);
    assert_same_event(&out.event, &in.event);
    for (int kind = 0; kind < EVENT_KINDS; kind++) {
        in.event = (alert_event){.number = 1, .kind = (event_kind)kind, .as_of = DAY_NONE};
        out = sent(&in);
        assert_same_event(&out.event, &in.event);
    }
}

static void a_kept_event_says_the_same_in_memory_of_its_own(void **state)
{
    (void)state;
    char said[] = "words";
    alert_event in = full_event();
    in.words = text_of(said);
    alert_event kept = alert_event_kept(&in, memory);
    assert_same_event(&kept, &in);
    said[0] = 'W';
    assert_text(kept.words, "words");
    assert_ptr_not_equal(kept.areas.at, in.areas.at);
    assert_ptr_not_equal(kept.caveats.at[1].at, in.caveats.at[1].at);
}

static void a_beat_a_question_an_answer_and_a_refusal_arrive_as_they_were(void **state)
{
    (void)state;
    announcement in = of_kind(ANNOUNCEMENT_BEAT);
    in.beat = (told_beat){.newest = 41, .interval_s = 1};
    announcement out = sent(&in);
    assert_int_equal(out.beat.newest, 41);
    assert_int_equal(out.beat.interval_s, 1);

    in = of_kind(ANNOUNCEMENT_REPLAY);
    in.replay = (asked_replay){.after = INT64_MAX, .max = 12,
                               .filter = {many(2, 9), many(1, 4), LEVEL_ELEVATED, ABOUT_TOCSIN}};
    out = sent(&in);
    assert_int_equal(out.replay.after, INT64_MAX);
    assert_int_equal(out.replay.max, 12);
    assert_int_equal(out.replay.filter.areas.count, 2);
    assert_text(out.replay.filter.areas.at[1], "xxxxxxxxx");
    assert_text(out.replay.filter.categories.at[0], "xxxx");
    assert_int_equal(out.replay.filter.level, LEVEL_ELEVATED);
    assert_int_equal(out.replay.filter.about, ABOUT_TOCSIN);

    alert_event two[] = {full_event(), full_event()};
    two[0].number--;
    in = of_kind(ANNOUNCEMENT_REPLAYED);
    in.replayed = (told_replay){.events = two, .count = 2, .through = INT64_MAX, .newest = INT64_MAX, .after = 3};
    out = sent(&in);
    assert_int_equal(out.replayed.count, 2);
    assert_same_event(&out.replayed.events[0], &two[0]);
    assert_same_event(&out.replayed.events[1], &two[1]);
    assert_int_equal(out.replayed.through, INT64_MAX);
    assert_int_equal(out.replayed.newest, INT64_MAX);
    assert_int_equal(out.replayed.after, 3);

    in = of_kind(ANNOUNCEMENT_REFUSE);
    in.refuse = (told_refusal){.words = text_of("no"), .retry_after_s = 5};
    out = sent(&in);
    assert_text(out.refuse.words, "no");
    assert_int_equal(out.refuse.retry_after_s, 5);
}

/* The other tests take the bounds from the header; these are the numbers that others read in the contract. */
static void the_bounds_are_those_that_the_contract_states(void **state)
{
    (void)state;
    assert_int_equal(ANNOUNCE_VERSION, 1);
    assert_int_equal(ANNOUNCED_NAME_MAX, 1024);
    assert_int_equal(ANNOUNCED_WORDS_MAX, 16384);
    assert_int_equal(ANNOUNCED_FIGURES_MAX, 65536);
    assert_int_equal(ANNOUNCED_CODES_MAX, 64);
    assert_int_equal(ANNOUNCED_CAVEATS_MAX, 32);
    assert_int_equal(REPLAY_MAX, 256);
}

static void the_largest_event_fits_and_what_is_over_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    announcement in = of_kind(ANNOUNCEMENT_REPLAYED);
    text huge = octets_of(100000);
    alert_event one = full_event();
    text *texts[] = {&one.subject, &one.area, &one.area_name, &one.category, &one.title, &one.rule, &one.lowest,
                     &one.lowest_title, &one.words, &one.who, &one.note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = huge;
    one.figures = octets_of(ANNOUNCED_FIGURES_MAX);
    one.areas = many(200, 200);
    one.categories = many(200, 200);
    one.caveats = many(200, 5000);
    in.replayed = (told_replay){.events = &one, .count = 1, .through = one.number, .newest = one.number};
    assert_in_range(wire_announce_event_size(&one, memory) + REPLAYED_HEAD_MAX, 1, MESSAGE_SIZE_MAX);
    announcement out = sent(&in);
    assert_int_equal(out.replayed.events[0].words.size, ANNOUNCED_WORDS_MAX);
    assert_int_equal(out.replayed.events[0].area.size, CODE_SIZE_MAX);
    assert_int_equal(out.replayed.events[0].caveats.count, ANNOUNCED_CAVEATS_MAX);
    assert_int_equal(out.replayed.events[0].areas.count, ANNOUNCED_CODES_MAX);
    assert_int_equal(out.replayed.events[0].figures.size, ANNOUNCED_FIGURES_MAX);

    one.figures = octets_of(ANNOUNCED_FIGURES_MAX + 1);
    char *pounds = arena_take(memory, ANNOUNCED_WORDS_MAX + 1);
    memset(pounds, 'x', ANNOUNCED_WORDS_MAX + 1);
    memcpy(pounds + ANNOUNCED_WORDS_MAX - 1, "\xC2\xA3", 2);
    one.words = (text){pounds, ANNOUNCED_WORDS_MAX + 1};
    out = sent(&in);
    assert_int_equal(out.replayed.events[0].figures.size, 0);
    assert_int_equal(out.replayed.events[0].words.size, ANNOUNCED_WORDS_MAX - 1);
}

static void what_is_no_utf_8_is_shown_as_a_question_mark(void **state)
{
    (void)state;
    announcement in = of_kind(ANNOUNCEMENT_EVENT);
    in.event = (alert_event){.number = 1, .words = text_of("a\xFF" "b"), .as_of = DAY_NONE};
    assert_text(sent(&in).event.words, "a?b");
}

/* Encoding cuts, so what is over a bound is made of octets: field 22 (words) in field 10 (an event), lengths of three octets. */
static text event_with_words(size_t size)
{
    size_t inner = size + 2 + 2 + 3;
    unsigned char head[] = {0x08, 1, 0x52, (unsigned char)(inner | 0x80), (unsigned char)(inner >> 7 | 0x80),
                            (unsigned char)(inner >> 14), 0x08, 1, 0xB2, 0x01, (unsigned char)(size | 0x80),
                            (unsigned char)(size >> 7 | 0x80), (unsigned char)(size >> 14)};
    char *whole = arena_take(memory, sizeof head + size);
    memcpy(whole, head, sizeof head);
    memset(whole + sizeof head, 'x', size);
    return (text){whole, sizeof head + size};
}

static void words_are_taken_up_to_their_bound(void **state)
{
    (void)state;
    announcement out;
    const char *why = "";
    text longest = event_with_words(ANNOUNCED_WORDS_MAX);
    assert_int_equal(wire_announce_decode(longest.at, longest.size, memory, &out, &why), STATUS_OK);
    assert_int_equal(out.event.words.size, ANNOUNCED_WORDS_MAX);
    assert_refused(event_with_words(ANNOUNCED_WORDS_MAX + 1), STATUS_TOO_LARGE);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    announcement in = of_kind(ANNOUNCEMENT_EVENT);
    in.event = (alert_event){.number = 0, .as_of = DAY_NONE};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.event = (alert_event){.number = 1, .at_s = -1, .as_of = DAY_NONE};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.event = (alert_event){.number = 1, .at_s = INT64_MAX, .as_of = DAY_NONE};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.event = (alert_event){.number = 1, .kind = EVENT_KINDS, .as_of = DAY_NONE};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.event = (alert_event){.number = 1, .level = LEVELS, .as_of = DAY_NONE};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.event = (alert_event){.number = 1, .direction_before = TRENDS, .as_of = DAY_NONE};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in = of_kind(ANNOUNCEMENT_BEAT);
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in = of_kind(ANNOUNCEMENT_BEAT);
    in.beat.interval_s = 1;
    in.lineage = text_of("0123456789ABCDEF");
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.lineage = text_of("0123");
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in = of_kind(ANNOUNCEMENT_REPLAY);
    in.replay.after = (uint64_t)INT64_MAX + 1;
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.replay = (asked_replay){.filter.level = LEVELS};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.replay = (asked_replay){.filter.about = EVENT_ABOUTS};
    assert_refused(encoded(&in), STATUS_MALFORMED);
}

static void an_answer_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    alert_event two[] = {{.number = 5, .as_of = DAY_NONE}, {.number = 5, .as_of = DAY_NONE}};
    announcement in = of_kind(ANNOUNCEMENT_REPLAYED);
    in.replayed = (told_replay){.events = two, .count = 2, .through = 5, .newest = 5};
    assert_refused(encoded(&in), STATUS_MALFORMED);
    two[1].number = 6;
    assert_refused(encoded(&in), STATUS_MALFORMED);
    in.replayed.through = 6;
    (void)sent(&in);
    in.replayed.after = 5;
    assert_refused(encoded(&in), STATUS_MALFORMED);
}

static void noise_another_version_and_unknown_kinds_are_told_apart(void **state)
{
    (void)state;
    announcement out;
    const char *why;
    assert_refused(text_of("nonsense"), STATUS_MALFORMED);
    assert_refused(octets_of(MESSAGE_SIZE_MAX + 1), STATUS_TOO_LARGE);
    assert_int_equal(wire_announce_decode("\x08\x02", 2, memory, &out, &why), STATUS_OK);
    assert_int_equal(out.version, 2);
    assert_int_equal(out.kind, ANNOUNCEMENT_NONE);
    assert_int_equal(wire_announce_decode("\x08\x01", 2, memory, &out, &why), STATUS_OK);
    assert_int_equal(out.version, 1);
    assert_int_equal(out.kind, ANNOUNCEMENT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_arrives_with_everything_it_says),
        cmocka_unit_test(a_kept_event_says_the_same_in_memory_of_its_own),
        cmocka_unit_test(a_beat_a_question_an_answer_and_a_refusal_arrive_as_they_were),
        cmocka_unit_test(the_bounds_are_those_that_the_contract_states),
        cmocka_unit_test(the_largest_event_fits_and_what_is_over_is_cut_at_a_whole_character),
        cmocka_unit_test(what_is_no_utf_8_is_shown_as_a_question_mark),
        cmocka_unit_test(words_are_taken_up_to_their_bound),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(an_answer_that_contradicts_itself_is_refused),
        cmocka_unit_test(noise_another_version_and_unknown_kinds_are_told_apart),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
