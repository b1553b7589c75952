/* rows.h - what must hold of a source of rows, whatever its octets: shared by the targets of CSV and of JSON lines. */
#ifndef TOCSIN_FUZZ_ROWS_H
#define TOCSIN_FUZZ_ROWS_H

#include "collector/row_source.h"

/* Its rows are the same in pieces as at once and from behind any row; records are sound, faults can be sent. */
void rows_must_hold(row_source *(*create)(text origin), text octets);

#endif
