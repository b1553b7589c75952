#include "spooled_run.h"

#include <string.h>

#include "proto/jsondoc.h"

enum { WHY_SIZE = 128 };

static void put_cover(jsondoc *covers, const coverage_declaration *from)
{
    jsondoc *one = jsondoc_add_object(covers);
    jsondoc_put_text(one, "area", from->area);
    jsondoc *categories = jsondoc_put_array(one, "categories");
    for (size_t i = 0; i < from->category_count; i++)
        jsondoc_add_text(categories, from->categories[i]);
    jsondoc_put_date(one, "from", from->days.from);
    jsondoc_put_date(one, "to", from->days.to);
    jsondoc_put_integer(one, "promised_interval_s", from->promised_interval_s);
    jsondoc_put_bool(one, "retired", from->retired);
}

text spooled_run_write(const spooled_run *self, arena *memory)
{
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "rows", text_of(self->json ? "ndjson" : "csv"));
    jsondoc_put_text(all, "origin", self->origin);
    jsondoc_put_integer(all, "issued_ns", self->issued_ns);
    jsondoc *covers = jsondoc_put_array(all, "covers");
    for (size_t i = 0; i < self->cover_count; i++)
        put_cover(covers, &self->covers[i]);
    text line = jsondoc_print(all, memory);
    jsondoc_destroy(&all);
    char *octets = arena_take(memory, line.size + 1 + self->head.size);
    memcpy(octets, line.at, line.size);
    octets[line.size] = '\n';
    if (self->head.size > 0)
        memcpy(octets + line.size + 1, self->head.at, self->head.size);
    return (text){octets, line.size + 1 + self->head.size};
}

static bool read_cover(const jsondoc *from, arena *memory, coverage_declaration *out)
{
    const jsondoc *categories = jsondoc_get(from, "categories");
    int64_t promised = 0;
    *out = (coverage_declaration){.area = arena_text(memory, jsondoc_text(jsondoc_get(from, "area"))),
                                  .retired = jsondoc_number(jsondoc_get(from, "retired")) != 0,
                                  .category_count = categories != NULL ? jsondoc_size(categories) : 0};
    out->categories = arena_take(memory, out->category_count * sizeof *out->categories);
    for (size_t i = 0; i < out->category_count; i++)
        out->categories[i] = arena_text(memory, jsondoc_text(jsondoc_at(categories, i)));
    (void)jsondoc_integer(jsondoc_get(from, "promised_interval_s"), &promised);
    out->promised_interval_s = (uint32_t)promised;
    return date_read(jsondoc_text(jsondoc_get(from, "from")), &out->days.from) &&
           date_read(jsondoc_text(jsondoc_get(from, "to")), &out->days.to);
}

static bool read_line(const jsondoc *from, arena *memory, spooled_run *out)
{
    text rows = jsondoc_text(jsondoc_get(from, "rows"));
    const jsondoc *covers = jsondoc_get(from, "covers");
    *out = (spooled_run){.json = text_is(rows, "ndjson"),
                         .origin = arena_text(memory, jsondoc_text(jsondoc_get(from, "origin"))),
                         .cover_count = covers != NULL ? jsondoc_size(covers) : 0};
    out->covers = arena_take(memory, out->cover_count * sizeof *out->covers);
    for (size_t i = 0; i < out->cover_count; i++)
        if (!read_cover(jsondoc_at(covers, i), memory, &out->covers[i]))
            return false;
    return jsondoc_integer(jsondoc_get(from, "issued_ns"), &out->issued_ns) && (out->json || text_is(rows, "csv"));
}

status spooled_run_read(text from, arena *memory, spooled_run *out)
{
    jsondoc *line;
    char why[WHY_SIZE];
    spooled_run made;
    const char *end = from.size > 0 ? memchr(from.at, '\n', from.size) : NULL;
    if (end == NULL || jsondoc_read((text){from.at, (size_t)(end - from.at)}, &line, why, sizeof why) != STATUS_OK)
        return STATUS_MALFORMED;
    bool good = read_line(line, memory, &made);
    jsondoc_destroy(&line);
    if (!good)
        return STATUS_MALFORMED;
    made.head = arena_text(memory, (text){end + 1, from.size - (size_t)(end + 1 - from.at)});
    *out = made;
    return STATUS_OK;
}

row_source *spooled_run_rows(const spooled_run *self)
{
    return self->json ? json_rows_create(self->origin) : csv_rows_create(self->origin);
}
