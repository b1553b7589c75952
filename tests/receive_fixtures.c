#include "receive_fixtures.h"

#include <stdlib.h>
#include <string.h>

#include "testing.h"

static status note_said(void *context, const peer *to, const void *octets, size_t size)
{
    desk *self = context;
    const char *why;
    if (to->id[0] == self->gone)
        return STATUS_NOT_FOUND;
    assert_true(self->said_count < SAID_MAX);
    desk_said *made = &self->said[self->said_count++];
    made->who = to->id[0];
    assert_int_equal(wire_decode(octets, size, self->memory, &made->what, &why), STATUS_OK);
    assert_int_equal(made->what.version, WIRE_VERSION);
    return STATUS_OK;
}

void desk_settle(desk *self, receive_settings settings)
{
    receive_destroy(&self->receive);
    self->settings = settings;
    self->receive = receive_create(self->world.engine, settings, note_said, self);
    self->said_count = 0;
}

int desk_make(void **state)
{
    static desk self;
    self = (desk){.world = engine_world_make(), .memory = arena_create(), .now = {3600000, 1743422400}};
    self.said = memory_new(SAID_MAX, sizeof *self.said);
    desk_settle(&self, (receive_settings){.credit = 4, .heartbeat_s = 5, .sessions_max = 3, .commit_records = 100});
    *state = &self;
    return 0;
}

int desk_remove(void **state)
{
    desk *self = *state;
    receive_destroy(&self->receive);
    engine_world_forget(&self->world);
    arena_destroy(&self->memory);
    free(self->said);
    return 0;
}

void desk_wait(desk *self, int64_t ms)
{
    self->now.monotonic_ms += ms;
    self->now.wall_s += ms / 1000;
}

void desk_hear_octets(desk *self, int who, text octets)
{
    peer from = {.id = {(unsigned char)who}, .size = 5};
    receive_message(self->receive, &from, octets, self->now);
}

void desk_hear(desk *self, int who, message what)
{
    buffer out = {0};
    what.version = what.version != 0 ? what.version : WIRE_VERSION;
    wire_encode(&what, self->memory, &out);
    desk_hear_octets(self, who, (text){(const char *)out.data, out.size});
    buffer_free(&out);
}

message said_to(desk *self, int who, message_kind kind)
{
    for (size_t i = 0; i < self->said_count; i++) {
        if (self->said[i].who != who)
            continue;
        message first = self->said[i].what;
        memmove(&self->said[i], &self->said[i + 1], (--self->said_count - i) * sizeof *self->said);
        if (first.kind != kind && first.kind == MESSAGE_REFUSE)
            fail_msg("peer %d was refused and not told %s: %.*s", who, message_name(kind), TEXT_ARGS(first.refuse.words));
        if (first.kind != kind)
            fail_msg("peer %d was told %s and not %s", who, message_name(first.kind), message_name(kind));
        return first;
    }
    fail_msg("nothing was said to peer %d where %s was due", who, message_name(kind));
    return (message){0};
}

message refused_to(desk *self, int who, refusal why, const char *words)
{
    message first = said_to(self, who, MESSAGE_REFUSE);
    if (first.refuse.refusal != why || !text_has(first.refuse.words, words))
        fail_msg("refused for %d with \"%.*s\", and not for %d with \"%s\"", (int)first.refuse.refusal,
                 TEXT_ARGS(first.refuse.words), (int)why, words);
    return first;
}

void assert_silent(desk *self, int who)
{
    for (size_t i = 0; i < self->said_count; i++)
        if (self->said[i].who == who)
            fail_msg("peer %d was told %s", who, message_name(self->said[i].what.kind));
}

void desk_commit(desk *self)
{
    status st = receive_commit(self->receive, self->now);
    if (st != STATUS_OK)
        fail_msg("%s: %s", status_text(st), engine_trouble(self->world.engine));
}

ack acknowledged_to(desk *self, int who, uint64_t through)
{
    desk_commit(self);
    message first = said_to(self, who, MESSAGE_ACK);
    assert_int_equal(first.ack.through, through);
    return first.ack;
}

/* --- messages ---------------------------------------------------------------------------------- */

message a_hello(uint64_t session, uint32_t stream_number, const char *stream, uint64_t instance)
{
    return (message){.kind = MESSAGE_HELLO, .session = session, .stream_number = stream_number,
                     .hello = {.source = text_of("desk"), .stream = text_of(stream), .instance = instance}};
}

message some_records(uint64_t session, uint32_t stream_number, uint64_t sequence, incident *each, size_t count)
{
    return (message){.kind = MESSAGE_RECORDS, .session = session, .stream_number = stream_number, .sequence = sequence,
                     .records = {.origin = text_of("live"), .incidents = each, .incident_count = count,
                                 .position = {.offset = sequence, .digest = text_of("so far"), .held = true}}};
}

message a_message(message_kind kind, uint64_t session, uint32_t stream_number, uint64_t sequence)
{
    message made = {.kind = kind, .session = session, .stream_number = stream_number, .sequence = sequence};
    if (kind == MESSAGE_HELLO)
        return a_hello(session, stream_number, "a.csv", 1);
    if (kind == MESSAGE_RECORDS)
        return some_records(session, stream_number, sequence, NULL, 0);
    if (kind == MESSAGE_COVERAGE)
        made.coverage = (coverage_declaration){.origin = text_of("live"), .area = text_of("D1"),
                                               .days = {day_of(2024, 1, 1), day_of(2024, 1, 31)}};
    if (kind == MESSAGE_SNAPSHOT_BEGIN)
        made.snapshot_begin = (snapshot_begin){.origin = text_of("police"), .revision = 202401, .issued_ns = 1,
                                               .digest = text_of("d")};
    return made;
}

welcome greeted(desk *self, int who, uint64_t session, uint32_t stream_number, const char *stream, uint64_t instance)
{
    desk_hear(self, who, a_hello(session, stream_number, stream, instance));
    message answer = said_to(self, who, MESSAGE_WELCOME);
    assert_int_equal(answer.session, session);
    assert_int_equal(answer.stream_number, stream_number);
    return answer.welcome;
}
