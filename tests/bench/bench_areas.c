#include "bench_areas.h"

#include <stdio.h>
#include <stdlib.h>

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
    exit(2);
}

/* Districts that are current, or such as are not. */
static void take_districts(bench_areas *self, int outer, bool current)
{
    const geography *all = self->data->areas;
    for (int i = geography_count(all) - 1; i >= 0 && self->count < BENCH_AREAS; i--) {
        const area *each = geography_area(all, i);
        if (text_is(each->level, "district") && (each->valid_to == DAY_NONE) == current &&
            (outer == AREA_NONE || geography_contains(all, outer, i)))
            self->areas[self->count++] = i;
    }
}

static void take_offences(bench_areas *self)
{
    const sheet *rows = &self->data->sheets->each[SHEET_OFFENCES];
    for (size_t i = 0; i < BENCH_OFFENCES; i++)
        self->offences[i] = sheet_cell(rows, i * rows->row_count / BENCH_OFFENCES, 0);
}

bench_areas *bench_areas_read(const char *within)
{
    char folder[4096], digest[DIGEST_HEX_SIZE];
    bench_areas *self = memory_new(1, sizeof *self);
    if (!reference_bundled(folder, sizeof folder))
        give_up("the bundled reference folder is not there: name it in TOCSIN_REFERENCE");
    faults *found = faults_create();
    self->data = reference_read(folder, NULL, found, digest);
    faults_destroy(&found);
    int outer = within == NULL ? AREA_NONE : geography_find(self->data->areas, text_of(within));
    if (within != NULL && outer == AREA_NONE)
        give_up("the area that --within names is not among the bundled ones");
    take_districts(self, outer, true);
    take_districts(self, outer, false);
    take_offences(self);
    if (self->count == 0 || self->offences[BENCH_OFFENCES - 1].size == 0)
        give_up("the reference folder has too few districts or offences");
    return self;
}

void bench_areas_destroy(bench_areas **self)
{
    if (*self == NULL)
        return;
    reference_destroy(&(*self)->data);
    free(*self);
    *self = NULL;
}
