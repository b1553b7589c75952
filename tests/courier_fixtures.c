#include "courier_fixtures.h"

#include <stdlib.h>
#include <string.h>

#include "testing.h"

/* --- the feed ---------------------------------------------------------------------------------- */

static counting_feed *of(feed *self)
{
    return (counting_feed *)(void *)self;
}

static status feed_prepare(feed *self)
{
    return of(self)->fails_prepare;
}

static status feed_resume(feed *self, const position *held)
{
    of(self)->resumed++;
    of(self)->next = held->held ? held->offset : 0;
    return of(self)->fails_resume;
}

static status feed_next(feed *base, arena *memory, message *out)
{
    counting_feed *self = of(base);
    batch full = batch_open(memory);
    if (self->next == self->count)
        return self->fails_next != STATUS_OK ? self->fails_next : self->follow ? STATUS_AGAIN : STATUS_END;
    for (size_t i = 0; i < self->records; i++) {
        incident one = incident_empty();
        one.reference = arena_print(memory, "%llu", (unsigned long long)self->next);
        one.line = self->next * self->records + i + 1;
        batch_add(&full, &one);
    }
    self->next++;
    batch_close(&full, text_of("live"), (position){.offset = self->next, .digest = text_of("d"), .held = true}, true, out);
    return STATUS_OK;
}

static void feed_settled(feed *self)
{
    of(self)->settled++;
    of(self)->settled_at = of(self)->next;
}

static void feed_destroy(feed *self)
{
    of(self)->destroyed = true;
}

static const feed_class counting_class = {.prepare = feed_prepare, .resume = feed_resume, .next = feed_next,
                                          .settled = feed_settled, .destroy = feed_destroy};

counting_feed *post_add(post *self, const char *stream, uint64_t count)
{
    assert_true(self->feed_count < POST_FEEDS_MAX);
    counting_feed *made = &self->feeds[self->feed_count++];
    *made = (counting_feed){.base = {.class = &counting_class, .descriptor = -1}, .count = count, .records = 1};
    text_copy(text_of(stream), made->base.stream, sizeof made->base.stream);
    made->base.shown = made->base.stream;
    courier_add(self->courier, &made->base);
    return made;
}

/* --- what the courier reaches ------------------------------------------------------------------ */

static status world_send(void *context, const void *octets, size_t size)
{
    post *self = context;
    const char *why;
    if (self->full)
        return STATUS_AGAIN;
    assert_true(self->sent_count < POST_SENT_MAX);
    assert_int_equal(wire_decode(octets, size, self->memory, &self->sent[self->sent_count++], &why), STATUS_OK);
    return STATUS_OK;
}

static void world_reconnect(void *context)
{
    ((post *)context)->reconnects++;
}

static void world_rejected(void *context, const feed *from, uint64_t line, text words)
{
    post *self = context;
    (void)from, (void)words;
    assert_true(self->rejected_count < 16);
    self->rejected[self->rejected_count++] = line;
}

static void world_tell(void *context, const feed *from, text words)
{
    post *self = context;
    (void)from;
    assert_true(self->word_count < POST_WORDS_MAX);
    text_copy(words, self->words[self->word_count++], sizeof self->words[0]);
}

static int make(void **state, bool follow)
{
    post *self = memory_new(1, sizeof *self);
    courier_settings settings = {.source = "desk", .instance = 11, .seed = 5, .follow = follow};
    self->memory = arena_create();
    self->sent = memory_new(POST_SENT_MAX, sizeof *self->sent);
    self->now_ms = 1000000;
    self->courier = courier_create(settings, (courier_world){.context = self, .send = world_send, .tell = world_tell,
                                                             .reconnect = world_reconnect, .rejected = world_rejected});
    *state = self;
    return 0;
}

int post_make(void **state)
{
    return make(state, false);
}

int post_make_following(void **state)
{
    return make(state, true);
}

int post_remove(void **state)
{
    post *self = *state;
    courier_destroy(&self->courier);
    for (size_t i = 0; i < self->feed_count; i++)
        assert_true(self->feeds[i].destroyed);
    arena_destroy(&self->memory);
    free(self->sent);
    free(self);
    return 0;
}

/* --- both sides -------------------------------------------------------------------------------- */

courier_state post_work(post *self)
{
    return courier_work(self->courier, self->now_ms);
}

void post_wait(post *self, int64_t ms)
{
    int64_t until = self->now_ms + ms;
    while (self->now_ms < until) {
        self->now_ms = self->now_ms + 1000 < until ? self->now_ms + 1000 : until;
        courier_tick(self->courier, self->now_ms);
        (void)post_work(self);
    }
}

message next_sent(post *self, message_kind kind)
{
    if (self->sent_count == 0)
        fail_msg("nothing was sent where %s was due", message_name(kind));
    message first = self->sent[0];
    memmove(self->sent, self->sent + 1, --self->sent_count * sizeof first);
    if (first.kind != kind)
        fail_msg("%s was sent and not %s", message_name(first.kind), message_name(kind));
    return first;
}

void assert_nothing_sent(post *self)
{
    if (self->sent_count > 0)
        fail_msg("%s was sent", message_name(self->sent[0].kind));
}

void post_say(post *self, message what)
{
    buffer out = {0};
    what.version = WIRE_VERSION;
    what.session = what.session != 0 ? what.session : self->session;
    wire_encode(&what, self->memory, &out);
    courier_message(self->courier, (text){(const char *)out.data, out.size}, self->now_ms);
    buffer_free(&out);
}

void post_welcome(post *self, const char *stream, uint64_t held, uint32_t credit)
{
    message greeting = next_sent(self, MESSAGE_HELLO);
    assert_texts(greeting.hello.stream, text_of(stream));
    self->session = greeting.session;
    post_say(self, (message){.kind = MESSAGE_WELCOME, .stream_number = greeting.stream_number,
                             .welcome = {.position = {.offset = held, .digest = text_of("d"), .held = held > 0},
                                         .credit = credit > 0 ? credit : 100000, .heartbeat_s = 5, .epoch = 1}});
}

void post_ack(post *self, uint64_t through)
{
    post_say(self, (message){.kind = MESSAGE_ACK, .ack = {.through = through}});
}

void post_refuse(post *self, refusal why, const char *words, uint32_t retry_after_s)
{
    post_say(self, (message){.kind = MESSAGE_REFUSE,
                             .refuse = {.refusal = why, .words = text_of(words), .retry_after_s = retry_after_s}});
}
