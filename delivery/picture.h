/* picture.h - a series' rolling year over three years as a small PNG for a mail, drawn by gnuplot.
 *
 * gnuplot runs as a child: what to draw on its standard input, the picture from its standard output, no shell, no files,
 * a few seconds at most. It is given numbers and dates, and nobody's words. Proved by tests/test_picture.c.
 */
#ifndef TOCSIN_PICTURE_H
#define TOCSIN_PICTURE_H

#include "letter.h"

enum { PICTURE_WIDTH = 600, PICTURE_HEIGHT = 220, PICTURE_OCTETS_MAX = 256 * 1024, PICTURE_LIMIT_MS = 5000 };

/* The context of picture_draw; belongs to one thread. */
typedef struct picture {
    event_list *list;    /* whose store the counts are read from */
    const char *program; /* "gnuplot"; looked for on the PATH */
    int limit_ms;        /* how long it may take: PICTURE_LIMIT_MS */
    bool told;           /* that none could be made: said in the log once */
} picture;

/* A letter_picture; `picture_of` is a picture. Reads the list's store: what the list told before is gone. */
text picture_draw(void *picture_of, const alert_event *of, arena *memory);

#endif
