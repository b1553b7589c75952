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

enum { INDENT = 29 };

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

/* "Public order offences in Stafford: acknowledged by J. Smith: on it": what people do is told with what they do it to. */
static void put_deed(const alert_event *one, FILE *out)
{
    if (one->alert == 0) { /* of no alert: its words name what they speak of */
        put(one->words, out);
        return;
    }
    put(one->title.size > 0 ? one->title : one->subject, out);
    if (one->area_name.size > 0) {
        (void)fputs(" in ", out);
        put(one->area_name, out);
    }
    (void)fprintf(out, ": %s by ", event_kind_text(one->kind));
    put(one->who, out);
    if (one->note.size > 0)
        (void)fputs(": ", out);
    put(one->note, out);
}

/* A fall is no alarm, whatever its level. */
static const struct look *look_of(const alert_event *one)
{
    static const struct look improving = {"improving", "32"}, deed = {"-", "0"};
    if (event_kind_by_people(one->kind))
        return &deed;
    return one->level > LEVEL_NORMAL && one->direction == TREND_FALLING ? &improving : &looks[one->level];
}

void subscribe_show(const alert_event *one, bool colour, FILE *out)
{
    char said[sizeof "2025-03-31 12:00"];
    time_t seconds = one->at_s;
    struct tm parts;
    const struct look *look = look_of(one);
    (void)localtime_r(&seconds, &parts);
    (void)strftime(said, sizeof said, "%Y-%m-%d %H:%M", &parts);
    if (colour)
        (void)fprintf(out, "%s  \033[%sm%-9s\033[0m  ", said, look->colour, look->word);
    else
        (void)fprintf(out, "%s  %-9s  ", said, look->word);
    if (one->alert != 0)
        (void)fprintf(out, "[%llu] ", (unsigned long long)one->alert);
    if (event_kind_by_people(one->kind))
        put_deed(one, out);
    else
        put(one->words, out);
    (void)fputs(one->silenced ? " (silenced)\n" : "\n", out);
    for (size_t i = 0; i < one->caveats.count; i++) {
        (void)fprintf(out, "%*s- ", INDENT, "");
        put(one->caveats.at[i], out);
        (void)fputc('\n', out);
    }
}
