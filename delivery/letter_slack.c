/* A batch in Slack's blocks. Slack refuses a message whole when one block is too long: a header has 150 characters, a section
 * 3,000, a message 50 blocks (docs.slack.dev, Block Kit). */
#include "letter_chat.h"
#include "letter_words.h"

enum {
    SLACK_HEADER_MAX = 150,
    SLACK_SECTION_MAX = 3000,
    SLACK_LINES_MAX = 20,    /* lines of a section */
};

/* The three characters that begin Slack's mark-up of links, people and channels. */
static text slack_escaped(text words, arena *memory)
{
    words_writer w;
    words_open(&w);
    for (size_t i = 0; i < words.size; i++)
        switch (words.at[i]) {
        case '&': fputs("&amp;", w.out); break;
        case '<': fputs("&lt;", w.out); break;
        case '>': fputs("&gt;", w.out); break;
        default: fputc(words.at[i], w.out);
        }
    return words_close(&w, memory);
}

/* Cut so that it fits when it is escaped: never within an escape. */
static text slack_text(text words, size_t max, arena *memory)
{
    text out = slack_escaped(words, memory);
    for (size_t room = max; letter_characters(out) > max && room > 0; room -= room / 8 + 1)
        out = slack_escaped(letter_cut(words, room, memory), memory);
    return out;
}

static jsondoc *slack_block(jsondoc *blocks, const char *kind)
{
    jsondoc *block = jsondoc_add_object(blocks);
    jsondoc_put_text(block, "type", text_of(kind));
    return block;
}

static void slack_mrkdwn(jsondoc *of, text ready)
{
    jsondoc_put_text(of, "type", text_of("mrkdwn"));
    jsondoc_put_text(of, "text", ready);
    jsondoc_put_bool(of, "verbatim", true); /* nothing in it is made a link or a name by itself */
}

/* Plain: nothing in it is mark-up, whatever it holds. */
static void slack_plain(jsondoc *of, text words, size_t max, arena *memory)
{
    jsondoc_put_text(of, "type", text_of("plain_text"));
    jsondoc_put_text(of, "text", letter_cut(words, max, memory));
    jsondoc_put_bool(of, "emoji", false);
}

static void slack_header(jsondoc *blocks, text words, arena *memory)
{
    slack_plain(jsondoc_put_object(slack_block(blocks, "header"), "text"), words, SLACK_HEADER_MAX, memory);
}

static void slack_section(jsondoc *blocks, text words, arena *memory)
{
    if (words.size > 0)
        slack_plain(jsondoc_put_object(slack_block(blocks, "section"), "text"), words, SLACK_SECTION_MAX, memory);
}

static void slack_titled(jsondoc *blocks, const char *title, text words, arena *memory)
{
    if (words.size > 0)
        slack_section(blocks, arena_print(memory, "%s:\n%.*s", title, TEXT_ARGS(words)), memory);
}

static text slack_facts(const letter_item *item, arena *memory)
{
    words_writer w;
    words_open(&w);
    for (size_t i = 0; i < item->fact_count; i++) {
        text words = letter_cut(item->facts[i].words, CHAT_FACT_MAX, memory);
        fprintf(w.out, "%s%s: %.*s", i > 0 ? "\n" : "", item->facts[i].name, TEXT_ARGS(words));
    }
    return words_close(&w, memory);
}

static void slack_ways_on(jsondoc *blocks, const letter_item *item, arena *memory)
{
    text ways = chat_ways_on(item, memory);
    if (ways.size == 0)
        return;
    if (item->head.link.size > 0)
        ways = arena_print(memory, "<%.*s|Open alert %llu>. %.*s", TEXT_ARGS(slack_escaped(item->head.link, memory)),
                           (unsigned long long)item->head.alert, TEXT_ARGS(ways));
    jsondoc *elements = jsondoc_put_array(slack_block(blocks, "context"), "elements");
    slack_mrkdwn(jsondoc_add_object(elements), ways);
}

/* At most six blocks. */
static void slack_item(jsondoc *blocks, const letter_item *item, arena *memory)
{
    slack_header(blocks, chat_line(&item->head, memory), memory);
    slack_section(blocks, letter_cut(item->says, CHAT_SAYS_MAX, memory), memory);
    slack_section(blocks, slack_facts(item, memory), memory);
    slack_titled(blocks, "To be careful about", chat_careful(item, memory), memory);
    slack_titled(blocks, "Together with it", chat_listed(item->others, item->other_count, SLACK_LINES_MAX, memory), memory);
    slack_ways_on(blocks, item, memory);
}

static void slack_lines(jsondoc *blocks, const letter_section *section, arena *memory)
{
    for (size_t from = 0; from < section->line_count; from += SLACK_LINES_MAX) {
        size_t count = chat_least(section->line_count - from, SLACK_LINES_MAX);
        slack_section(blocks, chat_listed(section->lines + from, count, count, memory), memory);
    }
}

static void slack_left_out(jsondoc *blocks, size_t left_out, arena *memory)
{
    if (left_out > 0)
        slack_section(blocks, arena_print(memory, "and %zu more: \"tocsin alerts\" lists them.", left_out), memory);
}

text letter_slack(const letter_style *style, letter_events batch, arena *memory)
{
    letter_page page;
    letter_page_of_events(style, batch, memory, &page);
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "text", slack_text(page.subject, SLACK_HEADER_MAX * 2, memory)); /* of the notification */
    jsondoc *blocks = jsondoc_put_array(all, "blocks");
    if (page.title.size > 0)
        slack_header(blocks, page.title, memory);
    for (size_t i = 0; i < page.intro.count; i++)
        slack_section(blocks, page.intro.at[i], memory);
    for (size_t s = 0; s < page.section_count; s++) {
        const letter_section *section = &page.sections[s];
        size_t told = chat_least(section->item_count, CHAT_ITEMS_MAX);
        for (size_t i = 0; i < told; i++)
            slack_item(blocks, &section->items[i], memory);
        slack_lines(blocks, section, memory);
        slack_left_out(blocks, section->left_out + section->item_count - told, memory);
    }
    jsondoc *foot = jsondoc_put_array(slack_block(blocks, "context"), "elements");
    slack_plain(jsondoc_add_object(foot), page.foot.at[0], SLACK_SECTION_MAX / 2, memory);
    text made = jsondoc_print(all, memory);
    jsondoc_destroy(&all);
    return made;
}
