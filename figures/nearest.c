#include "nearest.h"

#include <ctype.h>
#include <stdio.h>

enum { LETTERS_MAX = 2, INSIDE_MIN = 3, NAME_SIZE_MAX = 63, FAR = 1000 };

static bool contains_caseless(text where, text what)
{
    for (size_t i = 0; i + what.size <= where.size; i++)
        if (text_equal_caseless((text){where.at + i, what.size}, what))
            return true;
    return false;
}

/* Letters that one name has to change to become the other, whatever their case.
 * Source: Levenshtein, Soviet Physics Doklady 10(8), 1966 */
static int distance(text a, text b)
{
    int row[NAME_SIZE_MAX + 1];
    if (a.size > NAME_SIZE_MAX || b.size > NAME_SIZE_MAX)
        return FAR;
    for (size_t k = 0; k <= b.size; k++)
        row[k] = (int)k;
    for (size_t i = 1; i <= a.size; i++) {
        int corner = row[0];
        row[0] = (int)i;
        for (size_t k = 1; k <= b.size; k++) {
            int change = corner + (tolower((unsigned char)a.at[i - 1]) != tolower((unsigned char)b.at[k - 1]));
            corner = row[k];
            int shorter = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
            row[k] = change < shorter ? change : shorter;
        }
    }
    return row[b.size];
}

/* A name that keeps none of its letters is another name. A part of a name is further away than any slip of the pen. */
static int apart(text name, text asked)
{
    int letters = distance(name, asked);
    if (letters <= LETTERS_MAX && (size_t)letters < name.size && (size_t)letters < asked.size)
        return letters;
    return asked.size >= INSIDE_MIN && contains_caseless(name, asked) ? LETTERS_MAX + 1 : FAR;
}

bool name_is_like(text name, text asked)
{
    return apart(name, asked) < FAR;
}

nearest nearest_to(text asked)
{
    return (nearest){.asked = asked, .letters = FAR};
}

void nearest_offer(nearest *self, text name, text say)
{
    int letters = apart(name, self->asked);
    if (letters >= self->letters)
        return;
    self->letters = letters;
    self->found = say;
}

const char *nearest_words(const nearest *self, char out[NEAREST_WORDS])
{
    out[0] = '\0';
    if (self->found.size > 0 && self->found.size < NEAREST_WORDS / 2)
        (void)snprintf(out, NEAREST_WORDS, "; perhaps '%.*s'", TEXT_ARGS(self->found));
    return out;
}
