/* A told stream as a canonical CSV file that grows, read by the collector's own file feed. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/file_feed.h"
#include "told.h"

enum { LINE_MAX_SIZE = 512 };

static const char header[] = "reference,revision,status,recorded_at,offence,area,markers,outcome\n";

bool told_fits_file(const item *one)
{
    const incident *r = &one->record;
    bool dated = r->recorded != DAY_NONE || r->status == RECORD_CANCELLED;
    return r->area_name.size == 0 && r->area_within.size == 0 && dated;
}

static size_t write_line(const item *one, char out[LINE_MAX_SIZE])
{
    const incident *r = &one->record;
    char date[DATE_TEXT] = "";
    if (r->recorded != DAY_NONE)
        (void)date_text(r->recorded, date);
    if (r->month_only)
        date[7] = '\0';
    int size = snprintf(out, LINE_MAX_SIZE, "%.*s,%llu,%s,%s,%.*s,%.*s,%.*s,%.*s\n", TEXT_ARGS(r->reference),
                        (unsigned long long)r->revision, r->status == RECORD_CANCELLED ? "cancelled" : "recorded", date,
                        TEXT_ARGS(r->offence), TEXT_ARGS(r->area), TEXT_ARGS(r->markers), TEXT_ARGS(r->outcome));
    assert(size > 0 && size < LINE_MAX_SIZE);
    return (size_t)size;
}

/* Brings the file to what is available, and a few octets of the next line. */
void told_file_write(told_stream *of, size_t more)
{
    if (of->path[0] == '\0')
        return;
    char *octets = NULL, line[LINE_MAX_SIZE];
    size_t size = 0;
    FILE *whole = open_memstream(&octets, &size), *out = fopen(of->path, of->written > 0 ? "ab" : "wb");
    assert(whole != NULL && out != NULL);
    (void)fputs(header, whole);
    for (size_t i = 0; i < of->available; i++)
        (void)fwrite(line, 1, write_line(&of->items[i], line), whole);
    size_t next = of->available < of->count ? write_line(&of->items[of->available], line) : 0;
    (void)fwrite(line, 1, more < next ? more : 0, whole);
    (void)fclose(whole);
    if (size > of->written)
        (void)fwrite(octets + of->written, 1, size - of->written, out);
    of->written = size > of->written ? size : of->written;
    int closed = fclose(out);
    assert(closed == 0);
    (void)closed;
    free(octets);
}

size_t told_file_items(const told_stream *of, uint64_t offset)
{
    char line[LINE_MAX_SIZE];
    uint64_t end = sizeof header - 1;
    size_t items = 0;
    while (items < of->count && end < offset)
        end += write_line(&of->items[items++], line);
    return end == offset ? items : 0;
}

/* --- the feed ---------------------------------------------------------------------------------- */

/* Stands in front of a file feed and watches what it gives. */
struct watched_feed {
    feed base;
    feed *inner;
    told_stream *stream;
    told_listener listener;
    origin_tally origins;
    size_t next;
};

static struct watched_feed *of(feed *self)
{
    return (struct watched_feed *)(void *)self;
}

static status resume(feed *base, const position *held)
{
    struct watched_feed *self = of(base);
    status st = self->inner->class->resume(self->inner, held);
    self->next = told_file_items(self->stream, self->inner->done);
    return st;
}

static status next(feed *base, arena *memory, message *out)
{
    struct watched_feed *self = of(base);
    status st = self->inner->class->next(self->inner, memory, out);
    if (st != STATUS_OK)
        return st;
    size_t from = (size_t)out->records.incidents[0].line - 2;
    self->next = from + out->records.incident_count;
    self->listener.given(self->listener.context, self->stream, from, self->next);
    return STATUS_OK;
}

static void settled(feed *base)
{
    struct watched_feed *self = of(base);
    self->listener.settled(self->listener.context, self->stream, self->next);
}

static void destroy(feed *base)
{
    of(base)->inner->class->destroy(of(base)->inner);
    free(base);
}

static const feed_class watched_class = {.resume = resume, .next = next, .settled = settled, .destroy = destroy};

static void tell_nobody(const char *path, const char *words)
{
    (void)path, (void)words;
}

feed *told_file_feed_create(told_stream *stream, told_listener listener)
{
    struct watched_feed *self = memory_new(1, sizeof *self);
    text origin = text_of(stream->origin);
    *self = (struct watched_feed){.stream = stream, .listener = listener};
    self->inner = file_feed_create((file_feed_settings){
        .path = stream->path, .file = source_file_open(stream->path), .rows = csv_rows_create(origin), .origin = origin,
        .issued_ns = stream->issued_ns, .follow = stream->follow, .origins = &self->origins, .tell = tell_nobody});
    assert(self->inner != NULL);
    self->base = (feed){.class = &watched_class, .shown = stream->path, .descriptor = -1};
    (void)strcpy(self->base.stream, stream->name);
    return &self->base;
}
