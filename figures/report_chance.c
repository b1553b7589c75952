/* Many changes are compared in one report: some look clear by chance alone. */
#include <math.h>
#include <stdlib.h>

#include "report_parts.h"
#include "statistics/benjamini_hochberg.h"

static const double clear_p = 0.05;

void report_adjust_p(report *self)
{
    double *p = memory_new(self->row_count, sizeof *p), *q = memory_new(self->row_count, sizeof *q);
    size_t *order = memory_new(self->row_count, sizeof *order);
    /* What says again what others say is no test of its own. */
    for (size_t i = 0; i < self->row_count; i++)
        p[i] = row_is_shown(self, i) ? self->rows[i].change.p : (double)NAN;
    benjamini_hochberg(p, self->row_count, order, q);
    for (size_t i = 0; i < self->row_count; i++)
        self->rows[i].q = q[i];
    free(p);
    free(q);
    free(order);
}

size_t report_count_compared(const report *self, size_t *clear)
{
    size_t compared = 0;
    *clear = 0;
    for (size_t i = 0; i < self->row_count; i++) {
        if (isnan(self->rows[i].q))
            continue;
        compared++;
        *clear += self->rows[i].change.p < clear_p ? 1 : 0;
    }
    return compared;
}
