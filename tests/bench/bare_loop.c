/* bare_loop - the yardstick: what SQLite takes when nothing else has to be done, in a bare C loop.
 *
 *   bare_loop FILE --data FOLDER [--commit ROWS] [--layout blob|columns] [--counts month|day|month-leaves|day-leaves|none]
 *
 * It keeps what Tocsin's store keeps of the same rows: all versions of every incident, which of them stands, what came
 * before which, and daily counts by offence and marker of each district and of every area above it, all in the same
 * transactions of 10,000 rows, as durable (WAL, synchronous=FULL), with the log moved into the main file beyond 128 MiB.
 * A reference that the table in memory seems to know is confirmed on the stored one; versions that say what a kept one
 * says are dropped.
 *
 * The clock runs from BEGIN to COMMIT (and checkpoints) alone: rows have been read and their codes turned into
 * numbers before, 10,000 at a time, and nothing else is done: no messages, no rejects, no coverage, no levels.
 *
 * The default layout is the fastest of those tried (docs/performance.md has the figures): an append-only table with one blob
 * for all that is only read back whole, and one blob a month of each district, held in memory, so that a transaction writes
 * each month once. Counts of the areas above are sums of these: with `--counts month` they are stored too, as Tocsin does,
 * so that a reader need not add them up; an old correction then rewrites the months of five areas. Keys of day and hash, and
 * an index on references, were measured before and lose more.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bare.h"
#include "bench_areas.h"
#include "proto/csv_reader.h"
#include "proto/digest.h"
#include "proto/map.h"

enum { LOG_MAX = 128 << 20, CHUNK = 1 << 16, ROW_MAX = 1 << 16, COLUMNS = 7 };

/* Where the newest version of an incident stands. */
typedef struct place {
    uint32_t fingerprint;
    uint32_t id;
} place;

typedef struct loop {
    bench_areas *world;
    int (*up)[BARE_UP_MAX]; /* by area */
    FILE *in;
    csv_reader *reader;
    bare_row *rows;
    size_t rows_max;
    place *places;
    uint64_t mask;
    uint32_t newest;
    bare_store *store;
    bare_counts *counts;
    uint64_t taken, accepted;
    double seconds, cpu_seconds;
} loop;

/* --- reading, off the clock ------------------------------------------------------------------------------------- */

static uint8_t offence_number(const loop *self, text code)
{
    for (size_t i = 0; i < BENCH_OFFENCES; i++)
        if (text_equal(self->world->offences[i], code))
            return (uint8_t)i;
    return 0; /* a cancellation names none */
}

static void read_row(const loop *self, const csv_row *from, bare_row *out)
{
    uint64_t revision = 0;
    memset(out, 0, sizeof *out);
    text_copy(from->fields[0], out->reference, sizeof out->reference);
    out->reference_size = (uint8_t)strlen(out->reference);
    (void)text_to_u64(from->fields[1], &revision);
    out->revision = (uint32_t)revision;
    out->cancelled = text_is(from->fields[2], "cancelled");
    (void)date_read(from->fields[3], &out->day);
    out->offence = offence_number(self, from->fields[4]);
    int found = geography_find(self->world->data->areas, from->fields[5]);
    out->area = (uint16_t)(found < 0 ? 0 : found);
    out->marked = from->fields[6].size > 0;
}

static size_t read_rows(loop *self)
{
    char octets[CHUNK];
    csv_row row;
    size_t count = 0;
    while (count < self->rows_max) {
        status said = csv_reader_next(self->reader, &row);
        if (said == STATUS_OK && row.count == COLUMNS && row.line > 1)
            read_row(self, &row, &self->rows[count++]);
        else if (said == STATUS_AGAIN) {
            size_t got = fread(octets, 1, sizeof octets, self->in);
            if (got > 0)
                csv_reader_feed(self->reader, octets, got);
            else
                csv_reader_finish(self->reader);
        } else if (said == STATUS_END)
            break;
    }
    return count;
}

/* --- what the clock measures --------------------------------------------------------------------------------------- */

static bool says_the_same(const bare_row *a, const bare_row *b)
{
    return a->revision == b->revision && a->cancelled == b->cancelled && a->offence == b->offence && a->marked == b->marked &&
           a->area == b->area && a->day == b->day;
}

/* The place of an incident, or a free one. */
static place *find(loop *self, const bare_row *row, bare_row *head, uint32_t *previous, bool *current)
{
    uint32_t fingerprint = (uint32_t)(row->hash >> 32);
    for (uint64_t at = row->hash & self->mask;; at = (at + 1) & self->mask) {
        place *each = &self->places[at];
        if (each->id == 0)
            return each;
        if (each->fingerprint != fingerprint)
            continue;
        bare_store_get(self->store, each->id, head, previous, current);
        if (head->reference_size == row->reference_size && memcmp(head->reference, row->reference, row->reference_size) == 0)
            return each;
    }
}

static void count(loop *self, const bare_row *row, int change)
{
    if (self->counts != NULL && !row->cancelled)
        bare_counts_add(self->counts, row, change);
}

static void add(loop *self, place *where, const bare_row *row, bool stands)
{
    uint32_t previous = where->id;
    *where = (place){(uint32_t)(row->hash >> 32), ++self->newest};
    bare_store_put(self->store, self->newest, previous, stands, row);
    self->accepted++;
}

/* Another version of a known incident: which of them stands, and is it new? */
static void amend(loop *self, place *where, bare_row *each, uint32_t previous, bool current, const bare_row *row)
{
    bare_row standing = *each;
    uint32_t standing_id = where->id;
    for (uint32_t id = where->id;;) {
        if (says_the_same(each, row))
            return;
        if (current) {
            standing = *each;
            standing_id = id;
        }
        id = previous;
        if (id == 0)
            break;
        bare_store_get(self->store, id, each, &previous, &current);
    }
    bool stands = row->revision >= standing.revision;
    add(self, where, row, stands);
    if (!stands)
        return;
    bare_store_replace(self->store, standing_id);
    count(self, &standing, -1);
    count(self, row, 1);
}

static void take(loop *self, const bare_row *row)
{
    bare_row head;
    uint32_t previous = 0;
    bool current = false;
    place *where = find(self, row, &head, &previous, &current);
    if (where->id != 0) {
        amend(self, where, &head, previous, current, row);
        return;
    }
    add(self, where, row, true);
    count(self, row, 1);
}

static void take_all(loop *self, size_t count_of)
{
    bare_store_begin(self->store);
    for (size_t i = 0; i < count_of; i++) {
        bare_row *row = &self->rows[i];
        row->hash = digest_text((text){row->reference, row->reference_size});
        __builtin_prefetch(&self->places[row->hash & self->mask]);
    }
    for (size_t i = 0; i < count_of; i++)
        take(self, &self->rows[i]);
    if (self->counts != NULL)
        bare_counts_changed(self->counts, bare_store_put_block, self->store);
    bare_store_commit(self->store);
    bare_store_checkpoint(self->store, LOG_MAX);
    self->taken += count_of;
}

/* --- around it ----------------------------------------------------------------------------------------------------- */

static double now_s(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run(loop *self)
{
    for (size_t got; (got = read_rows(self)) > 0;) {
        double began = now_s(CLOCK_MONOTONIC), cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
        take_all(self, got);
        self->seconds += now_s(CLOCK_MONOTONIC) - began;
        self->cpu_seconds += now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    }
}

static void find_ways_up(loop *self, bool leaves)
{
    const geography *all = self->world->data->areas;
    self->up = memory_new((size_t)geography_count(all), sizeof *self->up);
    for (int i = 0; i < geography_count(all); i++) {
        int n = 0;
        for (int at = i; at != AREA_NONE && n < BARE_UP_MAX - 1 && (n == 0 || !leaves); at = geography_up(all, at))
            self->up[i][n++] = at;
        self->up[i][n] = -1;
    }
}

static int usage(void)
{
    (void)fputs("usage: bare_loop FILE --data FOLDER [--commit ROWS] [--layout blob|columns]\n"
                "                 [--counts month|day|month-leaves|day-leaves|none]\n", stderr);
    return 2;
}

static void make_places(loop *self, const char *file)
{
    struct stat st;
    uint64_t capacity = 1 << 16;
    while (stat(file, &st) == 0 && capacity < (uint64_t)st.st_size / 35) /* a row is some 60 octets */
        capacity *= 2;
    self->mask = capacity - 1;
    self->places = memory_new(capacity, sizeof *self->places);
    memset(self->places, 0, capacity * sizeof *self->places); /* its pages are not the loop's business */
}

static void tell(const loop *self, const char *path)
{
    struct rusage used;
    struct stat st = {0};
    (void)getrusage(RUSAGE_SELF, &used);
    (void)stat(path, &st);
    (void)printf("{\"rows\": %llu, \"versions\": %llu, \"seconds\": %.4f, \"rate\": %.0f, \"cpu_s\": %.4f, \"rss_kib\": %ld, "
                 "\"disk\": %lld}\n", (unsigned long long)self->taken, (unsigned long long)self->accepted, self->seconds,
                 (double)self->taken / self->seconds, self->cpu_seconds, used.ru_maxrss, (long long)st.st_size);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"data", required_argument, NULL, 'd'}, {"commit", required_argument, NULL, 'c'},
                                            {"layout", required_argument, NULL, 'l'}, {"counts", required_argument, NULL, 'k'},
                                            {NULL, 0, NULL, 0}};
    const char *folder = NULL, *layout = "blob", *counts = "month-leaves";
    char path[4096];
    loop self = {.rows_max = 10000};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        switch (c) {
        case 'd': folder = optarg; break;
        case 'c': self.rows_max = strtoul(optarg, NULL, 10); break;
        case 'l': layout = optarg; break;
        case 'k': counts = optarg; break;
        default: return usage();
        }
    if (folder == NULL || optind + 1 != argc || self.rows_max == 0)
        return usage();
    self.in = fopen(argv[optind], "rb");
    if (self.in == NULL) {
        perror(argv[optind]);
        return 1;
    }
    (void)snprintf(path, sizeof path, "%s/bare.db", folder);
    self.world = bench_areas_read(NULL);
    self.reader = csv_reader_create(ROW_MAX);
    self.rows = memory_new(self.rows_max, sizeof *self.rows);
    find_ways_up(&self, strstr(counts, "leaves") != NULL);
    make_places(&self, argv[optind]);
    self.store = bare_store_open(path, strcmp(layout, "columns") == 0);
    if (strcmp(counts, "none") != 0)
        self.counts = bare_counts_create((const int (*)[BARE_UP_MAX])self.up, strncmp(counts, "day", 3) == 0);
    run(&self);
    bare_store_checkpoint(self.store, 0);
    tell(&self, path);
    bare_store_close(&self.store);
    if (self.counts != NULL)
        bare_counts_destroy(&self.counts);
    csv_reader_destroy(&self.reader);
    bench_areas_destroy(&self.world);
    free(self.rows);
    free(self.places);
    free(self.up);
    (void)fclose(self.in);
    return 0;
}
