/* reference_fixtures.h - sheets written as lines of a file, and what was found wrong with them. */
#ifndef TOCSIN_REFERENCE_FIXTURES_H
#define TOCSIN_REFERENCE_FIXTURES_H

#include "figures/faults.h"
#include "fixtures.h"
#include "storage/sheet.h"

/* Fills a sheet from lines of cells with commas between them, as if they stood in its file from line 2 on.
 * The imported ones as if in the imported file. */
void sheet_fill(sheets *to, sheet_name name, const char *lines);
void sheet_fill_imported(sheets *to, sheet_name name, const char *lines);

/* Exactly so many errors and warnings, and one that reads like this. */
void assert_faults(faults *found, size_t errors, size_t warnings);
void assert_fault(faults *found, const char *begins);

#endif
