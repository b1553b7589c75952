/* wire.h - messages between collector and aggregator: octets to structs and back.
 *
 * The only door to the generated protobuf code; collect.proto is the contract, PROTOCOL.md the story.
 * Decoding checks every bound that collect.proto states, so what comes out can be trusted as to form.
 * Proved by tests/test_wire.c, test_wire_bounds.c, test_wire_hostile.c and tests/fuzz/fuzz_wire.c.
 */
#ifndef TOCSIN_WIRE_H
#define TOCSIN_WIRE_H

#include "memory.h"
#include "record.h"
#include "status.h"

enum {
    WIRE_VERSION = 1,
    MESSAGE_SIZE_MAX = 256 * 1024,  /* octets of one message */
    RECORDS_MAX = 4096,             /* incidents and faulty rows in one message */
    CATEGORIES_MAX = 256,           /* in one declaration */
    CLAIMS_MAX = 64,
    STREAMS_MAX = 1024,             /* in one session */
    SOURCE_SIZE_MAX = 96,
    STREAM_SIZE_MAX = 255,
    DIGEST_SIZE_MAX = 64,
    REJECTIONS_MAX = 100,           /* told in one Ack */
    NOTE_SIZE_MAX = 1024,
};

typedef enum message_kind {
    MESSAGE_NONE = 0, /* a kind that this version does not know */
    MESSAGE_HELLO,
    MESSAGE_WELCOME,
    MESSAGE_RECORDS,
    MESSAGE_ACK,
    MESSAGE_COVERAGE,
    MESSAGE_SNAPSHOT_BEGIN,
    MESSAGE_SNAPSHOT_END,
    MESSAGE_CAUGHT_UP,
    MESSAGE_HEARTBEAT,
    MESSAGE_BYE,
    MESSAGE_REFUSE,
    MESSAGE_KINDS
} message_kind;

typedef enum reject_reason {
    REJECT_UNSPECIFIED = 0,
    REJECT_UNKNOWN_OFFENCE,
    REJECT_UNKNOWN_AREA,
    REJECT_IMPOSSIBLE_DATE,
    REJECT_FUTURE_DATE,
    REJECT_TOO_LARGE,
    REJECT_UNREADABLE,
    REJECT_BAD_FIELD,
    REJECT_REASONS
} reject_reason;

typedef enum refusal {
    REFUSAL_NONE = 0, /* nothing was refused; on the wire: not said why */
    REFUSAL_UNKNOWN_VERSION,
    REFUSAL_UNKNOWN_KIND,
    REFUSAL_MALFORMED,
    REFUSAL_NOT_GREETED,
    REFUSAL_OUT_OF_SEQUENCE,
    REFUSAL_OVER_CREDIT,
    REFUSAL_STREAM_HELD,
    REFUSAL_ORIGINS_OVERLAP,
    REFUSAL_STORE_FAILED,
    REFUSAL_BAD_DECLARATION,
    REFUSALS
} refusal;

/* How far a stream has been taken; the digest is the collector's own. */
typedef struct position {
    uint64_t offset;
    text digest;
    bool held; /* false: nothing is held of the stream */
} position;

typedef struct coverage_declaration {
    text origin;
    text area;
    period days;
    text *categories; /* none: all */
    size_t category_count;
    text *offences;   /* every code that the source can give; none: it tells the leaves apart */
    size_t offence_count;
    bool without_markers;
    bool month_only;
    uint32_t promised_interval_s;
    bool retired;
} coverage_declaration;

typedef struct hello {
    text source;
    text stream;
    uint64_t instance;
    coverage_declaration *claims; /* what the stream means to declare */
    size_t claim_count;
    text software;
} hello;

typedef struct welcome {
    position position;
    uint32_t credit;
    uint32_t heartbeat_s;
    uint64_t epoch;
} welcome;

typedef struct records {
    text origin;
    incident *incidents; /* origin and issued_ns are filled in for each */
    size_t incident_count;
    faulty *faulty;
    size_t faulty_count;
    position position;
    bool more;
} records;

typedef struct snapshot_begin {
    text origin;
    uint64_t revision;
    int64_t issued_ns;
    text digest;
} snapshot_begin;

typedef struct rejection {
    uint64_t sequence;
    uint32_t index;
    bool of_faulty;
    reject_reason reason;
    text words;
} rejection;

typedef struct ack {
    uint64_t through;
    uint64_t accepted, repeated, replaced, rejected;
    rejection *rejections;
    size_t rejection_count;
    text *notes;
    size_t note_count;
} ack;

typedef struct refuse {
    refusal refusal;
    text words;
    uint32_t retry_after_s;
} refuse;

typedef struct message {
    message_kind kind;
    uint32_t version;
    uint64_t session;
    uint32_t stream_number; /* of the kinds that have one */
    uint64_t sequence;      /* of the kinds that have one; 0 else */
    union {
        hello hello;
        welcome welcome;
        records records;
        coverage_declaration coverage;
        snapshot_begin snapshot_begin;
        position snapshot_end;
        ack ack;
        text bye;
        refuse refuse;
    };
} message;

/* Kinds that carry a sequence and are answered by Ack. */
bool message_is_flow(message_kind kind);

/* As logged: "RECORDS". */
const char *message_name(message_kind kind);

/* "unknown offence". */
const char *reject_reason_text(reject_reason reason);

/* Octets to a message.
 *   memory   what `out` points to lives there; `octets` may go
 * Errors     STATUS_MALFORMED   not of the contract; `why` says what (its text is static)
 *            STATUS_TOO_LARGE   over a bound; `why` says which
 *            A message of another version or of an unknown kind is no error: version and kind tell.
 */
status wire_decode(const void *octets, size_t size, arena *memory, message *out, const char **why);

/* A message to octets.
 *   out        grown as needed; the caller frees
 * Returns      octets of the message; what is over MESSAGE_SIZE_MAX is the caller's mistake
 */
typedef struct buffer {
    unsigned char *data;
    size_t size;
    size_t capacity;
} buffer;

void buffer_free(buffer *self);
size_t wire_encode(const message *from, arena *memory, buffer *out);

/* One incident by itself, as PROTOCOL.md's Incident with origin and stamp filled in: how a reject keeps it.
 * The octets live in the arena. */
text wire_encode_incident(const incident *from, arena *memory);
status wire_decode_incident(text octets, arena *memory, incident *out);

/* Octets that an incident needs inside Records, at most: for filling a message up to its bound. */
size_t wire_incident_size(const incident *self);

#endif
