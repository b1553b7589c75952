#include "yearly_counts.h"

#include <math.h>

#include "count_table.h"

status yearly_counts_read(const figures *from, const subject *of, day_number as_of, double (**out)[YEARS_COUNTED])
{
    const offence_tree *tree = figures_reference(from)->categories;
    period years[YEARS_COUNTED];
    count_request request = {.windows = years, .window_count = YEARS_COUNTED};
    count_table counts;
    period_set *known;
    for (int y = 0; y < YEARS_COUNTED; y++)
        years[y] = rolling_year(day_add_years(as_of, y - YEARS_COUNTED + 1));
    status st = known_read(from, of, &known);
    if (st != STATUS_OK)
        return st;
    st = count_table_read(from, of, &request, &counts);
    if (st == STATUS_OK) {
        double(*made)[YEARS_COUNTED] = memory_new((size_t)offence_tree_count(tree), sizeof *made);
        for (int c = 0; c < offence_tree_count(tree); c++)
            for (size_t y = 0; y < YEARS_COUNTED; y++)
                made[c][y] = period_set_contains(&known[c], years[y]) && !count_table_blurred(&counts, y, c) &&
                                     count_table_hidden(&counts, tree, y, c) == 0
                                 ? count_table_sum(&counts, y, c) : (double)NAN;
        count_table_free(&counts);
        *out = made;
    }
    known_free(from, &known);
    return st;
}
