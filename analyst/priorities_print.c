/* Strategic priorities as a page to read in a terminal or paste into a paper. */
#include "priorities_print.h"

enum { PAGE_WIDTH = 116, LABEL_WIDTH = 15, INDENT = 2 };

/* Words from the present column on, broken between words; further lines begin at `indent`. */
static void print_wrapped(text words, int column, int indent, FILE *out)
{
    text word;
    bool first = true;
    while (text_split(&words, ' ', &word)) {
        if (!first && column + 1 + (int)word.size > PAGE_WIDTH) {
            (void)fprintf(out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        (void)fprintf(out, "%s%.*s", first ? "" : " ", TEXT_ARGS(word));
        column += (int)word.size + !first;
        first = false;
    }
    (void)fputc('\n', out);
}

static void print_labelled(const char *label, text words, FILE *out)
{
    (void)fprintf(out, "%*s%-*s", INDENT, "", LABEL_WIDTH, label);
    print_wrapped(words, INDENT + LABEL_WIDTH, INDENT + LABEL_WIDTH, out);
}

static void print_caveats(const advice_line *line, int indent, FILE *out)
{
    for (size_t i = 0; i < line->caveat_count; i++) {
        (void)fprintf(out, "%*s- ", indent, "");
        print_wrapped(line->caveats[i], indent + 2, indent + 2, out);
    }
}

static void print_line(const advice_line *line, arena *memory, FILE *out)
{
    text words = line->cited.size == 0 ? line->words
                                       : arena_print(memory, "%.*s [%.*s]", TEXT_ARGS(line->words), TEXT_ARGS(line->cited));
    print_labelled(evidence_bearing_text(line->bearing), words, out);
    print_caveats(line, INDENT + LABEL_WIDTH, out);
}

static void print_advice(const priority_advice *self, arena *memory, FILE *out)
{
    (void)fprintf(out, "\n%.*s: %s\n", TEXT_ARGS(self->of->title), advice_verdict_text(self->verdict));
    print_labelled("because", self->because, out);
    if (self->though.size > 0)
        print_labelled("though", self->though, out);
    for (size_t i = 0; i < self->line_count; i++)
        print_line(&self->lines[i], memory, out);
}

static void print_heading(const priority_review *self, FILE *out)
{
    char title[96], year[PERIOD_TEXT];
    const report *on = self->report;
    (void)fprintf(out, "%.*s (%.*s, %.*s)\n", TEXT_ARGS(on->subject.name), TEXT_ARGS(on->subject.code), TEXT_ARGS(on->level));
    (void)fprintf(out, "Strategic priorities, on the figures of the %s", window_title(&on->window, title, sizeof title));
    if (on->baseline != 0)
        (void)fprintf(out, " against %s", financial_year_text(on->baseline, year));
    (void)fputc('\n', out);
}

static void print_new_areas(const priority_review *self, const advice_rules *by, FILE *out)
{
    char p[32];
    (void)snprintf(p, sizeof p, "%g", by->new_p);
    (void)fprintf(out, "\nNew areas of interest: rose by at least %g %% with p < %s, and no priority covers them%s\n", by->new_percent,
                  p[0] == '0' && p[1] == '.' ? p + 1 : p, self->new_area_count == 0 ? ": none" : "");
    for (size_t i = 0; i < self->new_area_count; i++) {
        (void)fprintf(out, "%*s", INDENT, "");
        print_wrapped(self->new_areas[i].line.words, INDENT, 2 * INDENT, out);
        print_caveats(&self->new_areas[i].line, 2 * INDENT, out);
    }
}

void priorities_print_table(const priority_review *self, const advice_rules *by, FILE *out)
{
    arena *memory = arena_create();
    print_heading(self, out);
    if (self->count == 0)
        (void)fputs("\nNo strategic priorities are set: name them in priorities.yaml (docs/priorities.md).\n", out);
    for (size_t i = 0; i < self->count; i++)
        print_advice(&self->advice[i], memory, out);
    print_new_areas(self, by, out);
    (void)fputc('\n', out);
    for (size_t i = 0; i < self->note_count; i++)
        print_wrapped(self->notes[i], 0, 0, out);
    (void)fputs("Advice by the rules of judgement in priorities.yaml. Figures tell what changed, not why.\n", out);
    arena_destroy(&memory);
}
