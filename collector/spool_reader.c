#include "spool_reader.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scrap.h"

/* A frame that the rows were given, for as long as a row may end in it. */
struct piece {
    uint64_t frame;      /* its offset */
    uint64_t place, end; /* of its payload in the input */
    int64_t stamp_ns;
};

struct spool_reader {
    spool *log;
    text origin;
    void (*tell)(const char *path, const char *words);
    uint64_t at;       /* of the next frame */
    uint64_t from;     /* what lies before is not wanted */
    arena *memory;     /* of the input at hand */
    text said;         /* what was said of it, as it stands in the spool */
    spooled_run run;   /* the same */
    row_source *rows;  /* NULL: between inputs, or what was said of this one is lost */
    uint64_t begin;    /* offset of the frame that said it */
    bool over;         /* its end was reached */
    uint64_t end;      /* and where */
    text first_origin;
    bool cut;          /* it wasn't read to its end */
    bool spoiled;      /* something of it was lost */
    bool torn;         /* octets are missing just here: reading goes on behind the next line's end */
    bool scrapping;    /* and what stands before that is being gathered */
    bool placed;       /* the rows have been told where they are */
    uint64_t row_end;  /* place in the input behind the last row */
    struct piece *pieces;
    size_t piece_count, piece_capacity;
    scrap scrap;
};

spool_reader *spool_reader_create(spool *log, text origin, void (*tell)(const char *path, const char *words))
{
    spool_reader *self = memory_new(1, sizeof *self);
    self->log = log;
    self->origin = origin;
    self->tell = tell;
    self->memory = arena_create();
    self->scrap.sum = digest_create();
    return self;
}

/* Forgets the input at hand. */
static void forget(spool_reader *self)
{
    if (self->rows != NULL)
        self->rows->class->destroy(self->rows);
    self->rows = NULL;
    self->run = (spooled_run){0};
    self->over = self->cut = self->spoiled = self->placed = self->scrapping = self->scrap.there = false;
    self->first_origin = (text){"", 0};
    self->row_end = 0;
    self->piece_count = 0;
    arena_reset(self->memory);
}

void spool_reader_destroy(spool_reader **self)
{
    if (*self == NULL)
        return;
    forget(*self);
    arena_destroy(&(*self)->memory);
    digest_destroy(&(*self)->scrap.sum);
    free((*self)->pieces);
    free(*self);
    *self = NULL;
}

void spool_reader_seek(spool_reader *self, uint64_t offset)
{
    forget(self);
    self->torn = false;
    self->from = offset;
    self->at = spool_segment_of(self->log, offset);
}

/* --- what is no row ------------------------------------------------------------------------------ */

/* What was given to the rows and is part of none: read once more from the spool. */
static void scrap_tail(spool_reader *self, uint64_t offset)
{
    scrap_begin(&self->scrap, offset, 0);
    for (size_t i = 0; i < self->piece_count; i++) {
        spool_frame f;
        const struct piece *p = &self->pieces[i];
        if (spool_read(self->log, p->frame, &f) != STATUS_OK)
            continue; /* it was whole when it was given; what is lost now is damage that comes next time */
        size_t skip = self->row_end > p->place ? (size_t)(self->row_end - p->place) : 0;
        skip = skip < f.payload.size ? skip : f.payload.size;
        if (self->scrap.line == 0)
            self->scrap.line = f.line + line_ends((text){f.payload.at, skip});
        scrap_add(&self->scrap, (text){f.payload.at + skip, f.payload.size - skip});
    }
    self->piece_count = 0;
}

/* --- frames -------------------------------------------------------------------------------------- */

static status give_up(const spool_reader *self, const char *words)
{
    arena *memory = arena_create();
    self->tell(spool_where(self->log, self->begin, memory).at, words);
    arena_destroy(&memory);
    return STATUS_IO;
}

/* The row that names the columns, which every reading needs. */
static status replay_head(spool_reader *self)
{
    source_row ignored;
    self->rows->class->begin(self->rows, 0, 1);
    if (self->run.head.size == 0)
        return STATUS_OK;
    self->rows->class->give(self->rows, self->run.head.at, self->run.head.size);
    self->rows->class->finish(self->rows);
    return self->rows->class->next(self->rows, &ignored) == STATUS_OK ? STATUS_OK : give_up(self, self->rows->why);
}

static status take_beginning(spool_reader *self, const spool_frame *f)
{
    self->begin = f->offset;
    self->said = arena_text(self->memory, f->payload);
    if (spooled_run_read(self->said, self->memory, &self->run) != STATUS_OK)
        return give_up(self, "holds an input that this version of Tocsin doesn't know: let the one that wrote it send it");
    self->rows = spooled_run_rows(&self->run);
    return replay_head(self);
}

static void end_input(spool_reader *self, uint64_t end)
{
    self->over = true;
    self->end = end;
}

/* Gives what was gathered behind damage, if there is anything. */
static void end_scrapping(spool_reader *self)
{
    if (self->scrapping && !scrap_is_blank(&self->scrap))
        scrap_end(&self->scrap, "stands behind damaged octets of the spool, and may have begun in them: send it again");
    self->scrapping = false;
}

/* The frame is another input's: the end of the one at hand was lost. */
static void next_input(spool_reader *self, const spool_frame *f)
{
    end_scrapping(self);
    self->cut = true;
    self->at = f->offset;
    end_input(self, f->offset);
}

static status on_begin(spool_reader *self, const spool_frame *f)
{
    if (self->rows != NULL) {
        next_input(self, f);
        return STATUS_OK;
    }
    forget(self);
    self->torn = false;
    return take_beginning(self, f);
}

/* Behind damage it may be another input's than the one at hand, and begins somewhere within a row. */
static status on_again(spool_reader *self, const spool_frame *f)
{
    if (self->rows == NULL) {
        self->spoiled = self->torn;
        return take_beginning(self, f);
    }
    if (self->torn && !text_equal(self->said, f->payload))
        next_input(self, f);
    return STATUS_OK;
}

static uint64_t payload_of(const spool_frame *f)
{
    return f->offset + FRAME_HEADER_SIZE;
}

/* Octets whose row began in what is lost, up to the next line's end.
 * Returns how many */
static size_t skip_torn(spool_reader *self, const spool_frame *f, text octets, uint64_t line)
{
    const char *end = memchr(octets.at, '\n', octets.size);
    size_t size = end != NULL ? (size_t)(end + 1 - octets.at) : octets.size;
    if (!self->scrapping)
        scrap_begin(&self->scrap, 0, line);
    self->scrapping = true;
    scrap_add(&self->scrap, (text){octets.at, size});
    self->scrap.offset = f->end - (octets.size - size);
    self->torn = end == NULL;
    if (!self->torn)
        end_scrapping(self);
    return size;
}

static status on_data(spool_reader *self, const spool_frame *f)
{
    size_t skip = self->from > payload_of(f) ? (size_t)(self->from - payload_of(f)) : 0;
    text octets = {f->payload.at + skip, f->payload.size - skip};
    uint64_t place = f->place + skip, line = f->line + line_ends((text){f->payload.at, skip});
    if (self->torn && self->rows != NULL && f->place < self->row_end) {
        next_input(self, f); /* its beginning and the end of the one at hand are lost */
        return STATUS_OK;
    }
    if (self->rows == NULL) {
        scrap_begin(&self->scrap, f->end, line);
        scrap_add(&self->scrap, octets);
        scrap_end(&self->scrap, "what was said of this input lies in damaged octets of the spool: send it again");
        return STATUS_OK;
    }
    if (self->torn) {
        size_t lost = skip_torn(self, f, octets, line);
        octets = (text){octets.at + lost, octets.size - lost};
        place += lost;
        line++;
    }
    if (self->torn)
        return STATUS_OK;
    if (!self->placed) {
        self->rows->class->begin(self->rows, place, line);
        self->row_end = place;
        self->placed = true;
    }
    if (octets.size == 0)
        return STATUS_OK;
    self->pieces = memory_room(self->pieces, self->piece_count, &self->piece_capacity, sizeof *self->pieces);
    self->pieces[self->piece_count++] = (struct piece){f->offset, f->place, f->place + f->payload.size, f->stamp_ns};
    self->rows->class->give(self->rows, octets.at, octets.size);
    return STATUS_OK;
}

static status on_end(spool_reader *self, const spool_frame *f)
{
    self->first_origin = arena_text(self->memory, f->payload);
    end_scrapping(self);
    if (self->placed)
        self->rows->class->finish(self->rows);
    end_input(self, f->end);
    return STATUS_OK;
}

static status on_cut(spool_reader *self, const spool_frame *f)
{
    bool scrapping = self->scrapping;
    end_scrapping(self);
    if (!scrapping)
        scrap_tail(self, f->end);
    if (!scrapping && !scrap_is_blank(&self->scrap))
        scrap_end(&self->scrap, "is cut off: the collector stopped while this row came in");
    self->placed = false; /* the rows have no more to say */
    self->cut = true;
    end_input(self, f->end);
    return STATUS_OK;
}

static status on_damage(spool_reader *self, const spool_frame *f)
{
    if (self->scrapping) {
        end_scrapping(self);
        self->at = f->offset; /* first that, and then this once more */
        return STATUS_OK;
    }
    arena *memory = arena_create();
    text where = spool_where(self->log, f->offset, memory);
    self->tell(where.at, "from here on octets of the spool are damaged: what they held is lost, and kept as a rejected row; "
                         "send the input again");
    scrap_tail(self, f->end);
    self->scrap.size += f->end - f->offset; /* what is lost belongs to it, as far as is known */
    scrap_end(&self->scrap, "is cut off by damage of the spool (%.*s, and %llu octets on): send the input again", TEXT_ARGS(where),
              (unsigned long long)(f->end - f->offset));
    arena_destroy(&memory);
    self->spoiled = self->torn = true;
    self->placed = false;
    return STATUS_OK;
}

static status take_frame(spool_reader *self)
{
    spool_frame f;
    status st = spool_read(self->log, self->at, &f);
    if (st == STATUS_IO)
        return give_up(self, strerror(errno));
    if (st == STATUS_END)
        return STATUS_AGAIN;
    self->at = f.end;
    bool wanted = f.end > self->from;
    if (st == STATUS_CORRUPT)
        return wanted ? on_damage(self, &f) : STATUS_OK;
    switch (f.kind) {
    case FRAME_BEGIN: return on_begin(self, &f);
    case FRAME_AGAIN: return on_again(self, &f);
    case FRAME_DATA: return wanted ? on_data(self, &f) : STATUS_OK;
    case FRAME_END:
    case FRAME_CUT: break;
    }
    self->torn = false;
    if (wanted)
        return f.kind == FRAME_END ? on_end(self, &f) : on_cut(self, &f);
    forget(self);
    return STATUS_OK;
}

/* --- rows ---------------------------------------------------------------------------------------- */

/* From its place in the input to that in the spool, and its stamp. */
static void place_row(spool_reader *self, source_row *row)
{
    size_t i = 0;
    while (i < self->piece_count && self->pieces[i].end < row->end)
        i++;
    assert(i < self->piece_count);
    const struct piece *in = &self->pieces[i];
    uint64_t within = row->end - in->place;
    self->row_end = row->end;
    row->end = in->frame + FRAME_HEADER_SIZE + within;
    row->record.issued_ns = self->run.issued_ns != 0 ? self->run.issued_ns + (int64_t)row->line
                                                     : in->stamp_ns + (int64_t)within;
    i += in->end == self->row_end;
    self->piece_count -= i;
    memmove(self->pieces, self->pieces + i, self->piece_count * sizeof *self->pieces);
}

status spool_reader_next(spool_reader *self, source_row *out)
{
    for (;;) {
        if (self->scrap.there) {
            scrap_give(&self->scrap, self->run.origin.size > 0 ? self->run.origin : self->origin, out);
            return STATUS_OK;
        }
        status st = self->placed ? self->rows->class->next(self->rows, out) : STATUS_AGAIN;
        if (st == STATUS_OK) {
            place_row(self, out);
            return STATUS_OK;
        }
        if (st == STATUS_REFUSED)
            return give_up(self, self->rows->why);
        if (self->over)
            return STATUS_END;
        st = take_frame(self);
        if (st != STATUS_OK)
            return st;
    }
}

input_facts spool_reader_facts(const spool_reader *self)
{
    return (input_facts){.run = self->rows != NULL ? &self->run : NULL, .offset = self->begin, .end = self->end,
                         .whole = self->rows != NULL && !self->cut && !self->spoiled, .origin = self->first_origin,
                         .says_markers = self->rows != NULL && self->rows->says_markers};
}

void spool_reader_leave(spool_reader *self)
{
    assert(self->over);
    forget(self);
}
