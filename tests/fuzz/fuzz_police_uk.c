/* Must hold for all octets: as a data.police.uk file they are refused with words, or give sound records and faults that can be sent,
 * as many as there are rows, the same again after a break; a snapshot begins and ends. */
#include <string.h>

#include "collector/police_uk.h"
#include "fuzz.h"

static unsigned told;

static void tell(const char *path, const char *words)
{
    (void)path;
    MUST(words[0] != '\0');
    told++;
}

/* What a reading gave. */
struct reading {
    size_t records, faults, begins, ends, coverage;
    uint64_t digest;
    bool moved; /* the last message moved the position */
};

static void must_arrive(message *m, arena *memory)
{
    message again;
    const char *why;
    buffer sent = {0};
    m->version = WIRE_VERSION;
    m->stream_number = 1;
    m->sequence = 1;
    (void)wire_encode(m, memory, &sent);
    MUST(wire_decode(sent.data, sent.size, memory, &again, &why) == STATUS_OK);
    MUST(again.kind == m->kind);
    buffer_free(&sent);
}

static void take(struct reading *self, const message *m)
{
    self->begins += m->kind == MESSAGE_SNAPSHOT_BEGIN;
    self->ends += m->kind == MESSAGE_SNAPSHOT_END;
    self->coverage += m->kind == MESSAGE_COVERAGE;
    self->moved = m->kind == MESSAGE_SNAPSHOT_END || (m->kind == MESSAGE_RECORDS && m->records.position.held);
    if (m->kind != MESSAGE_RECORDS)
        return;
    must_be_words(m->records.origin);
    self->records += m->records.incident_count;
    self->faults += m->records.faulty_count;
    for (size_t i = 0; i < m->records.incident_count; i++) {
        const incident *r = &m->records.incidents[i];
        const char *field;
        MUST(incident_fault(r, &field) == NULL);
        MUST(r->month_only && r->line > 1);
        self->digest = self->digest * 31 + r->line + r->reference.size + (unsigned char)r->reference.at[r->reference.size - 1];
    }
    for (size_t i = 0; i < m->records.faulty_count; i++) {
        const faulty *f = &m->records.faulty[i];
        must_be_words(f->reason);
        must_be_words(f->origin);
        MUST(text_utf8_fault(f->value) == f->value.size && text_utf8_fault(f->reference) == f->reference.size);
    }
}

static struct reading read_all(feed *from, arena *memory)
{
    struct reading made = {0};
    message m;
    status st;
    MUST(from->class->resume(from, &(position){0}) == STATUS_OK);
    while ((st = from->class->next(from, memory, &m)) == STATUS_OK) {
        take(&made, &m);
        must_arrive(&m, memory);
    }
    MUST(st == STATUS_END);
    MUST(made.begins == made.ends && made.begins <= 1 && made.coverage <= made.begins);
    MUST(made.moved || made.records + made.faults == 0);
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    feed *from = police_uk_create((police_uk_settings){
        .path = path_of((text){(const char *)octets, size}), .issued_ns = 1000, .tell = tell});
    MUST(from != NULL);
    arena *memory = arena_create();
    told = 0;
    if (from->class->prepare(from) != STATUS_OK)
        MUST(told == 1);
    else {
        MUST(text_utf8_fault(text_of(from->stream)) == strlen(from->stream));
        struct reading first = read_all(from, memory), second = read_all(from, memory);
        MUST(first.records == second.records && first.faults == second.faults && first.digest == second.digest);
        from->class->settled(from);
    }
    from->class->destroy(from);
    arena_destroy(&memory);
    return 0;
}
