/* wire_announce.h - the list of events on its way to those who follow it: octets to structs and back.
 *
 * The only door to the generated code of announce.proto, which is the contract; PROTOCOL.md is the story. Decoding checks
 * every bound that announce.proto states. Proved by tests/test_wire_announce.c and tests/fuzz/fuzz_wire_announce.c.
 */
#ifndef TOCSIN_WIRE_ANNOUNCE_H
#define TOCSIN_WIRE_ANNOUNCE_H

#include "alert_event.h"
#include "wire.h"

enum {
    ANNOUNCE_VERSION = 1,
    ANNOUNCED_NAME_MAX = 1024,        /* octets of names, subjects, rules and single caveats */
    ANNOUNCED_WORDS_MAX = 16 * 1024,  /* of words and notes */
    ANNOUNCED_FIGURES_MAX = 64 * 1024,
    ANNOUNCED_CODES_MAX = 64,         /* codes in one list */
    ANNOUNCED_CAVEATS_MAX = 32,
    ANNOUNCED_LINEAGE_MAX = 16,
    REPLAY_MAX = 256,                 /* events that one answer looks at */
};

typedef enum announcement_kind {
    ANNOUNCEMENT_NONE = 0, /* a kind that this version does not know */
    ANNOUNCEMENT_EVENT,
    ANNOUNCEMENT_BEAT,
    ANNOUNCEMENT_REPLAY,
    ANNOUNCEMENT_REPLAYED,
    ANNOUNCEMENT_REFUSE,
    ANNOUNCEMENT_KINDS
} announcement_kind;

typedef struct told_beat {
    uint64_t newest;
    uint32_t interval_s;
} told_beat;

typedef struct asked_replay {
    uint64_t after;
    event_filter filter;
    uint32_t max; /* 0: REPLAY_MAX */
} asked_replay;

typedef struct told_replay {
    alert_event *events;
    size_t count;
    uint64_t through, newest, after;
} told_replay;

typedef struct told_refusal {
    text words;
    uint32_t retry_after_s; /* 0: not without a change */
} told_refusal;

typedef struct announcement {
    announcement_kind kind;
    uint32_t version;
    text lineage;   /* empty in what a subscriber says */
    uint64_t since;
    union {
        alert_event event;
        told_beat beat;
        asked_replay replay;
        told_replay replayed;
        told_refusal refuse;
    };
} announcement;

/* Octets to an announcement.
 *   memory   what `out` points to lives there; `octets` may go
 * Errors     STATUS_MALFORMED, STATUS_TOO_LARGE: `why` says what (its text is static)
 *            Another version or an unknown kind is no error: version and kind tell. */
status wire_announce_decode(const void *octets, size_t size, arena *memory, announcement *out, const char **why);

/* An announcement to octets. Texts of an event that are over their bounds are cut, and what is no UTF-8 is shown as '?', so
 * that one event always fits. What is over MESSAGE_SIZE_MAX all the same is the caller's mistake.
 *   out      grown as needed; the caller frees */
size_t wire_announce_encode(const announcement *from, arena *memory, buffer *out);

/* Octets that an event takes in Replayed, and those that the rest of it does at most. */
size_t wire_announce_event_size(const alert_event *from, arena *memory);
enum { REPLAYED_HEAD_MAX = 128 };

#endif
