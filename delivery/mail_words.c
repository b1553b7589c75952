#include "mail_words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WORD_OCTETS_MAX = 45 }; /* 60 characters in base 64, with "=?UTF-8?B?" and "?=" 72 */

static bool is_plain(text value)
{
    for (size_t i = 0; i < value.size; i++)
        if (value.at[i] < ' ' || value.at[i] > '~')
            return false;
    return memmem(value.at, value.size, "=?", 2) == NULL && value.size <= 900;
}

/* As many octets as fit a word, whole characters. */
static size_t word_size(text left)
{
    size_t size = left.size < WORD_OCTETS_MAX ? left.size : WORD_OCTETS_MAX;
    while (size < left.size && size > 1 && ((unsigned char)left.at[size] & 0xc0) == 0x80)
        size--;
    return size;
}

static void base64(text from, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < from.size; i += 3) {
        unsigned bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < from.size ? (unsigned char)from.at[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            *out++ = i + k <= from.size ? digits[bits >> (18 - 6 * k) & 63] : '=';
    }
    *out = '\0';
}

text mail_header(arena *memory, const char *name, text value)
{
    if (is_plain(value))
        return arena_print(memory, "%s: %.*s", name, TEXT_ARGS(value));
    text made = arena_print(memory, "%s:", name);
    while (value.size > 0) {
        char word[WORD_OCTETS_MAX / 3 * 4 + 1];
        size_t size = word_size(value);
        base64((text){value.at, size}, word);
        made = arena_print(memory, "%.*s%s =?UTF-8?B?%s?=", TEXT_ARGS(made), made.size > strlen(name) + 1 ? "\r\n" : "", word);
        value = (text){value.at + size, value.size - size};
    }
    return made;
}

text mail_date(arena *memory, int64_t at_s)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = at_s;
    struct tm parts;
    (void)gmtime_r(&seconds, &parts);
    return arena_print(memory, "Date: %s, %02d %s %d %02d:%02d:%02d +0000", days[parts.tm_wday], parts.tm_mday,
                       months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

text mail_addresses(arena *memory, const char *name, const text *addresses, size_t count)
{
    text made = arena_print(memory, "%s:", name);
    for (size_t i = 0; i < count; i++)
        made = arena_print(memory, "%.*s%s %.*s", TEXT_ARGS(made), i > 0 ? ",\r\n" : "", TEXT_ARGS(addresses[i]));
    return made;
}

text mail_domain(text address)
{
    const char *at = memrchr(address.at, '@', address.size);
    return at != NULL ? (text){at + 1, address.size - (size_t)(at - address.at) - 1} : text_of("localhost");
}

text_list mail_headers(arena *memory, text from, text_list to, text subject, text key, text name, int64_t made_s)
{
    text domain = mail_domain(from);
    const text made[] = {
        mail_date(memory, made_s),
        mail_addresses(memory, "From", &from, 1),
        mail_addresses(memory, "To", to.at, to.count),
        mail_header(memory, "Subject", subject),
        arena_print(memory, "Message-ID: <%.*s@%.*s>", TEXT_ARGS(key), TEXT_ARGS(domain)),
        arena_print(memory, "List-Id: <%.*s.tocsin.%.*s>", TEXT_ARGS(name), TEXT_ARGS(domain)),
        text_of("Auto-Submitted: auto-generated"),
        text_of("X-Auto-Response-Suppress: All"),
    };
    text *kept = arena_take(memory, sizeof made);
    memcpy(kept, made, sizeof made);
    return (text_list){kept, sizeof made / sizeof made[0]};
}
