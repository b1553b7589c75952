#include "collector_fixtures.h"

#include <stdlib.h>
#include <string.h>

#include "proto/digest.h"
#include "testing.h"

/* --- records ------------------------------------------------------------------------------------- */

static void put_needed(FILE *out, text value)
{
    (void)fprintf(out, " %.*s", TEXT_ARGS(value.size > 0 ? value : text_of("-")));
}

static void put_if(FILE *out, const char *key, text value)
{
    if (value.size > 0)
        (void)fprintf(out, " %s=%.*s", key, TEXT_ARGS(value));
}

static void put_coordinate(FILE *out, const char *key, int32_t e6)
{
    if (e6 != COORDINATE_NONE)
        (void)fprintf(out, " %s=%d", key, e6);
}

static void put_date(FILE *out, const incident *r)
{
    char date[DATE_TEXT];
    (void)date_text(r->recorded, date);
    (void)fprintf(out, " %.*s", r->month_only ? 7 : 10, date[0] != '\0' ? date : "-");
}

void put_incident(FILE *out, const incident *r)
{
    (void)fprintf(out, "%llu: %.*s/%.*s", (unsigned long long)r->line, TEXT_ARGS(r->origin), TEXT_ARGS(r->reference));
    if (r->revision > 0)
        (void)fprintf(out, " r%llu", (unsigned long long)r->revision);
    (void)fputs(r->status == RECORD_CANCELLED ? " cancelled" : "", out);
    put_date(out, r);
    put_needed(out, r->offence);
    put_needed(out, r->area);
    put_if(out, "name", r->area_name);
    put_if(out, "within", r->area_within);
    put_if(out, "markers", r->markers);
    put_if(out, "outcome", r->outcome);
    put_if(out, "at", r->recorded_at);
    put_if(out, "from", r->occurred_at);
    put_if(out, "to", r->occurred_to);
    put_coordinate(out, "latitude", r->latitude_e6);
    put_coordinate(out, "longitude", r->longitude_e6);
    if (r->issued_ns != 0)
        (void)fprintf(out, " issued=%lld", (long long)r->issued_ns);
}

void put_faulty(FILE *out, const faulty *row)
{
    (void)fprintf(out, "%llu: FAULT %.*s/%.*s %.*s '%.*s' %.*s", (unsigned long long)row->line, TEXT_ARGS(row->origin),
                  TEXT_ARGS(row->reference), TEXT_ARGS(row->column), TEXT_ARGS(row->value), TEXT_ARGS(row->reason));
    if (row->row.size > 200)
        (void)fprintf(out, " |%zu of %llu octets, digest %016llx|", row->row.size, (unsigned long long)row->size,
                      (unsigned long long)row->digest);
    else
        (void)fprintf(out, " |%.*s|", TEXT_ARGS(row->row));
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void put_row(FILE *out, const source_row *row)
{
    (void)fprintf(out, "%llu@%llu ", (unsigned long long)row->line, (unsigned long long)row->end);
    switch (row->kind) {
    case ROW_HEADER: (void)fputs("HEADER", out); break;
    case ROW_RECORD: put_incident(out, &row->record); break;
    case ROW_FAULTY: put_faulty(out, &row->faulty); break;
    }
    (void)fputc('\n', out);
}

static status put_rows(FILE *out, row_source *from)
{
    source_row row = {.kind = ROW_HEADER};
    status st;
    while ((st = from->class->next(from, &row)) == STATUS_OK)
        put_row(out, &row);
    if (st == STATUS_REFUSED)
        (void)fprintf(out, "REFUSED %s\n", from->why);
    return st;
}

const char *rows_in_words(row_source *from, text octets, size_t piece, uint64_t offset, uint64_t line, arena *memory)
{
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    status st = STATUS_AGAIN;
    from->class->begin(from, offset, line);
    for (size_t at = 0; at < octets.size && st == STATUS_AGAIN; at += piece) {
        from->class->give(from, octets.at + at, octets.size - at < piece ? octets.size - at : piece);
        st = put_rows(out, from);
    }
    if (st == STATUS_AGAIN) {
        from->class->finish(from);
        st = put_rows(out, from);
    }
    assert_true(st == STATUS_END || st == STATUS_REFUSED);
    (void)fclose(out);
    text kept = arena_text(memory, (text){words, size});
    free(words);
    return kept.at;
}

/* --- messages ------------------------------------------------------------------------------------ */

static void put_position(FILE *out, const position *at)
{
    if (at->held)
        (void)fprintf(out, "to %llu\n", (unsigned long long)at->offset);
    else
        (void)fputs("stays\n", out);
}

static void put_records(FILE *out, const records *r)
{
    for (size_t i = 0; i < r->incident_count; i++) {
        put_incident(out, &r->incidents[i]);
        (void)fputc('\n', out);
    }
    for (size_t i = 0; i < r->faulty_count; i++) {
        put_faulty(out, &r->faulty[i]);
        (void)fputc('\n', out);
    }
}

static void put_coverage(FILE *out, const coverage_declaration *c)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    (void)fprintf(out, "coverage %.*s %.*s %s..%s", TEXT_ARGS(c->origin), TEXT_ARGS(c->area), date_text(c->days.from, from),
                  date_text(c->days.to, to));
    for (size_t i = 0; i < c->category_count; i++)
        (void)fprintf(out, " %.*s", TEXT_ARGS(c->categories[i]));
    if (c->offence_count > 0)
        (void)fprintf(out, " of %zu offences", c->offence_count);
    (void)fprintf(out, "%s%s%s\n", c->without_markers ? " without markers" : "", c->month_only ? " by month" : "",
                  c->retired ? " retired" : "");
}

static void put_message(FILE *out, const message *m)
{
    if (m->kind == MESSAGE_COVERAGE)
        put_coverage(out, &m->coverage);
    else if (m->kind == MESSAGE_SNAPSHOT_BEGIN)
        (void)fprintf(out, "snapshot %.*s r%llu issued=%lld\n", TEXT_ARGS(m->snapshot_begin.origin),
                      (unsigned long long)m->snapshot_begin.revision, (long long)m->snapshot_begin.issued_ns);
    else if (m->kind == MESSAGE_SNAPSHOT_END) {
        (void)fputs("snapshot ends, ", out);
        put_position(out, &m->snapshot_end);
    } else {
        assert_int_equal(m->kind, MESSAGE_RECORDS);
        put_records(out, &m->records);
        (void)fprintf(out, "records of %.*s%s, ", TEXT_ARGS(m->records.origin), m->records.more ? " and more" : "");
        put_position(out, &m->records.position);
    }
}

static const char *taken(feed *from, const position *held, bool all, arena *memory)
{
    char *words = NULL;
    size_t size = 0;
    status st;
    message one;
    FILE *out = open_memstream(&words, &size);
    arena *passing = arena_create();
    assert_int_equal(from->class->resume(from, held), STATUS_OK);
    while ((st = from->class->next(from, passing, &one)) == STATUS_OK) {
        if (all)
            put_message(out, &one);
        else if (one.kind == MESSAGE_RECORDS)
            put_records(out, &one.records);
        arena_reset(passing);
    }
    if (all)
        (void)fprintf(out, "%s\n", status_text(st));
    (void)fclose(out);
    text kept = arena_text(memory, (text){words, size});
    free(words);
    arena_destroy(&passing);
    return kept.at;
}

const char *feed_in_words(feed *from, const position *held, arena *memory)
{
    return taken(from, held, true, memory);
}

const char *records_in_words(feed *from, const position *held, arena *memory)
{
    return taken(from, held, false, memory);
}

message next_message(feed *from, arena *memory)
{
    message made;
    assert_int_equal(from->class->next(from, memory, &made), STATUS_OK);
    return made;
}

position position_at(text octets, size_t offset, arena *memory)
{
    unsigned char *room = arena_take(memory, DIGEST_SIZE);
    digest_state *sum = digest_create();
    digest_feed(sum, octets.at, offset);
    digest_now(sum, room);
    digest_destroy(&sum);
    return (position){.offset = offset, .digest = {(const char *)room, DIGEST_SIZE}, .held = true};
}

/* --- the user ------------------------------------------------------------------------------------ */

static char told_now[16 * 1024], told_before[sizeof told_now];

void tell_test(const char *path, const char *words)
{
    const char *slash = strrchr(path, '/');
    size_t used = strlen(told_now);
    (void)snprintf(told_now + used, sizeof told_now - used, "%s: %s\n", slash != NULL ? slash + 1 : path, words);
}

const char *told(void)
{
    memcpy(told_before, told_now, sizeof told_now);
    told_now[0] = '\0';
    return told_before;
}
