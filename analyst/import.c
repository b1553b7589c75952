/* tocsin import: an ONS lookup (LSOAs, wards) or a mid-year population estimate into the reference data.
 *
 * What is imported lies as plain CSV in the data folder's `imported`, in the form of the reference files, and is
 * read behind them. A later import of the same area or year replaces the earlier one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "command.h"
#include "commands.h"
#include "figures/reference.h"
#include "figures/reference_files.h"
#include "import_form.h"
#include "proto/map.h"

static const char usage[] =
    "usage: tocsin import FILE [--year YEAR] [--data DIR]\n"
    "\n"
    "Loads an ONS lookup CSV (columns such as LSOA21CD, LSOA21NM, WD24CD, LAD24CD, or lsoa21_code, ltla24_code) as areas, or an\n"
    "ONS mid-year estimate CSV (Code, Name, All ages; or a column that names mid-2022) as populations. The aggregator,\n"
    "running or not, takes them over and recounts. They are kept in DIR/imported as plain CSV.\n"
    "\n"
    "  --year YEAR   of an estimate whose file doesn't say it\n"
    "  --data DIR    the aggregator's folder\n"
    "\n"
    "example: tocsin import lookup_lsoa21_ward24_ltla24.csv\n";

enum { OPT_YEAR = OPTION_OWN, PATH_SIZE = 4096, ROW_SIZE_MAX = 64 * 1024, CHUNK_SIZE = 64 * 1024 };

static const struct option long_options[] = {
    PLAIN_OPTIONS,
    {"year", required_argument, NULL, OPT_YEAR},
    {NULL, 0, NULL, 0},
};

struct importing {
    command base;
    const char *path;
    reference *data;          /* what is in force, to tell known areas */
    sheets *into;             /* what was imported before, and now */
    map *rows;                /* key of an imported row -> its index */
    import_form form;         /* of the file; its year, from the start, as the user told it */
    map *taken;               /* keys of this file's rows */
    uint64_t skipped;
    char skipped_example[64];
};

static bool is_lookup(const struct importing *self)
{
    return self->form.kind == IMPORT_LOOKUP;
}

static int take_header(struct importing *self, const csv_row *header)
{
    self->form = import_form_of(header, self->path, self->form.year);
    if (self->form.kind == IMPORT_UNKNOWN)
        return command_fault(&self->base,
                             "%s: is neither a lookup (columns such as LSOA21CD and LAD24CD) nor an estimate (Code and All "
                             "ages)", self->path);
    if (self->form.kind == IMPORT_ESTIMATE && self->form.year == 0)
        return command_fault(&self->base, "%s: doesn't say of which year it is: say --year", self->path);
    return -1;
}

/* --- rows ---------------------------------------------------------------------------------------- */

static text cell(const csv_row *row, int column)
{
    return column >= 0 && (size_t)column < row->count ? text_trim(row->fields[column]) : (text){"", 0};
}

/* The imported row of a key: the one that is there, or a new one. */
static text *row_for(struct importing *self, sheet_name name, text key)
{
    uint32_t index;
    sheet *s = &self->into->each[name];
    if (!map_find(self->taken, key, &index))
        map_put(self->taken, arena_text(self->into->memory, key), 0);
    if (map_find(self->rows, key, &index))
        return s->cells + (size_t)index * s->column_count;
    map_put(self->rows, arena_text(self->into->memory, key), (uint32_t)s->row_count);
    return sheets_row(self->into, name, (uint32_t)s->row_count + 2);
}

static void put_area(struct importing *self, text code, text name, const char *level, text parent)
{
    text *row = row_for(self, SHEET_AREAS, code);
    row[0] = arena_text(self->into->memory, code);
    row[1] = arena_text(self->into->memory, name.size > 0 ? name : code);
    row[2] = text_of(level);
    row[3] = arena_text(self->into->memory, parent);
}

static void skip(struct importing *self, text what)
{
    if (self->skipped++ == 0)
        text_copy(what, self->skipped_example, sizeof self->skipped_example);
}

static void take_lookup_row(struct importing *self, const csv_row *row)
{
    text parent = cell(row, import_form_columns(&self->form, "district")->code);
    const area_columns *ward = import_form_columns(&self->form, "ward");
    if (geography_find(self->data->areas, parent) == AREA_NONE) {
        skip(self, parent);
        return;
    }
    if (ward != NULL && cell(row, ward->code).size > 0) {
        uint32_t known;
        text code = cell(row, ward->code);
        if (!map_find(self->taken, code, &known))
            put_area(self, code, cell(row, ward->name), "ward", parent);
        parent = code;
    }
    for (size_t i = 0; i < self->form.area_count; i++) {
        const area_columns *columns = &self->form.areas[i];
        text code = cell(row, columns->code);
        if (strcmp(columns->kind, "lsoa") == 0 && code.size > 0)
            put_area(self, code, cell(row, columns->name), "lsoa", parent);
    }
}

/* 1,234,567 or 1234567, perhaps with a decimal part that a spreadsheet has left. */
static bool count_people(text value, char out[32])
{
    size_t used = 0;
    for (size_t i = 0; i < value.size && used < 31; i++)
        if (value.at[i] != ',' && value.at[i] != ' ')
            out[used++] = value.at[i];
    out[used] = '\0';
    double people;
    return text_to_double((text){out, used}, &people) && people > 0;
}

static void take_people_row(struct importing *self, const csv_row *row)
{
    char people[32], key[CODE_SIZE_MAX + 8], year[16];
    text code = cell(row, self->form.people_code);
    if (code.size == 0 || code.size > CODE_SIZE_MAX)
        return;
    if (geography_find(self->data->areas, code) == AREA_NONE || !count_people(cell(row, self->form.people_count), people)) {
        skip(self, code);
        return;
    }
    (void)snprintf(key, sizeof key, "%.*s %d", TEXT_ARGS(code), self->form.year);
    (void)snprintf(year, sizeof year, "%d", self->form.year);
    text *to = row_for(self, SHEET_POPULATIONS, text_of(key));
    to[0] = arena_text(self->into->memory, code);
    to[1] = arena_text(self->into->memory, text_of(year));
    to[2] = arena_text(self->into->memory, text_of(people));
    to[3] = arena_print(self->into->memory, "imported from %s", strrchr(self->path, '/') != NULL
                                                                     ? strrchr(self->path, '/') + 1 : self->path);
}

static int take_rows(struct importing *self, csv_reader *reader, bool *have_header)
{
    csv_row row;
    int done = -1;
    status st = csv_reader_next(reader, &row);
    for (; done < 0 && (st == STATUS_OK || st == STATUS_TOO_LARGE); st = csv_reader_next(reader, &row)) {
        if (st == STATUS_TOO_LARGE)
            done = command_fault(&self->base, "%s:%llu: the row can't be read: a quote in it is left open, or it is over 64 "
                                 "KiB", self->path, (unsigned long long)row.line);
        else if (!*have_header)
            done = take_header(self, &row);
        else if (is_lookup(self))
            take_lookup_row(self, &row);
        else
            take_people_row(self, &row);
        *have_header = true;
    }
    return done;
}

static int read_file(struct importing *self)
{
    char chunk[CHUNK_SIZE];
    size_t size;
    bool have_header = false;
    int done = -1;
    FILE *in = fopen(self->path, "rb");
    if (in == NULL)
        return command_fault(&self->base, "%s: %s", self->path, strerror(errno));
    csv_reader *reader = csv_reader_create(ROW_SIZE_MAX);
    while (done < 0 && (size = fread(chunk, 1, sizeof chunk, in)) > 0) {
        csv_reader_feed(reader, chunk, size);
        done = take_rows(self, reader, &have_header);
    }
    if (done < 0 && ferror(in))
        done = command_fault(&self->base, "%s: can't be read to its end: %s", self->path, strerror(errno));
    csv_reader_finish(reader);
    if (done < 0)
        done = take_rows(self, reader, &have_header);
    if (done < 0 && !have_header)
        done = command_fault(&self->base, "%s: is empty", self->path);
    csv_reader_destroy(&reader);
    (void)fclose(in);
    return done;
}

/* --- the imported folder ---------------------------------------------------------------------------- */

/* The file at `path` as it was, for when the new one is refused. */
static void keep(const char *path, const char *kept)
{
    (void)unlink(kept);
    (void)link(path, kept); /* there need not be one */
}

static void put_back(const char *path, const char *kept)
{
    if (rename(kept, path) != 0)
        (void)unlink(path);
}

static int write_imported(const struct importing *self, const char *path, const char *kept)
{
    char folder[PATH_SIZE];
    (void)snprintf(folder, sizeof folder, "%s/imported", self->base.data);
    if ((mkdir(self->base.data, 0750) != 0 && errno != EEXIST) || (mkdir(folder, 0750) != 0 && errno != EEXIST))
        return command_fault(&self->base, "can't make the folder %s: %s", folder, strerror(errno));
    keep(path, kept);
    return reference_files_write(self->into, is_lookup(self) ? SHEET_AREAS : SHEET_POPULATIONS, false, path)
               ? -1 : command_fault(&self->base, "can't write %s: %s", path, strerror(errno));
}

/* What the aggregator refuses is not left lying where its next start would read it. */
static int hand_over(const struct importing *self)
{
    char path[PATH_SIZE], kept[PATH_SIZE + 8];
    jsondoc *answer;
    (void)snprintf(path, sizeof path, "%s/imported/%s.csv", self->base.data,
                   sheet_form_of(is_lookup(self) ? SHEET_AREAS : SHEET_POPULATIONS)->name);
    (void)snprintf(kept, sizeof kept, "%s.before", path);
    int done = write_imported(self, path, kept);
    if (done < 0) {
        done = ask_aggregator(&self->base, "reload", &answer);
        if (done < 0)
            jsondoc_destroy(&answer);
        else
            put_back(path, kept);
    }
    (void)unlink(kept);
    return done;
}

/* What is in force, and what was imported before. */
static int read_known(struct importing *self)
{
    char bundled[PATH_SIZE], imported[PATH_SIZE], hex[DIGEST_HEX_SIZE];
    store *opened = NULL;
    faults *found = faults_create();
    (void)snprintf(imported, sizeof imported, "%s/imported", self->base.data);
    /* Missing required files don't matter: only what was imported is wanted here. */
    self->into = reference_files_read(imported, NULL, found, hex);
    faults_destroy(&found);
    char why[NOTE_SIZE_MAX];
    sheets *in_force = NULL;
    if (store_open_reader(self->base.data, &opened, why) == STATUS_OK)
        (void)store_sheets(opened, &in_force);
    store_close(&opened);
    found = faults_create();
    if (in_force != NULL)
        self->data = reference_create(in_force, found);
    else if (reference_bundled(bundled, sizeof bundled))
        self->data = reference_read(bundled, imported, found, hex);
    faults_destroy(&found);
    return self->data != NULL ? -1 : command_fault(&self->base, "no reference data are at hand");
}

static void index_rows(struct importing *self)
{
    const sheet *areas = &self->into->each[SHEET_AREAS], *people = &self->into->each[SHEET_POPULATIONS];
    self->rows = map_create();
    self->taken = map_create();
    /* An estimate's key has a space in it, an area's code has not. */
    for (size_t row = 0; row < areas->row_count; row++)
        map_put(self->rows, sheet_cell(areas, row, 0), (uint32_t)row);
    for (size_t row = 0; row < people->row_count; row++)
        map_put(self->rows, arena_print(self->into->memory, "%.*s %.*s", TEXT_ARGS(sheet_cell(people, row, 0)),
                                        TEXT_ARGS(sheet_cell(people, row, 1))), (uint32_t)row);
}

static int import_file(struct importing *self)
{
    int done = read_known(self);
    if (done < 0)
        index_rows(self);
    if (done < 0)
        done = read_file(self);
    if (done < 0 && map_count(self->taken) == 0)
        done = command_fault(&self->base, "%s: nothing in it is of an area that areas.csv knows", self->path);
    if (done < 0)
        done = hand_over(self);
    if (done >= 0)
        return done;
    printf("%s: %zu %s taken over", self->path, map_count(self->taken), is_lookup(self) ? "areas" : "estimates");
    if (!is_lookup(self))
        printf(" for mid-%d", self->form.year);
    if (self->skipped > 0)
        printf("; %llu rows left out, as areas.csv does not know their area ('%s' first)",
               (unsigned long long)self->skipped, self->skipped_example);
    puts("; everything is counted anew");
    return COMMAND_FINE;
}

static int take_options(struct importing *self, int argc, char **argv)
{
    uint64_t year;
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (c != OPT_YEAR)
            done = command_option(&self->base, c);
        else if (text_to_u64(text_of(optarg), &year) && year >= 1970 && year <= 2099)
            self->form.year = (int)year;
        else
            done = command_wrong(&self->base, "--year wants a year such as 2024, not '%s'", optarg);
    }
    if (done < 0 && optind + 1 != argc)
        return command_wrong(&self->base, "say one file to import");
    if (done < 0)
        self->path = argv[optind];
    return done;
}

int import_main(int argc, char **argv)
{
    struct importing self = {.base = {.name = "import", .usage = usage, .data = command_default_data()}};
    int done = take_options(&self, argc, argv);
    if (done < 0)
        done = import_file(&self);
    map_destroy(&self.rows);
    map_destroy(&self.taken);
    sheets_destroy(&self.into);
    reference_destroy(&self.data);
    return done;
}
