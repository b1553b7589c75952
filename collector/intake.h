/* intake.h - from what can be read once only into the spool.
 *
 * What was read and is not on disk yet is at most one read and a first row; when the spool can't take it (no space, its
 * limit), nothing more is read until it can, and whoever writes into the pipe waits. An input whose first row doesn't
 * name the columns is refused before any of it is taken. Proved by tests/test_intake.c.
 */
#ifndef TOCSIN_INTAKE_H
#define TOCSIN_INTAKE_H

#include "spool.h"
#include "spooled_run.h"

typedef struct intake intake;

typedef struct intake_settings {
    const char *path;  /* as shown; and, if `reopens`, of the pipe */
    int descriptor;    /* taken over */
    bool reopens;      /* when all writers have closed the pipe, the next one's input is another input */
    spool *log;        /* lent */
    const char *folder; /* the spool's, as shown */
    spooled_run run;   /* of every input; its head is not set */
    void (*tell)(const char *path, const char *words);
} intake_settings;

intake *intake_create(intake_settings settings);
void intake_destroy(intake **self);

/* Takes in what is there, once, and writes what waits. */
void intake_work(intake *self, int64_t now_ns);

/* Readable when there is something to take in; -1: nothing can be taken now. */
int intake_descriptor(const intake *self);

/* Will nothing more come? And was it refused, or could it not be read to its end? The user was told. */
bool intake_is_done(const intake *self);
bool intake_has_failed(const intake *self);

/* Octets that were read and are not on disk. */
size_t intake_unwritten(const intake *self);

/* In whose name the open input's rows speak: false while it isn't known. */
bool intake_origin(const intake *self, text *out);

/* What is on disk of the present input, or of the last: lines that are whole, and their octets.
 * Returns false when nothing was written since it was asked last. */
bool intake_receipt(intake *self, uint64_t *lines, uint64_t *octets);

#endif
