/* JSON lines: one object a line, with the keys of the canonical file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canonical.h"
#include "proto/digest.h"
#include "proto/jsondoc.h"
#include "row_source.h"

struct json_rows {
    row_source base;
    text origin;
    char *data; /* what was given and not yet read */
    size_t used, capacity, at;
    uint64_t offset; /* of data[0] */
    uint64_t line;
    bool finished;
    bool skipping;    /* inside a line over its bound */
    uint64_t skipped; /* octets of it that were dropped */
    digest_state *sum; /* of all of it */
    text row;         /* the present line, cut at its bound, */
    uint64_t row_size, row_digest; /* and these of all of it */
    jsondoc *object;  /* of the present row */
    char reason[256];
    char shown[128];
    char number[CANONICAL_FIELDS][32];
    arena *memory;
};

static void json_begin(row_source *base, uint64_t offset, uint64_t line)
{
    struct json_rows *self = (struct json_rows *)base;
    self->used = self->at = 0;
    self->offset = offset;
    self->line = line;
    self->finished = self->skipping = false;
    self->skipped = 0;
}

static void json_give(row_source *base, const void *octets, size_t size)
{
    struct json_rows *self = (struct json_rows *)base;
    if (self->at > 0)
        memmove(self->data, self->data + self->at, self->used - self->at);
    self->offset += self->at;
    self->used -= self->at;
    self->at = 0;
    if (self->used + size > self->capacity) {
        self->capacity = (self->used + size) * 2;
        self->data = memory_grow(self->data, self->capacity, 1);
    }
    memcpy(self->data + self->used, octets, size);
    self->used += size;
}

static void json_finish(row_source *base)
{
    ((struct json_rows *)base)->finished = true;
}

static void json_destroy(row_source *base)
{
    struct json_rows *self = (struct json_rows *)base;
    jsondoc_destroy(&self->object);
    arena_destroy(&self->memory);
    digest_destroy(&self->sum);
    free(self->data);
    free(self);
}

/* What has been seen of a line that is over its bound goes into its hash, but for what is there already. */
static void sum_up(struct json_rows *self, const char *line, size_t size)
{
    if (!self->skipping) {
        digest_restart(self->sum);
        digest_feed(self->sum, line, RECORD_SIZE_MAX);
    }
    self->skipping = true;
    digest_feed(self->sum, line + RECORD_SIZE_MAX, size - RECORD_SIZE_MAX);
}

/* Drops what has been seen of a line that is over its bound; its beginning stays. */
static void drop_middle(struct json_rows *self)
{
    size_t left = self->used - self->at, surplus = left - RECORD_SIZE_MAX;
    sum_up(self, self->data + self->at, left);
    self->skipped += surplus;
    self->used -= surplus;
    self->offset += surplus;
}

static void take_row(struct json_rows *self, const char *line, size_t size)
{
    bool over = self->skipping || size > RECORD_SIZE_MAX;
    bool marked = self->offset + self->at == 0 && size >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0;
    if (over)
        sum_up(self, line, size);
    else if (marked)
        line += 3, size -= 3;
    self->row = (text){line, over ? RECORD_SIZE_MAX : size};
    self->row_size = size + self->skipped;
    self->row_digest = over ? digest_64(self->sum) : digest_text(self->row);
    self->skipping = false;
    self->skipped = 0;
}

/* The next line without its end; STATUS_AGAIN when it isn't whole. */
static status next_line(struct json_rows *self)
{
    char *from = self->data + self->at;
    size_t left = self->used - self->at;
    /* While a line's beginning is kept, its end can only be behind that. */
    size_t known = self->skipping ? RECORD_SIZE_MAX : 0;
    char *end = left > known ? memchr(from + known, '\n', left - known) : NULL;
    if (end == NULL && !self->finished) {
        if (left > RECORD_SIZE_MAX)
            drop_middle(self);
        return STATUS_AGAIN;
    }
    if (end == NULL && left == 0)
        return STATUS_END;
    size_t length = end != NULL ? (size_t)(end - from) : left;
    take_row(self, from, length);
    self->at += length + (end != NULL);
    return STATUS_OK;
}

static void make_faulty(struct json_rows *self, const incident *read, const char *column, text value, source_row *out)
{
    text shown = {value.at, value.size < 80 ? value.size : 80};
    shown.size = text_utf8_fault(shown);
    text_copy(shown, self->shown, sizeof self->shown);
    bool named = read->reference.size <= REFERENCE_SIZE_MAX;
    out->kind = ROW_FAULTY;
    out->faulty = (faulty){
        .origin = read->origin.size > 0 && read->origin.size <= CODE_SIZE_MAX ? read->origin : self->origin,
        .reference = named ? read->reference : (text){"", 0},
        .line = out->line,
        .column = text_of(column),
        .value = text_of(self->shown),
        .reason = text_of(self->reason),
        .row = self->row,
        .size = self->row_size,
        .digest = self->row_digest,
    };
}

/* A list as the canonical file would have it, joined by ';'; cut where it is too long anyhow. */
static const char *list_as_text(struct json_rows *self, const jsondoc *list, text *out)
{
    for (size_t i = 0; i < jsondoc_size(list) && out->size <= MARKERS_SIZE_MAX; i++) {
        const jsondoc *one = jsondoc_at(list, i);
        if (jsondoc_kind_of(one) != JSONDOC_TEXT)
            return "is neither a text nor a number, nor a list of texts";
        *out = i == 0 ? jsondoc_text(one) : arena_print(self->memory, "%.*s;%.*s", TEXT_ARGS(*out), TEXT_ARGS(jsondoc_text(one)));
    }
    return NULL;
}

/* A value as the canonical file would have it.
 * Returns NULL, or why it can't be. */
static const char *value_as_text(struct json_rows *self, const jsondoc *value, int field, text *out)
{
    int64_t whole;
    char *number = self->number[field];
    switch (jsondoc_kind_of(value)) {
    case JSONDOC_TEXT: *out = jsondoc_text(value); return NULL;
    case JSONDOC_NULL: return NULL;
    case JSONDOC_NUMBER:
        if (jsondoc_integer(value, &whole))
            (void)snprintf(number, sizeof self->number[field], "%lld", (long long)whole);
        else if (field == CANONICAL_LATITUDE || field == CANONICAL_LONGITUDE)
            (void)snprintf(number, sizeof self->number[field], "%.9g", jsondoc_number(value));
        else
            return "is a number with a fraction: write it in quotes, since 4.10 and 4.1 are two codes and one number";
        *out = text_of(number);
        return NULL;
    case JSONDOC_ARRAY:
        if (field == CANONICAL_MARKERS)
            return list_as_text(self, value, out);
        break;
    case JSONDOC_BOOL:
    case JSONDOC_OBJECT: break;
    }
    return "is neither a text nor a number";
}

static bool read_fields(struct json_rows *self, text fields[CANONICAL_FIELDS], source_row *out)
{
    for (int i = 0; i < CANONICAL_FIELDS; i++) {
        const char *name = canonical_name((canonical_field)i), *why;
        const jsondoc *value = jsondoc_get(self->object, name);
        fields[i] = (text){"", 0};
        if (value == NULL || (why = value_as_text(self, value, i, &fields[i])) == NULL)
            continue;
        incident identity = incident_empty();
        identity.origin = jsondoc_text(jsondoc_get(self->object, canonical_name(CANONICAL_ORIGIN)));
        identity.reference = jsondoc_text(jsondoc_get(self->object, canonical_name(CANONICAL_REFERENCE)));
        (void)snprintf(self->reason, sizeof self->reason, "%s", why);
        make_faulty(self, &identity, name, (text){"", 0}, out);
        return false;
    }
    return true;
}

static void take_object(struct json_rows *self, source_row *out)
{
    text fields[CANONICAL_FIELDS];
    canonical_fault fault;
    if (!read_fields(self, fields, out))
        return;
    out->kind = ROW_RECORD;
    if (canonical_read(fields, self->origin, &out->record, &fault))
        return;
    (void)snprintf(self->reason, sizeof self->reason, "%s", fault.reason);
    make_faulty(self, &out->record, fault.column, fault.value, out);
}

static void take_line(struct json_rows *self, source_row *out)
{
    incident empty = incident_empty();
    jsondoc_destroy(&self->object);
    arena_reset(self->memory);
    char why[128] = "it is over 64 KiB";
    bool good = self->row_size <= RECORD_SIZE_MAX &&
                jsondoc_read(self->row, &self->object, why, sizeof why) == STATUS_OK;
    if (good && jsondoc_kind_of(self->object) == JSONDOC_OBJECT) {
        take_object(self, out);
        return;
    }
    (void)snprintf(self->reason, sizeof self->reason, "is no JSON object on one line: %s", good ? "another kind of value" : why);
    make_faulty(self, &empty, "the line", self->row, out);
}

static status json_next(row_source *base, source_row *out)
{
    struct json_rows *self = (struct json_rows *)base;
    do {
        status st = next_line(self);
        if (st != STATUS_OK)
            return st;
        out->line = self->line++;
        out->end = self->offset + self->at;
    } while (text_trim(self->row).size == 0);
    take_line(self, out);
    return STATUS_OK;
}

static const row_source_class json_class = {
    .has_header = false, .begin = json_begin, .give = json_give, .finish = json_finish, .next = json_next,
    .destroy = json_destroy,
};

row_source *json_rows_create(text origin)
{
    struct json_rows *self = memory_new(1, sizeof *self);
    self->base = (row_source){.class = &json_class, .says_markers = true, .says_origin = true};
    self->data = memory_new(self->capacity = 1, 1);
    self->memory = arena_create();
    self->sum = digest_create();
    self->origin = origin;
    return &self->base;
}
