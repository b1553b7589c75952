/* An event on a terminal. */
#include <time.h>

#include "subscribe_parts.h"

static const struct look {
    const char *word, *colour;
} looks[LEVELS] = {
    [LEVEL_NORMAL] = {"normal", "32"},
    [LEVEL_WATCH] = {"watch", "36"},
    [LEVEL_ELEVATED] = {"elevated", "33"},
    [LEVEL_PRIORITY] = {"PRIORITY", "1;31"},
};

enum { INDENT = 28 };

/* Octets that would steer a terminal are shown as '?'. */
static void put(text words, FILE *out)
{
    for (size_t i = 0; i < words.size; i++) {
        unsigned char c = (unsigned char)words.at[i];
        bool steers = c < 0x20 || c == 0x7F;
        if (c == 0xC2 && i + 1 < words.size && (unsigned char)words.at[i + 1] < 0xA0) {
            steers = true;
            i++;
        }
        (void)fputc(steers ? '?' : c, out);
    }
}

static void put_note(const alert_event *one, FILE *out)
{
    if (one->who.size == 0)
        return;
    (void)fprintf(out, "%*s%s by ", INDENT, "", event_kind_text(one->kind));
    put(one->who, out);
    if (one->note.size > 0)
        (void)fputs(": ", out);
    put(one->note, out);
    (void)fputc('\n', out);
}

void subscribe_show(const alert_event *one, bool colour, FILE *out)
{
    char said[sizeof "2025-03-31 12:00"];
    time_t seconds = one->at_s;
    struct tm parts;
    const struct look *look = &looks[one->level];
    (void)localtime_r(&seconds, &parts);
    (void)strftime(said, sizeof said, "%Y-%m-%d %H:%M", &parts);
    if (colour)
        (void)fprintf(out, "%s  \033[%sm%-8s\033[0m  ", said, look->colour, look->word);
    else
        (void)fprintf(out, "%s  %-8s  ", said, look->word);
    put(one->words.size > 0 ? one->words : text_of(event_kind_text(one->kind)), out);
    (void)fputs(one->silenced ? " (silenced)\n" : "\n", out);
    for (size_t i = 0; i < one->caveats.count; i++) {
        (void)fprintf(out, "%*s- ", INDENT, "");
        put(one->caveats.at[i], out);
        (void)fputc('\n', out);
    }
    put_note(one, out);
}
