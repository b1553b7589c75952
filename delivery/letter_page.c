/* The parts of a page put together: events at once, and what every letter ends with. */
#include "letter_page.h"

#include "letter_words.h"

void letter_add_items(letter_page *self, const char *title, letter_item *items, size_t count)
{
    size_t told = count < LETTER_ITEMS_MAX ? count : LETTER_ITEMS_MAX;
    if (count > 0 && self->section_count < SECTIONS_MAX)
        self->sections[self->section_count++] =
            (letter_section){.title = title, .items = items, .item_count = told, .left_out = count - told};
}

void letter_add_lines(letter_page *self, const char *title, letter_line *lines, size_t count)
{
    size_t told = count < LETTER_ITEMS_MAX ? count : LETTER_ITEMS_MAX;
    if (count > 0 && self->section_count < SECTIONS_MAX)
        self->sections[self->section_count++] =
            (letter_section){.title = title, .lines = lines, .line_count = told, .left_out = count - told};
}

/* --- why people get it ----------------------------------------------------------------------------------- */

static void say_codes(FILE *out, const char *name, text_list codes, arena *memory)
{
    for (size_t i = 0; i < codes.count; i++) {
        text code = letter_clean(codes.at[i], memory);
        fprintf(out, "%s%.*s", i == 0 ? name : ", ", TEXT_ARGS(code));
    }
}

static text filter_words(const event_filter *filter, arena *memory)
{
    words_writer w;
    words_open(&w);
    say_codes(w.out, "; in ", filter->areas, memory);
    say_codes(w.out, "; of ", filter->categories, memory);
    if (filter->level > LEVEL_NORMAL)
        fprintf(w.out, "; %s%s", alert_level_text(filter->level), filter->level < LEVEL_PRIORITY ? " and above" : "");
    if (filter->about == ABOUT_SERIES)
        fputs("; of what is recorded only", w.out);
    if (filter->about == ABOUT_TOCSIN)
        fputs("; of Tocsin's own state only", w.out);
    text made = words_close(&w, memory);
    return made.size > 2 ? (text){made.at + 2, made.size - 2} : text_of("everything");
}

text_list letter_foot(const letter_style *style, arena *memory)
{
    text *lines = arena_take(memory, 2 * sizeof *lines);
    text filter = style->filter != NULL ? filter_words(style->filter, memory) : text_of("everything");
    text name = letter_clean(style->name, memory);
    lines[0] = arena_print(memory, "Sent by Tocsin for the subscription \"%.*s\" (%.*s).", TEXT_ARGS(name), TEXT_ARGS(filter));
    lines[1] = text_of("Figures are of incidents as they are recorded now; they may change, and name no causes.");
    return (text_list){lines, 2};
}

/* --- at once --------------------------------------------------------------------------------------------- */

static void count_tones(const letter_line *lines, size_t count, size_t out[TONES])
{
    for (size_t i = 0; i < count; i++)
        out[lines[i].tone]++;
}

/* "1 priority, 3 elevated, 12 on watch, 8 improving, 2 normal again". */
static text tones_words(const size_t counts[TONES], arena *memory)
{
    static const struct named {
        letter_tone tone;
        const char *words;
    } named[] = {{TONE_PRIORITY, "priority"}, {TONE_ELEVATED, "elevated"}, {TONE_WATCH, "on watch"},
                 {TONE_BETTER, "improving"}, {TONE_QUIET, "normal again"}};
    words_writer w;
    words_open(&w);
    const char *between = "";
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (counts[named[i].tone] > 0) {
            fprintf(w.out, "%s%zu %s", between, counts[named[i].tone], named[i].words);
            between = ", ";
        }
    return words_close(&w, memory);
}

void letter_page_of_events(const letter_style *style, letter_events what, arena *memory, letter_page *out)
{
    letter_item *items;
    letter_line *lines;
    const alert_event *gravest;
    size_t counts[TONES] = {0};
    size_t count = letter_items(style, what, memory, &items), standing = letter_standing(style, what, memory, &lines, &gravest);
    *out = (letter_page){.foot = letter_foot(style, memory)};
    count_tones(lines, standing, counts);
    text stands = tones_words(counts, memory);
    letter_add_items(out, standing > 0 ? "What happened" : NULL, items, count);
    letter_add_lines(out, count > 0 ? "Where things stand now" : NULL, lines, standing);
    if (count > 0) {
        out->subject = letter_subject(&items[0].head, count - 1 + (standing > 0 ? 1 : 0), memory);
        out->pictured = items[0].of;
        return;
    }
    out->subject = letter_cut(arena_print(memory, "Where things stand: %.*s", TEXT_ARGS(stands)), SUBJECT_CHARACTERS_MAX, memory);
    out->title = text_of("Where things stand");
    text *intro = arena_take(memory, 3 * sizeof *intro), link = letter_link_to_all(style);
    intro[0] = arena_print(memory, "Records have been loaded. This is where the watched series stand: %.*s.", TEXT_ARGS(stands));
    intro[1] = text_of("\"tocsin alert NUMBER\" tells all of one, with what to be careful about; \"tocsin ack NUMBER\" acknowledges it.");
    intro[2] = arena_print(memory, "More: %.*s", TEXT_ARGS(link));
    out->intro = (text_list){intro, standing == 0 ? 0 : link.size > 0 ? 3 : 2};
    out->pictured = gravest;
}

void letter_finish(const letter_page *page, letter_picture *draw, void *context, arena *memory, letter *out)
{
    text picture = {0};
    if (draw != NULL && page->pictured != NULL && page->pictured->subject.size == 0 && page->pictured->category.size > 0)
        picture = draw(context, page->pictured, memory);
    *out = (letter){.subject = page->subject, .plain = letter_plain(page, memory), .html = letter_html(page, picture.size > 0, memory),
                    .picture = picture};
}

void letter_of_events(const letter_style *style, letter_events what, letter_picture *draw, void *context, arena *memory,
                      letter *out)
{
    letter_page page;
    letter_page_of_events(style, what, memory, &page);
    letter_finish(&page, draw, context, memory, out);
}
