/* cursor.h - how far a subscription has been told, what is being sent to it, and what could not be sent: durable.
 *
 * One small JSON file for each subscription, replaced as a whole: DATA/delivery/NAME.json. A message is written down before
 * it is first sent, so that whatever happens it is sent again under the same key, with the same events. What a message
 * is about are numbers of events; the events themselves stay in the store. Changes are pure functions of the cursor; the
 * clock and chance are arguments. Proved by tests/test_cursor.c and tests/test_cursor_file.c.
 */
#ifndef TOCSIN_CURSOR_H
#define TOCSIN_CURSOR_H

#include "alerting/event_list.h"

enum {
    DELIVERY_WHY_SIZE = 256,
    DELIVERY_KEY_SIZE = 160,
    DELIVERY_WHERE_SIZE = 320,
    DEAD_LETTERS_MAX = 200,        /* of one subscription; more push out the oldest, which is counted */
    RETRY_FIRST_S = 5,
    RETRY_MAX_S = 15 * 60,
    RETRY_FOR_S = 24 * 3600,       /* then a message is given up, and the next one goes */
};

typedef enum delivery_kind { DELIVERY_NOTHING, DELIVERY_EVENTS, DELIVERY_DIGEST, DELIVERY_KINDS } delivery_kind;

/* "", "events", "digest". */
const char *delivery_kind_text(delivery_kind kind);

/* A message to be sent. */
typedef struct delivery_message {
    delivery_kind kind;          /* NOTHING: there is none */
    char lineage[LINEAGE_SIZE];  /* that the numbers are of */
    uint64_t after, upto;        /* its events: behind the one, up to the other */
    int64_t from_s, due_s;       /* of a digest: the time that it speaks of begins and when it was due */
    bool settles;                /* of a digest: nothing is left for another one at this time */
    int64_t made_s;              /* the date it bears */
    uint32_t attempts;           /* that failed */
    int64_t failing_s;           /* since when; 0: it was not tried */
    int64_t next_s;              /* not before this */
    char why[DELIVERY_WHY_SIZE]; /* it failed last */
    bool again;                  /* of a dead letter: somebody asked for it */
} delivery_message;

typedef struct delivery_cursor {
    bool active;                 /* the subscription is in the file */
    char where[DELIVERY_WHERE_SIZE]; /* it goes to, in words without a secret; and when */
    char lineage[LINEAGE_SIZE];
    uint64_t through;            /* everything up to this number was told or is not wanted */
    int64_t begun_s;
    int64_t digest_s;            /* when the last digest was due */
    bool told;                   /* a digest has told what was open when the subscription began */
    int64_t sent_s;              /* the last that arrived; 0: none has */
    uint64_t sent;               /* how many have */
    char refused[DELIVERY_WHY_SIZE]; /* the last arrived, but not everywhere: why */
    delivery_message now;
    delivery_message *dead;      /* the oldest first */
    size_t dead_count;
    uint64_t dead_lost;
    int64_t tested_s;            /* the last test message; 0: none was */
    char tested_why[DELIVERY_WHY_SIZE]; /* it failed; empty: it arrived */
} delivery_cursor;

/* Of a subscription that nobody knew: it begins at the newest event. */
void cursor_begin(delivery_cursor *self, const event_lineage *list, uint64_t newest, int64_t now_s);
void cursor_free(delivery_cursor *self);

/* The list is another one (a restored backup): back to where both are the same. Returns false when it is not. */
bool cursor_follow(delivery_cursor *self, const event_lineage *list);

/* From here on this is to be sent. A dead letter that was asked for goes before anything new. */
void cursor_take(delivery_cursor *self, const delivery_message *what, int64_t now_s);
bool cursor_take_dead(delivery_cursor *self, int64_t now_s);

/* What became of the message in hand. It arrived; it failed, and is tried again or, after a day, given up; it was refused
 * for good, and is given up at once. What is given up is a dead letter.
 *   draw   0 to 1, by chance: spreads the next try */
void cursor_sent(delivery_cursor *self, int64_t now_s);
void cursor_failed(delivery_cursor *self, const char *why, int64_t now_s, double draw);
void cursor_refused(delivery_cursor *self, const char *why, int64_t now_s);

/* Nothing of the message in hand is wanted any more. */
void cursor_drop(delivery_cursor *self);

/* Nothing was to be told: a digest's time went by, or events that nobody wants. */
void cursor_pass(delivery_cursor *self, uint64_t through, int64_t digest_s);

/* Somebody asks for all dead letters again. Returns how many there are. */
size_t cursor_retry(delivery_cursor *self);

/* Seconds to the next try: doubling from RETRY_FIRST_S to RETRY_MAX_S, a fifth less to a fifth more. */
int64_t retry_delay_s(uint32_t attempts, double draw);

/* The same for the same message, whenever and how often it is sent, and for no other. */
void delivery_key(const delivery_message *of, text name, char out[DELIVERY_KEY_SIZE]);

/* --- the file -------------------------------------------------------------------------------------- */

/* Makes DATA/delivery where it is missing. */
status cursor_folder(const char *data, char *out, size_t size);

/* Replaces the file, durably, or leaves the old one.
 * Errors   STATUS_FULL, STATUS_IO */
status cursor_save(const char *folder, text name, const delivery_cursor *self);

/*   why      in words, when it is damaged
 * Errors   STATUS_NOT_FOUND; STATUS_CORRUPT: it holds something else; STATUS_IO */
status cursor_load(const char *folder, text name, delivery_cursor *out, char why[NOTE_SIZE_MAX]);

/* Gives a damaged file another name, NAME.json.damaged, for people to look at. */
void cursor_put_aside(const char *folder, text name);

#endif
