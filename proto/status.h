/* status.h - what became of a call, when the world could say no.
 *
 * A mistake of ours is an assert. What the world did is one of these: outputs are untouched, nothing
 * half-done is left behind, and the caller handles it or passes it up.
 */
#ifndef TOCSIN_STATUS_H
#define TOCSIN_STATUS_H

typedef enum status {
    STATUS_OK = 0,
    STATUS_END,       /* nothing more will come */
    STATUS_AGAIN,     /* nothing now; ask again later */
    STATUS_MALFORMED, /* bytes that do not follow the contract */
    STATUS_REFUSED,   /* understood, and not allowed */
    STATUS_TOO_LARGE, /* over a stated bound */
    STATUS_NOT_FOUND, /* nothing by that name */
    STATUS_BUSY,      /* somebody else holds it */
    STATUS_FULL,      /* no space left */
    STATUS_IO,        /* the disk or the network failed */
    STATUS_CORRUPT,   /* stored data that contradicts itself */
} status;

/* The status in words, for a log line: "refused", "no space left" ... */
const char *status_text(status st);

#endif
