/* report_parts.h - what the files of the report share. For them only. */
#ifndef TOCSIN_REPORT_PARTS_H
#define TOCSIN_REPORT_PARTS_H

#include "count_table.h"
#include "rate_table.h"
#include "report.h"

enum { NOW, BEFORE, BASELINE, PERIODS_USED };

/* One reading of the counts, for one as-of date: rows are filled from it. */
struct reading {
    const figures *from;
    const report_request *what;
    const subject *subject;
    rate_tables *live;
    const offence_tree *tree;
    const period_set *known; /* by category */
    int baseline;            /* financial year; 0: none */
    day_number as_of;
    window window;           /* from here on filled in by reading_open */
    period periods[PERIODS_USED];
    size_t period_count;
    month_number last_month; /* of the monthly table */
    count_table counts;
    double population;       /* NAN: unknown */
    int population_year;
};

/* Reads the counts and the population of its as-of date. */
status reading_open(struct reading *self);
void reading_close(struct reading *self);

/* Everything of a row but its place in the report and its notes. */
status reading_fill_row(const struct reading *self, int category_index, report_row *row);

/* Does a window cut a month of which only the month is known of the category? Then this is no date to speak as of. */
bool reading_is_blurred(const struct reading *self, int category_index);

int root_of(const offence_tree *tree, int category_index);

/* Whose rates stand beside the row's: the areas above, those that comparators.csv names. Live where they are
 * covered, else published, else left out. */
status report_fill_comparators(rate_tables *live, const figures *from, const subject *of, report_row *row);

/* What qualifies a row that was filled from this reading. */
void report_note_row(report *self, const struct reading *from, report_row *row);

/* Fills in q, of all rows together. */
void report_adjust_p(report *self);

/* One more note on the report as a whole; the words live in the report's memory. */
void report_note(report *self, text words);

/* Notes on the report as a whole: whose records, coverage, rejects, changes of recording, partly covered groups ... */
status report_add_notes(const figures *from, const report_request *what, report *self);

#endif
