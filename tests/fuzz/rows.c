#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/feed.h"
#include "fuzz.h"

enum { ROWS_MAX = 12 };

/* What was read: in words, and where the first rows end. */
struct reading {
    char *words;
    size_t size;
    FILE *out;
    uint64_t ends[ROWS_MAX], lines[ROWS_MAX];
    size_t behind[ROWS_MAX]; /* of the words */
    size_t count;
    batch sent;
    bool header;
    uint64_t end;
};

static void put_text(FILE *out, text t)
{
    (void)fprintf(out, "%zu:", t.size);
    if (t.size > 0)
        (void)fwrite(t.at, 1, t.size, out);
}

static void put_record(FILE *out, const incident *r)
{
    const text texts[] = {r->origin, r->reference, r->offence, r->area, r->area_name, r->area_within, r->markers,
                          r->outcome, r->recorded_at, r->occurred_at, r->occurred_to};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        put_text(out, texts[i]);
    (void)fprintf(out, "%llu %d %d %d %d %d\n", (unsigned long long)r->revision, (int)r->status, (int)r->recorded,
                  r->month_only, r->latitude_e6, r->longitude_e6);
}

static void take_record(struct reading *self, const incident *r)
{
    const char *field;
    MUST(incident_fault(r, &field) == NULL);
    put_record(self->out, r);
    batch_add(&self->sent, r);
}

static void take_fault(struct reading *self, const faulty *f)
{
    must_be_words(f->reason);
    must_be_words(f->column);
    must_be_words(f->origin);
    MUST(text_utf8_fault(f->value) == f->value.size);
    MUST(text_utf8_fault(f->reference) == f->reference.size);
    MUST(f->line > 0 && f->row.size <= RECORD_SIZE_MAX && f->size >= f->row.size);
    (void)fprintf(self->out, "%llu %llx ", (unsigned long long)f->size, (unsigned long long)f->digest);
    put_text(self->out, f->row);
    put_text(self->out, f->reference);
    batch_add_faulty(&self->sent, f);
}

static status take_rows(struct reading *self, row_source *from)
{
    source_row row;
    status st;
    while ((st = from->class->next(from, &row)) == STATUS_OK) {
        MUST(row.end > self->end);
        self->end = row.end;
        (void)fprintf(self->out, "%llu@%llu ", (unsigned long long)row.line, (unsigned long long)row.end);
        switch (row.kind) {
        case ROW_HEADER: self->header = true; break;
        case ROW_RECORD: take_record(self, &row.record); break;
        case ROW_FAULTY: take_fault(self, &row.faulty); break;
        }
        (void)fputc('\n', self->out);
        (void)fflush(self->out);
        if (self->count < ROWS_MAX) {
            self->ends[self->count] = row.end;
            self->lines[self->count] = row.line;
            self->behind[self->count++] = self->size;
        }
        if (batch_is_full(&self->sent))
            self->sent = batch_open(self->sent.memory);
    }
    if (st == STATUS_REFUSED)
        must_be_words(text_of(from->why));
    return st;
}

static status read_all(struct reading *self, row_source *from, text octets, size_t piece, uint64_t offset, uint64_t line,
                       arena *memory)
{
    status st = STATUS_AGAIN;
    *self = (struct reading){.sent = batch_open(memory)};
    self->out = open_memstream(&self->words, &self->size);
    from->class->begin(from, offset, line);
    for (size_t at = 0; at < octets.size && st == STATUS_AGAIN; at += piece) {
        from->class->give(from, octets.at + at, octets.size - at < piece ? octets.size - at : piece);
        st = take_rows(self, from);
    }
    if (st == STATUS_AGAIN) {
        from->class->finish(from);
        st = take_rows(self, from);
    }
    (void)fclose(self->out);
    MUST(st == STATUS_END || st == STATUS_REFUSED);
    return st;
}

/* What was read goes over the wire as it is. */
static void must_be_sendable(const batch *sent, arena *memory)
{
    message out, in;
    const char *why;
    buffer octets = {0};
    batch_close(sent, text_of("local"), (position){0}, false, &out);
    out.version = WIRE_VERSION;
    out.stream_number = 1;
    out.sequence = 1;
    (void)wire_encode(&out, memory, &octets);
    MUST(wire_decode(octets.data, octets.size, memory, &in, &why) == STATUS_OK);
    MUST(in.records.incident_count == sent->incident_count && in.records.faulty_count == sent->faulty_count);
    buffer_free(&octets);
}

static uint64_t lines_before(text octets, uint64_t end)
{
    uint64_t lines = 0;
    for (uint64_t i = 0; i < end; i++)
        lines += octets.at[i] == '\n';
    return lines;
}

void rows_must_hold(row_source *(*create)(text origin), text octets)
{
    struct reading whole, other;
    arena *memory = arena_create();
    row_source *from = create(text_of("local"));
    size_t piece = octets.size > 0 ? 1 + (unsigned char)octets.at[octets.size - 1] % 13 : 1;
    status st = read_all(&whole, from, octets, octets.size + 1, 0, 1, memory);
    must_be_sendable(&whole.sent, memory);
    MUST(read_all(&other, from, octets, piece, 0, 1, memory) == st);
    MUST(whole.size == other.size && memcmp(whole.words, other.words, whole.size) == 0);
    free(other.words);
    for (size_t i = 0; i < whole.count && (whole.header || !from->class->has_header) && st == STATUS_END; i++) {
        uint64_t end = whole.ends[i];
        MUST(whole.lines[i] <= lines_before(octets, end) + 1);
        (void)read_all(&other, from, (text){octets.at + end, octets.size - end}, 7, end, lines_before(octets, end) + 1, memory);
        MUST(other.size == whole.size - whole.behind[i]);
        MUST(memcmp(whole.words + whole.behind[i], other.words, other.size) == 0);
        free(other.words);
    }
    free(whole.words);
    from->class->destroy(from);
    arena_destroy(&memory);
}
