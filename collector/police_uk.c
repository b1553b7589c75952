#include "police_uk_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "police_forces.h"
#include "source_file.h"

enum { FILE_SIZE_MAX = 512 * 1024 * 1024 };

static struct police_uk *of(feed *self)
{
    return (struct police_uk *)(void *)self;
}

static bool give_up(const struct police_uk *self, const char *words)
{
    self->settings.tell(self->settings.path, words);
    return false;
}

/* --- survey -------------------------------------------------------------------------------------- */

static bool read_octets(struct police_uk *self)
{
    uint64_t size;
    size_t got = 0;
    source_file *file = source_file_open(self->settings.path);
    if (file == NULL)
        return give_up(self, strerror(errno));
    bool good = source_file_facts(file, &size, &self->issued_ns) == STATUS_OK;
    if (good && size > FILE_SIZE_MAX) {
        source_file_close(&file);
        return give_up(self, "is over 512 MiB: that is more than any force's month");
    }
    self->octets = memory_new(good ? (size_t)size : 0, 1);
    for (status st = STATUS_OK; good && self->size < size && st == STATUS_OK; self->size += got) {
        st = source_file_read(file, self->octets + self->size, (size_t)size - self->size, &got);
        good = st == STATUS_OK;
        if (got == 0)
            break;
    }
    int fault = errno;
    source_file_close(&file);
    return good ? true : give_up(self, strerror(fault));
}

static void start_rows(struct police_uk *self)
{
    csv_reader_restart(self->reader, 0, 1);
    csv_reader_feed(self->reader, self->octets, self->size);
    csv_reader_finish(self->reader);
}

static bool find_columns(struct police_uk *self, const csv_row *header)
{
    for (int i = 0; i < COLUMNS; i++)
        self->columns[i] = csv_column(header, police_uk_columns[i]);
    if (csv_column(header, "Outcome type") >= 0)
        return give_up(self, "holds outcomes, not incidents: give the street-level file (its name ends in -street.csv)");
    if (csv_column(header, "Object of search") >= 0)
        return give_up(self, "holds stop and search, not incidents: give the street-level file (-street.csv)");
    for (int i = 0; i < COLUMNS; i++) {
        bool needed = i == CRIME_ID || i == MONTH || i == FALLS_WITHIN || i == LSOA_CODE || i == CRIME_TYPE;
        if (self->columns[i] >= 0 || !needed)
            continue;
        char words[160];
        (void)snprintf(words, sizeof words, "is no data.police.uk street-level file: the column '%s' is missing%s",
                       police_uk_columns[i], csv_column(header, "reference") >= 0
                                            ? " (for the canonical file use tocsin-collector incidents)" : "");
        return give_up(self, words);
    }
    return true;
}

/* Is every row of one force and one month? The first row says which. */
static void survey_row(struct police_uk *self, const csv_row *row)
{
    text force = police_uk_cell(self, row, FALLS_WITHIN);
    month_number m = 0;
    self->rows++;
    if (!month_read(police_uk_cell(self, row, MONTH), &m) || !police_uk_is_force(force))
        return; /* a faulty row: sent as such, and no witness */
    if (self->month == 0) {
        self->month = m;
        text_copy(force, self->origin, sizeof self->origin);
    }
    if (m != self->month || !text_is(force, self->origin))
        self->whole = false;
}

static bool survey(struct police_uk *self)
{
    csv_row row;
    status st;
    bool header = false;
    self->whole = true;
    start_rows(self);
    while ((st = csv_reader_next(self->reader, &row)) == STATUS_OK || st == STATUS_TOO_LARGE) {
        if (header && st == STATUS_OK)
            survey_row(self, &row);
        else if (header)
            self->rows++;
        else if (st != STATUS_OK || !find_columns(self, &row))
            return st == STATUS_OK ? false : give_up(self, "its first line is over 64 KiB");
        header = true;
    }
    if (!header)
        return give_up(self, "is empty");
    if (self->rows > 0 && self->month == 0)
        return give_up(self, "has no row whose month and force can be read");
    return true;
}

/* Two fields in the first row tell the month; the file's name does for a file without rows. */
static void month_from_name(struct police_uk *self)
{
    const char *slash = strrchr(self->settings.path, '/'), *name = slash != NULL ? slash + 1 : self->settings.path;
    if (self->month == 0 && strlen(name) > 7)
        (void)month_read((text){name, 7}, &self->month);
}

static void make_claim(struct police_uk *self)
{
    size_t count;
    const text *types = police_crime_types(self->month, &count);
    self->claim = (coverage_declaration){
        .origin = text_of(self->origin),
        .area = police_force_area(text_of(self->origin)),
        .days = {month_first(self->month), month_last(self->month)},
        .offences = (text *)(uintptr_t)types,
        .offence_count = count,
        .without_markers = true,
        .month_only = true,
    };
    self->base.claims = &self->claim;
    self->base.claim_count = self->whole && self->claim.area.size > 0 ? 1 : 0;
}

static void name_stream(struct police_uk *self)
{
    if (self->whole)
        (void)snprintf(self->base.stream, sizeof self->base.stream, "police.uk street %s %04d-%02d", self->origin,
                       self->month / 12, self->month % 12 + 1);
    else
        (void)snprintf(self->base.stream, sizeof self->base.stream, "police.uk street %.200s", self->settings.path);
}

/* --- the feed ------------------------------------------------------------------------------------ */

static position end_position(const struct police_uk *self)
{
    return (position){.offset = self->size, .digest = {(const char *)self->digest, DIGEST_SIZE}, .held = true};
}

static status police_uk_resume(feed *base, const position *held)
{
    struct police_uk *self = of(base);
    csv_row header;
    position end = end_position(self);
    bool known = held->held && held->offset == end.offset && text_equal(held->digest, end.digest);
    self->stage = known && !self->settings.from_start ? STAGE_DONE : STAGE_BEGIN;
    base->done = self->stage == STAGE_DONE ? base->size : 0;
    self->given = 0;
    map_destroy(&self->minted);
    arena_destroy(&self->minted_memory);
    self->minted = map_create();
    self->minted_memory = arena_create();
    start_rows(self);
    (void)csv_reader_next(self->reader, &header);
    return STATUS_OK;
}

static message begin_message(const struct police_uk *self)
{
    return (message){
        .kind = MESSAGE_SNAPSHOT_BEGIN,
        .snapshot_begin = {
            .origin = text_of(self->origin),
            .revision = (uint64_t)(self->month / 12) * 100 + (uint64_t)(self->month % 12) + 1,
            .issued_ns = self->issued_ns,
            .digest = {(const char *)self->digest, DIGEST_SIZE},
        }};
}

static status next_rows(struct police_uk *self, arena *memory, message *out)
{
    batch full = batch_open(memory);
    csv_row row;
    status st = STATUS_OK;
    while (!batch_is_full(&full) &&
           ((st = csv_reader_next(self->reader, &row)) == STATUS_OK || st == STATUS_TOO_LARGE)) {
        police_uk_take_row(self, st, &row, &full);
        self->given++;
        self->base.done = row.end;
    }
    if (st == STATUS_END)
        self->stage = STAGE_COVERAGE;
    if (batch_is_empty(&full))
        return STATUS_AGAIN;
    position after = {0};
    if (!self->whole && self->given == self->rows)
        after = end_position(self);
    batch_close(&full, text_of(self->origin), after, true, out);
    return STATUS_OK;
}

static status police_uk_next(feed *base, arena *memory, message *out)
{
    struct police_uk *self = of(base);
    if (self->stage == STAGE_BEGIN) {
        self->stage = STAGE_ROWS;
        *out = begin_message(self);
        if (self->whole)
            return STATUS_OK;
    }
    if (self->stage == STAGE_ROWS && next_rows(self, memory, out) == STATUS_OK)
        return STATUS_OK;
    if (self->stage == STAGE_COVERAGE) {
        self->stage = self->whole ? STAGE_END : STAGE_DONE;
        *out = (message){.kind = MESSAGE_COVERAGE, .coverage = self->claim};
        if (self->base.claim_count > 0)
            return STATUS_OK;
    }
    if (self->stage == STAGE_END) {
        self->stage = STAGE_DONE;
        *out = (message){.kind = MESSAGE_SNAPSHOT_END, .snapshot_end = end_position(self)};
        return STATUS_OK;
    }
    return STATUS_END;
}

static void tell_limits(const struct police_uk *self)
{
    if (self->rows == 0)
        (void)give_up(self, "holds no rows: nothing of it counts, nothing is withdrawn or declared as covered");
    else if (!self->whole)
        (void)give_up(self, "holds several months or forces: its records count, but nothing is withdrawn or declared as "
                           "covered; the files as data.police.uk publishes them, one for each force and month, do that");
    else if (self->claim.area.size == 0)
        (void)give_up(self, "is of a force without an area of its own: its records count where they happened, but nothing "
                           "is declared as covered");
}

static void forget_content(struct police_uk *self)
{
    free(self->octets);
    self->octets = NULL;
    self->size = 0;
    csv_reader_destroy(&self->reader);
    map_destroy(&self->minted);
    arena_destroy(&self->minted_memory);
}

static void digest_content(struct police_uk *self)
{
    digest_state *all = digest_create();
    digest_feed(all, self->octets, self->size);
    digest_now(all, self->digest);
    digest_destroy(&all);
}

static status police_uk_prepare(feed *base)
{
    struct police_uk *self = of(base);
    forget_content(self);
    self->month = 0;
    self->rows = 0;
    self->reader = csv_reader_create(RECORD_SIZE_MAX);
    if (!read_octets(self) || !survey(self)) {
        forget_content(self);
        return STATUS_IO;
    }
    digest_content(self);
    if (self->settings.issued_ns != 0)
        self->issued_ns = self->settings.issued_ns;
    base->size = self->size;
    self->whole = self->whole && self->rows > 0;
    month_from_name(self);
    make_claim(self);
    name_stream(self);
    if (!self->told)
        tell_limits(self);
    self->told = true;
    return STATUS_OK;
}

static void police_uk_settled(feed *base)
{
    if (of(base)->stage == STAGE_DONE)
        forget_content(of(base));
}

static void police_uk_destroy(feed *base)
{
    forget_content(of(base));
    free(of(base)->path);
    free(base);
}

static const feed_class police_uk_class = {
    .prepare = police_uk_prepare, .resume = police_uk_resume, .next = police_uk_next, .settled = police_uk_settled,
    .destroy = police_uk_destroy,
};

/* For putting files into order before any of them is read whole: the name, else the first row. */
static void find_month(struct police_uk *self)
{
    char head[16 * 1024];
    csv_row row;
    size_t got = 0;
    month_from_name(self);
    source_file *file = self->month == 0 ? source_file_open(self->settings.path) : NULL;
    if (file == NULL)
        return;
    csv_reader *reader = csv_reader_create(sizeof head);
    (void)source_file_read(file, head, sizeof head, &got);
    csv_reader_feed(reader, head, got);
    int column = csv_reader_next(reader, &row) == STATUS_OK ? csv_column(&row, police_uk_columns[MONTH]) : -1;
    if (column >= 0 && csv_reader_next(reader, &row) == STATUS_OK && (size_t)column < row.count)
        (void)month_read(row.fields[column], &self->month);
    csv_reader_destroy(&reader);
    source_file_close(&file);
}

feed *police_uk_create(police_uk_settings settings)
{
    struct police_uk *self = memory_new(1, sizeof *self);
    uint64_t size = 0;
    int64_t ignored;
    source_file *file = source_file_open(settings.path);
    self->path = memory_copy(settings.path);
    self->settings = settings;
    self->settings.path = self->path;
    self->base = (feed){.class = &police_uk_class, .shown = self->path, .descriptor = -1};
    if (file == NULL || source_file_facts(file, &size, &ignored) != STATUS_OK) {
        (void)give_up(self, strerror(errno));
        source_file_close(&file);
        police_uk_destroy(&self->base);
        return NULL;
    }
    source_file_close(&file);
    self->base.size = size;
    find_month(self);
    return &self->base;
}

month_number police_uk_month(const feed *self)
{
    return ((const struct police_uk *)(const void *)self)->month;
}

bool police_uk_is_street_name(const char *name)
{
    static const char ending[] = "-street.csv";
    size_t size = strlen(name), tail = sizeof ending - 1;
    return size > tail && strcasecmp(name + size - tail, ending) == 0;
}
