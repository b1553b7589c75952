#include "hall.h"

#include <string.h>

#include "testing.h"

static status keep_answer(void *context, const peer *to, const void *octets, size_t size)
{
    hall *self = context;
    const char *why;
    (void)to;
    assert_true(self->heard_count < HEARD_MAX);
    text copy = arena_text(self->memory, (text){octets, size});
    assert_int_equal(wire_decode(copy.at, copy.size, self->memory, &self->heard[self->heard_count++], &why), STATUS_OK);
    return STATUS_OK;
}

int hall_make(void **state)
{
    static hall self;
    self = (hall){.world = engine_world_make(), .memory = arena_create(), .now_ms = 1000000};
    self.receive = receive_create(self.world.engine, receive_defaults(), keep_answer, &self);
    *state = &self;
    return 0;
}

int hall_remove(void **state)
{
    hall *self = *state;
    receive_destroy(&self->receive);
    engine_world_forget(&self->world);
    arena_destroy(&self->memory);
    return 0;
}

moment hall_now(const hall *self)
{
    return (moment){.monotonic_ms = self->now_ms, .wall_s = self->world.now_s};
}

void hall_clear(hall *self)
{
    self->heard_count = 0;
    arena_reset(self->memory);
}

void hall_say(hall *self, char who, message what)
{
    peer from = {.id = {(unsigned char)who}, .size = 1};
    buffer out = {0};
    arena *memory = arena_create();
    what.version = WIRE_VERSION;
    what.session = (uint64_t)who;
    wire_encode(&what, memory, &out);
    receive_message(self->receive, &from, (text){(const char *)out.data, out.size}, hall_now(self));
    buffer_free(&out);
    arena_destroy(&memory);
}

message_kind hall_greet(hall *self, char who)
{
    hall_clear(self);
    hall_say(self, who, (message){.kind = MESSAGE_HELLO, .stream_number = 1,
                                  .hello = {.source = text_of("desk"), .stream = text_of("a.csv"), .instance = (uint64_t)who}});
    assert_true(self->heard_count > 0);
    return self->heard[self->heard_count - 1].kind;
}
