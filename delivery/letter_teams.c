/* A batch as an adaptive card for a workflow of Teams. A message that comes through a webhook may have 28 KiB
 * (learn.microsoft.com, limits of Teams). */
#include "letter_chat.h"
#include "letter_words.h"

enum { TEAMS_LINES_MAX = 30, TEAMS_TOGETHER_MAX = 10, TEAMS_HEAD_MAX = 300, TEAMS_OCTETS_MAX = 28 * 1024 };

/* Runs of a rich text, unlike a text block, know no Markdown: what others wrote stays as they wrote it. */
static void teams_text(jsondoc *body, text words, const char *size, const char *weight, const char *color)
{
    if (words.size == 0)
        return;
    jsondoc *block = jsondoc_add_object(body);
    jsondoc_put_text(block, "type", text_of("RichTextBlock"));
    jsondoc *run = jsondoc_add_object(jsondoc_put_array(block, "inlines"));
    jsondoc_put_text(run, "type", text_of("TextRun"));
    jsondoc_put_text(run, "text", words);
    jsondoc_put_text(run, "size", text_of(size));
    jsondoc_put_text(run, "weight", text_of(weight));
    jsondoc_put_text(run, "color", text_of(color));
}

static const char *const teams_colors[TONES] = {
    [TONE_QUIET] = "Default", [TONE_BETTER] = "Good", [TONE_WATCH] = "Accent", [TONE_ELEVATED] = "Warning",
    [TONE_PRIORITY] = "Attention",
};

static void teams_plain(jsondoc *body, text words)
{
    teams_text(body, words, "Default", "Default", "Default");
}

static void teams_titled(jsondoc *body, const char *title, text words)
{
    if (words.size == 0)
        return;
    teams_text(body, text_of(title), "Default", "Bolder", "Default");
    for (text line; text_split(&words, '\n', &line);)
        teams_plain(body, line);
}

static void teams_item(jsondoc *body, const letter_item *item, arena *memory)
{
    text head = letter_cut(chat_line(&item->head, memory), TEAMS_HEAD_MAX, memory);
    teams_text(body, head, "Medium", "Bolder", teams_colors[item->head.tone]);
    teams_plain(body, letter_cut(item->says, CHAT_SAYS_MAX, memory));
    for (size_t i = 0; i < item->fact_count; i++) {
        text words = letter_cut(item->facts[i].words, CHAT_FACT_MAX, memory);
        teams_plain(body, arena_print(memory, "%s: %.*s", item->facts[i].name, TEXT_ARGS(words)));
    }
    teams_titled(body, "To be careful about", chat_careful(item, memory));
    teams_titled(body, "Together with it", chat_listed(item->others, item->other_count, TEAMS_TOGETHER_MAX, memory));
    teams_plain(body, chat_ways_on(item, memory));
}

static size_t teams_section(jsondoc *body, const letter_section *section, size_t items_max, arena *memory)
{
    size_t told = chat_least(section->item_count, items_max), lines = chat_least(section->line_count, TEAMS_LINES_MAX);
    for (size_t i = 0; i < told; i++)
        teams_item(body, &section->items[i], memory);
    for (size_t i = 0; i < lines; i++)
        teams_text(body, letter_cut(chat_line(&section->lines[i], memory), CHAT_LINE_MAX, memory), "Default", "Default",
                   teams_colors[section->lines[i].tone]);
    return section->left_out + section->item_count - told + section->line_count - lines;
}

static void teams_actions(jsondoc *card, const letter_page *page, arena *memory)
{
    const letter_item *first = page->section_count > 0 && page->sections[0].item_count > 0 ? page->sections[0].items : NULL;
    if (first == NULL || first->head.link.size == 0)
        return;
    jsondoc *one = jsondoc_add_object(jsondoc_put_array(card, "actions"));
    jsondoc_put_text(one, "type", text_of("Action.OpenUrl"));
    jsondoc_put_text(one, "title", arena_print(memory, "Open alert %llu", (unsigned long long)first->head.alert));
    jsondoc_put_text(one, "url", first->head.link);
}

static text teams_card(const letter_page *page, size_t items_max, arena *memory)
{
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "type", text_of("message"));
    jsondoc *attachment = jsondoc_add_object(jsondoc_put_array(all, "attachments"));
    jsondoc_put_text(attachment, "contentType", text_of("application/vnd.microsoft.card.adaptive"));
    jsondoc_put_null(attachment, "contentUrl");
    jsondoc *card = jsondoc_put_object(attachment, "content");
    jsondoc_put_text(card, "$schema", text_of("http://adaptivecards.io/schemas/adaptive-card.json"));
    jsondoc_put_text(card, "type", text_of("AdaptiveCard"));
    jsondoc_put_text(card, "version", text_of("1.4"));
    jsondoc_put_text(card, "fallbackText", page->subject);
    jsondoc_put_text(jsondoc_put_object(card, "msteams"), "width", text_of("Full"));
    jsondoc *body = jsondoc_put_array(card, "body");
    teams_text(body, page->title, "Large", "Bolder", "Default");
    for (size_t i = 0; i < page->intro.count; i++)
        teams_plain(body, page->intro.at[i]);
    for (size_t s = 0; s < page->section_count; s++) {
        size_t left_out = teams_section(body, &page->sections[s], items_max, memory);
        if (left_out > 0)
            teams_plain(body, arena_print(memory, "and %zu more: \"tocsin alerts\" lists them.", left_out));
    }
    teams_text(body, letter_cut(page->foot.at[0], CHAT_SAYS_MAX, memory), "Small", "Default", "Default");
    teams_actions(card, page, memory);
    text made = jsondoc_print(all, memory);
    jsondoc_destroy(&all);
    return made;
}

text letter_teams(const letter_style *style, letter_events batch, arena *memory)
{
    letter_page page;
    letter_page_of_events(style, batch, memory, &page);
    text made = teams_card(&page, CHAT_ITEMS_MAX, memory);
    for (size_t items = CHAT_ITEMS_MAX; made.size > TEAMS_OCTETS_MAX && items > 0;)
        made = teams_card(&page, --items, memory);
    return made;
}
