#include "layout.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_LEAST = 40, PARAGRAPH_LEAST = 20, COLUMN_LEAST = 4, GAP = 2 };

size_t layout_width(void)
{
    struct winsize size;
    uint64_t told = 0;
    if (text_to_u64(text_of(getenv("COLUMNS")), &told) && told > 0)
        return told < WIDTH_LEAST ? WIDTH_LEAST : (size_t)told;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 0;
    return size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col;
}

static bool begins_character(char octet)
{
    return ((unsigned char)octet & 0xc0) != 0x80;
}

size_t layout_characters(text of)
{
    size_t count = 0;
    for (size_t i = 0; i < of.size; i++)
        count += begins_character(of.at[i]);
    return count;
}

/* Between words; but a number keeps its unit: "12.3 %". */
static bool may_break(text at, size_t index)
{
    return at.at[index] == ' ' && (index + 1 == at.size || at.at[index + 1] != '%');
}

/* The next line of at most so many characters, broken between words where it can be. */
static text next_line(text *rest, size_t width)
{
    size_t end = 0, broken = 0, count = 0;
    for (; end < rest->size && rest->at[end] != '\n'; end++) {
        if (begins_character(rest->at[end]) && count++ == width && width > 0)
            break;
        if (may_break(*rest, end))
            broken = end;
    }
    bool whole = end == rest->size || rest->at[end] == '\n' || may_break(*rest, end);
    size_t size = whole || broken == 0 ? end : broken;
    text line = {rest->at, size};
    if (size < rest->size && (rest->at[size] == '\n' || rest->at[size] == ' '))
        size++;
    *rest = (text){rest->at + size, rest->size - size};
    return line;
}

void layout_paragraph(FILE *out, size_t width, size_t indent, const char *lead, text words)
{
    size_t room = width == 0 ? 0 : width > indent + PARAGRAPH_LEAST ? width - indent : PARAGRAPH_LEAST;
    (void)fprintf(out, "%-*s", (int)indent, lead);
    for (bool first = true; words.size > 0; first = false) {
        text line = next_line(&words, room);
        (void)fprintf(out, "%*s%.*s\n", first ? 0 : (int)indent, "", TEXT_ARGS(line));
    }
}

/* --- tables -------------------------------------------------------------------------------------------- */

struct layout_table {
    size_t columns;
    text *cells; /* [row][column]; row 0 has the headings */
    size_t count, capacity;
    arena *memory;
};

layout_table *layout_table_create(const char *const *headings, size_t columns)
{
    layout_table *self = memory_new(1, sizeof *self);
    text cells[LAYOUT_COLUMNS_MAX];
    self->columns = columns;
    self->memory = arena_create();
    for (size_t c = 0; c < columns; c++)
        cells[c] = text_of(headings[c]);
    layout_table_add(self, cells);
    return self;
}

void layout_table_destroy(layout_table **self)
{
    if (*self == NULL)
        return;
    arena_destroy(&(*self)->memory);
    free((*self)->cells);
    free(*self);
    *self = NULL;
}

void layout_table_add(layout_table *self, const text *cells)
{
    for (size_t c = 0; c < self->columns; c++) {
        self->cells = memory_room(self->cells, self->count, &self->capacity, sizeof *self->cells);
        self->cells[self->count++] = arena_text(self->memory, cells[c]);
    }
}

static size_t longest_word(text cell)
{
    size_t longest = 0;
    for (size_t i = 0, begin = 0; i <= cell.size; i++)
        if (i == cell.size || may_break(cell, i)) {
            size_t taken = layout_characters((text){cell.at + begin, i - begin});
            longest = taken > longest ? taken : longest;
            begin = i + 1;
        }
    return longest;
}

static size_t widest_of(const layout_table *self, size_t column, size_t (*measure)(text cell))
{
    size_t widest = 0;
    for (size_t i = column; i < self->count; i += self->columns) {
        size_t taken = measure(self->cells[i]);
        widest = taken > widest ? taken : widest;
    }
    return widest;
}

/* Takes from the widest columns, as long as any is wider than its least, until all fit. */
static void shrink(size_t *widths, const size_t *least, size_t columns, size_t *all, size_t width)
{
    while (*all > width) {
        size_t widest = columns;
        for (size_t c = 0; c < columns; c++)
            if (widths[c] > least[c] && (widest == columns || widths[c] > widths[widest]))
                widest = c;
        if (widest == columns)
            return;
        widths[widest]--;
        (*all)--;
    }
}

/* As wide as what stands in them; then as their words; and then words are broken, too. */
static void choose_widths(const layout_table *self, size_t width, size_t widths[LAYOUT_COLUMNS_MAX])
{
    size_t words[LAYOUT_COLUMNS_MAX], least[LAYOUT_COLUMNS_MAX], all = GAP * (self->columns - 1);
    for (size_t c = 0; c < self->columns; c++) {
        widths[c] = widest_of(self, c, layout_characters);
        words[c] = widest_of(self, c, longest_word);
        least[c] = COLUMN_LEAST;
        all += widths[c];
    }
    if (width == 0)
        return;
    shrink(widths, words, self->columns, &all, width);
    shrink(widths, least, self->columns, &all, width);
}

/* One line of a row: the next part of each cell. Blanks at its end are left out. */
static bool write_line(FILE *out, text *rest, const size_t *widths, size_t columns, size_t indent)
{
    size_t blanks = indent;
    bool more = false;
    for (size_t c = 0; c < columns; c++) {
        text part = rest[c].size > 0 ? next_line(&rest[c], widths[c]) : (text){0};
        if (part.size > 0)
            (void)fprintf(out, "%*s%.*s", (int)blanks, "", TEXT_ARGS(part));
        blanks = (part.size > 0 ? 0 : blanks) + widths[c] - layout_characters(part) + GAP;
        more = more || rest[c].size > 0;
    }
    (void)fputc('\n', out);
    return more;
}

void layout_table_write(const layout_table *self, FILE *out, size_t width, size_t indent)
{
    size_t widths[LAYOUT_COLUMNS_MAX];
    choose_widths(self, width > indent ? width - indent : width, widths);
    for (size_t row = 0; row < self->count; row += self->columns) {
        text rest[LAYOUT_COLUMNS_MAX];
        for (size_t c = 0; c < self->columns; c++)
            rest[c] = self->cells[row + c];
        while (write_line(out, rest, widths, self->columns, indent)) {
        }
    }
}
