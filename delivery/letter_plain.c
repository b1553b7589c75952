/* A page in plain text: short lines that read well aloud; nothing is told by position. */
#include "letter_page.h"
#include "letter_words.h"

static void print_line(FILE *out, const letter_line *line)
{
    fprintf(out, "- %.*s: %.*s%s%.*s", TEXT_ARGS(line->badge), TEXT_ARGS(line->what), line->change.size > 0 ? " " : "",
            TEXT_ARGS(line->change));
    if (line->remark.size > 0)
        fprintf(out, "%s %.*s", line->change.size > 0 ? ";" : ":", TEXT_ARGS(line->remark));
    if (line->alert > 0)
        fprintf(out, " [alert %llu]", (unsigned long long)line->alert);
    fputc('\n', out);
}

static void print_careful(FILE *out, const letter_item *item)
{
    if (item->careful.count > 0)
        fputs("\nTo be careful about:\n", out);
    for (size_t i = 0; i < item->careful.count; i++)
        fprintf(out, "- %.*s.\n", TEXT_ARGS(item->careful.at[i]));
}

static void print_others(FILE *out, const letter_item *item)
{
    if (item->other_count > 0)
        fputs("\nTogether with it:\n", out);
    for (size_t i = 0; i < item->other_count && i < LETTER_ITEMS_MAX; i++)
        print_line(out, &item->others[i]);
    if (item->other_count > LETTER_ITEMS_MAX)
        fprintf(out, "and %zu more.\n", item->other_count - LETTER_ITEMS_MAX);
}

static void print_item(FILE *out, const letter_item *item)
{
    fprintf(out, "%.*s: %.*s%s%.*s\n", TEXT_ARGS(item->head.badge), TEXT_ARGS(item->head.what),
            item->head.change.size > 0 ? " " : "", TEXT_ARGS(item->head.change));
    if (item->says.size > 0)
        fprintf(out, "%.*s\n", TEXT_ARGS(item->says));
    fputc('\n', out);
    for (size_t i = 0; i < item->fact_count; i++)
        fprintf(out, "%s: %.*s\n", item->facts[i].name, TEXT_ARGS(item->facts[i].words));
    print_careful(out, item);
    print_others(out, item);
    if (item->head.alert == 0)
        return;
    fputc('\n', out);
    if (item->head.link.size > 0)
        fprintf(out, "More: %.*s\n", TEXT_ARGS(item->head.link));
    fprintf(out, "The whole story: tocsin alert %llu\n", (unsigned long long)item->head.alert);
    if (item->asks && !item->over)
        fprintf(out, "To acknowledge: tocsin ack %llu\n", (unsigned long long)item->head.alert);
}

static void print_section(FILE *out, const letter_section *section)
{
    if (section->title != NULL)
        fprintf(out, "\n== %s ==\n", section->title);
    for (size_t i = 0; i < section->item_count; i++) {
        fputs(i > 0 ? "\n* * *\n\n" : section->title != NULL ? "\n" : "", out);
        print_item(out, &section->items[i]);
    }
    for (size_t i = 0; i < section->line_count; i++)
        print_line(out, &section->lines[i]);
    if (section->left_out > 0)
        fprintf(out, "\nand %zu more: \"tocsin alerts\" lists them.\n", section->left_out);
}

text letter_plain(const letter_page *page, arena *memory)
{
    words_writer w;
    words_open(&w);
    if (page->title.size > 0)
        fprintf(w.out, "%.*s\n", TEXT_ARGS(page->title));
    for (size_t i = 0; i < page->intro.count; i++)
        fprintf(w.out, "%.*s\n", TEXT_ARGS(page->intro.at[i]));
    if (page->intro.count > 0)
        fputc('\n', w.out);
    for (size_t i = 0; i < page->section_count; i++)
        print_section(w.out, &page->sections[i]);
    fputs("\n---\n", w.out);
    for (size_t i = 0; i < page->foot.count; i++)
        fprintf(w.out, "%.*s\n", TEXT_ARGS(page->foot.at[i]));
    return words_close(&w, memory);
}
