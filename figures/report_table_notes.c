/* What stands below the tables of a printed report: what the signs mean, and all that qualifies the figures. */
#include <math.h>

#include "report_table_parts.h"

enum { LINE_WIDTH = 120 };

/* Broken between words, what follows on indented. */
static void print_wrapped(text words, FILE *out)
{
    for (int indent = 0; words.size > 0; indent = 2) {
        size_t width = LINE_WIDTH - (size_t)indent, cut = words.size;
        if (words.size > width) {
            for (cut = width; cut > 0 && words.at[cut] != ' ';)
                cut--;
            cut = cut > 0 ? cut : width;
        }
        (void)fprintf(out, "%*s%.*s\n", indent, "", (int)cut, words.at);
        words = text_trim((text){words.at + cut, words.size - cut});
    }
}

/* --- signs --------------------------------------------------------------------------------------- */

/* Names the comparator the first time that it says this. */
static bool is_first(const report *self, size_t row, size_t which, bool (*alike)(const comparator *, const comparator *))
{
    const comparator *c = &self->rows[row].comparators[which];
    for (size_t r = 0; r <= row; r++)
        for (size_t i = 0; i < self->rows[r].comparator_count && (r < row || i < which); i++)
            if (alike(&self->rows[r].comparators[i], c))
                return false;
    return true;
}

static bool share_source(const comparator *a, const comparator *b)
{
    return a->published && b->published && text_equal(a->source, b->source);
}

static bool are_one_mean(const comparator *a, const comparator *b)
{
    return a->mean && b->mean && text_equal(a->code, b->code);
}

static void explain_comparators(const report *self, arena *memory, FILE *out)
{
    for (size_t r = 0; r < self->row_count; r++)
        for (size_t i = 0; i < self->rows[r].comparator_count; i++) {
            const comparator *c = &self->rows[r].comparators[i];
            if (c->published && is_first(self, r, i, share_source))
                print_wrapped(arena_print(memory, "* as published%s%.*s", c->source.size > 0 ? ": " : "",
                                          TEXT_ARGS(c->source)), out);
            else if (!c->published && c->mean && is_first(self, r, i, are_one_mean))
                print_wrapped(arena_print(memory, "%.*s: the mean of its members' rates", TEXT_ARGS(c->name)), out);
        }
}

static void explain_shares(const report *self, FILE *out)
{
    char whole[CELL_SIZE];
    bool any = false;
    for (size_t i = 0; i < self->row_count; i++)
        any = any || (row_is_shown(self, i) && !isnan(self->rows[i].share_pct) && !isnan(self->rows[i].rate));
    if (any)
        (void)fprintf(out, "share: of %s; outside it, of the whole that the row lies under\n",
                      cell_title(self->rows[0].title, TITLE_WIDTH, whole));
}

enum { COMPARED_MIN = 10 }; /* with fewer there is little to be led astray by */

static void explain_chance(const report *self, arena *memory, FILE *out)
{
    size_t clear, compared = report_count_compared(self, &clear);
    if (compared >= COMPARED_MIN)
        print_wrapped(arena_print(memory, "%zu changes are compared, and %zu of them %s p below .05; if nothing had changed, chance "
                                          "alone would give about %.0f", compared, clear, clear == 1 ? "has" : "have",
                                  fmax(1, (double)compared / 20)), out);
}

static bool any_at_least(const report *self)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (self->rows[i].coverage == COVERAGE_AT_LEAST || self->rows[i].previous_coverage == COVERAGE_AT_LEAST ||
            self->rows[i].baseline_coverage == COVERAGE_AT_LEAST)
            return true;
    return false;
}

static void explain_cut_titles(const report *self, FILE *out)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (row_is_shown(self, i) && row_title_is_cut(&self->rows[i]))
            print_wrapped(self->rows[i].title, out);
}

/* --- rows ---------------------------------------------------------------------------------------- */

/* Nothing where nothing at all is known: then the table has said so. */
static void list_unknown(const report *self, arena *memory, FILE *out)
{
    text codes = {"", 0};
    bool any_shown = false;
    for (size_t i = 0; i < self->row_count; i++) {
        any_shown = any_shown || row_is_shown(self, i);
        if (row_says_nothing(&self->rows[i]) && !self->rows[i].bridging)
            codes = arena_print(memory, "%.*s%s%.*s", TEXT_ARGS(codes), codes.size > 0 ? ", " : "",
                                TEXT_ARGS(self->rows[i].code));
    }
    if (any_shown && codes.size > 0)
        print_wrapped(arena_print(memory, "unknown here, as no source tells it apart or covers it: %.*s", TEXT_ARGS(codes)), out);
}

static bool is_noted(const report *self, size_t index)
{
    return row_is_shown(self, index) && self->rows[index].caveat.size > 0;
}

static bool have_one_caveat(const report *self, size_t a, size_t b)
{
    return is_noted(self, a) && is_noted(self, b) && text_equal(self->rows[a].caveat, self->rows[b].caveat);
}

/* Caveats that several rows share are told once. */
static void print_caveats(const report *self, arena *memory, FILE *out)
{
    for (size_t i = 0; i < self->row_count; i++) {
        bool told = false;
        for (size_t k = 0; k < i && !told; k++)
            told = have_one_caveat(self, k, i);
        if (!is_noted(self, i) || told)
            continue;
        text codes = self->rows[i].code;
        for (size_t k = i + 1; k < self->row_count; k++)
            if (have_one_caveat(self, i, k))
                codes = arena_print(memory, "%.*s, %.*s", TEXT_ARGS(codes), TEXT_ARGS(self->rows[k].code));
        print_wrapped(arena_print(memory, "%.*s: %.*s", TEXT_ARGS(codes), TEXT_ARGS(self->rows[i].caveat)), out);
    }
}

void print_notes(const report *self, FILE *out)
{
    arena *memory = arena_create();
    (void)fputc('\n', out);
    explain_shares(self, out);
    explain_chance(self, memory, out);
    explain_comparators(self, memory, out);
    if (any_at_least(self))
        (void)fputs("+ at least: not every day is covered, or not every part of the area\n", out);
    explain_cut_titles(self, out);
    list_unknown(self, memory, out);
    print_caveats(self, memory, out);
    for (size_t i = 0; i < self->note_count; i++)
        print_wrapped(self->notes[i], out);
    arena_destroy(&memory);
}
