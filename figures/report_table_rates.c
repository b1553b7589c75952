/* The printed report's second table: rates, shares, and whose rates to compare with. */
#include <math.h>

#include "report_table_parts.h"

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

static void print_rate_heading(const report *self, const comparator **columns, size_t count, FILE *out)
{
    char people[CELL_SIZE], population[2 * CELL_SIZE] = "";
    const report_row *first = &self->rows[0];
    if (first->population_year != 0)
        (void)snprintf(population, sizeof population, "(population %s, mid-%d)", cell_whole(first->population, people),
                       first->population_year);
    for (int line = 0; line < 2; line++) {
        (void)fprintf(out, "%s%-*s%*s%*s", line == 0 ? "\n" : "", TITLE_WIDTH,
                      line == 0 ? "Rates per 1,000 residents" : population, NUMBER_WIDTH, line == 0 ? "" : "rate",
                      CHANGE_WIDTH, line == 0 ? "" : "share");
        for (size_t i = 0; i < count; i++) {
            text lines[2];
            cell_two_lines(columns[i]->name, COMPARATOR_WIDTH - 1, lines);
            (void)fprintf(out, "%*.*s", COMPARATOR_WIDTH, TEXT_ARGS(lines[line]));
        }
        (void)fputc('\n', out);
    }
}

static void print_rate_row(const report_row *row, const comparator **columns, size_t count, FILE *out)
{
    char rate[CELL_SIZE], share[CELL_SIZE], beside[CELL_SIZE + 1];
    print_row_title(row, out);
    (void)fprintf(out, "%*s%*s", NUMBER_WIDTH, cell_rate(row->rate, rate), CHANGE_WIDTH, cell_share(row->share_pct, share));
    for (size_t i = 0; i < count; i++) {
        const comparator *c = comparator_of(row, columns[i]->code);
        (void)snprintf(beside, sizeof beside, "%s%s", cell_rate(c != NULL ? c->rate : (double)NAN, rate),
                       c != NULL && c->published ? "*" : "");
        (void)fprintf(out, "%*s", COMPARATOR_WIDTH, beside);
    }
    (void)fputc('\n', out);
}

void print_rates(const report *self, FILE *out)
{
    const comparator *columns[COMPARATORS_MAX];
    size_t count = find_columns(self, columns);
    bool any = false;
    for (size_t i = 0; i < self->row_count; i++) {
        if (!row_is_shown(self, i) || isnan(self->rows[i].rate))
            continue;
        if (!any)
            print_rate_heading(self, columns, count, out);
        any = true;
        print_section(self, i, out);
        print_rate_row(&self->rows[i], columns, count, out);
    }
}
