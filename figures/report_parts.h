/* report_parts.h - what report.c leaves to its neighbours. For them only. */
#ifndef TOCSIN_REPORT_PARTS_H
#define TOCSIN_REPORT_PARTS_H

#include "count_table.h"
#include "rate_table.h"
#include "report.h"

/* Whose rates stand beside the row's: the areas above, those that comparators.csv names. Live where they are
 * covered, else published, else left out. */
status report_fill_comparators(rate_tables *live, const figures *from, const subject *of, report_row *row);

/* One more note on the report as a whole; the words live in the report's memory. */
void report_note(report *self, text words);

/* Notes on the report as a whole: whose records, coverage, rejects, changes of recording, partly covered groups ... */
status report_add_notes(const figures *from, const report_request *what, report *self);

#endif
