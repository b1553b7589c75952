#include "file_feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK_SIZE = 128 * 1024 };

struct file_feed {
    feed base;
    file_feed_settings settings;
    coverage_declaration claims[CLAIMS_MAX];
    char origin_room[CODE_SIZE_MAX + 1];
    int64_t issued_ns;   /* of the present reading */
    uint64_t end;        /* offset behind the last row that was sent */
    bool finished;       /* the rows were told that nothing more comes */
    bool rows_ended;
    bool waited;         /* it is followed, and had no more when it was read last */
    bool read_before;    /* this process has begun to read it once */
    size_t covers_sent;
    char chunk[CHUNK_SIZE];
};

static struct file_feed *of(feed *self)
{
    return (struct file_feed *)(void *)self;
}

/* --- reading ------------------------------------------------------------------------------------- */

static status give_up(struct file_feed *self, const char *words)
{
    self->settings.origins->spoiled = true;
    self->settings.tell(self->settings.path, words);
    return STATUS_IO;
}

/* Gives the rows the next octets of the file. STATUS_END: there are none now. */
static status give_more(struct file_feed *self)
{
    size_t got;
    if (source_file_read(self->settings.file, self->chunk, sizeof self->chunk, &got) != STATUS_OK)
        return give_up(self, strerror(errno));
    if (got == 0)
        return STATUS_END;
    self->settings.rows->class->give(self->settings.rows, self->chunk, got);
    return STATUS_OK;
}

/* The next row, reading as needed. STATUS_AGAIN: a followed file has no more now. */
static status next_row(struct file_feed *self, source_row *out)
{
    row_source *rows = self->settings.rows;
    for (;;) {
        status st = rows->class->next(rows, out);
        if (st == STATUS_REFUSED)
            return give_up(self, rows->why);
        if (st != STATUS_AGAIN)
            return st;
        st = give_more(self);
        if (st == STATUS_END && self->settings.follow)
            return STATUS_AGAIN;
        if (st == STATUS_END && !self->finished) {
            rows->class->finish(rows);
            self->finished = true;
        } else if (st != STATUS_OK && st != STATUS_END)
            return st;
    }
}

static void begin_at(struct file_feed *self, uint64_t offset, uint64_t line)
{
    self->settings.rows->class->begin(self->settings.rows, offset, line);
    source_file_seek(self->settings.file, offset);
    self->finished = self->rows_ended = self->waited = false;
    self->end = offset;
    self->base.done = offset;
}

/* The header is needed wherever reading begins, and the first row tells whose records these are. */
static status read_head(struct file_feed *self)
{
    source_row row;
    status st = STATUS_OK;
    begin_at(self, 0, 1);
    do
        st = next_row(self, &row);
    while (st == STATUS_OK && row.kind == ROW_HEADER);
    if (st == STATUS_OK && row.kind == ROW_RECORD)
        origin_tally_add(self->settings.origins, row.record.origin);
    return st == STATUS_END || st == STATUS_AGAIN ? STATUS_OK : st;
}

/* Is what was read before still there, with a row's end behind it? Tells the user where it isn't. */
static bool goes_on(struct file_feed *self, const position *held)
{
    const file_feed_settings *s = &self->settings;
    if ((s->from_start && !self->read_before) || !held->held || held->offset == 0)
        return false;
    bool fits = source_file_fits(s->file, held);
    if (fits && source_file_breaks_at(s->file, held->offset))
        return true;
    s->tell(s->path, fits ? "its last line has grown since it was read: reading it again from its beginning"
                          : "changed since it was read last: reading it again from its beginning");
    return false;
}

static status feed_resume(feed *base, const position *held)
{
    struct file_feed *self = of(base);
    uint64_t lines = 0;
    if (source_file_facts(self->settings.file, &base->size, &self->issued_ns) != STATUS_OK)
        return give_up(self, strerror(errno));
    if (self->settings.issued_ns != 0)
        self->issued_ns = self->settings.issued_ns;
    self->covers_sent = 0;
    bool fits = goes_on(self, held);
    self->read_before = true;
    if (!fits) {
        (void)source_file_fits(self->settings.file, &(position){0});
        begin_at(self, 0, 1);
        return STATUS_OK;
    }
    if (self->settings.rows->class->has_header && read_head(self) != STATUS_OK)
        return STATUS_IO;
    if (source_file_lines(self->settings.file, held->offset, &lines) != STATUS_OK)
        return give_up(self, strerror(errno));
    begin_at(self, held->offset, lines + 1);
    return STATUS_OK;
}

/* --- sending ------------------------------------------------------------------------------------- */

static void add_row(struct file_feed *self, const source_row *row, batch *to)
{
    incident record = row->record;
    switch (row->kind) {
    case ROW_HEADER:
        if (self->settings.rows->note[0] != '\0')
            self->settings.tell(self->settings.path, self->settings.rows->note);
        break;
    case ROW_RECORD:
        record.issued_ns = self->issued_ns + (int64_t)row->line;
        origin_tally_add(self->settings.origins, record.origin);
        record.line = row->line;
        batch_add(to, &record);
        break;
    case ROW_FAULTY: batch_add_faulty(to, &row->faulty); break;
    }
    self->end = row->end;
    self->base.done = row->end;
}

static status close_batch(struct file_feed *self, batch *full, bool more, message *out)
{
    unsigned char *room = arena_take(full->memory, DIGEST_SIZE);
    position after;
    if (source_file_position(self->settings.file, self->end, room, &after) != STATUS_OK)
        return give_up(self, "was cut while it was read");
    batch_close(full, self->settings.origin, after, more, out);
    return STATUS_OK;
}

static status next_cover(struct file_feed *self, message *out)
{
    bool declares = self->settings.declares && !self->settings.origins->spoiled;
    if (!declares || self->covers_sent == self->settings.cover_count)
        return self->settings.follow ? STATUS_AGAIN : STATUS_END;
    coverage_declaration *what = &self->settings.covers[self->covers_sent++];
    text_copy(origin_tally_first(self->settings.origins, self->settings.origin), self->origin_room,
              sizeof self->origin_room);
    what->origin = text_of(self->origin_room);
    what->without_markers = !self->settings.rows->says_markers;
    *out = (message){.kind = MESSAGE_COVERAGE, .coverage = *what};
    return STATUS_OK;
}

/* With the file that stands at the path now. */
static bool start_over(struct file_feed *self)
{
    source_file *fresh = source_file_open(self->settings.path);
    if (fresh == NULL)
        return false;
    self->settings.tell(self->settings.path, "was replaced: reading it from its beginning");
    source_file_close(&self->settings.file);
    self->settings.file = fresh;
    (void)source_file_facts(fresh, &self->base.size, &self->issued_ns);
    begin_at(self, 0, 1);
    return true;
}

static status feed_next(feed *base, arena *memory, message *out)
{
    struct file_feed *self = of(base);
    if (self->waited && !source_file_stands(self->settings.file))
        (void)start_over(self);
    batch full = batch_open(memory);
    source_row row;
    status st = STATUS_OK;
    while (!self->rows_ended && !batch_is_full(&full) && (st = next_row(self, &row)) == STATUS_OK)
        add_row(self, &row, &full);
    if (st != STATUS_OK && st != STATUS_AGAIN && st != STATUS_END)
        return st;
    self->rows_ended = self->rows_ended || st == STATUS_END;
    self->waited = st == STATUS_AGAIN;
    if (self->waited)
        source_file_remember(self->settings.file, self->end);
    if (!batch_is_empty(&full))
        return close_batch(self, &full, st == STATUS_OK, out);
    return next_cover(self, out);
}

static void feed_destroy(feed *base)
{
    struct file_feed *self = of(base);
    source_file_close(&self->settings.file);
    self->settings.rows->class->destroy(self->settings.rows);
    free(self);
}

static const feed_class file_class = {.resume = feed_resume, .next = feed_next, .destroy = feed_destroy};

feed *file_feed_create(file_feed_settings settings)
{
    struct file_feed *self = memory_new(1, sizeof *self);
    int64_t ignored;
    self->settings = settings;
    self->base = (feed){.class = &file_class, .shown = settings.path, .descriptor = -1};
    if (source_file_facts(settings.file, &self->base.size, &ignored) != STATUS_OK || read_head(self) != STATUS_OK) {
        feed_destroy(&self->base);
        return NULL;
    }
    /* What will be declared is claimed first, as far as it is known in whose name. */
    text origin = settings.rows->says_origin ? origin_tally_first(settings.origins, settings.origin) : settings.origin;
    text_copy(origin, self->origin_room, sizeof self->origin_room);
    for (size_t i = 0; i < settings.cover_count && i < CLAIMS_MAX; i++) {
        self->claims[i] = settings.covers[i];
        self->claims[i].origin = text_of(self->origin_room);
        self->base.claim_count = i + 1;
    }
    self->base.claims = self->claims;
    return &self->base;
}

bool file_feed_check(feed *base)
{
    struct file_feed *self = of(base);
    struct stat at_path, at_hand;
    if (base->class != &file_class || !self->settings.follow || stat(self->settings.path, &at_path) != 0 ||
        fstat(source_file_descriptor(self->settings.file), &at_hand) != 0)
        return false;
    bool replaced = at_path.st_ino != at_hand.st_ino || at_path.st_dev != at_hand.st_dev;
    return (replaced || (uint64_t)at_hand.st_size < self->end) && start_over(self);
}
