/* golden.h - the independent vectors in shared/golden: read, compared with, skipped where they aren't there.
 *
 * The folder is the environment's TOCSIN_GOLDEN, or shared/golden beside the project. Its files are made by
 * other people's software; their header comments say by which, and how close one has to come.
 */
#ifndef TOCSIN_GOLDEN_H
#define TOCSIN_GOLDEN_H

#include "proto/text.h"

typedef struct golden golden;

/* Opens a file by its name without ".csv". Without the folder the test is skipped, and this doesn't return. */
golden *golden_open(const char *name);

/* Says how close the results came, and frees. */
void golden_close(golden **self);

size_t golden_rows(const golden *self);

/* A cell; the column must be there. Numbers: NA and NaN are NAN. */
text golden_text(const golden *self, size_t row, const char *column);
double golden_number(const golden *self, size_t row, const char *column);

/* The rows from `first` on that agree with it in these columns (the list ends with NULL).
 * Returns   the first row that doesn't, or golden_rows */
size_t golden_series_end(const golden *self, size_t first, ...);

/* A column of rows first to end - 1 into `out`, which has room for `room`. */
void golden_copy(const golden *self, size_t first, size_t end, const char *column, double *out, size_t room);

/* Fails, naming the place, unless |actual - cell| <= relative x |cell| + absolute. NA and NaN want NAN. */
void golden_expect(golden *self, size_t row, const char *column, double actual, double relative, double absolute);

/* Fails unless the cell is this text. */
void golden_expect_text(golden *self, size_t row, const char *column, const char *actual);

/* Fails unless two numbers agree: |actual - wanted| <= relative x |wanted|; NAN with NAN. */
#define expect_near(actual, wanted, relative) expect_near_at((actual), (wanted), (relative), #actual, __FILE__, __LINE__)
void expect_near_at(double actual, double wanted, double relative, const char *what, const char *file, int line);

#endif
