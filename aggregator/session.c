#include "session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct sessions {
    session **each;
    size_t count, capacity, max;
    uint32_t loaders; /* numbers given out */
};

sessions *sessions_create(size_t sessions_max)
{
    sessions *self = memory_new(1, sizeof *self);
    self->max = sessions_max;
    return self;
}

static void free_stream(open_stream *gone)
{
    engine_snapshot_abandon(&gone->snapshot);
    free(gone->room);
}

static void close_streams(session *self)
{
    for (size_t i = 0; i < self->stream_count; i++)
        free_stream(&self->streams[i]);
    self->stream_count = 0;
}

static void free_session(session *self)
{
    close_streams(self);
    free(self->streams);
    arena_destroy(&self->ack_memory);
    free(self);
}

void sessions_destroy(sessions **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i < (*self)->count; i++)
        free_session((*self)->each[i]);
    free((*self)->each);
    free(*self);
    *self = NULL;
}

static bool same_peer(const peer *a, const peer *b)
{
    return a->size == b->size && memcmp(a->id, b->id, a->size) == 0;
}

session *sessions_find(sessions *self, const peer *of)
{
    for (size_t i = 0; i < self->count; i++)
        if (same_peer(&self->each[i]->peer, of))
            return self->each[i];
    return NULL;
}

session *sessions_add(sessions *self, const peer *of)
{
    if (self->count == self->max)
        return NULL;
    session *made = memory_new(1, sizeof *made);
    made->peer = *of;
    made->ack_memory = arena_create();
    self->loaders = self->loaders < UINT32_MAX - 1 ? self->loaders + 1 : 1;
    made->loader = self->loaders;
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count++] = made;
    return made;
}

void sessions_remove(sessions *self, session *gone)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->each[i] == gone) {
            self->each[i] = self->each[--self->count];
            free_session(gone);
            return;
        }
}

size_t sessions_count(const sessions *self)
{
    return self->count;
}

session *sessions_at(sessions *self, size_t index)
{
    assert(index < self->count);
    return self->each[index];
}

open_stream *session_stream(session *self, uint32_t number)
{
    for (size_t i = 0; i < self->stream_count; i++)
        if (self->streams[i].number == number)
            return &self->streams[i];
    return NULL;
}

open_stream *sessions_stream(sessions *self, stream_key key, const session *but, session **holder)
{
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; k < self->each[i]->stream_count && self->each[i] != but; k++) {
            open_stream *found = &self->each[i]->streams[k];
            if (!text_equal(found->state.key.source, key.source) || !text_equal(found->state.key.stream, key.stream))
                continue;
            *holder = self->each[i];
            return found;
        }
    return NULL;
}

void session_close_stream(session *self, open_stream *gone)
{
    free_stream(gone);
    *gone = self->streams[--self->stream_count];
}

/* The wire lets nothing through that is longer; what the store holds came from there. */
static text text_into(char *room, size_t size_max, text from)
{
    size_t size = from.size < size_max ? from.size : size_max;
    if (size > 0)
        memmove(room, from.at, size);
    return (text){room, size};
}

open_stream *session_open_stream(session *self, uint32_t number, const stream_state *state)
{
    open_stream *before = session_stream(self, number);
    if (before != NULL)
        session_close_stream(self, before);
    if (self->stream_count == STREAMS_MAX)
        return NULL;
    self->streams = memory_room(self->streams, self->stream_count, &self->stream_capacity, sizeof *self->streams);
    open_stream *made = &self->streams[self->stream_count++];
    *made = (open_stream){.number = number, .state = *state};
    made->room = memory_new(SOURCE_SIZE_MAX + STREAM_SIZE_MAX + DIGEST_SIZE_MAX, 1);
    made->state.key.source = text_into(made->room, SOURCE_SIZE_MAX, state->key.source);
    made->state.key.stream = text_into(made->room + SOURCE_SIZE_MAX, STREAM_SIZE_MAX, state->key.stream);
    open_stream_move(made, &state->position);
    return made;
}

void open_stream_move(open_stream *self, const position *to)
{
    self->state.position = *to;
    self->state.position.digest = text_into(self->room + SOURCE_SIZE_MAX + STREAM_SIZE_MAX, DIGEST_SIZE_MAX, to->digest);
}

void session_restart(session *self, uint64_t number)
{
    close_streams(self);
    arena_reset(self->ack_memory);
    self->number = number;
    self->received = self->acknowledged = 0;
    self->owed = (ack){0};
    self->state = SESSION_NEW;
    self->caught_up = self->succeeded = false;
}

void session_owe(session *self, uint64_t sequence, uint32_t index, bool of_faulty, const admission *said)
{
    uint64_t *const counts[] = {
        [ADMISSION_ACCEPTED] = &self->owed.accepted,
        [ADMISSION_REPEATED] = &self->owed.repeated,
        [ADMISSION_REPLACED] = &self->owed.replaced,
        [ADMISSION_REJECTED] = &self->owed.rejected,
    };
    ++*counts[said->kind];
    if (said->kind != ADMISSION_REJECTED || self->owed.rejection_count == REJECTIONS_MAX)
        return;
    text words = said->words;
    words.size = words.size < NOTE_SIZE_MAX ? words.size : NOTE_SIZE_MAX;
    self->rejections[self->owed.rejection_count++] = (rejection){
        .sequence = sequence, .index = index, .of_faulty = of_faulty, .reason = said->reason,
        .words = arena_text(self->ack_memory, words)};
}

void session_note(session *self, const char *words)
{
    if (self->owed.note_count < REJECTIONS_MAX)
        self->notes[self->owed.note_count++] = arena_text(self->ack_memory, text_of(words));
}

bool session_is_owed(const session *self)
{
    return self->state == SESSION_READY && self->received > self->acknowledged;
}

ack session_take_ack(session *self)
{
    ack made = self->owed;
    made.through = self->received;
    made.rejections = self->rejections;
    made.notes = self->notes;
    self->acknowledged = self->received;
    self->owed = (ack){0};
    return made;
}
