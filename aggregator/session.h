/* session.h - one collector's connection: its streams, its sequence, what it is still owed.
 *
 * Between link and receive: holds state, decides nothing. Proved by tests/test_receive.c.
 */
#ifndef TOCSIN_SESSION_H
#define TOCSIN_SESSION_H

#include "engine.h"
#include "proto/link.h"
#include "proto/wire.h"

typedef enum session_state {
    SESSION_NEW,     /* nothing was said yet */
    SESSION_READY,   /* greeted: records are welcome */
    SESSION_REFUSED, /* a message was refused: only a new Hello is heard */
} session_state;

typedef struct open_stream {
    uint32_t number;       /* the collector's */
    stream_state state;    /* position and counts, this session's changes included */
    char *room;            /* for the texts in it: its names, and a digest */
    uint64_t instance;     /* who has it */
    bool unwelcomed;       /* its Welcome waits until the position is stored */
    snapshot *snapshot;    /* the issue under way, or NULL */
    bool in_issue;         /* between SnapshotBegin and SnapshotEnd */
    bool ignored;          /* that issue is older than one held */
} open_stream;

typedef struct session {
    peer peer;
    session_state state;
    uint64_t number;       /* drawn by the collector for this connection */
    uint64_t received;     /* the last sequence that was taken */
    uint64_t acknowledged; /* the last that was acknowledged */
    uint32_t loader;       /* its number as a loader, from 1 */
    bool caught_up;        /* it has sent its backlog: what comes now is news */
    bool succeeded;        /* its collector speaks in a later session: the backlog is that one's to end */
    int64_t heard_ms;      /* when the last message came; monotonic clock */
    int64_t spoke_ms;      /* when the last was sent */
    open_stream *streams;
    size_t stream_count, stream_capacity;
    ack owed;              /* counts and rejections since the last Ack */
    rejection rejections[REJECTIONS_MAX];
    text notes[REJECTIONS_MAX];
    arena *ack_memory;     /* texts of what is owed: until the Ack */
} session;

typedef struct sessions sessions;

sessions *sessions_create(size_t sessions_max);
void sessions_destroy(sessions **self);

/* The session of a peer; NULL when there is none. */
session *sessions_find(sessions *self, const peer *of);

/* A new one; NULL when there are too many. */
session *sessions_add(sessions *self, const peer *of);

void sessions_remove(sessions *self, session *gone);

size_t sessions_count(const sessions *self);
session *sessions_at(sessions *self, size_t index);

/* A stream of the session by the collector's number; NULL. */
open_stream *session_stream(session *self, uint32_t number);

/* The stream by name, in whatever session but one has it open; NULL. */
open_stream *sessions_stream(sessions *self, stream_key key, const session *but, session **holder);

/* Opens a stream under a number; one that was open under it is closed. NULL: too many. */
open_stream *session_open_stream(session *self, uint32_t number, const stream_state *state);
void session_close_stream(session *self, open_stream *gone);

/* It is taken so far. */
void open_stream_move(open_stream *self, const position *to);

/* Everything begins again: a new Hello on the same connection with another session number. */
void session_restart(session *self, uint64_t number);

/* Notes what became of a record, for the next Ack. */
void session_owe(session *self, uint64_t sequence, uint32_t index, bool of_faulty, const admission *said);
void session_note(session *self, const char *words);

/* Is anything unacknowledged? */
bool session_is_owed(const session *self);

/* What is owed, as an Ack; and nothing is owed after it. */
ack session_take_ack(session *self);

#endif
