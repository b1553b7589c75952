/* file_feed.h - a feed of rows from a file: canonical CSV or JSON lines, read once or followed.
 *
 * Goes on from the position that the aggregator holds if what lies before it is still the same; else the
 * file is read again from its beginning, which changes nothing that was counted right.
 * Proved by tests/test_file_feed.c and tests/test_file_feed_follow.c.
 */
#ifndef TOCSIN_FILE_FEED_H
#define TOCSIN_FILE_FEED_H

#include "feed.h"
#include "origin_tally.h"
#include "row_source.h"
#include "source_file.h"

typedef struct file_feed_settings {
    const char *path;       /* as shown */
    source_file *file;      /* taken over */
    row_source *rows;       /* taken over */
    text origin;            /* of rows that name none */
    int64_t issued_ns;      /* when the source issued it; 0: when the file was last changed */
    bool from_start;        /* whatever the aggregator holds */
    bool follow;            /* wait for more at the end */
    coverage_declaration *covers; /* claimed at the beginning, with the origin filled in */
    size_t cover_count;
    bool declares;          /* and declared at the end: the last feed of a run */
    origin_tally *origins;
    void (*tell)(const char *path, const char *words); /* for the user */
} file_feed_settings;

/* NULL when the file can't be used at all, of which the user was told. What was handed over is closed then. */
feed *file_feed_create(file_feed_settings settings);

/* Has the file at the path been replaced by another, cut, or written anew? Then it is read again from its beginning. A
 * feed of another kind is left alone.
 * Returns    whether it was replaced */
bool file_feed_check(feed *self);

#endif
