/* Must hold for all octets: they are refused with words, or are a message within the contract's bounds, and that message, sent,
 * arrives as it was. The same of an incident by itself, which is how a reject is kept. */
#include "proto/wire.h"

#include <string.h>

#include "fuzz.h"

enum { SENT_AGAIN_MAX = MESSAGE_SIZE_MAX / 4 }; /* one that bears each record's own line takes more room */

#define SAME(field) MUST(a->field == b->field)
#define SAME_TEXT(field) MUST(text_equal(a->field, b->field))

static void same_incident(const incident *a, const incident *b)
{
    SAME_TEXT(origin);
    SAME_TEXT(reference);
    SAME(revision);
    SAME(status);
    SAME(recorded);
    SAME(month_only);
    SAME_TEXT(offence);
    SAME_TEXT(area);
    SAME_TEXT(area_name);
    SAME_TEXT(area_within);
    SAME_TEXT(markers);
    SAME_TEXT(outcome);
    SAME_TEXT(recorded_at);
    SAME_TEXT(occurred_at);
    SAME_TEXT(occurred_to);
    SAME(latitude_e6);
    SAME(longitude_e6);
}

static void same_faulty(const faulty *a, const faulty *b)
{
    SAME_TEXT(origin);
    SAME_TEXT(reference);
    SAME(line);
    SAME_TEXT(column);
    SAME_TEXT(value);
    SAME_TEXT(reason);
    SAME_TEXT(row);
    SAME(size);
    SAME(digest);
}

static void same_texts(const text *a, size_t a_count, const text *b, size_t b_count)
{
    MUST(a_count == b_count);
    for (size_t i = 0; i < a_count; i++)
        MUST(text_equal(a[i], b[i]));
}

static void same_position(const position *a, const position *b)
{
    SAME(held);
    SAME(offset);
    SAME_TEXT(digest);
}

static void same_coverage(const coverage_declaration *a, const coverage_declaration *b)
{
    SAME_TEXT(origin);
    SAME_TEXT(area);
    SAME(days.from);
    SAME(days.to);
    same_texts(a->categories, a->category_count, b->categories, b->category_count);
    same_texts(a->offences, a->offence_count, b->offences, b->offence_count);
    SAME(without_markers);
    SAME(month_only);
    SAME(promised_interval_s);
    SAME(retired);
    MUST(a->days.from >= DAY_MIN && a->days.to >= a->days.from && a->days.to <= DAY_MAX);
    MUST(a->category_count <= CATEGORIES_MAX && a->origin.size > 0 && a->area.size > 0);
}

static void same_records(const records *a, const records *b)
{
    SAME_TEXT(origin);
    SAME(incident_count);
    SAME(faulty_count);
    SAME(more);
    same_position(&a->position, &b->position);
    MUST(a->incident_count + a->faulty_count <= RECORDS_MAX);
    for (size_t i = 0; i < a->incident_count; i++) {
        const incident *one = &a->incidents[i], *other = &b->incidents[i];
        const char *field;
        same_incident(one, other);
        MUST(one->line == other->line);
        MUST(one->issued_ns == other->issued_ns || one->issued_ns == 0); /* 0 is none, and can't be sent */
        MUST(one->recorded == DAY_NONE || (one->recorded >= DAY_MIN && one->recorded <= DAY_MAX));
        const char *fault = incident_fault(one, &field);
        if (fault != NULL)
            must_be_words(text_of(fault));
    }
    for (size_t i = 0; i < a->faulty_count; i++)
        same_faulty(&a->faulty[i], &b->faulty[i]);
}

static void same_ack(const ack *a, const ack *b)
{
    SAME(through);
    SAME(accepted);
    SAME(repeated);
    SAME(replaced);
    SAME(rejected);
    SAME(rejection_count);
    same_texts(a->notes, a->note_count, b->notes, b->note_count);
    for (size_t i = 0; i < a->rejection_count; i++) {
        const rejection *one = &a->rejections[i], *other = &b->rejections[i];
        MUST(one->sequence == other->sequence && one->index == other->index && one->of_faulty == other->of_faulty);
        MUST(one->reason == other->reason && text_equal(one->words, other->words));
        must_be_words(text_of(reject_reason_text(one->reason)));
    }
}

static void same_hello(const hello *a, const hello *b)
{
    SAME_TEXT(source);
    SAME_TEXT(stream);
    SAME(instance);
    SAME_TEXT(software);
    SAME(claim_count);
    MUST(a->claim_count <= CLAIMS_MAX);
    for (size_t i = 0; i < a->claim_count; i++)
        same_coverage(&a->claims[i], &b->claims[i]);
}

static void same_welcome(const welcome *a, const welcome *b)
{
    same_position(&a->position, &b->position);
    SAME(credit);
    SAME(heartbeat_s);
    SAME(epoch);
}

static void same_snapshot_begin(const snapshot_begin *a, const snapshot_begin *b)
{
    SAME_TEXT(origin);
    SAME(revision);
    SAME(issued_ns);
    SAME_TEXT(digest);
}

static void same_refuse(const refuse *a, const refuse *b)
{
    SAME(refusal);
    SAME_TEXT(words);
    SAME(retry_after_s);
}

static void same_message(const message *a, const message *b)
{
    SAME(kind);
    SAME(version);
    SAME(session);
    SAME(stream_number);
    SAME(sequence);
    switch (a->kind) {
    case MESSAGE_HELLO: same_hello(&a->hello, &b->hello); break;
    case MESSAGE_WELCOME: same_welcome(&a->welcome, &b->welcome); break;
    case MESSAGE_RECORDS: same_records(&a->records, &b->records); break;
    case MESSAGE_ACK: same_ack(&a->ack, &b->ack); break;
    case MESSAGE_COVERAGE: same_coverage(&a->coverage, &b->coverage); break;
    case MESSAGE_SNAPSHOT_BEGIN: same_snapshot_begin(&a->snapshot_begin, &b->snapshot_begin); break;
    case MESSAGE_SNAPSHOT_END: same_position(&a->snapshot_end, &b->snapshot_end); break;
    case MESSAGE_BYE: MUST(text_equal(a->bye, b->bye)); break;
    case MESSAGE_REFUSE: same_refuse(&a->refuse, &b->refuse); break;
    case MESSAGE_NONE:
    case MESSAGE_CAUGHT_UP:
    case MESSAGE_HEARTBEAT:
    case MESSAGE_KINDS: break;
    }
}

static void must_arrive(const message *made, arena *memory)
{
    message again;
    const char *why;
    buffer sent = {0};
    must_be_words(text_of(message_name(made->kind)));
    (void)wire_encode(made, memory, &sent);
    MUST(wire_decode(sent.data, sent.size, memory, &again, &why) == STATUS_OK);
    same_message(made, &again);
    buffer_free(&sent);
}

static void incident_must_arrive(text octets, arena *memory)
{
    incident made, again;
    if (wire_decode_incident(octets, memory, &made) != STATUS_OK)
        return;
    MUST(wire_decode_incident(wire_encode_incident(&made, memory), memory, &again) == STATUS_OK);
    same_incident(&made, &again);
    MUST(made.issued_ns == again.issued_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    message made = {.kind = MESSAGE_KINDS};
    const char *why = NULL;
    arena *memory = arena_create();
    status st = wire_decode(octets, size, memory, &made, &why);
    MUST(st == STATUS_OK || st == STATUS_MALFORMED || st == STATUS_TOO_LARGE);
    if (st != STATUS_OK) {
        MUST(made.kind == MESSAGE_KINDS);
        must_be_words(text_of(why));
    } else if (made.kind != MESSAGE_NONE && size < SENT_AGAIN_MAX)
        must_arrive(&made, memory);
    incident_must_arrive((text){(const char *)octets, size}, memory);
    arena_destroy(&memory);
    return 0;
}
