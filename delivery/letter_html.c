/* A page in HTML for mail programs: tables for layout, styles inline, nothing fetched, no scripts. Only badges have colours
 * of their own, each with its background, so that a dark mode may turn everything else as it likes. */
#include "letter_page.h"
#include "letter_words.h"

/* White on each of them has a contrast of 6 and more. */
static const char *const backgrounds[TONES] = {
    [TONE_QUIET] = "#555555", [TONE_BETTER] = "#1b6b3a", [TONE_WATCH] = "#1f5fa8", [TONE_ELEVATED] = "#8a4b00",
    [TONE_PRIORITY] = "#b3261e",
};

static void put(FILE *out, text words)
{
    for (size_t i = 0; i < words.size; i++)
        switch (words.at[i]) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        case '\'': fputs("&#39;", out); break;
        default: fputc(words.at[i], out);
        }
}

static void put_in(FILE *out, const char *before, text words, const char *behind)
{
    fputs(before, out);
    put(out, words);
    fputs(behind, out);
}

static void put_badge(FILE *out, const letter_line *line)
{
    fprintf(out, "<span style=\"display:inline-block;background-color:%s;color:#ffffff;font-size:13px;font-weight:bold;line-height:18px;"
                 "padding:1px 8px;border-radius:4px\">", backgrounds[line->tone]);
    put_in(out, "", line->badge, "</span>");
}

static void put_alert(FILE *out, const letter_line *line)
{
    if (line->link.size > 0) {
        put_in(out, " <a style=\"white-space:nowrap\" href=\"", line->link, "\">");
        fprintf(out, "alert&nbsp;%llu</a>", (unsigned long long)line->alert);
    } else if (line->alert > 0)
        fprintf(out, " <span style=\"white-space:nowrap\">[alert&nbsp;%llu]</span>", (unsigned long long)line->alert);
}

/* --- lines ------------------------------------------------------------------------------------------------ */

static void put_line(FILE *out, const letter_line *line)
{
    fputs("<tr><td style=\"padding:8px 0;border-top:1px solid #8c8c8c\">", out);
    put_badge(out, line);
    put_in(out, "<br><b>", line->what, "</b>");
    if (line->change.size > 0)
        put_in(out, " ", line->change, "");
    if (line->remark.size > 0)
        put_in(out, line->change.size > 0 ? "; " : ": ", line->remark, "");
    put_alert(out, line);
    fputs("</td></tr>\n", out);
}

static void put_lines(FILE *out, const letter_line *lines, size_t count)
{
    size_t shown = count < LETTER_ITEMS_MAX ? count : LETTER_ITEMS_MAX;
    if (count == 0)
        return;
    fputs("<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:collapse\">\n", out);
    for (size_t i = 0; i < shown; i++)
        put_line(out, &lines[i]);
    if (shown < count)
        fprintf(out, "<tr><td style=\"padding:8px 0\">and %zu more.</td></tr>\n", count - shown);
    fputs("</table>\n", out);
}

/* --- items ------------------------------------------------------------------------------------------------ */

static void put_head(FILE *out, const letter_item *item)
{
    put_badge(out, &item->head);
    put_in(out, "\n<h2 style=\"margin:6px 0 0 0;font-size:20px;line-height:26px\">", item->head.what, "</h2>\n");
    if (item->head.change.size > 0)
        put_in(out, "<p style=\"margin:2px 0 8px 0;font-size:20px;line-height:26px\">", item->head.change, "</p>\n");
    if (item->says.size > 0)
        put_in(out, "<p style=\"margin:8px 0\">", item->says, "</p>\n");
}

static void put_facts(FILE *out, const letter_item *item)
{
    fputs("<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:collapse;margin:8px 0\">\n", out);
    for (size_t i = 0; i < item->fact_count; i++) {
        fprintf(out, "<tr><th scope=\"row\" align=\"left\" valign=\"top\" style=\"padding:2px 12px 2px 0;font-weight:bold;white-space:nowrap\">%s</th>",
                item->facts[i].name);
        put_in(out, "<td valign=\"top\" style=\"padding:2px 0\">", item->facts[i].words, "</td></tr>\n");
    }
    fputs("</table>\n", out);
}

static void put_careful(FILE *out, const letter_item *item)
{
    if (item->careful.count == 0)
        return;
    fputs("<p style=\"margin:12px 0 0 0\"><b>To be careful about</b></p>\n<ul style=\"margin:4px 0 8px 0;padding:0 0 0 20px\">\n", out);
    for (size_t i = 0; i < item->careful.count; i++)
        put_in(out, "<li style=\"margin:2px 0\">", item->careful.at[i], ".</li>\n");
    fputs("</ul>\n", out);
}

static void put_ways_on(FILE *out, const letter_item *item)
{
    unsigned long long alert = item->head.alert;
    if (alert == 0)
        return;
    fputs("<p style=\"margin:12px 0 0 0\">", out);
    if (item->head.link.size > 0) {
        put_in(out, "<a style=\"font-weight:bold\" href=\"", item->head.link, "\">");
        fprintf(out, "Open alert %llu</a><br>", alert);
    }
    fprintf(out, "The whole story: <code>tocsin alert %llu</code>", alert);
    if (item->asks && !item->over)
        fprintf(out, "<br>To acknowledge: <code>tocsin ack %llu</code>", alert);
    fputs("</p>\n", out);
}

static void put_picture(FILE *out, const alert_event *of, arena *memory)
{
    text what = letter_clean(of->title, memory), where = letter_clean(of->area_name, memory);
    put_in(out, "<p style=\"margin:12px 0\"><img src=\"cid:rolling-year\" width=\"600\" style=\"width:100%;max-width:600px;height:auto;"
                "border:0;background-color:#ffffff\" alt=\"", what, "");
    put_in(out, " in ", where, ": incidents in the 12 months that end with each month, over three years\"></p>\n");
}

static void put_item(FILE *out, const letter_page *page, const letter_item *item, bool picture, arena *memory)
{
    fprintf(out, "<table role=\"presentation\" width=\"100%%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:collapse;margin:0 0 24px 0\">"
                 "<tr><td style=\"border-left:4px solid %s;padding:2px 0 2px 14px\">\n", backgrounds[item->head.tone]);
    put_head(out, item);
    if (picture && page->pictured == item->of)
        put_picture(out, item->of, memory);
    put_facts(out, item);
    put_careful(out, item);
    if (item->other_count > 0)
        fputs("<p style=\"margin:12px 0 4px 0\"><b>Together with it</b></p>\n", out);
    put_lines(out, item->others, item->other_count);
    put_ways_on(out, item);
    fputs("</td></tr></table>\n", out);
}

static void put_section(FILE *out, const letter_page *page, const letter_section *section, bool picture, arena *memory)
{
    if (section->title != NULL)
        fprintf(out, "<h2 style=\"margin:24px 0 8px 0;font-size:18px;line-height:24px\">%s</h2>\n", section->title);
    for (size_t i = 0; i < section->item_count; i++)
        put_item(out, page, &section->items[i], picture, memory);
    put_lines(out, section->lines, section->line_count);
    if (section->left_out > 0)
        fprintf(out, "<p style=\"margin:8px 0\">and %zu more: <code>tocsin alerts</code> lists them.</p>\n", section->left_out);
}

/* --- the page ----------------------------------------------------------------------------------------------- */

static bool item_shows_picture(const letter_page *page)
{
    for (size_t s = 0; s < page->section_count; s++)
        for (size_t i = 0; i < page->sections[s].item_count; i++)
            if (page->sections[s].items[i].of == page->pictured)
                return true;
    return false;
}

static void put_top(FILE *out, const letter_page *page, bool picture, arena *memory)
{
    if (page->title.size > 0)
        put_in(out, "<h1 style=\"margin:0 0 8px 0;font-size:22px;line-height:28px\">", page->title, "</h1>\n");
    for (size_t i = 0; i < page->intro.count; i++)
        put_in(out, "<p style=\"margin:8px 0\">", page->intro.at[i], "</p>\n");
    if (picture && !item_shows_picture(page)) {
        put_in(out, "<p style=\"margin:12px 0 0 0\"><b>", letter_clean(page->pictured->title, memory), " in ");
        put_in(out, "", letter_clean(page->pictured->area_name, memory), "</b></p>\n");
        put_picture(out, page->pictured, memory);
    }
}

text letter_html(const letter_page *page, bool picture, arena *memory)
{
    words_writer w;
    words_open(&w);
    put_in(w.out, "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                  "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">"
                  "<meta name=\"supported-color-schemes\" content=\"light dark\"><title>", page->subject, "</title></head>\n");
    fputs("<body style=\"margin:0;padding:0\">\n<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">"
          "<tr><td align=\"center\" style=\"padding:16px\">\n"
          "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"max-width:640px\">"
          "<tr><td align=\"left\" style=\"font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:23px\">\n",
          w.out);
    put_top(w.out, page, picture, memory);
    for (size_t i = 0; i < page->section_count; i++)
        put_section(w.out, page, &page->sections[i], picture, memory);
    fputs("<hr style=\"border:0;border-top:1px solid #8c8c8c;margin:24px 0 8px 0\">\n", w.out);
    for (size_t i = 0; i < page->foot.count; i++)
        put_in(w.out, "<p style=\"margin:4px 0;font-size:13px;line-height:18px\">", page->foot.at[i], "</p>\n");
    fputs("</td></tr></table>\n</td></tr></table>\n</body></html>\n", w.out);
    return words_close(&w, memory);
}
