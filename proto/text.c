#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

text text_of(const char *string)
{
    return string == NULL ? (text){0} : (text){string, strlen(string)};
}

bool text_equal(text a, text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool text_is(text a, const char *string)
{
    return text_equal(a, text_of(string));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_caseless(text a, text b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

int text_compare(text a, text b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter > 0 ? memcmp(a.at, b.at, shorter) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

text text_trim(text a)
{
    while (a.size > 0 && is_space(a.at[0]))
        a.at++, a.size--;
    while (a.size > 0 && is_space(a.at[a.size - 1]))
        a.size--;
    return a;
}

bool text_split(text *rest, char separator, text *part)
{
    if (rest->size == 0)
        return false;
    const char *found = memchr(rest->at, separator, rest->size);
    size_t size = found != NULL ? (size_t)(found - rest->at) : rest->size;
    *part = (text){rest->at, size};
    size_t skip = found != NULL ? size + 1 : size;
    rest->at += skip;
    rest->size -= skip;
    return true;
}

bool text_to_u64(text a, uint64_t *out)
{
    uint64_t value = 0;
    if (a.size == 0 || a.size > 20)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        if (a.at[i] < '0' || a.at[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(a.at[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool text_to_i64(text a, int64_t *out)
{
    bool negative = a.size > 0 && a.at[0] == '-';
    uint64_t value;
    if (!text_to_u64(negative ? (text){a.at + 1, a.size - 1} : a, &value) || value > (uint64_t)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

bool text_to_double(text a, double *out)
{
    char copy[64];
    char *end;
    if (a.size == 0 || a.size >= sizeof copy)
        return false;
    text_copy(a, copy, sizeof copy);
    /* strtod would take white space, names and hexadecimal digits too, and stop at a NUL. */
    if (strspn(copy, "+-.0123456789eE") != a.size)
        return false;
    errno = 0;
    double value = strtod(copy, &end);
    if (*end != '\0' || errno == ERANGE)
        return false;
    *out = value;
    return true;
}

/* Octets of the UTF-8 character that begins here, or 0 when none does. */
static size_t utf8_length(const unsigned char *at, size_t size)
{
    static const struct shape {
        unsigned char lead_min, lead_max, second_min, second_max;
        size_t length;
    } shapes[] = {
        {0x01, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const struct shape *s = &shapes[i];
        if (at[0] < s->lead_min || at[0] > s->lead_max)
            continue;
        if (s->length > size || (s->length > 1 && (at[1] < s->second_min || at[1] > s->second_max)))
            return 0;
        for (size_t k = 2; k < s->length; k++)
            if ((at[k] & 0xc0) != 0x80)
                return 0;
        return s->length;
    }
    return 0;
}

/* Eight octets of ASCII without NUL, at once. */
static bool plain_octets(const unsigned char *at)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return ((word | (word - ones)) & tops) == 0;
}

size_t text_utf8_fault(text a)
{
    const unsigned char *at = (const unsigned char *)a.at;
    size_t i = 0;
    while (i < a.size) {
        if (a.size - i >= 8 && plain_octets(at + i)) {
            i += 8;
            continue;
        }
        if (at[i] != 0 && at[i] < 0x80) {
            i++;
            continue;
        }
        size_t length = utf8_length(at + i, a.size - i);
        if (length == 0)
            return i;
        i += length;
    }
    return i;
}

void text_mend(char *string)
{
    size_t at = 0, left = strlen(string), good;
    for (; (good = text_utf8_fault((text){string + at, left})) < left; at += good + 1, left -= good + 1)
        string[at + good] = '?';
}

void text_copy(text a, char *out, size_t size)
{
    if (size == 0)
        return;
    size_t kept = a.size < size - 1 ? a.size : size - 1;
    if (kept > 0)
        memcpy(out, a.at, kept);
    out[kept] = '\0';
}
