#include "spool_feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intake.h"
#include "origin_tally.h"
#include "spool_reader.h"

struct spool_feed {
    feed base;
    spool_feed_settings settings;
    spool *log;
    spool_reader *reader;
    intake *intake;       /* NULL: nothing comes in */
    int64_t now_ns;
    uint64_t mine;        /* inputs from this offset on are this run's own */
    uint64_t stored;      /* the aggregator has everything before */
    uint64_t row_end;     /* offset behind the last row that was sent */
    bool read_before;     /* this process has begun to read it once */
    origin_tally origins; /* of the input at hand */
    size_t covers_sent;   /* of it */
    coverage_declaration claims[CLAIMS_MAX];
    char origin_room[CODE_SIZE_MAX + 1];
};

static struct spool_feed *of(const feed *self)
{
    return (struct spool_feed *)(uintptr_t)self;
}

/* Will nothing more be written? */
static bool is_done(const struct spool_feed *self)
{
    return self->intake != NULL ? intake_is_done(self->intake) : !spool_is_open(self->log);
}

static void tell(const struct spool_feed *self, const char *words)
{
    self->settings.tell(self->settings.folder, words);
}

/* --- where the aggregator stands ------------------------------------------------------------------- */

/* What will be declared is claimed first, as soon as it is known in whose name. */
static status feed_prepare(feed *base)
{
    struct spool_feed *self = of(base);
    text origin;
    base->claim_count = 0;
    if (self->intake == NULL || !intake_origin(self->intake, &origin))
        return STATUS_OK;
    for (size_t i = 0; i < self->settings.run.cover_count && i < CLAIMS_MAX; i++) {
        self->claims[i] = self->settings.run.covers[i];
        self->claims[i].origin = origin;
        base->claim_count = i + 1;
    }
    return STATUS_OK;
}

static void feed_stored(feed *base, uint64_t offset)
{
    struct spool_feed *self = of(base);
    self->stored = offset;
    spool_drop(self->log, offset, is_done(self), self->now_ns);
}

static void tell_gone(const struct spool_feed *self, uint64_t held, uint64_t first)
{
    char words[512];
    (void)snprintf(words, sizeof words, "the aggregator holds this spool up to octet %llu, but it begins at %llu: what lay "
                   "between was stored by an aggregator once, and deleted here. Is this another one, or was it restored from "
                   "an older backup? Then send the records of that time again", (unsigned long long)held,
                   (unsigned long long)first);
    tell(self, words);
}

/* From where on the aggregator needs what the spool has. */
static uint64_t needed_from(struct spool_feed *self, const position *held)
{
    uint64_t first = spool_first(self->log), last = spool_last(self->log);
    uint64_t offset = held->held && text_equal(held->digest, spool_id(self->log)) ? held->offset : 0;
    if (offset > last) {
        tell(self, "the aggregator holds more of this spool than there is: was it restored from a copy? All of it is sent again");
        return first;
    }
    if (offset < first)
        tell_gone(self, offset, first);
    else if (offset > 0)
        feed_stored(&self->base, offset);
    return offset > first ? offset : first;
}

static void begin_input(struct spool_feed *self)
{
    self->origins = (origin_tally){0};
    self->covers_sent = 0;
}

static status feed_resume(feed *base, const position *held)
{
    struct spool_feed *self = of(base);
    bool all = self->settings.from_start && !self->read_before;
    self->read_before = true;
    self->row_end = all ? spool_first(self->log) : needed_from(self, held);
    /* Dropping may have moved what is kept behind what was needed. */
    if (self->row_end < spool_first(self->log))
        self->row_end = spool_first(self->log);
    begin_input(self);
    spool_reader_seek(self->reader, self->row_end);
    return STATUS_OK;
}

/* --- sending ------------------------------------------------------------------------------------- */

static position position_at(const struct spool_feed *self, uint64_t offset)
{
    return (position){.offset = offset, .digest = spool_id(self->log), .held = true};
}

static void add_row(struct spool_feed *self, const source_row *row, batch *to)
{
    incident record = row->record;
    if (row->kind == ROW_FAULTY)
        batch_add_faulty(to, &row->faulty);
    else {
        record.line = row->line;
        origin_tally_add(&self->origins, record.origin);
        batch_add(to, &record);
    }
    self->row_end = row->end;
}

static text batch_origin(const struct spool_feed *self, const input_facts *facts)
{
    return facts->run != NULL ? facts->run->origin : self->settings.run.origin;
}

static bool declares(const struct spool_feed *self, const input_facts *facts)
{
    bool earlier = facts->offset < self->mine;
    return facts->whole && !(earlier && self->settings.forget_covers) && self->covers_sent < facts->run->cover_count;
}

static void next_cover(struct spool_feed *self, const input_facts *facts, message *out)
{
    coverage_declaration what = facts->run->covers[self->covers_sent++];
    if (facts->offset < self->mine && self->covers_sent == 1)
        tell(self, "declares what an earlier run covered (--forget-covers leaves that out)");
    text first = facts->origin.size > 0 ? facts->origin : facts->run->origin;
    text_copy(origin_tally_first(&self->origins, first), self->origin_room, sizeof self->origin_room);
    what.origin = text_of(self->origin_room);
    what.without_markers = !facts->says_markers;
    *out = (message){.kind = MESSAGE_COVERAGE, .coverage = what};
}

/* The input at hand has no more rows: what it covers, and then a position behind all of it. */
static void next_of_end(struct spool_feed *self, arena *memory, message *out)
{
    input_facts facts = spool_reader_facts(self->reader);
    if (declares(self, &facts)) {
        next_cover(self, &facts, out);
        return;
    }
    if (!facts.whole && facts.run != NULL && facts.run->cover_count > 0)
        tell(self, "an input was cut off: what it covers is not declared");
    batch none = batch_open(memory);
    self->row_end = facts.end;
    batch_close(&none, arena_text(memory, batch_origin(self, &facts)), position_at(self, facts.end), false, out);
    spool_reader_leave(self->reader);
    begin_input(self);
}

static status nothing_now(const struct spool_feed *self)
{
    if (!is_done(self))
        return STATUS_AGAIN;
    return self->intake != NULL && intake_has_failed(self->intake) ? STATUS_IO : STATUS_END;
}

static status feed_next(feed *base, arena *memory, message *out)
{
    struct spool_feed *self = of(base);
    batch full = batch_open(memory);
    source_row row;
    status st = STATUS_OK;
    while (!batch_is_full(&full) && (st = spool_reader_next(self->reader, &row)) == STATUS_OK)
        add_row(self, &row, &full);
    if (st == STATUS_IO)
        return st;
    base->size = spool_last(self->log) - spool_first(self->log);
    base->done = self->row_end - spool_first(self->log);
    input_facts facts = spool_reader_facts(self->reader);
    if (!batch_is_empty(&full))
        batch_close(&full, batch_origin(self, &facts), position_at(self, self->row_end), st == STATUS_OK, out);
    else if (st == STATUS_END)
        next_of_end(self, memory, out);
    else
        return nothing_now(self);
    return STATUS_OK;
}

static void feed_destroy(feed *base)
{
    struct spool_feed *self = of(base);
    intake_destroy(&self->intake);
    spool_reader_destroy(&self->reader);
    spool_close(&self->log);
    free(self);
}

static const feed_class spool_class = {.prepare = feed_prepare, .resume = feed_resume, .next = feed_next,
                                       .stored = feed_stored, .destroy = feed_destroy};

/* After the spool alone: wherever it lies and whatever it is fed from, it is one stream. */
static void name_stream(struct spool_feed *self)
{
    text id = spool_id(self->log);
    int used = snprintf(self->base.stream, sizeof self->base.stream, "spool ");
    for (size_t i = 0; i < id.size; i++)
        used += snprintf(self->base.stream + used, 3, "%02x", (unsigned char)id.at[i]);
}

feed *spool_feed_create(spool_feed_settings settings, int64_t now_ns)
{
    spool *log = spool_open(settings.folder, settings.size_max, settings.tell, now_ns);
    if (log == NULL) {
        if (settings.descriptor >= 0)
            (void)close(settings.descriptor);
        return NULL;
    }
    struct spool_feed *self = memory_new(1, sizeof *self);
    self->settings = settings;
    self->log = log;
    self->now_ns = now_ns;
    self->base = (feed){.class = &spool_class, .shown = settings.path, .descriptor = -1, .claims = self->claims};
    name_stream(self);
    self->reader = spool_reader_create(log, settings.run.origin, settings.tell);
    self->mine = spool_last(log);
    if (settings.descriptor >= 0)
        self->intake = intake_create((intake_settings){
            .path = settings.path, .descriptor = settings.descriptor, .reopens = settings.reopens, .log = log,
            .folder = settings.folder, .run = settings.run, .tell = settings.tell});
    return &self->base;
}

/* --- what comes in ------------------------------------------------------------------------------- */

void spool_feed_work(feed *base, int64_t now_ns)
{
    struct spool_feed *self = of(base);
    self->now_ns = now_ns;
    if (self->intake != NULL)
        intake_work(self->intake, now_ns);
    else if (spool_is_open(self->log))
        (void)spool_cut(self->log, now_ns); /* without space it is tried again */
    spool_drop(self->log, self->stored, is_done(self), now_ns); /* if the disk is full, it may have space now */
}

int spool_feed_descriptor(const feed *self)
{
    return of(self)->intake != NULL ? intake_descriptor(of(self)->intake) : -1;
}

uint64_t spool_feed_waiting(const feed *base)
{
    return spool_waiting(of(base)->log, of(base)->stored);
}

size_t spool_feed_unwritten(const feed *self)
{
    return of(self)->intake != NULL ? intake_unwritten(of(self)->intake) : 0;
}

bool spool_feed_receipt(feed *self, uint64_t *lines, uint64_t *octets)
{
    return of(self)->intake != NULL && intake_receipt(of(self)->intake, lines, octets);
}
