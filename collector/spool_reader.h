/* spool_reader.h - rows out of a spool, input by input, each row with its offset and its stamp.
 *
 * Whatever offset reading begins at, a row is the same and has the same stamp. What can't be read as rows (the end of an
 * input that was cut, what stands around damage) is given as faulty rows. Proved by tests/test_spool_reader.c.
 */
#ifndef TOCSIN_SPOOL_READER_H
#define TOCSIN_SPOOL_READER_H

#include "spool.h"
#include "spooled_run.h"

typedef struct spool_reader spool_reader;

/*   log      lent
 *   origin   of what can't be said to be of any input
 *   tell     what the user should know */
spool_reader *spool_reader_create(spool *log, text origin, void (*tell)(const char *path, const char *words));
void spool_reader_destroy(spool_reader **self);

/* Goes to an offset that a row had, or the end of an input, or the spool's first. */
void spool_reader_seek(spool_reader *self, uint64_t offset);

/* The next row: a record with its stamp, or a faulty row; its `end` is an offset of the spool.
 * Returns   STATUS_OK; STATUS_END    the input at hand has no more: leave it
 *           STATUS_AGAIN  nothing more stands in the spool;  STATUS_IO  it can't be read, of which the user was told */
status spool_reader_next(spool_reader *self, source_row *out);

/* Of the input at hand, once its end is reached: */
typedef struct input_facts {
    const spooled_run *run; /* what was said of it; NULL: that was lost */
    uint64_t offset;        /* its beginning, or where a segment of it begins */
    uint64_t end;           /* behind it: everything of it lies before */
    bool whole;             /* read to its end, and nothing of it lost */
    text origin;            /* of its first record; empty: not known */
    bool says_markers;      /* its rows can tell markers */
} input_facts;

input_facts spool_reader_facts(const spool_reader *self);

/* On to the next input. */
void spool_reader_leave(spool_reader *self);

#endif
