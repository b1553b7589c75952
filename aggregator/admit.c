/* Step 2 of the record's path: is it sound, who is it, have we heard it, which version stands? */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "engine_parts.h"
#include "proto/digest.h"

/* --- rejects ----------------------------------------------------------------------------------- */

/* Where it came from and where it stood there don't make it another reject. */
static uint64_t digest_of_reject(const reject *r)
{
    uint64_t digest = digest_seeded(r->origin, (uint64_t)r->reason);
    digest = digest_seeded(r->reference, digest);
    digest = digest_seeded(r->record, digest);
    return digest_seeded((text){(const char *)&r->row_digest, sizeof r->row_digest}, digest ^ r->size);
}

static void keep_reject(engine *self, const reject *made, admission *out)
{
    gathering_add_reject(&self->gathering, made);
    if (made->reference.size > 0) /* what names no incident waits for none; there may be very many of these */
        open_rejects_add(self->rejects, finder_hash(made->origin, made->reference), made->digest, made->revision);
    out->kind = ADMISSION_REJECTED;
    out->reason = made->reason;
    out->words = self->gathering.rejects[self->gathering.reject_count - 1].words;
}

static void reject_record(engine *self, const incident *record, const sender *from, int64_t now_s,
                          reject_reason reason, text words, admission *out)
{
    reject made = {
        .received_s = now_s, .reason = reason, .words = words, .origin = record->origin,
        .reference = record->reference, .revision = record->revision <= INT64_MAX ? record->revision : 0,
        .source = from->stream.source, .stream = from->stream.stream, .line = record->line,
    };
    incident bare = *record;
    bare.issued_ns = 0; /* the same record issued again, or standing elsewhere, is the same reject */
    bare.line = 0;
    made.record = wire_encode_incident(&bare, self->scratch);
    made.size = made.record.size;
    made.digest = digest_of_reject(&made);
    bare.issued_ns = record->issued_ns; /* tried again, it takes its place in the order */
    made.record = wire_encode_incident(&bare, self->scratch);
    keep_reject(self, &made, out);
}

void engine_admit_faulty(engine *self, const faulty *row, const sender *from, int64_t now_s, admission *out)
{
    *out = (admission){.kind = ADMISSION_REPEATED};
    self->gathering.records++;
    if (from->ignored)
        return;
    reject made = {
        .received_s = now_s,
        .reason = row->size > RECORD_SIZE_MAX ? REJECT_TOO_LARGE : REJECT_UNREADABLE,
        .words = row->reason, .origin = row->origin, .reference = row->reference,
        .source = from->stream.source, .stream = from->stream.stream, .line = row->line,
        .row = row->row, .size = row->size, .row_digest = row->digest,
    };
    if (row->column.size > 0)
        made.words = arena_print(self->scratch, "%.*s '%.*s' %.*s", TEXT_ARGS(row->column), TEXT_ARGS(row->value),
                                 TEXT_ARGS(row->reason));
    made.digest = digest_of_reject(&made);
    keep_reject(self, &made, out);
    arena_reset(self->scratch);
}

/* --- what is wrong with a record that could be read ---------------------------------------------- */

static bool date_in_future(const incident *record, int64_t now_s)
{
    day_number from = record->month_only ? month_first(month_of(record->recorded)) : record->recorded;
    return from > london_date(now_s) + 1;
}

/* The offence's number if the reference data know the code, else 0. */
static uint32_t offence_number(engine *self, const incident *record)
{
    uint32_t known = codebook_find(self->book, CODE_OFFENCE, record->offence);
    if (known != 0)
        return classify_offence(self->classifier, known, record->recorded) != CATEGORY_NONE ? known : 0;
    if (offence_tree_place(self->data->categories, record->offence, record->recorded) == CATEGORY_NONE)
        return 0;
    return codebook_number(self->book, CODE_OFFENCE, record->offence);
}

static uint32_t place_number(engine *self, const incident *record)
{
    uint32_t known = codebook_find_place(self->book, record->area, record->area_name, record->area_within);
    if (known != 0)
        return classify_area(self->classifier, known) != AREA_NONE ? known : 0;
    if (geography_place(self->data->areas, record->area, record->area_name, record->area_within) == AREA_NONE)
        return 0;
    return codebook_place_number(self->book, record->area, record->area_name, record->area_within);
}

static text describe_place(engine *self, const incident *record)
{
    const text parts[] = {record->area, record->area_name, record->area_within};
    text said = {"", 0};
    for (size_t i = 0; i < 3; i++)
        if (parts[i].size > 0)
            said = said.size == 0 ? parts[i] : arena_print(self->scratch, "%.*s, %.*s", TEXT_ARGS(said), TEXT_ARGS(parts[i]));
    return said;
}

/* Fills in the codes of a recorded incident. Returns the reason why it can't be counted, or 0. */
static reject_reason place_record(engine *self, const incident *record, int64_t now_s, version *made, text *words)
{
    if (date_in_future(record, now_s)) {
        char date[DATE_TEXT], today[DATE_TEXT];
        *words = arena_print(self->scratch, "recorded_at '%s' lies more than a day after it was received (%s): mend the "
                             "date at its source, or this machine's clock", date_text(record->recorded, date),
                             date_text(london_date(now_s), today));
        return REJECT_FUTURE_DATE;
    }
    made->offence = offence_number(self, record);
    if (made->offence == 0) {
        *words = arena_print(self->scratch, "offence '%.*s' is not in offences.csv: add it there, then run tocsin "
                             "rejects --retry", TEXT_ARGS(record->offence));
        return REJECT_UNKNOWN_OFFENCE;
    }
    made->place = place_number(self, record);
    if (made->place == 0) {
        *words = arena_print(self->scratch, "area '%.*s' is not in areas.csv: add it there or import a lookup, then run "
                             "tocsin rejects --retry", TEXT_ARGS(describe_place(self, record)));
        return REJECT_UNKNOWN_AREA;
    }
    return REJECT_UNSPECIFIED;
}

/* --- the version ------------------------------------------------------------------------------- */

/* Markers as they count: trimmed, sorted, each once; so that "b; a" says the same as "a;b". */
static text tidy_markers(text markers, arena *memory)
{
    text each[MARKERS_SIZE_MAX / 2 + 1], one;
    size_t count = 0;
    char *out = arena_take(memory, markers.size + 1), *at = out;
    while (text_split(&markers, ';', &one)) {
        one = text_trim(one);
        size_t place = 0;
        while (place < count && text_compare(each[place], one) < 0)
            place++;
        if (one.size == 0 || (place < count && text_equal(each[place], one)))
            continue;
        memmove(each + place + 1, each + place, (count - place) * sizeof *each);
        each[place] = one;
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            *at++ = ';';
        memcpy(at, each[i].at, each[i].size);
        at += each[i].size;
    }
    return (text){out, (size_t)(at - out)};
}

static void fill_version(engine *self, const incident *record, int64_t now_s, version *made)
{
    text markers = record->markers.size > 0 ? tidy_markers(record->markers, self->scratch) : record->markers;
    made->reference = record->reference;
    made->revision = record->revision;
    made->issued_ns = record->issued_ns;
    made->received_s = now_s;
    made->status = record->status;
    made->recorded = record->recorded;
    made->month_only = record->month_only;
    made->markers = codebook_number(self->book, CODE_MARKERS, markers);
    made->outcome = codebook_number(self->book, CODE_OUTCOME, record->outcome);
    made->recorded_at = record->recorded_at;
    made->occurred_at = record->occurred_at;
    made->occurred_to = record->occurred_to;
    made->latitude_e6 = record->latitude_e6;
    made->longitude_e6 = record->longitude_e6;
}

/* A cancellation may name codes that nobody knows: it counts nowhere, and they are kept as they came. */
static void fill_cancelled_codes(engine *self, const incident *record, version *made)
{
    made->offence = codebook_number(self->book, CODE_OFFENCE, record->offence);
    made->place = codebook_place_number(self->book, record->area, record->area_name, record->area_within);
}

/* A repeat that was issued before the version it repeats moves that version back in order. So the order in
 * which the two came makes no difference. */
static status move_back(engine *self, version *chain, size_t count, size_t repeated, int64_t issued_ns)
{
    if (issued_ns >= chain[repeated].issued_ns)
        return STATUS_OK;
    chain[repeated].issued_ns = issued_ns;
    engine_mark(self, &chain[repeated]);
    return engine_restand(self, chain, count, chain_standing(chain, count));
}

/* Another version of an incident whose versions stand in self->chain. */
static status admit_known(engine *self, uint64_t hash, size_t count, version *made, const sender *from, admission *out)
{
    version *chain = self->chain;
    made->content = engine_content(self, made);
    size_t repeated = chain_repeated(chain, count, made, from->in_snapshot);
    if (repeated < count) {
        out->kind = ADMISSION_REPEATED;
        return from->in_snapshot ? STATUS_OK : move_back(self, chain, count, repeated, made->issued_ns);
    }
    out->kind = ADMISSION_REPLACED;
    return engine_append(self, hash, chain, count, made);
}

static status admit_version(engine *self, uint64_t hash, version *made, const sender *from, admission *out)
{
    size_t count;
    status st = engine_chain(self, hash, made->origin, made->reference, self->chain, &count);
    if (st != STATUS_OK)
        return st;
    if (count > 0)
        return admit_known(self, hash, count, made, from, out);
    out->kind = ADMISSION_ACCEPTED;
    return engine_append(self, hash, NULL, 0, made);
}

static status admit(engine *self, const incident *record, const sender *from, int64_t now_s, admission *out)
{
    const char *field, *fault = incident_fault(record, &field);
    uint64_t hash = finder_hash(record->origin, record->reference);
    version made = {0};
    text words = {"", 0};
    reject_reason reason = fault != NULL ? REJECT_BAD_FIELD : REJECT_UNSPECIFIED;
    if (fault != NULL)
        words = arena_print(self->scratch, "%s %s", field, fault);
    else if (record->status == RECORD_RECORDED)
        reason = place_record(self, record, now_s, &made, &words);
    else
        fill_cancelled_codes(self, record, &made);
    if (reason != REJECT_UNSPECIFIED) {
        reject_record(self, record, from, now_s, reason, words, out);
        return STATUS_OK;
    }
    made.origin = codebook_number(self->book, CODE_ORIGIN, record->origin);
    fill_version(self, record, now_s, &made);
    status st = admit_version(self, hash, &made, from, out);
    if (st == STATUS_TOO_LARGE) {
        words = arena_print(self->scratch, "reference '%.*s' has more than %d versions: a reference must name one "
                            "incident", TEXT_ARGS(record->reference), CHAIN_MAX);
        reject_record(self, record, from, now_s, REJECT_BAD_FIELD, words, out);
        return STATUS_OK;
    }
    uint64_t digest;
    while (st == STATUS_OK && open_rejects_take(self->rejects, hash, record->revision, &digest))
        gathering_resolve(&self->gathering, digest);
    return st;
}

void engine_expect(const engine *self, const incident *next, size_t count)
{
    for (size_t i = 0; i < count; i++)
        finder_expect(self->finder, finder_hash(next[i].origin, next[i].reference));
}

status engine_admit(engine *self, const incident *record, const sender *from, int64_t now_s, admission *out)
{
    *out = (admission){.kind = ADMISSION_REPEATED};
    self->gathering.records++;
    if (from->ignored)
        return STATUS_OK;
    status st = admit(self, record, from, now_s, out);
    arena_reset(self->scratch);
    return st;
}
