/* round.h - one subscription on its way: what waits for it is found, made into a message, posted, and what came of it noted.
 *
 * Used by the deliverer's thread alone. Proved by tests/integration/test_delivery.py.
 */
#ifndef TOCSIN_ROUND_H
#define TOCSIN_ROUND_H

#include "picture.h"
#include "post.h"
#include "schedule.h"

/* What all subscriptions go by. */
typedef struct round_world {
    const char *folder;       /* of the cursors */
    event_list *list;
    event_lineage lineage;
    post *post;
    picture drawing;
    const subscriptions *now; /* in force */
    arena *memory;            /* for the length of one step */
    uint64_t chance;          /* state of what draws */
} round_world;

typedef struct round_trip {
    struct round_trip *next;
    char name[SUBSCRIPTION_NAME_MAX + 1];
    const subscription *of;
    delivery_cursor cursor;
    uint64_t saved_through;   /* in the file */
    bool dirty;               /* the file has to be written again */
    bool flying;              /* something of it is on its way */
    bool flying_test;         /* and that is a test */
    bool lenient;             /* what is sent next goes to those addresses that are taken */
    bool test_wanted;
    uint64_t looked;          /* the newest event when it was looked last, and nothing was to be sent */
    int64_t look_s;           /* when to look again though nothing happened */
} round_trip;

/* Takes up a subscription where it was, or begins it. Its cursor is on disk afterwards, if the disk lets it. */
round_trip *round_trip_begin(round_world *world, const subscription *of, int64_t now_s);

/* Puts its cursor away.
 *   active   it goes on another time */
void round_trip_end(round_world *world, round_trip **self, bool active);

/* Posts what is to be posted now.
 *   newest    number of the newest event
 * Returns     when to come again though nothing happens */
int64_t round_trip_step(round_world *world, round_trip *self, uint64_t newest, int64_t now_s);

/* Something of it has come to its end. */
void round_trip_landed(round_world *world, round_trip *self, const post_result *came_to, int64_t now_s);

/* Another file is in force. */
void round_trip_change(round_trip *self, const subscription *of);

/* Makes a message of what is in hand and posts it. STATUS_END: nothing of it is wanted any more. */
status round_trip_post(round_world *world, round_trip *self, int64_t now_s);

/* Posts a test. */
void round_trip_test(round_world *world, round_trip *self, int64_t now_s);

#endif
