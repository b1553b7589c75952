#include "letter_chat.h"

#include "letter_words.h"

text chat_line(const letter_line *line, arena *memory)
{
    return arena_print(memory, "%.*s: %.*s%s%.*s%s%.*s", TEXT_ARGS(line->badge), TEXT_ARGS(line->what),
                       line->change.size > 0 ? " " : "", TEXT_ARGS(line->change), line->remark.size == 0 ? "" : line->change.size > 0 ? "; " : ": ",
                       TEXT_ARGS(line->remark));
}

text chat_ways_on(const letter_item *item, arena *memory)
{
    unsigned long long alert = item->head.alert;
    if (alert == 0)
        return (text){0};
    return item->asks && !item->over ? arena_print(memory, "The whole story: tocsin alert %llu. To acknowledge: tocsin ack %llu", alert, alert)
                      : arena_print(memory, "The whole story: tocsin alert %llu", alert);
}

size_t chat_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

enum { BULLET_CHARACTERS = 2 };

text chat_listed(const letter_line *lines, size_t count, size_t max, arena *memory)
{
    words_writer w;
    words_open(&w);
    for (size_t i = 0; i < chat_least(count, max); i++) {
        text line = letter_cut(chat_line(&lines[i], memory), CHAT_LINE_MAX - BULLET_CHARACTERS, memory);
        fprintf(w.out, "%s• %.*s", i > 0 ? "\n" : "", TEXT_ARGS(line));
    }
    if (count > max)
        fprintf(w.out, "\nand %zu more", count - max);
    return words_close(&w, memory);
}

text chat_careful(const letter_item *item, arena *memory)
{
    words_writer w;
    words_open(&w);
    for (size_t i = 0; i < chat_least(item->careful.count, CHAT_CAVEATS_MAX); i++) {
        text one = letter_cut(item->careful.at[i], CHAT_FACT_MAX, memory);
        fprintf(w.out, "%s• %.*s", i > 0 ? "\n" : "", TEXT_ARGS(one));
    }
    if (item->careful.count > CHAT_CAVEATS_MAX)
        fprintf(w.out, "\nand %zu more", item->careful.count - CHAT_CAVEATS_MAX);
    return words_close(&w, memory);
}
