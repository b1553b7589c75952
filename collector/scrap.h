/* scrap.h - octets of an input that are no row, gathered into one faulty row: its beginning, its size and its hash. */
#ifndef TOCSIN_SCRAP_H
#define TOCSIN_SCRAP_H

#include "proto/digest.h"
#include "row_source.h"

typedef struct scrap {
    bool there;      /* it is complete, and not given yet */
    char reason[512];
    uint64_t offset; /* in the spool, behind it */
    uint64_t line;   /* of its first octet */
    uint64_t size;
    digest_state *sum;
    size_t kept;     /* octets of it that are in `octets` */
    char octets[RECORD_SIZE_MAX];
} scrap;

void scrap_begin(scrap *self, uint64_t offset, uint64_t line);
void scrap_add(scrap *self, text octets);

/* Complete, and why it is no row. */
__attribute__((format(printf, 2, 3))) void scrap_end(scrap *self, const char *format, ...);

/* Has it nothing but white space? */
bool scrap_is_blank(const scrap *self);

/* As a row; its texts live until the next scrap_begin. */
void scrap_give(scrap *self, text origin, source_row *out);

#endif
