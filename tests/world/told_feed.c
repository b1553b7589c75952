/* The feed of a told stream: what a file feed does with a file, with a list. */
#include <stdlib.h>
#include <string.h>

#include "told.h"

struct told_feed {
    feed base;
    told_stream *stream;
    told_listener listener;
    size_t next;
};

static struct told_feed *of(feed *self)
{
    return (struct told_feed *)(void *)self;
}

static text digest_at(const told_stream *stream, size_t offset)
{
    static const uint64_t nothing = 0;
    return (text){(const char *)(offset > 0 ? &stream->items[offset - 1].digest : &nothing), sizeof nothing};
}

static status resume(feed *base, const position *held)
{
    struct told_feed *self = of(base);
    bool fits = held->held && held->offset <= self->stream->available &&
                text_equal(held->digest, digest_at(self->stream, held->offset));
    self->next = fits ? held->offset : 0;
    return STATUS_OK;
}

static bool is_row(const item *one)
{
    return one->kind == ITEM_RECORD || one->kind == ITEM_FAULTY;
}

/* Rows that follow on one another, as many as the stream puts into one message. */
static void give_rows(struct told_feed *self, arena *memory, message *out)
{
    const told_stream *s = self->stream;
    batch full = batch_open(memory);
    bool in_issue = s->items[self->next].in_issue;
    size_t end = self->next + s->batch_max < s->available ? self->next + s->batch_max : s->available;
    for (; self->next < end && is_row(&s->items[self->next]); self->next++) {
        const item *one = &s->items[self->next];
        if (one->kind == ITEM_RECORD)
            batch_add(&full, &one->record);
        else
            batch_add_faulty(&full, &one->row);
    }
    position after = {.offset = self->next, .digest = digest_at(s, self->next), .held = !in_issue};
    batch_close(&full, text_of(s->origin), after, self->next < s->available, out);
}

static status next(feed *base, arena *memory, message *out)
{
    struct told_feed *self = of(base);
    told_stream *s = self->stream;
    size_t from = self->next;
    if (from == s->available)
        return s->follow ? STATUS_AGAIN : STATUS_END;
    const item *one = &s->items[from];
    switch (one->kind) {
    case ITEM_RECORD:
    case ITEM_FAULTY: give_rows(self, memory, out); break;
    case ITEM_COVERAGE: *out = (message){.kind = MESSAGE_COVERAGE, .coverage = one->coverage}; break;
    case ITEM_ISSUE_BEGINS: *out = (message){.kind = MESSAGE_SNAPSHOT_BEGIN, .snapshot_begin = one->begins}; break;
    case ITEM_ISSUE_ENDS:
        *out = (message){.kind = MESSAGE_SNAPSHOT_END,
                         .snapshot_end = {.offset = from + 1, .digest = digest_at(s, from + 1), .held = true}};
        break;
    }
    self->next = is_row(one) ? self->next : from + 1;
    self->listener.given(self->listener.context, s, from, self->next);
    return STATUS_OK;
}

static void settled(feed *base)
{
    struct told_feed *self = of(base);
    self->listener.settled(self->listener.context, self->stream, self->next);
}

static void destroy(feed *base)
{
    free(base);
}

static const feed_class told_class = {.resume = resume, .next = next, .settled = settled, .destroy = destroy};

feed *told_feed_create(told_stream *stream, told_listener listener)
{
    if (stream->path[0] != '\0')
        return told_file_feed_create(stream, listener);
    struct told_feed *self = memory_new(1, sizeof *self);
    *self = (struct told_feed){.stream = stream, .listener = listener};
    self->base = (feed){.class = &told_class, .shown = stream->name, .claims = stream->claims,
                         .claim_count = stream->claim_count, .descriptor = -1};
    (void)strcpy(self->base.stream, stream->name);
    return &self->base;
}
