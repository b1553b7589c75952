/* make_incidents - the benchmarks' input: invented incidents as canonical CSV, the same for the same arguments.
 *
 *   make_incidents --arrivals N [--days D] [--until DATE] [--seed S] [--within AREA] > incidents.csv
 *
 * N rows as they would arrive over D days (default three years; until 2025-03-31): 95.5 % are new incidents, 1 % say
 * again what stands, 3 % amend (another offence, district or date) and 0.5 % cancel. Of those that speak of an earlier
 * incident half speak of one of the last weeks, half of any, however old. Each incident has a reference of 15
 * characters, a date without a time, one of 331 districts and of 40 offences (some far more often than others), and
 * every tenth bears a marker.
 *
 * Another seed gives other incidents, with other references.
 *
 * What an incident says follows from the seed, its number and its revision, so only the revision that stands is kept:
 * two octets an incident.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_areas.h"

enum { REPEATS = 10, AMENDMENTS = 30, CANCELLATIONS = 5, PER_MILLE = 1000, RECENT_DAYS = 30, LATE_DAYS = 4 };

typedef struct standing {
    uint8_t revision;
    bool cancelled;
} standing;

typedef struct maker {
    const bench_areas *world;
    uint64_t seed;
    uint64_t arrivals;
    uint64_t made; /* incidents so far */
    int32_t days;
    day_number first;
    standing *standings; /* by incident */
} maker;

/* splitmix64: Steele, Lea, Flood, OOPSLA 2014. */
static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* A number that follows from the seed and from what is asked of which. */
static uint64_t drawn(const maker *self, uint64_t of, uint64_t what)
{
    return mixed(mixed(self->seed ^ mixed(of)) + what);
}

/* From 0 to below 1. */
static double share(uint64_t number)
{
    return (double)(number >> 11) * 0x1p-53;
}

/* One of `count`, the first ones more often. */
static size_t skewed(uint64_t number, size_t count, double power)
{
    return (size_t)((double)count * pow(share(number), power));
}

/* The day on which an incident was recorded: about when it arrived. New ones come evenly. */
static day_number day_recorded(const maker *self, uint64_t incident_number)
{
    double part = (double)incident_number / ((double)self->arrivals * 0.955);
    int32_t day = (int32_t)(part * self->days) - (int32_t)(drawn(self, incident_number, 1) % LATE_DAYS);
    day = day < 0 ? 0 : day;
    return self->first + (day < self->days ? day : self->days - 1);
}

static void write_row(const maker *self, uint64_t number)
{
    const standing *stands = &self->standings[number];
    unsigned force = (unsigned)(drawn(self, number, 2) % 43);
    (void)printf("%02u/%09llu/%02u,%u,", force, (unsigned long long)number,
                 (unsigned)(self->seed % 100), stands->revision + 1u);
    if (stands->cancelled) {
        (void)fputs("cancelled,,,,\n", stdout);
        return;
    }
    /* Each revision changes one of the three. */
    uint64_t which = stands->revision == 0 ? 3 : drawn(self, number, 10 + stands->revision) % 3;
    uint64_t changed = 100u + stands->revision;
    day_number day = day_recorded(self, number);
    if (which == 0 && day > self->first + 14)
        day -= (int32_t)(drawn(self, number, changed) % 14);
    text crime = self->world->offences[skewed(drawn(self, number, which == 1 ? changed : 3), BENCH_OFFENCES, 2.0)];
    int place = self->world->areas[skewed(drawn(self, number, which == 2 ? changed : 4), self->world->count, 1.3)];
    text code = geography_area(self->world->data->areas, place)->code;
    char date[DATE_TEXT];
    (void)printf("recorded,%s,%.*s,%.*s,%s\n", date_text(day, date), TEXT_ARGS(crime), TEXT_ARGS(code),
                 drawn(self, number, 5) % 10 == 0 ? "domestic-abuse" : "");
}

/* Which incident is spoken of again. */
static uint64_t an_earlier_one(const maker *self, uint64_t row)
{
    double recent = (double)self->arrivals / self->days * RECENT_DAYS;
    if (recent > (double)self->made || drawn(self, row, 6) % 2 == 0)
        return drawn(self, row, 7) % self->made;
    return self->made - 1 - (uint64_t)(recent * share(drawn(self, row, 7)));
}

static void make_row(maker *self, uint64_t row)
{
    uint64_t lot = drawn(self, row, 8) % PER_MILLE;
    if (lot >= REPEATS + AMENDMENTS + CANCELLATIONS || self->made == 0) {
        write_row(self, self->made++);
        return;
    }
    uint64_t number = an_earlier_one(self, row);
    standing *stands = &self->standings[number];
    if (lot >= REPEATS && stands->revision < UINT8_MAX) {
        stands->revision++;
        stands->cancelled = lot >= REPEATS + AMENDMENTS;
    }
    write_row(self, number);
}

static uint64_t number_of(const char *given)
{
    uint64_t out = 0;
    if (!text_to_u64(text_of(given), &out) || out == 0) {
        (void)fprintf(stderr, "'%s' is no number above 0\n", given);
        exit(2);
    }
    return out;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"arrivals", required_argument, NULL, 'n'}, {"days", required_argument, NULL, 'd'},
                                            {"until", required_argument, NULL, 'u'},    {"seed", required_argument, NULL, 's'},
                                            {"within", required_argument, NULL, 'w'},   {NULL, 0, NULL, 0}};
    maker self = {.seed = 6, .days = 1096};
    day_number until = day_of(2025, 3, 31);
    const char *within = NULL;
    bool good = true;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        switch (c) {
        case 'n': self.arrivals = number_of(optarg); break;
        case 'd': self.days = (int32_t)number_of(optarg); break;
        case 's': self.seed = number_of(optarg); break;
        case 'w': within = optarg; break;
        case 'u': good = good && date_read(text_of(optarg), &until); break;
        default: good = false;
        }
    if (!good || self.arrivals == 0 || optind != argc) {
        (void)fputs("usage: make_incidents --arrivals N [--days D] [--until DATE] [--seed S] [--within AREA]\n", stderr);
        return 2;
    }
    bench_areas *world = bench_areas_read(within);
    self.world = world;
    self.first = until - self.days + 1;
    self.standings = memory_new(self.arrivals, sizeof *self.standings);
    (void)puts("reference,revision,status,recorded_at,offence,area,markers");
    for (uint64_t row = 0; row < self.arrivals; row++)
        make_row(&self, row);
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    free(self.standings);
    bench_areas_destroy(&world);
    return written ? 0 : 1;
}
