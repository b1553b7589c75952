/* The report as a table to read in a terminal or paste into a paper: counts and changes first, then rates, then all that
 * has to be said. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_print.h"
#include "report_table_parts.h"

/* --- which rows ---------------------------------------------------------------------------------- */

enum section { SECTION_TREE, SECTION_MARKERS, SECTION_OUTSIDE };

static enum section section_of(const report_row *row)
{
    return row->marker ? SECTION_MARKERS : row->root ? SECTION_OUTSIDE : SECTION_TREE;
}

void print_section(const report *self, size_t index, FILE *out)
{
    static const char *const titles[] = {"", "Counted above as well", "Outside the above"};
    enum section here = section_of(&self->rows[index]), before = SECTION_TREE;
    for (size_t i = 0; i < index; i++)
        if (row_is_shown(self, i))
            before = section_of(&self->rows[i]);
    if (here != before)
        (void)fprintf(out, "%s\n", titles[here]);
}

static int indent_of(const report_row *row)
{
    return 2 * row->depth + (section_of(row) != SECTION_TREE ? 2 : 0);
}

void print_row_title(const report_row *row, FILE *out)
{
    char cell[CELL_SIZE];
    int width = TITLE_WIDTH - indent_of(row);
    (void)fprintf(out, "%*s%-*s", indent_of(row), "", width, cell_title(row->title, width, cell));
}

bool row_title_is_cut(const report_row *row)
{
    return (int)row->title.size > TITLE_WIDTH - indent_of(row);
}

/* --- headings ------------------------------------------------------------------------------------ */

static bool is_before(const report *self, period days)
{
    return days.from == self->window.before.from && days.to == self->window.before.to;
}

/* Is the baseline known of any row, and another year than the one before? */
static bool has_baseline(const report *self)
{
    if (self->baseline == 0 || is_before(self, financial_year(self->baseline)))
        return false;
    for (size_t i = 0; i < self->row_count; i++)
        if (!isnan(self->rows[i].baseline))
            return true;
    return false;
}

/* Does any row stand above normal? */
static bool has_levels(const report *self)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (self->rows[i].direction.size > 0)
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

/* --- counts -------------------------------------------------------------------------------------- */

static void print_count_heading(const report *self, FILE *out)
{
    char a[PERIOD_TEXT], b[PERIOD_TEXT], year[PERIOD_TEXT];
    bool baseline = has_baseline(self);
    (void)fprintf(out, "%-*s%*s%*s", TITLE_WIDTH, "", NUMBER_WIDTH, date_words_short(self->window.now.from, a),
                  NUMBER_WIDTH + 1, date_words_short(self->window.before.from, b));
    if (baseline)
        (void)fprintf(out, "%*s", CHANGE_WIDTH + INTERVAL_WIDTH + NUMBER_WIDTH, "baseline");
    (void)fprintf(out, "\n%-*s%*s%*s%*s%*s", TITLE_WIDTH, "Counts", NUMBER_WIDTH,
                  date_words_short(self->window.now.to, a), NUMBER_WIDTH + 1, date_words_short(self->window.before.to, b),
                  CHANGE_WIDTH, "change", INTERVAL_WIDTH, "95 % interval");
    if (baseline)
        (void)fprintf(out, "%*s%*s", NUMBER_WIDTH, financial_year_text(self->baseline, year), CHANGE_WIDTH, "change");
    if (has_levels(self))
        (void)fputs("  level", out);
    (void)fputc('\n', out);
}

static void print_count_row(const report_row *row, bool baseline, FILE *out)
{
    char now[CELL_SIZE], before[CELL_SIZE], changed[CELL_SIZE], interval[CELL_SIZE];
    print_row_title(row, out);
    (void)fprintf(out, "%*s%*s%*s%*s", NUMBER_WIDTH, cell_count(row->count, row->coverage, now), NUMBER_WIDTH + 1,
                  cell_count(row->previous, row->previous_coverage, before), CHANGE_WIDTH,
                  cell_change(&row->change, changed), INTERVAL_WIDTH, cell_interval(&row->change, interval));
    if (baseline && !isnan(row->baseline))
        (void)fprintf(out, "%*s%*s", NUMBER_WIDTH, cell_count(row->baseline, row->baseline_coverage, before), CHANGE_WIDTH,
                      cell_change(&row->baseline_change, changed));
    else if (baseline)
        (void)fprintf(out, "%*s", NUMBER_WIDTH + CHANGE_WIDTH, "");
    /* What is normal needs no word. */
    if (row->direction.size > 0)
        (void)fprintf(out, "  %.*s, %.*s", TEXT_ARGS(row->level), TEXT_ARGS(row->direction));
    (void)fputc('\n', out);
}

static void print_counts(const report *self, FILE *out)
{
    bool any = false, baseline = has_baseline(self);
    for (size_t i = 0; i < self->row_count; i++) {
        if (!row_is_shown(self, i))
            continue;
        if (!any)
            print_count_heading(self, out);
        any = true;
        print_section(self, i, out);
        print_count_row(&self->rows[i], baseline, out);
    }
    if (!any)
        (void)fputs("Nothing is known of it.\n", out);
}

/* --- all of it ----------------------------------------------------------------------------------- */

/* Empty cells at the end of a line are none. */
static void print_trimmed(text words, FILE *out)
{
    text line;
    while (text_split(&words, '\n', &line)) {
        while (line.size > 0 && line.at[line.size - 1] == ' ')
            line.size--;
        (void)fprintf(out, "%.*s\n", TEXT_ARGS(line));
    }
}

void report_print_table(const report *self, FILE *out)
{
    char *words = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&words, &size);
    if (to == NULL)
        abort();
    print_heading(self, to);
    print_counts(self, to);
    print_rates(self, to);
    print_notes(self, to);
    if (fclose(to) != 0)
        abort();
    print_trimmed((text){words, size}, out);
    free(words);
}
