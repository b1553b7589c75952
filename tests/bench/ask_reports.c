/* ask_reports - what a reader waits for: whole reports out of a store, from within a process that has it open.
 *
 *   ask_reports --data DIR [--count N] [--seed S]   N reports of one district each, for any as-of date; then all 331
 *                                                   districts for one date, nine times. Milliseconds as JSON
 *   ask_reports --data DIR --for SECONDS            as many single reports as there is time for, until SIGTERM at the
 *                                                   latest; how many
 *
 * A report is every category's rolling year, the year before, the baseline, changes with their intervals, rates and
 * comparators: what `tocsin report --area CODE --as-of DATE` prints, without the printing. Dates and districts are drawn
 * from a seed; a third of the dates lies in each third of the stored days. What all reports of a date have in common is
 * read anew for each, as a new request would.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench_areas.h"
#include "figures/report.h"

enum { ALL_TIMES = 9 };

typedef struct asking {
    store *from;
    figures *read;
    bench_areas *world;
    period extent;
    uint64_t state;
} asking;

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "ask_reports: %s\n", what);
    exit(1);
}

static uint64_t drawn(asking *self)
{
    self->state = self->state * 6364136223846793005u + 1442695040888963407u;
    return self->state >> 33;
}

static void make(const asking *self, report_maker *maker, int area_index)
{
    subject of;
    report *made = NULL;
    subject_of_area(self->read, geography_find(figures_reference(self->read)->areas,
                                               geography_area(self->world->data->areas, area_index)->code), &of);
    must(report_make(maker, &of, &made) == STATUS_OK, "a report can't be made");
    report_destroy(&made);
}

static day_number any_day(asking *self)
{
    return self->extent.from + (day_number)(drawn(self) % (uint64_t)(self->extent.to - self->extent.from + 1));
}

/* One request, in milliseconds. */
static double ask_one(asking *self)
{
    report_request what = {.as_of = any_day(self)};
    int area_index = self->world->areas[drawn(self) % self->world->count];
    double began = now_ms();
    must(store_begin_reading(self->from) == STATUS_OK, "the store can't be read");
    report_maker *maker = report_maker_create(self->read, what);
    make(self, maker, area_index);
    report_maker_destroy(&maker);
    store_end_reading(self->from);
    return now_ms() - began;
}

static double ask_all(asking *self)
{
    report_request what = {.as_of = any_day(self)};
    double began = now_ms();
    must(store_begin_reading(self->from) == STATUS_OK, "the store can't be read");
    report_maker *maker = report_maker_create(self->read, what);
    for (size_t i = 0; i < self->world->count; i++)
        make(self, maker, self->world->areas[i]);
    report_maker_destroy(&maker);
    store_end_reading(self->from);
    return now_ms() - began;
}

static void print_times(asking *self, uint64_t count)
{
    (void)fputs("{\"one_ms\": [", stdout);
    for (uint64_t i = 0; i < count; i++)
        (void)printf("%s%.4f", i > 0 ? ", " : "", ask_one(self));
    (void)fputs("], \"all_ms\": [", stdout);
    for (int i = 0; i < ALL_TIMES; i++)
        (void)printf("%s%.3f", i > 0 ? ", " : "", ask_all(self));
    (void)puts("]}");
}

static void print_count(asking *self, double seconds)
{
    uint64_t count = 0;
    (void)signal(SIGTERM, stop);
    for (double began = now_ms(); !stopped && now_ms() - began < seconds * 1e3; count++)
        (void)ask_one(self);
    (void)printf("{\"asked\": %llu}\n", (unsigned long long)count);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"data", required_argument, NULL, 'd'}, {"count", required_argument, NULL, 'n'},
                                            {"seed", required_argument, NULL, 's'}, {"for", required_argument, NULL, 'f'},
                                            {"within", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
    const char *folder = NULL, *within = NULL;
    char why[NOTE_SIZE_MAX] = "";
    uint64_t count = 300;
    double seconds = 0;
    asking self = {.state = 6};
    bool good = true;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        switch (c) {
        case 'd': folder = optarg; break;
        case 'w': within = optarg; break;
        case 'n': good = good && text_to_u64(text_of(optarg), &count); break;
        case 's': good = good && text_to_u64(text_of(optarg), &self.state); break;
        case 'f': good = good && text_to_double(text_of(optarg), &seconds); break;
        default: good = false;
        }
    if (!good || folder == NULL || optind != argc) {
        (void)fputs("usage: ask_reports --data DIR [--count N] [--seed S] [--within AREA] [--for SECONDS]\n", stderr);
        return 2;
    }
    self.world = bench_areas_read(within);
    must(store_open_reader(folder, &self.from, why) == STATUS_OK, why);
    must(figures_open(self.from, &self.read) == STATUS_OK, "the store has no reference data");
    must(store_extent(self.from, &self.extent) == STATUS_OK, "the store is empty");
    if (seconds > 0)
        print_count(&self, seconds);
    else
        print_times(&self, count);
    figures_close(&self.read);
    store_close(&self.from);
    bench_areas_destroy(&self.world);
    return 0;
}
