/* The report as a table to read in a terminal or paste into a paper: counts and changes first, then rates. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_print.h"

enum { TITLE_WIDTH = 44, NUMBER_WIDTH = 12, COMPARATOR_WIDTH = 15, CELL_SIZE = 48 };

/* How much of a title fits: all of it, or what stands before a parenthesis, or whole words. */
static text short_title(text title, int width)
{
    if ((int)title.size <= width)
        return title;
    const char *open = memchr(title.at, '(', title.size);
    if (open != NULL && open - title.at > 1)
        title.size = (size_t)(open - title.at) - 1;
    if ((int)title.size > width)
        for (title.size = (size_t)width; title.size > 1 && title.at[title.size] != ' ';)
            title.size--;
    return title;
}

/* 9048 as 9,048. */
static const char *with_commas(double number, char out[CELL_SIZE])
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

static const char *count_cell(double count, coverage_word word, char out[CELL_SIZE])
{
    char number[CELL_SIZE];
    if (word == COVERAGE_NOTHING || isnan(count))
        (void)snprintf(out, CELL_SIZE, "unknown");
    else
        (void)snprintf(out, CELL_SIZE, "%s%s", with_commas(count, number), word == COVERAGE_AT_LEAST ? "+" : "");
    return out;
}

static const char *change_cell(const change *c, char out[CELL_SIZE])
{
    if (!isnan(c->percent))
        (void)snprintf(out, CELL_SIZE, "%+.1f %%", c->percent);
    else
        (void)snprintf(out, CELL_SIZE, "%s", c->small ? "too few" : !isnan(c->p) ? "from none" : "");
    return out;
}

static const char *interval_cell(const change *c, char out[CELL_SIZE])
{
    out[0] = '\0';
    if (!isnan(c->low) && isinf(c->high))
        (void)snprintf(out, CELL_SIZE, "%+.1f and more", c->low);
    else if (!isnan(c->low))
        (void)snprintf(out, CELL_SIZE, "%+.1f to %+.1f", c->low, c->high);
    return out;
}

/* --- which rows ---------------------------------------------------------------------------------- */

static bool says_nothing(const report_row *row)
{
    return row->coverage == COVERAGE_NOTHING && isnan(row->previous) && isnan(row->baseline);
}

/* A bridging node stands only where what it joins is not told apart. */
static bool is_shown(const report *self, size_t index)
{
    const report_row *row = &self->rows[index];
    if (says_nothing(row))
        return false;
    if (!row->bridging)
        return true;
    for (size_t i = index + 1; i < self->row_count && self->rows[i].depth >= row->depth && !self->rows[i].marker; i++)
        if (self->rows[i].depth == row->depth)
            return says_nothing(&self->rows[i]);
    return true;
}

enum section { SECTION_TREE, SECTION_MARKERS, SECTION_OUTSIDE };

static enum section section_of(const report_row *row)
{
    return row->marker ? SECTION_MARKERS : row->root ? SECTION_OUTSIDE : SECTION_TREE;
}

static void print_section(const report *self, size_t index, FILE *out)
{
    static const char *const titles[] = {"", "Across the tree", "Outside the above"};
    enum section here = section_of(&self->rows[index]), before = SECTION_TREE;
    for (size_t i = 0; i < index; i++)
        if (is_shown(self, i))
            before = section_of(&self->rows[i]);
    if (here != before)
        (void)fprintf(out, "%s\n", titles[here]);
}

static void print_title(const report_row *row, FILE *out)
{
    int indent = 2 * row->depth + (section_of(row) != SECTION_TREE ? 2 : 0);
    int width = TITLE_WIDTH - indent;
    text title = short_title(row->title, width);
    (void)fprintf(out, "%*s%-*.*s", indent, "", width, TEXT_ARGS(title));
}

/* --- counts -------------------------------------------------------------------------------------- */

/* Is the baseline known of any row? */
static bool has_baseline(const report *self)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (!isnan(self->rows[i].baseline))
            return true;
    return false;
}

static void print_heading(const report *self, FILE *out)
{
    char title[96], from[PERIOD_TEXT], to[PERIOD_TEXT], year[PERIOD_TEXT];
    (void)fprintf(out, "%.*s (%.*s, %.*s)\n", TEXT_ARGS(self->subject.name), TEXT_ARGS(self->subject.code),
                  TEXT_ARGS(self->level));
    window_title(&self->window, title, sizeof title);
    title[0] = (char)(title[0] >= 'a' && title[0] <= 'z' ? title[0] - 'a' + 'A' : title[0]);
    (void)fprintf(out, "%s, compared with %s to %s", title, date_words(self->window.before.from, from),
                  date_words(self->window.before.to, to));
    if (has_baseline(self))
        (void)fprintf(out, " and with %s", financial_year_text(self->baseline, year));
    (void)fputs("\n\n", out);
}

static void print_count_heading(const report *self, FILE *out)
{
    char a[PERIOD_TEXT], b[PERIOD_TEXT], year[PERIOD_TEXT];
    bool baseline = has_baseline(self);
    (void)fprintf(out, "%-*s%*s%*s", TITLE_WIDTH, "", NUMBER_WIDTH, date_words_short(self->window.now.from, a),
                  NUMBER_WIDTH + 1, date_words_short(self->window.before.from, b));
    if (baseline)
        (void)fprintf(out, "%*s", 30 + NUMBER_WIDTH, "baseline");
    (void)fprintf(out, "\n%-*s%*s%*s%10s%20s", TITLE_WIDTH, "Counts", NUMBER_WIDTH,
                  date_words_short(self->window.now.to, a), NUMBER_WIDTH + 1, date_words_short(self->window.before.to, b),
                  "change", "95 % interval");
    if (baseline)
        (void)fprintf(out, "%*s%10s", NUMBER_WIDTH, financial_year_text(self->baseline, year), "change");
    (void)fputc('\n', out);
}

static void print_count_row(const report_row *row, FILE *out)
{
    char now[CELL_SIZE], before[CELL_SIZE], cell[CELL_SIZE];
    print_title(row, out);
    (void)fprintf(out, "%*s%*s", NUMBER_WIDTH, count_cell(row->count, row->coverage, now), NUMBER_WIDTH + 1,
                  count_cell(row->previous, row->previous_coverage, before));
    bool baseline = !isnan(row->baseline);
    if (baseline || row->previous_coverage == COVERAGE_COMPLETE) {
        (void)fprintf(out, "%10s", change_cell(&row->change, cell));
        (void)fprintf(out, "%20s", interval_cell(&row->change, cell));
    }
    if (baseline) {
        (void)fprintf(out, "%*s", NUMBER_WIDTH, count_cell(row->baseline, row->baseline_coverage, cell));
        (void)fprintf(out, "%10s", change_cell(&row->baseline_change, cell));
    }
    (void)fputc('\n', out);
}

/* --- rates --------------------------------------------------------------------------------------- */

/* Comparators of all rows, each once, in order of appearance. */
static size_t find_columns(const report *self, const comparator **out)
{
    size_t count = 0;
    for (size_t r = 0; r < self->row_count; r++)
        for (size_t i = 0; i < self->rows[r].comparator_count; i++) {
            const comparator *c = &self->rows[r].comparators[i];
            size_t known = 0;
            while (known < count && !text_equal(out[known]->code, c->code))
                known++;
            if (known == count && count < COMPARATORS_MAX)
                out[count++] = c;
        }
    return count;
}

static const comparator *comparator_of(const report_row *row, text code)
{
    for (size_t i = 0; i < row->comparator_count; i++)
        if (text_equal(row->comparators[i].code, code))
            return &row->comparators[i];
    return NULL;
}

/* A name on two lines, broken behind a space or a hyphen. */
static void break_name(text name, int width, text lines[2])
{
    size_t cut = name.size;
    if ((int)name.size > width)
        for (cut = (size_t)width; cut > 1 && name.at[cut - 1] != ' ' && name.at[cut - 1] != '-';)
            cut--;
    lines[0] = text_trim((text){name.at, cut});
    lines[1] = (text){name.at + cut, name.size - cut};
    lines[1].size = (int)lines[1].size > width ? (size_t)width : lines[1].size;
}

static void print_rate_heading(const report *self, const comparator **columns, size_t count, FILE *out)
{
    char people[CELL_SIZE], population[2 * CELL_SIZE] = "";
    const report_row *first = &self->rows[0];
    if (first->population_year != 0)
        (void)snprintf(population, sizeof population, "(population %s, mid-%d)", with_commas(first->population, people),
                       first->population_year);
    for (int line = 0; line < 2; line++) {
        (void)fprintf(out, "%s%-*s%*s%10s", line == 0 ? "\n" : "", TITLE_WIDTH,
                      line == 0 ? "Rates per 1,000 residents" : population, NUMBER_WIDTH, line == 0 ? "" : "rate",
                      line == 0 ? "" : "share");
        for (size_t i = 0; i < count; i++) {
            text lines[2];
            break_name(columns[i]->name, COMPARATOR_WIDTH - 1, lines);
            (void)fprintf(out, "%*.*s", COMPARATOR_WIDTH, TEXT_ARGS(lines[line]));
        }
        (void)fputc('\n', out);
    }
}

static const char *share_cell(double share, char out[CELL_SIZE])
{
    out[0] = '\0';
    if (!isnan(share))
        (void)snprintf(out, CELL_SIZE, share > 0 && share < 0.95 ? "%.1f %%" : "%.0f %%", share);
    return out;
}

static void print_rate_row(const report_row *row, const comparator **columns, size_t count, FILE *out)
{
    char cell[CELL_SIZE];
    print_title(row, out);
    (void)snprintf(cell, sizeof cell, "%.1f", row->rate);
    (void)fprintf(out, "%*s", NUMBER_WIDTH, isnan(row->rate) ? "" : cell);
    (void)fprintf(out, "%10s", share_cell(row->share_pct, cell));
    for (size_t i = 0; i < count; i++) {
        const comparator *c = comparator_of(row, columns[i]->code);
        (void)snprintf(cell, sizeof cell, "%.1f%s", c != NULL ? c->rate : 0, c != NULL && c->published ? "*" : "");
        (void)fprintf(out, "%*s", COMPARATOR_WIDTH, c != NULL ? cell : "");
    }
    (void)fputc('\n', out);
}

static bool any_published(const report *self, text *where)
{
    for (size_t r = 0; r < self->row_count; r++)
        for (size_t i = 0; i < self->rows[r].comparator_count; i++)
            if (self->rows[r].comparators[i].published) {
                *where = self->rows[r].comparators[i].source;
                return true;
            }
    return false;
}

static void print_rates(const report *self, FILE *out)
{
    const comparator *columns[COMPARATORS_MAX];
    bool any = false;
    for (size_t i = 0; i < self->row_count; i++)
        any = any || !isnan(self->rows[i].rate);
    if (!any)
        return;
    size_t count = find_columns(self, columns);
    print_rate_heading(self, columns, count, out);
    for (size_t i = 0; i < self->row_count; i++)
        if (is_shown(self, i) && !isnan(self->rows[i].rate)) {
            print_section(self, i, out);
            print_rate_row(&self->rows[i], columns, count, out);
        }
}

/* --- notes --------------------------------------------------------------------------------------- */

static void print_unknown(const report *self, FILE *out)
{
    bool first = true;
    for (size_t i = 0; i < self->row_count; i++) {
        if (!says_nothing(&self->rows[i]) || self->rows[i].bridging)
            continue;
        (void)fprintf(out, "%s%.*s", first ? "Unknown here, as no source tells it apart or covers it: " : ", ",
                      TEXT_ARGS(self->rows[i].code));
        first = false;
    }
    if (!first)
        (void)fputs(".\n", out);
}

static bool any_at_least(const report *self)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (self->rows[i].coverage == COVERAGE_AT_LEAST || self->rows[i].previous_coverage == COVERAGE_AT_LEAST ||
            self->rows[i].baseline_coverage == COVERAGE_AT_LEAST)
            return true;
    return false;
}

/* Titles that were cut, whole. */
static void print_cut_titles(const report *self, FILE *out)
{
    for (size_t i = 0; i < self->row_count; i++) {
        const report_row *row = &self->rows[i];
        int width = TITLE_WIDTH - 2 * row->depth - (section_of(row) != SECTION_TREE ? 2 : 0);
        if (is_shown(self, i) && (int)row->title.size > width)
            (void)fprintf(out, "%.*s\n", TEXT_ARGS(row->title));
    }
}

static bool is_noted(const report *self, size_t index)
{
    return is_shown(self, index) && self->rows[index].caveat.size > 0;
}

/* Caveats that several rows share are told once. */
static void print_row_notes(const report *self, FILE *out)
{
    for (size_t i = 0; i < self->row_count; i++) {
        bool told = false;
        for (size_t k = 0; k < i && is_noted(self, i) && !told; k++)
            told = is_noted(self, k) && text_equal(self->rows[k].caveat, self->rows[i].caveat);
        if (!is_noted(self, i) || told)
            continue;
        (void)fprintf(out, "%.*s", TEXT_ARGS(self->rows[i].code));
        for (size_t k = i + 1; k < self->row_count; k++)
            if (is_noted(self, k) && text_equal(self->rows[k].caveat, self->rows[i].caveat))
                (void)fprintf(out, ", %.*s", TEXT_ARGS(self->rows[k].code));
        (void)fprintf(out, ": %.*s\n", TEXT_ARGS(self->rows[i].caveat));
    }
}

static void print_notes(const report *self, FILE *out)
{
    text where;
    (void)fputc('\n', out);
    if (any_published(self, &where))
        (void)fprintf(out, "* as published: %.*s\n", TEXT_ARGS(where));
    if (any_at_least(self))
        (void)fputs("+ at least: not every day is covered\n", out);
    print_cut_titles(self, out);
    print_unknown(self, out);
    print_row_notes(self, out);
    for (size_t i = 0; i < self->note_count; i++)
        (void)fprintf(out, "%.*s\n", TEXT_ARGS(self->notes[i]));
}

void report_print_table(const report *self, FILE *out)
{
    print_heading(self, out);
    print_count_heading(self, out);
    for (size_t i = 0; i < self->row_count; i++)
        if (is_shown(self, i)) {
            print_section(self, i, out);
            print_count_row(&self->rows[i], out);
        }
    print_rates(self, out);
    print_notes(self, out);
}
