#include "report_cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *cell_whole(double number, char out[CELL_SIZE])
{
    char plain[CELL_SIZE];
    int size = snprintf(plain, sizeof plain, "%.0f", number), used = 0;
    for (int i = 0; i < size && used < CELL_SIZE - 2; i++) {
        if (i > 0 && (size - i) % 3 == 0 && plain[i - 1] != '-')
            out[used++] = ',';
        out[used++] = plain[i];
    }
    out[used] = '\0';
    return out;
}

const char *cell_count(double count, coverage_word word, char out[CELL_SIZE])
{
    char number[CELL_SIZE];
    if (word == COVERAGE_NOTHING || isnan(count))
        (void)snprintf(out, CELL_SIZE, "unknown");
    else
        (void)snprintf(out, CELL_SIZE, "%s%s", cell_whole(count, number), word == COVERAGE_AT_LEAST ? "+" : "");
    return out;
}

const char *cell_change(const change *c, char out[CELL_SIZE])
{
    if (!isnan(c->percent))
        (void)snprintf(out, CELL_SIZE, "%+.1f %%", c->percent);
    else
        (void)snprintf(out, CELL_SIZE, "%s", c->small ? "too few" : !isnan(c->p) ? "from none" : "");
    return out;
}

const char *cell_interval(const change *c, char out[CELL_SIZE])
{
    out[0] = '\0';
    if (!isnan(c->low) && isinf(c->high))
        (void)snprintf(out, CELL_SIZE, "%+.1f and more", c->low);
    else if (!isnan(c->low))
        (void)snprintf(out, CELL_SIZE, "%+.1f to %+.1f", c->low, c->high);
    return out;
}

const char *cell_rate(double rate, char out[CELL_SIZE])
{
    out[0] = '\0';
    if (rate > 0 && rate < 0.05)
        (void)snprintf(out, CELL_SIZE, "<0.1");
    else if (!isnan(rate))
        (void)snprintf(out, CELL_SIZE, "%.1f", rate);
    return out;
}

const char *cell_share(double share, char out[CELL_SIZE])
{
    out[0] = '\0';
    if (share > 0 && share < 0.05)
        (void)snprintf(out, CELL_SIZE, "<0.1 %%");
    else if (!isnan(share))
        (void)snprintf(out, CELL_SIZE, share > 0 && share < 0.95 ? "%.1f %%" : "%.0f %%", share);
    return out;
}

/* At most so many octets, none of them half a character. */
static size_t whole_characters(text from, size_t width)
{
    size_t cut = width < from.size ? width : from.size;
    while (cut > 0 && cut < from.size && ((unsigned char)from.at[cut] & 0xc0) == 0x80)
        cut--;
    return cut;
}

/* At most so many octets, all of whole words, without the space behind them; or of characters, if no word fits. */
static size_t whole_words(text from, size_t width)
{
    size_t cut = width;
    while (cut > 0 && from.at[cut] != ' ')
        cut--;
    while (cut > 0 && from.at[cut - 1] == ' ')
        cut--;
    return cut > 0 ? cut : whole_characters(from, width);
}

const char *cell_title(text title, int width, char out[CELL_SIZE])
{
    size_t fits = (size_t)width;
    const char *open = title.size > 0 ? memchr(title.at, '(', title.size) : NULL;
    text before = text_trim((text){title.at, open != NULL ? (size_t)(open - title.at) : 0});
    if (title.size <= fits)
        (void)snprintf(out, CELL_SIZE, "%.*s", TEXT_ARGS(title));
    else if (before.size > 0 && before.size <= fits)
        (void)snprintf(out, CELL_SIZE, "%.*s", TEXT_ARGS(before));
    else
        (void)snprintf(out, CELL_SIZE, "%.*s...", (int)whole_words(title, fits - strlen("...")), title.at);
    return out;
}

void cell_two_lines(text name, int width, text lines[2])
{
    size_t fits = (size_t)width, cut = 0;
    if (name.size > fits) {
        for (cut = fits; cut > 0 && name.at[cut - 1] != ' ' && name.at[cut - 1] != '-';)
            cut--;
        cut = cut > 0 ? cut : whole_characters(name, fits);
    }
    lines[0] = text_trim((text){name.at, cut});
    lines[1] = (text){name.at + cut, name.size - cut};
    lines[1].size = whole_characters(lines[1], fits);
}
