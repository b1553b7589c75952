/* farrington_flexible of `tocsin stats`: series from a file, wanted weeks from standard input or all of them. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "proto/map.h"
#include "statistics/farrington.h"
#include "stats.h"

enum { CONFIG_SIZE = 16, WEEK = 7 };
enum { SERIES_NAME, SERIES_K, SERIES_DATE, SERIES_OBSERVED };
enum { WANTED_SERIES, WANTED_CONFIG, WANTED_K };

static const stats_column series_columns[] = {
    {"series", STATS_TEXT, false},
    {"k", STATS_STEP, false},
    {"date", STATS_DATE, false},
    {"observed", STATS_COUNT, false},
    {NULL, STATS_TEXT, false},
};

static const stats_column wanted_columns[] = {
    {"series", STATS_TEXT, false},
    {"config", STATS_TEXT, false},
    {"k", STATS_COUNT, false},
    {NULL, STATS_TEXT, false},
};

static const char *const results[] = {"date",           "observed",   "mu0",             "phi",    "mu0_conv",
                                      "phi_conv",       "trend_used", "trend_per_week",  "upperbound",
                                      "upperbound_conv", "pvalue",    "pvalue_conv",     "alarm",  NULL};
enum { RESULTS = sizeof results / sizeof results[0] - 1 };

/* One series of the file. */
typedef struct weekly {
    stats_series rows;
    const double *counts;
    int32_t first_monday;
    double first_k;
} weekly;

typedef struct library {
    stats_table table;
    weekly *series;
    size_t count;
    map *by_name;
} library;

/* Weeks must begin on Mondays, without a gap. */
static bool dates_fit(const command *base, const stats_series *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        day_number day = (day_number)stats_number_at(rows, i, SERIES_DATE);
        day_number wanted = (day_number)stats_number_at(rows, 0, SERIES_DATE) + WEEK * (day_number)i;
        if (weekday_of(day) == 0 && day == wanted)
            continue;
        stats_table_fault(rows->table, base, rows->rows[i], "date",
                          "\"%.*s\" is not %s; give every week by its Monday, in order, and weeks without events as 0",
                          TEXT_ARGS(stats_text_at(rows, i, SERIES_DATE)),
                          weekday_of(day) == 0 ? "seven days after the row before" : "a Monday");
        return false;
    }
    return true;
}

static bool index_series(library *self, const command *base)
{
    const stats_table *table = &self->table;
    size_t *order = stats_table_order(table, 1);
    bool fit = true;
    self->series = arena_take(table->memory, (table->rows + 1) * sizeof *self->series);
    for (size_t first = 0, end; first < table->rows; first = end) {
        end = stats_series_end(table, order, first, 1);
        weekly *made = &self->series[self->count];
        made->rows = (stats_series){table, order + first, end - first};
        made->counts = stats_column_of(&made->rows, SERIES_OBSERVED);
        made->first_monday = (int32_t)stats_number_at(&made->rows, 0, SERIES_DATE);
        made->first_k = stats_number_at(&made->rows, 0, SERIES_K);
        map_put(self->by_name, stats_text_at(&made->rows, 0, SERIES_NAME), (uint32_t)self->count++);
        fit = dates_fit(base, &made->rows) && fit;
    }
    return fit;
}

static int library_read(library *self, const command *base, const char *file, arena *memory)
{
    FILE *from = fopen(file, "rb");
    if (from == NULL)
        return command_fault(base, "--series %s cannot be opened: %s", file, strerror(errno));
    int done = stats_table_read(&self->table, base, from, file, series_columns, 1, memory);
    (void)fclose(from);
    if (done >= 0)
        return done;
    return index_series(self, base) ? -1 : COMMAND_FAULT;
}

/* The delta limit has no mean where it has no limit, as in the package. */
static void fill_cells(const farrington *f, bool delta, stats_cell *out)
{
    double mean = delta && isnan(f->upper) ? NAN : f->mean;
    out[2] = out[4] = stats_number(mean);
    out[3] = out[5] = stats_number(f->phi);
    out[6] = stats_number(f->fitted ? (double)f->trend_used : NAN);
    out[7] = stats_number(f->trend);
    out[8] = out[9] = stats_number(f->upper);
    out[10] = out[11] = stats_number(f->p);
    out[12] = stats_number(f->fitted ? (double)f->alarm : NAN);
}

static bool judge(const weekly *series, size_t at, const farrington_options *options, stats_cell *out)
{
    farrington f = farrington_judge(series->counts, series->first_monday, at, options);
    text date = stats_text_at(&series->rows, at, SERIES_DATE);
    out[0] = stats_words(date.at); /* arena texts end with a NUL */
    out[1] = stats_number(series->counts[at]);
    fill_cells(&f, options->limit == FARRINGTON_DELTA, out);
    return f.fitted;
}

/* Q is in the golden file for information only, and isn't computed: its cells are NA. */
static bool config_read(text name, farrington_options *out, bool *skipped)
{
    char config[CONFIG_SIZE];
    text_copy(name, config, sizeof config);
    *skipped = text_is(name, "Q");
    return *skipped || (name.size < CONFIG_SIZE && farrington_options_named(config, out));
}

/* Fills a wanted row's cells; false when it names what isn't there, which is told. */
static bool answer(const library *self, const command *base, const stats_table *wanted, size_t row, stats_cell *out)
{
    farrington_options options;
    uint32_t which;
    bool skipped;
    for (size_t i = 0; i < RESULTS; i++)
        out[i] = stats_number(NAN);
    text name = stats_table_text(wanted, row, WANTED_SERIES), config = stats_table_text(wanted, row, WANTED_CONFIG);
    if (!map_find(self->by_name, name, &which)) {
        stats_table_fault(wanted, base, row, "series", "\"%.*s\" is not in %s; add it there", TEXT_ARGS(name),
                          self->table.source);
        return false;
    }
    if (!config_read(config, &options, &skipped)) {
        stats_table_fault(wanted, base, row, "config", "\"%.*s\" is unknown; use A, A05, C or E", TEXT_ARGS(config));
        return false;
    }
    const weekly *series = &self->series[which];
    double at = stats_table_number(wanted, row, WANTED_K) - series->first_k;
    if (at < 0 || at >= (double)series->rows.count) {
        stats_table_fault(wanted, base, row, "k", "the series \"%.*s\" has no week %.0f; add it to %s", TEXT_ARGS(name),
                          stats_table_number(wanted, row, WANTED_K), self->table.source);
        return false;
    }
    if (!skipped)
        (void)judge(series, (size_t)at, &options, out);
    return true;
}

static int answer_wanted(const library *self, const command *base, arena *memory)
{
    stats_table wanted;
    int done = stats_table_read(&wanted, base, stdin, "standard input", wanted_columns, 0, memory);
    if (done >= 0)
        return done;
    stats_cell *cells = arena_take(memory, (wanted.rows + 1) * RESULTS * sizeof *cells);
    bool found = true;
    for (size_t row = 0; row < wanted.rows; row++)
        found = answer(self, base, &wanted, row, cells + row * RESULTS) && found;
    if (!found)
        return COMMAND_FAULT;
    stats_print(&wanted, results, cells, base->format);
    return COMMAND_FINE;
}

/* A table as if standard input had named every week that can be judged. */
static int answer_all(const library *self, const command *base, const char *config, arena *memory)
{
    farrington_options options;
    if (!farrington_options_named(config, &options))
        return command_wrong(base, "--all wants a configuration, A, A05, C or E, not '%s'", config);
    text *texts = arena_take(memory, (self->table.rows + 1) * 3 * sizeof *texts);
    stats_cell *cells = arena_take(memory, (self->table.rows + 1) * RESULTS * sizeof *cells);
    stats_table made = {.columns = wanted_columns, .column_count = 3, .present = {true, true, true}, .texts = texts};
    for (size_t s = 0; s < self->count; s++) {
        const stats_series *rows = &self->series[s].rows;
        for (size_t at = 0; at < rows->count; at++) {
            if (!judge(&self->series[s], at, &options, cells + made.rows * RESULTS))
                continue;
            texts[made.rows * 3 + WANTED_SERIES] = stats_text_at(rows, at, SERIES_NAME);
            texts[made.rows * 3 + WANTED_CONFIG] = text_of(config);
            texts[made.rows * 3 + WANTED_K] = stats_text_at(rows, at, SERIES_K);
            made.rows++;
        }
    }
    stats_print(&made, results, cells, base->format);
    return COMMAND_FINE;
}

int stats_farrington(const command *base, const char *file, const char *all)
{
    if (file == NULL)
        return command_wrong(base, "farrington_flexible wants --series FILE, with series,k,date,observed");
    arena *memory = arena_create();
    library self = {.by_name = map_create()};
    int done = library_read(&self, base, file, memory);
    if (done < 0)
        done = all != NULL ? answer_all(&self, base, all, memory) : answer_wanted(&self, base, memory);
    map_destroy(&self.by_name);
    arena_destroy(&memory);
    return done;
}
