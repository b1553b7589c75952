/* One event in one line, and in the subject of a mail. */
#include <string.h>

#include "letter_figures.h"
#include "letter_page.h"
#include "letter_words.h"

/* --- what and how grave --------------------------------------------------------------------------------- */

static bool is_own(const alert_event *of)
{
    return of->subject.size > 0;
}

static letter_tone tone_of(const alert_event *of)
{
    static const letter_tone of_level[LEVELS] = {TONE_QUIET, TONE_WATCH, TONE_ELEVATED, TONE_PRIORITY};
    if (event_kind_by_people(of->kind) || of->level == LEVEL_NORMAL)
        return TONE_QUIET;
    return of->direction == TREND_FALLING && !is_own(of) ? TONE_BETTER : of_level[of->level];
}

int letter_gravity(const alert_event *of)
{
    if (event_kind_by_people(of->kind))
        return -1;
    /* What is silenced comes behind what is not, by its gravity. */
    int tone = (int)tone_of(of);
    return tone >= (int)TONE_WATCH && !of->silenced ? tone + (int)TONES : tone;
}

static const char *action_text(event_kind kind)
{
    switch (kind) {
    case EVENT_ACKNOWLEDGED: return "Acknowledged";
    case EVENT_COMMENTED: return "Comment";
    case EVENT_REOPENED: return "Reopened";
    case EVENT_SILENCED: return "Silenced";
    case EVENT_UNSILENCED: return "No longer silenced";
    case EVENT_RAISED:
    case EVENT_ESCALATED:
    case EVENT_LOWERED:
    case EVENT_TURNED:
    case EVENT_CLEARED:
    case EVENT_STANDING:
    case EVENT_KINDS:
        break;
    }
    return "";
}

static text badge_of(const alert_event *of, arena *memory)
{
    if (event_kind_by_people(of->kind)) {
        text who = letter_clean(of->who, memory);
        return arena_print(memory, "%s%s%.*s", action_text(of->kind), who.size > 0 ? " by " : "", TEXT_ARGS(who));
    }
    if (text_is(of->subject, LETTER_TEST))
        return text_of("Test");
    if (of->level == LEVEL_NORMAL)
        return text_of("Cleared");
    if (tone_of(of) == TONE_BETTER)
        return text_of("Improving");
    text level = letter_upper_first(text_of(alert_level_text(of->level)), memory);
    return of->kind == EVENT_LOWERED ? arena_print(memory, "Lowered to %s", alert_level_text(of->level)) : level;
}

static text without_full_stop(text words)
{
    return words.size > 0 && words.at[words.size - 1] == '.' ? (text){words.at, words.size - 1} : words;
}

/* Of Tocsin's own state its words say it all; of a series it is named. */
static text what_of(const alert_event *of, arena *memory)
{
    text title = letter_clean(of->title, memory), area_name = letter_clean(of->area_name, memory);
    text words = without_full_stop(letter_clean(of->words, memory));
    if (is_own(of) && !event_kind_by_people(of->kind) && words.size > 0)
        return words;
    if (is_own(of))
        return letter_clean(of->subject, memory);
    if (title.size > 0 && area_name.size > 0)
        return arena_print(memory, "%.*s in %.*s", TEXT_ARGS(title), TEXT_ARGS(area_name));
    if (title.size > 0)
        return arena_print(memory, "%.*s everywhere", TEXT_ARGS(title));
    if (area_name.size > 0)
        return arena_print(memory, "Everything in %.*s", TEXT_ARGS(area_name));
    return of->alert > 0 ? arena_print(memory, "Alert %llu", (unsigned long long)of->alert) : text_of("Everything");
}

/* --- links ----------------------------------------------------------------------------------------------- */

static bool is_web_address(text link)
{
    bool web = (link.size > 8 && memcmp(link.at, "https://", 8) == 0) || (link.size > 7 && memcmp(link.at, "http://", 7) == 0);
    for (size_t i = 0; i < link.size && web; i++)
        web = link.at[i] > ' ' && link.at[i] < 0x7f && strchr("\"'<>\\^`{|}", link.at[i]) == NULL;
    return web;
}

text letter_link_to_all(const letter_style *style)
{
    return is_web_address(style->link) ? style->link : (text){0};
}

text letter_link(const letter_style *style, uint64_t alert, arena *memory)
{
    return alert == 0 || letter_link_to_all(style).size == 0 ? (text){0}
               : arena_print(memory, "%.*s#alert=%llu", TEXT_ARGS(style->link), (unsigned long long)alert);
}

letter_line letter_line_of(const letter_style *style, const alert_event *of, arena *memory)
{
    letter_figures said = letter_figures_of(of);
    letter_line out = {.tone = tone_of(of), .badge = badge_of(of, memory), .what = what_of(of, memory), .alert = of->alert,
                       .link = letter_link(style, of->alert, memory)};
    if (event_kind_by_people(of->kind))
        out.remark = letter_clean(of->note, memory);
    else {
        text change = letter_change_words(&said, memory);
        out.change = of->level == LEVEL_NORMAL && change.size > 0 ? arena_print(memory, "now %.*s", TEXT_ARGS(change)) : change;
        out.remark = text_of(of->silenced ? "silenced" : "");
    }
    return out;
}

/* --- subjects -------------------------------------------------------------------------------------------- */

static size_t room_beside(text badge, text change, text more)
{
    size_t taken = letter_characters(badge) + 2 + letter_characters(change) + (change.size > 0 ? 1 : 0) + letter_characters(more);
    return taken < SUBJECT_CHARACTERS_MAX ? SUBJECT_CHARACTERS_MAX - taken : 0;
}

/* What stands in brackets may be missed first: "All crime (police recorded, ...) in Stafford". */
static text without_brackets(text what, arena *memory)
{
    const char *from = what.size > 0 ? memchr(what.at, '(', what.size) : NULL;
    const char *to = from != NULL ? memchr(from, ')', what.size - (size_t)(from - what.at)) : NULL;
    if (to == NULL || from == what.at)
        return what;
    text before = text_trim((text){what.at, (size_t)(from - what.at)});
    text behind = {to + 1, what.size - (size_t)(to + 1 - what.at)};
    return arena_print(memory, "%.*s%.*s", TEXT_ARGS(before), TEXT_ARGS(behind));
}

enum { WHAT_CHARACTERS_MIN = 30 };

text letter_subject(const letter_line *of, size_t more, arena *memory)
{
    text others = more > 0 ? arena_print(memory, ", and %zu more", more) : (text){0};
    text badge = letter_cut(of->badge, SUBJECT_CHARACTERS_MAX / 2 - 5, memory), change = of->change;
    text what = letter_lower_first(of->what, memory);
    if (letter_characters(what) > room_beside(badge, change, others))
        what = without_brackets(what, memory);
    if (letter_characters(what) > room_beside(badge, change, others))
        change = without_brackets(change, memory);
    size_t room = room_beside(badge, change, others);
    if (letter_characters(what) > room && room < WHAT_CHARACTERS_MIN) {
        change = (text){0};
        room = room_beside(badge, change, others);
    }
    what = letter_cut(what, room, memory);
    return arena_print(memory, "%.*s: %.*s%s%.*s%.*s", TEXT_ARGS(badge), TEXT_ARGS(what), change.size > 0 ? " " : "",
                       TEXT_ARGS(change), TEXT_ARGS(others));
}
