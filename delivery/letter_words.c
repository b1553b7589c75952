#include "letter_words.h"

#include <stdlib.h>
#include <string.h>

#include "proto/calendar.h"

void words_open(words_writer *self)
{
    *self = (words_writer){0};
    self->out = open_memstream(&self->at, &self->size);
    if (self->out == NULL)
        abort(); /* there is no memory */
}

text words_close(words_writer *self, arena *memory)
{
    if (fclose(self->out) != 0)
        abort(); /* the same */
    text made = arena_text(memory, (text){self->at, self->size});
    free(self->at);
    return made;
}

/* --- other people's words ---------------------------------------------------------------------------- */

/* Octets of what must not stand in a line: control characters (those of Latin-1 too), separators of lines, marks that turn
 * the direction of writing. 0: it may stand. */
static size_t unwanted(const unsigned char *at, size_t left)
{
    if (at[0] < 0x20 || at[0] == 0x7f)
        return 1;
    if (left >= 2 && at[0] == 0xc2 && at[1] < 0xa0)
        return 2;
    if (left < 3 || at[0] != 0xe2)
        return 0;
    bool general = at[1] == 0x80 && ((at[2] >= 0x8e && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae));
    bool isolates = at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9;
    return general || isolates ? 3 : 0;
}

/* text_mend is for C strings; a NUL is no character either. */
static void mend(char *at, size_t size)
{
    size_t from = 0, good;
    for (; (good = text_utf8_fault((text){at + from, size - from})) < size - from; from += good + 1)
        at[from + good] = at[from + good] == '\0' ? ' ' : '?';
}

text letter_clean(text words, arena *memory)
{
    char *at = arena_take(memory, words.size + 1);
    size_t kept = 0;
    if (words.size > 0)
        memcpy(at, words.at, words.size);
    mend(at, words.size);
    for (size_t i = 0; i < words.size;) {
        size_t skip = unwanted((const unsigned char *)at + i, words.size - i);
        at[kept++] = skip > 0 ? ' ' : at[i];
        i += skip > 0 ? skip : 1;
    }
    at[kept] = '\0';
    return text_trim((text){at, kept});
}

static bool begins_character(char octet)
{
    return ((unsigned char)octet & 0xc0) != 0x80;
}

size_t letter_characters(text words)
{
    size_t count = 0;
    for (size_t i = 0; i < words.size; i++)
        count += begins_character(words.at[i]);
    return count;
}

text letter_cut(text words, size_t characters, arena *memory)
{
    size_t seen = 0, end = 0;
    if (letter_characters(words) <= characters)
        return words;
    if (characters == 0)
        return (text){0};
    for (size_t i = 0; i < words.size && seen < characters; i++)
        if (begins_character(words.at[i])) {
            seen++;
            end = i;
        }
    text kept = {words.at, end};
    while (kept.size > 0 && strchr(" ,;:", kept.at[kept.size - 1]) != NULL)
        kept.size--;
    return arena_print(memory, "%.*s…", TEXT_ARGS(kept));
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

text letter_lower_first(text words, arena *memory)
{
    if (words.size < 2 || !is_upper(words.at[0]) || words.at[1] < 'a' || words.at[1] > 'z')
        return words;
    return arena_print(memory, "%c%.*s", words.at[0] - 'A' + 'a', (int)words.size - 1, words.at + 1);
}

text letter_upper_first(text words, arena *memory)
{
    if (words.size < 1 || words.at[0] < 'a' || words.at[0] > 'z')
        return words;
    return arena_print(memory, "%c%.*s", words.at[0] - 'a' + 'A', (int)words.size - 1, words.at + 1);
}

/* --- times ------------------------------------------------------------------------------------------- */

text letter_date(int64_t at_s, arena *memory)
{
    char date[PERIOD_TEXT];
    return arena_print(memory, "%s", date_words(london_date(at_s), date));
}

text letter_moment(int64_t at_s, arena *memory)
{
    int64_t minute = (at_s + london_offset_s(at_s)) / 60 % (24 * 60);
    text date = letter_date(at_s, memory);
    return arena_print(memory, "%.*s, %02d:%02d", TEXT_ARGS(date), (int)(minute / 60), (int)(minute % 60));
}

text letter_duration(int64_t seconds, arena *memory)
{
    long hours = (long)(seconds / 3600), days = hours / 24;
    if (hours < 1)
        return text_of("less than an hour");
    if (days < 1)
        return arena_print(memory, "%ld hour%s", hours, hours == 1 ? "" : "s");
    return arena_print(memory, "%ld day%s", days, days == 1 ? "" : "s");
}
