/* courier_fixtures.h - a courier, feeds that count what is asked of them, and the other side as a test plays it.
 */
#ifndef TOCSIN_COURIER_FIXTURES_H
#define TOCSIN_COURIER_FIXTURES_H

#include "collector/courier.h"
#include "fixtures.h"

enum { POST_FEEDS_MAX = 2100, POST_SENT_MAX = 4096, POST_WORDS_MAX = 64 };

/* A feed of so many messages; the n-th has `records` records, on lines that follow on one another, and the position n. */
typedef struct counting_feed {
    feed base;
    uint64_t count, next;
    size_t records;
    bool follow;          /* at its end it waits for more */
    status fails_prepare, fails_resume, fails_next; /* STATUS_OK: it doesn't; the last at its end */
    int resumed, settled; /* how often */
    uint64_t settled_at;  /* what had been given then */
    bool destroyed;
} counting_feed;

typedef struct post {
    courier *courier;
    int64_t now_ms;
    counting_feed feeds[POST_FEEDS_MAX];
    size_t feed_count;
    message *sent;        /* by the courier, and not looked at yet */
    size_t sent_count;
    bool full;            /* the socket takes nothing */
    int reconnects;
    char words[POST_WORDS_MAX][160]; /* told to the user */
    size_t word_count;
    uint64_t rejected[16]; /* lines of rejected records */
    size_t rejected_count;
    uint64_t session;     /* of the last Hello that was looked at */
    arena *memory;
} post;

/* For cmocka: *state is the post, with a courier without feeds. */
int post_make(void **state);
int post_remove(void **state);

/* The same with a courier that follows its feeds. */
int post_make_following(void **state);

counting_feed *post_add(post *self, const char *stream, uint64_t count);

courier_state post_work(post *self);

/* Time goes by, a tick each second. */
void post_wait(post *self, int64_t ms);

/* What the courier sent next, which must be of this kind. */
message next_sent(post *self, message_kind kind);
void assert_nothing_sent(post *self);

/* The Hello of a stream, and its Welcome.
 *   held     position; 0: none
 *   credit   0: as many as there can be */
void post_welcome(post *self, const char *stream, uint64_t held, uint32_t credit);

void post_say(post *self, message what);
void post_ack(post *self, uint64_t through);
void post_refuse(post *self, refusal why, const char *words, uint32_t retry_after_s);

#endif
