#include <stdio.h>

#include "receive_parts.h"

/* Counts of the stream's whole life, stored with its position. */
static void count_in_stream(open_stream *stream, const admission *said)
{
    uint64_t *const counts[] = {
        [ADMISSION_ACCEPTED] = &stream->state.accepted,
        [ADMISSION_REPEATED] = &stream->state.repeated,
        [ADMISSION_REPLACED] = &stream->state.replaced,
        [ADMISSION_REJECTED] = &stream->state.rejected,
    };
    ++*counts[said->kind];
}

static void move_stream(receive *self, open_stream *stream, const position *to, moment now)
{
    if (to->held)
        open_stream_move(stream, to);
    stream->state.position.held = true;
    stream->state.updated_s = now.wall_s;
    engine_put_stream(self->engine, &stream->state);
}

static sender sender_of(const open_stream *stream)
{
    return (sender){.stream = stream->state.key, .in_snapshot = stream->in_issue && !stream->ignored,
                    .ignored = stream->ignored};
}

static refusal admit_incidents(receive *self, session *from, open_stream *stream, const message *in, moment now)
{
    sender who = sender_of(stream);
    engine_expect(self->engine, in->records.incidents, in->records.incident_count);
    for (size_t i = 0; i < in->records.incident_count; i++) {
        const incident *record = &in->records.incidents[i];
        admission said;
        if (engine_admit(self->engine, record, &who, now.wall_s, &said) != STATUS_OK)
            return receive_store_failed(self);
        if (stream->snapshot != NULL)
            engine_snapshot_saw(stream->snapshot, record->reference);
        session_owe(from, in->sequence, (uint32_t)i, false, &said);
        count_in_stream(stream, &said);
    }
    return REFUSAL_NONE;
}

static void admit_faulty(receive *self, session *from, open_stream *stream, const message *in, moment now)
{
    sender who = sender_of(stream);
    for (size_t i = 0; i < in->records.faulty_count; i++) {
        const faulty *row = &in->records.faulty[i];
        admission said;
        engine_admit_faulty(self->engine, row, &who, now.wall_s, &said);
        if (stream->snapshot != NULL)
            engine_snapshot_saw(stream->snapshot, row->reference);
        session_owe(from, in->sequence, (uint32_t)i, true, &said);
        count_in_stream(stream, &said);
    }
}

/* What an issue brings after a later one has overtaken it on another stream would stand for ever: nobody withdraws it. */
static refusal give_up_if_overtaken(receive *self, session *from, open_stream *stream)
{
    char words[NOTE_SIZE_MAX];
    if (stream->snapshot == NULL)
        return REFUSAL_NONE;
    if (engine_snapshot_overtaken(self->engine, &stream->snapshot, &stream->ignored, words) != STATUS_OK)
        return receive_store_failed(self);
    if (stream->ignored)
        session_note(from, words);
    return REFUSAL_NONE;
}

refusal receive_on_records(receive *self, session *from, const message *in, moment now)
{
    open_stream *stream = session_stream(from, in->stream_number);
    refusal why = give_up_if_overtaken(self, from, stream);
    if (why == REFUSAL_NONE)
        why = admit_incidents(self, from, stream, in, now);
    if (why != REFUSAL_NONE)
        return why;
    admit_faulty(self, from, stream, in, now);
    self->counters.records += in->records.incident_count + in->records.faulty_count;
    self->more = in->records.more;
    move_stream(self, stream, &in->records.position, now);
    return REFUSAL_NONE;
}

refusal receive_on_coverage(receive *self, session *from, const message *in, moment now)
{
    char words[NOTE_SIZE_MAX];
    coverage_answer answer;
    (void)from;
    if (engine_declare(self->engine, &in->coverage, now.wall_s, &answer, words) != STATUS_OK)
        return receive_store_failed(self);
    if (answer == COVERAGE_OVERLAPS)
        return receive_refused(self, REFUSAL_ORIGINS_OVERLAP, "%s", words);
    if (answer == COVERAGE_UNKNOWN)
        return receive_refused(self, REFUSAL_BAD_DECLARATION, "%s", words);
    return REFUSAL_NONE;
}

refusal receive_on_snapshot_begin(receive *self, session *from, const message *in, moment now)
{
    char words[NOTE_SIZE_MAX];
    snapshot_answer answer;
    open_stream *stream = session_stream(from, in->stream_number);
    engine_snapshot_abandon(&stream->snapshot);
    if (engine_snapshot_begin(self->engine, &in->snapshot_begin, now.wall_s, &stream->snapshot, &answer, words) !=
        STATUS_OK)
        return receive_store_failed(self);
    stream->in_issue = true;
    stream->ignored = answer == SNAPSHOT_OLDER;
    if (stream->ignored)
        session_note(from, words);
    return REFUSAL_NONE;
}

static void note_withdrawn(session *to, uint64_t withdrawn)
{
    char words[128];
    if (withdrawn == UINT64_MAX)
        session_note(to, "nothing was withdrawn: some rows could not be read, so what this issue lacks can't be told");
    else if (withdrawn > 0) {
        (void)snprintf(words, sizeof words, "withdrawn: %llu incidents of an earlier issue, which this one lacks",
                       (unsigned long long)withdrawn);
        session_note(to, words);
    }
}

refusal receive_on_snapshot_end(receive *self, session *from, const message *in, moment now)
{
    open_stream *stream = session_stream(from, in->stream_number);
    uint64_t withdrawn = 0;
    if (!stream->in_issue)
        return receive_refused(self, REFUSAL_MALFORMED, "a snapshot ends that never began");
    refusal why = give_up_if_overtaken(self, from, stream);
    if (why != REFUSAL_NONE)
        return why;
    if (stream->snapshot != NULL &&
        engine_snapshot_end(self->engine, &stream->snapshot, now.wall_s, &withdrawn) != STATUS_OK)
        return receive_store_failed(self);
    note_withdrawn(from, withdrawn);
    stream->in_issue = stream->ignored = false;
    move_stream(self, stream, &in->snapshot_end, now);
    return REFUSAL_NONE;
}

refusal receive_on_caught_up(receive *self, session *from, const message *in, moment now)
{
    open_stream *stream = session_stream(from, in->stream_number);
    from->caught_up = true;
    engine_loaded(self->engine, from->loader, receive_is_any_loading(self));
    move_stream(self, stream, &(position){0}, now);
    return REFUSAL_NONE;
}
