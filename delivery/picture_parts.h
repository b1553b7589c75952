/* picture_parts.h - what the files of the picture share. For them only. */
#ifndef TOCSIN_PICTURE_PARTS_H
#define TOCSIN_PICTURE_PARTS_H

#include "letter_figures.h"
#include "picture.h"

enum { PICTURE_MONTHS = 36 };

/* Rolling years, the oldest first: those that end with the months before a date, and the one that ends with it. */
typedef struct picture_series {
    struct picture_point {
        day_number to;
        double count; /* NAN: not wholly known */
    } each[PICTURE_MONTHS + 1];
} picture_series;

/* What gnuplot is told; empty when too little is known to draw a line. */
text picture_script(const picture_series *years, const alert_event *of, arena *memory);

/* What a program gives back for what it is given.
 *   why      when it gives nothing: in words
 * Returns    empty: it could not be started, failed, took longer than limit_ms, or gave more than PICTURE_OCTETS_MAX */
text picture_child(const char *program, text given, int limit_ms, arena *memory, const char **why);

#endif
