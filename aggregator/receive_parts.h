/* receive_parts.h - receive's inside, for the files that make it up: receive, receive_hello, receive_flow. Nobody else
 * includes it. */
#ifndef TOCSIN_RECEIVE_PARTS_H
#define TOCSIN_RECEIVE_PARTS_H

#include "receive.h"
#include "session.h"

enum { SILENT_HEARTBEATS = 6 }; /* after these a peer is taken for dead */

struct receive {
    engine *engine;
    receive_settings settings;
    receive_send *send;
    void *context;
    sessions *sessions;
    receive_counters counters;
    bool more;      /* the last flow message announced another one */
    size_t unsaid;  /* flow messages since the last commit */
    bool waiting;   /* a collector has used half its credit: it must not be kept waiting */
    int64_t ticked_ms; /* when the last tick was; 0: never */
    unsigned told;  /* refusals since then: a peer that means harm must not fill the log */
    arena *in;      /* the message being heard */
    arena *out_memory;
    buffer out;
    char words[NOTE_SIZE_MAX]; /* of the refusal being made */
};

/* Says something to a session; one that can't be reached is gone. Returns false then. */
bool receive_say_to(receive *self, session *to, message *what, moment now);

/* Puts a refusal into words, for the answer. Returns `why` */
__attribute__((format(printf, 3, 4)))
refusal receive_refused(receive *self, refusal why, const char *format, ...);

/* The refusal when the store couldn't be read. */
refusal receive_store_failed(receive *self);

/* Does a session have a backlog to send still? */
bool receive_is_any_loading(receive *self);

/* Tells what is held of a stream. Returns false when the peer is gone. */
bool receive_welcome_to(receive *self, session *to, open_stream *opened, moment now);

/* One handler for each kind: REFUSAL_NONE when all is well. */
refusal receive_on_hello(receive *self, session *from, const message *in, moment now);
refusal receive_on_records(receive *self, session *from, const message *in, moment now);
refusal receive_on_coverage(receive *self, session *from, const message *in, moment now);
refusal receive_on_snapshot_begin(receive *self, session *from, const message *in, moment now);
refusal receive_on_snapshot_end(receive *self, session *from, const message *in, moment now);
refusal receive_on_caught_up(receive *self, session *from, const message *in, moment now);

#endif
