/* What the aggregator says, and what follows from it. */
#include "courier_parts.h"
#include "proto/fault_point.h"

static struct run *run_of(courier *self, uint32_t stream_number)
{
    for (size_t i = self->run_count; i > 0; i--)
        if (self->runs[i - 1].number == stream_number && self->runs[i - 1].state != RUN_QUEUED)
            return &self->runs[i - 1];
    return NULL;
}

static void on_welcome(courier *self, const message *in)
{
    struct run *run = run_of(self, in->stream_number);
    if (run == NULL || run->state != RUN_GREETED)
        return;
    self->connected = true;
    self->backoff_ms = 0;
    self->credit = in->welcome.credit < IN_FLIGHT_MAX ? in->welcome.credit : IN_FLIGHT_MAX;
    if (in->welcome.heartbeat_s > 0)
        self->heartbeat_ms = (int64_t)in->welcome.heartbeat_s * 1000;
    run->state = RUN_OPEN;
    if (run->feed->class->resume(run->feed, &in->welcome.position) != STATUS_OK) {
        run->state = RUN_ENDED;
        self->counts.unusable++;
    }
    fault_point("welcome-taken");
}

static void tell_rejection(courier *self, const rejection *r)
{
    const sent *of = in_flight_find(&self->in_flight, r->sequence);
    if (of != NULL)
        self->world.rejected(self->world.context, self->runs[of->run].feed, sent_line(of, r->of_faulty, r->index), r->words);
}

/* Returns the feed whose message the oldest was; it is stored now. */
static feed *take_oldest(courier *self, const sent *oldest)
{
    feed *from = self->runs[oldest->run].feed;
    self->counts.sent += oldest->line_count + oldest->faulty_count;
    if (oldest->moves && from->class->stored != NULL)
        from->class->stored(from, oldest->offset);
    in_flight_take(&self->in_flight);
    return from;
}

static void on_ack(courier *self, const message *in)
{
    const ack *a = &in->ack;
    fault_point("ack-heard");
    for (size_t i = 0; i < a->rejection_count; i++)
        tell_rejection(self, &a->rejections[i]);
    const feed *of = NULL;
    for (const sent *oldest; (oldest = in_flight_oldest(&self->in_flight)) != NULL && oldest->sequence <= a->through;)
        of = take_oldest(self, oldest);
    for (size_t i = 0; i < a->note_count; i++)
        self->world.tell(self->world.context, of, a->notes[i]);
    self->counts.accepted += a->accepted;
    self->counts.repeated += a->repeated;
    self->counts.replaced += a->replaced;
    self->counts.rejected += a->rejected;
    courier_note_settled(self);
    fault_point("ack-taken");
}

static void on_refuse(courier *self, const message *in, int64_t now_ms)
{
    const struct run *run = run_of(self, in->stream_number);
    const feed *of = run != NULL ? run->feed : NULL;
    switch (in->refuse.refusal) {
    case REFUSAL_NOT_GREETED:
    case REFUSAL_OUT_OF_SEQUENCE:
        courier_end_session(self, now_ms, 0);
        return;
    case REFUSAL_OVER_CREDIT:
    case REFUSAL_STREAM_HELD:
    case REFUSAL_STORE_FAILED:
        self->world.tell(self->world.context, of, in->refuse.words);
        courier_end_session(self, now_ms, (int64_t)in->refuse.retry_after_s * 1000);
        return;
    case REFUSAL_NONE:
    case REFUSAL_UNKNOWN_VERSION:
    case REFUSAL_UNKNOWN_KIND:
    case REFUSAL_MALFORMED:
    case REFUSAL_ORIGINS_OVERLAP:
    case REFUSAL_BAD_DECLARATION:
    case REFUSALS:
        break;
    }
    (void)courier_fail(self, in->refuse.words);
}

static void hear(courier *self, const message *in, int64_t now_ms)
{
    switch (in->kind) {
    case MESSAGE_WELCOME: on_welcome(self, in); return;
    case MESSAGE_ACK: on_ack(self, in); return;
    case MESSAGE_REFUSE: on_refuse(self, in, now_ms); return;
    case MESSAGE_BYE:
        self->world.tell(self->world.context, NULL, in->bye);
        courier_end_session(self, now_ms, 0);
        return;
    case MESSAGE_HEARTBEAT:
    case MESSAGE_NONE:
    case MESSAGE_HELLO:
    case MESSAGE_RECORDS:
    case MESSAGE_COVERAGE:
    case MESSAGE_SNAPSHOT_BEGIN:
    case MESSAGE_SNAPSHOT_END:
    case MESSAGE_CAUGHT_UP:
    case MESSAGE_KINDS:
        return;
    }
}

void courier_message(courier *self, text octets, int64_t now_ms)
{
    message in;
    const char *why;
    arena *memory = arena_create();
    if (wire_decode(octets.at, octets.size, memory, &in, &why) == STATUS_OK &&
        (in.session == self->session || (in.kind == MESSAGE_REFUSE && in.session == 0)) && self->session != 0) {
        self->heard_ms = now_ms;
        hear(self, &in, now_ms);
    }
    arena_destroy(&memory);
}
