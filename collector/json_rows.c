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
    free(self->data);
    free(self);
}

/* Drops what has been seen of a line that is over its bound; its beginning stays. */
static void drop_middle(struct json_rows *self)
{
    size_t surplus = self->used - self->at - RECORD_SIZE_MAX;
    self->skipping = true;
    self->skipped += surplus;
    self->used -= surplus;
    self->offset += surplus;
}

/* The next line without its end; STATUS_AGAIN when it isn't whole. `size` counts what was dropped too. */
static status next_line(struct json_rows *self, text *line, uint64_t *size)
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
    *size = length + self->skipped;
    *line = (text){from, length < RECORD_SIZE_MAX ? length : RECORD_SIZE_MAX};
    self->at += length + (end != NULL);
    self->skipping = false;
    self->skipped = 0;
    return STATUS_OK;
}

static void make_faulty(struct json_rows *self, text line, uint64_t size, const incident *read, const char *column,
                        text value, source_row *out)
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
        .row = line,
        .size = size,
        .digest = digest_text(line) ^ (size > line.size ? size : 0),
    };
}

/* A value as the canonical file would have it: numbers as written, lists joined by ';'.
 * Returns false when it is of no kind that can be. */
static bool value_as_text(struct json_rows *self, const jsondoc *value, int field, text *out)
{
    int64_t whole;
    switch (jsondoc_kind_of(value)) {
    case JSONDOC_TEXT: *out = jsondoc_text(value); return true;
    case JSONDOC_NULL: return true;
    case JSONDOC_NUMBER:
        if (jsondoc_integer(value, &whole))
            (void)snprintf(self->number[field], sizeof self->number[field], "%lld", (long long)whole);
        else
            (void)snprintf(self->number[field], sizeof self->number[field], "%.9g", jsondoc_number(value));
        *out = text_of(self->number[field]);
        return true;
    case JSONDOC_ARRAY:
        for (size_t i = 0; i < jsondoc_size(value); i++) {
            text one = jsondoc_text(jsondoc_at(value, i));
            *out = i == 0 ? one : arena_print(self->memory, "%.*s;%.*s", TEXT_ARGS(*out), TEXT_ARGS(one));
        }
        return field == CANONICAL_MARKERS;
    case JSONDOC_BOOL:
    case JSONDOC_OBJECT: break;
    }
    return false;
}

static void take_object(struct json_rows *self, text line, uint64_t size, source_row *out)
{
    text fields[CANONICAL_FIELDS];
    canonical_fault fault;
    for (int i = 0; i < CANONICAL_FIELDS; i++) {
        const char *name = canonical_name((canonical_field)i);
        const jsondoc *value = jsondoc_get(self->object, name);
        fields[i] = (text){"", 0};
        if (value != NULL && !value_as_text(self, value, i, &fields[i])) {
            incident empty = incident_empty();
            (void)snprintf(self->reason, sizeof self->reason, "is neither a text nor a number");
            make_faulty(self, line, size, &empty, name, (text){"", 0}, out);
            return;
        }
    }
    out->kind = ROW_RECORD;
    if (canonical_read(fields, self->origin, &out->record, &fault))
        return;
    (void)snprintf(self->reason, sizeof self->reason, "%s", fault.reason);
    make_faulty(self, line, size, &out->record, fault.column, fault.value, out);
}

static void take_line(struct json_rows *self, text line, uint64_t size, source_row *out)
{
    incident empty = incident_empty();
    jsondoc_destroy(&self->object);
    arena_reset(self->memory);
    char why[128] = "it is over 64 KiB";
    bool good = size <= RECORD_SIZE_MAX &&
                jsondoc_read(line, &self->object, why, sizeof why) == STATUS_OK;
    if (good && jsondoc_kind_of(self->object) == JSONDOC_OBJECT) {
        take_object(self, line, size, out);
        return;
    }
    (void)snprintf(self->reason, sizeof self->reason, "is no JSON object on one line: %s", good ? "another kind of value" : why);
    make_faulty(self, line, size, &empty, "the line", line, out);
}

static status json_next(row_source *base, source_row *out)
{
    struct json_rows *self = (struct json_rows *)base;
    text line;
    uint64_t size;
    for (;;) {
        status st = next_line(self, &line, &size);
        if (st != STATUS_OK)
            return st;
        out->line = self->line++;
        out->end = self->offset + self->at;
        if (text_trim(line).size > 0)
            break;
    }
    take_line(self, line, size, out);
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
    self->memory = arena_create();
    self->origin = origin;
    return &self->base;
}
