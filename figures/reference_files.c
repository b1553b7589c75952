#include "reference_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/csv_reader.h"

enum { CHUNK_SIZE = 64 * 1024, PATH_SIZE = 4096, ROW_SIZE_MAX = 64 * 1024 };

/* One file being read. */
typedef struct reading {
    sheets *to;
    sheet_name name;
    const sheet_form *form;
    faults *found;
    digest_state *sum;
    char file[64];  /* as faults name it: "areas.csv" */
    char path[PATH_SIZE];
    int columns[SHEET_COLUMNS_MAX]; /* where each stands in the file; -1: nowhere */
    bool have_header;
    bool imported;
} reading;

static bool known_column(const reading *self, text name)
{
    for (size_t i = 0; i < SHEET_COLUMNS_MAX && self->form->columns[i] != NULL; i++)
        if (text_equal_caseless(name, text_of(self->form->columns[i])))
            return true;
    return false;
}

static void take_header(reading *self, const csv_row *row)
{
    self->have_header = true;
    for (size_t i = 0; i < SHEET_COLUMNS_MAX && self->form->columns[i] != NULL; i++) {
        self->columns[i] = csv_column(row, self->form->columns[i]);
        if (self->columns[i] < 0 && i < self->form->required)
            faults_add(self->found, FAULT_ERROR, self->file, 1, "the column '%s' is missing: the header must name it",
                       self->form->columns[i]);
    }
    for (size_t i = 0; i < row->count; i++)
        if (!known_column(self, row->fields[i]))
            faults_add(self->found, FAULT_WARNING, self->file, 1, "the column '%.*s' is not used",
                       TEXT_ARGS(row->fields[i]));
}

static void take_row(reading *self, const csv_row *row)
{
    uint32_t line = (uint32_t)row->line | (self->imported ? SHEET_IMPORTED : 0);
    text *cells = sheets_row(self->to, self->name, line);
    for (size_t i = 0; i < self->to->each[self->name].column_count; i++) {
        int column = self->columns[i];
        if (column < 0)
            continue;
        if ((size_t)column >= row->count) {
            if (i < self->form->required)
                faults_add(self->found, FAULT_ERROR, self->file, (uint32_t)row->line,
                           "the row has %zu columns, and '%s' stands in column %d", row->count, self->form->columns[i],
                           column + 1);
            continue;
        }
        text value = text_trim(row->fields[column]);
        if (text_utf8_fault(value) < value.size)
            faults_add(self->found, FAULT_ERROR, self->file, (uint32_t)row->line,
                       "'%s' is not UTF-8 text: save the file as UTF-8", self->form->columns[i]);
        else
            cells[i] = arena_text(self->to->memory, value);
    }
}

static bool is_blank(const csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (text_trim(row->fields[i]).size > 0)
            return false;
    return true;
}

static void take_rows(reading *self, csv_reader *reader)
{
    csv_row row;
    status st;
    while ((st = csv_reader_next(reader, &row)) == STATUS_OK || st == STATUS_TOO_LARGE) {
        if (st == STATUS_TOO_LARGE)
            faults_add(self->found, FAULT_ERROR, self->file, (uint32_t)row.line,
                       "the row is over 64 KiB: does a quote stay open?");
        else if (!self->have_header)
            take_header(self, &row);
        else if (!is_blank(&row))
            take_row(self, &row);
    }
}

static void read_file(reading *self, FILE *in)
{
    char chunk[CHUNK_SIZE];
    csv_reader *reader = csv_reader_create(ROW_SIZE_MAX);
    size_t size;
    while ((size = fread(chunk, 1, sizeof chunk, in)) > 0) {
        digest_feed(self->sum, chunk, size);
        csv_reader_feed(reader, chunk, size);
        take_rows(self, reader);
    }
    if (ferror(in))
        faults_add(self->found, FAULT_ERROR, self->file, 0, "can't be read: %s", strerror(errno));
    csv_reader_finish(reader);
    take_rows(self, reader);
    if (!self->have_header)
        faults_add(self->found, FAULT_ERROR, self->file, 0, "is empty: the first line must name the columns");
    csv_reader_destroy(&reader);
}

static void open_file(reading *self, bool required)
{
    FILE *in = fopen(self->path, "rb");
    if (in == NULL) {
        if (required || errno != ENOENT)
            faults_add(self->found, FAULT_ERROR, self->file, 0, "%s: %s", self->path, strerror(errno));
        return;
    }
    digest_feed(self->sum, self->file, strlen(self->file) + 1);
    read_file(self, in);
    (void)fclose(in);
}

static void read_folder(sheets *to, const char *folder, bool imported, faults *found, digest_state *sum)
{
    for (int name = 0; name < SHEETS; name++) {
        reading self = {.to = to, .name = (sheet_name)name, .found = found, .sum = sum, .imported = imported};
        self.form = sheet_form_of(self.name);
        for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
            self.columns[i] = -1;
        (void)snprintf(self.file, sizeof self.file, "%s%s.csv", imported ? "imported/" : "", self.form->name);
        (void)snprintf(self.path, sizeof self.path, "%s/%s.csv", folder, self.form->name);
        open_file(&self, self.form->file_required && !imported);
    }
}

enum { PRIORITIES_SIZE_MAX = 1024 * 1024 };

static void read_priorities(sheets *to, const char *folder, faults *found, digest_state *sum)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/priorities.yaml", folder);
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        if (errno != ENOENT)
            faults_add(found, FAULT_ERROR, "priorities.yaml", 0, "%s: %s", path, strerror(errno));
        return;
    }
    char *octets = arena_take(to->memory, PRIORITIES_SIZE_MAX);
    size_t size = fread(octets, 1, PRIORITIES_SIZE_MAX, in);
    if (ferror(in) || size == PRIORITIES_SIZE_MAX)
        faults_add(found, FAULT_ERROR, "priorities.yaml", 0, "can't be read, or is over 1 MiB");
    (void)fclose(in);
    digest_feed(sum, octets, size);
    to->priorities = (text){octets, size};
}

sheets *reference_files_read(const char *folder, const char *imported, faults *found,
                             char hex[DIGEST_HEX_SIZE])
{
    unsigned char octets[DIGEST_SIZE];
    sheets *made = sheets_create();
    digest_state *all = digest_create();
    read_folder(made, folder, false, found, all);
    read_priorities(made, folder, found, all);
    if (imported != NULL)
        read_folder(made, imported, true, found, all);
    digest_now(all, octets);
    digest_hex(octets, hex);
    digest_destroy(&all);
    return made;
}

static void write_row(FILE *out, const sheet *s, size_t row)
{
    for (size_t i = 0; i < s->column_count; i++) {
        csv_write_field(out, sheet_cell(s, row, i));
        (void)fputc(i + 1 < s->column_count ? ',' : '\n', out);
    }
}

bool reference_files_write(const sheets *from, sheet_name name, bool imported, const char *path)
{
    char beside[PATH_SIZE + 64];
    const sheet *s = &from->each[name];
    const sheet_form *form = sheet_form_of(name);
    (void)snprintf(beside, sizeof beside, "%s.new", path);
    FILE *out = fopen(beside, "w");
    if (out == NULL)
        return false;
    for (size_t i = 0; i < s->column_count; i++)
        (void)fprintf(out, "%s%s", i > 0 ? "," : "", form->columns[i]);
    (void)fputc('\n', out);
    for (size_t row = 0; row < s->row_count; row++)
        if (!imported || (s->lines[row] & SHEET_IMPORTED) != 0)
            write_row(out, s, row);
    bool good = fflush(out) == 0 && !ferror(out) && fsync(fileno(out)) == 0;
    good = fclose(out) == 0 && good;
    return good && rename(beside, path) == 0;
}
