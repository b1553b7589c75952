#include "csv_reader.h"

#include <assert.h>
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "memory.h"

struct csv_reader {
    struct csv_parser parser;
    size_t row_size_max;

    char *data; /* what was fed and not yet returned */
    size_t data_capacity;
    size_t row_at; /* where the present row begins */
    size_t next_at; /* where the next line begins */
    size_t data_end;
    uint64_t offset; /* of data[0] in the stream */
    uint64_t line;   /* of the line at next_at */
    uint64_t row_line;
    bool finished;

    char *cells; /* the present row's fields, one behind the other */
    size_t cells_used, cells_capacity;
    size_t ends[CSV_COLUMNS_MAX]; /* where each field ends in cells */
    text fields[CSV_COLUMNS_MAX];
    size_t count;
    bool too_wide; /* more fields than CSV_COLUMNS_MAX */
    bool row_done;

    bool skipping;      /* inside a line that is given up: until its end */
    uint64_t skipped;   /* octets of it that were dropped */
    size_t kept;        /* octets of it at row_at */
    digest_state *sum;  /* of it but for `last` */
    int last;           /* octet of it that was seen: may be a CR of the line's end; -1: none yet */
};

static int only_line_feed(unsigned char c)
{
    return c == '\n';
}

static void start_parser(csv_reader *self)
{
    int failed = csv_init(&self->parser, 0);
    assert(failed == 0);
    (void)failed;
    csv_set_term_func(&self->parser, only_line_feed);
    csv_set_blk_size(&self->parser, 1024);
}

csv_reader *csv_reader_create(size_t row_size_max)
{
    csv_reader *self = memory_new(1, sizeof *self);
    self->row_size_max = row_size_max;
    self->sum = digest_create();
    self->data = memory_new(self->data_capacity = 1, 1);
    self->cells = memory_new(self->cells_capacity = 1, 1);
    start_parser(self);
    csv_reader_restart(self, 0, 1);
    return self;
}

void csv_reader_destroy(csv_reader **self)
{
    if (*self == NULL)
        return;
    csv_free(&(*self)->parser);
    digest_destroy(&(*self)->sum);
    free((*self)->data);
    free((*self)->cells);
    free(*self);
    *self = NULL;
}

static void forget_row(csv_reader *self)
{
    self->cells_used = 0;
    self->count = 0;
    self->too_wide = false;
    self->row_done = false;
}

/* Drops what libcsv holds of a row that is given up. */
static void reset_parser(csv_reader *self)
{
    csv_free(&self->parser);
    start_parser(self);
    forget_row(self);
}

void csv_reader_restart(csv_reader *self, uint64_t offset, uint64_t line)
{
    reset_parser(self);
    self->row_at = self->next_at = self->data_end = 0;
    self->offset = offset;
    self->line = line;
    self->finished = false;
    self->skipping = false;
}

/* Makes data[0] the first octet that is still needed. */
static void compact(csv_reader *self)
{
    if (self->row_at == 0)
        return;
    memmove(self->data, self->data + self->row_at, self->data_end - self->row_at);
    self->offset += self->row_at;
    self->next_at -= self->row_at;
    self->data_end -= self->row_at;
    self->row_at = 0;
}

static size_t mark_size(const csv_reader *self)
{
    bool at_start = self->offset + self->row_at == 0 && self->data_end - self->row_at >= 3;
    return at_start && memcmp(self->data + self->row_at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

void csv_reader_feed(csv_reader *self, const void *octets, size_t size)
{
    assert(!self->finished);
    compact(self);
    if (self->data_end + size > self->data_capacity) {
        self->data_capacity = (self->data_end + size) * 2;
        self->data = memory_grow(self->data, self->data_capacity, 1);
    }
    if (size > 0)
        memcpy(self->data + self->data_end, octets, size);
    self->data_end += size;
}

void csv_reader_finish(csv_reader *self)
{
    self->finished = true;
}

static void take_field(void *octets, size_t size, void *reader)
{
    csv_reader *self = reader;
    if (self->count == CSV_COLUMNS_MAX) {
        self->too_wide = true;
        return;
    }
    if (self->cells_used + size > self->cells_capacity) {
        self->cells_capacity = (self->cells_used + size) * 2 + 256;
        self->cells = memory_grow(self->cells, self->cells_capacity, 1);
    }
    if (size > 0)
        memcpy(self->cells + self->cells_used, octets, size);
    self->cells_used += size;
    self->ends[self->count++] = self->cells_used;
}

static void take_row(int terminator, void *reader)
{
    (void)terminator;
    ((csv_reader *)reader)->row_done = true;
}

/* One line without its line end, then the end itself: so CR LF and LF read alike, in quotes too. */
static void parse_line(csv_reader *self, const char *at, size_t size)
{
    size_t bare = size > 0 && at[size - 1] == '\r' ? size - 1 : size;
    (void)csv_parse(&self->parser, at, bare, take_field, take_row, self);
    (void)csv_parse(&self->parser, "\n", 1, take_field, take_row, self);
}

static bool between_rows(const csv_reader *self)
{
    return self->parser.pstate == 0;
}

/* Fills `out` with the row that ends at next_at, and moves behind it. */
static void hand_over(csv_reader *self, csv_row *out, size_t raw_size)
{
    size_t begin = 0;
    for (size_t i = 0; i < self->count; i++) {
        self->fields[i] = (text){self->cells + begin, self->ends[i] - begin};
        begin = self->ends[i];
    }
    *out = (csv_row){
        .fields = self->fields,
        .count = self->count,
        .line = self->row_line,
        .end = self->offset + self->next_at,
        .raw = {self->data + self->row_at, raw_size},
        .size = raw_size,
    };
    self->row_at = self->next_at;
}

/* Octets of a line that is given up. */
static void sum_up(csv_reader *self, const char *at, size_t size)
{
    if (size == 0)
        return;
    char last = (char)self->last;
    digest_feed(self->sum, &last, self->last >= 0 ? 1 : 0);
    digest_feed(self->sum, at, size - 1);
    self->last = (unsigned char)at[size - 1];
}

static uint64_t whole_sum(csv_reader *self)
{
    char last = (char)self->last;
    digest_feed(self->sum, &last, self->last >= 0 && self->last != '\r' ? 1 : 0);
    return digest_64(self->sum);
}

/* The row that began at row_at is over its bound: its first line is given up, up to the line's end. */
static void give_up_line(csv_reader *self)
{
    reset_parser(self);
    const char *first = self->data + self->row_at;
    const char *end = memchr(first, '\n', self->data_end - self->row_at);
    self->skipping = true;
    self->skipped = 0;
    self->line = self->row_line;
    self->next_at = end != NULL ? (size_t)(end - self->data) : self->data_end;
    self->kept = self->next_at - self->row_at;
    self->last = -1;
    digest_restart(self->sum);
    sum_up(self, first, self->kept);
    if (self->kept > self->row_size_max) {
        self->skipped = self->kept - self->row_size_max;
        self->kept = self->row_size_max;
    }
}

/* Goes on to the end of the line that is given up. */
static status skip_line(csv_reader *self, csv_row *out)
{
    const char *from = self->data + self->next_at;
    size_t left = self->data_end - self->next_at;
    const char *end = left > 0 ? memchr(from, '\n', left) : NULL;
    size_t size = end != NULL ? (size_t)(end - from) : left;
    self->next_at += size;
    sum_up(self, from, size);
    if (end == NULL && !self->finished) {
        /* Only the beginning is kept; the middle goes, so that memory stays bounded. */
        size_t surplus = self->next_at - self->row_at - self->kept;
        self->skipped += size;
        memmove(self->data + self->row_at + self->kept, self->data + self->next_at,
                self->data_end - self->next_at);
        self->next_at -= surplus;
        self->data_end -= surplus;
        self->offset += surplus;
        return STATUS_AGAIN;
    }
    self->skipped += size;
    if (end != NULL)
        self->next_at++;
    self->line++;
    self->skipping = false;
    uint64_t whole = self->kept + self->skipped - (self->last == '\r' ? 1 : 0);
    hand_over(self, out, self->kept < whole ? self->kept : (size_t)whole);
    out->count = 0;
    out->size = whole;
    out->digest = whole_sum(self);
    return STATUS_TOO_LARGE;
}

/* The next line's size without its line end; false when it is not whole yet. */
static bool next_line(const csv_reader *self, size_t *size, bool *ended)
{
    size_t left = self->data_end - self->next_at;
    const char *from = self->data + self->next_at;
    const char *end = left > 0 ? memchr(from, '\n', left) : NULL;
    *ended = end != NULL;
    *size = end != NULL ? (size_t)(end - from) : left;
    return end != NULL || (self->finished && left > 0);
}

static bool over_bound(const csv_reader *self, size_t line_size)
{
    size_t end = self->next_at + line_size;
    size_t line_end = line_size > 0 && self->data[end - 1] == '\r' ? 1 : 0;
    return end - line_end - self->row_at > self->row_size_max;
}

/* No whole line is left: more may come, or the row is hopeless, or this is the end. */
static status out_of_lines(csv_reader *self, csv_row *out, size_t left)
{
    bool unfinished_row = self->next_at > self->row_at;
    if (over_bound(self, left) || (self->finished && unfinished_row)) {
        give_up_line(self);
        return skip_line(self, out);
    }
    return self->finished ? STATUS_END : STATUS_AGAIN;
}

status csv_reader_next(csv_reader *self, csv_row *out)
{
    if (between_rows(self))
        forget_row(self);
    if (self->skipping)
        return skip_line(self, out);
    for (;;) {
        size_t size;
        bool ended;
        if (between_rows(self)) {
            self->row_at = self->next_at;
            self->row_line = self->line;
            self->row_at += mark_size(self);
            self->next_at = self->row_at;
        }
        if (!next_line(self, &size, &ended))
            return out_of_lines(self, out, size);
        if (over_bound(self, size)) {
            give_up_line(self);
            return skip_line(self, out);
        }
        parse_line(self, self->data + self->next_at, size);
        self->next_at += size + (ended ? 1 : 0);
        self->line++;
        if (!self->row_done)
            continue;
        size_t raw_size = self->next_at - (ended ? 1 : 0) - self->row_at;
        if (raw_size > 0 && self->data[self->row_at + raw_size - 1] == '\r')
            raw_size--;
        hand_over(self, out, raw_size);
        if (!self->too_wide)
            return STATUS_OK;
        out->count = 0;
        return STATUS_TOO_LARGE;
    }
}

int csv_column(const csv_row *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++)
        if (text_equal_caseless(header->fields[i], text_of(name)))
            return (int)i;
    return -1;
}

void csv_write_field(void *file, text field)
{
    FILE *out = file;
    bool plain = true;
    for (size_t i = 0; i < field.size && plain; i++)
        plain = strchr(",\"\r\n", field.at[i]) == NULL && field.at[i] != '\0';
    if (plain && text_trim(field).size < field.size)
        plain = false;
    if (field.size == 0)
        return;
    if (plain)
        (void)fwrite(field.at, 1, field.size, out);
    else
        (void)csv_fwrite(out, field.at, field.size);
}
