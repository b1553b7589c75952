/* spool_feed.h - a feed of rows out of a spool, and into it from what can be read once only.
 *
 * What earlier runs left comes first, each with its own settings, then the new input. A row's stamp is that of the frame in
 * which it ends and its place in it: written once, and the same however often the row is sent. What stands behind the last
 * whole row of an input that was cut is given as a faulty row; what such an input covers is not declared.
 * Proved by tests/test_spool_feed.c and tests/integration/test_spool.py.
 */
#ifndef TOCSIN_SPOOL_FEED_H
#define TOCSIN_SPOOL_FEED_H

#include "feed.h"
#include "spooled_run.h"

typedef struct spool_feed_settings {
    const char *path;    /* of the input, as shown; and, if `reopens`, of the pipe */
    const char *folder;  /* of the spool */
    uint64_t size_max;   /* octets on disk */
    int descriptor;      /* of the input, taken over; -1: there is none, only what is left is sent */
    bool reopens;        /* see intake.h */
    spooled_run run;     /* what is said of the new input */
    bool from_start;     /* all that the spool holds, whatever the aggregator holds */
    bool forget_covers;  /* what earlier runs cover is not declared */
    void (*tell)(const char *path, const char *words);
} spool_feed_settings;

/* NULL when the spool can't be used, of which the user was told. The descriptor is closed then. */
feed *spool_feed_create(spool_feed_settings settings, int64_t now_ns);

/* Takes in what is there. Call whenever the descriptor is readable, something was acknowledged, or some time is over. */
void spool_feed_work(feed *self, int64_t now_ns);

/* Readable when there is something to take in; -1: nothing can be taken now. */
int spool_feed_descriptor(const feed *self);

/* Octets in the spool that the aggregator has not acknowledged; and octets that were read but could not be written. */
uint64_t spool_feed_waiting(const feed *self);
size_t spool_feed_unwritten(const feed *self);

/* See intake_receipt. */
bool spool_feed_receipt(feed *self, uint64_t *lines, uint64_t *octets);

#endif
