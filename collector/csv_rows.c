/* Canonical CSV: columns in any order under a header. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canonical.h"
#include "proto/csv_reader.h"
#include "proto/digest.h"
#include "row_source.h"

struct csv_rows {
    row_source base;
    csv_reader *reader;
    text origin;
    int columns[CANONICAL_FIELDS]; /* where each stands; -1: nowhere */
    size_t width;                  /* columns of the header */
    bool have_header;
    char shown[128];               /* value of the fault at hand */
    char reason[128];              /* its words, where they are made up */
};

static void csv_begin(row_source *base, uint64_t offset, uint64_t line)
{
    struct csv_rows *self = (struct csv_rows *)base;
    csv_reader_restart(self->reader, offset, line);
    if (offset == 0)
        self->have_header = false;
}

static void csv_give(row_source *base, const void *octets, size_t size)
{
    csv_reader_feed(((struct csv_rows *)base)->reader, octets, size);
}

static void csv_finish(row_source *base)
{
    csv_reader_finish(((struct csv_rows *)base)->reader);
}

static void csv_destroy(row_source *base)
{
    struct csv_rows *self = (struct csv_rows *)base;
    csv_reader_destroy(&self->reader);
    free(self);
}

static bool is_utf16(text raw)
{
    return raw.size >= 2 && (memcmp(raw.at, "\xff\xfe", 2) == 0 || memcmp(raw.at, "\xfe\xff", 2) == 0);
}

static int index_of_field(text name)
{
    for (int i = 0; i < CANONICAL_FIELDS; i++)
        if (text_equal_caseless(name, text_of(canonical_name((canonical_field)i))))
            return i;
    return -1;
}

__attribute__((format(printf, 2, 3))) static status bad_header(struct csv_rows *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(self->base.why, sizeof self->base.why, format, args);
    va_end(args);
    return STATUS_REFUSED;
}

/* A data.police.uk file given to the wrong command is the commonest mistake of all. */
static bool is_police_uk(const csv_row *row)
{
    return csv_column(row, "Crime type") >= 0 && csv_column(row, "LSOA code") >= 0;
}

static status find_columns(struct csv_rows *self, const csv_row *row)
{
    for (int i = 0; i < CANONICAL_FIELDS; i++)
        self->columns[i] = -1;
    self->base.note[0] = '\0';
    for (size_t i = 0; i < row->count; i++) {
        int field = index_of_field(text_trim(row->fields[i]));
        if (field >= 0 && self->columns[field] >= 0)
            return bad_header(self, "the column '%s' stands twice in the header", canonical_name((canonical_field)field));
        if (field >= 0)
            self->columns[field] = (int)i;
        else if (self->base.note[0] == '\0')
            (void)snprintf(self->base.note, sizeof self->base.note, "the column '%.*s' is not used",
                           TEXT_ARGS(row->fields[i]));
    }
    text_mend(self->base.note);
    for (int i = 0; i < CANONICAL_FIELDS; i++)
        if (self->columns[i] < 0 && canonical_is_required((canonical_field)i))
            return is_police_uk(row)
                       ? bad_header(self, "this is a data.police.uk file: load it with tocsin-collector police-uk")
                       : bad_header(self, "the column '%s' is missing: the first line must name the columns "
                                    "(reference, recorded_at, offence, area ...)", canonical_name((canonical_field)i));
    return STATUS_OK;
}

static status take_header(struct csv_rows *self, const csv_row *row)
{
    if (is_utf16(row->raw))
        return bad_header(self, "the file is UTF-16: save it as UTF-8 CSV");
    status st = find_columns(self, row);
    if (st != STATUS_OK)
        return st;
    self->width = row->count;
    self->have_header = true;
    self->base.says_markers = self->columns[CANONICAL_MARKERS] >= 0;
    self->base.says_origin = self->columns[CANONICAL_ORIGIN] >= 0;
    return STATUS_OK;
}

static void make_faulty(struct csv_rows *self, const csv_row *row, const incident *read, const char *column,
                        text value, const char *reason, source_row *out)
{
    /* What is shown of a value is cut, and must be text itself. */
    text shown = {value.at, value.size < 80 ? value.size : 80};
    shown.size = text_utf8_fault(shown);
    text_copy(shown, self->shown, sizeof self->shown);
    text origin = read->origin.size <= CODE_SIZE_MAX && text_utf8_fault(read->origin) == read->origin.size
                      ? read->origin : self->origin;
    bool named = read->reference.size <= REFERENCE_SIZE_MAX && text_utf8_fault(read->reference) == read->reference.size;
    out->kind = ROW_FAULTY;
    out->faulty = (faulty){
        .origin = origin,
        .reference = named ? read->reference : (text){"", 0},
        .line = row->line,
        .column = text_of(column),
        .value = text_of(self->shown),
        .reason = text_of(reason),
        .row = row->raw,
        .size = row->size,
        .digest = row->size > row->raw.size ? row->digest : digest_text(row->raw),
    };
}

static void take_row(struct csv_rows *self, const csv_row *row, source_row *out)
{
    text fields[CANONICAL_FIELDS];
    canonical_fault fault;
    incident empty = incident_empty();
    empty.origin = self->origin;
    for (int i = 0; i < CANONICAL_FIELDS; i++) {
        int column = self->columns[i];
        fields[i] = column >= 0 && (size_t)column < row->count ? row->fields[column] : (text){"", 0};
    }
    if (row->count != self->width) {
        (void)snprintf(self->reason, sizeof self->reason,
                       "has %zu columns where the header names %zu: is a comma or a quote amiss?", row->count, self->width);
        empty.reference = fields[CANONICAL_REFERENCE];
        make_faulty(self, row, &empty, "the row", row->raw, self->reason, out);
        return;
    }
    out->kind = ROW_RECORD;
    if (!canonical_read(fields, self->origin, &out->record, &fault))
        make_faulty(self, row, &out->record, fault.column, fault.value, fault.reason, out);
}

static status csv_next(row_source *base, source_row *out)
{
    struct csv_rows *self = (struct csv_rows *)base;
    csv_row row;
    status st = csv_reader_next(self->reader, &row);
    if (st != STATUS_OK && st != STATUS_TOO_LARGE)
        return st == STATUS_END && !self->have_header
                   ? bad_header(self, "the file is empty: the first line must name the columns") : st;
    out->line = row.line;
    out->end = row.end;
    if (!self->have_header) {
        out->kind = ROW_HEADER;
        return st == STATUS_OK ? take_header(self, &row)
                               : bad_header(self, "the first line is over 64 KiB: it must name the columns");
    }
    if (st == STATUS_OK)
        take_row(self, &row, out);
    else {
        incident empty = incident_empty();
        empty.origin = self->origin;
        make_faulty(self, &row, &empty, "the row", row.raw,
                    "is over 64 KiB, or a quote in it never closes: it is kept in part, and reading goes on with the next "
                    "line", out);
    }
    return STATUS_OK;
}

static const row_source_class csv_class = {
    .has_header = true, .begin = csv_begin, .give = csv_give, .finish = csv_finish, .next = csv_next,
    .destroy = csv_destroy,
};

row_source *csv_rows_create(text origin)
{
    struct csv_rows *self = memory_new(1, sizeof *self);
    self->base.class = &csv_class;
    self->reader = csv_reader_create(RECORD_SIZE_MAX);
    self->origin = origin;
    return &self->base;
}
