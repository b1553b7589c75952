/* tocsin stats: the statistics kernel laid open, a table in and a table out. */
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "proto/csv_reader.h"
#include "proto/jsondoc.h"

static const char usage_head[] =
    "usage: tocsin stats FUNCTION [--format csv|json] < input.csv > output.csv\n"
    "       tocsin stats farrington_flexible --series FILE [--all CONFIG] [--format csv|json]\n"
    "\n"
    "Runs one of the detectors' functions on a table of your own, to hold it against other software. Reads CSV with a\n"
    "header: the columns below, in any order; others are passed over, and so are lines that begin with #. Writes those\n"
    "columns and the results, with all digits (JSON: ten). NA means not defined.\n"
    "\n";

static const char usage_foot[] =
    "\n"
    "farrington_flexible: FILE has the weekly series, one row a week without gaps, date the week's Monday. Standard input\n"
    "names the weeks wanted. CONFIG is A (the detector's own: 4 years, 10 seasons, alpha .005), A05 (alpha .05), C\n"
    "(delta limit) or E (windows alone); with --all CONFIG standard input isn't read, and every week is judged that\n"
    "has enough history.\n"
    "\n"
    "Exit status: 0 fine, 1 a fault in the input, 2 used wrongly.\n"
    "\n"
    "examples:\n"
    "  printf 'cur,prev,exposure_cur,exposure_prev\\n955,767,1,1\\n' | tocsin stats poisson_rate_ratio\n"
    "  tocsin stats farrington_flexible --series weekly.csv --all A > judged.csv\n";

static const char farrington_name[] = "farrington_flexible";

enum { OPT_SERIES = OPTION_OWN, OPT_ALL };

static const struct option long_options[] = {
    {"series", required_argument, NULL, OPT_SERIES},
    {"all", required_argument, NULL, OPT_ALL},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* --- cells and series ------------------------------------------------------------------------------ */

stats_cell stats_number(double number)
{
    return (stats_cell){.number = number};
}

stats_cell stats_literal(double number)
{
    return (stats_cell){.number = number, .literal = true};
}

stats_cell stats_words(const char *words)
{
    return (stats_cell){.words = words};
}

text stats_text_at(const stats_series *self, size_t i, size_t column)
{
    return stats_table_text(self->table, self->rows[i], column);
}

double stats_number_at(const stats_series *self, size_t i, size_t column)
{
    return stats_table_number(self->table, self->rows[i], column);
}

double *stats_column_of(const stats_series *self, size_t column)
{
    double *made = arena_take(self->table->memory, (self->count + 1) * sizeof *made);
    for (size_t i = 0; i < self->count; i++)
        made[i] = stats_number_at(self, i, column);
    return made;
}

/* What the order of rows goes by. */
struct grouping {
    const stats_table *table;
    size_t keys;
};

static int compare_keys(const struct grouping *by, size_t a, size_t b)
{
    int order = 0;
    for (size_t c = 0; c < by->keys && order == 0; c++)
        order = text_compare(stats_table_text(by->table, a, c), stats_table_text(by->table, b, c));
    return order;
}

static int by_keys(const void *left, const void *right, void *grouping)
{
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    int order = compare_keys(grouping, a, b);
    return order != 0 ? order : a < b ? -1 : a > b;
}

size_t *stats_table_order(const stats_table *self, size_t keys)
{
    struct grouping by = {self, keys};
    size_t *order = arena_take(self->memory, (self->rows + 1) * sizeof *order);
    for (size_t i = 0; i < self->rows; i++)
        order[i] = i;
    if (keys > 0)
        qsort_r(order, self->rows, sizeof *order, by_keys, &by);
    return order;
}

size_t stats_series_end(const stats_table *self, const size_t *order, size_t first, size_t keys)
{
    const struct grouping by = {self, keys};
    size_t end = first + 1;
    while (keys > 0 && end < self->rows && compare_keys(&by, order[first], order[end]) == 0)
        end++;
    return end;
}

/* --- printing -------------------------------------------------------------------------------------- */

static size_t count_of(const char *const *names)
{
    size_t count = 0;
    while (names[count] != NULL)
        count++;
    return count;
}

static void print_cell(const stats_cell *cell)
{
    if (cell->words != NULL)
        csv_write_field(stdout, text_of(cell->words));
    else if (isnan(cell->number))
        (void)fputs(cell->literal ? "NaN" : "NA", stdout);
    else if (isinf(cell->number))
        (void)fputs(cell->number > 0 ? "Inf" : "-Inf", stdout);
    else
        printf("%.17g", cell->number + 0); /* no minus before a zero */
}

static void print_header(const stats_table *table, const char *const *results)
{
    const char *comma = "";
    for (size_t c = 0; c < table->column_count; c++) {
        if (!table->present[c])
            continue;
        printf("%s%s", comma, table->columns[c].name);
        comma = ",";
    }
    for (size_t r = 0; results[r] != NULL; r++)
        printf(",%s", results[r]);
    (void)putchar('\n');
}

static void print_row(const stats_table *table, size_t row, const stats_cell *cells, size_t count)
{
    const char *comma = "";
    for (size_t c = 0; c < table->column_count; c++) {
        if (!table->present[c])
            continue;
        (void)fputs(comma, stdout);
        csv_write_field(stdout, stats_table_text(table, row, c));
        comma = ",";
    }
    for (size_t r = 0; r < count; r++) {
        (void)putchar(',');
        print_cell(&cells[r]);
    }
    (void)putchar('\n');
}

static void put_cell(jsondoc *object, const char *key, const stats_cell *cell)
{
    if (cell->words != NULL)
        jsondoc_put_text(object, key, text_of(cell->words));
    else if (isinf(cell->number))
        jsondoc_put_text(object, key, text_of(cell->number > 0 ? "Inf" : "-Inf"));
    else
        jsondoc_put_number(object, key, cell->number);
}

static void print_json(const stats_table *table, const char *const *results, const stats_cell *cells, size_t count)
{
    jsondoc *array = jsondoc_array();
    for (size_t row = 0; row < table->rows; row++) {
        jsondoc *object = jsondoc_add_object(array);
        for (size_t c = 0; c < table->column_count; c++)
            if (table->present[c])
                jsondoc_put_text(object, table->columns[c].name, stats_table_text(table, row, c));
        for (size_t r = 0; r < count; r++)
            put_cell(object, results[r], &cells[row * count + r]);
    }
    jsondoc_write(array, stdout, true);
    jsondoc_destroy(&array);
}

void stats_print(const stats_table *table, const char *const *results, const stats_cell *cells, output_format format)
{
    size_t count = count_of(results);
    if (format == FORMAT_JSON) {
        print_json(table, results, cells, count);
        return;
    }
    print_header(table, results);
    for (size_t row = 0; row < table->rows; row++)
        print_row(table, row, cells + row * count, count);
}

/* --- a table through a function -------------------------------------------------------------------- */

/* Does every row make sense as a whole? What doesn't is told. */
static bool rows_fit(const stats_function *function, const command *base, const stats_series *all)
{
    size_t wrong = 0;
    if (function->complaint == NULL)
        return true;
    for (size_t i = 0; i < all->count; i++) {
        const char *complaint = function->complaint(all, i);
        if (complaint != NULL && ++wrong <= 20)
            stats_table_fault(all->table, base, all->rows[i], NULL, "%s", complaint);
    }
    return wrong == 0;
}

static void compute(const stats_function *function, const stats_table *table, const size_t *order, stats_cell *cells)
{
    size_t count = count_of(function->results);
    stats_cell *part = arena_take(table->memory, (table->rows + 1) * count * sizeof *part);
    for (size_t first = 0, end; first < table->rows; first = end) {
        end = stats_series_end(table, order, first, function->keys);
        const stats_series series = {table, order + first, end - first};
        function->compute(&series, part);
        for (size_t i = first; i < end; i++)
            memcpy(cells + order[i] * count, part + (i - first) * count, count * sizeof *cells);
    }
}

static int run(const stats_function *function, const command *base)
{
    arena *memory = arena_create();
    stats_table table;
    int done = stats_table_read(&table, base, stdin, "standard input", function->columns, function->keys, memory);
    if (done < 0) {
        size_t *order = stats_table_order(&table, function->keys);
        const stats_series all = {&table, order, table.rows};
        stats_cell *cells = arena_take(memory, (table.rows + 1) * count_of(function->results) * sizeof *cells);
        done = rows_fit(function, base, &all) ? COMMAND_FINE : COMMAND_FAULT;
        if (done == COMMAND_FINE) {
            compute(function, &table, order, cells);
            stats_print(&table, function->results, cells, base->format);
        }
    }
    arena_destroy(&memory);
    return done;
}

/* --- the command line ------------------------------------------------------------------------------ */

static void print_functions(const stats_function *functions)
{
    for (; functions->name != NULL; functions++) {
        printf("  %-20s %s\n  %20s ", functions->name, functions->does, "");
        for (const stats_column *c = functions->columns; c->name != NULL; c++)
            printf("%s%s%s%s", c == functions->columns ? "" : ",", c->optional ? "[" : "", c->name, c->optional ? "]" : "");
        (void)putchar('\n');
    }
}

static int print_usage(void)
{
    (void)fputs(usage_head, stdout);
    print_functions(stats_row_functions);
    print_functions(stats_series_functions);
    printf("  %-20s weeks against the same season of past years (D4)\n  %20s series,config,k; the file: "
           "series,k,date,observed\n", farrington_name, "");
    (void)fputs(usage_foot, stdout);
    return COMMAND_FINE;
}

static const stats_function *find(const char *name)
{
    static const stats_function *const lists[] = {stats_row_functions, stats_series_functions};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const stats_function *f = lists[i]; f->name != NULL; f++)
            if (strcmp(f->name, name) == 0)
                return f;
    return NULL;
}

static int finish(const command *base, int done)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return command_fault(base, "the results could not be written: %s", strerror(errno));
    return done;
}

static int dispatch(const command *base, const char *name, const char *file, const char *all)
{
    if (strcmp(name, farrington_name) == 0)
        return stats_farrington(base, file, all);
    const stats_function *function = find(name);
    if (function == NULL)
        return command_wrong(base, "there is no function '%s'", name);
    if (file != NULL || all != NULL)
        return command_wrong(base, "--series and --all go with %s only", farrington_name);
    return run(function, base);
}

int stats_main(int argc, char **argv)
{
    command base = {.name = "stats", .usage = "", .format = FORMAT_CSV};
    const char *file = NULL, *all = NULL;
    for (int c, done; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (c == OPTION_HELP)
            return finish(&base, print_usage());
        if (c == OPT_SERIES)
            file = optarg;
        else if (c == OPT_ALL)
            all = optarg;
        else if ((done = command_option(&base, c)) >= 0)
            return done;
    }
    if (base.format == FORMAT_TABLE)
        return command_wrong(&base, "--format wants csv or json");
    if (optind == argc)
        return command_wrong(&base, "say which function");
    if (optind + 1 < argc)
        return command_wrong(&base, "what is '%s'? The table is read from standard input", argv[optind + 1]);
    return finish(&base, dispatch(&base, argv[optind], file, all));
}
