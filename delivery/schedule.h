/* schedule.h - what goes to a subscription, and when. Pure: the clock and the events are arguments.
 *
 * At once: what pages, and its end; in quiet hours these wait, until one pages at the level that breaks the quiet: then all
 * of them go, in order. Digests: everything that passes the filter, at their time; a time that was missed is made up for
 * once. Proved by tests/test_schedule.c.
 */
#ifndef TOCSIN_SCHEDULE_H
#define TOCSIN_SCHEDULE_H

#include "cursor.h"
#include "subscriptions.h"

enum {
    MESSAGE_EVENTS_MAX = 500, /* of a message; batches are kept whole up to: */
    BATCH_EVENTS_MAX = 5000,
};

/* Does the subscription want it, apart from the time? */
bool schedule_wants(const subscription *of, const alert_event *one);

/* Whether and why an event breaks the quiet: it pages at the level that does. */
bool schedule_breaks_quiet(const subscription *of, const alert_event *one);

/* An event that is wanted and was not told. */
typedef struct waiting_event {
    uint64_t number, batch;
    bool breaks_quiet;
} waiting_event;

typedef struct waiting_events {
    const waiting_event *at;
    size_t count;
    uint64_t through;   /* everything up to this number was looked at */
    bool more;          /* there may be others behind it */
    bool anything_open; /* alerts that pass the filter; asked of new subscriptions only */
} waiting_events;

/* Is it of any use to look at events now? Else `look_s` says when, unless new ones come. */
bool schedule_is_time(const subscription *of, const delivery_cursor *at, int64_t now_s, int64_t *look_s);

/* What is next.
 *   out      kind NOTHING: nothing is to be sent
 *   look_s   then: when to look again, unless new events come
 *   pass     then: everything up to `through` is behind it, and so is the digest that was due at `out->due_s` */
void schedule_next(const subscription *of, const delivery_cursor *at, const waiting_events *waiting, int64_t now_s,
                   delivery_message *out, int64_t *look_s, bool *pass);

#endif
