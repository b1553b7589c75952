/* Must hold for all octets: they give the same rows in pieces as at once and from behind any row; every octet but line ends, blank
 * lines and a mark belongs to just one row; what a row's fields are written as reads back as them. The first octet chooses the
 * bound of a row. */
#include "proto/csv_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { ROWS_MAX = 8 };

struct reading {
    char *words;
    size_t size;
    uint64_t ends[ROWS_MAX];
    size_t behind[ROWS_MAX];
    size_t count;
    uint64_t end;
};

/* Within quotes, too, CR LF is read as LF. */
static bool has_crlf(text field)
{
    return field.size > 0 && memmem(field.at, field.size, "\r\n", 2) != NULL;
}

static void written_must_read_back(const csv_row *row)
{
    char *octets = NULL;
    size_t size = 0;
    csv_row again;
    FILE *out = open_memstream(&octets, &size);
    (void)fputs("head\n", out); /* else a mark at the beginning would be passed over */
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            (void)fputc(',', out);
        csv_write_field(out, row->fields[i]);
    }
    (void)fputs(",end\n", out); /* a row of one empty field would be a blank line */
    (void)fclose(out);
    csv_reader *reader = csv_reader_create(1 << 20);
    csv_reader_feed(reader, octets, size);
    csv_reader_finish(reader);
    MUST(csv_reader_next(reader, &again) == STATUS_OK);
    status st = csv_reader_next(reader, &again);
    MUST(st == STATUS_OK || (st == STATUS_TOO_LARGE && row->count == CSV_COLUMNS_MAX));
    for (size_t i = 0; i < row->count && st == STATUS_OK; i++)
        MUST(text_equal(again.fields[i], row->fields[i]) || has_crlf(row->fields[i]));
    csv_reader_destroy(&reader);
    free(octets);
}

static void take_row(struct reading *self, FILE *out, status st, const csv_row *row, size_t bound)
{
    MUST(row->line > 0 && row->end > self->end);
    MUST(st == STATUS_TOO_LARGE ? row->count == 0 : row->count > 0 && row->size == row->raw.size);
    MUST(row->raw.size <= bound && row->size >= row->raw.size);
    self->end = row->end;
    (void)fprintf(out, "%d %llu@%llu %llu %llx|", (int)st, (unsigned long long)row->line, (unsigned long long)row->end,
                  (unsigned long long)row->size, (unsigned long long)row->digest);
    if (row->raw.size > 0)
        (void)fwrite(row->raw.at, 1, row->raw.size, out);
    for (size_t i = 0; i < row->count; i++) {
        (void)fprintf(out, "|%zu:", row->fields[i].size);
        if (row->fields[i].size > 0)
            (void)fwrite(row->fields[i].at, 1, row->fields[i].size, out);
    }
    (void)fputc('\n', out);
    (void)fflush(out);
    if (self->count < ROWS_MAX) {
        self->ends[self->count] = row->end;
        self->behind[self->count++] = self->size;
    }
    written_must_read_back(row);
}

static void read_all(struct reading *self, text octets, size_t piece, uint64_t offset, uint64_t line, size_t bound)
{
    csv_row row;
    status st = STATUS_AGAIN;
    *self = (struct reading){0};
    FILE *out = open_memstream(&self->words, &self->size);
    csv_reader *reader = csv_reader_create(bound);
    csv_reader_restart(reader, offset, line);
    for (size_t at = 0; st == STATUS_AGAIN; at += piece) {
        if (at < octets.size)
            csv_reader_feed(reader, octets.at + at, octets.size - at < piece ? octets.size - at : piece);
        else
            csv_reader_finish(reader);
        while ((st = csv_reader_next(reader, &row)) == STATUS_OK || st == STATUS_TOO_LARGE)
            take_row(self, out, st, &row, bound);
    }
    MUST(st == STATUS_END);
    csv_reader_destroy(&reader);
    (void)fclose(out);
}

static uint64_t lines_before(text octets, uint64_t end)
{
    uint64_t lines = 0;
    for (uint64_t i = 0; i < end; i++)
        lines += octets.at[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct reading whole, other;
    if (size == 0)
        return 0;
    size_t bound = 8 + octets[0];
    text content = {(const char *)octets + 1, size - 1};
    read_all(&whole, content, content.size + 1, 0, 1, bound);
    read_all(&other, content, 1 + octets[0] % 7, 0, 1, bound);
    MUST(whole.size == other.size && memcmp(whole.words, other.words, whole.size) == 0);
    free(other.words);
    for (size_t i = 0; i < whole.count; i++) {
        uint64_t end = whole.ends[i];
        read_all(&other, (text){content.at + end, content.size - end}, 5, end, lines_before(content, end) + 1, bound);
        MUST(other.size == whole.size - whole.behind[i]);
        MUST(memcmp(whole.words + whole.behind[i], other.words, other.size) == 0);
        free(other.words);
    }
    free(whole.words);
    return 0;
}
